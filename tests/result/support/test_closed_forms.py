"""Instruments on a market small enough to be solved by hand.

CHN supplies 200·p^0.15 and uses 100·p^-0.25; USA and JPN supply 50·p^0.05 and use 100·p^-0.25.
Trade costs nothing, so all prices are the same until an instrument parts them. Each test writes
down the balance under the instrument, finds its root by bisection and compares. The simulator's
curves are polygons through the same points, so a price agrees to 1 %; what an instrument promises
is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Offtake,
    PriceGapSubsidy,
    StandardsTier,
)
from tests.result.scenes import flow, held, made, price
from tests.result.support.scenes import FIRST, PRICE, booked, market, plant, under

CURVE = 0.01


def root(of: Callable[[float], float], low: float = 0.05, high: float = 5.0) -> float:
    """Return where a rising function is zero."""
    for _ in range(80):
        middle = (low + high) / 2.0
        low, high = (middle, high) if of(middle) < 0.0 else (low, middle)
    return (low + high) / 2.0


def chn(p: float) -> float:
    return 200.0 * p**0.15 - 100.0 * p**-0.25


def buyer(p: float) -> float:
    return 50.0 * p**0.05 - 100.0 * p**-0.25


def test_a_border_floor_lands_imports_at_the_floor() -> None:
    """USA at 1.2 imports 100·1.2^-0.25 − 50·1.2^0.05; CHN and JPN share the price that remains."""
    path = under(BorderFloor(name="floor", material="ore", zone=("USA",), floor=1200.0))
    found = booked(path)
    wanted = -buyer(1.2)
    outside = root(lambda p: chn(p) + buyer(p) - wanted)
    np.testing.assert_allclose(price(path, "USA"), 1.2, rtol=1e-3)  # a route is never quite flat
    np.testing.assert_allclose(price(path, "CHN"), outside, rtol=CURVE)
    np.testing.assert_allclose(price(path, "JPN"), price(path, "CHN"), rtol=1e-3)
    imports = flow(path, "ore:CHN>USA")
    np.testing.assert_allclose(imports, wanted, rtol=CURVE)
    np.testing.assert_allclose(found.landed[:, 0], 1200.0, rtol=1e-5)
    assert found.landed_gap.max() < 1e-3
    duty = 1200.0 - PRICE * price(path, "CHN")
    np.testing.assert_allclose(found.unit[:, 0], duty, rtol=1e-4)
    np.testing.assert_allclose(found.duty[:, 0], duty * imports, rtol=1e-4)
    assert not found.paid.any()


def test_an_exempt_exporter_pays_nothing() -> None:
    floor = BorderFloor(name="floor", material="ore", zone=("USA",), floor=1200.0, exempt=("CHN",))
    path = under(floor)
    np.testing.assert_allclose(price(path, "USA"), 1.0, rtol=1e-6)
    assert not booked(path).duty.any()


def test_a_one_way_contract_pays_the_strike_less_the_index() -> None:
    """USA's mine sees 2 whatever the market pays: 50·2^0.05 in USA, and the price clears the rest.

    A marginal tonne is paid p + (2 − p), so its output does not depend on the price.
    """
    contract = ContractForDifference(
        name="cfd", material="ore", zone=("USA",), processes=("mine@USA",), strike=2000.0
    )
    path = under(contract)
    found = booked(path)
    output = 50.0 * 2.0**0.05
    left = root(lambda p: chn(p) + buyer(p) - 100.0 * p**-0.25 + output)
    np.testing.assert_allclose(made(path, "USA"), output, rtol=CURVE)
    np.testing.assert_allclose(price(path, "USA"), left, rtol=CURVE)
    np.testing.assert_allclose(found.index[:, 0], PRICE * price(path, "USA"), rtol=1e-5)
    np.testing.assert_allclose(found.unit[:, 0] + found.index[:, 0], 2000.0, rtol=1e-9)
    np.testing.assert_allclose(
        found.paid[:, 0], (2000.0 - found.index[:, 0]) * made(path, "USA"), rtol=1e-6
    )


def test_output_answers_only_up_to_the_cap() -> None:
    """The mine makes 50 t: a contract on 20 t pays for 20 and moves nothing, one on 50.5 fills."""

    def capped(volume: float) -> ContractForDifference:
        return ContractForDifference(
            name="cfd",
            material="ore",
            zone=("USA",),
            processes=("mine@USA",),
            strike=2000.0,
            volume=volume,
        )

    small, large = under(capped(20.0)), under(capped(50.5))
    np.testing.assert_allclose(price(small, "USA"), 1.0, rtol=1e-5)
    np.testing.assert_allclose(booked(small).volume, 20.0)
    np.testing.assert_allclose(booked(small).paid, 20.0 * 1000.0, rtol=1e-4)
    np.testing.assert_allclose(made(large, "USA"), 50.5, rtol=1e-5)


@pytest.mark.parametrize(("strike", "upside"), [(0.8, 1.0), (1.3, 1.0)])
def test_a_two_way_contract_is_a_swap(strike: float, upside: float) -> None:
    contract = ContractForDifference(
        name="cfd",
        material="ore",
        zone=("USA",),
        processes=("mine@USA",),
        strike=strike * PRICE,
        upside=upside,
    )
    path = under(contract)
    found = booked(path)
    np.testing.assert_allclose(found.unit + found.index, strike * PRICE, rtol=1e-9)
    np.testing.assert_allclose(made(path, "USA"), 50.0 * strike**0.05, rtol=CURVE)
    assert np.all(np.sign(found.paid) == np.sign(strike - 1.0))


def test_the_upside_waits_for_full_production_of_the_plant() -> None:
    """Index above the strike: nothing is paid back until the plant runs, then 30 % of the rest."""
    contract = ContractForDifference(
        name="mp",
        material="ore",
        zone=("USA",),
        processes=("mine@USA",),
        strike=800.0,
        upside=0.3,
        upside_when="full production",
        full_of="mine:plant@USA",
    )
    path = under(contract, plant(cost=0.5, ramp=4, opens=FIRST), months=7)
    unit, index = booked(path).unit[:, 0], booked(path).index[:, 0]
    running = booked(path).output[:, 0]
    np.testing.assert_allclose(running, [2.5, 5.0, 7.5, 10.0, 10.0, 10.0, 10.0], rtol=1e-6)
    np.testing.assert_allclose(unit[:4], 0.0)
    np.testing.assert_allclose(unit[4:], 0.3 * (800.0 - index[4:]), rtol=1e-6)
    assert np.all(booked(path).paid[4:] < 0.0)


def test_an_index_with_tax_is_read_with_tax() -> None:
    contract = ContractForDifference(
        name="cfd",
        material="ore",
        zone=("USA",),
        processes=("mine@USA",),
        strike=1200.0,
        index="exporter",
        index_basis="including VAT",
        vat=0.13,
        volume=1.0,
    )
    found = booked(under(contract))
    np.testing.assert_allclose(found.index, 1130.0, rtol=1e-4)
    np.testing.assert_allclose(found.unit, 70.0, rtol=2e-3)


def test_a_gap_subsidy_pays_its_share_and_is_never_paid_back() -> None:
    def subsidy(cost: float) -> PriceGapSubsidy:
        return PriceGapSubsidy(
            name="gap", material="ore", zone=("USA",), processes=("mine@USA",), cost=cost, share=0.5
        )

    found, none = booked(under(subsidy(1400.0))), booked(under(subsidy(700.0)))
    np.testing.assert_allclose(found.unit, 0.5 * (1400.0 - found.index), rtol=1e-9)
    assert np.all(found.paid > 0.0)
    assert not none.paid.any()


def test_a_premium_makes_the_share_certified() -> None:
    """50.5 % of USA's use: the mine sees p + π, users p + 0.505·π, and certified equals the share.

    CHN's price is p too, since trade costs nothing; two balances fix p and π.
    """
    share = 0.505
    tier = StandardsTier(
        name="tier",
        material="ore",
        zone=("USA",),
        certified=("USA",),
        share=share,
        premium_cap=300.0,
    )
    path = under(tier)
    found = booked(path)

    def premium(p: float) -> float:
        return root(
            lambda x: 50.0 * (p + x) ** 0.05 - share * 100.0 * (p + share * x) ** -0.25, 0.0, 1.0
        )

    def balance(p: float) -> float:
        x = premium(p)
        return chn(p) + buyer(p) + 50.0 * (p + x) ** 0.05 - 100.0 * (p + share * x) ** -0.25

    p = root(balance)
    np.testing.assert_allclose(price(path, "USA"), p, rtol=CURVE)
    np.testing.assert_allclose(found.unit, PRICE * premium(p), rtol=0.1)
    use = path.consumption[:, list(path.tables.demands["region"]).index("USA")]
    np.testing.assert_allclose(found.volume[:, 0], share * use, rtol=1e-5)
    np.testing.assert_allclose(found.premium, found.unit * found.volume, rtol=1e-6)
    np.testing.assert_allclose(found.paid, 0.0, atol=1.0)


def test_a_share_that_nobody_can_make_is_bought_out() -> None:
    tier = StandardsTier(
        name="tier",
        material="ore",
        zone=("USA",),
        certified=("USA",),
        share=0.9,
        premium_cap=300.0,
    )
    path = under(tier)
    found = booked(path)
    np.testing.assert_allclose(found.unit, 300.0, rtol=1e-4)
    use = path.consumption[:, list(path.tables.demands["region"]).index("USA")]
    np.testing.assert_allclose(
        -found.paid[:, 0], 300.0 * (0.9 * use - made(path, "USA")), rtol=1e-4
    )
    np.testing.assert_allclose(made(path, "USA"), 50.0 * 1.3**0.05, rtol=CURVE)


def test_a_buyer_of_last_resort_takes_tonnes_from_the_market() -> None:
    """10 t a month leave the market at 1,500 USD/t, and the price clears the rest."""
    offtake = Offtake(
        name="offtake",
        material="ore",
        zone=("USA",),
        processes=("mine@USA",),
        price=1500.0,
        volume=10.0,
    )
    path = under(offtake, months=3)
    found = booked(path)
    left = root(lambda p: chn(p) + 2.0 * buyer(p) - 10.0)
    np.testing.assert_allclose(price(path, "USA"), left, rtol=CURVE)
    np.testing.assert_allclose(found.taken, 10.0, rtol=1e-6)
    np.testing.assert_allclose(found.paid, 15000.0, rtol=1e-6)
    np.testing.assert_allclose(found.stock[:, 0], [10.0, 20.0, 30.0], rtol=1e-6)
    np.testing.assert_allclose(found.unit, 1500.0 - found.index, rtol=1e-9)


def test_a_buyer_of_last_resort_sells_when_the_market_pays_more() -> None:
    """It buys 10 t a month at 1,050 until CHN lets less out, then sells up to 10 t above 1,050."""
    offtake = Offtake(
        name="offtake",
        material="ore",
        zone=("USA",),
        processes=("mine@USA",),
        price=1050.0,
        volume=10.0,
        resale="sell",
    )
    whole = market()
    limited = held(whole, 8, 0.3)
    limited.share[:3] = np.inf
    limited.since[:3] = 0.0
    limited.known[:] = np.arange(len(limited))[:, None]
    path = under(offtake, base=whole, restrictions=limited, months=8)
    found, keeps = booked(path), replace(offtake, resale="hold")
    assert np.all(found.taken[:3, 0] > 0.0)
    assert np.all(price(path, "USA")[3:] > 1.05)
    assert found.sold[3, 0] == pytest.approx(10.0, rel=1e-3)
    assert found.sold[:, 0].sum() == pytest.approx(found.taken[:, 0].sum(), rel=1e-3)
    assert found.stock[-1, 0] == pytest.approx(0.0, abs=1e-3)
    revenue = -found.paid[found.sold[:, 0] > 0.0].sum()
    assert revenue > 1050.0 * found.sold.sum()
    kept = booked(under(keeps, base=whole, restrictions=limited, months=8))
    assert not kept.sold.any()
    assert kept.stock[-1, 0] == pytest.approx(kept.taken.sum(), rel=1e-6)
