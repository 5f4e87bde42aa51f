"""Shares of use by sector from the balanced accounts of the chains, and the accounts' grades."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from orepact.data.places import members
from orepact.indicators.figure import Figure, Input
from orepact.indicators.sectors import SectorText
from orepact.indicators.sourcing import UNIONS
from orepact.network.chains.text import ChainText, UseText
from orepact.network.world import World
from orepact.policy import Register

__all__ = ["account_grades", "account_use_shares"]

METHOD = "use in the balanced account over all counted uses of the material in the region"
MONTHS = 12.0
MILITARY = "military"


def account_use_shares(
    world: World, register: Register, sector: SectorText, region: str
) -> list[Figure]:
    """Return the share of each material's use in a region that a sector takes (fraction).

    One figure for every use that the sector names, that has one of its codes, or, for a military
    sector, that is marked military; `form` is the material of the chain and `mineral` the mineral
    the register says it holds. A part of a material's imports that a card gives to military users
    is listed too. Nothing for materials that the region does not use.
    """
    of = {form.id: form.mineral for form in register.forms.materials}
    return [
        figure
        for name, chain in world.chains.items()
        for figure in (
            *_uses(world, name, chain.text, sector, region, of),
            *_splits(world, name, chain.text, sector, region, of),
        )
    ]


def _uses(
    world: World,
    name: str,
    text: ChainText,
    sector: SectorText,
    region: str,
    of: dict[str, str],
) -> Iterator[Figure]:
    tonnes = _tonnes(world, name, region)
    counted = [use for use in text.uses if use.counted]
    for use in counted:
        if not _belongs(use, name, sector):
            continue
        every = [tonnes.get(each.use, 0.0) for each in counted if each.material == use.material]
        own, total = tonnes.get(use.use, 0.0), sum(every)
        if total <= 0.0:
            continue
        yield Figure(
            indicator="use_share",
            value=own / total,
            unit="1",
            region=region,
            mineral=of.get(use.material, text.mineral),
            form=use.material,
            period="-".join((text.calibration.first, text.calibration.last)),
            low=own / total,
            high=own / total,
            arithmetic=f"{own:,.4g} / {total:,.4g} t/year",
            method=METHOD,
            note=use.title,
            inputs=(
                Input(
                    name=use.title,
                    value=own,
                    unit="t/year",
                    source=f"account:{name}",
                    where=f"use {use.use}, {region}",
                ),
            ),
            coverage={
                "uses_of": region,
                "grade": world.accounts[name].grades.get(use.material, ""),
            },
        )


def _belongs(use: UseText, chain: str, sector: SectorText) -> bool:
    named = any(each.chain == chain and each.use == use.use for each in sector.accounts)
    coded = use.sector in sector.nace and use.end_use == sector.end_use
    return named or coded or (sector.end_use == MILITARY and use.end_use == MILITARY)


def _splits(
    world: World,
    name: str,
    text: ChainText,
    sector: SectorText,
    region: str,
    of: dict[str, str],
) -> Iterator[Figure]:
    if sector.end_use != MILITARY:
        return
    for split in text.end_use_split:
        if split.region != region:
            continue
        yield Figure(
            indicator="use_share",
            value=split.military,
            unit="1",
            region=region,
            mineral=of.get(split.material, text.mineral),
            form=split.material,
            low=split.military,
            high=split.military,
            arithmetic=f"{split.military:.4g} as the card gives it",
            method="share of a destination's imports that goes to military users",
            note=split.note,
            inputs=(
                Input(
                    name="military share of imports",
                    value=split.military,
                    unit="1",
                    source=split.source or f"card:{split.card}",
                    where=f"chain {name}, {split.material}, {region}",
                ),
            ),
            coverage={
                "uses_of": region,
                "grade": world.accounts[name].grades.get(split.material, ""),
            },
        )


def _tonnes(world: World, chain: str, region: str) -> dict[str, float]:
    """Return the balanced tonnes a year of every use in a region; a union is its members too."""
    places = {region, *(members("EU27") if region in UNIONS else ())}
    rows = world.accounts[chain].entries.filter(
        (pl.col("kind") == "use") & pl.col("region").is_in(places)
    )
    sums = rows.group_by("use").agg(pl.col("balanced").sum()).sort("use")
    return {use: MONTHS * float(tonnes) for use, tonnes in sums.iter_rows()}


def account_grades(world: World, register: Register) -> dict[str, str]:
    """Return the weakest grade (A to D) among the materials of each mineral."""
    of = {form.id: form.mineral for form in register.forms.materials}
    found: dict[str, str] = {}
    for name, chain in world.chains.items():
        for material, grade in world.accounts[name].grades.items():
            for mineral in {of.get(material, chain.text.mineral), chain.text.mineral}:
                found[mineral] = max(found.get(mineral, ""), grade)
    return found
