"""JSON Schemas of the files that people write for a vault: terms, a ledger's opening, movements."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from orepact.data.ledger.movements import KINDS, Movement
from orepact.data.ledger.opening import FormText, Opening, ParticipantText, TrancheText
from orepact.policy.scenario.schema import file_schema
from orepact.studies.vault.terms import BOUNDS, Fact, Participants, Term, Terms

__all__ = ["movements_schema_text", "opening_schema_text", "terms_schema_text"]


@dataclass(frozen=True, kw_only=True)
class _Movements:
    movements: tuple[Movement, ...]
    note: str = ""


def terms_schema_text() -> str:
    """Return the text of ``vault-terms.schema.json``."""
    schema = file_schema(Terms, (Term, Participants, Fact), kind="vault-terms",
                         title="Terms of a vault",
                         text="What is published of a reserve, and a card for what is not.")
    schema["$defs"]["Term"]["properties"]["term"] = {"enum": list(BOUNDS)}
    return _text(schema)


def opening_schema_text() -> str:
    """Return the text of ``ledger-opening.schema.json``."""
    return _text(file_schema(Opening, (FormText, ParticipantText, TrancheText),
                             kind="ledger-opening", title="Opening of a ledger",
                             text="What a ledger of a joint reserve starts from."))


def movements_schema_text() -> str:
    """Return the text of ``movements.schema.json``."""
    schema = file_schema(_Movements, tuple(KINDS.values()), kind="movements", title="Movements",
                         text="Movements to book in a ledger, in order; tonnes, USD and USD/t.")
    for word, kind in KINDS.items():
        body = schema["$defs"][kind.__name__]
        body["properties"]["movement"] = {"const": word}
        body["required"] = ["movement", *(name for name in body["required"]
                                          if name != "movement")]
    return _text(schema)


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
