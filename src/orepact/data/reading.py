"""Values of a YAML file with the line of each: what one pass over its events finds.

Problems are kept, not raised, so that one reading finds them all.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orepact.errors import Problem

__all__ = ["MAX_DEPTH", "Location", "Reading", "TooDeepError", "dotted", "read_events"]

MAX_DEPTH = 40

Location = tuple[str | int, ...]

_LONGEST_NUMBER = 40
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_NUMBER = re.compile(r"[-+]?((0|[1-9][0-9_]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.?(inf|infinity|nan)", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


class TooDeepError(Exception):
    """Stops the reading of a file whose values are nested too deeply."""


@dataclass(slots=True)
class Reading:
    """What one pass over a file has found so far."""

    path: Path
    lines: dict[Location, int] = field(default_factory=dict[Location, int])
    problems: list[Problem] = field(default_factory=list[Problem])

    def refuse(
        self,
        message: str,
        event: yaml.Event,
        *,
        at: Location = (),
        found: str = "",
        expected: str = "",
    ) -> None:
        """Keep a problem at the line of an event."""
        self.problems.append(
            Problem(
                message,
                file=str(self.path),
                line=_line(event),
                field=dotted(at),
                found=found,
                expected=expected,
            )
        )


def read_events(text: str, reading: Reading) -> Any:
    """Return the value of a YAML text's one document.

    Raises `yaml.YAMLError` for broken YAML and `TooDeepError` beyond 40 levels.
    """
    value: Any = None
    events = _events(text)
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if () in reading.lines:
                reading.refuse("more than one document", event, expected="one document")
                break
            value = _value(next(events), events, (), reading)
    return value


def dotted(at: Location) -> str:
    """Return a key path as it is printed: ``materials.2.lag``."""
    return ".".join(str(part) for part in at)


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _value(event: yaml.Event, events: Iterator[yaml.Event], at: Location, reading: Reading) -> Any:
    _ = reading.lines.setdefault(at, _line(event))
    _refuse_reference(event, at, reading)
    if len(at) > MAX_DEPTH:
        reading.refuse("nested too deeply", event, expected=f"at most {MAX_DEPTH} levels")
        raise TooDeepError
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, at, reading)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(_value(item, events, (*at, len(items)), reading))
        return items
    return _scalar(event, at, reading) if isinstance(event, yaml.ScalarEvent) else None


def _mapping(events: Iterator[yaml.Event], at: Location, reading: Reading) -> dict[str, Any]:
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
            reading.refuse(
                "duplicate key",
                key_event,
                at=(*at, key),
                found=key,
                expected=f"one value (first given on line {first})",
            )
            _ = _value(next(events), events, (*at, f"{key} (again)"), reading)
            continue
        reading.lines[(*at, key)] = _line(key_event)
        result[key] = _value(next(events), events, (*at, key), reading)
    return result


def _refuse_reference(event: yaml.Event, at: Location, reading: Reading) -> None:
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    if isinstance(event, yaml.AliasEvent):
        reading.refuse(
            "aliases are not allowed",
            event,
            at=at,
            found=f"*{anchor}",
            expected="the value written out",
        )
    elif anchor:
        reading.refuse(
            "anchors are not allowed",
            event,
            at=at,
            found=f"&{anchor}",
            expected="the value written out",
        )
    if tag:
        reading.refuse(
            "tags are not allowed", event, at=at, found=str(tag), expected="plain values"
        )


def _scalar(event: yaml.ScalarEvent, at: Location, reading: Reading) -> Any:
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        return int(text.replace("_", ""))
    if _NUMBER.fullmatch(text):
        number = float(text.replace("_", ""))
        if number in (float("inf"), float("-inf")):
            reading.refuse("number is out of range", event, at=at, found=text)
        return number
    if _NOT_FINITE.fullmatch(text):
        reading.refuse(
            "not a finite number",
            event,
            at=at,
            found=text,
            expected="a number, or the field left out",
        )
    elif _DATE.fullmatch(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            reading.refuse(
                "not a day of the calendar", event, at=at, found=text, expected="YYYY-MM-DD"
            )
    return text


def _line(event: yaml.Event) -> int:
    mark: Any = event.start_mark
    return int(mark.line) + 1
