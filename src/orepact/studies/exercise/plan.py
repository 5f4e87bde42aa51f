"""Decisions of teams as numbers by turn, and as parts of the scenario that is simulated.

A release or purchase is for the turn in which it is decided; everything else holds until it is
changed. What a turn brings is known from its day on: the market never knows a later inject.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from orepact.model.curve import Array
from orepact.policy.controls import Clause, Item, PartialDate, partial_date
from orepact.policy.register import Register
from orepact.policy.scenario.dates import dated
from orepact.policy.scenario.laid import at_rung
from orepact.policy.scenario.ranges import resolve
from orepact.policy.scenario.text import (
    PARTS,
    Conduit,
    Control,
    Part,
    Quota,
    Ranged,
    Scenario,
    Tax,
    fixed,
)
from orepact.studies.exercise.text import (
    Approval,
    Exercise,
    Priority,
    Purchase,
    Reexport,
    Release,
    Team,
)

__all__ = [
    "FOR_ONE_TURN",
    "ON_OR_OFF",
    "Decision",
    "levels_of",
    "nothing",
    "part_id",
    "scenario_in",
    "whole_scenario",
]

FOR_ONE_TURN = (Release, Purchase)
"""Decisions on tonnes, which hold for the turn in which they are made."""

ON_OR_OFF = (Priority, Reexport, Approval)
"""Decisions that are taken (1) or not (0)."""

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a team decides in a turn (from 1): an entry of its menu and how much of it.

    `amount` is in t/month for stocks, a fraction for restraint and subsidy, 1 or 0 for the rest.
    """

    turn: int
    team: str
    option: str
    amount: float
    note: str = ""


def nothing(exercise: Exercise) -> Array:
    """Return the levels of a table at which nobody decides anything (options × turns)."""
    return np.zeros((len(exercise.options), len(exercise.turns)))


def levels_of(exercise: Exercise, decisions: Iterable[Decision]) -> Array:
    """Return what decisions amount to, turn by turn (options × turns, in their units).

    Options are in the order of `Exercise.options`.
    """
    levels = nothing(exercise)
    number = {(team.id, option.id): n for n, (team, option) in enumerate(exercise.options)}
    for one in sorted(decisions, key=lambda each: each.turn):
        row, option = number[one.team, one.option], exercise.options[number[one.team, one.option]]
        last = one.turn if isinstance(option[1], FOR_ONE_TURN) else None
        levels[row, one.turn - 1 : last] = one.amount
    return levels


def part_id(team: Team, option: str) -> str:
    """Return the id of the scenario part that an option becomes."""
    return f"{team.id}-{option}"


def scenario_in(
    exercise: Exercise, background: Scenario, register: Register, turn: int, levels: Array
) -> Scenario:
    """Return the scenario as it is known in a turn (from 0): dated, resolved, at its rung.

    Injects of later turns are not in it, nor are decisions; what was ended has ended. Raises
    `InputError` for dates that cannot be worked out.
    """
    injects = [inject for number, _, inject in exercise.injects if number <= turn]
    whole = _with(background, exercise, _lists(injects))
    plain = at_rung(dated(whole, register), exercise.rung)
    for number, _, inject in exercise.injects:
        if number <= turn:
            plain = _ended(plain, inject.ends, exercise.turns[number].date)
    return _with(resolve(plain, {}), exercise, _decided(exercise, turn, levels))


def whole_scenario(exercise: Exercise, background: Scenario, register: Register) -> Scenario:
    """Return a scenario with every inject and every entry of every menu at once.

    It says which routes the network needs.
    """
    injects = [inject for _, _, inject in exercise.injects]
    plain = at_rung(dated(_with(background, exercise, _lists(injects)), register), exercise.rung)
    everything = _decided(exercise, 0, np.ones_like(nothing(exercise)))
    return _with(resolve(plain, {}), exercise, everything)


def _with(
    scenario: Scenario, exercise: Exercise, more: Mapping[str, Sequence[Part]]
) -> Scenario:
    lists = {name: (*getattr(scenario, name), *more.get(name, ())) for name in PARTS}
    return replace(
        scenario,
        first_month=exercise.first_month,
        months=exercise.months,
        distributions=(),
        ladder=None,
        **cast("Any", lists),
    )


def _lists(injects: Sequence[Any]) -> dict[str, list[Part]]:
    return {name: [part for one in injects for part in getattr(one, name)] for name in PARTS}


def _ended(scenario: Scenario, names: Sequence[str], day: datetime.date) -> Scenario:
    """Let parts end on the day before a turn; months end with the one before it."""
    if not names:
        return scenario

    def cut(part: Part) -> Part:
        if part.id not in names:
            return part
        by_day = isinstance(part, Control | Quota | Tax)
        last = partial_date((day if by_day else day.replace(day=1)) - _DAY)
        return replace(part, **cast("Any", {"until": last}))

    lists = {name: tuple(cut(part) for part in getattr(scenario, name)) for name in PARTS}
    return replace(scenario, **cast("Any", lists))


def _decided(exercise: Exercise, turn: int, levels: Array) -> dict[str, list[Part]]:
    """Return bans and conduits that teams brought about up to a turn, as known in it."""
    found: dict[str, list[Part]] = {"controls": [], "conduits": []}
    for number, (team, option) in enumerate(exercise.options):
        if not isinstance(option, Reexport | Approval):
            continue
        for first, last in _spells(levels[number, : turn + 1]):
            name = f"{part_id(team, option.id)}-{first + 1}"
            start = exercise.turns[first]
            end = None if last is None else exercise.turns[last]
            if isinstance(option, Reexport):
                until = None if end is None else partial_date(end.date - _DAY)
                found["controls"].append(_ban(team, option, name, start.date, until))
            else:
                until = None if end is None else partial_date(end.month - _DAY)
                found["conduits"].append(
                    _conduit(team, option, name, partial_date(start.month), until))
    return found


def _spells(levels: Array) -> list[tuple[int, int | None]]:
    """Return the turns in which something begins, each with the one in which it ends again."""
    found: list[tuple[int, int | None]] = []
    on = False
    for turn, level in enumerate(levels):
        if level > 0.0 and not on:
            found.append((turn, None))
        elif level <= 0.0 and on:
            found[-1] = (found[-1][0], turn)
        on = bool(level > 0.0)
    return found


def _ban(
    team: Team, option: Reexport, name: str, start: datetime.date, until: PartialDate | None
) -> Control:
    item = Item(name=option.title, materials=option.materials)
    return Control(
        id=name, reason="decided in the exercise", title=option.title, issuer=team.region,
        kind="export_ban", clauses=(Clause(effect="ban", items=(item,)),),
        announced=partial_date(start), effective=partial_date(start), until=until,
        destinations=option.destinations, excluded=option.excluded,
    )


def _conduit(
    team: Team, option: Approval, name: str, start: PartialDate, until: PartialDate | None
) -> Conduit:
    def middle(number: Ranged) -> Ranged:
        return fixed(number.value)

    return Conduit(
        id=name, reason="decided in the exercise", exporter=option.exporter,
        through=option.through, to=team.region, materials=option.materials,
        share=middle(option.share), premium=middle(option.premium),
        permitted=middle(option.granted), ramp_months=option.ramp_months, month=start, until=until,
    )
