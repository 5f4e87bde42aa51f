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
from dataclasses import dataclass, replace
from typing import Any

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
    permits_by_month,
    share_permitted,
)
from orepact.policy.holds import holds_of
from orepact.result.months import SETTLED, Months, Reported, reported_levels
from orepact.result.setting import Restrictions

__all__ = [
    "FORGETTING",
    "SETTLED",
    "Months",
    "Reported",
    "binding_exporters",
    "nearness",
    "reported_levels",
    "rest_of_month",
    "restrictions_of",
]

ROUNDING = 1e-9

SETTLING_MONTHS = 6
"""Months over which trade moves from the last report to what the licence branch says."""

REVIVAL_HOARDING = 0.5
"""Hoarding when a suspended act revives by its text, against 1 for a new measure (card)."""

NEAR, DISTANCE = 3, 12.0
"""An act that takes effect within `NEAR` months alarms in full; one further away alarms less, by
the factor 1/e for every `DISTANCE` months, and more as its day comes nearer (card)."""

_USES = ("civil", "military", "listed")

FORGETTING = 24.0
"""Months in which an alarm fades, for telling which of two weighs more."""

_MEANING = [
    "act",
    "material",
    "month",
    "state",
    "end_use",
    "review",
    "reach",
    "newly_imposed",
    "effective",
    "days_share",
]


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
    act of `carving` refuses military and listed users is blocked even where civil users buy freely.
    Raises `InputError` when the register leaves an outcome open in these months.
    """
    own = chain.text.exporter
    register = knowing(register, forms_of(network.materials))
    size = (months.count, len(network.routes))
    found = Restrictions(np.full(size, np.inf), *(np.zeros(size) for _ in range(4)))
    for exporter in dict.fromkeys(exporters if exporters is not None else (own,)):
        told = (reported or {}) if exporter == own else {}
        acts = register if exporter == own else _since_base(register, chain)
        law = _Law(chain, acts, template, templates or {}, licence_branch, months, told, carving)
        _bind(network, law, exporter, found)
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


@dataclass(frozen=True, slots=True)
class _Law:
    """What decides about the shipments of one exporter."""

    chain: Chain
    register: Register
    template: LicenceTemplate
    templates: Mapping[str, LicenceTemplate]
    licence_branch: str
    months: Months
    reported: dict[str, Reported]
    carving: Collection[str] = ()


def _since_base(register: Register, chain: Chain) -> Register:
    """Leave out acts of others than the exporter that were in force in the calibration window."""
    last = datetime.date.fromisoformat(f"{chain.text.calibration.last}-01")
    end = Months(last, 2).last
    kept = tuple(act for act in register.acts if act.start is None or act.start >= end)
    return replace(register, acts=kept)


def _bind(network: Network, law: _Law, exporter: str, found: Restrictions) -> None:
    """Write into `found` what the acts on an exporter mean for its routes."""
    own = exporter == law.chain.text.exporter
    routes = {
        number: (route.material, route.importer)
        for number, route in enumerate(network.routes)
        if route.exporter == exporter and not (own and route.kind == "new")
    }
    asked = sorted({material for material, _ in routes.values()})
    materials = sorted({route.material for route in network.routes}) if own else asked
    places = sorted({importer for _, importer in routes.values()})
    table = permits_by_month(
        law.register,
        exporter,
        materials,
        places,
        first=law.months.first,
        last=law.months.last,
        reach=("issuer",),
    )
    blocs = {region.name: region.bloc for region in network.regions}
    shares = _shares(table, law, blocs)
    alarms = _alarms(law.register, exporter, materials, places, law.months)
    for number, key in routes.items():
        if key in shares:
            found.share[:, number], found.since[:, number], found.known[:, number] = shares[key]
        if key in alarms:
            found.alarm[:, number], found.age[:, number] = alarms[key]


def _shares(
    table: pl.DataFrame, law: _Law, blocs: Mapping[str, str]
) -> dict[tuple[str, str], tuple[Array, Array, Array]]:
    """Return share of base flow, months since force and month known by material and place."""
    held = table.filter(pl.col("state") != "free")
    kinds = held.select(_MEANING).unique(maintain_order=True)
    found = [_share(row, law) for row in kinds.iter_rows(named=True)]
    cell_key = ["material", "destination", "end_use", "month"]
    priced = held.join(
        kinds.with_columns(
            pl.Series("share", [share for share, _ in found], dtype=pl.Float64),
            pl.Series("as_reported", [told for _, told in found], dtype=pl.Boolean),
        ),
        on=_MEANING,
        how="left",
    ).with_columns(
        pl.when("as_reported")
        .then(pl.col("days_share") / pl.col("days_share").sum().over(cell_key))
        .otherwise("days_share")
        .alias("weight")
    )
    return _by_route(priced, law, blocs)


def _by_route(
    priced: pl.DataFrame, law: _Law, blocs: Mapping[str, str]
) -> dict[tuple[str, str], tuple[Array, Array, Array]]:
    months = law.months
    cells = priced.select("material", "destination").unique(maintain_order=True)
    cell = (
        priced.select("material", "destination")
        .join(cells.with_row_index("cell"), on=["material", "destination"], how="left")["cell"]
        .to_numpy()
    )
    use = priced["end_use"].replace_strict({each: k for k, each in enumerate(_USES)}).to_numpy()
    number, start = months.numbers(priced["month"]), months.numbers(priced["effective"])
    seen = np.where(priced["scheduled"].to_numpy(), start, months.numbers(priced["announced"]))
    paths = np.ones((len(cells), len(_USES), months.count))
    gone = priced["weight"].to_numpy() * (1.0 - priced["share"].to_numpy())
    np.subtract.at(paths, (cell, use, number), gone)
    refused, own = np.zeros_like(paths), priced["act"].is_in(list(law.carving)).to_numpy()
    np.add.at(refused, (cell[own], use[own], number[own]), gone[own])
    told = np.zeros((len(cells), months.count), dtype=bool)
    told[cell[priced["as_reported"].to_numpy()], number[priced["as_reported"].to_numpy()]] = True
    known = np.tile(np.arange(months.count, dtype=np.float64), (len(cells), 1))
    new = (use == 0) & (number == start)
    known[cell[new], number[new]] = seen[new]
    found: dict[tuple[str, str], tuple[Array, Array, Array]] = {}
    for place, (material, destination) in enumerate(cells.iter_rows()):
        split = _split(law.chain, material, destination, blocs.get(destination, ""))
        share = (1.0 - sum(split)) * paths[place, 0]
        share = share + split[0] * paths[place, 1] + split[1] * paths[place, 2]
        free = (paths[place, 0] >= SETTLED - ROUNDING) & ~told[place]
        carved = split[0] * refused[place, 1] + split[1] * refused[place, 2]
        share = np.where(free, np.where(carved > ROUNDING, 1.0 - carved, np.inf), share)
        found[material, destination] = (share, _months_held(share), known[place])
    return found


def _months_held(share: Array) -> Array:
    """Return, month by month, for how long trade has been held without a break."""
    held = np.zeros(len(share))
    for number in range(len(share)):
        before = held[number - 1] if number else 0.0
        held[number] = before + 1.0 if np.isfinite(share[number]) else 0.0
    return held


def _share(row: dict[str, Any], law: _Law) -> tuple[float, bool]:
    """Return the share of base flow that a permit lets through and whether a report says so."""
    number, effective = law.months.number(row["month"]), law.months.number(row["effective"])
    act = str(row["act"])
    state, reported = str(row["state"]), law.reported.get(str(row["material"]))
    share = share_permitted(
        law.templates.get(act, law.template),
        state,
        number - effective,
        law.licence_branch,
        end_use=str(row["end_use"]),
        review=str(row["review"]),
        reach=str(row["reach"]),
        newly_imposed=bool(row["newly_imposed"]) or act in law.templates,
    )
    eased = state in {"licensed", "general_licence"} and row["end_use"] == "civil"
    if reported is None or not eased or effective > reported.end:
        return share, False
    if number <= reported.end:
        level = float(reported.level[number])
        return (share, False) if np.isnan(level) else (level, True)
    if reported.settled:
        return 1.0, False
    last = min(1.0, float(reported.level[reported.end]))
    weight = min(1.0, (number - reported.end) / SETTLING_MONTHS)
    return (1.0 - weight) * last + weight * share, False


def _split(chain: Chain, material: str, destination: str, bloc: str) -> tuple[float, float]:
    """Return the military and the listed share of a destination's imports, else of its bloc's."""
    found = {
        text.region: (text.military, text.listed)
        for text in reversed(chain.text.end_use_split)
        if text.material == material
    }
    named = next((name for name in (destination, bloc, "ALL") if name in found), "")
    return found.get(named, (0.0, 0.0))


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
