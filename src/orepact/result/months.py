"""Months of a path and what was reported for them: the exporter's shipments relative to base."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from orepact.model.curve import Array
from orepact.network.chains.chain import Chain

__all__ = ["SETTLED", "Months", "Reported", "reported_levels"]

SETTLED = 0.9
"""Shipments of at least this share of base mean that a licence no longer binds."""


@dataclass(frozen=True, slots=True)
class Months:
    """A run of months: the first one and how many."""

    first: datetime.date
    count: int

    def number(self, day: datetime.date) -> int:
        """Return the number of the month that holds a day; the first month is 0."""
        return (day.year - self.first.year) * 12 + day.month - self.first.month

    def numbers(self, days: pl.Series) -> npt.NDArray[np.int64]:
        """Return the numbers of the months that hold a column of dates."""
        index = days.dt.year().cast(pl.Int64) * 12 + days.dt.month().cast(pl.Int64)
        return (index - (self.first.year * 12 + self.first.month)).to_numpy()

    def date(self, number: int) -> datetime.date:
        """Return the first day of a month by its number."""
        index = self.first.year * 12 + self.first.month - 1 + number
        return datetime.date(index // 12, index % 12 + 1, 1)

    def in_force(self, number: int, first: datetime.date, last: datetime.date) -> float:
        """Return the share of a month's days that lie from one day to another, both included."""
        start = self.date(number)
        end = start.replace(day=calendar.monthrange(start.year, start.month)[1])
        days = (min(end, last) - max(start, first)).days + 1
        return max(0, days) / ((end - start).days + 1)

    @property
    def last(self) -> datetime.date:
        """Return the first day of the last month."""
        return self.date(self.count - 1)


@dataclass(frozen=True, slots=True)
class Reported:
    """The exporter's reported shipments of a material ÷ base: `level` by month, NaN after `end`."""

    level: Array
    end: int
    settled: bool


def reported_levels(chain: Chain, months: Months) -> dict[str, Reported]:
    """Return reported shipments by material, interpolated between reports.

    Only rows for all destinations count. A material without reports is left out.
    """
    rows = chain.observed.filter(
        (pl.col("destination") == "ALL") & pl.col("relative_to_base").is_not_null()
    )
    by_material: dict[str, dict[int, float]] = {}
    for names, month, level in rows.select("material", "month", "relative_to_base").iter_rows():
        number = months.number(datetime.date(int(month[:4]), int(month[5:7]), 1))
        for name in names.split("|"):
            by_material.setdefault(name, {})[number] = level
    found: dict[str, Reported] = {}
    for name, points in by_material.items():
        known = sorted(points)
        values = np.array([points[number] for number in known])
        level = np.interp(np.arange(months.count), known, values, left=np.nan, right=np.nan)
        recent = values[[number > known[-1] - 6 for number in known]]
        found[name] = Reported(level, known[-1], bool(recent.mean() >= SETTLED))
    return found
