"""Solve one linear program under many changes, one live solver per thread."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from orepact.engine.arrays import Arrays
from orepact.engine.linear import LinearOptions
from orepact.engine.live import LiveLinear
from orepact.engine.matrix import Floats, Integers
from orepact.engine.solution import Solution
from orepact.engine.threads import stream_live

__all__ = ["Change", "solve_many"]

Answer = TypeVar("Answer")

DEFAULT = LinearOptions()


def _no_places() -> Integers:
    return np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Change:
    """What is other than in the base case, as numbers of columns or rows and equally long vectors.

    `columns` get bounds `lower` and `upper`, `costed` columns `cost`, `rows` get `row_lower` and
    `row_upper`.
    """

    columns: Integers = field(default_factory=_no_places)
    lower: Floats = field(default_factory=lambda: np.zeros(0))
    upper: Floats = field(default_factory=lambda: np.zeros(0))
    costed: Integers = field(default_factory=_no_places)
    cost: Floats = field(default_factory=lambda: np.zeros(0))
    rows: Integers = field(default_factory=_no_places)
    row_lower: Floats = field(default_factory=lambda: np.zeros(0))
    row_upper: Floats = field(default_factory=lambda: np.zeros(0))


def solve_many(
    arrays: Arrays,
    changes: Iterable[Change],
    read: Callable[[Solution], Answer],
    *,
    threads: int = 1,
    options: LinearOptions = DEFAULT,
) -> Generator[Answer]:
    """Yield ``read(solution)`` of the program under each change, in their order.

    Each thread keeps the program in HiGHS, block by block, and starts every changed block from the
    basis of the base case, so an answer depends neither on `threads` nor on the changes before it.
    `read` runs on the threads; what it does not keep is freed. Raises SolveError when an optimum
    is not proven, InputError for whole or curved columns.
    """
    _ = arrays.matrix, arrays.transpose, arrays.magnitude_transpose

    def work(live: LiveLinear, change: Change) -> Answer:
        live.reset()
        if len(change.columns):
            live.change_bounds(change.columns, change.lower, change.upper)
        if len(change.costed):
            live.change_costs(change.costed, change.cost)
        if len(change.rows):
            live.change_rows(change.rows, change.row_lower, change.row_upper)
        return read(live.solve())

    return stream_live(lambda: LiveLinear(arrays, options), work, changes, threads=threads)
