"""What differs between two vintages or two datasets: the headline figures first, then the rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import polars as pl

from orepact.data.bundle import Bundle
from orepact.data.dataset.schemas import TABLES
from orepact.data.dataset.vintage import TOTALS
from orepact.indicators.concentration import hhi

__all__ = ["HEADLINE", "changed_results", "changed_rows", "headlines", "row_counts"]

HEADLINE = ("largest", "largest_share", "hhi", "output")
"""Headline figures of a mineral, stage and year."""

_SERIES = ("mineral", "stage", "year")
_TOLERANCE = {"largest_share": 5e-5, "hhi": 5e-5, "output": 1e-9}


@dataclass(frozen=True, slots=True)
class _Headline:
    """The headline figures of one mineral, stage and year; shares and `hhi` are fractions."""

    mineral: str
    stage: str
    year: int
    edition: str
    largest: str
    largest_share: float
    hhi: float
    output: float
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
    "unit": pl.String,
}


def headlines(bundle: Bundle) -> pl.DataFrame:
    """Return the largest producer, its share, the least HHI and the world's output.

    One row per mineral, stage and year of production, from the preferred edition. Shares are of the
    printed world total, or of the sum of countries where none is printed; countries that report
    different products are left out.
    """
    rows = bundle.table("production").filter(
        (pl.col("preferred") == "1") & ~pl.col("flag").str.contains("mixed_product_basis")
    )
    found = [asdict(each) for part in rows.partition_by(_SERIES) for each in _headline(part)]
    return pl.DataFrame(found, schema=_SCHEMA).sort(_SERIES)


def changed_results(old: Bundle, new: Bundle) -> pl.DataFrame:
    """Return the headline figures that both have and that differ, largest change first.

    Columns: mineral, stage, year, and `_old` and `_new` of edition and each headline figure.
    """
    both = headlines(old).join(headlines(new), on=list(_SERIES), suffix="_new")
    names = {name: f"{name}_old" for name in ("edition", *HEADLINE)}
    both = both.rename(names)
    differs = pl.col("largest_old") != pl.col("largest_new")
    for name, tolerance in _TOLERANCE.items():
        move = (pl.col(f"{name}_old") - pl.col(f"{name}_new")).abs()
        differs |= move > tolerance * (pl.col(f"{name}_new").abs() if name == "output" else 1.0)
    columns = [f"{name}_{side}" for name in ("edition", *HEADLINE) for side in ("old", "new")]
    move = (pl.col("largest_share_new") - pl.col("largest_share_old")).abs()
    return (
        both.filter(differs)
        .sort(pl.col("largest_old") == pl.col("largest_new"), -move, *_SERIES)
        .select(*_SERIES, *columns, "unit")
    )


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


def _headline(rows: pl.DataFrame) -> Iterator[_Headline]:
    figures = rows.filter(pl.col("quantity").is_not_null())
    named = (
        figures.filter(~pl.col("country").is_in(TOTALS))
        .group_by("country")
        .agg(pl.col("quantity").sum())
        .sort("quantity", "country", descending=[True, False])
    )
    printed = figures.filter(pl.col("country") == TOTALS[0])["quantity"].to_list()
    counted = figures.filter(pl.col("country") != TOTALS[0])["quantity"].sum()
    total = max(float(printed[0]) if printed else 0.0, float(counted) if not printed else 0.0)
    if named.is_empty() or total <= 0.0:
        return
    shares = [float(each) / total for each in named["quantity"]]
    mineral, stage, year, edition, unit = rows.select(*_SERIES, "edition", "unit").row(0)
    yield _Headline(
        mineral,
        stage,
        int(year),
        edition,
        str(named["country"][0]),
        shares[0],
        hhi(shares)[0],
        total,
        unit,
    )
