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
    """The middle member, a low and a high end, and the upper tail; units are those of the figure."""

    mean: float
    low: float
    high: float
    tail: float


def band_of(members: Array) -> Band:
    """Return the median, the 10th and 90th percentile and the largest of the members."""
    low, middle, high = np.percentile(members, [LOW, 50.0, HIGH])
    return Band(float(middle), float(low), float(high), float(members.max()))


def price_band(members: Array, widening: float = WIDENING) -> Band:
    """Return the band of a price multiple or a volume: a plain band, widened by a factor."""
    band = band_of(members)
    return Band(band.mean, band.low / widening, band.high * widening, band.tail * widening)


def share_band(members: Array, elasticity: float, widening: float = WIDENING) -> Band:
    """Return the band of an unmet share of use, widened as if prices were off by the factor.

    A price off by the factor w moves use by ``w^(±elasticity)``; shares stay between 0 and 1.
    """
    band = band_of(np.clip(members, 0.0, 1.0))

    def moved(share: float, factor: float) -> float:
        return float(min(1.0, max(0.0, 1.0 - (1.0 - share) * factor**-elasticity)))

    return Band(
        max(0.0, band.mean),
        moved(band.low, 1.0 / widening),
        moved(band.high, widening),
        moved(band.tail, widening),
    )
