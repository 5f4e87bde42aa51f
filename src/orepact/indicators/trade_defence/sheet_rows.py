"""Rows of a person's trade sheet: columns checked, numbers and dates read, formulas refused.

A cell of text that a spreadsheet program would run when it opens the file again (it begins with
``=``, ``+``, ``-`` or ``@``) is a problem; a negative number is one where it makes no sense.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from orepact.data.sheet import Sheet, number_of
from orepact.data.sheet_file import read_sheet
from orepact.errors import InputError, Problem
from orepact.units import convert

__all__ = ["Cells", "Columns", "read_cells", "to_tonnes"]

STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First letters of a cell that spreadsheet programs take for a formula."""

MOST = 1e12
"""No quantity, price or rate is larger."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns by kind; `needed` ones must be there and filled in every row."""

    needed: Sequence[str]
    texts: Sequence[str] = ()
    positive: Sequence[str] = ()
    numbers: Sequence[str] = ()
    days: Sequence[str] = ()

    @property
    def every(self) -> tuple[str, ...]:
        """All the columns, in order of kind."""
        return (*self.texts, *self.positive, *self.numbers, *self.days)


@dataclass(frozen=True, slots=True)
class Cells:
    """One row: texts, numbers and days by column, and its line in the file."""

    line: int
    sheet: Sheet = field(repr=False)
    texts: Mapping[str, str]
    numbers: Mapping[str, float]
    days: Mapping[str, datetime.date]

    def problem(self, column: str, message: str, found: object = "", expected: str = "",
                known: Sequence[str] = ()) -> Problem:
        """Return a problem at this row and a column."""
        return self.sheet.problem(self.line, column, message, found=found, expected=expected,
                                  known=known)


def read_cells(path: Path, columns: Columns, problems: list[Problem]) -> list[Cells]:
    """Return the rows of a sheet (CSV, .xlsx, .xlsm) and add what is wrong with them.

    Raises `InputError` only where there are no rows to look at: no such file, a wrong header.
    """
    sheet = _named(read_sheet(path), columns)
    wrong = _header(sheet, columns)
    if wrong:
        raise InputError(wrong)
    return [_row(sheet, line, cells, columns, problems) for line, cells in sheet.rows]


def to_tonnes(
    row: Cells, problems: list[Problem], *, prices: Sequence[str]
) -> tuple[float, dict[str, float]]:
    """Return the quantity of a row in tonnes and its prices per tonne, by the row's unit.

    A unit that is not one of mass stays as it is (pieces are counted in pieces).
    """
    unit = row.texts.get("unit", "t")
    quantity = row.numbers.get("quantity", 0.0)
    factor = 1.0
    if unit != "piece":
        try:
            factor = convert(1.0, unit, "t")
        except InputError as error:
            problems += [
                row.problem("unit", each.message, found=unit, expected="t, kg, g, lb or piece")
                for each in error.problems
            ]
    return quantity * factor, {
        name: row.numbers[name] / factor for name in prices if name in row.numbers
    }


def _named(sheet: Sheet, columns: Columns) -> Sheet:
    """Return the sheet with its columns called as they are known, whatever their capitals."""

    def known(name: str) -> str:
        plain = name.casefold().replace(" ", "_")
        return plain if plain in columns.every else name

    return replace(sheet, header=tuple(known(name) for name in sheet.header))


def _header(sheet: Sheet, columns: Columns) -> list[Problem]:
    row, every = sheet.header_row, columns.every
    missing = [
        sheet.problem(row, name, "column is missing", expected=", ".join(every))
        for name in columns.needed if name not in sheet.header
    ]
    unknown = [
        sheet.problem(row, name, "unknown column", found=name,
                      expected="one of " + ", ".join(every),
                      known=[each for each in every if each not in sheet.header])
        for name in sheet.header if name not in every
    ]
    twice = [
        sheet.problem(row, name, "column given twice", found=name)
        for name in every if sheet.header.count(name) > 1
    ]
    return [*missing, *unknown, *twice]


def _row(
    sheet: Sheet, line: int, cells: tuple[str, ...], columns: Columns, problems: list[Problem]
) -> Cells:
    given = {name: cell for name, cell in zip(sheet.header, cells, strict=True) if cell}
    problems += [
        sheet.problem(line, name, "value is missing", expected="a value")
        for name in columns.needed if name not in given
    ]
    texts = {name: given[name] for name in columns.texts if name in given}
    problems += [
        sheet.problem(line, name, "text that a spreadsheet would run as a formula", found=text,
                      expected="text that does not begin with = + - @")
        for name, text in texts.items() if text.startswith(STARTS)
    ]
    numbers: dict[str, float] = {}
    days: dict[str, datetime.date] = {}
    for name in (*columns.positive, *columns.numbers, *columns.days):
        if name not in given:
            continue
        value, message, expected = (_day if name in columns.days else number_of)(given[name])
        if isinstance(value, datetime.date):
            days[name] = value
        elif value is not None:
            numbers[name] = value
        else:
            problems.append(
                sheet.problem(line, name, message, found=given[name], expected=expected)
            )
    problems += [
        sheet.problem(line, name, "out of all proportion", found=given[name],
                      expected=f"a number below {MOST:g}")
        for name, value in numbers.items() if abs(value) > MOST
    ]
    problems += [
        sheet.problem(line, name, "not above zero", found=given[name],
                      expected="a number above 0")
        for name in columns.positive if name in numbers and numbers[name] <= 0.0
    ]
    return Cells(line, sheet, texts, numbers, days)


def _day(cell: str) -> tuple[datetime.date | None, str, str]:
    try:
        return datetime.date.fromisoformat(cell.removesuffix(" 00:00:00")), "", ""
    except ValueError:
        return None, "not a day", "a day as 2026-06-30"
