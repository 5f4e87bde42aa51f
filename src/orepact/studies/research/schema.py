"""The JSON Schema of files of research programmes, made from the dataclasses that read them."""

from __future__ import annotations

import json

from orepact.policy.scenario.schema import file_schema
from orepact.studies.research.text import Number, Programme, Research

__all__ = ["research_schema_text"]


def research_schema_text() -> str:
    """Return the text of ``research.schema.json``."""
    schema = file_schema(Research, (Programme, Number), kind="research",
                         title="Research programmes",
                         text="Programmes as options on coefficients: every number a card.")
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
