"""The strategic materials of the Union's law, and which data speak of each.

The list, its grades and its benchmarks are data: ``assess/strategic_materials.yaml`` of a dataset,
format ``orepact/strategic-materials/1``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from orepact.data.bundle import WORLD_FOLDER
from orepact.data.text import Document, parse, scan_yaml
from orepact.errors import InputError, Problem, nearest

__all__ = [
    "STRATEGIC",
    "Benchmark",
    "Benchmarked",
    "Origin",
    "Planned",
    "Step",
    "Strategic",
    "StrategicMaterials",
    "Use",
    "Volume",
    "read_strategic",
]

STRATEGIC = WORLD_FOLDER / "assess" / "strategic_materials.yaml"
"""The list that ships."""

Benchmarked = Literal["extraction", "processing", "recycling"]
Share = Annotated[float, Field(gt=0.0, le=1.0)]
Tonnes = Annotated[float, Field(gt=0.0)]


@dataclass(frozen=True, kw_only=True)
class Use:
    """What counts as consumption: uses of materials, and what processes take into products.

    `into` has inputs by process: a strategic material is consumed where it leaves the raw form.
    """

    uses: tuple[str, ...] = ()
    into: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of extraction, processing or recycling and its processes in a chain.

    `counts` names the outputs that count (the first one if empty); `per_tonne` is what a tonne of
    output makes of the consumed form, with its `reason`; `of` replaces the material's consumption.
    """

    step: str
    benchmark: Benchmarked
    processes: tuple[str, ...]
    counts: tuple[str, ...] = ()
    per_tonne: Tonnes = 1.0
    reason: str = ""
    of: Use | None = None


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A stage of processing at which consumption is looked at by country of origin.

    `step` is the step whose new capacity displaces imports of the material.
    """

    stage: str
    material: str
    step: str = ""


@dataclass(frozen=True, kw_only=True)
class Volume:
    """The series of production that tells the tonnes of a material without a chain."""

    mineral: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class Strategic:
    """One entry of the list.

    `listed_grade` is the grade that the law names, `data_grade` the one that the data are for where
    it is another; `study` has the minerals of the Union's study by benchmark; `not_assessed` says
    by benchmark why there is nothing to measure, `notes` what a reader must know of the figures
    there; `growth` is the card of consumption in 2030.
    """

    material: str
    letter: str
    title: str
    minerals: tuple[str, ...]
    listed_grade: str = ""
    data_grade: str = ""
    chain: str = ""
    consumption: Use | None = None
    growth: str = "project-consumption-2030"
    steps: tuple[Step, ...] = ()
    not_assessed: dict[Benchmarked, str] = field(default_factory=dict[Benchmarked, str])
    notes: dict[Benchmarked, str] = field(default_factory=dict[Benchmarked, str])
    study: dict[Benchmarked, tuple[str, ...]] = field(
        default_factory=dict[Benchmarked, tuple[str, ...]]
    )
    origins: tuple[Origin, ...] = ()
    volume: Volume | None = None
    reserves: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A benchmark of the law: Union capacity as a share of Union consumption."""

    benchmark: Benchmarked
    share: Share
    article: str
    qualified_by: str = ""


@dataclass(frozen=True, kw_only=True)
class ThirdCountry:
    """The largest share of Union consumption that may come from one third country."""

    share: Share
    article: str


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What a project adds to a step, in the unit of the material's consumption."""

    project: str
    material: str
    step: str
    tonnes_per_year: Tonnes
    reason: str


@dataclass(frozen=True, kw_only=True)
class StrategicMaterials:
    """The list with its benchmarks; `stages` maps words of the table of projects to them."""

    act: str
    source: str
    benchmarks: tuple[Benchmark, ...]
    third_country: ThirdCountry
    stages: dict[str, Benchmarked]
    materials: tuple[Strategic, ...]
    projects: tuple[Planned, ...] = ()

    def holding(self, mineral: str) -> tuple[str, ...]:
        """Return the names of the entries that hold a mineral, or are called like it."""
        return tuple(
            entry.material
            for entry in self.materials
            if mineral in {*entry.minerals, entry.material}
        )

    def material(self, name: str) -> Strategic:
        """Return an entry by name, or by a mineral that it holds; raises `InputError`."""
        for entry in self.materials:
            if name == entry.material or name in entry.minerals:
                return entry
        known = [entry.material for entry in self.materials]
        raise InputError(
            [
                Problem(
                    "no strategic raw material",
                    field="material",
                    found=repr(name),
                    expected="one of " + ", ".join(known),
                    nearest=nearest(name, known),
                )
            ]
        )

    def share_of(self, benchmark: Benchmarked) -> Benchmark:
        """Return a benchmark by its name."""
        return next(one for one in self.benchmarks if one.benchmark == benchmark)


def read_strategic(path: Path = STRATEGIC) -> StrategicMaterials:
    """Read the list of strategic materials; raises `InputError` with every problem.

    Names are unique, each project's step exists, all three benchmarks are given.
    """
    document = scan_yaml(path, kind="strategic-materials")
    found = parse(StrategicMaterials, document)
    problems = [*_repeated(document, found), *_unknown_steps(document, found)]
    given = sorted(one.benchmark for one in found.benchmarks)
    if given != ["extraction", "processing", "recycling"]:
        problems.append(
            document.problem(
                ("benchmarks",),
                "each benchmark is given once",
                found=", ".join(given),
                expected="extraction, processing, recycling",
            )
        )
    if problems:
        raise InputError(problems)
    return found


def _repeated(document: Document, found: StrategicMaterials) -> list[Problem]:
    names = [entry.material for entry in found.materials]
    return [
        document.problem(
            ("materials", number, "material"), "duplicate material", found=name, expected="one"
        )
        for number, name in enumerate(names)
        if name in names[:number]
    ]


def _unknown_steps(document: Document, found: StrategicMaterials) -> list[Problem]:
    steps = {entry.material: [step.step for step in entry.steps] for entry in found.materials}
    problems: list[Problem] = []
    for number, one in enumerate(found.projects):
        known = steps.get(one.material, [])
        if one.step not in known:
            problems.append(
                document.problem(
                    ("projects", number, "step" if known else "material"),
                    "unknown step of a material",
                    found=f"{one.material}: {one.step}",
                    expected="one of " + ", ".join(known or steps),
                    near=nearest(one.step, known) if known else nearest(one.material, list(steps)),
                )
            )
    return problems
