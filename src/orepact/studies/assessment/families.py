"""Kinds of figures of a mineral for a region, each asked of the function that returns them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from orepact.data.bundle import Bundle
from orepact.data.dataset.editions import known_minerals
from orepact.errors import InputError, Problem
from orepact.indicators.criticality.eu_economic_importance import criticality
from orepact.indicators.criticality.gdp_at_risk import published_losses
from orepact.indicators.criticality.geopolrisk_figures import geopolrisk
from orepact.indicators.criticality.governance import concentration
from orepact.indicators.dependence.dependence import dependence
from orepact.indicators.dependence.largest_supplier import stock_days_card, without_largest_supplier
from orepact.indicators.dependence.net_import_reliance import net_import_reliance
from orepact.indicators.dependence.owners import who_owns, who_refines
from orepact.indicators.dependence.supplier_dependence import (
    largest_share,
    supplier_hhi,
    suppliers_of,
)
from orepact.indicators.dependence.supply_table import supply_of_world
from orepact.indicators.figure import Figure
from orepact.indicators.tables.mineral_year import mineral_year
from orepact.indicators.tables.region_members import REGION_GROUPS
from orepact.indicators.tables.sourcing_figures import published_shares
from orepact.studies.assessment.names import UNION, WORLD, about_figure
from orepact.studies.assessment.overview import Warnings, last_year, lines_of

__all__ = [
    "FAMILIES",
    "check_year",
    "concentration_figures",
    "dependence_figures",
    "geopolrisk_figures",
    "largest_figures",
    "loss_figures",
    "owner_figures",
    "risk_figures",
    "sourcing_figures",
    "supplier_figures",
    "table_figures",
]

_YEAR = re.compile(r"(?:19|20)\d\d")


def risk_figures(bundle: Bundle, mineral: str, region: str, year: int = 0) -> list[Figure]:
    """Return supply risk, economic importance and verdict for the Union, and concentration."""
    del year
    union = criticality(bundle, mineral) if region == UNION else []
    return [*union, *concentration_figures(bundle, mineral, region)]


def concentration_figures(bundle: Bundle, mineral: str, region: str, year: int = 0) -> list[Figure]:
    """Return the HHI of world output and of the region's sourcing, the last period of each."""
    del year
    place = "E27" if region == UNION else region
    own = [] if region == WORLD else concentration(bundle, mineral, region=place)
    last = {(figure.indicator, figure.stage, figure.form): figure for figure in own}
    return [
        *concentration(bundle, mineral),
        *(replace(figure, region=region) for figure in last.values() if figure.value is not None),
    ]


def supplier_figures(bundle: Bundle, mineral: str, region: str, year: int = 0) -> list[Figure]:
    """Return the largest supplier and the concentration of suppliers, stage by stage."""
    del year
    return [
        figure
        for each in suppliers_of(bundle, mineral, region)
        for figure in (largest_share(each), supplier_hhi(each))
    ]


def sourcing_figures(bundle: Bundle, mineral: str, region: str, year: int = 0) -> list[Figure]:
    """Return the published shares of the region's supply by origin."""
    del year
    return published_shares(bundle, region, mineral)


def dependence_figures(bundle: Bundle, mineral: str, region: str, year: int = 0) -> list[Figure]:
    """Return consumption, import reliance and origins of imports in a year, by stage.

    Without a year it is the last with trade. For the United States the net import reliance of its
    Geological Survey comes first.
    """
    when = year or last_year(bundle, "trade")
    survey = net_import_reliance(bundle, mineral, when) if region == "USA" else []
    return [*survey, *dependence(mineral_year(bundle, mineral, when), region)]


