"""Stock reports as a flat table: one row per stock and year, for a spreadsheet."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orepact.data.bundle import Bundle
from orepact.data.table import Kind, Table, scan_table
from orepact.errors import InputError, Problem, attempt
from orepact.indicators.union.stock_report import (
    FIELDS,
    REASONS,
    Access,
    Level,
    Place,
    Purity,
    Report,
    Stock,
    StockReport,
    Withheld,
    read_stock_yaml,
    report_problems,
)

__all__ = ["COLUMNS", "read_stocks"]

COLUMNS: Mapping[str, Kind] = {
    "region": "text",
    "as_of": "text",
    "stock": "text",
    "mineral": "text",
    "owner": "text",
    "chemical_form": "text",
    "purity_share": "non-negative",
    "purity_of": "text",
    "content": "non-negative",
    "location": "text",
    "access_days": "non-negative",
    "cross_border": "text",
    "release_rules": "text",
    "year": "non-negative",
    "tonnes": "non-negative",
    "withheld": "text",
    "why": "text",
}
"""Columns of the flat table. `withheld` lists ``field:reason``, parted by ``|``; in a row of an
earlier year it is the reason alone."""

OPTIONAL: Mapping[str, Kind] = {"form": "text", "holder": "text", "waiver": "text"}
"""Columns that may be left out: the material of a chain, who holds it, a waiver (yes or no)."""

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
"""Endings of files of spreadsheet programs, which are asked to save a table as text."""

_OWNERS = ("public_authority", "public_undertaking", "mandated_operator", "private")
_BORDERS = ("yes", "no", "not_decided")
_ANSWERS = ("yes", "no")


def read_stocks(path: Path, bundle: Bundle) -> StockReport:
    """Read a report in YAML or CSV by its ending; raises `InputError` with every problem."""
    if path.suffix.lower() == ".csv":
        return _read_csv(path, bundle)
    if path.is_file() and path.suffix.lower() in WORKBOOKS:
        problem = Problem(
            "not a kind of file that can be read",
            file=str(path),
            found=path.suffix,
            expected="the table saved as .csv, or a report in YAML",
        )
        raise InputError([problem])
    return read_stock_yaml(path, bundle)


def _read_csv(path: Path, bundle: Bundle) -> StockReport:
    table = scan_table(path, COLUMNS, optional=OPTIONAL)
    problems = list(table.problems)
    rows = table.frame.to_dicts()
    if not rows:
        raise InputError([Problem("no stock is reported", file=str(path), expected="rows")])
    day = attempt(problems, _day, table, rows)
    problems += _differing(table, rows)
    names = list(dict.fromkeys(row["stock"] for row in rows))
    lines = {name: next(r["line"] for r in rows if r["stock"] == name) for name in names}
    stocks = [
        stock
        for name in names
        if day is not None
        and (stock := _stock(table, [r for r in rows if r["stock"] == name], day.year, problems))
    ]
    if day is not None:
        report = StockReport(region=rows[0]["region"], as_of=day, stocks=tuple(stocks))
        problems += report_problems(report, bundle, _reporter(table, stocks, lines))
    if problems or day is None:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    return StockReport(region=rows[0]["region"], as_of=day, stocks=tuple(stocks))


def _day(table: Table, rows: Sequence[Mapping[str, Any]]) -> datetime.date:
    text = str(rows[0]["as_of"])
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        line = rows[0]["line"]
        raise InputError(
            [table.problem(line, "as_of", "not a day", found=text, expected="a day as 2026-06-30")]
        ) from error


def _differing(table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Return a problem for each row of another region or day than the first."""
    return [
        table.problem(
            row["line"],
            name,
            "differs from the first row",
            found=str(row[name]),
            expected=str(rows[0][name]),
        )
        for row in rows[1:]
        for name in ("region", "as_of")
        if row[name] != rows[0][name]
    ]


