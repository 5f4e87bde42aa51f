"""What yearly prices show of how a mineral's price moves.

Yearly means move less than prices at a day: of a random walk the variance of their changes is two
thirds of a year's (Working 1960, doi:10.2307/1907574), which is put right here. A material's
variance is drawn towards the median of all, with the weight of `PRIOR` further changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from orepact.data.bundle import Bundle

__all__ = ["PRIOR", "Movement", "common_movement", "movements_of", "series_of"]

AVERAGED = 2.0 / 3.0
"""Variance of the change of yearly means, per yearly variance of a random walk."""

PRIOR = 5
"""Further changes that the median of all materials counts for."""

FEWEST = 3
"""Changes below which a series says nothing by itself."""

MONTHS = 12

NAMED: Mapping[str, str] = {"graphite": "graphite_natural", "titanium_metal": "titanium_sponge"}
"""Minerals whose prices stand under another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How a mineral's price moves in a year: volatility (1/√year), and what it rests on."""

    mineral: str
    volatility: float
    own: float | None
    changes: int


def series_of(bundle: Bundle, material: str, mineral: str) -> str:
    """Return under which name the table of prices knows a material: its own, or its mineral's."""
    known = set(bundle.table("prices")["mineral"])
    names = (material.split("-", maxsplit=1)[0], mineral, NAMED.get(mineral, ""))
    return next((name for name in names if name in known), mineral)


def movements_of(bundle: Bundle, minerals: Sequence[str]) -> dict[str, Movement]:
    """Return how the price of each mineral moves, from all yearly changes within one series.

    A series is one form, market and source; changes over editions are left out, since the form
    differs. Minerals without any get the median.
    """
    squares = _squares(bundle)
    pooled = common_movement(squares)
    found: dict[str, Movement] = {}
    for mineral in dict.fromkeys(minerals):
        mine = squares.get(mineral, [])
        count = len(mine)
        own = float(np.sqrt(np.mean(mine))) if count >= FEWEST else None
        variance = (PRIOR * pooled**2 + sum(mine)) / (PRIOR + count)
        found[mineral] = Movement(mineral=mineral, volatility=float(np.sqrt(variance)), own=own,
                                  changes=count)
    return found


def common_movement(squares: Mapping[str, Sequence[float]]) -> float:
    """Return the median volatility of the minerals with enough changes (1/√year)."""
    own = [float(np.sqrt(np.mean(each))) for each in squares.values() if len(each) >= FEWEST]
    return float(np.median(own)) if own else 0.25


def _squares(bundle: Bundle) -> dict[str, list[float]]:
    """Return squared yearly changes of the logarithm by mineral, corrected for averaging."""
    prices = bundle.table("prices").filter(pl.col("price") > 0.0)
    yearly = (
        prices.with_columns(pl.col("date").str.slice(0, 4).cast(pl.Int64).alias("year"))
        .group_by("mineral", "form", "market", "source", "frequency", "year")
        .agg(pl.col("price").mean(), pl.len().alias("points"))
        .filter((pl.col("frequency") != "month") | (pl.col("points") == MONTHS))
        .sort("mineral", "form", "market", "source", "frequency", "year")
    )
    series = ["mineral", "form", "market", "source", "frequency"]
    changes = yearly.with_columns(
        (pl.col("price").log() - pl.col("price").log().shift(1).over(series)).alias("change"),
        (pl.col("year") - pl.col("year").shift(1).over(series)).alias("gap"),
    ).filter(pl.col("gap") == 1)
    mean = changes.group_by("mineral", "year").agg((pl.col("change") ** 2).mean() / AVERAGED)
    found: dict[str, list[float]] = {}
    for mineral, _, square in mean.sort("mineral", "year").iter_rows():
        found.setdefault(mineral, []).append(square)
    return found
