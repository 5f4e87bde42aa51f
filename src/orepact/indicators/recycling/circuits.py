"""What is known of products that hold a material: uses, time in use, collection, recovery.

Data: ``projects/recycling.yaml`` of a dataset (format ``orepact/recycling/1``) and its cards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from orepact.data.bundle import WORLD_FOLDER
from orepact.data.text import Document, Location, examine, scan_yaml
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network.chains.cards import Card, read_cards
from orepact.network.world import World
from orepact.units import Doc, Unit

__all__ = ["Circuit", "Intake", "Product", "Recycling", "RecyclingText", "read_recycling"]

FOLDER = "projects"
FILE, CARDS = "recycling.yaml", "recycling_cards.yaml"
COMMON = ("in-use-spread", "in-use-growth-after")
"""Cards of every product."""

Name = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class Product:
    """A group of products and the cards of its life.

    What enters use is what the industry of a zone takes for `uses`, times the card `traded`; where
    `placed` names a card for a region, that many tonnes in the base year instead.
    """

    product: Annotated[Name, Doc("unique in its circuit")]
    title: Annotated[Name, Doc("as printed")]
    life: Annotated[str, Doc("card: mean years in use")]
    growth: Annotated[str, Doc("card: growth before the base year")]
    collection: Annotated[str, Doc("card: share of what leaves use that is collected")]
    separation: Annotated[str, Doc("card: share of what is collected that is taken out")]
    uses: Annotated[tuple[str, ...], Doc("uses of the chain")] = ()
    traded: Annotated[str, Doc("card: put on the market per tonne used by industry")] = ""
    placed: Annotated[dict[str, str], Doc("cards by region: tonnes put on the market")] = field(
        default_factory=dict[str, str])

    @property
    def cards(self) -> tuple[str, ...]:
        """Return the names of the cards that it refers to."""
        named = (self.life, self.growth, self.collection, self.separation, self.traded)
        return tuple(name for name in (*named, *self.placed.values()) if name)


@dataclass(frozen=True, kw_only=True)
class Circuit:
    """One material on its way through products and back.

    `scrap` is the chain's material that recyclers take in; empty where the chain's recyclers have
    no input. `studied` is the mineral whose recycling input rate the Union's study prints.
    """

    circuit: Annotated[Name, Doc("unique")]
    title: Annotated[Name, Doc("as printed")]
    chain: Annotated[str, Doc("chain of the uses and recyclers")]
    unit: Annotated[Name, Doc("what a tonne is a tonne of")]
    minerals: Annotated[tuple[str, ...], Doc("minerals of the table of projects")]
    since: Annotated[int, Unit("year"), Doc("first year of use that is counted")]
    processes: Annotated[tuple[str, ...], Doc("recyclers of the chain")]
    recovery: Annotated[str, Doc("card: share recovered of what is taken out")]
    products: Annotated[tuple[Product, ...], Doc("products"), Field(min_length=1)]
    scrap: Annotated[str, Doc("material that recyclers take in")] = ""
    studied: Annotated[str, Doc("mineral of the Union's study")] = ""
    left_out: Annotated[tuple[str, ...], Doc("uses that are not followed, with the reason")] = ()


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Scrap that a recycling project takes in, in the unit of its circuit."""

    project: Annotated[str, Doc("row of the table of projects")]
    circuit: Annotated[str, Doc("circuit")]
    tonnes_per_year: Annotated[float, Unit("t/year"), Doc("intake"), Field(gt=0.0)]
    reason: Annotated[Name, Doc("where the number comes from")]


@dataclass(frozen=True, kw_only=True)
class RecyclingText:
    """What a file of circuits says."""

    base_year: Annotated[int, Unit("year"), Doc("year of the accounts' uses")]
    circuits: Annotated[tuple[Circuit, ...], Doc("circuits")]
    projects: Annotated[tuple[Intake, ...], Doc("scrap that projects take in")] = ()


