"""Size reserves under a budget: what to buy before it is known which future comes.

A two-stage program over weighted futures (`orepact.result.two_stage`), all chains under one budget.
The plan knows a future once it has come and then uses everybody's stocks, plants and routes as well
as can be: a planner's bound, no forecast. What it is worth counts the use of everybody on the
market, at most at the willingness to pay of the cards.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from typing import Any

import polars as pl

from orepact.network.components import Reserve
from orepact.network.stored_forms import StoredForms, world_forms
from orepact.network.world import World, read_world
from orepact.policy import Register, load_register
from orepact.policy.release import Rulebook, find_rulebook
from orepact.result.two_stage import Sizing, size_cases
from orepact.studies.reserve.cases import ChainCase, SizingDesign, cases_of, engine_case
from orepact.studies.reserve.figures import (
    fill_entries,
    regret_entries,
    sector_entries,
    shortage_entries,
)
from orepact.studies.reserve.futures import (
    CALM,
    HORIZON,
    KINDS,
    FutureYear,
    first_month_after,
)
from orepact.studies.reserve.plain import plain
from orepact.studies.reserve.recheck import simulated_entries
from orepact.studies.reserve.suppositions import Suppositions, read_suppositions
from orepact.studies.reserve.tornado import Variation, tornado_entries, variations_of
from orepact.studies.reserve.unmodelled import unmodelled_entries
from orepact.studies.reserve.worth import expected_worth, tail_worth

__all__ = [
    "OURS",
    "ROUGH",
    "SCHEMA_VERSION",
    "ReserveSizing",
    "completed",
    "reserve_sizing",
    "solved",
]

SCHEMA_VERSION = 1

OURS = frozenset({"run.json", "reserve-size.html", "reserve-size.pdf", "fills.csv", "futures.csv"})
"""What lies in the folder of a size."""

BACK = "back"
"""Calm years in which suspended acts come back."""

WHO = {"stop": ("supplier",), "licence": ("supplier",), "outage": ("process", "region"),
       "surge": ("use",)}
"""What futures of a kind call whom it happens to."""

ROUGH = 0.05
"""What may stay unproven of a reserve's worth in the runs of a tornado."""

Progress = Callable[[str], None]
"""Called with what is done next."""


@dataclass(frozen=True, slots=True)
class ReserveSizing:
    """A size: `content` is what ``run.json`` holds, `frames` the tables beside it."""

    content: dict[str, Any]
    frames: dict[str, pl.DataFrame] = field(repr=False)


def reserve_sizing(
    design: SizingDesign | None = None,
    *,
    world: World | None = None,
    register: Register | None = None,
    holdings: Sequence[Reserve] = (),
    cards: Suppositions | None = None,
    rulebook: Rulebook | None = None,
    on: datetime.date | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    command: str = "",
) -> ReserveSizing:
    """Return what to hold of every form under a budget, and what that rests on.

    `design` defaults to all chains for the European Union without a budget; futures begin in the
    month after `on` (today) unless the design says. `holdings` are what is held already; what is
    bought is simulated under `rulebook` (the one that ships). Raises
    `InputError` with everything that is wrong, `SolveError` when a program is not proven optimal.
    """
    world = world or read_world()
    register = register or load_register()
    cards = cards or read_suppositions(world)
    forms = world_forms(world.folder)
    design = completed(design or SizingDesign(chains=()), world, on)
    held = tuple(holdings)
    began = time.perf_counter()
    say = progress or _quiet
    say(f"drawing {design.futures} futures for each of {len(design.chains)} chains, then rounds")
    cases = cases_of(world, register, design, cards, forms, held=held)
    prepared = time.perf_counter() - began
    sizing = solved(cases, design, cards, workers=workers, progress=progress)
    seconds = time.perf_counter() - began
    tornado = _tornado(_Study(world, register, cards, forms, held, workers, progress), design)
    fills, shortage = fill_entries(cases, sizing), shortage_entries(cases, sizing)
    content = {
        **_heading(design, world, command),
        "owners": list(design.owners),
        "budget": design.budget,
        "spent": sizing.spent,
        "value": sizing.value,
        "worth": {"expected": expected_worth(sizing), "tail": tail_worth(sizing)},
        "value_per_extra_dollar": sizing.budget_dual,
        "fills": fills,
        "owners_part": _owners_part(shortage, design.owners),
        "shortage": shortage,
        "sectors": sector_entries(world, cases, sizing),
        "stochastic": _stochastic(sizing),
        "kinds": _kinds(cases),
        "regret": regret_entries(sizing),
        "tornado": tornado,
        "simulated": _simulated(cases, sizing, design, cards, rulebook, workers, say),
        "unmodelled": unmodelled_entries(
            world, register, cases, every=set(design.chains) == set(world.chains)),
        "cards": [asdict(card) for card in cards.cards.values()],
        "effort": _effort(sizing, prepared, seconds),
    }
    frames = {"fills": pl.DataFrame(fills, infer_schema_length=None),
              "futures": sizing.futures}
    return ReserveSizing(plain(content), frames)


def _quiet(_words: str) -> None:
    """Tell nobody."""


