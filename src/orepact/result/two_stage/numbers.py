"""The numbers of a plan under one future: widths and limits on one shared structure.

Futures of a case differ in vectors alone, never in the matrix, so that one live solver serves all.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass, replace

import numpy as np

from orepact.engine import Arrays
from orepact.errors import InputError, Problem
from orepact.model.curve import FLAT, HIGHEST, Array
from orepact.model.draft import Flags, Index
from orepact.model.factors import factors_of
from orepact.model.plan import Plan, expected_at_sea, plan_of
from orepact.model.process import process_numbers
from orepact.model.route import route_numbers
from orepact.model.settings import Curves
from orepact.model.tables import Tables
from orepact.model.window import in_base_value
from orepact.network.network import Network, Scenario
from orepact.result.two_stage.future import Case, Future, month_by_month

__all__ = ["Base", "Numbers", "Terms", "base_of", "numbers_of"]

SOFT, KEPT, RELEASED = 5e-2, 1e-2, 0.3
"""Rise over all months of a charge that a plan leaves flat, ÷ price: Newton's method needs some.
Holding for traders' stocks, for what a reserve keeps and for what it releases: a whole reserve
released in one month of twelve costs 1.3 % of its price.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a case is planned: months, first month, curves, worth of what is kept, dearest use.

    `emergency` says that reserves are released in a crisis alone and never sold in calm times.
    `kept_worth` (1) is the share of its price that a tonne left in a reserve at the end is worth;
    `highest` (multiple of the base price) is what a tonne is worth at most, to anybody.
    """

    months: int = 12
    start: datetime.date | None = None
    curves: Curves | None = None
    emergency: bool = True
    kept_worth: float = 0.0
    highest: float = HIGHEST

    @property
    def drawn(self) -> Curves:
        """Return the curves, with a node at the highest price."""
        curves = Curves() if self.curves is None else self.curves
        nodes = np.union1d(curves.nodes, [min(self.highest, float(curves.nodes.max()))])
        return Curves(nodes, steps=curves.steps)


@dataclass(frozen=True, slots=True)
class Base:
    """A plan before anything happens: one per set of numbers that a case's futures have."""

    network: Network
    plan: Plan
    valued: Tables
    curves: Curves
    arrays: Arrays
    emergency: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a future changes in a base's program: columns, and their widths and curvatures.

    `wanted` (t, months × demands) is use at base prices.
    """

    columns: Index
    upper: Array
    curvature: Array
    wanted: Array

    def key(self) -> bytes:
        """Return what tells these numbers from others."""
        parts = (self.columns, self.upper, self.curvature, self.wanted)
        return hashlib.blake2b(b"|".join(part.tobytes() for part in parts)).digest()


def base_of(case: Case, network: Network, terms: Terms) -> Base:
    """Write the plan of a network without purchases; raises `InputError` for what has none."""
    alone = network.facing(Scenario(name="base"))
    if case.highest is not None:
        terms = replace(terms, highest=case.highest)
    curves = terms.drawn
    plan = plan_of(
        alone,
        months=terms.months,
        curves=curves,
        start=terms.start,
        kept_worth=terms.kept_worth,
    )
    if plan.quota_rows.size and not curves.steps:
        raise InputError(
            [
                Problem(
                    "a limit that several routes share needs curves in steps",
                    field=case.name,
                    expected="curves=Curves.in_steps(), or limits of single routes in the futures",
                )
            ]
        )
    upper = plan.arrays.upper.copy()
    upper[plan.reserves.bought] = 0.0
    arrays = _capped(plan, plan.arrays.with_numbers(upper=upper), terms.highest)
    valued, _ = in_base_value(plan.tables)
    arrays = arrays if curves.steps else _softened(arrays, plan)
    return Base(network, plan, valued, curves, arrays, terms.emergency)


def _capped(plan: Plan, arrays: Arrays, highest: float) -> Arrays:
    """Return a program in which no tonne is worth more than `highest` times its base price."""
    cost, curvature = arrays.cost.copy(), arrays.curvature.copy()
    places = np.concatenate(
        [each.ravel() for each in (plan.consumption, plan.at_sea, plan.holding)]
    )
    over = places[cost[places] < -highest]
    cost[over] = -highest
    if np.any(arrays.curvature):
        width = arrays.upper[over]
        curvature[over] = np.where(width > 0.0, FLAT * highest / np.maximum(width, 1e-300), 0.0)
    return arrays.with_numbers(cost=cost, curvature=curvature)


def _softened(arrays: Arrays, plan: Plan) -> Arrays:
    """Return a program in which every open column is curved, if ever so little.

    Stocks carry their curve in the last month alone; in the months before, one segment does.
    """
    curvature, upper = arrays.curvature.copy(), arrays.upper.copy()
    early = plan.holding[: len(plan.holding) - len(plan.tables.stocks)]
    level = np.ptp(arrays.cost[early], axis=1) == 0.0 if early.size else np.zeros(0, dtype=bool)
    upper[early[level, 0]] = arrays.upper[early[level]].sum(axis=1)
    upper[early[level, 1:]] = 0.0
    flat = np.flatnonzero((curvature == 0.0) & (upper > arrays.lower))
    width = upper[flat]
    largest = float(width[np.isfinite(width)].max(initial=0.0)) or 1.0
    width = np.where(np.isfinite(width), width, largest)
    curvature[flat] = SOFT / len(plan.months) / width
    for columns, rise in ((plan.reserves.kept, KEPT), (plan.reserves.released, RELEASED)):
        curvature[columns] *= rise / FLAT
    return arrays.with_numbers(curvature=curvature, upper=upper)


def numbers_of(base: Base, future: Future) -> Numbers:
    """Return what a future changes in a base's program."""
    plan, arrays = base.plan, base.arrays
    upper, curvature = arrays.upper.copy(), arrays.curvature.copy()
    months = len(plan.months)
    factors = factors_of(base.network, future.scenario)
    limit = _limits(plan, future)
    use = np.tile(factors.demand, (months, 1)) * _given(future.use, months)
    _scale(upper, curvature, plan.consumption, use.ravel()[:, None])
    notice = plan.tables.processes["notice"]
    tighter = _first(limit < plan.limit)
    runs = (notice == 0) | (np.arange(months)[:, None] >= tighter + notice)
    made = np.tile(factors.process, (months, 1)) * _given(future.activity, months)
    _produce(base, upper, curvature, made * runs)
    if base.emergency:
        begins = min(tighter, _first(made < 1.0)) if future.crisis is None else future.crisis
        upper[plan.reserves.released[:begins]] = 0.0
    _ship(base, upper, limit)
    _leave_at_sea(base, upper, curvature, limit)
    moved = np.flatnonzero((upper != arrays.upper) | (curvature != arrays.curvature))
    wanted = plan.tables.demands["base"] * use
    return Numbers(moved, upper[moved], curvature[moved], wanted)


