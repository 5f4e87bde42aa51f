r"""The tree of outcomes: which programmes are in full use in a year, and how likely that is.

A programme works with probability $p_i$, and is then in full use from the year its delay is over.
Programmes succeed independently of each other. In year t, from t - 1 to t, the set S is in use with

$$P_t(S) = \prod_{i \in S} p_i m_i(t) \prod_{i \notin S} \bigl(1 - p_i m_i(t)\bigr),\qquad
m_i(t) = \int_{t-1}^{t} F_i(u)\,du$$

where $F_i(u)$ is the chance that the delay is at most u: half of it lies below its middle value and
is spread evenly from the low end, the other half up to the high end. $m_i$ is the mean of the year:
what is ready in the middle of a year saves half of it. The product of means stands for the mean of
the product. Savings of a year are discounted from its end; costs, spent at the start, are not. With
$E(S)$ the expected shortage of a year and $r$ the discount rate, what is avoided over T years is

$$A = \sum_{t=1}^{T} (1+r)^{-t} \sum_S P_t(S)\,\bigl(E(\varnothing) - E(S)\bigr)$$
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, combinations

import numpy as np

from orepact.model.curve import Array

__all__ = ["avoided", "chance_in_use", "mean_in_use", "outcomes", "subsets"]


def subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return every set of programmes, the empty one first."""
    return list(chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


def chance_in_use(low: float, value: float, high: float, year: float) -> float:
    """Return the chance (1) that a delay is at most `year`, both in years."""
    if year >= high:
        return 1.0
    if year < low:
        return 0.0
    if year < value:
        return 0.5 * (year - low) / (value - low)
    return 0.5 + 0.5 * (year - value) / (high - value)


def mean_in_use(low: float, value: float, high: float, year: float) -> float:
    """Return the expected part (1) of a year, from `year` - 1 to `year`, after a delay is over."""
    return _since(low, value, high, year) - _since(low, value, high, year - 1.0)


def _since(low: float, value: float, high: float, year: float) -> float:
    """Return the years expected after a delay by `year`: the integral of its chance."""
    lower, upper = value - low, high - value
    if year >= high:
        return 0.25 * lower + 0.75 * upper + (year - high)
    if year < low:
        return 0.0
    if year < value:
        return 0.25 * (year - low) ** 2 / lower
    return 0.25 * lower + 0.5 * (year - value) + 0.25 * (year - value) ** 2 / upper


def outcomes(ready: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    """Return the chance of every set of programmes, given the chance that each is in use."""
    names = list(ready)
    return {
        some: float(np.prod([ready[name] if name in some else 1.0 - ready[name]
                             for name in names]))
        for some in subsets(names)
    }


def avoided(
    ready: Mapping[str, Sequence[float] | Array],
    saved: Mapping[tuple[str, ...], float],
    rate: float,
) -> tuple[float, Array]:
    """Return the discounted sum of what is avoided, and its undiscounted path by year.

    `ready` has by programme the chance to be in use in year 1, 2, … (the mean of the year); `saved`
    what each set avoids in a year. A year is discounted from its end.
    """
    years = len(next(iter(ready.values())))
    path = np.zeros(years)
    for year in range(years):
        chances = outcomes({name: float(each[year]) for name, each in ready.items()})
        path[year] = sum(chance * saved[some] for some, chance in chances.items())
    weights = (1.0 + rate) ** -np.arange(1.0, years + 1.0)
    return float(weights @ path), path
