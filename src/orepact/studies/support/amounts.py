"""Small help for public cost: ends of amounts, and months counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from orepact.network.chains.text import Card
from orepact.policy.support.text import Amount
from orepact.units import convert

__all__ = ["ends_of", "month_after", "months_between"]

MONTHS = 12


def ends_of(
    amount: Amount, unit: str, cards: Mapping[str, Card], times: float = 1.0
) -> dict[str, float]:
    """Return value, least and most of an amount in a unit, times a number."""
    if not isinstance(amount, str):
        return dict.fromkeys(("value", "low", "high"), float(amount) * times)
    card = cards[amount]
    return {name: convert(value, card.unit, unit) * times for name, value in
            (("value", card.value), ("low", card.low), ("high", card.high))}


def months_between(first: date, last: date) -> int:
    """Return the months from one month to another."""
    return MONTHS * (last.year - first.year) + last.month - first.month


def month_after(day: date, months: int) -> date:
    """Return the first day of the month that many months after."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    return date(day.year + years, month + 1, 1)
