"""What research programmes avoid in shortage per euro: with and without, by re-solving.

A year's shortage is expected over weighted futures (the largest supplier stops or licenses, plants
stand still, a use grows, nothing happens), each a plan with perfect foresight: a planner's bound.
A programme is an option: it works or not, late or soon (`tree.py`). Reported is unmet use at base
prices, never welfare: a use that no longer needs the material asks for less, and is no loss.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import qmc

from orepact.errors import InputError, Problem, attempt, nearest
from orepact.model.curve import Array
from orepact.network.world import World, read_world
from orepact.policy import Register, load_register
from orepact.studies.research.solved import Shortages, Variant, futures_for, shortages_of
from orepact.studies.research.text import Number, Programme, Research, files_of, read_research
from orepact.studies.research.tree import (
    avoided,
    chance_in_use,
    mean_in_use,
    outcomes,
    subsets,
)
from orepact.studies.reserve.futures import first_month_after
from orepact.studies.reserve.suppositions import read_suppositions

__all__ = ["ResearchAsk", "ResearchRun", "research_list", "research_run"]

BAND = (0.05, 0.5, 0.95)
DRAWS = 1000
LATER = 2.0
"""The delay of the check beside every programme, times its own."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchAsk:
    """What is asked: how many futures of a year, draws of the cards, the seed, from which day."""

    futures: int = 16
    draws: int = DRAWS
    seed: int = 1
    on: datetime.date | None = None

    def problems(self) -> list[Problem]:
        """Return what is wrong with it."""
        return [
            Problem("out of range", field=f"--{name}", found=str(value),
                    expected=f"{least} to {most:,}")
            for name, value, least, most in (("futures", self.futures, 1, 1000),
                                             ("draws", self.draws, 0, 100_000),
                                             ("seed", self.seed, 0, 2**32 - 1))
            if not least <= value <= most
        ]


@dataclass(frozen=True, slots=True)
class ResearchRun:
    """A run: `content` is plain data; `shortages` what was solved."""

    content: dict[str, Any]
    shortages: Shortages


