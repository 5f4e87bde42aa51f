"""Why a material has no should-cost price: what is missing, and what the dataset does know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from orepact.errors import Problem, nearest
from orepact.network.world import World
from orepact.studies.should_cost.text import NEEDED, UNITS, CostFile, files_of

__all__ = ["refusal"]


def refusal(world: World, what: CostFile | str, path: Path | None) -> list[Problem]:
    """Return one problem per missing input of a file, or of a material that has no file."""
    if isinstance(what, CostFile):
        known = [f"{each.title} {each.range().low:g} to {each.range().high:g} {each.unit}"
                 for each in what.inputs if not each.missing and each.role != "price"]
        problems = [Problem("no should-cost price: an input is missing", file=str(path or ""),
                            field=what.material, found=gap, expected="a figure or a range with "
                            "a reason in the file") for gap in what.gaps()]
        if known:
            problems.append(Problem("known nevertheless", field=what.material,
                                    found="; ".join(known)))
        return problems
    return list(_without_file(world, what))


def _without_file(world: World, name: str) -> Iterator[Problem]:
    materials = {each.name: chain for chain in world.chains
                 for each in world.network(chain).materials}
    files = list(files_of(world))
    if name not in materials:
        yield Problem("unknown material", field="MATERIAL", found=name,
                      expected="a material of a chain, with a file: one of " + ", ".join(files),
                      nearest=nearest(name, [*files, *materials]))
        return
    chain = materials[name]
    network = world.network(chain)
    makers = [each for each in network.processes if name in each.outputs]
    recipe = max(makers, key=lambda each: each.base) if makers else None
    yield Problem("no should-cost price: an input is missing", field=f"{name}.capital",
                  found=_projects(world, chain),
                  expected=f"a figure or a range with a reason ({UNITS['capital']})")
    others = ", ".join(f"{role} ({UNITS[role]})" for role in NEEDED if role != "capital")
    yield Problem("no should-cost price: inputs are missing", field=name, found="nothing published",
                  expected=f"cards of {others}")
    feeds = ", ".join(f"{amount:g} t/t {feed}" for feed, amount in recipe.inputs.items()) \
        if recipe else ""
    price = next(each.price for each in network.materials if each.name == name)
    yield Problem("known nevertheless", field=name,
                  found=f"base price {price:,.0f} USD/t" + (f"; feeds {feeds}" if feeds else ""),
                  expected=f"a file should_cost/{name}.yaml, such as those of " + ", ".join(files))


def _projects(world: World, chain: str) -> str:
    """Return the projects of a chain's mineral that state capital, with what they leave open."""
    mineral = world.chains[chain].text.mineral
    table = world.bundle.table("projects")
    named = table.filter(pl.col("minerals").str.split("|").list.contains(mineral)
                         & (pl.col("capex_amount").is_not_null()
                            | pl.col("capex_musd").is_not_null()))
    if named.is_empty():
        return f"no project of {mineral} states its capital"
    return "; ".join(
        f"{row['project']} {row['name']}: {row['capex_note'] or 'capital without a note'}"
        for row in named.iter_rows(named=True))
