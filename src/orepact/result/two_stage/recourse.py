"""What a case comes to once a future is known: its best plan with what was bought, solved warm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from orepact.engine import Arrays, LiveLinear, LiveNewton, NewtonOptions, split
from orepact.engine.arrays import Floats
from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.model.plan import Plan
from orepact.result.prove import own_size
from orepact.result.two_stage.future import Case, Future
from orepact.result.two_stage.numbers import Base, Numbers, Terms, base_of, numbers_of

__all__ = ["Answer", "Recourse", "under"]

NEWTON = NewtonOptions(tolerance=1e-8, max_steps=150, patience=10)
"""A first step into a crisis may take fifty steps; what is left of a row is far below a cut's."""

KEPT, RECENT, FIRST = 4, 4, 16
"""How many ends a plan may start from: of its own last ones, of the last ones of all futures, and
of these for the first one of a future.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a future comes to with given purchases.

    `value` (USD) is what is spent less what use is worth, purchases apart; `slope` (USD/t, per
    reserve, at most 0 for what is worth having) how it changes with another tonne bought; `unmet`
    (t, per demand, over the months) how much less is used than at base prices.
    """

    value: float
    slope: Array
    unmet: Array


class _Live(Protocol):
    """A solver that keeps the structure: numbers in, columns and duals of rows out."""

    def solve(self, numbers: Arrays, starts: Sequence[Any]) -> tuple[Floats, Floats, object]:
        """Return columns, duals and what a later solve may start from; `starts` are such."""
        ...


@dataclass(slots=True)
class _Curved:
    """Newton's method on the dual; starts from those prices that prove most by themselves."""

    live: LiveNewton

    def solve(self, numbers: Arrays, starts: Sequence[Any]) -> tuple[Floats, Floats, object]:
        self.live.update(
            cost=numbers.cost,
            upper=numbers.upper,
            right=numbers.row_lower,
            curvature=numbers.curvature,
        )
        start = starts[-1] if len(starts) == 1 else max(starts, key=self.live.dual)
        found = self.live.solve(start)
        return found.primal_values, found.row_duals, found.row_duals


class _Stepped:
    """HiGHS, block by block, every block counted in its own size; starts from a basis."""

    def __init__(self, arrays: Arrays) -> None:
        self._column, self._row = np.ones(arrays.n_columns), np.ones(arrays.n_rows)
        for block in split(arrays):
            self._column[block.columns] = self._row[block.rows] = own_size(block.arrays)
        self._base = self._scaled(arrays)
        self._live = LiveLinear(self._base)

    def _scaled(self, arrays: Arrays) -> Arrays:
        return arrays.with_numbers(
            lower=arrays.lower / self._column,
            upper=arrays.upper / self._column,
            row_lower=arrays.row_lower / self._row,
            row_upper=arrays.row_upper / self._row,
        )

    def solve(self, numbers: Arrays, starts: Sequence[Any]) -> tuple[Floats, Floats, object]:
        base, now, live = self._base, self._scaled(numbers), self._live
        live.reset()
        moved = np.flatnonzero(now.upper != base.upper)
        live.change_bounds(moved, now.lower[moved], now.upper[moved])
        moved = np.flatnonzero(now.cost != base.cost)
        live.change_costs(moved, now.cost[moved])
        moved = np.flatnonzero(
            (now.row_lower != base.row_lower) | (now.row_upper != base.row_upper)
        )
        live.change_rows(moved, now.row_lower[moved], now.row_upper[moved])
        found = live.solve(starts[-1])
        return found.primal_values * self._column, found.row_duals, live.basis()


