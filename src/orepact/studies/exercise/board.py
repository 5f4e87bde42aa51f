"""The engine of an exercise: every member's path, turn by turn, under what teams decide.

A member is a chain, a parameter set and a licence branch. A turn is simulated from where the turn
before ended, and knows only what was told so far. Paths that begin alike share their beginning, so
that trying another decision costs only the turns from there on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour
from orepact.network.chains.chain import Chain
from orepact.network.components import Process
from orepact.network.network import Network
from orepact.network.world import World
from orepact.policy import LicenceTemplate, Register
from orepact.policy.scenario.laid import register_of
from orepact.policy.scenario.text import Scenario
from orepact.result.conditions import conditions_of, controls_of, network_under
from orepact.result.months import Months
from orepact.result.paths import uses_of
from orepact.result.setting import Restrictions, Setting
from orepact.result.shocks import surges
from orepact.result.simulation import Simulation, Simulator
from orepact.studies.exercise.plan import scenario_in, whole_scenario
from orepact.studies.exercise.text import (
    Exercise,
    Option,
    Purchase,
    Release,
    Restraint,
    Subsidy,
    Team,
)
from orepact.studies.replay import WINDOW, months_since_base

__all__ = ["Board", "Seat", "Shared", "Turned", "process_of"]


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """A member: a chain under one parameter set (by its rank) and one licence branch."""

    chain: str
    licence: str
    rank: int


@dataclass(frozen=True)
class Shared:
    """What an exercise is played with: `background` is its scenario, `register` knows chains."""

    exercise: Exercise
    background: Scenario
    world: World
    register: Register
    template: LicenceTemplate
    sets: tuple[Behaviour, ...]

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Return every member."""
        return tuple(
            Seat(chain, licence, each.rank)
            for chain in self.background.chains
            for licence in self.background.licence
            for each in self.sets
        )

    def behaviour(self, seat: Seat) -> Behaviour:
        """Return the parameter set of a member."""
        return next(each for each in self.sets if each.rank == seat.rank)


@dataclass(frozen=True, slots=True)
class Turned:
    """A simulated turn of a member.

    `before` has the prices of earlier months (months × nodes); `wanted` (months × demands) what is
    wanted at base prices without the teams' restraint and `asked` what is left after it, both
    factors on base use; `uses` (by demand) what each use wants of it.
    """

    simulation: Simulation
    before: Array
    wanted: Array
    asked: Array
    uses: tuple[dict[str, Array], ...]

    @property
    def price(self) -> Array:
        """Return all prices up to the end of the turn (multiples of base)."""
        return np.concatenate([self.before, self.simulation.price])


@dataclass(frozen=True, slots=True)
class _Laid:
    """A chain laid out for one parameter set."""

    chain: Chain
    network: Network
    simulator: Simulator
    months: Months
    replayed: int


def process_of(team: Team, option: Option) -> str:
    """Return the name of the process that carries out a release, purchase or subsidy."""
    match option:
        case Release():
            return f"release:{option.material}@{team.region}:{team.id}-{option.id}"
        case Purchase():
            return f"purchase:{option.material}@{team.region}:{team.id}-{option.id}"
        case Subsidy():
            return f"{option.process}@{option.region or team.region}"
        case _:
            return ""


