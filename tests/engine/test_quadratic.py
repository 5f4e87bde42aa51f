from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest

from orepact.engine import (
    Arrays,
    LiveQuadratic,
    Program,
    certify,
    solve_blocks,
    solve_quadratic,
    solve_quadratic_highs,
)
from orepact.errors import InputError, SolveError
from tests.oracles.linopy_program import linopy_objective
from tests.oracles.random_programs import random_program


def market(*, upper: float = 10.0, need: float = 8.0) -> Arrays:
    """Return two mines with marginal costs 1 + x and 2 + ½y that serve `need` tonnes."""
    program = Program("market")
    mine = program.add_columns(
        "mine",
        pl.DataFrame({"mine": ["a", "b"]}),
        upper=np.array([upper, 10.0]),
        cost=np.array([1.0, 2.0]),
        curvature=np.array([1.0, 0.5]),
    )
    balance = program.add_rows("balance", pl.DataFrame({"k": [0]}), lower=need, upper=need)
    program.add_entries(np.repeat(balance["row"].to_numpy(), 2), mine["column"])
    return program.assemble()


@pytest.mark.parametrize("solve", [solve_quadratic, solve_quadratic_highs])
def test_two_rising_costs_by_hand(solve: object) -> None:
    """1 + x = 2 + ½y and x + y = 8 give x = 10/3, y = 14/3 and the price 13/3."""
    assert callable(solve)
    solution = solve(market())
    assert solution.primal_values == pytest.approx([10 / 3, 14 / 3], abs=1e-5)
    assert solution.row_duals == pytest.approx([13 / 3], abs=1e-5)
    cost = 10 / 3 + 0.5 * (10 / 3) ** 2 + 2 * 14 / 3 + 0.25 * (14 / 3) ** 2
    assert solution.objective == pytest.approx(cost, rel=1e-7)


def test_the_dual_is_the_slope_of_the_objective() -> None:
    higher, lower = (solve_quadratic(market(need=need)).objective for need in (8.001, 7.999))
    slope = (higher - lower) / 0.002
    assert solve_quadratic(market()).row_duals[0] == pytest.approx(slope, rel=1e-5)


