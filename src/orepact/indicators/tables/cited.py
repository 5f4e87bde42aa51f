"""Every share that a publisher or customs printed, with what limits it: two tables, made once."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.rounding import half_unit
from orepact.indicators.tables.shares import COLUMNS, UNNAMED, age_of, table_of

__all__ = ["AS_PRINTED", "CITED", "baskets_of", "cited_shares"]

CITED = "cited share"
"""Kind of a share that a publisher printed; others are of customs."""

_KINDS: Mapping[str, str] = {"customs": "customs share"}
_CUSTOMS_HALF = 0.5e-4
_SIX = len("850511")
_WITHHELD = pl.col("share").is_null()
_COUNTRY: Mapping[str, str] = {"sourcing": "origin", "global_supply": "country"}
_ADDED: Mapping[str, str] = {
    "importer": "", "kind": "supply", "measure": "quantity", "code": "", "note": "",
}  # fmt: skip
"""What the table of world supply has no column for."""

AS_PRINTED: Mapping[str, str] = {"kind": "printed_kind", "product": "printed_product"}
"""Columns of the table of sourcing that shares give another meaning, and where they are kept."""


def cited_shares(bundle: Bundle, table: str) -> pl.DataFrame:
    """Return all shares of the table sourcing or global_supply, in the order of `table_of`.

    The columns are `orepact.indicators.tables.shares.COLUMNS`, then importer, code and those of
    `AS_PRINTED`. `unmapped` is what the named shares of an importer, mineral, stage, product, code,
    period, measure and source leave of one. Ask with `Bundle.once`.
    """
    country = _COUNTRY[table]
    rows = bundle.table(table)
    rows = rows.with_columns(
        pl.lit(text).alias(name) for name, text in _ADDED.items() if name not in rows.columns
    )
    key = ("importer", "mineral", "stage", "product", "code", "period", "measure", "source")
    named = pl.col("share").filter(~pl.col(country).is_in(UNNAMED)).sum()
    code = pl.col("code").str.head(_SIX)
    baskets = bundle.once(baskets_of)
    half = pl.col("share").replace_strict(_halves(rows), return_dtype=pl.Float64)
    printed = {kept: pl.col(name) for name, kept in AS_PRINTED.items()}
    limits = {
        "unmapped": (1.0 - named).clip(0.0).over(key),
        "half": pl.when(pl.col("kind") == "customs").then(_CUSTOMS_HALF).otherwise(half),
        "basket": pl.when(pl.col("code").str.len_chars() > _SIX)
        .then(pl.lit("no"))
        .otherwise(_known(code, {name: basket for name, (basket, _) in baskets.items()}, "no")),
        "mineral_share": _known(code, {name: part for name, (_, part) in baskets.items()}, None),
        "age": _known(pl.col("period"), {each: age_of(bundle, each) for each in _periods(rows)}),
    }
    made = rows.with_columns(**printed, **limits)
    blank = table_of(()).schema
    return (
        made.with_columns(**_shares(country))
        .with_columns(
            pl.lit("" if kind == pl.String else None, kind).alias(name)
            for name, kind in blank.items()
            if name not in {*made.columns, *_shares(country)}
        )
        .select(
            *(pl.col(name).cast(blank[name]) for name in COLUMNS),
            "importer",
            "code",
            *AS_PRINTED.values(),
        )
        .sort("period", "measure", "value", "country", descending=[False, False, True, False])
    )


def _shares(country: str) -> dict[str, pl.Expr]:
    share = pl.col("share")
    low, high = (share - pl.col("half")).clip(0.0), (share + pl.col("half")).clip(upper_bound=1.0)
    return {
        "country": pl.col(country),
        "value": share,
        "low": low,
        "high": high,
        "least": low,
        "most": high,
        "kind": _known(pl.col("kind"), _KINDS, CITED),
        "product": pl.when(pl.col("code") == "").then("product").otherwise("code"),
        "withheld": pl.when(_WITHHELD).then(None).otherwise(0.0),
    }


def _halves(rows: pl.DataFrame) -> dict[float, float]:
    """Return half a unit of the last printed digit of each share, printed in per cent."""
    return {
        share: half_unit(round(100 * share, 6), whole=True) / 100
        for share in rows["share"].drop_nulls().unique()
    }


def _periods(rows: pl.DataFrame) -> list[str]:
    return [str(each) for each in rows["period"].unique()]


def _known(
    column: pl.Expr, answers: Mapping[str, str | float | None], other: str | None = None
) -> pl.Expr:
    kind = pl.String if other is not None else pl.Float64
    return column.replace_strict(
        list(answers), list(answers.values()), default=other, return_dtype=kind
    )


def baskets_of(bundle: Bundle, _: str = "") -> dict[str, tuple[str, float | None]]:
    """Return by HS6 code whether it is a basket, and the part of it known to be the mineral."""
    rows = bundle.table("concordance")
    return {
        part: (str(row["basket"]), None if row["basket"] == "yes" else 1.0)
        for row in rows.iter_rows(named=True)
        for name in ("hs2022", "hs1992")
        for part in re.split(r"[|+]", str(row[name]))
        if part
    }
