"""What differs between two scenarios: part by part and field by field, with units."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args, get_type_hints

from orepact.policy.controls import PartialDate
from orepact.policy.scenario.text import PARTS, Part, Ranged, Relative, Scenario
from orepact.units import Unit

__all__ = ["Change", "diff", "value_text"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the list and id of the part (empty for the scenario), the field, both values.

    `before` and `after` are as a reader would write them, empty where there is none; `unit` is the
    field's. A part that is only in one scenario is one change, its field empty.
    """

    change: Literal["added", "removed", "changed"]
    kind: str
    part: str
    field: str
    before: str
    after: str
    unit: str = ""


def diff(first: Scenario, second: Scenario) -> tuple[Change, ...]:
    """Return what has to change in the first scenario to have the second.

    Parts are the same when they have the same list and id; their order does not matter, nor does
    the order of places and materials. Empty for two scenarios that mean the same.
    """
    found = list(_fields("", "", first, second, skip=(*PARTS, "distributions")))
    for name in PARTS:
        before, after = _by_id(first, name), _by_id(second, name)
        for part in dict.fromkeys([*before, *after]):
            if part not in after:
                found.append(Change("removed", name, part, "", _shown(before[part]), ""))
            elif part not in before:
                found.append(Change("added", name, part, "", "", _shown(after[part])))
            else:
                found += _fields(name, part, before[part], after[part])
    return (*found, *_distributions(first, second))


def value_text(value: object) -> str:
    """Return a value of a scenario as a reader would write it."""
    if value is None or value == ():
        return ""
    if isinstance(value, Ranged):
        middle = _number(value.value)
        spread = f" ({_number(value.low)} to {_number(value.high)})"
        return middle if value.low == value.value == value.high else middle + spread
    if isinstance(value, Relative):
        steps = [f"{abs(count)} {word if abs(count) != 1 else word[:-1]}"
                 for count, word in ((value.months, "months"), (value.days, "days")) if count]
        side = "before" if min(value.months, value.days) < 0 else "after"
        anchor = value.after or f"the end of {value.end_of}"
        return f"{' and '.join(steps)} {side} {anchor}" if steps else f"the day of {anchor}"
    if isinstance(value, tuple):
        return ", ".join(value_text(item) for item in cast("tuple[object, ...]", value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type | PartialDate):
        return "; ".join(
            f"{item.name} {text}" for item in dataclasses.fields(value)
            if (text := value_text(getattr(value, item.name))))
    return _number(value) if isinstance(value, float) else str(value)


def _fields(kind: str, part: str, first: object, second: object,
            skip: tuple[str, ...] = ()) -> Iterator[Change]:
    """Yield the changes between two values of one class, nested classes field by field."""
    if type(first) is not type(second):
        yield Change("changed", kind, part, "kind", type(first).__name__, type(second).__name__)
        return
    for path, unit, before, after in _pairs("", first, second):
        if path.split(".")[0] not in skip and _meaning(before) != _meaning(after):
            yield Change("changed", kind, part, path, value_text(before), value_text(after), unit)


def _pairs(path: str, first: Any, second: Any) -> Iterator[tuple[str, str, object, object]]:
    """Yield the path, unit and both values of every field, into nested classes of one kind."""
    hints = get_type_hints(cast("type[object]", type(first)), include_extras=True)
    for item in dataclasses.fields(first):
        before, after = getattr(first, item.name), getattr(second, item.name)
        where = f"{path}{item.name}"
        if _nested(before) and type(before) is type(after):
            yield from _pairs(f"{where}.", before, after)
        else:
            extras = get_args(hints[item.name])[1:]
            unit = next((one.symbol for one in extras if isinstance(one, Unit)), "")
            yield where, "" if unit == "1" else unit, before, after


def _nested(value: object) -> bool:
    plain = isinstance(value, Ranged | Relative | PartialDate)
    return dataclasses.is_dataclass(value) and not plain


def _meaning(value: object) -> object:
    """Return a value in which the order of names does not count."""
    if isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        if all(isinstance(item, str | int) for item in items):
            return sorted(map(str, items))
        return items
    return value


def _distributions(first: Scenario, second: Scenario) -> Iterator[Change]:
    """Yield changed distributions; their path is told with the id of its part."""
    before = {_path_by_id(first, one.of): one for one in first.distributions}
    after = {_path_by_id(second, one.of): one for one in second.distributions}
    for path in dict.fromkeys([*before, *after]):
        texts = [value_text(dataclasses.replace(one, of="")) if one else ""
                 for one in (before.get(path), after.get(path))]
        if texts[0] != texts[1]:
            word = "changed" if all(texts) else "removed" if texts[0] else "added"
            yield Change(word, "distributions", path, "", texts[0], texts[1])


def _path_by_id(scenario: Scenario, path: str) -> str:
    name, number, *rest = path.split(".")
    parts = cast("tuple[Part, ...]", getattr(scenario, name, ()))
    known = number.isdigit() and int(number) < len(parts)
    return ".".join([parts[int(number)].id, *rest]) if known else path


def _by_id(scenario: Scenario, name: str) -> dict[str, Part]:
    return {part.id: part for part in cast("tuple[Part, ...]", getattr(scenario, name))}


def _shown(part: Part) -> str:
    skip = {"id", "reason", "source", "card", "clauses"}
    return "; ".join(
        f"{item.name} {text}" for item in dataclasses.fields(part)
        if item.name not in skip and getattr(part, item.name) != item.default
        and (text := value_text(getattr(part, item.name))))


def _number(value: float | object) -> str:
    return f"{value:,.6g}" if isinstance(value, float | int) else str(value)
