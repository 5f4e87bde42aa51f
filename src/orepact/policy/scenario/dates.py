"""Dates that are counted from other dates: worked out from the register and from other parts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

from orepact.data.text import Location
from orepact.errors import InputError, nearest
from orepact.policy.branches import months_later
from orepact.policy.controls import PartialDate, partial_date
from orepact.policy.register import Register
from orepact.policy.scenario.faults import Fault
from orepact.policy.scenario.text import (
    PARTS,
    OutcomePart,
    Part,
    Relative,
    Scenario,
)

__all__ = ["UNKNOWN", "WHEN_FIELDS", "dated", "day_back", "numbered", "span_of", "work_out"]

WHEN_FIELDS: tuple[str, ...] = ("announced", "effective", "start", "month", "until")
"""The fields of a part that hold a date."""

UNKNOWN = "no such part, act or suspension"
"""What a date is told that counts from nothing."""

_STARTS = ("effective", "month", "start")
_DAY = datetime.timedelta(days=1)
_REVIVING = ("revives", "escalates")


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What may be counted from: the first and the last day of a part, an act or a suspension."""

    first: PartialDate | Relative | None
    last: PartialDate | Relative | None


def dated(scenario: Scenario, register: Register) -> Scenario:
    """Return a scenario with every relative date worked out.

    Raises `InputError` with every date that counts from something unknown, undated or from itself.
    """
    result, faults = work_out(scenario, register)
    if faults:
        raise InputError([fault.problem for fault in faults])
    return result


def work_out(scenario: Scenario, register: Register) -> tuple[Scenario, list[Fault]]:
    """Return what `dated` returns, dates that cannot be worked out left relative, and the faults.

    A scenario without relative dates comes back as it is.
    """
    reader = _Reader(_anchors(scenario, register))
    changes: dict[str, list[Part]] = {}
    for at, part in numbered(scenario):
        days = {name: reader.field(at, part, name) for name in WHEN_FIELDS
                if isinstance(getattr(part, name, None), Relative)}
        found = {name: day for name, day in days.items() if day is not None}
        changes.setdefault(str(at[0]), []).append(
            replace(part, **cast("Any", found)) if found else part)
    lists = {name: tuple(parts) for name, parts in changes.items()}
    return replace(scenario, **cast("Any", lists)), reader.faults


def numbered(scenario: Scenario) -> Iterator[tuple[Location, Part]]:
    """Yield the key path and the part of every part of a scenario."""
    for name in PARTS:
        for number, part in enumerate(cast("tuple[Part, ...]", getattr(scenario, name))):
            yield (name, number), part


def span_of(part: Part) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of a part; without one it is open on that side.

    Dates that are still relative count as open.
    """
    start = _field(part, _STARTS)
    until = getattr(part, "until", None)
    return (
        start.first if isinstance(start, PartialDate) else datetime.date.min,
        until.last if isinstance(until, PartialDate) else datetime.date.max,
    )


@dataclass
class _Reader:
    """Works out dates one after the other and remembers what is wrong with them."""

    anchors: dict[str, _Anchor]
    faults: list[Fault] = field(default_factory=list[Fault])

    def field(self, at: Location, part: Part, name: str) -> PartialDate | None:
        """Return the day of a field of a part, or None after adding what is wrong with it."""
        side = "first" if name in _STARTS else "last" if name == "until" else name
        return self._day(getattr(part, name), (*at, name), ((part.id, side),))

    def _day(self, when: PartialDate | Relative | None, at: Location,
             trail: tuple[tuple[str, str], ...]) -> PartialDate | None:
        """Return a day; what is wrong further along the trail is told at its own place only."""
        if not isinstance(when, Relative):
            return when
        side = "first" if when.after else "last"
        target = self._target(when, at, side, trail)
        base = self._day(target, at, (*trail, (when.after or when.end_of, side)))
        if base is None:
            return None
        day = base.first if side == "first" else base.last
        try:
            moved = months_later(day, when.months) + datetime.timedelta(days=when.days)
        except (ValueError, OverflowError):
            self._tell(Fault(at, "leaves the calendar", f"{when.months} months {when.days} days",
                             "a day in the years 1 to 9999"))
            return None
        return partial_date(moved)

    def _target(self, when: Relative, at: Location, side: str,
                trail: tuple[tuple[str, str], ...]) -> PartialDate | Relative | None:
        """Return what a date counts from, or None where that is nothing."""
        name, word = (when.after, "after") if when.after else (when.end_of, "end_of")
        anchor = self.anchors.get(name)
        if anchor is not None and (name, side) not in trail:
            target = anchor.first if side == "first" else anchor.last
            if target is None and len(trail) == 1:
                self._tell(Fault((*at, word), f"has no {side} day to count from", name,
                                 "a part or act with that day"))
            return target
        if anchor is None and len(trail) == 1:
            self._tell(Fault((*at, word), UNKNOWN, name,
                             "the id of another part or of an act",
                             nearest(name, list(self.anchors))))
        elif anchor is not None and (name, side) == trail[0]:
            steps = " → ".join([*(one for one, _ in trail), name])
            self._tell(Fault(at, "dates count from one another in a circle", steps,
                             "one of them as a plain day"))
        return None

    def _tell(self, fault: Fault) -> None:
        if fault not in self.faults:
            self.faults.append(fault)


def _anchors(scenario: Scenario, register: Register) -> dict[str, _Anchor]:
    """Return what dates may count from; a part stands before an act of the same name."""
    found = {act.id: _Anchor(partial_date(act.start) if act.start else None, act.until)
             for act in register.acts}
    found |= {one.id: _Anchor(one.start, one.until) for one in register.suspensions}
    for _, part in numbered(scenario):
        start = _field(part, _STARTS)
        if start is None and isinstance(part, OutcomePart):
            start = day_back(part, register)
        found[part.id] = _Anchor(start, getattr(part, "until", None))
    return found


def day_back(part: OutcomePart, register: Register) -> PartialDate | Relative | None:
    """Return the day from which an outcome without a day of its own holds."""
    ends = [one.until.last for one in register.suspensions
            if part.act == one.id or part.act in one.suspends]
    if part.outcome in _REVIVING and ends:
        return partial_date(max(ends) + _DAY)
    return part.announced


def _field(part: Part, names: tuple[str, ...]) -> PartialDate | Relative | None:
    return next((value for name in names if (value := getattr(part, name, None)) is not None), None)
