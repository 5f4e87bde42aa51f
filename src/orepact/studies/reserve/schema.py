"""The JSON Schemas of the files on what is held, made from the dataclasses that read them."""

from __future__ import annotations

import json

from orepact.network.chains.text import Card
from orepact.network.stored_forms import Content, FormsText, FormText, Step
from orepact.policy.scenario.schema import file_schema
from orepact.studies.reserve.holdings import Holding, Holdings
from orepact.studies.reserve.known_stocks import KnownStock, KnownStocks
from orepact.studies.reserve.programmes import (
    Goal,
    PriceLine,
    Programme,
    Programmes,
    Purchase,
)

__all__ = [
    "forms_schema_text",
    "holdings_schema_text",
    "known_stocks_schema_text",
    "programmes_schema_text",
]


def holdings_schema_text() -> str:
    """Return the text of ``holdings.schema.json``."""
    return _text(file_schema(Holdings, (Holding,), kind="holdings", title="Holdings",
                             text="Who holds how much of which form, and how it may be had."))


def forms_schema_text() -> str:
    """Return the text of ``stored-forms.schema.json``."""
    return _text(file_schema(
        FormsText, (FormText, Content, Step, Card), kind="stored-forms", title="Stored forms",
        text="In which form a material is stored, with cards for shelf life, cost and time.",
    ))


def known_stocks_schema_text() -> str:
    """Return the text of ``known-stocks.schema.json``."""
    return _text(file_schema(
        KnownStocks, (KnownStock,), kind="known-stocks", title="Known stocks",
        text="Private stocks that a public table prints, and the form that they are taken to be.",
    ))


def programmes_schema_text() -> str:
    """Return the text of ``programmes.schema.json``."""
    return _text(file_schema(
        Programmes, (Programme, Purchase, Goal, PriceLine, Card), kind="programmes",
        title="Programmes",
        text="Who buys for a reserve, as published; tonnes that nobody published are left out.",
    ))


def _text(schema: object) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
