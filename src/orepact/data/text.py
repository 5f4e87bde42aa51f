"""Strict text files: YAML read with the place of every value, all problems at once.

Refused: duplicate keys, anchors, aliases, tags, more than one document, numbers that are not
finite, nesting beyond 40 levels, files over 5 MB, files outside the folder that the reader was
given, text that is not UTF-8. Every file of ours states ``format: orepact/<kind>/<n>``.

Plain words stay words: only ``true`` and ``false`` are booleans (``no`` and ``NO`` are not), a
number with a leading zero stays text (a customs code), ``2026-11`` stays text and
``2026-11-10`` is a date.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from orepact.data.faults import TOO_SHORT, fault_of
from orepact.data.fields import fields_at, unknown_fields
from orepact.data.reading import MAX_DEPTH, Location, Reading, TooDeepError, dotted, read_events
from orepact.errors import InputError, Problem, nearest

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "TOO_SHORT",
    "Document",
    "Location",
    "examine",
    "parse",
    "read_text",
    "read_yaml",
    "scan_yaml",
]

MAX_BYTES = 5_000_000

T = TypeVar("T")

_SHOWN_NAMES = 8
_SHOWN_WIDTH = 80
_WHOLE = object()


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain values (dict, list, str, int, float, bool, date, None) and lines.

    `problems` holds what is wrong with its structure, where the reader did not raise it.
    """

    path: Path
    value: Any
    lines: Mapping[Location, int] = field(repr=False)
    problems: tuple[Problem, ...] = ()

    def problem(
        self,
        at: Location,
        message: str,
        *,
        found: object = "",
        expected: str = "",
        near: str = "",
    ) -> Problem:
        """Return a `Problem` at a key path of this file, on the nearest line that is known."""
        cut = at
        while cut and cut not in self.lines:
            cut = cut[:-1]
        return Problem(
            message,
            file=str(self.path),
            line=self.lines.get(cut),
            field=dotted(at),
            found=_show(found),
            expected=expected,
            nearest=near,
        )


def read_text(path: Path, *, root: Path | None = None) -> str:
    """Return a file's UTF-8 text.

    Raises `InputError` when the file is missing, leaves the folder `root` (through ``..`` or a
    symbolic link), is larger than 5 MB or is not UTF-8.
    """
    name = str(path)
    try:
        real = path.resolve()
        inside = root is None or real.is_relative_to(root.resolve())
        present = real.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError([Problem("not a usable path", file=name, found=str(error))]) from error
    if not inside:
        raise InputError(
            [
                Problem(
                    "path leaves the study folder",
                    file=name,
                    found=str(real),
                    expected=f"a file under {root}",
                )
            ]
        )
    if not present:
        raise InputError([_missing(path)])
    try:
        with real.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError([Problem("cannot be read", file=name, found=str(error))]) from error
    return _decoded(path, real, content)


def scan_yaml(path: Path, *, kind: str, root: Path | None = None) -> Document:
    """Read a YAML file like `read_yaml`, but keep structural problems for `parse` to raise.

    Raises `InputError` only where nothing can be read: no such file, broken YAML, no mapping.
    """
    reading = Reading(path)
    try:
        value = read_events(read_text(path, root=root), reading)
    except yaml.YAMLError as error:
        raise InputError([*reading.problems, _broken(path, error)]) from error
    except TooDeepError:
        raise InputError(reading.problems) from None
    document = Document(path, value, reading.lines)
    problems = (*reading.problems, *_format_problems(document, kind))
    if not isinstance(value, dict):
        raise InputError(problems)
    return Document(path, cast("Any", value), reading.lines, problems)


def read_yaml(path: Path, *, kind: str, root: Path | None = None) -> Document:
    """Read a YAML file that states ``format: orepact/<kind>/1``.

    Raises `InputError` with every structural problem: broken YAML, duplicate keys, anchors,
    aliases, tags, values that are not finite or not a date, wrong format line.
    """
    document = scan_yaml(path, kind=kind, root=root)
    if document.problems:
        raise InputError(document.problems)
    return document


def parse(cls: type[T], document: Document, value: Any = _WHOLE, at: Location = ()) -> T:
    """Return the frozen dataclass `cls` from a document's value, checked by its annotations.

    Nothing is coerced but a list to a tuple, an integer to a float and an ISO date to a date.
    The key ``format`` of the file may be left out of `cls`. `value` is the part of the document
    at the key path `at`; without it the whole document is read. Raises `InputError` with every
    field that is missing, unknown or of the wrong kind, and for a whole document that was only
    scanned with the problems of its structure.
    """
    result, problems = examine(cls, document, value, at)
    if problems or result is None:
        raise InputError(problems)
    return result


@cache
def _adapter(cls: type[T]) -> TypeAdapter[T]:
    """Return the checker of a dataclass, built once: building takes longer than checking."""
    return TypeAdapter(cls)


