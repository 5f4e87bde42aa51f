"""Hold a proven optimum and hand it out as tables."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from orepact.engine.arrays import Arrays
from orepact.engine.certificate import Certificate
from orepact.engine.matrix import Floats

__all__ = ["Solution"]


@dataclass(frozen=True, slots=True)
class Solution:
    """A proven optimum of a program.

    `primal_values` has one value per column and `row_duals` one per row. The dual of a row is the
    change of the minimal objective per unit of the row's right-hand side: the dual of
    ``supply − demand = 0`` raised by one tonne is what that tonne costs, a price. For a program
    with whole columns the duals are those of the program with these columns fixed.
    `solver` is name and version; `seconds` is wall time of the solver. `bound` is the proven number
    below which no whole point can come, nan for programs without whole columns.
    """

    arrays: Arrays
    objective: float
    primal_values: Floats
    row_duals: Floats
    certificate: Certificate
    solver: str
    status: str
    iterations: int
    seconds: float
    bound: float = float("nan")

    @property
    def name(self) -> str:
        """Return the program's name."""
        return self.arrays.name

    @property
    def reduced_costs(self) -> Floats:
        """Return per column the change of the objective per unit forced into it."""
        arrays = self.arrays
        return (
            arrays.cost + arrays.curvature * self.primal_values - arrays.transpose @ self.row_duals
        )

    def primal(self, family: str) -> pl.DataFrame:
        """Return a column family's keys with its optimal "value"; unknown raises InputError."""
        return self.arrays.column_family(family).table(self.primal_values)

    def dual(self, family: str) -> pl.DataFrame:
        """Return a row family's keys with its dual as "value"; unknown raises InputError."""
        return self.arrays.row_family(family).table(self.row_duals)

    def activity(self, family: str) -> pl.DataFrame:
        """Return a row family's keys with the row's value A·x; unknown raises InputError."""
        return self.arrays.row_family(family).table(self.arrays.matrix @ self.primal_values)

    def reduced_cost(self, family: str) -> pl.DataFrame:
        """Return a column family's keys with its reduced cost; unknown raises InputError."""
        return self.arrays.column_family(family).table(self.reduced_costs)
