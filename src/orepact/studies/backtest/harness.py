"""The back-test: predictions of past control episodes, scored beside three benchmarks.

Two modes: *as reported* feeds the exporter's reported shipments, *as announced* the calendar of
announcements with the licence template, both branches. Bases of parameters: *shipped* is the
ensemble that every study uses, *left out* sets chosen anew from a prior without the episode's
family; both run through the simulation. What says *reduction* ran through the two-market reduction
in which sets are chosen: *seen* with the family, *left out* without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from orepact.indicators.bands import Band, price_band
from orepact.indicators.episode_scores import Coverage, level
from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour
from orepact.policy import LicenceTemplate
from orepact.result.reduction import ParameterSets, sets_of
from orepact.studies.backtest.benchmarks import Benchmarks, benchmarks_of
from orepact.studies.backtest.episode import Episode
from orepact.studies.backtest.feeds import MODES, Mode, branches_of
from orepact.studies.backtest.market import TWO_MARKETS, Shape
from orepact.studies.backtest.predictions import Predicted, reduced, simulated
from orepact.studies.backtest.selection import (
    behaviours_of,
    chosen,
    kept_share,
    losses_of,
    prior_sample,
)

__all__ = ["BASES", "Basis", "Outcome", "Prediction", "Request", "backtest"]

Basis = Literal["shipped", "left out", "seen, reduction", "left out, reduction"]
BASES: tuple[Basis, ...] = ("shipped", "left out", "seen, reduction", "left out, reduction")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one mode and basis say of an episode.

    `points` are the bands at the observed points, `band` that of the mean level, `best` the mean
    level of the best set in the first base window by licence branch, all as multiples of base;
    `mean` and `largest` the best set's mean and largest price over all months, by branch. There is
    a best set among the shipped ones alone: which of the sets chosen anew comes first is luck of
    the sample. `unwidened` counts points between the 10th and 90th percentiles of the members.
    """

    mode: Mode
    basis: Basis
    points: tuple[Band, ...]
    band: Band
    best: Mapping[str, float]
    coverage: Coverage
    unwidened: Coverage
    mean: Mapping[str, float]
    largest: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An episode with its observed level (multiple of base), predictions and benchmarks."""

    episode: Episode
    observed: float
    predictions: tuple[Prediction, ...]
    benchmarks: Mapping[Mode, Benchmarks]

    def of(self, mode: Mode, basis: Basis) -> Prediction:
        """Return the prediction of a mode and basis."""
        return next(each for each in self.predictions if (each.mode, each.basis) == (mode, basis))


@dataclass(frozen=True, slots=True)
class Request:
    """What a back-test is run with.

    `ensemble` holds the shipped parameter sets, the best first; `simulated` those that are run
    through the simulation, all if there is none, and half as many of the sets left out. `sample` is
    the size of the prior sample, `shape` the network that the simulation runs.
    """

    ensemble: tuple[Behaviour, ...]
    template: LicenceTemplate
    sample: int
    modes: tuple[Mode, ...] = MODES
    workers: int = 1
    progress: Callable[[str, int, int], None] | None = None
    simulated: tuple[Behaviour, ...] = ()
    shape: Shape = TWO_MARKETS

    @property
    def run(self) -> tuple[Behaviour, ...]:
        """Return the shipped sets that are run through the simulation."""
        return self.simulated or self.ensemble

    @property
    def left_out(self) -> int:
        """Return how many of the sets left out are run through the simulation."""
        return (len(self.run) + 1) // 2

    def told(self, step: str) -> Callable[[int, int], None] | None:
        """Return the progress callback of a step."""
        progress = self.progress
        return None if progress is None else lambda done, total: progress(step, done, total)


def backtest(
    episodes: Sequence[Episode], request: Request, *, known: Sequence[Episode] | None = None
) -> tuple[Outcome, ...]:
    """Return the outcome of each episode.

    `known` are the episodes that parameters and multiples may be learnt from, by default those
    asked for. Raises `SolveError` when a window is not proven optimal.
    """
    learnt = tuple(known or episodes)
    sets = _sets_anew(episodes, learnt, request)
    outcomes: dict[str, list[Prediction]] = {each.name: [] for each in episodes}
    for mode in request.modes:
        run = _simulated(episodes, mode, sets, request)
        for each in episodes:
            predicted: dict[Basis, Predicted] = {
                "shipped": run["shipped"][each.name],
                "left out": run["left out"][each.name],
                "seen, reduction": reduced(each, mode, sets[each.name][0], request.template),
                "left out, reduction": reduced(each, mode, sets[each.name][1], request.template),
            }
            outcomes[each.name] += [
                _prediction(each, mode, basis, predicted[basis]) for basis in BASES
            ]
    rules = {
        mode: benchmarks_of(episodes, learnt, mode, request.template) for mode in request.modes
    }
    return tuple(
        Outcome(
            each,
            observed_level(each),
            tuple(outcomes[each.name]),
            {mode: rules[mode][each.name] for mode in request.modes},
        )
        for each in episodes
    )


def observed_level(episode: Episode) -> float:
    """Return the mean level of the observed prices (multiple of base)."""
    return level(episode.prices["relative_to_base"].to_numpy())


def _sets_anew(
    episodes: Sequence[Episode], learnt: Sequence[Episode], request: Request
) -> dict[str, tuple[ParameterSets, ParameterSets]]:
    """Return the sets chosen anew by episode: with its family, and with it left out."""
    losses = losses_of(learnt, prior_sample(request.sample))
    share = kept_share(losses, losses_of(learnt, sets_of(request.ensemble)))
    found: dict[str, tuple[ParameterSets, ParameterSets]] = {}
    everyone = losses.sets.take(chosen(losses, [each.name for each in learnt], share=share))
    told = request.told("sets chosen anew")
    for number, episode in enumerate(episodes):
        rest = [each.name for each in learnt if each.text.family != episode.text.family]
        found[episode.name] = everyone, losses.sets.take(chosen(losses, rest, share=share))
        if told is not None:
            told(number + 1, len(episodes))
    return found


def _simulated(
    episodes: Sequence[Episode],
    mode: Mode,
    sets: Mapping[str, tuple[ParameterSets, ParameterSets]],
    request: Request,
) -> dict[Basis, dict[str, Predicted]]:
    """Return the simulation's predictions with the shipped sets and with the family left out."""
    behaviours: dict[Basis, dict[str, tuple[Behaviour, ...]]] = {
        "shipped": {each.name: request.run for each in episodes},
        "left out": {
            each.name: behaviours_of(sets[each.name][1], request.left_out) for each in episodes
        },
    }
    return {
        basis: simulated(
            episodes,
            mode,
            each,
            request.template,
            shape=request.shape,
            workers=request.workers,
            progress=request.told(f"simulation, as {mode}, {basis}"),
        )
        for basis, each in behaviours.items()
    }


def _prediction(episode: Episode, mode: Mode, basis: Basis, predicted: Predicted) -> Prediction:
    members = predicted.members()
    points = price_band(members.T)
    branches = branches_of(episode, mode) if basis == "shipped" else ()
    return Prediction(
        mode,
        basis,
        tuple(points),
        price_band(_levels(members)[None, :])[0],
        {branch: level(predicted.first(branch)) for branch in branches},
        _coverage(episode, points),
        _coverage(episode, price_band(members.T, 1.0)),
        {branch: _first(predicted.mean, branch) for branch in branches},
        {branch: _first(predicted.largest, branch) for branch in branches},
    )


def _coverage(episode: Episode, bands: Sequence[Band]) -> Coverage:
    observed = episode.prices["relative_to_base"].to_list()
    inside = [band.low <= value <= band.high for band, value in zip(bands, observed, strict=True)]
    return Coverage(sum(inside), len(inside))


def _levels(members: Array) -> Array:
    return np.exp(np.log(members).mean(axis=1))


def _first(values: Mapping[tuple[str, str], Array], branch: str) -> float:
    return next(float(each[0]) for key, each in values.items() if key[0] == branch)
