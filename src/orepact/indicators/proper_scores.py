r"""Proper scores: what a forecast costs, so that saying what one believes costs least.

Smaller is better. The interval score of a band [l, u] that is to hold with probability 1 − α is
``(u − l) + (2/α)·(l − y)⁺ + (2/α)·(y − u)⁺`` and the pinball loss of a quantile q at level τ is
``(y − q)·(τ − 1[y < q])`` (Gneiting and Raftery 2007, doi:10.1198/016214506000001437, eq. 43 and
40); ``(u − l) + …`` is 2/α times the sum of the pinball losses of l at α/2 and of u at 1 − α/2. The
Brier score is the squared error of a probability (Brier 1950,
doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2), over several cases summed.
"""

from __future__ import annotations

from collections.abc import Mapping

from orepact.errors import InputError, Problem

__all__ = ["LEVEL", "brier", "brier_of_cases", "interval_score", "pinball"]

LEVEL = 0.8
"""Probability with which a band is to hold."""


def interval_score(low: float, high: float, observed: float, level: float = LEVEL) -> float:
    """Return the interval score of a band that is to hold with probability `level`.

    In the unit of the three numbers. Raises `InputError` where `low` is above `high` or the level
    is not between 0 and 1.
    """
    if not (low <= high and 0.0 < level < 1.0):
        raise InputError([Problem("not a band", field="low", found=f"{low} to {high} at {level}",
                                  expected="low ≤ high, a level between 0 and 1")])
    per_unit = 2.0 / (1.0 - level)
    return (high - low) + per_unit * (max(low - observed, 0.0) + max(observed - high, 0.0))


def pinball(quantile: float, observed: float, level: float) -> float:
    """Return the pinball loss of a quantile at a level (0 to 1), in the unit of both numbers."""
    return (observed - quantile) * (level - (1.0 if observed < quantile else 0.0))


def brier(probability: float, *, happened: bool) -> float:
    """Return the Brier score of a probability that something happens, 0 to 1."""
    return (probability - (1.0 if happened else 0.0)) ** 2


def brier_of_cases(probabilities: Mapping[str, float], happened: str) -> float:
    """Return the Brier score of probabilities of cases that exclude each other, 0 to 2.

    `happened` is the case that came true; one that was given no probability counts as given 0.
    """
    missed = 1.0 if happened not in probabilities else 0.0
    return missed + sum(
        brier(chance, happened=case == happened) for case, chance in probabilities.items()
    )
