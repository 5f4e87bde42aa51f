"""How far a portfolio hangs on the draw and on cards: chosen again, with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from orepact.engine import spread
from orepact.network.project_files import Candidates
from orepact.network.projects import Project, Spread
from orepact.result.portfolio.availability import Leads
from orepact.result.portfolio.choose import Choice, choose, evaluate, join_choices
from orepact.studies.projects.cases import case_of
from orepact.studies.projects.futures import ProjectFuture, mean_future
from orepact.studies.projects.ground import Ground
from orepact.studies.projects.pooling import gains_of

__all__ = ["CARDS", "FIGURES", "MORE_CARDS", "Depth", "base_trade", "drawn_again", "foresight",
           "moved"]

Depth = Literal["none", "main", "full"]
CARDS = ("willingness-cap", "chance-ban", "permitted-partial")
"""Cards that are put at both of their ends."""
MORE_CARDS = ("divertible", "chance-partial", "cost-outside", "partner-share", "plant-use",
              "rate-private", "import-premium")
"""Cards that move less, put at both of their ends when all is asked for."""
GAIN_CARDS = ("willingness-cap", "chance-ban")
"""Cards at whose ends the gain of pooling is worked out too."""
GAINS = ("gain", "by_sharing_what_stands", "by_projects")
LOOSE = 0.01
"""Gap of choices that are made again."""
THREADS = 2
FIGURES = {
    "capital": ("capital",),
    "lead-times": ("permitting", "construction"),
    "capacity": ("capacity",),
}
"""Figures of all projects that are put at both ends together."""
HALF, DOUBLE = 0.5, 2.0
MUSD = 1e6
Row = dict[str, Any]
Prepare = Callable[[Candidates], Ground]


def drawn_again(grounds: Sequence[Ground], budget: dict[str, float]) -> list[Row]:
    """Choose again on other draws of futures and lead times, separately and jointly (USD)."""
    zones = tuple(budget)

    def chosen(task: tuple[int, Ground]) -> Row:
        number, ground = task
        apart = [choose(case_of(ground, (zone,), budget[zone]), gap=LOOSE) for zone in zones]
        joint = choose(case_of(ground, zones, sum(budget.values())), gap=LOOSE,
                       also=join_choices(*apart))
        return {
            "draw": number + 1,
            "worth": joint.worth * MUSD,
            "worth_separate": sum(one.worth for one in apart) * MUSD,
            **gains_of(joint, apart),
            "chosen": sorted(joint.starts),
        }

    return spread(chosen, list(enumerate(grounds)), threads=THREADS)


def base_trade(ground: Ground, budget: dict[str, float], joint: Choice) -> Row:
    """Return the gain of pooling if zones by themselves have base trade only with each other.

    The gain is then never negative: no tonne is counted in two zones.
    """
    bare = ground.at(beyond=False)
    apart = spread(lambda zone: choose(case_of(bare, (zone,), budget[zone]), gap=LOOSE),
                   list(budget), threads=THREADS)
    return gains_of(joint, apart)


def moved(
    prepare: Prepare, candidates: Candidates, budget: dict[str, float], starts: Sequence[str],
    depth: Depth,
) -> list[Row]:
    """Choose again jointly with one card at either of its ends; say what enters and leaves.

    The willingness to pay is put at half and double of its card instead. Then the figures of all
    projects together, and without the largest of `starts`. With cards of `GAIN_CARDS` zones choose
    separately again too, which gives the gain of pooling; it is None elsewhere.
    """
    zones = tuple(budget)

    def chosen(task: tuple[str, float | str, Candidates]) -> Row:
        name, value, other = task
        ground = prepare(other)
        apart = [choose(case_of(ground, (zone,), budget[zone]), gap=LOOSE) for zone in zones
                 ] if name in GAIN_CARDS and len(zones) > 1 else []
        joint = choose(case_of(ground, zones, sum(budget.values())), gap=LOOSE,
                       also=join_choices(*apart) if apart else None)
        gains: Row = dict(gains_of(joint, apart)) if apart else dict.fromkeys(GAINS)
        card = candidates.cards.get(name)
        return {
            "card": name, "title": card.title if card else "",
            "unit": card.unit if card else "", "value": value, "worth": joint.worth * MUSD,
            "enters": sorted(set(joint.starts) - set(starts)),
            "leaves": sorted(set(starts) - set(joint.starts)), **gains,
        }

    # last comes what takes longest: begun first, nobody waits for it at the end
    tasks = [*_without(candidates, starts), *_variants(candidates, depth)][::-1]
    return spread(chosen, tasks, threads=THREADS)[::-1]


def _without(
    candidates: Candidates, starts: Sequence[str]
) -> Iterator[tuple[str, float | str, Candidates]]:
    """Yield the candidates without the chosen project that costs most."""
    chosen = [one for one in candidates.projects if one.name in starts]
    if not chosen:
        return
    largest = max(chosen, key=lambda one: one.capital.value * one.share.value)
    yield "without-largest", largest.name, replace(candidates, projects=tuple(
        one for one in candidates.projects if one is not largest))


def _variants(
    candidates: Candidates, depth: Depth
) -> Iterator[tuple[str, float | str, Candidates]]:
    """Yield a name, a value and the candidates with it: cards, then figures of all projects."""
    for name in CARDS + (MORE_CARDS if depth == "full" else ()):
        card = candidates.cards[name]
        ends = ((card.value * HALF, card.value * DOUBLE) if name == "willingness-cap"
                else (card.low, card.high))
        for value in ends:
            cards = {**candidates.cards, name: replace(card, value=value)}
            projects = tuple(_at_card(one, name, value / card.value)
                             for one in candidates.projects)
            yield name, value, replace(candidates, cards=cards, projects=projects)
    for name, fields in FIGURES.items():
        for end in ("low", "high"):
            projects = tuple(_at_end(one, fields, end) for one in candidates.projects)
            yield name, end, replace(candidates, projects=projects)


def _at_card(project: Project, card: str, factor: float) -> Project:
    """Return a project whose supposed figures follow a card that is `factor` times as much."""
    if card == "cost-outside" and "cost" in project.supposed:
        return replace(project, cost=project.cost.times(factor))
    if card == "partner-share" and "share" in project.supposed:
        return replace(project, share=project.share.times(factor))
    return project


def _at_end(project: Project, fields: Sequence[str], end: str) -> Project:
    numbers = {name: getattr(getattr(project, name), end) for name in fields}
    return replace(project, **{name: Spread(number, number, number)
                               for name, number in numbers.items()})


def foresight(ground: Ground, budget: dict[str, float], joint: Choice) -> Row:
    """Return what it is worth to plan with futures, and what knowing the future would be (USD).

    `stochastic` is the value of the stochastic solution: what the portfolio of a planner who sees
    one mean future does worse. `information` is the expected value of perfect information. Source:
    Birge and Louveaux, Introduction to Stochastic Programming (2011), chapter 4.
    """
    zones, money = tuple(budget), sum(budget.values())
    exporters = sorted({one.exporter for one in ground.chains})
    mean = mean_future(ground.cards, exporters, [one.chain for one in ground.chains],
                       ground.years)
    middle = ground.at(futures=(mean,), leads=_mean(ground.leads))
    naive = choose(case_of(middle, zones, money), gap=LOOSE)
    there = evaluate(case_of(ground, zones, money), naive.starts)

    def known(task: tuple[int, ProjectFuture]) -> float:
        number, one = task
        alone = ground.at(futures=(replace(one, weight=1.0),), leads=_only(ground.leads, number))
        return one.weight * choose(case_of(alone, zones, money), gap=LOOSE).bound

    perfect = sum(spread(known, list(enumerate(ground.futures)), threads=THREADS))
    return {
        "stochastic": (there.objective - joint.objective) * MUSD,
        "information": (joint.objective - perfect) * MUSD,
        "mean_chosen": sorted(naive.starts),
    }


def _mean(leads: Leads) -> Leads:
    return Leads(*(np.atleast_2d(each.mean(axis=0))
                   for each in (leads.wait, leads.opens, leads.ramp)))


def _only(leads: Leads, number: int) -> Leads:
    return Leads(*(each[number : number + 1] for each in (leads.wait, leads.opens, leads.ramp)))
