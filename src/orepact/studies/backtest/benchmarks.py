"""What a forecast without a model would have said of an episode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from orepact.indicators.episode_scores import level
from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour
from orepact.policy import LicenceTemplate
from orepact.studies.backtest.episode import Episode
from orepact.studies.backtest.feeds import Mode, branches_of
from orepact.studies.backtest.predictions import closed_form

__all__ = ["Benchmarks", "benchmarks_of"]

NO_CHANGE = 1.0


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """Mean levels (multiples of base) that simple rules predict.

    `constant` is the level of the other families' episodes, each counted once. `closed_form` uses
    the default elasticities, `closed_form_fitted` the sum of elasticities that fits the other
    families best; both by licence branch. Rules learn from the episodes that parameters may be
    learnt from, and from no others.
    """

    no_change: float
    constant: float
    closed_form: dict[str, float]
    closed_form_fitted: dict[str, float]


def benchmarks_of(
    episodes: Sequence[Episode], known: Sequence[Episode], mode: Mode, template: LicenceTemplate
) -> dict[str, Benchmarks]:
    """Return the benchmarks of episodes by name; other families are those of `known`.

    The fitted sum of elasticities is searched on a grid from 0.05 to 20, in steps of 3 %.
    """
    default = Behaviour()
    stated = np.array([default.demand_elasticity + default.supply_elasticity])
    grid = np.exp(np.arange(np.log(0.05), np.log(20.0), 0.03))
    levels = {each.name: _levels(each, mode, template, grid) for each in known}
    observed = {each.name: level(each.prices["relative_to_base"].to_numpy()) for each in known}
    found: dict[str, Benchmarks] = {}
    for episode in episodes:
        family = episode.text.family
        others = [
            each.name for each in known if each.text.family != family and each.text.fitted
        ]
        best = _best(others, levels, observed)
        stated_levels = _levels(episode, mode, template, stated)
        fitted = {} if best is None else _levels(episode, mode, template, grid[[best]])
        found[episode.name] = Benchmarks(
            NO_CHANGE,
            level([observed[name] for name in others]) if others else float("nan"),
            {branch: float(each[0]) for branch, each in stated_levels.items()},
            {
                branch: float(fitted[branch][0]) if branch in fitted else float("nan")
                for branch in branches_of(episode, mode)
            },
        )
    return found


def _best(
    others: Sequence[str], levels: Mapping[str, Mapping[str, Array]], observed: Mapping[str, float]
) -> int | None:
    """Return the number of the elasticity with the least squared error of log levels."""
    if not others:
        return None
    errors = [
        np.mean([np.log(each / observed[name]) ** 2 for each in levels[name].values()], axis=0)
        for name in others
    ]
    return int(np.argmin(np.sum(errors, axis=0)))


def _levels(
    episode: Episode, mode: Mode, template: LicenceTemplate, elasticities: Array
) -> dict[str, Array]:
    """Return the closed form's mean level for each elasticity, by licence branch."""
    return {
        branch: np.exp(
            np.log(closed_form(episode, mode, branch, template, elasticities)).mean(axis=1)
        )
        for branch in branches_of(episode, mode)
    }
