"""Projects read from files (format ``orepact/projects/1``): the candidates that ship, and own ones.

A figure that a file gives names its source or its reason. What it does not give is a card of the
project's kind or recipe in ``projects/cards.yaml``, and the project says so (`supposed`). A row of
the table of projects that cannot be modelled is listed with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from orepact.data.bundle import WORLD_FOLDER
from orepact.data.text import Document, Location, examine, scan_yaml
from orepact.errors import InputError, Problem
from orepact.network.chains.cards import Card, read_cards
from orepact.network.chains.chain import Chain
from orepact.network.project_checks import DATE, project_problems, row_problems
from orepact.network.project_text import (
    Estimate,
    ModeText,
    NotModelled,
    ProjectsText,
    ProjectText,
)
from orepact.network.projects import Mode, Project, Spread
from orepact.network.world import World
from orepact.units import convert

__all__ = [
    "CANDIDATES",
    "Candidates",
    "Estimate",
    "ModeText",
    "NotModelled",
    "ProjectText",
    "ProjectsText",
    "project_cards",
    "read_projects",
]

FOLDER = "projects"
CANDIDATES = "candidates"
OUTSIDE = "cost-outside"
PARTNER_SHARE = "partner-share"

_STAND_IN: Mapping[str, Any] = {
    "project": "unread", "title": "unread", "country": "CHN", "home": "CHN", "chain": "",
    "kind": "plant", "modes": [{"recipe": "unread", "outputs": {"unread": 1.0}}],
    "capacity": {"value": 1.0, "unit": "t/year", "reason": "unread"},
}
"""Stands in for required fields that cannot be read, so that the others can be checked."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Projects read and checked, the rows that are not modelled, and the cards behind them."""

    title: str
    projects: tuple[Project, ...]
    not_modelled: tuple[NotModelled, ...]
    texts: tuple[ProjectText, ...]
    cards: Mapping[str, Card]


def project_cards(world: World) -> dict[str, Card]:
    """Return the cards of projects by name; raises `InputError` with every problem."""
    path = _folder(world) / "cards.yaml"
    return {card.card: card for card in read_cards(path, path.parent)}


def read_projects(source: str | Path, world: World) -> Candidates:
    """Read a file of projects, or ``"candidates"`` for those that ship.

    Raises `InputError` with every problem of the file.
    """
    shipped = str(source) == CANDIDATES
    path = _folder(world) / f"{CANDIDATES}.yaml" if shipped else Path(source)
    document = scan_yaml(path, kind="projects", root=path.parent)
    text, problems = examine(ProjectsText, document)
    projects = dict(enumerate(text.projects)) if text else _readable(document)
    rows = text.not_modelled if text else _rows(document)
    told = {problem.field for problem in problems}
    wrong = [problem for problem in [*project_problems(document, projects, world),
                                     *row_problems(document, rows, world)]
             if not any(f"{problem.field}.".startswith(f"{field}.") for field in told)]
    problems += wrong
    cards = project_cards(world)
    bad = {".".join(problem.field.split(".")[:2]) for problem in problems}
    found: list[Project] = []
    for number, one in projects.items():
        if f"projects.{number}" in bad:
            continue
        made, lacking = _project(document, ("projects", number), one, world, cards)
        problems += lacking
        found += [made] if made is not None else []
    if problems or text is None:
        raise InputError(sorted(problems, key=lambda each: (each.line or 0, each.field)))
    return Candidates(text.title, tuple(found), text.not_modelled, text.projects, cards)


def _readable(document: Document) -> dict[int, ProjectText]:
    """Return the projects of a file by their place, what cannot be read of one left out.

    Required fields that are missing or wrong are stood in for; the problems of their own were
    found already.
    """
    found: dict[int, ProjectText] = {}
    for number, value in enumerate(_items(document, "projects")):
        at: Location = ("projects", number)
        one, wrong = examine(ProjectText, document, value, at)
        if one is None and isinstance(value, dict):
            names = {problem.field.split(".")[2] for problem in wrong
                     if problem.field.count(".") >= len(at)}
            kept = {name: part for name, part in cast("dict[str, Any]", value).items()
                    if name not in names}
            one, _ = examine(ProjectText, document, {**_STAND_IN, **kept}, at)
        if one is not None:
            found[number] = one
    return found


def _rows(document: Document) -> tuple[NotModelled, ...]:
    read = (examine(NotModelled, document, value, ("not_modelled", number))[0]
            for number, value in enumerate(_items(document, "not_modelled")))
    return tuple(one for one in read if one is not None)


def _items(document: Document, name: str) -> list[Any]:
    items: Any = document.value.get(name)
    return cast("list[Any]", items) if isinstance(items, list) else []


def _folder(world: World) -> Path:
    own = world.folder / FOLDER
    return own if own.is_dir() else WORLD_FOLDER / FOLDER


