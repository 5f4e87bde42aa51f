"""How much to buy for reserves before the future is known: the two-stage program and its measures.

Each future is a plan with perfect foresight once it is known, so that the recourse is a planner's
bound: who cannot foresee releases less well, and a reserve is worth more or less than here.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from orepact.errors import InputError, Problem
from orepact.model.curve import HIGHEST
from orepact.model.settings import Curves
from orepact.network.network import Network
from orepact.result.two_stage.crew import Crew, crew_of
from orepact.result.two_stage.extensive import extensive_purchases
from orepact.result.two_stage.future import Case, Future, check_cases
from orepact.result.two_stage.measures import Measures, measure
from orepact.result.two_stage.numbers import Terms
from orepact.result.two_stage.ranges import ranges
from orepact.result.two_stage.search import Found, begin_at, search
from orepact.result.two_stage.stage import Stage
from orepact.result.two_stage.tables import fill_table, future_table, shortage_table

__all__ = ["Sizing", "size_cases", "size_reserves"]

Method = Literal["multi-cut", "extensive"]


@dataclass(frozen=True)
class Sizing:
    """What to buy, what it is worth and how sure that is; tonnes of each material's own unit.

    - `fills`: case, reserve, owner, region, material, held_t, bought_t, usd, price (USD/t),
      largest_t, at_largest, next_tonne (USD/t: what one more tonne is worth before its price),
      least_t, most_t (the best purchases are proven to lie between; null from the extensive form)
    - `shortage`: case, demand, region, material, base_t, expected_without_t, expected_with_t,
      tail_without_t, tail_with_t: use at base prices less use over all months; without purchases,
      and with them; the tail is the worst ``1 − level`` of each case's futures by their cost
    - `futures`: case, future, weight, in_tail (share of the tail), cost_without, cost_with (USD
      over the same future undisturbed, purchases apart), unmet_without_t, unmet_with_t, regret_low,
      regret_high (USD more than buying for this future alone; null when not asked for)

    `value` (USD) is the objective without purchases less that with them, price and carrying cost
    paid; `gap` is how much of it is not proven. `budget_dual` is what another dollar of budget
    adds. `stochastic_low` and `_high` (USD) bracket what a plan for the mean future loses at least
    against the best purchases, and `mean_bought` is that plan; `information_low` and `_high` (USD)
    bracket what it would be worth to know the future first, money counted at its worth. Both count
    what `gap` leaves open. They are None when they were not asked for.
    """

    fills: pl.DataFrame = field(repr=False)
    shortage: pl.DataFrame = field(repr=False)
    futures: pl.DataFrame = field(repr=False)
    budget: float | None
    spent: float
    budget_dual: float
    value: float
    stochastic_low: float | None
    stochastic_high: float | None
    mean_bought: Mapping[str, float]
    information_low: float | None
    information_high: float | None
    gap: float
    iterations: int
    solves: int
    seconds: float
    method: str
    months: int
    tail: float
    level: float


def size_reserves(
    network: Network,
    futures: Sequence[Future],
    *,
    budget: float | None = None,
    months: int = 12,
    tail: float = 0.0,
    level: float = 0.9,
    kept_worth: float = 0.0,
    highest: float = HIGHEST,
    emergency: bool = True,
    method: Method = "multi-cut",
    curves: Curves | None = None,
    start: datetime.date | None = None,
    gap: float = 0.01,
    regret: bool = True,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Sizing:
    """Return what to buy for the reserves of one network; see `size_cases`."""
    case = Case(name=network.dataset.name, network=network, futures=tuple(futures))
    return size_cases(
        (case,),
        budget=budget,
        months=months,
        tail=tail,
        level=level,
        kept_worth=kept_worth,
        highest=highest,
        emergency=emergency,
        method=method,
        curves=curves,
        start=start,
        gap=gap,
        regret=regret,
        workers=workers,
        progress=progress,
    )


def size_cases(
    cases: Sequence[Case],
    *,
    budget: float | None = None,
    months: int = 12,
    tail: float = 0.0,
    level: float = 0.9,
    kept_worth: float = 0.0,
    highest: float = HIGHEST,
    emergency: bool = True,
    method: Method = "multi-cut",
    curves: Curves | None = None,
    start: datetime.date | None = None,
    gap: float = 0.01,
    regret: bool = True,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Sizing:
    """Return what to buy for the reserves of several cases under one budget.

    Minimises price of purchases + expected cost of the futures, of which the share `tail` is put on
    the mean of the worst ``1 − level`` of each case (as if their worst came together). `budget`
    (USD) limits price × tonnes; `kept_worth` (1) is the share of the price paid that a tonne left
    after the last month is worth; nobody pays more than `highest` times the base price. With
    `emergency` reserves are released in a crisis alone. `curves` that are steps make every future a
    linear program. The search ends when `gap` of the reserve's own value is unproven; method
    "extensive" solves one program with all futures instead. `regret` asks for the worth of
    information and of the stochastic program. `workers` are processes and do not change the result.

    Cases without futures buy nothing. Raises `InputError` with every problem and `SolveError` when
    an optimum is not proven.
    """
    began = time.perf_counter()
    _check(cases, budget, tail, level, kept_worth, highest, gap)
    terms = Terms(
        months=months,
        start=start,
        curves=curves,
        kept_worth=kept_worth,
        emergency=emergency,
        highest=highest,
    )
    with crew_of(cases, terms, workers) as crew:
        stage = Stage.of(crew, budget=budget, tail=tail, level=level)
        found = _buy(stage, method, gap, progress)
        if progress is not None and regret:
            progress("what knowing the future would be worth, and regrets: about one more round")
        measures = measure(stage, found, regret=regret)
        return _sizing(stage, found, measures, crew, method, began)


def _buy(stage: Stage, method: Method, gap: float, progress: Callable[[str], None] | None) -> Found:
    if method == "extensive":
        return extensive_purchases(stage)
    decision = stage.decision
    gain, _ = stage.evaluate(np.zeros(len(decision.price)))
    begin = begin_at(decision, gain, stage.some, gap=gap)
    return search(decision, stage.evaluate, gap=gap, begin=begin, tell=progress)


def _sizing(
    stage: Stage, found: Found, measures: Measures, crew: Crew, method: str, began: float
) -> Sizing:
    decision = stage.decision
    return Sizing(
        fills=fill_table(stage, found, None if method == "extensive" else ranges(stage, found)),
        shortage=shortage_table(stage, found),
        futures=future_table(stage, found, measures),
        budget=None if np.isinf(decision.budget) else decision.budget,
        spent=float(decision.price @ found.bought),
        budget_dual=found.dollar,
        value=found.value,
        stochastic_low=measures.stochastic_low,
        stochastic_high=measures.stochastic_high,
        mean_bought=measures.mean_bought,
        information_low=measures.information_low,
        information_high=measures.information_high,
        gap=found.gap,
        iterations=found.iterations,
        solves=crew.solves,
        seconds=time.perf_counter() - began,
        method=method,
        months=stage.terms.months,
        tail=decision.tail,
        level=decision.level,
    )


def _check(
    cases: Sequence[Case],
    budget: float | None,
    tail: float,
    level: float,
    kept_worth: float,
    highest: float,
    gap: float,
) -> None:
    inside: tuple[tuple[str, float, float, float], ...] = (
        ("budget", 0.0 if budget is None else budget, 0.0, np.inf),
        ("tail", tail, 0.0, 1.0),
        ("level", level, 0.0, 0.999),
        ("kept_worth", kept_worth, 0.0, 1.0),
        ("highest", highest, 1.0, HIGHEST),
        ("gap", gap, 1e-6, 1.0),
    )
    problems = [
        Problem(
            "a number is out of its range",
            field=name,
            found=f"{value:g}",
            expected=f"{least:g} to {most:g}",
        )
        for name, value, least, most in inside
        if not least <= value <= most
    ]
    if budget is None:
        problems += [
            Problem(
                "a reserve may be bought without end and there is no budget",
                field=f"{case.name}.{reserve.name}.largest",
                found="inf",
                expected="a largest purchase (t), a capacity, or a budget (USD)",
            )
            for case in cases
            for reserve in case.network.reserves
            if np.isinf(reserve.largest) and np.isinf(reserve.capacity)
        ]
    if problems:
        raise InputError(problems)
    check_cases(cases)
