"""The rolling window: a few months of a network as one quadratic program that is re-solved often.

The structure is written once through the blocks; each month only bounds, costs, curvatures and
right-hand sides change. Volumes are counted in the value they had in the calibration window, so
that every price is a multiple near one whatever the material (in tonnes, a solver declared a wrong
point optimal).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orepact.engine import Arrays, LiveNewton, Program
from orepact.model.curve import CENTRED_NODES, Array
from orepact.model.demand import add_demand, demand_numbers
from orepact.model.draft import Draft, Horizon, Index
from orepact.model.process import add_processes, add_unsold, process_numbers
from orepact.model.quota import Quotas, add_quotas
from orepact.model.route import add_routes, arrivals
from orepact.model.settings import Curves
from orepact.model.stock import add_stocks, stock_numbers
from orepact.model.support import (
    SupportBlock,
    SupportColumns,
    SupportMonth,
    SupportNumbers,
    add_support_rows,
    add_takers,
)
from orepact.model.tables import Columns, Tables

__all__ = ["Shared", "Window", "WindowMonth", "WindowState", "in_base_value"]

LOOSE = 1e-6
"""Curvature of what is left unused of a quota, relative to the value of its base trade."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Routes that count together against a quota, one entry per quota.

    `routes` are their numbers, `weight` turns the base value of each into the unit of the quota's
    row, and `value` is the base value of such a unit.
    """

    name: str
    routes: Index
    weight: Array
    value: float


@dataclass(frozen=True, slots=True)
class WindowState:
    """What a window starts from, all in base value; one entry per component.

    `level`, `wanted`, `believed` (multiple) and `stock_centre` per stock; `shipped` (months back ×
    routes, newest last) and `expected` per route; `limit` (months × routes); `activity` (1) per
    process; `demand_centre` (multiple) and `demand_factor` (1) per demand. Where given: `charge`
    (months × routes) on top of a route's own, multiple of the base price; `process_charge` per
    process, multiple of the base value of its outputs, and `floor` (multiple, NaN = its own);
    `cap` (months × quotas) in the unit of the quota's row; `given` (months × nodes) is what places
    receive from outside the market, less what is taken from them; `support` are the numbers of
    price support, for a window that has its rows.
    """

    level: Array
    wanted: Array
    believed: Array
    stock_centre: Array
    shipped: Array
    expected: Array
    limit: Array
    activity: Array
    demand_centre: Array
    demand_factor: Array
    charge: Array | None = None
    process_charge: Array | None = None
    floor: Array | None = None
    cap: Array | None = None
    given: Array | None = None
    support: SupportNumbers | None = None


@dataclass(frozen=True, slots=True)
class WindowMonth:
    """The first month of a solved window, all in base value; `price` (multiple) is per node.

    `residual` is the largest balance error as a share of its stage's base throughput, `rent` what
    one more unit of a quota's row is worth (base value); `tax_gap` is filled in by the simulator.
    """

    price: Array
    consumption: Array
    production: Array
    flow: Array
    level: Array
    residual: float
    rent: Array
    tax_gap: float = 0.0
    support: SupportMonth | None = None


@dataclass(slots=True)
class Window:
    """A live window program and the numbers of its columns and rows."""

    tables: Tables
    horizon: Horizon
    curves: Curves
    share: Array
    live: LiveNewton
    arrays: Arrays
    consumption: Index
    production: Index
    holding: Index
    flow: Index
    rows: Index
    row_of_node: Index
    open_places: Index
    process: Index
    stage: Index
    throughput: Array
    right: Array
    quota: Index
    support: SupportColumns | None = None

    @classmethod
    def of(
        cls, tables: Tables, months: int = 3, shared: Sequence[Shared] = (),
        support: SupportBlock | None = None,
    ) -> Window:
        """Write the window program of component tables that are in base value."""
        horizon = Horizon(months, tables.nodes.frame)
        curves = Curves(CENTRED_NODES)
        share = np.full(months, 1.0 / months)
        draft = Draft(Program("window"), horizon)
        consumption = add_demand(draft, tables, curves)
        production = add_processes(draft, tables, curves)
        _ = add_unsold(draft, tables)
        flow = add_routes(draft, tables)
        holding = add_stocks(draft, tables, curves, share=share)
        block = support or SupportBlock()
        takers = add_takers(draft, block)
        open_places, rows = draft.close()
        quota = _add_shared(draft, shared, flow)
        process = process_numbers(tables, curves).process
        supported = None if not block else add_support_rows(
            draft, tables, block, consumption=consumption, production=production,
            process=process, flow=flow, takers=takers,
        )
        arrays = draft.program.assemble()
        row_of_node = np.full(len(tables.nodes), -1)
        first = open_places < len(tables.nodes)
        row_of_node[open_places[first]] = rows[first]
        return cls(
            tables,
            horizon,
            curves,
            share,
            LiveNewton(arrays),
            arrays,
            consumption,
            production,
            holding,
            flow,
            rows,
            row_of_node,
            open_places,
            process,
            *_stages(tables, open_places, rows),
            np.zeros(len(arrays.row_lower)),
            quota,
            supported,
        )

    def solve(self, state: WindowState) -> WindowMonth:
        """Solve the window from a state and return its first month.

        Raises `SolveError` when the optimum is not proven.
        """
        self._update(state)
        solved = self.live.solve()
        primal, dual = solved.primal_values, solved.row_duals
        count = len(self.tables.stocks)
        return WindowMonth(
            price=np.where(self.row_of_node >= 0, dual[self.row_of_node], np.nan),
            consumption=primal[self.consumption[: len(self.tables.demands)]].sum(axis=1),
            production=np.bincount(
                self.process,
                weights=primal[self.production[0]],
                minlength=len(self.tables.processes),
            ).astype(np.float64),
            flow=primal[self.flow[0]],
            level=primal[self.holding[:count]].sum(axis=1),
            residual=self._residual(primal),
            rent=-dual[self.quota[0]] if len(self.quota) else np.zeros(0),
            support=None if self.support is None else self.support.first(primal, dual),
        )

    def outlook(self) -> Array:
        """Return the prices (multiple) of the window last solved, months × nodes."""
        dual, size = self.live.prices(), (self.horizon.periods, len(self.tables.nodes))
        found = np.full(size[0] * size[1], np.nan)
        found[self.open_places] = dual[self.rows]
        return found.reshape(size)

    def answers(self, costs: Array) -> Array:
        """Return how prices of the first month answer to changes of costs (nodes × k).

        `costs` (columns × k) are changes of the costs of columns at the last optimum.
        """
        dual = self.live.sensitivity(costs)
        return np.where(self.row_of_node[:, None] >= 0, dual[self.row_of_node], 0.0)

    def _update(self, state: WindowState) -> None:
        cost, upper = self.arrays.cost.copy(), self.arrays.upper.copy()
        curvature = self.arrays.curvature.copy()
        demand = demand_numbers(
            self.tables, self.curves, centre=state.demand_centre, factor=state.demand_factor
        )
        for period in range(self.horizon.periods):
            count = len(self.tables.demands)
            number = self.consumption[period * count : (period + 1) * count]
            upper[number], cost[number] = demand.width, demand.cost
            curvature[number] = demand.curvature
        stock = stock_numbers(
            self.tables,
            self.curves,
            periods=self.horizon.periods,
            share=self.share,
            wanted=state.wanted,
            believed=state.believed,
            centre=state.stock_centre,
        )
        upper[self.holding], cost[self.holding] = stock.width, stock.cost
        curvature[self.holding] = stock.curvature
        made = process_numbers(
            self.tables, self.curves, factor=state.activity, floor=state.floor
        )
        upper[self.production], cost[self.production] = made.width, made.cost
        curvature[self.production] = made.curvature
        if state.process_charge is not None:
            value = state.process_charge * self.tables.processes["value"]
            cost[self.production] += value[made.process]
        upper[self.flow] = state.limit
        if state.charge is not None:
            cost[self.flow] += state.charge
        if self.support is not None and state.support is not None:
            self.support.fill(state.support, cost, upper)
        self.right = self._right(state)
        self.live.update(cost=cost, upper=upper, curvature=curvature, right=self.right)

    def _right(self, state: WindowState) -> Array:
        given = np.zeros(self.horizon.periods * len(self.tables.nodes))
        np.add.at(given, self.tables.stocks["node"], state.level)
        np.add.at(
            given,
            *arrivals(self.tables, self.horizon, shipped=state.shipped, expected=state.expected),
        )
        if state.given is not None:
            given += state.given.ravel()
        right = np.zeros(len(self.arrays.row_lower))
        right[self.rows] = -given[self.open_places]
        if state.cap is not None:
            right[self.quota] = state.cap
        return right

    def _residual(self, primal: Array) -> float:
        closed = np.abs(self.arrays.matrix @ primal - self.right)[: len(self.stage)]
        return float(np.max(closed / self.throughput[self.stage], initial=0.0))


def _add_shared(draft: Draft, shared: Sequence[Shared], flow: Index) -> Index:
    """Add a quota row per month and quota after the balance; return numbers (months × quotas)."""
    months, count = draft.horizon.periods, len(shared)
    if not count:
        return np.zeros((0, 0), dtype=np.int64)
    each = [one for _ in range(months) for one in shared]
    names = np.array([one.name for one in each], dtype=object)
    quotas = Quotas(
        name=names,
        clause=names,
        period=np.repeat(np.arange(months), count),
        limit=np.zeros(len(each)),
        quota=np.repeat(np.arange(len(each)), [len(one.routes) for one in each]),
        route=np.concatenate([one.routes for one in each]),
        weight=np.concatenate([one.weight for one in each]),
    )
    value = np.array([one.value for one in each])
    return add_quotas(draft, quotas, flow, curvature=LOOSE * value).reshape(months, count)


def _stages(tables: Tables, open_places: Index, rows: Index) -> tuple[Index, Array]:
    """Return the stage (material) of every row and the base throughput of every stage."""
    names = np.unique(tables.nodes["material"].astype(str))
    number = {name: position for position, name in enumerate(names)}
    of_node = np.array([number[name] for name in tables.nodes["material"]])
    stage = np.zeros(len(rows), dtype=np.int64)
    stage[rows] = of_node[open_places % len(tables.nodes)]
    through = np.zeros(len(names))
    np.add.at(through, of_node[tables.demands["node"]], tables.demands["base"])
    base = tables.processes["base"][tables.recipe["process"]]
    used = np.maximum(0.0, -tables.recipe["ratio"]) * base
    np.add.at(through, of_node[tables.recipe["node"]], used)
    return stage, np.where(through > 0.0, through, 1.0)


def in_base_value(tables: Tables) -> tuple[Tables, Array]:
    """Return tables with volumes in base value and prices as multiples, and the value of a unit.

    The unit value per node (USD/t ÷ scale) turns tonnes into value: the scale is the largest base
    value of a use or a flow, so that volumes are of order one.
    """
    price = tables.nodes["price"]
    valued = [part["base"] * part["price"] for part in (tables.demands, tables.routes)]
    scale = float(np.concatenate(valued).max(initial=0.0)) or 1.0
    worth = price / scale
    owner, place = tables.recipe["process"], tables.recipe["node"]
    own = price[tables.processes["node"]]
    held, start = tables.stocks["node"], tables.routes["from"]
    kept = tables.reserves["price"]

    def valued_in(part: Columns, node: Index, *names: str) -> Columns:
        scaled = {name: part[name] * worth[node] for name in names}
        return part.with_arrays(price=np.ones(len(part)), **scaled)

    processes = valued_in(tables.processes, tables.processes["node"], "base", "capacity")
    routes = valued_in(tables.routes, start, "base", "capacity")
    stocks = valued_in(tables.stocks, held, "initial", "capacity", "wanted")
    reserves = valued_in(
        tables.reserves, tables.reserves["node"], "held", "capacity", "release", "largest"
    )
    base_value = Tables(
        nodes=tables.nodes.with_arrays(price=np.ones(len(price))),
        processes=processes.with_arrays(
            cost=tables.processes["cost"] / own, value=tables.processes["value"] / own
        ),
        recipe=tables.recipe.with_arrays(ratio=tables.recipe["ratio"] * price[place] / own[owner]),
        routes=routes.with_arrays(cost=tables.routes["cost"] / price[start]),
        stocks=stocks.with_arrays(carrying_cost=tables.stocks["carrying_cost"] / price[held]),
        demands=valued_in(tables.demands, tables.demands["node"], "base"),
        reserves=reserves.with_arrays(
            carrying_cost=tables.reserves["carrying_cost"] / kept,
            paid=tables.reserves["paid"] / kept,
        ),
        draws=tables.draws,
    )
    return base_value, worth
