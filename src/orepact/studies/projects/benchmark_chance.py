"""The chance that Union capacity reaches a benchmark of the law with what projects deliver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact.indicators.projects.delivery import Delivery
from orepact.indicators.span import Span
from orepact.indicators.union.benchmark_case import TARGET_YEAR, Case, read_case
from orepact.indicators.union.projects_ahead import known_year
from orepact.indicators.union.strategic import Step, Strategic
from orepact.indicators.union.union_capacity import capacity, consumption, span_of
from orepact.network.projects import Project, Spread
from orepact.network.world import World
from orepact.result.portfolio.availability import of_quantile
from orepact.studies.projects.outlook import Outlook

__all__ = ["UNION", "Drawn", "added", "benchmark_chances"]

Array = NDArray[np.float64]

UNION = "EU27"
ENDS_OF_BAND = (5.0, 50.0, 95.0)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Projects, what they deliver at each end of the cards, and the year with its place in that."""

    seen: Outlook
    runs: Mapping[str, Delivery]
    when: int
    year: int
    seed: int


def benchmark_chances(world: World, drawn: Drawn, chain: str = "") -> list[dict[str, Any]]:
    """Return step by step the chance that capacity over consumption reaches the benchmark.

    Of each strategic material with an account: today's capacity and consumption are drawn from
    triangles over their ranges, consumption grows by its card, projects come as drawn.
    """
    case = read_case(world)
    found: list[dict[str, Any]] = []
    for entry in case.listed.materials:
        if not entry.chain or (chain and entry.chain != chain):
            continue
        for step in entry.steps:
            made = _step(case, entry, step, drawn)
            if made is not None:
                found.append(made)
    return found


def _step(
    case: Case, entry: Strategic, step: Step, drawn: Drawn
) -> dict[str, Any] | None:
    have = span_of(capacity(case.world, entry, step, UNION))
    used = span_of(consumption(case.world, entry, UNION, step.of,
                               "" if step.of is None else step.step))
    if have is None or used is None or used.low <= 0.0:
        return None
    law = case.listed.share_of(step.benchmark)
    seen, runs, when, seed = drawn.seen, drawn.runs, drawn.when, drawn.seed
    rates = {place: rate for place, one in enumerate(seen.projects)
             if (rate := _counted(case, entry, step, one)) > 0.0}
    chance = np.random.default_rng([seed, *f"{entry.material} {step.step}".encode()])
    draws = runs["value"].built.shape[0]
    u = chance.random((3, draws))
    growth = case.cards[entry.growth]
    part = min(1.0, max(0.0, (drawn.year - known_year(case.bundle))
                        / max(1, TARGET_YEAR - known_year(case.bundle))))
    grown = Spread(*(1.0 + part * (end - 1.0) for end in (growth.low, growth.value, growth.high)))
    base = _drawn(have, u[0])
    need = _drawn(used, u[1]) * of_quantile(grown, u[2])
    ratios = {
        end: (base + added(run.tonnes(when), rates)) / need
        for end, run in runs.items()
    }
    low, middle, high = np.percentile(ratios["value"], ENDS_OF_BAND).tolist()
    return {
        "material": entry.material, "title": entry.title, "step": step.step,
        "benchmark": step.benchmark, "article": law.article, "share": law.share,
        "grade": case.world.accounts[entry.chain].grade,
        "recyclers": _recyclers(entry, step),
        "projects": [seen.projects[place].name for place in rates],
        "now": have.value / used.value,
        "ratio": {"value": middle, "low": low, "high": high},
        "chance": {end: float((one >= law.share).mean()) for end, one in ratios.items()},
    }


def _recyclers(entry: Strategic, step: Step) -> list[str]:
    """Return the recyclers of a material that another step counts, as that for recycling does."""
    return [] if step.benchmark == "recycling" else [
        name for name in step.processes
        if any(other.benchmark == "recycling" and name in other.processes for other in entry.steps)]


def _counted(case: Case, entry: Strategic, step: Step, project: Project) -> float:
    """Return what a tonne of a project's activity adds to a step, 0 if it is not of it.

    Of a project with several ways to run, the first. A recipe of its own counts with the tonnes
    that the list of strategic materials gives it.
    """
    if project.chain != entry.chain:
        return 0.0
    mode = project.modes[0]
    counts = step.counts or _first_outputs(case, entry, step)
    if mode.recipe in step.processes:
        return sum(rate for name, rate in mode.outputs.items() if name in counts) * step.per_tonne
    planned = next((one for one in case.listed.projects if one.project == project.row
                    and (one.material, one.step) == (entry.material, step.step)), None)
    known = {one.process for one in case.world.chains[entry.chain].text.processes}
    if mode.recipe in known or planned is None:
        return 0.0
    return planned.tonnes_per_year / project.capacity.value


def _first_outputs(case: Case, entry: Strategic, step: Step) -> tuple[str, ...]:
    return tuple(next(iter(one.outputs)) for one in case.world.chains[entry.chain].text.processes
                 if one.process in step.processes)


def added(tonnes: Array, rates: Mapping[int, float]) -> Array:
    """Return the sum of projects by draw, each times what a tonne of it counts."""
    found = np.zeros(len(tonnes))
    for place, rate in rates.items():
        found = found + tonnes[:, place] * rate
    return found


def _drawn(span: Span, quantile: Array) -> Array:
    return of_quantile(Spread(span.low, span.value, span.high), quantile)
