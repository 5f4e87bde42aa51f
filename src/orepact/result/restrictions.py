"""From permits to routes: what the control register means for every route, month by month.

Permits say which state holds for a material, destination, end use and day; the licence template
says what share of base trade a state lets through. Where shipments were reported after an act came
into force, the report replaces the template; when reports stop at full trade, the act is settled
and no longer binds; when they stop below, the licence branch decides what follows. Nobody counts on
the revival of a suspended act before it comes.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from orepact.model.curve import Array
from orepact.network.chains.chain import Chain
from orepact.network.network import Network
from orepact.policy import (
    LicenceTemplate,
    Register,
    announcements,
    forms_of,
    knowing,
)
from orepact.policy.holds import holds_of
from orepact.result.months import SETTLED, Months, Reported, reported_levels
from orepact.result.permitted import Law, permitted_shares
from orepact.result.setting import Restrictions

__all__ = [
    "FORGETTING",
    "SETTLED",
    "Months",
    "Reported",
    "binding_exporters",
    "bound_routes",
    "laws_of",
    "nearness",
    "reported_levels",
    "rest_of_month",
    "restrictions_of",
]

REVIVAL_HOARDING = 0.5
"""Hoarding when a suspended act revives by its text, against 1 for a new measure (card)."""

NEAR, DISTANCE = 3, 12.0
"""An act that takes effect within `NEAR` months alarms in full; one further away alarms less, by
the factor 1/e for every `DISTANCE` months, and more as its day comes nearer (card)."""

FORGETTING = 24.0
"""Months in which an alarm fades, for telling which of two weighs more."""


def restrictions_of(
    network: Network,
    chain: Chain,
    register: Register,
    template: LicenceTemplate,
    licence_branch: str,
    months: Months,
    *,
    reported: dict[str, Reported] | None = None,
    exporters: Sequence[str] | None = None,
    templates: Mapping[str, LicenceTemplate] | None = None,
    carving: Collection[str] = (),
) -> Restrictions:
    """Return what a definite register means for a network's routes.

    `months` must reach beyond the simulated months by the window's length. `exporters` are those
    whose acts bind, by default the chain's own; reports speak of the chain's own alone, and an act
    of another exporter that was in force in the calibration window is part of the base. `templates`
    are licence templates of single acts, by act id: such an act counts as newly imposed. What an
    act of `carving` refuses military and listed users is blocked even where civil users buy freely;
    these may then go on buying beyond the base, in proportion. Raises `InputError` when the
    register leaves an outcome open in these months.
    """
    laws = laws_of(
        network,
        chain,
        register,
        template,
        licence_branch,
        months,
        reported=reported,
        exporters=exporters,
        templates=templates,
        carving=carving,
    )
    size = (months.count, len(network.routes))
    found = Restrictions(np.full(size, np.inf), *(np.zeros(size) for _ in range(4)))
    for exporter, law in laws.items():
        _bind(network, law, exporter, found)
    return found


def laws_of(
    network: Network,
    chain: Chain,
    register: Register,
    template: LicenceTemplate,
    licence_branch: str,
    months: Months,
    *,
    reported: dict[str, Reported] | None = None,
    exporters: Sequence[str] | None = None,
    templates: Mapping[str, LicenceTemplate] | None = None,
    carving: Collection[str] = (),
) -> dict[str, Law]:
    """Return what decides about the shipments of each exporter, see `restrictions_of`."""
    own = chain.text.exporter
    register = knowing(register, forms_of(network.materials))
    found: dict[str, Law] = {}
    for exporter in dict.fromkeys(exporters if exporters is not None else (own,)):
        told = (reported or {}) if exporter == own else {}
        acts = register if exporter == own else _since_base(register, chain)
        found[exporter] = Law(
            chain, acts, template, licence_branch, months, templates or {}, told, carving
        )
    return found


def binding_exporters(network: Network, chain: Chain, register: Register) -> tuple[str, ...]:
    """Return the exporters whose acts bind: the chain's own, others with acts since its base."""
    own = chain.text.exporter
    register = _since_base(knowing(register, forms_of(network.materials)), chain)
    sold: dict[str, set[str]] = {}
    for route in network.routes:
        sold.setdefault(route.exporter, set()).add(route.material)
    others = [
        exporter
        for exporter, materials in sorted(sold.items())
        if exporter != own
        and any(
            hold.act.reach == "issuer"
            for material in sorted(materials)
            for hold in holds_of(register, exporter, material)
        )
    ]
    return (own, *others)


