"""The cards that a size rests on: weights of futures, interest, depth of the market."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from orepact.data.bundle import WORLD_FOLDER
from orepact.errors import InputError, Problem, nearest
from orepact.network.chains.cards import Card, read_cards
from orepact.network.world import World

__all__ = ["SIZING_FILE", "Suppositions", "branch_chances", "read_suppositions"]

SIZING_FILE = WORLD_FOLDER / "reserve" / "sizing.yaml"
"""The cards that ship."""


@dataclass(frozen=True, slots=True)
class Suppositions:
    """Cards by name; `chosen` holds numbers that are used in place of their values."""

    cards: Mapping[str, Card]
    chosen: Mapping[str, float] = field(default_factory=dict[str, float])

    def __getitem__(self, name: str) -> float:
        """Return the number of a card; raises `InputError` with the nearest name."""
        if name not in self.cards:
            known = list(self.cards)
            raise InputError([Problem("unknown card", found=repr(name),
                                      expected="one of " + ", ".join(known),
                                      nearest=nearest(name, known))])
        return self.chosen.get(name, self.cards[name].value)

    def at(self, name: str, number: float) -> Suppositions:
        """Return the same cards with another number for one of them."""
        _ = self[name]
        return Suppositions(self.cards, {**self.chosen, name: number})

    def fixed(self, name: str, number: float) -> Suppositions:
        """Return the same cards with a number for one of them, its lower and upper end as well."""
        card = replace(self.cards[name], value=number, low=number, high=number)
        return Suppositions({**self.cards, name: card}, {**self.chosen, name: number})

    def ends(self, name: str) -> tuple[float, float]:
        """Return the lowest and the highest number that a card allows."""
        return self.cards[name].low, self.cards[name].high


def read_suppositions(world: World) -> Suppositions:
    """Read the cards of a dataset, else those that ship; raises `InputError` with every problem."""
    own = world.folder / "reserve" / SIZING_FILE.name
    path = own if own.is_file() else SIZING_FILE
    return Suppositions({card.card: card for card in read_cards(path, path.parent)})


def branch_chances(cards: Suppositions, branches: Sequence[str]) -> dict[str, float]:
    """Return the chance of every branch of the register; they sum to 1."""
    weights = {name: cards[f"reserve-branch-{name}"] for name in branches}
    whole = sum(weights.values())
    return {name: weight / whole for name, weight in weights.items()}
