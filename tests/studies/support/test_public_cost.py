"""Public cost over price paths: two ways to one number, laws, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from orepact.errors import InputError
from orepact.network.network import Network
from orepact.network.world import World, read_world
from orepact.policy.support import Support, read_support, support_names
from orepact.studies.support.public_cost import CostDesign, public_cost
from orepact.studies.support.settled import Asked, settlement
from orepact.views.price_support import limit_lines
from tests.studies.shapes import require_shape

FEW = CostDesign(draws=400, seed=7)


@pytest.fixture(scope="module")
def world() -> World:
    """Return the bundled world."""
    return read_world()


@pytest.fixture(scope="module")
def network(world: World) -> Network:
    """Return the network of the magnets' chain."""
    return world.network("rare-earth-magnets")


@pytest.fixture(scope="module")
def mp(network: Network) -> Support:
    """Return the contract of 110 USD/kg."""
    return read_support("mp-110", network)


@pytest.fixture(scope="module")
def run(mp: Support, network: Network, world: World) -> dict[str, Any]:
    """Return the contract's cost over both processes."""
    return public_cost(mp, network, world, design=FEW).content


def held(support: Support, network: Network, **terms: float) -> Support:
    """Return a support whose cards have no range, some at other values."""
    moved = support.at(terms, network)
    values = moved.moved({})
    cards = tuple(replace(card, value=values[card.card].value, low=values[card.card].value,
                          high=values[card.card].value) for card in moved.cards)
    return replace(moved, cards=cards, drawn={})


def present(support: Support, network: Network, world: World, process: str) -> float:
    """Return the closed form of one process, million USD of today."""
    found = public_cost(support, network, world, design=FEW).content["processes"]
    return next(each["strip_usd"] for each in found if each["process"] == process) / 1e6


def test_runs_and_settlements_have_the_shape_that_is_documented(
    run: dict[str, Any], network: Network, world: World
) -> None:
    """The schemas beside those of other runs."""
    require_shape("support-cost", run)
    gap = read_support("magnets-gap-subsidy", network)
    require_shape("support-cost", public_cost(gap, network, world, design=FEW).content)
    for name in support_names():
        asked = Asked(prices=(60e3, 80e3), tonnes=5.0, full=True, cap=2e5)
        require_shape("support-settlement", settlement(read_support(name, network), asked))


def test_drawn_paths_and_the_closed_form_agree_at_the_middle_values(run: dict[str, Any]) -> None:
    """Within four standard errors, for a walk and for a price that returns."""
    for each in run["processes"]:
        gap = each["drawn_at_middle_usd"] - each["strip_usd"]
        assert abs(gap) < 4.0 * each["drawn_at_middle_error_usd"]


def test_only_what_is_left_of_the_contract_is_priced(run: dict[str, Any]) -> None:
    """From the dataset's first month to the last of ten years: 107 months."""
    assert (run["first"], run["last"], run["months"], run["months_past"]) == (
        "2026-11", "2035-09", 107, 13)
    for each in run["processes"]:
        assert sum(row["months"] for row in each["by_year"]) == 107
        assert [row["year"] for row in each["by_year"]] == list(range(2026, 2036))


def test_years_add_up_to_the_total_and_percentiles_are_in_order(run: dict[str, Any]) -> None:
    """Means add up; percentiles of years do not, and are not asked to."""
    for each in run["processes"]:
        years = sum(row["mean_usd"] for row in each["by_year"])
        assert years == pytest.approx(each["total_usd"]["mean"])
        for row in (*each["by_year"],):
            assert row["p5_usd"] <= row["p50_usd"] <= row["p95_usd"]


def test_the_same_seed_gives_the_same_figures(
    mp: Support, network: Network, world: World, run: dict[str, Any]
) -> None:
    """And another seed others."""
    again = public_cost(mp, network, world, design=FEW).content
    assert again == run
    other = public_cost(mp, network, world, design=replace(FEW, seed=8)).content
    assert other["processes"] != run["processes"]


