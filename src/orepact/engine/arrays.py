"""Hold one sparse program as arrays, with the key tables that give its columns and rows names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from orepact.engine.keys import show_key
from orepact.engine.matrix import Flags, Floats, Integers, Sparse, by_column
from orepact.errors import InputError, Problem, nearest

__all__ = ["Arrays", "Family", "Flags", "Floats", "Integers"]

_MATRICES = ("matrix", "transpose", "magnitude", "magnitude_transpose")


@dataclass(frozen=True, slots=True)
class Family:
    """A named set of columns or rows and the keys that tell them apart.

    `keys` is a table in the order given by the caller; `order[k]` is the row of `keys` that belongs
    to member ``first + k`` (None when every row belongs to one, in that order).
    """

    name: str
    first: int
    keys: pl.DataFrame
    order: Integers | None

    @property
    def size(self) -> int:
        """Return the number of members."""
        return self.keys.height if self.order is None else len(self.order)

    def table(self, values: Floats) -> pl.DataFrame:
        """Return the keys sorted by member with the family's part of `values` as "value"."""
        keys = self.keys if self.order is None else self.keys[self.order]
        return keys.with_columns(pl.Series("value", values[self.first : self.first + self.size]))

    def label(self, member: int) -> str:
        """Return the readable name ``family[key,key]`` of a column or row number."""
        place = member - self.first
        position = place if self.order is None else int(self.order[place])
        return f"{self.name}[{show_key(self.keys, position)}]"


@dataclass(frozen=True)
class Arrays:
    """A program in compressed sparse columns.

    Minimise ``offset + cost·x + ½ Σ curvature_j x_j²`` subject to ``row_lower ≤ A x ≤ row_upper``
    and ``lower ≤ x ≤ upper``, with x_j whole where ``integrality_j`` is 1. A has the entries
    ``value[start[j]:start[j + 1]]`` in rows ``index[start[j]:start[j + 1]]`` of column j, rows
    ascending. Infinite bounds are ±inf. Units are the caller's.
    """

    name: str
    start: Integers
    index: Integers
    value: Floats
    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    curvature: Floats
    integrality: Flags
    offset: float
    columns: tuple[Family, ...]
    rows: tuple[Family, ...]

    @property
    def n_columns(self) -> int:
        """Return the number of columns."""
        return len(self.cost)

    @property
    def n_rows(self) -> int:
        """Return the number of rows."""
        return len(self.row_lower)

    @property
    def n_entries(self) -> int:
        """Return the number of non-zero coefficients."""
        return len(self.value)

    @cached_property
    def is_quadratic(self) -> bool:
        """Say whether any column is curved."""
        return bool(np.any(self.curvature))

    @cached_property
    def is_integer(self) -> bool:
        """Say whether any column must be whole."""
        return bool(np.any(self.integrality))

    @cached_property
    def matrix(self) -> Sparse:
        """Return the coefficients as a SciPy matrix that shares this object's memory."""
        return by_column(self.value, self.index, self.start, (self.n_rows, self.n_columns))

    @cached_property
    def transpose(self) -> Sparse:
        """Return the transposed coefficients, sharing this object's memory."""
        return self.matrix.T

    @cached_property
    def magnitude(self) -> Sparse:
        """Return the absolute coefficients; a copy, kept for certificates."""
        return abs(self.matrix)

    @cached_property
    def magnitude_transpose(self) -> Sparse:
        """Return the transposed absolute coefficients, sharing the memory of `magnitude`."""
        return self.magnitude.T

    def with_numbers(
        self,
        *,
        cost: Floats | None = None,
        lower: Floats | None = None,
        upper: Floats | None = None,
        row_lower: Floats | None = None,
        row_upper: Floats | None = None,
        curvature: Floats | None = None,
    ) -> Arrays:
        """Return a program that shares this one's matrix and keys, with other vectors."""
        other = replace(
            self,
            cost=self.cost if cost is None else cost,
            lower=self.lower if lower is None else lower,
            upper=self.upper if upper is None else upper,
            row_lower=self.row_lower if row_lower is None else row_lower,
            row_upper=self.row_upper if row_upper is None else row_upper,
            curvature=self.curvature if curvature is None else curvature,
        )
        shared = {name: vars(self)[name] for name in _MATRICES if name in vars(self)}
        vars(other).update(shared)
        return other

    def objective(self, primal: Floats) -> float:
        """Return the objective at `primal`, a vector over columns."""
        value = self.offset + float(np.sum(self.cost * primal))  # summed pairwise, on one thread
        if self.is_quadratic:
            value += 0.5 * float(np.sum(self.curvature * primal * primal))
        return value

    def column_label(self, column: int) -> str:
        """Return the readable name of a column number."""
        return _label(self.columns, column, "column")

    def row_label(self, row: int) -> str:
        """Return the readable name of a row number."""
        return _label(self.rows, row, "row")

    def column_family(self, name: str) -> Family:
        """Return a family of columns by name; raise InputError if there is none."""
        return _family(self.columns, name, "column")

    def row_family(self, name: str) -> Family:
        """Return a family of rows by name; raise InputError if there is none."""
        return _family(self.rows, name, "row")


def _label(families: tuple[Family, ...], member: int, kind: str) -> str:
    for family in families:
        if family.first <= member < family.first + family.size:
            return family.label(member)
    return f"{kind}[{member}]"


def _family(families: tuple[Family, ...], name: str, kind: str) -> Family:
    for family in families:
        if family.name == name:
            return family
    known = [family.name for family in families]
    raise InputError(
        [
            Problem(
                message=f"unknown {kind} family",
                found=name,
                expected=", ".join(known) or "none declared",
                nearest=nearest(name, known),
            )
        ]
    )
