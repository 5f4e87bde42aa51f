"""Public cost on price paths: what is paid at other prices for the same tonnes."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.trajectory import transaction_price
from orepact.network import World
from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Instrument,
    Offtake,
    PriceGapSubsidy,
)
from orepact.network.network import Network
from orepact.result.months import Months
from orepact.result.setting import Restrictions, Setting
from orepact.result.simulation import Simulation, Simulator
from orepact.result.support import supports_of
from orepact.studies.support.measured import paid_prices
from orepact.studies.support.price_paths import PROCESSES, Spread, spread_of
from orepact.studies.support.repriced import public_cost

COUNT = 9
MONTHS = Months(datetime.date(2027, 1, 1), COUNT + 2)
MAKERS = ("magnet-making-heavy-diffusion@EU27", "magnet-making-heavy-diffusion@JPN")
PLACE: dict[str, Any] = {"material": "magnet-heavy", "zone": ("USA", "EU27", "JPN"),
                         "first": datetime.date(2027, 3, 1), "last": datetime.date(2027, 8, 1)}

CASES: dict[str, Instrument] = {
    "floor": BorderFloor(name="floor", floor=70_000.0, **PLACE),
    "one-way": ContractForDifference(name="one-way", processes=MAKERS, strike=60_000.0,
                                     volume=300.0, **PLACE),
    "two-way": ContractForDifference(name="two-way", processes=MAKERS, strike=45_000.0,
                                     upside=0.4, **PLACE),
    "shared once full": ContractForDifference(
        name="shared once full", processes=MAKERS, strike=45_000.0, upside=0.4,
        upside_when="full production", full=0.72, full_of=MAKERS[0], **PLACE),
    "gap": PriceGapSubsidy(name="gap", processes=MAKERS, cost=65_000.0, share=0.5, **PLACE),
    "offtake": Offtake(name="offtake", processes=MAKERS, price=56_000.0, volume=100.0, **PLACE),
}


@pytest.fixture(scope="module")
def network(bundled: World) -> Network:
    return bundled.network("rare-earth-magnets", bundled.ensemble[0])


@pytest.fixture(scope="module")
def paths(bundled: World, network: Network) -> dict[str, Simulation]:
    routes = len(network.routes)
    free = Restrictions(np.full((COUNT + 2, routes), np.inf), *(np.zeros((COUNT + 2, routes)),) * 4)
    found: dict[str, Simulation] = {}
    for name, each in CASES.items():
        one = network.including(each)
        supply = np.ones((COUNT, len(network.processes)))
        if name == "shared once full":
            supply[4, [process.name == MAKERS[0] for process in network.processes]] = 1.3
        setting = Setting(supply, np.ones((COUNT, len(network.demands))),
                          supports=supports_of(one, MONTHS))
        found[name] = Simulator.of(one, bundled.ensemble[0], 3).run(free, setting)
    return found


@pytest.mark.parametrize("name", CASES)
def test_at_the_settled_prices_the_cost_is_that_of_the_path(
    name: str, network: Network, paths: dict[str, Simulation]
) -> None:
    path = paths[name]
    assert path.support is not None
    cost = public_cost(path, network, [CASES[name]], MONTHS, np.ones((1, COUNT)))[0]
    assert cost == pytest.approx(path.support.public_cost, rel=1e-6, abs=1.0)
    assert np.abs(cost).max() > 1e3
    assert cost[0] == cost[-1] == 0.0


@pytest.mark.parametrize("name", CASES)
def test_lower_prices_never_cost_the_public_less_but_a_floor_brings_more(
    name: str, network: Network, paths: dict[str, Simulation]
) -> None:
    levels = np.array([0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.5, 3.0])
    multiples = np.repeat(levels[:, None], COUNT, axis=1)
    cost = public_cost(paths[name], network, [CASES[name]], MONTHS, multiples).sum(axis=1)
    steps = np.diff(cost)
    assert (steps >= -1e-6).all() if name == "floor" else (steps <= 1e-6).all()


def test_far_above_every_level_only_a_shared_upside_is_left(
    network: Network, paths: dict[str, Simulation]
) -> None:
    high = np.full((1, COUNT), 10.0)
    for name in ("floor", "one-way", "gap", "offtake"):
        cost = public_cost(paths[name], network, [CASES[name]], MONTHS, high)
        assert cost == pytest.approx(0.0, abs=1e-6)
    two_way = public_cost(paths["two-way"], network, [CASES["two-way"]], MONTHS, high)
    assert two_way.sum() < 0.0


def test_the_upside_is_shared_from_the_month_after_full_production_on(
    paths: dict[str, Simulation],
) -> None:
    """Full production in month 4 alone: months 5 to 7 pay back, after which the contract ends."""
    told = paths["shared once full"].support
    assert told is not None
    assert (told.unit[:, 0] < 0.0).tolist() == [False] * 5 + [True] * 3 + [False]


def test_a_payment_by_hand(network: Network, paths: dict[str, Simulation]) -> None:
    path, each = paths["gap"], CASES["gap"]
    assert isinstance(each, PriceGapSubsidy)
    told = path.support
    assert told is not None
    half = public_cost(path, network, [each], MONTHS, np.full((1, COUNT), 0.5))[0, 4]
    by_hand = 0.5 * (65_000.0 - 0.5 * told.index[4, 0]) * told.volume[4, 0]
    assert half == pytest.approx(by_hand)


@given(volatility=st.floats(0.05, 0.8), seed=st.integers(0, 1000))
def test_price_paths_have_the_settled_path_as_their_mean(volatility: float, seed: int) -> None:
    spread = Spread(series="x", volatility=volatility, changes=5, factor=(0.6, 1.0, 1.4),
                    half_life=(1.0, 2.0, 8.0), paths=4000, seed=seed)
    for process in PROCESSES:
        multiples = spread.multiples(process, 12)
        assert multiples.shape == (4000, 12)
        assert (multiples > 0.0).all()
        mean, error = multiples[:, -1].mean(), multiples[:, -1].std() / np.sqrt(4000)
        assert mean == pytest.approx(1.0, abs=6.0 * error + 0.02)


@given(level=st.floats(0.3, 3.0), spot=st.floats(0.1, 0.9), repricing=st.floats(2.0, 24.0))
def test_a_price_that_stands_is_paid_by_all_in_the_end(
    level: float, spot: float, repricing: float
) -> None:
    price = np.full((400, 2), level)
    paid = paid_prices(price, price[:3], spot, repricing)
    assert paid[-1] == pytest.approx(level, rel=1e-3)
    away = np.abs(paid[:, 0] - level)
    assert (np.diff(away) <= 1e-12).all()
    first = (1.0 - spot) * (1.0 + (level - 1.0) / repricing) + spot * level
    assert paid_prices(price, price[:1], spot, repricing)[0] == pytest.approx(first)


def test_without_renewal_it_is_the_transaction_price() -> None:
    price = np.random.default_rng(1).uniform(0.5, 2.0, (20, 3))
    whole = paid_prices(price[5:], price[:5], 0.4, float("inf"))
    assert whole == pytest.approx(transaction_price(price[5:], 0.4, price[:5]))


def test_the_same_seed_gives_the_same_paths_for_every_support(bundled: World) -> None:
    material = next(item for item in bundled.network("rare-earth-magnets").materials
                    if item.name == "ndpr-oxide")
    one, two = (spread_of(bundled.bundle, material, paths=10, seed=3)
                for _ in range(2))
    assert one == two
    assert one.series == "ndpr"
    assert one.changes >= 3
    assert (one.multiples("walk", 6) == two.multiples("walk", 6)).all()
    assert not (one.multiples("walk", 6) == one.multiples("reverting", 6)).all()
