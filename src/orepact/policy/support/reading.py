"""Support files and files of plants: read, checked, and the library of those that ship."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from orepact.data.library import shipped_or_own
from orepact.data.text import Document, examine, scan_yaml
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network.chains.text import Card
from orepact.network.network import Network
from orepact.network.plants import Plant
from orepact.network.world import WORLD, World
from orepact.policy.register import LIBRARY
from orepact.policy.scenario.faults import Fault, problems_of
from orepact.policy.support.checks import (
    card_faults,
    cost_faults,
    instrument_faults,
    overlap_faults,
    place_faults,
    plant_faults,
)
from orepact.policy.support.made import Support, amounts, instrument_of, plant_name, plant_of
from orepact.policy.support.parts import Parts, not_told, parts_of
from orepact.policy.support.scales import scale_warnings
from orepact.policy.support.text import PlantsText, PlantText, SupportText

__all__ = [
    "FORMAT", "PLANTS_FORMAT", "PlantSet", "check_support", "plant_set_names", "read_plants",
    "read_support", "support_names",
]

FORMAT, PLANTS_FORMAT = "orepact/support/1", "orepact/plants/1"
FOLDER = LIBRARY / "support"
PLANTS_FOLDER = WORLD / "support" / "plants"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantSet:
    """Plants of one chain as components, with their texts and cards."""

    name: str
    title: str
    text: str
    chain: str
    plants: tuple[Plant, ...]
    plant_texts: tuple[PlantText, ...]
    cards: tuple[Card, ...]


def support_names() -> tuple[str, ...]:
    """Return the names of the supports that ship."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def plant_set_names() -> tuple[str, ...]:
    """Return the names of the sets of plants that ship."""
    return tuple(sorted(path.stem for path in PLANTS_FOLDER.glob("*.yaml")))


def read_support(name: str | Path, over: World | Network) -> Support:
    """Read a support that ships, by its name, or a file, by its path.

    `over` is a network of its chain, or a world that has the chain. Raises `InputError` with every
    problem: shape, amounts, dates, overlaps, unknown names, each with its line.
    """
    document = scan_yaml(shipped_or_own(name, "support", FOLDER, support_names()), kind="support")
    text, problems = examine(SupportText, document)
    network, strange = _network(document, over)
    parts = parts_of(document)
    outside, faulty = _outside(document, network)
    cards = {card.card: card for card in (*_cards_of(outside), *parts.cards.values())}
    faults = [*_faults(parts, cards, network, outside.plant_texts if outside else ()),
              *_shared(parts, outside), *_cited(parts, over)]
    problems = [*problems, *strange, *faulty,
                *not_told(problems_of(faults, document, parts.numbers), problems)]
    if problems or text is None or network is None:
        raise InputError(_in_order(problems))
    plants = (*(outside.plants if outside else ()),
              *(plant_of(each, cards, network) for each in text.plants))
    return Support(
        name=text.support, title=text.title, text=text.text, chain=text.chain,
        instruments=tuple(instrument_of(each, cards) for each in text.instruments),
        plants=plants, cards=tuple(cards.values()), instrument_texts=text.instruments,
        plant_texts=(*(outside.plant_texts if outside else ()), *text.plants),
        cost_text=text.cost, sources=text.sources,
    )


def read_plants(
    name: str | Path, over: World | Network, *, root: Path | None = None
) -> PlantSet:
    """Read a set of plants that ships, by its name, or a file, by its path.

    Raises `InputError` with every problem of the file, also where it lies outside `root`.
    """
    path = shipped_or_own(name, "set of plants", PLANTS_FOLDER, plant_set_names())
    document = scan_yaml(path, kind="plants", root=root)
    text, problems = examine(PlantsText, document)
    network, strange = _network(document, over)
    parts = parts_of(document)
    cards = {card.card: card for card in parts.cards.values()}
    faults = [*_faults(parts, cards, network, ()), *_cited(parts, over)]
    problems = [*problems, *strange,
                *not_told(problems_of(faults, document, parts.numbers), problems)]
    if problems or text is None or network is None:
        raise InputError(_in_order(problems))
    return PlantSet(
        name=text.plants_of, title=text.title, text=text.text, chain=text.chain,
        plants=tuple(plant_of(each, cards, network) for each in text.plants),
        plant_texts=text.plants, cards=text.cards,
    )


def check_support(support: Support, network: Network) -> list[Problem]:
    """Return what in a sound support changes nothing there, or looks odd: warnings, not errors.

    A floor that charges no route; a cap of nothing; months before the network's first; a plant
    outside the zone that pays; a card of the file that no amount names. Also what looks like an
    amount in another unit.
    """
    found = [
        Problem(what, field=f"instruments.{each.name}", found=found, expected=expected)
        for each in support.instruments
        for what, found, expected in _idle(each, support, network)
    ]
    found += scale_warnings(support, network)
    texts = (*support.instrument_texts, *support.plant_texts,
             *((support.cost_text,) if support.cost_text is not None else ()))
    named = {amount for text in texts for _, amount, _ in amounts(text)}
    return found + [
        Problem("changes nothing: no amount names it", field=f"cards.{card.card}")
        for card in support.cards if card.card not in named
    ]


