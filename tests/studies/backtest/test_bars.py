"""The bars of the back-test, and that the documentation prints what the harness finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.network import read_world
from orepact.policy import load_template
from orepact.studies.backtest.as_data import Settings, as_data
from orepact.studies.backtest.episode import read_episodes
from orepact.studies.backtest.harness import Outcome, Request, backtest
from orepact.studies.backtest.scores import Bar, Score, bars_of, comparisons_of, scores_of
from orepact.studies.backtest.selection import SAMPLE
from orepact.views.backtest import episode_rows, score_rows

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "backtest.md"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reported() -> tuple[Outcome, ...]:
    """Return the back-test with reported shipments and all hundred sets."""
    request = Request(read_world().ensemble, load_template(), SAMPLE, ("reported",), workers=2)
    return backtest(read_episodes(), request)


@pytest.fixture(scope="module")
def announced() -> tuple[Outcome, ...]:
    """Return the back-test with announced calendars; one set each through the simulation."""
    ensemble = read_world().ensemble
    request = Request(
        ensemble, load_template(), SAMPLE, ("announced",), simulated=ensemble[:1]
    )
    return backtest(read_episodes(), request)


def find(scores: tuple[Score, ...], rule: str) -> Score:
    return next(each for each in scores if each.rule == rule)


def test_every_bar_is_met_with_reported_shipments(reported: tuple[Outcome, ...]) -> None:
    bars: tuple[Bar, ...] = bars_of(reported)
    assert len(bars) == 8
    assert not [each for each in bars if not each.met]


def test_ranks_hold_as_announced_too(announced: tuple[Outcome, ...]) -> None:
    scores = scores_of(announced)
    for branch in ("if approved", "if refused"):
        assert find(scores, f"shipped sets, {branch}").rank >= 0.6
        ours = find(scores, f"shipped sets, {branch}").error
        assert ours < find(scores, f"closed form, {branch}").error
    coverage = find(scores, "left out, reduction, middle").coverage
    assert coverage is not None
    assert 0.7 <= coverage.share <= 0.9


def test_a_difference_from_a_constant_multiple_is_called_not_distinguishable(
    reported: tuple[Outcome, ...],
) -> None:
    tests = {(each.rule, each.benchmark): each.test for each in comparisons_of(reported)}
    left = tests["left out, middle", "constant multiple"]
    assert left.families == 6
    assert left.difference < 0.0
    assert not left.distinguishable


def test_the_page_prints_what_is_found(reported: tuple[Outcome, ...]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    data = as_data(reported, Settings(100, 50, SAMPLE, ""))
    for row in episode_rows(data, "reported"):
        assert f"| {' | '.join(str(cell) for cell in row.values())} |" in text
    for row in score_rows(data, "reported"):
        assert f"| {' | '.join(str(cell) for cell in row.values())} |" in text


def test_progress_is_told(reported: tuple[Outcome, ...]) -> None:
    told: list[tuple[str, int, int]] = []

    def note(step: str, done: int, total: int) -> None:
        told.append((step, done, total))

    request = Request(
        read_world().ensemble[:1], load_template(), 128, ("reported",), progress=note
    )
    one = [each.episode for each in reported if each.episode.name == "terbium-2025"]
    outcomes = backtest(one, request, known=[each.episode for each in reported])
    assert [each.episode.name for each in outcomes] == ["terbium-2025"]
    assert {step for step, _, _ in told} == {
        "sets chosen anew",
        "simulation, as reported, shipped",
        "simulation, as reported, left out",
    }
    assert told[-1][1] == told[-1][2]