def solved(
    cases: Sequence[ChainCase],
    design: SizingDesign,
    cards: Suppositions,
    *,
    workers: int = 1,
    regret: bool = True,
    gap: float = 0.01,
    progress: Progress | None = None,
) -> Sizing:
    """Return the sizes of cases under a design: one budget over all of them."""
    return size_cases(
        [engine_case(case) for case in cases],
        budget=design.budget,
        months=HORIZON,
        tail=design.tail,
        level=design.level,
        kept_worth=cards["reserve-kept-worth"],
        regret=regret,
        gap=gap,
        workers=workers,
        progress=progress,
    )


@dataclass(frozen=True, slots=True)
class _Study:
    world: World
    register: Register
    cards: Suppositions
    forms: StoredForms
    held: tuple[Reserve, ...]
    workers: int
    progress: Progress | None


def _tornado(study: _Study, design: SizingDesign) -> dict[str, Any] | None:
    """Return the tornado of a size with fewer futures, None where none is asked for."""
    if not design.tornado or not design.futures:
        return None
    fewer = replace(design, futures=min(design.tornado, design.futures))
    cases = cases_of(study.world, study.register, fewer, study.cards, study.forms, held=study.held)
    base = Variation("", "", float("nan"), "", tuple(cases), fewer, study.cards)

    def solve(
        cases: Sequence[ChainCase], design: SizingDesign, cards: Suppositions
    ) -> Sizing:
        return solved(cases, design, cards, workers=study.workers, regret=False,
                      gap=ROUGH)

    return tornado_entries(
        base, variations_of(study.world, study.register, base, study.forms, study.held), solve,
        study.progress)


def _simulated(
    cases: Sequence[ChainCase], sizing: Sizing, design: SizingDesign, cards: Suppositions,
    rulebook: Rulebook | None, workers: int, progress: Progress,
) -> dict[str, Any] | None:
    """Return what the simulator says of the bought reserve, None where none is asked for."""
    if not design.sample or not design.futures:
        return None

    progress(f"simulating what is bought in {design.sample} futures")

    def plan(cases: Sequence[ChainCase]) -> Sizing:
        return solved(cases, replace(design, budget=0.0), cards, workers=workers, regret=False)

    return simulated_entries(cases, sizing, rulebook or find_rulebook("default"), plan,
                             sample=design.sample, workers=workers)


def completed(
    design: SizingDesign, world: World, on: datetime.date | None = None
) -> SizingDesign:
    """Return a design with all chains and the first month where it names none."""
    today = on or datetime.datetime.now(datetime.UTC).date()
    return replace(
        design,
        chains=design.chains or tuple(world.chains),
        first_month=design.first_month or first_month_after(today),
    )


def _heading(design: SizingDesign, world: World, command: str) -> dict[str, Any]:
    return {
        "format": "orepact/reserve-size/1",
        "schema_version": SCHEMA_VERSION,
        "label": "planner's bound",
        "design": asdict(design),
        "months": HORIZON,
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
        "code_version": metadata.version("orepact"),
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": command or "orepact reserve size",
    }


def _effort(sizing: Sizing, prepared: float, seconds: float) -> dict[str, Any]:
    return {
        "method": sizing.method, "iterations": sizing.iterations, "solves": sizing.solves,
        "gap": sizing.gap, "preparation_seconds": prepared, "seconds": seconds,
    }


def _stochastic(sizing: Sizing) -> dict[str, Any]:
    return {
        "value_of_stochastic_solution": {
            "low": sizing.stochastic_low, "high": sizing.stochastic_high,
        },
        "bought_for_mean_future": dict(sizing.mean_bought),
        "perfect_information": {"low": sizing.information_low, "high": sizing.information_high},
    }


def _owners_part(shortage: Sequence[Mapping[str, Any]], owners: Sequence[str]) -> float | None:
    """Return the owners' share of the unmet use that is avoided, at base prices."""
    avoided = sum(one["expected_usd_avoided"] for one in shortage)
    own = sum(one["expected_usd_avoided"] for one in shortage if one["region"] in owners)
    return own / avoided if avoided > 0.0 else None


def _kinds(cases: Sequence[ChainCase]) -> list[dict[str, Any]]:
    """Return what may happen to each chain: to whom, how often it was drawn, what it weighs.

    Calm years in which suspended acts come back stand apart from those in which nothing happens.
    """
    found: list[dict[str, Any]] = []
    for case in cases:
        for kind in KINDS:
            own = [one for one in case.futures.futures if one.kind == kind]
            parts = {kind: own}
            if kind == CALM:
                parts = {CALM: [one for one in own if one.quiet],
                         BACK: [one for one in own if not one.quiet]}
            found += [
                {"chain": case.futures.chain, "kind": name, "futures": len(some),
                 "weight": sum(one.weight for one in some),
                 "who": _told(some, *WHO.get(name, ())), "goods": _told(some, "goods"),
                 "missing": case.futures.missing.get(name, "")}
                for name, some in parts.items()
            ]
    return found


def _told(futures: Sequence[FutureYear], *names: str) -> list[str]:
    """Return what futures say under some names, each saying once."""
    found: dict[str, None] = {}
    for one in futures:
        words = [str(one.words[name]) for name in names if name in one.words]
        if words:
            found[" in ".join(words)] = None
    return list(found)
