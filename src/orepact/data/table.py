"""Strict tables: CSV files read with the line of every row, all problems at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

from orepact.data.text import read_text
from orepact.errors import InputError, Problem, nearest

__all__ = ["Table", "read_table"]

Kind = Literal["text", "number", "non-negative", "month", "period"]
_TYPES: dict[str, type[pl.DataType]] = {
    "text": pl.String,
    "month": pl.String,
    "period": pl.String,
    "number": pl.Float64,
    "non-negative": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Table:
    """A frame read from a file; its column `line` says where each row stands."""

    path: Path
    frame: pl.DataFrame = field(repr=False)

    def problem(
        self,
        line: int,
        column: str,
        message: str,
        *,
        found: object = "",
        expected: str = "",
        known: Sequence[str] = (),
    ) -> Problem:
        """Return a `Problem` at a line and column of this file."""
        return Problem(
            message,
            file=str(self.path),
            line=line,
            field=column,
            found=str(found),
            expected=expected or ("one of " + ", ".join(known[:8]) if known else ""),
            nearest=nearest(str(found), list(known)) if known else "",
        )

    def unknown(self, column: str, known: Sequence[str], *, empty: bool = False) -> list[Problem]:
        """Return a problem for each value of a column that is not among the known ones."""
        allowed = set(known) | ({""} if empty else set())
        return [
            self.problem(line, column, "unknown name", found=value, known=known)
            for line, value in self.frame.select("line", column).iter_rows()
            if value not in allowed
        ]

    def repeated(self, key: Sequence[str]) -> list[Problem]:
        """Return a problem for each row whose key was given before."""
        seen: dict[tuple[object, ...], int] = {}
        problems: list[Problem] = []
        for line, *values in self.frame.select("line", *key).iter_rows():
            first = seen.setdefault(tuple(values), line)
            if first != line:
                problems.append(
                    self.problem(
                        line,
                        "+".join(key),
                        "duplicate key",
                        found=", ".join(map(str, values)),
                        expected=f"one row (first given on line {first})",
                    )
                )
        return problems


def read_table(
    path: Path,
    columns: Mapping[str, Kind],
    *,
    optional: Mapping[str, Kind] | None = None,
    root: Path | None = None,
) -> Table:
    """Read a comma-separated file with the given columns, each of a kind.

    An empty number is null. Raises `InputError` with every missing or unknown column, every cell
    that is not of its kind, every row of the wrong length.
    """
    kinds = {**columns, **(optional or {})}
    rows = list(csv.reader(io.StringIO(read_text(path, root=root), newline="")))
    if not rows:
        raise InputError([Problem("file is empty", file=str(path), expected=",".join(columns))])
    header, problems = rows[0], _header_problems(path, rows[0], columns, kinds)
    if problems:
        raise InputError(problems)
    values: dict[str, list[object]] = {name: [] for name in header}
    lines: list[int] = []
    for line, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        if len(row) != len(header):
            problems.append(
                Problem(
                    "wrong number of cells",
                    file=str(path),
                    line=line,
                    found=str(len(row)),
                    expected=str(len(header)),
                )
            )
            continue
        lines.append(line)
        for name, cell in zip(header, row, strict=True):
            value, problem = _cell(cell.strip(), kinds[name])
            if problem:
                problems.append(
                    Problem(
                        problem,
                        file=str(path),
                        line=line,
                        field=name,
                        found=repr(cell),
                        expected=kinds[name],
                    )
                )
            values[name].append(value)
    if problems:
        raise InputError(problems)
    frame = pl.DataFrame(values, schema={name: _TYPES[kinds[name]] for name in header})
    for name in kinds.keys() - set(header):
        frame = frame.with_columns(
            pl.lit(
                None if kinds[name] not in {"text", "month", "period"} else "",
                dtype=_TYPES[kinds[name]],
            ).alias(name)
        )
    return Table(path, frame.with_columns(pl.Series("line", lines, dtype=pl.Int64)))


def _header_problems(
    path: Path, header: Sequence[str], columns: Mapping[str, Kind], kinds: Mapping[str, Kind]
) -> list[Problem]:
    problems = [
        Problem(
            "column is missing",
            file=str(path),
            line=1,
            field=name,
            expected=",".join(columns),
            nearest=nearest(name, header),
        )
        for name in columns
        if name not in header
    ]
    problems += [
        Problem(
            "unknown column",
            file=str(path),
            line=1,
            field=name,
            found=name,
            nearest=nearest(name, list(kinds)),
        )
        for name in header
        if name not in kinds
    ]
    problems += [
        Problem("column given twice", file=str(path), line=1, field=name, found=name)
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    return problems


def _cell(cell: str, kind: Kind) -> tuple[object, str]:
    if kind == "text":
        return cell, ""
    if kind == "period" and len(cell) == 4 and cell.isdigit():
        return cell, ""
    if kind in {"month", "period"}:
        year, _, month = cell.partition("-")
        good = len(year) == 4 and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12
        return cell, "" if good or not cell else "not a month (YYYY-MM)"
    if not cell:
        return None, ""
    try:
        number = float(cell)
    except ValueError:
        return None, "not a number"
    if kind == "non-negative" and not number >= 0.0:
        return None, "a negative number"
    return number, ""
