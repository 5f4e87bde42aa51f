"""Links between chains: by-products that follow a host, and uses that meet in one product.

Format ``orepact/links/1``. A host link binds a process of one chain to processes of another: when
the host falls, a share of the by-product falls with it. A product link joins uses of several
chains that are parts of one product: when one is short, less of the product is made and less of
the others is wanted. Every number is an assumption card of the same file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from orepact.data.text import Document, Location, parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.network.chains.chain import Chain
from orepact.network.chains.text import Card
from orepact.network.components import Region

__all__ = [
    "LINKS_FILE",
    "HostLink",
    "Links",
    "Member",
    "ProductLink",
    "overlap",
    "read_links",
    "world_links",
]

LINKS_FILE = "links.yaml"
"""The file of a dataset that holds the links between its chains."""

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The processes of a chain that a by-product follows, their activity added up."""

    chain: str
    processes: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLink:
    """A by-product and its host, region by region; `share` is a card.

    Of the by-product the share `share` falls in proportion when the host falls; what the host makes
    beyond its reference adds nothing. `regions` names where alone the link holds, all if empty.
    """

    link: Id
    title: str
    chain: str
    process: str
    host: Host
    share: str
    reason: str
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A use of a chain that is a part of a product; `part` and `flexibility` are cards.

    `part` is the share of the use that goes into this product, `flexibility` the share of its
    shortage that the product bears without being made less.
    """

    chain: str
    use: str
    part: str
    flexibility: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLink:
    """A product and the uses that meet in it; what is short is felt `lag` months later."""

    link: Id
    title: str
    uses: Annotated[tuple[Member, ...], Field(min_length=2)]
    reason: str
    lag: Annotated[int, Field(ge=1, le=12)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    cards: tuple[Card, ...] = ()
    hosts: tuple[HostLink, ...] = ()
    products: tuple[ProductLink, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Links:
    """Host and product links, and the cards that bear their numbers."""

    hosts: tuple[HostLink, ...] = ()
    products: tuple[ProductLink, ...] = ()
    cards: Mapping[str, Card] = field(default_factory=dict[str, Card])

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all links, hosts first."""
        return tuple(each.link for each in (*self.hosts, *self.products))

    @property
    def card_names(self) -> tuple[str, ...]:
        """Return the cards that the links use, each once."""
        found = [one.share for one in self.hosts]
        found += [
            name for one in self.products for each in one.uses
            for name in (each.part, each.flexibility)
        ]
        return tuple(dict.fromkeys(found))

    def value(self, card: str) -> float:
        """Return the value of a card."""
        return self.cards[card].value

    def named(self, names: Sequence[str]) -> Links:
        """Return the links of these names; raises `InputError` with the nearest known one."""
        problems = [
            Problem("unknown link", field="links", found=repr(name),
                    expected="one of " + ", ".join(self.names), nearest=nearest(name, self.names))
            for name in names if name not in self.names
        ]
        if problems:
            raise InputError(problems)
        return replace(
            self,
            hosts=tuple(each for each in self.hosts if each.link in names),
            products=tuple(each for each in self.products if each.link in names),
        )

    def among(self, chains: Iterable[str]) -> Links:
        """Return the links that join two or more of these chains, without the others' uses."""
        known = set(chains)
        hosts = tuple(one for one in self.hosts if {one.chain, one.host.chain} <= known)
        cut = [
            replace(one, uses=tuple(each for each in one.uses if each.chain in known))
            for one in self.products
        ]
        products = tuple(one for one in cut if len({each.chain for each in one.uses}) > 1)
        return replace(self, hosts=hosts, products=products)

    def chains(self) -> tuple[str, ...]:
        """Return the chains that any link joins, in order of first mention."""
        found = [name for one in self.hosts for name in (one.chain, one.host.chain)]
        found += [each.chain for one in self.products for each in one.uses]
        return tuple(dict.fromkeys(found))

    def at(self, values: Mapping[str, float]) -> Links:
        """Return the links with other values of cards; raises `InputError` for unknown ones."""
        problems = [
            Problem("unknown card", field="links", found=repr(name),
                    nearest=nearest(name, list(self.cards)))
            for name in values if name not in self.cards
        ]
        if problems:
            raise InputError(problems)
        changed = {name: replace(self.cards[name], value=value) for name, value in values.items()}
        return replace(self, cards={**self.cards, **changed})


def read_links(path: Path, chains: Mapping[str, Chain]) -> Links:
    """Read a file of links between chains; raises `InputError` with every problem."""
    document = read_yaml(path, kind="links")
    text = parse(_File, document)
    cards = {card.card: card for card in text.cards}
    problems = [
        *_name_problems(document, text),
        *_card_problems(document, text, cards),
        *_host_problems(document, text, chains),
        *_product_problems(document, text, chains, cards),
        *_circle_problems(document, text),
    ]
    if problems:
        raise InputError(sorted(problems, key=lambda one: (one.line or 0, one.field)))
    return Links(text.hosts, text.products, cards)


def world_links(folder: Path, chains: Mapping[str, Chain]) -> Links:
    """Return the links of a dataset's folder, none where it has no file of links."""
    path = folder / LINKS_FILE
    return read_links(path, chains) if path.is_file() else Links()


