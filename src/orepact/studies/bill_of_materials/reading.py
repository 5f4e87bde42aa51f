"""A bill of materials read from a sheet: every cell checked, every problem at once.

The numbers stay as they stand in the sheet, with their units; what they amount to is worked out in
`orepact.studies.bill_of_materials.amounts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from orepact.data.bundle import Bundle
from orepact.data.places import country_code
from orepact.data.sheet import Sheet, number_of
from orepact.errors import InputError, Problem, nearest
from orepact.studies.bill_of_materials.units import FRACTIONS, fitting, measures, unit_of
from orepact.units import convert, known_units

__all__ = [
    "COLUMNS",
    "Bill",
    "BillRow",
    "UnknownMaterial",
    "mineral_names",
    "read_bill",
]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "part": ("part", "item", "component", "part name"),
    "template": ("template", "product template"),
    "quantity": ("quantity", "qty", "quantity per product"),
    "unit": ("unit", "uom", "unit of quantity"),
    "annual volume": ("annual volume", "products per year", "volume per year"),
    "supplier": ("supplier", "vendor"),
    "supplier country": ("supplier country", "country of supplier"),
    "mineral": ("mineral", "material", "mineral or material"),
    "content": ("content", "mineral content"),
    "unit of content": ("unit of content", "content unit"),
    "own stock": ("own stock", "stock"),
    "unit of stock": ("unit of stock", "stock unit"),
    "mass": ("mass", "part mass", "weight", "part weight"),
    "unit of mass": ("unit of mass", "mass unit", "unit of weight"),
}
"""Columns of a bill and the words by which each is known; capitals do not matter."""

NEEDED = ("part", "quantity", "unit")
NUMBERS = ("quantity", "annual volume", "content", "own stock", "mass")
UNITS: Mapping[str, tuple[str, ...]] = {
    "unit": ("t", "piece", "kWh", "kW"),
    "unit of content": ("t", "1"),
    "unit of stock": ("t", "piece", "kWh", "kW"),
    "unit of mass": ("t",),
}
"""Columns of units, and a unit of each kind that fits."""

UnknownMaterial = Literal["error", "gap"]

_SPELLING = {"aluminum": "aluminium", "sulfur": "sulphur", "caesium": "cesium"}
_NOT_COUNTRIES = frozenset(("WLD", "OTH", "NSP", "E27"))
_COUNTRIES = {"uk": "GBR", "great britain": "GBR"}
_BETWEEN = re.compile(r"[\s_-]+")
_PARENTHESES = re.compile(r"\s*[(\[].*$")
_ISO2, _ISO3 = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BillRow:
    """One row: what the bill says, with codes in place of names and units as they stand.

    `material` keeps the text of the column for a material that is none of the dataset's minerals,
    `near` is the mineral that is spelled most like it.
    Numbers that the bill does not give are None.
    """

    row: int
    part: str
    quantity: float
    unit: str
    template: str = ""
    volume: float | None = None
    supplier: str = ""
    country: str = ""
    mineral: str = ""
    material: str = ""
    near: str = ""
    content: float | None = None
    content_unit: str = ""
    stock: float | None = None
    stock_unit: str = ""
    mass: float | None = None
    mass_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The rows of a bill; `columns` are those it has, `unread` those that have no meaning here.

    Without the column annual volume the quantities are those of a year.
    """

    file: str
    sheet: str
    rows: tuple[BillRow, ...] = field(repr=False)
    columns: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def has_volume(self) -> bool:
        """Whether the quantities are per product, to be multiplied by an annual volume."""
        return "annual volume" in self.columns


def read_bill(sheet: Sheet, bundle: Bundle, *, unknown: UnknownMaterial = "error") -> Bill:
    """Read the rows of a bill of materials.

    Raises `InputError` with every problem at once, each with file, sheet, row and column: missing
    and repeated columns, empty cells that must not be, numbers with separators or units in them,
    negative numbers, shares above one, unknown units, units that do not fit, unknown countries,
    duplicate rows, quantities that add up to zero. A stated content of a material that the dataset
    does not know is a problem too, unless `unknown` is ``gap``; without a content such a material
    is always a gap of the report.
    """
    named, unread, problems = _header(sheet)
    if problems:
        raise InputError(problems)
    minerals = mineral_names(bundle)
    rows: list[BillRow] = []
    for number, cells in sheet.rows:
        texts = {name: cells[at] for name, at in named.items()}
        reading = _Reading(sheet, number, named, texts, problems)
        rows.append(_row(reading, minerals, unknown))
    problems += _repeated(sheet, named, rows)
    if not problems and sum(_amount(row) for row in rows) <= 0.0:
        problems.append(
            sheet.problem(
                sheet.header_row,
                sheet.header[named["quantity"]],
                "the quantities of a year add up to zero",
                expected="at least one quantity above 0",
            )
        )
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    return Bill(
        file=sheet.file, sheet=sheet.name, rows=tuple(rows), columns=tuple(named), unread=unread
    )


