"""Holdings from a person's sheet: one row for each lot, columns named like the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from orepact.data.sheet import Sheet, number_of
from orepact.data.sheet_file import read_sheet
from orepact.errors import InputError, Problem

__all__ = ["COLUMNS", "read_holdings_sheet"]

NEEDED = ("owner", "material", "tonnes")
TEXTS = ("holding", "owner", "region", "material", "entitled", "source", "note")
SHARES = ("content", "purity")
NUMBERS = ("tonnes", "price", "lead", "shelf_life", "carrying_cost", "capacity", "release",
           "largest")
COLUMNS = (*TEXTS, *SHARES, *NUMBERS)
"""Columns of a sheet: text, fractions, and numbers in t, USD/t, months, USD/t/month."""

WORDS: Mapping[str, str] = {"form": "material", "name": "holding"}
"""Other names of columns."""

Locate = Callable[[int, str, str, str, str, str], Problem]


def read_holdings_sheet(path: Path) -> tuple[list[dict[str, Any]], Locate]:
    """Return the rows of a sheet as fields of lots, and how to name a place in it.

    Regions in `entitled` are parted by ``|``. A lot without a name is called by owner and form.
    Raises `InputError` with every problem: columns, numbers that are none or negative, shares
    over 1, a workbook without the extra ``orepact[sources]``.
    """
    sheet = _named(read_sheet(path))
    problems = _header(sheet)
    if problems:
        raise InputError(problems)
    rows = [_row(sheet, number, cells, problems) for number, cells in sheet.rows]
    if problems:
        raise InputError(problems)
    numbers = [number for number, _ in sheet.rows]

    def at(lot: int, name: str, message: str, found: str, expected: str, near: str) -> Problem:
        problem = sheet.problem(numbers[lot], name, message, expected=expected)
        return replace(problem, found=found, nearest=near)

    return rows, at


def _named(sheet: Sheet) -> Sheet:
    """Return the sheet with its columns called as the fields are."""

    def known(name: str) -> str:
        plain = name.casefold().replace(" ", "_")
        plain = WORDS.get(plain, plain)
        return plain if plain in COLUMNS else name

    return replace(sheet, header=tuple(known(name) for name in sheet.header))


def _header(sheet: Sheet) -> list[Problem]:
    missing = [
        sheet.problem(sheet.header_row, name, "column is missing", expected=", ".join(COLUMNS))
        for name in NEEDED if name not in sheet.header
    ]
    twice = [
        sheet.problem(sheet.header_row, name, "column given twice", found=name)
        for name in COLUMNS if sheet.header.count(name) > 1
    ]
    unknown = [
        sheet.problem(sheet.header_row, name, "unknown column", found=name,
                      expected="one of " + ", ".join(COLUMNS),
                      known=[each for each in COLUMNS if each not in sheet.header])
        for name in sheet.header if name not in COLUMNS
    ]
    return [*missing, *twice, *unknown]


def _row(
    sheet: Sheet, number: int, cells: tuple[str, ...], problems: list[Problem]
) -> dict[str, Any]:
    given = {name: cell for name, cell in zip(sheet.header, cells, strict=True) if cell}
    problems += [
        sheet.problem(number, name, "value is missing", expected="a value")
        for name in NEEDED if name not in given
    ]
    row: dict[str, Any] = {name: cell for name, cell in given.items() if name in TEXTS}
    if "entitled" in row:
        row["entitled"] = tuple(each.strip() for each in row["entitled"].split("|") if each.strip())
    row.setdefault("holding", f"{row.get('owner', '')} {row.get('material', '')} row {number}")
    for name in (*SHARES, *NUMBERS):
        if name in given:
            row[name] = _number(sheet, number, name, given[name], problems)
    return row


def _number(
    sheet: Sheet, number: int, name: str, cell: str, problems: list[Problem]
) -> float:
    value, message, expected = number_of(cell)
    if value is not None and value < 0.0:
        message, expected = "a negative number", "a number of at least 0"
    if value is not None and name in SHARES and not 0.0 < value <= 1.0:
        message, expected = "not a fraction", "above 0 and at most 1; 99.5 % is 0.995"
    if message:
        problems.append(sheet.problem(number, name, message, found=cell, expected=expected))
    return value or 0.0
