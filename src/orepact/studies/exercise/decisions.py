"""Decisions read from a file, checked against menus, and refused where nothing can come of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from orepact.data.text import examine, scan_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.studies.exercise.plan import ON_OR_OFF, Decision
from orepact.studies.exercise.text import Exercise, Option, Release, Team
from orepact.units import Doc

__all__ = [
    "Decided",
    "FileOfDecisions",
    "amount_unit",
    "fault_of",
    "most_of",
    "read_decisions",
    "refusal",
]

_SMALL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision as a file states it; without an amount it is the most that the menu allows."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    turn: Annotated[int, Field(ge=1), Doc("turn, from 1")]
    team: Annotated[str, Doc("id of the team")]
    option: Annotated[str, Doc("id of an entry of its menu")]
    amount: Annotated[
        Annotated[float, Field(ge=0.0)] | None,
        Doc("t/month of stocks, a fraction of uses and subsidies, else 1 or 0; the most, if none"),
    ] = None
    note: Annotated[str, Doc("the team's reason, for the report")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfDecisions:
    """A file of decisions (format ``orepact/decisions/1``)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    exercise: Annotated[str, Doc("id of the exercise")]
    decisions: tuple[Decided, ...] = ()


def read_decisions(path: Path, exercise: Exercise) -> tuple[Decision, ...]:
    """Return the decisions of a file for an exercise, in order of turn.

    Raises `InputError` with everything that is wrong: another exercise, unknown teams and menu
    entries, turns in which an entry is not open, amounts beyond the menu. Whether a stock suffices
    is known only when the exercise is played.
    """
    document = scan_yaml(path, kind="decisions")
    found, problems = examine(FileOfDecisions, document)
    decisions: list[Decision] = []
    if found is not None:
        if found.exercise != exercise.exercise:
            problems.append(document.problem(
                ("exercise",), "decisions of another exercise", found=found.exercise,
                expected=exercise.exercise))
        seen: set[tuple[int, str, str]] = set()
        for number, line in enumerate(found.decisions):
            decision = _decision(exercise, line)
            told = fault_of(exercise, decision)
            key = (line.turn, line.team, line.option)
            if told is None and key in seen:
                told = Problem("decided twice in one turn", field="option", found=line.option,
                               expected="each entry once a turn")
            seen.add(key)
            if told is None:
                decisions.append(decision)
                continue
            problems.append(document.problem(
                ("decisions", number, told.field), told.message, found=told.found,
                expected=told.expected, near=told.nearest))
    if problems:
        raise InputError(sorted(problems, key=lambda one: (one.line or 0, one.field)))
    return tuple(sorted(decisions, key=lambda one: one.turn))


def most_of(option: Option) -> float:
    """Return the largest amount of a menu entry."""
    return float(getattr(option, "most", 1.0))


def amount_unit(option: Option) -> str:
    """Return the unit of a menu entry's amount, in words."""
    if isinstance(option, ON_OR_OFF):
        return "1 = yes, 0 = no"
    if hasattr(option, "material"):
        return "t/month"
    of = "of the use, held back" if hasattr(option, "use") else "of the product's base value"
    return f"fraction {of}"


def fault_of(exercise: Exercise, decision: Decision) -> Problem | None:
    """Return why a decision is none that the menu allows, or None; its field says which part."""
    teams = [team.id for team in exercise.teams]
    if decision.team not in teams:
        return Problem("unknown team", field="team", found=decision.team,
                       expected="one of " + ", ".join(teams),
                       nearest=nearest(decision.team, teams))
    if not 1 <= decision.turn <= len(exercise.turns):
        return Problem("no such turn", field="turn", found=str(decision.turn),
                       expected=f"1 to {len(exercise.turns)}")
    options = {each.id: each for each in exercise.team(decision.team).menu.options}
    if decision.option not in options:
        return Problem(f"not on the menu of {decision.team}", field="option",
                       found=decision.option, expected="one of " + ", ".join(options),
                       nearest=nearest(decision.option, list(options)))
    return _amount_fault(decision, options[decision.option])


def _amount_fault(decision: Decision, option: Option) -> Problem | None:
    most = most_of(option)
    if decision.turn < option.from_turn:
        return Problem("not open yet", field="turn", found=str(decision.turn),
                       expected=f"turn {option.from_turn} or later")
    if not 0.0 <= decision.amount <= most * (1.0 + _SMALL):
        return Problem("beyond the menu", field="amount", found=f"{decision.amount:g}",
                       expected=f"0 to {most:g} {amount_unit(option)}")
    if isinstance(option, ON_OR_OFF) and decision.amount not in (0.0, 1.0):
        return Problem("neither yes nor no", field="amount", found=f"{decision.amount:g}",
                       expected="1 or 0")
    return None


def refusal(
    exercise: Exercise, decision: Decision, stock: Mapping[str, float],
    others: Sequence[Decision] = (),
) -> str:
    """Return why a decision that the menu allows cannot be carried out, or an empty text.

    `stock` is what the team holds (t) by material, `others` what it decided in this turn before.
    """
    team = exercise.team(decision.team)
    option = next(each for each in team.menu.options if each.id == decision.option)
    if not isinstance(option, Release):
        return ""
    _, months = exercise.months_of(decision.turn - 1)
    taken = sum(
        one.amount * months for one in others
        if one.option != option.id and _releases(team, one.option, option.material)
    )
    left = stock.get(option.material, 0.0) - taken
    wanted = decision.amount * months
    if wanted <= left * (1.0 + _SMALL) + _SMALL:
        return ""
    return (f"{decision.amount:g} t a month for {months} months takes {wanted:,.0f} t; "
            f"the stock has {max(0.0, left):,.0f} t of {option.material}")


def _releases(team: Team, option: str, material: str) -> bool:
    return any(each.id == option and each.material == material for each in team.menu.releases)


def _decision(exercise: Exercise, line: Decided) -> Decision:
    amount = line.amount
    if amount is None:
        options = {each.id: each for team in exercise.teams if team.id == line.team
                   for each in team.menu.options}
        amount = most_of(options[line.option]) if line.option in options else 0.0
    return Decision(turn=line.turn, team=line.team, option=line.option, amount=amount,
                    note=line.note)
