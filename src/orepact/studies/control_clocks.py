"""The control-clock study: act by act and chain by chain, what follows when suspensions end.

Every chain is rolled forward from its calibration window to the study's first month under every
layer in force and the known supply since, once per parameter set and licence branch. From there
each distinct control state is solved once; branches that mean the same for a chain share it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import polars as pl

from orepact.errors import InputError, Problem, nearest
from orepact.indicators.trajectory import SPOT_LAG, Year, transaction_price, unmet_shares, year_of
from orepact.model.curve import Array
from orepact.model.tables import tables_of
from orepact.network.behaviour import Behaviour, representative
from orepact.network.world import World
from orepact.policy import (
    LICENCE_BRANCHES,
    Branch,
    LicenceTemplate,
    Register,
    load_branches,
    load_template,
)
from orepact.result.paths import setting_of
from orepact.result.restrictions import Months, reported_levels, restrictions_of
from orepact.result.simulation import Restrictions, Setting, Simulator
from orepact.studies.replay import WINDOW, Told, months_since_base, paths_under
from orepact.studies.study import Study
from orepact.studies.workers import in_processes, peak_memory

__all__ = ["Members", "Progress", "Task", "run_members"]

Progress = Callable[[int, int], None]

FIGURES = tuple(field.name for field in fields(Year))
"""The figures of a year, in the order of its fields."""

BATCH = 5
"""Trajectories that a worker takes at a time."""


@dataclass(frozen=True, slots=True)
class Task:
    """One trajectory to simulate: a chain, a parameter set and a licence branch."""

    chain: str
    behaviour: Behaviour
    licence: str


@dataclass(frozen=True, slots=True)
class Members:
    """What all trajectories gave.

    `years` has one row per chain, branch, region, material, rank and licence with the indicators of
    `orepact.indicators.trajectory.year_of` and the status-quo price; `monthly` the marginal and
    transaction price and the unmet share per month; `windows` the number of windows solved,
    `seconds` the time it took, `residual` the largest balance error as a share of a stage's flow,
    `fallbacks` how often the second solver had to answer, `worker_memory` the peak memory (MB) of
    all worker processes together.
    """

    years: pl.DataFrame
    monthly: pl.DataFrame
    windows: int
    seconds: float
    residual: float
    fallbacks: int
    worker_memory: float = 0.0


def run_members(
    study: Study,
    world: World,
    register: Register,
    *,
    sets: Sequence[Behaviour] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Members:
    """Simulate every chain, parameter set and licence branch of a study.

    `sets` defaults to the central set and others that stand for the ensemble, as many as the
    study says. With `workers` above 1 the trajectories are spread over processes; a script that
    asks for this must guard its start with ``if __name__ == "__main__"``. Raises `InputError` for
    an unknown chain or branch and `SolveError` when a window is not proven optimal.
    """
    branches = _branches(study, world)
    chosen = sets or representative(world.ensemble, study.parameter_sets - 1)
    registers = {branch.name: register.under(branch) for branch in branches}
    batches = [
        [Task(chain, behaviour, licence) for behaviour in chosen[at : at + BATCH]]
        for at in range(0, len(chosen), BATCH)
        for chain in sorted(study.chains, key=lambda name: -len(world.chains[name].accounts))
        for licence in LICENCE_BRANCHES
    ]
    began = time.perf_counter()
    done = _all(_Cases(study, world, registers, load_template()), batches, workers, progress)
    order = {name: number for number, name in enumerate(study.chains)}
    done.sort(
        key=lambda each: (order[each.task.chain], each.task.licence, each.task.behaviour.rank)
    )
    return Members(
        *_tables(study, world, done),
        sum(each.windows for each in done),
        time.perf_counter() - began,
        max(each.residual for each in done),
        sum(each.fallbacks for each in done),
        _worker_memory(done),
    )


def _all(
    cases: _Cases, batches: Sequence[Sequence[Task]], workers: int, progress: Progress | None
) -> list[_Done]:
    total, done = sum(len(batch) for batch in batches), list[_Done]()

    def take(found: list[_Done]) -> None:
        done.extend(found)
        if progress:
            progress(len(done), total)

    if workers <= 1:
        for batch in batches:
            for task in batch:
                take(_batch(cases, [task]))
        return done
    for found in in_processes(_batch, cases, batches, workers=workers):
        take(found)
    return done


def _batch(cases: _Cases, batch: Sequence[Task]) -> list[_Done]:
    return [_trajectory(cases.study, cases.world, cases.of(task), task) for task in batch]


@dataclass(frozen=True, slots=True)
class _Case:
    """What the trajectories of one chain and licence branch share."""

    months: Months
    replayed: int
    setting: Setting
    meaning: dict[str, Restrictions]


@dataclass(frozen=True)
class _Cases:
    """The cases of a study, each made once, when its first trajectory asks for it."""

    study: Study
    world: World
    registers: dict[str, Register]
    template: LicenceTemplate
    made: dict[tuple[str, str], _Case] = field(default_factory=dict[tuple[str, str], _Case])

    def of(self, task: Task) -> _Case:
        """Return the case of a task's chain and licence branch."""
        key = (task.chain, task.licence)
        if key not in self.made:
            self.made[key] = self._make(*key)
        return self.made[key]

    def _make(self, name: str, licence: str) -> _Case:
        chain = self.world.chains[name]
        network = self.world.network(name)
        months = months_since_base(
            chain.text.calibration.last, self.study.first, self.study.months
        )
        reported = reported_levels(chain, months)
        meaning = {
            branch: restrictions_of(
                network, chain, register, self.template, licence, months, reported=reported
            )
            for branch, register in self.registers.items()
        }
        return _Case(
            months, months.number(self.study.first), setting_of(network, chain, months), meaning
        )


