"""A number with the range that its inputs allow; ranges are combined by their ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

__all__ = ["ZERO", "Span", "exact", "measured", "total"]


@dataclass(frozen=True, slots=True)
class Span:
    """A value and the least and largest it may be; never negative.

    Invariant: ``0 <= low <= value <= high``.
    """

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse a range that does not hold its value."""
        if not 0.0 <= self.low <= self.value <= self.high < float("inf"):
            message = f"no range: {self.low} <= {self.value} <= {self.high}"
            raise ValueError(message)

    def __add__(self, other: Span) -> Span:
        """Add two quantities, end by end."""
        return Span(self.value + other.value, self.low + other.low, self.high + other.high)

    def __mul__(self, other: Span) -> Span:
        """Multiply two quantities, end by end."""
        return Span(self.value * other.value, self.low * other.low, self.high * other.high)

    def over(self, other: Span) -> Span | None:
        """Divide: the low end by the high end of the other; nothing if that may be zero."""
        if other.low <= 0.0:
            return None
        return Span(self.value / other.value, self.low / other.high, self.high / other.low)

    def times(self, factor: float) -> Span:
        """Multiply by a factor of zero or more."""
        return Span(self.value * factor, self.low * factor, self.high * factor)


ZERO = Span(0.0, 0.0, 0.0)


def exact(value: float) -> Span:
    """Return a number without a range."""
    return Span(value, value, value)


def measured(rows: Iterable[tuple[float, float]]) -> Span:
    """Return the sum of quantities, each with its relative error, plus and minus one error.

    Errors are taken as independent: ``sqrt(sum((error · quantity)²))``.
    """
    listed = list(rows)
    value = sum(quantity for quantity, _ in listed)
    error = sqrt(sum((quantity * relative) ** 2 for quantity, relative in listed))
    return Span(value, max(0.0, value - error), value + error)


def total(spans: Iterable[Span]) -> Span:
    """Return the sum of spans, end by end."""
    found = ZERO
    for span in spans:
        found = found + span
    return found
