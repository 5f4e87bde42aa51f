"""A plan written a second time, from the components alone, and solved through linopy.

Written from the equations in the blocks' docstrings; shares no code with `orepact.model`. A plain
loop lists every column with its charge and its deliveries in tonnes and dollars; linopy groups them
into balances and quota rows. It knows bans and quotas, not the control register.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from orepact.network import Network, Process, Reserve, Route, Scenario, Stock
from orepact.policy.rules import ExportBan, ExportQuota

__all__ = [
    "Oracle",
    "Solved",
    "charge",
    "fill",
    "lower_bound",
    "residuals",
    "solve_with_linopy",
    "write_oracle",
]

FLAT = 1e-3
LOWEST = 0.05
SUPPLY = (0.05, 0.5, 1.0, 1.5, 3.0, 8.0, 60.0)
LINE = (*np.arange(0.05, 2.1, 0.1), 2.5, 3.0, 4.0, 6.0, 10.0)

Key = tuple[object, ...]
Piece = tuple[float, float, float]
"""Width (t), charge of the first tonne (USD/t), rise per tonne."""


@dataclass
class Oracle:
    """Columns ``0 ≤ x ≤ upper`` charged ``cost·x + rise·x²/2``, equations and limits, by key."""

    keys: list[Key] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    rise: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    terms: list[tuple[Key, int, float]] = field(default_factory=list)
    given: dict[Key, float] = field(default_factory=dict)
    limits: dict[Key, float] = field(default_factory=dict)

    def add(self, key: Key, piece: Piece, weight: float, *deliveries: tuple[Key, float]) -> None:
        width, first, rise = piece
        column = len(self.keys)
        self.keys.append(key)
        self.cost.append(first * weight)
        self.rise.append(rise * weight)
        self.upper.append(width)
        self.terms += [(place, column, amount) for place, amount in deliveries]

    def give(self, place: Key, tonnes: float) -> None:
        self.given[place] = self.given.get(place, 0.0) + tonnes


@dataclass
class Solved:
    objective: float
    primal: dict[Key, float]
    price: dict[Key, float]


def write_oracle(
    network: Network,
    months: int,
    nodes: tuple[float, ...],
    *,
    steps: bool = False,
    kept_worth: float = 0.0,
) -> Oracle:
    """Return the plan of a network, every number in tonnes and dollars."""
    oracle = Oracle()
    _bought(oracle, network)
    for scenario in network.scenarios:
        for month in range(months):
            block = _Month(oracle, network, scenario, month, months, nodes, steps)
            block.demands()
            block.processes()
            block.routes()
            block.at_sea()
            block.stocks()
            block.reserves(kept_worth)
            block.unsold()
            block.quotas()
    return oracle


@dataclass(frozen=True)
class _Month:
    """One month of one scenario: what each component adds to it."""

    oracle: Oracle
    network: Network
    scenario: Scenario
    month: int
    months: int
    nodes: tuple[float, ...]
    steps: bool

    @property
    def last(self) -> bool:
        return self.month == self.months - 1

    @property
    def price(self) -> dict[str, float]:
        return {material.name: material.price for material in self.network.materials}

    def place(self, region: str, material: str, month: int | None = None) -> Key:
        return (region, material, self.month if month is None else month, self.scenario.name)

    def add(self, family: str, name: str, k: int, piece: Piece, *to: tuple[Key, float]) -> None:
        key = (family, name, self.month, self.scenario.name, k)
        self.oracle.add(key, piece, self.scenario.weight, *to)

    def demands(self) -> None:
        wanted = self.scenario.demand
        for each in self.network.demands:
            base = each.base * wanted.get(each.name, wanted.get(each.material, 1.0))
            curve = (base, self.price[each.material], each.elasticity, self.nodes)
            for k, piece in enumerate(_falling(*curve, steps=self.steps)):
                here = self.place(each.region, each.material)
                self.add("consumption", each.name, k, piece, (here, -1.0))

    def processes(self) -> None:
        runs = self.scenario.production
        for each in self.network.processes:
            factor = runs.get(each.name, runs.get(each.name.split("@")[0], 1.0))
            if each.notice and self.month < _first_rule(self.network, self.months) + each.notice:
                factor = 0.0
            to = [(self.place(each.region, m), r) for m, r in each.outputs.items()]
            to += [(self.place(each.region, m), -r) for m, r in each.inputs.items()]
            pieces = _supply(each, self.price, factor, self.nodes, steps=self.steps)
            for k, piece in enumerate(pieces):
                self.add("production", each.name, k, piece, *to)

    def routes(self) -> None:
        at = _month(self.network, self.month)
        for each in self.network.routes:
            slope = max(each.qualification, FLAT) * self.price[each.material]
            limit = _limit(self.network, each, self.month)
            curve = (each.cost, slope, each.base, each.capacity, limit)
            leaves = self.place(each.exporter, each.material)
            for k, piece in enumerate(_line(*curve, steps=self.steps)):
                self.add("flow", each.name, k, piece, (leaves, -1.0), (self.arrives(each), 1.0))
                column = len(self.oracle.keys) - 1
                self.oracle.terms += [
                    (self.quota(rule), column, 1.0)
                    for rule in self.network.policies
                    if isinstance(rule, ExportQuota) and _touched(rule, each, at)
                ]
            if each.lag > self.month:
                self.oracle.give(self.place(each.importer, each.material), each.base)

    def arrives(self, route: Route) -> Key:
        due = min(self.month + route.lag, self.months - 1)
        return self.place(route.importer, route.material, due)

    def quota(self, rule: ExportQuota) -> Key:
        return ("quota", rule.name, self.month, self.scenario.name)

    def at_sea(self) -> None:
        for each in self.network.routes if self.last else ():
            sea = sum(
                min(each.base, _limit(self.network, each, self.months - 1 - back))
                for back in range(min(each.lag, self.months))
            )
            curve = (sea, self.price[each.material], 1.0, self.nodes)
            for k, piece in enumerate(_falling(*curve, steps=self.steps) if sea > 0.0 else ()):
                self.add("at_sea", each.name, k, piece, (self.arrives(each), -1.0))

    def stocks(self) -> None:
        for each in self.network.stocks:
            here = self.place(each.region, each.material)
            if self.month == 0:
                self.oracle.give(here, each.initial)
            to = [(here, -1.0)]
            if not self.last:
                to.append((self.place(each.region, each.material, self.month + 1), 1.0))
            price = self.price[each.material]
            for k, piece in enumerate(
                _held(each, price, self.nodes, last=self.last, steps=self.steps)
            ):
                self.add("holding", each.name, k, piece, *to)

    def reserves(self, kept_worth: float) -> None:
        for each in self.network.reserves:
            here = ("reserve", each.name, self.month, self.scenario.name)
            fresh = not each.shelf_life or self.month < each.shelf_life
            on_time = self.month + each.lead < self.months
            most = each.release if fresh and on_time else 0.0
            price = self.price[each.material]
            whole = each.held + _room(each)
            if not 0.0 < whole < np.inf:
                base = max(d.base * self.price[d.material] for d in self.network.demands)
                whole = base / price
            rise = 0.0 if self.steps else FLAT / self.months * price / whole
            self.oracle.give(here, each.held if self.month == 0 else 0.0)
            charge = (each.carrying_cost - kept_worth * price * self.last) * fresh
            to = [(here, -1.0)]
            if not self.last:
                to.append(((*here[:2], self.month + 1, here[3]), 1.0))
            self.add("kept", each.name, 0, (np.inf, charge, rise), *to)
            due = min(self.month + each.lead, self.months - 1)
            drawn = ("drawn", each.name, self.month, self.scenario.name)
            self.add("released", each.name, 0, (most, 0.0, rise), (here, -1.0), (drawn, 1.0))
            for k, region in enumerate(each.entitled or (each.region,)):
                place = self.place(region, each.material, due)
                self.add("drawn", each.name, k, (np.inf, 0.0, 0.0), (drawn, -1.0), (place, 1.0))

    def unsold(self) -> None:
        largest = _largest(self.network, self.price)
        for region, material in _places(self.network):
            p = self.price[material]
            piece = (np.inf, -LOWEST * p, 0.0 if self.steps else FLAT * p * p / largest)
            name = f"{region} {material}"
            self.add("unsold", name, 0, piece, (self.place(region, material), -1.0))

    def quotas(self) -> None:
        at = _month(self.network, self.month)
        for rule in self.network.policies:
            if not isinstance(rule, ExportQuota):
                continue
            under = [route for route in self.network.routes if _touched(rule, route, at)]
            share = (rule.share or 0.0) * sum(route.base for route in under)
            if under:
                self.oracle.limits[self.quota(rule)] = (
                    share if rule.tonnes is None else rule.tonnes
                )


def _room(reserve: Reserve) -> float:
    return max(0.0, min(reserve.largest, reserve.capacity - reserve.held))


def _bought(oracle: Oracle, network: Network) -> None:
    """Add what is bought: into the first month of every future at once."""
    prices = {material.name: material.price for material in network.materials}
    for each in network.reserves:
        paid = prices[each.material] if np.isnan(each.price) else each.price
        to = [(("reserve", each.name, 0, future.name), 1.0) for future in network.scenarios]
        oracle.add(("bought", each.name), (_room(each), paid, 0.0), 1.0, *to)


def _places(network: Network) -> list[tuple[str, str]]:
    places = {(each.region, each.material) for each in (*network.stocks, *network.demands)}
    for process in network.processes:
        places |= {(process.region, name) for name in (*process.inputs, *process.outputs)}
    for route in network.routes:
        places |= {(route.exporter, route.material), (route.importer, route.material)}
    return sorted(places)


def _largest(network: Network, price: dict[str, float]) -> float:
    """Return the largest base volume of all, in dollars at base prices."""
    worth = [each.base * price[each.material] for each in (*network.demands, *network.routes)]
    worth += [each.base * price[next(iter(each.outputs))] for each in network.processes]
    worth += [each.initial * price[each.material] for each in network.stocks]
    return max(worth, default=0.0) or 1.0


def _falling(
    base: float, price: float, elasticity: float, nodes: tuple[float, ...], *, steps: bool
) -> Iterator[Piece]:
    """Yield the pieces of ``P = price·(base/D)^(1/elasticity)`` from the highest price down."""
    before, high = 0.0, max(nodes) * price
    for multiple in sorted(nodes, reverse=True):
        low, filled = multiple * price, base * multiple**-elasticity
        yield _piece(filled - before, -high, -low, steps=steps, thin=base)
        before, high = filled, low


def _held(
    stock: Stock, price: float, nodes: tuple[float, ...], *, last: bool, steps: bool
) -> Iterator[Piece]:
    room = stock.capacity
    if stock.wanted <= 0.0:
        yield room, stock.carrying_cost, 0.0
        return
    level = 0.0
    pieces = _falling(stock.wanted, price, 1.0 / stock.slope, nodes, steps=steps)
    for width, first, rise in pieces:
        fits = min(width, room - level)
        level += fits
        kept = (first, rise) if last else (0.0, 0.0)
        yield fits, kept[0] + stock.carrying_cost, kept[1]


def _supply(
    process: Process,
    price: dict[str, float],
    factor: float,
    nodes: tuple[float, ...],
    *,
    steps: bool,
) -> Iterator[Piece]:
    base, capacity = process.base * factor, process.capacity * factor if factor else 0.0
    value = sum(price[name] * ratio for name, ratio in process.outputs.items())
    if not (process.elasticity > 0.0 and process.base > 0.0):
        slope = max(process.margin_slope, FLAT) if process.base > 0.0 else FLAT
        curve = (process.cost, slope * value, base, capacity, capacity)
        yield from _line(*curve, steps=steps, known=process.base > 0.0)
        return
    least = max(process.floor, (nodes if steps else SUPPLY)[0])
    before, low = 0.0, least * process.cost
    for node in nodes if steps else SUPPLY:
        multiple = max(node, least)
        high, made = multiple * process.cost, base * multiple**process.elasticity
        width, first, rise = _piece(made - before, low, high, steps=steps, thin=base)
        yield max(0.0, min(width, capacity - before)), first, rise
        before, low = made, high


def _line(
    cost: float,
    slope: float,
    base: float,
    capacity: float,
    limit: float,
    *,
    steps: bool,
    known: bool | None = None,
) -> Iterator[Piece]:
    """Yield ``cost + slope·(x/base − 1)`` in pieces, without base ``cost + slope·x/capacity``."""
    known = base > 0.0 if known is None else known
    first = cost - slope if known else cost
    over = base if known else capacity
    if not (0.0 < over < np.inf):
        yield limit, first, 0.0
        return
    if not steps:
        yield limit, first, slope / over
        return
    for start, end in pairwise((0.0, *LINE)):
        width = max(0.0, min(end * over, limit) - start * over)
        yield width, first + slope * (start + end) / 2.0, 0.0
    yield max(0.0, limit - LINE[-1] * over), first + slope * LINE[-1], 0.0


def _piece(width: float, start: float, end: float, *, steps: bool, thin: float) -> Piece:
    if width <= 1e-9 * thin:
        return 0.0, start, 0.0
    if steps:
        return width, (start + end) / 2.0, 0.0
    return width, start, max(end - start, FLAT * max(abs(start), abs(end))) / width


def _month(network: Network, month: int) -> date:
    index = network.start.year * 12 + network.start.month - 1 + month
    return date(index // 12, index % 12 + 1, 1)


def _touched(rule: ExportBan | ExportQuota, route: Route, month: date) -> bool:
    return (
        rule.exporter == route.exporter
        and rule.first.replace(day=1) <= month <= rule.last
        and (rule.materials == ("ALL",) or route.material in rule.materials)
        and (rule.destinations == ("ALL",) or route.importer in rule.destinations)
        and (isinstance(rule, ExportBan) or route.kind != "undeclared")
    )


def _limit(network: Network, route: Route, month: int) -> float:
    at = _month(network, month)
    banned = any(isinstance(r, ExportBan) and _touched(r, route, at) for r in network.policies)
    if route.kind == "undeclared" or banned:
        return 0.0
    return min(route.base, route.capacity) if route.kind == "controlled" else route.capacity


def _first_rule(network: Network, months: int) -> int:
    rules = [rule for rule in network.policies if isinstance(rule, ExportBan | ExportQuota)]
    for month in range(months):
        at = _month(network, month)
        if any(_touched(rule, route, at) for rule in rules for route in network.routes):
            return month
    return months


def solve_with_linopy(oracle: Oracle) -> Solved:
    """Return the optimum that linopy and HiGHS find; volumes and money are scaled for it."""
    big = max([each for each in oracle.upper if np.isfinite(each)], default=1.0)
    money = max(abs(each) for each in oracle.cost)
    model = linopy.Model()
    columns = pd.RangeIndex(len(oracle.keys), name="column")
    x = model.add_variables(
        lower=0.0, upper=xr.DataArray(np.array(oracle.upper) / big, coords=[columns]), name="x"
    )
    _add_rows(model, x, oracle, big, quota=False)
    _add_rows(model, x, oracle, big, quota=True)
    cost = xr.DataArray(np.array(oracle.cost) / money, coords=[columns])
    objective = (x * cost).sum()
    if any(oracle.rise):
        rise = xr.DataArray(np.array(oracle.rise) * big / money, coords=[columns])
        objective = objective + (x**2 * (0.5 * rise)).sum()
    model.add_objective(objective)
    status, words = model.solve(solver_name="highs", output_flag=False, io_api="direct")
    assert status == "ok", words
    primal = dict(zip(oracle.keys, model.solution["x"].to_numpy() * big, strict=True))
    dual = model.dual["balance"].to_numpy() * money
    price = dict(zip(_rows(oracle, quota=False), dual, strict=True))
    return Solved(float(model.objective.value) * big * money, primal, price)


def _rows(oracle: Oracle, *, quota: bool) -> list[Key]:
    rows = dict.fromkeys(row for row, _, _ in oracle.terms)
    return [row for row in rows if (row in oracle.limits) == quota]


def _add_rows(
    model: linopy.Model, x: linopy.Variable, oracle: Oracle, big: float, *, quota: bool
) -> None:
    rows, kind = _rows(oracle, quota=quota), "quota" if quota else "balance"
    number = {row: k for k, row in enumerate(rows)}
    terms = [(number[row], column, value) for row, column, value in oracle.terms if row in number]
    if not terms:
        return
    owner, column, value = (np.array(part) for part in zip(*terms, strict=True))
    entry = pd.RangeIndex(len(terms), name="entry")
    sums = (
        (x.sel(column=xr.DataArray(column, coords=[entry])) * xr.DataArray(value, coords=[entry]))
        .groupby(xr.DataArray(owner, coords=[entry], name=kind))
        .sum()
    )
    right = [oracle.limits[row] if quota else -oracle.given.get(row, 0.0) for row in rows]
    side = xr.DataArray(np.array(right) / big, coords=[pd.RangeIndex(len(rows), name=kind)])
    model.add_constraints(sums, "<=" if quota else "=", side, name=kind)


def fill(oracle: Oracle, totals: dict[Key, float]) -> dict[Key, float]:
    """Return columns filled in order from the totals of (family, name, month, scenario)."""
    left = dict(totals)
    primal: dict[Key, float] = {}
    for key, upper in zip(oracle.keys, oracle.upper, strict=True):
        taken = min(upper, left.get(key[:-1], 0.0))
        primal[key] = taken
        left[key[:-1]] = left.get(key[:-1], 0.0) - taken
    return primal


def charge(oracle: Oracle, primal: dict[Key, float]) -> float:
    """Return what a point costs, in dollars."""
    x = np.array([primal[key] for key in oracle.keys])
    cost, rise = np.array(oracle.cost), np.array(oracle.rise)
    return float(cost @ x + 0.5 * (rise * x) @ x)


def lower_bound(oracle: Oracle, price: dict[Key, float], rent: dict[Key, float]) -> float:
    """Return the Lagrangian's least value at given prices: no plan costs less (weak duality).

    Columns without a bound are held to ten times the largest volume of all.
    """
    cost, rise, upper = (np.array(part) for part in (oracle.cost, oracle.rise, oracle.upper))
    volume = max(each for each in upper if np.isfinite(each))
    top = np.minimum(upper, 10.0 * volume)
    net = cost - _earned(oracle, price, rent)
    best = np.where(rise > 0.0, -net / np.where(rise > 0.0, rise, 1.0), np.where(net < 0, top, 0.0))
    best = np.clip(best, 0.0, top)
    least = float(np.sum(net * best + 0.5 * rise * best**2))
    least -= sum(price[place] * tonnes for place, tonnes in oracle.given.items())
    return least - sum(rent.get(row, 0.0) * limit for row, limit in oracle.limits.items())


def _earned(oracle: Oracle, price: dict[Key, float], rent: dict[Key, float]) -> np.ndarray:
    earned = np.zeros(len(oracle.keys))
    for row, column, amount in oracle.terms:
        value = -rent.get(row, 0.0) if row in oracle.limits else price[row]
        earned[column] += amount * value
    return earned


def residuals(
    oracle: Oracle, primal: dict[Key, float], price: dict[Key, float], rent: dict[Key, float]
) -> tuple[float, float]:
    """Return how far a point and its prices are from optimal in the oracle's own words.

    The first number is the largest balance error as a share of the largest volume, the second the
    largest violation of a column's complementary slackness as a share of its own price scale. A
    column may be at either end of its range, or where it earns what it costs.
    """
    x = np.array([primal.get(key, 0.0) for key in oracle.keys])
    cost, rise, upper = (np.array(part) for part in (oracle.cost, oracle.rise, oracle.upper))
    balance = dict(oracle.given)
    for row, column, amount in oracle.terms:
        if row not in oracle.limits:
            balance[row] = balance.get(row, 0.0) + amount * x[column]
    earned = _earned(oracle, price, rent)
    volume = max(1e-12, *(each for each in upper if np.isfinite(each)))
    closed = max(abs(value) for value in balance.values()) / volume
    gap = cost + rise * x - earned
    scale = np.abs(cost) + np.abs(earned) + 1e-9 * np.abs(cost).max()
    room_below, room_above = x / volume, (upper - x) / volume
    wrong = np.where(gap > 0.0, np.minimum(gap / scale, room_below), 0.0)
    wrong = np.maximum(wrong, np.where(gap < 0.0, np.minimum(-gap / scale, room_above), 0.0))
    return closed, float(wrong.max(initial=0.0))