@dataclass(slots=True)
class Board:
    """Paths of every member, each turn simulated once for all decisions that led to it."""

    shared: Shared
    laid: dict[tuple[str, int], _Laid] = field(default_factory=dict[tuple[str, int], _Laid])
    known: dict[tuple[int, bytes], tuple[Scenario, Register]] = field(
        default_factory=dict[tuple[int, bytes], tuple[Scenario, Register]]
    )
    controls: dict[tuple[object, ...], Restrictions] = field(
        default_factory=dict[tuple[object, ...], Restrictions]
    )
    turns: dict[tuple[Seat, int, bytes], Turned] = field(
        default_factory=dict[tuple[Seat, int, bytes], Turned]
    )

    def path(self, seat: Seat, levels: Array, last: int | None = None) -> Iterator[Turned]:
        """Yield a member's turns up to number `last` (from 0) under levels of decisions.

        Raises `SolveError` when a window is not proven optimal.
        """
        count = len(self.shared.exercise.turns) if last is None else last + 1
        for turn in range(count):
            yield self.turn(seat, levels, turn)

    def turn(self, seat: Seat, levels: Array, turn: int) -> Turned:
        """Return a member's turn under levels of decisions; see `path`."""
        key = (seat, turn, levels[:, : turn + 1].tobytes())
        if key not in self.turns:
            before = self.turn(seat, levels, turn - 1) if turn else self._replayed(seat)
            self.turns[key] = self._simulated(seat, levels, turn, before)
        return self.turns[key]

    def forget(self) -> None:
        """Drop every simulated turn, to free memory."""
        self.turns.clear()

    def network(self, chain: str) -> Network:
        """Return a chain's network with what teams may do, for the first parameter set."""
        return self._laid(Seat(chain, "", self.shared.sets[0].rank)).network

    def _replayed(self, seat: Seat) -> Turned:
        """Return the months from the base to the first turn."""
        key = (seat, -1, b"")
        if key not in self.turns:
            laid = self._laid(seat)
            levels = np.zeros((len(self.shared.exercise.options), 1))
            restrictions, setting = self._told(seat, levels, 0)
            supply = setting.supply.copy()
            supply[:, self._own_columns(laid)] = 0.0
            cut = replace(setting, supply=supply).cut(0, laid.replayed)
            run = laid.simulator.run(restrictions, cut)
            self.turns[key] = Turned(run, run.price[:0], cut.demand, cut.demand, ())
        return self.turns[key]

    def _simulated(self, seat: Seat, levels: Array, turn: int, before: Turned) -> Turned:
        laid = self._laid(seat)
        first, count = self.shared.exercise.months_of(turn)
        start = laid.replayed + first
        restrictions, setting = self._told(seat, levels, turn)
        scenario, _ = self._scenario(levels, turn)
        factors = surges(scenario.demand, seat.chain, laid.months)
        uses = tuple(
            {use: path[start : start + count] for use, path in each.items()}
            for each in uses_of(laid.network, laid.chain, laid.months, factors)
        )
        cut = setting.cut(start, start + count)
        held = self._carried_out(laid, cut, uses, levels[:, turn])
        run = laid.simulator.run(restrictions.later(start), held, start=before.simulation.last)
        return Turned(run, before.price, cut.demand, held.demand, uses)

    def _told(self, seat: Seat, levels: Array, turn: int) -> tuple[Restrictions, Setting]:
        """Return what the scenario means as it is known in a turn, from the base on."""
        laid = self._laid(seat)
        scenario, register = self._scenario(levels, turn)
        acts = (seat.chain, seat.licence, scenario.outcomes, scenario.controls)
        told = (laid.network, laid.chain, scenario, register, self.shared.template, seat.licence,
                laid.months)
        if acts not in self.controls:
            self.controls[acts] = controls_of(*told)
        found = conditions_of(*told, controls=self.controls[acts])
        return found.restrictions, found.setting

    def _scenario(self, levels: Array, turn: int) -> tuple[Scenario, Register]:
        """Return the scenario and its definite register as known in a turn, made once."""
        key = (turn, (levels[:, : turn + 1] > 0.0).tobytes())
        if key not in self.known:
            shared = self.shared
            scenario = scenario_in(
                shared.exercise, shared.background, shared.register, turn, levels)
            register = register_of(scenario, shared.register, shared.exercise.rung)
            self.known[key] = (scenario, register)
        return self.known[key]

    def _carried_out(
        self, laid: _Laid, setting: Setting, uses: tuple[dict[str, Array], ...], levels: Array
    ) -> Setting:
        """Return a turn's setting with what teams decided in it."""
        number = {each.name: n for n, each in enumerate(laid.network.processes)}
        supply, demand = setting.supply.copy(), setting.demand.copy()
        charge = np.zeros((len(supply), len(number)))
        if setting.process_charge is not None:
            charge += setting.process_charge[: len(supply)]
        for (team, option), level in zip(self.shared.exercise.options, levels, strict=True):
            column = number.get(process_of(team, option))
            if isinstance(option, Release | Purchase) and column is not None:
                supply[:, column] = level / option.most
            elif isinstance(option, Subsidy) and column is not None:
                charge[:, column] -= level
            elif isinstance(option, Restraint):
                for place, each in enumerate(laid.network.demands):
                    if each.region == team.region and option.use in each.uses:
                        demand[:, place] -= level * uses[place][option.use]
        given = charge if charge.any() else None
        return replace(setting, supply=supply, demand=demand, process_charge=given)

    def _own_columns(self, laid: _Laid) -> list[int]:
        own = {process_of(*each) for each in self.shared.exercise.options
               if isinstance(each[1], Release | Purchase)}
        return [n for n, each in enumerate(laid.network.processes) if each.name in own]

    def _laid(self, seat: Seat) -> _Laid:
        key = (seat.chain, seat.rank)
        if key not in self.laid:
            shared = self.shared
            chain, behaviour = shared.world.chains[seat.chain], shared.behaviour(seat)
            whole = whole_scenario(shared.exercise, shared.background, shared.register)
            register = register_of(whole, shared.register, shared.exercise.rung)
            own = _with_stocks(shared.world.network(seat.chain, behaviour), shared.exercise)
            network = network_under(own, chain, whole, register, behaviour)
            months = months_since_base(
                chain.text.calibration.last, shared.exercise.first, shared.exercise.months)
            simulator = Simulator.of(network, behaviour, WINDOW)
            replayed = months.number(shared.exercise.first)
            self.laid[key] = _Laid(chain, network, simulator, months, replayed)
        return self.laid[key]


def _with_stocks(network: Network, exercise: Exercise) -> Network:
    """Return a network in which teams can sell from their stocks and buy for them.

    A release is a process without inputs and cost: it sells at any price. A purchase takes two
    tonnes and gives one back, since every process makes something; its cost is the price up to
    which it buys, counted negative. Both stand still until they are decided.
    """
    price = {material.name: material.price for material in network.materials}
    found: list[Process] = []
    for team, option in exercise.options:
        if not isinstance(option, Release | Purchase) or option.material not in price:
            continue
        selling = isinstance(option, Release)
        ceiling = 0.0 if isinstance(option, Release) else option.ceiling
        found.append(Process(
            name=process_of(team, option),
            region=team.region,
            outputs={option.material: 1.0},
            inputs={} if selling else {option.material: 2.0},
            capacity=option.most,
            cost=-ceiling * price[option.material],
            source="exercise",
        ))
    return network.including(*found)
