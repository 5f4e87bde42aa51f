"""Simulate: what will happen month by month, given how markets behave.

A window of a few months is solved, its first month is carried out, the state moves on. Buyers and
traders know what has been announced and believe that everything else stays as it is; beliefs about
the normal price follow prices slowly; an unexpected control makes buyers want more stock, at first
by some months of the exporter's shipments.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from orepact.engine import single_threaded
from orepact.model.curve import Array
from orepact.model.tables import Tables, tables_of
from orepact.model.window import Window, WindowMonth, WindowState, in_base_value
from orepact.network.behaviour import Behaviour
from orepact.network.network import Network

__all__ = [
    "Restrictions",
    "Setting",
    "Simulation",
    "Simulator",
    "State",
    "first_state",
    "simulate",
]

Flags = npt.NDArray[np.bool_]

NEW_GROWTH = 1.25
"""What a route without trade so far may carry, as a multiple of the month before."""

RECENTRE = 1.25
"""A window is solved again when a price leaves the middle of its curve by more than this factor."""


@dataclass(frozen=True, slots=True)
class Restrictions:
    """What export controls mean for routes, month by month; the policy layer makes it.

    - `share` (months × routes): permitted share of base flow, inf where free
    - `since` (months × routes): months since the control came into force, 0 where free
    - `known` (months × routes): number of the month in which this became known
    - `alarm` (months × routes): weight of the newest measure that alarms the route's importer, 0 to
      1, and `age` (months × routes) the months since it was announced; hoarding fades with age
    """

    share: Array
    since: Array
    known: Array
    alarm: Array
    age: Array

    def __len__(self) -> int:
        """Return the number of months."""
        return len(self.share)


@dataclass(frozen=True, slots=True)
class Setting:
    """What else changes, as factors on base.

    `supply` has shape (months × processes), `demand` (months × demands).
    """

    supply: Array
    demand: Array


@dataclass(frozen=True, slots=True)
class State:
    """The state between months, in base value: one entry per component.

    `level`, `believed` (multiple) per stock; `shipped` (months back × routes); `price` (multiple)
    per node; `growth` (log of capacity grown) per process; `given_up` (log of use substituted
    for good) per demand; `month` counts from the base.
    """

    level: Array
    believed: Array
    shipped: Array
    price: Array
    growth: Array
    given_up: Array
    started: float
    month: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated path in canonical units (t, multiples of the base price); first axis is months.

    `price` per node (multiple of base), `consumption` per demand, `production` per process, `flow`
    per route, `level` per stock (t); `residual` is the largest balance error of each month as a
    share of its stage's base throughput; `last` is the state after the last month; `windows` counts
    the programs solved, `fallbacks` those that the second solver had to answer.
    """

    tables: Tables
    price: Array
    consumption: Array
    production: Array
    flow: Array
    level: Array
    residual: Array
    last: State
    windows: int
    fallbacks: int


def first_state(network: Network) -> State:
    """Return the state in which a network stands at its base."""
    return _first_state(in_base_value(tables_of(network))[0])


def _first_state(tables: Tables) -> State:
    depth = max(1, int(tables.routes["lag"].max(initial=0)))
    return State(
        level=tables.stocks["initial"],
        believed=np.ones(len(tables.stocks)),
        shipped=np.tile(tables.routes["base"], (depth, 1)),
        price=np.ones(len(tables.nodes)),
        growth=np.zeros(len(tables.processes)),
        given_up=np.zeros(len(tables.demands)),
        started=np.inf,
        month=0,
    )


def simulate(
    network: Network,
    behaviour: Behaviour,
    restrictions: Restrictions,
    setting: Setting,
    *,
    start: State | None = None,
    window_months: int = 3,
) -> Simulation:
    """Return the simulated path of a network, one month per row of `setting.supply`.

    `restrictions` must reach ``window_months − 1`` months beyond the last simulated month.
    Raises `SolveError` when a window is not proven optimal.
    """
    simulator = Simulator.of(network, behaviour, window_months)
    return simulator.run(restrictions, setting, start=start)


