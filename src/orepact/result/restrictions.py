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
from collections.abc import Mapping
from dataclasses import dataclass
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
from orepact.result.simulation import Restrictions

__all__ = ["SETTLED", "Months", "Reported", "reported_levels", "restrictions_of"]

SETTLED = 0.9
"""Shipments of at least this share of base mean that a licence no longer binds."""

ROUNDING = 1e-9

SETTLING_MONTHS = 6
"""Months over which trade moves from the last report to what the licence branch says."""

REVIVAL_HOARDING = 0.5
"""Hoarding when a suspended act revives by its text, against 1 for a new measure (card)."""


_USES = ("civil", "military", "listed")

FORGETTING = 24.0
"""Months in which an alarm fades, for telling which of two weighs more."""

_MEANING = [
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


@dataclass(frozen=True, slots=True)
class Months:
    """A run of months: the first one and how many."""

    first: datetime.date
    count: int

    def number(self, day: datetime.date) -> int:
        """Return the number of the month that holds a day; the first month is 0."""
        return (day.year - self.first.year) * 12 + day.month - self.first.month

    def numbers(self, days: pl.Series) -> npt.NDArray[np.int64]:
        """Return the numbers of the months that hold a column of dates."""
        index = days.dt.year().cast(pl.Int64) * 12 + days.dt.month().cast(pl.Int64)
        return (index - (self.first.year * 12 + self.first.month)).to_numpy()

    def date(self, number: int) -> datetime.date:
        """Return the first day of a month by its number."""
        index = self.first.year * 12 + self.first.month - 1 + number
        return datetime.date(index // 12, index % 12 + 1, 1)

    @property
    def last(self) -> datetime.date:
        """Return the first day of the last month."""
        return self.date(self.count - 1)


@dataclass(frozen=True, slots=True)
class Reported:
    """The exporter's reported shipments of a material ÷ base: `level` by month, NaN after `end`."""

    level: Array
    end: int
    settled: bool


def reported_levels(chain: Chain, months: Months) -> dict[str, Reported]:
    """Return reported shipments by material, interpolated between reports.

    Only rows for all destinations count. A material without reports is left out.
    """
    rows = chain.observed.filter(
        (pl.col("destination") == "ALL") & pl.col("relative_to_base").is_not_null()
    )
    by_material: dict[str, dict[int, float]] = {}
    for names, month, level in rows.select("material", "month", "relative_to_base").iter_rows():
        number = months.number(datetime.date(int(month[:4]), int(month[5:7]), 1))
        for name in names.split("|"):
            by_material.setdefault(name, {})[number] = level
    found: dict[str, Reported] = {}
    for name, points in by_material.items():
        known = sorted(points)
        values = np.array([points[number] for number in known])
        level = np.interp(np.arange(months.count), known, values, left=np.nan, right=np.nan)
        recent = values[[number > known[-1] - 6 for number in known]]
        found[name] = Reported(level, known[-1], bool(recent.mean() >= SETTLED))
    return found


def restrictions_of(
    network: Network,
    chain: Chain,
    register: Register,
    template: LicenceTemplate,
    licence_branch: str,
    months: Months,
    *,
    reported: dict[str, Reported] | None = None,
) -> Restrictions:
    """Return what a definite register means for a network's routes.

    `months` must reach beyond the simulated months by the window's length. Raises `InputError`
    when the register leaves an outcome open in these months.
    """
    exporter = chain.text.exporter
    register = knowing(register, forms_of(network.materials))
    routes = [(route.material, route.importer) for route in network.routes]
    controlled = [
        number
        for number, route in enumerate(network.routes)
        if route.exporter == exporter and route.kind != "new"
    ]
    materials = sorted({route.material for route in network.routes})
    places = sorted({importer for number in controlled for importer in [routes[number][1]]})
    table = permits_by_month(
        register,
        exporter,
        materials,
        places,
        first=months.first,
        last=months.last,
        reach=("issuer",),
    )
    blocs = {region.name: region.bloc for region in network.regions}
    shares = _shares(table, chain, blocs, template, licence_branch, months, reported or {})
    share = np.full((months.count, len(routes)), np.inf)
    since = np.zeros((months.count, len(routes)))
    known = np.zeros((months.count, len(routes)))
    alarm = np.zeros((months.count, len(routes)))
    age = np.zeros((months.count, len(routes)))
    alarms = _alarms(register, exporter, materials, places, months)
    for number in controlled:
        found = shares.get(routes[number])
        if found is not None:
            share[:, number], since[:, number], known[:, number] = found
        if routes[number] in alarms:
            alarm[:, number], age[:, number] = alarms[routes[number]]
    return Restrictions(share, since, known, alarm, age)


def _shares(
    table: pl.DataFrame,
    chain: Chain,
    blocs: Mapping[str, str],
    template: LicenceTemplate,
    licence_branch: str,
    months: Months,
    reported: dict[str, Reported],
) -> dict[tuple[str, str], tuple[Array, Array, Array]]:
    """Return share of base flow, months since force and month known by material and place."""
    held = table.filter(pl.col("state") != "free")
    kinds = held.select(_MEANING).unique(maintain_order=True)
    found = [
        _share(row, template, licence_branch, months, reported)
        for row in kinds.iter_rows(named=True)
    ]
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
    return _by_route(priced, chain, blocs, months)


def _by_route(
    priced: pl.DataFrame, chain: Chain, blocs: Mapping[str, str], months: Months
) -> dict[tuple[str, str], tuple[Array, Array, Array]]:
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
    told = np.zeros((len(cells), months.count), dtype=bool)
    told[cell[priced["as_reported"].to_numpy()], number[priced["as_reported"].to_numpy()]] = True
    known = np.tile(np.arange(months.count, dtype=np.float64), (len(cells), 1))
    new = (use == 0) & (number == start)
    known[cell[new], number[new]] = seen[new]
    found: dict[tuple[str, str], tuple[Array, Array, Array]] = {}
    for place, (material, destination) in enumerate(cells.iter_rows()):
        split = _split(chain, material, destination, blocs.get(destination, ""))
        share = (1.0 - sum(split)) * paths[place, 0]
        share = share + split[0] * paths[place, 1] + split[1] * paths[place, 2]
        free = (paths[place, 0] >= SETTLED - ROUNDING) & ~told[place]
        share = np.where(free, np.inf, share)
        found[material, destination] = (share, _months_held(share), known[place])
    return found


def _months_held(share: Array) -> Array:
    """Return, month by month, for how long trade has been held without a break."""
    held = np.zeros(len(share))
    for number in range(len(share)):
        before = held[number - 1] if number else 0.0
        held[number] = before + 1.0 if np.isfinite(share[number]) else 0.0
    return held


def _share(
    row: dict[str, Any],
    template: LicenceTemplate,
    licence_branch: str,
    months: Months,
    reports: dict[str, Reported],
) -> tuple[float, bool]:
    """Return the share of base flow that a permit lets through and whether a report says so."""
    number, effective = months.number(row["month"]), months.number(row["effective"])
    state, reported = str(row["state"]), reports.get(str(row["material"]))
    share = share_permitted(
        template,
        state,
        number - effective,
        licence_branch,
        end_use=str(row["end_use"]),
        review=str(row["review"]),
        reach=str(row["reach"]),
        newly_imposed=bool(row["newly_imposed"]),
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
        here = np.where(newer == 0, weight * _rest_of_month(day), weight)
        more = here * np.exp(-newer / FORGETTING) > alarm * np.exp(-age / FORGETTING)
        more &= newer >= 0
        found[key] = (np.where(more, here, alarm), np.where(more, newer, age))
    return found


def _rest_of_month(day: datetime.date) -> float:
    """Return the share of a month that is left on a day, that day included."""
    length = calendar.monthrange(day.year, day.month)[1]
    return (length - day.day + 1) / length
