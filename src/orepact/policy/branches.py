"""Branches: what may follow when suspensions end, as scenario files.

A branch states an outcome per suspended act (or per suspension, for all its acts) and may add
hypothetical acts. Its dates may be relative to the end of a suspension, so that a branch stays
right when the suspension is moved.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import ConfigDict

from orepact.data.text import parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.policy.controls import (
    ALL,
    Act,
    Clause,
    Day,
    Kind,
    Outcome,
    OutcomeWord,
    PartialDate,
    Suspension,
    partial_date,
)

__all__ = [
    "After",
    "Branch",
    "BranchOutcome",
    "Hypothetical",
    "branch_acts",
    "branch_outcomes",
    "find_branch",
    "months_later",
    "read_branch",
    "read_branches",
]


@dataclass(frozen=True, slots=True)
class After:
    """A day counted from the last day of a suspension as its text gives it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    end_of: str
    months: int = 0
    days: int = 0


When = After | Day


@dataclass(frozen=True, slots=True)
class BranchOutcome:
    """What a branch supposes for one suspended act, or for all acts of one suspension."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    act: str
    outcome: OutcomeWord
    start: When | None = None
    until: When | None = None
    announced: When | None = None


@dataclass(frozen=True, slots=True)
class Hypothetical:
    """An act that nobody has issued, supposed by a branch for the `reason` given."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: str
    title: str
    issuer: str
    kind: Kind
    clauses: tuple[Clause, ...]
    announced: When
    effective: When
    reason: str
    destinations: tuple[str, ...] = (ALL,)
    excluded: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    reach: Literal["issuer", "abroad"] = "issuer"
    until: When | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """A named supposition about every suspended act (format ``orepact/branch/1``)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    format: str
    name: str
    title: str
    text: str
    outcomes: tuple[BranchOutcome, ...] = ()
    acts: tuple[Hypothetical, ...] = ()


def read_branch(path: Path) -> Branch:
    """Read one branch file; raises `InputError` with every problem found."""
    return parse(Branch, read_yaml(path, kind="branch"))


def read_branches(folder: Path) -> dict[str, Branch]:
    """Read every branch file of a folder, keyed by the branch's name."""
    found = [read_branch(path) for path in sorted(folder.glob("*.yaml"))]
    return {branch.name: branch for branch in found}


def find_branch(branches: dict[str, Branch], name: str) -> Branch:
    """Return a branch by name; raises `InputError` with the nearest name."""
    if name not in branches:
        raise InputError([Problem("unknown branch", field="branch", found=repr(name),
                                  expected="one of " + ", ".join(branches),
                                  nearest=nearest(name, tuple(branches)))])
    return branches[name]


def branch_outcomes(branch: Branch, suspensions: Sequence[Suspension]) -> tuple[Outcome, ...]:
    """Return the outcomes of a branch with their days worked out from the suspensions."""
    return tuple(
        Outcome(act=one.act, outcome=one.outcome, start=_day(one.start, suspensions),
                until=_day(one.until, suspensions), announced=_day(one.announced, suspensions),
                source=f"branch {branch.name}", hypothetical=True)
        for one in branch.outcomes
    )


def branch_acts(branch: Branch, suspensions: Sequence[Suspension]) -> tuple[Act, ...]:
    """Return the hypothetical acts of a branch with their days worked out, marked as such."""
    acts: list[Act] = []
    for one in branch.acts:
        announced, effective = _day(one.announced, suspensions), _day(one.effective, suspensions)
        acts.append(Act(
            id=one.id, title=one.title, issuer=one.issuer, body=f"branch {branch.name}",
            kind=one.kind, layer="hypothetical", clauses=one.clauses,
            sources=(f"supposed by branch {branch.name}",), confidence="low",
            last_known="hypothetical", known_as_of=announced or partial_date(datetime.date.min),
            destinations=one.destinations, excluded=one.excluded, parents=one.parents,
            reach=one.reach, announced=announced, effective=effective,
            until=_day(one.until, suspensions), note=one.reason, hypothetical=True))
    return tuple(acts)


def months_later(day: datetime.date, months: int) -> datetime.date:
    """Return the same day some calendar months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day(when: After | PartialDate | None, suspensions: Sequence[Suspension]) -> PartialDate | None:
    if when is None or isinstance(when, PartialDate):
        return when
    ends = {one.id: one.until.last for one in suspensions}
    if when.end_of not in ends:
        raise InputError([Problem("unknown suspension", field="end_of", found=when.end_of,
                                  expected="one of " + ", ".join(ends),
                                  nearest=nearest(when.end_of, tuple(ends)))])
    moved = months_later(ends[when.end_of], when.months) + datetime.timedelta(days=when.days)
    return partial_date(moved)
