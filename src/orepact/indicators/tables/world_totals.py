"""Sums of countries beside the world total that the same edition prints."""

from __future__ import annotations

import polars as pl

from orepact.data.bundle import Bundle
from orepact.data.dataset.vintage import TOTALS

__all__ = ["TOLERANCE", "world_totals"]

TOLERANCE = 0.03
"""Largest difference, as a fraction of the printed world total, that needs no reason."""

_SERIES = ("mineral", "stage", "year", "edition")
_ROUNDING = 1e-9


def world_totals(bundle: Bundle) -> pl.DataFrame:
    """Return the sum of countries beside the printed world total of every edition.

    One row per mineral, stage, year and edition that prints a total. `countries` and `world` are in
    `unit`, with other countries in the sum; `difference` is their difference as a fraction of
    `world`; `missing` lists the countries without a figure and why (W withheld, NA). `state` is
    *agrees* (within 3 %), *reason* (listed in the table ``world_totals``) or *differs*.
    """
    rows = bundle.table("production")
    world = rows.filter((pl.col("country") == "WLD") & pl.col("quantity").is_not_null())
    listed = bundle.table("world_totals").select(*_SERIES, "reason", pl.col("note").alias("why"))
    difference = (pl.col("countries") - pl.col("world")) / pl.col("world")
    agrees = pl.col("difference").abs() <= TOLERANCE + _ROUNDING
    state = (
        pl.when(agrees)
        .then(pl.lit("agrees"))
        .when(pl.col("reason") != "")
        .then(pl.lit("reason"))
        .otherwise(pl.lit("differs"))
    )
    return (
        world.select(*_SERIES, "source", "unit", "basis", "flag", pl.col("quantity").alias("world"))
        .join(_countries(rows), on=_SERIES, how="left")
        .join(listed, on=_SERIES, how="left")
        .with_columns(
            difference.alias("difference"),
            pl.col("reason", "why").fill_null(""),
            pl.col("missing").fill_null(""),
        )
        .with_columns(state.alias("state"))
        .sort(_SERIES)
    )


def _countries(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the sum of the countries with a figure and the list of those without one."""
    without = pl.col("quantity").is_null()
    named = pl.format("{} {}", "country", "flag").filter(without).sort().str.join(", ")
    return (
        rows.filter(pl.col("country") != TOTALS[0])
        .group_by(_SERIES)
        .agg(
            pl.when((~without).any()).then(pl.col("quantity").sum()).alias("countries"),
            named.alias("missing"),
        )
    )