@dataclass(slots=True)
class Recourse:
    """The plans of a case's futures, solved again and again with other purchases.

    Each future starts from where it ended last, and at first from where its base ended. Not for two
    threads at once.
    """

    case: Case
    terms: Terms
    solves: int = 0
    _bases: dict[int, Base] = field(default_factory=dict[int, Base])
    _numbers: dict[int, tuple[Base, Numbers]] = field(
        default_factory=dict[int, tuple[Base, Numbers]]
    )
    _ends: dict[int, list[object]] = field(default_factory=dict[int, list[object]])
    _recent: list[object] = field(default_factory=list[object])
    _others: dict[tuple[object, ...], Answer] = field(
        default_factory=dict[tuple[object, ...], Answer]
    )
    _live: _Live | None = None
    _first: object = None

    def base(self, future: Future) -> Base:
        """Return the plan that a future changes."""
        network = self.case.network if future.network is None else future.network
        if id(network) not in self._bases:
            self._bases[id(network)] = base_of(self.case, network, self.terms)
        return self._bases[id(network)]

    def solve(self, number: int, bought: Array) -> Answer:
        """Return what future `number` comes to with `bought` (t per reserve)."""
        if number not in self._numbers:
            future = self.case.futures[number]
            base = self.base(future)
            self._numbers[number] = base, numbers_of(base, future)
        base, numbers = self._numbers[number]
        own = self._ends.setdefault(number, [])
        recent = self._recent[-RECENT:] if own else self._recent
        answer, ended = self._solve(base, numbers, bought, [*recent, *own])
        self._recent = [*self._recent, ended][-FIRST:]
        self._ends[number] = [*own, ended][-KEPT:]
        return answer

    def other(self, future: Future, bought: Array) -> Answer:
        """Return what a future that is none of the case's comes to; equal ones are solved once."""
        base = self.base(future)
        numbers = numbers_of(base, future)
        key = (id(base), numbers.key(), bought.tobytes())
        if key not in self._others:
            self._others[key], ended = self._solve(base, numbers, bought, self._recent)
            self._recent = [*self._recent, ended][-FIRST:]
        return self._others[key]

    def _solve(
        self, base: Base, numbers: Numbers, bought: Array, starts: Sequence[object]
    ) -> tuple[Answer, object]:
        plan, arrays = base.plan, base.arrays
        worth = plan.worth[plan.tables.reserves["node"]]
        rows = plan.reserves.rows[0]
        lower, above = arrays.row_lower.copy(), arrays.row_upper.copy()
        lower[rows] += bought * worth
        above[rows] += bought * worth
        now = under(base, numbers)
        empty = np.flatnonzero(above[rows] <= 0.0)
        usual = now.upper
        if len(empty):
            now = now.with_numbers(upper=_closed(plan, usual, empty))
        now = now.with_numbers(row_lower=lower, row_upper=above)
        if self._live is None:
            self._live = self._begin(base)
        primal, duals, ended = self._live.solve(now, [self._first, *starts])
        self.solves += 1
        used = primal[plan.consumption].sum(axis=1).reshape(numbers.wanted.shape)
        used = used / plan.worth[plan.tables.demands["node"]]
        slope = duals[rows].copy()
        if len(empty):
            slope[empty] = -first_tonne(plan, now.cost, usual, duals)[empty]
        answer = Answer(
            now.objective(primal) * plan.scale,
            slope * plan.tables.reserves["price"],
            np.maximum(0.0, numbers.wanted - used).sum(axis=0),
        )
        return answer, ended

    def _begin(self, base: Base) -> _Live:
        """Return a live solver that has solved the base in calm times."""
        if base.curves.steps:
            return _Stepped(base.arrays)
        live = _Curved(LiveNewton(base.arrays, NEWTON))
        prices = np.zeros(base.arrays.n_rows)
        prices[base.plan.rows] = 1.0
        prices[base.plan.reserves.rows] = -1.0
        _, self._first, _ = live.solve(under(base, numbers_of(base, Future(name="calm"))), [prices])
        return live


def under(base: Base, numbers: Numbers) -> Arrays:
    """Return a base's program with a future's numbers."""
    upper, curvature = base.arrays.upper.copy(), base.arrays.curvature
    upper[numbers.columns] = numbers.upper
    if not base.curves.steps:
        curvature = curvature.copy()
        curvature[numbers.columns] = numbers.curvature
    return base.arrays.with_numbers(upper=upper, curvature=curvature)


def _closed(plan: Plan, upper: Array, empty: Index) -> Array:
    """Return bounds that close empty reserves: nothing can leave them, and Newton need not ask."""
    closed = upper.copy()
    closed[plan.reserves.released[:, empty]] = 0.0
    closed[plan.reserves.kept[:, empty]] = 0.0
    closed[plan.reserves.drawn[:, np.isin(plan.tables.draws["reserve"], empty)]] = 0.0
    return closed


def first_tonne(plan: Plan, cost: Array, upper: Array, duals: Array) -> Array:
    """Return what a first tonne in each reserve would be worth, ÷ price, at given prices.

    It goes to the best buyer of the best month in which it may be released, or is kept.
    """
    months, draws = len(plan.months), plan.tables.draws
    price = np.full(months * len(plan.tables.nodes), -np.inf)
    price[plan.places] = duals[plan.rows]
    owner = draws["reserve"]
    lead = plan.tables.reserves["lead"]
    worth = np.zeros(len(lead))
    for month in reversed(range(months)):
        kept = worth - cost[plan.reserves.kept[month]]
        arrival = np.minimum(month + lead[owner], months - 1)
        paid = np.full(len(lead), -np.inf)
        np.maximum.at(paid, owner, price[arrival * len(plan.tables.nodes) + draws["node"]])
        may = upper[plan.reserves.released[month]] > 0.0
        worth = np.maximum(kept, np.where(may, paid, -np.inf))
    return worth
