"""What is wrong with a file of projects: names, numbers, units, dates, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orepact.data.text import Document, Location
from orepact.errors import InputError, Problem, nearest
from orepact.network.chains.chain import Chain
from orepact.network.project_text import Estimate, NotModelled, ProjectText
from orepact.network.world import World
from orepact.units import convert, known_units

__all__ = ["DATE", "STATUSES", "project_problems", "row_problems"]

DATE = "date"
"""Unit of decimal years."""

UNITS: Mapping[str, str] = {
    "capacity": "t/year", "content": "1", "capital": "MUSD", "cost": "USD/t",
    "permitting": "year", "construction": "year", "ramp": "year", "share": "1", "opens": DATE,
}
"""Figures of a project and the unit that each is converted to."""

STATUSES = (
    "announced", "commissioning", "construction", "designated", "development",
    "financed_not_built", "framework_non_binding", "operating", "permitted", "superseded",
)
"""Statuses of the table of projects."""

FIRST, LAST = 2000.0, 2100.0
FEW = 8


def project_problems(
    document: Document, read: Mapping[int, ProjectText], world: World
) -> list[Problem]:
    """Return what is wrong with the projects of a file, by their places in it."""
    return [*_repeated(document, read), *(
        problem for number, one in read.items()
        for problem in _wrong(document, ("projects", number), one, world))]


def row_problems(
    document: Document, rows: Sequence[NotModelled], world: World
) -> Iterator[Problem]:
    """Yield rows that are said not to be modelled and that the table does not have."""
    known = _rows(world)
    for number, one in enumerate(rows):
        yield from _unknown(document, ("not_modelled", number, "row"), "row", one.row, known)


def _repeated(document: Document, read: Mapping[int, ProjectText]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, one in read.items():
        if one.project in seen:
            yield document.problem(("projects", number, "project"), "duplicate project",
                                   found=one.project, expected="a name used once")
        seen.add(one.project)


def _wrong(document: Document, at: Location, one: ProjectText, world: World) -> Iterator[Problem]:
    zones = [region.name for region in world.regions]
    countries = {code for region in world.regions for code in (region.name, *region.members)}
    names = (("home", "region", one.home, zones),
             ("country", "country", one.country, sorted(countries)),
             ("chain", "chain", one.chain, list(world.chains)),
             ("row", "row", one.row, _rows(world)), ("status", "status", one.status, STATUSES))
    for field, kind, name, known in names:
        if name:
            yield from _unknown(document, (*at, field), kind, name, known)
    chains = [world.chains[one.chain]] if one.chain in world.chains else world.chains.values()
    yield from _mode_problems(document, at, one, list(chains))
    for name in UNITS:
        given: Estimate | None = getattr(one, name)
        if given is not None:
            yield from _figure(document, (*at, name), name, given)


def _mode_problems(
    document: Document, at: Location, one: ProjectText, chains: Sequence[Chain]
) -> Iterator[Problem]:
    recipes = [each.process for chain in chains for each in chain.text.processes]
    materials = [each.material for chain in chains for each in chain.text.materials]
    for place, mode in enumerate(one.modes):
        here: Location = (*at, "modes", place)
        if not mode.outputs:
            yield from _unknown(document, (*here, "recipe"), "recipe", mode.recipe, recipes)
        for part in ("outputs", "inputs"):
            for name in getattr(mode, part):
                yield from _unknown(document, (*here, part, name), "product", name, materials)


def _figure(document: Document, at: Location, name: str, given: Estimate) -> Iterator[Problem]:
    """Yield what is wrong with one figure: sign, order, bounds, unit, source."""
    low = given.value if given.low is None else given.low
    high = given.value if given.high is None else given.high
    numbers = f"{low:g}, {given.value:g}, {high:g}"
    if not low <= given.value <= high:
        words = "dates are reversed" if name == "opens" else "numbers in the wrong order"
        yield document.problem(at, words, found=numbers, expected="low <= value <= high")
    if min(low, given.value, high) < 0.0:
        yield document.problem(at, f"negative {name}", found=numbers, expected="0 or more")
    elif name == "capacity" and max(low, given.value, high) == 0.0:
        yield document.problem(at, "no capacity", found=numbers, expected="more than 0")
    if name == "opens" and not FIRST <= min(low, high) <= max(low, high) <= LAST:
        yield document.problem(at, "not a year", found=numbers,
                               expected=f"decimal years from {FIRST:g} to {LAST:g}")
    if name in {"share", "content"} and max(low, given.value, high) > 1.0:
        yield document.problem(at, "more than the whole", found=numbers, expected="0 to 1")
    if not given.source and not given.reason:
        yield document.problem(at, "a figure without source and without reason",
                               expected="one of them")
    yield from _unit(document, (*at, "unit"), given.unit, UNITS[name])


def _unit(document: Document, at: Location, unit: str, wanted: str) -> Iterator[Problem]:
    if wanted == DATE:
        if unit != DATE:
            yield document.problem(at, "unknown unit", found=unit, expected=DATE)
        return
    if unit not in known_units():
        rule = "; convert other currencies at the rate of the source's day" if (
            "USD" in wanted) else ""
        yield document.problem(at, "unknown unit", found=unit, expected=f"one as {wanted}{rule}",
                               near=nearest(unit, known_units()))
        return
    try:
        _ = convert(1.0, unit, wanted)
    except InputError as error:
        yield document.problem(at, error.problems[0].message, found=unit, expected=wanted)


def _unknown(
    document: Document, at: Location, kind: str, name: str, known: Sequence[str]
) -> Iterator[Problem]:
    if name not in known:
        few = ", ".join(known[:FEW]) + (", …" if known[FEW:] else "")
        yield document.problem(at, f"unknown {kind}", found=name, expected=f"one of {few}",
                               near=nearest(name, known))


def _rows(world: World) -> list[str]:
    rows: list[Any] = world.bundle.table("projects")["project"].to_list()
    return [str(row) for row in rows]