def research_run(
    name: str | Path,
    ask: ResearchAsk | None = None,
    *,
    world: World | None = None,
    register: Register | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> ResearchRun:
    """Return what the programmes of a file avoid: alone, together, and per euro.

    `name` is that of a file that ships or a path. Raises `InputError` with everything that is
    wrong, `SolveError` when an optimum is not proven.
    """
    ask = ask or ResearchAsk()
    world = world or read_world()
    problems = ask.problems()
    known = files_of(world)
    path = known.get(str(name), Path(name))
    if str(name) not in known and path.suffix not in {".yaml", ".yml"}:
        raise InputError([*problems, Problem(
            "unknown programmes", field="FILE", found=str(name),
            expected="a file, or one of " + ", ".join(known),
            nearest=nearest(str(name), list(known)))])
    text = attempt(problems, read_research, path, world)
    if problems or text is None:
        raise InputError(problems)
    began = time.perf_counter()
    cards = read_suppositions(world)
    day = ask.on or datetime.datetime.now(datetime.UTC).date()
    first = first_month_after(day)
    futures = futures_for(world, register or load_register(), text, first, cards,
                          count=ask.futures, seed=ask.seed)
    variants = _variants(text)
    if progress:
        progress(f"{len(variants)} networks, {len(futures.futures)} futures each: "
                 f"{len(variants) * len(futures.futures)} plans")
    solved = shortages_of(world, text, futures, cards, variants, workers=workers)
    content = {
        "format": "orepact/research-run/1",
        "research": text.research, "title": text.title, "chain": text.chain,
        "zone": list(text.zone), "years": text.years, "first_month": first,
        "label": "planner's bound: plans with foresight; unmet use at base prices, no welfare",
        "unit": "USD of unmet use at base prices", "draws": ask.draws, "seed": ask.seed,
        "futures_asked": ask.futures,
        "futures": [{"future": one.name, "kind": one.kind, "weight": one.weight}
                    for one in futures.futures],
        "highest": solved.highest,
        **_results(text, solved, ask),
        "cards": _cards(text),
        "left_out": list(text.left_out),
        "effort": {"plans": solved.solves, "seconds": time.perf_counter() - began},
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
    }
    return ResearchRun(content, solved)


def research_list(world: World | None = None) -> list[dict[str, Any]]:
    """Return the files of programmes that ship."""
    world = world or read_world()
    found: list[dict[str, Any]] = []
    for name, path in files_of(world).items():
        text = read_research(path, world)
        found.append({"name": name, "title": text.title, "chain": text.chain,
                      "zone": list(text.zone),
                      "programmes": [each.programme for each in text.programmes]})
    return found


def _variants(text: Research) -> list[Variant]:
    """Return every set of programmes, then each alone at the ends of its effect."""
    names = [each.programme for each in text.programmes]
    ends = [Variant((each.programme,), ((each.programme, end),))
            for each in text.programmes for end in (each.effect.low, each.effect.high)]
    return [Variant(some) for some in subsets(names)] + ends


def _results(text: Research, solved: Shortages, ask: ResearchAsk) -> dict[str, Any]:
    saved = {each.done: solved.dollars(0, text.zone) - solved.dollars(number, text.zone)
             for number, each in enumerate(solved.variants) if not each.effect}
    drawn = _Drawn.of(text, ask)
    programmes = [_alone(text, each, solved, saved, drawn) for each in text.programmes]
    inside = solved.inside(text.zone)
    return {
        "shortage": {
            "zone": solved.dollars(0, text.zone), "everywhere": solved.dollars(0),
            "by_material": _by_material(solved, 0, inside),
        },
        "programmes": sorted(programmes, key=lambda one: -one["per_euro"]["middle"]),
        "together": _together(text, saved, programmes, drawn),
    }


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Draws of every card by name, the middle values first; shape (1 + draws,)."""

    values: Mapping[tuple[str, str], Array]

    @classmethod
    def of(cls, text: Research, ask: ResearchAsk) -> _Drawn:
        cards: dict[tuple[str, str], Number] = {("", "discount"): text.discount,
                                                ("", "dollars"): text.dollars_per_euro}
        for each in text.programmes:
            cards |= {(each.programme, name): getattr(each, name)
                      for name in ("effect", "probability", "cost")}
        sampler = qmc.LatinHypercube(len(cards), rng=np.random.default_rng(ask.seed))
        points = np.vstack([np.full((1, len(cards)), 0.5), sampler.random(ask.draws)]
                           if ask.draws else [np.full((1, len(cards)), 0.5)])
        return cls({key: np.interp(points[:, number], [0.0, 0.5, 1.0],
                                   [one.low, one.value, one.high])
                    for number, (key, one) in enumerate(cards.items())})

    def __getitem__(self, key: tuple[str, str]) -> Array:
        return self.values[key]


def _ready(each: Programme, years: int, later: float = 1.0) -> Array:
    """Return the part of year 1, 2, … (1) after the delay is over, `later` times the delay."""
    one = each.delay
    return np.array([mean_in_use(later * one.low, later * one.value, later * one.high, year)
                     for year in range(1, years + 1)])


def _by_end(each: Programme, year: int) -> float:
    """Return the chance (1) that a programme is in use at the end of a year."""
    one = each.delay
    return each.probability.value * chance_in_use(one.low, one.value, one.high, float(year))


def _discounted(rate: Array, path: Array) -> Array:
    """Return the worth today of a path by year, one per rate."""
    years = np.arange(1.0, len(path) + 1.0)
    return (1.0 + rate[:, None]) ** -years @ path


def _alone(
    text: Research, each: Programme, solved: Shortages,
    saved: Mapping[tuple[str, ...], float], drawn: _Drawn,
) -> dict[str, Any]:
    name = each.programme
    ends = {one.effect[0][1]: solved.dollars(0, text.zone) - solved.dollars(number, text.zone)
            for number, one in enumerate(solved.variants) if one.effect and one.done == (name,)}
    ends[each.effect.value] = saved[name,]
    sizes = np.array(sorted(ends))
    yearly = np.interp(drawn[name, "effect"], sizes, [ends[size] for size in sizes])
    chance = drawn[name, "probability"]
    rate = drawn["", "discount"]
    ready = _ready(each, text.years)
    whole = chance * yearly * _discounted(rate, ready)
    late = float((chance * yearly * _discounted(rate, _ready(each, text.years, LATER)))[0])
    number = next(k for k, one in enumerate(solved.variants)
                  if one.done == (name,) and not one.effect)
    inside = solved.inside(text.zone)
    less = {key: before - _by_material(solved, number, inside)[key]
            for key, before in _by_material(solved, 0, inside).items()}
    whole_tonnes = float((chance * _discounted(rate, ready))[0])
    return {
        "programme": name, "title": each.title, "kind": each.kind,
        "cost_eur": each.cost.value, "projects": list(each.projects), "facts": list(each.facts),
        "saved_in_a_year": {**_band(yearly), "everywhere":
                            solved.dollars(0) - solved.dollars(number)},
        "tonnes_in_a_year": {key: value for key, value in less.items() if abs(value) > 0.0},
        "ready": {str(year): _by_end(each, year)
                  for year in (5, 10, text.years) if year <= text.years},
        "avoided": _band(whole),
        "avoided_tonnes": {key: value * whole_tonnes for key, value in less.items()
                           if abs(value) > 0.0},
        "avoided_if_twice_as_late": late,
        "per_euro": _band(whole / drawn["", "dollars"] / drawn[name, "cost"]),
    }


def _together(
    text: Research, saved: Mapping[tuple[str, ...], float],
    programmes: Sequence[Mapping[str, Any]], drawn: _Drawn,
) -> dict[str, Any]:
    """Return all programmes at once: the tree at middle effects, with a band of chances."""
    names = [each.programme for each in text.programmes]
    ready: dict[str, Array] = {each.programme: _ready(each, text.years)
                               for each in text.programmes}
    count = min(len(drawn["", "discount"]), 1 + MOST_TREES)
    whole = np.array([
        avoided({name: drawn[name, "probability"][k] * ready[name] for name in names}, saved,
                float(drawn["", "discount"][k]))[0]
        for k in range(count)
    ])
    _, path = avoided({name: float(drawn[name, "probability"][0]) * ready[name]
                       for name in names}, saved, float(drawn["", "discount"][0]))
    cost = np.array([sum(float(drawn[name, "cost"][k]) for name in names) for k in range(count)])
    last = outcomes({each.programme: _by_end(each, text.years) for each in text.programmes})
    alone = sum(one["avoided"]["middle"] for one in programmes)
    return {
        "cost_eur": sum(each.cost.value for each in text.programmes),
        "avoided": _band(whole), "sum_of_each_alone": alone,
        "overlap": float(alone - whole[0]),
        "per_euro": _band(whole / drawn["", "dollars"][:count] / cost),
        "by_year": [float(value) for value in path],
        "tree": [{"in_use": list(some), "chance": chance, "saved_in_a_year": saved[some]}
                 for some, chance in last.items()],
    }


MOST_TREES = 200
"""Draws of the band of all programmes together: each is a whole tree by year."""


def _band(many: Array) -> dict[str, float]:
    """Return the middle (first) member and the band of the drawn ones, itself if none is drawn."""
    drawn = many[1:] if len(many) > 1 else many
    low, median, high = (float(each) for each in np.quantile(drawn, BAND))
    return {"middle": float(many[0]), "low": low, "median": median, "high": high}


def _by_material(solved: Shortages, variant: int, inside: Array) -> dict[str, float]:
    found: dict[str, float] = {}
    for each, unmet, counts in zip(solved.network.demands, solved.unmet[variant], inside,
                                   strict=True):
        found[each.material] = found.get(each.material, 0.0) + float(unmet * counts)
    return found


def _cards(text: Research) -> list[dict[str, Any]]:
    named: list[tuple[str, str, str, Number]] = [
        ("", "discount rate", "1/year", text.discount),
        ("", "dollars per euro", "USD/EUR", text.dollars_per_euro)]
    for each in text.programmes:
        named += [(each.programme, "effect", "1", each.effect),
                  (each.programme, "probability", "1", each.probability),
                  (each.programme, "delay", "year", each.delay),
                  (each.programme, "cost", "EUR", each.cost)]
    return [{"programme": programme, "card": name, "unit": unit, **asdict(one)}
            for programme, name, unit, one in named]
