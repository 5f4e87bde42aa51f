"""What feeds and co-products are worth: the market's price, or what they should cost themselves.

A market price of a feed inherits what is below cost in it. With `cost` a feed that has a
should-cost price of its own is taken at that; one that has none is taken at its market price and
what its own feeds should cost more, by the recipe of the process that makes most of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from orepact.model.curve import Array
from orepact.network.network import Network
from orepact.studies.should_cost.build_up import build_up
from orepact.studies.should_cost.draws import members_of, middle_of
from orepact.studies.should_cost.text import CostFile

__all__ = ["FEEDS", "Feeds", "Prices"]

Feeds: TypeAlias = Literal["market", "cost"]

FEEDS: tuple[Feeds, ...] = ("market", "cost")


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of feeds and credits in USD/t; `files` are the files of the same chain by material.

    `count` members are drawn for feeds at cost from `seed`; with a count of 0 there is one, at the
    middle values.
    """

    network: Network
    files: Mapping[str, CostFile]
    feeds: Feeds
    count: int
    seed: int
    doublings: float = 0.0
    _known: dict[tuple[str, str], Array] = field(default_factory=dict[tuple[str, str], Array])

    def base(self, material: str) -> float:
        """Return the base price of a material (USD/t)."""
        return next(each.price for each in self.network.materials if each.name == material)

    def of(self, text: CostFile, region: str, values: Mapping[str, Array]) -> dict[str, Array]:
        """Return the prices that a file's feeds and credits have with these inputs (USD/t)."""
        factors = {each.material: values[each.input] for each in text.of("price")}
        one = np.ones_like(next(iter(values.values())))
        found: dict[str, Array] = {}
        for each in (*text.of("feed"), *text.of("credit")):
            market = self.base(each.material) * factors.get(each.material, one)
            dearer = self.dearer(each.material, region) if each.role == "feed" else 0.0 * one
            moved = bool(np.any(dearer))
            found[each.material] = self.base(each.material) * one + dearer if moved else market
        return found

    def at_cost(self, text: CostFile, region: str) -> tuple[str, ...]:
        """Return the feeds that are not taken at the market's price."""
        return tuple(each.material for each in text.of("feed")
                     if np.any(self.dearer(each.material, region)))

    def dearer(self, material: str, region: str) -> Array:
        """Return what a material should cost more than its base price (USD/t), 0 at the market."""
        key = (material, region)
        if self.feeds == "market":
            return np.zeros(max(1, self.count))
        if key not in self._known:
            self._known[key] = self._dearer(material, region)
        return self._known[key]

    def _dearer(self, material: str, region: str) -> Array:
        text = self.files.get(material)
        if text is not None and not text.gaps():
            where = region if region in text.regions else text.regions[0]
            values = (members_of(text, where, self.count, self.seed + 1 + len(self._known))
                      if self.count else middle_of(text, where))
            price = build_up(text, values, self.of(text, where, values), self.doublings).price
            return price - self.base(material)
        makers = [each for each in self.network.processes if material in each.outputs
                  and each.inputs and next(iter(each.outputs)) == material]
        found = np.zeros(max(1, self.count))
        if makers:
            largest = max(makers, key=lambda each: each.base)
            for name, amount in largest.inputs.items():
                found = found + amount * self.dearer(name, region)
        return found