def _stock(
    table: Table, rows: Sequence[Mapping[str, Any]], year: int, problems: list[Problem]
) -> Stock | None:
    """Return one stock from its rows: the one of the report's year and those of its history."""
    current = [row for row in rows if row["year"] == year]
    if len(current) != 1:
        problems.append(
            table.problem(
                rows[0]["line"],
                "year",
                "a stock has one row of the report's year",
                found=f"{len(current)} of {rows[0]['stock']}",
                expected=f"one row with year {year}",
            )
        )
        return None
    row = current[0]
    before = len(problems)
    problems += _words(table, row)
    withheld = _withheld(table, row, problems)
    history = tuple(_level(table, one, problems) for one in rows if one is not row)
    if len(problems) > before:
        return None
    return Stock(
        stock=row["stock"],
        mineral=row["mineral"],
        owner=row["owner"],
        tonnes=row["tonnes"],
        chemical_form=row["chemical_form"],
        purity=Purity(share=row["purity_share"], of=row["purity_of"])
        if row["purity_share"] is not None
        else None,
        content=row["content"],
        location=row["location"],
        access=Access(days=row["access_days"], cross_border=row["cross_border"])
        if row["access_days"] is not None
        else None,
        release_rules=row["release_rules"],
        history=history,
        withheld=tuple(withheld),
        form=row.get("form") or "",
        holder=row.get("holder") or "",
        waiver=row.get("waiver") == "yes",
    )


def _words(table: Table, row: Mapping[str, Any]) -> list[Problem]:
    """Return a problem for each cell that is not a word or fraction of its column."""
    line, problems = row["line"], list[Problem]()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", row["stock"]):
        problems.append(
            table.problem(
                line,
                "stock",
                "not a name",
                found=row["stock"],
                expected="small letters, digits and hyphens",
            )
        )
    if (row.get("waiver") or "no") not in _ANSWERS:
        problems.append(
            table.problem(line, "waiver", "unknown word", found=row["waiver"], known=_ANSWERS)
        )
    if row["owner"] not in _OWNERS:
        problems.append(
            table.problem(line, "owner", "unknown owner", found=row["owner"], known=_OWNERS)
        )
    if row["access_days"] is not None and row["cross_border"] not in _BORDERS:
        problems.append(
            table.problem(
                line, "cross_border", "unknown word", found=row["cross_border"], known=_BORDERS
            )
        )
    if row["purity_share"] is not None and not row["purity_of"]:
        problems.append(
            table.problem(line, "purity_of", "value is missing", expected="what purity counts")
        )
    problems += [
        table.problem(
            line, name, "not a fraction", found=f"{row[name]:g}", expected="above 0, at most 1"
        )
        for name in ("purity_share", "content")
        if row[name] is not None and not 0.0 < row[name] <= 1.0
    ]
    return problems


def _withheld(table: Table, row: Mapping[str, Any], problems: list[Problem]) -> list[Withheld]:
    found: list[Withheld] = []
    for part in filter(None, str(row["withheld"]).split("|")):
        name, _, reason = (word.strip() for word in part.partition(":"))
        known = {"field": (name, FIELDS), "reason": (reason, tuple(REASONS))}
        wrong = [
            table.problem(row["line"], "withheld", f"unknown {what}", found=repr(word), known=words)
            for what, (word, words) in known.items()
            if word not in words
        ]
        if not row["why"]:
            wrong.append(
                table.problem(row["line"], "why", "value is missing", expected="why it is withheld")
            )
        problems += wrong
        if not wrong:
            found.append(Withheld(field=name, reason=reason, why=row["why"]))  # pyright: ignore[reportArgumentType]
    return found


def _level(table: Table, row: Mapping[str, Any], problems: list[Problem]) -> Level:
    reason = str(row["withheld"]) or None
    if reason is not None and reason not in REASONS:
        problems.append(
            table.problem(
                row["line"],
                "withheld",
                "unknown reason",
                found=repr(reason),
                expected="a reason alone in a row of an earlier year",
            )
        )
        reason = None
    year = row["year"]
    if year is None or year != int(year):
        problems.append(table.problem(row["line"], "year", "not a year", expected="a whole number"))
        year = 0
    return Level(year=int(year), tonnes=row["tonnes"], withheld=reason)  # pyright: ignore[reportArgumentType]


def _reporter(table: Table, stocks: Sequence[Stock], lines: Mapping[str, int]) -> Report:
    """Return how a problem of a report's content is placed: on the first row of its stock."""

    def at(place: Place, message: str, found: str, expected: str, near: str) -> Problem:
        number = place[1] if len(place) > 1 and isinstance(place[1], int) else None
        first = min(lines.values(), default=1)
        line = first if number is None else lines[stocks[number].stock]
        field = str(next(iter(place[2:] or place)))
        return Problem(
            message,
            file=str(table.path),
            line=line,
            field=field,
            found=found,
            expected=expected,
            nearest=near,
        )

    return at
