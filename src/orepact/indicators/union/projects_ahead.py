"""What announced projects may add by a year: probability by status, delay, ramp.

None of these numbers is published; each is an assumption card with a range and a reason, ids
beginning with ``project-``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.figure import Input
from orepact.indicators.span import Span
from orepact.indicators.union.strategic import Benchmarked, Planned, StrategicMaterials
from orepact.network.chains.text import Card

__all__ = [
    "Addition",
    "addition",
    "additions",
    "chance_card",
    "known_year",
    "ramp",
    "without_capacity",
]

BUILT = ("operating", "superseded")
"""Statuses that add nothing: built before the account, or given up."""

_PROBABILITY: Mapping[str, str] = {
    "commissioning": "project-probability-commissioning",
    "construction": "project-probability-construction",
    "financed_not_built": "project-probability-financed",
    "permitted": "project-probability-permitted",
    "development": "project-probability-development",
    "designated": "project-probability-designated",
    "announced": "project-probability-announced",
    "framework_non_binding": "project-probability-framework",
}
_LEAD: Mapping[str, str] = {
    "commissioning": "project-lead-construction",
    "construction": "project-lead-construction",
    "financed_not_built": "project-lead-permitted",
    "permitted": "project-lead-permitted",
}
_EARLY = "project-lead-early"
_OTHER = "project-probability-announced"
_SLIP, _FIRST, _SECOND = "project-slip", "project-ramp-first", "project-ramp-second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What one project adds to a step in a year: expected tonnes with range, and its inputs."""

    project: str
    name: str
    status: str
    year: int
    tonnes: Span
    arithmetic: str
    inputs: tuple[Input, ...]


def chance_card(status: str) -> str:
    """Return the name of the card with the chance that a project of a status is built."""
    return _PROBABILITY.get(status, _OTHER)


def known_year(bundle: Bundle) -> int:
    """Return the year until which a bundle knows: of its vintage, else of its newest output."""
    years = [int(each) for each in bundle.table("production")["year"]]
    return int(bundle.known.known_until[:4] or max(years, default=0))


def ramp(years: float, first: float, second: float) -> float:
    """Return the part of capacity that runs some years after the start (fraction, 0 to 1).

    0 until the start, `first` after one year, `second` after two, 1 after three, linear between.
    """
    points = (0.0, first, second, 1.0)
    if years <= 0.0:
        return 0.0
    if years >= len(points) - 1:
        return 1.0
    before = int(years)
    return points[before] + (years - before) * (points[before + 1] - points[before])


def additions(
    bundle: Bundle,
    listed: StrategicMaterials,
    cards: Mapping[str, Card],
    material: str,
    step: str,
    year: int,
    countries: Iterable[str],
) -> list[Addition]:
    """Return what the listed projects of some countries add to a material's step by a year."""
    rows = {row["project"]: row for row in _projects(bundle, countries).iter_rows(named=True)}
    now = known_year(bundle)
    return [
        addition(planned, rows[planned.project], cards, year, now)
        for planned in listed.projects
        if (planned.material, planned.step) == (material, step)
        and planned.project in rows
        and rows[planned.project]["status"] not in BUILT
    ]


def addition(
    planned: Planned, row: Mapping[str, object], cards: Mapping[str, Card], year: int, now: int
) -> Addition:
    """Return what a project adds by the end of a year: capacity × probability × ramp.

    `row` is its row of the table of projects, `now` the year of the data, from which projects
    without a stated start are counted. The low end takes the low probability and the long delay,
    the high end the high probability and the short one.
    """
    status = str(row["status"])
    chance = cards[chance_card(status)]
    stated = row["start_year"]
    start = float(stated) if isinstance(stated, int) else None
    wait = cards[_SLIP] if start is not None else cards[_LEAD.get(status, _EARLY)]
    begin = float(now) if start is None else start
    parts = [
        ramp(year + 1 - begin - delay, first, second)
        for delay, first, second in zip(
            (wait.value, wait.high, wait.low),
            (cards[_FIRST].value, cards[_FIRST].low, cards[_FIRST].high),
            (cards[_SECOND].value, cards[_SECOND].low, cards[_SECOND].high),
            strict=True,
        )
    ]
    made = Span(chance.value * parts[0], chance.low * parts[1], chance.high * parts[2]).times(
        planned.tonnes_per_year
    )
    return Addition(
        project=planned.project,
        name=str(row["name"]),
        status=status,
        year=year,
        tonnes=made,
        arithmetic=f"{planned.tonnes_per_year:,.4g} × {chance.value:g} × {parts[0]:.3g}",
        inputs=(
            Input(
                name=f"{row['name']}: announced capacity",
                value=planned.tonnes_per_year,
                unit="t/year",
                source=str(row["source"]).partition("|")[0],
                period=f"start {stated or 'not stated'}",
                flag=status,
                where=f"projects {planned.project}: {planned.reason}",
            ),
            *(_carded(card) for card in (chance, wait, cards[_FIRST], cards[_SECOND])),
        ),
    )


def without_capacity(
    bundle: Bundle,
    listed: StrategicMaterials,
    material: str,
    benchmark: Benchmarked,
    countries: Iterable[str],
) -> list[str]:
    """Return the names of listed projects of a material whose added tonnes nobody published.

    Projects that run or were given up are left out; so are those whose tonnes are in the list.
    """
    minerals = set(listed.material(material).minerals)
    planned = {one.project for one in listed.projects if one.material == material}
    found: list[str] = []
    for row in _projects(bundle, countries).iter_rows(named=True):
        stages = {listed.stages.get(word) for word in str(row["stage"]).split("|")}
        if (
            minerals & set(str(row["minerals"]).split("|"))
            and benchmark in stages
            and row["project"] not in planned
            and row["status"] not in BUILT
        ):
            found.append(str(row["name"]))
    return found


def _projects(bundle: Bundle, countries: Iterable[str]) -> pl.DataFrame:
    wanted = list(countries)
    return bundle.table("projects").filter(
        pl.col("country").str.split("|").list.eval(pl.element().is_in(wanted)).list.any()
    )


def _carded(card: Card) -> Input:
    return Input(
        name=card.title,
        value=card.value,
        unit=card.unit,
        source=f"card:{card.card}",
        where=f"{card.low:g} to {card.high:g}: {card.reason}",
    )
