"""Laws of price support: what does not act changes nothing, and nothing is hidden or forgotten."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.network import Network
from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Instrument,
    Offtake,
    PriceGapSubsidy,
    StandardsTier,
)
from orepact.network.links import Links
from orepact.result import Linked, Months, Setting, Simulator, simulate_linked
from orepact.result.solve import solve
from orepact.result.support import SupportPath, supports_of
from tests.result.scenes import CALM, WINDOW, free, held, network, price, run, steady
from tests.result.support.scenes import FIRST, booked, market, plant, same, under

ZONE = ("USA",)
MINE, APART, LAST = ("mine@USA",), ("mine@JPN",), ("mine@CHN",)


def every(
    volume: float = np.inf, first: datetime.date | None = None, last: datetime.date | None = None
) -> list[Instrument]:
    """Return one instrument of each kind, all of which act at the base."""
    whole = 0.0 if volume == 0.0 else np.inf
    found: list[Instrument] = [
        BorderFloor(name="floor", material="ore", zone=ZONE, floor=1200.0, volume=whole),
        ContractForDifference(
            name="contract", material="ore", zone=ZONE, processes=MINE, strike=1500.0, volume=volume
        ),
        PriceGapSubsidy(
            name="gap", material="ore", zone=ZONE, processes=APART, cost=1500.0, volume=volume
        ),
        StandardsTier(
            name="tier",
            material="ore",
            zone=ZONE,
            certified=ZONE,
            share=0.6,
            premium_cap=200.0,
            volume=whole,
        ),
        Offtake(
            name="offtake",
            material="ore",
            zone=ZONE,
            processes=LAST,
            price=1500.0,
            volume=min(volume, 10.0),
        ),
    ]
    return [replace(each, first=first, last=last) for each in found]


@settings(max_examples=12)
@given(st.floats(0.0, 0.999), st.sampled_from(["contract", "floor", "gap", "offtake"]))
def test_what_lies_below_the_market_changes_no_bit(level: float, kind: str) -> None:
    whole = market()
    for each in every():
        if each.name == kind:
            field = {"floor": "floor", "contract": "strike", "gap": "cost", "offtake": "price"}
            low = replace(each, **{field[kind]: 1000.0 * level})
            path = under(low, base=whole)
            plain = run(whole, free(whole, 2), steady(whole, 2))
            assert same(path, plain)
            assert path.windows == plain.windows
            assert not booked(path).paid.any()
            assert not booked(path).duty.any()


@pytest.mark.parametrize("number", range(5))
def test_without_volume_nothing_changes(number: int) -> None:
    whole = network(cover=2.0)
    path = under(every(0.0)[number], base=whole)
    assert same(path, run(whole, free(whole, 2), steady(whole, 2)))


@pytest.mark.parametrize("number", range(5))
def test_it_acts_in_its_months_and_not_after(number: int) -> None:
    whole = market()
    brief = every(first=FIRST, last=datetime.date(2026, 12, 31))[number]
    path = under(brief, base=whole, months=5)
    plain = run(whole, free(whole, 5), steady(whole, 5))
    acts = np.any(np.abs(path.price - plain.price) > 1e-6, axis=1)
    assert acts[0]
    assert acts[1]
    np.testing.assert_allclose(path.price[3:], plain.price[3:], rtol=1e-3)
    assert booked(path).unit[0] != 0.0
    assert not booked(path).unit[2:].any()


@pytest.mark.parametrize("number", range(5))
def test_removing_it_undoes_it(number: int) -> None:
    whole = market()
    simulator = Simulator.of(whole, CALM, WINDOW)
    told = steady(whole, 3)
    before = simulator.run(free(whole, 3), told)
    month = Months(FIRST, 3)
    supports = supports_of(whole, month, instruments=[every()[number]])
    _ = simulator.run(free(whole, 3), replace(told, supports=supports))
    assert same(simulator.run(free(whole, 3), told), before)


def test_several_at_once_agree_with_their_prices() -> None:
    path = under(*every(30.0), plant(), months=4, base=network(cover=3.0))
    found = booked(path)
    assert found.largest_gap < 1e-5
    assert np.nanmax(found.landed_gap) < 1e-3
    assert path.windows <= 8 * 4
    np.testing.assert_allclose(found.public_cost, (found.paid - found.duty).sum(axis=1))


def test_what_is_scarce_already_pays_no_duty() -> None:
    """CHN's controls bring USA's imports far above the floor: the rent is theirs, no duty due."""
    whole = network()
    path = under(every()[0], base=whole, restrictions=held(whole, 3, 0.2), months=3)
    plain = run(whole, held(whole, 3, 0.2), steady(whole, 3))
    assert price(plain, "USA").min() > 1.3
    assert booked(path).duty.sum() == pytest.approx(0.0, abs=1e-6)
    np.testing.assert_allclose(path.price, plain.price, rtol=1e-6)


def test_a_floor_stops_nothing_that_is_smuggled() -> None:
    whole = network()
    names = [route.name for route in whole.routes]
    supports = supports_of(whole, Months(FIRST, 6), instruments=[every()[0]])
    charged = {name for number, name in enumerate(names) if number in supports.floors[0].route}
    assert charged == {"ore:CHN>USA", "ore:CHN>USA:surge"}


def test_month_by_month_is_the_same_path() -> None:
    whole = network(cover=2.0).including(*every(20.0), plant(cost=1.4))
    told = replace(steady(whole, 6), supports=supports_of(whole, Months(FIRST, 6)))
    simulator = Simulator.of(whole, CALM, WINDOW)
    path = simulator.run(free(whole, 6), told)
    linked = simulate_linked(
        {"ore": Linked(whole, simulator, free(whole, 6), told)}, Links((), ())
    )["ore"].simulation
    np.testing.assert_allclose(linked.price, path.price, rtol=1e-6)
    one, other = booked(path), booked(linked)
    for name in ("paid", "duty", "premium", "open", "margin", "stock"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-5, atol=1e-3)
    assert isinstance(other, SupportPath)


def test_instruments_are_never_passed_over_in_silence() -> None:
    whole = market().including(every()[0])
    with pytest.raises(InputError, match="has instruments or plants"):
        _ = Simulator.of(whole, CALM, WINDOW).run(free(whole, 2), steady(whole, 2))


def test_a_plan_refuses_instruments() -> None:
    with pytest.raises(InputError) as caught:
        _ = solve(market().including(*every(), plant()), months=2)
    told = [str(problem) for problem in caught.value.problems]
    assert sum("a plan has no price support" in line for line in told) == 5
    assert sum("a plan has no plants" in line for line in told) == 1


def test_a_cap_on_a_floor_or_a_tier_is_refused_all_at_once() -> None:
    one, tier = replace(every()[0], volume=5.0), replace(every()[3], volume=5.0)
    with pytest.raises(InputError) as caught:
        _ = supports_of(market(), Months(FIRST, 2), instruments=[one, tier])
    assert len(caught.value.problems) == 2


def taxed(whole: Network, months: int, rate: float) -> Setting:
    """Return a setting in which CHN taxes what it ships to USA."""
    tax = np.zeros((months + WINDOW, len(whole.routes)))
    for column, route in enumerate(whole.routes):
        tax[:, column] = rate if route.importer == "USA" else 0.0
    return replace(steady(whole, months), route_tax=tax)


def test_a_floor_counts_what_the_exporter_taxes() -> None:
    """With an export tax of a tenth imports land at 1.1 p: the duty is what they lack of 1.2."""
    whole = market()
    path = under(every()[0], base=whole, told=taxed(whole, 3, 0.1))
    found = booked(path)
    np.testing.assert_allclose(found.landed, 1200.0, rtol=1e-5)
    np.testing.assert_allclose(
        found.unit[:, 0], 1200.0 - 1.1 * 1000.0 * price(path, "CHN"), rtol=1e-4
    )
    assert found.largest_gap < 1e-5


def test_under_a_tax_what_does_not_act_changes_no_bit() -> None:
    whole = market()
    low = replace(every()[0], floor=900.0)
    told = taxed(whole, 3, 0.1)
    path = under(low, base=whole, told=told)
    assert same(path, run(whole, free(whole, 3), told))