def _given(array: Array | None, months: int) -> Array | float:
    return 1.0 if array is None else month_by_month(array, months)


def _limits(plan: Plan, future: Future) -> Array:
    """Return what routes may carry (t/month), shape (months, routes)."""
    if future.limit is None:
        return plan.limit
    own = month_by_month(future.limit, len(plan.months))
    return np.where(np.isnan(own), plan.limit, own)


def _first(flags: Flags) -> int:
    """Return the first month in which any flag is up, the number of months if none is."""
    found = np.flatnonzero(flags.any(axis=1))
    return int(found[0]) if len(found) else len(flags)


def _scale(upper: Array, curvature: Array, columns: Index, factor: Array) -> None:
    """Widen columns by factors; a curve that is twice as wide rises half as fast."""
    factor = np.broadcast_to(factor, columns.shape)
    upper[columns] = np.multiply(
        upper[columns], factor, out=np.zeros(columns.shape), where=factor > 0.0
    )
    curvature[columns] = np.divide(
        curvature[columns], factor, out=np.zeros(columns.shape), where=factor > 0.0
    )


def _produce(base: Base, upper: Array, curvature: Array, made: Array) -> None:
    """Widen processes; what a plan without policies keeps closed is opened from its own numbers."""
    plan = base.plan
    own = process_numbers(base.valued, base.curves)
    upper[plan.production] = own.width
    if not base.curves.steps:
        curvature[plan.production] = np.where(own.width > 0.0, own.curvature, 0.0)
    _scale(upper, curvature, plan.production, made[:, plan.process])


def _ship(base: Base, upper: Array, limit: Array) -> None:
    plan, routes = base.plan, len(base.plan.tables.routes)
    which = np.tile(np.arange(routes), len(limit))
    room = (limit * plan.worth[plan.tables.routes["from"]]).ravel()
    numbers = route_numbers(base.valued, which, room, steps=base.curves.steps)
    upper[plan.flow] = numbers.width.reshape(plan.flow.shape)


def _leave_at_sea(base: Base, upper: Array, curvature: Array, limit: Array) -> None:
    plan = base.plan
    worth = plan.worth[plan.tables.routes["from"]]
    usual = expected_at_sea(base.valued, plan.limit * worth)
    late = np.flatnonzero(usual > 0.0)
    now = expected_at_sea(base.valued, limit * worth)[late]
    _scale(upper, curvature, plan.at_sea, (now / usual[late])[:, None])
