"""A company's purchases of minerals read from a sheet: origin, quantity, price.

Columns: ``origin`` (country name or ISO code) and ``quantity``; optional ``price``, ``mineral``,
``year``, ``unit`` (t or kg), ``price_unit`` (USD/t, USD/kg or kUSD/t), ``note``. What has no column
is given as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from orepact.data.bundle import Bundle
from orepact.data.places import country_code
from orepact.data.sheet import Sheet, number_of
from orepact.errors import InputError, Problem, attempt

__all__ = ["COLUMNS", "PRICE_UNITS", "UNITS", "Purchase", "read_purchases"]

NEEDED = ("origin", "quantity")
COLUMNS = (*NEEDED, "price", "mineral", "year", "unit", "price_unit", "note")
UNITS: Mapping[str, float] = {"t": 1.0, "kg": 1e-3}
"""Units of quantity, in tonnes."""

PRICE_UNITS: Mapping[str, float] = {"USD/t": 1e-3, "USD/kg": 1.0, "kUSD/t": 1.0}
"""Units of price, in kUSD/t."""

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SCHEMES = ("iso3", "iso2", "name")


@dataclass(frozen=True, slots=True)
class Purchase:
    """One row of a sheet: what was bought where, in tonnes and kUSD/t."""

    mineral: str
    origin: str
    year: int
    tonnes: float
    price: float | None
    row: int


def read_purchases(
    bundle: Bundle,
    sheet: Sheet,
    *,
    mineral: str = "",
    year: int | None = None,
    unit: str = "t",
    price_unit: str = "USD/t",
) -> list[Purchase]:
    """Return the rows of a sheet in tonnes and kUSD/t; the arguments stand for absent columns.

    Raises `InputError` with every problem: missing, unknown and repeated columns, unknown
    minerals, countries and units, two units in one column, numbers that are none or negative,
    a mineral whose quantities add up to zero.
    """
    sheet = replace(sheet, header=tuple(_known(name) for name in sheet.header))
    problems = _header(sheet)
    if problems:
        raise InputError(problems)
    given = {"mineral": mineral, "year": "" if year is None else str(year)}
    given |= {"unit": unit, "price_unit": price_unit}
    rows = [
        (
            number,
            given
            | {
                name: cell
                for name, cell in zip(sheet.header, cells, strict=True)
                if cell or name not in given
            },
        )
        for number, cells in sheet.rows
    ]
    problems += _mixed(sheet, rows)
    names = _names(bundle)
    found = [_purchase(sheet, number, row, names, bundle, problems) for number, row in rows]
    purchases = [each for each in found if each is not None]
    problems += [] if problems else _zeros(sheet, purchases)
    if problems:
        raise InputError(problems)
    return purchases


def _known(name: str) -> str:
    """Return a column's name without capitals, with underscores, where it is a known one."""
    plain = name.casefold().replace(" ", "_")
    return plain if plain in COLUMNS else name


def _header(sheet: Sheet) -> list[Problem]:
    missing = [
        sheet.problem(sheet.header_row, name, "column is missing", expected=", ".join(COLUMNS))
        for name in NEEDED
        if name not in sheet.header
    ]
    twice = [
        sheet.problem(sheet.header_row, name, "column given twice", found=name)
        for name in COLUMNS
        if sheet.header.count(name) > 1
    ]
    return [*missing, *twice] + [
        sheet.problem(
            sheet.header_row,
            name,
            "unknown column",
            found=name,
            expected="one of " + ", ".join(COLUMNS),
            known=[each for each in COLUMNS if each not in sheet.header],
        )
        for name in sheet.header
        if name not in COLUMNS
    ]


