"""What is wrong with an exercise: turns, audiences, parts of its injects, menus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from orepact.data.text import Document, Location
from orepact.errors import Problem, nearest
from orepact.policy.controls import ALL, PartialDate
from orepact.policy.scenario.checks import inner_faults
from orepact.policy.scenario.dates import numbered, span_of, work_out
from orepact.policy.scenario.faults import Fault
from orepact.policy.scenario.overlaps import overlap_faults
from orepact.policy.scenario.targets import target_faults
from orepact.policy.scenario.text import (
    PARTS,
    Control,
    OutcomePart,
    Part,
    Quota,
    Ranged,
    Scenario,
    Tax,
)
from orepact.policy.scenario.view import ChainView, WorldView
from orepact.studies.exercise.text import (
    MENU,
    Approval,
    Exercise,
    Option,
    Priority,
    Purchase,
    Reexport,
    Release,
    Restraint,
    Subsidy,
    Team,
)

__all__ = ["exercise_faults"]


def exercise_faults(
    document: Document, exercise: Exercise, background: Scenario | None, view: WorldView
) -> list[Problem]:
    """Return every problem of an exercise that was read; `background` is None if unknown."""
    faults = [*_ids(exercise), *_turns(exercise), *_audiences(exercise)]
    if background is not None:
        chains = view.of(background.chains)
        faults += [*_months(exercise, background), *_parts(exercise, background, view)]
        for number, team in enumerate(exercise.teams):
            faults += _team(("teams", number), team, exercise, chains, view)
    return [
        document.problem(one.at, one.message, found=one.found, expected=one.expected,
                         near=one.near)
        for one in faults
    ]


def _ids(exercise: Exercise) -> Iterator[Fault]:
    groups: list[list[tuple[Location, str]]] = [
        [(("teams", n, "id"), team.id) for n, team in enumerate(exercise.teams)],
        [(("turns", t, "injects", n, "id"), inject.id) for t, n, inject in exercise.injects],
    ]
    groups += [
        [(("teams", n, "menu", name, k, "id"), option.id)
         for name in MENU
         for k, option in enumerate(cast("tuple[Option, ...]", getattr(team.menu, name)))]
        for n, team in enumerate(exercise.teams)
    ]
    for group in groups:
        seen: set[str] = set()
        for at, name in group:
            if name in seen:
                yield Fault(at, "duplicate id", name, "each id once")
            seen.add(name)


def _turns(exercise: Exercise) -> Iterator[Fault]:
    first = exercise.turns[0]
    if first.month != exercise.first:
        yield Fault(("turns", 0, "date"), "the first turn is not in the first month", first.date,
                    f"a day in {exercise.first_month}")
    for number, (before, after) in enumerate(
        zip(exercise.turns, exercise.turns[1:], strict=False), start=1
    ):
        if after.month <= before.month:
            yield Fault(("turns", number, "date"), "a turn lasts a month or more", after.date,
                        f"a day in a month after {before.date:%Y-%m}")
    last, end = exercise.turns[-1], exercise.first
    months = (last.month.year - end.year) * 12 + last.month.month - end.month
    if months >= exercise.months:
        yield Fault(("turns", len(exercise.turns) - 1, "date"), "a turn after the last month",
                    last.date, f"within {exercise.months} months from {exercise.first_month}")


def _audiences(exercise: Exercise) -> Iterator[Fault]:
    teams = [team.id for team in exercise.teams]
    for turn, number, inject in exercise.injects:
        for place, name in enumerate(inject.to):
            if name not in teams:
                yield _unknown(("turns", turn, "injects", number, "to", place), "team", name, teams)


def _months(exercise: Exercise, background: Scenario) -> Iterator[Fault]:
    if background.links:
        yield Fault(("scenario",), "an exercise cannot follow links between chains",
                    ", ".join(background.links), "a scenario without links")
    if exercise.first < background.first:
        yield Fault(("first_month",), "before the scenario's first month", exercise.first_month,
                    f"{background.first_month} or later")


def _parts(exercise: Exercise, background: Scenario, view: WorldView) -> Iterator[Fault]:
    """Yield what is wrong with the parts of injects, in themselves and beside the scenario's."""
    scenario, homes = _together(exercise, background)
    plain, undated = work_out(scenario, view.register)
    found = [*inner_faults(scenario), *undated, *target_faults(scenario, view),
             *overlap_faults(_cut(plain, exercise), view.register)]
    for one in dict.fromkeys(found):
        at = _home(one.at, homes)
        if at is not None:
            yield replace(one, at=at)
    for at, part in numbered(plain):
        home = homes[str(at[0])][int(at[1])]
        if home is not None:
            yield from _timing(home, part, exercise)
    yield from _endings(exercise, plain)


