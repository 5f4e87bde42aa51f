"""What the stochastic program and knowing the future would be worth, and every future's regret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from orepact.engine import Program, solve_linear
from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.result.two_stage.master import Master
from orepact.result.two_stage.mean_plan import mean_plan
from orepact.result.two_stage.search import Found
from orepact.result.two_stage.stage import Stage

__all__ = ["Measures", "measure"]

ROUNDS = 1
"""Times that every future's own best purchase is sought."""

NEAR = 5e-3
"""Share of the money that may be spent under which regrets are known well enough."""

REST = 0.3
"""Share of that which futures may hide that are not asked for their own best purchase."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Worth of the stochastic program and of information (USD), regrets per future (USD).

    The first two are brackets: what the search leaves open of the best purchases is in them.
    """

    stochastic_low: float | None = None
    stochastic_high: float | None = None
    mean_bought: Mapping[str, float] = field(default_factory=dict[str, float])
    information_low: float | None = None
    information_high: float | None = None
    regret_low: Sequence[float | None] = ()
    regret_high: Sequence[float | None] = ()


def measure(stage: Stage, found: Found, *, regret: bool) -> Measures:
    """Return the measures of purchases; without `regret` they are left out."""
    count = len(stage.futures)
    if not regret or not count:
        return Measures(regret_low=[None] * count, regret_high=[None] * count)
    weight = stage.decision.weight
    mean = mean_plan(stage, found)
    low, high = regrets(stage, found)
    open_ = max(0.0, found.bound - found.value)
    names = [f"{case}/{reserve.name}" for case, reserve in stage.reserves]
    return Measures(
        stochastic_low=mean.low,
        stochastic_high=mean.high,
        mean_bought=dict(zip(names, mean.bought.tolist(), strict=True)),
        information_low=max(0.0, float(weight @ low) - open_),
        information_high=float(weight @ high),
        regret_low=low.tolist(),
        regret_high=high.tolist(),
    )


def regrets(stage: Stage, found: Found) -> tuple[Array, Array]:
    """Return what each future loses against the purchase that is best for it alone (USD).

    Money counts at its worth under the budget. The cuts bound the best from below and its
    evaluation from above, so that regret lies between two numbers.
    """
    decision, master = stage.decision, found.master
    price = decision.price * (1.0 + found.dollar)
    gain, _ = stage.evaluate(found.bought)
    here = _spent(stage, price, found.bought[None, :]) + gain
    best = np.minimum(here, _tried(stage, price))
    for _ in range(ROUNDS):
        bound, bought = _alone(stage, master, price)
        apart = decision.weight * (best - bound)
        if float(apart.sum()) <= NEAR * decision.unit:
            break
        order = np.argsort(apart)
        rows = np.sort(order[np.cumsum(apart[order]) > REST * NEAR * decision.unit])
        gains, slopes = stage.read(stage.each(bought, rows), rows)
        spent = _spent(stage, price, bought)[rows]
        best[rows] = np.minimum(best[rows], spent + gains)
        _cut(master, rows, bought[rows], gains, slopes)
    bound, _ = _alone(stage, master, price)
    return np.maximum(0.0, here - best), np.maximum(0.0, here - np.minimum(bound, best))


def _tried(stage: Stage, price: Array) -> Array:
    """Return the least that each future has come to in any purchase tried so far (USD)."""
    least = np.zeros(len(stage.futures))
    for case, bought, gain in stage.tried():
        rows = stage.decision.of_case == case
        spent = float(stage.own(case, price) @ bought)
        least[rows] = np.minimum(least[rows], spent + gain)
    return least


def _spent(stage: Stage, price: Array, bought: Array) -> Array:
    """Return what each future's own case pays (USD); `bought` has one row or one per future."""
    own = stage.decision.of_case[:, None] == stage.decision.case[None, :]
    return np.sum(np.where(own, bought * price, 0.0), axis=1)


def _cut(master: Master, rows: Index, bought: Array, gain: Array, slope: Array) -> None:
    master.future.append(rows)
    master.slope.append(slope)
    master.level.append(gain - np.sum(slope * bought, axis=1))


def _alone(stage: Stage, master: Master, price: Array) -> tuple[Array, Array]:
    """Return every future's least cost by the cuts (USD) and the purchase where it is."""
    decision, unit = stage.decision, stage.decision.unit
    own = decision.of_case[:, None] == decision.case[None, :]
    who, what = np.nonzero(own)
    number = np.full(own.shape, -1)
    program = Program("every future alone")
    keys = pl.DataFrame({"future": who.astype(np.int32), "reserve": what.astype(np.int32)})
    spent = price[what] * decision.most[what] / unit
    added = program.add_columns("share", keys, upper=1.0, cost=spent)["column"].to_numpy()
    number[who, what] = added
    futures = pl.DataFrame({"future": np.arange(len(own), dtype=np.int32)})
    gain = program.add_columns("gain", futures, lower=-np.inf, cost=1.0)["column"].to_numpy()
    future, slope = np.concatenate(master.future), np.concatenate(master.slope)
    level = np.concatenate(master.level)
    cuts = pl.DataFrame({"cut": np.arange(len(future), dtype=np.int32)})
    rows = program.add_rows("cut", cuts, lower=level / unit, upper=np.inf)["row"].to_numpy()
    program.add_entries(rows, gain[future])
    steep = np.where(own[future], -slope * decision.most / unit, 0.0)
    row, column = np.nonzero(steep)
    program.add_entries(rows[row], number[future[row], column], steep[row, column])
    found = solve_linear(program.assemble())
    share = np.zeros(own.shape)
    share[who, what] = np.clip(found.primal_values[added], 0.0, 1.0)
    bought = share * decision.most
    least = np.sum(np.where(own, bought * price, 0.0), axis=1) + found.primal_values[gain] * unit
    return least, bought
