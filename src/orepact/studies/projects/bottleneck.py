"""Which stage of a chain limits a zone's own supply, today and with what projects deliver."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orepact.errors import InputError, Problem, attempt
from orepact.indicators.projects.delivery import Delivery, deliver
from orepact.indicators.projects.stages import (
    Recipes,
    Stages,
    Zone,
    needs,
    stages,
    tightest,
)
from orepact.network.chains.chain import Chain
from orepact.network.project_files import CANDIDATES
from orepact.network.projects import Spread
from orepact.network.world import World, read_world
from orepact.result.portfolio.availability import of_quantile
from orepact.studies.projects.outlook import (
    Outlook,
    account_problems,
    outlook,
    region_problems,
    terms_of,
)
from orepact.studies.reserve.plain import plain

__all__ = ["BottleneckDesign", "bottleneck"]

Array = NDArray[np.float64]

FORMAT = "orepact/bottleneck/1"
MONTHS = 12.0
MOST_DRAWS = 5000
FIRST, LAST = 2027, 2050
SCRAP = "scrap"


@dataclass(frozen=True, slots=True, kw_only=True)
class BottleneckDesign:
    """What is asked: chain, regions taken together, partners whose surplus is feed, year, draws.

    `everything` supposes that every candidate is built and runs in full.
    """

    chain: str = "rare-earth-magnets"
    regions: tuple[str, ...] = ("EU27",)
    partners: tuple[str, ...] = ()
    year: int = 2030
    everything: bool = False
    source: str | Path = CANDIDATES
    draws: int = 300
    seed: int = 1

    def problems(self) -> list[Problem]:
        """Return what is wrong with the numbers."""
        found: list[Problem] = []
        if not FIRST <= self.year <= LAST:
            found.append(Problem("year out of range", field="--year", found=str(self.year),
                                 expected=f"{FIRST} to {LAST}"))
        if not 1 <= self.draws <= MOST_DRAWS:
            found.append(Problem("draws out of range", field="--draws", found=str(self.draws),
                                 expected=f"1 to {MOST_DRAWS:,}"))
        if self.seed < 0:
            found.append(Problem("negative seed", field="--seed", found=str(self.seed),
                                 expected="0 or more"))
        found += [Problem("a region is zone and partner", field="--partner", found=name,
                          expected="one of the two")
                  for name in self.partners if name in self.regions]
        return found


def bottleneck(
    design: BottleneckDesign | None = None, world: World | None = None
) -> dict[str, Any]:
    """Return stage by stage capacity over the zone's own need, with its own feed, and the tightest.

    Members draw utilisation of plants, the account's errors, growth of use and what projects
    deliver; the middle is the median of members, a range holds 90 % of them. Raises `InputError`
    with every problem. Method: input-output accounting of one chain, see
    `orepact.indicators.projects.stages`.
    """
    began = time.perf_counter()
    asked = design or BottleneckDesign()
    read = world or read_world()
    problems = [*asked.problems(), *region_problems(read, (*asked.regions, *asked.partners)),
                *account_problems(read, (asked.chain,), asked.regions),
                *account_problems(read, (asked.chain,), asked.partners, "--partner")]
    seen = attempt(problems, outlook, read, asked.regions, asked.source, asked.chain)
    if problems or seen is None:
        raise InputError(problems)
    chain = read.chains[asked.chain]
    entries = read.accounts[asked.chain].entries
    recipes = recipes_of(chain, entries)
    now, later = _members(chain, recipes, entries, seen, asked)
    grade = read.accounts[asked.chain].grade
    return plain({
        "format": FORMAT, "chain": asked.chain, "title": chain.text.title,
        "regions": list(asked.regions), "partners": list(asked.partners), "year": asked.year,
        "everything": asked.everything, "draws": asked.draws, "seed": asked.seed,
        "grade": grade, "stages": _rows(chain, recipes, now, later),
        "tightest": {"now": _tightest(recipes, now), "year": _tightest(recipes, later)},
        "own": {"now": _own(chain, recipes, now), "year": _own(chain, recipes, later)},
        "projects": [{"project": one.name, "title": one.title, "kind": one.kind,
                      "status": one.status, "capacity": one.capacity.value,
                      "recipes": [mode.recipe for mode in one.modes]}
                     for one in seen.projects],
        "dataset": {"version": read.dataset.version, "hash": read.dataset.hash},
        "seconds": time.perf_counter() - began,
    })


def recipes_of(chain: Chain, entries: pl.DataFrame) -> Recipes:
    """Return the processes of a chain as arrays, scrap left out, with the world's activity."""
    text = chain.text
    materials = tuple(one.material for one in text.materials if one.stage != SCRAP)
    place = {name: number for number, name in enumerate(materials)}
    processes = [one for one in text.processes if set(one.outputs) & set(materials)]
    outputs = np.zeros((len(processes), len(materials)))
    inputs = np.zeros_like(outputs)
    for number, process in enumerate(processes):
        for name, rate in process.outputs.items():
            if name in place:
                outputs[number, place[name]] = rate
        for name, rate in process.inputs.items():
            if name in place:
                inputs[number, place[name]] = rate
    names = tuple(one.process for one in processes)
    return Recipes(names, materials, outputs, inputs,
                   np.asarray([chain.price(name) for name in materials]),
                   _activity(entries, names, None)[0])


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Of some regions: activity with error, utilisation with range, use with error (t/year)."""

    activity: Array
    errors: Array
    use: Array
    use_errors: Array
    idle: Array
    utilisation: Sequence[Spread] = field(repr=False)

    def drawn(self, u: Array, normal: Array, grown: float) -> Zone:
        """Return one member: utilisation by quantile, the account by its errors, use grown."""
        half = len(self.activity)
        made = np.maximum(0.0, self.activity * (1.0 + self.errors * normal[:half]))
        used = np.maximum(0.0, self.use * (1.0 + self.use_errors * normal[half:]))
        rate = np.asarray([float(of_quantile(spread, u[place:place + 1])[0])
                           for place, spread in enumerate(self.utilisation)])
        return Zone(used * grown, made / rate + self.idle, made)


def _group(
    chain: Chain, recipes: Recipes, entries: pl.DataFrame, regions: Sequence[str]
) -> _Group:
    activity, errors = _activity(entries, recipes.processes, regions)
    counted = [one.use for one in chain.text.uses if one.counted]
    rows = entries.filter(pl.col("kind") == "use", pl.col("region").is_in(list(regions)),
                          pl.col("use").is_in(counted))
    use, use_errors = _sums(rows, "material", recipes.materials)
    by = {one.process: one.utilisation for one in chain.text.processes}
    idle = np.asarray([
        sum(one.tonnes_per_year for one in chain.text.restartable
            if one.process == name and one.region in regions) for name in recipes.processes])
    return _Group(activity, errors, use, use_errors, idle, [
        Spread(by[name].low or by[name].value, by[name].value, by[name].high or by[name].value)
        for name in recipes.processes])


def _activity(
    entries: pl.DataFrame, processes: Sequence[str], regions: Sequence[str] | None
) -> tuple[Array, Array]:
    rows = entries.filter(pl.col("kind") == "production")
    if regions is not None:
        rows = rows.filter(pl.col("region").is_in(list(regions)))
    return _sums(rows, "process", processes)


def _sums(rows: pl.DataFrame, column: str, names: Sequence[str]) -> tuple[Array, Array]:
    """Return balanced tonnes a year by name, and their relative errors taken as independent."""
    found = rows.group_by(column).agg(
        total=pl.col("balanced").sum(),
        error=(pl.col("balanced") * pl.col("sigma")).pow(2).sum().sqrt())
    by = {name: (MONTHS * total, error / total if total else 0.0)
          for name, total, error in found.iter_rows()}
    pairs = np.asarray([by.get(name, (0.0, 0.0)) for name in names])
    return pairs[:, 0], pairs[:, 1]


def _members(
    chain: Chain, recipes: Recipes, entries: pl.DataFrame, seen: Outlook, asked: BottleneckDesign
) -> tuple[list[Stages], list[Stages]]:
    """Return the stages by member, today and in the year asked for."""
    zone = _group(chain, recipes, entries, asked.regions)
    partners = [_group(chain, recipes, entries, (name,)) for name in asked.partners]
    chance = np.random.default_rng(asked.seed)
    years = np.asarray([float(asked.year)])
    run = deliver(seen.projects, years, terms_of(seen, "value", draws=asked.draws,
                                                 seed=asked.seed))
    card = seen.cards["project-use-growth"]
    span = asked.year - int(str(chain.text.calibration.first)[:4])
    now: list[Stages] = []
    later: list[Stages] = []
    size = len(recipes.processes)
    for member in range(asked.draws):
        u = chance.random(size)
        normal = chance.standard_normal(size + len(recipes.materials))
        rate = float(chance.triangular(card.low, card.value, card.high))
        grown = (1.0 + rate) ** span
        left = [_left(recipes, each.drawn(u, normal, 1.0)) for each in partners]
        surplus = np.sum(left, axis=0) if left else None
        now.append(stages(recipes, zone.drawn(u, normal, 1.0), surplus))
        bigger, more = _with_projects(recipes, zone.drawn(u, normal, grown), seen, run, member,
                                      asked)
        later.append(stages(bigger, more, _padded(surplus, len(bigger.materials))))
    return now, later


def _left(recipes: Recipes, zone: Zone) -> Array:
    """Return what partners make beyond their own need (t/year)."""
    return np.maximum(0.0, zone.capacity @ recipes.outputs - needs(recipes, zone))


def _padded(surplus: Array | None, size: int) -> Array | None:
    return None if surplus is None else np.resize(surplus, size)


def _with_projects(
    recipes: Recipes, zone: Zone, seen: Outlook, run: Delivery, member: int,
    asked: BottleneckDesign,
) -> tuple[Recipes, Zone]:
    """Return recipes and zone with a process for each project, of what it delivers.

    A project with several ways to run is shared out evenly between them.
    """
    outputs, inputs, capacity = list(recipes.outputs), list(recipes.inputs), list(zone.capacity)
    place = {name: number for number, name in enumerate(recipes.materials)}
    for number, one in enumerate(seen.projects):
        made = one.capacity.value * one.share.value if asked.everything else (
            float(run.tonnes(0)[member, number]))
        for mode in one.modes:
            outputs.append(_vector(mode.outputs, place))
            inputs.append(_vector(mode.inputs, place))
            capacity.append(made / len(one.modes))
    extra = len(outputs) - len(recipes.processes)
    names = (*recipes.processes, *(f"project {number}" for number in range(extra)))
    none = np.zeros(extra)
    return (
        Recipes(names, recipes.materials, np.asarray(outputs), np.asarray(inputs), recipes.prices,
                np.concatenate([recipes.activity, none])),
        Zone(zone.use, np.asarray(capacity), np.concatenate([zone.activity, none])),
    )


def _vector(rates: Mapping[str, float], place: Mapping[str, int]) -> Array:
    found = np.zeros(len(place))
    for name, rate in rates.items():
        if name in place:
            found[place[name]] = rate
    return found


def _band(numbers: Array) -> dict[str, float] | None:
    """Return median and 90 % of members that need any; None where half of them need nothing."""
    known = numbers[np.isfinite(numbers)]
    if len(known) < len(numbers) / 2.0:
        return None
    low, middle, high = np.percentile(known, (5.0, 50.0, 95.0)).tolist()
    return {"value": middle, "low": low, "high": high}


def _rows(
    chain: Chain, recipes: Recipes, now: Sequence[Stages], later: Sequence[Stages]
) -> list[dict[str, Any]]:
    stage = {one.material: (one.stage, one.title, one.unit) for one in chain.text.materials}
    found: list[dict[str, Any]] = []
    for place, name in enumerate(recipes.materials):
        row: dict[str, Any] = {"material": name, "stage": stage[name][0], "title": stage[name][1],
                               "unit": f"{stage[name][2]}/year"}
        for when, members in (("now", now), ("year", later)):
            row[when] = {
                figure: _band(np.asarray([getattr(one, figure)[place] for one in members]))
                for figure in ("need", "capacity", "alone", "own")
            }
        found.append(row)
    return found


def _tightest(recipes: Recipes, members: Sequence[Stages]) -> list[dict[str, Any]]:
    """Return how often each stage has the least capacity for what it must make, most often first.

    Stages without capacity in every member come first and are told apart: none can rank them. One
    without capacity in some members, as where a project fails, is the tightest of those.
    """
    none, shares = tightest(np.asarray([one.alone for one in members]))
    found: list[dict[str, Any]] = [
        {"material": recipes.materials[place], "share": 1.0, "capacity": False}
        for place in none.tolist()]
    order: list[int] = np.argsort(-shares, kind="stable").tolist()
    found += [{"material": recipes.materials[place], "share": float(shares[place]),
               "capacity": True} for place in order if shares[place]]
    return found


def _own(chain: Chain, recipes: Recipes, members: Sequence[Stages]) -> list[dict[str, Any]]:
    """Return by material of a final use the part that the zone can serve by itself."""
    used = dict.fromkeys(one.material for one in chain.text.uses if one.counted)
    found: list[dict[str, Any]] = []
    for name in used:
        if name not in recipes.materials:
            continue
        place = recipes.materials.index(name)
        need = np.asarray([one.need[place] for one in members])
        own = np.minimum(1.0, np.asarray([one.own[place] for one in members]))
        if (need > 0.0).any():
            found.append({"material": name, "need": _band(need), "own": _band(own)})
    return found
