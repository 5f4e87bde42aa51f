"""Sizing by hand: one mine, one use, one reserve, and a future in which the mine all but stops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from orepact.errors import InputError
from orepact.model import Curves
from orepact.network import (
    Demand,
    Material,
    Network,
    Process,
    Region,
    Reserve,
    Route,
)
from orepact.result.two_stage import Case, Future, Sizing, size_cases, size_reserves
from orepact.result.two_stage.master import tail_of
from tests.oracles.random_networks import random_network

STEPS = Curves(np.array([0.05, 0.5, 1.0, 2.0, 60.0]), steps=True)
MINE = Network(
    regions=(Region(name="A"),),
    materials=(Material(name="metal", price=100.0),),
    processes=(
        Process(name="mine", region="A", outputs={"metal": 1.0}, capacity=120.0, cost=60.0),
    ),
    demands=(Demand(name="use", region="A", material="metal", base=100.0, elasticity=1.0),),
    reserves=(
        Reserve(name="own", owner="A", region="A", material="metal", price=110.0, largest=60.0),
    ),
)
USUAL = Future(name="usual", weight=0.75)
SHUT = Future(name="shut", weight=0.25, production={"mine": 0.2})


def sized(*futures: Future, network: Network = MINE, **options: object) -> Sizing:
    """Return a sizing over one month in steps, proven to a millionth."""
    usual = {"months": 1, "curves": STEPS, "gap": 1e-6}
    return size_reserves(network, futures, **(usual | options))  # pyright: ignore[reportArgumentType]


def test_what_is_bought_pays_in_the_future_that_needs_it() -> None:
    """Up to 50 t used, a tonne is worth 3,100 USD in a quarter of futures: 775 against 110."""
    sizing = sized(USUAL, SHUT)
    fill = sizing.fills.row(0, named=True)
    assert fill["bought_t"] == pytest.approx(26.0, rel=1e-4)
    assert sizing.value == pytest.approx(26.0 * (775.0 - 110.0), rel=1e-5)
    assert sizing.spent == pytest.approx(26.0 * 110.0, rel=1e-4)
    assert sizing.budget_dual == 0.0
    short = sizing.shortage.row(0, named=True)
    assert short["expected_without_t"] == pytest.approx(0.25 * 76.0)
    assert short["expected_with_t"] == pytest.approx(0.25 * 50.0, rel=1e-4)
    assert short["tail_without_t"] == pytest.approx(76.0)
    assert short["tail_with_t"] == pytest.approx(50.0, rel=1e-4)


def test_a_reserve_that_may_be_sold_earns_in_usual_times_too() -> None:
    sizing = sized(USUAL, SHUT, emergency=False)
    assert sizing.value == pytest.approx(26.0 * (0.75 * 75.0 + 775.0 - 110.0), rel=1e-5)


def test_another_dollar_of_budget_is_worth_what_it_buys() -> None:
    sizing = sized(USUAL, SHUT, budget=1100.0)
    assert sizing.fills["bought_t"][0] == pytest.approx(10.0, rel=1e-4)
    assert sizing.budget_dual == pytest.approx(775.0 / 110.0 - 1.0, rel=1e-4)
    assert sizing.fills["next_tonne"][0] == pytest.approx(775.0, rel=1e-4)


def test_the_mean_future_buys_too_little() -> None:
    """On average the mine makes 96 t; 4 t more are worth 150 USD each, and the rest 75."""
    sizing = sized(USUAL, SHUT)
    assert list(sizing.mean_bought.values()) == [pytest.approx(4.0, rel=1e-3)]
    assert sizing.stochastic_low is not None
    assert sizing.stochastic_high is not None
    assert sizing.stochastic_low == pytest.approx((26.0 - 4.0) * 665.0, rel=1e-3)
    assert sizing.stochastic_high == pytest.approx((26.0 - 4.0) * 665.0, rel=1e-3)
    assert sizing.stochastic_low <= (26.0 - 4.0) * 665.0 * (1.0 + 1e-6)
    assert sizing.stochastic_high >= (26.0 - 4.0) * 665.0 * (1.0 - 2e-4)


@pytest.mark.parametrize("gap", [0.5, 0.1, 1e-3])
def test_a_rough_search_says_what_it_leaves_open(gap: float) -> None:
    """What is exactly 26 t, 22 · 665 USD and the worth of knowing lies within every bracket."""
    sizing = sized(USUAL, SHUT, gap=gap)
    fill = sizing.fills.row(0, named=True)
    assert fill["least_t"] <= min(26.0, fill["bought_t"]) + 1e-6
    assert fill["most_t"] >= max(26.0, fill["bought_t"]) - 1e-6
    lost, known = (26.0 - 4.0) * 665.0, 0.75 * 26.0 * 110.0 + 0.25 * 34.0 * 40.0
    assert sizing.stochastic_low is not None
    assert sizing.stochastic_high is not None
    assert sizing.stochastic_low <= lost * (1.0 + 1e-6)
    assert sizing.stochastic_high >= lost * (1.0 - 2e-4)
    assert sizing.information_low is not None
    assert sizing.information_high is not None
    assert sizing.information_low <= known * (1.0 + 1e-6)
    assert sizing.information_high >= known * (1.0 - 1e-6)


def test_a_close_search_leaves_no_tonne_open() -> None:
    fill = sized(USUAL, SHUT, budget=1100.0).fills.row(0, named=True)
    assert fill["least_t"] == pytest.approx(10.0, rel=1e-2)
    assert fill["most_t"] == pytest.approx(10.0, rel=1e-2)
    free = sized(USUAL, SHUT).fills.row(0, named=True)
    assert (free["least_t"], free["most_t"]) == pytest.approx((26.0, 26.0), rel=1e-2)
    extensive = sized(USUAL, SHUT, method="extensive").fills.row(0, named=True)
    assert extensive["least_t"] is None


def test_two_cases_share_what_is_left_open() -> None:
    """Law: purchases of a close search lie within the ends of a rough one, under one budget."""
    other = replace(MINE, reserves=(replace(MINE.reserves[0], price=130.0),))
    cases = [
        Case(name=name, network=network, futures=(USUAL, SHUT))
        for name, network in (("one", MINE), ("two", other))
    ]
    options = {"months": 1, "curves": STEPS, "budget": 4000.0}
    rough = size_cases(cases, gap=0.5, **options)  # pyright: ignore[reportArgumentType]
    close = size_cases(cases, gap=1e-6, **options)  # pyright: ignore[reportArgumentType]
    ends = rough.fills.select("least_t", "most_t").rows()
    for (least, most), bought in zip(ends, close.fills["bought_t"], strict=True):
        assert least - 1e-3 <= bought <= most + 1e-3


def test_knowing_the_future_would_save_the_difference() -> None:
    """Usual: nothing instead of 26 t. Shut: 60 t, of which 34 t are worth 150 instead of 110."""
    sizing = sized(USUAL, SHUT)
    worth = 0.75 * 26.0 * 110.0 + 0.25 * 34.0 * 40.0
    assert sizing.information_low == pytest.approx(worth, rel=2e-3)
    assert sizing.information_high == pytest.approx(worth, rel=2e-3)
    regrets = sizing.futures.select("future", "regret_high").rows()
    assert dict(regrets)["usual"] == pytest.approx(26.0 * 110.0, rel=1e-3)
    assert dict(regrets)["shut"] == pytest.approx(34.0 * 40.0, rel=1e-3)


def test_the_tail_buys_what_the_worst_future_needs() -> None:
    """With all weight on the worst tenth, the mine is shut: 150 USD a tonne is worth 110."""
    small = replace(MINE, reserves=(replace(MINE.reserves[0], largest=40.0),))
    sizing = sized(USUAL, SHUT, network=small, tail=1.0)
    assert sizing.fills["bought_t"][0] == pytest.approx(40.0, rel=1e-4)
    assert sizing.fills["at_largest"][0]
    assert dict(sizing.futures.select("future", "in_tail").rows()) == {"usual": 0.0, "shut": 1.0}


def test_nobody_pays_more_than_the_highest_price() -> None:
    """At four times the base price, 400 USD, a tonne is worth 100 USD on average: not 110."""
    assert sized(USUAL, SHUT, highest=4.0).spent == 0.0
    assert sized(USUAL, SHUT, highest=10.0).spent > 0.0


def test_both_methods_agree_by_hand() -> None:
    for tail in (0.0, 0.5):
        whole = sized(USUAL, SHUT, method="extensive", tail=tail)
        assert whole.value == pytest.approx(sized(USUAL, SHUT, tail=tail).value, rel=1e-6)


def test_a_crisis_begins_when_it_is_said_to() -> None:
    late = replace(SHUT, crisis=1)
    assert sized(USUAL, late).spent == 0.0


def test_a_limit_takes_the_place_of_what_a_route_may_carry() -> None:
    """The mine is in B and ships 120 t; a limit of 24 t is the future of the other tests."""
    there = replace(
        MINE,
        regions=(*MINE.regions, Region(name="B")),
        processes=(replace(MINE.processes[0], region="B"),),
        routes=(Route(name="B to A", material="metal", exporter="B", importer="A", base=120.0),),
    )
    shut = Future(name="shut", weight=0.25, limit=np.array([[24.0]]))
    sizing = sized(USUAL, shut, network=there)
    assert sizing.fills["bought_t"][0] == pytest.approx(26.0, rel=1e-4)
    assert sizing.value == pytest.approx(26.0 * 665.0, rel=1e-4)


def test_two_cases_share_a_budget_where_a_dollar_is_worth_most() -> None:
    mild = Future(name="shut", weight=0.25, production={"mine": 0.4})
    cases = (
        Case(name="hard", network=MINE, futures=(USUAL, SHUT)),
        Case(name="mild", network=MINE, futures=(USUAL, mild)),
    )
    sizing = size_cases(cases, months=1, curves=STEPS, budget=3080.0, gap=1e-6)
    assert dict(sizing.fills.select("case", "bought_t").rows()) == {
        "hard": pytest.approx(26.0, rel=1e-3),
        "mild": pytest.approx(2.0, rel=1e-2),
    }


@pytest.mark.parametrize("tail", [0.0, 0.5])
def test_cases_together_buy_what_each_would_alone(tail: float) -> None:
    """Where the budget does not bind they share nothing, in the mean and in the tail."""
    milder = replace(SHUT, production={"mine": 0.4})
    cases = (
        Case(name="hard", network=MINE, futures=(USUAL, SHUT)),
        Case(name="mild", network=MINE, futures=(USUAL, milder)),
    )
    options = {"months": 1, "curves": STEPS, "gap": 1e-6, "tail": tail, "level": 0.5}
    together = size_cases(cases, budget=1e6, **options)  # pyright: ignore[reportArgumentType]
    alone = [
        size_cases((case,), budget=1e6, **options)  # pyright: ignore[reportArgumentType]
        for case in cases
    ]
    assert together.value == pytest.approx(sum(one.value for one in alone), rel=1e-5)
    assert together.fills["bought_t"].to_list() == pytest.approx(
        [one.fills["bought_t"][0] for one in alone], rel=1e-3
    )


def test_processes_do_not_change_the_answer() -> None:
    network = random_network(3).including(
        Reserve(name="own", owner="x", region="north", material="metal", largest=80.0)
    )
    shut = Future(name="shut", weight=0.25, production={"mine north": 0.1, "mine west": 0.1})
    options = {"months": 3, "curves": None, "gap": 1e-4, "kept_worth": 0.5}
    one = sized(USUAL, shut, network=network, **options)
    two = sized(USUAL, shut, network=network, workers=2, **options)
    assert one.value == pytest.approx(two.value, rel=1e-7)
    assert one.fills["bought_t"].to_list() == pytest.approx(two.fills["bought_t"].to_list())


def test_the_tail_takes_a_share_of_the_future_at_its_edge() -> None:
    """A tail of 0.3 over weights 0.2, 0.5, 0.3: all of the worst, and 0.1 of the next."""
    mean, share = tail_of(np.array([9.0, 1.0, 3.0]), np.array([0.2, 0.5, 0.3]), 0.7)
    assert mean == pytest.approx((0.2 * 9.0 + 0.1 * 3.0) / 0.3)
    assert share.tolist() == pytest.approx([2 / 3, 0.0, 1 / 3])


def test_every_problem_is_told_at_once() -> None:
    wrong = Future(name="wrong", weight=0.5, production={"mime": 2.0}, limit=np.zeros((1, 3)))
    with pytest.raises(InputError) as told:
        _ = sized(USUAL, wrong)
    text = str(told.value)
    assert "weights of futures do not sum to 1" in text
    assert "'mime'" in text
    assert "(months, 0)" in text
    endless = replace(MINE, reserves=(replace(MINE.reserves[0], largest=np.inf),))
    with pytest.raises(InputError) as told:
        _ = sized(USUAL, SHUT, network=endless, tail=2.0, kept_worth=-1.0)
    text = str(told.value)
    assert "own.largest" in text
    assert "tail" in text
    assert "kept_worth" in text


def test_a_tail_of_curved_programs_has_no_extensive_form() -> None:
    with pytest.raises(InputError, match="has no tail"):
        _ = sized(USUAL, SHUT, curves=Curves(STEPS.nodes), tail=0.5, method="extensive")


def test_without_futures_nothing_is_bought() -> None:
    sizing = sized()
    assert sizing.spent == sizing.value == 0.0
    assert sizing.fills["bought_t"].to_list() == [0.0]
