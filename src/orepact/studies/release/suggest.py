"""Suggest levels for a release rule: looked for on some members, tried on the ones left out.

Every candidate meets the same members (common random numbers): the same parameter sets, licence
branches and draws of the scenario. The worth of a rule is what users who may draw use more with it,
at the transaction price that they would have paid without it, over the whole scenario; tonnes that
are left at its end count for nothing. The search is differential evolution (Storn and Price 1997,
doi:10.1023/A:1008202821328) with a fixed seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from scipy.optimize import Bounds, differential_evolution

from orepact.errors import InputError, Problem
from orepact.indicators.trajectory import transaction_price
from orepact.model.curve import Array
from orepact.network.components import Reserve
from orepact.policy.release.reading import write_rulebook
from orepact.policy.release.text import Rule, Rulebook
from orepact.result.releases import releases_of, rule_for
from orepact.studies.ensemble.runner import Progress
from orepact.studies.release.members import months_of, told_with
from orepact.studies.replay import Told, paths_under, rest_of
from orepact.studies.stress.design import Draw, Task
from orepact.studies.stress.member import Laid, Shared, laid_for

__all__ = ["BOUNDS", "suggested"]

BOUNDS: Mapping[str, tuple[float, float]] = {
    "loss": (0.02, 0.30), "price": (1.2, 4.0), "at_most": (0.02, 0.50),
}
"""Between what levels are looked for: loss, price (multiple of base), share of stock a month."""

MOST = 12
"""Members on which candidates are compared, and as many on which the chosen one is tried."""

GENERATIONS, CANDIDATES = 4, 4
"""Rounds of the search, and candidates per level in each."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A member ready to be run under any rulebook: its past is replayed, its path without known."""

    laid: Laid
    shared: Shared
    told: Told
    start: Any
    use: Array
    worth: Array

    def value(self, reserves: Sequence[Reserve], rulebook: Rulebook) -> tuple[float, float]:
        """Return what a rulebook is worth to users who may draw (USD), and the tonnes released."""
        laid = self.laid
        releases = releases_of(reserves, rulebook, laid.network, months_of(self.shared, laid),
                               begins=laid.replayed)
        later, setting = rest_of(told_with(self.told, releases), laid.replayed, laid.months)
        run = laid.simulator.run(later, setting, start=self.start)
        more = (run.consumption - self.use) * self.worth
        return float(more.sum()), float(run.released.sum())


def suggested(
    shared: Shared, tasks: Sequence[Task], reserves: Sequence[Reserve], rulebook: Rulebook,
    *, seed: int = 1, progress: Progress | None = None,
) -> dict[str, Any]:
    """Return levels of loss, price and size that do best on some members, and on those left out.

    Values are means per member (USD) on the highest rung. Raises `InputError` for fewer than two
    members, and where no rule of the rulebook has a level to look for.
    """
    names = _levels(rulebook, reserves)
    expected = (GENERATIONS + 1) * CANDIDATES * len(names)
    if progress:
        progress(0, expected)
    inside, outside = _halves(tasks, shared, reserves)
    evaluations = 0

    def loss(point: Array) -> float:
        nonlocal evaluations
        evaluations += 1
        if progress:
            progress(evaluations, expected)
        return -_mean(inside, reserves, _with(rulebook, reserves, names, point))["value"]

    ends = np.array([BOUNDS[name] for name in names])
    found = differential_evolution(
        loss, Bounds(ends[:, 0], ends[:, 1]), maxiter=GENERATIONS, popsize=CANDIDATES,
        rng=np.random.default_rng(seed), polish=False, init="latinhypercube",
    )
    best = _with(rulebook, reserves, names, cast("Array", found.x))
    return {
        "levels": {name: _round(value) for name, value in zip(names, found.x, strict=True)},
        "given": _given(rulebook, reserves, names),
        "members_inside": len(inside), "members_outside": len(outside),
        "candidates": evaluations,
        "inside": _mean(inside, reserves, best), "outside": _mean(outside, reserves, best),
        "given_inside": _mean(inside, reserves, rulebook),
        "given_outside": _mean(outside, reserves, rulebook),
        "rulebook_file": write_rulebook(best),
    }


def _meant(rulebook: Rulebook, reserves: Sequence[Reserve]) -> list[Rule]:
    rules = [rule_for(one, rulebook) for one in reserves]
    return list(dict.fromkeys(rule for rule in rules if rule is not None))


def _levels(rulebook: Rulebook, reserves: Sequence[Reserve]) -> tuple[str, ...]:
    triggers = [rule.trigger for rule in _meant(rulebook, reserves)]
    losses = any(one.group_loss or one.member_loss for one in triggers)
    prices = any(one.price for one in triggers)
    if not triggers:
        raise InputError([Problem("no rule is for these reserves", field="--suggest",
                                  found=rulebook.rulebook)])
    given = (("loss", losses), ("price", prices), ("at_most", True))
    return tuple(name for name, there in given if there)


