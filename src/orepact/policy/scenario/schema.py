"""The JSON Schema of scenario files, made from the dataclasses that read them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any, cast, get_args, get_type_hints

from pydantic import TypeAdapter

from orepact.policy.scenario.text import (
    CarryOver,
    Conduit,
    Control,
    DemandChange,
    Distribution,
    Flood,
    Ladder,
    LicenceShares,
    Outage,
    OutcomePart,
    Quota,
    Scenario,
    Tax,
)
from orepact.units import Doc, Unit

__all__ = ["PARTS_OF_FILES", "file_schema", "scenario_schema", "scenario_schema_text"]

PARTS_OF_FILES = (OutcomePart, Control, LicenceShares, Quota, CarryOver, Tax, Outage, DemandChange,
                  Flood, Conduit, Ladder, Distribution)
"""What a scenario file is made of."""

_DAY: dict[str, Any] = {
    "description": "a day, month or year",
    "type": ["string", "integer"], "pattern": "^\\d{4}(-\\d{2}(-\\d{2})?)?$",
}
_WHEN: dict[str, Any] = {
    "description": "a day, month or year, or one counted from a part, an act or a suspension",
    "anyOf": [
        _DAY,
        {"type": "object", "properties": {
            "end_of": {"type": "string"}, "after": {"type": "string"},
            "months": {"type": "integer"}, "days": {"type": "integer"}},
         "oneOf": [{"required": ["end_of"]}, {"required": ["after"]}],
         "additionalProperties": False},
    ],
}
_RANGED: dict[str, Any] = {
    "description": "an uncertain number; a plain number is certain",
    "anyOf": [
        {"type": "number"},
        {"type": "object", "properties": {
            name: {"type": "number"} for name in ("value", "low", "high")},
         "required": ["value", "low", "high"], "additionalProperties": False},
    ],
}


def scenario_schema_text() -> str:
    """Return the text of ``scenario.schema.json``."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scenario file.

    It has the shape of a file; that dates and targets agree is for `check_scenario`.
    """
    return file_schema(Scenario, PARTS_OF_FILES, kind="scenario", title="Scenario",
                       text="A scenario file: what happens when, with ranges and reasons.")


def file_schema(
    root: type[Any], parts: Sequence[type[Any]], *, kind: str, title: str, text: str
) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a text file that a dataclass reads.

    `parts` are the classes inside the root whose fields get their meanings and units.
    """
    raw = cast("dict[str, Any]", _open(TypeAdapter(root).json_schema(mode="validation")))
    kinds = cast("dict[str, Any]", raw.pop("$defs"))
    body = _with_units(raw, root)
    for one in parts:
        kinds[one.__name__] = _with_units(kinds[one.__name__], one)
    known = {"Ranged": _RANGED, "When": _WHEN}
    written = json.dumps([body, kinds])
    kinds |= {name: one for name, one in known.items() if f'"#/$defs/{name}"' in written}
    properties = {"format": {"const": f"orepact/{kind}/1"}, **body["properties"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:orepact:{kind}:1",
        "$comment": "format: orepact/schema/1",
        "title": title,
        "description": text,
        "type": "object",
        "properties": properties,
        "required": ["format", *body["required"]],
        "additionalProperties": False,
        "$defs": dict(sorted(kinds.items())),
    }


def _with_units(schema: dict[str, Any], cls: type[Any]) -> dict[str, Any]:
    """Return the schema of a class with meaning and unit of every field, dates as `When`."""
    hints = get_type_hints(cls, include_extras=True)
    properties = dict(cast("dict[str, dict[str, Any]]", schema["properties"]))
    for item in dataclasses.fields(cls):
        extras = get_args(hints[item.name])[1:]
        words = [one.text for one in extras if isinstance(one, Doc)]
        words += [f"unit {one.symbol}" for one in extras
                  if isinstance(one, Unit) and one.symbol != "1"]
        field = dict(properties[item.name])
        if "PartialDate | Relative" in str(item.type) or "When" in str(item.type):
            field = {"$ref": "#/$defs/When"}
        if words:
            field["description"] = "; ".join(words)
        properties[item.name] = field
    schema = {key: value for key, value in schema.items() if key != "description"}
    return {**schema, "properties": properties, "additionalProperties": False}


def _open(value: Any) -> Any:
    """Return a schema without the titles and defaults that are made from names in Python."""
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value)
        return {key: _open(one) for key, one in items.items()
                if key != "default" and not (key == "title" and isinstance(one, str))}
    if isinstance(value, list):
        return [_open(one) for one in cast("list[Any]", value)]
    return value
