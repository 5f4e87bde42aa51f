"""Bilateral trade of the dataset as flows: one item, the European Union as one country.

Flows that are compared over years are in tonnes where the table has them for all years. Where it
does not, they are values over the world's mean value of a tonne that year, so that a rise of the
price is no rise of the trade; these are no tonnes, and what is published of a year in tonnes is
kept beside them (`Trade.tonnes`). Trade among members of
the Union is left out: goods in free circulation cross its inner borders without a customs origin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from orepact.data.bundle import Bundle
from orepact.data.places import is_member
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.trade_defence.circumvention import Flows, Pair

__all__ = ["Item", "Measure", "known_place", "makers_of", "trade_items", "traded"]

Measure = Literal["tonnes", "value"]
UNION = "EU27"
PARTNERS = 6
"""Partners that a table prints which is cut to the largest."""

_CUT = "top6_partners_only"
_NOBODY = ("WLD", "OTH", "NSP", "E27")
_THOUSAND = 1000.0

_Entry = tuple[str, str, float | None, float | None]
"""Exporter, importer, tonnes, thousand USD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A customs code with trade by country: its nomenclature, mineral, form and years.

    `basket` tells that the code mixes materials.
    """

    code: str
    nomenclature: str
    mineral: str
    form: str
    basket: bool
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """Trade in an item: flows in tonnes, values in USD, and how the tonnes of a year were told.

    `basis` by year is ``tonnes``, or ``value`` for values over the world's unit value (USD/t,
    `unit_value`); `cut` years print a country's largest partners only. `tonnes` are those that are
    published, `estimated` what value and unit value make of the entries without any (t).
    """

    item: Item
    flows: Flows
    values: Mapping[int, Mapping[Pair, float]] = field(repr=False)
    unit_value: Mapping[int, float]
    basis: Mapping[int, Measure]
    cut: tuple[int, ...]
    tonnes: Mapping[int, Mapping[Pair, float]] = field(repr=False)
    estimated: Mapping[int, Mapping[Pair, float]] = field(repr=False)

    def basis_of(self, years: Sequence[int]) -> Measure:
        """Return ``tonnes`` if flows of all these years are in tonnes."""
        return "tonnes" if all(self.basis[year] == "tonnes" for year in years) else "value"

    def weight(self, year: int, pair: Pair) -> tuple[float, float]:
        """Return a flow of a year (t) and the part of it without published tonnes (t)."""
        guessed = self.estimated[year].get(pair, 0.0)
        return self.tonnes[year].get(pair, 0.0) + guessed, guessed


def trade_items(bundle: Bundle, name: str = "") -> tuple[Item, ...]:
    """Return the codes with bilateral trade, of one code or mineral if named.

    Raises `InputError` for a name that has no trade by country, with the nearest.
    """
    whole = _whole(bundle)
    listed = bundle.table("concordance")
    years = (
        whole.group_by("code", "nomenclature").agg(pl.col("year").unique().sort()).sort("code")
    )
    items: list[Item] = []
    for code, nomenclature, found in years.rows():
        column = "hs1992" if nomenclature == "HS1992" else "hs2022"
        rows = listed.filter(pl.col(column).str.split("|").list.contains(code)
                             | pl.col("bilateral").str.contains(f"{nomenclature}:{code}"))
        first = rows.row(0, named=True) if rows.height else {}
        items.append(Item(code=code, nomenclature=nomenclature,
                          mineral=first.get("mineral", ""), form=first.get("form", ""),
                          basket=first.get("basket", "") == "yes", years=tuple(found)))
    if not name:
        return tuple(items)
    chosen = tuple(item for item in items if name in {item.code, item.mineral})
    if not chosen:
        known = sorted({item.code for item in items} | {item.mineral for item in items} - {""})
        raise InputError([Problem("no trade by country in the dataset", field="--item", found=name,
                                  expected="a customs code of six digits or a mineral",
                                  nearest=nearest(name, known))])
    return chosen


def traded(bundle: Bundle, item: Item, measure: Measure = "tonnes") -> Trade:
    """Return the trade in an item; years with neither tonnes nor a unit value are left out."""
    rows = _whole(bundle).filter((pl.col("code") == item.code)
                                 & (pl.col("nomenclature") == item.nomenclature))
    world = _unit_values(bundle, item) if item.nomenclature == "HS2017" else {}
    place = {name: UNION if is_member(name, UNION) else name
             for column in ("exporter", "importer") for name in rows[column].unique()}
    seen = set(rows.select("exporter", "importer").iter_rows())
    flows: dict[int, dict[Pair, float]] = {}
    values: dict[int, dict[Pair, float]] = {}
    unprinted: dict[int, dict[Pair, float]] = {}
    printed: dict[int, dict[Pair, float]] = {}
    guessed: dict[int, dict[Pair, float]] = {}
    basis: dict[int, Measure] = {}
    used: dict[int, float] = {}
    for year in item.years:
        part = rows.filter(pl.col("year") == year)
        entries: list[_Entry] = part.select("exporter", "importer", "tonnes", "kusd").rows()
        mean = world.get(year) or _mean_value(entries)
        if mean is None:
            continue
        by_weight = measure == "tonnes" and year not in world
        single = {
            (seller, buyer): tonnes if by_weight and tonnes else (kusd or 0.0) * _THOUSAND / mean
            for seller, buyer, tonnes, kusd in entries
        }
        flows[year] = _grouped(single, place)
        values[year] = _grouped({(seller, buyer): (kusd or 0.0) * _THOUSAND
                                 for seller, buyer, _, kusd in entries}, place)
        printed[year] = _grouped({(seller, buyer): tonnes or 0.0
                                  for seller, buyer, tonnes, _ in entries}, place)
        guessed[year] = _grouped({(seller, buyer): (kusd or 0.0) * _THOUSAND / mean
                                  for seller, buyer, tonnes, kusd in entries if not tonnes}, place)
        if part["coverage"].str.contains(_CUT).any():
            unprinted[year] = _grouped(_missing(single, seen), place)
        basis[year], used[year] = "tonnes" if by_weight else "value", mean
    return Trade(item=item, flows=Flows(flows, unprinted), values=values, unit_value=used,
                 basis=basis, cut=tuple(sorted(unprinted)), tonnes=printed, estimated=guessed)


def makers_of(bundle: Bundle, mineral: str) -> dict[str, float]:
    """Return each country's largest share of world output of a mineral, any stage and year.

    Raises nothing: a mineral without output by country gives none. The Union is the sum of its
    members.
    """
    rows = bundle.table("production").filter(
        (pl.col("mineral") == mineral) & pl.col("quantity").is_not_null()
        & ~pl.col("country").is_in(_NOBODY)
    )
    shares: dict[str, float] = defaultdict(float)
    for _, part in rows.group_by("stage", "year", "edition"):
        own: dict[str, float] = defaultdict(float)
        for country, quantity in part.select("country", "quantity").iter_rows():
            own[UNION if is_member(country, UNION) else country] += quantity
        if total := sum(own.values()):
            for country, quantity in own.items():
                shares[country] = max(shares[country], quantity / total)
    return dict(shares)


def known_place(trades: Sequence[Trade], name: str, option: str) -> str:
    """Return a country of the trade; raises `InputError` with the nearest for another one."""
    known = {place for trade in trades for year in trade.flows.by_year.values()
             for pair in year for place in pair}
    if name not in known:
        member = is_member(name, UNION)
        expected = f"{UNION}, of which it is a member" if member else (
            f"an ISO 3166-1 alpha-3 code, or {UNION}")
        raise InputError([Problem("not in the trade of this item", field=option, found=name,
                                  expected=expected,
                                  nearest="" if member else nearest(name, sorted(known)))])
    return name


def _whole(bundle: Bundle) -> pl.DataFrame:
    return pl.concat([bundle.table("trade_history"), bundle.table("trade")])


def _mean_value(entries: Sequence[_Entry]) -> float | None:
    """Return the value of a tonne (USD/t), none unless most entries have tonnes."""
    weighed = [(tonnes, kusd or 0.0) for _, _, tonnes, kusd in entries if tonnes]
    weight = sum(tonnes for tonnes, _ in weighed)
    value = _THOUSAND * sum(kusd for _, kusd in weighed)
    return value / weight if 2 * len(weighed) > len(entries) and value > 0.0 else None


def _unit_values(bundle: Bundle, item: Item) -> dict[int, float]:
    rows = bundle.table("unit_values").filter(pl.col("code") == item.code)
    return {int(year): float(value) for year, value in rows.select("year", "usd_per_t").iter_rows()
            if value}


def _grouped(flows: Mapping[Pair, float], place: Mapping[str, str]) -> dict[Pair, float]:
    """Return flows between places, trade inside one left out."""
    found: dict[Pair, float] = defaultdict(float)
    for (seller, buyer), tonnes in flows.items():
        if tonnes > 0.0 and place[seller] != place[buyer]:
            found[place[seller], place[buyer]] += tonnes
    return dict(found)


def _missing(flows: Mapping[Pair, float], seen: set[Pair]) -> dict[Pair, float]:
    """Return the most that each flow of another year can be in a year that prints few partners."""
    sold: dict[str, list[float]] = defaultdict(list)
    bought: dict[str, list[float]] = defaultdict(list)
    for (seller, buyer), tonnes in flows.items():
        sold[seller].append(tonnes)
        bought[buyer].append(tonnes)

    def least(listed: list[float]) -> float:
        return sorted(listed, reverse=True)[PARTNERS - 1] if len(listed) >= PARTNERS else 0.0

    return {
        (seller, buyer): min(least(sold[seller]), least(bought[buyer]))
        for seller, buyer in seen if (seller, buyer) not in flows
    }
