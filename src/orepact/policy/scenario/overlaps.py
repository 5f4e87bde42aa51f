"""Parts that speak of the same thing at the same time, and outcomes that contradict each other."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from itertools import combinations

from orepact.data.text import Location
from orepact.policy.controls import ALL
from orepact.policy.places import Places, covers, known_places
from orepact.policy.register import Register
from orepact.policy.scenario.dates import numbered, span_of
from orepact.policy.scenario.faults import Fault
from orepact.policy.scenario.laid import at_rung
from orepact.policy.scenario.text import (
    Conduit,
    DemandChange,
    Flood,
    Outage,
    OutcomePart,
    Part,
    Quota,
    Scenario,
    Tax,
)

__all__ = ["overlap_faults"]


def overlap_faults(scenario: Scenario, register: Register) -> list[Fault]:
    """Return the parts of a scenario with plain dates that overlap another one before them.

    Two parts overlap when they have the same target in the same days on one climb of the ladder.
    Controls may lie over one another: the strictest decides.
    """
    rungs = sorted({part.rung for part in scenario.parts})
    together = {rung: {id(part) for part in at_rung(scenario, rung).parts} for rung in rungs}
    placed = list(numbered(scenario))
    faults: list[Fault] = []
    for (_, first), (at, second) in combinations(placed, 2):
        if not {id(first), id(second)} <= together[max(first.rung, second.rung)]:
            continue
        target = _shared(first, second, register)
        days = _days(first, second)
        if target and days:
            faults.append(Fault(at, f"overlaps with {first.id}", f"{target}, {days}",
                                "days apart, or replaces: on a higher rung"))
    return faults + list(_outcome_faults(placed, register))


def _days(first: Part, second: Part) -> str:
    (a, b), (c, d) = span_of(first), span_of(second)
    start, end = max(a, c), min(b, d)
    if start > end:
        return ""
    since = "" if start == datetime.date.min else f"from {start}"
    if end == datetime.date.max:
        return since or "always"
    return f"{since} to {end}".strip()


def _shared(first: Part, second: Part, register: Register) -> str:
    """Return what two parts both speak of, in words, or an empty string."""
    match first, second:
        case (Quota(), Quota()) | (Tax(), Tax()):
            return _shared_trade(first, second, register.places)
        case Outage(), Outage() if (first.process, first.region) == (second.process, second.region):
            return f"{first.process}@{first.region}"
        case DemandChange(), DemandChange():
            return _shared_use(first, second)
        case Flood(), Flood() if first.region == second.region:
            return _both(first.materials, second.materials, f"{first.region}: ")
        case Conduit(), Conduit() if _way(first) == _way(second):
            return _both(first.materials, second.materials, _way(first))
        case _:
            return ""


def _shared_trade(first: Quota | Tax, second: Quota | Tax, places: Places) -> str:
    if first.issuer != second.issuer:
        return ""
    met = [place for place in known_places(places)
           if all(covers(places, one.destinations, place)
                  and not covers(places, one.excluded, place) for one in (first, second))]
    return _both(first.materials, second.materials, f"{first.issuer}: ") if met else ""


def _shared_use(first: DemandChange, second: DemandChange) -> str:
    if first.use != second.use or (first.chain and second.chain and first.chain != second.chain):
        return ""
    if ALL not in (first.region, second.region) and first.region != second.region:
        return ""
    return f"{first.use}@{first.region if second.region == ALL else second.region}"


def _way(one: Conduit) -> str:
    return f"{one.exporter} > {one.through} > {one.to}: "


def _both(first: tuple[str, ...], second: tuple[str, ...], before: str) -> str:
    shared = [name for name in first if name in second]
    return before + ", ".join(shared) if shared else ""


def _outcome_faults(placed: list[tuple[Location, Part]], register: Register) -> Iterator[Fault]:
    """Yield outcomes of one act that cannot both be true: two ends, or an end inside a rest."""
    stays = {one.id: one.suspends for one in register.suspensions}
    parts = [(at, part) for at, part in placed if isinstance(part, OutcomePart)]
    for (_, first), (at, second) in combinations(parts, 2):
        acts = set(stays.get(first.act, (first.act,))) & set(stays.get(second.act, (second.act,)))
        if first.rung != second.rung or not acts:
            continue
        if (first.act in stays) != (second.act in stays) and not _nothing_left(
                first.act if first.act in stays else second.act, first.rung, parts, stays):
            continue
        if _agree(first, second):
            continue
        yield Fault(at, f"contradicts {first.id}",
                    f"{second.outcome} beside {first.outcome} of {', '.join(sorted(acts))}",
                    "one outcome, or extensions that end before the last one starts")


def _nothing_left(stay: str, rung: int, parts: list[tuple[Location, OutcomePart]],
                  stays: Mapping[str, tuple[str, ...]]) -> bool:
    """Say whether outcomes of single acts leave an outcome of their suspension no act at all."""
    single = {part.act for _, part in parts if part.rung == rung and part.act not in stays}
    return set(stays[stay]) <= single


def _agree(first: OutcomePart, second: OutcomePart) -> bool:
    if first.outcome == second.outcome == "extended":
        return first.until != second.until
    for longer, other in ((first, second), (second, first)):
        if longer.outcome == "extended" and other.outcome != "extended":
            start, end = span_of(other)[0], span_of(longer)[1]
            return end < start
    return False
