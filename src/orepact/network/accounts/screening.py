r"""Screening of bilateral trade: tonnes that do not fit their value are estimated again.

The unit value of a flow is its value over its tonnes. The norm of a code in a year is the median
unit value of its flows, each weighted by its value, where no flow weighs more than `LARGEST` of the
code's value: none sets the norm alone. Tonnes whose unit value lies beyond a factor of `FACTOR`
above or below the norm, and flows printed without tonnes, are estimated as value over norm:

$$\hat q_{ij} = v_{ij} / m, \qquad m = \text{median of } v_{ij} / q_{ij}
\text{ with weights } \min(v_{ij},\, 0.1 \textstyle\sum v)$$

So a slip of the decimal point is mended, and an ore of another grade counts for what it holds: its
value measures that better than its weight. Source of the method: standard unit values, Reister and
Muryawan (2009, updated 2019), *Quantity and Weight Data in UN Comtrade*, United Nations Statistics
Division.
"""

from __future__ import annotations

import polars as pl

__all__ = ["ESTIMATED", "FACTOR", "OUTLIER", "screen"]

FACTOR = 5.0
"""A unit value this many times above or below the norm is an outlier."""

LARGEST = 0.1
"""The most that one flow may weigh, as a share of the value of its code and year."""

OUTLIER, ESTIMATED = "outlier", "no tonnes"
"""Flags: tonnes that did not fit their value, and flows that were printed without tonnes."""

_FLOW = ("code", "year", "exporter", "importer")


def screen(flows: pl.DataFrame, norms: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return flows with tonnes that fit their value.

    `flows` has code, year, exporter, importer, tonnes (t, null if not printed) and kusd (thousand
    USD). `norms` has code, year and norm (USD/t) for code-years without tonnes of their own. The
    result has in addition `reported` (the tonnes as printed), `norm` (USD/t) and `flag`: empty,
    `OUTLIER` or `ESTIMATED`. A flow without tonnes and without a norm keeps no tonnes.
    """
    priced = flows.with_columns(
        pl.when((pl.col("tonnes") > 0) & (pl.col("kusd") > 0))
        .then(1000.0 * pl.col("kusd") / pl.col("tonnes"))
        .alias("unit_value")
    )
    found = _medians(priced)
    if norms is not None:
        missing = norms.join(found, on=["code", "year"], how="anti")
        found = pl.concat([found, missing.select(found.columns)])
    joined = priced.join(found, on=["code", "year"], how="left", maintain_order="left")
    off = (pl.col("unit_value") > FACTOR * pl.col("norm")) | (
        pl.col("unit_value") * FACTOR < pl.col("norm")
    )
    bare = pl.col("tonnes").is_null() & (pl.col("kusd") > 0) & pl.col("norm").is_not_null()
    return (
        joined.with_columns(
            pl.col("tonnes").alias("reported"),
            pl.when(off)
            .then(pl.lit(OUTLIER))
            .when(bare)
            .then(pl.lit(ESTIMATED))
            .otherwise(pl.lit(""))
            .alias("flag"),
        )
        .with_columns(
            pl.when(pl.col("flag") != "")
            .then(1000.0 * pl.col("kusd") / pl.col("norm"))
            .otherwise(pl.col("tonnes"))
            .alias("tonnes")
        )
        .drop("unit_value")
    )


def _medians(priced: pl.DataFrame) -> pl.DataFrame:
    """Return code, year and norm: the weighted median unit value (USD/t)."""
    group = ["code", "year"]
    value, weight = pl.col("kusd"), pl.col("weight")
    return (
        priced.filter(pl.col("unit_value").is_not_null())
        .sort("code", "year", "unit_value", *_FLOW[2:])
        .with_columns(pl.min_horizontal(value, LARGEST * value.sum().over(group)).alias("weight"))
        .with_columns((weight.cum_sum().over(group) / weight.sum().over(group)).alias("below"))
        .filter(pl.col("below") >= 0.5)
        .group_by(group, maintain_order=True)
        .agg(pl.col("unit_value").first().alias("norm"))
    )
