"""What stands in the wind tunnel: supports, answers of the exporter, and the plants they share.

Every support meets every answer in the same market: one chain, one first month, one branch, the
same plants for all, also for those runs that have no instrument.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orepact.data.bundle import WORLD_FOLDER
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network.chains.cards import Card, read_cards
from orepact.network.network import Network
from orepact.network.plants import Plant
from orepact.network.world import World
from orepact.policy import Register, forms_of, knowing
from orepact.policy.scenario.dates import dated
from orepact.policy.scenario.laid import climbs_of
from orepact.policy.scenario.ranges import ranged_paths
from orepact.policy.scenario.reading import scenario_names
from orepact.policy.scenario.text import Scenario
from orepact.policy.support.made import Support, amounts
from orepact.policy.support.reading import read_support, support_names
from orepact.studies.stress.member import without
from orepact.studies.stress.stress import opened_scenario

__all__ = ["ANSWERS", "CARDS_FILE", "NONE", "Lineup", "lineup_of", "plants_of",
           "shipped_answers", "shipped_supports"]

CARDS_FILE = WORLD_FOLDER / "support" / "wind_tunnel.yaml"
"""The cards of the wind tunnel itself."""

ANSWERS = ("flooding", "restriction", "diversion")
"""What the dominant exporter may do: the ends of the names of the scenarios that ship."""

NONE = "none"
"""The name of the run without an instrument, and of the answer that nothing happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineup:
    """What is run: `answers` by name, the first one nothing at all, dated; `supports` by name.

    `zone` and `materials` are those of all instruments together; `first` and `months` of all runs.
    """

    chain: str
    supports: Mapping[str, Support]
    answers: Mapping[str, Scenario]
    register: Register
    zone: tuple[str, ...]
    materials: tuple[str, ...]
    first: datetime.date
    months: int
    cards: tuple[Card, ...]

    @property
    def plants(self) -> tuple[str, ...]:
        """The names of all plants, in the order in which supports name them."""
        return tuple(dict.fromkeys(
            plant.name for support in self.supports.values() for plant in support.plants))

    @property
    def reached(self) -> tuple[str, ...]:
        """The names of the plants that make a stage on which a support acts."""
        found = [
            plant.name for support in self.supports.values() for plant in support.plants
            if any(name in self.materials for name in plant.process.outputs)
        ]
        return tuple(dict.fromkeys(found))

    @property
    def cost_cards(self) -> tuple[str, ...]:
        """The cards that the cash cost of those plants stands on."""
        found = [
            text.cost for support in self.supports.values()
            for plant, text in zip(support.plants, support.plant_texts, strict=True)
            if plant.name in self.reached and isinstance(text.cost, str)
        ]
        return tuple(dict.fromkeys(found))

    @property
    def titles(self) -> dict[str, str]:
        """What plants are called, by name."""
        found: dict[str, str] = {}
        for support in self.supports.values():
            for plant, text in zip(support.plants, support.plant_texts, strict=True):
                _ = found.setdefault(plant.name, text.title)
        return found

    @property
    def uncertain(self) -> tuple[str, ...]:
        """The names of all numbers that members draw: cards of plants, ranges of answers.

        What an instrument pays is decided and not drawn.
        """
        cards = [
            f"plants/{value}" for support in self.supports.values()
            for text in support.plant_texts for _, value, _ in amounts(text)
            if isinstance(value, str)
        ]
        cards += [f"tunnel/{card.card}" for card in self.cards]
        ranges = [f"{name}/{path}" for name, scenario in self.answers.items()
                  for path in ranged_paths(scenario)]
        return tuple(dict.fromkeys([*cards, *ranges]))


def shipped_supports(chain: str) -> tuple[str, ...]:
    """Return the supports that ship to be compared on a chain: ``magnets-…`` on magnets."""
    return tuple(name for name in support_names() if name.startswith(_short(chain)))


def shipped_answers(chain: str) -> tuple[str, ...]:
    """Return the answers that ship for a chain, in the order of `ANSWERS`."""
    known = scenario_names()
    names = (f"{_short(chain)}{answer}" for answer in ANSWERS)
    return tuple(name for name in names if name in known)


def _short(chain: str) -> str:
    return chain.rpartition("-")[2] + "-"


def plants_of(lineup: Lineup, network: Network, cards: Mapping[str, float]) -> tuple[Plant, ...]:
    """Return the plants of all supports, their cards at other values, each once."""
    found: dict[str, Plant] = {}
    for support in lineup.supports.values():
        own = {card.card for card in support.cards}
        moved = support.at({name: value for name, value in cards.items() if name in own}, network)
        for plant in moved.plants:
            _ = found.setdefault(plant.name, plant)
    return tuple(found.values())


