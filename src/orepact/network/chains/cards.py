"""Assumption cards read from a file, without the rest of a chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from orepact.data.text import Document, parse, scan_yaml
from orepact.errors import InputError, Problem, attempt
from orepact.network.chains.text import Card

__all__ = ["Card", "read_cards"]


def read_cards(path: Path, root: Path) -> tuple[Card, ...]:
    """Read a file of assumption cards; raises `InputError` with every problem."""
    document = scan_yaml(path, kind="cards", root=root)
    problems = [*document.problems, *_unknown_parts(document)]
    cards: dict[str, Card] = {}
    items: Any = document.value.get("cards")
    for number, item in enumerate(cast("list[Any]", items) if isinstance(items, list) else []):
        card = attempt(problems, parse, Card, document, item, ("cards", number))
        if card is None:
            continue
        if not card.low <= card.value <= card.high:
            problems.append(
                document.problem(
                    ("cards", number, "value"),
                    "value outside its range",
                    found=f"{card.value:g} in {card.low:g} to {card.high:g}",
                    expected="low <= value <= high",
                )
            )
        if card.card in cards:
            problems.append(
                document.problem(
                    ("cards", number, "card"), "duplicate card", found=card.card, expected="one"
                )
            )
        cards[card.card] = card
    if problems:
        raise InputError(problems)
    return tuple(cards.values())


def _unknown_parts(document: Document) -> list[Problem]:
    problems = [
        document.problem((key,), "unknown field", found=key, expected="one of format, cards")
        for key in document.value
        if key not in {"format", "cards", "note"}
    ]
    if not isinstance(document.value.get("cards"), list):
        problems.append(
            document.problem(("cards",), "required field is missing", expected="a list of cards")
        )
    return problems
