"""Scenario files read and written, and the library of those that ship.

A file with errors is read as far as it goes, so that its sound parts are checked as well and
everything that is wrong is told at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from orepact.data.library import shipped_or_own
from orepact.data.text import TOO_SHORT, Document, examine, scan_yaml
from orepact.errors import InputError, Problem
from orepact.policy.controls import PartialDate
from orepact.policy.register import LIBRARY
from orepact.policy.scenario.checks import ON_OTHERS, inner_faults
from orepact.policy.scenario.faults import Location, problems_of
from orepact.policy.scenario.repair import neutral, without_filled
from orepact.policy.scenario.text import PARTS, Ranged, Relative, Scenario

__all__ = [
    "Draft",
    "find_scenario",
    "read_scenario",
    "scan_scenario",
    "scenario_names",
    "scenario_path",
    "write_scenario",
]

FOLDER = LIBRARY / "scenarios"

_LISTS = (*PARTS, "distributions")
_NO_WORDS = frozenset({"true", "false", "null", "inf", "infinity", "nan"})
_PLACEHOLDERS: dict[str, Any] = {
    "scenario": "unread", "title": "unread", "text": "", "version": 1, "chains": ["unread"],
    "first_month": "2000-01", "months": 60, "reason": "unread",
}


@dataclass(frozen=True)
class Draft:
    """A scenario file as far as it could be read.

    `numbers` has, for each list, the numbers in the file of the entries that were read; `unread`
    the fields that were not, in whose place something neutral stands; `lost` the ids of parts that
    were not; `filled` fields of parts that something neutral stands for, as list, number in
    the scenario and field; `problems` what is wrong with the structure.
    """

    document: Document
    scenario: Scenario | None
    problems: tuple[Problem, ...] = ()
    numbers: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    unread: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    filled: frozenset[Location] = frozenset()

    @property
    def filled_ids(self) -> frozenset[str]:
        """Return the ids of the parts that have such a field."""
        parts = [getattr(self.scenario, str(at[0]))[int(at[1])] for at in self.filled]
        return frozenset(part.id for part in parts)


def scenario_names() -> tuple[str, ...]:
    """Return the names of the scenarios that ship."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def scenario_path(name: str | Path) -> Path:
    """Return the file of a scenario that ships, by its name, or the path that was given.

    Raises `InputError` with the nearest name when it is neither.
    """
    return shipped_or_own(name, "scenario", FOLDER, scenario_names())


