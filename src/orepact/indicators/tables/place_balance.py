"""Demand, supply and bottlenecks of a place, from the balanced account of a mineral's chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from orepact.indicators.figure import Figure, Input

if TYPE_CHECKING:
    from orepact.network.world import World

__all__ = ["PlaceBalance", "accounted_bottlenecks", "accounted_supply", "balances", "place_of"]

MONTHS = 12.0
_METHOD = "balanced account of the chain"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceBalance:
    """What a place makes, uses and trades of one material of a chain (t/year).

    `taken` is what its next stage takes, `stocked` what goes into inventories. Invariant: made +
    imports = used + stocked + taken + exports, as the account balances.
    """

    chain: str
    material: str
    stage: str
    grade: str
    cited: float
    made: float
    used: float
    stocked: float
    taken: float
    imports: float
    exports: float

    @property
    def need(self) -> float:
        """Use and what the next stage takes (t/year)."""
        return self.used + self.taken

    @property
    def supply(self) -> float:
        """Output and net imports (t/year)."""
        return self.made + self.imports - self.exports


def place_of(region: str) -> str:
    """Return the name of a region in the accounts."""
    return "EU27" if region == "E27" else region


def balances(world: World, region: str, mineral: str) -> list[PlaceBalance]:
    """Return a region's balance of every material of a mineral in the chains that hold it.

    A chain holds a mineral if it is its own, or by the materials that carry its name. None where
    the region is no place of its own in the account (a member state, say) or there is no chain.
    """
    place = place_of(region)
    found: list[PlaceBalance] = []
    for name, chain in world.chains.items():
        own = chain.text.mineral == mineral
        wanted = {
            one.material
            for one in chain.text.materials
            if own or _named(one.material, mineral, chain.text.mineral)
        }
        if wanted and place in set(world.accounts[name].entries["region"]):
            rows = _of_chain(world, name, place)
            found += [row for row in rows if row.material in wanted]
    return found


def _named(material: str, mineral: str, own: str) -> bool:
    """Say whether a material of a group's chain is one of its minerals, as platinum of the pgm.

    The chain of a mineral's own metal (titanium_metal) is no chain of its ore (titanium).
    """
    return material.startswith(mineral.replace("_", "-") + "-") and not own.startswith(mineral)


def accounted_supply(rows: list[PlaceBalance]) -> list[Figure]:
    """Return demand and supply of each material (t/year), without those that the place has not."""
    return [figure for row in rows if row.need or row.supply for figure in _both(row)]


def accounted_bottlenecks(rows: list[PlaceBalance]) -> list[Figure]:
    """Return own output over own need by material (fraction); the smallest of a chain is noted."""
    needed = [row for row in rows if row.need > 0.0]
    least = {
        chain: min(row.made / row.need for row in needed if row.chain == chain)
        for chain in {row.chain for row in needed}
    }
    return [
        Figure(
            indicator="own output over own need",
            value=row.made / row.need,
            unit="1",
            stage=row.stage,
            form=row.material,
            period="account",
            arithmetic=f"{row.made:,.4g} / {row.need:,.4g} t/year",
            method=_METHOD,
            note="bottleneck of the chain" if row.made / row.need == least[row.chain] else "",
            inputs=(_input(row, "output", row.made), _input(row, "need", row.need)),
            coverage={"grade": row.grade, "cited_share": row.cited},
        )
        for row in needed
    ]


def _of_chain(world: World, chain: str, place: str) -> Iterator[PlaceBalance]:
    text, account = world.chains[chain].text, world.accounts[chain]
    here, there = pl.col("region") == place, pl.col("partner") == place
    kind = pl.col("kind")
    made = account.entries.filter(here, kind == "production")
    used = account.entries.filter(here, kind == "use")
    final = pl.col("use").is_in([use.use for use in text.uses if use.counted])
    sold = account.entries.filter(here, kind == "trade")
    bought = account.entries.filter(there, kind == "trade")
    recipes = {process.process: process for process in text.processes}
    output: dict[str, float] = {}
    taken: dict[str, float] = {}
    for process, amount in made.select("process", "balanced").iter_rows():
        for material, ratio in recipes[process].outputs.items():
            output[material] = output.get(material, 0.0) + MONTHS * amount * ratio
        for material, ratio in recipes[process].inputs.items():
            taken[material] = taken.get(material, 0.0) + MONTHS * amount * ratio
    for one in text.materials:
        yield PlaceBalance(
            chain=chain,
            material=one.material,
            stage=one.stage,
            grade=account.grades.get(one.material, account.grade),
            cited=account.coverage,
            made=output.get(one.material, 0.0),
            used=_sum(used.filter(final), one.material),
            stocked=_sum(used.filter(~final), one.material),
            taken=taken.get(one.material, 0.0),
            imports=_sum(bought, one.material),
            exports=_sum(sold, one.material),
        )


def _sum(rows: pl.DataFrame, material: str) -> float:
    return MONTHS * sum(float(each) for each in rows.filter(material=material)["balanced"])


def _both(row: PlaceBalance) -> Iterator[Figure]:
    demand = Figure(
        indicator="demand",
        value=row.need,
        unit="t/year",
        stage=row.stage,
        form=row.material,
        period="account",
        arithmetic=f"{row.used:,.4g} used + {row.taken:,.4g} taken by the next stage",
        method=_METHOD,
        inputs=(_input(row, "use and input of the next stage", row.need),),
        coverage={"grade": row.grade, "cited_share": row.cited},
    )
    yield demand
    yield replace(
        demand,
        indicator="supply",
        value=row.supply,
        arithmetic=f"{row.made:,.4g} made + {row.imports:,.4g} imports "
        f"- {row.exports:,.4g} exports",
        inputs=(_input(row, "output and net imports", row.supply),),
    )


def _input(row: PlaceBalance, name: str, value: float) -> Input:
    return Input(
        name=f"{row.material}: {name}",
        value=value,
        unit="t/year",
        source=f"account:{row.chain}",
        where="balanced",
    )
