"""Collect the figures of a mineral for a region: an overview by stage, and every figure by its id.

Nothing is computed here. Each function of `orepact.indicators` that returns figures is asked, and
its figures are put beside one another.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from orepact.data.bundle import Bundle
from orepact.data.dataset.editions import known_minerals
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.early_warning import band_of, early_warning
from orepact.indicators.eu_economic_importance import criticality
from orepact.indicators.figure import Figure
from orepact.indicators.governance import concentration
from orepact.indicators.region_members import REGION_GROUPS, region_members
from orepact.indicators.sourcing_figures import published_shares
from orepact.indicators.supplier_dependence import (
    Suppliers,
    largest_share,
    supplier_hhi,
    suppliers_of,
)
from orepact.indicators.warning_record import Record, warning_record
from orepact.indicators.warning_rules import Rules, read_rules
from orepact.policy import Register
from orepact.studies.figures import pick_figure

__all__ = [
    "FAMILIES",
    "ROLES",
    "Line",
    "Warnings",
    "concentration_figures",
    "find_figure",
    "known_mineral",
    "known_region",
    "lines_of",
    "risk_figures",
    "sourcing_figures",
    "supplier_figures",
    "warnings_on",
]

UNION = "EU27"
WORLD = "WLD"
_UNION_NAMES = ("E27", "EU", UNION)

ROLES: tuple[str, ...] = (
    "supplier",
    "supplier_hhi",
    "producer_hhi",
    "supply_risk",
    "economic_importance",
    "critical",
    "early_warning",
)
"""What an overview says of a mineral at a stage, in the order of its columns."""


@dataclass(frozen=True, slots=True)
class Line:
    """One stage of a mineral for a region: its figures by role; a role without a figure is absent.

    Economic importance and early warning are those of the mineral.
    """

    mineral: str
    region: str
    stage: str
    figures: Mapping[str, Figure] = field(default_factory=dict[str, Figure])


@dataclass(frozen=True, slots=True)
class Warnings:
    """What the early-warning index of a day is computed from, read once for many minerals."""

    record: Record = field(repr=False)
    rules: Rules = field(repr=False)
    on: datetime.date

    def figures(self, mineral: str) -> tuple[Figure, ...]:
        """Return the index of shortage and of oversupply of a mineral; none if it is not known."""
        if mineral not in self.record.minerals:
            return ()
        return tuple(
            early_warning(self.record, mineral, self.on, self.rules, direction)
            for direction in ("shortage", "oversupply")
        )

    def band(self, figure: Figure) -> str:
        """Return the band of an index in words."""
        return band_of(figure.value, self.rules)


def warnings_on(bundle: Bundle, register: Register, on: datetime.date) -> Warnings:
    """Return what the early-warning index of a day is computed from."""
    rules = read_rules()
    return Warnings(warning_record(bundle, register, rules), rules, on)


_STEPS: Mapping[str, str] = {
    "mine": "extraction",
    "smelter": "processing",
    "refined": "processing",
}
"""Stages of the table of production, and the stage of the overview that each belongs to."""


def known_mineral(bundle: Bundle, name: str) -> str:
    """Return a mineral's id from its id, name or symbol; raises `InputError` with the nearest."""
    rows = bundle.table("minerals").select("mineral", "name", "symbol").rows()
    plain = name.strip().casefold()
    folded = plain.replace(" ", "_").replace("-", "_")
    for mineral, title, symbol in rows:
        if folded == mineral or plain in {title.casefold(), symbol.casefold()} - {""}:
            return str(mineral)
    names = known_minerals(bundle)
    raise InputError(
        [
            Problem(
                "unknown mineral",
                field="MINERAL",
                found=repr(name),
                expected=f"one of {len(names)} minerals, as {', '.join(names[:5])}",
                nearest=nearest(name, [*names, *(str(title) for _, title, _ in rows)]),
            )
        ]
    )


def known_region(bundle: Bundle, name: str) -> str:
    """Return a region's id from its code or name; raises `InputError` with the nearest.

    Regions are countries, EU27, G7, PARTNERS and WLD, the world.
    """
    if name.strip().upper() in _UNION_NAMES:
        return UNION
    countries = bundle.table("countries").select("iso3", "name").rows()
    plain = name.strip().casefold()
    for group in (*REGION_GROUPS, *(str(code) for code, _ in countries)):
        if plain == group.casefold():
            return group
    for code, title in countries:
        if plain == title.casefold():
            return str(code)
    known = [*REGION_GROUPS, *(str(text) for row in countries for text in row)]
    raise InputError(
        [
            Problem(
                "unknown region",
                field="--region",
                found=repr(name),
                expected=f"a country by ISO 3166-1 code or name, {', '.join(REGION_GROUPS)}",
                nearest=nearest(name, known),
            )
        ]
    )


