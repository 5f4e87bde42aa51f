"""The control-clock study: act by act and chain by chain, what follows when suspensions end.

Every chain is rolled forward from its calibration window to the study's first month under every
layer in force and the known supply since, once per parameter set and licence branch. From there
each distinct control state is solved once; branches that mean the same for a chain share it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from orepact.engine import single_threaded, spread
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.trajectory import year_of
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
from orepact.result.restrictions import Months, reported_levels, restrictions_of
from orepact.result.simulation import Restrictions, Setting, Simulation, first_state, simulate
from orepact.studies.paths import setting_of
from orepact.studies.study import Study

__all__ = ["Members", "Progress", "Task", "base_checks", "run_members"]

Progress = Callable[[int, int], None]

WINDOW = 3
"""Months of a window."""


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
    `fallbacks` how often the second solver had to answer.
    """

    years: pl.DataFrame
    monthly: pl.DataFrame
    windows: int
    seconds: float
    residual: float
    fallbacks: int


def run_members(
    study: Study,
    world: World,
    register: Register,
    *,
    sets: Sequence[Behaviour] | None = None,
    threads: int = 2,
    progress: Progress | None = None,
) -> Members:
    """Simulate every chain, parameter set and licence branch of a study.

    `sets` defaults to the central set and the most different others, as many as the study says.
    Raises `InputError` for an unknown chain or branch.
    """
    branches = _branches(study, world)
    chosen = sets or representative(world.ensemble, study.parameter_sets - 1)
    registers = {branch.name: register.under(branch) for branch in branches}
    tasks = [
        Task(chain, behaviour, licence)
        for chain in study.chains
        for licence in LICENCE_BRANCHES
        for behaviour in chosen
    ]
    began = time.perf_counter()
    finished = 0
    cases = _Cases(study, world, registers, load_template())

    def work(task: Task) -> _Done:
        nonlocal finished
        done = _trajectory(study, world, cases.of(task.chain, task.licence), task)
        finished += 1
        if progress:
            progress(finished, len(tasks))
        return done

    with single_threaded():
        done = spread(work, tasks, threads=threads)
    return Members(
        pl.concat([each.years for each in done]),
        pl.concat([each.monthly for each in done]),
        sum(each.windows for each in done),
        time.perf_counter() - began,
        max(each.residual for each in done),
        sum(each.fallbacks for each in done),
    )


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
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, name: str, licence: str) -> _Case:
        """Return the case of a chain and a licence branch."""
        with self.lock:
            if (name, licence) not in self.made:
                self.made[name, licence] = self._make(name, licence)
            return self.made[name, licence]

    def _make(self, name: str, licence: str) -> _Case:
        chain = self.world.chains[name]
        network = self.world.network(name)
        months = _months(self.study, chain.text.calibration.last)
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
    years: pl.DataFrame
    monthly: pl.DataFrame
    windows: int
    residual: float
    fallbacks: int


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
    months, replayed, setting, meaning = case.months, case.replayed, case.setting, case.meaning
    replay = simulate(
        network,
        task.behaviour,
        next(iter(meaning.values())),
        _cut(setting, 0, replayed),
        start=first_state(network),
        window_months=WINDOW,
    )
    solved: dict[bytes, Simulation] = {}
    years: list[pl.DataFrame] = []
    monthly: list[pl.DataFrame] = []
    for name, restrictions in meaning.items():
        later = _after(restrictions, replayed)
        key = _fingerprint(later)
        if key not in solved:
            solved[key] = simulate(
                network,
                task.behaviour,
                later,
                _cut(setting, replayed, replayed + study.months),
                start=replay.last,
                window_months=WINDOW,
            )
        years.append(
            _year(study, chain.text.exporter, replay, solved[key], setting, task, name, replayed)
        )
        monthly.append(_monthly(study, replay, solved[key], setting, task, name, months, replayed))
    runs = [replay, *solved.values()]
    return _Done(
        pl.concat(years),
        pl.concat(monthly),
        sum(run.windows for run in runs),
        max(float(run.residual.max(initial=0.0)) for run in runs),
        sum(run.fallbacks for run in runs),
    )


def _months(study: Study, last_of_base: str) -> Months:
    year, month = (int(part) for part in last_of_base.split("-"))
    first = Months(study.first.replace(year=year, month=month), 2).last
    count = (study.first.year - first.year) * 12 + study.first.month - first.month + study.months
    return Months(first, count + WINDOW - 1)