def mineral_names(bundle: Bundle) -> dict[str, str]:
    """Return the minerals of a dataset by id, name and symbol, in plain form.

    A symbol that several minerals share stands for the one that is part of no other; a name that
    several share is left out.
    """
    found: dict[str, str] = {}
    for row in bundle.table("minerals").iter_rows(named=True):
        for text in (row["mineral"], row["name"]):
            _ = found.setdefault(_plain(text), row["mineral"])
        if row["symbol"] and not row["parent"]:
            _ = found.setdefault(_plain(row["symbol"]), row["mineral"])
    for row in bundle.table("minerals").iter_rows(named=True):
        if row["symbol"]:
            _ = found.setdefault(_plain(row["symbol"]), row["mineral"])
    return found | {word: found[name] for word, name in _SPELLING.items() if name in found}


@dataclass(slots=True)
class _Reading:
    """One row while it is read: its cells by column, and where problems go."""

    sheet: Sheet
    row: int
    named: Mapping[str, int]
    texts: Mapping[str, str]
    problems: list[Problem]

    def text(self, column: str) -> str:
        """Return a cell, nothing for a column that the bill lacks."""
        return self.texts.get(column, "")

    def add(self, column: str, message: str, *, expected: str = "", near: str = "") -> None:
        """Add a problem with a cell."""
        head = self.sheet.header[self.named[column]] if column in self.named else column
        problem = self.sheet.problem(
            self.row, head, message, found=self.text(column), expected=expected
        )
        self.problems.append(replace(problem, nearest=near) if near else problem)


def _header(sheet: Sheet) -> tuple[dict[str, int], tuple[str, ...], list[Problem]]:
    """Return the position of every known column, the other columns, and what is wrong."""
    words = {word: name for name, some in COLUMNS.items() for word in some}
    named: dict[str, int] = {}
    unread: list[str] = []
    problems: list[Problem] = []
    for at, text in enumerate(sheet.header):
        plain = _plain(_PARENTHESES.sub("", text))
        name = words.get(plain, "")
        near = nearest(plain, list(words))
        if name in named:
            problems.append(
                sheet.problem(
                    sheet.header_row, text, "column given twice", found=text,
                    expected=f"one column for {name}",
                )
            )  # fmt: skip
        elif name:
            named[name] = at
        elif near and _alike(plain, near):
            problems.append(
                sheet.problem(
                    sheet.header_row, text, "unknown column", found=text, known=list(words),
                    expected="one of " + ", ".join(COLUMNS),
                )
            )  # fmt: skip
        else:
            unread.append(text)
    problems += [
        sheet.problem(
            sheet.header_row,
            name,
            "column is missing",
            found=", ".join(sheet.header),
            expected=", ".join(NEEDED),
        )
        for name in NEEDED
        if name not in named
    ]
    return named, tuple(unread), problems


def _alike(one: str, other: str) -> bool:
    """Tell whether two words differ by a letter or two: a misspelling, not another column."""
    return one[:2] == other[:2] and abs(len(one) - len(other)) <= _ISO2 and len(one) > _ISO3


def _row(reading: _Reading, minerals: Mapping[str, str], unknown: UnknownMaterial) -> BillRow:
    for column in NEEDED:
        if not reading.text(column):
            reading.add(column, "value is missing", expected="a value")
    numbers = {column: _number(reading, column) for column in NUMBERS}
    unit = _unit(reading, "unit")
    content_unit, stock_unit = _unit(reading, "unit of content"), _unit(reading, "unit of stock")
    mass_unit = _unit(reading, "unit of mass")
    mineral = _mineral(reading, minerals, unknown)
    row = BillRow(
        row=reading.row,
        part=reading.text("part"),
        template=reading.text("template"),
        quantity=numbers["quantity"] or 0.0,
        unit=unit,
        volume=numbers["annual volume"],
        supplier=reading.text("supplier"),
        country=_country(reading),
        mineral=mineral,
        material="" if mineral else reading.text("mineral"),
        near="" if mineral else _near(reading.text("mineral"), minerals),
        content=numbers["content"],
        content_unit=content_unit,
        stock=numbers["own stock"],
        stock_unit=stock_unit or unit,
        mass=numbers["mass"],
        mass_unit=mass_unit,
    )
    _check_units(reading, row)
    return row


