"""What a should-cost price is put beside: prices of the market, floors, published claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from orepact.network.world import World
from orepact.policy.support import read_support, support_names
from orepact.studies.claims.file import UNITS, Claim, read_claims
from orepact.studies.should_cost.text import CostFile

__all__ = ["MarketPrice", "claim_entries", "level_entries", "market_prices"]

OUTSIDE = "outside"

DOLLARS = "USD/t"
"""The one unit of published prices that is counted: nothing is converted at an unstated rate."""

LEVELS = ("floor", "strike", "cost", "price")
"""What an instrument holds a price up to, by kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPrice:
    """A published or base price (USD/t): what it is, where and when it held, and its source."""

    kind: str
    market: str
    period: str
    price: float
    source: str
    note: str = ""


def market_prices(world: World, text: CostFile) -> list[MarketPrice]:
    """Return the chain's base price and, by market, the latest price that is known of a material.

    A latest price is of the chain's own series, in dollars as published.
    """
    chain = world.chains[text.chain]
    base = chain.price(text.material)
    window = chain.text.calibration
    source = next(each.base_price.source or "card" for each in chain.text.materials
                  if each.material == text.material)
    found = [MarketPrice(kind="base", market="of the chain", period=f"{window.first} to "
                         f"{window.last}", price=base, source=source)]
    rows = chain.prices.filter(
        pl.col("material").str.split("|").list.contains(text.material)
        & (pl.col("price") > 0.0) & (pl.col("unit") == DOLLARS)).sort("month", maintain_order=True)
    for market in sorted(set(rows["market"]), key=lambda name: (name != OUTSIDE, name)):
        last = rows.filter(pl.col("market") == market).row(-1, named=True)
        found.append(MarketPrice(kind="latest", market=str(market), period=str(last["month"]),
                                 price=float(last["price"]), source=str(last["source"]),
                                 note=str(last["note"] or "")))
    return found


def claim_entries(text: CostFile) -> list[dict[str, Any]]:
    """Return the claims that a file asks to be put beside its price, in the claim's own unit."""
    known: dict[str, Claim] = {each.claim: each for each in read_claims()}
    found: list[dict[str, Any]] = []
    for name in text.compare:
        one = known.get(name)
        if one is None:
            continue
        ends = [float(each) for each in (one.low, one.value, one.high) if each is not None]
        kind, factor = UNITS.get(one.unit, ("", 1.0))
        found.append({
            "claim": name, "statement": one.statement, "asserted_by": one.asserted_by,
            "grade": one.grade, "url": one.url, "unit": one.unit, "low": min(ends),
            "high": max(ends),
            "low_usd_per_t": min(ends) * factor if kind == "price" else None,
            "high_usd_per_t": max(ends) * factor if kind == "price" else None,
        })
    return found


def level_entries(world: World, text: CostFile) -> list[dict[str, Any]]:
    """Return the levels (USD/t) that the price supports that ship hold up at this stage."""
    found: list[dict[str, Any]] = []
    for name in support_names():
        support = read_support(name, world) if text.chain in world.chains else None
        if support is None or support.chain != text.chain:
            continue
        for each in support.instruments:
            level = next((getattr(each, field) for field in LEVELS if hasattr(each, field)), None)
            if each.material == text.material and level is not None:
                found.append({"support": name, "title": support.title, "zone": list(each.zone),
                              "level": float(level)})
    return found
