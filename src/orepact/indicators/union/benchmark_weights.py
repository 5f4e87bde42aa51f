"""What each strategic material weighs in a total: one, its consumption, or the value of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from orepact.indicators.figure import Figure, Input
from orepact.indicators.union.benchmark_case import UNION, Case
from orepact.indicators.union.strategic import Strategic
from orepact.indicators.union.union_capacity import MONTHS, consumption
from orepact.units import convert

__all__ = ["WEIGHTINGS", "Weight", "weights_of"]

WEIGHTINGS = ("by count", "by tonnes", "by value")
_UNITS = ("1", "t/year", "USD/year")
_MONTHS_OF_PRICE = 12


@dataclass(frozen=True, slots=True)
class Weight:
    """The weight of a material in a total, none where nobody published it, and what it rests on."""

    value: float | None
    unit: str
    inputs: tuple[Input | Figure, ...] = ()


def weights_of(case: Case, weighting: str) -> dict[str, Weight]:
    """Return the weight of each material: 1, consumption (t/year), consumption × price (USD/year).

    Consumption is that of the account; without a chain, Union output over 1 - import reliance.
    Prices are the base prices of what is consumed, or the mean of the last twelve months.
    """
    listed = case.listed.materials
    if weighting == WEIGHTINGS[0]:
        return {entry.material: Weight(1.0, _UNITS[0]) for entry in listed}
    tonnes = {entry.material: _tonnes(case, entry) for entry in listed}
    if weighting == WEIGHTINGS[1]:
        return tonnes
    return {entry.material: _valued(case, entry, tonnes[entry.material]) for entry in listed}


def _valued(case: Case, entry: Strategic, tonnes: Weight) -> Weight:
    price = _base_price(case, entry) if entry.chain and entry.consumption else _price(case, entry)
    known = None if tonnes.value is None or price.value is None else tonnes.value * price.value
    return Weight(known, _UNITS[2], (*tonnes.inputs, *price.inputs))


def _tonnes(case: Case, entry: Strategic) -> Weight:
    """Return a material's consumption: of its account, or output over the study's share of it."""
    found = consumption(case.world, entry, UNION)
    if found.value is not None or entry.volume is None:
        return Weight(found.value, _UNITS[1], (found,))
    return _from_study(case, entry)


def _from_study(case: Case, entry: Strategic) -> Weight:
    """Return Union output, mean of the study's years, over 1 − import reliance (t/year)."""
    parameters = case.bundle.table("eu_parameters")
    rows = parameters.filter(
        pl.col("mineral").is_in(entry.study.get("processing", ())),
        pl.col("import_reliance_processing").is_not_null(),
    )
    if rows.is_empty() or entry.volume is None:
        return Weight(None, _UNITS[1])
    first = rows.row(0, named=True)
    reliance = float(first["import_reliance_processing"])
    states = case.bundle.table("countries").filter(eu27="yes")["iso3"]
    made = case.bundle.table("production").filter(
        pl.col("mineral") == entry.volume.mineral,
        pl.col("stage") == entry.volume.stage,
        pl.col("year").is_between(2016, 2020),
        pl.col("country").is_in(states.to_list()),
        pl.col("preferred") == "1",
    )
    by_year = made.group_by("year").agg(pl.col("quantity").sum())["quantity"]
    mean = sum(sorted(by_year.to_list())) / len(by_year) if len(by_year) else 0.0
    if not mean or reliance >= 1.0:
        return Weight(None, _UNITS[1])
    last = made.row(-1, named=True)
    inputs = (
        Input(
            name=f"mean Union output of {entry.volume.mineral}",
            value=mean,
            unit="t/year",
            source=last["source"],
            edition=last["edition"],
            period="2016-2020",
            where=f"production, {entry.volume.stage}, member states",
        ),
        Input(
            name="import reliance processing",
            value=reliance,
            unit="1",
            source=first["source"],
            edition=first["edition"],
            period="2016-2020",
            where="eu_parameters",
        ),
    )
    return Weight(mean / (1.0 - reliance), _UNITS[1], inputs)


def _price(case: Case, entry: Strategic) -> Weight:
    """Return the mean of the last twelve months' price (USD/t)."""
    mineral = entry.volume.mineral if entry.volume else entry.minerals[0]
    rows = case.bundle.table("prices").filter(
        pl.col("mineral") == mineral,
        pl.col("frequency") == "month",
        pl.col("usd_per_t").is_not_null(),
    )
    last = rows.sort("date").tail(_MONTHS_OF_PRICE)
    if last.is_empty():
        return Weight(None, "USD/t")
    value = float(sum(last["usd_per_t"].to_list())) / last.height
    return Weight(value, "USD/t", (_priced(mineral, value, last.row(-1, named=True)),))


def _priced(mineral: str, value: float, row: dict[str, Any]) -> Input:
    return Input(
        name=f"mean price of {mineral}, last {_MONTHS_OF_PRICE} months",
        value=value,
        unit="USD/t",
        source=row["source"],
        edition=row["edition"],
        period=f"until {row['date']}",
        where=f"prices, {row['form']}, {row['market']}",
    )


def _base_price(case: Case, entry: Strategic) -> Weight:
    """Return the mean base price of what the Union consumes (USD/t), weighted by use."""
    chain = case.world.chains[entry.chain]
    use = entry.consumption
    names = (*use.uses, *(name for row in use.into.values() for name in row)) if use else ()
    rows = case.world.accounts[entry.chain].entries.filter(
        pl.col("kind") == "use", pl.col("region") == UNION, pl.col("material").is_in(names)
    )
    used = {
        str(material): MONTHS * float(amount)
        for material, amount in rows.group_by("material").agg(pl.col("balanced").sum()).iter_rows()
    }
    weights = used if sum(used.values()) else dict.fromkeys(names, 1.0)
    whole = sum(weights.values())
    if not whole:
        return Weight(None, "USD/t")
    texts = {one.material: one.base_price for one in chain.text.materials}
    parts = {
        name: convert(texts[name].value, texts[name].unit, "USD/t") for name in sorted(weights)
    }
    value = sum(price * weights[name] for name, price in parts.items()) / whole
    inputs = (
        Input(
            name=f"base price of {name}, {weights[name] / whole:.4g} of use",
            value=price,
            unit="USD/t",
            source=texts[name].source or f"card:{texts[name].card}",
            where="chain, materials",
        )
        for name, price in parts.items()
    )
    return Weight(value, "USD/t", tuple(inputs))
