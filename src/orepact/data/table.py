"""Strict tables: CSV files read with the line of every row, all problems at once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

from orepact.data.text import read_text
from orepact.errors import InputError, Problem, nearest

__all__ = ["Kind", "Table", "read_table", "scan_table"]

Kind = Literal["text", "number", "non-negative", "month", "period"]

_TYPES: dict[Kind, type[pl.DataType]] = {
    "text": pl.String,
    "month": pl.String,
    "period": pl.String,
    "number": pl.Float64,
    "non-negative": pl.Float64,
}
_EXPECTED: dict[Kind, str] = {
    "text": "text",
    "month": "a month, YYYY-MM",
    "period": "a month, YYYY-MM, or a year",
    "number": "a number, written 1234.5",
    "non-negative": "a number of at least 0, written 1234.5",
}
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"[0-9]{4}")
_SHOWN_NAMES = 8
_NO = (None, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A frame read from a file; its column `line` says where each row stands.

    `problems` holds the rows and cells that are wrong, where the reader did not raise them.
    """

    path: Path
    frame: pl.DataFrame = field(repr=False)
    problems: tuple[Problem, ...] = ()

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
        shown = ", ".join(known[:_SHOWN_NAMES]) + (", …" if known[_SHOWN_NAMES:] else "")
        return Problem(
            message,
            file=str(self.path),
            line=line,
            field=column,
            found=str(found) or "nothing",
            expected=expected or (f"one of {shown}" if known else ""),
            nearest=nearest(str(found), list(known)) if known else "",
        )

    def unknown(self, column: str, known: Sequence[str], *, empty: bool = False) -> list[Problem]:
        """Return a problem for each value of a column that is not among the known ones."""
        allowed = {*known, ""} if empty else set(known)
        return [
            self.problem(line, column, "unknown name", found=value, known=known)
            for line, value in self.frame.select("line", column).iter_rows()
            if value not in allowed
        ]

    def empty(self, column: str) -> list[Problem]:
        """Return a problem for each row without a value in a column."""
        told = {(problem.line, problem.field) for problem in self.problems}
        return [
            self.problem(line, column, "value is missing", expected="a value")
            for line, value in self.frame.select("line", column).iter_rows()
            if value in {None, ""} and (line, column) not in told
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
                        found=", ".join(map(_plain, (each for each in values if each not in _NO))),
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

    An empty number is null; lines before the header that start with ``#`` are comments. Raises
    `InputError` with every missing or unknown column, every cell that is not of its kind, every
    row of the wrong length.
    """
    table = scan_table(path, columns, optional=optional, root=root)
    if table.problems:
        raise InputError(table.problems)
    return table


def scan_table(
    path: Path,
    columns: Mapping[str, Kind],
    *,
    optional: Mapping[str, Kind] | None = None,
    root: Path | None = None,
) -> Table:
    """Read a file like `read_table`, but keep what is wrong with rows and cells in `problems`.

    A wrong number is null, a row of the wrong length is left out. Raises `InputError` only where
    there is no table: no such file, quotes that never close, a wrong header.
    """
    kinds: dict[str, Kind] = {**columns, **(optional or {})}
    rows = _rows(path, read_text(path, root=root))
    if not rows:
        raise InputError([Problem("file is empty", file=str(path), expected=",".join(columns))])
    (first, header), *body = rows
    if len(header) == 1 and len(header[0].split(";")) > 1:
        raise InputError([_semicolons(path, first)])
    problems = _header_problems(path, first, header, columns, kinds)
    if problems:
        raise InputError(problems)
    values: dict[str, list[object]] = {name: [] for name in header}
    lines: list[int] = []
    for line, row in body:
        if len(row) != len(header):
            problems.append(_length_problem(path, line, row, header))
            continue
        lines.append(line)
        for name, cell in zip(header, row, strict=True):
            value, message = _cell(cell.strip(), kinds[name])
            values[name].append(value)
            if message:
                problems.append(
                    Problem(
                        message,
                        file=str(path),
                        line=line,
                        field=name,
                        found=repr(cell),
                        expected=_EXPECTED[kinds[name]],
                    )
                )
    return Table(path, _frame(values, lines, header, kinds), tuple(problems))


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, each with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    last = 0
    try:
        for row in reader:
            comment = not rows and bool(row) and row[0].startswith("#")
            if any(row) and not comment:
                rows.append((last + 1, row))
            last = reader.line_num
    except csv.Error as error:
        raise InputError(
            [
                Problem(
                    f"broken CSV: {error}",
                    file=str(path),
                    line=last + 1,
                    expected="cells separated by commas, quotes in pairs",
                )
            ]
        ) from error
    return rows


def _frame(
    values: Mapping[str, list[object]],
    lines: Sequence[int],
    header: Sequence[str],
    kinds: Mapping[str, Kind],
) -> pl.DataFrame:
    frame = pl.DataFrame(values, schema={name: _TYPES[kinds[name]] for name in header})
    left_out = [name for name in kinds if name not in header]
    return frame.with_columns(
        *[
            pl.lit("" if _TYPES[kinds[name]] == pl.String else None, _TYPES[kinds[name]]).alias(
                name
            )
            for name in left_out
        ],
        pl.Series("line", lines, dtype=pl.Int64),
    )


def _plain(value: object) -> str:
    """Return a cell as it was written: a whole number without decimals."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _semicolons(path: Path, line: int) -> Problem:
    return Problem("semicolons found, expected commas", file=str(path), line=line)


def _length_problem(path: Path, line: int, row: Sequence[str], header: Sequence[str]) -> Problem:
    return Problem(
        "wrong number of cells",
        file=str(path),
        line=line,
        found=str(len(row)),
        expected=f"{len(header)}, as in the header; text with a comma needs quotes",
    )


def _header_problems(
    path: Path,
    line: int,
    header: Sequence[str],
    columns: Mapping[str, Kind],
    kinds: Mapping[str, Kind],
) -> list[Problem]:
    problems = [
        Problem(
            "column is missing",
            file=str(path),
            line=line,
            field=name,
            expected=",".join(columns),
            nearest=nearest(name, [each for each in header if each not in kinds]),
        )
        for name in columns
        if name not in header
    ]
    problems += [
        Problem(
            "unknown column",
            file=str(path),
            line=line,
            field=name,
            found=repr(name),
            expected="one of " + ", ".join(kinds),
            nearest=nearest(name, [each for each in kinds if each not in header]),
        )
        for name in header
        if name not in kinds
    ]
    problems += [
        Problem("column given twice", file=str(path), line=line, field=name, found=name)
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    return problems


def _cell(cell: str, kind: Kind) -> tuple[object, str]:
    """Return the value of a cell and what is wrong with it."""
    if kind in {"number", "non-negative"}:
        return _number(cell, kind) if cell else (None, "")
    good = (
        kind == "text"
        or not cell
        or _MONTH.fullmatch(cell)
        or (kind == "period" and _YEAR.fullmatch(cell))
    )
    return cell, "" if good else "not a month"


def _number(cell: str, kind: Kind) -> tuple[float | None, str]:
    number = float(cell) if _NUMBER.fullmatch(cell) else float("nan")
    if not abs(number) < float("inf"):
        return None, "not a number"
    if kind == "non-negative" and number < 0.0:
        return None, "a negative number"
    return number, ""