def _cut(setting: Setting, start: int, end: int) -> Setting:
    return Setting(setting.supply[start:end], setting.demand[start:end])


def _after(restrictions: Restrictions, start: int) -> Restrictions:
    return Restrictions(
        restrictions.share[start:],
        restrictions.since[start:],
        restrictions.known[start:] - start,
        restrictions.alarm[start:],
        restrictions.age[start:],
    )


def _fingerprint(restrictions: Restrictions) -> bytes:
    return b"".join(
        np.ascontiguousarray(part).tobytes()
        for part in (
            restrictions.share,
            restrictions.since,
            np.maximum(restrictions.known, 0.0),
            restrictions.alarm,
            restrictions.age,
        )
    )


def _year(
    study: Study,
    exporter: str,
    replay: Simulation,
    run: Simulation,
    setting: Setting,
    task: Task,
    branch: str,
    start: int,
) -> pl.DataFrame:
    demand = setting.demand[start : start + study.months]
    table = year_of(
        run, replay.price, demand=demand, spot_share=task.behaviour.spot_share, exporter=exporter
    )
    quo = (
        replay.price[-study.status_quo_months :].mean(axis=0)
        if len(replay.price)
        else np.ones(len(table))
    )
    return table.with_columns(
        pl.Series("price_status_quo", quo),
        *[
            pl.lit(value).alias(name)
            for name, value in (
                ("chain", task.chain),
                ("branch", branch),
                ("rank", task.behaviour.rank),
                ("licence", task.licence),
            )
        ],
    )


def _monthly(
    study: Study,
    replay: Simulation,
    run: Simulation,
    setting: Setting,
    task: Task,
    branch: str,
    months: Months,
    start: int,
) -> pl.DataFrame:
    shown = min(study.months, len(replay.price))
    price = np.concatenate([replay.price[-shown:], run.price])
    nodes = run.tables.nodes.select("region", "material").with_row_index("node")
    demands = run.tables.demands
    wanted = demands["base"].to_numpy() * setting.demand[start - shown : start + study.months]
    used = np.concatenate([replay.consumption[-shown:], run.consumption])
    unmet = np.full(price.shape, np.nan)
    unmet[:, demands["node"].to_numpy()] = 1.0 - used / np.maximum(wanted, 1e-12)
    names = [months.date(start - shown + number).strftime("%Y-%m") for number in range(len(price))]
    count = len(nodes)
    return (
        pl.DataFrame(
            {
                "month": np.repeat(names, count),
                "node": np.tile(np.arange(count, dtype=np.uint32), len(price)),
                "price_marginal": price.ravel(),
                "unmet_share": unmet.ravel(),
            }
        )
        .join(nodes, on="node")
        .drop("node")
        .with_columns(
            pl.col("unmet_share").fill_nan(None),
            *[
                pl.lit(value).alias(name)
                for name, value in (
                    ("chain", task.chain),
                    ("branch", branch),
                    ("rank", task.behaviour.rank),
                    ("licence", task.licence),
                )
            ],
        )
    )


def base_checks(study: Study, world: World) -> dict[str, float]:
    """Return how well the base reproduces itself without any shock.

    `max_price_error` (fraction of the base price) and `max_flow_error` (fraction of the largest flow
    of the material), the largest over all chains and the months of a window.
    """
    price, flow = 0.0, 0.0
    for chain in study.chains:
        network = world.network(chain)
        count = len(network.routes)
        free = Restrictions(
            np.full((2 * WINDOW, count), np.inf), *(np.zeros((2 * WINDOW, count)),) * 4
        )
        setting = Setting(
            np.ones((WINDOW, len(network.processes))), np.ones((WINDOW, len(network.demands)))
        )
        with single_threaded():
            run = simulate(network, world.ensemble[0], free, setting, window_months=WINDOW)
        price = max(price, float(np.nanmax(np.abs(run.price - 1.0))))
        base = run.tables.routes["base"].to_numpy()
        largest = run.tables.routes.select(pl.col("base").max().over("material"))["base"].to_numpy()
        flow = max(flow, float(np.max(np.abs(run.flow - base) / np.maximum(largest, 1e-12))))
    return {"max_price_error": price, "max_flow_error": flow}
