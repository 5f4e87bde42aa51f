"""A bought reserve in the simulator: what it avoids when nobody knows the future.

The same futures, simulated month by month from the replayed past, without what is bought and with
it under a rulebook. The plan's figure for the same futures and tonnes, counted in the same way,
stands beside; the two are never mixed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from orepact.errors import SolveError
from orepact.network.components import Reserve
from orepact.policy.release import Rulebook, check_rulebook
from orepact.result.releases import releases_of
from orepact.result.simulation import Simulation, Simulator
from orepact.result.two_stage import Sizing
from orepact.studies.replay import WINDOW, Paths, Told, paths_under
from orepact.studies.reserve.cases import ChainCase
from orepact.studies.reserve.futures import CALM, HORIZON, ChainFutures, FutureYear
from orepact.studies.workers import in_processes

__all__ = ["simulated_entries"]

WITHOUT, WITH = "without", "with"

Plan = Callable[["Sequence[ChainCase]"], Sizing]
"""Plans cases whose reserves hold given tonnes and buy nothing."""


@dataclass(frozen=True, slots=True)
class _Task:
    """A chain whose reserves are simulated in some of its futures: as held before, and filled."""

    case: ChainCase
    held: tuple[Reserve, ...]
    filled: tuple[Reserve, ...]
    chosen: tuple[FutureYear, ...]

    @property
    def futures(self) -> ChainFutures:
        """Return all futures of the chain."""
        return self.case.futures

    @property
    def owners(self) -> set[str]:
        """Return who owns what was bought."""
        return {one.reserve.owner for one in self.case.candidates}


def simulated_entries(
    cases: Sequence[ChainCase], sizing: Sizing, rulebook: Rulebook, plan: Plan, *, sample: int,
    workers: int = 1,
) -> dict[str, Any]:
    """Return what bought reserves avoid in the simulator, by chain, and what the plan says of it.

    `sample` futures a chain are simulated, of every kind in turn, calm ones left out. Shares are of
    the use (USD at base prices) that is unmet without what was bought, what was held before being
    there in both, over the market and in the owners' regions.
    """
    tasks, missing = _tasks(cases, sizing, rulebook, sample)
    if workers > 1 and len(tasks) > 1:
        found = list(in_processes(_simulated, rulebook, tasks, workers=min(workers, len(tasks))))
    else:
        found = [_simulated(rulebook, task) for task in tasks]
    order = {task.futures.chain: number for number, task in enumerate(tasks)}
    planned = _planned(tasks, plan)
    results = [
        {**one, **planned[one["chain"]]}
        for one in sorted((one for one in found if "why" not in one),
                          key=lambda one: order[one["chain"]])
    ]
    missing += [f"{one['chain']}: {one['why']}" for one in found if "why" in one]
    return {"rulebook": rulebook.rulebook, "results": results, "missing": missing}


def _tasks(
    cases: Sequence[ChainCase], sizing: Sizing, rulebook: Rulebook, sample: int
) -> tuple[list[_Task], list[str]]:
    bought = {
        (row["case"], row["reserve"]): float(row["bought_t"])
        for row in sizing.fills.iter_rows(named=True)
    }
    tasks: list[_Task] = []
    missing: list[str] = []
    for case in cases:
        chain = case.futures.chain
        held = tuple(replace(one, largest=0.0) for one in case.reserves)
        filled = tuple(
            replace(one, held=one.held + bought.get((chain, one.name), 0.0)) for one in held)
        own = tuple(one for one in filled if one.held > 0.0)
        chosen = _chosen(case.futures.futures, sample)
        if not chosen or not any(bought.get((chain, one.name), 0.0) > 0.0 for one in own):
            continue
        problems = check_rulebook(rulebook, own, [case.futures.network])
        if problems:
            missing.append(f"{chain}: {problems[0].message}")
            continue
        tasks.append(_Task(case, held, filled, chosen))
    return tasks, missing


def _chosen(futures: Sequence[FutureYear], sample: int) -> tuple[FutureYear, ...]:
    """Return futures of every kind in turn, calm ones and those without weight left out."""
    kinds: dict[str, list[FutureYear]] = {}
    for one in futures:
        if one.kind != CALM and one.weight > 0.0:
            kinds.setdefault(one.kind, []).append(one)
    found: list[FutureYear] = []
    for turn in range(max((len(own) for own in kinds.values()), default=0)):
        found += [own[turn] for own in kinds.values() if turn < len(own)]
    return tuple(found[:sample])


def _simulated(rulebook: Rulebook, task: _Task) -> dict[str, Any]:
    """Return the use unmet without and with what was bought over a chain's chosen futures."""
    futures, owners = task.futures, task.owners
    base = Simulator.of(futures.network, futures.behaviour, WINDOW)
    releases = {
        name: releases_of([each for each in reserves if each.held > 0.0], rulebook,
                          futures.network, futures.months, begins=futures.first)
        for name, reserves in ((WITHOUT, task.held), (WITH, task.filled))
    }
    whole, own, released = np.zeros(2), np.zeros(2), 0.0
    for one in task.chosen:
        behaviour = replace(futures.behaviour, leakage=one.leakage)
        told = {
            name: Told(one.told.restrictions, replace(one.told.setting, releases=found))
            for name, found in releases.items()
        }
        try:
            paths = paths_under(replace(base, behaviour=behaviour), told, futures.first, HORIZON)
        except SolveError as error:
            return {"chain": futures.chain, "why": str(error)}
        for place, name in enumerate((WITHOUT, WITH)):
            short, near = _unmet(futures, one, paths, name, owners)
            whole[place] += one.weight * short
            own[place] += one.weight * near
        released += one.weight * _released(paths.further[WITH])
    weight = sum(one.weight for one in task.chosen)
    return {
        "chain": futures.chain,
        "futures": len(task.chosen),
        "names": [one.name for one in task.chosen],
        "simulated": _share(whole),
        "simulated_owners": _share(own),
        "unmet_usd": {WITHOUT: whole[0] / weight, WITH: whole[1] / weight},
        "unmet_usd_owners": {WITHOUT: own[0] / weight, WITH: own[1] / weight},
        "released_t": released / weight,
    }


