"""What a stress run means beyond materials: sectors at risk, and who hangs on these sectors.

Output at risk is a range by sector (`orepact.indicators.sector.at_risk`). With a user's table of
flows between sectors there is an exposure index besides, which is no forecast.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from orepact.errors import Problem, nearest
from orepact.indicators.input_output import LABEL, InputOutput, exposure_index
from orepact.indicators.sector.at_risk import SectorsAtRisk, sectors_at_risk, sectors_told
from orepact.indicators.sector.at_risk_file import read_at_risk
from orepact.network.links import world_links
from orepact.network.world import World

__all__ = ["UNITS", "KnockOn", "card_entries", "flow_problems", "knock_on"]

UNITS = "USD over the period"

_KEYS = ("rung", "period", "licence", "region", "sector", "title")


@dataclass(frozen=True, slots=True)
class KnockOn:
    """Sectors at risk as entries and as a table, what is missing, and the exposure index."""

    sectors: list[dict[str, Any]]
    missing: list[str]
    exposure: list[dict[str, Any]]
    bands: pl.DataFrame
    stop: float

    @property
    def content(self) -> dict[str, Any]:
        """Return what ``run.json`` holds of it."""
        return {
            "sectors_at_risk": {
                "unit": UNITS, "stop": self.stop, "results": self.sectors,
                "missing": self.missing,
            },
            "sector_exposure": {"label": LABEL, "results": self.exposure},
        }


def knock_on(
    members: pl.DataFrame,
    world: World,
    months: Mapping[str, int],
    *,
    region: str,
    flows: InputOutput | None = None,
    member_states: bool = False,
) -> KnockOn:
    """Return sectors at risk of a stress run's members, with an exposure index if flows are given.

    `members` is as `sectors_at_risk` reads it, `months` are those of each period; `flows` is the
    table of `region` and has every sector that may be at risk (`flow_problems`).
    """
    found = sectors_at_risk(members, world, months, member_states=member_states)
    return KnockOn(
        list(_entries(found)),
        list(found.missing),
        [] if flows is None or found.bands.is_empty() else list(_exposed(found, flows, region)),
        found.bands,
        found.stop,
    )


def card_entries(
    chains: Sequence[str], link_names: Sequence[str], world: World
) -> list[dict[str, Any]]:
    """Return the cards behind sectors at risk and links, as `run.json` lists assumptions."""
    text = read_at_risk(world)
    other = {name: card for name, card in text.cards.items() if "-part-" not in name}
    links = world_links(world.folder, world.chains).named(link_names).among(chains)
    named = [*links.card_names, *other, *text.part_cards(chains)]
    cards = {**links.cards, **text.cards}
    return [
        {
            **asdict(cards[name]),
            "affects": ", ".join(_texts(cards[name].affects)),
            "chain": "",
        }
        for name in dict.fromkeys(named)
    ]


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def flow_problems(
    chains: Sequence[str], world: World, flows: InputOutput | None
) -> list[Problem]:
    """Return a problem for every sector of the chains' uses that a table of flows lacks."""
    if flows is None:
        return []
    return [
        Problem("the table of flows lacks a sector that may be at risk", field="--input-output",
                found=name, expected="sectors named by their NACE codes, such as C29",
                nearest=nearest(name, flows.sectors))
        for name in sectors_told(world, chains) if name not in flows.sectors
    ]


def _entries(found: SectorsAtRisk) -> Iterator[dict[str, Any]]:
    """Yield an entry per rung, period, licence, region and sector in which anything is at risk."""
    for row in found.bands.iter_rows(named=True):
        if row["high"] <= 0.0 and row["high_cards"] <= 0.0:
            continue
        yield {
            **{name: row[name] for name in _KEYS},
            "at_risk": {
                "low": row["low"], "high": row["high"],
                "proportional": row["low_middle"], "fixed_proportions": row["high_middle"],
                "low_with_cards": row["low_cards"], "high_with_cards": row["high_cards"],
            },
            "willingness_to_pay": {
                "half": row["low_half_middle"], "card": row["low_middle"],
                "double": row["low_double_middle"],
            },
            "change": {
                "half": row["change_low_half_middle"], "card": row["change_low_middle"],
                "double": row["change_low_double_middle"],
                "fixed_proportions": row["change_high_middle"],
                "sign_flips": row["sign_flips"],
            },
            "extra_cost": None if row["extra_cost_middle"] is None else {
                end: row[f"extra_cost_{end}"] for end in ("middle", "low", "high")
            },
            "cover_days": row["cover_days"],
            "sector_value_added": row["sector_usd"],
            "members": row["members"],
        }


def _exposed(found: SectorsAtRisk, flows: InputOutput, region: str) -> Iterator[dict[str, Any]]:
    """Yield the exposure of every sector of the table, at both ends of what is at risk."""
    rows = found.bands.filter((pl.col("region") == region) & (pl.col("licence") == "all"))
    for (rung, period), part in rows.group_by("rung", "period", maintain_order=True):
        ends = {
            end: exposure_index(flows, {
                sector: min(1.0, amount / whole)
                for sector, amount, whole in part.select(
                    "sector", column, "sector_usd").iter_rows()
            })
            for end, column in (("low", "low_middle"), ("high", "high_middle"))
        }
        for number, sector in enumerate(flows.sectors):
            yield {
                "rung": rung, "period": period, "region": region, "sector": sector,
                **{
                    name: {end: float(table[name][number]) for end, table in ends.items()}
                    for name in ("direct", "backward", "forward")
                },
            }
