"""What a size hangs on: the same plan with one supposition after another at its ends.

Each run has fewer futures than the plan itself, so it is compared with a plan of as few, told
beside it. A reserve that is bought in the one and not in the other is named: its sign turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from orepact.network.components import Reserve
from orepact.network.stored_forms import StoredForms
from orepact.network.world import World
from orepact.policy import Register
from orepact.result.two_stage import Sizing
from orepact.studies.reserve.cases import ChainCase, SizingDesign, cases_of
from orepact.studies.reserve.figures import LEAST_TONNES
from orepact.studies.reserve.suppositions import Suppositions
from orepact.studies.reserve.worth import expected_worth

__all__ = ["Solver", "Variation", "runs_of", "tornado_entries", "variations_of"]

Solver = Callable[["Sequence[ChainCase]", SizingDesign, Suppositions], Sizing]
"""Sizes cases under a design and its cards."""

ENDS = ("low", "high")
LOW, HIGH = 0.1, 0.9
HALF = 0.5
WEIGHED = ("reserve-aimed", "reserve-depth", "reserve-build-months", "reserve-kept-worth")
DRAWN = ("reserve-stop-months", "reserve-stop-share")
"""Cards that futures are made from."""

BACK = ("reserve-branch-revived", "reserve-branch-escalated")
AWAY = ("reserve-branch-extended", "reserve-branch-lifted")
"""Branches in which suspended acts come back, and in which they do not."""

FLIP = 0.01
"""A reserve counts as bought from this share of what may be bought at most."""


@dataclass(frozen=True, slots=True)
class Variation:
    """One supposition at one end: what it is, its number, and the cases and design it means."""

    factor: str
    end: str
    number: float
    unit: str
    cases: tuple[ChainCase, ...]
    design: SizingDesign
    cards: Suppositions


def tornado_entries(
    base: Variation, variations: Iterator[Variation], solve: Solver,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Return the worth of a reserve and its size in every variation, the widest factor first.

    `value` is the expected worth a year beyond what the reserve costs (USD), whatever weight the
    plan gives to the tail, `spent` what it costs to buy (USD); `appears` and `vanishes` name
    reserves that are bought in one and not in the other.
    """
    began, runs = time.perf_counter(), runs_of(base.design)
    reference = _told(base, solve, progress, f"1 of {runs}: as it is")
    found: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(variations, start=2):
        left = (runs - number + 1) * (time.perf_counter() - began) / (number - 1)
        told = _told(one, solve, progress, f"{number} of {runs}: {one.factor} {one.end}, "
                                           f"{_time_words(left)} left")
        bought, before = set(told["bought"]), set(reference["bought"])
        entry = found.setdefault(one.factor, {"factor": one.factor, "unit": one.unit, "ends": []})
        entry["ends"].append({
            "end": one.end, "number": one.number, "value": told["value"], "spent": told["spent"],
            "appears": sorted(bought - before), "vanishes": sorted(before - bought),
            "tonnes": told["tonnes"],
        })
    for entry in found.values():
        values = [reference["value"], *(end["value"] for end in entry["ends"])]
        entry["width"] = max(values) - min(values)
        entry["sign_flips"] = any(end["appears"] or end["vanishes"] for end in entry["ends"])
    return {
        "futures": base.design.futures,
        "value": reference["value"],
        "spent": reference["spent"],
        "tonnes": reference["tonnes"],
        "factors": sorted(found.values(), key=lambda one: (-one["width"], one["factor"])),
    }


def runs_of(design: SizingDesign) -> int:
    """Return how many plans a tornado makes: one as it is, and each supposition at its ends."""
    everywhere = 5 + len(WEIGHED) + len(DRAWN) + 1
    return (1 + len(ENDS) * (everywhere + (design.budget is not None))
            + (design.tail == 0.0))


def variations_of(
    world: World, register: Register, base: Variation, forms: StoredForms,
    held: Sequence[Reserve] = (),
) -> Iterator[Variation]:
    """Yield every variation of a base: cards at their ends, and half and double of what is asked.

    Other weights weigh the same futures anew. Other seeds draw them anew; other branches and stops
    make them anew from the same draws.
    """
    maker = _Maker(world, register, base, forms, tuple(held))
    yield from maker.paid()
    yield from maker.carried()
    yield from maker.weighed()
    yield from maker.branched()
    for name in WEIGHED:
        yield from maker.card(name)
    for name in DRAWN:
        yield from maker.card(name, anew=True)
    yield from maker.elastic()
    yield from maker.asked()


