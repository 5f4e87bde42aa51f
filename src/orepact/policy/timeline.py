"""When an act is in force, suspended, or nobody knows: its life as spans of days.

Suspended is not repealed. By its text a suspension that ends revives the act; whether that
happened is an outcome, recorded or supposed by a branch. Without one the span is ``unknown``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from orepact.policy.controls import Act, Outcome, Suspension
from orepact.policy.register import Register

__all__ = ["OPEN", "Span", "act_spans", "is_known", "latest_suspension", "overlap"]

OPEN = datetime.date.max
_DAY = datetime.timedelta(days=1)
_REVIVING = ("revives", "escalates")


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `start` to `end`, both included, on which an act has one `mode`.

    `announced` is the day from which the span's start was public; `scheduled` says that the start
    follows from an earlier text (the end of a suspension) and from no new announcement; `by` names
    the suspension behind a suspended or unknown span.
    """

    start: datetime.date
    end: datetime.date
    mode: Literal["force", "suspended", "unknown"]
    announced: datetime.date
    scheduled: bool = False
    by: str = ""


def is_known(act: Act, known_as_of: datetime.date | None) -> bool:
    """Say whether an act was public on a day (None: all that is known now)."""
    return known_as_of is None or (act.known_from is not None and act.known_from <= known_as_of)


def latest_suspension(register: Register, act: str, on: datetime.date) -> Suspension | None:
    """Return the last suspension of an act that had started on a day, if any."""
    found = [one for one in register.suspensions_of(act) if one.start.first <= on]
    return found[-1] if found else None


def act_spans(register: Register, act: Act,
              known_as_of: datetime.date | None = None) -> tuple[Span, ...]:
    """Return the spans of an act in order of time; none when no start is known.

    `known_as_of` leaves out acts, suspensions, ends and outcomes that were not public on that day.
    """
    if act.start is None or act.known_from is None or not is_known(act, known_as_of):
        return ()
    last = _last_day(act, known_as_of)
    stays = [one for one in register.suspensions_of(act.id)
             if known_as_of is None or one.announced.first <= known_as_of]
    spans: list[Span] = []
    position: datetime.date | None = act.start
    announced, scheduled = act.known_from, False
    for number, stay in enumerate(stays):
        if position is not None and position < stay.start.first:
            spans.append(Span(position, stay.start.first - _DAY, "force", announced, scheduled))
        end, decided = _after(stay, _outcomes(register, act, stays, number, known_as_of))
        limit = stays[number + 1].start.first - _DAY if number + 1 < len(stays) else OPEN
        spans.append(Span(stay.start.first, min(end, limit), "suspended", stay.announced.first,
                          by=stay.id))
        if decided is None and end < limit:
            spans.append(Span(end + _DAY, limit, "unknown", stay.announced.first, scheduled=True,
                              by=stay.id))
        back = decided.start.first if decided and decided.start else end + _DAY
        revived = decided is not None and decided.outcome in _REVIVING
        position = max(back, act.start) if revived else None
        scheduled = decided is not None and decided.announced is None
        announced = (decided.announced.first if decided and decided.announced
                     else stay.announced.first)
        if decided is not None and decided.outcome == "repealed":
            break
    if position is not None:
        spans.append(Span(position, OPEN, "force", announced, scheduled))
    return tuple(_cut(spans, last))


def overlap(inner: Span, outer: Span) -> Span | None:
    """Return the days that two spans share, with the weaker mode and the later knowledge."""
    start, end = max(inner.start, outer.start), min(inner.end, outer.end)
    if start > end:
        return None
    order = ("force", "unknown", "suspended")
    weaker = max((inner, outer), key=lambda span: order.index(span.mode))
    later = max((inner, outer), key=lambda span: (span.start, span.announced))
    return Span(start, end, weaker.mode, max(inner.announced, outer.announced), later.scheduled,
                weaker.by)


def _last_day(act: Act, known_as_of: datetime.date | None) -> datetime.date:
    if act.until is None:
        return OPEN
    public = act.end_announced.first if act.end_announced else act.known_from
    known = known_as_of is None or (public is not None and public <= known_as_of)
    return act.until.last if known else OPEN


def _outcomes(register: Register, act: Act, stays: list[Suspension], number: int,
              known_as_of: datetime.date | None) -> list[Outcome]:
    found: list[Outcome] = []
    for one in register.outcomes_of(act.id):
        public = one.announced or one.known_as_of
        if known_as_of is not None and public is not None and public.first > known_as_of:
            continue
        day = one.start or one.announced or one.known_as_of
        started = [index for index, stay in enumerate(stays)
                   if day is None or stay.start.first <= day.first]
        if started and started[-1] == number:
            found.append(one)
    return found


def _after(stay: Suspension, outcomes: list[Outcome]) -> tuple[datetime.date, Outcome | None]:
    end = stay.until.last
    decided: Outcome | None = None
    for one in outcomes:
        if one.outcome == "extended":
            end = max(end, one.until.last) if one.until else end
            decided = None
        else:
            decided = one
            end = min(end, one.start.first - _DAY) if one.start else end
    return end, decided


def _cut(spans: list[Span], last: datetime.date) -> list[Span]:
    return [Span(one.start, min(one.end, last), one.mode, one.announced, one.scheduled, one.by)
            for one in spans if one.start <= last and one.start <= one.end]
