"""What is wrong with a scenario in itself: ids, ranges, dates, rungs, distributions.

No dataset is needed here; the register only for dates that count from one of its acts.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from typing import cast

from orepact.errors import nearest
from orepact.policy.branches import months_later
from orepact.policy.controls import PartialDate
from orepact.policy.scenario.dates import UNKNOWN, WHEN_FIELDS, numbered
from orepact.policy.scenario.faults import Fault, Location
from orepact.policy.scenario.ranges import all_ranges
from orepact.policy.scenario.text import (
    Conduit,
    Control,
    LicenceShares,
    OutcomePart,
    Part,
    Quota,
    Scenario,
    Tax,
)

__all__ = ["ON_OTHERS", "date_faults", "inner_faults", "last_of"]

_INFINITE = float("inf")
_SHARE = (0.0, 1.0)
_BOUNDS: dict[str, tuple[float, float]] = {
    "quotas.limit": (0.0, _INFINITE), "quotas.share_of_base": (0.0, 10.0),
    "quotas.reserve_share": _SHARE, "quotas.pace": (1.0, 12.0),
    "quotas.leakage": _SHARE, "quotas.carry_over.fraction": _SHARE, "taxes.rate": (0.0, 5.0),
    "outages.activity": _SHARE, "outages.alarm": _SHARE, "demand.factor": (0.0, 20.0),
    "floods.price": (0.01, 2.0), "floods.volume": (0.0, 20.0), "conduits.share": _SHARE,
    "conduits.premium": (0.0, 5.0), "conduits.permitted": _SHARE,
}
"""The range in which a number makes sense, by its path without numbers; licence shares 0 to 1."""

NO_PART = "no such part"
NO_RUNG = "a rung without the rung below"
NO_CLIMB = "no part is on that rung"
ON_OTHERS = frozenset({NO_PART, NO_RUNG, NO_CLIMB, UNKNOWN})
"""Faults that may come only from another part that could not be read."""

_ALL_INSIDE = ("outages", "demand", "floods")


def inner_faults(scenario: Scenario, unread: Collection[str] = ()) -> list[Fault]:
    """Return what is wrong with a scenario in itself, plain dates included.

    `unread` are fields that could not be read: what depends on them is left alone.
    """
    return [
        *_id_faults(scenario),
        *_range_faults(scenario),
        *_part_faults(scenario),
        *_continuation_faults(scenario),
        *_rung_faults(scenario, unread),
        *_distribution_faults(scenario, unread),
        *_header_faults(scenario),
        *date_faults(scenario, unread),
    ]


def date_faults(scenario: Scenario, unread: Collection[str] = ()) -> list[Fault]:
    """Return dates that contradict one another or the scenario's months; relative ones are open."""
    timed = not {"first_month", "months"} & set(unread)
    return [
        fault for at, part in numbered(scenario)
        for fault in (*_order_faults(at, part),
                      *(_window_faults(scenario, at, part) if timed else ()))
    ]


def last_of(scenario: Scenario) -> datetime.date:
    """Return the last day of a scenario's last month."""
    return months_later(scenario.first, scenario.months) - datetime.timedelta(days=1)


def _id_faults(scenario: Scenario) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for at, part in numbered(scenario):
        if part.id in seen:
            yield Fault((*at, "id"), "duplicate id", part.id,
                        f"one part (first given in {seen[part.id]})")
        _ = seen.setdefault(part.id, ".".join(map(str, at)))


def _header_faults(scenario: Scenario) -> Iterator[Fault]:
    for name in ("chains", "licence", "links"):
        values = cast("tuple[str, ...]", getattr(scenario, name))
        for number, value in enumerate(values):
            if value in values[:number]:
                yield Fault((name, number), "given twice", value, "each once")


