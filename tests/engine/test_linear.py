from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from orepact.engine import (
    Arrays,
    LinearOptions,
    LiveLinear,
    Program,
    solve_blocks,
    solve_linear,
    split,
    spread_live,
)
from orepact.errors import InputError, SolveError
from tests.oracles.linopy_program import linopy_objective
from tests.oracles.random_programs import random_program


def market(*, integer: bool = False) -> Arrays:
    """Return two mines that serve 8 tonnes: 5 at cost 1, then the rest at cost 3."""
    program = Program("market")
    mine = program.add_columns(
        "mine",
        pl.DataFrame({"mine": ["cheap", "dear"]}),
        upper=np.array([5.0, 10.0]),
        cost=np.array([1.0, 3.0]),
        integer=integer,
    )
    balance = program.add_rows("balance", pl.DataFrame({"month": [1]}), lower=8.0, upper=8.0)
    row = np.repeat(balance["row"].to_numpy(), 2)
    program.add_entries(row, mine["column"])
    return program.assemble()


def towns(count: int = 4) -> Arrays:
    """Return `count` markets that share nothing; market k wants k + 1 tonnes from 3 mines."""
    program = Program("towns")
    keys = pl.DataFrame({"town": range(count)}).join(pl.DataFrame({"mine": range(3)}), how="cross")
    cost = 1.0 + keys["mine"].to_numpy() + 0.1 * keys["town"].to_numpy()
    mine = program.add_columns("mine", keys, upper=2.0, cost=cost)
    need = np.arange(1.0, count + 1)
    rows = program.add_rows(
        "balance", pl.DataFrame({"town": range(count)}), lower=need, upper=np.inf
    )
    program.add_entries(rows["row"].to_numpy()[keys["town"].to_numpy()], mine["column"])
    return program.assemble()


def test_two_mines_by_hand() -> None:
    solution = solve_linear(market())
    assert solution.objective == pytest.approx(5 * 1 + 3 * 3)
    assert solution.primal("mine").rows() == [("cheap", 5.0), ("dear", 3.0)]
    assert solution.activity("balance").rows() == [(1, 8.0)]
    assert solution.certificate.holds
    assert solution.solver.startswith("HiGHS ")


def test_a_dual_is_what_one_more_tonne_costs() -> None:
    solution = solve_linear(market())
    assert solution.dual("balance").rows() == [(1, pytest.approx(3.0))]
    assert solution.reduced_cost("mine").rows() == [
        ("cheap", pytest.approx(-2.0)),
        ("dear", pytest.approx(0.0)),
    ]


def test_a_knapsack_by_hand() -> None:
    """Values 10, 13, 7 at weights 3, 4, 2 in a sack of 6: the last two are worth 20."""
    program = Program("sack")
    thing = program.add_columns(
        "thing",
        pl.DataFrame({"thing": ["a", "b", "c"]}),
        upper=1.0,
        cost=np.array([-10.0, -13.0, -7.0]),
        integer=True,
    )
    weight = program.add_rows("weight", pl.DataFrame({"sack": [1]}), upper=6.0)
    row = np.repeat(weight["row"].to_numpy(), 3)
    program.add_entries(row, thing["column"], np.array([3.0, 4.0, 2.0]))
    solution = solve_linear(program.assemble())
    assert solution.objective == pytest.approx(-20.0)
    assert solution.primal("thing")["value"].to_list() == pytest.approx([0.0, 1.0, 1.0])


def test_duals_of_whole_columns_are_those_with_the_columns_fixed() -> None:
    arrays = market(integer=True)
    solution = solve_linear(arrays)
    assert solution.objective == pytest.approx(14.0)
    assert solution.certificate.holds
    assert solution.arrays is arrays


