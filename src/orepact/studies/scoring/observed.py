"""What was observed: figures and branches with source and the day on which they were known.

A CSV file, one row for each figure of a place and a span of months, or for a branch that happened.
`value` over `base` is what is compared (`base` empty: `value` itself), `before` over `base` what a
forecast of no change would have said.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orepact.data.table import Kind, Table, scan_table
from orepact.errors import InputError, Problem
from orepact.studies.predicted import OTHER

__all__ = ["FIGURES", "OTHER", "Happened", "Observation", "Observed", "month_number",
           "read_observed"]

FIGURES: Mapping[str, str] = {
    "price_marginal_vs_base": "multiple of base",
    "price_marginal_vs_status_quo": "multiple of status quo",
    "price_transaction_vs_base": "multiple of base",
    "price_transaction_vs_status_quo": "multiple of status quo",
    "unmet_share": "fraction of use",
    "cover_days_worst": "days",
    "export_volume_relative": "multiple of base",
}
"""Figures that a prediction may have, with their units."""

_COLUMNS: dict[str, Kind] = {
    "chain": "text",
    "region": "text",
    "material": "text",
    "figure": "text",
    "from": "month",
    "to": "month",
    "value": "non-negative",
    "unit": "text",
    "source": "text",
    "known_on": "text",
}
_OPTIONAL: dict[str, Kind] = {
    "branch": "text",
    "base": "non-negative",
    "before": "non-negative",
    "note": "text",
}
_POSITIVE = ("price_",)


@dataclass(frozen=True, slots=True)
class Observation:
    """A figure of a place over months, both ends included (numbers of months since year 0).

    `value` and `before` are in the unit of the figure; `before` is None where it is not given.
    """

    line: int
    chain: str
    region: str
    material: str
    figure: str
    first: int
    last: int
    value: float
    before: float | None
    source: str
    known_on: datetime.date

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Return chain, region, material and figure."""
        return self.chain, self.region, self.material, self.figure


@dataclass(frozen=True, slots=True)
class Happened:
    """A branch that came true for a chain, or for every chain if it names none."""

    line: int
    chain: str
    branch: str
    source: str
    known_on: datetime.date


@dataclass(frozen=True, slots=True)
class Observed:
    """A file of observations; `later` counts the rows that were not known on the day."""

    figures: tuple[Observation, ...] = ()
    branches: tuple[Happened, ...] = ()
    later: int = 0


def read_observed(
    path: Path, known: Mapping[str, Sequence[str]], on: datetime.date
) -> Observed:
    """Return the observations of a file that were known on a day.

    `known` has the names that the predictions use: chain, region, material, branch. Raises
    `InputError` with every problem of every row: unknown names, missing values, source or day, a
    unit that is not the figure's, months that overlap, a figure known before its months began.
    """
    table = scan_table(path, _COLUMNS, optional=_OPTIONAL)
    problems = list(table.problems)
    figures: list[Observation] = []
    branches: list[Happened] = []
    later = 0
    for row in table.frame.iter_rows(named=True):
        found = list(_row_problems(table, row, known))
        problems += found
        if found:
            continue
        day = datetime.date.fromisoformat(row["known_on"])
        later += day > on
        if day > on:
            continue
        if row["branch"]:
            branches.append(Happened(row["line"], row["chain"], row["branch"], row["source"], day))
        elif row["value"] is not None:
            figures.append(_observation(row, day))
    problems += [*_overlaps(table, figures), *_double(table, branches)]
    if problems:
        raise InputError(sorted(problems, key=lambda one: one.line or 0))
    return Observed(tuple(figures), tuple(branches), later)