def _together(
    exercise: Exercise, background: Scenario
) -> tuple[Scenario, dict[str, list[Location | None]]]:
    """Return the scenario with every inject's parts, and where in the file each stands."""
    lists: dict[str, tuple[Part, ...]] = {}
    homes: dict[str, list[Location | None]] = {}
    for name in PARTS:
        own = cast("tuple[Part, ...]", getattr(background, name))
        lists[name], homes[name] = own, [None] * len(own)
        for turn, number, inject in exercise.injects:
            parts = cast("tuple[Part, ...]", getattr(inject, name))
            lists[name] += parts
            homes[name] += [("turns", turn, "injects", number, name, k)
                            for k in range(len(parts))]
    whole = replace(background, first_month=exercise.first_month, months=exercise.months,
                    **cast("Any", lists))
    return whole, homes


def _home(at: Location, homes: dict[str, list[Location | None]]) -> Location | None:
    if len(at) > 1 and str(at[0]) in homes:
        home = homes[str(at[0])][int(at[1])]
        return None if home is None else (*home, *at[2:])
    return None


def _cut(scenario: Scenario, exercise: Exercise) -> Scenario:
    """Let parts end where an inject ends them, so that what follows does not overlap."""
    days = {name: exercise.turns[turn].date
            for turn, _, inject in exercise.injects for name in inject.ends}
    lists = {
        name: tuple(
            replace(part, **cast("Any", {"until": PartialDate(f"{days[part.id]:%Y-%m}-01")}))
            if part.id in days and not isinstance(part, OutcomePart) else part
            for part in cast("tuple[Part, ...]", getattr(scenario, name)))
        for name in PARTS
    }
    return replace(scenario, **cast("Any", lists))


def _timing(home: Location, part: Part, exercise: Exercise) -> Iterator[Fault]:
    """Yield a fault for a part that begins or is known before the turn that brings it."""
    turn = exercise.turns[int(home[1])]
    by_day = isinstance(part, Control | Quota | Tax | OutcomePart)
    known = getattr(part, "announced", None)
    start = span_of(part)[0]
    earliest = turn.date if by_day else turn.month
    if isinstance(known, PartialDate) and known.last < turn.date:
        yield Fault((*home, "announced"), "known before the turn", known, f"{turn.date} or later")
    if not isinstance(part, OutcomePart) and start.year > 1 and start < earliest:
        field = "effective" if by_day else "month"
        yield Fault((*home, field), "begins before the turn", start, f"{earliest} or later")
    if part.rung:
        yield Fault((*home, "rung"), "an inject's parts are on no rung", part.rung, "no rung")


def _endings(exercise: Exercise, scenario: Scenario) -> Iterator[Fault]:
    """Yield a fault for every ending of what does not exist, cannot end or has not begun."""
    own = {part.id: -1 for part in scenario.parts}
    for turn, _, inject in exercise.injects:
        for name in PARTS:
            own |= {part.id: turn for part in cast("tuple[Part, ...]", getattr(inject, name))}
    by_id = {part.id: part for part in scenario.parts}
    for turn, number, inject in exercise.injects:
        for place, name in enumerate(inject.ends):
            at = ("turns", turn, "injects", number, "ends", place)
            if name not in own:
                yield _unknown(at, "part", name, list(own))
            elif own[name] >= turn:
                yield Fault(at, "ends before it begins", name, "a part of an earlier turn")
            elif isinstance(by_id[name], OutcomePart):
                yield Fault(at, "an outcome cannot end", name,
                            "a control, quota, tax, outage, surge, flood or conduit")


def _team(at: Location, team: Team, exercise: Exercise, chains: dict[str, ChainView],
          view: WorldView) -> Iterator[Fault]:
    yield from _places_of(at, team, chains)
    held = {each.material for each in (*team.holdings, *team.menu.purchases)}
    uses = [each.use for each in team.menu.restraints]
    for name in MENU:
        for number, option in enumerate(cast("tuple[Option, ...]", getattr(team.menu, name))):
            where = (*at, "menu", name, number)
            if option.from_turn > len(exercise.turns):
                yield Fault((*where, "from_turn"), "no such turn", option.from_turn,
                            f"1 to {len(exercise.turns)}")
            if isinstance(option, Release) and option.material not in held:
                yield Fault((*where, "material"), "the team neither holds nor buys it",
                            option.material, "a material among its holdings or purchases")
            if isinstance(option, Restraint) and option.use in uses[:number]:
                yield Fault((*where, "use"), "held back twice", option.use, "each use once")
            yield from _option(where, team, option, chains, view)


