"""An episode: a past export control with dates, base, what was shipped and what was paid.

A folder of two files: ``episode.yaml`` and ``observed.csv``. Every number has a source or a note.
"""

from __future__ import annotations

import calendar as calendars
import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import polars as pl
from pydantic import Field

from orepact.data.bundle import WORLD_FOLDER
from orepact.data.table import Kind, Table, scan_table
from orepact.data.text import Document, examine, scan_yaml
from orepact.errors import InputError, Problem, attempt, nearest

__all__ = [
    "PRICES",
    "SHIPMENTS",
    "Episode",
    "EpisodeText",
    "Measure",
    "Window",
    "episode_names",
    "find_episodes",
    "month_number",
    "read_episode",
    "read_episodes",
]

FOLDER = WORLD_FOLDER / "episodes"
SHIPMENTS = "exporter_shipments"
PRICES = ("price_outside", "customs_unit_value_outside")
"""Series of prices that predictions are compared with, the better one first."""

SERIES = (SHIPMENTS, *PRICES, "price_at_exporter")
KINDS = ("reported", "assumed", "quote", "ask", "transaction")

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Positive = Annotated[float, Field(gt=0.0)]

_COLUMNS: dict[str, Kind] = {
    "month": "month",
    "series": "text",
    "relative_to_base": "non-negative",
    "kind": "text",
    "source": "text",
    "note": "text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A base quantity (t/month) with its source or the reason for it."""

    value: Positive
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A base window: the exporter's shipments (t/month) before the control."""

    window: str
    exports: Positive
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """Idle capacity outside (t/month) that comes back some months after the announcement."""

    tonnes: Positive
    notice: Annotated[int, Field(ge=0)]
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What was announced: a licence from a month on, a ban, or a quota (t) for some months.

    `announced` is a day, or a month where the day was not read; `first` the first month in which
    shipments were bound.
    """

    kind: Literal["licence", "ban", "quota"]
    announced: datetime.date | Month
    first: Month
    last: Month | None = None
    tonnes: Positive | None = None
    act: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeText:
    """The content of ``episode.yaml`` (format ``orepact/episode/1``).

    `family` names the cause and act that episodes share; `fitted` is false where neither shipments
    nor prices were measured, so that parameters cannot be learnt from it.
    """

    episode: str
    title: str
    mineral: str
    family: str
    exporter: str
    first_month: Month
    months: Annotated[int, Field(ge=2, le=120)]
    unit: str = "t"
    acts: tuple[str, ...] = ()
    calendar: Annotated[tuple[Measure, ...], Field(min_length=1)]
    base_windows: Annotated[tuple[Window, ...], Field(min_length=1)]
    exporter_output: Stated
    outside_output: Stated
    restarts: tuple[Restart, ...] = ()
    fitted: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode read and checked: its text and what was observed, relative to the first window.

    `observed` has the columns month, number (0 is the first month), series, relative_to_base, kind,
    source, note.
    """

    text: EpisodeText
    observed: pl.DataFrame = field(repr=False)

    @property
    def name(self) -> str:
        """Return its id."""
        return self.text.episode

    def number(self, month: str) -> int:
        """Return the number of a month; the first one is 0."""
        return month_number(month) - month_number(self.text.first_month)

    @property
    def announced(self) -> int:
        """Return the number of the month in which the first measure was announced."""
        return self.number(month_of(self.text.calendar[0].announced))

    @property
    def effective(self) -> int:
        """Return the number of the first month in which shipments were bound."""
        return self.number(self.text.calendar[0].first)

    @property
    def first_alarm(self) -> float:
        """Return the share of the month of the announcement that was left on the day."""
        day = self.text.calendar[0].announced
        if isinstance(day, str):
            return 1.0
        length = calendars.monthrange(day.year, day.month)[1]
        return (length - day.day + 1) / length

    @property
    def prices(self) -> pl.DataFrame:
        """Return the observed prices outside: quotes and asks, else customs unit values."""
        for series in PRICES:
            found = self.observed.filter(pl.col("series") == series).sort("number")
            if len(found):
                return found
        return self.observed.clear()

    @property
    def last(self) -> int:
        """Return the number of the last month with an observed price."""
        return int(self.prices["number"].to_numpy().max())

    def shipments(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return shipments relative to the first window, straight lines between reports."""
        found = self.observed.filter(pl.col("series") == SHIPMENTS).sort("number")
        return np.interp(
            np.arange(self.text.months),
            found["number"].to_numpy(),
            found["relative_to_base"].to_numpy(),
        )


def month_number(month: str) -> int:
    """Return a month as months counted from year 0."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_of(day: datetime.date | str) -> str:
    """Return the month ``YYYY-MM`` that holds a day, or the month itself."""
    return day if isinstance(day, str) else f"{day.year:04}-{day.month:02}"


def episode_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of the episodes of a folder, by default of those that ship."""
    return tuple(sorted(path.parent.name for path in (folder or FOLDER).glob("*/episode.yaml")))


def read_episodes(folder: Path | None = None) -> tuple[Episode, ...]:
    """Read every episode of a folder, by default those that ship, with all problems at once."""
    home = folder or FOLDER
    names = episode_names(home)
    if not names:
        expected = "folders that hold episode.yaml and observed.csv"
        raise InputError([Problem("no episode here", file=str(home), expected=expected)])
    problems: list[Problem] = []
    found = [attempt(problems, read_episode, home / name) for name in names]
    if problems:
        raise InputError(problems)
    return tuple(each for each in found if each is not None)


def find_episodes(episodes: tuple[Episode, ...], names: tuple[str, ...]) -> tuple[Episode, ...]:
    """Return the named episodes, all if none is named; raises `InputError` with nearest names."""
    by_name = {each.name: each for each in episodes}
    problems = [
        Problem(
            "unknown episode",
            found=name,
            expected="one of " + ", ".join(by_name),
            nearest=nearest(name, list(by_name)),
        )
        for name in names
        if name not in by_name
    ]
    if problems:
        raise InputError(problems)
    return tuple(by_name[name] for name in names) if names else episodes


def read_episode(folder: Path) -> Episode:
    """Read one folder; raises `InputError` with everything that is wrong in both files."""
    problems: list[Problem] = []
    document = attempt(problems, lambda: scan_yaml(folder / "episode.yaml", kind="episode"))
    table = attempt(problems, lambda: scan_table(folder / "observed.csv", _COLUMNS))
    text: EpisodeText | None = None
    if document is not None:
        text, found = examine(EpisodeText, document)
        problems += found
        if text is not None:
            problems += _text_problems(text, document, folder.name)
    if table is not None:
        problems += _table_problems(table, text)
    if problems or text is None or table is None:
        raise InputError(problems)
    numbers = [month_number(m) - month_number(text.first_month) for m in table.frame["month"]]
    return Episode(text, table.frame.with_columns(pl.Series("number", numbers)).drop("line"))


def _text_problems(text: EpisodeText, document: Document, name: str) -> list[Problem]:
    problems: list[Problem] = []
    if text.episode != name:
        problems.append(
            document.problem(
                ("episode",), "differs from its folder", found=text.episode, expected=name
            )
        )
    for number, measure in enumerate(text.calendar):
        problems += _measure_problems(text, document, number, measure)
    names = [window.window for window in text.base_windows]
    problems += [
        document.problem(("base_windows", n, "window"), "name is used twice", found=name)
        for n, name in enumerate(names)
        if name in names[:n]
    ]
    parts = [
        *((("base_windows", n), each) for n, each in enumerate(text.base_windows)),
        *((("restarts", n), each) for n, each in enumerate(text.restarts)),
        (("exporter_output",), text.exporter_output),
        (("outside_output",), text.outside_output),
    ]
    problems += [
        document.problem(where, "number without a source", expected="a source or a note")
        for where, each in parts
        if not each.source and not each.note
    ]
    largest = max(window.exports for window in text.base_windows)
    if text.exporter_output.value < largest:
        problems.append(
            document.problem(
                ("exporter_output", "value"),
                "less than the base shipments",
                found=text.exporter_output.value,
                expected=f"at least {largest:g}",
            )
        )
    return problems


def _measure_problems(
    text: EpisodeText, document: Document, number: int, measure: Measure
) -> list[Problem]:
    at = ("calendar", number)
    first, announced = month_number(measure.first), month_number(month_of(measure.announced))
    start = month_number(text.first_month)
    problems: list[Problem] = []
    if announced > first:
        problems.append(
            document.problem(
                (*at, "announced"),
                "later than the first bound month",
                found=measure.announced,
                expected=f"{measure.first} or earlier",
            )
        )
    if not start < first < start + text.months:
        problems.append(
            document.problem(
                (*at, "first"),
                "outside the episode, or in its first month",
                found=measure.first,
                expected=f"after {text.first_month}, within {text.months} months",
            )
        )
    if announced < start:
        problems.append(
            document.problem((*at, "announced"), "before the episode", found=measure.announced)
        )
    if (measure.kind == "quota") != (measure.tonnes is not None and measure.last is not None):
        problems.append(
            document.problem(
                at, "tonnes and last belong to a quota, and a quota needs both", found=measure.kind
            )
        )
    if measure.last is not None and month_number(measure.last) < first:
        problems.append(
            document.problem((*at, "last"), "earlier than first", found=measure.last)
        )
    before = text.calendar[number - 1] if number else None
    if before is not None and month_number(before.last or before.first) >= first:
        problems.append(
            document.problem(
                (*at, "first"),
                "overlaps the measure before",
                found=measure.first,
                expected=f"later than {before.last or before.first}",
            )
        )
    return problems


def _table_problems(table: Table, text: EpisodeText | None) -> list[Problem]:
    problems = [
        *table.problems,
        *table.unknown("series", SERIES),
        *table.unknown("kind", KINDS),
        *table.empty("relative_to_base"),
        *table.empty("source"),
        *table.repeated(["month", "series"]),
    ]
    file = str(table.path)
    seen = set(table.frame["series"])
    if SHIPMENTS not in seen:
        problems.append(Problem("no shipments", file=file, expected=f"rows of {SHIPMENTS}"))
    if not seen & set(PRICES):
        expected = "rows of " + " or ".join(PRICES)
        problems.append(Problem("no price to compare with", file=file, expected=expected))
    for line, month, series, value in table.frame.select(
        "line", "month", "series", "relative_to_base"
    ).iter_rows():
        if series != SHIPMENTS and value == 0.0:
            problems.append(
                table.problem(
                    line, "relative_to_base", "price of nothing", found=value, expected="above 0"
                )
            )
        if text is None or not month:
            continue
        number = month_number(month) - month_number(text.first_month)
        if not 0 <= number < text.months:
            problems.append(
                table.problem(
                    line,
                    "month",
                    "outside the episode",
                    found=month,
                    expected=f"{text.first_month} and {text.months - 1} months after it",
                )
            )
    return problems
