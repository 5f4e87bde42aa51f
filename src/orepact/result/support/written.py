"""Supports of one month written over a window: reference prices, charges, payments, slopes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.model.route import route_charges
from orepact.model.support import SupportNumbers
from orepact.model.tables import Tables
from orepact.model.window import Window
from orepact.result.support.acting import Floor, Supports
from orepact.result.support.told import Known, SupportState, Trial

__all__ = ["Acting"]

Flags = npt.NDArray[np.bool_]

TINY = 1e-9
LEAST = 1e-8
"""Least charge or payment (multiple of the base price) that counts as acting."""


@dataclass(frozen=True, slots=True)
class Acting:
    """The supports of a month written over a window: references, charges and numbers."""

    supports: Supports
    tables: Tables
    known: Known
    state: SupportState
    free: Flags
    months: int
    node: Index

    @property
    def holds(self) -> Flags:
        """Return which instruments hold in each month of the window."""
        number = self.known.number
        return np.array([self.supports.holds(number + ahead) for ahead in range(self.months)])

    def read(self, price: Array) -> Array:
        """Return the reference prices: of nodes that are charged, then of every contract."""
        sound = np.where(np.isfinite(price), price, 1.0)
        index = [sound[each.node] @ each.weight for each in self.supports.contracts]
        return np.concatenate([sound[self.node], index])

    def asked(self, each: Floor, price: Array) -> Array:
        """Return at which price each route brings its tonnes before duty, taxes on exports paid.

        `price` (multiple) is the exporter's, one per route of the floor.
        """
        rate, fixed = self.known.rate[0, each.route], self.known.fixed[0, each.route]
        return (1.0 + rate) * price + each.cost + fixed

    def duty(self, reckoned: Array) -> list[Array]:
        """Return what a tonne is charged on each floor's routes (multiple)."""
        found: list[Array] = []
        for each in self.supports.floors:
            price = reckoned[np.searchsorted(self.node, each.start)]
            lacks = np.maximum(0.0, each.level - self.asked(each, price))
            found.append(np.where(self.free[each.route], 0.0, lacks))
        return found

    def units(self, reckoned: Array) -> list[tuple[float, float]]:
        """Return what every contract pays a tonne, and how that answers to its index."""
        index = reckoned[len(self.node) :]
        return [
            each.unit(float(here), shares=self.shares(number))
            for number, (each, here) in enumerate(zip(self.supports.contracts, index, strict=True))
        ]

    def shares(self, number: int) -> bool:
        """Say whether a contract's upside is shared: its plant once made enough before."""
        each = self.supports.contracts[number]
        name = self.supports.instruments[each.column].name
        return name in self.state.shared or each.full_at(self.known.made)

    def charge(self, reckoned: Array) -> Array:
        """Return what routes are charged (months × routes): taxes, premiums and duties."""
        start = self.tables.routes["from"]
        price = np.zeros(len(self.tables.nodes))
        price[self.node] = reckoned[: len(self.node)]
        total = self.known.fixed + self.known.rate * price[start]
        holds = self.holds
        for each, duty in zip(self.supports.floors, self.duty(reckoned), strict=True):
            total[:, each.route] += holds[:, each.column, None] * duty
        return total

    def numbers(self, reckoned: Array) -> SupportNumbers:
        """Return the numbers of contracts, tiers and takers in the window."""
        told, holds = self.supports, self.holds
        unit = np.array([unit for unit, _ in self.units(reckoned)])
        column = np.array([each.column for each in told.contracts], dtype=np.int64)
        volume = np.array([each.volume for each in told.contracts])
        made = np.array([each.output.made(self.known.made) for each in told.contracts])
        here = holds[:, column]
        back = np.where(here & (unit < 0.0) & (made < volume), unit, 0.0)
        tier = np.array([each.column for each in told.tiers], dtype=np.int64)
        cap = np.array([each.cap for each in told.tiers])
        price, take, sell = self._takers(holds)
        return SupportNumbers(
            pay=np.where(here & (unit >= 0.0), unit, 0.0) + back,
            beyond=back,
            volume=np.where(here, volume, 0.0) if len(volume) else np.zeros(here.shape),
            buy_out=np.where(holds[:, tier], cap, 0.0),
            price=price,
            take=take,
            sell=sell,
        )

    def _takers(self, holds: Flags) -> tuple[Array, Array, Array]:
        """Return the price per node, and what may be taken and resold by month and node."""
        told = self.supports.takings
        if not told:
            none = np.zeros((self.months, 0))
            return np.zeros(0), none, none
        count = [len(each.node) for each in told]
        price = np.repeat([each.price for each in told], count)
        volume = np.concatenate([each.volume for each in told])
        here = np.repeat(holds[:, [each.column for each in told]], count, axis=1)
        take = np.where(here, volume, 0.0)
        sells = np.repeat([each.sells for each in told], count)
        gone = np.zeros((self.months, len(volume)))
        gone[1:] = np.cumsum(np.tile(volume, (self.months - 1, 1)), axis=0)
        left = np.maximum(0.0, self.state.held - gone)
        return price, take, np.where(sells, np.minimum(volume, left), 0.0)

    def slope(self, window: Window, reckoned: Array) -> Array:
        """Return how reference prices answer to those reckoned on, at the window's last answer."""
        costs = np.zeros((len(window.arrays.cost), len(reckoned)))
        start, holds = self.tables.routes["from"], self.holds
        for place, node in enumerate(self.node):
            here = np.flatnonzero(start == node)
            costs[window.flow[:, here], place] += self.known.rate[:, here]
        for each, duty in zip(self.supports.floors, self.duty(reckoned), strict=True):
            place = np.searchsorted(self.node, each.start)
            falls = -1.0 - self.known.rate[0, each.route]
            fall = holds[:, each.column, None] * np.where(duty > 0.0, falls, 0.0)
            costs[window.flow[:, each.route], place] += fall
        if window.support is not None:
            self._paid(window, reckoned, costs)
        answers = window.answers(costs)
        first = [answers[each.node].T @ each.weight for each in self.supports.contracts]
        return np.vstack([answers[self.node], *first])

    def _paid(self, window: Window, reckoned: Array, costs: Array) -> None:
        """Write how the costs of paid tonnes answer to each contract's index."""
        columns = window.support
        if columns is None:
            return
        numbers = self.numbers(reckoned)
        for number, (_, rise) in enumerate(self.units(reckoned)):
            place = len(self.node) + number
            for part, pay in ((columns.paid, numbers.pay), (columns.beyond, numbers.beyond)):
                acts = pay[:, number] != 0.0
                costs[part[:, number], place] = np.where(acts, -rise, 0.0)

    def excess(self, trial: Trial) -> Array:
        """Return by which part scarcity alone brings what routes carry above their floor.

        A route that its limit holds back earns its exporter a rent on top of price and cost; what
        lands at the floor with it needs no duty. −1 where a route is not held back.
        """
        found = np.full(len(self.tables.routes), -1.0)
        first, rise = route_charges(self.tables)
        limit, months = trial.before.limit[0], len(trial.outlook) - 1
        for each in self.supports.floors:
            here = each.route
            lag = np.minimum(self.tables.routes["lag"][here], months)
            flow = trial.month.flow[here]
            before = self.asked(each, trial.month.price[each.start])
            reroutes = first[here] + rise[here] * flow - each.cost
            brings = trial.outlook[lag, self.tables.routes["to"][here]]
            rent = brings - before - reroutes
            full = (flow >= limit[here] * (1.0 - 1e-6)) & (limit[here] > 0.0) & (rent > 0.0)
            found[here] = np.where(full, (before + rent) / max(each.level, TINY) - 1.0, -1.0)
        return found

    def acts(self, trial: Trial) -> bool:
        """Say whether any instrument would do something at the prices of a trial."""
        price, holds = trial.month.price, np.logical_or.reduce(self.holds, axis=0)
        reckoned = self.read(price)
        open_ = trial.before.limit.max(axis=0) > 0.0
        for each, duty in zip(self.supports.floors, self.duty(reckoned), strict=True):
            if holds[each.column] and np.any(duty[open_[each.route]] > LEAST):
                return True
        for each, (unit, _) in zip(self.supports.contracts, self.units(reckoned), strict=True):
            if holds[each.column] and abs(unit) > LEAST:
                return True
        return self._certifies(trial, holds) or self._takes(price, holds)

    def _certifies(self, trial: Trial, holds: Flags) -> bool:
        month = trial.month
        for each, counted in zip(self.supports.tiers, self.supports.block.standards, strict=True):
            made = counted.output.made(month.production)
            made += float(month.flow[counted.route] @ counted.sign)
            use = float(month.consumption[counted.demand].sum())
            use += counted.used.made(month.production)
            if holds[each.column] and each.cap > 0.0 and made < counted.share * use:
                return True
        return False

    def _takes(self, price: Array, holds: Flags) -> bool:
        first = 0
        for each in self.supports.takings:
            here = slice(first, first + len(each.node))
            first += len(each.node)
            if holds[each.column] and np.any(price[each.node] < each.price):
                return True
            if each.sells and np.any(
                (self.state.held[here] > TINY) & (price[each.node] > each.price)
            ):
                return True
        return False
