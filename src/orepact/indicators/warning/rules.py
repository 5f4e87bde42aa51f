"""Weights, scales, bands and publication lags of the early-warning index: assumption cards."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orepact.data.bundle import WORLD_FOLDER
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.warning.disruption_rate import Prior
from orepact.network.chains.cards import Card, read_cards

__all__ = ["Rules", "month_end", "period_end", "read_rules"]

_PUBLISHERS = {"WB-": "world-bank", "USGS-": "usgs", "BGS-": "bgs", "CEPII-": "cepii", "EC-": "ec"}
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Rules:
    """Weights, scales, bands and lags of the index: assumption cards by name."""

    cards: Mapping[str, Card]

    def value(self, name: str) -> float:
        """Return the value of the card ``warning-<name>``; `InputError` for an unknown one."""
        return self.card(name).value

    def card(self, name: str) -> Card:
        """Return the card ``warning-<name>``; raises `InputError` with the nearest name."""
        full = f"warning-{name}"
        if full not in self.cards:
            raise InputError(
                [
                    Problem(
                        "unknown card",
                        field="card",
                        found=full,
                        expected="a card of the index",
                        nearest=nearest(full, list(self.cards)),
                    )
                ]
            )
        return self.cards[full]

    @property
    def prior(self) -> Prior:
        """The prior of the rate of restrictions."""
        return Prior(
            self.value("prior-events"),
            self.value("prior-years"),
            self.value("window-years"),
            round(self.value("register-first-year")),
        )

    def known_on(self, period: str, source: str) -> datetime.date:
        """Return the day from which a publisher's figure of a period counts as known."""
        publisher = next((name for key, name in _PUBLISHERS.items() if source.startswith(key)), "")
        return month_end(period_end(period), round(self.value(f"lag-{publisher or 'other'}")))


def read_rules(path: Path = WORLD_FOLDER / "assess" / "warning.yaml") -> Rules:
    """Read the cards of the index; raises `InputError` with every problem of the file."""
    return Rules({card.card: card for card in read_cards(path, path.parent)})


def period_end(period: str) -> datetime.date:
    """Return the last day of a period: ``2024``, ``2024-05``, ``2024-05-17``, ``2016-2020``.

    Raises `ValueError` where it names no year.
    """
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", period):
        return month_end(datetime.date(int(period[:4]), int(period[5:7]), 1), 0)
    years = [int(year) for year in _YEAR.findall(period)]
    if not years:
        raise ValueError(f"no year in period {period!r}")
    return datetime.date(max(years), 12, 31)


def month_end(day: datetime.date, months: int) -> datetime.date:
    """Return the last day of the month that lies `months` after a day's."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return datetime.date(year, month + 1, calendar.monthrange(year, month + 1)[1])
