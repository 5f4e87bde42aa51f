"""The fields that frozen dataclasses allow in a text file, found by walking their annotations."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

__all__ = ["fields_at", "unknown_fields"]

Location = tuple[str | int, ...]


def unknown_fields(cls: Any, value: Any) -> Iterator[tuple[Location, tuple[str, ...]]]:
    """Yield the place of every key in `value` that `cls` has no field for, and the known fields."""
    yield from _unknown(cls, value, {})


def fields_at(cls: Any, at: Location) -> tuple[str, ...]:
    """Return the names of the fields that `cls` allows at a key path, or an empty tuple."""
    options = _options(cls)
    if not at:
        return tuple(name for option in options for name in _hints(option))
    for option in options:
        hints = _hints(option)
        if at[0] in hints:
            return fields_at(hints[str(at[0])], at[1:])
        if get_origin(option) is not None and not hints:
            inner = _item_type(option) if _is_sequence(option) else _value_type(option)
            return fields_at(inner, at[1:])
    return ()


def _unknown(
    cls: Any, value: Any, read: dict[Any, dict[str, Any]]
) -> Iterator[tuple[Location, tuple[str, ...]]]:
    """Walk `value` beside its type; `read` keeps the fields of each class met on the way."""
    options = _options(cls)
    if isinstance(value, list):
        inner = next((_item_type(option) for option in options if _is_sequence(option)), None)
        for number, item in enumerate(cast("list[Any]", value)):
            for where, known in _unknown(inner, item, read):
                yield (number, *where), known
    elif isinstance(value, dict):
        items = cast("dict[str, Any]", value)
        hints = _kinds_of_keys(options, items, read)
        for key, item in items.items():
            if key not in hints:
                yield (key,), tuple(hints)
                continue
            for where, known in _unknown(hints[key], item, read):
                yield (key, *where), known


def _kinds_of_keys(
    options: tuple[Any, ...], value: dict[str, Any], read: dict[Any, dict[str, Any]]
) -> dict[str, Any]:
    """Return the type of every key that may stand in `value`; any key may, but in a record."""
    mapping = next((option for option in options if _is_mapping(option)), None)
    if mapping is not None:
        return dict.fromkeys(value, _value_type(mapping))
    for option in options:
        if option not in read:
            read[option] = _hints(option)
    records = [read[option] for option in options if read[option]]
    if not records:
        return dict.fromkeys(value)
    return max(records, key=lambda names: len(names.keys() & value.keys()))


def _options(cls: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union, without annotations."""
    if get_origin(cls) is Annotated:
        return _options(get_args(cls)[0])
    if get_origin(cls) in {Union, types.UnionType}:
        return tuple(option for arm in get_args(cls) for option in _options(arm))
    return (cls,)


def _hints(cls: Any) -> dict[str, Any]:
    if not (isinstance(cls, type) and dataclasses.is_dataclass(cls)):
        return {}
    hints = get_type_hints(cls, include_extras=True)
    return {
        _name_in_file(item.name, hints[item.name]): hints[item.name]
        for item in dataclasses.fields(cls)
        if item.init
    }


def _name_in_file(name: str, hint: Any) -> str:
    """Return a field's name, or the alias it has because its name in the file is a Python word."""
    if get_origin(hint) is Annotated:
        for extra in get_args(hint)[1:]:
            if isinstance(extra, FieldInfo) and extra.alias:
                return extra.alias
    return name


def _is_sequence(cls: Any) -> bool:
    origin = get_origin(cls)
    return isinstance(origin, type) and issubclass(origin, Sequence | set | frozenset)


def _is_mapping(cls: Any) -> bool:
    origin = get_origin(cls)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _item_type(cls: Any) -> Any:
    return next(iter(get_args(cls)), None)


def _value_type(cls: Any) -> Any:
    return get_args(cls)[-1] if len(get_args(cls)) > 1 else None
