"""The published schemas, and what a value of ours must be to have the shape of one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMAS = Path(str(resources.files("orepact.studies"))) / "schema"


def schema_of(name: str) -> dict[str, Any]:
    """Return a published schema."""
    found: dict[str, Any] = json.loads(
        (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def validator(name: str) -> Draft202012Validator:
    """Return what checks values against a published schema that is one itself."""
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def plain(value: Any) -> Any:
    """Return a value as a reader of the JSON meets it."""
    return json.loads(json.dumps(value, default=str, allow_nan=False))


def require_shape(name: str, value: Any) -> None:
    """Assert that a schema describes a value, all of it and nothing else."""
    check, changed = validator(name), copy.deepcopy(plain(value))
    assert not [f"{error.json_path}: {error.message}" for error in check.iter_errors(changed)]
    parts = list(objects(changed))
    assert len(parts) >= 2
    for part in parts:
        part["surprise"] = {"surprise": []}
        assert not check.is_valid(changed), sorted(part)
        del part["surprise"]
    for key in changed:
        assert not check.is_valid({each: changed[each] for each in changed if each != key}), key


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object inside a JSON value; of a list only the first entry."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from objects(part)
    elif isinstance(value, list) and value:
        yield from objects(value[0])


def every_object(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object inside a JSON value."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from every_object(part)
    elif isinstance(value, list):
        for part in value:
            yield from every_object(part)
