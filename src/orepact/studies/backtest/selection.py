"""Parameter sets chosen anew: from a prior, by the episodes that may be seen.

Leaving a family of episodes out tells how well the model predicts a control whose like it has not
seen. A scrambled Sobol sample of the prior is run through the two-market reduction with reported
shipments; the sets with the least loss are kept. The loss of a set is the mean over episodes of the
mean squared ln(predicted ÷ observed) over points. Source of the sequence: Owen's scrambling,
`scipy.stats.qmc.Sobol`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour
from orepact.result.reduction import ParameterSets, reduced_paths
from orepact.studies.backtest.compared import comparable
from orepact.studies.backtest.episode import Episode
from orepact.studies.backtest.feeds import as_reported
from orepact.studies.backtest.market import markets_of

__all__ = [
    "KEPT",
    "PRIOR",
    "QUICK_SAMPLE",
    "SAMPLE",
    "SEED",
    "Losses",
    "behaviours_of",
    "chosen",
    "kept_share",
    "losses_of",
    "prior_sample",
]

SEED = 20261122
"""Seed of the scrambling."""

SAMPLE = 2**13
"""Points of the prior sample."""

QUICK_SAMPLE = 2**9
"""Points of a sample for a first look."""

KEPT = 100
"""Parameter sets that stand for what was learnt."""


@dataclass(frozen=True, slots=True)
class Range:
    """Ends of a parameter's prior and how it lies between them."""

    low: float
    high: float
    scale: str = "uniform"
    steps: tuple[float, ...] = ()


PRIOR: Mapping[str, Range] = {
    "demand_elasticity": Range(0.05, 1.0, "log"),
    "cover": Range(0.5, 10.0, "log"),
    "hoarding": Range(0.0, 4.0),
    "belief_speed": Range(0.0, 0.2),
    "storage_slope": Range(0.3, 3.0, "log"),
    "leakage": Range(0.0, 0.4),
    "hoarding_decay": Range(4.0, 24.0, "steps", (4.0, 6.0, 12.0, 24.0)),
    "capacity_growth": Range(0.0, 0.04, "steps", (0.0, 0.01, 0.02, 0.04)),
    "substitution": Range(0.0, 0.08, "steps", (0.0, 0.02, 0.04, 0.08)),
}
"""The prior: the ends of the shipped ensemble, rounded outward; its grids where it has grids."""


@dataclass(frozen=True, slots=True)
class Losses:
    """A prior sample and what each of its sets loses on each episode."""

    sets: ParameterSets
    by_episode: Mapping[str, Array]


def prior_sample(count: int = SAMPLE, seed: int = SEED) -> ParameterSets:
    """Return parameter sets spread over the prior; `count` is a power of two."""
    exponent = int(np.log2(count))
    points = qmc.Sobol(len(PRIOR), scramble=True, rng=seed).random_base2(exponent)
    columns = {
        name: _spread(points[:, number], each) for number, (name, each) in enumerate(PRIOR.items())
    }
    return ParameterSets(**columns)


def losses_of(episodes: Sequence[Episode], sets: ParameterSets) -> Losses:
    """Return the losses of every set on every episode that parameters may be learnt from."""
    return Losses(
        sets, {each.name: _losses(each, sets) for each in episodes if each.text.fitted}
    )


def chosen(losses: Losses, names: Sequence[str], *, share: float) -> npt.NDArray[np.int64]:
    """Return the numbers of the sets kept after seeing the named episodes, the best first.

    The best `share` of the sample counts as kept; `KEPT` of them, evenly spaced by rank, stand for
    the rest.
    """
    seen = [losses.by_episode[name] for name in names if name in losses.by_episode]
    order = np.argsort(np.mean(seen, axis=0), kind="stable")
    kept = max(KEPT, round(share * len(order)))
    return order[np.linspace(0, kept - 1, KEPT).round().astype(np.int64)]


def behaviours_of(sets: ParameterSets, count: int) -> tuple[Behaviour, ...]:
    """Return `count` of the sets, evenly spaced, with the other parameters at their defaults."""
    which = np.linspace(0, len(sets) - 1, min(count, len(sets))).round().astype(np.int64)
    columns = {name: getattr(sets, name)[which] for name in ParameterSets.__slots__}
    return tuple(
        replace(Behaviour(), **{name: float(each[n]) for name, each in columns.items()})
        for n in range(len(which))
    )


def kept_share(sample: Losses, shipped: Losses) -> float:
    """Return which share of a prior sample is kept: as strict as the shipped sets were chosen.

    Of sets spread evenly over the best share, the middle one then loses as much as the middle one
    of the shipped sets, all episodes seen.
    """
    middle = float(np.median(_total(shipped)))
    return min(1.0, 2.0 * float(np.mean(_total(sample) <= middle)))


def _total(losses: Losses) -> Array:
    return np.mean(list(losses.by_episode.values()), axis=0)


def _losses(episode: Episode, sets: ParameterSets) -> Array:
    window = episode.text.base_windows[0]
    path = reduced_paths(
        markets_of(episode, window), sets, as_reported(episode, window), episode.last + 1
    )
    points = comparable(episode, path)
    observed = np.log(episode.prices["relative_to_base"].to_numpy())
    return np.mean((np.log(points) - observed) ** 2, axis=1)


def _spread(points: Array, prior: Range) -> Array:
    if prior.scale == "steps":
        return np.array(prior.steps)[(points * len(prior.steps)).astype(np.int64)]
    if prior.scale == "log":
        return prior.low * (prior.high / prior.low) ** points
    return prior.low + (prior.high - prior.low) * points
