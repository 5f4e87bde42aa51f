"""What can be seen of a market at the start of a month: supply, use, stocks and prices by place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from orepact.model.curve import Array
from orepact.model.tables import Tables
from orepact.model.window import WindowMonth

__all__ = ["AT_BASE", "Gauge", "Seen"]

AT_BASE = 1.02
"""Prices up to this multiple of the base price are the base price."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Figures of the month before, one entry per node, in tonnes (a month, or in stock).

    `supply` is what was made there and what came in, less what was shipped out: by routes without
    sea time in the month before, by others what is at sea for this month. `use` is final use and
    what works took in, of which no more than at base counts: works that stock up do not hide what
    final users go without. `wanted` is use at base prices, `price` a multiple of the base price.
    """

    supply: Array
    use: Array
    wanted: Array
    stock: Array
    price: Array


@dataclass(frozen=True, slots=True)
class Gauge:
    """Reads a market by place; `supply` and `use` (t/month per node) are those of the base.

    Places with the same number in `market` trade with each other at base, at least by way of
    others.
    """

    tables: Tables
    worth: Array
    supply: Array
    use: Array
    market: npt.NDArray[np.int32]

    @classmethod
    def of(cls, tables: Tables, worth: Array) -> Gauge:
        """Return the gauge of component tables in base value; `worth` is the value of a tonne."""
        none = np.zeros(len(tables.nodes))
        market = _markets(tables)
        empty = cls(tables, worth, none, none, market)
        base = (tables.demands["base"], tables.processes["base"], tables.routes["base"])
        made, routes = base[1:]
        return cls(tables, worth, empty._supplied(made, routes, routes), empty._used(*base[:2]),
                   market)

    def believed_use(self, received: Array, price: Array) -> Array:
        """Return how much more is used, by node, because of what nodes received (t/month).

        In a market of one price a tonne is used by all in proportion to what they use, wherever it
        is delivered: what a place receives beyond its part crowds out what it would have been
        supplied with. A place that trades with nobody at base uses all that it receives. Where the
        price (multiple of base) is the base price nobody is believed to use more.
        """
        pool = np.bincount(self.market, weights=received)
        whole = np.bincount(self.market, weights=self.use)
        part = np.divide(self.use, whole[self.market], out=np.zeros(len(received)),
                         where=whole[self.market] > 0.0)
        more = np.where(whole[self.market] > 0.0, part * pool[self.market], received)
        return np.where(price > AT_BASE, more, 0.0)

    def seen(
        self, last: WindowMonth | None, *, shipped: Array, level: Array, price: Array, demand: Array
    ) -> Seen:
        """Return what is seen after a month; without one, the base.

        `shipped` (months back × routes) and `level` are those of the state after that month,
        `demand` the factors on base use in it.
        """
        tables = self.tables
        stock = self._at(tables.stocks["node"], level)
        wanted = self._used(tables.demands["base"] * demand, tables.processes["base"])
        if last is None:
            return Seen(self.supply, self.use, wanted, stock, price)
        lag = tables.routes["lag"]
        back = np.clip(len(shipped) - np.maximum(lag, 1), 0, len(shipped) - 1)
        arriving = shipped[back, np.arange(len(lag))]
        supply = self._supplied(last.production, arriving, last.flow)
        taken = np.minimum(last.production, tables.processes["base"])
        return Seen(supply, self._used(last.consumption, taken), wanted, stock, price)

    def _at(self, node: Array, value: Array) -> Array:
        count = len(self.tables.nodes)
        return np.bincount(node, weights=value, minlength=count) / self.worth

    def _supplied(self, production: Array, arriving: Array, leaving: Array) -> Array:
        recipe, routes = self.tables.recipe, self.tables.routes
        made = np.maximum(0.0, recipe["ratio"]) * production[recipe["process"]]
        kept = self._at(routes["to"], arriving) - self._at(routes["from"], leaving)
        return self._at(recipe["node"], made) + kept

    def _used(self, consumption: Array, production: Array) -> Array:
        recipe = self.tables.recipe
        taken = np.maximum(0.0, -recipe["ratio"]) * production[recipe["process"]]
        demand = self.tables.demands["node"]
        return self._at(demand, consumption) + self._at(recipe["node"], taken)


def _markets(tables: Tables) -> npt.NDArray[np.int32]:
    """Return a number per node: the same for those that trade with each other at base."""
    count, routes = len(tables.nodes), tables.routes
    open_ = routes["base"] > 0.0
    ends = routes["from"][open_], routes["to"][open_]
    links = coo_array((np.ones(len(ends[0])), ends), shape=(count, count))
    return connected_components(links, directed=False)[1]