def _project(
    document: Document, at: Location, one: ProjectText, world: World, cards: Mapping[str, Card]
) -> tuple[Project | None, list[Problem]]:
    """Return a project in canonical units, or what is wrong with it."""
    chain = world.chains[one.chain]
    reader = _Reader(document, at, one, cards, [], [])
    modes = tuple(_mode(each, chain) for each in one.modes)
    recipe = one.modes[0].recipe
    content = reader.spread("content", "1", "", default=Spread(1.0, 1.0, 1.0))
    capacity = reader.spread("capacity", "t/year", "").times(content.value)
    capital = reader.spread("capital", "MUSD", "").times(1e6) if one.capital is not None else (
        reader.card("capital", f"capital-{recipe}").times(capacity.value))
    cost = reader.spread("cost", "USD/t", "") if one.cost is not None else (
        reader.card("cost", OUTSIDE).times(_base_cost(modes[0], chain)))
    region = _region(one.country, world)
    away = one.country not in _members(one.home, world)
    share = reader.spread("share", "1", PARTNER_SHARE if away else "",
                          default=Spread(1.0, 1.0, 1.0))
    opens = reader.spread("opens", DATE, "") if one.opens is not None else None
    times = {name: reader.spread(name, "year", f"{name}-{one.kind}")
             for name in ("permitting", "construction", "ramp")}
    if reader.problems or any(not mode.outputs for mode in modes):
        return None, reader.problems
    return Project(
        name=one.project, title=one.title, row=one.row, country=one.country, region=region,
        home=one.home, chain=one.chain, kind=one.kind, modes=modes, capacity=capacity,
        capital=capital, cost=cost, share=share, opens=opens, decided=opens is not None,
        host=_host(recipe, chain), roles=one.roles, status=one.status,
        supposed=tuple(reader.supposed), source=one.capacity.source, **times,
    ), []


@dataclass(slots=True)
class _Reader:
    """Reads the figures of one project and keeps what is wrong and what is supposed."""

    document: Document
    at: Location
    text: ProjectText
    cards: Mapping[str, Card]
    problems: list[Problem]
    supposed: list[str]

    def spread(self, name: str, unit: str, card: str, *, default: Spread | None = None) -> Spread:
        """Return a figure of the file, else its card, else the default."""
        given: Estimate | None = getattr(self.text, name)
        if given is None:
            return self.card(name, card) if card else default or Spread(0.0, 0.0, 0.0)
        if not given.source:
            self.supposed.append(name)
        return self._given(given, unit)

    def card(self, name: str, card: str) -> Spread:
        """Return a card as a spread."""
        self.supposed.append(name)
        if card not in self.cards:
            self._wrong((name,), "not given, and there is no card for it", card,
                        f"a figure, or a card {card} in the dataset")
            return Spread(0.0, 0.0, 0.0)
        found = self.cards[card]
        return Spread(found.low, found.value, found.high)

    def _given(self, given: Estimate, unit: str) -> Spread:
        low = given.value if given.low is None else given.low
        high = given.value if given.high is None else given.high
        factor = 1.0 if unit == DATE else convert(1.0, given.unit, unit)
        return Spread(low, given.value, high).times(factor)

    def _wrong(self, at: Location, message: str, found: str, expected: str) -> None:
        self.problems.append(
            self.document.problem((*self.at, *at), message, found=found, expected=expected))


def _mode(text: ModeText, chain: Chain) -> Mode:
    known = {each.process: each for each in chain.text.processes}
    recipe = known.get(text.recipe)
    outputs = text.outputs or (recipe.outputs if recipe else {})
    inputs = text.inputs or (recipe.inputs if recipe and not text.outputs else {})
    return Mode(text.recipe, dict(outputs), dict(inputs))


def _base_cost(mode: Mode, chain: Chain) -> float:
    """Return the price of what is made less that of what is used (USD/t), 0 at least."""
    made = sum(amount * chain.price(name) for name, amount in mode.outputs.items()
               if _known(name, chain))
    used = sum(amount * chain.price(name) for name, amount in mode.inputs.items()
               if _known(name, chain))
    return max(0.0, made - used)


def _known(material: str, chain: Chain) -> bool:
    return any(each.material == material for each in chain.text.materials)


def _host(recipe: str, chain: Chain) -> str:
    found = next((each for each in chain.text.processes if each.process == recipe), None)
    return str(found.byproduct_of["host"]) if found and found.byproduct_of else ""


def _members(region: str, world: World) -> set[str]:
    found = next((each for each in world.regions if each.name == region), None)
    return (set(found.members) or {found.name}) if found else {region}


def _region(country: str, world: World) -> str:
    """Return the country itself; networks know which group holds it."""
    return country if any(each.name == country for each in world.regions) else ""