def overlap(
    wanted: Sequence[Region], known: Sequence[Region], weight: Sequence[float]
) -> list[list[float]]:
    """Return how much each known region speaks for each wanted one; rows sum to 1, or to 0.

    Two regions overlap when they share a country. A region of the same name speaks alone; else the
    overlapping ones do in proportion to `weight` (base tonnes). A row of zeros: nothing is known.
    """
    rows: list[list[float]] = []
    for one in wanted:
        same = [other.name == one.name for other in known]
        if not any(same):
            same = [bool(_countries(one) & _countries(other)) for other in known]
        parts = [max(0.0, size) if yes else 0.0 for size, yes in zip(weight, same, strict=True)]
        total = sum(parts)
        rows.append([part / total if total > 0.0 else 0.0 for part in parts])
    return rows


def _countries(region: Region) -> set[str]:
    return set(region.members) or {region.name}


def _name_problems(document: Document, text: _File) -> Iterator[Problem]:
    seen: set[str] = set()
    for kind in ("hosts", "products"):
        for number, one in enumerate(getattr(text, kind)):
            if one.link in seen:
                yield document.problem((kind, number, "link"), "duplicate link", found=one.link,
                                       expected="each name once")
            seen.add(one.link)


def _card_problems(
    document: Document, text: _File, cards: Mapping[str, Card]
) -> Iterator[Problem]:
    for number, card in enumerate(text.cards):
        at: Location = ("cards", number, "value")
        if not card.low <= card.value <= card.high:
            yield document.problem(at, "value outside its range", found=f"{card.value:g}",
                                   expected=f"{card.low:g} to {card.high:g}")
        if not 0.0 <= card.low <= card.high <= 1.0:
            yield document.problem(at, "a share lies between 0 and 1",
                                   found=f"{card.low:g} to {card.high:g}", expected="0 to 1")
    named: list[tuple[Location, str]] = [
        (("hosts", number, "share"), one.share) for number, one in enumerate(text.hosts)
    ]
    named += [
        (("products", number, "uses", place, name), getattr(each, name))
        for number, one in enumerate(text.products)
        for place, each in enumerate(one.uses)
        for name in ("part", "flexibility")
    ]
    for at, name in named:
        if name not in cards:
            yield document.problem(at, "unknown card", found=name,
                                   expected="a card of this file", near=nearest(name, list(cards)))


def _host_problems(
    document: Document, text: _File, chains: Mapping[str, Chain]
) -> Iterator[Problem]:
    for number, one in enumerate(text.hosts):
        at: Location = ("hosts", number)
        yield from _unknown(document, (*at, "chain"), "chain", one.chain, chains)
        yield from _unknown(document, (*at, "host", "chain"), "chain", one.host.chain, chains)
        if one.chain == one.host.chain:
            yield document.problem((*at, "host", "chain"), "a host is in another chain",
                                   found=one.chain)
        if one.chain in chains:
            made = [each.process for each in chains[one.chain].text.processes]
            yield from _unknown(document, (*at, "process"), "process", one.process, made)
            places = sorted(set(chains[one.chain].accounts["region"]) - {""})
            for place, name in enumerate(one.regions):
                yield from _unknown(document, (*at, "regions", place), "region", name, places)
        if one.host.chain in chains:
            made = [each.process for each in chains[one.host.chain].text.processes]
            for place, name in enumerate(one.host.processes):
                yield from _unknown(document, (*at, "host", "processes", place), "process", name,
                                    made)


def _product_problems(
    document: Document, text: _File, chains: Mapping[str, Chain], cards: Mapping[str, Card]
) -> Iterator[Problem]:
    parts: dict[tuple[str, str], float] = {}
    for number, one in enumerate(text.products):
        seen: set[tuple[str, str]] = set()
        for place, each in enumerate(one.uses):
            at: Location = ("products", number, "uses", place)
            yield from _unknown(document, (*at, "chain"), "chain", each.chain, chains)
            if each.chain in chains:
                uses = [use.use for use in chains[each.chain].text.uses]
                yield from _unknown(document, (*at, "use"), "use", each.use, uses)
            key = (each.chain, each.use)
            if key in seen:
                yield document.problem((*at, "use"), "given twice", found=each.use,
                                       expected="each use once in a product")
            seen.add(key)
            if each.part in cards:
                parts[key] = parts.get(key, 0.0) + cards[each.part].value
                if parts[key] > 1.0 + 1e-9:
                    yield document.problem(
                        (*at, "part"), "the parts of a use are more than the whole",
                        found=f"{parts[key]:g} of {each.chain} {each.use}", expected="at most 1")


def _circle_problems(document: Document, text: _File) -> Iterator[Problem]:
    hosts = {(one.chain, one.host.chain) for one in text.hosts}
    for number, one in enumerate(text.hosts):
        if one.chain in _below({one.host.chain}, hosts):
            yield document.problem(("hosts", number), "chains are hosts of each other",
                                   found=f"{one.chain} and {one.host.chain}",
                                   expected="by-products that are no hosts of their hosts")


def _below(found: set[str], hosts: set[tuple[str, str]]) -> set[str]:
    """Return the chains and all that are their hosts, theirs included."""
    grown = found | {host for chain, host in hosts if chain in found}
    return grown if grown == found else _below(grown, hosts)


def _unknown(
    document: Document, at: Location, kind: str, name: str, known: Iterable[str]
) -> Iterator[Problem]:
    names = list(known)
    if name not in names:
        yield document.problem(at, f"unknown {kind}", found=name,
                               expected="one of " + ", ".join(names), near=nearest(name, names))
