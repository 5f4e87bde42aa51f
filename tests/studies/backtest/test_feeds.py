"""Feeds: what was let through, as reported and as announced, derived by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from orepact.policy import load_template
from orepact.studies.backtest.episode import Episode, read_episode
from orepact.studies.backtest.feeds import as_announced, as_reported, branches_of

Draft = Callable[..., Path]
TEMPLATE = load_template()


def test_reported_shipments_bind_from_the_day_and_are_held_after_the_last_report(
    draft: Draft,
) -> None:
    episode = read_episode(draft())
    feed = as_reported(episode, episode.text.base_windows[0])
    assert np.all(np.isinf(feed.share[:2]))
    assert feed.share[2:7] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    assert feed.share[7:] == pytest.approx(0.5)
    assert list(feed.since[:4]) == [0, 0, 1, 2]
    assert list(feed.known[:4]) == [0, 1, 1, 3]  # the start is known from the announcement
    assert feed.alarm[:3] == pytest.approx([0, 29 / 31, 1])
    assert list(feed.age[:4]) == [0, 0, 1, 2]


def test_another_base_window_scales_the_reports(draft: Draft) -> None:
    extra = '  - {window: other, exports: 20, note: "twice"}\nexporter_output'
    episode = read_episode(draft(("\nexporter_output", "\n" + extra)))
    feed = as_reported(episode, episode.text.base_windows[1])
    assert feed.share[2:4] == pytest.approx([0.05, 0.1])


def test_a_licence_lets_through_what_the_template_says_by_branch(draft: Draft) -> None:
    episode = read_episode(draft())
    window = episode.text.base_windows[0]
    assert branches_of(episode, "announced") == ("approve", "refuse")
    assert branches_of(episode, "reported") == ("",)
    approve, refuse = (as_announced(episode, window, TEMPLATE, each).share
                       for each in branches_of(episode, "announced"))
    assert approve[2:8] == pytest.approx([0.09, 0.05, 0.14, 0.5, 0.7, 0.85])
    assert np.all(np.isinf(approve[8:]))  # nine tenths and more no longer bind
    assert refuse[2:7] == pytest.approx([0.09, 0.05, 0.14, 0.25, 0.3])
    assert refuse[7:] == pytest.approx(0.3)


def test_the_announced_path_does_not_know_what_was_shipped(draft: Draft) -> None:
    one = read_episode(draft())
    before = as_announced(one, one.text.base_windows[0], TEMPLATE, "refuse")
    table = one.observed.with_columns(relative_to_base=one.observed["relative_to_base"] * 0.5)
    other = Episode(one.text, table)
    after = as_announced(other, other.text.base_windows[0], TEMPLATE, "refuse")
    assert np.array_equal(before.share, after.share)


def test_a_quota_is_spread_evenly_and_ends(draft: Draft) -> None:
    quota = "kind: quota, announced: 2023-07, first: 2023-08, last: 2023-10, tonnes: 12"
    episode = read_episode(draft(("kind: licence, announced: 2023-07-03, first: 2023-08", quota)))
    feed = as_announced(episode, episode.text.base_windows[0], TEMPLATE, "")
    assert branches_of(episode, "announced") == ("",)
    assert feed.share[2:5] == pytest.approx(0.4)  # 12 t in three months, base 10 t a month
    assert np.all(np.isinf(feed.share[5:]))
    assert list(feed.known[2:6]) == [1, 1, 1, 5]
    assert feed.alarm[1] == 1.0  # only the month of the announcement was read


def test_a_ban_lets_nothing_through(draft: Draft) -> None:
    episode = read_episode(draft(("kind: licence", "kind: ban")))
    feed = as_announced(episode, episode.text.base_windows[0], TEMPLATE, "")
    assert np.all(feed.share[2:] == 0.0)