@dataclass(frozen=True, slots=True)
class _Done:
    """What a trajectory gave: arrays over nodes, branch by branch; tables are made at the end."""

    task: Task
    years: dict[str, Year]
    status_quo: Array
    status_quo_paid: Array
    price: dict[str, Array]
    unmet: dict[str, Array]
    windows: int
    residual: float
    fallbacks: int
    process: int
    memory: float


def _branches(study: Study, world: World) -> list[Branch]:
    known = load_branches()
    problems = [
        Problem(
            "unknown branch",
            field="branches",
            found=repr(name),
            expected="one of " + ", ".join(known),
            nearest=nearest(name, list(known)),
        )
        for name in study.branches
        if name not in known
    ]
    problems += [
        Problem(
            "unknown chain",
            field="chains",
            found=repr(name),
            expected="one of " + ", ".join(world.chains),
            nearest=nearest(name, list(world.chains)),
        )
        for name in study.chains
        if name not in world.chains
    ]
    if problems:
        raise InputError(problems)
    return [known[name] for name in study.branches]


def _trajectory(study: Study, world: World, case: _Case, task: Task) -> _Done:
    chain = world.chains[task.chain]
    network = world.network(task.chain, task.behaviour)
    replayed, setting, meaning = case.replayed, case.setting, case.meaning
    _require_one_past(meaning, replayed)
    told = {name: Told(restrictions, setting) for name, restrictions in meaning.items()}
    simulator = Simulator.of(network, task.behaviour, WINDOW)
    found = paths_under(simulator, told, replayed, study.months)
    replay, paths, runs = next(iter(found.replays.values())), found.further, found.solved
    spot, demand = task.behaviour.spot_share, setting.demand[replayed : replayed + study.months]
    return _Done(
        task,
        {
            name: year_of(
                run, replay.price, demand=demand, spot_share=spot, exporter=chain.text.exporter
            )
            for name, run in paths.items()
        },
        replay.price[-study.status_quo_months :].mean(axis=0),
        transaction_price(replay.price, spot, replay.price[:0])[-study.status_quo_months :].mean(
            axis=0
        ),
        {
            name: np.concatenate([replay.price[-SPOT_LAG:], run.price])
            for name, run in paths.items()
        },
        {name: unmet_shares(run, demand) for name, run in paths.items()},
        sum(run.windows for run in runs),
        max(float(run.residual.max(initial=0.0)) for run in runs),
        sum(run.fallbacks for run in runs),
        os.getpid(),
        peak_memory() or 0.0,
    )


def _worker_memory(done: Sequence[_Done]) -> float:
    peaks: dict[int, float] = {}
    for each in done:
        if each.process != os.getpid():
            peaks[each.process] = max(peaks.get(each.process, 0.0), each.memory)
    return sum(peaks.values())


def _tables(study: Study, world: World, done: Sequence[_Done]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the yearly and the monthly table of all trajectories."""
    years: list[pl.DataFrame] = []
    monthly: list[pl.DataFrame] = []
    months = [
        Months(study.first, study.months).date(n).strftime("%Y-%m") for n in range(study.months)
    ]
    for each in done:
        nodes = tables_of(world.network(each.task.chain)).nodes.frame.select("region", "material")
        for branch, year in each.years.items():
            key = [
                pl.lit(value).alias(name)
                for name, value in (
                    ("chain", each.task.chain),
                    ("branch", branch),
                    ("rank", each.task.behaviour.rank),
                    ("licence", each.task.licence),
                )
            ]
            figures = {name: getattr(year, name) for name in FIGURES}
            years.append(
                nodes.with_columns(
                    *[
                        pl.Series(name, values, nan_to_null=True)
                        for name, values in figures.items()
                    ],
                    pl.Series("price_status_quo", each.status_quo),
                    pl.Series("price_status_quo_paid", each.status_quo_paid),
                    *key,
                )
            )
            price = each.price[branch]
            spot = each.task.behaviour.spot_share
            monthly.append(
                nodes[np.tile(np.arange(len(nodes)), study.months)].with_columns(
                    pl.Series("month", np.repeat(months, len(nodes))),
                    pl.Series("price_marginal", price[SPOT_LAG:].ravel()),
                    pl.Series("price_transaction", (1.0 - spot + spot * price[:-SPOT_LAG]).ravel()),
                    pl.Series(
                        "unmet_share",
                        np.maximum(each.unmet[branch], 0.0).ravel(),
                        nan_to_null=True,
                    ),
                    *key,
                )
            )
    return pl.concat(years), pl.concat(monthly)


def _require_one_past(meaning: dict[str, Restrictions], replayed: int) -> None:
    """Refuse branches that differ before the study begins: the past is replayed once for all."""
    names = list(meaning)
    for name in names[1:]:
        for part in ("share", "since", "alarm", "age"):
            first, other = (getattr(meaning[each], part)[:replayed] for each in (names[0], name))
            if not np.array_equal(first, other):
                problem = Problem(
                    "branches differ before the study's first month",
                    field="branches",
                    found=f"{names[0]} and {name}",
                    expected="a first month before the branches part",
                )
                raise InputError([problem])