@dataclass(frozen=True, slots=True)
class _Maker:
    world: World
    register: Register
    base: Variation
    forms: StoredForms
    held: tuple[Reserve, ...]

    def paid(self) -> Iterator[Variation]:
        """Yield half and double of the willingness to pay."""
        for end, factor in (("low", 0.5), ("high", 2.0)):
            cases = tuple(replace(case, highest=factor * case.highest) for case in self.base.cases)
            yield self._of("willingness", end, factor, "times the cards", cases)

    def carried(self) -> Iterator[Variation]:
        """Yield both ends of the cost of holding."""
        for end in ENDS:
            yield self._of("carry", end, float("nan"), "cards", self._again(carry=end))

    def weighed(self) -> Iterator[Variation]:
        """Yield all weights at their lower and at their upper ends."""
        cards = self.base.cards
        names = [name for name in cards.cards if name.startswith("reserve-weight-")]
        for place, end in enumerate(ENDS):
            chosen = cards
            for name in names:
                chosen = chosen.at(name, cards.ends(name)[place])
            yield self._of("weights", end, sum(chosen[name] for name in names),
                           "1/year, together", self._again(chosen), cards=chosen)

    def branched(self) -> Iterator[Variation]:
        """Yield suspended acts as unlikely and as likely to come back as the cards allow."""
        cards = self.base.cards
        for place, end in enumerate(ENDS):
            chosen = cards
            for names, at in ((BACK, place), (AWAY, 1 - place)):
                for name in names:
                    chosen = chosen.at(name, cards.ends(name)[at])
            back = sum(chosen[name] for name in BACK)
            yield self._of("branches", end, back / (back + sum(chosen[name] for name in AWAY)),
                           "1", self._anew(chosen), cards=chosen)

    def card(self, name: str, *, anew: bool = False) -> Iterator[Variation]:
        """Yield a card at both ends; `anew` where futures are made from it."""
        cards = self.base.cards
        for place, end in enumerate(ENDS):
            number = cards.ends(name)[place]
            # What is drawn between a card's ends is fixed at the end that is asked for.
            chosen = cards.fixed(name, number) if anew else cards.at(name, number)
            cases = self._anew(chosen) if anew else self._again(chosen)
            yield self._of(name.removeprefix("reserve-"), end, number, cards.cards[name].unit,
                           cases, cards=chosen)

    def elastic(self) -> Iterator[Variation]:
        """Yield the elasticity of demand at the 10th and 90th percentile of the ensemble."""
        central = self.world.ensemble[0]
        known = [one.demand_elasticity for one in self.world.ensemble]
        for end, quantile in zip(ENDS, (LOW, HIGH), strict=True):
            number = float(np.quantile(known, quantile))
            behaviour = replace(central, demand_elasticity=number)
            yield self._of("elasticity", end, number, "1", self._again(behaviour=behaviour))

    def asked(self) -> Iterator[Variation]:
        """Yield half and double of the budget, a weight of the tail, other draws."""
        design, cases = self.base.design, self.base.cases
        if design.budget is not None:
            for end, factor in (("low", 0.5), ("high", 2.0)):
                money = factor * design.budget
                yield self._of("budget", end, money, "USD", cases, replace(design, budget=money))
        if design.tail == 0.0:
            yield self._of("tail", "high", HALF, "weight of the tail", cases,
                           replace(design, tail=HALF))
        for number, end in enumerate(ENDS, start=1):
            drawn = replace(design, seed=design.seed + number)
            yield self._of("seed", end, float(drawn.seed), "seed",
                           self._anew(self.base.cards, drawn), drawn)

    def _anew(
        self, cards: Suppositions, design: SizingDesign | None = None
    ) -> tuple[ChainCase, ...]:
        """Return cases whose futures are made again from the draws of a design."""
        return tuple(cases_of(self.world, self.register, design or self.base.design, cards,
                              self.forms, held=self.held))

    def _again(self, cards: Suppositions | None = None, **more: Any) -> tuple[ChainCase, ...]:
        base = self.base
        return tuple(cases_of(self.world, self.register, base.design, cards or base.cards,
                              self.forms, held=self.held,
                              among=[case.futures for case in base.cases], **more))

    def _of(
        self, factor: str, end: str, number: float, unit: str, cases: tuple[ChainCase, ...],
        design: SizingDesign | None = None, cards: Suppositions | None = None,
    ) -> Variation:
        return Variation(factor, end, number, unit, cases, design or self.base.design,
                         cards or self.base.cards)


def _told(
    one: Variation, solve: Solver, progress: Callable[[str], None] | None, words: str
) -> dict[str, Any]:
    if progress:
        progress(f"tornado {words}")
    sizing = solve(one.cases, one.design, one.cards)
    tonnes = {
        f"{row['case']}/{row['reserve']}": float(row["bought_t"])
        for row in sizing.fills.iter_rows(named=True)
    }
    largest = {
        f"{row['case']}/{row['reserve']}": float(row["largest_t"])
        for row in sizing.fills.iter_rows(named=True)
    }
    bought = [name for name, amount in tonnes.items()
              if amount > max(FLIP, LEAST_TONNES) * max(largest[name], 1e-12)]
    return {"value": expected_worth(sizing), "spent": sizing.spent, "tonnes": tonnes,
            "bought": bought}


def _time_words(seconds: float) -> str:
    """Return a time to wait in words: about so many seconds or minutes."""
    if seconds < 90:
        return f"about {max(seconds, 1.0):.0f} s"
    return f"about {seconds / 60.0:.0f} min"
