"""The JSON Schemas of exercise files and of decisions, made from the dataclasses that read them."""

from __future__ import annotations

import json
from typing import Any

from orepact.policy.scenario.schema import PARTS_OF_FILES, file_schema
from orepact.policy.scenario.text import Distribution, Ladder
from orepact.studies.exercise.decisions import Decided, FileOfDecisions
from orepact.studies.exercise.text import (
    Approval,
    Exercise,
    Holding,
    Inject,
    Menu,
    Priority,
    Purchase,
    Reexport,
    Release,
    Restraint,
    Subsidy,
    Team,
    Turn,
)

__all__ = ["decisions_schema", "decisions_schema_text", "exercise_schema", "exercise_schema_text"]

_OURS = (Team, Holding, Menu, Release, Purchase, Restraint, Priority, Reexport, Approval, Subsidy,
         Turn, Inject)
_OTHERS = tuple(one for one in PARTS_OF_FILES if one not in (Ladder, Distribution))


def exercise_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an exercise file.

    It has the shape of a file; that teams, dates and menus agree is for `opened_exercise`.
    """
    return file_schema(Exercise, (*_OURS, *_OTHERS), kind="exercise", title="Exercise",
                       text="An exercise file: teams with stocks and menus, turns with injects.")


def decisions_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file of decisions.

    It has the shape of a file; whether a menu allows a decision is for `read_decisions`.
    """
    return file_schema(FileOfDecisions, (Decided,), kind="decisions", title="Decisions",
                       text="A file of decisions: what teams of an exercise decide, by turn.")


def exercise_schema_text() -> str:
    """Return the text of ``exercise.schema.json``."""
    return _text(exercise_schema())


def decisions_schema_text() -> str:
    """Return the text of ``decisions.schema.json``."""
    return _text(decisions_schema())


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
