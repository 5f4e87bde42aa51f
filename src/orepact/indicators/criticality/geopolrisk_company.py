"""GeoPolRisk of a company from a sheet of its purchases (module `purchases`).

A company mines nothing: its import risk is the mean governance of what it buys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from orepact.data.bundle import Bundle
from orepact.data.sheet import Sheet
from orepact.indicators.criticality.geopolrisk import DEFAULT, METHOD, geopolrisk_of
from orepact.indicators.criticality.geopolrisk_coverage import stage_of_output
from orepact.indicators.criticality.geopolrisk_figures import SCORE, as_figures, world_concentration
from orepact.indicators.criticality.governance import Governance, political_stability
from orepact.indicators.criticality.purchases import Purchase, read_purchases
from orepact.indicators.figure import Figure, Input
from orepact.indicators.tables.shares import age_of

__all__ = ["company_geopolrisk"]


def company_geopolrisk(
    bundle: Bundle,
    sheet: Sheet,
    *,
    mineral: str = "",
    year: int | None = None,
    unit: str = "t",
    price_unit: str = "USD/t",
    stage: str = "",
    company: str = "company",
) -> list[Figure]:
    """Return score (1), midpoint (kUSD/t) and characterisation factor (kg Cu-eq/kg) of purchases.

    Three figures for each mineral and year of the sheet, in its order. The HHI is that of world
    output of the dataset; `low` and `high` are what unnamed producers allow. The price is the mean
    of the rows that have one, weighted with their tonnes. A score that a year does not allow says
    which year would. Raises `InputError` as `read_purchases`.
    """
    purchases = read_purchases(
        bundle, sheet, mineral=mineral, year=year, unit=unit, price_unit=price_unit
    )
    groups: dict[tuple[str, int], list[Purchase]] = {}
    for each in purchases:
        groups.setdefault((each.mineral, each.year), []).append(each)
    return [
        figure
        for (name, at), bought in groups.items()
        for figure in _figures(bundle, sheet, name, at, bought, stage, company)
    ]


def _figures(
    bundle: Bundle,
    sheet: Sheet,
    mineral: str,
    year: int,
    bought: Sequence[Purchase],
    stage: str,
    company: str,
) -> list[Figure]:
    weights = political_stability(bundle, year)
    at = stage or stage_of_output(bundle, mineral)
    world = world_concentration(bundle, mineral, at, year)
    flows = [(weights.weights.get(each.origin, DEFAULT), each.tonnes) for each in bought]
    priced = [(each.tonnes, each.price) for each in bought if each.price is not None]
    weight = sum(tonnes for tonnes, _ in priced)
    price = sum(tonnes * cost for tonnes, cost in priced) / weight if weight else None
    found = geopolrisk_of(flows, concentration=world.value, price=price)
    risk, total = found.import_risk, found.imports
    known = world.value is not None and risk is not None and bool(weights.weights)
    score = Figure(
        indicator=SCORE,
        value=found.score if known else None,
        low=world.low * risk if known and world.low is not None and risk is not None else None,
        high=world.high * risk if known and world.high is not None and risk is not None else None,
        unit="1",
        region=company,
        mineral=mineral,
        stage=at,
        period=str(year),
        arithmetic=f"{world.value:.4f} x {found.weighted_imports:,.6g} / {total:,.6g}"
        if known
        else "",
        method=METHOD,
        missing="" if known else _why_none(bundle, world, year),
        inputs=(world, *_inputs(sheet, bought, weights)),
        coverage={
            "governance_defaulted": sum(
                each.tonnes for each in bought if each.origin not in weights.weights
            )
            / total,
            "without_price": 1.0 - weight / total,
            "governance": weights.note,
            "age": age_of(bundle, str(year)),
        },
    )
    cost = Input(
        name="price",
        value=price,
        unit="kUSD/t",
        source=sheet.file,
        period=str(year),
        where="mean of the purchases, weighted with tonnes",
    )
    return as_figures(score, found, cost)


def _why_none(bundle: Bundle, world: Figure, year: int) -> str:
    """Return what is missing in a year, and the last one that has everything."""
    lacking = [f"HHI of world output: {world.missing}"] if world.value is None else []
    if not political_stability(bundle, year).weights:
        lacking.append(f"no political stability by country in {year}")
    output = bundle.part("production", world.mineral).filter(stage=world.stage)
    known = set(bundle.table("governance").filter(indicator="PV")["year"])
    years = sorted(known & set(output.drop_nulls("quantity")["year"]), reverse=True)
    last = next(
        (at for at in years if world_concentration(bundle, world.mineral, world.stage, at).value),
        None,
    )
    told = f"the last year with output and stability is {last}" if last else "no year has both"
    return "; ".join([*lacking, told])


def _inputs(sheet: Sheet, bought: Sequence[Purchase], weights: Governance) -> Iterator[Input]:
    for each in bought:
        yield Input(
            name=f"bought from {each.origin}",
            value=each.tonnes,
            unit="t",
            source=sheet.file,
            period=str(each.year),
            where=f"row {each.row}",
        )
        weight = weights.input(each.origin)
        yield (
            weight
            if weight.value is not None
            else replace(
                weight, value=DEFAULT, flag="default", where="no figure: the method's default"
            )
        )
