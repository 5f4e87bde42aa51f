"""A scenario in plain words: what happens when, to whom, how large, how sure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from orepact.policy.controls import PartialDate
from orepact.policy.register import Register
from orepact.policy.scenario.calendar import Entry
from orepact.policy.scenario.dates import dated, day_back, numbered, span_of
from orepact.policy.scenario.diff import Change
from orepact.policy.scenario.laid import climbs_of
from orepact.policy.scenario.text import (
    Conduit,
    Control,
    DemandChange,
    Flood,
    Outage,
    OutcomePart,
    Part,
    Quota,
    Ranged,
    Scenario,
    Tax,
)

__all__ = ["calendar_table", "change_line", "head_pairs", "part_rows", "part_words"]

_PERCENT = 100.0
_EFFECTS = {
    "licence": "needs a licence", "stricter_review": "needs a licence under closer review",
    "presumption_of_denial": "is refused in principle", "ban": "is banned",
    "general_licence": "has a general licence", "other": "has a rule that holds nothing back",
}
_SINGULAR = {"outcomes": "outcome", "controls": "control", "quotas": "quota", "taxes": "tax",
             "outages": "outage", "demand": "demand", "floods": "flood", "conduits": "conduit"}


def head_pairs(scenario: Scenario) -> list[tuple[str, str]]:
    """Return labels and texts that introduce a scenario."""
    climbs = climbs_of(scenario)
    return [
        ("what happens", scenario.text),
        ("why", scenario.reason),
        ("chains", ", ".join(scenario.chains)),
        ("months", f"{scenario.months} from {scenario.first_month}"),
        ("open outcomes", f"branch {scenario.branch}"),
        ("licences", " and ".join(scenario.licence)
         + (", each by itself" if len(scenario.licence) > 1 else "")),
        ("ladder", "" if climbs == (0,) else "rungs run side by side: "
         + ", ".join(str(one) for one in climbs)),
        ("sources", ", ".join(scenario.sources)),
    ]


def part_rows(scenario: Scenario, register: Register) -> list[dict[str, Any]]:
    """Return a row per part: id, kind, rung, from, until, what, reason, basis, in order of date.

    Raises `InputError` for dates that cannot be worked out.
    """
    rows = [
        {
            "id": part.id, "kind": _SINGULAR[str(at[0])], "rung": part.rung,
            "from": _first(part, scenario, register), "until": _day(span_of(part)[1]),
            "what": part_words(part, register), "reason": part.reason,
            "basis": part.source or (f"card {part.card}" if part.card else "supposed"),
        }
        for at, part in numbered(dated(scenario, register))
    ]
    return sorted(rows, key=lambda row: (row["from"], row["rung"]))


def _first(part: Part, scenario: Scenario, register: Register) -> str:
    """Return the first day of a part; of an outcome without a day of its own that of its act.

    A conduit without a day opens with the scenario.
    """
    first = _day(span_of(part)[0])
    if not first and isinstance(part, Conduit):
        return scenario.first.isoformat()
    if first or not isinstance(part, OutcomePart):
        return first
    back = day_back(part, register)
    return str(back) if isinstance(back, PartialDate) else ""


def part_words(part: Part, register: Register | None = None) -> str:
    """Return a part as a sentence with units; dates stand beside it.

    With a register the outcome of a suspension is told of the acts that it suspends.
    """
    words = ""
    match part:
        case OutcomePart():
            words = _outcome_words(part, register)
        case Control():
            words = _control_words(part)
        case Quota():
            words = _quota_words(part)
        case Tax():
            words = (f"{part.issuer} taxes {_goods(part)}{_whom(part)}: {_percent(part.rate)} of "
                     f"the exporter's price{_announced(part)}")
        case Outage():
            alarm = "" if part.alarm.high == 0.0 else f"; alarm of buyers {_percent(part.alarm)}"
            words = f"{part.process} in {part.region} runs at {_percent(part.activity)}{alarm}"
        case DemandChange():
            where = "everywhere" if part.region == "ALL" else f"in {part.region}"
            words = f"use for {part.use} {where} is {_times(part.factor)} its base"
        case Flood():
            words = (f"{part.region} offers {', '.join(part.materials)} at {_percent(part.price)} "
                     f"of the base price, up to {_times(part.volume)} base capacity")
        case Conduit():
            words = _conduit_words(part)
        case _:
            pass
    return words


def change_line(change: Change) -> str:
    """Return a difference as a line: a sign, the part, the field, both values with their unit."""
    sign = {"added": "+", "removed": "-", "changed": "~"}[change.change]
    name = f"{change.kind} {change.part}".strip() or "scenario"
    if not change.field:
        return f"{sign} {name}: {change.before or change.after}"
    unit = f" {change.unit}" if change.unit else ""
    values = [f"{text}{unit}" if text else "nothing" for text in (change.before, change.after)]
    return f"{sign} {name}, {change.field}: {values[0]} → {values[1]}"


def calendar_table(entries: Sequence[Entry]) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the months in which something changes, and what is in force in all months.

    Columns: month, begins, ends, and what is in force at the end of the month.
    """
    months = list(dict.fromkeys(one.month for one in entries))
    going: dict[str, int] = {}
    for one in entries:
        going[one.id] = going.get(one.id, 0) + (one.state == "goes on")
    always = tuple(name for name, count in going.items() if count == len(months))

    def names(month: str, *states: str) -> str:
        return ", ".join(dict.fromkeys(one.id for one in entries if one.month == month
                                       and one.state in states and one.id not in always))

    rows = [
        {"month": month, "begins": names(month, "begins", "begins and ends"),
         "ends": names(month, "ends", "begins and ends"),
         "in force after": names(month, "begins", "goes on")}
        for month in months
    ]
    changing = [row for row in rows if row is rows[0] or row["begins"] or row["ends"]]
    return pl.DataFrame(changing), always


