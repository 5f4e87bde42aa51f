"""The file of a should-cost price, format ``orepact/should-cost/1``: every input a card."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from orepact.data.text import Document, examine, scan_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.network.world import WORLD, World
from orepact.units import Doc

__all__ = [
    "BOUNDS",
    "FOLDER",
    "NEEDED",
    "REPEATED",
    "UNITS",
    "CostFile",
    "Input",
    "Range",
    "files_of",
    "read_should_cost",
]

FOLDER = "should_cost"
"""The folder of a dataset that holds the files, one per material."""

Role = Literal["feed", "credit", "price", "energy", "energy_price", "cost", "labour", "capital",
               "maintenance", "cost_of_capital", "life", "construction", "utilisation",
               "learning"]

UNITS: Mapping[str, str] = {
    "feed": "t/t", "credit": "t/t", "price": "x base price", "energy": "kWh/t",
    "energy_price": "USD/kWh", "cost": "USD/t", "labour": "USD/t",
    "capital": "USD per t/year", "maintenance": "1/year", "cost_of_capital": "1/year",
    "life": "year", "construction": "year", "utilisation": "1", "learning": "per doubling",
}
"""The unit of each role; another one is refused, so that nothing is converted in silence."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "feed": (0.0, 1e6), "credit": (0.0, 1e6), "price": (0.0, 100.0), "energy": (0.0, 1e7),
    "energy_price": (0.0, 10.0), "cost": (0.0, 1e9), "labour": (0.0, 1e9),
    "capital": (0.0, 1e10), "maintenance": (0.0, 1.0), "cost_of_capital": (0.0, 1.0),
    "life": (1.0, 100.0), "construction": (0.0, 20.0), "utilisation": (0.01, 1.0),
    "learning": (0.0, 0.5),
}
"""Between which numbers each role makes sense, in its unit."""

REPEATED = frozenset({"feed", "credit", "price", "energy", "cost", "labour"})
"""Roles of which a file may have several inputs."""

NEEDED: tuple[str, ...] = ("energy", "energy_price", "labour", "capital", "maintenance",
                           "cost_of_capital", "life", "construction", "utilisation")
"""Roles without which there is no should-cost price."""

