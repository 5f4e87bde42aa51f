"""Rates of warnings from counts of months, with intervals that show how little they rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

__all__ = ["Counts", "Rates", "rates_of", "ratio", "wilson"]

DRAWS = 2000
"""Resamples of the bootstrap over minerals."""

SEED = 20261121
LEVEL = 0.9
Counts = NDArray[np.float64]
"""One row a mineral: months warned and right, warned and wrong, missed, rightly quiet."""

_Ends = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How months with and without a warning turned out.

    - `months`, `warned`, `right`: with an index, with a warning, with a warning and an episode
    - `precision` = right / warned; `base_rate`: part of the months followed by an episode, which
      is the precision of always
    - `skill`: part of those months warned minus part of the others warned (Peirce 1884); always
      and never have 0
    - low and high: bootstrap over minerals; none where a tenth of the resamples are undefined
    """

    months: int
    warned: int
    right: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    base_rate: float | None
    skill: float | None
    skill_low: float | None
    skill_high: float | None


def rates_of(counts: Counts) -> Rates:
    """Return the rates of all minerals together, with intervals from resampled minerals."""
    right, wrong, missed, quiet = (float(each) for each in counts.sum(axis=0))
    precision, skill = _bootstrap(counts)
    return Rates(
        months=round(right + wrong + missed + quiet),
        warned=round(right + wrong),
        right=round(right),
        precision=ratio(right, right + wrong),
        precision_low=precision[0],
        precision_high=precision[1],
        base_rate=ratio(right + missed, right + wrong + missed + quiet),
        skill=_skill(right, wrong, missed, quiet),
        skill_low=skill[0],
        skill_high=skill[1],
    )


def ratio(part: float, whole: float) -> float | None:
    """Return a part of a whole as a fraction; none where there is no whole."""
    return float(part / whole) if whole else None


def _skill(right: float, wrong: float, missed: float, quiet: float) -> float | None:
    hits, alarms = ratio(right, right + missed), ratio(wrong, wrong + quiet)
    return None if hits is None or alarms is None else hits - alarms


def _bootstrap(counts: Counts) -> tuple[_Ends, _Ends]:
    """Return intervals of precision and skill from resampled minerals; none where undefined."""
    if len(counts) == 0:
        return (None, None), (None, None)
    draws = np.random.default_rng(SEED).integers(0, len(counts), (DRAWS, len(counts)))
    right, wrong, missed, quiet = counts[draws].sum(axis=1).T
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = right / (right + wrong)
        skill = right / (right + missed) - wrong / (wrong + quiet)
    return _ends(precision), _ends(skill)


def _ends(values: Counts) -> _Ends:
    """Return the interval of resampled values; none where a tenth or more are undefined."""
    known = values[np.isfinite(values)]
    if len(known) <= LEVEL * len(values):
        return None, None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def wilson(hits: int, trials: int, level: float = LEVEL) -> _Ends:
    """Return the score interval of a proportion; none for no trials.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953. It takes trials as independent, which
    episodes of one cause are not: the true interval is wider.
    """
    if trials == 0:
        return None, None
    z = NormalDist().inv_cdf((1.0 + level) / 2.0)
    share, square = hits / trials, z * z / trials
    centre = (share + square / 2.0) / (1.0 + square)
    half = z * math.sqrt(share * (1.0 - share) / trials + square / (4.0 * trials)) / (1.0 + square)
    return max(0.0, centre - half), min(1.0, centre + half)