@dataclass(slots=True)
class Simulator:
    """A network's window, written once, ready to be run under several restrictions."""

    canonical: Tables
    tables: Tables
    worth: Array
    window: Window
    behaviour: Behaviour
    first: State

    @classmethod
    def of(cls, network: Network, behaviour: Behaviour, window_months: int = 3) -> Simulator:
        """Write the window of a network for one parameter set."""
        canonical = tables_of(network)
        tables, worth = in_base_value(canonical)
        window = Window.of(tables, window_months)
        return cls(canonical, tables, worth, window, behaviour, _first_state(tables))

    def run(
        self, restrictions: Restrictions, setting: Setting, *, start: State | None = None
    ) -> Simulation:
        """Return the simulated path; see `simulate`."""
        state = start or self.first
        self.window.live.forget()
        windows, fallbacks = 0, self.window.live.fallbacks
        done: list[WindowMonth] = []
        with single_threaded():
            for number in range(len(setting.supply)):
                state, month, solved = self.step(state, restrictions, setting, number)
                windows += solved
                done.append(month)
        tonnes = 1.0 / self.worth

        def stack(name: str, frame: str, node: str = "node") -> Array:
            per = tonnes[getattr(self.tables, frame)[node]]
            return np.array([getattr(month, name) for month in done]) * per

        return Simulation(
            self.canonical,
            np.array([month.price for month in done]),
            stack("consumption", "demands"),
            stack("production", "processes"),
            stack("flow", "routes", "from"),
            stack("level", "stocks"),
            np.array([month.residual for month in done]),
            state,
            windows,
            self.window.live.fallbacks - fallbacks,
        )

    def step(
        self, state: State, restrictions: Restrictions, setting: Setting, number: int
    ) -> tuple[State, WindowMonth, int]:
        """Solve one window from `state`, carry out its first month, say how often it was solved."""
        before = self._window_state(state, restrictions, setting, number)
        month = self.window.solve(before)
        solved = 1
        if self._off_centre(before, month):
            month = self.window.solve(self._recentred(before, month))
            solved = 2
        return self._after(state, month, restrictions, number), month, solved

    def _window_state(
        self, state: State, restrictions: Restrictions, setting: Setting, number: int
    ) -> WindowState:
        tables = self.tables
        wanted = self._wanted(restrictions, number, self._demand_growth(setting, number))
        stock_price = state.price[tables.stocks["node"]]
        demand_price = state.price[tables.demands["node"]]
        limit = self._limits(state, restrictions, number)
        expected = np.minimum(state.shipped[-1], limit[-1])
        activity = setting.supply[number] * np.exp(state.growth)
        notice = tables.processes["notice"]
        waits = (notice > 0) & ~(state.month - state.started >= notice)
        return WindowState(
            level=state.level,
            wanted=wanted,
            believed=state.believed,
            stock_centre=np.clip(stock_price / state.believed, 0.05, 60.0),
            shipped=state.shipped,
            expected=expected,
            limit=limit,
            activity=np.where(waits, 0.0, activity),
            demand_centre=np.clip(demand_price, 0.05, 60.0),
            demand_factor=setting.demand[number] * np.exp(-state.given_up),
        )

    def _demand_growth(self, setting: Setting, number: int) -> Array:
        """Buyers hold cover for what they use now: stocks grow with demand in their region."""
        tables = self.tables
        base = tables.demands["base"]
        node = tables.demands["node"]
        total = np.bincount(node, weights=base, minlength=len(tables.nodes))
        grown = np.bincount(
            node, weights=base * setting.demand[number], minlength=len(tables.nodes)
        )
        factor = np.divide(grown, total, out=np.ones_like(total), where=total > 0)
        return factor[tables.stocks["node"]]

    def _wanted(self, restrictions: Restrictions, number: int, growth: Array) -> Array:
        tables = self.tables
        fading = np.exp(-restrictions.age[number] / self.behaviour.hoarding_decay)
        extra = self.behaviour.hoarding * restrictions.alarm[number] * fading
        extra = extra * tables.routes["base"]
        at_node = np.bincount(
            tables.routes["to"],
            weights=extra,
            minlength=len(tables.nodes),
        )
        return tables.stocks["wanted"] * growth + at_node[tables.stocks["node"]]

    def _limits(self, state: State, restrictions: Restrictions, number: int) -> Array:
        """Return the largest flows of the window's months, as known in its first month."""
        routes = self.tables.routes
        base = routes["base"]
        kind = routes["kind"]
        market = np.bincount(routes["to"], weights=base, minlength=len(self.tables.nodes))
        free = np.maximum(
            self.behaviour.surge * base, self.behaviour.new_route * market[routes["to"]]
        )
        free = np.where(base > 0.0, free, np.maximum(free, NEW_GROWTH * state.shipped[-1]))
        evading, surging = kind == "undeclared", kind == "surge"
        free = np.where(kind == "controlled", base, np.where(surging, routes["capacity"], free))
        free = np.where(evading, 0.0, free)
        reach = np.where(evading, routes["capacity"], 0.0)
        months = len(self.window.share)
        limit = np.empty((months, len(routes)))
        for ahead in range(months):
            seen = self._seen(restrictions, number, ahead)
            share = restrictions.share[seen, np.arange(len(routes))]
            since = restrictions.since[seen, np.arange(len(routes))]
            bound = np.isfinite(share)
            size = np.where(base > 0.0, base, free)
            open_flow = np.where(bound, np.minimum(np.where(bound, share, 1.0) * size, free), free)
            beyond = np.clip(np.where(bound, share, 1.0) - 1.0, 0.0, self.behaviour.surge - 1.0)
            room = np.where(surging, routes["capacity"], 0.0)
            beyond = beyond / (self.behaviour.surge - 1.0) * room
            open_flow = np.where(surging & bound, beyond, open_flow)
            ramp = np.minimum(1.0, since / self.behaviour.leakage_ramp)
            blocked = np.maximum(0.0, 1.0 - np.minimum(share, 1.0))
            leak = self.behaviour.leakage * ramp * blocked * reach
            limit[ahead] = np.where(evading, leak, open_flow)
        return limit

    def _seen(self, restrictions: Restrictions, number: int, ahead: int) -> npt.NDArray[np.int64]:
        """Return which month's restrictions are believed to hold `ahead` months from now."""
        columns = np.arange(int(restrictions.share.shape[1]))
        seen = np.full(len(columns), number)
        for later in range(number + 1, number + ahead + 1):
            seen = np.where(restrictions.known[later, columns] <= number, later, seen)
        return seen

    def _off_centre(self, before: WindowState, month: WindowMonth) -> bool:
        price = month.price[self.tables.demands["node"]]
        ratio = price / before.demand_centre
        weight = self.tables.demands["base"]
        large = weight > 1e-3 * weight.max(initial=0.0)
        return bool(np.any((ratio[large] > RECENTRE) | (ratio[large] < 1.0 / RECENTRE)))

    def _recentred(self, before: WindowState, month: WindowMonth) -> WindowState:
        stock_price = month.price[self.tables.stocks["node"]]
        return replace(
            before,
            demand_centre=np.clip(month.price[self.tables.demands["node"]], 0.05, 60.0),
            stock_centre=np.clip(stock_price / before.believed, 0.05, 60.0),
        )

    def _after(
        self, state: State, month: WindowMonth, restrictions: Restrictions, number: int
    ) -> State:
        behaviour, tables = self.behaviour, self.tables
        price = np.where(np.isfinite(month.price), month.price, state.price)
        here = np.log(np.maximum(price[tables.stocks["node"]], 1e-3))
        believed = np.log(state.believed)
        believed = np.exp(believed + behaviour.belief_speed * (here - believed))
        made = np.log(np.maximum(price[tables.processes["node"]], 1e-3))
        paid = np.log(np.maximum(price[tables.demands["node"]], 1e-3))
        outside = tables.processes["grows"]
        growth = state.growth + behaviour.capacity_growth * np.where(
            outside, np.clip(made, 0.0, 1.0), 0.0
        )
        started = state.started
        if not np.isfinite(started) and np.any(restrictions.alarm[number] > 0):
            started = float(state.month)
        return State(
            level=month.level,
            believed=believed,
            shipped=np.vstack([state.shipped[1:], month.flow]),
            price=price,
            growth=growth,
            given_up=state.given_up + behaviour.substitution * np.maximum(paid, 0.0),
            started=started,
            month=state.month + 1,
        )
