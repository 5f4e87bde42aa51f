"""Shares of supply as groups of rows, one for each mineral, stage and product, of the last period.

The whole table is grouped at once: asking mineral by mineral costs more than the answers.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.tables.cited import cited_shares
from orepact.indicators.tables.shares import COLUMNS, UNNAMED, production_shares

__all__ = ["STEPS", "Groups", "output_groups", "own_groups", "world_groups"]

Groups = Mapping[str, tuple[pl.DataFrame, ...]]
"""Rows of shares by mineral, a frame for each stage and product, the largest share first."""

STEPS: Mapping[str, str] = {
    "mine": "extraction",
    "smelter": "processing",
    "refined": "processing",
}
"""Stages of the table of production, and the stage of the Union's study that each belongs to."""

_KEY = ("mineral", "stage", "product", "measure", "source")
_TOTAL = r"\btotal\b|^all\b|\bprincipal\b"
_SCRAP = r"scrap|waste|\bash\b"
_CUSTOMS = 2
_NO_COUNTRY = ("WLD", *UNNAMED)


def world_groups(bundle: Bundle, _: str = "") -> Groups:
    """Return the published shares of world supply in groups. Ask with `Bundle.once`."""
    return _groups(bundle.once(cited_shares, "global_supply"))


def output_groups(bundle: Bundle, mineral: str) -> tuple[pl.DataFrame, ...]:
    """Return the shares of world output of a mineral by country, a frame for each stage.

    Of each stage of the Union's study (extraction, processing) the last year in which a country is
    named with its output; `low` and `high` are what rounding and withheld figures allow. Ask with
    `Bundle.once`.
    """
    rows = bundle.part("production", mineral).select("stage", "year", "country", "quantity")
    last: dict[str, tuple[int, str]] = {}
    for stage, year, country, quantity in rows.iter_rows():
        if quantity and country not in _NO_COUNTRY and stage in STEPS:
            step = STEPS[stage]
            last[step] = max((year, stage), last.get(step, (0, "")))
    frames = (
        production_shares(bundle, mineral, stage, year).with_columns(
            stage=pl.lit(step), low=pl.col("least"), high=pl.col("most")
        )
        for step, (year, stage) in sorted(last.items())
    )
    return tuple(
        frame.sort("value", "country", descending=[True, False], nulls_last=True)
        for frame in frames
        if not frame["value"].drop_nulls().is_empty()
    )


def own_groups(bundle: Bundle, importer: str) -> Groups:
    """Return the published shares of an importer's supply in groups. Ask with `Bundle.once`.

    Of a mineral with cited shares these alone: of several products the one with its name, else
    totals, else all but scrap, since a product of which little is traded would otherwise pass for
    the mineral. Without them the customs shares with more than one origin, by quantity where there
    are any.
    """
    rows = bundle.once(cited_shares, "sourcing").filter(importer=importer)
    product = pl.col("product").str.to_lowercase()
    rank = (
        pl.when(product == pl.col("mineral").str.replace_all("_", " "))
        .then(0)
        .when(product.str.contains(_TOTAL))
        .then(1)
        .when(~product.str.contains(_SCRAP))
        .then(2)
        .otherwise(3)
    )
    study = pl.col("kind") == "cited share"
    named = pl.col("country").n_unique().over("mineral", "product", "period", "measure")
    cited = rows.filter(study).with_columns(rank=rank)
    customs = rows.filter(~study.any().over("mineral") & (named >= _CUSTOMS))
    weighed = pl.col("measure") == "quantity"
    return _groups(
        pl.concat(
            [
                cited.filter(pl.col("rank") == pl.col("rank").min().over("mineral")).drop("rank"),
                customs.filter(weighed | ~weighed.any().over("mineral")),
            ]
        )
    )


def _groups(rows: pl.DataFrame) -> Groups:
    """Return the rows of the last period of each stage and product, in order of appearance."""
    last = (
        rows.filter(pl.col("period") == pl.col("period").max().over("mineral", "stage", "product"))
        .with_row_index("place")
        .with_columns(pl.col("place").min().over(_KEY))
        .sort("place", "value", "country", descending=[False, True, False], nulls_last=True)
    )
    found: dict[str, tuple[pl.DataFrame, ...]] = {}
    for part in last.select(COLUMNS).partition_by(_KEY, maintain_order=True):
        mineral = str(part["mineral"][0])
        found[mineral] = (*found.get(mineral, ()), part)
    return found
