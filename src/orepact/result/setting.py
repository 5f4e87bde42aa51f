"""What a path is told, month by month: what controls hold back, and what else changes.

The first axis of every array is months, the first row the first simulated month. `known` numbers
say in which month something became known: buyers count on it from then on, not before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.result.quotas import Quota
from orepact.result.releases import Release
from orepact.result.support.acting import Supports

__all__ = ["Restrictions", "Setting"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Restrictions:
    """What export controls mean for routes, month by month; the policy layer makes it.

    - `share` (months × routes): permitted share of base flow, inf where free
    - `since` (months × routes): months since the control came into force, 0 where free
    - `known` (months × routes): number of the month in which this became known
    - `alarm` (months × routes): weight of the newest measure that alarms the route's importer, 0 to
      1, and `age` (months × routes) the months since it was announced; hoarding fades with age
    - `conduit` (months × routes): share of blocked base trade that a route of kind ``conduit`` may
      carry, its ramp included; None where there are none
    """

    share: Array
    since: Array
    known: Array
    alarm: Array
    age: Array
    conduit: Array | None = None

    def __len__(self) -> int:
        """Return the number of months."""
        return len(self.share)

    def later(self, start: int) -> Restrictions:
        """Return the months from number `start` on, counted from there."""
        conduit = None if self.conduit is None else self.conduit[start:]
        return Restrictions(
            self.share[start:],
            self.since[start:],
            self.known[start:] - start,
            self.alarm[start:],
            self.age[start:],
            conduit,
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """What else changes.

    - `supply` (months × processes), `demand` (months × demands): factors on base; as many rows as
      months are simulated
    - `process_charge` (months × processes): charge per tonne of activity, multiple of the base
      value of its outputs; less than 0 is a subsidy. Nobody foresees it
    - `process_floor` (months × processes): multiple of the base price under which supply withdraws,
      NaN where the process keeps its own. Nobody foresees it
    - `offered` (months × nodes): multiple of the base price at which a flood offers, inf where none
      does. While it stands nobody believes that the price will rise above it or above today's
    - `route_charge` (months × routes): charge per tonne, multiple of the base price
    - `route_tax` (months × routes): fraction of the exporter's price of the same month
    - `route_known` (months × routes): number of the month in which charge and tax of a month became
      known; None = when they come
    - `quotas`: limits on what several routes carry together
    - `releases`: reserves under their rules
    - `supports`: price support and plants

    None means nothing of the kind. Route arrays and quotas may reach beyond the simulated months;
    where they do not, the last month is believed to last.
    """

    supply: Array
    demand: Array
    process_charge: Array | None = None
    process_floor: Array | None = None
    offered: Array | None = None
    route_charge: Array | None = None
    route_tax: Array | None = None
    route_known: Array | None = None
    quotas: tuple[Quota, ...] = ()
    releases: tuple[Release, ...] = ()
    supports: Supports | None = None

    def cut(self, start: int, end: int) -> Setting:
        """Return the months from `start` to before `end`, with what is announced beyond."""

        def rest(array: Array | None) -> Array | None:
            return None if array is None else array[start:]

        known = rest(self.route_known)
        return replace(
            self,
            supply=self.supply[start:end],
            demand=self.demand[start:end],
            process_charge=rest(self.process_charge),
            process_floor=rest(self.process_floor),
            offered=rest(self.offered),
            route_charge=rest(self.route_charge),
            route_tax=rest(self.route_tax),
            route_known=None if known is None else known - start,
            quotas=tuple(quota.later(start) for quota in self.quotas),
            releases=tuple(release.later(start) for release in self.releases),
            supports=None if self.supports is None else self.supports.later(start),
        )

    @property
    def route_months(self) -> int:
        """Return the months for which charges of routes are given."""
        given = [len(each) for each in (self.route_charge, self.route_tax) if each is not None]
        return min(given, default=0)

    def taxed(self, number: int) -> Flags:
        """Return which routes pay a tax in a month, or are known to."""
        if self.route_tax is None:
            return np.zeros(0, dtype=bool)
        return np.any(self.route_tax[min(number, len(self.route_tax) - 1) :] != 0.0, axis=0)

    def charges(self, number: int, ahead: int, price: Array) -> Array | None:
        """Return what routes are believed to pay `ahead` months after month `number`.

        `price` (multiple of base) is the exporter's price per route; the answer is a multiple of
        the base price, None where nothing is charged.
        """
        months = self.route_months
        if not months:
            return None
        seen = np.full(len(price), min(number, months - 1))
        columns = np.arange(len(price))
        for later in range(number + 1, min(number + ahead, months - 1) + 1):
            known = later if self.route_known is None else self.route_known[later]
            seen = np.where(known <= number, later, seen)
        total = np.zeros(len(price))
        if self.route_charge is not None:
            total = total + self.route_charge[seen, columns]
        if self.route_tax is not None:
            total = total + self.route_tax[seen, columns] * price
        return total
