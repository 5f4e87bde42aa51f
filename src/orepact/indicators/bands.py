"""Bands: what an ensemble supports, widened by what history missed.

A band is the 10th to 90th percentile of the members, of fewer than ten distinct ones the least and
the most, widened by the factor 1.35 to both sides: in a
back-test of eleven control episodes the average level over twelve months was within ×/÷ 1.3 to 1.6.
Misses were upward, so the harmful tail is kept too, widened: the largest price or unmet share, the
smallest export volume. Days of cover are not widened; their tail is the smallest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orepact.model.curve import Array

__all__ = [
    "FEWEST",
    "WIDENING",
    "Band",
    "cover_band",
    "distinct_members",
    "ends_of",
    "middle_of",
    "price_band",
    "share_band",
    "volume_band",
]

WIDENING = 1.35
LOW, HIGH = 10.0, 90.0

FEWEST = 10
"""Distinct members below which a band has no percentiles but the least and the most."""

DIGITS = 6
"""Decimals to which members are compared."""


@dataclass(frozen=True, slots=True)
class Band:
    """The middle member, a low and a high end, and the upper tail, in units of the figure."""

    middle: float
    low: float
    high: float
    tail: float


def cover_band(members: Array) -> list[Band]:
    """Return the bands of each row of days of cover, not widened; the tail is the smallest.

    `members` has shape (figures, members).
    """
    low, middle, high = _ends(members)
    return _bands(middle, low, high, members.min(axis=1))


def volume_band(members: Array, widening: float = WIDENING) -> list[Band]:
    """Return the bands of relative volumes, widened by a factor; the tail is the smallest."""
    low, middle, high = _ends(members)
    return _bands(middle, low / widening, high * widening, members.min(axis=1) / widening)


def price_band(members: Array, widening: float = WIDENING) -> list[Band]:
    """Return the bands of price multiples, widened by a factor; the tail is the largest."""
    low, middle, high = _ends(members)
    return _bands(middle, low / widening, high * widening, members.max(axis=1) * widening)


def share_band(members: Array, elasticity: float, widening: float = WIDENING) -> list[Band]:
    """Return the bands of unmet shares of use, widened as if prices were off by the factor.

    A price off by the factor w moves use by ``w^(±elasticity)``; shares stay between 0 and 1.
    """
    kept = np.where(np.isnan(members), np.nan, np.clip(members, 0.0, 1.0))
    low, middle, high = _ends(kept)

    def moved(share: Array, factor: float) -> Array:
        return np.clip(1.0 - (1.0 - share) * factor**-elasticity, 0.0, 1.0)

    return _bands(
        middle, moved(low, 1.0 / widening), moved(high, widening), moved(kept.max(axis=1), widening)
    )


def middle_of(members: Array) -> Array:
    """Return the middle member of each row, the upper one of two: a member, never a mean of two.

    The members of the two licence branches may lie far apart, and between them lies a world that
    was never seen.
    """
    return np.percentile(members, 50.0, axis=1, method="higher")


def ends_of(members: Array) -> tuple[Array, Array]:
    """Return the 10th and 90th percentile of each row, of few distinct members the least and most.

    `members` has shape (figures, members).
    """
    few = distinct_members(members) < FEWEST
    low, high = np.percentile(members, [0.0, 100.0] if few else [LOW, HIGH], axis=1)
    return low, high


def distinct_members(members: Array) -> int:
    """Return how many of the members (columns) differ in any row."""
    return np.unique(np.round(np.nan_to_num(members), DIGITS), axis=1).shape[1]


def _ends(members: Array) -> tuple[Array, Array, Array]:
    """Return the ends of each row; with few members the middle one may be an end itself."""
    low, high = ends_of(members)
    middle = middle_of(members)
    return np.minimum(low, middle), middle, np.maximum(high, middle)


def _bands(middle: Array, low: Array, high: Array, tail: Array) -> list[Band]:
    return [
        Band(*(float(value) for value in values))
        for values in zip(middle, low, high, tail, strict=True)
    ]
