"""The JSON Schema of release rulebooks, made from the dataclasses that read them."""

from __future__ import annotations

import json
from typing import Any

from orepact.policy.release.text import (
    Emergency,
    Replenish,
    Rule,
    Rulebook,
    Size,
    Stop,
    Trigger,
)
from orepact.policy.scenario.schema import file_schema

__all__ = ["rulebook_schema", "rulebook_schema_text"]


def rulebook_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a release rulebook.

    It has the shape of a file; contradictions are for `check_rulebook`.
    """
    return file_schema(
        Rulebook, (Rule, Trigger, Size, Stop, Replenish, Emergency), kind="release-rulebook",
        title="Release rulebook",
        text="A release rulebook: when reserves give material, how much, to whom.",
    )


def rulebook_schema_text() -> str:
    """Return the text of ``release-rulebook.schema.json``."""
    return json.dumps(rulebook_schema(), indent=1, ensure_ascii=False) + "\n"