def _given(
    rulebook: Rulebook, reserves: Sequence[Reserve], names: Sequence[str]
) -> dict[str, float]:
    rule = _meant(rulebook, reserves)[0]
    levels = {"loss": rule.trigger.group_loss or rule.trigger.member_loss,
              "price": rule.trigger.price, "at_most": rule.size.at_most}
    return {name: float(levels[name] or 0.0) for name in names}


def _with(
    rulebook: Rulebook, reserves: Sequence[Reserve], names: Sequence[str], point: Array
) -> Rulebook:
    """Return the rulebook with other levels; ends and purchases stay on their side of them."""
    levels = {name: _round(value) for name, value in zip(names, point, strict=True)}
    meant = {rule.id for rule in _meant(rulebook, reserves)}
    rules = tuple(_levelled(rule, levels) if rule.id in meant else rule for rule in rulebook.rules)
    return replace(rulebook, rulebook=f"{rulebook.rulebook}-suggested"[:60], rules=rules)


def _levelled(rule: Rule, levels: Mapping[str, float]) -> Rule:
    trigger, stop, size, again = rule.trigger, rule.stop, rule.size, rule.replenish
    loss, price = levels.get("loss"), levels.get("price")
    if loss is not None:
        trigger = replace(
            trigger, group_loss=None if trigger.group_loss is None else loss,
            member_loss=None if trigger.member_loss is None else loss)
        stop = replace(stop, loss=None if stop.loss is None else min(stop.loss, loss))
    if price is not None and trigger.price is not None:
        trigger = replace(trigger, price=price)
        stop = replace(stop, price=None if stop.price is None else min(stop.price, price))
        if again is not None:
            again = replace(again, price_below=min(again.price_below, 0.95 * price))
    most = levels["at_most"]
    share = None if size.share_of_stock is None else min(size.share_of_stock, most)
    size = replace(size, at_most=most, at_least=min(size.at_least, most), share_of_stock=share)
    return replace(rule, trigger=trigger, stop=stop, size=size, replenish=again, emergency=None)


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def _halves(
    tasks: Sequence[Task], shared: Shared, reserves: Sequence[Reserve]
) -> tuple[list[_Case], list[_Case]]:
    """Return members to look on and members to try on: every other one of each licence branch."""
    forms = {one.material for one in reserves}
    groups: dict[tuple[str, str], list[tuple[Task, Draw]]] = {}
    for task in tasks:
        if forms & {item.name for item in shared.world.network(task.chain).materials}:
            mine = groups.setdefault((task.chain, task.licence), [])
            mine += [(task, draw) for draw in task.draws]
    fewest = min((len(members) for members in groups.values()), default=0)
    if fewest < 2:
        raise InputError([Problem("too few members to look on some and try on others",
                                  field="--suggest", found=f"{fewest} of a licence branch",
                                  expected="two or more: --sets 2 or more, or --draws")])
    inside: list[_Case] = []
    outside: list[_Case] = []
    for members in groups.values():
        most = max(2, 2 * MOST // len(groups))
        ordered = sorted(members, key=lambda one: (one[0].window, one[0].behaviour.rank,
                                                   one[1].number))
        chosen = ordered[:: max(1, -(-len(ordered) // most))]
        inside += [_case(shared, task, draw, reserves) for task, draw in chosen[::2]]
        outside += [_case(shared, task, draw, reserves) for task, draw in chosen[1::2]]
    return inside, outside


def _case(shared: Shared, task: Task, draw: Draw, reserves: Sequence[Reserve]) -> _Case:
    laid = laid_for(shared, task)
    told = laid.cases(draw)[str(shared.rungs[-1])]
    paths = paths_under(laid.simulator, {"": told}, laid.replayed, laid.months)
    quiet = paths.further[""]
    entitled = {name for one in reserves for name in one.entitled or (one.region,)}
    demands = quiet.tables.demands
    own = np.isin(demands["region"].astype(str), list(entitled))
    paid = transaction_price(quiet.price, task.behaviour.spot_share, paths.replays[""].price)
    worth = paid[:, demands["node"]] * demands["price"] * own
    return _Case(laid, shared, told, paths.replays[""].last, quiet.consumption, worth)


def _mean(
    cases: Sequence[_Case], reserves: Sequence[Reserve], rulebook: Rulebook
) -> dict[str, float]:
    values = np.array([case.value(reserves, rulebook) for case in cases])
    return {"value": float(values[:, 0].mean()), "released": float(values[:, 1].mean())}
