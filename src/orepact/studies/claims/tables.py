"""Figures that are read off a table of the dataset, or counted in one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from orepact.indicators.rounding import half_unit
from orepact.studies.claims.figure import SUBSTANCE, Figure, Gap, Material, quality_of
from orepact.studies.claims.file import UNITS, Definition

__all__ = ["count", "figure"]

EXACT = {"count", "time"}
"""What is counted or dated in a table carries no rounding."""


def figure(material: Material, asked: Definition) -> Figure | Gap:
    """Return a column's value in the rows that a definition selects, in units of the inside."""
    rows = _rows(material, asked)
    if isinstance(rows, Gap):
        return rows
    rows = rows.filter(pl.col(asked.column).is_not_null())
    if rows.is_empty():
        sought = asked.name or _words(asked.where)
        return Gap(f"no row of {asked.table} has {asked.column} for {sought}")
    if asked.rows is not None and rows.height != asked.rows:
        return Gap(f"{rows.height} of {asked.rows} rows of {asked.table} are there")
    values = [float(value) for value in rows[asked.column].unique().sort()]
    if asked.reduce == "only" and len(values) > 1:
        return Gap(f"{rows.height} rows of {asked.table} fit {_words(asked.where)}")
    value = _REDUCE[asked.reduce](
        values if asked.reduce in {"min", "max"} else [float(v) for v in rows[asked.column]]
    )
    row = rows.row(0, named=True)
    unit = asked.unit or str(row.get(asked.unit_column or "unit", ""))
    if unit not in UNITS:
        return Gap(f"the unit {unit!r} of {asked.table}.{asked.column} is not known; state unit")
    return _with_bounds(_measured(value, unit, rows), row)


def _measured(value: float, unit: str, rows: pl.DataFrame) -> Figure:
    dimension, factor = UNITS[unit]
    half = factor * _rounding(value, unit)
    # The product of a factor and a printed number must not show digits that were not printed.
    scaled = float(f"{factor * value:.12g}")
    row = rows.row(0, named=True)
    return Figure(
        value=scaled,
        low=scaled - half,
        high=scaled + half,
        least=scaled - half,
        most=scaled + half,
        dimension=dimension,
        unit=unit,
        numerator=value,
        sources=_sources(rows),
        period=str(row.get("year") or row.get("period") or row.get("date") or ""),
        edition=str(row.get("edition", "")),
        quality=quality_of(row),
    )


def _rounding(value: float, unit: str) -> float:
    """Return half a unit of the last printed digit; fractions are printed in per cent."""
    dimension, _ = UNITS[unit]
    if dimension in EXACT:
        return 0.0
    if dimension == "fraction" and unit == "1":
        return half_unit(round(100 * value, 6), whole=True) / 100
    return half_unit(value, whole=dimension not in SUBSTANCE)


def _with_bounds(found: Figure, row: Mapping[str, Any]) -> Figure:
    """Return a figure that a table prints as a bound (> 50) with the range that it leaves."""
    flags = str(row.get("flag", ""))
    top = 1.0 if found.dimension == "fraction" else float("inf")
    if "lower_bound" in flags:
        return replace(found, most=max(top, found.high))
    if "upper_bound" in flags:
        return replace(found, least=0.0)
    return found


def count(material: Material, asked: Definition) -> Figure | Gap:
    """Return how many rows, or distinct values of a column, a definition selects."""
    rows = _rows(material, asked)
    if isinstance(rows, Gap):
        return rows
    if asked.among:
        listed = material.bundle.table("minerals").filter(pl.col(asked.among) == "yes")["mineral"]
        rows = rows.filter(pl.col("mineral").is_in(listed.to_list()))
    number = float(rows[asked.column].n_unique() if asked.column else rows.height)
    return Figure(
        value=number,
        low=number,
        high=number,
        least=number,
        most=number,
        dimension="count",
        numerator=number,
        unit="count",
        sources=_sources(rows),
    )


def _rows(material: Material, asked: Definition) -> pl.DataFrame | Gap:
    """Return the rows of a table that a definition's `where` lets through."""
    if asked.table not in material.bundle.names:
        return Gap(f"the dataset has no table {asked.table}")
    rows = material.bundle.table(asked.table)
    if rows.is_empty():
        return Gap(f"the table {asked.table} is empty in this vintage")
    unknown = [
        name
        for name in (*asked.where, *([asked.column] * bool(asked.column)))
        if name not in rows.columns
    ]
    if unknown:
        return Gap(f"the table {asked.table} has no column {', '.join(unknown)}")
    for name, wanted in asked.where.items():
        text = str(wanted).strip()
        bounds = text.split(" and ") if text.startswith(tuple(_COMPARE)) else [text]
        rows = rows.filter([_condition(rows, name, bound.strip()) for bound in bounds])
    return rows


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def _condition(rows: pl.DataFrame, name: str, text: str) -> pl.Expr:
    """Return the condition that a text states: a value, a bound, or ``~`` and a part of a text."""
    column = pl.col(name)
    if text.startswith("~"):
        return column.str.contains(text[1:].strip(), literal=True)
    for sign, compare in _COMPARE.items():
        if text.startswith(sign):
            bound = text.removeprefix(sign).strip()
            return compare(column, bound if rows.schema[name] == pl.String else float(bound))
    return column == (text if rows.schema[name] == pl.String else float(text))


_REDUCE: dict[str, Callable[[list[float]], float]] = {
    "only": lambda values: values[0],
    "sum": lambda values: sum(sorted(values)),
    "mean": lambda values: sum(sorted(values)) / len(values),
    "min": min,
    "max": max,
}


def _sources(rows: pl.DataFrame) -> tuple[str, ...]:
    if "source" not in rows.columns:
        return ()
    return tuple(sorted({name for cell in rows["source"] for name in str(cell).split("|") if name}))


def _words(where: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in where.items()) or "all rows"
