"""The monitor of imports on the dataset: years by country, months where customs publish them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from orepact.data.bundle import Bundle
from orepact.data.places import is_member
from orepact.errors import InputError, Problem
from orepact.indicators.trade_defence.injury import NEGLIGIBLE
from orepact.indicators.trade_defence.monitor import Limits, Origin, Watched, watch_origins
from orepact.studies.trade_defence.rules import BASE_YEARS, Rules
from orepact.studies.trade_defence.trade import (
    Measure,
    Trade,
    known_place,
    trade_items,
    traded,
)

__all__ = ["MONTHS", "monitor_content"]

MONTHS = 3
"""Newest months that are compared with the same months of the year before."""

_THOUSAND = 1000.0
_YEAR = 12


def monitor_content(
    bundle: Bundle, rules: Rules, *, importer: str, item: str = "", year: int = 0
) -> dict[str, Any]:
    """Return surges and undercutting of an importer's origins, by code, and by month if published.

    The newest year of the tables if none is given. Raises `InputError` for an unknown item,
    importer or year.
    """
    items = trade_items(bundle, item)
    trades = [traded(bundle, each) for each in items]
    problems: list[Problem] = []
    try:
        _ = known_place(trades, importer, "--importer")
    except InputError as error:
        problems += error.problems
    years = sorted({each for trade in trades for each in trade.flows.by_year
                    if trade.flows.base_of(each, BASE_YEARS)})
    if not years or (year and year not in years):
        problems.append(Problem(f"no trade in the year and the {BASE_YEARS} before",
                                field="--year", found=str(year or "any"),
                                expected=f"{years[0]} to {years[-1]}" if years
                                else "an item with more years"))
    if problems:
        raise InputError(problems)
    asked = year or years[-1]
    limits = _limits(rules)
    watched = [trade for trade in trades if trade.flows.base_of(asked, BASE_YEARS)]
    return {
        "format": "orepact/import-monitor/1",
        "importer": importer, "item": item, "year": asked,
        "base_years": list(range(asked - BASE_YEARS, asked)),
        "origins": [row for trade in watched for row in _year_rows(trade, importer, asked, limits,
                                                                   bundle)],
        "codes": [{"code": trade.item.code, "mineral": trade.item.mineral,
                   "form": trade.item.form, "basket": trade.item.basket,
                   "world_unit_value": trade.unit_value[asked],
                   "basis": trade.basis_of((*trade.flows.base_of(asked, BASE_YEARS), asked)),
                   "cut_years": [each for each in trade.cut
                                 if asked - BASE_YEARS <= each <= asked]} for trade in watched],
        "skipped": sorted(trade.item.code for trade in trades if trade not in watched),
        "prices": _prices(bundle, {trade.item.mineral for trade in watched}, asked) if item else [],
        "months": _months(bundle, importer, trades, limits),
        "cards": [*rules.told("surge"), *rules.told("un")],
    }


def _limits(rules: Rules) -> Limits:
    return Limits(growth=rules.value("surge-growth"), rise=rules.value("surge-share"),
                  undercut=rules.value("undercut"), odd=rules.value("unit-value-odd"))


def _year_rows(
    trade: Trade, importer: str, year: int, limits: Limits, bundle: Bundle
) -> list[dict[str, Any]]:
    base = trade.flows.base_of(year, BASE_YEARS)
    priced = _priced(bundle, trade, importer, year)
    sellers = {seller for each in (*base, year) for seller, buyer in trade.flows.by_year[each]
               if buyer == importer}
    weighed = {seller: trade.weight(year, (seller, importer)) for seller in sellers}
    origins = [
        Origin(name=seller, now=trade.flows.of(year, (seller, importer)),
               before=sum(trade.flows.most(each, (seller, importer)) for each in base) / len(base),
               value=priced.get(seller, (0.0, 0.0))[0], weight=priced.get(seller, (0.0, 0.0))[1],
               tonnes=weighed[seller][0], estimated=weighed[seller][1])
        for seller in sorted(sellers)
    ]
    basis = trade.basis_of((*base, year))
    return [{"code": trade.item.code, **_plain(each, basis)}
            for each in watch_origins(origins, limits)]


def _priced(
    bundle: Bundle, trade: Trade, importer: str, year: int
) -> dict[str, tuple[float, float]]:
    """Return value (USD) and weight (t) by origin of the entries with published tonnes."""
    rows = bundle.table("trade" if year >= _first(bundle) else "trade_history").filter(
        (pl.col("code") == trade.item.code) & (pl.col("nomenclature") == trade.item.nomenclature)
        & (pl.col("year") == year) & (pl.col("tonnes") > 0.0)
    )
    return _summed(
        (seller, buyer, _THOUSAND * kusd, tonnes) for seller, buyer, kusd, tonnes in
        rows.select("exporter", "importer", "kusd", "tonnes").iter_rows()
        if _place(buyer) == importer and kusd
    )


def _first(bundle: Bundle) -> int:
    return int(bundle.table("trade")["year"].min() or 0)  # pyright: ignore[reportArgumentType]


def _summed(rows: Iterable[tuple[str, str, float, float]]) -> dict[str, tuple[float, float]]:
    values: dict[str, float] = defaultdict(float)
    weights: dict[str, float] = defaultdict(float)
    for seller, buyer, value, weight in rows:
        if _place(seller) != _place(buyer):
            values[_place(seller)] += value
            weights[_place(seller)] += weight
    return {name: (values[name], weights[name]) for name in values}


def _place(name: str) -> str:
    return "EU27" if is_member(name, "EU27") else name


def _plain(each: Watched, basis: Measure = "tonnes") -> dict[str, Any]:
    """Return an origin; `now` is in t, `before` too or None where growth goes by value."""
    return {
        "origin": each.origin.name, "now": each.origin.imports,
        "before": each.origin.before if basis == "tonnes" else None,
        "growth_by": basis, "index_now": each.origin.now, "index_before": each.origin.before,
        "estimated": each.origin.estimated,
        "share": each.share, "growth": each.growth if math.isfinite(each.growth) else None,
        "rise": each.rise, "unit_value": each.origin.unit_value, "others": each.others,
        "below": each.below, "surge": each.surge, "undercutting": each.undercutting,
        "doubtful": each.doubtful, "negligible": each.negligible,
    }


def _prices(bundle: Bundle, minerals: set[str], year: int) -> list[dict[str, Any]]:
    """Return published prices of the year to hold unit values against, by form and market."""
    rows = bundle.table("prices").filter(
        pl.col("mineral").is_in(sorted(minerals)) & (pl.col("date") == str(year))
        & pl.col("usd_per_t").is_not_null()
    ).unique(["mineral", "form", "market"], keep="last", maintain_order=True)
    names = ("mineral", "form", "market", "usd_per_t", "source")
    return [dict(zip(names, row, strict=True)) for row in rows.select(names).iter_rows()]


def _months(
    bundle: Bundle, importer: str, trades: Sequence[Trade], limits: Limits
) -> list[dict[str, Any]]:
    """Return the newest months of national customs against the same months a year before.

    Where those months are not in the dataset, the newest one alone: shares of value against those
    of the newest year of the table by country.
    """
    rows = bundle.table("trade_monthly").filter(
        (pl.col("reporter") == importer) & (pl.col("flow") == "import")
        & pl.col("code").str.slice(0, 6).is_in([trade.item.code for trade in trades])
    )
    found: list[dict[str, Any]] = []
    if rows.is_empty():
        return found
    reported = set(rows["month"].unique())
    now = [_earlier(max(reported), back) for back in range(MONTHS)]
    before = [_earlier(month, _YEAR) for month in now]
    comparable = set(before) <= reported
    by_code = {trade.item.code: trade for trade in trades}
    for (code, mineral), part in rows.group_by("code", "mineral", maintain_order=True):
        entry: dict[str, Any] = {"code": code, "mineral": mineral}
        if comparable:
            origins = watch_origins(_monthly(part, now, before), limits)
            found.append({**entry, "months": now, "compared": before, "shares": [],
                          "origins": [_plain(each) for each in origins]})
            continue
        trade = by_code[str(code)[:6]]
        latest = max(trade.values)
        found.append({**entry, "months": now[:1], "compared": [], "origins": [],
                      "against": latest,
                      "shares": _shares(part.filter(pl.col("month") == now[0]), trade, importer,
                                        latest)})
    return found


def _shares(
    month: pl.DataFrame, trade: Trade, importer: str, year: int
) -> list[dict[str, Any]]:
    """Return the origins with 3 % of the value of a month or of the year, the largest first."""
    value: dict[str, float] = defaultdict(float)
    for partner, kusd in month.select("partner", "kusd").iter_rows():
        value[_place(partner)] += kusd or 0.0
    earlier = {seller: worth for (seller, buyer), worth in trade.values[year].items()
               if buyer == importer}
    total, before = sum(value.values()), sum(earlier.values())
    if not total or not before:
        return []
    shares = sorted((-value.get(name, 0.0) / total, name, earlier.get(name, 0.0) / before)
                    for name in {*value, *earlier})
    return [{"origin": name, "now": -now, "before": then} for now, name, then in shares
            if max(-now, then) >= NEGLIGIBLE]


def _monthly(part: pl.DataFrame, now: Sequence[str], before: Sequence[str]) -> list[Origin]:
    """Return the origins of a code over three months; tonnes as published, none where not."""
    sums: Mapping[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for month, partner, tonnes, kusd in part.select(
        "month", "partner", "tonnes", "kusd"
    ).iter_rows():
        if month in now:
            sums[partner][0] += tonnes or 0.0
            sums[partner][1] += _THOUSAND * (kusd or 0.0) if tonnes else 0.0
        elif month in before:
            sums[partner][2] += tonnes or 0.0
    return [Origin(name=name, now=tonnes, before=earlier, value=value, weight=tonnes)
            for name, (tonnes, value, earlier) in sorted(sums.items())]


def _earlier(month: str, months: int) -> str:
    number = int(month[:4]) * _YEAR + int(month[5:7]) - 1 - months
    return f"{number // _YEAR}-{number % _YEAR + 1:02d}"
