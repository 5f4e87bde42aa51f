"""The chance that projects deliver by a year: failure, decision, permits, construction, ramp."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact.errors import InputError, Problem, attempt, nearest
from orepact.indicators.projects.delivery import Delivery, deliver
from orepact.network.project_files import CANDIDATES
from orepact.network.projects import Project, Spread
from orepact.network.world import World, read_world
from orepact.studies.folder import RUN_FILE
from orepact.studies.projects.benchmark_chance import UNION, Drawn, added, benchmark_chances
from orepact.studies.projects.outlook import (
    ENDS,
    Outlook,
    outlook,
    region_problems,
    terms_of,
)
from orepact.studies.reserve.plain import plain

__all__ = ["Deadline", "DeadlineDesign", "deadline", "starts_of"]

Array = NDArray[np.float64]

FORMAT = "orepact/deadline/1"
FULL = 0.9
"""Share of capacity from which on a project counts as running in full."""
FIRST, LAST = 2027, 2050
MOST_DRAWS = 20_000
PARTS_OF_PLAN = (0.25, 0.5, 0.75, 0.9)
"""Parts of the announced capacity whose chance is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineDesign:
    """What is asked: regions, year, chain, projects, an own file, and tonnes of a material.

    `decided` is the year in which every undecided project is decided; without it they wait for
    their decision and may never be built. `portfolio` is the folder of a portfolio: only what is
    decided and what it chose (`which`: joint, or a zone) counts, from the years that it chose.
    `longer` multiplies lead times.
    """

    regions: tuple[str, ...] = (UNION,)
    by: int = 2030
    chain: str = ""
    projects: tuple[str, ...] = ()
    source: str | Path = CANDIDATES
    material: str = ""
    tonnes: float | None = None
    decided: float | None = None
    portfolio: Path | None = None
    which: str = "joint"
    longer: float = 1.0
    draws: int = 2000
    seed: int = 1

    def problems(self) -> list[Problem]:
        """Return what is wrong with the numbers."""
        found: list[Problem] = []
        if not FIRST <= self.by <= LAST:
            found.append(Problem("year out of range", field="--by", found=str(self.by),
                                 expected=f"{FIRST} to {LAST}"))
        if not 1 <= self.draws <= MOST_DRAWS:
            found.append(Problem("draws out of range", field="--draws", found=str(self.draws),
                                 expected=f"1 to {MOST_DRAWS:,}"))
        if self.seed < 0:
            found.append(Problem("negative seed", field="--seed", found=str(self.seed),
                                 expected="0 or more"))
        if not 0.1 <= self.longer <= 10.0:
            found.append(Problem("factor out of range", field="--longer",
                                 found=f"{self.longer:g}", expected="0.1 to 10"))
        if self.tonnes is not None and not 0.0 < self.tonnes < float("inf"):
            found.append(Problem("no amount", field="--tonnes", found=f"{self.tonnes:g}",
                                 expected="more than 0, t/year"))
        if (self.tonnes is None) != (not self.material):
            found.append(Problem("one without the other", field="--tonnes and --material",
                                 found=self.material or f"{self.tonnes:g}", expected="both"))
        if self.decided is not None and self.portfolio is not None:
            found.append(Problem("one or the other", field="--decided and --portfolio",
                                 found=f"{self.decided:g}", expected="one of them"))
        if self.decided is not None and not 2026.0 <= self.decided <= float(self.by):
            found.append(Problem("years are reversed or past", field="--decided",
                                 found=f"{self.decided:g}", expected=f"2026 to {self.by}"))
        return found


@dataclass(frozen=True, slots=True)
class Deadline:
    """The study as plain data."""

    content: dict[str, Any] = field(repr=False)


def deadline(design: DeadlineDesign | None = None, world: World | None = None) -> Deadline:
    """Return the chance that projects deliver by a year, project by project and together.

    Each chance has a range: all cards of chance at their low and at their high end; lead times,
    ramps and capacities are drawn from triangles in either case. Raises `InputError` with every
    problem of the design and of an own file of projects.
    """
    began = time.perf_counter()
    asked = design or DeadlineDesign()
    read = world or read_world()
    problems = [*asked.problems(), *region_problems(read, asked.regions)]
    seen = attempt(problems, outlook, read, asked.regions, asked.source, asked.chain,
                   asked.projects)
    if asked.portfolio is not None:
        starts = attempt(problems, starts_of, asked.portfolio, asked.which)
        seen = seen.chosen(starts) if seen and starts is not None else seen
    made = [name for one in seen.projects for mode in one.modes for name in mode.outputs] if (
        seen) else []
    if asked.material and seen and asked.material not in made:
        known = sorted(set(made))
        problems.append(Problem("no project makes it", field="--material",
                                found=repr(asked.material), expected="one of " + ", ".join(known),
                                nearest=nearest(asked.material, known)))
    if problems or seen is None:
        raise InputError(problems)
    years = np.arange(FIRST, max(asked.by, FIRST) + 1, dtype=float)
    when = len(years) - 1
    runs = {end: deliver(seen.projects, years, terms_of(
        seen, end, draws=asked.draws, seed=asked.seed, decided=asked.decided,
        longer=asked.longer)) for end in ENDS}
    content = {
        "format": FORMAT, "regions": list(asked.regions), "by": asked.by, "chain": asked.chain,
        "decided": asked.decided, "which": asked.which if asked.portfolio else "",
        "starts": dict(seen.starts), "longer": asked.longer, "draws": asked.draws,
        "seed": asked.seed, "title": seen.candidates.title,
        "projects": [_project(seen, one, place, runs, when, decided=asked.decided is not None)
                     for place, one in enumerate(seen.projects)],
        "materials": _materials(seen, runs, years, asked),
        "benchmarks": benchmark_chances(read, Drawn(seen, runs, when, asked.by, asked.seed),
                                        asked.chain) if asked.regions == (UNION,) else [],
        "not_modelled": [{"row": one.row, "reason": one.reason}
                         for one in seen.candidates.not_modelled],
        "cards": _cards(seen, decided=asked.decided is not None),
        "dataset": {"version": read.dataset.version, "hash": read.dataset.hash},
        "seconds": time.perf_counter() - began,
    }
    return Deadline(plain(content))