def _mixed(sheet: Sheet, rows: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[Problem]:
    """Yield a problem for each known unit that is not the column's first; others are unknown."""
    for column, units in (("unit", UNITS), ("price_unit", PRICE_UNITS)):
        known = [(number, row[column]) for number, row in rows if row[column] in units]
        for number, unit in known:
            if unit != known[0][1]:
                yield sheet.problem(
                    number,
                    column,
                    "two units in one column",
                    found=unit,
                    expected=f"{known[0][1]}, as in row {known[0][0]}",
                )


def _names(bundle: Bundle) -> dict[str, str]:
    """Return minerals by their id and name in lower case."""
    rows = bundle.table("minerals").select("mineral", "name").iter_rows()
    return {word.lower(): str(mineral) for mineral, name in rows for word in (mineral, name)}


def _purchase(
    sheet: Sheet,
    number: int,
    row: Mapping[str, str],
    names: Mapping[str, str],
    bundle: Bundle,
    problems: list[Problem],
) -> Purchase | None:
    before = len(problems)
    mineral = names.get(row["mineral"].lower(), "")
    if not mineral:
        problems.append(
            sheet.problem(
                number,
                "mineral",
                "unknown mineral" if row["mineral"] else "mineral is missing",
                found=row["mineral"],
                expected="a mineral of the dataset",
                known=list(names),
            )
        )
    if not _YEAR.fullmatch(row["year"]):
        problems.append(
            sheet.problem(
                number,
                "year",
                "year is missing or no year",
                found=row["year"],
                expected="a year written 2024, or one for the whole sheet",
            )
        )
    tonnes = _amount(sheet, number, row, "quantity", UNITS, "unit", problems)
    price = _amount(sheet, number, row, "price", PRICE_UNITS, "price_unit", problems)
    if not row["quantity"]:
        problems.append(
            sheet.problem(number, "quantity", "value is missing", expected="a number; 0 for none")
        )
    origin = _origin(sheet, number, row["origin"], bundle, problems)
    if len(problems) > before or tonnes is None:
        return None
    return Purchase(mineral, origin, int(row["year"]), tonnes, price, number)


def _amount(
    sheet: Sheet,
    number: int,
    row: Mapping[str, str],
    column: str,
    units: Mapping[str, float],
    unit_column: str,
    problems: list[Problem],
) -> float | None:
    cell, unit = row.get(column, ""), row[unit_column]
    if not cell:
        return None
    value, message, expected = number_of(cell)
    if value is not None and value < 0.0:
        message, expected = "a negative number", "a number of at least 0"
    if message:
        problems.append(sheet.problem(number, column, message, found=cell, expected=expected))
    if unit not in units:
        problems.append(
            sheet.problem(
                number,
                unit_column,
                "unknown unit",
                found=unit,
                expected="one of " + ", ".join(units),
                known=list(units),
            )
        )
        return None
    return None if value is None else value * units[unit]


def _origin(sheet: Sheet, number: int, text: str, bundle: Bundle, problems: list[Problem]) -> str:
    if not text:
        problems.append(sheet.problem(number, "origin", "value is missing", expected="a country"))
        return ""
    for scheme in _SCHEMES:
        found = attempt([], country_code, text, scheme, folder=bundle.folder)
        if found is not None:
            return found
    told: list[Problem] = []
    _ = attempt(told, country_code, text, "name", folder=bundle.folder)
    near = told[0].nearest if told else ""
    problem = sheet.problem(
        number, "origin", "unknown country", found=text, expected="a country name or ISO code"
    )
    problems.append(replace(problem, nearest=near))
    return ""


def _zeros(sheet: Sheet, purchases: Sequence[Purchase]) -> list[Problem]:
    totals: dict[tuple[str, int], float] = {}
    for each in purchases:
        key = (each.mineral, each.year)
        totals[key] = totals.get(key, 0.0) + each.tonnes
    return [
        sheet.problem(
            None,
            "quantity",
            f"the quantities of {mineral} in {year} add up to zero",
            expected="at least one purchase",
        )
        for (mineral, year), total in totals.items()
        if total <= 0.0
    ]