def lineup_of(
    chain: str,
    supports: Sequence[Support | str | Path],
    answers: Sequence[Scenario | str | Path],
    *,
    world: World,
    register: Register,
) -> Lineup:
    """Return what is run, checked together; none named means those that ship for the chain.

    Raises `InputError` with every problem of every file and of how they fit together.
    """
    problems: list[Problem] = []
    if chain not in world.chains:
        raise InputError([_unknown_chain(chain, world)])
    network = world.network(chain)
    register = knowing(register, forms_of(network.materials))
    read = [attempt(problems, _support, each, network) for each in supports or
            shipped_supports(chain)]
    opened = [attempt(problems, _answer, each, world, register) for each in answers or
              shipped_answers(chain)]
    found = [each for each in read if each is not None]
    said = [each for each in opened if each is not None]
    problems += [*_support_problems(chain, found), *_answer_problems(chain, said)]
    if not problems:
        problems += _missing(chain, found, said)
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    run = [dated(each, register) for each in said]
    instruments = [one for each in found for one in each.instruments]
    return Lineup(
        chain=chain,
        supports={each.name: each for each in found},
        answers={NONE: without(run[0])} | {each.scenario: each for each in run},
        register=register,
        zone=tuple(dict.fromkeys(region for one in instruments for region in one.zone)),
        materials=tuple(dict.fromkeys(one.material for one in instruments)),
        first=run[0].first,
        months=run[0].months,
        cards=_cards(world),
    )


def _cards(world: World) -> tuple[Card, ...]:
    """Return the cards of the wind tunnel of a dataset, else those that ship."""
    own = world.folder / "support" / CARDS_FILE.name
    path = own if own.is_file() else CARDS_FILE
    return read_cards(path, path.parent)


def _support(each: Support | str | Path, network: Network) -> Support:
    return each if isinstance(each, Support) else read_support(each, network)


def _answer(each: Scenario | str | Path, world: World, register: Register) -> Scenario:
    return each if isinstance(each, Scenario) else opened_scenario(each, world, register)


def _unknown_chain(chain: str, world: World) -> Problem:
    return Problem("unknown chain", field="CHAIN", found=chain,
                   expected="one of " + ", ".join(world.chains),
                   nearest=nearest(chain, list(world.chains)))


def _support_problems(chain: str, supports: Sequence[Support]) -> Iterator[Problem]:
    names = [each.name for each in supports]
    plants: dict[str, tuple[str, Plant]] = {}
    for number, support in enumerate(supports):
        if support.name in names[:number] or support.name == NONE:
            yield Problem("a name that is taken", field="--support", found=support.name,
                          expected="each support once, none of them called none")
        if support.chain != chain:
            yield Problem("a support of another chain", field=f"--support {support.name}",
                          found=support.chain, expected=chain)
        for plant in support.plants:
            first, same = plants.setdefault(plant.name, (support.name, plant))
            if same != plant:
                yield Problem("two supports have one plant with other numbers",
                              field=f"--support {support.name}", found=plant.name,
                              expected=f"the same as in {first}")


def _answer_problems(chain: str, answers: Sequence[Scenario]) -> Iterator[Problem]:
    names = [each.scenario for each in answers]
    for number, one in enumerate(answers):
        field = f"--answer {one.scenario}"
        if one.scenario in names[:number] or one.scenario == NONE:
            yield Problem("a name that is taken", field="--answer", found=one.scenario,
                          expected="each answer once, none of them called none")
        if one.chains != (chain,):
            yield Problem("an answer about other chains", field=field,
                          found=", ".join(one.chains), expected=f"{chain} alone")
        if climbs_of(one) != (0,):
            yield Problem("an answer with a ladder", field=field,
                          found=", ".join(map(str, climbs_of(one))),
                          expected="parts without a rung")
        if len(one.licence) != 1:
            yield Problem("an answer with several licence branches", field=field,
                          found=", ".join(one.licence), expected="one")
        for what in ("first_month", "months", "branch", "licence"):
            mine, other = getattr(one, what), getattr(answers[0], what)
            if mine != other:
                yield Problem("answers do not share one market", field=f"{field} {what}",
                              found=str(mine), expected=f"{other} as in {answers[0].scenario}")


def _missing(
    chain: str, supports: Sequence[Support], answers: Sequence[Scenario]
) -> Iterator[Problem]:
    if not supports:
        yield Problem("no support", field="--support", found="none",
                      expected=f"a file, since none ships for {chain}")
    if not answers:
        yield Problem("no answer of the exporter", field="--answer", found="none",
                      expected=f"a scenario of {chain}, since none ships")


