"""Which node of a chain a country belongs to: itself, its bloc, or the rest of its group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from orepact.network.accounts.raw import RawAccount, RawStage
from orepact.network.components import Region

__all__ = ["BLOC", "OWN_NODE", "Nodes", "nodes_of"]

BLOC = "EU27"
"""A bloc that stays whole: its members are no nodes of their own."""

OWN_NODE = 0.02
"""A country is a node of its own from this share of a stage's production, exports or imports."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """The node of each country (`home`), and the countries that no region holds."""

    home: Mapping[str, str]
    unknown: tuple[str, ...]

    def moved(self, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """Return a frame with the countries of some columns replaced; unknown ones left out."""
        return frame.filter(
            pl.all_horizontal(pl.col(name).is_in(list(self.home)) for name in columns)
        ).with_columns(pl.col(name).replace_strict(dict(self.home)) for name in columns)


def nodes_of(raw: RawAccount, regions: Iterable[Region]) -> Nodes:
    """Return the node of every country of a raw account.

    A region that has its own name among its members is a country; another is a bloc or group.
    """
    alone: dict[str, str] = {}
    group: dict[str, str] = {}
    for region in regions:
        home = alone if region.name in region.members else group
        home.update(dict.fromkeys(region.members, region.name))
    large = {country for stage in raw.stages for country in _large(stage)}
    countries = sorted({country for stage in raw.stages for country in _countries(stage)})
    home = {
        country: _home(country, alone, group, large=country in large)
        for country in countries
        if country in alone or country in group
    }
    return Nodes(home, tuple(country for country in countries if country not in home))


def _home(country: str, alone: Mapping[str, str], group: Mapping[str, str], *, large: bool) -> str:
    if country in group and (group[country] == BLOC or country not in alone or not large):
        return group[country]
    return alone[country]


def _countries(stage: RawStage) -> set[str]:
    return {*stage.production["country"], *stage.flows["exporter"], *stage.flows["importer"]}


def _large(stage: RawStage) -> set[str]:
    parts = (
        stage.production.select("country", "tonnes"),
        stage.flows.select(pl.col("exporter").alias("country"), "tonnes"),
        stage.flows.select(pl.col("importer").alias("country"), "tonnes"),
    )
    return {
        country
        for part in parts
        for country in part.group_by("country")
        .agg(pl.col("tonnes").sum())
        .filter(pl.col("tonnes") >= OWN_NODE * pl.col("tonnes").sum())["country"]
    }
