"""What the register means for trade: one permit per material, destination, end use and day.

The strictest act in force decides. A general licence eases an ordinary licence and nothing else.
Where an act whose suspension has ended could be stricter than what is known to be in force, the
state is ``unknown`` until a record or a branch decides.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from orepact.errors import InputError, Problem, nearest
from orepact.policy.controls import END_USES
from orepact.policy.holds import RANK, Hold, holds_of, meets
from orepact.policy.places import place
from orepact.policy.register import Register
from orepact.policy.timeline import OPEN, Span

__all__ = ["Permit", "announcements", "fingerprint", "permit", "permits_by_month"]

State = Literal[
    "free", "licensed", "general_licence", "presumption_of_denial", "banned", "unknown"
]
_STATES: dict[str, State] = {
    "licence": "licensed", "stricter_review": "licensed",
    "presumption_of_denial": "presumption_of_denial", "ban": "banned",
    "general_licence": "general_licence",
}
_DAY = datetime.timedelta(days=1)
_BEGINNING = datetime.date.min
_EASED = RANK["licence"] - 0.5
_COLUMNS = pl.Schema({
    "key": pl.Int64, "month": pl.Date, "state": pl.String, "act": pl.String,
    "announced": pl.Date, "effective": pl.Date, "days_share": pl.Float64, "review": pl.String,
    "reach": pl.String, "newly_imposed": pl.Boolean, "scheduled": pl.Boolean,
    "follows": pl.String, "follows_since": pl.Date, "piece": pl.Int64, "layer": pl.Int64,
})
_LAYERS = ("follows", "follows_since", "piece", "layer")
_ANNOUNCED = pl.Schema({
    "act": pl.String, "material": pl.String, "destination": pl.String, "end_use": pl.String,
    "announced": pl.Date, "effective": pl.Date, "state": pl.String, "review": pl.String,
    "reach": pl.String, "scheduled": pl.Boolean,
})


@dataclass(frozen=True, slots=True)
class Permit:
    """What the register says of one shipment on the days from `start` to `end`.

    `since` is the day from which the deciding act is in force, `announced` the day from which
    that was public; `newly_imposed` says that trade was freer on the day before `since`;
    `scheduled` that it follows from an earlier text; `review` is ``stricter`` where end user and
    end use are examined more closely; `reach` is ``abroad`` where a third country's act decides;
    `acts` are all acts then in force on the shipment, the deciding one first; `follows` is the act
    whose licence this one only continues, and `follows_since` the day from which that held.
    """

    state: State
    start: datetime.date = _BEGINNING
    end: datetime.date = OPEN
    since: datetime.date | None = None
    announced: datetime.date | None = None
    newly_imposed: bool = False
    scheduled: bool = False
    review: Literal["ordinary", "stricter"] = "ordinary"
    reach: Literal["issuer", "abroad"] = "issuer"
    acts: tuple[str, ...] = ()
    follows: str = ""
    follows_since: datetime.date | None = None


def permit(register: Register, exporter: str, material: str, destination: str, *, end_use: str,
           on: datetime.date, known_as_of: datetime.date | None = None) -> Permit:
    """Return the permit for one material, destination, end use and day.

    Raises `InputError` for an unknown exporter, material, destination or end use.
    """
    exporter, (destination,), (end_use,) = _checked(register, exporter, [destination], [end_use])
    holds = holds_of(register, exporter, material, known_as_of)
    mine = _meeting(register, holds, exporter, destination, end_use)
    return next(one for one in _permits(mine) if one.start <= on <= one.end)


def permits_by_month(
    register: Register, exporter: str, materials: Sequence[str], destinations: Sequence[str],
    *, first: datetime.date, last: datetime.date, known_as_of: datetime.date | None = None,
    end_uses: Sequence[str] = END_USES, reach: Sequence[str] = ("issuer", "abroad"),
    layers: bool = False,
) -> pl.DataFrame:
    """Return the permits of every month from `first` to `last`, month of `last` included.

    Columns: material, destination, end_use, month, state, act, announced, effective, days_share,
    review, reach, newly_imposed, scheduled. A month has one row per state that holds in it; their
    `days_share` (fraction of the month's days) add up to one. `known_as_of` runs the calendar as
    it was announced on that day. With `layers` there is a row for every act in force besides the
    deciding one too: `piece` numbers the days that share their acts, `layer` is 0 for the deciding
    act; `follows` and `follows_since` say which licence a row only continues.
    """
    exporter, places, uses = _checked(register, exporter, destinations, end_uses)
    found: dict[tuple[Hold, ...], int] = {}
    cells: list[tuple[str, str, str, int]] = []
    for material in materials:
        holds = [one for one in holds_of(register, exporter, material, known_as_of)
                 if one.act.reach in reach]
        for destination in places:
            for end_use in uses:
                mine = tuple(_meeting(register, holds, exporter, destination, end_use))
                cells.append((material, destination, end_use, found.setdefault(mine, len(found))))
    rows = [
        row for mine, key in found.items()
        for row in _months(key, _layered(mine), first, last, layers=layers)
    ]
    table = pl.DataFrame(rows, schema=_COLUMNS, orient="row")
    table = table if layers else table.drop(_LAYERS)
    cell_table = pl.DataFrame(cells, orient="row", schema={
        "material": pl.String, "destination": pl.String, "end_use": pl.String, "key": pl.Int64})
    return cell_table.join(table, on="key", maintain_order="left_right").drop("key")


def announcements(
    register: Register, exporter: str, materials: Sequence[str], destinations: Sequence[str],
    *, first: datetime.date, last: datetime.date, known_as_of: datetime.date | None = None,
    end_uses: Sequence[str] = END_USES, reach: Sequence[str] = ("issuer", "abroad"),
) -> pl.DataFrame:
    """Return the restrictions that were public by `last` and take effect on `first` or later.

    Columns: act, material, destination, end_use, announced, effective, state, review, reach,
    scheduled (true when an earlier text fixed the day, as at the end of a suspension).
    """
    exporter, places, uses = _checked(register, exporter, destinations, end_uses)
    rows: list[tuple[object, ...]] = []
    for material in materials:
        for hold in holds_of(register, exporter, material, known_as_of):
            spans = [span for span in hold.spans if hold.act.reach in reach
                     and span.mode == "force" and span.announced <= last and span.start >= first]
            rows += [
                (hold.act.id, material, destination, end_use, span.announced, span.start,
                 _STATES[hold.effect], _review(hold.effect), hold.act.reach, span.scheduled)
                for span in spans for destination in places for end_use in uses
                if _meeting(register, [hold], exporter, destination, end_use)
            ]
    table = pl.DataFrame(rows, schema=_ANNOUNCED, orient="row")
    return table.sort("effective", "act", "material", "destination", "end_use")


def fingerprint(
    register: Register, exporter: str, materials: Sequence[str], destinations: Sequence[str],
    *, first: datetime.date, last: datetime.date, known_as_of: datetime.date | None = None,
    reach: Sequence[str] = ("issuer", "abroad"),
) -> str:
    """Return a hash that is equal for two registers that mean the same for these materials.

    It covers permits by month and announcements, not the names of acts or branches.
    """
    asked = (exporter, sorted(materials), sorted(destinations))
    tables = [
        table(register, *asked, first=first, last=last, known_as_of=known_as_of, reach=reach)
        for table in (permits_by_month, announcements)
    ]
    text = "\n".join(table.drop("act").unique().sort(pl.all()).write_csv() for table in tables)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _checked(register: Register, exporter: str, destinations: Sequence[str],
             end_uses: Sequence[str]) -> tuple[str, list[str], list[str]]:
    problems = [Problem("unknown end use", field="end_use", found=repr(one),
                        expected="one of " + ", ".join(END_USES), nearest=nearest(one, END_USES))
                for one in end_uses if one not in END_USES]
    found: list[str] = []
    for field, code in (("exporter", exporter), *(("destination", one) for one in destinations)):
        try:
            found.append(place(register.places, code, field))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found[0], found[1:], list(end_uses)


def _meeting(register: Register, holds: Sequence[Hold], exporter: str, destination: str,
             end_use: str) -> list[Hold]:
    if exporter == destination:
        return []
    return [one for one in holds
            if end_use in one.end_uses and meets(one.act, destination, register.places)]


def _permits(holds: Sequence[Hold]) -> tuple[Permit, ...]:
    return tuple(layers[0] for layers in _layered(holds))


def _layered(holds: Sequence[Hold]) -> list[tuple[Permit, ...]]:
    """Return the permits of all acts in force, the deciding one first, for each span of days."""
    spans = [(hold, span) for hold in holds for span in hold.spans]
    edges = {_BEGINNING} | {span.start for _, span in spans}
    edges |= {span.end + _DAY for _, span in spans if span.end != OPEN}
    starts = sorted(edges)
    ends = [start - _DAY for start in starts[1:]] + [OPEN]
    raw = [_strictest(spans, start, end) for start, end in zip(starts, ends, strict=True)]
    ranks = [rank for rank, _ in raw]
    found: list[tuple[Permit, ...]] = []
    for (rank, one), start, end in zip(raw, starts, ends, strict=True):
        under = _under(spans, start, end, rank, one)
        found.append(tuple(_dated(each, own, ranks, ends, found)
                           for own, each in ((rank, one), *under)))
    return found


def _dated(one: Permit, rank: float, ranks: Sequence[float], ends: Sequence[datetime.date],
           found: Sequence[tuple[Permit, ...]]) -> Permit:
    """Return a permit that knows whether it is new, or which licence it continues."""
    if one.since is None:
        return one
    at = next(number for number, end in enumerate(ends) if end >= one.since)
    if (ranks[at - 1] if at else 0) < rank:
        return replace(one, newly_imposed=True)
    before = found[at - 1][0]
    if one.state != "licensed" or before.state != "licensed":
        return one
    if before.follows:
        return replace(one, follows=before.follows, follows_since=before.follows_since)
    return replace(one, follows=before.acts[0], follows_since=before.since)


def _under(spans: Sequence[tuple[Hold, Span]], start: datetime.date, end: datetime.date,
           rank: float, deciding: Permit) -> list[tuple[float, Permit]]:
    """Return the permits of the acts in force besides the deciding one; what is eased is none."""
    if deciding.state in {"free", "unknown"} or rank == _EASED or len(deciding.acts) < 2:
        return []
    here = [(hold, span) for hold, span in spans if span.mode == "force"
            and hold.act.id != deciding.acts[0] and span.start <= start and end <= span.end]
    eased = any(hold.effect == "general_licence" for hold, _ in here)
    return [
        (RANK[hold.effect], _permit([(hold, span)], start, end, _STATES[hold.effect]))
        for hold, span in here
        if hold.effect in RANK and not (eased and hold.effect == "licence")
    ]


def _strictest(spans: Sequence[tuple[Hold, Span]], start: datetime.date,
               end: datetime.date) -> tuple[float, Permit]:
    here = [(hold, span) for hold, span in spans if span.start <= start and end <= span.end]
    force = [(hold, span) for hold, span in here
             if span.mode == "force" and hold.effect in RANK]
    easing = [(hold, span) for hold, span in here
              if span.mode == "force" and hold.effect == "general_licence"]
    doubt = [(hold, span) for hold, span in here
             if span.mode == "unknown" and hold.effect in RANK]
    force.sort(key=_severity, reverse=True)
    rank: float = RANK[force[0][0].effect] if force else 0
    deciding = force
    if easing and rank == RANK["licence"]:
        rank, deciding = _EASED, easing + force
    doubt = [pair for pair in doubt if RANK[pair[0].effect] > rank]
    if doubt:
        worst = max(doubt, key=_severity)
        return 0.0, _permit([worst, *deciding], start, end, "unknown")
    if not deciding:
        return 0.0, Permit("free", start, end)
    return rank, _permit(deciding, start, end, _STATES[deciding[0][0].effect])


def _severity(pair: tuple[Hold, Span]) -> tuple[int, datetime.date, str]:
    hold, span = pair
    return RANK[hold.effect], span.start, hold.act.id


def _permit(deciding: Sequence[tuple[Hold, Span]], start: datetime.date, end: datetime.date,
            state: State) -> Permit:
    hold, span = deciding[0]
    names = tuple(dict.fromkeys(one.act.id for one, _ in deciding))
    reach: Literal["issuer", "abroad"] = "abroad" if hold.act.reach == "abroad" else "issuer"
    return Permit(state, start, end, span.start, span.announced, scheduled=span.scheduled,
                  review=_review(hold.effect), reach=reach, acts=names)


def _review(effect: str) -> Literal["ordinary", "stricter"]:
    return "stricter" if effect == "stricter_review" else "ordinary"


def _months(key: int, pieces: Sequence[Sequence[Permit]], first: datetime.date,
            last: datetime.date, *, layers: bool) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    numbered = [
        (number if layers else 0, layer, one)
        for number, piece in enumerate(pieces)
        for layer, one in enumerate(piece if layers else piece[:1])
    ]
    month, stop = first.replace(day=1), last.replace(day=1)
    while month <= stop:
        following = (month.replace(day=28) + 4 * _DAY).replace(day=1)
        days_of: dict[tuple[object, ...], int] = {}
        for piece, layer, one in numbered:
            days = (min(one.end, following - _DAY) - max(one.start, month)).days + 1
            if days > 0:
                name = (one.state, one.acts[0] if one.acts else None, one.announced, one.since,
                        one.review, one.reach, one.newly_imposed, one.scheduled,
                        one.follows, one.follows_since, piece, layer)
                days_of[name] = days_of.get(name, 0) + days
        length = (following - month).days
        rows += [(key, month, *name[:4], days / length, *name[4:])
                 for name, days in days_of.items()]
        month = following
    return rows