@pytest.mark.parametrize("seed", range(8))
def test_linopy_agrees_on_linear_programs(seed: int) -> None:
    arrays = random_program(seed)
    expected = linopy_objective(arrays)
    assert solve_linear(arrays).objective == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_linopy_agrees_on_whole_programs(seed: int) -> None:
    arrays = random_program(seed, whole=True)
    expected = linopy_objective(arrays)
    assert solve_linear(arrays).objective == pytest.approx(expected, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [({"lower": 20.0, "upper": 20.0}, "Infeasible"), ({"upper": 5.0}, "Unbounded")],
)
def test_no_optimum_raises_with_the_name_and_what_to_do(
    bounds: dict[str, float], words: str
) -> None:
    program = Program("broken-case")
    x = program.add_columns("x", pl.DataFrame({"k": [0, 1]}), cost=np.array([-1.0, 0.0]))
    if words == "Infeasible":
        x = program.add_columns("y", pl.DataFrame({"k": [0]}), upper=1.0)
    row = program.add_rows("r", pl.DataFrame({"k": [0]}), **bounds)
    sign = 1.0 if words == "Infeasible" else -1.0
    program.add_entries(row["row"], x["column"].head(1), sign)
    arrays = program.assemble()
    with pytest.raises(SolveError, match=r"program 'broken-case'.*HiGHS says.*; "):
        solve_linear(arrays)


def test_blocks_are_found_and_give_the_result_of_the_whole() -> None:
    arrays = towns()
    blocks = split(arrays)
    assert [block.columns.tolist() for block in blocks] == [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [9, 10, 11],
    ]
    whole, apart = solve_linear(arrays), solve_blocks(arrays, solve_linear, threads=2)
    assert apart.objective == pytest.approx(whole.objective, rel=1e-12)
    assert np.allclose(apart.primal_values, whole.primal_values)
    assert np.allclose(apart.row_duals, whole.row_duals)
    assert "block 2 at balance[1]" in blocks[1].arrays.name


def test_columns_without_entries_stay_in_the_program() -> None:
    program = Program("loose")
    program.add_columns("free", pl.DataFrame({"k": [0, 1]}), upper=2.0, cost=np.array([-1.0, 1.0]))
    x = program.add_columns("x", pl.DataFrame({"k": [0, 1]}), cost=1.0)
    r = program.add_rows("r", pl.DataFrame({"k": [0, 1, 2]}), lower=np.array([1.0, 2.0, 0.0]))
    program.add_entries(r["row"].head(2), x["column"])
    arrays = program.assemble()
    assert solve_linear(arrays).objective == pytest.approx(1.0)
    assert solve_blocks(arrays, solve_linear).objective == pytest.approx(1.0)
    assert LiveLinear(arrays).base.objective == pytest.approx(1.0)


