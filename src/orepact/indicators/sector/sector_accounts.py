"""Shares of use by sector from the balanced accounts of the chains, and the accounts' grades."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from orepact.data.places import members
from orepact.indicators.figure import Figure, Input
from orepact.indicators.sector.sectors import SectorText
from orepact.indicators.tables.sourcing import UNIONS
from orepact.network.chains.text import ChainText, UseText
from orepact.network.world import World
from orepact.policy import Register

__all__ = ["account_grades", "account_use_shares"]

METHOD = "use in the balanced account over all that the region uses or processes of the material"
MONTHS = 12.0
MILITARY = "military"


def account_use_shares(
    world: World, register: Register, sector: SectorText, region: str
) -> list[Figure]:
    """Return the share of each material's use in a region that a sector takes (fraction).

    Uses are those that the sector names and, for a military sector, those marked military; what a
    material is used for includes its processing into other materials in the region. `form` is the
    material of the chain and `mineral` the mineral the register says it holds. Where no use is
    military, the part of imports that a card gives to military users is listed. Nothing for
    materials that the region does not use.
    """
    of = {form.id: form.mineral for form in register.forms.materials}
    found: list[Figure] = []
    for name, chain in world.chains.items():
        own = list(_uses(world, name, chain.text, sector, region, of))
        told = {figure.form for figure in own if figure.value}
        found += own
        found += [
            figure
            for figure in _splits(world, name, chain.text, sector, region, of)
            if figure.form not in told and figure.value
        ]
    return found


def _uses(
    world: World,
    name: str,
    text: ChainText,
    sector: SectorText,
    region: str,
    of: dict[str, str],
) -> Iterator[Figure]:
    mine = [use for use in text.uses if use.counted and _belongs(use, name, sector)]
    if not mine:
        return
    tonnes, taken = _tonnes(world, name, region), _taken(world, name, text, region)
    for material in dict.fromkeys(use.material for use in mine):
        total = taken.get(material, 0.0)
        if total <= 0.0:
            continue
        own = [(use, tonnes.get(use.use, 0.0)) for use in mine if use.material == material]
        share = min(1.0, sum(amount for _, amount in own) / total)
        terms = " + ".join(f"{amount:,.4g}" for _, amount in own)
        yield Figure(
            indicator="use_share",
            value=share,
            unit="1",
            region=region,
            mineral=of.get(material, text.mineral),
            form=material,
            period=f"{text.calibration.first} to {text.calibration.last}",
            low=share,
            high=share,
            arithmetic=f"({terms}) / {total:,.4g} t/year",
            method=METHOD,
            note="; ".join(use.title for use, _ in own),
            inputs=tuple(
                Input(
                    name=use.title,
                    value=amount,
                    unit="t/year",
                    source=f"account:{name}",
                    where=f"use {use.use}, {region}",
                )
                for use, amount in own
            ),
            coverage={"uses_of": region, "grade": world.accounts[name].grades.get(material, "")},
        )


def _belongs(use: UseText, chain: str, sector: SectorText) -> bool:
    named = any(each.chain == chain and each.use == use.use for each in sector.accounts)
    return named or (sector.end_use == MILITARY and use.end_use == MILITARY)


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


def _own(world: World, chain: str, kind: str, region: str) -> pl.DataFrame:
    """Return the rows of one kind of a chain's account in a region; a union is its members too."""
    places = {region, *(members("EU27") if region in UNIONS else ())}
    entries = world.accounts[chain].entries
    return entries.filter((pl.col("kind") == kind) & pl.col("region").is_in(places))


def _tonnes(world: World, chain: str, region: str) -> dict[str, float]:
    """Return the balanced tonnes a year of every use in a region."""
    rows = _own(world, chain, "use", region).group_by("use").agg(pl.col("balanced").sum())
    return {use: MONTHS * float(tonnes) for use, tonnes in rows.sort("use").iter_rows()}


def _taken(world: World, chain: str, text: ChainText, region: str) -> dict[str, float]:
    """Return what a region takes of every material (t/year): counted uses and processing."""
    used = _tonnes(world, chain, region)
    found: dict[str, float] = {}
    for use in text.uses:
        if use.counted:
            found[use.material] = found.get(use.material, 0.0) + used.get(use.use, 0.0)
    recipes = {process.process: process.inputs for process in text.processes}
    for row in _own(world, chain, "production", region).iter_rows(named=True):
        for material, ratio in recipes[row["process"]].items():
            taken = MONTHS * float(row["balanced"]) * ratio
            found[material] = found.get(material, 0.0) + taken
    return found


def account_grades(world: World, register: Register) -> dict[str, str]:
    """Return the weakest grade (A to D) among the materials of each mineral."""
    of = {form.id: form.mineral for form in register.forms.materials}
    found: dict[str, str] = {}
    for name, chain in world.chains.items():
        for material, grade in world.accounts[name].grades.items():
            for mineral in {of.get(material, chain.text.mineral), chain.text.mineral}:
                found[mineral] = max(found.get(mineral, ""), grade)
    return found
