"""What instruments pay, against the contract's terms, computed settlements and laws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.indicators.support.settlement import (
    border_charge,
    collar_payment,
    contract_payment,
    gap_payment,
    paid_tonnes,
    quoted,
    settle_contract,
)
from orepact.network.instruments import ContractForDifference
from orepact.network.world import read_world
from orepact.policy.support import read_support

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "price_support.json").read_text("utf-8")
)
PRICES = st.floats(0.0, 1e6)
STRIKES = st.floats(0.0, 1e6)
SHARES = st.floats(0.0, 1.0)


@pytest.fixture(scope="module")
def mp() -> ContractForDifference:
    """Return the contract as it ships."""
    found = read_support("mp-110", read_world()).instruments[0]
    assert isinstance(found, ContractForDifference)
    return found


def test_the_shipped_contract_has_the_published_terms(mp: ContractForDifference) -> None:
    """110 USD/kg, ten years, 30 %, only from full production of the magnet plant on."""
    terms = VECTORS["mp_terms"]
    assert mp.strike == terms["floor_usd_kg"] * 1000.0
    assert mp.upside == terms["upside_share_to_dod"]
    assert mp.upside_when == "full production"
    assert mp.full_of.endswith("mp-10x@USA")
    assert mp.first is not None
    assert mp.last is not None
    months = 12 * (mp.last.year - mp.first.year) + mp.last.month - mp.first.month + 1
    assert months == 12 * terms["years"]


@pytest.mark.parametrize("case", VECTORS["settlement"])
def test_settlements_of_the_contract(case: dict[str, Any], mp: ContractForDifference) -> None:
    """Below 110 the government pays; above it takes 30 %, but only at full production."""
    found = settle_contract(mp, case["price"] * 1000.0, case["qty_kg"] / 1000.0,
                            full=case["full_10x"])
    assert found.to_producer == pytest.approx(case["payment_to_producer"], abs=1e-6)
    assert found.to_public == pytest.approx(case["payment_to_government"], abs=1e-6)


def test_above_the_floor_nothing_is_paid_back_before_full_production(
    mp: ContractForDifference,
) -> None:
    """The upside is the producer's until the magnet plant is at full production."""
    before = settle_contract(mp, 150_000.0, 718.0, full=False)
    assert float(before.to_public) == 0.0
    assert float(before.to_producer) == 0.0


@pytest.mark.parametrize("case", VECTORS["two_way_cfd"])
def test_two_way_contract(case: dict[str, float]) -> None:
    """The difference changes hands both ways."""
    found = contract_payment(case["ref"], case["strike"], 1.0) * case["qty"]
    assert found == pytest.approx(case["to_producer"])


@pytest.mark.parametrize("case", VECTORS["collar"])
def test_collar(case: dict[str, float]) -> None:
    """Between floor and cap nothing is paid."""
    found = collar_payment(case["ref"], case["floor"], case["cap"]) * case["qty"]
    assert found == pytest.approx(case["to_producer"])


@given(price=PRICES, strike=STRIKES)
def test_a_contract_with_the_whole_upside_is_a_swap(price: float, strike: float) -> None:
    """What is sold and what is paid make the strike, whatever the price."""
    assert price + contract_payment(price, strike, 1.0) == pytest.approx(strike, abs=1e-6)


@given(price=PRICES, strike=STRIKES, upside=SHARES)
def test_a_one_way_payment_is_never_negative(price: float, strike: float, upside: float) -> None:
    """Without upside nothing is paid back; with it never more than the share of what is above."""
    assert contract_payment(price, strike, 0.0) >= 0.0
    assert contract_payment(price, strike, upside, shared=False) >= 0.0
    assert contract_payment(price, strike, upside) >= -upside * max(price - strike, 0.0) - 1e-9


@given(price=PRICES, route=st.floats(0.0, 1e5), floor=STRIKES)
def test_a_floor_below_the_market_charges_nothing(price: float, route: float, floor: float) -> None:
    """Where it charges, the landed price is the floor."""
    charge = float(border_charge(price, route, floor))
    assert charge == 0.0 or price + route + charge == pytest.approx(floor)
    assert price + route < floor or charge == 0.0


@given(price=PRICES, strike=STRIKES, upside=SHARES)
def test_nothing_is_paid_for_no_tonnes(price: float, strike: float, upside: float) -> None:
    """A contract for a volume of zero pays nothing, whatever is sold."""
    contract = ContractForDifference(
        name="none", material="m", zone=("A",), volume=0.0, processes=("p@A",), strike=strike,
        upside=upside)
    assert float(settle_contract(contract, price, 1000.0, full=True).net) == 0.0


@given(price=PRICES, cost=STRIKES, share=SHARES)
def test_a_gap_subsidy_pays_no_more_than_a_one_way_contract(
    price: float, cost: float, share: float
) -> None:
    """At a share of one the two are the same."""
    assert 0.0 <= gap_payment(price, cost, share) <= contract_payment(price, cost) + 1e-9
    assert gap_payment(price, cost, 1.0) == contract_payment(price, cost)


@given(low=STRIKES, width=st.floats(0.0, 1e5), price=PRICES)
def test_a_collar_is_two_contracts(low: float, width: float, price: float) -> None:
    """A one-way contract at the floor, and the upside of one at the cap paid back."""
    cap = low + width
    parts = contract_payment(price, low, 0.0) + contract_payment(price, cap, 1.0)
    assert collar_payment(price, low, cap) == pytest.approx(
        parts - contract_payment(price, cap, 0.0), abs=1e-6)


def test_an_index_with_tax_lowers_what_is_paid() -> None:
    """At 88 USD/kg and 13 % tax the index is 99.44: 10.56 is paid in place of 22."""
    assert quoted(88.0, "including VAT", 0.13) == pytest.approx(99.44)
    assert quoted(88.0, "excluding VAT", 0.13) == 88.0
    assert contract_payment(quoted(88.0, "including VAT", 0.13), 110.0) == pytest.approx(10.56)


def test_payments_stop_at_the_cap() -> None:
    """Only tonnes up to the volume count."""
    assert paid_tonnes([5.0, 50.0], 10.0).tolist() == [5.0, 10.0]


@pytest.mark.parametrize("call", [
    lambda: contract_payment(1.0, 1.0, 1.5),
    lambda: collar_payment(1.0, 2.0, 1.0),
    lambda: paid_tonnes([-1.0], 1.0),
])
def test_impossible_terms_are_refused(call: Any) -> None:
    """A share over one, a cap below the floor, negative tonnes."""
    with pytest.raises(InputError):
        call()


def test_arrays_settle_month_by_month(mp: ContractForDifference) -> None:
    """Shapes broadcast: months of prices against months of tonnes."""
    found = settle_contract(mp, np.array([60e3, 150e3]), np.array([1.0, 2.0]),
                            full=np.array([False, True]))
    assert found.net.tolist() == pytest.approx([50e3, -24e3])
