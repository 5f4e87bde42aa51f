"""How well episodes were predicted: ranks, mean levels, coverage, and what chance explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import permutation_test, spearmanr

from orepact.model.curve import Array

__all__ = ["Coverage", "PairedTest", "level", "level_error", "paired_test", "rank_correlation"]

SIGNIFICANT = 0.05
"""A difference with a larger p-value is called not distinguishable."""

_FEWEST = 3
"""Episodes from which on a rank correlation says anything."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many observed points lie inside their bands."""

    inside: int
    points: int

    @property
    def share(self) -> float:
        """Return the share of points inside, NaN without points."""
        return self.inside / self.points if self.points else float("nan")


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Mean squared errors of two predictions over families, and how often chance does as much.

    `difference` is the first's mean squared error of logs less the second's, `p_value` two-sided.
    """

    difference: float
    p_value: float
    families: int

    @property
    def distinguishable(self) -> bool:
        """Return whether the difference is larger than chance explains."""
        return self.p_value <= SIGNIFICANT


def level(prices: Sequence[float] | Array) -> float:
    """Return the mean level of positive multiples: their geometric mean."""
    return float(np.exp(np.mean(np.log(np.asarray(prices, dtype=np.float64)))))


def level_error(predicted: Sequence[float] | Array, observed: Sequence[float] | Array) -> float:
    """Return the root mean square of ln(predicted ÷ observed) over episodes, NaN without any."""
    if not len(observed):
        return float("nan")
    gap = np.log(np.asarray(predicted, dtype=np.float64) / np.asarray(observed, dtype=np.float64))
    return float(np.sqrt(np.mean(gap**2)))


def rank_correlation(predicted: Sequence[float], observed: Sequence[float]) -> float:
    """Return Spearman's rank correlation, NaN for fewer than three episodes or equal ones."""
    if len(observed) < _FEWEST or len(set(predicted)) == 1 or len(set(observed)) == 1:
        return float("nan")
    return float(spearmanr(predicted, observed).statistic)


def paired_test(first: Sequence[float], second: Sequence[float]) -> PairedTest:
    """Return an exact permutation test of two lists of squared errors, one entry per family.

    Every exchange of the two within families is counted: ``2^families`` of them. Source: Fisher's
    randomisation test for paired samples, `scipy.stats.permutation_test`.
    """
    one, other = (np.asarray(each, dtype=np.float64) for each in (first, second))
    difference = float(np.mean(one - other))
    if len(one) < _FEWEST - 1:
        return PairedTest(difference, float("nan"), len(one))

    found: Any = permutation_test(
        (one, other), _mean_gap, permutation_type="samples", n_resamples=2 ** len(one)
    )
    return PairedTest(difference, float(found.pvalue), len(one))


def _mean_gap(first: Array, second: Array, axis: int = -1) -> Array:
    return np.asarray(np.mean(first - second, axis=axis))