def month_number(text: str) -> int:
    """Return the number of a month written YYYY-MM."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def _observation(row: Mapping[str, Any], day: datetime.date) -> Observation:
    base = 1.0 if row["base"] is None else row["base"]
    return Observation(
        row["line"], row["chain"], row["region"], row["material"], row["figure"],
        month_number(row["from"]), month_number(row["to"]), row["value"] / base,
        None if row["before"] is None else row["before"] / base, row["source"], day,
    )


def _row_problems(
    table: Table, row: Mapping[str, Any], known: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    line = row["line"]
    for column in ("source", "known_on"):
        if not row[column]:
            yield table.problem(line, column, "value is missing", expected="a value")
    if row["known_on"] and _day(row["known_on"]) is None:
        yield table.problem(line, "known_on", "not a date of the calendar",
                            found=row["known_on"], expected="YYYY-MM-DD")
    if row["branch"]:
        yield from _names(table, row, {"branch": [*known["branch"], OTHER]})
        if row["chain"]:
            yield from _names(table, row, {"chain": known["chain"]})
        given = [name for name in ("region", "material", "figure") if row[name]]
        if given or row["value"] is not None:
            yield table.problem(line, "branch", "a row says a branch or a figure, not both",
                                found=row["branch"], expected="the other cells empty")
        return
    names = {name: known[name] for name in ("chain", "region", "material")}
    yield from _names(table, row, {**names, "figure": list(FIGURES)})
    yield from _value_problems(table, row)
    yield from _month_problems(table, row)


def _names(
    table: Table, row: Mapping[str, Any], known: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    for column, names in known.items():
        if row[column] not in names:
            yield table.problem(row["line"], column, "unknown name", found=row[column],
                                known=list(names))


def _value_problems(table: Table, row: Mapping[str, Any]) -> Iterator[Problem]:
    line, figure = row["line"], row["figure"]
    if row["value"] is None and not any(
        (one.line, one.field) == (line, "value") for one in table.problems
    ):
        yield table.problem(line, "value", "value is missing", expected="a number")
    if row["base"] == 0.0:
        yield table.problem(line, "base", "division by zero", found="0", expected="above 0")
    for column in ("value", "before"):
        if figure.startswith(_POSITIVE) and row[column] == 0.0:
            yield table.problem(line, column, "price of nothing", found="0", expected="above 0")
        if figure == "unmet_share" and (row[column] or 0.0) > (row["base"] or 1.0):
            yield table.problem(line, column, "more than all of use", found=row[column],
                                expected="a fraction from 0 to 1")
    unit = FIGURES.get(figure, "")
    if row["base"] is None and unit and row["unit"] != unit:
        yield table.problem(line, "unit", "not the unit of the figure", found=row["unit"],
                            expected=f"{unit}; or any unit, with the base in the same")
    if row["base"] is not None and not row["unit"]:
        yield table.problem(line, "unit", "value is missing", expected="the unit of value and base")


def _month_problems(table: Table, row: Mapping[str, Any]) -> Iterator[Problem]:
    line = row["line"]
    told = {(one.line, one.field) for one in table.problems}
    for column in ("from", "to"):
        if not row[column]:
            yield table.problem(line, column, "value is missing", expected="a month, YYYY-MM")
        elif (line, column) in told:
            return
    if not (row["from"] and row["to"]):
        return
    if row["from"] > row["to"]:
        yield table.problem(line, "to", "ends before it begins", found=row["to"],
                            expected=f"{row['from']} or later")
    day = _day(row["known_on"])
    if day is not None and day.isoformat()[:7] < row["to"]:
        yield table.problem(line, "known_on", "known before the last of its months began",
                            found=row["known_on"], expected=f"{row['to']} or later")


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if len(text) == len("2026-11-22") else None
    except ValueError:
        return None


def _overlaps(table: Table, figures: Sequence[Observation]) -> Iterator[Problem]:
    """Yield a problem for each figure whose months an earlier row of the place has too."""
    seen: dict[tuple[str, str, str, str], list[Observation]] = {}
    for one in figures:
        others = seen.setdefault(one.place, [])
        for other in others:
            if one.first <= other.last and other.first <= one.last:
                yield table.problem(one.line, "from", "months that another row has too",
                                    found=", ".join(one.place),
                                    expected=f"other months than those of line {other.line}")
        others.append(one)


def _double(table: Table, branches: Sequence[Happened]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for one in branches:
        if one.chain in seen:
            yield table.problem(one.line, "branch", "a second branch for the same chain",
                                found=one.branch,
                                expected=f"one (the first is on line {seen[one.chain]})")
        _ = seen.setdefault(one.chain, one.line)
