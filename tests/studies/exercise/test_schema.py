"""Exercise files and decisions have the shape of schemas that are made from their readers."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from orepact.studies.exercise.reading import LIBRARY
from orepact.studies.exercise.schema import decisions_schema_text, exercise_schema_text
from tests.studies.shapes import SCHEMAS, plain, validator

HERE = Path(__file__).parent
TEXTS = {"exercise": exercise_schema_text, "decisions": decisions_schema_text}


def kind(path: Path) -> str:
    return "decisions" if path.stem.endswith("-decisions") else "exercise"


@pytest.mark.parametrize("name", TEXTS)
def test_the_schema_that_ships_is_the_one_of_the_code(name: str) -> None:
    assert (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8") == TEXTS[name]()


@pytest.mark.parametrize("path", [*LIBRARY.glob("*.yaml"), HERE / "small.yaml"],
                         ids=lambda path: path.stem)
def test_what_ships_has_the_shape_of_its_schema(path: Path) -> None:
    value = plain(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert not [f"{error.json_path}: {error.message}"
                for error in validator(kind(path)).iter_errors(value)]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("months", 37), ("turns", []), ("first_month", "2027"), ("teams", []), ("mnths", 1)],
)
def test_the_schema_refuses_what_the_reader_refuses(field: str, wrong: object) -> None:
    value = plain(yaml.safe_load((HERE / "small.yaml").read_text(encoding="utf-8")))
    assert validator("exercise").is_valid(value)
    assert not validator("exercise").is_valid({**value, field: wrong})


def test_decisions_name_their_exercise() -> None:
    value = {"format": "orepact/decisions/1", "exercise": "small", "decisions": [
        {"turn": 1, "team": "eu", "option": "sell", "amount": 5.0, "note": "why"}]}
    check = validator("decisions")
    assert check.is_valid(value)
    for field, wrong in (("turn", 0), ("amount", -1.0), ("option", None)):
        (line,) = value["decisions"]
        assert not check.is_valid({**value, "decisions": [{**line, field: wrong}]})
