"""What differs between two vintages or two datasets: the headline figures first, then the rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import polars as pl

from orepact.data.bundle import Bundle
from orepact.data.dataset.schemas import TABLES
from orepact.indicators.tables.shares import UNNAMED, concentration_of, production_shares

__all__ = ["HEADLINE", "changed_results", "changed_rows", "headlines", "row_counts"]

HEADLINE = ("largest", "largest_share", "hhi", "output")
"""Headline figures of a mineral, stage and year."""

_SERIES = ("mineral", "stage", "year")
_TOLERANCE = {"largest_share": 5e-5, "hhi": 5e-5, "output": 1e-9}


@dataclass(frozen=True, slots=True)
class _Headline:
    """The headline figures of one mineral, stage and year; shares and `hhi` are fractions.

    `output` is what the shares were divided by, and `total` says whether it was printed.
    """

    mineral: str
    stage: str
    year: int
    edition: str
    largest: str
    largest_share: float
    hhi: float
    output: float
    total: str
    unit: str


_SCHEMA = {
    "mineral": pl.String,
    "stage": pl.String,
    "year": pl.Int64,
    "edition": pl.String,
    "largest": pl.String,
    "largest_share": pl.Float64,
    "hhi": pl.Float64,
    "output": pl.Float64,
    "total": pl.String,
    "unit": pl.String,
}


def headlines(bundle: Bundle, asked: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the largest producer, its share, the least HHI and the world's output.

    One row per mineral, stage and year of production (those of `asked` if given), from the
    preferred edition. Shares are those of `shares.production_shares`: of the
    printed world total, or of the sum of countries where that is larger or nothing is printed.
    Series whose countries report different products are left out.
    """
    rows = bundle.table("production").filter(pl.col("preferred") == "1")
    mixed = rows.filter(pl.col("flag").str.contains("mixed_product_basis"))
    series = rows.join(mixed, on=_SERIES, how="anti").select(_SERIES).unique()
    if asked is not None:
        series = series.join(asked, on=_SERIES, how="semi")
    found = [_headline(bundle, *each) for each in series.sort(_SERIES).iter_rows()]
    return pl.DataFrame([asdict(each) for each in found if each], schema=_SCHEMA)


def changed_results(old: Bundle, new: Bundle) -> pl.DataFrame:
    """Return the headline figures that both have and that differ, largest change first.

    Columns: mineral, stage, year, `_old` and `_new` of edition, each headline figure and the kind
    of total, and unit.
    """
    asked = _touched(old, new)
    both = headlines(old, asked).join(headlines(new, asked), on=list(_SERIES), suffix="_new")
    sides = ("edition", *HEADLINE, "total")
    both = both.rename({name: f"{name}_old" for name in sides})
    differs = pl.col("largest_old") != pl.col("largest_new")
    for name, tolerance in _TOLERANCE.items():
        move = (pl.col(f"{name}_old") - pl.col(f"{name}_new")).abs()
        differs |= move > tolerance * (pl.col(f"{name}_new").abs() if name == "output" else 1.0)
    columns = [f"{name}_{side}" for name in sides for side in ("old", "new")]
    move = (pl.col("largest_share_new") - pl.col("largest_share_old")).abs()
    return (
        both.filter(differs)
        .sort(pl.col("largest_old") == pl.col("largest_new"), -move, *_SERIES)
        .select(*_SERIES, *columns, "unit")
    )


def _touched(old: Bundle, new: Bundle) -> pl.DataFrame:
    """Return the series of output with a preferred row that only one of two datasets has."""
    before, after = (
        each.table("production").filter(pl.col("preferred") == "1") for each in (old, new)
    )
    names = before.columns
    apart = [
        one.join(other, on=names, how="anti", nulls_equal=True).select(_SERIES)
        for one, other in ((before, after), (after, before))
    ]
    return pl.concat(apart).unique()


def row_counts(old: Bundle, new: Bundle) -> pl.DataFrame:
    """Return how many rows of each table were added, changed and removed, by their keys."""
    found: list[dict[str, object]] = []
    for table in TABLES:
        rows = changed_rows(old, new, table)
        count = dict(rows.group_by("change").len().iter_rows())
        if count:
            found.append(
                {
                    "table": table,
                    "added": count.get("added", 0),
                    "changed": count.get("changed", 0),
                    "removed": count.get("removed", 0),
                }
            )
    schema = {"table": pl.String, "added": pl.Int64, "changed": pl.Int64, "removed": pl.Int64}
    return pl.DataFrame(found, schema=schema)


def changed_rows(old: Bundle, new: Bundle, table: str) -> pl.DataFrame:
    """Return the rows of a table that were added, changed (as they are now) or removed."""
    schema = TABLES[table]
    key = list(schema.key)
    rest = [name for name in schema.names if name not in {*key, "preferred"}]
    before, after = old.table(table), new.table(table)
    both = after.join(before, on=key, how="inner", nulls_equal=True, suffix="_old")
    same = [pl.col(name).eq_missing(pl.col(f"{name}_old")) for name in rest]
    changed = both.filter(~pl.all_horizontal(same)) if same else both.clear()
    parts = {
        "added": after.join(before, on=key, how="anti", nulls_equal=True),
        "changed": changed.select(schema.names),
        "removed": before.join(after, on=key, how="anti", nulls_equal=True),
    }
    return pl.concat(
        [
            rows.select(pl.lit(change).alias("change"), *schema.names)
            for change, rows in parts.items()
        ]
    )


def _headline(bundle: Bundle, mineral: str, stage: str, year: int) -> _Headline | None:
    """Return the headline figures of a series; nothing where no country has a figure."""
    shares = production_shares(bundle, mineral, stage, year)
    named = (
        shares.filter(~pl.col("country").is_in(UNNAMED) & pl.col("value").is_not_null())
        .group_by("country")
        .agg(pl.col("value").sum())
        .sort("value", "country", descending=[True, False])
    )
    if named.is_empty():
        return None
    row = shares.row(0, named=True)
    return _Headline(
        mineral=mineral,
        stage=stage,
        year=year,
        edition=row["edition"],
        largest=str(named["country"][0]),
        largest_share=float(named["value"][0]),
        hhi=concentration_of(named)[0],
        output=row["denominator"],
        total=row["total"],
        unit=row["unit"],
    )
