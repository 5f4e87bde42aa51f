"""Trade round a control: what quotas hold back and conduits carry, for routes that evade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from orepact.model.curve import Array
from orepact.network.conduits import Conduit, conduits_of
from orepact.network.network import Network
from orepact.policy.scenario.text import Conduit as ConduitPart
from orepact.policy.scenario.text import Scenario, last_day, start_day
from orepact.result.instruments import Cut
from orepact.result.months import Months
from orepact.result.setting import Restrictions

__all__ = ["conduit_parts", "declared_conduit", "held_by_quotas", "through_conduits"]

_EVADING = ("undeclared", "conduit")

Way = tuple[str, str, str]


def declared_conduit(part: ConduitPart) -> Conduit:
    """Return the routes that a conduit of a scenario means."""
    return Conduit(
        exporter=part.exporter, through=part.through, to=part.to, materials=part.materials
    )


def conduit_parts(network: Network, scenario: Scenario) -> list[ConduitPart]:
    """Return the conduits of materials that the network has; other chains have the rest."""
    known = {material.name for material in network.materials}
    return [part for part in scenario.conduits if known & set(part.materials)]


def held_by_quotas(
    network: Network, cuts: Sequence[Cut], restrictions: Restrictions
) -> Restrictions:
    """Let what a quota holds back of a trade, its even share against base, be open to evasion.

    Conduits may carry all of it; undeclared trade leaks from a part (card `quota-leakage`).
    """
    if not cuts:
        return restrictions
    share, since, known = (
        getattr(restrictions, name).copy() for name in ("share", "since", "known")
    )
    evading: dict[Way, list[int]] = {}
    for column, route in enumerate(network.routes):
        if route.kind in _EVADING:
            evading.setdefault(_way(network, column), []).append(column)
    for cut in cuts:
        ways = {_way(network, int(column)) for column in cut.quota.routes}
        for column in (each for way in sorted(ways) for each in evading.get(way, [])):
            leaks = 1.0 if network.routes[column].kind == "conduit" else cut.leakage
            left = 1.0 - leaks * cut.held
            more = left < np.minimum(share[:, column], 1.0)
            share[more, column] = left[more]
            known[more, column] = cut.quota.known[more]
            since[:, column] = _months_held(share[:, column], since[:, column])
    return replace(restrictions, share=share, since=since, known=known)


def _months_held(share: Array, since: Array) -> Array:
    """Return for how many months some of a trade has been held back."""
    held = since.copy()
    for number in range(len(share)):
        before = held[number - 1] if number else 0.0
        held[number] = max(held[number], before + 1.0) if share[number] < 1.0 else held[number]
    return held


def through_conduits(
    network: Network, scenario: Scenario, months: Months, restrictions: Restrictions
) -> tuple[Restrictions, Array | None]:
    """Return the shares of conduits, and what their trade pays on top (multiple of base price).

    Undeclared trade leaks from what the conduits leave, whether they are approved or not, and what
    the exporter refuses to conduits it refuses to undeclared trade in the same measure.
    """
    parts = conduit_parts(network, scenario)
    if not parts:
        return restrictions, None
    size = restrictions.share.shape
    taken, asked, premium = np.zeros(size), np.zeros(size), np.zeros(size)
    for part in parts:
        for column in conduits_of(network, declared_conduit(part)):
            path = _path(part, scenario, months, restrictions.since[:, column])
            asked[:, column] += path
            taken[:, column] += part.permitted.value * path
            premium[:, column] = part.premium.value
    every: dict[Way, list[int]] = {}
    for column, route in enumerate(network.routes):
        if route.kind == "conduit":
            every.setdefault(_way(network, column), []).append(column)
    carried = taken.copy()
    for column, route in enumerate(network.routes):
        way = _way(network, column)
        if way not in every:
            continue
        whole, wanted = (each[:, every[way]].sum(axis=1) for each in (taken, asked))
        if route.kind == "conduit":
            carried[:, column] /= np.maximum(1.0, whole)
        else:
            approved = np.divide(whole, wanted, out=np.ones(len(wanted)), where=wanted > 0.0)
            carried[:, column] = 1.0 - (1.0 - np.minimum(1.0, wanted)) * approved
    return replace(restrictions, conduit=carried), premium


def _way(network: Network, column: int) -> Way:
    route = network.routes[column]
    return route.material, route.exporter, route.importer


def _path(part: ConduitPart, scenario: Scenario, months: Months, since: Array) -> Array:
    """Return the share of blocked trade that asks for a conduit, month by month."""
    number = np.arange(months.count, dtype=np.float64)
    day = scenario.first if part.month is None else start_day(part.month)
    first = months.number(day)
    last = months.count if part.until is None else months.number(last_day(part.until))
    held = np.minimum(since, number - first + 1.0)
    ramp = np.clip(held / max(1, part.ramp_months), 0.0, 1.0)
    return np.where((number >= first) & (number <= last), part.share.value * ramp, 0.0)
