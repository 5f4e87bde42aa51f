"""Cards with which sharing reads the world: what is essential need, and days on the way.

Formats ``orepact/sharing-needs/1`` and ``orepact/transit/1``, folder ``sharing`` of a dataset.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from orepact.data.text import Document, parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.network.chains.text import Card
from orepact.units import Doc, Unit

__all__ = [
    "FOLDER",
    "Days",
    "DistanceText",
    "NeedText",
    "Needs",
    "NeedsText",
    "PortText",
    "Transit",
    "TransitText",
    "read_needs",
    "read_transit",
]

FOLDER = "sharing"
"""Folder of a dataset that holds the cards."""

HOURS = 24.0

Name = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days with its range."""

    low: float
    value: float
    high: float

    def plus(self, other: Days) -> Days:
        """Return the sum, low to low and high to high."""
        return Days(self.low + other.low, self.value + other.value, self.high + other.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedText:
    """The card of the essential part of a use."""

    chain: Annotated[Name, Doc("chain of the use")]
    use: Annotated[Name, Doc("a final use of the chain")]
    card: Annotated[Name, Doc("card of the essential part")]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsText:
    """What ``sharing/needs.yaml`` says."""

    cards: Annotated[tuple[Card, ...], Doc("assumption cards")]
    needs: Annotated[tuple[NeedText, ...], Doc("uses that have a card of their own")]
    note: Annotated[str, Doc("anything else")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortText:
    """The port that stands for a region."""

    region: Annotated[Name, Doc("a region of the dataset")]
    port: Annotated[Name, Doc("its port, or the one it uses")]
    basin: Annotated[Name, Doc("the coast that distances are counted from")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DistanceText:
    """The distance between two basins."""

    basin: Annotated[Name, Doc("a basin")]
    to: Annotated[Name, Doc("another basin")]
    miles: Annotated[float, Field(gt=0.0), Unit("nautical mile"), Doc("by the usual canals")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitText:
    """What ``sharing/transit.yaml`` says."""

    cards: Annotated[tuple[Card, ...], Doc("assumption cards")]
    ports: Annotated[tuple[PortText, ...], Doc("ports by region")]
    distances: Annotated[tuple[DistanceText, ...], Doc("distances by pair of basins")]
    note: Annotated[str, Doc("anything else")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Cards by name, and the card of a use by chain and use."""

    cards: Mapping[str, Card]
    uses: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def essential(self, chain: str, use: str) -> Card:
        """Return the card of the essential part of a use."""
        return self.cards[self.uses.get((chain, use), "need-default")]

    def at(self, end: str) -> Needs:
        """Return the cards with their values at an end of their ranges: ``low`` or ``high``."""
        moved = {name: replace(card, value=getattr(card, end)) for name, card in self.cards.items()}
        return replace(self, cards=moved)

    @property
    def defence(self) -> Card:
        """Return the card of the defence part of a form without a split by end user."""
        return self.cards["defence-default"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transit:
    """Ports by region, and what days between them stand on."""

    cards: Mapping[str, Card]
    ports: Mapping[str, tuple[str, str]]
    miles: Mapping[frozenset[str], float]

    def port(self, region: str) -> str | None:
        """Return the port that stands for a region, None if there is no card."""
        return self.ports[region][0] if region in self.ports else None

    def days(self, start: str, end: str) -> Days | None:
        """Return days by sea from one region to another, None where a port has no card."""
        if start not in self.ports or end not in self.ports:
            return None
        speed, detour = self.cards["speed"], self.cards["detour"]
        basins = frozenset({self.ports[start][1], self.ports[end][1]})
        near = self.cards["same-basin"]
        low, value, high = ((near.low, near.value, near.high) if len(basins) == 1
                            else (self.miles[basins],) * 3)
        handling = self.cards["handling"]
        return Days(
            low * detour.low / (speed.high * HOURS) + handling.low,
            value * detour.value / (speed.value * HOURS) + handling.value,
            high * detour.high / (speed.low * HOURS) + handling.high,
        )

    def by_air(self) -> Days:
        """Return days by air, door to door."""
        card = self.cards["air"]
        return Days(card.low, card.value, card.high)


def read_needs(folder: Path) -> Needs:
    """Return the cards of essential need of a dataset; raises `InputError` with every problem."""
    document = read_yaml(folder / FOLDER / "needs.yaml", kind="sharing-needs", root=folder)
    file = parse(NeedsText, document)
    cards, problems = _cards(document, file.cards, ("need-default", "defence-default"))
    for number, need in enumerate(file.needs):
        if need.card not in cards:
            problems.append(document.problem(
                ("needs", number, "card"), "unknown card", found=need.card,
                expected="one of " + ", ".join(cards), near=nearest(need.card, list(cards))))
    if problems:
        raise InputError(problems)
    return Needs(cards=cards, uses={(need.chain, need.use): need.card for need in file.needs})


def read_transit(folder: Path) -> Transit:
    """Return the days between ports of a dataset; raises `InputError` with every problem."""
    document = read_yaml(folder / FOLDER / "transit.yaml", kind="transit", root=folder)
    file = parse(TransitText, document)
    cards, problems = _cards(document, file.cards,
                             ("speed", "handling", "detour", "same-basin", "air"))
    basins = sorted({port.basin for port in file.ports})
    miles = {frozenset({each.basin, each.to}): each.miles for each in file.distances}
    problems += _missing(document, basins, miles)
    if problems:
        raise InputError(problems)
    ports = {port.region: (port.port, port.basin) for port in file.ports}
    return Transit(cards=cards, ports=ports, miles=miles)


def _cards(
    document: Document, cards: Sequence[Card], needed: Sequence[str]
) -> tuple[dict[str, Card], list[Problem]]:
    found = {card.card: card for card in cards}
    problems = [
        document.problem(("cards", number, "value"), "value outside its range",
                         found=f"{card.value:g} in {card.low:g} to {card.high:g}",
                         expected="low <= value <= high")
        for number, card in enumerate(cards) if not card.low <= card.value <= card.high
    ]
    problems += [document.problem(("cards",), "required card is missing", expected=name)
                 for name in needed if name not in found]
    return found, problems


def _missing(
    document: Document, basins: Sequence[str], miles: Mapping[frozenset[str], float]
) -> Iterator[Problem]:
    for place, start in enumerate(basins):
        for end in basins[place + 1 :]:
            if frozenset({start, end}) not in miles:
                yield document.problem(("distances",), "no distance between two basins",
                                       expected=f"a distance from {start} to {end}")
