"""Detours of an item round an exporter, as plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem
from orepact.indicators.trade_defence.circumvention import (
    Signs,
    Thresholds,
    detour_signs,
    level_of,
)
from orepact.studies.trade_defence.rules import BASE_YEARS, Rules
from orepact.studies.trade_defence.trade import (
    Item,
    Measure,
    Trade,
    known_place,
    makers_of,
    trade_items,
    traded,
)

__all__ = ["REPORTED", "VALUED", "detour_content", "signs_of"]

VALUED = "value over the world's value of a tonne"
"""What trade is in where not every year has tonnes; it is called v in tables."""

REPORTED: Mapping[str, tuple[str, ...]] = {"rare_earths_17": ("280530", "284610", "284690")}
"""Products whose whole exports customs report, and the codes that make them up."""


def detour_content(  # the question has this many sides
    bundle: Bundle,
    rules: Rules,
    *,
    item: str,
    exporter: str,
    year: int = 0,
    to: str = "",
    through: str = "",
    measure: Measure = "tonnes",
) -> dict[str, Any]:
    """Return alarms and watches of the codes of an item (code or mineral) in a year.

    The year is the newest with base years before it if not given. Raises `InputError` for unknown
    items, places and years, all at once.
    """
    items = trade_items(bundle, item)
    trades = [traded(bundle, each, measure) for each in items]
    problems: list[Problem] = []
    for name, option in ((exporter, "--exporter"), (to, "--to"), (through, "--through")):
        if name:
            try:
                _ = known_place(trades, name, option)
            except InputError as error:
                problems += error.problems
    possible = sorted({found for trade in trades for found in trade.flows.by_year
                       if trade.flows.base_of(found, BASE_YEARS)})
    if not possible or (year and year not in possible):
        problems.append(Problem(f"no trade in the year and the {BASE_YEARS} before",
                                field="--year", found=str(year or "any"),
                                expected=f"{possible[0]} to {possible[-1]}" if possible
                                else "an item with more years"))
    if problems:
        raise InputError(problems)
    asked = year or possible[-1]
    rows: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    for trade in trades:
        if not trade.flows.base_of(asked, BASE_YEARS):
            skipped.append({"code": trade.item.code, "why": _without(trade, asked)})
            continue
        rows += _rows(trade, signs_of(bundle, trade, exporter, asked), rules.thresholds(), asked)
    kept = [row for row in rows
            if (not to or row["to"] == to) and (not through or row["through"] == through)]
    return {
        "format": "orepact/detours/1", "item": item, "exporter": exporter, "year": asked,
        "base_years": list(range(asked - BASE_YEARS, asked)),
        "codes": [_told(bundle, trade, asked) for trade in trades
                  if trade.flows.base_of(asked, BASE_YEARS)],
        "skipped": skipped,
        "detours": kept,
        "exports": [_exports(trade, exporter, asked) for trade in trades
                    if trade.flows.base_of(asked, BASE_YEARS)],
        "mirror": _mirror(bundle, trades, exporter, asked),
        "cards": rules.told("detour"),
    }


def signs_of(bundle: Bundle, trade: Trade, exporter: str, year: int) -> list[Signs]:
    """Return the signs of every detour of an item in a year, none without base years."""
    base = trade.flows.base_of(year, BASE_YEARS)
    if not base:
        return []
    output = bundle.once(makers_of, trade.item.mineral)
    return detour_signs(trade.flows, exporter, year, base, output)


def _rows(
    trade: Trade, signs: Sequence[Signs], limits: Thresholds, year: int
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in signs:
        level = level_of(each, limits)
        if level == "none":
            continue
        plain = asdict(each)
        plain["growth"] = each.growth if math.isfinite(each.growth) else None
        legs = {"direct": (each.exporter, each.to), "onward": (each.through, each.to),
                "first_leg": (each.exporter, each.through)}
        found.append({"code": trade.item.code, "level": level, **plain,
                      "trade_in": _unit(trade, year),
                      **{f"{name}_tonnes": trade.tonnes[year].get(pair)
                         for name, pair in legs.items()},
                      "price_over_first_leg": _price_ratio(trade, each, year)})
    return sorted(found, key=lambda row: (row["level"] != "alarm", -row["size"]))


def _price_ratio(trade: Trade, signs: Signs, year: int) -> float | None:
    """Return the unit value of the second leg over that of the first, where both have tonnes."""
    if trade.basis[year] != "tonnes":
        return None
    first, second = (signs.exporter, signs.through), (signs.through, signs.to)
    flows, values = trade.flows.by_year[year], trade.values[year]
    if not flows.get(first) or not flows.get(second) or not values.get(first):
        return None
    return (values[second] / flows[second]) / (values[first] / flows[first])


def _unit(trade: Trade, year: int) -> str:
    """Return what flows round a year are in."""
    basis = trade.basis_of((*trade.flows.base_of(year, BASE_YEARS), year))
    return "t" if basis == "tonnes" else VALUED


def _exports(trade: Trade, exporter: str, year: int) -> dict[str, Any]:
    """Return what the exporter sold in the year and before, all buyers together.

    In t, or by value; `published` are the tonnes of the year that are published.
    """
    def sold(each: int) -> float:
        return sum(tonnes for (seller, _), tonnes in trade.flows.by_year[each].items()
                   if seller == exporter)

    base = trade.flows.base_of(year, BASE_YEARS)
    return {"code": trade.item.code, "sold": sold(year),
            "before": sum(sold(each) for each in base) / len(base), "trade_in": _unit(trade, year),
            "published": sum(tonnes for (seller, _), tonnes in trade.tonnes[year].items()
                             if seller == exporter)}


def _mirror(
    bundle: Bundle, trades: Sequence[Trade], exporter: str, year: int
) -> dict[str, Any] | None:
    """Return what the exporter's customs report of a whole year against trade by partner (t).

    Only where the dataset has such a report for exactly the codes asked for, and tonnes for them.
    """
    codes = sorted(trade.item.code for trade in trades)
    product = next((name for name, its in REPORTED.items() if sorted(its) == codes), "")
    rows = bundle.table("export_volumes").filter(
        (pl.col("product") == product) & (pl.col("exporter") == exporter)
        & (pl.col("measure") == "export_volume") & (pl.col("destination") == "WLD")
        & (pl.col("period_start") == f"{year}-01") & (pl.col("period_end") == f"{year}-12")
    )
    if not product or not rows.height or any(year not in t.flows.by_year for t in trades):
        return None
    reported = float(rows["quantity"][0])
    if not all(any(seller == exporter for seller, _ in trade.tonnes[year]) for trade in trades):
        return None
    recorded = sum(trade.weight(year, pair)[0] for trade in trades
                   for pair in trade.flows.by_year[year] if pair[0] == exporter)
    return {"reported": reported, "recorded": recorded, "ratio": recorded / reported,
            "codes": codes, "source": rows["source"][0]}


def _told(bundle: Bundle, trade: Trade, year: int) -> Mapping[str, Any]:
    item: Item = trade.item
    years = (*trade.flows.base_of(year, BASE_YEARS), year)
    return {
        "code": item.code, "nomenclature": item.nomenclature, "mineral": item.mineral,
        "form": item.form, "basket": item.basket,
        "producers_known": bool(bundle.once(makers_of, item.mineral)),
        "basis": trade.basis_of(years),
        "cut_years": [each for each in trade.cut if each in years],
    }


def _without(trade: Trade, year: int) -> str:
    years = sorted(trade.flows.by_year)
    return f"trade of {years[0]} to {years[-1]} only" if years and year not in years else (
        f"not every year of {year - BASE_YEARS} to {year}")
