"""Make small random programs that always have an optimum."""

from __future__ import annotations

import numpy as np
import polars as pl

from orepact.engine import Arrays, Program

__all__ = ["random_program"]


def random_program(
    seed: int, *, columns: int = 12, rows: int = 6, curved: bool = False, whole: bool = False
) -> Arrays:
    """Return a feasible program with bounded columns; rows of every kind hold at an inner point."""
    draw = np.random.default_rng(seed)
    upper = draw.uniform(1.0, 9.0, columns).round(2)
    if whole:
        upper = np.floor(upper) + 1
    inside = draw.integers(0, 2, columns) * upper if whole else draw.uniform(0, 1, columns) * upper
    program = Program(f"random-{seed}", offset=1.5)
    x = program.add_columns(
        "x",
        pl.DataFrame({"k": np.arange(columns)}),
        upper=upper,
        cost=draw.normal(0, 3, columns).round(3),
        curvature=draw.uniform(0.1, 2, columns).round(3) if curved else 0.0,
        integer=whole,
    )
    dense = draw.normal(0, 1, (rows, columns)).round(2) * (draw.random((rows, columns)) < 0.5)
    level = dense @ inside
    kind = draw.integers(0, 4, rows)
    low = np.where(kind == 1, -np.inf, np.where(kind == 0, level, level - 1.0))
    high = np.where(kind == 2, np.inf, np.where(kind == 0, level, level + 1.0))
    c = program.add_rows("c", pl.DataFrame({"i": np.arange(rows)}), lower=low, upper=high)
    at = np.nonzero(dense)
    program.add_entries(c["row"].to_numpy()[at[0]], x["column"].to_numpy()[at[1]], dense[at])
    return program.assemble()