@pytest.mark.parametrize("kind", ["floor", "cap", "range"])
def test_duals_of_inequalities_have_the_same_sign_in_both_solvers(kind: str) -> None:
    """A floor of 3 tonnes on a cost x + ½x² has the dual 4; a cap of 2 on −5x + ½x² has −3."""
    program = Program(kind)
    cost = -5.0 if kind == "cap" else 1.0
    x = program.add_columns("x", pl.DataFrame({"k": [0]}), cost=cost, curvature=1.0)
    bounds = {
        "floor": {"lower": 3.0},
        "cap": {"upper": 2.0},
        "range": {"lower": 3.0, "upper": 9.0},
    }[kind]
    row = program.add_rows("r", pl.DataFrame({"k": [0]}), **bounds)
    program.add_entries(row["row"], x["column"])
    arrays = program.assemble()
    expected = -3.0 if kind == "cap" else 4.0
    assert solve_quadratic(arrays).row_duals == pytest.approx([expected], abs=1e-5)
    assert solve_quadratic_highs(arrays).row_duals == pytest.approx([expected], abs=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_three_implementations_agree(seed: int) -> None:
    arrays = random_program(seed, curved=True)
    solution = solve_quadratic(arrays)
    assert solution.objective == pytest.approx(linopy_objective(arrays), rel=1e-6, abs=1e-6)
    second = solve_quadratic_highs(arrays)
    assert solution.objective == pytest.approx(second.objective, rel=1e-6, abs=1e-6)
    assert solution.primal_values == pytest.approx(second.primal_values, abs=1e-4)
    residuals = certify(arrays, second.primal_values, second.row_duals)
    assert residuals.holds
    assert solution.certificate.holds


@pytest.mark.parametrize("seed", range(4))
def test_clarabel_solves_linear_programs_too(seed: int) -> None:
    arrays = random_program(seed)
    expected = linopy_objective(arrays)
    assert solve_quadratic(arrays).objective == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_closed_column_is_exactly_closed_and_can_open_again() -> None:
    live = LiveQuadratic(market())
    for upper in (10.0, 0.0, 1e-12, 1.0, 0.0, 10.0):
        live.update(upper=np.array([upper, 10.0]))
        found = live.solve()
        expected = solve_quadratic_highs(market(upper=upper))
        assert found.objective == pytest.approx(expected.objective, rel=1e-7)
        assert found.row_duals == pytest.approx(expected.row_duals, abs=1e-5)
        assert found.primal_values[0] <= upper
    assert live.setups == 1


def test_a_column_fixed_above_zero_still_delivers() -> None:
    live = LiveQuadratic(market())
    live.update(lower=np.array([2.0, 0.0]), upper=np.array([2.0, 10.0]))
    found = live.solve()
    assert found.primal_values == pytest.approx([2.0, 6.0])
    assert found.row_duals == pytest.approx([5.0])
    assert found.objective == pytest.approx(2 + 2 + 12 + 9)


@pytest.mark.parametrize("seed", range(6))
def test_updates_equal_a_fresh_solve_whatever_came_before(seed: int) -> None:
    draw = np.random.default_rng(100 + seed)
    base = random_program(seed, curved=True)
    live = LiveQuadratic(base)
    for _ in range(6):
        moved = {
            "cost": base.cost + draw.normal(0, 1, base.n_columns),
            "upper": base.upper * draw.integers(0, 2, base.n_columns),
            "curvature": base.curvature * draw.uniform(0.5, 2.0),
            "row_lower": np.where(base.row_lower == base.row_upper, 0.0, -9.0),
            "row_upper": np.where(base.row_lower == base.row_upper, 0.0, 9.0),
        }
        live.update(**moved)
        fresh = solve_quadratic(base.with_numbers(**moved))
        found = live.solve()
        assert found.objective == pytest.approx(fresh.objective, rel=1e-6, abs=1e-6)
        assert found.certificate.holds


def test_bounds_and_rows_that_change_kind_set_the_solver_up_again() -> None:
    live = LiveQuadratic(market())
    live.update(upper=np.array([np.inf, 10.0]))
    assert live.solve().primal_values == pytest.approx([10 / 3, 14 / 3], abs=1e-5)
    assert live.setups == 1
    live.update(row_upper=np.array([np.inf]))
    assert live.solve().row_duals == pytest.approx([13 / 3], abs=1e-5)
    assert live.setups == 2
    live.update(lower=np.array([-0.5, 0.0]), row_lower=np.array([-np.inf]))
    assert live.solve().primal_values == pytest.approx([-0.5, 0.0], abs=1e-5)
    assert live.setups == 3


def test_a_free_column_is_free() -> None:
    program = Program("free")
    x = program.add_columns(
        "x", pl.DataFrame({"k": [0, 1]}), lower=-np.inf, curvature=1.0, cost=np.array([4.0, 0.0])
    )
    row = program.add_rows("r", pl.DataFrame({"k": [0]}), lower=2.0, upper=2.0)
    program.add_entries(np.repeat(row["row"].to_numpy(), 2), x["column"])
    solution = solve_quadratic(program.assemble())
    assert solution.primal_values == pytest.approx([-1.0, 3.0], abs=1e-6)
    assert solution.row_duals == pytest.approx([3.0], abs=1e-6)


def test_two_threads_give_the_answers_of_one() -> None:
    def run(seed: int) -> float:
        live = LiveQuadratic(random_program(seed, columns=60, rows=20, curved=True))
        return sum(live.solve().objective for _ in range(5))

    alone = [run(seed) for seed in range(4)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(4))) == alone


def test_blocks_of_a_quadratic_program() -> None:
    program = Program("pair")
    keys = pl.DataFrame({"town": [0, 0, 1, 1], "mine": [0, 1, 0, 1]})
    x = program.add_columns("x", keys, curvature=1.0, cost=np.array([1.0, 2.0, 3.0, 4.0]))
    r = program.add_rows("r", pl.DataFrame({"town": [0, 1]}), lower=5.0, upper=5.0)
    program.add_entries(r["row"].to_numpy()[[0, 0, 1, 1]], x["column"])
    arrays = program.assemble()
    apart = solve_blocks(arrays, solve_quadratic, threads=2)
    assert apart.primal_values == pytest.approx([3.0, 2.0, 3.0, 2.0], abs=1e-6)
    assert apart.dual("r")["value"].to_list() == pytest.approx([4.0, 6.0], abs=1e-6)


@pytest.mark.parametrize("need", [25.0, -1.0])
def test_an_impossible_need_raises(need: float) -> None:
    with pytest.raises(SolveError, match=r"program 'market'.*PrimalInfeasible.*slack"):
        solve_quadratic(market(need=need))


def test_whole_columns_and_bad_updates_raise() -> None:
    with pytest.raises(InputError, match="whole columns"):
        LiveQuadratic(random_program(1, whole=True))
    live = LiveQuadratic(market())
    with pytest.raises(InputError, match=r"lower is above upper; found mine\[a\]"):
        live.update(lower=np.array([11.0, 0.0]))
    with pytest.raises(InputError, match=r"cost has another length; found \(3,\)"):
        live.update(cost=np.ones(3))
    with pytest.raises(InputError, match="cost has NaN"):
        live.update(cost=np.array([np.nan, 1.0]))
    assert live.solve().row_duals == pytest.approx([13 / 3], abs=1e-5)