def _since_base(register: Register, chain: Chain) -> Register:
    """Leave out acts of others than the exporter that were in force in the calibration window."""
    last = datetime.date.fromisoformat(f"{chain.text.calibration.last}-01")
    end = Months(last, 2).last
    kept = tuple(act for act in register.acts if act.start is None or act.start >= end)
    return replace(register, acts=kept)


def bound_routes(
    network: Network, law: Law, exporter: str
) -> tuple[dict[int, tuple[str, str]], list[str], list[str]]:
    """Return the routes that an exporter's acts meet, and the materials and buyers asked for."""
    own = exporter == law.chain.text.exporter
    routes = {
        number: (route.material, route.importer)
        for number, route in enumerate(network.routes)
        if route.exporter == exporter and not (own and route.kind == "new")
    }
    asked = sorted({material for material, _ in routes.values()})
    materials = sorted({route.material for route in network.routes}) if own else asked
    places = sorted({importer for _, importer in routes.values()})
    return routes, materials, places


def _bind(network: Network, law: Law, exporter: str, found: Restrictions) -> None:
    """Write into `found` what the acts on an exporter mean for its routes."""
    routes, materials, places = bound_routes(network, law, exporter)
    shares = permitted_shares(network, law, exporter, materials, places)
    alarms = _alarms(law.register, exporter, materials, places, law.months)
    base = _base_of(network, exporter)
    for number, key in routes.items():
        if key in shares:
            here = shares[key]
            found.share[:, number], found.since[:, number] = here.share, here.since
            found.known[:, number] = here.known
            route = network.routes[number]
            if route.kind == "surge" and here.open.any():
                room = 1.0 + here.share * route.capacity / base[key]
                found.share[here.open, number] = room[here.open]
        if key in alarms:
            found.alarm[:, number], found.age[:, number] = alarms[key]


def _base_of(network: Network, exporter: str) -> dict[tuple[str, str], float]:
    """Return what an exporter ships in the base, by material and importer."""
    found: dict[tuple[str, str], float] = {}
    for route in network.routes:
        if route.exporter == exporter:
            key = (route.material, route.importer)
            found[key] = found.get(key, 0.0) + route.base
    return found


def _alarms(
    register: Register, exporter: str, materials: list[str], places: list[str], months: Months
) -> dict[tuple[str, str], tuple[Array, Array]]:
    """Return what alarms buyers, by material and importer: weight and months since, by month.

    The newest measure counts, unless an older one still weighs more.
    """
    table = announcements(
        register,
        exporter,
        materials,
        places,
        first=months.first,
        last=months.last,
        end_uses=("civil",),
        reach=("issuer",),
    )
    number = np.arange(months.count)
    found: dict[tuple[str, str], tuple[Array, Array]] = {}
    for row in table.filter(
        (pl.col("review") == "ordinary") & (pl.col("state") != "general_licence")
    ).iter_rows(named=True):
        weight = REVIVAL_HOARDING if row["scheduled"] else 1.0
        day = row["effective"] if row["scheduled"] else row["announced"]
        key = (row["material"], row["destination"])
        alarm, age = found.get(key, (np.zeros(months.count), np.zeros(months.count)))
        newer = number - months.number(day)
        here = np.where(newer == 0, weight * rest_of_month(day), weight)
        here = here * nearness(months.number(row["effective"]) - number)
        more = here * np.exp(-newer / FORGETTING) > alarm * np.exp(-age / FORGETTING)
        more &= newer >= 0
        found[key] = (np.where(more, here, alarm), np.where(more, newer, age))
    return found


def nearness(ahead: npt.NDArray[np.int64]) -> Array:
    """Return how far an act alarms that takes effect so many months from each month."""
    return np.exp(-np.maximum(0, ahead - NEAR) / DISTANCE)


def rest_of_month(day: datetime.date) -> float:
    """Return the share of a month that is left on a day, that day included."""
    length = calendar.monthrange(day.year, day.month)[1]
    return (length - day.day + 1) / length
