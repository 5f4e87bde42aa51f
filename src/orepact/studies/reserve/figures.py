"""What a size comes to: the fill list, and the shortage avoided by region and sector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from orepact.indicators.sector.at_risk_file import value_added
from orepact.network.world import World
from orepact.result.two_stage import Sizing
from orepact.studies.reserve.candidates import DAYS_OF_MONTH, Candidate
from orepact.studies.reserve.cases import ChainCase
from orepact.studies.reserve.paid import BASE

__all__ = [
    "LEAST_TONNES",
    "WEAK_GRADES",
    "fill_entries",
    "regret_entries",
    "sector_entries",
    "shortage_entries",
]

LEAST_TONNES = 1e-6
"""Share of what may be bought below which nothing is bought: the solver's own digits."""

WEAK_GRADES = frozenset({"C", "D"})

_SHORT = ("expected_without_t", "expected_with_t", "tail_without_t", "tail_with_t")


def fill_entries(cases: Sequence[ChainCase], sizing: Sizing) -> list[dict[str, Any]]:
    """Return what to buy, dearest first: tonnes, USD, against output, imports and market depth.

    Forms on accounts of grade C or D come after the others. `tonnes` are as the chain counts them,
    `tonnes_as_they_lie` with what is not counted. Every candidate has an entry; those of which
    nothing is bought say what their first tonne would be worth. `next_tonne` is the expected worth
    of one tonne more (USD/t), before its price. The best purchases are proven to lie between
    `tonnes_least` and `tonnes_most`, which differ by what the gap leaves open.
    """
    found: list[dict[str, Any]] = []
    rows = {(row["case"], row["reserve"]): row for row in sizing.fills.iter_rows(named=True)}
    for case in cases:
        for one in case.candidates:
            row = rows.get((one.chain, one.reserve.name))
            found.append(_fill(one, {} if row is None else row))
    return sorted(found, key=lambda one: (
        one["weak_account"], -one["usd"], one["chain"], one["owner"], one["material"]))


def _fill(one: Candidate, row: Mapping[str, Any]) -> dict[str, Any]:
    bought = float(row.get("bought_t", 0.0))
    if bought <= LEAST_TONNES * max(one.reserve.largest, 1e-12):
        bought = 0.0
    whole = bought + one.reserve.held
    capped = bought > 0.0 and bool(row.get("at_largest", False))
    return {
        "chain": one.chain,
        "owner": one.reserve.owner,
        "material": one.reserve.material,
        "title": one.title,
        "form": one.form,
        "grade": one.grade,
        "weak_account": one.grade in WEAK_GRADES,
        "tonnes": bought,
        "tonnes_least": row.get("least_t"),
        "tonnes_most": row.get("most_t"),
        "tonnes_as_they_lie": bought / one.content,
        "held": one.reserve.held,
        "usd": bought * one.reserve.price,
        "price": one.reserve.price,
        "usd_latest": bought * (one.paid.price if one.paid else one.base),
        "latest_price": one.paid.price if one.paid else one.base,
        "latest_period": one.paid.period if one.paid else "",
        "latest_source": one.paid.source if one.paid else BASE,
        "carrying_cost": one.reserve.carrying_cost * 12.0,
        "months_of_world_output": one.months(bought),
        "days_of_net_imports": one.days(whole),
        "days_of_use": DAYS_OF_MONTH * whole / one.use,
        "largest": one.reserve.largest,
        "capped_by": one.capped_by if capped else "",
        "capped_by_depth": capped and one.capped_by == "depth",
        "next_tonne": float(row.get("next_tonne", float("nan"))),
        "lead": one.reserve.lead,
    }


def shortage_entries(cases: Sequence[ChainCase], sizing: Sizing) -> list[dict[str, Any]]:
    """Return use unmet over the months of a future, without and with what is bought.

    One entry per chain, region and material; tonnes expected over all futures, and of the tail.
    """
    if sizing.shortage.is_empty():
        return []
    prices = _prices(cases)
    grouped = (
        sizing.shortage.group_by("case", "region", "material", maintain_order=True)
        .agg(pl.col("base_t").sum(), *[pl.col(name).sum() for name in _SHORT])
    )
    found: list[dict[str, Any]] = []
    for row in grouped.iter_rows(named=True):
        price = prices[row["case"], row["material"]]
        found.append({
            "chain": row["case"], "region": row["region"], "material": row["material"],
            "use": row["base_t"], "price": price, **_avoided(row, price),
        })
    return sorted(found, key=lambda one: -one["expected_usd_avoided"])


def sector_entries(
    world: World, cases: Sequence[ChainCase], sizing: Sizing
) -> list[dict[str, Any]]:
    """Return shortage avoided by region and sector, in USD at base prices.

    A use is short by the share by which its material is short in the region: which use drops out
    first is on no card here. The sector is that of the use in the chain's text.
    """
    if sizing.shortage.is_empty():
        return []
    prices, known = _prices(cases), value_added(world.bundle)
    uses = {
        (case.futures.chain, demand.name): demand.uses
        for case in cases for demand in case.futures.network.demands
    }
    sums: dict[tuple[str, str], dict[str, float]] = {}
    for row in sizing.shortage.iter_rows(named=True):
        text = world.chains[row["case"]].text
        sectors = {use.use: use.sector or "unnamed" for use in text.uses if use.counted}
        price = prices[row["case"], row["material"]]
        amounts = _avoided(row, price)
        for use, share in uses[row["case"], row["demand"]].items():
            if use not in sectors:
                continue
            into = sums.setdefault((row["region"], sectors[use]), {})
            for name in ("expected_usd_without", "expected_usd_avoided", "tail_usd_avoided"):
                into[name] = into.get(name, 0.0) + share * amounts[name]
    return sorted(
        ({"region": region, "sector": sector,
          "title": known[sector][1] if sector in known else sector, **amounts}
         for (region, sector), amounts in sums.items()),
        key=lambda one: -float(one["expected_usd_avoided"]),
    )


def regret_entries(sizing: Sizing) -> list[dict[str, Any]]:
    """Return per future what the bought reserve costs against the best one for that future alone.

    A range, as the best for one future is known up to the solver's gap.
    """
    if sizing.futures.is_empty():
        return []
    names = ["case", "future", "weight", "in_tail", "unmet_without_t", "unmet_with_t",
             "regret_low", "regret_high"]
    return [
        {"chain": row.pop("case"), **row}
        for row in sizing.futures.select([name for name in names
                                          if name in sizing.futures.columns]).to_dicts()
    ]


def _avoided(row: Mapping[str, Any], price: float) -> dict[str, float]:
    expected = row["expected_without_t"] - row["expected_with_t"]
    tail = row["tail_without_t"] - row["tail_with_t"]
    return {
        "expected_without": row["expected_without_t"], "expected_with": row["expected_with_t"],
        "tail_without": row["tail_without_t"], "tail_with": row["tail_with_t"],
        "expected_avoided": expected, "tail_avoided": tail,
        "expected_usd_without": price * row["expected_without_t"],
        "expected_usd_avoided": price * expected, "tail_usd_avoided": price * tail,
    }


def _prices(cases: Sequence[ChainCase]) -> dict[tuple[str, str], float]:
    return {
        (case.futures.chain, material.name): material.price
        for case in cases for material in case.futures.network.materials
    }