def scenario(live: LiveLinear, seed: int) -> tuple[float, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    columns = np.sort(draw.choice(12, 5, replace=False))
    live.reset()
    live.change_bounds(columns, np.zeros(5), draw.uniform(1.0, 3.0, 5))
    live.change_costs(columns[:2], draw.uniform(1.0, 5.0, 2))
    rows = np.array([1, 3])
    live.change_rows(rows, draw.uniform(0.5, 2.0, 2), np.full(2, np.inf))
    solution = live.solve()
    return solution.objective, solution.primal_values, solution.row_duals


def test_a_resolve_does_not_depend_on_the_scenarios_before() -> None:
    live = LiveLinear(towns())
    forth = [scenario(live, seed) for seed in range(8)]
    back = [scenario(live, seed) for seed in reversed(range(8))][::-1]
    threaded = spread_live(lambda: LiveLinear(towns()), scenario, range(8), threads=2)
    for one, other, third in zip(forth, back, threaded, strict=True):
        assert one[0] == other[0] == third[0]
        assert np.array_equal(one[1], other[1])
        assert np.array_equal(one[2], other[2])
        assert np.array_equal(one[1], third[1])


def test_a_resolve_equals_a_cold_solve() -> None:
    live = LiveLinear(towns(), threads=2)
    for seed in range(5):
        objective, _, _ = scenario(live, seed)
        assert objective == pytest.approx(solve_linear(live.solve().arrays).objective, rel=1e-12)
    live.reset()
    assert live.solve().objective == live.base.objective


def test_a_solution_keeps_its_numbers_when_the_live_program_moves_on() -> None:
    live = LiveLinear(towns())
    before = live.solve()
    columns = np.arange(3)
    live.change_bounds(columns, np.zeros(3), np.full(3, 5.0))
    live.change_costs(columns, np.array([9.0, 8.0, 7.0]))
    after = live.solve()
    assert before.arrays.upper[:3].tolist() == live.base.arrays.upper[:3].tolist() == [2.0] * 3
    assert after.arrays.upper[:3].tolist() == [5.0] * 3
    live.reset()
    assert after.arrays.cost[:3].tolist() == [9.0, 8.0, 7.0]
    assert live.solve().iterations == 0
    assert np.array_equal(live.solve().primal_values, live.base.primal_values)


def test_blocks_keep_the_names_of_the_whole() -> None:
    arrays = towns()
    block = split(arrays)[2]
    labels = [block.arrays.column_label(j) for j in range(3)]
    assert labels == ["mine[2,0]", "mine[2,1]", "mine[2,2]"]
    assert block.arrays.row_label(0) == "balance[2]"
    solution = solve_linear(block.arrays)
    assert solution.primal("mine").rows() == [(2, 0, 2.0), (2, 1, 1.0), (2, 2, 0.0)]
    impossible = arrays.with_numbers(row_lower=np.array([1.0, 99.0, 1.0, 1.0]))
    with pytest.raises(SolveError, match=r"block . at balance\[1\]"):
        solve_blocks(impossible, solve_linear)


@pytest.mark.parametrize("seed", range(4))
def test_live_random_programs_equal_cold_solves(seed: int) -> None:
    draw = np.random.default_rng(seed)
    arrays = random_program(seed, columns=30, rows=10)
    live = LiveLinear(arrays)
    for _ in range(4):
        columns = draw.choice(30, 10, replace=False)
        cost = draw.normal(0, 3, 10)
        live.change_costs(columns, cost)
        found = live.solve()
        cold = solve_linear(found.arrays)
        assert found.objective == pytest.approx(cold.objective, rel=1e-9)
        assert found.certificate.holds


def test_a_live_program_must_be_linear() -> None:
    with pytest.raises(InputError, match="continuous and linear"):
        LiveLinear(market(integer=True))
    with pytest.raises(InputError, match="is curved"):
        solve_linear(random_program(1, curved=True))


def ties(names: list[str]) -> Arrays:
    """Return 4 mines of 5 tonnes at one cost that serve 8 tonnes: a face of optima."""
    program = Program("ties")
    keys = pl.DataFrame({"mine": names})
    mine = program.add_columns("mine", keys, upper=5.0, cost=1.0)
    row = program.add_rows("balance", pl.DataFrame({"k": [0]}), lower=8.0, upper=8.0)
    program.add_entries(np.repeat(row["row"].to_numpy(), 4), mine["column"])
    return program.assemble()


def test_the_tie_break_picks_one_optimum_whatever_the_start() -> None:
    """Weights 1 + frac(0.618 k) are 1.618, 1.236, 1.854, 1.472: mines b then d are chosen."""
    solution = solve_linear(ties(["d", "b", "c", "a"]), LinearOptions(unique=True))
    assert solution.objective == pytest.approx(8.0, rel=1e-9)
    assert solution.primal("mine")["value"].to_list() == pytest.approx([0.0, 5.0, 0.0, 3.0])
    assert solution.certificate.holds
    live = LiveLinear(ties(["a", "b", "c", "d"]), LinearOptions(unique=True))
    assert np.allclose(live.base.primal_values, [0.0, 5.0, 0.0, 3.0])
    live.change_bounds(np.array([1]), np.array([0.0]), np.array([2.0]))
    assert np.allclose(live.solve().primal_values, [1.0, 2.0, 0.0, 5.0])
    live.reset()
    assert np.allclose(live.solve().primal_values, [0.0, 5.0, 0.0, 3.0])
