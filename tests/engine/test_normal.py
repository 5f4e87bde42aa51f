"""Normal equations in a band against the dense ones."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact import read_world
from orepact.engine import Arrays, LiveNewton, Program
from orepact.engine.matrix import narrow_order
from orepact.engine.normal import NormalEquations
from orepact.result.simulation import Simulator


def band_of(seed: int, rows: int = 14, columns: int = 40) -> Arrays:
    """Return equations in which every column enters one to three rows near each other."""
    draw = np.random.default_rng(seed)
    program = Program(f"band {seed}")
    column = program.add_columns("x", pl.DataFrame({"k": np.arange(columns)}), curvature=1.0)
    row = program.add_rows("r", pl.DataFrame({"k": np.arange(rows)}), lower=0.0, upper=0.0)
    for number in column["column"].to_numpy():
        where = draw.choice(min(5, rows), int(draw.integers(1, 4)), replace=False)
        place = row["row"].to_numpy()[(where + draw.integers(0, rows - 4)) % rows]
        program.add_entries(place, np.full(len(place), number), draw.uniform(-2, 2, len(place)))
    return program.assemble()


@given(st.integers(0, 10_000))
def test_the_band_solves_what_the_dense_equations_say(seed: int) -> None:
    arrays = band_of(seed)
    draw = np.random.default_rng(seed)
    weight, gap = draw.uniform(0.1, 3.0, arrays.n_columns), draw.normal(size=arrays.n_rows)
    matrix = arrays.matrix.toarray()
    dense = matrix @ np.diag(weight) @ matrix.T
    damping = 0.3
    diagonal = np.diagonal(dense)
    dense = dense + np.diag(1e-9 * np.maximum(diagonal, 1e-3 * diagonal.max() + 1e-12))
    dense = dense + np.diag(damping * np.abs(gap))
    found = NormalEquations.of(arrays).solve(weight, gap, damping)
    np.testing.assert_allclose(dense @ found, gap, atol=1e-8)


def test_closed_columns_and_rows_without_any_do_no_harm() -> None:
    arrays = band_of(1)
    found = NormalEquations.of(arrays).solve(np.zeros(arrays.n_columns), np.ones(14), 0.0)
    assert np.all(np.isfinite(found))


def test_a_path_of_rows_in_any_order_becomes_a_band_of_one() -> None:
    mixed = np.random.default_rng(4).permutation(60)
    order = narrow_order(mixed[:-1], mixed[1:], 60, starts=4)
    rank = np.empty(60, dtype=int)
    rank[order] = np.arange(60)
    assert sorted(order.tolist()) == list(range(60))
    assert np.abs(rank[mixed[:-1]] - rank[mixed[1:]]).max() == 1


@pytest.mark.parametrize("chain", ["antimony", "rare-earth-magnets"])
def test_windows_are_solved_in_a_narrow_band(chain: str) -> None:
    world = read_world()
    arrays = Simulator.of(world.network(chain), world.ensemble[0]).window.arrays
    normal = NormalEquations.of(arrays)
    assert len(normal.band) < 0.4 * arrays.n_rows
    again = NormalEquations.of(arrays)
    np.testing.assert_array_equal(normal.order, again.order)
    assert LiveNewton(arrays).solve().certificate.primal_residual < 1e-10