def _range_faults(scenario: Scenario) -> Iterator[Fault]:
    for path, one in all_ranges(scenario):
        at: Location = tuple(int(key) if key.isdigit() else key for key in path.split("."))
        if not one.low <= one.value <= one.high:
            yield Fault(at, "range is out of order", f"{one.low:g}, {one.value:g}, {one.high:g}",
                        "low ≤ value ≤ high")
            continue
        least, most = _BOUNDS.get(".".join(str(key) for key in at if isinstance(key, str)), _SHARE)
        if one.low < least or one.high > most:
            shown = f"from {least:g}" if most == _INFINITE else f"{least:g} to {most:g}"
            found = f"{one.low:g}" if one.certain else f"{one.low:g} to {one.high:g}"
            yield Fault(at, "outside what makes sense", found, shown)


def _part_faults(scenario: Scenario) -> Iterator[Fault]:
    for at, part in numbered(scenario):
        if isinstance(part, Quota):
            yield from _quota_faults(at, part)
        elif isinstance(part, Conduit):
            ends = (("through", part.to), ("through", part.exporter), ("to", part.exporter))
            for name, other in ends:
                if getattr(part, name) == other:
                    yield Fault((*at, name), "a conduit has three different regions", other,
                                "exporter, through and to each another region")
        elif isinstance(part, OutcomePart) and part.outcome == "extended" and part.until is None:
            yield Fault(at, "an extension needs its new last day", part.id, "until: a day")
        elif isinstance(part, Control) and part.licence is not None:
            yield from _licence_faults(at, part, part.licence)
        for number, name in enumerate(getattr(part, "destinations", ())):
            if name in getattr(part, "excluded", ()):
                yield Fault((*at, "destinations", number), "both meant and excluded", name,
                            "one of the two")


def _quota_faults(at: Location, part: Quota) -> Iterator[Fault]:
    if (part.limit is None) == (part.share_of_base is None):
        found = "neither" if part.limit is None else "both"
        yield Fault(at, "a quota has one size", found, "limit (t per period) or share_of_base")


def _continuation_faults(scenario: Scenario) -> Iterator[Fault]:
    """Yield quotas that continue none, or one that they have no routes in common with."""
    by_id = {part.id: part for part in scenario.quotas}
    for at, part in numbered(scenario):
        if not isinstance(part, Quota) or not part.continues:
            continue
        before, where = by_id.get(part.continues), (*at, "continues")
        if before is None or before is part:
            yield Fault(where, NO_PART, part.continues, "the id of the quota before",
                        nearest(part.continues, [name for name in by_id if name != part.id]))
        elif any(getattr(before, name) != getattr(part, name)
                 for name in ("issuer", "materials", "destinations", "excluded")):
            yield Fault(where, "continues a quota on other trade", part.continues,
                        "the same issuer, materials, destinations and excluded")


def _licence_faults(at: Location, part: Control, licence: LicenceShares) -> Iterator[Fault]:
    paths = (licence.first, licence.approve, licence.refuse)
    if any(paths) and not (licence.approve and licence.refuse):
        yield Fault((*at, "licence"), "own licence shares need both ways they can go",
                    expected="approve and refuse, one share or more each")
    effects = {clause.effect for clause in part.clauses}
    if not effects & {"licence", "stricter_review"}:
        yield Fault((*at, "licence"), "licence shares without a licence",
                    ", ".join(sorted(effects)), "a clause with effect: licence")


