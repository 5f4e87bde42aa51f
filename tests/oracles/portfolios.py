"""Small portfolio cases, made by hand or at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from orepact.model.portfolio import PortfolioCase, PortfolioWeights

MUSD = 1e6
TEXT, REAL, YEAR = pl.String(), pl.Float64(), pl.Int64()


@dataclass(frozen=True)
class Plant:
    """A project of a test: one recipe, one capital, capacity by (block, year of decision)."""

    name: str
    capital: float
    outputs: Mapping[str, float]
    capacity: Mapping[tuple[str, int], float]
    inputs: Mapping[str, float] = field(default_factory=dict[str, float])
    cost: float = 0.0
    country: str = "home"
    home: str = "A"
    gain: float = 0.0


@dataclass(frozen=True)
class Node:
    """What a zone needs of a material in a block, what users pay, and what comes from abroad."""

    block: str
    zone: str
    material: str
    need: float
    pays: float = 3.0
    imports: Mapping[str, tuple[float, float]] = field(
        default_factory=dict[str, tuple[float, float]])


def case_with(
    plants: Sequence[Plant],
    nodes: Sequence[Node],
    *,
    zones: tuple[str, ...] = ("A",),
    budget: float = float("inf"),
    weights: PortfolioWeights | None = None,
    block_weights: Mapping[str, float] | None = None,
    hosts: Mapping[str, tuple[float, Sequence[str]]] | None = None,
    caps: Sequence[tuple[str, str, str, float]] = (),
    shared: float = 0.0,
) -> PortfolioCase:
    """Return a case at prices of a million USD per tonne, so that tonnes are million USD."""
    blocks = sorted({node.block for node in nodes})
    materials = sorted({node.material for node in nodes}
                       | {m for one in plants for m in (*one.outputs, *one.inputs)})
    weight = block_weights or dict.fromkeys(blocks, 1.0)
    starts = sorted({(one.name, year) for one in plants for _, year in one.capacity})
    by_name = {one.name: one for one in plants}
    place = {"block": TEXT, "zone": TEXT, "material": TEXT}

    def table(rows: list[tuple[object, ...]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
        return pl.DataFrame(rows, schema=dict(schema), orient="row")

    return PortfolioCase(
        zones=zones,
        prices=dict.fromkeys(materials, MUSD),
        starts=table([(name, year, by_name[name].capital * MUSD, by_name[name].gain * MUSD)
                      for name, year in starts],
                     {"project": TEXT, "year": YEAR, "capital": REAL, "gain": REAL}),
        roles=table([(name, year, role, part, 1.0) for name, year in starts
                     for role, part in (("export-bank", 0.5), ("private", 0.5))],
                    {"project": TEXT, "year": YEAR, "role": TEXT, "largest": REAL,
                     "charge": REAL}),
        blocks=table([(name, "c", weight[name]) for name in blocks],
                     {"block": TEXT, "chain": TEXT, "weight": REAL}),
        available=table([(block, one.name, year, amount) for one in plants
                         for (block, year), amount in one.capacity.items()],
                        {"block": TEXT, "project": TEXT, "year": YEAR, "amount": REAL}),
        given=table([], {"block": TEXT, "project": TEXT, "amount": REAL}),
        modes=table([(one.name, "m", material, amount, next(iter(one.outputs)))
                     for one in plants
                     for material, amount in (*one.outputs.items(),
                                              *((m, -a) for m, a in one.inputs.items()))],
                    {"project": TEXT, "mode": TEXT, "material": TEXT, "amount": REAL,
                     "first": TEXT}),
        runs=table([(one.name, "m", one.cost * MUSD, one.country, one.home) for one in plants],
                   {"project": TEXT, "mode": TEXT, "cost": REAL, "country": TEXT, "home": TEXT}),
        bought=table([(node.block, node.zone, node.material, origin, limit, cost)
                      for node in nodes for origin, (limit, cost) in node.imports.items()],
                     {**place, "origin": TEXT, "limit": REAL, "cost": REAL}),
        made=table([], {"block": TEXT, "zone": TEXT, "process": TEXT, "limit": REAL,
                        "cost": REAL, "group": TEXT}),
        recipes=table([], {"process": TEXT, "material": TEXT, "amount": REAL, "first": TEXT}),
        used=table([(node.block, node.zone, node.material, 0, node.need, node.pays)
                    for node in nodes if node.need > 0.0],
                   {**place, "step": YEAR, "width": REAL, "pays": REAL}),
        sold=table([], {**place, "limit": REAL}),
        hosts=table([("c", group, limit) for group, (limit, _) in (hosts or {}).items()],
                    {"chain": TEXT, "group": TEXT, "limit": REAL}),
        bound=table([(group, name) for group, (_, names) in (hosts or {}).items()
                     for name in names], {"group": TEXT, "project": TEXT}),
        origins=table(list(caps), {"zone": TEXT, "material": TEXT, "origin": TEXT, "share": REAL}),
        budget=budget * MUSD,
        shared=shared,
        weights=weights or PortfolioWeights(diversity=0.0),
    )


def random_plants(seed: int, zones: Sequence[str] = ("A",)) -> tuple[list[Plant], list[Node]]:
    """Return plants and needs of a chain from ore to metal in two blocks, drawn by seed."""
    chance = np.random.default_rng(seed)
    blocks, years = ("c|early|1", "c|late|2"), (2027, 2028)
    plants: list[Plant] = []
    for number in range(4):
        refinery = number % 2 == 1
        size = float(chance.uniform(1.0, 8.0))
        capacity = {(block, year): size * float(chance.uniform(0.0, 1.0))
                    * (1.0 if block == blocks[1] else 0.3) * (1.0 if year == years[0] else 0.7)
                    for block in blocks for year in years}
        plants.append(Plant(
            f"p{number}", float(chance.uniform(1.0, 12.0)),
            {"metal": 1.0} if refinery else {"ore": 1.0}, capacity,
            {"ore": float(chance.uniform(0.5, 1.5))} if refinery else {},
            cost=float(chance.uniform(0.0, 1.0)), country=f"land{number}",
            home=zones[int(chance.integers(len(zones)))]))
    nodes = [
        Node(block, zone, material, float(chance.uniform(2.0, 9.0)) if material == "metal" else 0.0,
             float(chance.uniform(2.0, 8.0)),
             {"far": (float(chance.uniform(0.0, 3.0)), float(chance.uniform(1.0, 1.5)))})
        for block in blocks for zone in zones for material in ("ore", "metal")
    ]
    return plants, nodes