def examine(
    cls: type[T], document: Document, value: Any = _WHOLE, at: Location = ()
) -> tuple[T | None, list[Problem]]:
    """Return what `parse` returns and the problems it would raise.

    There is a value as long as no field is missing or of the wrong kind, so that more can be
    checked although some problems are known.
    """
    part = document.value if value is _WHOLE else value
    if not at and isinstance(part, dict) and "format" not in fields_at(cls, ()):
        whole = cast("dict[str, Any]", part)
        part = {key: item for key, item in whole.items() if key != "format"}
    known_problems = () if at else document.problems
    problems = [
        document.problem(
            (*at, *where),
            "unknown field",
            found=str(where[-1]),
            expected="one of " + ", ".join(known),
            near=nearest(str(where[-1]), known),
        )
        for where, known in unknown_fields(cls, part)
    ]
    result: T | None = None
    try:
        text = json.dumps(part, default=_iso)
        result = _adapter(cls).validate_json(text, strict=True, extra="ignore")
    except ValidationError as error:
        problems += [
            _from_pydantic(cls, document, at, item) for item in error.errors(include_url=False)
            if not _long_enough(item)
        ]
    problems = [*known_problems, *_not_told_yet(problems, known_problems)]
    return result, _by_line(problems)


def _not_told_yet(problems: Sequence[Problem], told: Sequence[Problem]) -> list[Problem]:
    """Return the problems whose field, or a part of it, was not refused before."""
    fields = {problem.field for problem in told if problem.message != "duplicate key"}
    return [
        problem
        for problem in problems
        if not any(
            problem.field == field or problem.field.startswith(field + ".") for field in fields
        )
    ]


def _decoded(path: Path, real: Path, content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise InputError(
            [
                Problem(
                    "file is too large",
                    file=str(path),
                    found=f"{real.stat().st_size:,} bytes",
                    expected=f"at most {MAX_BYTES:,} bytes",
                )
            ]
        )
    try:
        return content.decode("utf-8").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    except UnicodeDecodeError as error:
        raise InputError(
            [
                Problem(
                    "not UTF-8 text",
                    file=str(path),
                    line=content.count(b"\n", 0, error.start) + 1,
                    found=f"byte {content[error.start]:#04x}",
                    expected="UTF-8",
                )
            ]
        ) from error


def _missing(path: Path) -> Problem:
    if path.is_dir():
        return Problem("is a folder", file=str(path), expected="a file")
    beside = path.parent.iterdir() if path.parent.is_dir() else ()
    siblings = sorted(each.name for each in beside if each.suffix == path.suffix)
    near = nearest(path.stem, [Path(name).stem for name in siblings])
    shown = ", ".join(siblings[:_SHOWN_NAMES]) + (", …" if siblings[_SHOWN_NAMES:] else "")
    return Problem(
        "no such file",
        file=str(path),
        nearest=near and near + path.suffix,
        expected=f"one of {shown}" if siblings else "a file",
    )


def _broken(path: Path, error: yaml.YAMLError) -> Problem:
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return Problem(
        f"broken YAML: {words}",
        file=str(path),
        line=mark.line + 1 if mark else None,
        expected="YAML without tags, anchors or aliases",
    )


def _format_problems(document: Document, kind: str) -> list[Problem]:
    wanted = f"orepact/{kind}/1"
    value = document.value
    if not isinstance(value, dict):
        return [
            document.problem(
                (),
                "expected a mapping",
                found=type(value).__name__,
                expected=f"a file that starts with format: {wanted}",
            )
        ]
    found: Any = document.value.get("format", "nothing")
    if found == wanted:
        return []
    return [
        document.problem(
            ("format",), "wrong or missing format line", found=found, expected=f"format: {wanted}"
        )
    ]


def _long_enough(item: Any) -> bool:
    """Return whether a list counts as too short for its refused entries alone."""
    least = item.get("ctx", {}).get("min_length", 0)
    return item["type"] == "too_short" and len(item["input"]) >= least


def _from_pydantic(cls: Any, document: Document, at: Location, item: Any) -> Problem:
    where = _path_in_file(document, at, item["loc"])
    if item["type"] in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        known = fields_at(cls, where[len(at) : -1])
        return document.problem(
            where,
            "required field is missing",
            expected="a value" if not known else f"a value for {where[-1]}",
        )
    found = item.get("input", "")
    options = re.findall(r"'([^']*)'", str(item.get("ctx", {}).get("expected", "")))
    near = nearest(found, options) if isinstance(found, str) else ""
    message, expected = fault_of(item)
    found = len(found) if item["type"] == "too_short" else found
    return document.problem(where, message, found=found, expected=expected, near=near)


def _path_in_file(document: Document, at: Location, loc: tuple[str | int, ...]) -> Location:
    """Return the key path without the names of types that pydantic puts between the keys."""
    path = at
    for position, part in enumerate(loc):
        if (*path, part) in document.lines or position == len(loc) - 1:
            path = (*path, part)
    return path


def _by_line(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.field))


def _iso(value: object) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    message = f"{type(value).__name__} cannot come from a text file"
    raise TypeError(message)


def _show(value: object) -> str:
    if value is None:
        return "nothing"
    if value == "":
        return ""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN_WIDTH else text[: _SHOWN_WIDTH - 3] + "..."
