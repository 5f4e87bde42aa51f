"""The plan against a second implementation that shares no code with it, solved through linopy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from orepact.engine import Solution
from orepact.model import Curves
from orepact.model.plan import Plan, plan_of
from orepact.network import Network, Reserve, Scenario, load
from orepact.policy.rules import ExportBan
from orepact.result.prove import prove
from orepact.result.solve import Result, result_of, solve
from tests.cases.reader import FOLDERS, read_case
from tests.oracles.linopy_plan import (
    Key,
    Oracle,
    charge,
    fill,
    lower_bound,
    residuals,
    solve_with_linopy,
    write_oracle,
)
from tests.oracles.random_networks import random_network


@pytest.mark.parametrize("steps", [False, True], ids=["quadratic", "steps"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_case_has_the_same_optimum(folder: Path, *, steps: bool) -> None:
    case = read_case(folder)
    nodes = tuple(case.curves.nodes)
    if case.network.reserves:
        compare_reserves(case.network, case.months, nodes, steps=steps, worth=case.kept_worth)
    else:
        compare(case.network, case.months, nodes, steps=steps)


@pytest.mark.parametrize("steps", [False, True], ids=["quadratic", "steps"])
@pytest.mark.parametrize("seed", range(4))
def test_reserves_of_two_futures_have_the_same_optimum(seed: int, *, steps: bool) -> None:
    nodes = (0.05, 0.5, 0.8, 1.0, 1.25, 2.0, 6.0, 60.0)
    network = with_reserves(random_network(seed))
    bought = compare_reserves(network, 3, nodes, steps=steps, worth=0.5)
    assert max(bought.values()) > 1.0


def with_reserves(network: Network) -> Network:
    """Return a network with two reserves that faces a calm future and one without the mines."""
    north = Reserve(
        name="own", owner="north", region="north", material="metal", held=3.0, release=20.0,
        carrying_cost=1.0, largest=200.0, shelf_life=2,
    )
    pool = Reserve(
        name="pool", owner="all", region="south", material="metal", lead=1, largest=90.0,
        entitled=("south", "west"),
    )
    shut = {process.name: 0.1 for process in network.processes}
    return network.including(north, pool).facing(
        Scenario(name="calm", weight=0.7), Scenario(name="shut", weight=0.3, production=shut)
    )


def compare_reserves(
    network: Network, months: int, nodes: tuple[float, ...], *, steps: bool, worth: float
) -> dict[str, float]:
    """Assert that both have one objective and, where it is unique, buy the same; return that."""
    curves = Curves(np.array(nodes), steps=steps)
    result = solve(network, months=months, curves=curves, kept_worth=worth)
    oracle = write_oracle(network, months, nodes, steps=steps, kept_worth=worth)
    second = solve_with_linopy(oracle)
    assert result.objective == pytest.approx(second.objective, rel=1e-7 if steps else 1e-6)
    bought = dict(result.reserve.select("reserve", "bought").iter_rows())
    if not steps:
        for name, tonnes in bought.items():
            assert second.primal["bought", name] == pytest.approx(tonnes, rel=1e-3, abs=1e-2)
    return bought


def test_gallium_in_steps_has_the_same_optimum() -> None:
    compare(gallium(), 2, tuple(Curves.in_steps(12).nodes), steps=True)


def test_gallium_has_the_optimum_of_the_second_implementation() -> None:
    """HiGHS cannot solve this curved program; weak duality brackets its optimum without one."""
    nodes = tuple(Curves().nodes)
    _, result, oracle, primal = both(gallium(), 6, nodes, steps=False)
    cost = charge(oracle, primal)
    least = lower_bound(oracle, prices(result), rents(result))
    assert result.objective == pytest.approx(cost, rel=1e-9)
    assert cost - least <= 1e-6 * abs(cost)
    closed, slack = residuals(oracle, primal, prices(result), rents(result))
    assert closed < 1e-8
    assert slack < 1e-5


def gallium() -> Network:
    ban = ExportBan(exporter="CHN", destinations=("USA", "JPN"), reference="toy act")
    return load("gallium").under(ban)


def compare(network: Network, months: int, nodes: tuple[float, ...], *, steps: bool) -> None:
    """Assert that both have one objective and that our point satisfies the other's conditions."""
    _, result, oracle, primal = both(network, months, nodes, steps=steps)
    second = solve_with_linopy(oracle)
    assert result.objective == pytest.approx(second.objective, rel=1e-9 if steps else 1e-6)
    closed, slack = residuals(oracle, primal, prices(result), rents(result))
    assert closed < 1e-8
    assert slack < 1e-6
    if not steps:
        for key, value in prices(result).items():
            assert second.price[key] == pytest.approx(value, rel=1e-4)


def both(
    network: Network, months: int, nodes: tuple[float, ...], *, steps: bool
) -> tuple[Plan, Result, Oracle, dict[Key, float]]:
    plan = plan_of(network, months=months, curves=Curves(np.array(nodes), steps=steps))
    solution = prove(plan.arrays)
    result = result_of(network, plan, solution, {})
    oracle = write_oracle(network, months, nodes, steps=steps)
    return plan, result, oracle, fill(oracle, totals(result) | at_sea(plan, solution))


def totals(result: Result) -> dict[Key, float]:
    """Return what the result says of every component, month and scenario, in tonnes."""
    number = {month: at for at, month in enumerate(result.months)}
    found: dict[Key, float] = {}
    for family, table, name, value in (
        ("consumption", result.consumption, "demand", "consumption"),
        ("production", result.production, "process", "production"),
        ("flow", result.flow, "route", "flow"),
        ("holding", result.stock, "stock", "level"),
    ):
        for key, month, scenario, tonnes in table.select(
            name, "period", "scenario", value
        ).iter_rows():
            found[family, key, number[month], scenario] = tonnes
    for region, material, month, scenario, tonnes in result.unsold.iter_rows():
        found["unsold", f"{region} {material}", number[month], scenario] = tonnes
    return found


def at_sea(plan: Plan, solution: Solution) -> dict[Key, float]:
    """Return the tonnes that each route leaves at sea at the end."""
    worth = dict(
        zip(plan.tables.routes["route"], plan.worth[plan.tables.routes["from"]], strict=True)
    )
    found: dict[Key, float] = {}
    for row in solution.primal("at_sea").iter_rows(named=True):
        scenario = plan.horizon.scenarios[row["scenario"]]
        key = ("at_sea", row["route"], len(plan.months) - 1, scenario)
        found[key] = found.get(key, 0.0) + row["value"] / worth[row["route"]]
    return found


def prices(result: Result) -> dict[Key, float]:
    """Return the dual of every balance: the price times the scenario's weight."""
    number = {month: at for at, month in enumerate(result.months)}
    weight = {scenario.name: scenario.weight for scenario in result.network.scenarios}
    return {
        (region, material, number[month], scenario): price * weight[scenario]
        for region, material, month, scenario, price in result.marginal.drop("multiple").iter_rows()
    }


def rents(result: Result) -> dict[Key, float]:
    """Return the dual of every quota: its rent times the scenario's weight."""
    number = {month: at for at, month in enumerate(result.months)}
    weight = {scenario.name: scenario.weight for scenario in result.network.scenarios}
    return {
        ("quota", row["quota"], number[row["period"]], row["scenario"]): row["rent"]
        * weight[row["scenario"]]
        for row in result.quota.iter_rows(named=True)
    }
