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

__all__ = ["Ledger", "Quota", "caps_ahead", "row_units", "shared_by"]

Index = npt.NDArray[np.int64]

NO_PERIOD = -1


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
    - `carry` (fraction) of the rest of a period may still be shipped for `lapse` months
    """

    name: str
    routes: Index
    period: Index
    limit: Array
    free: Array
    left: Array
    known: Array
    pace: float = np.inf
    carry: float = 0.0
    lapse: int = 0

    def __len__(self) -> int:
        """Return the number of months."""
        return len(self.period)

    def later(self, start: int) -> Quota:
        """Return the months from number `start` on, counted from there."""
        return replace(
            self,
            period=self.period[start:],
            limit=self.limit[start:],
            free=self.free[start:],
            left=self.left[start:],
            known=self.known[start:] - start,
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is open under a quota (t): the period, its rest, and what was carried into it.

    `carried` has pairs of months until it lapses and tonnes, the first to lapse first.
    """

    period: int = NO_PERIOD
    rest: float = 0.0
    carried: tuple[tuple[int, float], ...] = ()

    def opened(self, quota: Quota, number: int) -> Ledger:
        """Return the ledger at the start of a month: a new period begins, carried tonnes lapse."""
        month = min(number, len(quota) - 1)
        period = int(quota.period[month])
        if period == self.period:
            return self
        if period == NO_PERIOD:
            return Ledger()
        kept = quota.carry * self.rest if self.period != NO_PERIOD else 0.0
        carried = self.carried
        if kept > 0.0 and quota.lapse > 0:
            carried = (*carried, (quota.lapse, kept))
        return Ledger(period, float(quota.limit[month]), carried)

    def cap(self, quota: Quota, number: int) -> float:
        """Return what may be shipped in a month (t), inf where the quota is not in force."""
        month = min(number, len(quota) - 1)
        if quota.period[month] == NO_PERIOD:
            return np.inf
        even = self.rest / max(1.0, float(quota.left[month]))
        carried = sum(tonnes for _, tonnes in self.carried)
        return min(self.rest, quota.pace * even) + carried + float(quota.free[month])

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
        return Ledger(self.period, max(0.0, self.rest - due), tuple(carried))


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
