"""The JSON Schemas of support files and of files of plants, made from what reads them."""

from __future__ import annotations

import json
from typing import Any

from orepact.network.chains.text import Card
from orepact.policy.scenario.schema import file_schema
from orepact.policy.support.text import (
    KINDS,
    CostText,
    PlantsText,
    PlantText,
    SupportText,
)

__all__ = ["plants_schema_text", "support_schema", "support_schema_text"]


def support_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a support file.

    It has the shape of a file; overlaps and names are for `orepact support check`.
    """
    schema = file_schema(
        SupportText, (*KINDS.values(), PlantText, CostText, Card), kind="support",
        title="Price support",
        text="Instruments of price support on one chain, with the plants that may live by them.",
    )
    for word, kind in KINDS.items():
        body = schema["$defs"][kind.__name__]
        body["properties"]["kind"] = {"const": word}
    return schema


def support_schema_text() -> str:
    """Return the text of ``support.schema.json``."""
    return json.dumps(support_schema(), indent=1, ensure_ascii=False) + "\n"


def plants_schema_text() -> str:
    """Return the text of ``plants.schema.json``."""
    schema = file_schema(
        PlantsText, (PlantText, Card), kind="plants", title="Plants",
        text="Plants of one chain: recipe, capacity, cash cost, how long they bear losses.",
    )
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