def _places_of(at: Location, team: Team, chains: dict[str, ChainView]) -> Iterator[Fault]:
    """Yield what is wrong with a team's regions, materials and holdings."""
    regions = list(dict.fromkeys(name for one in chains.values() for name in one.regions))
    places: list[tuple[Location, str]] = [((*at, "region"), team.region)]
    places += [((*at, "counts", number), name) for number, name in enumerate(team.counts)]
    for where, name in places:
        if name not in regions:
            yield _unknown(where, "region", name, regions)
    for number, name in enumerate(team.watches):
        yield from _at_home((*at, "watches", number), team.region, name, chains)
    for number, each in enumerate(team.holdings):
        yield from _at_home((*at, "holdings", number, "material"), team.region, each.material,
                            chains)


def _option(at: Location, team: Team, option: Option, chains: dict[str, ChainView],
            view: WorldView) -> Iterator[Fault]:
    """Yield why the engine could not carry out an entry of a menu."""
    match option:
        case Release() | Purchase():
            yield from _at_home((*at, "material"), team.region, option.material, chains)
        case Restraint() | Priority():
            yield from _standing((*at, "use"), "use", option.use, team.region, chains)
        case Subsidy():
            yield from _standing((*at, "process"), "process", option.process,
                                 option.region or team.region, chains)
        case Reexport():
            if view.base_trade(list(chains), team.region, option.materials, option.destinations,
                               option.excluded) == 0.0:
                yield Fault(at, "the region exports none of it to whom it is stopped for",
                            ", ".join(option.materials), "materials that it exports in the base")
            yield from _places(at, option, view)
        case Approval():
            yield from _approval(at, team, option, chains, view)
        case _:
            pass


def _approval(at: Location, team: Team, option: Approval, chains: dict[str, ChainView],
              view: WorldView) -> Iterator[Fault]:
    regions = list(dict.fromkeys(name for one in chains.values() for name in one.regions))
    for name in ("exporter", "through"):
        if getattr(option, name) not in regions:
            yield _unknown((*at, name), "region", getattr(option, name), regions)
    if len({option.exporter, option.through, team.region}) < 3:
        yield Fault((*at, "through"), "trade goes through a third region", option.through,
                    "neither the exporter nor the team's region")
    for number, name in enumerate(option.materials):
        if view.base_trade(list(chains), option.exporter, (name,), (team.region,)) == 0.0:
            yield Fault((*at, "materials", number), "the team buys none of it from the exporter",
                        name, "a material that it buys there in the base")
    for name in ("share", "granted", "premium"):
        one = cast("Ranged", getattr(option, name))
        most = 5.0 if name == "premium" else 1.0
        if not 0.0 <= one.low <= one.value <= one.high <= most:
            yield Fault((*at, name), "range is out of order or outside what makes sense",
                        f"{one.low:g}, {one.value:g}, {one.high:g}", f"0 ≤ low ≤ value ≤ {most:g}")


def _places(at: Location, option: Reexport, view: WorldView) -> Iterator[Fault]:
    known = view.places()
    for field, names in (("destinations", option.destinations), ("excluded", option.excluded)):
        for number, name in enumerate(names):
            if name not in known and name != ALL:
                yield _unknown((*at, field, number), "place", name, known)


def _at_home(at: Location, region: str, material: str,
             chains: dict[str, ChainView]) -> Iterator[Fault]:
    known = [name for one in chains.values() for name in one.materials]
    if material not in known:
        yield _unknown(at, "material", material, known)
    elif not any(material in one.materials and region in one.regions for one in chains.values()):
        yield Fault(at, "the region has nothing to do with this material", material,
                    f"a material of {region}")


def _standing(at: Location, word: str, name: str, region: str,
              chains: dict[str, ChainView]) -> Iterator[Fault]:
    where: dict[str, list[str]] = {}
    for one in chains.values():
        for key, regions in (one.processes if word == "process" else one.uses).items():
            where.setdefault(key, []).extend(regions)
    if name not in where:
        yield _unknown(at, word, name, list(where))
    elif region not in where[name]:
        here = [key for key, regions in where.items() if region in regions]
        yield Fault(at, f"{region} has no such {word}", name,
                    "one of " + ", ".join(here) if here else "")


def _unknown(at: Location, word: str, name: str, known: Sequence[str]) -> Fault:
    return Fault(at, f"unknown {word}", name, "one of " + ", ".join(sorted(set(known))[:12]),
                 nearest(name, list(known)))
