"""The seven things that the Union's law says to monitor, for any region and mineral.

Regulation (EU) 2024/1252, Art. 20(1), in our own words: (a) trade flows with third countries and
within the internal market, (b) supply and demand, (c) concentration of supply, (d) Union and global
production and production capacities at the stages of the value chain, (e) price volatility, (f)
bottlenecks at any stage of Union production and in permitting strategic projects, (g) potential
obstacles to trade in critical raw materials or in goods that use them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.dependence.dependence import apparent_consumption
from orepact.indicators.dependence.supplier_dependence import (
    controlled_share,
    largest_share,
    supplier_hhi,
    suppliers_of,
)
from orepact.indicators.figure import Figure, Input
from orepact.indicators.sector.controls_in_force import controls_count, controls_on
from orepact.indicators.tables.mineral_year import mineral_year
from orepact.indicators.tables.place_balance import (
    PlaceBalance,
    accounted_bottlenecks,
    accounted_supply,
    balances,
    place_of,
)
from orepact.indicators.tables.region_members import region_members
from orepact.indicators.tables.shares import concentration_of, production_shares
from orepact.indicators.tables.stage_output import stage_capacity, stage_output
from orepact.indicators.tables.trade_flows import trade_flows
from orepact.indicators.tables.volatility import price_volatility
from orepact.network.accounts.raw import Tables
from orepact.policy import Register

if TYPE_CHECKING:
    from orepact.network.world import World

__all__ = ["ARTICLE", "TILES", "Watch", "monitor", "tiles"]

ARTICLE = "Regulation (EU) 2024/1252, Art. 20(1), paraphrased"
TILES: Mapping[str, str] = {
    "a": "trade flows",
    "b": "supply and demand",
    "c": "concentration of supply",
    "d": "production and capacity by stage",
    "e": "price volatility",
    "f": "bottlenecks in production and permitting",
    "g": "obstacles to trade",
}
"""Letters of the law, and what each tile is called."""

WAITING = ("announced", "development", "designated", "framework_non_binding")
"""Statuses of projects that hold no permit as far as the table of projects says."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched: a mineral for a region on a day.

    Without `world` tiles that need an account say so; without `register` the last tile does.
    `tables` of `mineral_year.tables_of_year`, of the newest year of trade, saves
    time for many minerals.
    """

    bundle: Bundle
    region: str
    mineral: str
    on: datetime.date
    world: World | None = None
    register: Register | None = None
    tables: Tables | None = None


def monitor(watch: Watch) -> list[Figure]:
    """Return the seven tiles as figures, in the order of the law; `coverage` has tile and title.

    Every tile has at least one figure; one without data has no value and says why. Raises
    `InputError` with every unknown name: region and mineral.
    """
    _ = region_members(watch.bundle, watch.region)
    _known(watch.bundle, watch.mineral)
    rows = balances(watch.world, watch.region, watch.mineral) if watch.world else []
    found = {
        "a": trade_flows(watch.bundle, watch.region, watch.mineral),
        "b": _supply_and_demand(watch, rows),
        "c": _concentration(watch),
        "d": [
            *stage_output(watch.bundle, watch.region, watch.mineral),
            *stage_capacity(watch.bundle, watch.region, watch.mineral),
        ],
        "e": price_volatility(watch.bundle, watch.mineral),
        "f": [*_bottlenecks(rows), *_permitting(watch)],
        "g": _obstacles(watch),
    }
    return [
        replace(
            one,
            region=one.region or watch.region,
            mineral=one.mineral or watch.mineral,
            coverage={"tile": letter, "title": TILES[letter], **one.coverage},
        )
        for letter, figures in found.items()
        for one in figures
    ]


def tiles(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    """Return the figures of `monitor` by tile, every tile of the law present."""
    found: dict[str, list[Figure]] = {letter: [] for letter in TILES}
    for one in figures:
        found[str(one.coverage["tile"])].append(one)
    return found


def _known(bundle: Bundle, mineral: str) -> None:
    names = bundle.table("minerals")["mineral"].to_list()
    if mineral not in names:
        raise InputError(
            [
                Problem(
                    "unknown mineral",
                    field="mineral",
                    found=repr(mineral),
                    expected=f"one of {len(names)} minerals",
                    nearest=nearest(mineral, names),
                )
            ]
        )


def _supply_and_demand(watch: Watch, rows: list[PlaceBalance]) -> list[Figure]:
    figures = [*accounted_supply(rows), *_reported(watch), *_apparent(watch)]
    reason = "no account, no reported consumption and no trade to compute it from"
    return figures or [Figure(indicator="demand", value=None, unit="t/year", missing=reason)]


def _apparent(watch: Watch) -> list[Figure]:
    """Return apparent consumption from output and bilateral trade of the newest year."""
    years = watch.bundle.table("trade")["year"].unique().to_list()
    year = max((int(each) for each in years), default=0)
    item = mineral_year(watch.bundle, watch.mineral, year, tables=watch.tables)
    return apparent_consumption(item, watch.region)


def _reported(watch: Watch) -> list[Figure]:
    """Return consumption that a publisher prints: statistics of the USA, single estimates."""
    figures: list[Figure] = []
    if watch.region == "USA":
        rows = watch.bundle.table("us_statistics").filter(
            pl.col("mineral") == watch.mineral, pl.col("statistic") == "consumption"
        )
        for (detail,), part in rows.group_by("detail", maintain_order=True):
            figures.append(_statistic(str(detail), part.sort("year").row(-1, named=True)))
    code = "E27" if watch.region in {"EU27", "E27"} else watch.region
    single = watch.bundle.table("estimates").filter(
        mineral=watch.mineral, country=code, metric="consumption"
    )
    figures += [
        Figure(
            indicator="demand",
            value=row["value"],
            unit=f"{row['unit']}/year",
            form="single estimate",
            period=row["period"],
            note=row["note"],
            inputs=(
                Input(
                    name="consumption",
                    value=row["value"],
                    unit=row["unit"],
                    source=row["source"],
                    period=row["period"],
                    where=f"estimates, grade {row['grade']}",
                ),
            ),
        )
        for row in single.iter_rows(named=True)
    ]
    return figures


def _statistic(detail: str, row: Mapping[str, object]) -> Figure:
    value = row["value"]
    return Figure(
        indicator="demand",
        value=float(value) if isinstance(value, int | float) else None,
        unit=f"{row['unit']}/year",
        form=detail,
        period=str(row["year"]),
        missing="" if value is not None else f"withheld or not given: {row['printed']}",
        inputs=(
            Input(
                name=detail,
                value=float(value) if isinstance(value, int | float) else None,
                unit=str(row["unit"]),
                source=str(row["source"]),
                edition=str(row["edition"]),
                period=str(row["year"]),
                flag=str(row["flag"]),
                where="us_statistics",
            ),
        ),
    )


def _concentration(watch: Watch) -> list[Figure]:
    figures: list[Figure] = []
    made = watch.bundle.table("production").filter(
        pl.col("mineral") == watch.mineral, pl.col("preferred") == "1"
    )
    for stage in sorted(set(made["stage"])):
        year = max(int(each) for each in made.filter(stage=stage)["year"])
        shares = production_shares(watch.bundle, watch.mineral, stage, year)
        low, high = concentration_of(shares)
        top = shares.filter(pl.col("value").is_not_null()).head(1)
        known = not top.is_empty()
        figures.append(
            Figure(
                indicator="concentration of world output",
                value=low if known else None,
                low=low if known else None,
                high=min(1.0, high) if known else None,
                unit="1",
                region="WLD",
                stage=stage,
                period=str(year),
                arithmetic="sum of squared shares; high: the rest is one country",
                method="Herfindahl 1950, Hirschman 1964",
                missing="" if known else "every output is withheld",
                note=f"largest: {top['country'][0]} {top['value'][0]:.3g}" if known else "",
                inputs=(
                    Input(
                        name="shares of output",
                        value=None,
                        unit="1",
                        source=str(shares["source"][0]) if len(shares) else "",
                        period=str(year),
                        where=f"production, {shares.height} countries",
                    ),
                ),
            )
        )
    for each in suppliers_of(watch.bundle, watch.mineral, watch.region):
        figures += [largest_share(each), supplier_hhi(each)]
    reason = "no shares of output and no origins are published"
    return figures or [
        Figure(indicator="concentration of world output", value=None, unit="1", missing=reason)
    ]


def _bottlenecks(rows: list[PlaceBalance]) -> list[Figure]:
    reason = "no chain of this mineral with the region as a place"
    return accounted_bottlenecks(rows) or [
        Figure(indicator="own output over own need", value=None, unit="1", missing=reason)
    ]


def _permitting(watch: Watch) -> list[Figure]:
    """Return how many listed projects hold no permit; nobody publishes how long one takes."""
    inside = sorted(region_members(watch.bundle, watch.region))
    rows = watch.bundle.table("projects").filter(
        pl.col("country").str.split("|").list.eval(pl.element().is_in(inside)).list.any(),
        pl.col("minerals").str.split("|").list.contains(watch.mineral),
    )
    waiting = rows.filter(pl.col("status").is_in(WAITING))
    return [
        Figure(
            indicator="listed projects without a permit as far as known",
            value=float(waiting.height) if rows.height else None,
            unit="1",
            arithmetic=f"{waiting.height} of {rows.height} listed projects",
            missing="" if rows.height else "no project is listed",
            note="; ".join(f"{n}: {s}" for n, s in rows.select("name", "status").iter_rows()),
            inputs=tuple(
                Input(
                    name=row["name"],
                    value=row["capacity_t_per_year"],
                    unit="t/year",
                    source=str(row["source"]).partition("|")[0],
                    flag=row["status"],
                    where=f"projects {row['project']}",
                )
                for row in rows.iter_rows(named=True)
            ),
            coverage={"listed": "a part of all projects"},
        ),
        Figure(
            indicator="months from application to permit",
            value=None,
            unit="month",
            method="Regulation (EU) 2024/1252, Art. 11: 27 months for extraction, 15 for others",
            missing="nobody publishes the time that permitting takes by project",
        ),
    ]


def _obstacles(watch: Watch) -> list[Figure]:
    figures = _duties(watch)
    if watch.register is None:
        reason = "no register of export controls was given"
        return [
            *figures,
            Figure(indicator="controls_in_force", value=None, unit="1", missing=reason),
        ]
    try:
        place = place_of(watch.region)
        acts, unknown = controls_on(watch.register, [watch.mineral], place, watch.on)
    except InputError as error:
        reason = "; ".join(str(problem) for problem in error.problems)
        return [
            *figures,
            Figure(indicator="controls_in_force", value=None, unit="1", missing=reason),
        ]
    reason = "the register's vocabulary has no such mineral" if unknown else ""
    counted = controls_count(acts, watch.mineral, watch.region, watch.on, missing=reason)
    shares = (
        []
        if unknown
        else [
            controlled_share(each, acts)
            for each in suppliers_of(watch.bundle, watch.mineral, watch.region)
        ]
    )
    return [counted, *shares, *figures]


def _duties(watch: Watch) -> list[Figure]:
    """Return the import duties of the region on the mineral."""
    codes = ["EU", "E27", "EU27"] if watch.region in {"EU27", "E27"} else [watch.region]
    rows = watch.bundle.table("tariffs").filter(
        pl.col("importer").is_in(codes),
        pl.col("mineral").str.split("|").list.contains(watch.mineral),
    )
    return [
        Figure(
            indicator="import duty",
            value=row["rate_high"],
            low=row["rate_low"],
            high=row["rate_high"],
            unit="1",
            form=f"{row['instrument']}: {row['product']}, origin {row['origin']}",
            period=row["effective_from"],
            missing="" if row["rate_high"] is not None else f"as printed: {row['rate_text']}",
            note=row["status"],
            inputs=(
                Input(
                    name=row["tariff"],
                    value=row["rate_high"],
                    unit="1",
                    source=row["source"],
                    where="tariffs",
                ),
            ),
        )
        for row in rows.iter_rows(named=True)
    ]
