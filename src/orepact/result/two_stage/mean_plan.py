"""The plan for the mean future, and what it loses at least against buying for all futures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from orepact.errors import SolveError
from orepact.model.curve import Array
from orepact.result.two_stage.crew import Crew
from orepact.result.two_stage.future import Case, mean_future
from orepact.result.two_stage.master import Bound
from orepact.result.two_stage.numbers import base_of
from orepact.result.two_stage.search import Found, search
from orepact.result.two_stage.stage import Stage

__all__ = ["MeanPlan", "mean_plan"]

CLOSE = 1e-4
"""Share of a mean plan's own value within which plans for the mean future count as equally good."""

LEAST = 1e-7
"""Share of the money that may be spent within which they do, however little they are worth."""

ROUNDS = 20
"""Times that a plan is sought that is as good in the mean future and better in all."""


@dataclass(frozen=True, slots=True)
class MeanPlan:
    """What is bought for the mean future, and the bracket of what that loses (USD).

    Of all plans that are equally good in the mean future the one counts that loses least: `low` is
    proven for every one of them, `high` is what `bought` loses against the best that there can be.
    """

    bought: Array
    low: float
    high: float


def mean_plan(stage: Stage, found: Found) -> MeanPlan:
    """Return the plan for every case's mean future; its cuts are added to those of `found`."""
    alone = _certain(stage)
    mean = search(alone.decision, alone.evaluate, gap=CLOSE)
    near = max(CLOSE * mean.value, LEAST * stage.decision.unit)
    most = near - mean.value
    bought = _best_of(found, alone, mean, most, near)
    gain, slope = stage.evaluate(bought)
    found.master.add(bought, gain, slope)
    own, _ = stage.evaluate(found.bought)
    worth = stage.decision.worth
    here, there = worth(found.bought, own), worth(bought, gain)
    open_ = max(0.0, found.bound - found.value)
    least = there
    if mean.bought.any():
        among = _among(found, mean, most)
        least = here if among is None else min(there, among.value)
    return MeanPlan(bought, max(0.0, least - here), max(0.0, there - here) + open_)


def _certain(stage: Stage) -> Stage:
    """Return the same decision with every case's mean future alone, held for certain."""
    cases: list[Case] = []
    for case in stage.cases:
        limit = base_of(case, case.network, stage.terms).plan.limit
        mean = mean_future(case, limit, stage.terms.months)
        cases.append(replace(case, futures=(mean,) if case.futures else ()))
    decision = stage.decision
    budget = None if np.isinf(decision.budget) else decision.budget
    crew = Crew(cases, stage.terms)
    return Stage.of(crew, budget=budget, tail=0.0, level=decision.level)


def _best_of(found: Found, alone: Stage, mean: Found, most: float, near: float) -> Array:
    """Return, of the plans that cost at most `most` in the mean future, the best by the cuts.

    The mean plan itself where none is found within `near` of it, or where nothing is worth buying.
    """
    if not mean.bought.any():
        return mean.bought
    for _ in range(ROUNDS):
        among = _among(found, mean, most)
        if among is None:
            break
        bought = among.bought
        gain, slope = alone.evaluate(bought)
        if alone.decision.worth(bought, gain) <= most + near:
            return bought
        mean.master.add(bought, gain, slope)
    return mean.bought


def _among(found: Found, mean: Found, most: float) -> Bound | None:
    """Return the best by the cuts of the plans for the mean future, None if it cannot be told."""
    try:
        return found.master.bound_within(mean.master, most)
    except SolveError:
        return None
