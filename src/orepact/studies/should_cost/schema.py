"""The JSON Schema of files of should-cost prices, made from the dataclasses that read them."""

from __future__ import annotations

import json

from orepact.policy.scenario.schema import file_schema
from orepact.studies.should_cost.text import CostFile, Input, Range

__all__ = ["should_cost_schema_text"]


def should_cost_schema_text() -> str:
    """Return the text of ``should-cost.schema.json``."""
    schema = file_schema(CostFile, (Input, Range), kind="should-cost", title="Should-cost price",
                         text="What a tonne of a material rests on: every input a card.")
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