def _outcome_words(part: OutcomePart, register: Register | None) -> str:
    stays = register.suspensions if register is not None else ()
    acts = next((one.suspends for one in stays if one.id == part.act), ())
    back = "are" if len(acts) > 1 else "is"
    words = {"revives": f"{back} back in force",
             "extended": "stay suspended" if len(acts) > 1 else "stays suspended",
             "repealed": f"{back} repealed", "escalates": f"{back} back in force, as a step up"}
    by = f" (suspended by {part.act})" if acts else ""
    return f"{', '.join(acts) or part.act} {words[part.outcome]}{by}"


def _control_words(part: Control) -> str:
    clauses = [
        f"{', '.join(item.name for item in clause.items)} {_EFFECTS[clause.effect]}"
        + ("" if len(clause.end_uses) > 2 else f" for {' and '.join(clause.end_uses)} users")
        for clause in part.clauses
    ]
    own = "; with licence shares of its own" if part.licence else ""
    return f"{part.issuer}: {'; '.join(clauses)}{_whom(part)}{own}{_announced(part)}"


def _quota_words(part: Quota) -> str:
    size = (f"{_amount(part.limit)} t" if part.limit is not None
            else f"{_percent(part.share_of_base)} of base trade" if part.share_of_base else "?")
    words = f"{part.issuer} ships at most {size} a {part.per} of {_goods(part)}{_whom(part)}"
    if part.reserve_share.high > 0.0:
        words += f"; it keeps {_percent(part.reserve_share)} of it back"
    if part.carry_over is not None:
        words += (f"; {_percent(part.carry_over.fraction)} of the unused rest may go in the "
                  f"{part.carry_over.months} months after")
    if part.pace is not None:
        words += f"; in a month at most {_times(part.pace)} an even share of what is left"
    words += f"; it leaks {_percent(part.leakage)} as much as a ban would"
    if part.licences != "unknown":
        words += f"; licences to ship are {'auctioned' if part.licences == 'auctioned' else 'free'}"
    if part.continues:
        words += f"; what {part.continues} leaves passes on to it"
    return words + _announced(part)


def _conduit_words(part: Conduit) -> str:
    return (f"{_percent(part.share)} of what {part.to} can no longer buy of {_goods(part)} from "
            f"{part.exporter} comes through {part.through}, {_percent(part.premium)} dearer, after "
            f"{part.ramp_months} months; {part.exporter} approves {_percent(part.permitted)} of it")


def _goods(part: Quota | Tax | Conduit) -> str:
    return ", ".join(part.materials)


def _whom(part: Control | Quota | Tax) -> str:
    if part.destinations == ("ALL",):
        return f" except for {', '.join(part.excluded)}" if part.excluded else ""
    return f" for {', '.join(part.destinations)}"


def _announced(part: Control | Quota | Tax) -> str:
    return f" (announced {part.announced})"


def _amount(one: Ranged) -> str:
    return _spread(one, lambda number: f"{number:,.4g}" if number < 1000 else f"{number:,.0f}")


def _percent(one: Ranged) -> str:
    return _spread(one, lambda number: f"{number * _PERCENT:.3g} %")


def _times(one: Ranged) -> str:
    return _spread(one, lambda number: f"{number:.3g}") + " times"


def _spread(one: Ranged, text: Callable[[float], str]) -> str:
    if one.low == one.high:
        return text(one.value)
    return f"{text(one.value)} ({text(one.low)} to {text(one.high)})"


def _day(day: datetime.date) -> str:
    return "" if day in {datetime.date.min, datetime.date.max} else day.isoformat()