def _number(reading: _Reading, column: str) -> float | None:
    text = reading.text(column)
    if not text:
        return None
    value, message, expected = number_of(text)
    if value is not None and value < 0.0:
        value, message, expected = None, "a negative number", "a number of at least 0"
    if message:
        reading.add(column, message, expected=expected)
    return value


def _unit(reading: _Reading, column: str) -> str:
    text = reading.text(column)
    unit = unit_of(text)
    if unit and unit not in known_units():
        units = fitting(UNITS[column])
        reading.add(
            column, "unknown unit", expected="one of " + ", ".join(units), near=nearest(unit, units)
        )
        return ""
    return unit


def _check_units(reading: _Reading, row: BillRow) -> None:
    """Add a problem for each number without its unit, and for each unit that does not fit."""
    if row.unit and not measures(row.unit, *UNITS["unit"]):
        reading.add("unit", "not a unit of a quantity", expected="a mass, piece, energy or power")
    for number, unit, column, expected in (
        (row.content, row.content_unit, "unit of content", "a mass, % or share"),
        (row.mass, row.mass_unit, "unit of mass", "a mass"),
    ):
        if number is None:
            continue
        if not reading.text(column):
            reading.add(column, "unit is missing", expected=f"{expected}, of the number beside it")
        elif unit and not measures(unit, *UNITS[column]):
            reading.add(column, "a unit that does not fit", expected=expected)
    if (
        row.content is not None
        and row.content_unit in FRACTIONS
        and (convert(row.content, row.content_unit, "1") > 1.0)
    ):
        reading.add("content", "a share above one", expected="at most 100 %, or 1 as a share")
    if row.stock is not None and row.unit and not measures(row.stock_unit, row.unit, "t"):
        reading.add(
            "unit of stock",
            "a unit that does not fit the quantity",
            expected=f"a unit like {row.unit}",
        )


def _mineral(reading: _Reading, minerals: Mapping[str, str], unknown: UnknownMaterial) -> str:
    text = reading.text("mineral")
    found = minerals.get(_plain(text), "")
    if text and not found and reading.text("content") and unknown == "error":
        reading.add(
            "mineral",
            "a content is stated of a material that the dataset does not know",
            expected="a mineral of the dataset (by id, name or symbol), or no content",
            near=_near(text, minerals),
        )
    return found


def _near(text: str, minerals: Mapping[str, str]) -> str:
    """Return the mineral that is spelled most like a word; symbols are too short to compare."""
    words = [word for word in minerals if len(word) > _ISO3]
    return minerals.get(nearest(_plain(text), words), "")


def _country(reading: _Reading) -> str:
    text = reading.text("supplier country")
    if not text:
        return ""
    if text.casefold() in _COUNTRIES:
        return _COUNTRIES[text.casefold()]
    first = {_ISO2: "iso2", _ISO3: "iso3"}.get(len(text), "name")
    problem = None
    for scheme in dict.fromkeys((first, "name")):
        try:
            code = country_code(text, scheme)
        except InputError as error:
            problem = error.problems[0]
            continue
        if code not in _NOT_COUNTRIES:
            return code
    near = problem.nearest if problem else ""
    reading.add("supplier country", "unknown country", expected="a country", near=near)
    return ""


def _repeated(sheet: Sheet, named: Mapping[str, int], rows: Iterable[BillRow]) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = (row.part, row.template, row.supplier, row.country, row.mineral or row.material)
        first = seen.setdefault(key, row.row)
        if first != row.row and row.part:
            yield sheet.problem(
                row.row,
                sheet.header[named["part"]],
                "duplicate row",
                found=row.part,
                expected=(
                    f"one row for part, supplier and mineral (first given in row {first}); add the "
                    "quantities, or tell the rows apart"
                ),
            )


def _amount(row: BillRow) -> float:
    return row.quantity * (1.0 if row.volume is None else row.volume)


def _plain(text: str) -> str:
    return _BETWEEN.sub(" ", text.casefold()).strip()
