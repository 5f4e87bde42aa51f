"""Grades of the balanced accounts by mineral and stage of the overview, from the chains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from orepact.network.world import World
from orepact.policy import Register
from orepact.studies.assessment.grades import COLUMNS

__all__ = ["account_grades"]

EXTRACTION, PROCESSING, IMPORTS = "extraction", "processing", "imports"

STAGES: Mapping[str, str] = {
    "mine": EXTRACTION,
    **dict.fromkeys(
        ("intermediate", "smelter", "refined", "compound", "metal", "separated"), PROCESSING
    ),
}
"""Stages of chains and the stage of the overview that each belongs to; scrap and parts to none."""

_Item = tuple[str, str, str, str]


def account_grades(world: World, register: Register) -> pl.DataFrame:
    """Return the grades of the accounts: mineral, stage, chains, grade.

    A grade is one letter, or the best and the worst of the materials at the stage: ``B-D``. That of
    *imports* is of all materials of the mineral. The ore of a group of minerals is that of each; a
    material of several minerals, as neodymium-praseodymium, is one of each.
    """
    minerals = world.bundle.table("minerals").select("mineral", "name", "parent").rows()
    items = list(_items(world, register))
    parents = {mineral: parent for mineral, _, parent in minerals}
    names = {name.lower() for _, name, _ in minerals}
    mixed = {
        mineral: parts
        for mineral, name, _ in minerals
        if (parts := frozenset(name.lower().split("-"))) <= names
    }
    rows: list[dict[str, str]] = []
    for mineral, name, _ in minerals:
        of = {each for each, parts in mixed.items() if name.lower() in parts} | {mineral}
        for stage in (EXTRACTION, PROCESSING, IMPORTS):
            found = [one for one in items if one[1] in of and stage in {one[2], IMPORTS}]
            if stage == EXTRACTION and not found:
                groups = set(_groups(mineral, parents))
                found = [one for one in items if one[1] in groups and one[2] == EXTRACTION]
            if found:
                chains = "|".join(sorted({chain for chain, *_ in found}))
                rows.append(dict(zip(COLUMNS, (mineral, stage, chains, _span(found)), strict=True)))
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _items(world: World, register: Register) -> Iterable[_Item]:
    """Yield chain, mineral, stage of the overview and grade of every material."""
    of = {form.id: form.mineral for form in register.forms.materials}
    for name, chain in world.chains.items():
        grades = world.account(name).grades
        for item in chain.text.materials:
            mineral = of.get(item.material, chain.text.mineral)
            yield name, mineral, STAGES.get(item.stage, ""), grades[item.material]


def _groups(mineral: str, parents: Mapping[str, str]) -> Iterable[str]:
    """Yield the groups that a mineral is part of, the smallest first."""
    while mineral := parents.get(mineral, ""):
        yield mineral


def _span(items: Iterable[_Item]) -> str:
    grades = sorted({grade for *_, grade in items})
    return grades[0] if len(grades) == 1 else f"{grades[0]}-{grades[-1]}"
