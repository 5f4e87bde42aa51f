"""Build a linear, mixed-integer or convex quadratic program from long tables with named keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from orepact.engine.arrays import Arrays, Family
from orepact.engine.keys import examples, key_order
from orepact.engine.matrix import Entries, Flags, Floats, Integers, compress, room
from orepact.errors import InputError, Problem

__all__ = ["Number", "Program"]

Number = float | int | npt.NDArray[np.generic] | pl.Series

Kind = TypeVar("Kind", np.int32, np.float64)

INFINITY = float("inf")


@dataclass(slots=True)
class _Members:
    """The columns or rows declared so far, with their numbers still per family."""

    families: list[Family] = field(default_factory=list[Family])
    numbers: list[dict[str, Floats]] = field(default_factory=list[dict[str, Floats]])
    size: int = 0


class Program:
    """A program under construction: families of columns, families of rows, and the terms between.

    Minimises ``offset + Σ cost·x + ½ Σ curvature·x²``. Columns and rows are numbered family by
    family in the order of the calls, inside a family by sorted key, so the order of a table's rows
    does not matter. `assemble` ends construction and hands the memory over to the arrays.
    """

    def __init__(self, name: str, *, offset: float = 0.0) -> None:
        """Start an empty program; `name` appears in every error about it."""
        self.name = name
        self.offset = offset
        self._columns = _Members()
        self._rows = _Members()
        self._entries: list[Entries] = []
        self._arrays: Arrays | None = None

    def add_columns(
        self,
        family: str,
        keys: pl.DataFrame,
        *,
        lower: Number = 0.0,
        upper: Number = INFINITY,
        cost: Number = 0.0,
        curvature: Number = 0.0,
        integer: bool | npt.NDArray[np.bool_] | pl.Series = False,
    ) -> pl.DataFrame:
        """Declare one column per row of `keys`; return `keys` with its Int32 number "column".

        Numbers are one for all or one per row of `keys`. `curvature` q adds ½·q·x² and must not be
        negative; `integer` columns take whole values. Raises InputError for a reused family name, a
        duplicate or null key, NaN, crossed bounds, an infinite cost or negative curvature.
        """
        flags = integer if isinstance(integer, (np.ndarray, pl.Series)) else float(integer)
        numbers: dict[str, Number] = {
            "lower": lower,
            "upper": upper,
            "cost": cost,
            "curvature": curvature,
            "integer": flags,
        }
        return self._declare(self._columns, family, keys, "column", numbers)

    def add_rows(
        self,
        family: str,
        keys: pl.DataFrame,
        *,
        lower: Number = -INFINITY,
        upper: Number = INFINITY,
    ) -> pl.DataFrame:
        """Declare one row per row of `keys`; return `keys` with its Int32 number "row".

        The family's name is the name of its duals. Raises InputError as `add_columns` does.
        """
        numbers: dict[str, Number] = {"lower": lower, "upper": upper}
        return self._declare(self._rows, family, keys, "row", numbers)

    def add_terms(self, terms: pl.DataFrame) -> None:
        """Add coefficients from a table with "row", "column" and "coefficient".

        Terms at the same place are summed; a sum of exactly zero is left out. Raises InputError
        with three examples for an unknown row or column and for a null or infinite coefficient.
        """
        missing = [n for n in ("row", "column", "coefficient") if n not in terms.columns]
        if missing:
            message = f"terms of {self.name!r} lack {', '.join(missing)}"
            raise InputError([Problem(message=message, found=", ".join(terms.columns))])
        self.add_entries(terms["row"], terms["column"], terms["coefficient"])

    def add_entries(
        self,
        row: npt.NDArray[np.integer] | pl.Series,
        column: npt.NDArray[np.integer] | pl.Series,
        coefficient: Number = 1.0,
    ) -> None:
        """Add coefficients from equally long vectors; `coefficient` may be one number for all."""
        self._require_open()
        size = len(row)
        problems: list[Problem] = []
        if len(column) != size:
            problems.append(Problem(message="rows and columns differ in length"))
        rows = _places(row, self._rows.size, "row", problems)
        columns = _places(column, self._columns.size, "column", problems)
        values = _vector(coefficient, size, "coefficient", problems)
        finite = np.isfinite(values)
        if not np.all(finite):
            shown = pl.DataFrame({"row": rows, "column": columns}, strict=False)
            bad = np.flatnonzero(~np.broadcast_to(finite, (size,)))
            found = examples(shown, bad) if shown.height == size else ""
            problems.append(Problem(message="null, NaN or infinite coefficients", found=found))
        if problems:
            raise InputError(_in_program(self.name, problems))
        dense = np.broadcast_to(_kept(values, None), (size,))
        self._entries.append(Entries(_kept(rows, None), _kept(columns, None), dense))

    def assemble(self) -> Arrays:
        """End construction and return the program as arrays; later calls return the same."""
        if self._arrays is not None:
            return self._arrays
        columns, rows = self._columns, self._rows
        start, index, value = compress(self._entries, (rows.size, columns.size))
        cost, lower, upper = (_gather(columns, name) for name in ("cost", "lower", "upper"))
        curvature = _gather(columns, "curvature", keep_zero=False)
        integer = _gather(columns, "integer", keep_zero=False)
        flags: Flags = np.broadcast_to(np.zeros((), dtype=np.uint8), (columns.size,))
        if np.any(integer):
            flags = integer.astype(np.uint8)
        self._arrays = Arrays(
            name=self.name,
            start=start,
            index=index,
            value=value,
            cost=cost,
            lower=lower,
            upper=upper,
            row_lower=_gather(rows, "lower"),
            row_upper=_gather(rows, "upper"),
            curvature=curvature,
            integrality=flags,
            offset=float(self.offset),
            columns=tuple(columns.families),
            rows=tuple(rows.families),
        )
        return self._arrays

    def _declare(
        self,
        members: _Members,
        family: str,
        keys: pl.DataFrame,
        kind: str,
        numbers: dict[str, Number],
    ) -> pl.DataFrame:
        self._require_open()
        problems: list[Problem] = []
        if any(known.name == family for known in members.families):
            problems.append(Problem(message=f"{kind} family {family!r} is declared twice"))
        if kind in keys.columns:
            problems.append(Problem(message=f"{family!r} may not have a key named {kind!r}"))
        given = {
            name: _vector(number, keys.height, name, problems) for name, number in numbers.items()
        }
        if not problems:
            problems += _check_numbers(family, keys, given)
        if problems:
            raise InputError(_in_program(self.name, problems))
        order = key_order(family, keys)
        member = np.arange(members.size, members.size + keys.height, dtype=np.int32)
        if order is None:
            numbered = member
        else:
            numbered = np.empty_like(member)
            numbered[order] = member
        members.families.append(Family(family, members.size, keys, order))
        members.numbers.append({name: _kept(values, order) for name, values in given.items()})
        members.size += keys.height
        return keys.with_columns(pl.Series(kind, numbered, dtype=pl.Int32))

    def _require_open(self) -> None:
        if self._arrays is not None:
            message = f"program {self.name!r} is assembled; declare everything before"
            raise InputError([Problem(message=message)])


def _in_program(name: str, problems: list[Problem]) -> list[Problem]:
    return [
        Problem(
            message=f"program {name!r}: {problem.message}",
            found=problem.found,
            expected=problem.expected,
        )
        for problem in problems
    ]


def _vector(number: Number, size: int, name: str, problems: list[Problem]) -> Floats:
    """Return a number as a float array of 0 dimensions, or of `size` when given per row."""
    if isinstance(number, pl.Series):
        values = number.cast(pl.Float64).to_numpy()
    else:
        values = np.asarray(number, dtype=np.float64)
    if values.ndim and values.shape != (size,):
        message = f"{name} must be one number or one per row"
        problems.append(
            Problem(message=message, found=f"shape {values.shape}", expected=f"({size},)")
        )
        return np.zeros(())
    return values


def _places(
    given: npt.NDArray[np.integer] | pl.Series, size: int, kind: str, problems: list[Problem]
) -> Integers:
    if isinstance(given, pl.Series):
        if given.null_count():
            problems.append(Problem(message=f"{given.null_count()} terms without a {kind}"))
            return np.zeros(len(given), dtype=np.int32)
        given = given.to_numpy()
    if not np.issubdtype(given.dtype, np.integer):
        message = f"{kind} numbers must be whole"
        problems.append(Problem(message=message, found=str(given.dtype), expected="Int32"))
        return np.zeros(len(given), dtype=np.int32)
    if len(given) and (int(given.min()) < 0 or int(given.max()) >= size):
        bad = given[(given < 0) | (given >= size)][:3]
        message = f"unknown {kind} numbers"
        found = ", ".join(str(number) for number in bad)
        problems.append(Problem(message=message, found=found, expected=f"0 to {size - 1}"))
    return given.astype(np.int32, copy=False)


def _check_numbers(family: str, keys: pl.DataFrame, given: dict[str, Floats]) -> list[Problem]:
    """Return what is wrong with a family's numbers, three examples each."""
    lower, upper = given["lower"], given["upper"]
    checks: list[tuple[str, npt.NDArray[np.bool_] | np.bool_]] = [
        (f"{name} is null or NaN", np.isnan(values)) for name, values in given.items()
    ]
    checks.append(("lower is above upper", lower > upper))
    checks.append(("lower is +inf", lower == INFINITY))
    checks.append(("upper is -inf", upper == -INFINITY))
    if "cost" in given:
        checks.append(("cost is infinite", np.isinf(given["cost"])))
        curvature = given["curvature"]
        checks.append(("curvature is negative or infinite", (curvature < 0) | np.isinf(curvature)))
    problems: list[Problem] = []
    for message, bad in checks:
        if np.any(bad) and keys.height:
            places = np.flatnonzero(np.broadcast_to(bad, (keys.height,)))
            text = f"{message} in {family!r} at {len(places)} keys"
            problems.append(Problem(message=text, found=examples(keys, places)))
    return problems


def _kept(values: npt.NDArray[Kind], order: Integers | None) -> npt.NDArray[Kind]:
    """Return a sorted copy, so that the caller's vectors and tables may change or go."""
    if values.ndim == 0:
        return values.copy()
    copy = room(len(values), values.dtype.type)
    if order is None:
        copy[:] = values
    else:
        _ = np.take(values, order, out=copy)
    return copy


def _gather(members: _Members, name: str, *, keep_zero: bool = True) -> Floats:
    """Return one number per member; drop the per-family copies on the way."""
    parts = [numbers.pop(name) for numbers in members.numbers]
    if not keep_zero and not any(np.any(part) for part in parts):
        return np.broadcast_to(np.zeros(()), (members.size,))
    whole = room(members.size, np.float64)
    for family, part in zip(members.families, parts, strict=True):
        if part.ndim or part:
            whole[family.first : family.first + family.size] = part
    return whole
