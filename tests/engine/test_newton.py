"""The dual Newton method against Clarabel, and its laws: unique, warm or cold, closed columns."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.engine import Arrays, LiveNewton, NewtonOptions, Program, solve_quadratic
from orepact.errors import InputError, SolveError


def market(seed: int, nodes: int = 5, routes: int = 9) -> Arrays:
    """Return supply, demand and routes between nodes, strictly convex, with equations only."""
    draw = np.random.default_rng(seed)
    program = Program(f"market {seed}")
    places = pl.DataFrame({"node": np.arange(nodes)})
    supply = program.add_columns("supply", places, upper=draw.uniform(0.5, 3.0, nodes),
                                 cost=draw.uniform(0.1, 1.0, nodes),
                                 curvature=draw.uniform(0.05, 2.0, nodes))
    demand = program.add_columns("demand", places, upper=draw.uniform(0.5, 3.0, nodes),
                                 cost=-draw.uniform(1.0, 5.0, nodes),
                                 curvature=draw.uniform(0.05, 2.0, nodes))
    pairs = [(a, b) for a in range(nodes) for b in range(nodes) if a != b]
    chosen = draw.choice(len(pairs), routes, replace=False)
    starts, stops = zip(*(pairs[k] for k in chosen), strict=True)
    ends = pl.DataFrame({"start": starts, "end": stops})
    flow = program.add_columns("flow", ends, upper=draw.uniform(0.0, 2.0, routes),
                               cost=draw.uniform(0.0, 0.3, routes),
                               curvature=draw.uniform(0.05, 1.0, routes))
    balance = program.add_rows("balance", places, lower=0.0, upper=0.0)
    row = balance["row"].to_numpy()
    program.add_entries(row, supply["column"].to_numpy(), 1.0)
    program.add_entries(row, demand["column"].to_numpy(), -1.0)
    program.add_entries(row[ends["start"].to_numpy()], flow["column"].to_numpy(), -1.0)
    program.add_entries(row[ends["end"].to_numpy()], flow["column"].to_numpy(), 1.0)
    return program.assemble()


@given(st.integers(0, 10_000))
def test_agrees_with_clarabel(seed: int) -> None:
    arrays = market(seed)
    newton, clarabel = LiveNewton(arrays).solve(), solve_quadratic(arrays)
    assert newton.objective == pytest.approx(clarabel.objective, rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(newton.primal_values, clarabel.primal_values, atol=2e-3)
    assert newton.certificate.holds


def test_hand_solved_market_has_the_price_of_the_crossing_curves() -> None:
    """Supply p = 1 + x, demand p = 5 − x: they cross at x = 2, p = 3."""
    program = Program("one market")
    place = pl.DataFrame({"node": [0]})
    made = program.add_columns("supply", place, upper=10.0, cost=1.0, curvature=1.0)
    used = program.add_columns("demand", place, upper=10.0, cost=-5.0, curvature=1.0)
    row = program.add_rows("balance", place, lower=0.0, upper=0.0)["row"].to_numpy()
    program.add_entries(row, made["column"].to_numpy(), 1.0)
    program.add_entries(row, used["column"].to_numpy(), -1.0)
    solution = LiveNewton(program.assemble()).solve()
    assert solution.primal("supply")["value"][0] == pytest.approx(2.0, abs=1e-9)
    assert solution.dual("balance")["value"][0] == pytest.approx(3.0, abs=1e-9)


@given(st.integers(0, 10_000))
def test_warm_and_cold_starts_agree(seed: int) -> None:
    arrays = market(seed)
    live = LiveNewton(arrays)
    cold = live.solve()
    warm = live.solve(start=cold.row_duals + 0.3)
    np.testing.assert_allclose(warm.primal_values, cold.primal_values, atol=1e-7)


def test_closed_columns_stay_closed_and_new_numbers_are_used() -> None:
    arrays = market(3)
    live = LiveNewton(arrays)
    before = live.solve()
    upper = arrays.upper.copy()
    closed = arrays.column_family("flow")
    upper[closed.first : closed.first + closed.size] = 0.0
    live.update(cost=arrays.cost, upper=upper, right=arrays.row_lower, curvature=arrays.curvature)
    after = live.solve()
    assert after.primal("flow")["value"].abs().max() == 0.0
    assert after.objective >= before.objective


def test_what_newton_cannot_prove_clarabel_answers() -> None:
    """A row that only closed columns touch has no price to find; the second solver decides."""
    arrays = market(5)
    live = LiveNewton(arrays)
    right = arrays.row_lower.copy()
    right[0] = -100.0
    live.update(cost=arrays.cost, upper=arrays.upper, right=right, curvature=arrays.curvature)
    with pytest.raises(Exception, match="no proven optimum"):
        _ = live.solve()
    assert live.fallbacks == 1


def test_inequalities_are_refused() -> None:
    program = Program("inequality")
    column = program.add_columns("x", pl.DataFrame({"k": [0]}), upper=1.0, curvature=1.0)
    row = program.add_rows("r", pl.DataFrame({"k": [0]}), lower=0.0, upper=1.0)
    program.add_entries(row["row"].to_numpy(), column["column"].to_numpy(), 1.0)
    with pytest.raises(InputError, match="equations"):
        _ = LiveNewton(program.assemble())


@given(st.integers(0, 10_000))
def test_the_start_changes_the_optimum_by_less_than_a_billionth(seed: int) -> None:
    arrays = market(seed)
    cold = LiveNewton(arrays).solve()
    draw = np.random.default_rng(seed)
    warm = LiveNewton(arrays).solve(start=cold.row_duals + draw.normal(0.0, 0.5, arrays.n_rows))
    assert warm.objective == pytest.approx(cold.objective, rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(warm.primal_values, cold.primal_values, rtol=1e-9, atol=1e-9)


def test_a_price_that_nothing_pays_for_is_refused_without_a_crash() -> None:
    """Supply cannot meet the right-hand side, so the dual rises for ever along a line."""
    program = Program("short")
    place = pl.DataFrame({"node": [0]})
    made = program.add_columns("supply", place, upper=1.0, cost=1.0, curvature=1.0)
    row = program.add_rows("balance", place, lower=5.0, upper=5.0)["row"].to_numpy()
    program.add_entries(row, made["column"].to_numpy(), 1.0)
    with pytest.raises(SolveError, match="no proven optimum"):
        _ = LiveNewton(program.assemble()).solve()


@given(st.integers(0, 10_000))
def test_an_interior_point_method_in_between_changes_no_answer(seed: int) -> None:
    arrays = market(seed)
    alone, helped = LiveNewton(arrays), LiveNewton(arrays, NewtonOptions(patience=0))
    direct, near = alone.solve(), helped.solve()
    assert helped.rescues == 1
    assert helped.fallbacks == 0
    assert near.certificate.holds
    np.testing.assert_allclose(near.primal_values, direct.primal_values, atol=1e-7)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_dual_function_is_below_the_optimum_and_meets_it_at_its_prices(
    seed: int, other: int
) -> None:
    live = LiveNewton(market(seed))
    found = live.solve()
    anywhere = np.random.default_rng(other).uniform(-1.0, 5.0, len(found.row_duals))
    assert live.dual(anywhere) <= found.objective + 1e-9
    assert live.dual(found.row_duals) == pytest.approx(found.objective, abs=1e-9)
