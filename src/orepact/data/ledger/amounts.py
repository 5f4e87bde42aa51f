"""Whole grams and whole cents: what is counted is never rounded away.

A movement states tonnes and dollars as decimal numbers; they become integers here, exactly or not
at all. The one place where something is rounded is a quantity times a price, half to even, and the
rounded amount is what both sides are booked with.
"""

from __future__ import annotations

from decimal import Decimal

__all__ = ["CENTS", "GRAMS", "LARGEST", "dollars_text", "tonnes_text", "value_of", "whole"]

GRAMS = 1_000_000
"""Grams of a tonne."""

CENTS = 100
"""Cents of a dollar."""

LARGEST = 10**15
"""Largest amount of one posting, in grams or cents: sums stay within 64 bits."""


def whole(number: float, parts: int) -> int | None:
    """Return a number of tonnes or dollars in `parts` of it, or None where it is finer than one.

    `number` counts as the decimal that it is written as: 0.1 is a tenth. None also for numbers
    whose amount is beyond what the ledger keeps.
    """
    amount = Decimal(repr(number)) * parts
    if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) > LARGEST:
        return None
    return int(amount)


def value_of(grams: int, cents_per_tonne: int) -> int:
    """Return the value of a quantity at a price, in cents, half to even."""
    quotient, rest = divmod(grams * cents_per_tonne, GRAMS)
    return quotient + (rest * 2 > GRAMS or (rest * 2 == GRAMS and quotient % 2 == 1))


def tonnes_text(grams: int) -> str:
    """Return grams as tonnes with every digit that counts."""
    return f"{_decimal(grams, GRAMS)} t"


def dollars_text(cents: int) -> str:
    """Return cents as dollars with every digit that counts."""
    return f"{_decimal(cents, CENTS)} USD"


def _decimal(amount: int, parts: int) -> str:
    units, rest = divmod(abs(amount), parts)
    digits = f"{rest:0{len(str(parts)) - 1}d}".rstrip("0")
    return f"{'-' if amount < 0 else ''}{units:,}{'.' if digits else ''}{digits}"
