"""Simulate: what will happen month by month, given how markets behave.

A window of a few months is solved, its first month is carried out, the state moves on. Buyers and
traders know what has been announced and believe that everything else stays as it is; beliefs about
the normal price follow prices slowly; an unexpected control makes buyers want more stock, at first
by some months of the exporter's shipments.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from orepact.engine import single_threaded
from orepact.errors import InputError, Problem
from orepact.model.curve import Array
from orepact.model.tables import Tables, tables_of
from orepact.model.window import Window, WindowMonth, WindowState, in_base_value
from orepact.network.behaviour import Behaviour
from orepact.network.network import Network
from orepact.result.centring import recentred
from orepact.result.limits import route_limits
from orepact.result.quotas import Ledger, Quota, caps_ahead, row_units, shared_by, to_come
from orepact.result.releasing import Holding, Releasing, releasing, reserve_paths
from orepact.result.seen import Gauge
from orepact.result.setting import Restrictions, Setting
from orepact.result.state import Simulation, State, first_state, first_state_of
from orepact.result.support.acting import Supports
from orepact.result.support.path import Booked, path_of
from orepact.result.support.stepping import Stepped, Stepping
from orepact.result.support.told import Known, SupportState
from orepact.result.taxes import settle

__all__ = [
    "Restrictions",
    "Setting",
    "Simulation",
    "Simulator",
    "State",
    "first_state",
    "simulate",
]


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
    gauge: Gauge
    windows: dict[tuple[bytes, ...], Window] = field(
        default_factory=dict[tuple[bytes, ...], Window]
    )
    supported: Window | None = None
    told: tuple[str, ...] = ()

    @classmethod
    def of(cls, network: Network, behaviour: Behaviour, window_months: int = 3) -> Simulator:
        """Write the window of a network for one parameter set."""
        canonical = tables_of(network)
        tables, worth = in_base_value(canonical)
        window = Window.of(tables, window_months)
        return cls(canonical, tables, worth, window, behaviour, first_state_of(tables),
                   Gauge.of(tables, worth), {(): window},
                   told=tuple(each.name for each in (*network.instruments, *network.plants)))

    def run(
        self, restrictions: Restrictions, setting: Setting, *, start: State | None = None,
        warm: bool = False,
    ) -> Simulation:
        """Return the simulated path; see `simulate`. `warm` goes on from the last run's prices."""
        state = start or self.first
        self._refuse_silence(setting)
        self.prepare(setting.quotas, setting.supports)
        if not warm:
            for window in self._own():
                window.live.forget()
        windows, fallbacks = 0, sum(each.live.fallbacks for each in self._own())
        done: list[WindowMonth] = []
        held: list[Mapping[str, Holding]] = []
        books: list[Booked] = []
        caps, gap = np.full((len(setting.supply), len(setting.quotas)), np.inf), 0.0
        with single_threaded():
            for number in range(len(setting.supply)):
                caps[number] = self._caps(state, setting, number, 1)[0]
                state, month, solved = self.step(state, restrictions, setting, number)
                windows += solved
                gap = max(gap, month.tax_gap)
                done.append(month)
                held.append(state.reserves)
                if state.booked is not None:
                    books.append(state.booked)
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
            sum(each.live.fallbacks for each in self._own()) - fallbacks,
            np.maximum(0.0, [month.rent for month in done]) * self._usd_per_unit(setting.quotas),
            caps,
            gap,
            **reserve_paths(setting.releases, held, len(self.tables.nodes)),
            support=None if setting.supports is None else path_of(setting.supports, books),
        )

    def _own(self) -> tuple[Window, ...]:
        """Return the windows of this run."""
        return (self.window,) if self.supported is None else (self.window, self.supported)

    def _refuse_silence(self, setting: Setting) -> None:
        if self.told and setting.supports is None:
            raise InputError([Problem(
                "the network has instruments or plants, but the setting does not tell them",
                field="Setting.supports", found=", ".join(self.told),
                expected="supports_of(network, months)",
            )])

    def prepare(self, quotas: Sequence[Quota], supports: Supports | None = None) -> None:
        """Use the windows with the rows of these quotas and supports; write them the first time."""
        key = tuple(quota.routes.tobytes() for quota in quotas)
        block = supports.block if supports is not None and supports.block else None
        for each in (key, (*key, pickle.dumps(block))) if block else (key,):
            if each not in self.windows:
                shared = shared_by(quotas, self.tables, self.worth)
                self.windows[each] = Window.of(self.tables, len(self.window.share), shared,
                                               None if each is key else block)
        self.window = self.windows[key]
        self.supported = self.windows[*key, pickle.dumps(block)] if block else None

    def step(
        self, state: State, restrictions: Restrictions, setting: Setting, number: int
    ) -> tuple[State, WindowMonth, int]:
        """Solve one window from `state`, carry out its first month, say how often it was solved."""
        before = self._window_state(state, restrictions, setting, number)
        reserves = self._releasing(state, setting, number)
        if reserves is not None:
            before = replace(before, given=reserves.given * self.worth)
        if setting.supports is None:
            month, solved = self._plain(before, setting, number, state)
            after = self._after(state, month, restrictions, setting, number)
        else:
            stepped = self._supported(setting.supports, state, before, setting, number)
            month, solved = stepped.month, stepped.windows
            after = self._after(state, month, restrictions, setting, number)
            after = replace(after, support=stepped.state, booked=stepped.booked)
        if reserves is not None:
            after = replace(after, reserves=reserves.holdings)
        return after, month, solved

    def _plain(
        self, before: WindowState, setting: Setting, number: int, state: State
    ) -> tuple[WindowMonth, int]:
        """Solve a month without supports; say how often it was solved."""
        month = self.window.solve(before)
        solved = 1
        moved = recentred(self.tables, before, month)
        if moved is not before:
            before = moved
            month = self.window.solve(before)
            solved = 2
        if setting.taxed(number).any():
            month, again = self._taxed(before, month, setting, number, state)
            solved += again
        return month, solved

    def _supported(
        self, supports: Supports, state: State, before: WindowState, setting: Setting, number: int
    ) -> Stepped:
        """Solve a month with price support; its first one remembers nothing."""
        none, one = np.zeros(len(self.tables.nodes)), np.ones(len(self.tables.nodes))
        known = Known.of(
            number, self.tables, state.price, None if state.last is None else state.last[0],
            before.limit.shape, (self._charges(setting, number, each) for each in (none, one)),
        )
        stepping = Stepping(
            supports, self.tables, self.worth, (self.window, self.supported or self.window),
            lambda window: self._plain(window, setting, number, state), self.behaviour.spot_share,
        )
        remembered = state.support or SupportState.of(supports, self.tables, state.price)
        remembered = remembered.under(supports)
        return stepping.month(known, remembered, before)

    def _releasing(self, state: State, setting: Setting, number: int) -> Releasing | None:
        """Return what reserves do in a month, with what was seen of the month before."""
        if not setting.releases:
            return None
        last, demand = state.last or (None, np.ones(len(self.tables.demands)))
        seen = self.gauge.seen(last, shipped=state.shipped, level=state.level, price=state.price,
                               demand=demand)
        return releasing(setting.releases, state.reserves, self.gauge, seen, number,
                         len(self.window.share))

    def _taxed(
        self, before: WindowState, month: WindowMonth, setting: Setting, number: int, state: State
    ) -> tuple[WindowMonth, int]:
        """Solve again until the taxes are their rates times the exporters' prices."""
        taxed = np.unique(self.tables.routes["from"][setting.taxed(number)])

        def reckoned(price: Array) -> Array:
            whole = state.price.copy()
            whole[taxed] = price
            return whole

        def again(price: Array) -> WindowMonth:
            charge = self._charges(setting, number, reckoned(price))
            return self.window.solve(replace(before, charge=charge))

        found, solved, gap = settle(
            state.price[taxed], month, lambda answer: answer.price[taxed], again
        )
        return replace(found, tax_gap=gap), solved

    def _charges(self, setting: Setting, number: int, price: Array) -> Array | None:
        here = price[self.tables.routes["from"]]
        rows = [setting.charges(number, ahead, here) for ahead in range(len(self.window.share))]
        given = [row for row in rows if row is not None]
        return np.array(given) if given else None

    def _window_state(
        self, state: State, restrictions: Restrictions, setting: Setting, number: int
    ) -> WindowState:
        tables = self.tables
        wanted = self._wanted(restrictions, number, self._demand_growth(setting, number))
        stock_price = state.price[tables.stocks["node"]]
        believed = state.believed
        if setting.offered is not None:
            offer = _row(setting.offered, number)[tables.stocks["node"]]
            believed = np.minimum(believed, np.maximum(offer, stock_price))
        demand_price = state.price[tables.demands["node"]]
        limit = route_limits(
            tables,
            self.behaviour,
            restrictions,
            shipped=state.shipped[-1],
            number=number,
            months=len(self.window.share),
        )
        expected = np.minimum(to_come(state.shipped, setting.quotas, number), limit[-1])
        activity = setting.supply[number] * np.exp(state.growth)
        charge, floor = setting.process_charge, setting.process_floor
        notice = tables.processes["notice"]
        waits = (notice > 0) & ~(state.month - state.started >= notice)
        return WindowState(
            level=state.level,
            wanted=wanted,
            believed=believed,
            stock_centre=np.clip(stock_price / believed, 0.05, 60.0),
            shipped=state.shipped,
            expected=expected,
            limit=limit,
            activity=np.where(waits, 0.0, activity),
            demand_centre=np.clip(demand_price, 0.05, 60.0),
            demand_factor=setting.demand[number] * np.exp(-state.given_up),
            charge=self._charges(setting, number, state.price),
            process_charge=None if charge is None else _row(charge, number),
            floor=None if floor is None else _row(floor, number),
            cap=self._rows(state, setting, number, limit),
        )

    def _caps(self, state: State, setting: Setting, number: int, months: int) -> Array:
        """Return what may be shipped under each quota (t), shape (months × quotas)."""
        caps = [
            caps_ahead(quota, state.ledgers.get(quota.name, Ledger()), number, months)
            for quota in setting.quotas
        ]
        return np.array(caps).reshape(len(caps), months).T

    def _rows(self, state: State, setting: Setting, number: int, limit: Array) -> Array | None:
        """Return the caps in the units of the quotas' rows; one out of force never binds."""
        if not setting.quotas:
            return None
        caps = self._caps(state, setting, number, len(limit))
        units = row_units(setting.quotas, self.tables, self.worth)
        tonnes = limit / self.worth[self.tables.routes["from"]]
        most = np.array([tonnes[:, quota.routes].sum(axis=1) for quota in setting.quotas]).T
        return np.minimum(caps, 2.0 * most + units) / units

    def _usd_per_unit(self, quotas: Sequence[Quota]) -> Array:
        """Return USD per tonne for one of base value per unit of each quota's row."""
        scale = float((self.canonical.nodes["price"] / self.worth).max(initial=0.0))
        return scale / row_units(quotas, self.tables, self.worth)

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

    def _after(
        self,
        state: State,
        month: WindowMonth,
        restrictions: Restrictions,
        setting: Setting,
        number: int,
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
            ledgers=self._booked(state, month, setting.quotas, number),
            last=(month, setting.demand[number]),
            reserves=state.reserves,
        )

    def _booked(
        self, state: State, month: WindowMonth, quotas: Sequence[Quota], number: int
    ) -> Mapping[str, Ledger]:
        tonnes = month.flow / self.worth[self.tables.routes["from"]]
        before = state.ledgers
        return {**before} | {
            quota.name: before.get(quota.name, Ledger())
            .opened(quota, number)
            .after(quota, number, float(tonnes[quota.routes].sum()))
            for quota in quotas
        }


def _row(array: Array, number: int) -> Array:
    """Return the row of a month, the last one for months beyond."""
    return array[min(number, len(array) - 1)]