Finite = Annotated[float, Field(allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


@dataclass(frozen=True, kw_only=True)
class Range:
    """A value with its range."""

    value: Annotated[Finite, Doc("middle")]
    low: Annotated[Finite, Doc("least")]
    high: Annotated[Finite, Doc("most")]


@dataclass(frozen=True, kw_only=True)
class Input:
    """One input: an assumption card with the role it plays; unit of the role.

    An input with `missing` has no value: nobody published it and no range can be defended.
    """

    input: Annotated[Name, Doc("unique in the file")]
    title: Annotated[str, Doc("as printed"), Field(min_length=1)]
    role: Annotated[Role, Doc("what it is in the build-up")]
    unit: Annotated[str, Doc("unit of the role")]
    material: Annotated[str, Doc("of a feed, credit or price: the chain's material")] = ""
    value: Annotated[Finite | None, Doc("middle")] = None
    low: Annotated[Finite | None, Doc("least; the middle if not given")] = None
    high: Annotated[Finite | None, Doc("most; the middle if not given")] = None
    regions: Annotated[dict[str, Range], Doc("other ranges where the plant stands in a region")] = (
        field(default_factory=dict[str, Range]))
    basis: Annotated[
        Literal["published", "computed", "partly", "supposed"],
        Doc("middle and both ends published; stoichiometry, arithmetic or a market price; "
            "some of the three published; supposition"),
    ] = "supposed"
    facts: Annotated[tuple[str, ...], Doc("facts of the dataset it rests on")] = ()
    projects: Annotated[tuple[str, ...], Doc("projects of the dataset it rests on")] = ()
    reason: Annotated[str, Doc("why this range"), Field(min_length=1)]
    evidence: Annotated[str, Doc("what was read")] = ""
    missing: Annotated[str, Doc("why there is no value")] = ""

    def range(self, region: str = "") -> Range:
        """Return the range in a region; an input without a value has none to return."""
        if region in self.regions:
            return self.regions[region]
        middle = math.nan if self.value is None else self.value
        return Range(value=middle, low=middle if self.low is None else self.low,
                     high=middle if self.high is None else self.high)


@dataclass(frozen=True, kw_only=True)
class CostFile:
    """What a tonne of a material rests on, stage by stage boundary, inputs and what is left out."""

    material: Annotated[str, Doc("material of the chain")]
    chain: Annotated[str, Doc("chain of the dataset")]
    title: Annotated[str, Doc("as printed"), Field(min_length=1)]
    process: Annotated[str, Doc("recipe of the chain whose feeds it must name; none for a mine")]
    boundary: Annotated[str, Doc("what is inside and what is not"), Field(min_length=1)]
    regions: Annotated[tuple[str, ...], Doc("where the plant may stand"), Field(min_length=1)]
    inputs: Annotated[tuple[Input, ...], Doc("inputs"), Field(min_length=1)]
    compare: Annotated[tuple[str, ...], Doc("claims of the register beside which it is put")] = ()
    left_out: Annotated[tuple[str, ...], Doc("what is not in the price")] = ()
    note: Annotated[str, Doc("anything else")] = ""

    def of(self, role: str) -> tuple[Input, ...]:
        """Return the inputs of a role, in order."""
        return tuple(each for each in self.inputs if each.role == role)

    def gaps(self) -> tuple[str, ...]:
        """Return what keeps the price from being computed, one sentence each."""
        named = [f"{each.title} ({each.unit}): {each.missing}"
                 for each in self.inputs if each.missing]
        absent = [f"{role} ({UNITS[role]})" for role in NEEDED if not self.of(role)]
        return (*named, *(["no input of the role " + ", ".join(absent)] if absent else []))


def files_of(world: World | None = None) -> dict[str, Path]:
    """Return the files of a dataset by material, those that ship where it has none."""
    own = (world.folder if world else WORLD) / FOLDER
    folder = own if own.is_dir() else WORLD / FOLDER
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read_should_cost(path: Path, world: World) -> CostFile:
    """Read a file; raises `InputError` with everything that is wrong with it.

    A file whose inputs are missing is well formed: `CostFile.gaps` says what it lacks.
    """
    document = scan_yaml(path, kind="should-cost")
    text, problems = examine(CostFile, document)
    if text is not None:
        problems = [*problems, *_inputs(document, text, world), *_places(document, text, world)]
    if problems or text is None:
        raise InputError(problems)
    return text


def _inputs(document: Document, text: CostFile, world: World) -> Iterator[Problem]:
    names = [each.input for each in text.inputs]
    known = {
        "facts": list(world.bundle.table("facts")["fact"]),
        "projects": list(world.bundle.table("projects")["project"]),
    }
    for number, each in enumerate(text.inputs):
        at = ("inputs", number)
        if each.input in names[:number]:
            yield document.problem((*at, "input"), "named twice", found=each.input, expected="one")
        if each.role not in REPEATED and each.role in [one.role for one in text.inputs[:number]]:
            yield document.problem((*at, "role"), "a second input of this role", found=each.role,
                                   expected="one")
        if each.unit != UNITS[each.role]:
            yield document.problem((*at, "unit"), "unit does not fit the role", found=each.unit,
                                   expected=UNITS[each.role])
        if bool(each.missing) == (each.value is not None):
            yield document.problem((*at, "value"), "neither a value nor a reason why there is none"
                                   if not each.missing else "a value of what is missing",
                                   expected="value, or missing: why")
        named = each.facts or each.projects or each.missing
        if each.basis in {"published", "partly"} and not named:
            yield document.problem((*at, "basis"), "published by whom", found=each.basis,
                                   expected="facts or projects of the dataset")
        for attribute, names_known in known.items():
            for name in getattr(each, attribute):
                if name not in names_known:
                    yield document.problem((*at, attribute), f"unknown {attribute[:-1]}",
                                           found=name, expected="an id of the dataset",
                                           near=nearest(name, names_known))
        yield from _ranges(document, each, at, text)


def _ranges(
    document: Document, each: Input, at: tuple[str | int, ...], text: CostFile
) -> Iterator[Problem]:
    least, most = BOUNDS[each.role]
    ranges = {("",): each.range()} if each.value is not None else {}
    ranges |= {("regions", name): each.regions[name] for name in each.regions}
    for where, one in ranges.items():
        place = (*at, *(part for part in where if part))
        if not one.low <= one.value <= one.high:
            yield document.problem(place, "value outside its range",
                                   found=f"{one.value:g} in {one.low:g} to {one.high:g}",
                                   expected="low <= value <= high")
        if one.low < least or one.high > most:
            yield document.problem(place, "out of bounds", found=f"{one.low:g} to {one.high:g}",
                                   expected=f"{least:g} to {most:g} {each.unit}")
    for name in each.regions:
        if name not in text.regions:
            yield document.problem((*at, "regions", name), "a region where no plant may stand",
                                   found=name, expected="one of " + ", ".join(text.regions),
                                   near=nearest(name, text.regions))


def _places(document: Document, text: CostFile, world: World) -> Iterator[Problem]:
    """Yield what the chain does not know: itself, materials, regions, the recipe and its feeds."""
    if text.chain not in world.chains:
        yield document.problem(("chain",), "unknown chain", found=text.chain,
                               expected="one of " + ", ".join(world.chains),
                               near=nearest(text.chain, list(world.chains)))
        return
    network = world.network(text.chain)
    materials = [each.name for each in network.materials]
    regions = [each.name for each in world.regions]
    named = [(("material",), text.material)]
    named += [(("inputs", number, "material"), each.material)
              for number, each in enumerate(text.inputs)
              if each.material or each.role in {"feed", "credit", "price"}]
    for at, name in named:
        if name not in materials:
            yield document.problem(at, "unknown material", found=name or "nothing",
                                   expected="one of " + ", ".join(materials),
                                   near=nearest(name, materials))
    for number, name in enumerate(text.regions):
        if name not in regions:
            yield document.problem(("regions", number), "unknown region", found=name,
                                   expected="a region of the dataset", near=nearest(name, regions))
    recipes = {each.name.split("@", maxsplit=1)[0]: each for each in network.processes}
    if text.process and text.process not in recipes:
        yield document.problem(("process",), "unknown process", found=text.process,
                               expected="one of " + ", ".join(recipes),
                               near=nearest(text.process, list(recipes)))
    elif text.process:
        yield from _feeds(document, text, set(recipes[text.process].inputs),
                          set(recipes[text.process].outputs))


def _feeds(
    document: Document, text: CostFile, inputs: set[str], outputs: set[str]
) -> Iterator[Problem]:
    if text.material not in outputs:
        yield document.problem(("material",), "the process does not make it", found=text.material,
                               expected="one of " + ", ".join(sorted(outputs)))
    given = {each.material for each in text.of("feed")}
    for name in sorted(inputs - given):
        yield document.problem(("inputs",), "a feed of the recipe is not priced", found="nothing",
                               expected=f"an input with role feed of {name}")
    for role, allowed in (("feed", inputs), ("credit", outputs - {text.material})):
        for number, each in enumerate(text.inputs):
            if each.role == role and each.material not in allowed:
                yield document.problem(("inputs", number, "material"),
                                       f"no such {role} in the recipe", found=each.material,
                                       expected="one of " + (", ".join(sorted(allowed)) or "none"))
