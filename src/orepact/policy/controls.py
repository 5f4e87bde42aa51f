"""What an export control says: acts, their clauses and items, suspensions, outcomes.

Only data and its reading from text files; what it means on a date is in `clocks` and
`permits`. A day written ``until`` is always the last day on which something holds.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, PlainValidator

from orepact.data.text import Document, parse, read_yaml
from orepact.errors import InputError, Problem

__all__ = [
    "ALL",
    "END_USES",
    "OUTCOMES",
    "Act",
    "Clause",
    "Confidence",
    "ControlFile",
    "Day",
    "Effect",
    "EndUse",
    "Item",
    "Kind",
    "Outcome",
    "OutcomeWord",
    "PartialDate",
    "Suspension",
    "partial_date",
    "read_controls",
]

ALL = "ALL"
END_USES: tuple[str, ...] = ("civil", "military", "listed")
OUTCOMES: tuple[str, ...] = ("revives", "extended", "repealed", "escalates")

EndUse = Literal["civil", "military", "listed"]
OutcomeWord = Literal["revives", "extended", "repealed", "escalates"]
Confidence = Literal["high", "medium", "low"]
Effect = Literal[
    "other", "general_licence", "licence", "stricter_review", "presumption_of_denial", "ban"
]
Kind = Literal[
    "export_licence", "export_permit", "export_ban", "export_quota", "export_tax",
    "export_restriction", "informal_embargo", "technology_licence", "extraterritorial_licence",
    "entity_ban", "end_user_watch_list", "exporter_whitelist", "enforcement", "general_licence",
    "production_quota", "supply_stop", "removal", "negotiation_directive", "import_duty_case",
]
_SHAPES = {4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as a source prints it: a day, a month or a year; the precision is kept."""

    text: str

    @property
    def precision(self) -> str:
        """Return ``day``, ``month`` or ``year``."""
        return _SHAPES[len(self.text)]

    @property
    def first(self) -> datetime.date:
        """Return the first day that the text can mean."""
        parts = [int(part) for part in self.text.split("-")]
        return datetime.date(*[*parts, 1, 1][:3])

    @property
    def last(self) -> datetime.date:
        """Return the last day that the text can mean."""
        parts = [int(part) for part in self.text.split("-")]
        year, month = parts[0], parts[1] if len(parts) > 1 else 12
        day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
        return datetime.date(year, month, day)

    def __str__(self) -> str:
        """Return the text as printed."""
        return self.text


def partial_date(value: object) -> PartialDate:
    """Return a `PartialDate` from a date, a year or text such as ``2024-09``.

    Raises `ValueError` when the value is not a calendar date of one of these shapes.
    """
    if isinstance(value, PartialDate):
        return value
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    result = PartialDate(text)
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        raise ValueError("expected a date as YYYY, YYYY-MM or YYYY-MM-DD")
    _ = result.first
    return result


Day = Annotated[PartialDate, PlainValidator(partial_date)]


@dataclass(frozen=True, slots=True)
class Item:
    """What a clause covers: words, mineral ids, material ids, customs codes as printed.

    `dual_use` marks a clause on every item that another act of the same issuer lists; such an
    item has no ids of its own and reaches a material only while a listing act is in force.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    name: str
    minerals: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    hs: tuple[str, ...] = ()
    dual_use: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One effect of an act on some items, for some end uses (all three when not said)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    effect: Effect
    items: tuple[Item, ...]
    end_uses: tuple[EndUse, ...] = ("civil", "military", "listed")


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one issuer, with the dates it names and the state of knowledge about it.

    `reach` is ``issuer`` for goods that leave the issuer's territory, ``abroad`` for goods that
    leave another country, ``import`` for goods that enter the issuer's. `in_force_by` is the date
    of a source that describes the act as in force when the day of its entry was not read.
    `until` is the last day in force, `end_announced` the day from which that end was known.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: str
    title: str
    issuer: str
    body: str
    kind: Kind
    layer: str
    clauses: tuple[Clause, ...]
    sources: tuple[str, ...]
    confidence: Confidence
    last_known: str
    known_as_of: Day
    destinations: tuple[str, ...] = (ALL,)
    excluded: tuple[str, ...] = ()
    detail: str = ""
    parents: tuple[str, ...] = ()
    reach: Literal["issuer", "abroad", "import"] = "issuer"
    announced: Day | None = None
    effective: Day | None = None
    in_force_by: Day | None = None
    until: Day | None = None
    end_announced: Day | None = None
    retroactive: bool = False
    note: str = ""
    hypothetical: bool = False

    @property
    def start(self) -> datetime.date | None:
        """Return the first day in force by the act's own words, or None when it is not known."""
        day = self.effective or self.in_force_by
        return day.first if day else None

    @property
    def known_from(self) -> datetime.date | None:
        """Return the day from which the act was public: its announcement, else its start."""
        return self.announced.first if self.announced else self.start

    @property
    def reference(self) -> str:
        """Return the act's title and first source."""
        return f"{self.title}; {self.sources[0]}"


@dataclass(frozen=True, slots=True)
class Suspension:
    """An act that puts other acts to rest from `start` to `until`, both days included."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: str
    title: str
    issuer: str
    body: str
    suspends: tuple[str, ...]
    announced: Day
    start: Day
    until: Day
    sources: tuple[str, ...]
    confidence: Confidence
    last_known: str
    known_as_of: Day
    words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a suspended act when its suspension ended: recorded, or supposed by a branch.

    `act` is an act id or a suspension id (then it speaks for every act suspended). `start` is the
    first day back in force, by default the day after the suspension; `until` the new last day of
    an extended suspension; `announced` the day from which it was known.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    act: str
    outcome: OutcomeWord
    start: Day | None = None
    until: Day | None = None
    announced: Day | None = None
    source: str = ""
    known_as_of: Day | None = None
    hypothetical: bool = False


@dataclass(frozen=True, slots=True)
class ControlFile:
    """The contents of one file of format ``orepact/control/1``."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    format: str
    title: str
    acts: tuple[Act, ...] = ()
    suspensions: tuple[Suspension, ...] = ()


def read_controls(folder: Path) -> tuple[tuple[Document, ControlFile], ...]:
    """Read every control file of a folder, in order of name.

    Raises `InputError` with the problems of all files.
    """
    problems: list[Problem] = []
    files: list[tuple[Document, ControlFile]] = []
    for path in _yaml_files(folder):
        try:
            document = read_yaml(path, kind="control", root=folder)
            files.append((document, parse(ControlFile, document)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(files)


def _yaml_files(folder: Path) -> Sequence[Path]:
    found = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not found:
        raise InputError([Problem("no control files", file=str(folder),
                                  expected="a folder with *.yaml files")])
    return found