def _idle(each: Any, support: Support, network: Network) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    if each.volume == 0.0:
        found.append(("changes nothing: it pays for no tonne", "volume 0", "a volume above 0"))
    if each.last is not None and each.last < network.start:
        found.append(("changes nothing: it ends before the first month", f"{each.last:%Y-%m}",
                      f"{network.start:%Y-%m} or later"))
    zone = set(each.zone)
    inbound = [route for route in network.routes if route.material == each.material
               and route.importer in zone and route.exporter not in zone]
    if hasattr(each, "floor") and not [r for r in inbound if r.exporter not in each.exempt]:
        found.append(("reaches no trade: nothing it charges comes into the zone",
                      f"{each.material} into {', '.join(each.zone)}", "a route from outside"))
    places = {one.name: one.region for one in network.processes}
    places |= {plant.name: plant.process.region for plant in support.plants}
    far = [name for name in getattr(each, "processes", ()) if places.get(name, "") not in zone]
    if far:
        found.append(("pays for a plant outside the zone that pays", ", ".join(far),
                      "plants of the zone"))
    return found


def _network(document: Document, over: World | Network) -> tuple[Network | None, list[Problem]]:
    """Return the network that a file is laid over, or why there is none."""
    raw = cast("dict[str, Any]", document.value).get("chain")
    if isinstance(over, Network):
        named = {item.chain for item in over.materials if item.chain}
        if isinstance(raw, str) and named and raw not in named:
            return over, [document.problem(("chain",), "not the chain of this network", found=raw,
                                           expected=" or ".join(sorted(named)))]
        return over, []
    if not isinstance(raw, str):
        return None, []
    if raw not in over.chains:
        known = sorted(over.chains)
        return None, [document.problem(("chain",), "not a chain of the dataset", found=raw,
                                       expected="one of " + ", ".join(known),
                                       near=nearest(raw, known))]
    return over.network(raw), []


def _outside(
    document: Document, network: Network | None
) -> tuple[PlantSet | None, list[Problem]]:
    """Return the set of plants that a support names, and what is wrong with it."""
    raw = cast("dict[str, Any]", document.value).get("plants_of")
    if not isinstance(raw, str) or not raw or network is None:
        return None, []
    problems: list[Problem] = []
    home = document.path.parent
    shipped = raw in plant_set_names() or not Path(raw).suffix
    found = (attempt(problems, read_plants, raw, network) if shipped
             else attempt(problems, read_plants, home / raw, network, root=home))
    return found, [
        problem if problem.file else dataclasses.replace(
            problem, file=str(document.path), line=document.lines.get(("plants_of",)))
        for problem in problems
    ]


def _faults(
    parts: Parts, cards: Mapping[str, Card], network: Network | None,
    others: Sequence[PlantText],
) -> list[Fault]:
    instruments, plants = tuple(parts.instruments.values()), tuple(parts.plants.values())
    found = [*card_faults(tuple(parts.cards.values())), *instrument_faults(instruments, cards),
             *plant_faults(plants, cards),
             *(cost_faults(parts.cost, cards) if parts.cost is not None else ())]
    bad = {fault.at[1] for fault in found if fault.at[0] == "instruments"}
    sound = [(number, instrument_of(text, cards)) for number, (place, text) in
             enumerate(parts.instruments.items()) if number not in bad
             and place not in parts.mended]
    found += overlap_faults(sound)
    if network is not None:
        found += place_faults(instruments, plants, others, network)
    return found


def _cited(parts: Parts, over: World | Network) -> list[Fault]:
    """Return projects and source ids that the dataset does not have; a network has no tables."""
    if isinstance(over, Network):
        return []
    projects = sorted(set(over.bundle.table("projects")["project"]))
    ids = {str(row[0]) for name in ("facts", "projects", "price_events")
           for row in over.bundle.table(name).iter_rows()} | set(over.sources["source_id"])
    texts = [(("plants", place), text) for place, text in enumerate(parts.plants.values())]
    found = [Fault((*at, "project"), "not a project of the dataset", text.project,
                   "a row of the table of projects, or none", nearest(text.project, projects))
             for at, text in texts if text.project and text.project not in projects]
    cited = [*texts, *((("instruments", place), text)
                       for place, text in enumerate(parts.instruments.values()))]
    return found + [
        Fault((*at, "source"), "not a source of the dataset, and no address", text.source,
              "a source id, or an address such as https://…", nearest(text.source, sorted(ids)))
        for at, text in cited
        if text.source and text.source not in ids and not set(text.source) & set("/. ")
    ]


def _shared(parts: Parts, outside: PlantSet | None) -> list[Fault]:
    """Return cards and plants that the set of plants has under the same name."""
    if outside is None:
        return []
    cards = {card.card for card in outside.cards}
    plants = {plant_name(text) for text in outside.plant_texts}
    expected = f"a name that the set {outside.name} does not have"
    return [
        *(Fault(("cards", place, "card"), "named twice", card.card, expected)
          for place, card in enumerate(parts.cards.values()) if card.card in cards),
        *(Fault(("plants", place, "id"), "named twice", text.id, expected)
          for place, text in enumerate(parts.plants.values()) if plant_name(text) in plants),
    ]


def _cards_of(found: PlantSet | None) -> tuple[Card, ...]:
    return found.cards if found is not None else ()


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(dict.fromkeys(problems), key=lambda one: (one.file, one.line or 0, one.field))
