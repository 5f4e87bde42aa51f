"""What is predicted at the observed points of an episode, for many parameter sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from orepact.indicators.closed_form import shock_price
from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour
from orepact.policy import LicenceTemplate
from orepact.result.reduction import Feed, ParameterSets, reduced_paths
from orepact.studies.backtest.compared import comparable
from orepact.studies.backtest.episode import Episode, Window
from orepact.studies.backtest.feeds import Mode, as_announced, as_reported, branches_of
from orepact.studies.backtest.market import TWO_MARKETS, Shape, markets_of, simulated_prices
from orepact.studies.workers import in_processes

__all__ = ["Predicted", "closed_form", "reduced", "simulated"]

CHUNK = 20
"""Parameter sets to a task."""

HIGHEST = 60.0
"""The closed form is cut at the highest price that any use is taken to pay (multiple of base)."""

Key = tuple[str, str]
_Answers = dict[str, tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class Predicted:
    """Predictions of an episode: by (branch, base window) an array of shape (sets × points).

    `mean` and `largest` hold the mean and the largest price of each set over the months.
    """

    points: Mapping[Key, Array]
    mean: Mapping[Key, Array] = field(default_factory=dict[Key, Array])
    largest: Mapping[Key, Array] = field(default_factory=dict[Key, Array])

    def members(self) -> Array:
        """Return all members, shape (members × points)."""
        return np.concatenate(list(self.points.values()))

    def first(self, branch: str) -> Array:
        """Return the best set's prediction in the first base window of a branch, one per point."""
        return next(each[0] for key, each in self.points.items() if key[0] == branch)


@dataclass(frozen=True, slots=True)
class _Task:
    episode: Episode
    window: Window
    mode: Mode
    behaviours: tuple[Behaviour, ...]
    start: int
    shape: Shape


def simulated(
    episodes: Sequence[Episode],
    mode: Mode,
    behaviours: Mapping[str, Sequence[Behaviour]],
    template: LicenceTemplate,
    *,
    shape: Shape = TWO_MARKETS,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Predicted]:
    """Return the simulation's predictions by episode; `behaviours` are by episode too.

    Raises `SolveError` when a window is not proven optimal.
    """
    tasks = [
        _Task(episode, window, mode, tuple(sets[start : start + CHUNK]), start, shape)
        for episode in episodes
        for sets in (behaviours[episode.name],)
        for window in episode.text.base_windows
        for start in range(0, len(sets), CHUNK)
    ]
    found: dict[tuple[str, Key], dict[int, tuple[Array, Array]]] = {}
    for number, (task, answers) in enumerate(_done(tasks, template, workers)):
        for branch, answer in answers.items():
            key = (task.episode.name, (branch, task.window.window))
            found.setdefault(key, {})[task.start] = answer
        if progress is not None:
            progress(number + 1, len(tasks))
    predicted: dict[str, Predicted] = {}
    for episode in episodes:
        keys = [
            (branch, window.window)
            for branch in branches_of(episode, mode)
            for window in episode.text.base_windows
        ]
        parts = {key: _in_order(found[episode.name, key]) for key in keys}
        predicted[episode.name] = Predicted(
            {key: np.concatenate([points for points, _ in each]) for key, each in parts.items()},
            {key: np.concatenate([path[:, 0] for _, path in each]) for key, each in parts.items()},
            {key: np.concatenate([path[:, 1] for _, path in each]) for key, each in parts.items()},
        )
    return predicted


def reduced(
    episode: Episode, mode: Mode, sets: ParameterSets, template: LicenceTemplate
) -> Predicted:
    """Return the two-market reduction's predictions of an episode."""
    return Predicted(
        {
            (branch, window.window): comparable(
                episode,
                reduced_paths(
                    markets_of(episode, window),
                    sets,
                    _feed(episode, window, mode, branch, template),
                    episode.last + 1,
                ),
            )
            for branch in branches_of(episode, mode)
            for window in episode.text.base_windows
        }
    )


def closed_form(
    episode: Episode, mode: Mode, branch: str, template: LicenceTemplate, elasticities: Array
) -> Array:
    """Return what the closed form says at the observed points, shape (elasticities × points).

    `elasticities` are sums of that of demand and that of supply. The loss of each month is what the
    market outside does not get of its base use.
    """
    window = episode.text.base_windows[0]
    feed = _feed(episode, window, mode, branch, template)
    share = np.where(np.isfinite(feed.share), feed.share, 1.0)[: episode.last + 1]
    used = window.exports + episode.text.outside_output.value
    loss = (1.0 - share) * window.exports / used
    price = np.array([shock_price(loss, float(each), 0.0) for each in elasticities])
    return comparable(episode, np.minimum(price, HIGHEST))


def _feed(
    episode: Episode, window: Window, mode: Mode, branch: str, template: LicenceTemplate
) -> Feed:
    if mode == "reported":
        return as_reported(episode, window)
    return as_announced(episode, window, template, branch)


def _in_order(answers: Mapping[int, tuple[Array, Array]]) -> list[tuple[Array, Array]]:
    return [answers[start] for start in sorted(answers)]


def _done(
    tasks: Sequence[_Task], template: LicenceTemplate, workers: int
) -> Iterator[tuple[_Task, _Answers]]:
    if workers < 2:
        for number in range(len(tasks)):
            yield tasks[number], _simulate(template, tasks[number])
        return
    numbered = _Numbered(template, tuple(tasks))
    for number, answers in in_processes(_answer, numbered, range(len(tasks)), workers=workers):
        yield tasks[number], answers


@dataclass(frozen=True, slots=True)
class _Numbered:
    template: LicenceTemplate
    tasks: tuple[_Task, ...]


def _answer(shared: _Numbered, number: int) -> tuple[int, _Answers]:
    return number, _simulate(shared.template, shared.tasks[number])


def _simulate(template: LicenceTemplate, task: _Task) -> _Answers:
    """Return points, and mean and largest price, of every set by licence branch."""
    episode, window = task.episode, task.window
    markets, months = markets_of(episode, window), episode.last + 1
    branches = branches_of(episode, task.mode)
    feeds = [_feed(episode, window, task.mode, branch, template) for branch in branches]
    paths = np.array(
        [simulated_prices(markets, each, feeds, months, task.shape) for each in task.behaviours]
    )
    spot = task.behaviours[0].spot_share
    return {
        branch: (
            comparable(episode, path, spot),
            np.stack([path.mean(axis=1), path.max(axis=1)], axis=1),
        )
        for branch, path in zip(branches, paths.swapaxes(0, 1), strict=True)
    }
