"""One answer and one member after another: every support in the same market, as rows of figures.

All supports of a member start from the same replayed past, in which the plants stand and no
instrument does, so that what differs between them is the instrument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import polars as pl

from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour
from orepact.network.instruments import Instrument
from orepact.network.network import Network
from orepact.network.plants import Plant
from orepact.network.world import World
from orepact.policy import LicenceTemplate, Register
from orepact.policy.scenario.laid import register_of
from orepact.policy.scenario.ranges import drawn, resolve
from orepact.policy.scenario.text import Distribution, Ranged
from orepact.result.conditions import conditions_of, network_under
from orepact.result.months import Months
from orepact.result.setting import Setting
from orepact.result.simulation import Simulation, Simulator, State
from orepact.result.support import supports_of
from orepact.result.support.plants import PlantState
from orepact.studies.replay import WINDOW, Told, months_since_base, rest_of
from orepact.studies.support.lineup import NONE, Lineup, plants_of
from orepact.studies.support.measured import SCHEMA, View, monthly
from orepact.studies.support.price_paths import PROCESSES, Spread
from orepact.studies.support.repriced import public_cost

__all__ = ["COST", "Shared", "Task", "simulate_answer"]

COST = "cost"
"""What a row is about that holds the public cost of a year on one price path."""

YEAR = 12

PATIENT = 1200
"""Months of losses that a plant bears in the past: it is known to stand in the first month."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is simulated at one go: an answer under a parameter set and a draw, all supports.

    `quantiles` has a quantile (0 to 1) for every uncertain number that is drawn. `end` is empty for
    members, else the end that is tried with all else at its middle: ``card/low``.
    """

    answer: str
    behaviour: Behaviour
    quantiles: tuple[tuple[str, float], ...] = ()
    end: str = ""

    @property
    def key(self) -> str:
        """Return the name of the task."""
        return f"{self.answer}/set-{self.behaviour.rank:03d}/{self.end or 'member'}"


@dataclass(frozen=True)
class Shared:
    """What all tasks of a run share."""

    world: World
    lineup: Lineup
    template: LicenceTemplate
    spread: Spread
    made: dict[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Leave what can be made again on this side."""
        return {**self.__dict__, "made": {}}

    def register(self, answer: str) -> Register:
        """Return the definite register under an answer, made once."""
        if answer not in self.made:
            scenario = self.lineup.answers[answer]
            self.made[answer] = register_of(scenario, self.lineup.register, 0)
        return cast("Register", self.made[answer])


@dataclass(frozen=True, slots=True)
class _Laid:
    """A task laid out: what it is told without instruments, and its months from the base on."""

    network: Network
    plants: tuple[Plant, ...]
    told: Told
    months: Months
    replayed: int
    repricing: float

    @property
    def run_months(self) -> Months:
        """The months of the run itself."""
        return Months(self.months.date(self.replayed), self.months.count - self.replayed)


def simulate_answer(shared: Shared, task: Task) -> pl.DataFrame:
    """Return the figures of every support, and of none, under one answer and for one member.

    Columns: answer, rank, end, support, and those of `orepact.studies.support.measured.monthly`;
    rows about `COST` have in `paid` the public cost of a year (USD) on a price path: `name` is the
    process, `month` the number of the path, `standing` the year. Raises `SolveError` when a window
    is not proven optimal.
    """
    laid = _laid(shared, task)
    simulator = Simulator.of(laid.network, task.behaviour, WINDOW)
    # Whoever stands in the first month has not closed before it, whatever the past has cost.
    patient = replace(laid, plants=tuple(replace(one, patience=PATIENT) for one in laid.plants))
    quiet = _under(patient, ())
    past = simulator.run(quiet.restrictions, quiet.setting.cut(0, laid.replayed))
    rows: list[pl.DataFrame] = []
    for name, instruments in _cases(shared.lineup):
        told = _under(laid, instruments)
        later, setting = rest_of(told, laid.replayed, shared.lineup.months)
        path = simulator.run(later, setting, start=_begun(past.last, setting))
        view = _view(shared, task, laid, instruments)
        found = [monthly(path, past.price, view)]
        if instruments:
            found.append(_costs(shared, laid, path, instruments))
        rows += [
            each.select(
                pl.lit(task.answer).alias("answer"),
                pl.lit(task.behaviour.rank).cast(pl.Int32).alias("rank"),
                pl.lit(task.end).alias("end"),
                pl.lit(name).alias("support"), pl.all(),
                pl.lit(path.windows).cast(pl.Int32).alias("windows"),
                pl.lit(path.fallbacks).cast(pl.Int32).alias("fallbacks"),
            )
            for each in found
        ]
    return pl.concat(rows)


def _cases(lineup: Lineup) -> list[tuple[str, tuple[Instrument, ...]]]:
    return [(NONE, ()), *((each.name, each.instruments) for each in lineup.supports.values())]


def _under(laid: _Laid, instruments: Sequence[Instrument]) -> Told:
    """Return what is told with instruments besides."""
    supports = supports_of(laid.network, laid.months, instruments=tuple(instruments),
                           plants=laid.plants, repricing=laid.repricing)
    return replace(laid.told, setting=replace(laid.told.setting, supports=supports))


