"""The simulation, reduced to two markets, against an independent reduction and against history."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from orepact.network import Behaviour
from tests.behaviour.two_market import (
    mean_observed,
    price_outside,
    reference,
    rows,
    simulate_episode,
)

CENTRAL = Behaviour()
EPISODES = {row["episode"]: row for row in rows("episodes")}


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [("dysprosium_2025", 0.006), ("terbium_2025", 0.006), ("magnets_2025", 0.006),
     ("rare_earths_2010", 0.007), ("yttrium_2025", 0.025)])
def test_two_markets_reproduce_the_published_paths(name: str, tolerance: float) -> None:
    path = price_outside(simulate_episode(EPISODES[name], CENTRAL))
    published = np.array([row["price_outside_multiple"] for row in reference(name)])
    assert np.max(np.abs(path / published - 1.0)) <= tolerance


@pytest.mark.parametrize("name", ["antimony_2024", "gallium_2023", "graphite_2023", "bismuth_2025"])
def test_episodes_with_unpublished_details_are_near(name: str) -> None:
    """Notice within a month, or idle capacity that was restarted, is not in the published text."""
    path = price_outside(simulate_episode(EPISODES[name], CENTRAL))
    published = np.array([row["price_outside_multiple"] for row in reference(name)])
    assert path.mean() / published.mean() == pytest.approx(1.0, abs=0.20)


def test_episodes_are_ranked_as_history_ranked_them() -> None:
    """Acceptance: rank correlation over the episodes of at least 0.6."""
    predicted = [
        price_outside(simulate_episode(row, CENTRAL, window=3, qualification=0.6, lag=1)).mean()
        for row in EPISODES.values()
    ]
    observed = [mean_observed(name) for name in EPISODES]
    assert spearmanr(predicted, observed).statistic >= 0.6


def test_a_window_of_three_months_changes_little() -> None:
    row = EPISODES["magnets_2025"]
    one, three = (price_outside(simulate_episode(row, CENTRAL, window=window)) for window in (1, 3))
    assert three.mean() == pytest.approx(one.mean(), rel=0.05)