@pytest.mark.parametrize("process", ["walk", "reverting"])
def test_more_of_each_term_moves_cost_as_it_must(
    mp: Support, network: Network, world: World, process: str
) -> None:
    """A higher strike and more tonnes cost more; a higher price, tax and upside cost less."""
    def cost(**terms: float) -> float:
        return present(held(mp, network, **terms), network, world, process)

    for name, values in (("mp-floor", (0.0, 60.0, 110.0)), ("mp-tonnes", (0.0, 2000.0, 4000.0))):
        found = [cost(**{name: value}) for value in values]
        assert all(one < other for one, other in pairwise(found))
    for name, values in (("mp-price", (50.0, 70.0, 90.0)), ("mp-vat", (0.0, 0.1, 0.2)),
                         ("mp-inflation", (0.0, 0.02, 0.04)),
                         ("mp-upside", (0.0, 0.3, 1.0)), ("discount-rate", (0.0, 0.03, 0.06))):
        found = [cost(**{name: value}) for value in values]
        assert all(one > other for one, other in pairwise(found)), name


def test_no_tonnes_cost_nothing(mp: Support, network: Network, world: World) -> None:
    """In every year and member."""
    found = public_cost(held(mp, network, **{"mp-tonnes": 0.0}), network, world, design=FEW)
    money = ["mean_usd", "p5_usd", "p50_usd", "p95_usd"]
    assert not found.years.select(money).to_numpy().any()


def test_a_nominal_strike_pays_less_as_prices_rise(
    mp: Support, network: Network, world: World, run: dict[str, Any]
) -> None:
    """2 % a year on the forward: 1,219 in place of 1,330 million; told, and in the tornado."""
    plain = present(held(mp, network, **{"mp-inflation": 0.0}), network, world, "walk")
    risen = present(held(mp, network), network, world, "walk")
    assert (plain, risen) == (pytest.approx(1_330.0, rel=0.005), pytest.approx(1_219.0, rel=0.005))
    for each in run["processes"]:
        bar = next(one for one in each["suppositions"] if one["card"] == "mp-inflation")
        assert bar["at_low_usd"] > each["strip_usd"] > bar["at_high_usd"]
    assert "prices rise by 2 % a year" in limit_lines(run)[-1]
    gap = public_cost(read_support("magnets-gap-subsidy", network), network, world, design=FEW)
    assert "costs less than printed" in limit_lines(gap.content)[-1]


def test_drawn_prices_rise_with_inflation_in_both_processes(
    mp: Support, network: Network, world: World
) -> None:
    """The same draws with 5 % a year: prices of month m are exp(0.05·m/12) times as high."""
    none, some = (public_cost(held(mp, network, **{"mp-inflation": rate}), network, world,
                              design=FEW).years for rate in (0.0, 0.05))
    ratio = (some["price_mean_usd_per_t"] / none["price_mean_usd_per_t"]).to_list()
    assert ratio[0] == pytest.approx(math.exp(0.05 * 1.5 / 12.0), rel=1e-3)
    assert ratio[1] == pytest.approx(math.exp(0.05 * 8.5 / 12.0), rel=1e-2)
    assert len(ratio) == 20
    assert ratio[10:] == pytest.approx(ratio[:10], rel=1e-2)


def test_a_subsidy_never_pays_back_and_its_share_is_drawn(
    network: Network, world: World
) -> None:
    """Half of the gap costs half, and a card that moves it is in the tornado."""
    gap = read_support("magnets-gap-subsidy", network)
    found = public_cost(gap, network, world, design=FEW).content
    for each in found["processes"]:
        assert each["public_receives"] == 0.0
        assert all(row["p5_usd"] >= 0.0 for row in each["by_year"])
        assert "gap-share" in {one["card"] for one in each["suppositions"]}
    whole, half = (present(held(gap, network, **{"gap-share": share}), network, world, "walk")
                   for share in (1.0, 0.5))
    assert half == pytest.approx(whole / 2.0)