def find_scenario(name: str | Path) -> Scenario:
    """Read a scenario that ships, by its name, or a scenario file, by its path.

    Raises `InputError` with the nearest name, or with every problem of the file.
    """
    return read_scenario(scenario_path(name))


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file and check all that can be checked without a dataset.

    Raises `InputError` with every problem. Targets are checked by `checked_scenario`.
    """
    draft = scan_scenario(path)
    problems = list(draft.problems)
    if draft.scenario is not None:
        faults = [one for one in inner_faults(draft.scenario, draft.unread)
                  if not draft.lost or one.message not in ON_OTHERS]
        faults = without_filled(faults, draft.filled, draft.filled_ids)
        problems += problems_of(faults, draft.document, draft.numbers)
    if problems or draft.scenario is None:
        raise InputError(sorted(problems, key=lambda one: (one.line or 0, one.field)))
    return draft.scenario


def scan_scenario(path: Path) -> Draft:
    """Read a scenario file as far as it goes, with what is wrong with its structure.

    Raises `InputError` only where nothing can be read: no such file, broken YAML, no mapping.
    """
    document = scan_yaml(path, kind="scenario")
    scenario, found = examine(Scenario, document)
    problems = [one for one in found if not _follows(one, found)]
    if scenario is not None:
        everything = {name: tuple(range(len(getattr(scenario, name)))) for name in _LISTS}
        return Draft(document, scenario, tuple(problems), everything)
    fatal = [tuple(one.field.split(".")) for one in problems if one.message != "unknown field"]
    whole = cast("dict[str, Any]", document.value)
    mended, places, left = _mended(whole, fatal)
    value, numbers, unread = _pruned(mended, left)
    rest, _ = examine(Scenario, Document(path, value, {}))
    if rest is None:
        places = frozenset[tuple[str, int, str]]()
        value, numbers, unread = _pruned(whole, fatal)
        rest, _ = examine(Scenario, Document(path, value, {}))
    filled = frozenset(
        (name, numbers[name].index(number), field) for name, number, field in places)
    lost = frozenset(
        str(cast("dict[str, Any]", entry).get("id", ""))
        for name, kept in numbers.items()
        for k, entry in enumerate(_entries(whole.get(name)))
        if k not in kept and isinstance(entry, dict)
    )
    return Draft(document, rest, tuple(problems), numbers, unread, lost, filled)


def write_scenario(scenario: Scenario) -> str:
    """Return the text of a scenario file; reading it gives the same scenario.

    Fields with their default values are left out.
    """
    value = {"format": "orepact/scenario/1", **cast("dict[str, Any]", _plain(scenario))}
    return yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=96)


def _follows(problem: Problem, others: Sequence[Problem]) -> bool:
    """Say whether a list is told too short only because what is in it could not be read."""
    inside = problem.field + "."
    return problem.message.startswith(TOO_SHORT) and any(
        one.field.startswith(inside) for one in others)


class _Writer(yaml.SafeDumper):
    """Writes every text in quotes that is not plainly a word, so that it is read as text again."""


def _text_node(writer: Any, text: str) -> Any:
    plain = text[:1].isalpha() and text.lower() not in _NO_WORDS
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else "'")


_Writer.add_representer(str, _text_node)


def _mended(
    value: dict[str, Any], fatal: list[tuple[str, ...]]
) -> tuple[dict[str, Any], frozenset[tuple[str, int, str]], list[tuple[str, ...]]]:
    """Return a file with what can be filled in, where that was, and what is fatal all the same."""
    fields: dict[tuple[str, int], set[str]] = {}
    for key, *more in fatal:
        if key in PARTS and more and more[0].isdigit():
            fields.setdefault((key, int(more[0])), set()).add(more[1] if len(more) > 1 else "")
    month = value.get("first_month", _PLACEHOLDERS["first_month"])
    lists = {key: list(_entries(value.get(key))) for key, _ in fields}
    filled: set[tuple[str, int, str]] = set()
    for (key, number), names in fields.items():
        entry = lists[key][number] if number < len(lists[key]) else None
        found = neutral(cast("dict[str, Any]", entry), names, month) if isinstance(
            entry, dict) else None
        if found is not None:
            lists[key][number] = found
            filled |= {(key, number, name) for name in names}
    done = {(key, number) for key, number, _ in filled}
    left = [one for one in fatal if len(one) < 2 or not one[1].isdigit()
            or (one[0], int(one[1])) not in done]
    return {**value, **lists}, frozenset(filled), left


def _pruned(
    value: dict[str, Any], fatal: list[tuple[str, ...]]
) -> tuple[dict[str, Any], dict[str, tuple[int, ...]], frozenset[str]]:
    """Return what is left of a file without what cannot be read, and where it was."""
    gone: dict[str, set[int]] = {}
    unread: set[str] = set()
    for key, *more in fatal:
        if key in _LISTS and more and more[0].isdigit():
            gone.setdefault(key, set()).add(int(more[0]))
        else:
            unread.add(key)
    kept: dict[str, Any] = {key: item for key, item in value.items() if key not in unread}
    numbers: dict[str, tuple[int, ...]] = {}
    for name in _LISTS:
        entries = _entries(kept.get(name))
        left = tuple(k for k in range(len(entries)) if k not in gone.get(name, set()))
        numbers[name] = left
        if name in kept:
            kept[name] = [entries[k] for k in left]
    missing = {key: item for key, item in _PLACEHOLDERS.items() if key not in kept}
    return {**kept, **missing, "format": "orepact/scenario/1"}, numbers, frozenset(unread)


def _entries(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _plain(value: Any) -> Any:
    """Return a value as YAML writes it."""
    if isinstance(value, Ranged):
        whole = {"value": value.value, "low": value.low, "high": value.high}
        return value.value if value.low == value.value == value.high else whole
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, Relative):
        return {item.name: getattr(value, item.name) for item in dataclasses.fields(value)
                if getattr(value, item.name) != item.default}
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[Any, ...]", value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: _plain(getattr(value, item.name))
            for item in dataclasses.fields(value)
            if item.default is dataclasses.MISSING or getattr(value, item.name) != item.default
        }
    return value
