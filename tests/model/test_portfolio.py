"""Portfolios: cases derived by hand, every choice tried, and a second implementation in linopy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import linopy
import polars as pl
import pytest

from orepact.model.portfolio import PortfolioWeights
from orepact.result.portfolio.choose import choose, evaluate
from tests.oracles.portfolios import Node, Plant, case_with, random_plants

EXACT = 1e-9
B = "c|f|2030"
BUDGET = 9.0
YEARS = (2027, 2028)


def plant(capital: float, capacity: float = 4.0, **other: Any) -> Plant:
    return Plant("p", capital, {"metal": 1.0}, {(B, 2027): capacity}, **other)


def test_a_plant_is_built_when_what_it_saves_exceeds_its_capital() -> None:
    # Need 10 t at 3 each: 30 unserved. With it 4 t at cost 1 and 6 t unserved: 22, plus capital.
    node = Node(B, "A", "metal", 10.0, 3.0)
    built = choose(case_with([plant(5.0, cost=1.0)], [node]), gap=EXACT)
    assert built.starts == {"p": 2027}
    assert built.nothing == pytest.approx(30.0)
    assert built.objective == pytest.approx(27.0)
    assert built.gap == 0.0
    not_built = choose(case_with([plant(9.0, cost=1.0)], [node]), gap=EXACT)
    assert not_built.starts == {}
    assert not_built.worth == 0.0


def test_the_budget_counts_public_money_and_half_is_private() -> None:
    # Capital 5, at most half of it private: 2.5 public at least.
    node = Node(B, "A", "metal", 10.0, 3.0)
    assert choose(case_with([plant(5.0)], [node], budget=2.5), gap=EXACT).starts
    assert not choose(case_with([plant(5.0)], [node], budget=2.4), gap=EXACT).starts
    assert not choose(case_with([plant(5.0)], [node], budget=0.0), gap=EXACT).starts


def test_a_refinery_without_ore_is_not_built_and_with_a_mine_both_are() -> None:
    node = Node(B, "A", "metal", 10.0, 5.0)
    refinery = plant(2.0, inputs={"ore": 1.0})
    assert choose(case_with([refinery], [node]), gap=EXACT).starts == {}
    # 4 t at 5 saved is 20; both cost 2 + 3.
    mine = Plant("mine", 3.0, {"ore": 1.0}, {(B, 2027): 6.0})
    both = choose(case_with([refinery, mine], [node]), gap=EXACT)
    assert set(both.starts) == {"p", "mine"}
    assert both.worth == pytest.approx(15.0)


def test_a_host_bounds_what_by_products_are_made_together() -> None:
    # Two circuits of 4 t on a host that bears 5 t: the second adds 1 t, worth 3, and costs 4.
    node = Node(B, "A", "metal", 10.0, 3.0)
    two = [Plant(name, 4.0, {"metal": 1.0}, {(B, 2027): 4.0}) for name in ("p", "q")]
    free = choose(case_with(two, [node]), gap=EXACT)
    assert set(free.starts) == {"p", "q"}
    bound = choose(case_with(two, [node], hosts={"h": (5.0, ("p", "q"))}), gap=EXACT)
    assert len(bound.starts) == 1
    assert bound.worth == pytest.approx(4 * 3.0 - 4.0)


def test_the_shift_test_keeps_a_new_supplier_below_its_share_of_use() -> None:
    # 8 t from one land would be 8 of 8 used. At most half of use: with 2 t of own supply, 2 t.
    node = Node(B, "A", "metal", 10.0, 3.0, {"own": (2.0, 1.0)})
    far = plant(1.0, 8.0, country="land")
    free = choose(case_with([far], [node]), gap=EXACT)
    assert free.nothing - free.objective == pytest.approx(8 * 3.0 - 1.0)
    capped = choose(case_with([far], [node], caps=[("A", "metal", "land", 0.5)]), gap=EXACT)
    assert capped.worth == pytest.approx(2 * 3.0 - 1.0)


def test_concentration_is_charged_beyond_its_share() -> None:
    # 8 of 10 t from one land; beyond 65 % of use 1.5 t, each 0.4.
    weights = PortfolioWeights(diversity=0.4, concentration=0.65)
    node = Node(B, "A", "metal", 10.0, 3.0, {"own": (2.0, 1.0)})
    case = case_with([plant(1.0, 8.0, country="land")], [node], weights=weights,
                     caps=[("A", "metal", "land", float("inf"))])
    assert choose(case, gap=EXACT).worth == pytest.approx(8 * 3.0 - 1.0 - 1.5 * 0.4)


def test_weights_scale_what_they_name() -> None:
    node = Node(B, "A", "metal", 10.0, 3.0)
    case = case_with([plant(5.0)], [node], weights=PortfolioWeights(shortage=2.0, diversity=0.0))
    assert choose(case, gap=EXACT).worth == pytest.approx(4 * 6.0 - 5.0)
    case = case_with([plant(5.0)], [node], weights=PortfolioWeights(cost=2.0, diversity=0.0))
    assert choose(case, gap=EXACT).worth == pytest.approx(4 * 3.0 - 10.0)


def test_two_zones_share_one_plant_that_neither_can_pay_alone() -> None:
    # 4 t for each zone's 2 t at 3: saves 6 in each; capital 10, public half 5.
    nodes = [Node(B, zone, "metal", 2.0, 3.0) for zone in ("A", "B")]
    one = plant(10.0)
    apart = [choose(case_with([one] if zone == "A" else [], [nodes[n]], zones=(zone,), budget=2.5),
                    gap=EXACT) for n, zone in enumerate(("A", "B"))]
    joint = choose(case_with([one], nodes, zones=("A", "B"), budget=5.0,
                             shared=0.01), gap=EXACT)
    assert sum(each.objective for each in apart) == pytest.approx(12.0)
    assert joint.objective == pytest.approx(10.0)
    sent = joint.solution.primal("sent").filter(pl.col("value") > EXACT)
    assert set(sent["zone"]) == {"A", "B"}


@pytest.mark.parametrize("seed", range(2))
def test_no_choice_is_better_than_the_one_found(seed: int) -> None:
    plants, nodes = random_plants(seed)
    case = case_with(plants, nodes, budget=BUDGET)
    found = choose(case, gap=EXACT)
    capital = {one.name: one.capital for one in plants}
    best = float("inf")
    for years in product((None, *YEARS), repeat=len(plants)):
        starts = {one.name: year for one, year in zip(plants, years, strict=True)
                  if year is not None}
        if 0.5 * sum(capital[name] for name in starts) <= BUDGET:
            best = min(best, evaluate(case, starts).objective)
    assert found.objective == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_linopy_finds_the_same_optimum(seed: int) -> None:
    plants, nodes = random_plants(seed)
    found = choose(case_with(plants, nodes, budget=BUDGET), gap=EXACT)
    assert found.objective == pytest.approx(by_linopy(plants, nodes), abs=1e-6)


def by_linopy(plants: Sequence[Plant], nodes: Sequence[Node]) -> float:
    """Return the optimum of a program written anew, without a table of the case."""
    model: Any = linopy.Model()
    start: Any = {(one.name, year): model.add_variables(binary=True, name=f"y {one.name} {year}")
                  for one in plants for year in YEARS}
    for one in plants:
        model.add_constraints(sum(start[one.name, year] for year in YEARS) <= 1)
    cost: Any = sum(one.capital * start[one.name, year] for one in plants for year in YEARS)
    model.add_constraints(0.5 * cost <= BUDGET)
    for block in sorted({node.block for node in nodes}):
        run: Any = {one.name: model.add_variables(lower=0, name=f"a {one.name} {block}")
                    for one in plants}
        for one in plants:
            model.add_constraints(run[one.name] - sum(
                one.capacity[block, year] * start[one.name, year] for year in YEARS) <= 0)
            cost = cost + one.cost * run[one.name]
        for node in (each for each in nodes if each.block == block):
            limit, price = node.imports["far"]
            buy: Any = model.add_variables(lower=0, upper=limit, name=f"x {block} {node.material}")
            short: Any = model.add_variables(lower=0, upper=node.need,
                                             name=f"u {block} {node.material}")
            made: Any = sum(
                (one.outputs.get(node.material, 0.0) - one.inputs.get(node.material, 0.0))
                * run[one.name] for one in plants)
            model.add_constraints(made + buy + short >= node.need)
            cost = cost + price * buy + node.pays * short
    model.add_objective(cost)
    model.solve("highs", io_api="direct", output_flag=False, mip_rel_gap=EXACT)
    return float(model.objective.value)