def test_years_may_be_asked_for(mp: Support, network: Network, world: World) -> None:
    """Counted from the first month on, beyond the contract's own end too."""
    found = public_cost(mp, network, world, design=replace(FEW, years=10)).content
    assert (found["months"], found["last"]) == (120, "2036-10")


def test_what_has_no_cost_by_price_alone_is_refused(network: Network, world: World) -> None:
    """A floor needs a market, a design its ranges; both are told at once."""
    floor = read_support("magnets-floor", network)
    with pytest.raises(InputError) as caught:
        _ = public_cost(floor, network, world, design=CostDesign(draws=1, years=99))
    assert {one.field for one in caught.value.problems} == {
        "--draws", "--years", "magnets-floor", "magnets-floor.cost"}


def test_a_contract_that_is_over_is_refused(
    mp: Support, network: Network, world: World
) -> None:
    """Nothing is left to pay."""
    over = replace(mp, instruments=(replace(mp.instruments[0], last=network.start.replace(
        year=2026, month=1)),))
    with pytest.raises(InputError, match="over"):
        _ = public_cost(over, network, world, design=FEW)


def test_settlement_of_every_kind(network: Network) -> None:
    """Contract, gap and offtake pay at 60 USD/kg, the floor charges, a tier needs a market."""
    asked = Asked(prices=(60_000.0, 80_000.0), tonnes=100.0, cap=90_000.0)
    level = 72_600.0
    for name, producer, public in (
        ("magnets-contract", [(level - 60e3) * 100, 0.0], [0.0, (80e3 - level) * 100]),
        ("magnets-gap-subsidy", [(level - 60e3) * 100, 0.0], [0.0, 0.0]),
        ("magnets-floor", [0.0, 0.0], [(level - 60e3) * 100, 0.0]),
        ("magnets-offtake", [level * 100, 0.0], [0.0, 0.0]),
    ):
        rows = settlement(read_support(name, network), asked)["rows"]
        assert [row["to_producer_usd"] for row in rows] == pytest.approx(producer), name
        assert [row["to_public_usd"] for row in rows] == pytest.approx(public), name
    tier = settlement(read_support("magnets-standards", network), asked)
    assert not tier["rows"]
    assert tier["needs_market"][0]["instrument"] == "magnets-standards"


def test_settlement_refuses_what_is_no_price(mp: Support) -> None:
    """Negative prices and tonnes, a cap below the strike: all at once."""
    with pytest.raises(InputError) as caught:
        _ = settlement(mp, Asked(prices=(-1.0, float("nan")), tonnes=-1.0, cap=5.0))
    assert [one.field for one in caught.value.problems] == [
        "--price", "--price", "--tonnes", "--cap"]


def test_an_index_with_tax_is_quoted_higher(tmp_path: Path, network: Network) -> None:
    """60 USD/kg with 13 % tax is 67.8, so 4.8 in place of 12.6 USD/kg is paid."""
    text = """\
format: orepact/support/1
support: taxed
title: Taxed
text: A test.
version: 1
chain: rare-earth-magnets
instruments:
  - id: taxed
    kind: contract-for-difference
    reason: A test.
    material: magnet-plain
    zone: [USA]
    processes: ["magnet-making-plain@USA"]
    strike: 72600
    index_basis: including VAT
    vat: 0.13
"""
    path = tmp_path / "taxed.yaml"
    _ = path.write_text(text, encoding="utf-8")
    row = settlement(read_support(path, network), Asked(prices=(60e3,), tonnes=1.0))["rows"][0]
    assert row["index_usd_per_t"] == pytest.approx(67_800.0)
    assert row["to_producer_usd"] == pytest.approx(4_800.0)
