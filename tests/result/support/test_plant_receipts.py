"""What plants get for a tonne: no dollar that nobody pays, and one price for one tonne."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.network.instruments import (
    ContractForDifference,
    Index,
    Instrument,
    Offtake,
    PriceGapSubsidy,
)
from orepact.result import Months, Restrictions, Simulation, Simulator
from orepact.result.support import supports_of
from tests.result.scenes import CALM, WINDOW, free, held, price, steady
from tests.result.support.scenes import FIRST, PRICE, booked, market, plant, under

MONTHS = 8
SITE = ("mine:plant@USA",)
COST = 0.9


def scarce(months: int = MONTHS, share: float = 0.3) -> Restrictions:
    """Return controls that come in month 3 and lift the price far above that of contracts."""
    found = held(market(), months, share)
    found.share[:3] = np.inf
    found.since[:3] = 0.0
    found.known[:] = np.arange(len(found))[:, None]
    return found


def tunnel(*parts: Instrument, restrictions: Restrictions | None = None) -> Simulation:
    """Return the path of one plant whose contracts follow the market by a sixth a month."""
    told = scarce() if restrictions is None else restrictions
    site = plant(cost=COST, patience=24)
    return under(site, *parts, months=MONTHS, restrictions=told, repricing=6.0)


def contract(
    strike: float, upside: float = 1.0, index: Index = "zone", volume: float = np.inf
) -> ContractForDifference:
    """Return a contract for the plant; `strike` is a multiple of the base price."""
    return ContractForDifference(
        name="cfd",
        material="ore",
        zone=("USA",),
        processes=SITE,
        strike=strike * PRICE,
        upside=upside,
        index=index,
        volume=volume,
    )


@settings(max_examples=8)
@given(st.floats(0.7, 1.8))
def test_under_a_swap_a_tonne_brings_the_strike_in_every_month(strike: float) -> None:
    """Price and payment together are the strike, whatever the price, and however it moved."""
    path = tunnel(contract(strike))
    found = booked(path)
    assert np.ptp(price(path, "USA")) > 0.1
    assert found.volume[:, 0] == pytest.approx(found.output[:, 0], abs=1e-9)
    np.testing.assert_allclose(found.margin[:, 0], (strike - COST) * PRICE, atol=0.01)


def test_a_one_way_contract_brings_the_higher_of_strike_and_index() -> None:
    path = tunnel(contract(1.1, upside=0.0))
    better = np.maximum(1.1, price(path, "USA"))
    np.testing.assert_allclose(booked(path).margin[:, 0], (better - COST) * PRICE, atol=0.01)


def test_a_gap_subsidy_is_added_to_the_price_it_was_reckoned_on() -> None:
    gap = PriceGapSubsidy(
        name="gap", material="ore", zone=("USA",), processes=SITE, cost=1200.0, share=0.5
    )
    found = booked(tunnel(gap))
    receipts = found.index[:, 0] + found.unit[:, 0]
    np.testing.assert_allclose(found.margin[:, 0], receipts - COST * PRICE, atol=0.01)


def test_on_a_foreign_index_the_producer_bears_the_difference() -> None:
    """It sells at home, where controls make the price higher than the exporter's."""
    path = tunnel(contract(1.2, index="exporter"))
    apart = price(path, "USA") - price(path, "CHN")
    assert np.ptp(apart) > 0.1
    brings = (1.2 + apart - COST) * PRICE
    np.testing.assert_allclose(booked(path).margin[:, 0], brings, atol=0.01)


def test_beyond_the_cap_a_tonne_brings_the_transaction_price() -> None:
    """Under the cap are 4 of 10 t: 0.4 of the strike and 0.6 of what a plant gets without it."""
    told = free(market(), MONTHS)
    plain, capped = tunnel(restrictions=told), tunnel(contract(1.5, volume=4.0), restrictions=told)
    alone = (booked(plain).margin[:, 0] + COST * PRICE) * 0.6 + 0.4 * 1500.0
    np.testing.assert_allclose(booked(capped).margin[:, 0] + COST * PRICE, alone, rtol=1e-3)


def offtake(level: float, volume: float) -> Offtake:
    """Return a buyer of last resort for the plant at a multiple of the base price."""
    return Offtake(
        name="offtake",
        material="ore",
        zone=("USA",),
        processes=SITE,
        price=level * PRICE,
        volume=volume,
    )


def test_a_buyer_that_takes_nothing_props_up_nothing() -> None:
    """It begins when the market pays more than it does; the plant's contracts still pay less."""
    buyer = replace(offtake(1.15, 10.0), first=datetime.date(2027, 2, 1))
    path, plain = booked(tunnel(buyer)), booked(tunnel())
    assert not path.taken.any()
    assert (plain.margin[3:, 0] < (1.15 - COST) * PRICE).any()
    np.testing.assert_allclose(path.margin, plain.margin, rtol=1e-3)


@pytest.mark.parametrize("volume", [5.0, 20.0])
def test_what_is_taken_brings_the_price_and_no_more(volume: float) -> None:
    told = free(market(), MONTHS)
    path, plain = (
        booked(tunnel(offtake(1.3, volume), restrictions=told)),
        booked(tunnel(restrictions=told)),
    )
    part = path.taken[:, 0] / path.output[:, 0]
    assert part == pytest.approx(min(1.0, volume / 10.0), rel=1e-4)
    other = plain.margin[0, 0] + COST * PRICE
    low = part * 1300.0 + (1.0 - part) * other
    receipts = path.margin[:, 0] + COST * PRICE
    np.testing.assert_allclose(receipts, low, rtol=2e-2)
    np.testing.assert_allclose(path.paid[:, 0], 1300.0 * path.taken[:, 0], rtol=1e-9)


def test_a_tonne_is_sold_once() -> None:
    """Taken by the buyer and under a contract: its price and the payment, no spot price besides.

    A network refuses the two together; the simulator may still be told of them.
    """
    whole = market().including(plant(cost=COST, patience=24))
    both = [offtake(1.3, 20.0), contract(1.1)]
    supports = supports_of(whole, Months(FIRST, MONTHS), instruments=both)
    told = replace(steady(whole, MONTHS), supports=supports)
    found = booked(Simulator.of(whole, CALM, WINDOW).run(free(whole, MONTHS), told))
    brings = 1300.0 + found.unit[:, 1] - COST * PRICE
    np.testing.assert_allclose(found.margin[:, 0], brings, atol=0.05)


def test_outside_its_zone_a_producer_sells_at_home() -> None:
    """The index is the zone's price, CHN; the plant stands in USA, where controls are dearer."""
    path = tunnel(replace(contract(1.2), zone=("CHN",)))
    apart = price(path, "USA") - price(path, "CHN")
    assert np.ptp(apart) > 0.1
    brings = (1.2 + apart - COST) * PRICE
    np.testing.assert_allclose(booked(path).margin[:, 0], brings, atol=0.01)
