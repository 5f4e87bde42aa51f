"""The cards behind the safe level of stocks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orepact.errors import InputError, Problem
from orepact.indicators.span import Span
from orepact.network.chains.cards import read_cards
from orepact.network.chains.text import Card
from orepact.network.world import WORLD

__all__ = ["LEVEL_FILE", "LevelRule", "read_level_rule"]

LEVEL_FILE = Path("reserve") / "level.yaml"
"""The file of a dataset that holds the cards."""

NAMES = ("safe-level-days", "safe-level-weight", "safe-level-least", "safe-level-most",
         "stock-unavailable", "stock-border-open")


@dataclass(frozen=True, slots=True)
class LevelRule:
    """Days (day), weight, least and most (1); shares of stocks; the cards in this order."""

    days: Span
    weight: Span
    least: Span
    most: Span
    unavailable: Span
    open_border: Span
    cards: tuple[Card, ...]


def read_level_rule(folder: Path = WORLD) -> LevelRule:
    """Read the cards of a dataset's folder; raises `InputError` with every problem."""
    path = folder / LEVEL_FILE
    cards = {card.card: card for card in read_cards(path, folder)}
    missing = [name for name in NAMES if name not in cards]
    wrong = [
        card for card in cards.values()
        if card.low < 0.0 or (card.unit == "share" and card.high > 1.0)
    ]
    problems = [Problem("card is missing", file=str(path), expected=name) for name in missing]
    problems += [
        Problem("negative, or a share over 1", file=str(path), field=card.card,
                found=f"{card.low:g} to {card.high:g}") for card in wrong
    ]
    if problems:
        raise InputError(problems)
    found = [cards[name] for name in NAMES]
    spans = [Span(card.value, card.low, card.high) for card in found]
    return LevelRule(*spans, cards=tuple(found))
