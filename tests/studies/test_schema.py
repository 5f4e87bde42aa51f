"""The published schemas describe what orepact writes, all of it and nothing else."""

from __future__ import annotations

import copy
import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from orepact.policy import clocks, load_register, status, status_table
from orepact.studies.prediction import file_prediction
from orepact.studies.run import Run
from tests.studies.shapes import SCHEMAS, every_object, objects, plain, schema_of, validator

NAMES = ("clocks", "prediction", "run", "status")
DAY = datetime.date(2026, 11, 28)


@pytest.fixture(params=NAMES)
def written(request: pytest.FixtureRequest, folder: Path) -> tuple[str, Any]:
    """Return the name of a schema and something that orepact writes under it."""
    register = load_register()
    if request.param == "run":
        value = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    elif request.param == "prediction":
        file = folder.parent / "predictions.jsonl"
        _ = file_prediction(folder, file)
        value = json.loads(file.read_text(encoding="utf-8"))
    elif request.param == "status":
        acts = status_table(status(register, DAY, "81129289", "LTU", end_use="military"))
        value = {
            "format": "orepact/status/1",
            "item": "81129289",
            "destination": "LTU",
            "end_use": "military",
            "on": DAY,
            "covered": True,
            "acts": acts.to_dicts(),
        }
    else:
        value = {
            "format": "orepact/clocks/1",
            "on": DAY,
            "clocks": clocks(register, DAY).to_dicts(),
        }
    return request.param, plain(value)


def test_what_is_written_is_valid(written: tuple[str, Any]) -> None:
    name, value = written
    assert not [error.message for error in validator(name).iter_errors(value)]


def test_an_unknown_property_fails_everywhere(written: tuple[str, Any]) -> None:
    name, value = written
    check = validator(name)
    changed = copy.deepcopy(value)
    count = 0
    for part in list(objects(changed)):
        part["surprise"] = 1
        assert not check.is_valid(changed), sorted(part)
        del part["surprise"]
        count += 1
    assert count >= 2
    assert check.is_valid(changed)


def test_a_missing_property_fails(written: tuple[str, Any]) -> None:
    name, value = written
    check = validator(name)
    for key in value.keys() - {"members_sha256"}:  # records filed before it have none
        assert not check.is_valid({each: value[each] for each in value if each != key}), key


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("format",), "orepact/run/2"),
        (("schema_version",), 2),
        (("dataset", "hash"), "0"),
        (("results", 0, "unmet_share"), 0.5),
        (("results", 0, "grade"), "E"),
        (("results", 0, "by_licence"), {"granted": {}}),
        (("balance_residual_max",), 1e-3),
        (("as_of",), "2026-11"),
        (("chains",), []),
    ],
)
def test_a_wrong_value_fails(run: Run, path: tuple[str | int, ...], wrong: object) -> None:
    value = plain(run.content)
    assert validator("run").is_valid(value)
    part = value
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = wrong
    assert not validator("run").is_valid(value)


def test_every_definition_is_used_and_every_object_closed() -> None:
    names = sorted(path.name.removesuffix(".schema.json") for path in SCHEMAS.iterdir())
    assert {*NAMES, "score", "exercise", "stress", "stress-test"} <= set(names)
    for name in names:
        schema = schema_of(name)
        text = json.dumps(schema)
        for definition in schema.get("$defs", {}):
            assert f'"#/$defs/{definition}"' in text, f"{name}: {definition}"
        for part in every_object(schema):
            if part.get("type") == "object":
                assert "additionalProperties" in part

