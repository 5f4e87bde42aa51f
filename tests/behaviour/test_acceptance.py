"""Acceptance of the behaviour on real chains with real dates: what the back-test demands.

Shipments are fed as reported, so that what is tested is the market's answer and not the licence
template; the template's own acceptance is in the last tests.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pytest

from orepact.model.curve import Array
from orepact.network import World, read_world
from orepact.policy import Register, load_branches, load_register, load_template
from orepact.result import (
    Months,
    Restrictions,
    Setting,
    Simulation,
    reported_levels,
    restrictions_of,
    simulate,
)
from tests.behaviour.two_market import months_between, rows

EPISODES = {row["episode"]: row for row in rows("episodes")}
CHAIN = {"antimony_2024": "antimony", "graphite_2023": "graphite"}
SERIES = {"antimony_2024": ("antimony-metal", "antimony-oxide"),
          "graphite_2023": ("graphite-flake", "graphite-spherical")}


@dataclass(frozen=True)
class Case:
    simulation: Simulation
    exporter: str
    series: tuple[str, ...]

    def price(self) -> Array:
        """Return the price outside, weighted by base imports from the exporter."""
        routes, nodes = self.simulation.tables.routes, self.simulation.tables.nodes
        own = np.isin(routes["material"], self.series) & (routes["exporter"] == self.exporter)
        weight = np.bincount(routes["to"][own], weights=routes["base"][own], minlength=len(nodes))
        return (self.simulation.price @ weight) / weight.sum()

    def exports(self) -> Array:
        """Return the exporter's shipments relative to base."""
        routes = self.simulation.tables.routes
        own = np.isin(routes["material"], self.series) & (routes["exporter"] == self.exporter)
        own &= routes["kind"] != "new"
        return self.simulation.flow[:, own].sum(axis=1) / routes["base"][own].sum()


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register().under(load_branches()["extended"])


def run(world: World, register: Register, chain: str, first: str, months: int, *,
        reported: bool, licence: str = "approve", rank: int = 0) -> Case:
    behaviour = next(each for each in world.ensemble if each.rank == rank)
    network = world.network(chain, behaviour)
    span = Months(datetime.date.fromisoformat(f"{first}-01"), months + 2)
    text = world.chains[chain]
    restrictions = restrictions_of(
        network, text, register, load_template(), licence, span,
        reported=reported_levels(text, span) if reported else None)
    setting = Setting(np.ones((months, len(network.processes))),
                      np.ones((months, len(network.demands))))
    episode = next(name for name, each in CHAIN.items() if each == chain)
    return Case(simulate(network, behaviour, restrictions, setting), text.text.exporter,
                SERIES[episode])


@pytest.fixture(scope="module", params=["approve", "refuse"])
def antimony(request: pytest.FixtureRequest, world: World, register: Register) -> Case:
    row = EPISODES["antimony_2024"]
    return run(world, register, "antimony", row["first_month"], int(row["months"]), reported=True,
               licence=request.param)


@pytest.fixture(scope="module")
def graphite(world: World, register: Register) -> Case:
    row = EPISODES["graphite_2023"]
    return run(world, register, "graphite", row["first_month"], int(row["months"]), reported=True)


def test_graphite_did_not_bite(graphite: Case) -> None:
    price = graphite.price()
    assert price.mean() <= 1.2
    assert price.max() <= 1.5


def test_antimony_bit(antimony: Case) -> None:
    assert 1.5 <= antimony.price().mean() <= 2.6


@pytest.mark.parametrize("episode", ["antimony_2024", "graphite_2023"])
def test_exports_rush_out_on_notice_and_fall_on_the_day(
        episode: str, world: World, register: Register) -> None:
    row = EPISODES[episode]
    exports = run(world, register, CHAIN[episode], row["first_month"], 8, reported=True).exports()
    announced = months_between(row["first_month"], row["announced"])
    effective = months_between(row["first_month"], row["effective"])
    assert np.all(exports[announced:effective] > 1.0)
    assert np.all(exports[effective:] < 1.0)


def test_a_ban_on_one_buyer_raises_its_price_above_the_others(
    world: World, register: Register
) -> None:
    """The ban on the United States of December 2024 alone, without the licences before it."""
    alone = register.without("CN-2024-33")
    case = run(world, alone, "antimony", "2024-11", 10, reported=False)
    nodes, routes = case.simulation.tables.nodes, case.simulation.tables.routes
    own = (routes["exporter"] == case.exporter) & np.isin(routes["material"], case.series)
    weight = np.bincount(routes["to"][own], weights=routes["base"][own], minlength=len(nodes))
    banned = weight * (nodes["region"] == "USA")
    others = weight - banned
    gap = (case.simulation.price @ banned) / banned.sum() - (
        case.simulation.price @ others) / others.sum()
    assert np.sum(gap > 0.02) >= 3
    assert np.all(gap[1:4] > 0.02)


def test_no_shock_no_change(world: World) -> None:
    """The base reproduces itself: prices within 0.5 %, flows within 4 %, over a year."""
    for chain in world.chains:
        network = world.network(chain)
        count = len(network.routes)
        none = (np.zeros((14, count)) for _ in range(4))
        free = Restrictions(np.full((14, count), np.inf), *none)
        supply, demand = (np.ones((12, len(each))) for each in (network.processes, network.demands))
        setting = Setting(supply, demand)
        path = simulate(network, world.ensemble[0], free, setting)
        base = path.tables.routes["base"]
        assert np.nanmax(np.abs(path.price - 1.0)) <= 0.005
        assert np.max(np.abs(path.flow - base)) <= 0.04 * base.max()
        assert path.residual.max() <= 1e-6
