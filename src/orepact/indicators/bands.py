"""Bands: what an ensemble supports, widened by what history missed.

A band is the 10th to 90th percentile of the members, widened by the factor 1.35 to both sides: in a
back-test of eleven control episodes the average level over twelve months was within ×/÷ 1.3 to 1.6.
Misses were upward, so the upper tail is kept too: the largest member, widened.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orepact.model.curve import Array

__all__ = ["WIDENING", "Band", "band_of", "price_band", "share_band"]

WIDENING = 1.35
LOW, HIGH = 10.0, 90.0


@dataclass(frozen=True, slots=True)
class Band:
    """The middle member, a low and a high end, and the upper tail, in units of the figure."""

    mean: float
    low: float
    high: float
    tail: float


def band_of(members: Array) -> list[Band]:
    """Return the median, the 10th and 90th percentile and the largest of each row of members.

    `members` has shape (figures, members).
    """
    low, middle, high = np.percentile(members, [LOW, 50.0, HIGH], axis=1)
    return _bands(middle, low, high, members.max(axis=1))


def price_band(members: Array, widening: float = WIDENING) -> list[Band]:
    """Return the bands of price multiples or volumes: plain bands, widened by a factor."""
    low, middle, high = np.percentile(members, [LOW, 50.0, HIGH], axis=1)
    return _bands(middle, low / widening, high * widening, members.max(axis=1) * widening)


def share_band(members: Array, elasticity: float, widening: float = WIDENING) -> list[Band]:
    """Return the bands of unmet shares of use, widened as if prices were off by the factor.

    A price off by the factor w moves use by ``w^(±elasticity)``; shares stay between 0 and 1.
    """
    kept = np.clip(members, 0.0, 1.0)
    low, middle, high = np.percentile(kept, [LOW, 50.0, HIGH], axis=1)

    def moved(share: Array, factor: float) -> Array:
        return np.clip(1.0 - (1.0 - share) * factor**-elasticity, 0.0, 1.0)

    return _bands(
        middle, moved(low, 1.0 / widening), moved(high, widening), moved(kept.max(axis=1), widening)
    )


def _bands(middle: Array, low: Array, high: Array, tail: Array) -> list[Band]:
    return [
        Band(*(float(value) for value in values))
        for values in zip(middle, low, high, tail, strict=True)
    ]
