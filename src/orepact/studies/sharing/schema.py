"""The JSON Schemas of files on sharing, made from the dataclasses that read them."""

from __future__ import annotations

import json

from orepact.network.chains.text import Card
from orepact.policy.scenario.schema import file_schema
from orepact.studies.sharing.cards import (
    DistanceText,
    NeedsText,
    NeedText,
    PortText,
    TransitText,
)
from orepact.studies.sharing.own import ClaimRow, Claims, Group, GroupMember, Link, Source

__all__ = [
    "division_schema_text",
    "group_schema_text",
    "needs_schema_text",
    "transit_schema_text",
]


def division_schema_text() -> str:
    """Return the text of ``division.schema.json``."""
    return _text(file_schema(Claims, (ClaimRow, Source, Link), kind="division", title="Division",
                             text="Claims on an amount that does not reach, to be divided."))


def group_schema_text() -> str:
    """Return the text of ``emergency-group.schema.json``."""
    return _text(file_schema(Group, (GroupMember,), kind="emergency-group",
                             title="Emergency group",
                             text="Members of a group in an emergency of one form."))


def needs_schema_text() -> str:
    """Return the text of ``sharing-needs.schema.json``."""
    return _text(file_schema(NeedsText, (NeedText, Card), kind="sharing-needs",
                             title="Sharing needs",
                             text="Cards of essential need and defence by use."))


def transit_schema_text() -> str:
    """Return the text of ``transit.schema.json``."""
    return _text(file_schema(TransitText, (PortText, DistanceText, Card), kind="transit",
                             title="Transit", text="Ports, distances and cards of days by sea."))


def _text(schema: object) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
