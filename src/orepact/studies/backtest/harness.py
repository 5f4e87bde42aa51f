"""The back-test: predictions of past control episodes, scored beside three benchmarks.

Two modes: *as reported* feeds the exporter's reported shipments, *as announced* the calendar of
announcements with the licence template, both branches. Three bases of parameters: *shipped* is the
ensemble that every study uses, run through the simulation; *seen* and *left out* are sets chosen
anew from a prior with and without the episode's family, run through the two-market reduction.
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
from orepact.result.reduction import sets_of
from orepact.studies.backtest.benchmarks import Benchmarks, benchmarks_of
from orepact.studies.backtest.episode import Episode
from orepact.studies.backtest.feeds import MODES, Mode, branches_of
from orepact.studies.backtest.predictions import Predicted, reduced, simulated
from orepact.studies.backtest.selection import chosen, kept_share, losses_of, prior_sample

__all__ = ["BASES", "Basis", "Outcome", "Prediction", "Request", "backtest"]

Basis = Literal["shipped", "seen", "left out"]
BASES: tuple[Basis, ...] = ("shipped", "seen", "left out")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one mode and basis say of an episode.

    `points` are the bands at the observed points, `band` that of the mean level, `best` the mean
    level of the best set in the first base window by licence branch, all as multiples of base;
    `mean` and `largest` the best set's mean and largest price over all months, by branch, where the
    simulation ran.
    """

    mode: Mode
    basis: Basis
    points: tuple[Band, ...]
    band: Band
    best: Mapping[str, float]
    coverage: Coverage
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
    through the simulation, all if there is none. `sample` is the size of the prior sample.
    """

    ensemble: tuple[Behaviour, ...]
    template: LicenceTemplate
    sample: int
    modes: tuple[Mode, ...] = MODES
    workers: int = 1
    progress: Callable[[str, int, int], None] | None = None
    simulated: tuple[Behaviour, ...] = ()

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
    again = _again(episodes, learnt, request)
    outcomes: dict[str, list[Prediction]] = {each.name: [] for each in episodes}
    for mode in request.modes:
        run = simulated(
            episodes,
            mode,
            request.simulated or request.ensemble,
            request.template,
            workers=request.workers,
            progress=request.told(f"simulation, as {mode}"),
        )
        for each in episodes:
            outcomes[each.name] += [
                _prediction(each, mode, "shipped", run[each.name]),
                *(
                    _prediction(each, mode, basis, again[each.name, mode, basis])
                    for basis in BASES[1:]
                ),
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


def _again(
    episodes: Sequence[Episode], learnt: Sequence[Episode], request: Request
) -> dict[tuple[str, Mode, Basis], Predicted]:
    """Return the reduction's predictions with sets chosen anew, with and without the family."""
    losses = losses_of(learnt, prior_sample(request.sample))
    share = kept_share(losses, losses_of(learnt, sets_of(request.ensemble)))
    found: dict[tuple[str, Mode, Basis], Predicted] = {}
    for number, episode in enumerate(episodes):
        rest = [each.name for each in learnt if each.text.family != episode.text.family]
        seen: dict[Basis, list[str]] = {"seen": [each.name for each in learnt], "left out": rest}
        for basis, names in seen.items():
            sets = losses.sets.take(chosen(losses, names, share=share))
            for mode in request.modes:
                found[episode.name, mode, basis] = reduced(episode, mode, sets, request.template)
        told = request.told("sets chosen anew")
        if told is not None:
            told(number + 1, len(episodes))
    return found


def _prediction(episode: Episode, mode: Mode, basis: Basis, predicted: Predicted) -> Prediction:
    members = predicted.members()
    points = price_band(members.T)
    observed = episode.prices["relative_to_base"].to_numpy()
    inside = sum(
        band.low <= value <= band.high for band, value in zip(points, observed, strict=True)
    )
    branches = branches_of(episode, mode)
    return Prediction(
        mode,
        basis,
        tuple(points),
        price_band(_levels(members)[None, :])[0],
        {branch: level(predicted.first(branch)) for branch in branches},
        Coverage(int(inside), len(observed)),
        {branch: _first(predicted.mean, branch) for branch in branches if predicted.mean},
        {branch: _first(predicted.largest, branch) for branch in branches if predicted.largest},
    )


def _levels(members: Array) -> Array:
    return np.exp(np.log(members).mean(axis=1))


def _first(values: Mapping[tuple[str, str], Array], branch: str) -> float:
    return next(float(each[0]) for key, each in values.items() if key[0] == branch)
