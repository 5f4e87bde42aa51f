"""Files on what is held have the shape of schemas that are made from their readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from orepact.network.stored_forms import FORMS_FILE
from orepact.network.world import WORLD
from orepact.studies.reserve.known_stocks import KNOWN_FILE
from orepact.studies.reserve.programmes import PROGRAMMES_FILE
from orepact.studies.reserve.schema import (
    forms_schema_text,
    holdings_schema_text,
    known_stocks_schema_text,
    programmes_schema_text,
)
from tests.studies.shapes import SCHEMAS, plain, validator

TEXTS = {
    "holdings": holdings_schema_text,
    "known-stocks": known_stocks_schema_text,
    "stored-forms": forms_schema_text,
    "programmes": programmes_schema_text,
}
LOT = {"holding": "a", "owner": "USA", "material": "antimony-metal", "tonnes": 5.0}


@pytest.mark.parametrize("name", TEXTS)
def test_the_schema_that_ships_is_the_one_of_the_code(name: str) -> None:
    assert (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8") == TEXTS[name]()


@pytest.mark.parametrize(("name", "path"), [("stored-forms", FORMS_FILE),
                                            ("programmes", PROGRAMMES_FILE),
                                            ("known-stocks", KNOWN_FILE)])
def test_what_ships_has_the_shape_of_its_schema(name: str, path: Path) -> None:
    value = plain(yaml.safe_load((WORLD / path).read_text(encoding="utf-8")))
    assert not [f"{error.json_path}: {error.message}"
                for error in validator(name).iter_errors(value)]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("tonnes", -1.0), ("purity", 99.65), ("content", 0.0), ("lead", -1.0), ("tonns", 1.0),
     ("owner", "")],
)
def test_the_schema_refuses_what_the_reader_refuses(field: str, wrong: object) -> None:
    value: dict[str, Any] = {"format": "orepact/holdings/1", "holdings": [LOT]}
    assert validator("holdings").is_valid(value)
    assert not validator("holdings").is_valid({**value, "holdings": [{**LOT, field: wrong}]})
