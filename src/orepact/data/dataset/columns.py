"""Columns of tables: what one declaration says, and the columns that many tables share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

__all__ = [
    "CONFIDENCE",
    "COUNTRY",
    "EDITION",
    "FLAG",
    "HS6",
    "KUSD",
    "MINERAL",
    "NOTE",
    "PERIOD",
    "SOURCE",
    "STAGE",
    "TONNES",
    "UNIT",
    "YEAR",
    "Column",
    "ColumnKind",
    "Dated",
    "Schema",
    "country",
    "dated",
    "keyed",
    "number",
    "share",
    "text",
    "yes_no",
]

ColumnKind = Literal["text", "number", "share", "year", "count", "yes-no"]

Dated = Literal["", "month", "date", "period"]
"""What a text that dates a row is: a month; a day, month, quarter or year; a span of years too."""

_TYPES: Mapping[ColumnKind, type[pl.DataType]] = {
    "text": pl.String,
    "yes-no": pl.String,
    "number": pl.Float64,
    "share": pl.Float64,
    "year": pl.Int64,
    "count": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its kind, unit and meaning; `key` columns together name a row, `lists` splits at |.

    `of` is the table whose first column holds the values that are allowed; `when` says what a text
    that dates a row looks like. A share is a fraction.
    """

    name: str
    meaning: str
    kind: ColumnKind = "text"
    unit: str = ""
    key: bool = False
    lists: bool = False
    of: str = ""
    when: Dated = ""

    @property
    def dtype(self) -> type[pl.DataType]:
        """The type of the column in a frame; text is never null, empty text means not given."""
        return _TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Schema:
    """A table: its columns in order, and the column that dates its rows, if there is one."""

    name: str
    title: str
    columns: tuple[Column, ...]
    period: str = ""
    parquet: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that together name a row."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def file(self) -> str:
        """The name of the table's file."""
        return f"{self.name}.parquet" if self.parquet else f"{self.name}.csv"

    @property
    def types(self) -> dict[str, type[pl.DataType]]:
        """The type of every column in a frame."""
        return {column.name: column.dtype for column in self.columns}


def keyed(column: Column, meaning: str = "") -> Column:
    """Return a column as part of the key, with another meaning if one is given."""
    return replace(column, key=True, meaning=meaning or column.meaning)


def text(name: str, meaning: str, *, key: bool = False, lists: bool = False) -> Column:
    """Return a column of text."""
    return Column(name, meaning, key=key, lists=lists)


def dated(name: str, meaning: str, when: Dated, *, key: bool = False) -> Column:
    """Return a column of text that dates a row."""
    return Column(name, meaning, key=key, when=when)


def number(name: str, unit: str, meaning: str) -> Column:
    """Return a column of numbers in a unit."""
    return Column(name, meaning, "number", unit)


def share(name: str, meaning: str) -> Column:
    """Return a column of fractions."""
    return Column(name, meaning, "share", "fraction")


def yes_no(name: str, meaning: str) -> Column:
    """Return a column that holds yes or no."""
    return Column(name, meaning, "yes-no")


def country(name: str, meaning: str, *, key: bool = True) -> Column:
    """Return a column that holds a country of the table of countries."""
    return Column(name, meaning, key=key, of="countries")


MINERAL = Column("mineral", "mineral or group of minerals", key=True, of="minerals")
STAGE = Column("stage", "stage: mine, smelter, refined, extraction, processing", key=True)
COUNTRY = country("country", "country, ISO 3166-1 alpha-3; WLD world, OTH others, E27 the Union")
YEAR = Column("year", "calendar year", "year", key=True)
PERIOD = dated(
    "period", "year, month or span of years, as 2024, 2024-06 or 2016-2020", "period", key=True
)
UNIT = text("unit", "unit of the figure")
FLAG = text("flag", "marks of the source: W withheld, NA not available, e estimated", lists=True)
CONFIDENCE = text("confidence", "high, medium or low")
SOURCE = Column("source", "source, a row of the source tables", lists=True)
EDITION = Column("edition", "edition of the source that prints the figure", key=True)
NOTE = text("note", "what else a reader must know")
TONNES = number("tonnes", "t", "product weight, not contained metal; empty if not given")
KUSD = number("kusd", "1000 USD", "value of the flow")
HS6 = text("code", "six-digit code of the Harmonized System", key=True)
