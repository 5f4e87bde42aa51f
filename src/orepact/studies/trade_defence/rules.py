"""Thresholds of the monitor, the detour signs and the price pattern: assumption cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from orepact.data.bundle import WORLD_FOLDER
from orepact.indicators.trade_defence.circumvention import Thresholds
from orepact.indicators.trade_defence.pattern import Significance
from orepact.network.chains.cards import Card, read_cards

__all__ = ["BASE_YEARS", "Edge", "Rules", "read_trade_rules"]

Edge = Literal["value", "low", "high"]

BASE_YEARS = 3
"""Years before a year that it is compared with."""

_FIELDS = ("fall", "dependence", "growth", "size", "feed", "output", "own")


@dataclass(frozen=True, slots=True)
class Rules:
    """The cards by name; an edge of a card is its value, its low or its high end."""

    cards: Mapping[str, Card]

    def value(self, name: str, edge: Edge = "value") -> float:
        """Return the number of a card; `KeyError` for an unknown one."""
        return float(getattr(self.cards[name], edge))

    def thresholds(self, edges: Mapping[str, Edge] | None = None) -> Thresholds:
        """Return the thresholds of the detour signs, each at the given edge of its card."""
        at = edges or {}
        return Thresholds(**{
            name: self.value(f"detour-{name}", at.get(name, "value")) for name in _FIELDS
        })

    def strictest(self) -> Thresholds:
        """Return the edges that make the fewest alarms."""
        return self.thresholds({name: "low" if name in {"output", "own"} else "high"
                                for name in _FIELDS})

    def loosest(self) -> Thresholds:
        """Return the edges that make the most alarms."""
        return self.thresholds({name: "high" if name in {"output", "own"} else "low"
                                for name in _FIELDS})

    def one_at_a_time(self) -> dict[str, Thresholds]:
        """Return the thresholds with one card at either end, the others at their values."""
        ends: tuple[Edge, ...] = ("low", "high")
        return {f"{name} {edge}": self.thresholds({name: edge})
                for name in _FIELDS for edge in ends}

    def significance(self, edge: Edge = "value") -> Significance:
        """Return what counts as a significant difference of export prices, all cards at an edge."""
        return Significance(difference=self.value("pattern-difference", edge),
                            distance=self.value("pattern-distance", edge),
                            share=self.value("pattern-share", edge))

    def told(self, prefix: str) -> list[dict[str, Any]]:
        """Return the cards whose name begins so, as plain values."""
        return [
            {"card": card.card, "title": card.title, "value": card.value, "low": card.low,
             "high": card.high, "unit": card.unit, "reason": card.reason}
            for name, card in self.cards.items() if name.startswith(prefix)
        ]


def read_trade_rules(folder: Path = WORLD_FOLDER) -> Rules:
    """Read the cards of a dataset; raises `InputError` with every problem of the file."""
    path = folder / "trade_defence" / "rules.yaml"
    return Rules({card.card: card for card in read_cards(path, path.parent)})