def starts_of(folder: Path, which: str) -> dict[str, float]:
    """Return the year of decision of each project that a portfolio's folder says it chose."""
    path = folder / RUN_FILE if folder.is_dir() else folder
    try:
        run: Any = json.loads(path.read_text(encoding="utf-8"))
        portfolios: Any = run["portfolios"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError([Problem("not the folder of a portfolio", file=str(path),
                                  found=type(error).__name__,
                                  expected="what `orepact projects portfolio -o` wrote")]) from None
    if which not in portfolios:
        known = list(portfolios)
        raise InputError([Problem("no such portfolio", file=str(path), field="--which",
                                  found=repr(which), expected="one of " + ", ".join(known),
                                  nearest=nearest(which, known))])
    return {str(one["project"]): float(one["year"]) for one in portfolios[which]["chosen"]}


def _project(
    seen: Outlook, one: Project, place: int, runs: Mapping[str, Delivery], when: int, *,
    decided: bool,
) -> dict[str, Any]:
    middle = runs["value"]
    card = seen.cards[seen.card(one, decided=decided)]
    return {
        "project": one.name, "title": one.title, "row": one.row, "country": one.country,
        "chain": one.chain, "kind": one.kind, "status": one.status, "decided": one.decided,
        "makes": "/".join(dict.fromkeys(next(iter(mode.outputs)) for mode in one.modes)),
        "capacity": _spread(one.capacity), "part": _spread(one.share),
        "built": {"value": card.value, "low": card.low, "high": card.high, "card": card.card},
        "opens": _quantiles(middle.opens[:, place]),
        "some": _means(runs, lambda run: run.share[:, place, when] > 0.0),
        "full": _means(runs, lambda run: run.share[:, place, when] >= FULL),
        "share": _means(runs, lambda run: run.share[:, place, when]),
        "supposed": list(one.supposed),
    }


def _materials(
    seen: Outlook, runs: Mapping[str, Delivery], years: Array, asked: DeadlineDesign
) -> list[dict[str, Any]]:
    """Return what projects deliver of each material together, by year and by the year asked."""
    made = _makers(seen.projects)
    found: list[dict[str, Any]] = []
    for (chain, material), rates in made.items():
        announced = sum(seen.projects[place].capacity.value * seen.projects[place].share.value
                        * rate for place, rate in rates.items())
        by_year = {end: np.stack([added(run.tonnes(year), rates) for year in range(len(years))],
                                 axis=1) for end, run in runs.items()}
        wanted = [part * announced for part in PARTS_OF_PLAN]
        if asked.tonnes is not None and asked.material in material.split("/"):
            wanted.append(asked.tonnes)
        found.append({
            "chain": chain, "material": material, "announced": announced,
            "projects": [seen.projects[place].name for place in rates],
            "by_year": [{"year": int(year), **_quantiles(by_year["value"][:, place]),
                         "mean": float(by_year["value"][:, place].mean())}
                        for place, year in enumerate(years)],
            "chances": [{"tonnes": tonnes, **{
                end: float((by_year[end][:, -1] >= tonnes).mean()) for end in ENDS}}
                for tonnes in wanted],
        })
    return found


def _makers(projects: Sequence[Project]) -> dict[tuple[str, str], dict[int, float]]:
    """Return by chain and material the places of projects that make it, with t per tonne.

    What may make one of several products is told under all of their names together.
    """
    found: dict[tuple[str, str], dict[int, float]] = {}
    for place, one in enumerate(projects):
        if len(one.modes) > 1:
            name = "/".join(dict.fromkeys(next(iter(mode.outputs)) for mode in one.modes))
            found.setdefault((one.chain, name), {})[place] = 1.0
            continue
        for material, rate in next(iter(one.modes)).outputs.items():
            found.setdefault((one.chain, material), {})[place] = rate
    return found


def _means(
    runs: Mapping[str, Delivery], figure: Callable[[Delivery], NDArray[Any]]
) -> dict[str, float]:
    return {end: float(np.mean(figure(run))) for end, run in runs.items()}


def _quantiles(numbers: Array) -> dict[str, float]:
    ends: list[float] = np.percentile(numbers, (5.0, 50.0, 95.0)).tolist()
    return dict(zip(("low", "value", "high"), ends, strict=True))


def _spread(spread: Spread) -> dict[str, float]:
    return {"value": spread.value, "low": spread.low, "high": spread.high}


def _cards(seen: Outlook, *, decided: bool) -> list[dict[str, Any]]:
    names = {seen.card(one, decided=decided) for one in seen.projects}
    names |= {"project-decision-wait", "project-common-cause"}
    return [{each: getattr(seen.cards[name], each)
             for each in ("card", "title", "value", "low", "high", "unit", "reason", "evidence")}
            for name in sorted(names)]
