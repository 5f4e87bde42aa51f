"""Policy clocks: which acts meet an item on a day, with status, reference and date of knowledge.

Status never guesses: the day after a suspension without a recorded outcome is
``suspension_ended_outcome_unknown`` until a record or a branch decides.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from orepact.errors import InputError, Problem, nearest
from orepact.policy.controls import END_USES, Act, Clause, Suspension
from orepact.policy.forms import Query, match, query
from orepact.policy.holds import binds, dual_use_spans, listing_acts, meets
from orepact.policy.places import covers, place
from orepact.policy.register import Register
from orepact.policy.timeline import OPEN, Span, act_spans, is_known, latest_suspension

__all__ = ["STATUSES", "ActStatus", "clocks", "status", "status_table"]

Status = Literal[
    "in_force", "suspended", "suspension_ended_outcome_unknown", "announced", "not_yet", "ended"
]
STATUSES: tuple[str, ...] = (
    "in_force", "suspension_ended_outcome_unknown", "suspended", "announced", "not_yet", "ended")
_BY_MODE: dict[str, Status] = {
    "force": "in_force", "suspended": "suspended", "unknown": "suspension_ended_outcome_unknown"}
_TABLE = pl.Schema({
    "act": pl.String, "title": pl.String, "issuer": pl.String, "kind": pl.String,
    "reach": pl.String, "covers": pl.String, "match": pl.String, "effect": pl.String,
    "status": pl.String,
    "since": pl.Date, "until": pl.Date, "reading": pl.String, "reference": pl.String,
    "confidence": pl.String, "last_known": pl.String, "known_as_of": pl.String,
    "hypothetical": pl.Boolean, "note": pl.String,
})
_CLOCKS = pl.Schema({
    "act": pl.String, "title": pl.String, "event": pl.String, "date": pl.Date,
    "precision": pl.String, "days": pl.Int64, "outcome": pl.String, "known_as_of": pl.String,
    "reference": pl.String,
})


@dataclass(frozen=True, slots=True)
class ActStatus:
    """One act's status for one item, destination and end use on one day.

    `reach` is ``issuer`` for goods that leave the issuer, ``abroad`` for goods that leave another
    country, ``import`` for a measure of the importer. `covers` quotes the item of the act, `match`
    says how the question met it (see `forms.match`), `effect` what the act does; `since` and
    `until` bound the status where they are known; `known_as_of` is the date of the newest source
    on the act, as printed.
    """

    act: str
    title: str
    issuer: str
    kind: str
    reach: str
    covers: str
    match: str
    effect: str
    status: Status
    since: datetime.date | None
    until: datetime.date | None
    reading: str
    reference: str
    confidence: str
    last_known: str
    known_as_of: str
    hypothetical: bool
    note: str


def status(
    register: Register, on: datetime.date, item: str, destination: str, *, end_use: str = "civil",
    known_as_of: datetime.date | None = None, exporter: str | None = None,
) -> list[ActStatus]:
    """Return every act of the register that meets an item, in force first; none is "not covered".

    `item` is a material id, a mineral id or a customs code of 4 to 10 digits. `exporter` keeps the
    acts that decide about goods from there. Raises `InputError` with every unknown word.
    """
    asked, destination, exporter = _checked(register, item, destination, end_use, exporter)
    found: list[ActStatus] = []
    for act in register.acts:
        if not is_known(act, known_as_of) or not _concerns(register, act, destination, exporter):
            continue
        for clause in act.clauses:
            if end_use in clause.end_uses:
                one = _clause_status(register, act, clause, asked, on=on, known_as_of=known_as_of)
                found += [one] if one else []
    return sorted(found, key=lambda one: (STATUSES.index(one.status), one.since or OPEN, one.act))


def status_table(statuses: Sequence[ActStatus]) -> pl.DataFrame:
    """Return statuses as a table with the fields of `ActStatus` as columns."""
    rows = [tuple(getattr(one, name) for name in _TABLE) for one in statuses]
    return pl.DataFrame(rows, schema=_TABLE, orient="row")


def clocks(register: Register, on: datetime.date) -> pl.DataFrame:
    """Return the deadlines of every act, past and to come, in order of date.

    Columns: act, title, event (``takes effect``, ``ends``, ``suspension ends``), date, precision
    (day, month or year: the first day is counted), days (left, or since when negative), outcome,
    known_as_of, reference.
    """
    rows: list[tuple[object, ...]] = []
    for act in register.acts:
        dated = (("takes effect", act.effective), ("ends", act.until))
        rows += [(act.id, act.title, event, day.first, day.precision, (day.first - on).days, "",
                  str(act.known_as_of), act.reference)
                 for event, day in dated if day is not None]
    known = {act.id for act in register.acts}
    rows += [_stay_row(register, stay, name, on)
             for stay in register.suspensions for name in stay.suspends if name in known]
    return pl.DataFrame(rows, schema=_CLOCKS, orient="row").sort("date", "act", "event")


def _stay_row(register: Register, stay: Suspension, act: str,
              on: datetime.date) -> tuple[object, ...]:
    spans = act_spans(register, register.act(act))
    end = max((span.end for span in spans if span.by == stay.id and span.mode == "suspended"),
              default=stay.until.last)
    words = [one.outcome + (" (supposed)" if one.hypothetical else " (recorded)")
             for one in register.outcomes_of(act)]
    unknown = "unknown" if end < on else "open"
    return (act, register.act(act).title, "suspension ends", end, "day", (end - on).days,
            ", ".join(words) or unknown, str(stay.known_as_of), f"{stay.title}; {stay.sources[0]}")


def _checked(register: Register, item: str, destination: str, end_use: str,
             exporter: str | None) -> tuple[Query, str, str | None]:
    problems: list[Problem] = []
    asked, codes = Query(item), [destination, exporter]
    try:
        asked = query(register.forms, item)
    except InputError as error:
        problems += error.problems
    for number, (field, code) in enumerate((("destination", destination), ("exporter", exporter))):
        try:
            codes[number] = None if code is None else place(register.places, code, field)
        except InputError as error:
            problems += error.problems
    if end_use not in END_USES:
        problems.append(Problem("unknown end use", field="end_use", found=repr(end_use),
                                expected="one of " + ", ".join(END_USES),
                                nearest=nearest(end_use, END_USES)))
    if problems:
        raise InputError(problems)
    return asked, codes[0] or destination, codes[1]


def _concerns(register: Register, act: Act, destination: str, exporter: str | None) -> bool:
    if act.reach == "import":
        bound = covers(register.places, (act.issuer,), destination)
        return bound and (exporter is None or covers(register.places, act.destinations, exporter))
    if exporter is not None and not binds(act, exporter, register.places):
        return False
    return meets(act, destination, register.places)


def _clause_status(register: Register, act: Act, clause: Clause, asked: Query, *,
                   on: datetime.date, known_as_of: datetime.date | None) -> ActStatus | None:
    for item in clause.items:
        how = match(register.forms, item, asked)
        if how:
            spans = act_spans(register, act, known_as_of)
            words = (item.name, how, clause.effect)
            return _act_status(register, act, words, spans, on)
        if item.dual_use:
            listing = _listing(register, act, asked)
            spans = dual_use_spans(register, act, listing, known_as_of)
            if spans:
                names = ", ".join(one.id for one in listing)
                words = (f"{item.name} ({names})", "dual_use", clause.effect)
                return _act_status(register, act, words, spans, on)
    return None


def _listing(register: Register, act: Act, asked: Query) -> list[Act]:
    return [one for one in listing_acts(register, act)
            if any(match(register.forms, item, asked)
                   for clause in one.clauses for item in clause.items)]


def _act_status(register: Register, act: Act, words: tuple[str, str, str],
                spans: Sequence[Span], on: datetime.date) -> ActStatus:
    word, span = _word(act, spans, on)
    since = span.start if span else act.start
    until = span.end if span and span.end != OPEN else None
    if word == "ended":
        since, until = None, act.until.last if act.until else _last(spans)
    return ActStatus(
        act.id, act.title, act.issuer, act.kind, act.reach, *words, word, since, until,
        _with_basis(register, act, word, _reading(register, act, word, span, on), on),
        act.reference, act.confidence,
        act.last_known, str(act.known_as_of), act.hypothetical, act.note)


def _word(act: Act, spans: Sequence[Span], on: datetime.date) -> tuple[Status, Span | None]:
    order = ("force", "unknown", "suspended")
    here = sorted((span for span in spans if span.start <= on <= span.end),
                  key=lambda span: order.index(span.mode))
    if here:
        return _BY_MODE[here[0].mode], here[0]
    if spans and on > max(span.end for span in spans):
        return "ended", None
    if act.known_from is not None and on < act.known_from:
        return "not_yet", None
    if act.start is None and act.until is not None and on > act.until.last:
        return "ended", None
    return "announced", None


def _last(spans: Sequence[Span]) -> datetime.date | None:
    end = max((span.end for span in spans), default=OPEN)
    return None if end == OPEN else end


def _reading(register: Register, act: Act, word: Status, span: Span | None,
             on: datetime.date) -> str:
    stay = next((one for one in register.suspensions if span and one.id == span.by), None)
    if stay is not None:
        own = "" if act.id in stay.suspends else " of the act that lists the item"
        end = span.end if span else stay.until
        text = f"the suspension{own} by {stay.id} ({stay.title}) "
        text += (f"runs until {end}; suspended is not repealed" if word == "suspended"
                 else "has ended; by its text an ended suspension revives the act; what followed "
                      f"is not known on {stay.known_as_of}")
    elif word == "announced":
        start = act.effective or act.in_force_by
        text = f"announced on {act.announced}, " + (
            f"takes effect on {start}" if start else "entry into force not read in a source")
    elif word == "not_yet":
        text = f"not yet announced on {on}"
    elif word == "ended":
        text = f"ended on {act.until}" if act.until else "ended"
    else:
        text = f"in force since {span.start if span else act.start}"
        if act.effective is None and act.in_force_by is not None:
            text = f"described as in force in {act.in_force_by}; entry into force not read"
        if act.until is not None:
            text += f", until {act.until}"
    return text


def _with_basis(register: Register, act: Act, word: Status, text: str, on: datetime.date) -> str:
    if act.hypothetical:
        return f"{text}; hypothetical, supposed by branch {register.branch}"
    outcomes = register.outcomes_of(act.id)
    suspended = latest_suspension(register, act.id, on) is not None
    if suspended and outcomes and word in {"in_force", "ended", "suspended"}:
        last = outcomes[-1]
        how = "supposed by" if last.hypothetical else "recorded from"
        text += f"; {last.outcome}, {how} {last.source}"
    elif on > act.known_as_of.last and word == "in_force":
        text += f", as last known on {act.known_as_of} ({act.last_known})"
    return text
