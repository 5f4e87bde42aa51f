"""The file of research programmes, format ``orepact/research/1``: every number a card."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from orepact.data.text import Document, Location, examine, scan_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.network.network import Network
from orepact.network.world import WORLD, World
from orepact.units import Doc, Unit

__all__ = [
    "FOLDER",
    "KINDS",
    "MOST_PROGRAMMES",
    "Number",
    "Programme",
    "Research",
    "files_of",
    "read_research",
]

FOLDER = "research"
"""The folder of a dataset that holds the files."""

KINDS = ("substitution", "thrift", "yield", "recovery")

MOST_PROGRAMMES = 6
"""A tree of outcomes has two branches per programme: each is a network that is solved."""

Finite = Annotated[float, Field(allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


@dataclass(frozen=True, kw_only=True)
class Number:
    """An assumption card: a value with its range, why, and what was read."""

    value: Annotated[Finite, Doc("middle")]
    low: Annotated[Finite, Doc("least")]
    high: Annotated[Finite, Doc("most")]
    reason: Annotated[str, Doc("why this range"), Field(min_length=1)]
    evidence: Annotated[str, Doc("what was read")] = ""


@dataclass(frozen=True, kw_only=True)
class Programme:
    """A programme: which coefficient it moves if it works, how likely, when, for what money.

    - `substitution`: the share `effect` of a material's final use (of one `use`, or of all) no
      longer needs it
    - `thrift`: a `process` takes the share `effect` less of a `material`
    - `yield`: a `process` takes the share `effect` less of everything
    - `recovery`: a `process`, and others named in `also`, make and may make the share `effect` more
      than in the account
    """

    programme: Annotated[Name, Doc("unique in the file")]
    title: Annotated[str, Doc("as printed"), Field(min_length=1)]
    kind: Annotated[Literal["substitution", "thrift", "yield", "recovery"], Doc("what it moves")]
    material: Annotated[str, Doc("of substitution and thrift: the material")] = ""
    use: Annotated[str, Doc("of substitution: the use; all if not named")] = ""
    process: Annotated[str, Doc("of thrift, yield and recovery: the recipe")] = ""
    also: Annotated[tuple[str, ...], Doc("of recovery: recipes that grow with it")] = ()
    zone: Annotated[tuple[str, ...], Doc("where it works; the zone of the file if not named")] = ()
    effect: Annotated[Number, Unit("1"), Doc("share by which the coefficient moves")]
    probability: Annotated[Number, Unit("1"), Doc("chance that it works at all")]
    delay: Annotated[Number, Unit("year"), Doc("years until it is in full use")]
    cost: Annotated[Number, Unit("EUR"), Doc("public money, spent in the first year")]
    projects: Annotated[tuple[str, ...], Doc("projects of the dataset of that kind")] = ()
    facts: Annotated[tuple[str, ...], Doc("facts of the dataset")] = ()


@dataclass(frozen=True, kw_only=True)
class Research:
    """Programmes of one chain, for a zone, over a horizon."""

    research: Annotated[Name, Doc("name")]
    title: Annotated[str, Doc("as printed"), Field(min_length=1)]
    chain: Annotated[str, Doc("chain of the dataset")]
    zone: Annotated[tuple[str, ...], Doc("regions whose shortage counts"), Field(min_length=1)]
    years: Annotated[int, Unit("year"), Doc("horizon"), Field(ge=1, le=50)]
    discount: Annotated[Number, Unit("1/year"), Doc("real discount rate of later years")]
    dollars_per_euro: Annotated[Number, Unit("USD/EUR"), Doc("exchange rate")]
    programmes: Annotated[tuple[Programme, ...], Field(min_length=1, max_length=MOST_PROGRAMMES)]
    left_out: Annotated[tuple[str, ...], Doc("what is not counted")] = ()
    note: Annotated[str, Doc("anything else")] = ""

    def zone_of(self, programme: Programme) -> tuple[str, ...]:
        """Return where a programme works."""
        return programme.zone or self.zone


def files_of(world: World | None = None) -> dict[str, Path]:
    """Return the files of programmes by name; those that ship where a dataset has none."""
    own = (world.folder if world else WORLD) / FOLDER
    folder = own if own.is_dir() else WORLD / FOLDER
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read_research(path: Path, world: World) -> Research:
    """Read a file; raises `InputError` with everything that is wrong with it."""
    document = scan_yaml(path, kind="research")
    text, problems = examine(Research, document)
    whole = text or _mended(document, problems)
    if whole is not None:
        told = [each.field for each in problems
                if each.field.endswith((".value", ".low", ".high"))]
        problems = [*problems, *(
            each for found in (_numbers, _repeats) for each in found(document, whole)
            if not any(field.startswith(each.field) for field in told)
        ), *_places(document, whole, world)]
    if problems or text is None:
        raise InputError(problems)
    return text


STAND_INS: dict[str, object] = {"years": 1, "reason": "-", "title": "-", "value": 1.0, "low": 1.0,
                                "high": 1.0}
"""What stands where a field is refused, so that the rest of a file is checked all the same."""


def _mended(document: Document, problems: list[Problem]) -> Research | None:
    """Return a file with stand-ins for refused fields; none where that is not enough."""
    value = deepcopy(document.value)
    for *parents, last in (each.field.split(".") for each in problems):
        part: Any = value
        with suppress(LookupError, TypeError):
            for name in parents:
                part = part[int(name) if name.isdigit() else name]
            if last in STAND_INS:
                part[last] = STAND_INS[last]
    return examine(Research, document, value)[0]


def _numbers(document: Document, text: Research) -> Iterator[Problem]:
    checks: list[tuple[Location, Number, float, float]] = [
        (("discount",), text.discount, 0.0, 0.5),
        (("dollars_per_euro",), text.dollars_per_euro, 0.1, 10.0),
    ]
    for number, each in enumerate(text.programmes):
        at = ("programmes", number)
        if each.programme in [one.programme for one in text.programmes[:number]]:
            yield document.problem((*at, "programme"), "named twice", found=each.programme,
                                   expected="one")
        most = 100.0 if each.kind == "recovery" else 0.95
        checks += [((*at, "effect"), each.effect, 0.0, most),
                   ((*at, "probability"), each.probability, 0.0, 1.0),
                   ((*at, "delay"), each.delay, 0.0, 100.0),
                   ((*at, "cost"), each.cost, 0.0, 1e13)]
    for at, one, least, most in checks:
        if not one.low <= one.value <= one.high:
            yield document.problem(at, "value outside its range",
                                   found=f"{one.value:g} in {one.low:g} to {one.high:g}",
                                   expected="low <= value <= high")
        if one.low < least or one.high > most:
            yield document.problem(at, "out of bounds", found=f"{one.low:g} to {one.high:g}",
                                   expected=f"{least:g} to {most:g}")


def _repeats(document: Document, text: Research) -> Iterator[Problem]:
    """Yield programmes that cost nothing, and regions that are named twice."""
    for number, each in enumerate(text.programmes):
        if each.cost.low == 0.0:
            yield document.problem(("programmes", number, "cost"), "no cost, so nothing per euro",
                                   found="0", expected="more than 0 EUR")
    for at, names in _zones(text):
        for number, name in enumerate(names):
            if name in names[:number]:
                yield document.problem((*at, number), "named twice", found=name, expected="once")


def _zones(text: Research) -> list[tuple[Location, tuple[str, ...]]]:
    """Return every list of regions with its place in the file."""
    return [(("zone",), text.zone), *((("programmes", number, "zone"), each.zone)
                                      for number, each in enumerate(text.programmes))]


def _places(document: Document, text: Research, world: World) -> Iterator[Problem]:
    if text.chain not in world.chains:
        yield document.problem(("chain",), "unknown chain", found=text.chain,
                               expected="one of " + ", ".join(world.chains),
                               near=nearest(text.chain, list(world.chains)))
        return
    network = world.network(text.chain)
    places = [each.name for each in network.regions]
    for at, names in _zones(text):
        for number, name in enumerate(names):
            if name not in places:
                yield document.problem((*at, number), "unknown region", found=name,
                                       expected="one of " + ", ".join(places),
                                       near=nearest(name, places))
    for number, each in enumerate(text.programmes):
        yield from _target(document, ("programmes", number), each, text.zone_of(each), network)
        for attribute, column in (("projects", "project"), ("facts", "fact")):
            known = world.bundle.table(attribute)[column].to_list()
            for name in getattr(each, attribute):
                if name not in known:
                    yield document.problem(("programmes", number, attribute),
                                           f"unknown {column}", found=name,
                                           expected="an id of the dataset",
                                           near=nearest(name, known))


def _target(
    document: Document, at: Location, each: Programme, zone: tuple[str, ...], network: Network
) -> Iterator[Problem]:
    """Yield what a programme names that does not exist, and one that would move nothing."""
    wants = {"substitution": ("material",), "thrift": ("process", "material"),
             "yield": ("process",), "recovery": ("process",)}[each.kind]
    known = {
        "material": [one.name for one in network.materials],
        "process": list(dict.fromkeys(one.name.split("@")[0] for one in network.processes)),
        "use": list(dict.fromkeys(use for one in network.demands for use in one.uses)),
    }
    sound = True
    for field in ("material", "process", "use"):
        name = getattr(each, field)
        allowed = field in wants or (field == "use" and each.kind == "substitution")
        if name and not allowed:
            yield document.problem((*at, field), f"a programme of {each.kind} has no {field}",
                                   found=name, expected="nothing")
        elif (name or field in wants) and name not in known[field]:
            sound = False
            yield document.problem((*at, field), f"unknown {field}", found=name or "nothing",
                                   expected="one of " + ", ".join(known[field]),
                                   near=nearest(name, known[field]))
    for number, name in enumerate(each.also):
        if each.kind != "recovery" or name not in known["process"]:
            sound = False
            yield document.problem((*at, "also", number), "unknown process"
                                   if each.kind == "recovery" else
                                   f"a programme of {each.kind} has no further recipes",
                                   found=name, expected="one of " + ", ".join(known["process"]),
                                   near=nearest(name, known["process"]))
    if sound and not _moves(each, zone, network):
        yield document.problem(at, "moves nothing: the account has no such thing in the zone",
                               found=", ".join(zone), expected="a zone with base activity or use")


def _moves(each: Programme, zone: tuple[str, ...], network: Network) -> bool:
    if each.kind == "substitution":
        return any(one.region in zone and one.material == each.material and one.base > 0.0
                   and (not each.use or one.uses.get(each.use, 0.0) > 0.0)
                   for one in network.demands)
    return any(one.name.split("@")[0] == each.process and one.region in zone and one.base > 0.0
               and (not each.material or each.material in one.inputs)
               for one in network.processes)
