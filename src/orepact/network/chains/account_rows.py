"""What the rows of a chain's ``accounts.csv`` must hold: names by kind, tonnes, errors, months."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orepact.data.table import Table
from orepact.errors import Problem

__all__ = ["account_problems"]

_NEEDED = {"production": "process", "trade": "partner", "use": "use"}
"""The column that names what an account row is about, by kind of row."""

_MONTH = r"[0-9]{4}-(?:0[1-9]|1[0-2])"
_PERIOD = re.compile(rf"|[0-9]{{4}}|({_MONTH})/({_MONTH})")
"""A period: nothing, a year, or first and last month."""


def account_problems(accounts: Table) -> Iterator[Problem]:
    """Yield what is wrong with the rows of an account, each with its line and column."""
    frame = accounts.frame
    told = {(problem.line, problem.field) for problem in accounts.problems}
    if not (frame["tonnes_per_year"].fill_null(1.0) > 0.0).any() and not accounts.problems:
        yield accounts.problem(
            1,
            "tonnes_per_year",
            "no rows above zero" if frame.height else "no rows",
            expected="production, trade and use of the chain in its window",
        )
    yield from accounts.unknown("kind", list(_NEEDED))
    columns = ("line", "kind", "tonnes_per_year", "sigma", "region", "period", *_NEEDED.values())
    for row in frame.select(columns).iter_rows(named=True):
        yield from _names(accounts, row)
        if row["tonnes_per_year"] is None and (row["line"], "tonnes_per_year") not in told:
            yield accounts.problem(
                row["line"],
                "tonnes_per_year",
                "value is missing: an empty cell is not zero",
                expected="tonnes; what is not published is a card with a range, zero is 0",
            )
        if row["tonnes_per_year"] and row["sigma"] is None and (row["line"], "sigma") not in told:
            yield accounts.problem(
                row["line"], "sigma", "value is missing", expected="the relative error"
            )
        yield from _periods(accounts, row["line"], row["period"])


def _names(accounts: Table, row: dict[str, object]) -> Iterator[Problem]:
    """Yield a problem for a row without the name its kind needs, and for trade with itself."""
    line = int(str(row["line"]))
    needed = _NEEDED.get(str(row["kind"]))
    if needed and not row[needed]:
        yield accounts.problem(line, needed, f"a row of {row['kind']} needs it", expected="a name")
    if row["kind"] == "trade" and row["partner"] == row["region"]:
        yield accounts.problem(
            line,
            "partner",
            "trade of a region with itself",
            found=row["partner"],
            expected="another region",
        )


def _periods(accounts: Table, line: int, period: str) -> Iterator[Problem]:
    """Yield a problem for a period that is no year and no span of months of the calendar."""
    match = _PERIOD.fullmatch(period)
    if match is None:
        yield accounts.problem(
            line,
            "period",
            "not a period of the calendar",
            found=period,
            expected="a year, or first and last month: YYYY-MM/YYYY-MM",
        )
    elif match[1] and match[1] > match[2]:
        yield accounts.problem(
            line,
            "period",
            "the last month lies before the first",
            found=period,
            expected="first and last month: YYYY-MM/YYYY-MM",
        )
