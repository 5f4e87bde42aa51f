"""Taxes, floods, outages, surges and conduits: what each means, worked out by hand."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from orepact.model.curve import Array
from orepact.network import Network, Region
from orepact.network.conduits import Conduit, conduit_of, conduits_of, with_conduits, with_evasion
from orepact.network.regions import meant_by
from orepact.policy import load_register
from orepact.policy.scenario.text import DemandChange, Flood, Outage, Tax
from orepact.result import Months, Setting, Simulation, simulate
from orepact.result.instruments import taxes_of
from orepact.result.shocks import FLOOR, floods_of, outage_factors, surges
from orepact.result.taxes import GAP, settle
from tests.result.scenes import (
    BUYERS,
    CALM,
    WINDOW,
    day,
    declared,
    flow,
    free,
    held,
    made,
    network,
    price,
    run,
    steady,
    sure,
)

PLACES = load_register().places
MONTHS = Months(datetime.date(2026, 1, 1), 14)
SUPPOSED: dict[str, Any] = {"id": "x", "reason": "supposed"}


def taxed(net: Network, months: int, **fields: Any) -> Setting:
    terms: dict[str, Any] = {
        "issuer": "CHN", "materials": ("ore",), "rate": sure(0.2), "announced": day("2026-01-01"),
        "effective": day("2026-01-01"),
    }
    found = taxes_of(net, [Tax(**SUPPOSED, **(terms | fields))], PLACES, MONTHS)
    assert found is not None
    return replace(steady(net, months), route_tax=found[0], route_known=found[1])


def test_a_tax_is_the_gap_between_buyer_and_exporter() -> None:
    """P_USA = 1.2 · P_CHN while trade goes on; quantities solve the two markets together."""
    net = network()
    path = run(net, free(net, 3), taxed(net, 3))
    assert (declared(path, "USA") > 1.0).all()
    np.testing.assert_allclose(price(path, "USA"), 1.2 * price(path, "CHN"), atol=2e-3)

    def left_over(p: float) -> float:
        inside = 200.0 * p**0.15 - 100.0 * p**-0.25
        return inside - 2.0 * (100.0 * (1.2 * p) ** -0.25 - 50.0 * (1.2 * p) ** 0.05)

    assert price(path, "CHN") == pytest.approx(brentq(left_over, 0.5, 1.0), rel=0.02)
    assert path.tax_gap < 1e-4


def test_a_tax_on_one_destination_spares_the_other() -> None:
    net = network()
    path = run(net, free(net, 2), taxed(net, 2, destinations=("USA",)))
    assert (price(path, "USA") > price(path, "JPN") + 0.1).all()


def test_a_tax_of_zero_changes_nothing_bit_for_bit() -> None:
    net = network(cover=3.0, qualification=0.3)
    held_back = held(net, 6, 0.5)
    tax = Setting(*(np.ones_like(x) for x in (steady(net, 6).supply, steady(net, 6).demand)),
                  route_tax=np.zeros((8, len(net.routes))))
    calm, zero = run(net, held_back, steady(net, 6)), run(net, held_back, tax)
    for name in ("price", "flow", "level", "production", "consumption"):
        np.testing.assert_array_equal(getattr(calm, name), getattr(zero, name))
    assert taxes_of(net, [], PLACES, MONTHS) is None


def test_buyers_ship_ahead_of_a_tax_that_was_announced() -> None:
    net = network(cover=3.0, qualification=0.1)
    late, early = (
        declared(run(net, free(net, 4), taxed(net, 4, announced=day(told), rate=sure(0.4),
                                              effective=day("2026-03-01"))), *BUYERS)
        for told in ("2026-03-01", "2026-01-01")
    )
    assert late[:2] == pytest.approx(100.0, rel=0.01)
    assert early[:2].sum() > late[:2].sum() + 1.5
    assert early[2] < late[0]


def test_a_tax_settles_where_the_price_falls_with_it() -> None:
    """p = 1 − 0.9·p has the root 1/1.9, and plain repetition would only creep towards it."""
    answer, solved, gap = settle(
        np.array([1.0]), np.array([0.1]), lambda price: price, lambda price: 1.0 - 0.9 * price
    )
    assert answer == pytest.approx(1.0 / 1.9, abs=1e-5)
    assert gap <= GAP
    assert solved < 8


def test_a_tax_ends_as_announced() -> None:
    net = network()
    path = run(net, free(net, 4), taxed(net, 4, until=day("2026-02-28")))
    gap = price(path, "USA") - price(path, "CHN")
    assert (gap[:2] > 0.15).all()
    assert np.abs(gap[2:]).max() < 0.01


def flooded(volume: float, months: int = 8) -> Simulation:
    net = network(floor=0.85)
    part = Flood(**SUPPOSED, region="CHN", materials=("ore",), price=sure(0.5),
                 volume=sure(volume), month=day("2026-03"), until=day("2026-06"))
    found = floods_of(net, [part], MONTHS)
    assert found is not None
    names = sorted({(r, "ore") for r in ("CHN", *BUYERS)})
    offer = np.column_stack([found.offered["ore"] for _ in names])
    setting = replace(steady(net, months), supply=found.activity[:months],
                      process_charge=found.charge, process_floor=found.floor, offered=offer)
    return run(net, free(net, months), setting)


def test_a_flood_brings_prices_outside_to_its_own_and_mines_there_close() -> None:
    """400 t are offered at half the base price; use at that price is 3 · 100 · 0.5^-0.25 = 357 t.

    Beyond the base flow a route to a buyer costs up to 0.2 more: 69 t more for each are 0.14.
    """
    path = flooded(1.0)
    during = slice(2, 6)
    assert price(path, "CHN")[during] == pytest.approx(0.5, abs=0.01)
    for buyer in BUYERS:
        assert price(path, buyer)[during] == pytest.approx(0.62, abs=0.08)
        assert made(path, buyer)[during] == pytest.approx(0.0, abs=1e-6)
        assert made(path, buyer)[7] == pytest.approx(50.0, rel=0.05)
    assert path.residual.max() < 1e-6


def test_a_flood_too_small_leaves_mines_outside_at_their_floor() -> None:
    path = flooded(0.6)
    for buyer in BUYERS:
        assert price(path, buyer)[3] == pytest.approx(FLOOR, abs=0.1)
        assert made(path, buyer)[3] > 10.0


def test_a_flooded_region_offers_nothing_below_its_price() -> None:
    assert price(flooded(2.0), "CHN")[2:6].min() > 0.5 - 2e-3


def test_an_outage_stops_what_it_says_while_it_lasts() -> None:
    net = network()
    part = Outage(**SUPPOSED, process="mine", region="USA", month=day("2026-02"),
                  until=day("2026-03"), activity=sure(0.4))
    factors = outage_factors(net, [part], MONTHS)
    column = [process.region for process in net.processes].index("USA")
    assert factors[:5, column].tolist() == [1.0, 0.4, 0.4, 1.0, 1.0]
    assert (np.delete(factors, column, axis=1) == 1.0).all()


def test_a_bloc_means_its_members_where_it_is_no_node() -> None:
    regions = (Region(name="DEU", bloc="EU27"), Region(name="FRA", bloc="EU27"),
               Region(name="ASO"), Region(name="THA", bloc="ASO"))
    assert meant_by(regions, "EU27") == {"DEU", "FRA"}
    assert meant_by(regions, "ASO") == {"ASO"}
    assert meant_by(regions, "USA") == frozenset()


def test_a_surge_of_one_use_raises_its_share_of_demand() -> None:
    part = DemandChange(**SUPPOSED, use="arms", region="USA", month=day("2026-02"),
                        until=day("2026-02"), factor=sure(3.0))
    found = surges([part], "any", MONTHS)
    assert found["arms", "USA"][:3].tolist() == [1.0, 3.0, 1.0]
    assert surges([replace(part, chain="other")], "any", MONTHS) == {}


THROUGH = Conduit(exporter="CHN", through="THA", to="USA", materials=("ore",))


def banned(share: float, premium: float, months: int = 8, *, ramp: int = 4) -> Simulation:
    net = with_conduits(network(), [THROUGH])
    ban = held(net, months, 0.0)
    (column,) = conduits_of(net, THROUGH)
    size = (months + WINDOW - 1, len(net.routes))
    taken, charge = np.zeros(size), np.zeros(size)
    path: Array = share * np.minimum(1.0, np.arange(1.0, len(size) + size[0]) / ramp)[: size[0]]
    taken[:, column] = path
    for number, route in enumerate(net.routes):
        if route.importer == "USA" and number != column:
            taken[:, number] = path
    charge[:, column] = premium
    setting = replace(steady(net, months), route_charge=charge)
    return run(net, replace(ban, conduit=taken), setting)


def test_a_conduit_carries_its_share_of_blocked_trade_after_its_ramp() -> None:
    path = banned(0.6, 0.1)
    through = flow(path, "ore:CHN>USA:via-THA")
    assert through[:4] == pytest.approx(50.0 * 0.6 * np.array([0.25, 0.5, 0.75, 1.0]), rel=1e-6)
    assert flow(path, "ore:CHN>USA")[0] == 0.0
    assert flow(path, "ore:CHN>USA:undeclared")[6] == pytest.approx(50.0 * 0.1 * 0.4, rel=1e-6)


def test_a_conduit_with_room_keeps_the_gap_at_its_premium() -> None:
    """All blocked trade may pass: the banned buyer pays the premium, no more."""
    path = banned(1.0, 0.15, ramp=1)
    gap = price(path, "USA") - price(path, "CHN")
    assert (flow(path, "ore:CHN>USA:via-THA") > 1.0).all()
    assert gap == pytest.approx(0.15, abs=5e-3)


def test_a_conduit_that_nobody_told_of_carries_nothing_under_a_ban() -> None:
    net, wide = network(), with_conduits(network(), [THROUGH])
    calm, more = (run(each, held(each, 6, 0.0), steady(each, 6)) for each in (net, wide))
    assert flow(more, "ore:CHN>USA:via-THA").max() == 0.0
    np.testing.assert_allclose(more.price, calm.price, rtol=1e-9)


def test_conduits_that_nothing_blocks_change_nothing() -> None:
    net = network(cover=2.0)
    wide = with_evasion(with_conduits(net, [THROUGH]), ["CHN"], CALM)
    assert [conduit_of(route) for route in wide.routes if route.kind == "conduit"] == ["THA"]
    calm, more = (run(each, free(each, 5), steady(each, 5)) for each in (net, wide))
    np.testing.assert_allclose(more.price, calm.price, atol=1e-9)
    assert flow(more, "ore:CHN>USA:via-THA").max() == 0.0


@settings(max_examples=12, deadline=None)
@given(
    share=st.floats(0.05, 0.9), less=st.floats(0.1, 1.0),
    premium=st.floats(0.0, 0.4), more=st.floats(0.0, 0.4),
)
def test_tighter_conduits_never_lower_the_price_of_the_banned_buyer(
    share: float, less: float, premium: float, more: float
) -> None:
    wide, tight = banned(share, premium, 3), banned(share * less, premium + more, 3)
    assert (price(tight, "USA") >= price(wide, "USA") - 1e-6).all()
    assert max(wide.residual.max(), tight.residual.max()) < 1e-6


def test_restrictions_and_settings_cut_like_their_months() -> None:
    """A path told in two parts is the path told at once."""
    net = network(cover=3.0, qualification=0.2)
    setting = taxed(net, 8, effective=day("2026-06-01"))
    told = held(net, 8, 0.5)
    whole = run(net, told, setting)
    first = run(net, told, setting.cut(0, 4))
    later = told.later(4)
    second = simulate(net, CALM, later, setting.cut(4, 8), start=first.last, window_months=WINDOW)
    both = np.concatenate([first.price, second.price])
    np.testing.assert_allclose(both, whole.price, atol=1e-7)


def test_two_floods_that_share_a_stage_do_not_depend_on_their_order() -> None:
    net = network(floor=0.85)
    small, large = (
        Flood(**SUPPOSED, region="CHN", materials=("ore",), price=sure(low), volume=sure(volume),
              month=day("2026-03"), until=day("2026-06"))
        for low, volume in ((0.5, 0.6), (0.7, 1.2))
    )
    one, other = (floods_of(net, parts, MONTHS) for parts in ((small, large), (large, small)))
    assert one is not None
    assert other is not None
    for name in ("activity", "charge", "floor"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