def _begun(state: State, setting: Setting) -> State:
    """Return the state in which a support begins: no plant has closed."""
    if state.support is None or setting.supports is None:
        return state
    plants = PlantState.of(setting.supports)
    return replace(state, support=replace(state.support, plants=plants))


def _laid(shared: Shared, task: Task) -> _Laid:
    lineup, world = shared.lineup, shared.world
    chain, register = world.chains[lineup.chain], shared.register(task.answer)
    quantiles = dict(task.quantiles)
    mine = f"{task.answer}/"
    scenario = resolve(lineup.answers[task.answer], {
        name.removeprefix(mine): value for name, value in quantiles.items()
        if name.startswith(mine)})
    cards = _cards(lineup, quantiles)
    network = world.network(lineup.chain, task.behaviour)
    network = network_under(network, chain, scenario, register, task.behaviour)
    network = _qualified(network, lineup, cards["tunnel-qualification"])
    plants = plants_of(lineup, network, cards)
    network = network.including(*plants)
    months = months_since_base(chain.text.calibration.last, lineup.first, lineup.months)
    found = conditions_of(network, chain, scenario, register, shared.template,
                          scenario.licence[0], months)
    setting = _without_double_growth(found.setting, network, lineup, plants)
    return _Laid(network, plants, Told(found.restrictions, setting), months,
                 months.number(lineup.first), cards["contract-repricing"])


def _cards(lineup: Lineup, quantiles: Mapping[str, float]) -> dict[str, float]:
    """Return the cards of plants and of the wind tunnel, those drawn at their quantiles."""
    found = {card.card: card.value for card in lineup.cards}
    kinds = {"plants": [card for one in lineup.supports.values() for card in one.cards],
             "tunnel": list(lineup.cards)}
    for kind, cards in kinds.items():
        for card in cards:
            name = f"{kind}/{card.card}"
            if name in quantiles:
                found[card.card] = drawn(Ranged(card.value, card.low, card.high),
                                         Distribution(of=name, kind="triangular"),
                                         quantiles[name])
    return found


def _qualified(network: Network, lineup: Lineup, slope: float) -> Network:
    """Return a network whose zone re-routes over years: flatter costs of what comes into it."""
    return replace(network, routes=tuple(
        replace(route, qualification=slope * route.qualification)
        if route.importer in lineup.zone else route
        for route in network.routes))


def _without_double_growth(
    setting: Setting, network: Network, lineup: Lineup, plants: Sequence[Plant]
) -> Setting:
    """Return a setting in which works do not grow where a plant stands for that growth.

    The known path of supply has new works as growth of those that were there. A plant at the same
    stage in the same region, or one that has this stage within it, is that growth.
    """
    stage = {item.name: item.stage for item in network.materials}
    made = {one.name.split("@")[0]: one.outputs for one in network.processes}
    within = {(text.region, stage[name]) for support in lineup.supports.values()
              for text in support.plant_texts for step in text.steps for name in made[step]}
    grown = within | {
        (plant.process.region, stage[name]) for plant in plants for name in plant.process.outputs
    }
    supply = setting.supply.copy()
    for number, process in enumerate(network.processes):
        if any((process.region, stage[name]) in grown for name in process.outputs):
            supply[:, number] = np.minimum(supply[:, number], 1.0)
    return replace(setting, supply=supply)


def _view(
    shared: Shared, task: Task, laid: _Laid, instruments: tuple[Instrument, ...]
) -> View:
    lineup = shared.lineup
    months = laid.run_months
    opens = {each.name: 0 if each.opens is None else months.number(each.opens)
             for each in laid.plants}
    return View(
        zone=lineup.zone, materials=lineup.materials,
        exporter=shared.world.chains[lineup.chain].text.exporter, instruments=instruments,
        opens=opens, capacity={each.name: each.process.capacity for each in laid.plants},
        spot_share=task.behaviour.spot_share, repricing=laid.repricing,
    )


def _costs(
    shared: Shared, laid: _Laid, path: Simulation, instruments: Sequence[Instrument]
) -> pl.DataFrame:
    """Return the public cost by price path and year, for each process that prices may follow."""
    months = len(path.price)
    starts = np.arange(0, months, YEAR)
    rows: list[pl.DataFrame] = []
    for process in PROCESSES:
        multiples = shared.spread.multiples(process, months)
        cost: Array = public_cost(path, laid.network, instruments, laid.run_months, multiples)
        yearly: Array = np.add.reduceat(cost, starts, axis=1)
        count, years = len(yearly), len(starts)
        rows.append(pl.DataFrame({
            "subject": COST, "month": np.repeat(np.arange(count), years).astype(np.int32),
            "name": process, "standing": np.tile(np.arange(1.0, years + 1.0), count),
            "paid": yearly.ravel(),
        }))
    table = pl.concat(rows)
    return table.select(
        pl.col(name).cast(kind) if name in table.columns
        else pl.lit(None, dtype=kind).alias(name)
        for name, kind in SCHEMA.items()
    )
