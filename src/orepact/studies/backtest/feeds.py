"""What the exporter let through: as reported, or as announced.

*As reported* feeds the shipments that were reported, and so tests the market's answer. *As
announced* feeds the calendar of announcements with the licence template or the legal quotas, never
what came of them, and so tests the forecast.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from orepact.model.curve import Array
from orepact.policy import LicenceTemplate, share_permitted
from orepact.result.reduction import Feed
from orepact.result.restrictions import SETTLED
from orepact.studies.backtest.episode import Episode, Measure, Window, month_number, month_of

__all__ = ["AHEAD", "MODES", "Mode", "as_announced", "as_reported", "branches_of"]

Mode = Literal["reported", "announced"]
MODES: tuple[Mode, ...] = ("reported", "announced")

AHEAD = 3
"""Months beyond the last one that a window may look at."""

_ROUNDING = 1e-9


def branches_of(episode: Episode, mode: Mode) -> tuple[str, ...]:
    """Return the licence branches in which an episode differs, ``("",)`` if there is but one."""
    licences = any(measure.kind == "licence" for measure in episode.text.calendar)
    return ("approve", "refuse") if mode == "announced" and licences else ("",)


def as_reported(episode: Episode, window: Window) -> Feed:
    """Return the feed of reported shipments, from the first bound month on.

    After the last report its level is held. A month's report is known in that month; the first one
    from the announcement on.
    """
    scale = episode.text.base_windows[0].exports / window.exports
    path = episode.shipments() * scale
    share = np.concatenate([path, np.repeat(path[-1], AHEAD)])
    share[: episode.effective] = np.inf
    known = np.arange(len(share), dtype=np.float64)
    known[episode.effective] = episode.announced
    return _feed(episode, share, known)


def as_announced(
    episode: Episode, window: Window, template: LicenceTemplate, branch: str
) -> Feed:
    """Return the feed of the announced calendar.

    A licence lets through what the template says for its branch, a quota its tonnes in even monthly
    shares. A measure holds until the next one, a quota until its last month.
    """
    count = episode.text.months + AHEAD
    share = np.full(count, np.inf)
    known = np.arange(count, dtype=np.float64)
    for measure in episode.text.calendar:
        first = episode.number(measure.first)
        last = episode.number(measure.last) if measure.last else count - 1
        for month in range(first, min(last, count - 1) + 1):
            share[month] = _permitted(measure, month - first, window, template, branch)
        told = episode.number(month_of(measure.announced))
        known[first : last + 1 if measure.kind == "quota" else first + 1] = told
    return _feed(episode, share, known)


def _permitted(
    measure: Measure, months: int, window: Window, template: LicenceTemplate, branch: str
) -> float:
    if measure.tonnes is not None and measure.last is not None:
        length = month_number(measure.last) - month_number(measure.first) + 1
        return measure.tonnes / length / window.exports
    if measure.kind == "ban":
        return 0.0
    share = share_permitted(template, "licensed", months, branch)
    return float("inf") if share >= SETTLED - _ROUNDING else share


def _feed(episode: Episode, share: Array, known: Array) -> Feed:
    held = np.isfinite(share)
    since = np.zeros(len(share))
    for month in np.flatnonzero(held):
        since[month] = since[month - 1] + 1.0
    month = np.arange(len(share))
    alarm = (month >= episode.announced).astype(np.float64)
    alarm[episode.announced] = episode.first_alarm
    age = np.maximum(month - episode.announced, 0).astype(np.float64)
    return Feed(share, since, known, alarm, age)
