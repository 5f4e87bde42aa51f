"""Multi-cut search for what to buy: evaluate all futures, cut, move a little, until proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.result.two_stage.master import Bound, Decision, Master

__all__ = ["Found", "begin_at", "representatives", "search"]

LOW = 0.15
"""Where the next point's model lies between the bound and the best value so far."""

NOTHING = 1e-7
"""Share of the money that may be spent under which a value counts as none."""

SLACK = 1e-3
"""Share of what is open that every case's level may lie above: solvers need some room."""

SPARE = 0.3
"""Share of the gap asked for that cases may hide which are left alone in a round."""

ROUGH = 0.02
"""Gap to which a few futures are searched, to find where to begin with all of them."""

FEW = 12
"""Futures of a case that stand for all of them while the search is far from its end."""

Evaluate = Callable[[Array], tuple[Array, Array]]
"""What futures come to at a purchase: gain (USD, per future) and slope (USD/t, futures × reserves).
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The best purchases found, and the proof.

    `value` (USD) is the objective without purchases less that with them, `bound` what it can be at
    most; `gap` is their difference as a share of the value, 0 where nothing is worth buying.
    """

    bought: Array
    value: float
    bound: float
    gap: float
    dollar: float
    iterations: int
    master: Master


def search(
    decision: Decision,
    evaluate: Evaluate,
    *,
    gap: float = 0.01,
    limit: int = 60,
    begin: Array | None = None,
    tell: Callable[[str], None] | None = None,
) -> Found:
    """Return purchases whose value is proven to within `gap` of itself, or after `limit` rounds.

    The proof is relative to what the reserve itself is worth, not to the welfare of the network.
    `begin` is the first point tried after none.
    """
    master = Master(decision)
    best = np.zeros(len(decision.price))
    held, slope = evaluate(best)
    master.add(best, held, slope)
    nothing = lowest = decision.worth(best, held)
    floor, rounds = -np.inf, 0
    while True:
        bound = master.bound()
        floor = max(floor, bound.value)
        value, open_ = nothing - lowest, lowest - floor
        if tell is not None:
            tell(f"round {rounds}: value {value:,.0f} USD, at most {value + open_:,.0f} USD")
        if open_ <= max(gap * value, NOTHING * decision.unit) or rounds == limit:
            break
        rounds += 1
        if begin is not None and rounds == 1:
            point = begin
        else:
            target = floor + LOW * open_
            point = _next(decision, master, bound, (best, held), target, SPARE * gap * value)
        gain, slope = evaluate(point)
        master.add(point, gain, slope)
        best, held = _better(decision, bound.dollar, (best, held), (point, gain))
        lowest = decision.worth(best, held)
    value = nothing - lowest
    close = (lowest - floor) / value if value > NOTHING * decision.unit else 0.0
    if value <= NOTHING * decision.unit:
        best, value = np.zeros_like(best), 0.0
    return Found(best, value, nothing - floor, close, bound.dollar, rounds, master)


def _next(
    decision: Decision,
    master: Master,
    bound: Bound,
    best: tuple[Array, Array],
    target: float,
    spare: float,
) -> Array:
    """Return the next point: it leaves alone cases whose purchases cannot be much better.

    `best` are the best purchases and the gains there (USD), `target` (USD) where the model is to be
    at most; `spare` (USD) is what the cases left alone may still hide, money counted at its worth.
    They need not be asked again.
    """
    bought, gain = best
    least = decision.worths(bound.bought, master.model(bound.bought), bound.dollar)
    open_ = np.maximum(0.0, decision.worths(bought, gain, bound.dollar) - least)
    slack = (SLACK * float(open_.sum()) + NOTHING * decision.unit) / len(open_)
    point = master.nearest(bought, target, least + LOW * open_ + slack, bound)
    unspent = bound.dollar * max(0.0, decision.budget - float(decision.price @ bought))
    if not spare > 0.0 or (bound.dollar > 0.0 and unspent > spare):
        return point
    order = np.argsort(open_)
    alone = order[np.cumsum(open_[order]) <= spare]
    if len(alone) == len(open_):
        return point
    mixed = np.where(np.isin(decision.case, alone), bought, point)
    return mixed if float(decision.price @ mixed) <= decision.budget else point


def _better(
    decision: Decision, dollar: float, best: tuple[Array, Array], tried: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Return the better of two purchases, or of both case by case where the budget lets it be so.

    Both come with the gains of futures there (USD), which hang on their own case's purchases alone.
    """
    better = decision.worths(*tried, dollar) < decision.worths(*best, dollar)
    mixed = np.where(better[decision.case], tried[0], best[0])
    options = [best, tried]
    if float(decision.price @ mixed) <= decision.budget:
        options.append((mixed, np.where(better[decision.of_case], tried[1], best[1])))
    return min(options, key=lambda each: decision.worth(*each))


def begin_at(
    decision: Decision,
    gain: Array,
    some: Callable[[Index, Array], tuple[Array, Array]],
    *,
    gap: float = 0.01,
) -> Array | None:
    """Return what a few futures would buy: where to begin with all; None if they say nothing.

    `gain` (USD) is what futures come to without purchases, counted from `decision.loss`; `some`
    evaluates the futures of the given numbers alone.
    """
    if not len(gain):
        return None
    rows, weight = representatives(decision, gain)
    if len(rows) == len(gain):
        return None
    few = replace(decision, weight=weight, of_case=decision.of_case[rows], loss=decision.loss[rows])
    found = search(few, lambda bought: some(rows, bought), gap=max(gap, ROUGH))
    return found.bought if found.bought.any() else None


def representatives(decision: Decision, gain: Array) -> tuple[Index, Array]:
    """Return a few futures of every case and their weights: the middles of slices by their cost.

    `gain` (USD) is added to what each future costs without purchases. A case with no more than
    twice as many futures keeps them all.
    """
    chosen: list[Index] = []
    weights: list[Array] = []
    for case in np.unique(decision.of_case):
        rows = np.flatnonzero(decision.of_case == case)
        if len(rows) <= 2 * FEW:
            chosen.append(rows)
            weights.append(decision.weight[rows])
            continue
        order = rows[np.argsort(decision.loss[rows] + gain[rows], kind="stable")]
        weight = decision.weight[order]
        slices = np.minimum((FEW * (np.cumsum(weight) - weight / 2.0)).astype(np.int64), FEW - 1)
        for each in np.unique(slices):
            members = order[slices == each]
            chosen.append(members[[len(members) // 2]])
            weights.append(np.array([decision.weight[members].sum()]))
    return np.concatenate(chosen), np.concatenate(weights)