def _rung_faults(scenario: Scenario, unread: Collection[str]) -> Iterator[Fault]:
    by_id = {part.id: part for part in scenario.parts}
    rungs = {part.rung for part in scenario.parts}
    for at, part in numbered(scenario):
        if part.rung > 1 and part.rung - 1 not in rungs:
            yield Fault((*at, "rung"), NO_RUNG, part.rung,
                        f"a part with rung: {part.rung - 1}")
        for number, name in enumerate(part.replaces):
            where = (*at, "replaces", number)
            if name not in by_id:
                yield Fault(where, NO_PART, name, "the id of a part of a lower rung",
                            nearest(name, list(by_id)))
            elif by_id[name].rung >= part.rung:
                yield Fault(where, "replaces a part that is not on a lower rung", name,
                            f"a part with a rung below {part.rung}" if part.rung
                            else "a rung of its own")
    if scenario.ladder is None or {"ladder", *unread} != {"ladder"}:
        return
    for number, climb in enumerate(scenario.ladder.climbs):
        if climb and climb not in rungs:
            yield Fault(("ladder", "climbs", number), NO_CLIMB, climb,
                        ", ".join(str(one) for one in sorted({0} | rungs)))
        if climb in scenario.ladder.climbs[:number]:
            yield Fault(("ladder", "climbs", number), "given twice", climb, "each once")


def _distribution_faults(scenario: Scenario, unread: Collection[str]) -> Iterator[Fault]:
    ranges = dict(all_ranges(scenario))
    uncertain = [path for path, one in ranges.items() if not one.certain]
    for number, one in enumerate(scenario.distributions):
        at: Location = ("distributions", number)
        if one.of not in ranges:
            if not unread:
                yield Fault((*at, "of"), "points at no number of the scenario", one.of,
                            "such as " + (uncertain[0] if uncertain else "quotas.0.limit"),
                            nearest(one.of, uncertain))
            continue
        if ranges[one.of].certain:
            yield Fault((*at, "of"), "the number is certain", one.of, "a number with a range")
        if one.kind == "lognormal" and ranges[one.of].low <= 0.0:
            yield Fault((*at, "kind"), "a lognormal range starts above 0", ranges[one.of].low,
                        "a low above 0, or another kind")
        if one.sd is not None and one.kind not in {"normal", "lognormal"}:
            yield Fault((*at, "sd"), "only normal and lognormal have an sd", one.kind)
        if (one.alpha is not None or one.beta is not None) and one.kind != "beta":
            yield Fault((*at, "alpha" if one.alpha is not None else "beta"),
                        "only beta has alpha and beta", one.kind)
        if one.of in [other.of for other in scenario.distributions[:number]]:
            yield Fault((*at, "of"), "given twice", one.of, "each number once")


def _order_faults(at: Location, part: Part) -> Iterator[Fault]:
    days = {name: value for name in WHEN_FIELDS
            if isinstance(value := getattr(part, name, None), PartialDate)}
    start = next((name for name in ("effective", "month", "start") if name in days), "")
    announced, until = days.get("announced"), days.get("until")
    if start and announced and days[start].last < announced.first:
        yield Fault((*at, start), f"{start} before announced", days[start],
                    f"a day from {announced}")
    if start and until and until.last < days[start].first:
        yield Fault((*at, "until"), "ends before it starts", until, f"a day from {days[start]}")


def _window_faults(scenario: Scenario, at: Location, part: Part) -> Iterator[Fault]:
    first, last = scenario.first, last_of(scenario)
    shown = f"{first:%Y-%m} to {last:%Y-%m}"
    start = next((name for name in ("effective", "month", "start")
                  if isinstance(getattr(part, name, None), PartialDate)), "")
    if start:
        day = cast("PartialDate", getattr(part, start))
        supposed = at[0] in _ALL_INSIDE or isinstance(part, Control) or (
            isinstance(part, Quota | Tax) and not part.act)
        if day.first > last:
            yield Fault((*at, start), "starts after the scenario's last month", day, shown)
        elif day.last < first and supposed:
            yield Fault((*at, start), "starts before the scenario's first month", day, shown)
    until = getattr(part, "until", None)
    replayed = isinstance(part, Quota | Tax) and bool(part.act)
    if isinstance(until, PartialDate) and until.last < first and not replayed:
        yield Fault((*at, "until"), "ends before the scenario's first month", until, shown)
    if isinstance(until, PartialDate) and until.first > last and at[0] in _ALL_INSIDE:
        yield Fault((*at, "until"), "ends after the scenario's last month", until, shown)


