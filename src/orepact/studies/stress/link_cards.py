"""Cards of links as uncertain numbers of a run: drawn with the scenario's own ranges.

Each card of a link between chains of a scenario that has a range is a number like those of the
scenario's parts, by a path of its own (``links.card``); its distribution is triangular.
"""

from __future__ import annotations

from collections.abc import Mapping

from orepact.network.chains.text import Card
from orepact.network.links import Links, world_links
from orepact.network.world import World
from orepact.policy.scenario.ranges import drawn
from orepact.policy.scenario.text import Distribution, Ranged, Scenario

__all__ = ["drawn_links", "link_cards", "link_value", "links_of", "own_quantiles"]

PREFIX = "links."


def links_of(scenario: Scenario, world: World) -> Links:
    """Return the links of a scenario between its chains.

    Raises `InputError` for a link that the dataset does not have.
    """
    known = world_links(world.folder, world.chains)
    return known.named(scenario.links).among(scenario.chains)


def link_cards(scenario: Scenario, world: World) -> dict[str, Card]:
    """Return the cards with a range of a scenario's links, by path."""
    if not scenario.links:
        return {}
    links = links_of(scenario, world)
    cards = {name: links.cards[name] for name in links.card_names}
    return {PREFIX + name: card for name, card in cards.items() if card.low < card.high}


def own_quantiles(quantiles: Mapping[str, float]) -> dict[str, float]:
    """Return the quantiles of a draw that are of the scenario's own numbers."""
    return {path: one for path, one in quantiles.items() if not path.startswith(PREFIX)}


def drawn_links(links: Links, quantiles: Mapping[str, float]) -> Links:
    """Return the links with the numbers of a draw; those that it lacks keep their values."""
    drawn_cards = {path.removeprefix(PREFIX): one for path, one in quantiles.items()
                   if path.startswith(PREFIX)}
    return links.at({
        name: link_value(links.cards[name], quantile) for name, quantile in drawn_cards.items()
    })


def link_value(card: Card, quantile: float) -> float:
    """Return the number of a card at a quantile (0 to 1)."""
    return drawn(Ranged(card.value, card.low, card.high),
                 Distribution(of=card.card, kind="triangular"), quantile)
