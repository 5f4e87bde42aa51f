"""Shortage of a year with and without programmes: every future planned on a changed network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from orepact.model.curve import Array
from orepact.network.network import Network
from orepact.network.world import World
from orepact.policy import Register
from orepact.result.two_stage import Case, Future
from orepact.result.two_stage.crew import Task, crew_of
from orepact.result.two_stage.numbers import Terms
from orepact.studies.research.changes import changed
from orepact.studies.research.text import Research
from orepact.studies.reserve.candidates import willingness_of
from orepact.studies.reserve.futures import HORIZON, ChainFutures, futures_of
from orepact.studies.reserve.suppositions import Suppositions

__all__ = ["Shortages", "Variant", "futures_for", "shortages_of"]


@dataclass(frozen=True, slots=True)
class Variant:
    """Programmes in full use, and effects that take the place of the middle ones."""

    done: tuple[str, ...]
    effect: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Shortages:
    """Expected unmet use of a year by demand (t), one row per variant; `price` in USD/t.

    `highest` (multiple of the base price) is the most that a tonne is worth to anybody.
    """

    network: Network
    variants: tuple[Variant, ...]
    unmet: Array
    price: Array
    highest: float
    solves: int

    def dollars(self, variant: int, regions: Sequence[str] | None = None) -> float:
        """Return the expected unmet use of a year at base prices (USD), of some regions or all."""
        return float(self.unmet[variant] @ (self.price * self.inside(regions)))

    def inside(self, regions: Sequence[str] | None) -> Array:
        """Return 1 for demands of some regions (all if none are named), else 0."""
        return np.array([float(regions is None or each.region in regions)
                         for each in self.network.demands])


def futures_for(
    world: World, register: Register, text: Research, first_month: str, cards: Suppositions, *,
    count: int, seed: int,
) -> ChainFutures:
    """Return the weighted futures of a year in which shortage is counted, for the file's zone."""
    return futures_of(world, register, text.chain, list(text.zone), first_month, cards,
                      count=count, seed=seed)


def shortages_of(
    world: World, text: Research, futures: ChainFutures, cards: Suppositions,
    variants: Sequence[Variant], *, workers: int = 1,
) -> Shortages:
    """Return the expected shortage of every variant by re-solving each future's plan.

    Raises `SolveError` when an optimum is not proven.
    """
    network = futures.network
    highest = willingness_of(world, text.chain, network, cards)
    told = tuple(
        Future(name=one.name, weight=one.weight, use=futures.demand(one),
               activity=futures.supply(one), limit=futures.limits(one),
               crisis=HORIZON if one.quiet else 0)
        for one in futures.futures
    )
    cases = [
        Case(name=f"{text.chain}, variant {number}", highest=highest, futures=told,
             network=changed(network, text, each.done, dict(each.effect)))
        for number, each in enumerate(variants)
    ]
    tasks = [Task(case, future, np.zeros(0))
             for case in range(len(cases)) for future in range(len(told))]
    with crew_of(cases, Terms(months=HORIZON, highest=highest), workers) as crew:
        answers = crew.answers(tasks)
        solves = crew.solves
    weight = np.array([one.weight for one in told])
    unmet = np.array([answer.unmet for answer in answers]).reshape(
        len(cases), len(told), len(network.demands))
    prices: Mapping[str, float] = {each.name: each.price for each in network.materials}
    return Shortages(network, tuple(variants), np.einsum("f,vfd->vd", weight, unmet),
                     np.array([prices[each.material] for each in network.demands]), highest, solves)
