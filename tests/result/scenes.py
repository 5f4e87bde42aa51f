"""Small networks with one material and few regions, whose answers can be worked out by hand.

CHN makes 200 t a month, uses 100 t and ships 50 t each to USA and JPN, which make 50 t each and use
100 t. Without stocks the months are independent, so each is a static equilibrium.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from orepact.model.curve import Array
from orepact.network import Behaviour, Demand, Material, Network, Process, Region, Route, Stock
from orepact.policy.controls import PartialDate
from orepact.policy.scenario.text import Ranged
from orepact.result import Restrictions, Setting, Simulation, simulate

ELASTICITY = 0.25
BUYERS = ("USA", "JPN")
CALM = Behaviour(demand_elasticity=ELASTICITY, capacity_growth=0.0, leakage=0.1, hoarding=0.0)
WINDOW = 3


def network(*, cover: float = 0.0, floor: float = 0.0, qualification: float = 0.0) -> Network:
    """Return the network; `cover` months of use lie in stock at each buyer."""
    parts: list[Process | Demand | Route | Stock] = []
    for region, made, answer in (("CHN", 200.0, 0.15), ("USA", 50.0, 0.05), ("JPN", 50.0, 0.05)):
        parts += [
            Process(
                name=f"mine@{region}", region=region, outputs={"ore": 1.0}, base=made,
                capacity=2.0 * made, cost=1000.0, elasticity=answer,
                floor=floor if region == "CHN" else 0.0, grows=region != "CHN",
            ),
            Demand(
                name=f"ore@{region}", region=region, material="ore", base=100.0,
                elasticity=ELASTICITY, uses={"steel": 0.75, "arms": 0.25},
            ),
        ]
    for region in BUYERS:
        route = Route(
            name=f"ore:CHN>{region}", material="ore", exporter="CHN", importer=region, base=50.0,
            qualification=qualification, kind="controlled",
        )
        parts += [
            route,
            replace(route, name=f"{route.name}:surge", base=0.0, capacity=100.0,
                    qualification=0.2, kind="surge"),
            replace(route, name=f"{route.name}:undeclared", base=0.0, capacity=50.0, cost=200.0,
                    kind="undeclared"),
        ]
        if cover:
            parts.append(
                Stock(name=f"ore@{region}", region=region, material="ore", initial=100.0 * cover,
                      wanted=100.0 * cover, slope=1.0)
            )
    regions = tuple(Region(name=name) for name in ("CHN", *BUYERS, "THA", "VNM"))
    empty = Network(regions=regions, materials=(Material(name="ore", price=1000.0),))
    return empty.including(*parts)


def free(network: Network, months: int) -> Restrictions:
    """Return trade without controls."""
    size = (months + WINDOW - 1, len(network.routes))
    return Restrictions(np.full(size, np.inf), *(np.zeros(size) for _ in range(4)))


def held(network: Network, months: int, share: float, importer: str = "USA") -> Restrictions:
    """Return trade in which a share of what goes to one buyer is permitted from month 0 on."""
    calm = free(network, months)
    for column, route in enumerate(network.routes):
        if route.importer == importer:
            calm.share[:, column] = share
            calm.since[:, column] = np.arange(1.0, len(calm) + 1.0)
    return calm


def steady(network: Network, months: int) -> Setting:
    """Return a setting in which nothing changes."""
    return Setting(
        np.ones((months, len(network.processes))), np.ones((months, len(network.demands)))
    )


def run(network: Network, restrictions: Restrictions, setting: Setting,
        behaviour: Behaviour = CALM) -> Simulation:
    """Return the simulated path."""
    return simulate(network, behaviour, restrictions, setting, window_months=WINDOW)


def price(simulation: Simulation, region: str) -> Array:
    """Return the price path of a region (multiples of base)."""
    return simulation.price[:, list(simulation.tables.nodes["region"]).index(region)]


def flow(simulation: Simulation, name: str) -> Array:
    """Return the flow of a route (t/month)."""
    return simulation.flow[:, list(simulation.tables.routes["route"]).index(name)]


def declared(simulation: Simulation, *importers: str) -> Array:
    """Return what CHN ships openly to buyers, at base and beyond (t/month)."""
    names = [f"ore:CHN>{each}{kind}" for each in importers for kind in ("", ":surge")]
    return np.sum([flow(simulation, name) for name in names], axis=0)


def made(simulation: Simulation, region: str) -> Array:
    """Return what a region's mine makes (t/month)."""
    return simulation.production[:, list(simulation.tables.processes["region"]).index(region)]


def day(text: str) -> PartialDate:
    """Return a date of a scenario."""
    return PartialDate(text)


def sure(number: float) -> Ranged:
    """Return a number of a scenario that is certain."""
    return Ranged(number, number, number)
