"""Whole grams: an amount split by weights without losing or making a gram.

Sainte-Laguë's divisor method (1910): member i gets the whole number nearest to w_i/d for one
divisor d, so that nobody's part shrinks when the amount grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

__all__ = ["GRAMS", "apportion"]

GRAMS = 1_000_000
"""Grams in a tonne."""


def apportion(amount: int, weights: Sequence[int]) -> list[int]:
    """Return whole parts of `amount` in proportion to `weights`, earlier members first at ties.

    A negative amount gives negative parts. Raises `ValueError` if an amount that is not zero meets
    weights that sum to zero, and for a negative weight.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    if amount < 0:
        return [-part for part in apportion(-amount, weights)]
    total = sum(weights)
    if total == 0:
        if amount:
            raise ValueError("nothing to split by: all weights are zero")
        return [0] * len(weights)
    parts = [(2 * amount * weight + total) // (2 * total) for weight in weights]
    while sum(parts) < amount:
        parts[_next(parts, weights)] += 1
    while sum(parts) > amount:
        parts[_last(parts, weights)] -= 1
    return parts


def _next(parts: Sequence[int], weights: Sequence[int]) -> int:
    """Return who gets one more: the largest weight by part and a half, the first at ties."""
    return max(
        range(len(parts)),
        key=lambda place: (Fraction(2 * weights[place], 2 * parts[place] + 1), -place),
    )


def _last(parts: Sequence[int], weights: Sequence[int]) -> int:
    """Return who got one too many: the smallest weight by part less a half, the last at ties."""
    given = [place for place in range(len(parts)) if parts[place] > 0]
    return min(
        given, key=lambda place: (Fraction(2 * weights[place], 2 * parts[place] - 1), -place)
    )
