"""One member after another: what a scenario means for a chain, simulated, as rows of figures.

Every rung and the path without the scenario start from the same replayed past and the same
parameter set, so that what differs between them is the scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, cast

import numpy as np
import polars as pl

from orepact.indicators.trajectory import Year, transaction_price, year_of
from orepact.model.curve import Array
from orepact.network.network import Network
from orepact.network.world import World
from orepact.policy import LicenceTemplate, Register
from orepact.policy.scenario.dates import span_of
from orepact.policy.scenario.laid import at_rung, register_of
from orepact.policy.scenario.ranges import resolve
from orepact.policy.scenario.text import PARTS, Part, Scenario
from orepact.result.conditions import conditions_of, network_under
from orepact.result.restrictions import binding_exporters
from orepact.result.simulation import Simulation, Simulator
from orepact.studies.replay import WINDOW, Paths, Told, months_since_base, paths_under
from orepact.studies.stress.design import Draw, Task
from orepact.studies.stress.link_cards import own_quantiles
from orepact.studies.stress.ways import way_columns
from orepact.studies.stress.windows import under_window

__all__ = [
    "FIGURES",
    "NOW",
    "WITHOUT",
    "Laid",
    "Period",
    "Shared",
    "exporters_of",
    "in_force",
    "laid_for",
    "periods_of",
    "rows_of",
    "simulate_task",
    "without",
]

FIGURES = tuple(each.name for each in fields(Year))
"""The figures of a period, in the order of its fields."""

WITHOUT = "without"
"""The path of the same member without the scenario."""

NOW = 3
"""Months before the scenario's first one whose mean price is the status quo."""

PERIOD = 12
"""Months of a period."""


@dataclass(frozen=True, slots=True)
class Period:
    """Months that are averaged: their name, the number of the first one and how many."""

    name: str
    first: int
    months: int


def periods_of(months: int) -> tuple[Period, ...]:
    """Return a scenario of up to twelve months as a whole, else its years, the last one short."""
    if months <= PERIOD:
        return (Period("whole", 0, months),)
    return tuple(
        Period(f"year-{number + 1}", at, min(PERIOD, months - at))
        for number, at in enumerate(range(0, months, PERIOD))
    )


def in_force(scenario: Scenario) -> tuple[str, ...]:
    """Return the parts of a dated scenario that hold without it: acts in force at its first month.

    They are quotas and taxes of the register that no rung brings; all else is supposed.
    """
    return tuple(
        part.id
        for part in (*scenario.quotas, *scenario.taxes)
        if part.act and part.rung == 0 and span_of(part)[0] <= scenario.first
    )


def without(scenario: Scenario) -> Scenario:
    """Return a dated scenario in which nothing of it happens.

    Its branch, its months and the acts that were in force before it remain.
    """
    kept = set(in_force(scenario))
    lists = {
        name: tuple(part for part in cast("tuple[Part, ...]", getattr(scenario, name))
                    if part.id in kept)
        for name in PARTS
    }
    return replace(scenario, **cast("Any", lists), distributions=(), ladder=None)


