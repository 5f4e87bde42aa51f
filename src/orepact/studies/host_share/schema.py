"""The JSON Schema of files of a host country's terms, made from the dataclasses that read them."""

from __future__ import annotations

import json

from orepact.policy.scenario.schema import file_schema
from orepact.studies.host_share.text import HostTerms, Term

__all__ = ["host_share_schema_text"]


def host_share_schema_text() -> str:
    """Return the text of ``host-share.schema.json``."""
    schema = file_schema(HostTerms, (Term,), kind="host-share", title="Terms of a host country",
                         text="Royalty, tax and costs of a chain's steps: every term a card.")
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
