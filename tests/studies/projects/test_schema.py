"""The schemas of files of projects and circuits are those of the classes, and fit what ships."""

from __future__ import annotations

import pytest

from orepact.data.bundle import WORLD_FOLDER
from orepact.data.text import scan_yaml
from orepact.studies.projects.schema import projects_schema_text, recycling_schema_text
from tests.studies.shapes import SCHEMAS, plain, validator

TEXTS = {"projects": projects_schema_text, "recycling": recycling_schema_text}
FILES = {"projects": "candidates.yaml", "recycling": "recycling.yaml"}


@pytest.mark.parametrize("name", TEXTS)
def test_schema_is_made_from_the_classes(name: str) -> None:
    assert (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8") == TEXTS[name]()


@pytest.mark.parametrize("name", TEXTS)
def test_what_ships_is_valid_and_a_surprise_is_not(name: str) -> None:
    value = plain(scan_yaml(WORLD_FOLDER / "projects" / FILES[name], kind=name).value)
    check = validator(name)
    assert not [error.message for error in check.iter_errors(value)]
    value["surprise"] = 1
    assert not check.is_valid(value)