def _unmet(
    futures: ChainFutures, one: FutureYear, paths: Paths, name: str, owners: set[str]
) -> tuple[float, float]:
    """Return use unmet over the months of a future (USD at base prices): of all, of the owners."""
    run = paths.further[name]
    table = run.tables.demands
    wanted = table["base"] * futures.demand(one)
    missing = np.maximum(0.0, wanted - run.consumption).sum(axis=0) * table["price"]
    near = np.array([region in owners for region in table["region"]])
    return float(missing.sum()), float(missing[near].sum())


def _released(run: Simulation) -> float:
    return float(np.nansum(run.released))


def _planned(tasks: Sequence[_Task], plan: Plan) -> dict[str, dict[str, Any]]:
    """Return by chain what the plan avoids with the same tonnes in the same futures."""
    if not tasks:
        return {}
    before, after = (
        plan([_holding(task, name) for task in tasks]) for name in (WITHOUT, WITH)
    )
    found: dict[str, dict[str, Any]] = {}
    for task in tasks:
        whole, own = (
            np.array([_unmet_usd(task, sizing, owners) for sizing in (before, after)])
            for owners in (None, task.owners)
        )
        found[task.futures.chain] = {
            "planned": _share(whole), "planned_owners": _share(own),
            "planned_unmet_usd": dict(zip((WITHOUT, WITH), whole.tolist(), strict=True)),
            "planned_unmet_usd_owners": dict(zip((WITHOUT, WITH), own.tolist(), strict=True)),
        }
    return found


def _holding(task: _Task, name: str) -> ChainCase:
    """Return a chain's case with its chosen futures alone, its reserves as held or as filled."""
    weight = sum(one.weight for one in task.chosen)
    chosen = tuple(replace(one, weight=one.weight / weight) for one in task.chosen)
    reserves = task.held if name == WITHOUT else task.filled
    count = len(task.case.candidates)
    return replace(
        task.case,
        futures=replace(task.futures, futures=chosen),
        candidates=tuple(replace(one, reserve=reserve) for one, reserve
                         in zip(task.case.candidates, reserves[:count], strict=True)),
        others=reserves[count:],
    )


def _unmet_usd(task: _Task, sizing: Sizing, owners: set[str] | None) -> float:
    """Return expected use unmet of a chain (USD at base prices), of some regions or of all."""
    prices = {item.name: item.price for item in task.futures.network.materials}
    return sum(
        float(row["expected_without_t"]) * prices[row["material"]]
        for row in sizing.shortage.iter_rows(named=True)
        if row["case"] == task.futures.chain and (owners is None or row["region"] in owners)
    )


def _share(amounts: np.ndarray) -> float | None:
    return float(1.0 - amounts[1] / amounts[0]) if amounts[0] > 0.0 else None