def lines_of(
    bundle: Bundle, mineral: str, region: str, warnings: Warnings | None = None
) -> tuple[Line, ...]:
    """Return an overview of a mineral for a region, one line for each stage with a figure.

    The stages are extraction and processing, and *imports* where customs do not tell them apart.
    """
    union = criticality(bundle, mineral) if region == UNION else []
    found: dict[str, dict[str, Figure]] = {}
    for role, figure in (
        *_risks(union),
        *_suppliers(suppliers_of(bundle, mineral, region)),
        *_producers(concentration(bundle, mineral)),
    ):
        stage = _STEPS.get(figure.stage, figure.stage)
        _ = found.setdefault(stage, {}).setdefault(role, figure)
    whole = found.pop("", {})
    shortage = warnings.figures(mineral)[:1] if warnings else ()
    whole |= {"early_warning": figure for figure in shortage}
    return tuple(
        Line(mineral, region, stage, {**whole, **figures})
        for stage, figures in sorted(found.items() or {"": whole}.items())
    )


def _risks(union: Iterable[Figure]) -> Iterator[tuple[str, Figure]]:
    """Yield supply risk by stage, and what is said of the mineral, from the Union's method."""
    roles = {
        "EU supply risk": "supply_risk",
        "EU economic importance": "economic_importance",
        "critical by the EU thresholds": "critical",
    }
    for figure in union:
        yield roles[figure.indicator], figure


def _suppliers(suppliers: Iterable[Suppliers]) -> Iterator[tuple[str, Figure]]:
    for each in sorted(suppliers, key=lambda one: one.period, reverse=True):
        yield "supplier", largest_share(each)
        yield "supplier_hhi", supplier_hhi(each)


def _producers(concentrations: Iterable[Figure]) -> Iterator[tuple[str, Figure]]:
    """Yield the concentration of the world's output by stage, the latest period first."""
    latest = sorted(concentrations, key=lambda one: one.period[-4:], reverse=True)
    for figure in latest:
        if figure.indicator == "HHI" and figure.value is not None:
            yield "producer_hhi", figure


def risk_figures(bundle: Bundle, mineral: str, region: str) -> list[Figure]:
    """Return supply risk, economic importance and verdict for the Union, and concentration."""
    union = criticality(bundle, mineral) if region == UNION else []
    return [*union, *concentration_figures(bundle, mineral, region)]


def concentration_figures(bundle: Bundle, mineral: str, region: str) -> list[Figure]:
    """Return the HHI of world output and of the region's sourcing, the last period of each."""
    place = "E27" if region == UNION else region
    own = [] if region == WORLD else concentration(bundle, mineral, region=place)
    last = {(figure.indicator, figure.stage, figure.form): figure for figure in own}
    return [
        *concentration(bundle, mineral),
        *(replace(figure, region=region) for figure in last.values() if figure.value is not None),
    ]


def supplier_figures(bundle: Bundle, mineral: str, region: str) -> list[Figure]:
    """Return the largest supplier and the concentration of suppliers, stage by stage."""
    return [
        figure
        for each in suppliers_of(bundle, mineral, region)
        for figure in (largest_share(each), supplier_hhi(each))
    ]


def sourcing_figures(bundle: Bundle, mineral: str, region: str) -> list[Figure]:
    """Return the published shares of the region's supply by origin."""
    return published_shares(bundle, region, mineral)


FAMILIES: Mapping[str, Callable[[Bundle, str, str], list[Figure]]] = {
    "risk": risk_figures,
    "supplier": supplier_figures,
    "sourcing": sourcing_figures,
}
"""Kinds of figures of a mineral and a region, and the function that returns them."""


def find_figure(bundle: Bundle, name: str, warnings: Warnings | None = None) -> Figure:
    """Return the figure that has an id, with everything behind it.

    Raises `InputError` for a name that is no id, an unknown region or mineral, and where no figure
    of that mineral and region has the id, with the nearest.
    """
    mineral, region = _about(bundle, name)
    figures = [
        figure
        for place in dict.fromkeys((region, UNION))
        for family in FAMILIES.values()
        for figure in family(bundle, mineral, place)
    ]
    figures += warnings.figures(mineral) if warnings else ()
    return pick_figure(figures, name)


def _about(bundle: Bundle, name: str) -> tuple[str, str]:
    """Return the mineral and the region that an id names; the Union where it names none."""
    parts = name.split(":")[1:3]
    if not parts:
        raise InputError(
            [
                Problem(
                    "not the id of a figure",
                    field="FIGURE",
                    found=repr(name),
                    expected="indicator:region:mineral:stage:period, as `assess` prints it",
                )
            ]
        )
    if parts[0] in known_minerals(bundle):
        return parts[0], UNION
    return known_mineral(bundle, parts[-1]), known_region(bundle, parts[0])
