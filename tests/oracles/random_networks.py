"""Make small random networks that anybody could have drawn."""

from __future__ import annotations

import numpy as np

from orepact.network import Demand, Material, Network, Process, Region, Route, Stock

__all__ = ["random_network"]

REGIONS = ("north", "south", "west")


def random_network(seed: int) -> Network:
    """Return three regions with mines, smelters, stocks and uses of ore and metal, and routes."""
    draw = np.random.default_rng(seed)
    materials = (
        Material(name="ore", price=round(float(draw.uniform(5.0, 50.0)), 2)),
        Material(name="metal", price=round(float(draw.uniform(200.0, 900.0)), 2)),
    )
    ore, metal = (each.price for each in materials)
    mines = tuple(
        Process(
            name=f"mine {region}",
            region=region,
            outputs={"ore": 1.0},
            base=float(draw.uniform(20.0, 200.0)),
            capacity=float(draw.uniform(100.0, 300.0)),
            cost=ore * float(draw.uniform(0.5, 1.2)),
            elasticity=float(draw.choice([0.0, 0.2])),
            floor=float(draw.choice([0.0, 0.85])),
        )
        for region in REGIONS
    )
    smelters = tuple(
        Process(
            name=f"smelter {region}",
            region=region,
            outputs={"metal": 1.0},
            inputs={"ore": float(draw.uniform(1.5, 3.0))},
            base=float(draw.uniform(10.0, 60.0)),
            capacity=float(draw.uniform(40.0, 90.0)),
            cost=metal * float(draw.uniform(0.2, 0.8)),
            margin_slope=float(draw.uniform(0.0, 0.5)),
        )
        for region in REGIONS
    )
    return Network(
        regions=tuple(Region(name=region) for region in REGIONS),
        materials=materials,
        processes=(*mines, *smelters),
        routes=_routes(draw, {"ore": ore, "metal": metal}),
        stocks=_stocks(draw),
        demands=tuple(
            Demand(
                name=f"use {region}",
                region=region,
                material="metal",
                base=float(draw.uniform(20.0, 80.0)),
                elasticity=float(draw.uniform(0.1, 0.8)),
            )
            for region in REGIONS
        ),
    )


def _routes(draw: np.random.Generator, prices: dict[str, float]) -> tuple[Route, ...]:
    return tuple(
        Route(
            name=f"{material} {start} to {end}",
            material=material,
            exporter=start,
            importer=end,
            base=float(draw.choice([0.0, draw.uniform(5.0, 40.0)])),
            capacity=float(draw.uniform(20.0, 90.0)),
            cost=price * float(draw.uniform(0.0, 0.2)),
            qualification=float(draw.uniform(0.1, 1.0)),
            lag=int(draw.integers(0, 2)),
        )
        for material, price in prices.items()
        for start in REGIONS
        for end in REGIONS
        if start != end and draw.random() < 0.7
    )


def _stocks(draw: np.random.Generator) -> tuple[Stock, ...]:
    return tuple(
        Stock(
            name=f"store {region}",
            region=region,
            material="metal",
            initial=float(draw.uniform(0.0, 60.0)),
            wanted=float(draw.choice([0.0, draw.uniform(20.0, 90.0)])),
            slope=float(draw.uniform(0.5, 1.5)),
            carrying_cost=float(draw.uniform(0.0, 5.0)),
        )
        for region in REGIONS[:2]
    )
