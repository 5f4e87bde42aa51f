"""What turns a shortage into output at risk: the file of cards and classes, format ``at-risk``.

Value added by sector comes from the table of end uses; how much of it is made with products that
hold a material is on a card for each use of a chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from orepact.data.bundle import WORLD_FOLDER, Bundle
from orepact.data.text import Document, Location, parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.network.chains.text import Card
from orepact.network.world import World

__all__ = ["AT_RISK_FILE", "AtRiskText", "Range", "at_risk_reader", "read_at_risk", "value_added"]

AT_RISK_FILE = WORLD_FOLDER / "assess" / "at_risk.yaml"
"""The cards and classes that ship."""

UNION = "EU27"


@dataclass(frozen=True, slots=True)
class Range:
    """A number of a card: the middle value and its range."""

    value: float
    low: float
    high: float

    def __mul__(self, other: Range) -> Range:
        """Return the product, as if both were low, or both high, together."""
        return Range(self.value * other.value, self.low * other.low, self.high * other.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A use of a chain and the card with the part of its sector's value added that hangs on it."""

    chain: str
    use: str
    part: str


@dataclass(frozen=True, kw_only=True)
class _File:
    exchange: str
    stop: str
    sizes: dict[str, str]
    willingness: dict[str, str]
    applications: tuple[Application, ...]
    cards: tuple[Card, ...]
    note: str = ""


@dataclass(frozen=True)
class AtRiskText:
    """The file, with the names of cards replaced by their numbers.

    `exchange` (USD/EUR), `stop` (shortage at which an application stands still, fraction), `sizes`
    (industry of a region over the Union's, by region), `willingness` (most that is paid for a
    tonne, multiple of its base price, by sector), `parts` (part of the sector's value added, by
    chain and use). `classes` has the names of the cards behind `parts`.
    """

    exchange: Range
    stop: Range
    sizes: Mapping[str, Range]
    willingness: Mapping[str, Range]
    parts: Mapping[tuple[str, str], Range]
    cards: Mapping[str, Card] = field(repr=False)
    classes: Mapping[tuple[str, str], str] = field(repr=False)

    def part_cards(self, chains: Iterable[str]) -> tuple[str, ...]:
        """Return the cards of the classes in which the uses of these chains stand."""
        known = set(chains)
        found = [card for (chain, _), card in self.classes.items() if chain in known]
        return tuple(dict.fromkeys(found))

    def size(self, world: World, region: str) -> Range | None:
        """Return a region's industry over the Union's; members by their weight, None if unknown."""
        if region == UNION:
            return Range(1.0, 1.0, 1.0)
        if region in self.sizes:
            return self.sizes[region]
        weight = world.industry.get(region)
        if weight is None:
            return None
        part = weight / sum(world.industry.values())
        return Range(part, part / 2.0, part * 2.0)


def read_at_risk(world: World, path: Path | None = None) -> AtRiskText:
    """Read the file of a dataset, else the one that ships.

    Raises `InputError` with every problem.
    """
    return at_risk_reader(world, path)({})


def at_risk_reader(
    world: World, path: Path | None = None
) -> Callable[[Mapping[str, float]], AtRiskText]:
    """Return a function that gives the file with other values of cards, without their ranges.

    Raises `InputError` with every problem of the file, and the function for unknown cards.
    """
    own = world.folder / "assess" / AT_RISK_FILE.name
    document = read_yaml(path or (own if own.is_file() else AT_RISK_FILE), kind="at-risk")
    text = parse(_File, document)
    cards = {card.card: card for card in text.cards}
    problems = [*_card_problems(document, text, cards), *_use_problems(document, text, world)]
    if problems:
        raise InputError(sorted(problems, key=lambda one: (one.line or 0, one.field)))

    def read(values: Mapping[str, float]) -> AtRiskText:
        unknown = [name for name in values if name not in cards]
        if unknown:
            raise InputError([
                Problem("unknown card", field="cards", found=name, nearest=nearest(name, [*cards]))
                for name in unknown
            ])
        return _with_numbers(text, cards, values)

    return read


def _with_numbers(
    text: _File, cards: Mapping[str, Card], values: Mapping[str, float]
) -> AtRiskText:
    def number(name: str) -> Range:
        if name in values:
            return Range(values[name], values[name], values[name])
        card = cards[name]
        return Range(card.value, card.low, card.high)

    return AtRiskText(
        number(text.exchange),
        number(text.stop),
        {region: number(name) for region, name in text.sizes.items()},
        {sector: number(name) for sector, name in text.willingness.items()},
        {(one.chain, one.use): number(one.part) for one in text.applications},
        cards,
        {(one.chain, one.use): one.part for one in text.applications},
    )


def _card_problems(
    document: Document, text: _File, cards: Mapping[str, Card]
) -> Iterator[Problem]:
    for number, card in enumerate(text.cards):
        if not 0.0 < card.low <= card.value <= card.high:
            yield document.problem(("cards", number, "value"), "range is out of order",
                                   found=f"{card.low:g}, {card.value:g}, {card.high:g}",
                                   expected="0 < low ≤ value ≤ high")
    named: list[tuple[Location, str]] = [(("exchange",), text.exchange), (("stop",), text.stop)]
    named += [(("sizes", region), name) for region, name in text.sizes.items()]
    named += [(("willingness", sector), name) for sector, name in text.willingness.items()]
    named += [(("applications", n, "part"), one.part) for n, one in enumerate(text.applications)]
    for at, name in named:
        if name not in cards:
            yield document.problem(at, "unknown card", found=name,
                                   expected="a card of this file", near=nearest(name, list(cards)))


def _use_problems(document: Document, text: _File, world: World) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(text.applications):
        at: Location = ("applications", number)
        if one.chain not in world.chains:
            yield from _unknown(document, (*at, "chain"), "chain", one.chain, world.chains)
            continue
        uses = [use.use for use in world.chains[one.chain].text.uses]
        yield from _unknown(document, (*at, "use"), "use", one.use, uses)
        if (one.chain, one.use) in seen:
            yield document.problem((*at, "use"), "given twice", found=one.use, expected="once")
        seen.add((one.chain, one.use))


def _unknown(
    document: Document, at: Location, kind: str, name: str, known: Iterable[str]
) -> Iterator[Problem]:
    names = list(known)
    if name not in names:
        yield document.problem(at, f"unknown {kind}", found=name,
                               expected="one of " + ", ".join(names), near=nearest(name, names))


def value_added(bundle: Bundle) -> dict[str, tuple[float, str]]:
    """Return value added (EUR/year) and the name of every sector in the table of end uses.

    Where rows of a sector disagree, as a few printed ones do, what most of them say is taken.
    """
    rows = (
        bundle.table("end_uses")
        .filter(pl.col("value_added_meur").is_not_null() & (pl.col("nace2") != ""))
        .group_by("nace2", "nace2_label", "value_added_meur")
        .len()
        .sort("len", "value_added_meur", descending=True)
        .unique("nace2", keep="first", maintain_order=True)
    )
    return {
        sector: (1e6 * float(amount), label)
        for sector, label, amount in rows.select(
            "nace2", "nace2_label", "value_added_meur"
        ).iter_rows()
    }
