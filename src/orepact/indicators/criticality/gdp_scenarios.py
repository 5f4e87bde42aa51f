"""Scenarios of disruptions from a file of your own: probability and loss by mineral and country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from orepact.data.bundle import Bundle
from orepact.data.table import Kind, read_table
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.criticality.gdp_at_risk import (
    SCENARIO_COLUMNS,
    gdp_at_risk,
    scenarios_of_cards,
)
from orepact.network.chains.cards import read_cards

__all__ = ["read_scenarios"]

_NEEDED: Mapping[str, Kind] = {
    "mineral": "text",
    "country": "text",
    "probability": "number",
    "loss_musd": "number",
}
_TEXTS = ("mineral", "country", "source")
_CARDS = (".yaml", ".yml")


def read_scenarios(path: Path, bundle: Bundle) -> pl.DataFrame:
    """Return scenarios from a table (CSV) or from assumption cards (YAML).

    Columns: `orepact.indicators.criticality.gdp_at_risk.SCENARIO_COLUMNS`; a table needs mineral,
    country, probability (0 to 1, of one year) and loss_musd (million USD, negative for a gain), and
    may have their ranges and a source. Raises `InputError` with every problem: file, line, column,
    an unknown mineral or country with the nearest name.
    """
    rows = _of_cards(path) if path.suffix.lower() in _CARDS else _of_table(path)
    problems = [
        problem
        for column, table, name in (
            ("mineral", "minerals", "mineral"),
            ("country", "countries", "iso3"),
        )
        for problem in _unknown(path, rows, column, bundle.table(table)[name].to_list())
    ]
    try:
        _ = gdp_at_risk(rows.select(SCENARIO_COLUMNS))
    except InputError as error:
        problems += [_located(problem, path, rows) for problem in error.problems]
    if not problems and rows.is_empty():
        problems = [Problem("no scenario", file=str(path), expected="at least one row")]
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    return rows.select(SCENARIO_COLUMNS)


def _of_table(path: Path) -> pl.DataFrame:
    optional: dict[str, Kind] = {
        name: "text" if name in _TEXTS else "number"
        for name in SCENARIO_COLUMNS
        if name not in _NEEDED
    }
    frame = read_table(path, _NEEDED, optional=optional).frame
    named = pl.lit(str(path.name)).alias("source")
    if "source" not in frame.columns:
        return _complete(frame.with_columns(named))
    given = pl.when(pl.col("source") == "").then(named).otherwise("source")
    return _complete(frame.with_columns(given.alias("source")))


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.lit(None, pl.Float64).alias(name)
        for name in SCENARIO_COLUMNS
        if name not in frame.columns
    )


def _of_cards(path: Path) -> pl.DataFrame:
    cards = scenarios_of_cards(read_cards(path, path.parent))
    return cards.with_columns(pl.lit(None, pl.Int64).alias("line"))


def _unknown(path: Path, rows: pl.DataFrame, column: str, known: list[str]) -> list[Problem]:
    return [
        Problem(
            f"unknown {column}",
            file=str(path),
            line=line,
            field=column,
            found=repr(name),
            expected=f"one of {len(known)}, as {', '.join(known[:3])}",
            nearest=nearest(name, known),
        )
        for name, line in rows.select(column, "line").iter_rows()
        if name not in known
    ]


def _located(problem: Problem, path: Path, rows: pl.DataFrame) -> Problem:
    """Return a problem of a row with the file and the line that the row stands in."""
    line = rows["line"][problem.line - 1] if problem.line else None
    return replace(problem, file=str(path), line=line)
