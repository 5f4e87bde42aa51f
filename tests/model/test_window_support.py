"""Windows with price support: slopes against trials, optima against Clarabel, floors that land."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest

from orepact.engine import QuadraticOptions, solve_quadratic
from orepact.model.curve import Array
from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Instrument,
    Offtake,
    StandardsTier,
)
from orepact.result import Months, Simulator
from orepact.result.support import supports_of
from tests.model.test_window import FIRST, SHOWN, WINDOW, setting, unchanged, world

CHAIN = "rare-earth-magnets"
ZONE = ("USA", "EU27", "JPN")
MADE = tuple(f"magnet-making-plain@{region}" for region in ZONE)
PRICE = 42_800.0


@pytest.mark.parametrize("route", ["magnet-plain:CHN>EU27", "ndpr-metal:CHN>JPN"])
def test_prices_answer_to_a_charge_as_the_slope_says(route: str) -> None:
    network = world().network(CHAIN)
    simulator = Simulator.of(network, world().ensemble[0], WINDOW)
    column = [each.name for each in network.routes].index(route)
    free, told = unchanged(len(network.routes), SHOWN), setting(CHAIN, SHOWN)
    charge = np.zeros((SHOWN, len(network.routes)))

    def prices(extra: float) -> Array:
        charge[:, column] = 0.05 + extra
        return simulator.run(free, replace(told, route_charge=charge.copy()).cut(0, 1)).price[0]

    step = 1e-5
    tried = (prices(step) - prices(-step)) / (2.0 * step)
    _ = prices(0.0)
    window = simulator.window
    costs = np.zeros((len(window.arrays.cost), 1))
    costs[window.flow[:, column], 0] = 1.0
    slope = window.answers(costs)[:, 0]
    assert np.abs(slope).max() > 1e-3
    np.testing.assert_allclose(slope, np.nan_to_num(tried), atol=1e-4)


def instruments() -> list[Instrument]:
    """Return one instrument for every kind of row."""
    return [
        ContractForDifference(
            name="contract",
            material="magnet-plain",
            zone=ZONE,
            processes=MADE[:2],
            strike=1.4 * PRICE,
            volume=40.0,
        ),
        StandardsTier(
            name="tier",
            material="magnet-plain",
            zone=ZONE,
            certified=(*ZONE, "KOR"),
            share=0.5,
            premium_cap=0.3 * PRICE,
        ),
        Offtake(
            name="offtake",
            material="magnet-plain",
            zone=ZONE,
            processes=MADE[2:],
            price=1.3 * PRICE,
            volume=50.0,
            resale="sell",
        ),
    ]


def test_a_window_with_support_is_the_optimum_that_clarabel_finds() -> None:
    network = world().network(CHAIN)
    supports = supports_of(network, Months(FIRST, SHOWN), instruments=instruments())
    simulator = Simulator.of(network, world().ensemble[0], WINDOW)
    told = replace(setting(CHAIN, SHOWN), supports=supports)
    path = simulator.run(unchanged(len(network.routes), SHOWN), told)
    assert path.support is not None
    assert np.all(path.support.volume[-1] > 0.0)
    assert simulator.supported is not None
    newton = simulator.supported.live.solve()
    clarabel = solve_quadratic(newton.arrays, QuadraticOptions(tolerance=1e-12))
    assert newton.objective == pytest.approx(clarabel.objective, rel=1e-8)
    np.testing.assert_allclose(newton.row_duals, clarabel.row_duals, rtol=1e-4, atol=1e-4)


def test_a_floor_on_real_magnets_lands_imports_at_the_floor() -> None:
    """The bar: 0.1 % where it binds, in every month, with the exporter's price as it comes out."""
    network = world().network(CHAIN)
    floor = 1.2 * PRICE
    months = Months(datetime.date(2026, 11, 1), 12)
    border = BorderFloor(name="floor", material="magnet-plain", zone=ZONE, floor=floor)
    supports = supports_of(network, months, instruments=[border])
    simulator = Simulator.of(network, world().ensemble[0], WINDOW)
    path = simulator.run(
        unchanged(len(network.routes), 12), replace(setting(CHAIN, 12), supports=supports)
    )
    found = path.support
    assert found is not None
    np.testing.assert_allclose(found.landed[:, 0], floor, rtol=1e-3)
    assert found.landed_gap.max() < 1e-3
    assert found.largest_gap < 1e-5
    assert path.windows <= 4 * 12
    routes = path.tables.routes
    charged = supports.floors[0].route
    offered = PRICE * path.price[:, routes["from"][charged]] + routes["cost"][charged]
    duty = (np.maximum(0.0, floor - offered) * path.flow[:, charged]).sum(axis=1)
    np.testing.assert_allclose(found.duty[:, 0], duty, rtol=1e-3)
    assert {str(name) for name in routes["exporter"][charged]} > {"CHN", "VNM"}