@dataclass(frozen=True)
class Shared:
    """What all tasks of a stress run share. `scenario` is dated, `register` knows the chains."""

    world: World
    scenario: Scenario
    rungs: tuple[int, ...]
    register: Register
    template: LicenceTemplate
    member_states: bool = False
    made: dict[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Leave what can be made again on this side."""
        return {**self.__dict__, "made": {}}

    def window(self, chain: str, window: str) -> World:
        """Return the dataset with a chain calibrated to a base window, made once."""
        key = f"{chain}/{window}"
        if key not in self.made:
            self.made[key] = under_window(self.world, chain, window)
        return cast("World", self.made[key])

    def definite(self, rung: int | None) -> Register:
        """Return the register up to a rung, or without the scenario, made once."""
        key = f"rung {rung}"
        if key not in self.made:
            quiet = self.scenario if rung is not None else without(self.scenario)
            self.made[key] = register_of(quiet, self.register, rung or 0)
        return cast("Register", self.made[key])


def simulate_task(shared: Shared, task: Task) -> pl.DataFrame:
    """Return the figures of every rung, draw and period of a task, one row per node.

    Columns: what the member is (chain, window, licence, rank, draw, rung), where and when (region,
    material, period), the figures of `orepact.indicators.trajectory.Year`, the same without the
    scenario (``without_…``), prices before it (``now_…``, multiples of base), how it was solved.
    Raises `SolveError` when a window is not proven optimal.
    """
    laid = laid_for(shared, task)
    rows: list[pl.DataFrame] = []
    for draw in task.draws:
        cases = laid.cases(draw)
        paths = paths_under(laid.simulator, cases, laid.replayed, laid.months)
        rows += rows_of(shared, laid, draw, cases, paths)
    return pl.concat(rows)


@dataclass(frozen=True, slots=True)
class Laid:
    """A task laid out: its network and simulator, the months before and of the scenario.

    `cases` gives what a draw tells the simulator, by case: without the scenario, and every rung.
    """

    task: Task
    network: Network
    simulator: Simulator
    replayed: int
    months: int
    cases: Callable[[Draw], dict[str, Told]]


def laid_for(shared: Shared, task: Task) -> Laid:
    """Return a task laid out, ready to be simulated."""
    world, scenario = shared.window(task.chain, task.window), shared.scenario
    chain = world.chains[task.chain]
    network = _network(shared, world, task)
    months = months_since_base(chain.text.calibration.last, scenario.first, scenario.months)

    def told(one: Scenario, rung: int | None) -> Told:
        found = conditions_of(network, chain, one, shared.definite(rung), shared.template,
                              task.licence, months)
        return Told(found.restrictions, found.setting)

    def cases(draw: Draw) -> dict[str, Told]:
        drawn = resolve(scenario, own_quantiles(dict(draw.quantiles)))
        return {WITHOUT: told(without(drawn), None)} | {
            str(rung): told(at_rung(drawn, rung), rung) for rung in shared.rungs
        }

    simulator = Simulator.of(network, task.behaviour, WINDOW)
    return Laid(task, network, simulator, months.number(scenario.first), scenario.months, cases)


def rows_of(
    shared: Shared, laid: Laid, draw: Draw, cases: Mapping[str, Told], paths: Paths
) -> Iterator[pl.DataFrame]:
    """Yield a table per rung and period with the columns of `simulate_task`, a row per node."""
    task, periods = laid.task, periods_of(shared.scenario.months)
    exporters, spot = exporters_of(shared, task.chain), task.behaviour.spot_share

    def years(name: str) -> list[Year]:
        demand = cases[name].setting.demand[laid.replayed : laid.replayed + laid.months]
        return _years(paths.replays[name], paths.further[name], demand, periods, spot, exporters)

    quiet = years(WITHOUT)
    for rung in shared.rungs:
        quotas = cases[str(rung)].setting.quotas
        past, run = paths.replays[str(rung)], paths.further[str(rung)]
        nodes = run.tables.nodes.frame.select("region", "material")
        before = transaction_price(past.price, spot, past.price[:0])[-NOW:]
        paid = transaction_price(run.price, spot, past.price)
        for period, told, untold in zip(periods, years(str(rung)), quiet, strict=True):
            yield nodes.with_columns(
                pl.lit(period.name).alias("period"),
                *[_series(each, getattr(told, each)) for each in FIGURES],
                *[_series(f"{WITHOUT}_{each}", getattr(untold, each)) for each in FIGURES],
                _series("now_price_marginal", past.price[-NOW:].mean(axis=0)),
                _series("now_price_transaction", before.mean(axis=0)),
                *way_columns(shared.scenario, laid.network, run, quotas,
                             slice(period.first, period.first + period.months), paid),
                *_member(task, draw, rung),
                *_effort(past, run),
            )


def exporters_of(shared: Shared, name: str) -> tuple[str, ...]:
    """Return a chain's exporter and those whose acts, quotas, taxes or floods the scenario has."""
    key = f"exporters {name}"
    if key not in shared.made:
        shared.made[key] = tuple(_exporters(shared, name))
    return cast("tuple[str, ...]", shared.made[key])


def _exporters(shared: Shared, name: str) -> list[str]:
    world = shared.world
    chain, network = world.chains[name], world.network(name)
    found = [chain.text.exporter]
    for rung in shared.rungs:
        found += binding_exporters(network, chain, shared.definite(rung))
    scenario = shared.scenario
    issuers = [each.issuer for each in (*scenario.quotas, *scenario.taxes)]
    issuers += [each.region for each in scenario.floods]
    regions = {region.name for region in network.regions}
    return list(dict.fromkeys([*found, *(each for each in issuers if each in regions)]))


def _network(shared: Shared, world: World, task: Task) -> Network:
    """Return the network with the routes of every rung, the same for all of them."""
    network = world.network(task.chain, task.behaviour, member_states=shared.member_states)
    chain = world.chains[task.chain]
    for rung in shared.rungs:
        here = at_rung(shared.scenario, rung)
        network = network_under(network, chain, here, shared.definite(rung), task.behaviour)
    return network


def _member(task: Task, draw: Draw, rung: int) -> list[pl.Expr]:
    return [
        pl.lit(task.chain).alias("chain"),
        pl.lit(task.window).alias("window"),
        pl.lit(task.licence).alias("licence"),
        pl.lit(task.behaviour.rank).cast(pl.Int32).alias("rank"),
        pl.lit(draw.number).cast(pl.Int32).alias("draw"),
        pl.lit(rung).cast(pl.Int32).alias("rung"),
    ]


def _effort(past: Simulation, run: Simulation) -> list[pl.Expr]:
    worst = max(float(each.residual.max(initial=0.0)) for each in (past, run))
    return [
        pl.lit(past.windows + run.windows).cast(pl.Int32).alias("windows"),
        pl.lit(past.fallbacks + run.fallbacks).cast(pl.Int32).alias("fallbacks"),
        pl.lit(worst).alias("residual"),
    ]


def _series(name: str, values: Array) -> pl.Series:
    return pl.Series(name, values, nan_to_null=True)


def _years(
    past: Simulation, run: Simulation, demand: Array, periods: Sequence[Period], spot: float,
    exporters: Sequence[str],
) -> list[Year]:
    """Return the figures of each period of a path."""
    whole, replayed = np.concatenate([past.price, run.price]), len(past.price)
    found: list[Year] = []
    for period in periods:
        first, last = period.first, period.first + period.months
        part = _cut(run, first, last)
        years = [
            year_of(part, whole[: replayed + first], demand=demand[first:last],
                    spot_share=spot, exporter=exporter)
            for exporter in exporters
        ]
        exports = years[0].export_volume_relative
        for other in years[1:]:
            exports = np.where(np.isnan(exports), other.export_volume_relative, exports)
        found.append(replace(years[0], export_volume_relative=exports))
    return found


def _cut(run: Simulation, first: int, last: int) -> Simulation:
    names = ("price", "consumption", "production", "flow", "level", "residual", "rent", "cap")
    return replace(run, **cast("Any", {name: getattr(run, name)[first:last] for name in names}))
