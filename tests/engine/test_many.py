"""Many changes of one linear program: equal to cold solves, whatever the threads and the order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.by_orepact import build
from benchmarks.networks import make_network
from orepact.engine import Arrays, Change, Solution, solve_linear, solve_many
from orepact.errors import InputError, SolveError


@pytest.fixture(scope="module")
def arrays() -> Arrays:
    return build(make_network("tiny"))


def changes(arrays: Arrays, count: int = 8) -> Iterator[Change]:
    """Close some columns, move costs and the right-hand sides of stock levels."""
    level = arrays.row_family("level")
    rows = np.arange(level.first, level.first + level.size, dtype=np.int32)
    for seed in range(count):
        draw = np.random.default_rng(seed)
        columns = np.sort(draw.choice(arrays.n_columns, 6, replace=False)).astype(np.int32)
        costed = np.sort(draw.choice(arrays.n_columns, 9, replace=False)).astype(np.int32)
        start = arrays.row_lower[rows] * draw.uniform(0.2, 1.0, len(rows))
        yield Change(
            columns,
            np.zeros(6),
            arrays.upper[columns] * draw.uniform(0.0, 1.0, 6),
            costed,
            arrays.cost[costed] * 1.3,
            rows,
            start,
            start,
        )


def changed(arrays: Arrays, change: Change) -> Arrays:
    vectors = {name: getattr(arrays, name).copy() for name in ("lower", "upper", "cost")}
    vectors["lower"][change.columns], vectors["upper"][change.columns] = change.lower, change.upper
    vectors["cost"][change.costed] = change.cost
    right = arrays.row_lower.copy()
    right[change.rows] = change.row_lower
    return arrays.with_numbers(**vectors, row_lower=right, row_upper=right)


def everything(solution: Solution) -> tuple[float, bytes, bytes]:
    return solution.objective, solution.primal_values.tobytes(), solution.row_duals.tobytes()


def test_every_change_is_solved_as_if_it_were_alone(arrays: Arrays) -> None:
    found = solve_many(arrays, changes(arrays), lambda solution: solution.objective)
    alone = [solve_linear(changed(arrays, each)).objective for each in changes(arrays)]
    assert list(found) == pytest.approx(alone, rel=1e-9)
    assert len({round(each, 6) for each in alone}) == len(alone)


def test_threads_and_order_change_no_bit() -> None:
    arrays = build(make_network("small"))
    forward = list(changes(arrays))
    one = list(solve_many(arrays, forward, everything))
    assert list(solve_many(arrays, forward, everything, threads=3)) == one
    assert list(solve_many(arrays, forward[::-1], everything)) == one[::-1]


def test_changes_are_taken_as_they_are_needed(arrays: Arrays) -> None:
    taken: list[int] = []

    def endless() -> Iterator[Change]:
        while True:
            taken.append(1)
            yield Change()

    found = solve_many(arrays, endless(), lambda solution: solution.objective, threads=2)
    base = solve_linear(arrays).objective
    assert [next(found) for _ in range(3)] == pytest.approx([base] * 3, rel=1e-9)
    found.close()
    assert len(taken) < 20


@pytest.mark.parametrize("threads", [1, 2])
def test_what_has_no_optimum_is_an_error(arrays: Arrays, threads: int) -> None:
    used = arrays.column_family("consumption")
    columns = np.arange(used.first, used.first + used.size, dtype=np.int32)
    impossible = Change(columns, np.full(used.size, 1e6), np.full(used.size, 1e6))
    found = solve_many(arrays, [Change(), impossible], everything, threads=threads)
    _ = next(found)
    with pytest.raises(SolveError, match="no proven optimum"):
        _ = next(found)


def test_curved_columns_are_refused(arrays: Arrays) -> None:
    bent = arrays.with_numbers(curvature=np.ones(arrays.n_columns))
    with pytest.raises(InputError, match="linear"):
        _ = next(solve_many(bent, [Change()], everything))
