"""Tables in the formats of others: SDMX-CSV 2.0 of statistical offices, the long form of IAMC.

A withheld figure keeps its row in SDMX-CSV, without a value and with its status; IAMC has no room
for it, so `left_out` counts what its form can not hold.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from orepact.data.dataset.columns import Schema
from orepact.data.dataset.schemas import schema_of
from orepact.errors import InputError, Problem, nearest

__all__ = ["FORMATS", "VALUES", "Sheet", "export", "iamc", "sdmx_csv", "sdmx_structure"]

VALUES: Mapping[str, str] = {
    "production": "quantity",
    "reserves": "quantity",
    "capacity": "quantity",
    "sourcing": "share",
    "global_supply": "share",
    "prices": "price",
    "unit_values": "usd_per_t",
    "us_statistics": "value",
    "governance": "estimate",
    "trade": "kusd",
}
"""Tables that can be exported, and the column with the observed value."""

FORMATS = ("sdmx-csv", "iamc")
"""Formats of an export."""

_NAMES = {"country": "REF_AREA", "unit": "UNIT_MEASURE", "importer": "REF_AREA"}
_UNITS = {"sourcing": "fraction", "global_supply": "fraction", "trade": "1000 USD"}
_NOT_APPLICABLE = "_Z"
_IAMC = ("model", "scenario", "region", "variable", "unit", "year", "value")
_SPAN = re.compile(r"(\d{4})-(\d{4})")
_VARIABLES = {
    "production": "Production",
    "reserves": "Reserves",
    "capacity": "Capacity",
    "global_supply": "Share of World Supply",
    "unit_values": "Unit Value of Exports",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """An exported table: its text, the number of rows in it and of those it has no room for."""

    text: str
    rows: int
    left_out: int = 0


def export(rows: pl.DataFrame, table: str, form: str, *, dataset: str, vintage: str) -> Sheet:
    """Return rows of a table in a format of `FORMATS`; raises `InputError` for an unknown one."""
    if form not in FORMATS:
        raise InputError([_unknown("unknown format", "--format", form, FORMATS)])
    if form == "iamc":
        return iamc(rows, table, dataset=dataset, vintage=vintage)
    return sdmx_csv(rows, table)


def sdmx_structure(table: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return the name of a table's data structure, its dimensions and its attributes."""
    schema, value = _exported(table)
    dimensions = tuple(_name(name, schema) for name in schema.key if name != schema.period)
    others = [name for name in schema.names if name not in {*schema.key, value, schema.period}]
    attributes = [_name(name, schema) for name in others]
    if "UNIT_MEASURE" not in {*attributes, *dimensions}:
        attributes.append("UNIT_MEASURE")
    attributes += ["OBS_STATUS", "CONF_STATUS"]
    return (
        f"OREPACT:{table.upper()}(1.0)",
        (*dimensions, "TIME_PERIOD"),
        tuple(attributes),
    )


def sdmx_csv(rows: pl.DataFrame, table: str) -> Sheet:
    """Return rows as SDMX-CSV 2.0: one observation per row, empty dimensions as ``_Z``.

    `OBS_STATUS` is A normal, E estimated or M missing; `CONF_STATUS` C for a withheld figure, else
    F. A span of years is written as SDMX writes a time range. Raises `InputError` for a table
    without an observed value.
    """
    schema, value = _exported(table)
    structure, dimensions, attributes = sdmx_structure(table)
    source = {_name(name, schema): name for name in schema.names}
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *dimensions, "OBS_VALUE", *attributes])
    for row in rows.iter_rows(named=True):
        extra = _status(row, value) | {
            "TIME_PERIOD": _time(str(row[schema.period])),
            "UNIT_MEASURE": row.get("unit") or _UNITS.get(table, "1"),
        }
        keys = [str(extra.get(name, row.get(source.get(name, ""), ""))) for name in dimensions]
        rest = [extra.get(name, row.get(source.get(name, ""), "")) for name in attributes]
        writer.writerow(
            ["datastructure", structure, "I"]
            + [key or _NOT_APPLICABLE for key in keys]
            + ["" if row[value] is None else row[value]]
            + ["" if each is None else each for each in rest]
        )
    return Sheet(stream.getvalue(), rows.height)


def iamc(rows: pl.DataFrame, table: str, *, dataset: str, vintage: str) -> Sheet:
    """Return rows in the long form of IAMC: model, scenario, region, variable, unit, year, value.

    The columns source and edition follow, as tools of that form keep further columns. Only the
    preferred edition where a table marks one; rows without a figure or of more than one year have
    no place in the form and are counted in `left_out`. Raises `InputError` for a table that is no
    yearly series by country.
    """
    if table not in _VARIABLES:
        raise InputError([_unknown("no yearly series by country", "TABLE", table, [*_VARIABLES])])
    schema, value = _exported(table)
    used = rows.filter(pl.col("preferred") == "1") if "preferred" in rows.columns else rows
    year = pl.col(schema.period).cast(pl.String)
    used = used.filter(pl.col(value).is_not_null() & year.str.contains(r"^\d{4}$"))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*_IAMC, "source", "edition"])
    for row in used.iter_rows(named=True):
        parts = [_VARIABLES[table], *_words(row)]
        region = "World" if row.get("country", "WLD") == "WLD" else row["country"]
        unit = row.get("unit") or _UNITS.get(table, "USD/t")
        writer.writerow(
            [
                f"orepact {dataset}",
                vintage,
                region,
                "|".join(parts),
                unit,
                row[schema.period],
                row[value],
                row.get("source", ""),
                row.get("edition", ""),
            ]
        )
    return Sheet(stream.getvalue(), used.height, rows.height - used.height)


def _words(row: Mapping[str, object]) -> Iterator[str]:
    """Yield the parts of an IAMC variable, each a word that the bar can not break."""
    for name in ("mineral", "stage", "product", "basis", "code"):
        text = str(row.get(name) or "")
        if text:
            yield text.replace("|", "/").replace("_", " ").title()


def _exported(table: str) -> tuple[Schema, str]:
    schema = schema_of(table)
    if table not in VALUES:
        raise InputError([_unknown("no observed value to export", "TABLE", table, [*VALUES])])
    return schema, VALUES[table]


def _name(column: str, schema: Schema) -> str:
    """Return the name of a column in SDMX; the importer is the area only where no country is."""
    if column == "importer" and "country" in schema.names:
        return "IMPORTER"
    return _NAMES.get(column, column.upper())


def _status(row: Mapping[str, object], value: str) -> dict[str, str]:
    flags = str(row.get("flag") or "").split("|")
    missing = row[value] is None
    return {
        "OBS_STATUS": "M" if missing else "E" if "e" in flags else "A",
        "CONF_STATUS": "C" if missing and "W" in flags else "F",
    }


def _time(period: str) -> str:
    """Return a period as SDMX writes it: a span of years is a start and a length."""
    span = _SPAN.fullmatch(period)
    if not span:
        return period
    first, last = int(span[1]), int(span[2])
    return f"{first}-01-01/P{last - first + 1}Y"


def _unknown(message: str, field: str, found: str, known: Sequence[str]) -> Problem:
    return Problem(
        message,
        field=field,
        found=repr(found),
        expected="one of " + ", ".join(known),
        nearest=nearest(found, known),
    )
