"""Export quotas over time: what may still be shipped, what is carried over, what lapses.

A quota limits tonnes per calendar period, over routes and destinations together. What is left of
a period may be shipped at most at `pace` times an even monthly share; of the rest at its end a
fraction is carried over and lapses some months later. What the issuer keeps back is no part of the
limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.model.tables import Tables
from orepact.model.window import Shared

__all__ = ["Ledger", "Quota", "caps_ahead", "row_units", "shared_by", "to_come"]

Index = npt.NDArray[np.int64]

NO_PERIOD = -1

RELEASE = 1.5
"""Shipments beyond this multiple of those of recent months are a release after a quota."""


@dataclass(frozen=True, slots=True)
class Quota:
    """An export quota on several routes; all but `routes` has one entry per month.

    - `routes`: numbers of the routes that count against it
    - `period`: a number for the period of each month, −1 where the quota is not in force
    - `limit`: tonnes that may be shipped in that period, what the issuer keeps back left out
    - `free`: tonnes on top in that month alone, for its days before the quota came into force
    - `left`: months of the period from that month on, itself included
    - `known`: number of the month in which it became known that the quota holds in that month
    - `pace`: most that ships in a month, as a multiple of an even share of what is left
    - `carry` (fraction) of the rest of that month's period may still be shipped for `lapse` months

    Quotas that continue one another are one: what is left of one passes on to the next.
    """

    name: str
    routes: Index
    period: Index
    limit: Array
    free: Array
    left: Array
    known: Array
    pace: Array
    carry: Array
    lapse: Index

    def __len__(self) -> int:
        """Return the number of months."""
        return len(self.period)

    def later(self, start: int) -> Quota:
        """Return the months from number `start` on, counted from there."""
        rest = self._months(slice(start, None))
        return replace(rest, known=rest.known - start)

    def earlier(self, end: int) -> Quota:
        """Return the months before number `end`."""
        return self._months(slice(0, end))

    def _months(self, kept: slice) -> Quota:
        return replace(
            self,
            period=self.period[kept],
            limit=self.limit[kept],
            free=self.free[kept],
            left=self.left[kept],
            known=self.known[kept],
            pace=self.pace[kept],
            carry=self.carry[kept],
            lapse=self.lapse[kept],
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is open under a quota (t): the period, its rest, and what was carried into it.

    `carried` has pairs of months until it lapses and tonnes, the first to lapse first. Of the rest
    of this period the fraction `carry` will be carried over and lapse after `lapse` months.
    """

    period: int = NO_PERIOD
    rest: float = 0.0
    carried: tuple[tuple[int, float], ...] = ()
    carry: float = 0.0
    lapse: int = 0

    def opened(self, quota: Quota, number: int) -> Ledger:
        """Return the ledger at the start of a month: a new period begins, carried tonnes lapse."""
        month = min(number, len(quota) - 1)
        period = int(quota.period[month])
        if period == self.period:
            return self
        if period == NO_PERIOD:
            return Ledger()
        kept, carried = self.carry * self.rest, self.carried
        if kept > 0.0 and self.lapse > 0:
            carried = tuple(sorted((*carried, (self.lapse, kept))))
        return Ledger(
            period,
            float(quota.limit[month]),
            carried,
            float(quota.carry[month]),
            int(quota.lapse[month]),
        )

    def cap(self, quota: Quota, number: int) -> float:
        """Return what may be shipped in a month (t), inf where the quota is not in force."""
        month = min(number, len(quota) - 1)
        if quota.period[month] == NO_PERIOD:
            return np.inf
        even = self.rest / max(1.0, float(quota.left[month]))
        carried = sum(tonnes for _, tonnes in self.carried)
        return min(self.rest, float(quota.pace[month]) * even) + carried + float(quota.free[month])

    def after(self, quota: Quota, number: int, shipped: float) -> Ledger:
        """Return the ledger after a month: free tonnes count first, then those that lapse first."""
        month = min(number, len(quota) - 1)
        if quota.period[month] == NO_PERIOD:
            return self
        due = max(0.0, shipped - float(quota.free[month]))
        carried: list[tuple[int, float]] = []
        for months, tonnes in self.carried:
            used = min(due, tonnes)
            due -= used
            if months > 1:
                carried.append((months - 1, tonnes - used))
        return replace(self, rest=max(0.0, self.rest - due), carried=tuple(carried))


def caps_ahead(quota: Quota, ledger: Ledger, number: int, months: int) -> Array:
    """Return what may be shipped (t) in the months of a window, as believed in its first month.

    Every cap is expected to be used; a month of which nothing is known yet is believed to be like
    the month before it.
    """
    caps = np.empty(months)
    here = ledger
    for ahead in range(months):
        month = number + ahead
        if ahead and (month >= len(quota) or quota.known[month] > number):
            caps[ahead] = caps[ahead - 1]
            continue
        here = here.opened(quota, month)
        caps[ahead] = here.cap(quota, month)
        here = here.after(quota, month, caps[ahead])
    return caps


def shared_by(quotas: Sequence[Quota], tables: Tables, worth: Array) -> tuple[Shared, ...]:
    """Return the rows of quotas for a window in base value; `worth` is the value of a tonne.

    A row counts in multiples of the base trade of its routes, so that its numbers are near one.
    """
    found: list[Shared] = []
    for quota, unit in zip(quotas, row_units(quotas, tables, worth), strict=True):
        here = worth[tables.routes["from"][quota.routes]]
        value = float(tables.routes["base"][quota.routes].sum())
        value = value if value > 0.0 else unit * float(here.mean())
        found.append(Shared(quota.name, quota.routes, 1.0 / (here * unit), value))
    return tuple(found)


def row_units(quotas: Sequence[Quota], tables: Tables, worth: Array) -> Array:
    """Return the tonnes that are one unit of each quota's row: the base trade under it."""
    tonnes = tables.routes["base"] / worth[tables.routes["from"]]
    base = np.array([float(tonnes[quota.routes].sum()) for quota in quotas])
    return np.where(base > 0.0, base, 1.0)


def to_come(shipped: Array, quotas: Sequence[Quota], number: int) -> Array:
    """Return what is expected to be shipped in each month beyond a window, by route.

    It is what was shipped in the last of the months that `shipped` has (months × routes). What a
    quota that has ended had held back goes at once and does not come again: then it is their mean.
    """
    last, mean = shipped[-1].copy(), shipped.mean(axis=0)
    for quota in quotas:
        if quota.period[min(number, len(quota) - 1)] == NO_PERIOD:
            here = quota.routes[last[quota.routes] > RELEASE * mean[quota.routes]]
            last[here] = mean[here]
    return last