@dataclass(frozen=True, kw_only=True)
class Recycling:
    """The circuits of a dataset, projects that take in scrap, and cards by name."""

    base_year: int
    circuits: tuple[Circuit, ...]
    projects: tuple[Intake, ...]
    cards: Mapping[str, Card]

    def circuit(self, name: str) -> Circuit:
        """Return a circuit by its name; raises `InputError` with the nearest."""
        names = [one.circuit for one in self.circuits]
        if name not in names:
            raise InputError([Problem("unknown circuit", field="circuit", found=repr(name),
                                      expected="one of " + ", ".join(names),
                                      nearest=nearest(name, names))])
        return self.circuits[names.index(name)]


def read_recycling(world: World) -> Recycling:
    """Read the circuits of a dataset, else those that ship; raises `InputError` with all problems.

    Names are unique; chains, uses, recyclers, scrap, projects, regions and cards exist.
    """
    folder = world.folder / FOLDER
    folder = folder if (folder / FILE).is_file() else WORLD_FOLDER / FOLDER
    problems: list[Problem] = []
    found = attempt(problems, read_cards, folder / CARDS, folder)
    cards = {card.card: card for card in found or ()}
    text, document = _read(folder / FILE, problems)
    if text is not None and document is not None:
        problems += _unknown(document, text, cards, world)
    if problems or text is None:
        raise InputError(problems)
    return Recycling(base_year=text.base_year, circuits=text.circuits, projects=text.projects,
                     cards=cards)


def _read(path: Path, problems: list[Problem]) -> tuple[RecyclingText | None, Document | None]:
    document = attempt(problems, scan_yaml, path, kind="recycling")
    if document is None:
        return None, None
    text, wrong = examine(RecyclingText, document)
    problems += wrong
    return text, document


def _unknown(
    document: Document, text: RecyclingText, cards: Mapping[str, Card], world: World
) -> Iterator[Problem]:
    """Return every name that a file of circuits gets wrong."""
    seen: list[str] = []
    for number, circuit in enumerate(text.circuits):
        at: Location = ("circuits", number)
        if circuit.circuit in seen:
            yield document.problem((*at, "circuit"), "duplicate circuit", found=circuit.circuit,
                                   expected="one")
        seen.append(circuit.circuit)
        yield from _wrong(document, (*at, "chain"), "chain", circuit.chain, list(world.chains))
        yield from _wrong(document, (*at, "recovery"), "card", circuit.recovery, list(cards))
        yield from _chain_names(document, at, circuit, world)
        for place, product in enumerate(circuit.products):
            for name in product.cards:
                yield from _wrong(document, (*at, "products", place), "card", name, list(cards))
    for name in COMMON:
        yield from _wrong(document, ("circuits",), "card", name, list(cards))
    rows = world.bundle.table("projects")["project"].to_list()
    for number, intake in enumerate(text.projects):
        at = ("projects", number)
        yield from _wrong(document, (*at, "circuit"), "circuit", intake.circuit, seen)
        yield from _wrong(document, (*at, "project"), "project", intake.project, rows)


def _chain_names(
    document: Document, at: Location, circuit: Circuit, world: World
) -> Iterator[Problem]:
    if circuit.chain not in world.chains:
        return
    chain = world.chains[circuit.chain].text
    for name in circuit.processes:
        yield from _wrong(document, (*at, "processes"), "process", name,
                          [one.process for one in chain.processes])
    if circuit.scrap:
        yield from _wrong(document, (*at, "scrap"), "material", circuit.scrap,
                          [one.material for one in chain.materials])
    regions = [one.name for one in world.regions]
    for place, product in enumerate(circuit.products):
        for name in product.uses:
            yield from _wrong(document, (*at, "products", place, "uses"), "use", name,
                              [one.use for one in chain.uses])
        for region in product.placed:
            yield from _wrong(document, (*at, "products", place, "placed"), "region", region,
                              regions)


def _wrong(
    document: Document, at: Location, kind: str, name: str, known: list[str]
) -> Iterator[Problem]:
    if name not in known:
        few = ", ".join(known[:8]) + (", …" if known[8:] else "")
        yield document.problem(at, f"unknown {kind}", found=name, expected=f"one of {few}",
                               near=nearest(name, known))
