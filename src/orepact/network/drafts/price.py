"""Base prices of a drafted chain: a quoted series where one fits, else the unit value of trade.

Prices are per tonne of what the account counts, quotes often per tonne of a product. A series
fits when it lies within a factor of `NEAR` of the unit value of trade per tonne of content; monthly
goes before yearly, then the nearest one. Where none fits, the nearest still tells how prices went
on after the window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from orepact.network.accounts.raw import RawStage, Tables, Window

__all__ = ["DraftPrice", "draft_price", "price_rows"]

NEAR = 2.0
"""A quoted series within this factor of the unit value of trade measures the same thing."""

PRICE_COLUMNS = (
    "material",
    "month",
    "market",
    "price",
    "unit",
    "relative_to_base",
    "kind",
    "source",
    "note",
)


@dataclass(frozen=True, slots=True)
class DraftPrice:
    """A base price (USD/t) with its source, and the quoted series that goes on after the window.

    `series` has date, usd_per_t, source; `quote` is the mean of the series in the window.
    """

    value: float
    source: str
    note: str
    series: pl.DataFrame
    quote: float = 0.0
    market: str = ""


def draft_price(table: Tables, mineral: str, window: Window, stage: RawStage) -> DraftPrice | None:
    """Return the base price of a stage, None where neither quotes nor trade give one."""
    unit_value = _unit_value(stage)
    priced = table("prices").filter((pl.col("mineral") == mineral) & (pl.col("usd_per_t") > 0.0))
    ranked: list[tuple[bool, bool, float, str, str]] = []
    for form, market in sorted(set(priced.select("form", "market").iter_rows())):
        series = priced.filter((pl.col("form") == form) & (pl.col("market") == market))
        mean = _mean_in(series, window)
        if mean is not None:
            off = abs(math.log(mean / unit_value[0])) if unit_value else 0.0
            yearly = not (series["frequency"] == "month").any()
            ranked.append((off > math.log(NEAR), yearly, off, form, market))
    if not ranked:
        return DraftPrice(*unit_value, priced.clear()) if unit_value else None
    far, *_, form, market = min(ranked)
    series = priced.filter((pl.col("form") == form) & (pl.col("market") == market)).sort("date")
    mean = _mean_in(series, window) or 0.0
    if far and unit_value:
        return DraftPrice(*unit_value, series, mean, market)
    note = f"{form}; {market}; mean of the window"
    return DraftPrice(_short(mean), str(series["source"][-1]), note, series, mean, market)


def _unit_value(stage: RawStage) -> tuple[float, str, str] | None:
    """Return the unit value of the stage's largest code per tonne of content (USD/t)."""
    codes = [c for c in stage.trade.codes if c.norm and c.factor and c.kind != "share"]
    if not codes:
        return None
    code = max(codes, key=lambda each: (each.traded * (each.factor or 0.0), each.code))
    value = (code.norm or 0.0) / (code.factor or 1.0)
    note = f"median unit value of {code.nomenclature} {code.code} over its content factor"
    return _short(value), code.source, note


def _mean_in(series: pl.DataFrame, window: Window) -> float | None:
    """Return the mean of a series in the window (USD/t): of its months, else of its years."""
    months = series.filter(
        (pl.col("date").str.len_chars() == 7)
        & pl.col("date").is_between(pl.lit(window.first), pl.lit(window.last))
    )
    if months.height:
        return float(months["usd_per_t"].sum() / months.height)
    weights = window.years()
    years = series.filter(pl.col("date").is_in([str(year) for year in weights])).with_columns(
        pl.col("date")
        .cast(pl.Int64, strict=False)
        .replace_strict(weights, default=None, return_dtype=pl.Float64)
        .alias("weight")
    )
    total = float(years["weight"].sum())
    if not total:
        return None
    return float((years["usd_per_t"] * years["weight"]).sum()) / total


def price_rows(price: DraftPrice, material: str, window: Window) -> pl.DataFrame:
    """Return the rows of ``prices.csv``: the quoted series from the window on."""
    rows = [
        {
            "material": material,
            "month": date,
            "market": price.market,
            "price": _short(value),
            "unit": "USD/t",
            "relative_to_base": round(value / price.quote, 4),
            "kind": "annual_mean" if len(date) == 4 else "quote",
            "source": source,
            "note": "",
        }
        for date, value, source in price.series.select("date", "usd_per_t", "source").iter_rows()
        if date >= window.first[: len(date)]
    ]
    schema = {
        name: pl.Float64 if name in {"price", "relative_to_base"} else pl.String
        for name in PRICE_COLUMNS
    }
    return pl.DataFrame(rows, schema=schema)


def _short(value: float) -> float:
    return float(f"{value:.5g}")