def largest_figures(bundle: Bundle, mineral: str, region: str, year: int = 0) -> list[Figure]:
    """Return what is left of the world's supply without its largest supplier, stage by stage.

    Without a year it is the last with output of the stage. The region's stage figures need an
    account: see `orepact.studies.assessment.accounts`.
    """
    del region
    days, card = stock_days_card(bundle)
    rows = bundle.table("production").filter(pl.col("quantity").is_not_null(), mineral=mineral)
    last = rows.group_by("stage").agg(pl.col("year").max()).sort("stage")
    return [
        figure
        for stage, latest in last.iter_rows()
        for figure in without_largest_supplier(
            supply_of_world(bundle, mineral, stage, year or latest),
            stock_days=days,
            stock_input=card,
        )
    ]


def owner_figures(bundle: Bundle, mineral: str, region: str, year: int = 0) -> list[Figure]:
    """Return who refines a mineral, and how many sites name an operator."""
    country = "" if region in {*REGION_GROUPS, WORLD} else region
    return [*who_refines(bundle, mineral, year=year), *who_owns(bundle, mineral, country=country)]


def geopolrisk_figures(bundle: Bundle, mineral: str, region: str, year: int = 0) -> list[Figure]:
    """Return GeoPolRisk score, midpoint and characterisation factor of a year."""
    return geopolrisk(bundle, region, mineral, year or last_year(bundle, "trade"))


def loss_figures(bundle: Bundle, mineral: str, region: str, year: int = 0) -> list[Figure]:
    """Return the published probability-weighted loss of output; of the United States alone."""
    del year
    return [
        figure
        for figure in published_losses(bundle)
        if (figure.mineral, figure.region) == (mineral, region)
    ]


FAMILIES: Mapping[str, Callable[[Bundle, str, str, int], list[Figure]]] = {
    "risk": risk_figures,
    "supplier": supplier_figures,
    "sourcing": sourcing_figures,
    "dependence": dependence_figures,
    "largest-supplier": largest_figures,
    "geopolrisk": geopolrisk_figures,
    "owners": owner_figures,
    "gdp-at-risk": loss_figures,
}
"""Kinds of figures of a mineral, a region and a year (0 for the last), and what returns them."""


def check_year(bundle: Bundle, mineral: str, year: int) -> None:
    """Raise `InputError` with the years that exist, unless a year (0 for the last) is one."""
    known: set[int] = set()
    for name in ("production", "trade", "us_statistics"):
        if name in bundle.names:
            table = bundle.table(name)
            own = table.filter(mineral=mineral) if "mineral" in table.columns else table
            known.update(int(each) for each in own["year"].drop_nulls().unique())
    if year and year not in known:
        raise InputError(
            [
                Problem(
                    f"no figures of {mineral} in the year",
                    field="--year",
                    found=str(year),
                    expected="one of " + ", ".join(map(str, sorted(known))),
                )
            ]
        )


def table_figures(bundle: Bundle, name: str, warnings: Warnings | None = None) -> list[Figure]:
    """Return the figures of tables among which that of an id, or of its beginning, must be.

    Those of an older vintage where the bundle is one. Raises `InputError` for a name that is no id,
    an unknown region or mineral, and a beginning that leaves too many minerals open.
    """
    minerals, region = about_figure(bundle, name)
    if len(minerals) > FEW:
        raise InputError([_too_short(name, minerals)])
    year = next((int(part) for part in name.split(":") if _YEAR.fullmatch(part)), 0)
    figures: list[Figure] = []
    for mineral in [name for name in minerals if name in known_minerals(bundle)]:
        figures += (
            figure
            for place in dict.fromkeys((region, UNION))
            for family in FAMILIES.values()
            for figure in family(bundle, mineral, place, year)
        )
        for line in lines_of(bundle, mineral, region):
            figures += line.figures.values()
        figures += warnings.figures(mineral) if warnings else ()
    return figures


FEW = 8
"""Minerals that the beginning of an id may leave open."""


def _too_short(name: str, minerals: Sequence[str]) -> Problem:
    return Problem(
        "many minerals have a name that begins so",
        field="FIGURE",
        found=repr(name),
        expected="one of " + ", ".join(minerals),
    )
