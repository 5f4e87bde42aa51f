"""How far a printed number may lie from the number behind it: half a unit of its last digit."""

from __future__ import annotations

from decimal import Decimal

__all__ = ["half_unit", "part_range", "quotient_range"]

LEADING = 2
"""Digits of a whole number that count although they are zeros: 20,000 is exact to 1,000."""


def half_unit(value: float, *, whole: bool = False) -> float:
    """Return half a unit of the last digit of `value` that counts, in the unit of `value`.

    Trailing zeros of a whole number do not count beyond its first two digits: 848 is ± 0.5, 900
    is ± 5, 20,000 is ± 500, 0.5 is ± 0.05. With `whole` every digit counts down to the unit (per
    cent, years, counted things): 60 is ± 0.5. A printed zero is exact, or ± 0.5 with `whole`.
    """
    if value == 0:
        return 0.5 if whole else 0.0
    shown = Decimal(str(value)).normalize().as_tuple()
    last = int(shown.exponent)
    if last > 0:
        last = 0 if whole else max(0, last - max(0, LEADING - len(shown.digits)))
    return 0.5 * 10.0**last


def quotient_range(part: float, whole: float) -> tuple[float, float]:
    """Return the least and largest share that two printed amounts allow, between 0 and 1."""
    part_half, whole_half = half_unit(part), half_unit(whole)
    low = max(0.0, part - part_half) / (whole + whole_half)
    high = (part + part_half) / (whole - whole_half) if whole > whole_half else 1.0
    return min(1.0, low), min(1.0, high)


def part_range(part: float, whole: float, whole_half: float) -> tuple[float, float]:
    """Return the least and largest share of a sum that holds the part.

    `whole_half` is the rounding of the sum: the half units of all its parts added up.
    """
    half = half_unit(part)
    rest, rest_half = max(0.0, whole - part), max(0.0, whole_half - half)
    low, high = max(0.0, part - half), part + half
    least = low + rest + rest_half
    most = high + max(0.0, rest - rest_half)
    return (low / least if least else 0.0), (high / most if most else 1.0)
