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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from orepact.data.fields import fields_at, unknown_fields
from orepact.errors import InputError, Problem, nearest

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Document", "Location", "parse", "read_text", "read_yaml"]

MAX_BYTES = 5_000_000
MAX_DEPTH = 40

Location = tuple[str | int, ...]
T = TypeVar("T")

_LONGEST_NUMBER = 40
_SHOWN_NAMES = 8
_SHOWN_WIDTH = 80
_WHOLE = object()
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9_]*)?(\.[0-9]*)?([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.?(inf|infinity|nan)", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain values (dict, list, str, int, float, bool, date, None) and lines."""

    path: Path
    value: Any
    lines: Mapping[Location, int] = field(repr=False)

    def problem(self, at: Location, message: str, *, found: object = "", expected: str = "",
                near: str = "") -> Problem:
        """Return a `Problem` at a key path of this file, on the nearest line that is known."""
        cut = at
        while cut and cut not in self.lines:
            cut = cut[:-1]
        return Problem(message, file=str(self.path), line=self.lines.get(cut),
                       field=_dotted(at), found=_show(found), expected=expected, nearest=near)


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
        raise InputError([Problem("path leaves the study folder", file=name, found=str(real),
                                  expected=f"a file under {root}")])
    if not present:
        raise InputError([_missing(path)])
    try:
        with real.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError([Problem("cannot be read", file=name, found=str(error))]) from error
    if len(content) > MAX_BYTES:
        raise InputError([Problem("file is too large", file=name,
                                  found=f"{real.stat().st_size:,} bytes",
                                  expected=f"at most {MAX_BYTES:,} bytes")])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError([Problem("not UTF-8 text", file=name,
                                  line=content.count(b"\n", 0, error.start) + 1,
                                  found=f"byte {content[error.start]:#04x}",
                                  expected="UTF-8")]) from error


def read_yaml(path: Path, *, kind: str, root: Path | None = None) -> Document:
    """Read a YAML file that states ``format: orepact/<kind>/1``.

    Raises `InputError` with every structural problem: broken YAML, duplicate keys, anchors,
    aliases, tags, values that are not finite or not a date, wrong format line.
    """
    reading = _Reading(path)
    events = _events(read_text(path, root=root))
    value: Any = None
    try:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if () in reading.lines:
                    reading.refuse("more than one document", event, expected="one document")
                    break
                value = _value(next(events), events, (), reading)
    except yaml.YAMLError as error:
        raise InputError([*reading.problems, _broken(path, error)]) from error
    except _TooDeepError:
        raise InputError(reading.problems) from None
    document = Document(path, value, reading.lines)
    problems = reading.problems + _format_problems(document, kind)
    if problems:
        raise InputError(problems)
    return document


def parse(cls: type[T], document: Document, value: Any = _WHOLE, at: Location = ()) -> T:
    """Return the frozen dataclass `cls` from a document's value, checked by its annotations.

    Nothing is coerced but a list to a tuple, an integer to a float and an ISO date to a date.
    The key ``format`` of the file may be left out of `cls`. `value` is the part of the document
    at the key path `at`; without it the whole document is read. Raises `InputError` with every
    field that is missing, unknown or of the wrong kind.
    """
    part = document.value if value is _WHOLE else value
    if not at and isinstance(part, dict) and "format" not in fields_at(cls, ()):
        whole = cast("dict[str, Any]", part)
        part = {key: item for key, item in whole.items() if key != "format"}
    problems = [
        document.problem((*at, *where), "unknown field", found=str(where[-1]),
                         expected="one of " + ", ".join(known), near=nearest(str(where[-1]), known))
        for where, known in unknown_fields(cls, part)
    ]
    try:
        result = TypeAdapter(cls).validate_json(json.dumps(part, default=_iso), strict=True)
    except ValidationError as error:
        problems += [_from_pydantic(cls, document, at, item)
                     for item in error.errors(include_url=False)
                     if item["type"] not in {"unexpected_keyword_argument", "extra_forbidden"}]
        raise InputError(_by_line(problems)) from error
    if problems:
        raise InputError(_by_line(problems))
    return result


class _TooDeepError(Exception):
    """Stops the reading of a file whose values are nested too deeply."""


@dataclass(slots=True)
class _Reading:
    """What one pass over a file has found so far."""

    path: Path
    lines: dict[Location, int] = field(default_factory=dict[Location, int])
    problems: list[Problem] = field(default_factory=list[Problem])

    def refuse(self, message: str, event: yaml.Event, *, at: Location = (), found: str = "",
               expected: str = "") -> None:
        self.problems.append(Problem(message, file=str(self.path), line=_line(event),
                                     field=_dotted(at), found=found, expected=expected))


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _value(event: yaml.Event, events: Iterator[yaml.Event], at: Location,
           reading: _Reading) -> Any:
    _ = reading.lines.setdefault(at, _line(event))
    _refuse_reference(event, at, reading)
    if len(at) > MAX_DEPTH:
        reading.refuse("nested too deeply", event, expected=f"at most {MAX_DEPTH} levels")
        raise _TooDeepError
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, at, reading)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(_value(item, events, (*at, len(items)), reading))
        return items
    return _scalar(event, at, reading) if isinstance(event, yaml.ScalarEvent) else None


def _mapping(events: Iterator[yaml.Event], at: Location, reading: _Reading) -> dict[str, Any]:
    result: dict[str, Any] = {}
    while not isinstance(key_event := next(events), yaml.MappingEndEvent):
        if isinstance(key_event, yaml.ScalarEvent):
            key = str(key_event.value)
            _refuse_reference(key_event, (*at, key), reading)
        else:
            reading.refuse("a key must be a plain word", key_event, at=at)
            key = f"(key on line {_line(key_event)})"
            _ = _value(key_event, events, (*at, key), reading)
        if key in result:
            first = reading.lines[(*at, key)]
            reading.refuse("duplicate key", key_event, at=(*at, key), found=key,
                           expected=f"one value (first given on line {first})")
            _ = _value(next(events), events, (*at, f"{key} (again)"), reading)
            continue
        reading.lines[(*at, key)] = _line(key_event)
        result[key] = _value(next(events), events, (*at, key), reading)
    return result


def _refuse_reference(event: yaml.Event, at: Location, reading: _Reading) -> None:
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    if isinstance(event, yaml.AliasEvent):
        reading.refuse("aliases are not allowed", event, at=at, found=f"*{anchor}",
                       expected="the value written out")
    elif anchor:
        reading.refuse("anchors are not allowed", event, at=at, found=f"&{anchor}",
                       expected="the value written out")
    if tag:
        reading.refuse("tags are not allowed", event, at=at, found=str(tag),
                       expected="plain values")


def _scalar(event: yaml.ScalarEvent, at: Location, reading: _Reading) -> Any:
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        return int(text.replace("_", ""))
    if _NUMBER.fullmatch(text) and any(mark in text for mark in "0123456789"):
        number = float(text.replace("_", ""))
        if number in (float("inf"), float("-inf")):
            reading.refuse("number is out of range", event, at=at, found=text)
        return number
    if _NOT_FINITE.fullmatch(text):
        reading.refuse("not a finite number", event, at=at, found=text,
                       expected="a number, or the field left out")
    elif _DATE.fullmatch(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            reading.refuse("not a day of the calendar", event, at=at, found=text,
                           expected="YYYY-MM-DD")
    return text


def _line(event: yaml.Event) -> int:
    mark: Any = event.start_mark
    return int(mark.line) + 1


def _missing(path: Path) -> Problem:
    if path.is_dir():
        return Problem("is a folder", file=str(path), expected="a file")
    siblings = sorted(p.name for p in path.parent.iterdir()) if path.parent.is_dir() else []
    shown = ", ".join(siblings[:_SHOWN_NAMES]) + (", …" if siblings[_SHOWN_NAMES:] else "")
    return Problem("no such file", file=str(path), nearest=nearest(path.name, siblings),
                   expected=f"one of {shown}" if siblings else "a file")


def _broken(path: Path, error: yaml.YAMLError) -> Problem:
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return Problem(f"broken YAML: {words}", file=str(path), line=mark.line + 1 if mark else None,
                   expected="YAML without tags, anchors or aliases")


def _format_problems(document: Document, kind: str) -> list[Problem]:
    value = document.value
    wanted = f"orepact/{kind}/1"
    if not isinstance(value, dict):
        return [document.problem((), "expected a mapping", found=type(value).__name__,
                                 expected=f"a file that starts with format: {wanted}")]
    found: Any = document.value.get("format", "nothing")
    if found == wanted:
        return []
    return [document.problem(("format",), "wrong or missing format line", found=found,
                             expected=f"format: {wanted}")]


def _from_pydantic(cls: Any, document: Document, at: Location, item: Any) -> Problem:
    where = _path_in_file(document, at, item["loc"])
    if item["type"] in {"missing", "missing_argument"}:
        known = fields_at(cls, where[len(at):-1])
        return document.problem(where, "required field is missing",
                                expected="a value" if not known else f"a value for {where[-1]}")
    found = item.get("input", "")
    options = re.findall(r"'([^']*)'", str(item.get("ctx", {}).get("expected", "")))
    near = nearest(found, options) if isinstance(found, str) else ""
    return document.problem(where, item["msg"].removeprefix("Value error, "), found=found,
                            near=near)


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


def _dotted(at: Location) -> str:
    return ".".join(str(part) for part in at)


def _show(value: object) -> str:
    if value is None:
        return "nothing"
    if value == "":
        return ""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN_WIDTH else text[: _SHOWN_WIDTH - 3] + "..."
