"""Keep a linear program in HiGHS, block by block, and solve it again after changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from orepact.engine.arrays import Arrays
from orepact.engine.blocks import Block, split
from orepact.engine.linear import LinearOptions, Point, Session, finish
from orepact.engine.matrix import Floats, Integers
from orepact.engine.solution import Solution
from orepact.engine.threads import spread
from orepact.errors import InputError, Problem

__all__ = ["LiveLinear"]

Places = npt.NDArray[np.integer[Any]]

DEFAULT = LinearOptions()


class LiveLinear:
    """A linear program kept in HiGHS, block by block, to be solved again after changes.

    The base case is solved on construction and kept as `base`. Each later `solve` starts every
    changed block from the base basis, so its answer depends on the current numbers alone and not
    on earlier solves. Not safe for use by two threads at once; make one per thread.
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
        _ = arrays.magnitude
        self._base = arrays
        self._threads = threads
        self._now = _copied(arrays)
        self._blocks = [_LiveBlock(block, options) for block in split(arrays)]
        self._column_homes = _Homes(arrays.n_columns, [b.columns for b in self._blocks])
        self._row_homes = _Homes(arrays.n_rows, [b.rows for b in self._blocks])
        self._primal = np.empty(arrays.n_columns)
        self._dual = np.empty(arrays.n_rows)
        self.base: Solution = self.solve()

    def change_bounds(self, columns: Places, lower: Floats, upper: Floats) -> None:
        """Set bounds of the numbered columns from vectors of equal length."""
        self._now.lower[columns] = lower
        self._now.upper[columns] = upper
        for block, place, local in self._column_homes.sort(columns):
            self._blocks[block].change_bounds(local, lower[place], upper[place])

    def change_costs(self, columns: Places, cost: Floats) -> None:
        """Set costs of the numbered columns from a vector of equal length."""
        self._now.cost[columns] = cost
        for block, place, local in self._column_homes.sort(columns):
            self._blocks[block].change_costs(local, cost[place])

    def change_rows(self, rows: Places, lower: Floats, upper: Floats) -> None:
        """Set bounds of the numbered rows from vectors of equal length."""
        self._now.row_lower[rows] = lower
        self._now.row_upper[rows] = upper
        for block, place, local in self._row_homes.sort(rows):
            self._blocks[block].change_rows(local, lower[place], upper[place])

    def reset(self) -> None:
        """Restore every bound, cost and right-hand side of the base case."""
        base, now = self._base, self._now
        columns = np.flatnonzero((base.lower != now.lower) | (base.upper != now.upper))
        self.change_bounds(columns, base.lower[columns], base.upper[columns])
        columns = np.flatnonzero(base.cost != now.cost)
        self.change_costs(columns, base.cost[columns])
        rows = np.flatnonzero((base.row_lower != now.row_lower) | (base.row_upper != now.row_upper))
        self.change_rows(rows, base.row_lower[rows], base.row_upper[rows])

    def solve(self) -> Solution:
        """Return the proven optimum of the current numbers; raises SolveError if there is none."""
        changed = [block for block in self._blocks if block.changed]
        points = spread(_LiveBlock.solve, changed, threads=self._threads)
        for block, point in zip(changed, points, strict=True):
            self._primal[block.columns] = point.primal
            self._dual[block.rows] = point.dual
        point = Point(
            self._primal.copy(),
            self._dual.copy(),
            sum(point.iterations for point in points),
            sum(point.seconds for point in points),
        )
        return finish(_copied(self._now), point)


class _LiveBlock:
    """One connected block inside HiGHS with the basis of its base case."""

    def __init__(self, block: Block, options: LinearOptions) -> None:
        self.columns = block.columns
        self.rows = block.rows
        self.changed = True
        self._unique = options.unique
        self._now = _copied(block.arrays)
        self._session = Session(block.arrays, options)
        self._basis: object | None = None

    def change_bounds(self, columns: Integers, lower: Floats, upper: Floats) -> None:
        self._now.lower[columns] = lower
        self._now.upper[columns] = upper
        self._session.change_bounds(columns, lower, upper)
        self.changed = True

    def change_costs(self, columns: Integers, cost: Floats) -> None:
        self._now.cost[columns] = cost
        self._session.change_costs(columns, cost)
        self.changed = True

    def change_rows(self, rows: Integers, lower: Floats, upper: Floats) -> None:
        self._now.row_lower[rows] = lower
        self._now.row_upper[rows] = upper
        self._session.change_rows(rows, lower, upper)
        self.changed = True

    def solve(self) -> Point:
        if self._basis is not None:
            self._session.set_basis(self._basis)
        point = self._session.run()
        if self._basis is None:
            self._basis = self._session.basis()
        if self._unique:
            try:
                point = self._session.settle(self._now, point)
            finally:
                self._session.place(self._now)
        self.changed = False
        return point


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
