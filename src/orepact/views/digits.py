"""Print numbers with no more digits than their band supports.

Multiples carry two significant digits, set by the largest number of the band, and at most one
decimal once the band is wider than a factor of 1.5. Shares are whole per cent. A back-test of
eleven control episodes supports levels over twelve months to about ×/÷ 1.5, and for the
exporter's own price only a range: no more than that is printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

__all__ = [
    "Band",
    "band_of",
    "days",
    "exporter_range",
    "fine_percent",
    "multiple",
    "multiple_tail",
    "multiples",
    "number",
    "percent",
    "relative_volume",
    "share",
    "tonnes",
]

MISSING = "n/a"
WIDE = 1.5
ZERO = 1e-9  # fractions below this are printed as zero
ONE_PER_CENT = 0.01
PLAIN = (1e-3, 1e6)  # numbers outside are printed with an exponent
LITTLE = 0.1  # tonnes below this are said to be less
WHOLE = 10.0  # tonnes from here on are printed without decimals
EXPORTER_LOW, EXPORTER_HIGH = 0.8, 1.5


@dataclass(frozen=True, slots=True)
class Band:
    """A mean with its band and its tail; all four in the same unit, `nan` where unknown."""

    middle: float
    low: float
    high: float
    tail: float


def band_of(value: object) -> Band | None:
    """Return a mapping with mean, low, high and tail (or one number) as a `Band`.

    Returns None when the value or its mean is missing or not finite; a missing bound repeats
    its neighbour.
    """
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        mean = _finite(fields.get("middle"), math.nan)
        low = _finite(fields.get("low"), mean)
        high = _finite(fields.get("high"), mean)
        tail = _finite(fields.get("tail"), high)
    else:
        mean = low = high = tail = _finite(value, math.nan)
    return None if math.isnan(mean) else Band(mean, low, high, tail)


def multiple(band: Band | None) -> str:
    """Return a price multiple as ``mean (low–high)``; its unit, ×, belongs to the column."""
    if band is None:
        return MISSING
    decimals = _multiple_decimals(band)
    mean, low, high = (_multiple(value, decimals) for value in (band.middle, band.low, band.high))
    return mean if low == high else f"{mean} ({low}–{high})"


def multiples(values: Iterable[float]) -> str:
    """Return single multiples side by side, in the order given."""
    bands = [Band(value, value, value, value) for value in values]
    return " · ".join(multiple(band) for band in bands) or MISSING


def multiple_tail(band: Band | None) -> str:
    """Return the upward tail of a multiple, with the digits of its band."""
    if band is None:
        return MISSING
    own = _multiple_decimals(Band(band.tail, band.tail, band.tail, band.tail))
    return _multiple(band.tail, min(own, _multiple_decimals(band)))


def exporter_range(band: Band | None) -> str:
    """Return the exporter's own price multiple as a bare range, never as a level.

    The range is the wider of the band and 0.8–1.5, the most that the back-test supports.
    """
    low = EXPORTER_LOW if band is None else min(band.low, EXPORTER_LOW)
    high = EXPORTER_HIGH if band is None else max(band.high, EXPORTER_HIGH)
    return f"{_multiple(low, 1)}–{_multiple(high, 1)}"


def percent(band: Band | None) -> str:
    """Return a share (a fraction) in whole per cent as ``mean (low–high)``."""
    if band is None:
        return MISSING
    mean, low, high = (_percent(value) for value in (band.middle, band.low, band.high))
    return mean if low == high else f"{mean} ({low.removesuffix(' %')}–{high.removesuffix(' %')})"


def share(value: object) -> str:
    """Return one fraction in whole per cent."""
    fraction = _finite(value, math.nan)
    return MISSING if math.isnan(fraction) else _percent(fraction)


def fine_percent(value: object) -> str:
    """Return a small fraction, such as an error, in per cent to one significant digit."""
    fraction = _finite(value, math.nan)
    if math.isnan(fraction):
        return MISSING
    return "0 %" if fraction == 0 else f"{number(_significant(100 * fraction, 1))} %"


def relative_volume(band: Band | None) -> str:
    """Return a volume relative to its base as a range in whole per cent."""
    if band is None:
        return MISSING
    low, high = (_percent(value) for value in (band.low, band.high))
    return low if low == high else f"{low.removesuffix(' %')}–{high}"


def days(band: Band | None) -> str:
    """Return days of cover as ``mean (low–high)`` in whole days."""
    if band is None:
        return MISSING
    mean, low, high = (f"{_half_up(value)}" for value in (band.middle, band.low, band.high))
    return mean if low == high else f"{mean} ({low}–{high})"


def tonnes(value: float) -> str:
    """Return tonnes to two significant digits with thousands separated by a thin space."""
    if not math.isfinite(value):
        return MISSING
    if 0 < value < LITTLE:
        return f"<{LITTLE}"
    rounded = _significant(value, 2)
    decimals = 0 if abs(rounded) >= WHOLE or rounded == 0 else 1
    return f"{rounded:,.{decimals}f}".replace(",", "\u202f")


def number(value: object) -> str:
    """Return any number of an assumption to three significant digits, other values as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "" if value is None else str(value)
    if not math.isfinite(value):
        return MISSING
    if value == 0 or PLAIN[0] <= abs(value) < PLAIN[1]:
        rounded = _significant(float(value), 3)
        return f"{rounded:,.10f}".rstrip("0").rstrip(".").replace(",", "\u202f")
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def _finite(value: object, default: float) -> float:
    if isinstance(value, (int, float)) and math.isfinite(value):
        return float(value)
    return default


def _multiple_decimals(band: Band) -> int:
    wide = band.low <= 0 or band.high / band.low > WIDE
    largest = max(abs(band.high), abs(band.middle))
    if largest <= 0:
        return 1
    decimals = max(0, 1 - math.floor(math.log10(_significant(largest, 2))))
    return min(decimals, 1 if wide else 2)


def _multiple(value: float, decimals: int) -> str:
    rounded = _significant(value, 2)
    text = f"{_round_half_up(rounded, decimals):.{decimals}f}"
    if value > 0 and float(text) == 0:
        return f"<{10.0**-decimals:.{decimals}f}"
    return text


def _percent(value: float) -> str:
    if abs(value) < ZERO:
        return "0 %"
    return "<1 %" if 0 < value < ONE_PER_CENT else f"{_half_up(100 * value)} %"


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def _round_half_up(value: float, decimals: int) -> float:
    scale = 10.0**decimals
    return math.floor(value * scale + 0.5 + 1e-9) / scale


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
