"""Figures of the Mineral Commodity Summaries in orepact's units and schema, with their places."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

import polars as pl

from orepact.data.dataset.schemas import schema_of
from orepact.data.places import country_codes
from orepact.data.sources.cells import SourceTable
from orepact.data.sources.usgs_words import Product, figure_of, unit_of
from orepact.errors import Problem

__all__ = ["Cell", "Place", "Row", "mixed_units", "place_of", "row_of", "table_of", "unrepeated"]

_ALSO = re.compile(r"also estimated|estimated in [0-9]{4} also|^estimated\.?$", re.IGNORECASE)


@dataclass(slots=True)
class Row:
    """A figure with its place in the file."""

    table: str
    file: str
    line: int
    column: str
    edition: int
    product: Product
    country: str
    year: int
    quantity: float | None
    unit: str
    printed_unit: str
    flags: tuple[str, ...]
    note: str
    printed: str = ""

    def problem(self, message: str, *, found: str = "", expected: str = "") -> Problem:
        """Return a problem at the figure's place."""
        return Problem(
            message,
            file=self.file,
            line=self.line,
            field=self.column,
            found=found,
            expected=expected,
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its place."""

    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A country, and what the cell says beyond it."""

    country: str
    detail: str = ""


def row_of(
    table: SourceTable,
    cell: Cell,
    *,
    edition: int,
    holds: str,
    product: Product,
    place: Place,
    year: int,
    unit: str,
    estimated: bool,
    note: str,
    printed: str,
) -> Row | Problem:
    """Return a figure in our units, or what is wrong with it."""
    figure = figure_of(cell.text)
    if figure is None:
        return table.problem(
            cell.line,
            cell.column,
            "neither a number nor a word that USGS uses",
            found=repr(cell.text),
            expected="1234.5 or 1,234.5, W, NA, XX, <100, e1234",
        )
    known = unit_of(unit)
    if known is None:
        return table.problem(
            cell.line,
            cell.column,
            "unknown unit",
            found=repr(unit),
            expected="metric tons, kilograms, million cubic meters, million liters, thousand …",
        )
    ours, factor = known
    marks = [*figure.flags]
    if (estimated or (holds == "production" and _ALSO.search(note))) and "e" not in marks:
        marks.append("e")
    if place.country == "WLD" and "excludes u.s." in note.casefold():
        marks.append("excludes_US")
    if place.detail and product.mineral in {"boron", "helium"}:
        product = replace(product, product=product.product or place.detail)
    quantity = None if figure.quantity is None else float(f"{figure.quantity * factor:.12g}")
    return Row(
        holds,
        table.name,
        cell.line,
        cell.column,
        edition,
        product,
        place.country,
        year,
        quantity,
        ours,
        unit,
        tuple(marks),
        note,
        printed,
    )


_FOOTNOTE = re.compile(r"(?<=[A-Za-z)])[0-9]{1,2}$")
_BRACKET = re.compile(r"(.*?) ?\(([^()]*)\)")


def place_of(table: SourceTable, line: int, column: str, text: str) -> Place | Problem:
    """Return the country of a row, and what its cell says beyond the country."""
    plain = _FOOTNOTE.sub("", " ".join(text.split()))
    candidates = [Place(plain)]
    if plain.casefold().startswith("world total"):
        return Place("WLD")
    if match := _BRACKET.fullmatch(plain):
        candidates.append(Place(match[1], match[2]))
    if ", " in plain:
        country, _, detail = plain.partition(", ")
        candidates.append(Place(country, detail))
    problems: list[Problem] = []
    for candidate in candidates:
        found, problems = country_codes([candidate.country], "usgs")
        if found:
            return Place(found[candidate.country], candidate.detail)
    return replace(problems[0], file=table.name, line=line, field=column, found=repr(text))


def mixed_units(rows: list[Row]) -> list[Problem]:
    """Return a problem for each figure whose printed unit is not the one of its product."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.table, row.product.mineral, row.product.stage), []).append(row)
    problems: list[Problem] = []
    for group in groups.values():
        units = Counter(row.printed_unit for row in group)
        usual = units.most_common(1)[0][0]
        problems += [
            row.problem("mixed units", found=repr(row.printed_unit), expected=repr(usual))
            for row in group
            if row.printed_unit != usual
        ]
    return problems


def unrepeated(rows: list[Row]) -> tuple[list[Row], list[Problem]]:
    """Return rows and a problem for each figure given before.

    Two figures of one product that are printed under other words (a rounded world total beside
    one that is not) are both kept: the later one has the words as its product.
    """
    seen: dict[tuple[object, ...], Row] = {}
    problems: list[Problem] = []
    for row in sorted(rows, key=_is_rounded):
        first = seen.get(_key(row), row)
        if row.printed != first.printed and row.table != "capacity":
            words = "rounded" if _is_rounded(row) else row.printed
            row.product = replace(row.product, product=words)
        first = seen.setdefault(_key(row), row)
        if first is not row:
            problems.append(
                row.problem(
                    "figure given twice",
                    found=f"{row.country} {row.year}: {row.quantity}",
                    expected=f"one row (first given on line {first.line} of {first.file})",
                )
            )
    return rows, problems


def _is_rounded(row: Row) -> bool:
    return "rounded" in row.printed.casefold()


def _key(row: Row) -> tuple[object, ...]:
    product = row.product
    stage = "" if row.table == "reserves" else product.stage
    basis = "" if row.table == "capacity" else product.basis
    detail = "" if row.table == "capacity" else product.product
    return row.table, row.edition, product.mineral, stage, basis, detail, row.country, row.year


def table_of(name: str, rows: list[Row]) -> pl.DataFrame:
    """Return the rows of a table in orepact's schema, sorted by its key."""
    schema = schema_of(name)
    cells = [
        {
            "mineral": row.product.mineral,
            "stage": row.product.stage,
            "country": row.country,
            "year": row.year,
            "quantity": row.quantity,
            "unit": row.unit,
            "basis": row.product.basis,
            "product": row.product.product,
            "flag": "|".join(row.flags),
            "confidence": "medium" if row.flags else "high",
            "preferred": "",
            "source": f"USGS-MCS-{row.edition}",
            "edition": f"MCS{row.edition}",
            "note": row.note if name != "reserves" else _joined(row.product.product, row.note),
        }
        for row in rows
    ]
    frame = pl.DataFrame(
        [{key: row[key] for key in schema.names} for row in cells], schema=schema.types
    )
    return frame.sort(schema.key)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
