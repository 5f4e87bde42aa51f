"""Which cards move output at risk: one card after the other at both ends of its range.

The members are simulated once. Of the sector most at risk in the plan's region, on the highest rung
and in the period in which the scenario changes most there, the middle member's output at risk is
reckoned again with each card at the low and at the high end of its range, the others at their
values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from orepact.indicators.sector.at_risk import sectors_at_risk
from orepact.indicators.sector.at_risk_file import AtRiskText, at_risk_reader
from orepact.network.world import World

__all__ = ["sector_driver_entries"]

ENDS = {"proportional": "low_middle", "fixed_proportions": "high_middle"}
"""The two figures that are moved: the low end of output at risk, and its high end."""

SAME = 1e-9


def sector_driver_entries(
    members: pl.DataFrame,
    world: World,
    months: Mapping[str, int],
    sectors: Sequence[Mapping[str, Any]],
    region: str,
    *,
    member_states: bool = False,
) -> list[dict[str, Any]]:
    """Return the sector most at risk and what each card makes of it, the largest swing first.

    `sectors` are the entries of `orepact.studies.stress.knock_on`. Amounts are USD over the period;
    empty where no sector of the region is at risk. Cards that move nothing are left out.
    """
    mine = [one for one in sectors if one["region"] == region and one["licence"] == "all"]
    if not mine:
        return []
    top = max(one["rung"] for one in mine)
    mine = [one for one in mine if one["rung"] == top]
    first = max(mine, key=lambda one: abs(one["change"]["fixed_proportions"]))["period"]
    worst = max((one for one in mine if one["period"] == first),
                key=lambda one: one["at_risk"]["high"])
    kept = members.filter(
        pl.col("region") == region, pl.col("rung") == top, pl.col("period") == first)
    read = at_risk_reader(world)
    text = read({})

    def told(values: Mapping[str, float]) -> dict[str, float]:
        bands = sectors_at_risk(kept, world, months, text=read(values),
                                member_states=member_states).bands
        row = bands.filter(pl.col("sector") == worst["sector"], pl.col("licence") == "all")
        return {name: float(row[column][0]) for name, column in ENDS.items()}

    middle = told({})
    rows = [
        _row(card, told({card: text.cards[card].low}), told({card: text.cards[card].high}), text)
        for card in _cards(text, members["chain"].unique().to_list(), region)
    ]
    moved = [row for row in rows if row["swing"] > SAME * max(*middle.values(), 1.0)]
    return [{
        "region": region, "sector": worst["sector"], "title": worst["title"], "rung": top,
        "period": first, "middle": middle,
        "cards": sorted(moved, key=lambda row: (-row["swing"], row["card"])),
    }]


def _cards(text: AtRiskText, chains: Sequence[str], region: str) -> list[str]:
    """Return the cards that can bear on a region's sectors: not those of other regions' size."""
    parts = set(text.classes.values()) - set(text.part_cards(chains))
    others = {each for each in text.sizes if each != region}
    return [
        name for name in text.cards
        if name not in parts and not any(name.endswith(each.lower()) for each in others)
    ]


def _row(
    card: str, low: Mapping[str, float], high: Mapping[str, float], text: AtRiskText
) -> dict[str, Any]:
    one = text.cards[card]
    swings = [abs(high[name] - low[name]) for name in ENDS]
    return {
        "card": card, "title": one.title, "unit": one.unit, "from": one.low, "to": one.high,
        **{name: {"low": low[name], "high": high[name]} for name in ENDS}, "swing": max(swings),
    }
