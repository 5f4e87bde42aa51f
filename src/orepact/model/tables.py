"""Component tables: a network's components as polars frames with numbered nodes.

Nodes are the pairs (region, material) where something can be delivered. Frames keep the order of
the components, so that arrays made from them line up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np
import polars as pl

from orepact.network.network import Network

__all__ = ["Columns", "Tables", "tables_of"]


@dataclass(frozen=True, slots=True)
class Columns:
    """A frame whose columns are read as arrays, each made once: windows read them often."""

    frame: pl.DataFrame
    _made: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray], repr=False)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.frame)

    def with_arrays(self, **arrays: np.ndarray) -> Columns:
        """Return the same rows with other numbers in some columns; keys stay those of the frame."""
        return Columns(self.frame, {**self._made, **arrays})

    def __getitem__(self, name: str) -> Any:
        """Return a column as an array: floats, integers or text."""
        if name not in self._made:
            self._made[name] = self.frame[name].to_numpy()
        return self._made[name]


@dataclass(frozen=True, slots=True)
class Tables:
    """Frames, one row per component; `node` numbers index `nodes`.

    - `nodes`: region, material, price (USD/t)
    - `processes`: process, region, node (of the first output), base, capacity (t/month), cost
      (USD/t), elasticity, floor, margin_slope, notice, grows, value (USD of outputs per tonne of
      activity)
    - `recipe`: process (row number), node, ratio (t per t of activity; negative = input)
    - `routes`: route, exporter, importer, material, from, to (nodes), base, capacity, cost,
      qualification, lag, kind, price
    - `stocks`: stock, region, material, node, initial, capacity, carrying_cost, wanted, slope,
      price
    - `demands`: demand, region, material, node, base, elasticity, price
    - `reserves`: reserve, owner, region, material, node (−1 where nothing can be delivered), held,
      capacity, release, lead, carrying_cost, shelf_life, largest, paid (USD/t in buying), price
    - `draws`: reserve (row number), region, node; one row per region that may draw
    """

    nodes: Columns
    processes: Columns
    recipe: Columns
    routes: Columns
    stocks: Columns
    demands: Columns
    reserves: Columns
    draws: Columns


def tables_of(network: Network) -> Tables:
    """Return the component tables of a network."""
    prices = {material.name: material.price for material in network.materials}
    numbers = _number_nodes(network)
    nodes = pl.DataFrame(
        {
            "region": [region for region, _ in numbers],
            "material": [material for _, material in numbers],
            "price": [prices[material] for _, material in numbers],
        },
        schema={"region": pl.String, "material": pl.String, "price": pl.Float64},
    )
    frames = (
        nodes,
        *_process_tables(network, numbers, prices),
        _route_table(network, numbers, prices),
        _stock_table(network, numbers, prices),
        _demand_table(network, numbers, prices),
        *_reserve_tables(network, numbers, prices),
    )
    return Tables(*(Columns(frame) for frame in frames))


def _number_nodes(network: Network) -> dict[tuple[str, str], int]:
    pairs: set[tuple[str, str]] = set()
    for process in network.processes:
        pairs.update((process.region, material) for material in (*process.inputs, *process.outputs))
    for route in network.routes:
        pairs.add((route.exporter, route.material))
        pairs.add((route.importer, route.material))
    pairs.update((place.region, place.material) for place in (*network.stocks, *network.demands))
    return {pair: number for number, pair in enumerate(sorted(pairs))}


def _process_tables(
    network: Network, numbers: dict[tuple[str, str], int], prices: dict[str, float]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    made = network.processes
    first = [next(iter(process.outputs)) for process in made]
    processes = pl.DataFrame(
        {
            "process": [process.name for process in made],
            "region": [process.region for process in made],
            "node": [
                numbers[process.region, output] for process, output in zip(made, first, strict=True)
            ],
            "base": [process.base for process in made],
            "capacity": [process.capacity for process in made],
            "cost": [process.cost for process in made],
            "elasticity": [process.elasticity for process in made],
            "floor": [process.floor for process in made],
            "margin_slope": [process.margin_slope for process in made],
            "notice": [process.notice for process in made],
            "grows": [process.grows for process in made],
            "value": [
                sum(prices[name] * ratio for name, ratio in process.outputs.items())
                for process in made
            ],
        },
        schema_overrides=dict.fromkeys(
            ["base", "capacity", "cost", "elasticity", "floor", "margin_slope", "value"], pl.Float64
        )
        | dict.fromkeys(["process", "region"], pl.String)
        | {"node": pl.Int64, "notice": pl.Int64, "grows": pl.Boolean},
    )
    rows = [
        (number, numbers[process.region, material], sign * ratio)
        for number, process in enumerate(made)
        for sign, part in ((1.0, process.outputs), (-1.0, process.inputs))
        for material, ratio in part.items()
    ]
    recipe = pl.DataFrame(
        rows, orient="row", schema={"process": pl.Int64, "node": pl.Int64, "ratio": pl.Float64}
    )
    return processes, recipe


def _route_table(
    network: Network, numbers: dict[tuple[str, str], int], prices: dict[str, float]
) -> pl.DataFrame:
    routes = network.routes
    return pl.DataFrame(
        {
            "route": [route.name for route in routes],
            "exporter": [route.exporter for route in routes],
            "importer": [route.importer for route in routes],
            "material": [route.material for route in routes],
            "from": [numbers[route.exporter, route.material] for route in routes],
            "to": [numbers[route.importer, route.material] for route in routes],
            "base": [route.base for route in routes],
            "capacity": [route.capacity for route in routes],
            "cost": [route.cost for route in routes],
            "qualification": [route.qualification for route in routes],
            "lag": [route.lag for route in routes],
            "kind": [route.kind for route in routes],
            "price": [prices[route.material] for route in routes],
        },
        schema_overrides={
            "base": pl.Float64,
            "capacity": pl.Float64,
            "cost": pl.Float64,
            "qualification": pl.Float64,
            "price": pl.Float64,
            "lag": pl.Int64,
            "from": pl.Int64,
            "to": pl.Int64,
        }
        | dict.fromkeys(["route", "exporter", "importer", "material", "kind"], pl.String),
    )


def _stock_table(
    network: Network, numbers: dict[tuple[str, str], int], prices: dict[str, float]
) -> pl.DataFrame:
    stocks = network.stocks
    return pl.DataFrame(
        {
            "stock": [stock.name for stock in stocks],
            "region": [stock.region for stock in stocks],
            "material": [stock.material for stock in stocks],
            "node": [numbers[stock.region, stock.material] for stock in stocks],
            "initial": [stock.initial for stock in stocks],
            "capacity": [stock.capacity for stock in stocks],
            "carrying_cost": [stock.carrying_cost for stock in stocks],
            "wanted": [stock.wanted for stock in stocks],
            "slope": [stock.slope for stock in stocks],
            "price": [prices[stock.material] for stock in stocks],
        },
        schema_overrides={"node": pl.Int64}
        | dict.fromkeys(["stock", "region", "material"], pl.String)
        | dict.fromkeys(
            ["initial", "capacity", "carrying_cost", "wanted", "slope", "price"], pl.Float64
        ),
    )


def _demand_table(
    network: Network, numbers: dict[tuple[str, str], int], prices: dict[str, float]
) -> pl.DataFrame:
    demands = network.demands
    return pl.DataFrame(
        {
            "demand": [demand.name for demand in demands],
            "region": [demand.region for demand in demands],
            "material": [demand.material for demand in demands],
            "node": [numbers[demand.region, demand.material] for demand in demands],
            "base": [demand.base for demand in demands],
            "elasticity": [demand.elasticity for demand in demands],
            "price": [prices[demand.material] for demand in demands],
        },
        schema_overrides={"node": pl.Int64}
        | dict.fromkeys(["demand", "region", "material"], pl.String)
        | dict.fromkeys(["base", "elasticity", "price"], pl.Float64),
    )


def _reserve_tables(
    network: Network, numbers: dict[tuple[str, str], int], prices: dict[str, float]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    held = network.reserves
    bases = [prices[reserve.material] for reserve in held]
    reserves = pl.DataFrame(
        {
            "reserve": [reserve.name for reserve in held],
            "owner": [reserve.owner for reserve in held],
            "region": [reserve.region for reserve in held],
            "material": [reserve.material for reserve in held],
            "node": [numbers.get((reserve.region, reserve.material), -1) for reserve in held],
            "held": [reserve.held for reserve in held],
            "capacity": [reserve.capacity for reserve in held],
            "release": [reserve.release for reserve in held],
            "lead": [reserve.lead for reserve in held],
            "carrying_cost": [reserve.carrying_cost for reserve in held],
            "shelf_life": [reserve.shelf_life for reserve in held],
            "largest": [reserve.largest for reserve in held],
            "paid": [
                base if isnan(reserve.price) else reserve.price
                for reserve, base in zip(held, bases, strict=True)
            ],
            "price": bases,
        },
        schema_overrides=dict.fromkeys(["node", "lead", "shelf_life"], pl.Int64)
        | dict.fromkeys(["reserve", "owner", "region", "material"], pl.String)
        | dict.fromkeys(
            ["held", "capacity", "release", "carrying_cost", "largest", "paid", "price"], pl.Float64
        ),
    )
    draws = [
        (row, region, numbers.get((region, reserve.material), -1))
        for row, reserve in enumerate(held)
        for region in reserve.entitled or (reserve.region,)
    ]
    schema = {"reserve": pl.Int64, "region": pl.String, "node": pl.Int64}
    return reserves, pl.DataFrame(draws, schema=schema, orient="row")
