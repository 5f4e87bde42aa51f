"""Scrap from products in use: what leaves use, what is collected and what may be recovered.

Equations, per product p, with u the tonnes put on the market in the base year y₀::

    inflow[p, y]    = u[p] · (1 + before[p])^(y − y₀)   for y ≤ y₀, and (1 + after)^(y − y₀) beyond
    collected[p, y] = leaving[p, y] · collection[p]
    taken_out[p, y] = collected[p, y] · separation[p]
    recovered[p, y] = taken_out[p, y] · recovery

| symbol | meaning (unit) | name in code |
|---|---|---|
| leaving | tonnes that leave use, by `cohorts` (t/year) | ``leaving`` |
| collection | share that reaches a recycler of the zone (1) | ``Numbers.collection`` |
| separation | share of that which is taken out of its product (1) | ``Numbers.separation`` |
| recovery | share recovered of what is taken out (1) | ``Numbers.recovery`` |
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.indicators.recycling.cohorts import Lifetime, cohorts

__all__ = ["Flows", "Numbers", "flows", "inflow"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers of one product: tonnes put on the market in the base year, life, shares."""

    placed: float
    before: float
    after: float
    lifetime: Lifetime
    collection: float
    separation: float
    recovery: float


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Of one product by year: put on the market, in use, leaving, … (t).

    What is taken out is what recyclers take in, what is recovered is what they make of it.
    """

    placed: Array
    in_use: Array
    leaving: Array
    collected: Array
    taken_out: Array
    recovered: Array


def inflow(numbers: Numbers, years: Array, base: int) -> Array:
    """Return the tonnes put on the market in some years (t/year)."""
    growth = np.where(years <= base, 1.0 + numbers.before, 1.0 + numbers.after)
    return np.asarray(numbers.placed * growth ** (years - base), dtype=float)


def flows(numbers: Numbers, years: Array, base: int) -> Flows:
    """Return what a product holds and gives back in consecutive years, from its first on.

    Products enter in the middle of the year.
    """
    entered = inflow(numbers, years, base)
    found = cohorts(entered, numbers.lifetime, first=0.5)
    leaving = found.leaving
    collected = leaving * numbers.collection
    taken_out = collected * numbers.separation
    return Flows(entered, found.in_use, leaving, collected, taken_out,
                 taken_out * numbers.recovery)
