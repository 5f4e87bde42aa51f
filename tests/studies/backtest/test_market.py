"""The reduction against its published paths and against the full simulation."""

from __future__ import annotations

import numpy as np
import pytest

from orepact.network import read_world
from orepact.network.behaviour import Behaviour
from orepact.policy import load_template
from orepact.result.reduction import Feed, TwoMarkets, reduced_paths, sets_of
from orepact.result.simulation import Simulator
from orepact.studies.backtest.episode import Episode
from orepact.studies.backtest.feeds import as_announced, as_reported
from orepact.studies.backtest.market import (
    REDUCED,
    markets_of,
    simulated_price,
    simulated_prices,
)
from tests.behaviour.two_market import months_between, reference, rows

PUBLISHED = {row["episode"]: row for row in rows("episodes")}


@pytest.mark.parametrize(
    "name",
    ["dysprosium_2025", "terbium_2025", "yttrium_2025", "magnets_2025", "rare_earths_2010"],
)
def test_the_reduction_repeats_the_published_paths(name: str) -> None:
    row, path = PUBLISHED[name], reference(name)
    shipped = np.array([each["shipments_relative_to_base"] for each in path])
    announced, effective = (
        months_between(row["first_month"], row[each]) for each in ("announced", "effective"))
    month = np.arange(len(path))
    feed = Feed(
        np.where(month >= effective, shipped, np.inf),
        np.maximum(month - effective + 1.0, 0.0),
        np.zeros(len(path)),
        (month >= announced).astype(float),
        np.maximum(month - announced, 0).astype(float),
    )
    exports, outside, exporter = (float(row[each]) for each in (
        "base_exports_per_month", "outside_output_per_month", "exporter_output_per_month"))
    markets = TwoMarkets(exports, outside, exporter)
    ours = reduced_paths(markets, sets_of([Behaviour()]), feed, len(path))[0]
    published = np.array([each["price_outside_multiple"] for each in path])
    assert np.max(np.abs(ours / published - 1.0)) <= 0.0015


@pytest.mark.parametrize("name", ["antimony-2024", "gallium-2023", "graphite-2023", "bismuth-2025"])
@pytest.mark.parametrize("rank", [0, 7, 40])
def test_the_simulation_agrees_with_the_reduction(
    shipped: dict[str, Episode], name: str, rank: int
) -> None:
    """Two independent ways: one program per month, and one equation per month."""
    episode, behaviour = shipped[name], read_world().ensemble[rank]
    window = episode.text.base_windows[0]
    feed, markets, months = as_reported(episode, window), markets_of(episode, window), 12
    ours = simulated_price(markets, behaviour, feed, months, REDUCED)
    reduced = reduced_paths(markets, sets_of([behaviour]), feed, months)[0]
    assert ours.mean() == pytest.approx(reduced.mean(), rel=0.02)
    assert np.max(np.abs(ours / reduced - 1.0)) <= 0.04


def test_what_branches_have_in_common_is_simulated_once(
    shipped: dict[str, Episode], monkeypatch: pytest.MonkeyPatch
) -> None:
    episode, months = shipped["antimony-2024"], 14
    window = episode.text.base_windows[0]
    feeds = [as_announced(episode, window, load_template(), branch)
             for branch in ("approve", "refuse")]
    markets, behaviour = markets_of(episode, window), Behaviour()
    alone = [simulated_price(markets, behaviour, feed, months) for feed in feeds]
    assert np.max(np.abs(alone[0] / alone[1] - 1.0)) > 0.01
    steps: list[int] = []
    step = Simulator.step

    def counted(self: Simulator, *words: object) -> object:
        steps.append(1)
        return step(self, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(Simulator, "step", counted)
    together = simulated_prices(markets, behaviour, feeds, months)
    assert len(steps) < 2 * months - 2
    for ours, other in zip(together, alone, strict=True):
        assert np.max(np.abs(ours / other - 1.0)) <= 1e-9


def test_no_control_no_change() -> None:
    free, zero = np.full(12, np.inf), np.zeros(12)
    feed = Feed(free, zero, zero, zero, zero)
    path = reduced_paths(TwoMarkets(10.0, 5.0, 100.0), sets_of([Behaviour()]), feed, 12)
    assert path == pytest.approx(1.0, abs=1e-8)


def test_sets_do_not_touch_each_other() -> None:
    ensemble = read_world().ensemble[:6]
    share = np.concatenate([[np.inf], np.full(11, 0.2)])
    count = np.arange(12.0)
    feed = Feed(share, count, count, np.minimum(count, 1.0), np.maximum(count - 1.0, 0.0))
    markets = TwoMarkets(10.0, 5.0, 100.0, ((1.0, 3),))
    together = reduced_paths(markets, sets_of(ensemble), feed, 12)
    for number, each in enumerate(ensemble):
        alone = reduced_paths(markets, sets_of([each]), feed, 12)[0]
        assert together[number] == pytest.approx(alone, rel=1e-7)
