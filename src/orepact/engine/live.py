"""Keep a linear program in HiGHS, block by block, and solve it again after changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from orepact.engine.arrays import Arrays
from orepact.engine.blocks import merge, split
from orepact.engine.linear import LinearOptions, Point, Session, finish
from orepact.engine.matrix import Floats, Integers
from orepact.engine.solution import Solution
from orepact.engine.threads import spread
from orepact.errors import InputError, Problem

__all__ = ["LiveLinear"]

Places = npt.NDArray[np.integer[Any]]

DEFAULT = LinearOptions()
VECTORS = ("cost", "lower", "upper", "row_lower", "row_upper")


class LiveLinear:
    """A linear program kept in HiGHS, block by block, to be solved again after changes.

    The base case is solved on construction and kept as `base`. Each later `solve` starts every
    changed block from the base basis, so its answer depends on the current numbers alone and not
    on earlier solves, unless it is told another start. Not safe for use by two threads at once;
    make one per thread.
    """

    def __init__(
        self, arrays: Arrays, options: LinearOptions = DEFAULT, *, threads: int = 1
    ) -> None:
        """Split, load and solve the base case on `threads` threads.

        Raises SolveError when it has no optimum, InputError for whole or curved columns.
        """
        if arrays.is_quadratic or arrays.is_integer:
            message = f"program {arrays.name!r}: a live linear program is continuous and linear"
            raise InputError([Problem(message=message)])
        _ = arrays.matrix, arrays.transpose, arrays.magnitude_transpose
        self._base = self._now = arrays
        self._shared = set(VECTORS)
        self._threads = threads
        self._blocks = split(arrays)
        self._live = spread(
            lambda block: _LiveBlock(block.arrays, options), self._blocks, threads=threads
        )
        self._column_homes = _Homes(arrays.n_columns, [b.columns for b in self._blocks])
        self._row_homes = _Homes(arrays.n_rows, [b.rows for b in self._blocks])
        bases = [live.base for live in self._live]
        self.base: Solution = merge(arrays, self._blocks, bases)

    def change_bounds(self, columns: Places, lower: Floats, upper: Floats) -> None:
        """Set bounds of the numbered columns from vectors of equal length."""
        self._own("lower", "upper")
        self._now.lower[columns] = lower
        self._now.upper[columns] = upper
        for block, place, local in self._column_homes.sort(columns):
            self._live[block].change_bounds(local, lower[place], upper[place])

    def change_costs(self, columns: Places, cost: Floats) -> None:
        """Set costs of the numbered columns from a vector of equal length."""
        self._own("cost")
        self._now.cost[columns] = cost
        for block, place, local in self._column_homes.sort(columns):
            self._live[block].change_costs(local, cost[place])

    def change_rows(self, rows: Places, lower: Floats, upper: Floats) -> None:
        """Set bounds of the numbered rows from vectors of equal length."""
        self._own("row_lower", "row_upper")
        self._now.row_lower[rows] = lower
        self._now.row_upper[rows] = upper
        for block, place, local in self._row_homes.sort(rows):
            self._live[block].change_rows(local, lower[place], upper[place])

    def reset(self) -> None:
        """Restore every bound, cost and right-hand side of the base case."""
        self._now = self._base
        self._shared = set(VECTORS)
        for live in self._live:
            live.reset()

    def basis(self) -> tuple[object, ...]:
        """Return the basis that the last solve ended with, block by block, to be kept."""
        return tuple(live.basis for live in self._live)

    def solve(self, start: tuple[object, ...] | None = None) -> Solution:
        """Return the proven optimum of the current numbers; raises SolveError if there is none.

        `start` is a basis kept after a solve of similar numbers; without one, changed blocks start
        from the base basis.
        """
        self._shared = set(VECTORS)
        begin = (None,) * len(self._live) if start is None else start
        tasks = list(zip(self._live, begin, strict=True))
        parts = spread(lambda task: task[0].solve(task[1]), tasks, threads=self._threads)
        return merge(self._now, self._blocks, parts)

    def _own(self, *names: str) -> None:
        """Copy vectors that a solution or the base case still holds, before they change."""
        held = {name: getattr(self._now, name).copy() for name in names if name in self._shared}
        if held:
            self._now = self._now.with_numbers(**held)
            self._shared -= held.keys()


class _LiveBlock:
    """One connected block inside HiGHS with the basis and the optimum of its base case."""

    def __init__(self, arrays: Arrays, options: LinearOptions) -> None:
        self._base = arrays
        self._now = _copied(arrays)
        self._unique = options.unique
        self._session = Session(arrays, options)
        point = self._session.run()
        self._basis = self._last = self._session.basis()
        self.base = finish(arrays, self._settle(point))
        self._session.expect_short_runs()
        self._solution: Solution | None = None

    def change_bounds(self, columns: Integers, lower: Floats, upper: Floats) -> None:
        self._now.lower[columns] = lower
        self._now.upper[columns] = upper
        self._session.change_bounds(columns, lower, upper)
        self._solution = None

    def change_costs(self, columns: Integers, cost: Floats) -> None:
        self._now.cost[columns] = cost
        self._session.change_costs(columns, cost)
        self._solution = None

    def change_rows(self, rows: Integers, lower: Floats, upper: Floats) -> None:
        self._now.row_lower[rows] = lower
        self._now.row_upper[rows] = upper
        self._session.change_rows(rows, lower, upper)
        self._solution = None

    def reset(self) -> None:
        base, now = self._base, self._now
        moved = (base.lower != now.lower) | (base.upper != now.upper)
        columns = np.flatnonzero(moved).astype(np.int32)
        if len(columns):
            self.change_bounds(columns, base.lower[columns], base.upper[columns])
        columns = np.flatnonzero(base.cost != now.cost).astype(np.int32)
        if len(columns):
            self.change_costs(columns, base.cost[columns])
        moved = (base.row_lower != now.row_lower) | (base.row_upper != now.row_upper)
        rows = np.flatnonzero(moved).astype(np.int32)
        if len(rows):
            self.change_rows(rows, base.row_lower[rows], base.row_upper[rows])

    @property
    def basis(self) -> object:
        """Return the basis that the last run ended with."""
        return self._last

    def solve(self, start: object | None = None) -> Solution:
        """Return the last solution if nothing changed, the base's if all is as there, or run."""
        if self._solution is None and self._is_base():
            self._solution, self._last = self.base, self._basis
        if self._solution is not None:
            return replace(self._solution, iterations=0, seconds=0.0)
        self._session.set_basis(self._basis if start is None else start)
        point = self._session.run()
        self._last = self._session.basis()
        self._solution = finish(self._now, self._settle(point))
        return self._solution

    def _settle(self, point: Point) -> Point:
        """Return the point that the tie-break chooses, if one is asked for."""
        if not self._unique:
            return point
        try:
            return self._session.settle(self._now, point)
        finally:
            self._session.place(self._now)

    def _is_base(self) -> bool:
        return all(
            np.array_equal(getattr(self._base, name), getattr(self._now, name)) for name in VECTORS
        )


class _Homes:
    """Which block holds a column or row, and under which number."""

    def __init__(self, size: int, parts: list[Integers]) -> None:
        self._block = np.empty(size, dtype=np.int32)
        self._local = np.empty(size, dtype=np.int32)
        for number, members in enumerate(parts):
            self._block[members] = number
            self._local[members] = np.arange(len(members), dtype=np.int32)

    def sort(self, members: Places) -> list[tuple[int, Places, Integers]]:
        """Return, block by block, its number, the places within `members` and local numbers."""
        home = self._block[members]
        order = np.argsort(home, kind="stable")
        moved = home[order]
        cuts = np.flatnonzero(moved[1:] != moved[:-1]) + 1
        return [
            (int(home[place[0]]), place, self._local[members[place]])
            for place in np.split(order, cuts)
            if len(place)
        ]


def _copied(arrays: Arrays) -> Arrays:
    """Return the program with vectors of its own; the matrix is shared."""
    return arrays.with_numbers(
        cost=arrays.cost.copy(),
        lower=arrays.lower.copy(),
        upper=arrays.upper.copy(),
        row_lower=arrays.row_lower.copy(),
        row_upper=arrays.row_upper.copy(),
    )
