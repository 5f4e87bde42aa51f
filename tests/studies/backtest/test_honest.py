"""What the back-test must not hide: who learnt what, in which form, and how wide a band was."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from orepact.data.bundle import WORLD_FOLDER
from orepact.indicators.bands import WIDENING
from orepact.indicators.episode_scores import level
from orepact.network import read_world
from orepact.network.behaviour import Behaviour
from orepact.policy import load_template
from orepact.result.reduction import sets_of
from orepact.studies.backtest.as_data import Settings, as_data
from orepact.studies.backtest.benchmarks import benchmarks_of
from orepact.studies.backtest.episode import Episode
from orepact.studies.backtest.harness import Outcome, Request, backtest
from orepact.studies.backtest.market import AS_IN_CHAINS, TWO_MARKETS
from orepact.studies.backtest.predictions import reduced, simulated
from orepact.studies.backtest.scores import Score, bars_of, comparisons_of, scores_of
from orepact.studies.backtest.selection import behaviours_of, prior_sample
from orepact.views.backtest import score_rows

TEMPLATE = load_template()
FEW = ("graphite-2023", "magnets-2025", "terbium-2025", "yttrium-2025")


@pytest.fixture(scope="module")
def outcomes(shipped: dict[str, Episode]) -> tuple[Outcome, ...]:
    """Return four episodes with the default set, one set left out and a small prior sample."""
    request = Request(read_world().ensemble, TEMPLATE, 128, ("reported",), simulated=(Behaviour(),))
    return backtest([shipped[name] for name in FEW], request, known=tuple(shipped.values()))


@pytest.fixture(scope="module")
def scores(outcomes: tuple[Outcome, ...]) -> dict[str, Score]:
    return {each.rule: each for each in scores_of(outcomes)}


def test_sets_left_out_run_through_the_simulation(
    shipped: dict[str, Episode], outcomes: tuple[Outcome, ...]
) -> None:
    one = next(each for each in outcomes if each.episode.name == "terbium-2025")
    ours, other = one.of("reported", "left out"), one.of("reported", "left out, reduction")
    assert ours.band.middle != pytest.approx(other.band.middle, rel=1e-3)
    sets = sets_of([Behaviour()])
    assert behaviours_of(sets, 5) == (Behaviour(),)
    terbium = shipped["terbium-2025"]
    short = reduced(terbium, "reported", sets, TEMPLATE).first("")
    best = simulated([terbium], "reported", {terbium.name: [Behaviour()]}, TEMPLATE)
    assert level(best[terbium.name].first("")) == one.of("reported", "shipped").best[""]
    assert level(short) != pytest.approx(one.of("reported", "shipped").best[""], rel=1e-3)


def test_behaviours_are_the_sets_in_their_order() -> None:
    sets = prior_sample(64)
    found = behaviours_of(sets, 3)
    assert [each.cover for each in found] == [sets.cover[0], sets.cover[32], sets.cover[63]]
    assert {each.spot_share for each in found} == {Behaviour().spot_share}
    assert np.array_equal(sets_of(found).hoarding, sets.take(np.array([0, 32, 63])).hoarding)


def test_every_row_says_in_which_form_it_ran_and_no_best_set_is_picked_by_luck(
    scores: dict[str, Score],
) -> None:
    assert [rule for rule in scores if rule.endswith("best set")] == ["shipped sets, best set"]
    middles = {"left out, middle", "left out, reduction, middle", "seen, reduction, middle"}
    assert middles < set(scores)


def test_coverage_is_shown_without_the_widening_too(
    outcomes: tuple[Outcome, ...], scores: dict[str, Score]
) -> None:
    one = outcomes[0].of("reported", "left out, reduction")
    observed = outcomes[0].episode.prices["relative_to_base"].to_list()
    raw = [
        band.low * WIDENING <= value <= band.high / WIDENING
        for band, value in zip(one.points, observed, strict=True)
    ]
    assert one.unwidened.inside == sum(raw)
    wide, narrow = (getattr(scores["left out, middle"], n) for n in ("coverage", "unwidened"))
    assert narrow.inside < wide.inside
    data = as_data(outcomes, Settings(1, 1, 128, ""))
    rows = {row["rule"]: row for row in score_rows(data, "reported")}
    assert rows["left out, middle"]["unwidened"] == f"{narrow.share:.0%}"
    assert "without_yttrium" in rows["no change"]


def test_rules_learn_from_no_episode_that_the_model_may_not_learn_from(
    shipped: dict[str, Episode], outcomes: tuple[Outcome, ...]
) -> None:
    everyone = tuple(shipped.values())
    fitted = [each for each in everyone if each.text.fitted]
    with_it, without = (
        benchmarks_of([shipped["antimony-2024"]], known, "reported", TEMPLATE)["antimony-2024"]
        for known in (everyone, fitted)
    )
    assert with_it == without
    others = [
        next(e for e in outcomes if e.episode.name == "graphite-2023").observed
    ] + [
        level(each.prices["relative_to_base"].to_numpy())
        for each in fitted
        if each.text.family != "china-antimony-2024" and each.name != "graphite-2023"
    ]
    assert with_it.constant == pytest.approx(level(others))


def test_a_constant_has_no_rank(scores: dict[str, Score]) -> None:
    assert math.isnan(scores["constant multiple"].rank)


def test_the_model_is_tested_against_the_closed_forms(outcomes: tuple[Outcome, ...]) -> None:
    against = {each.benchmark for each in comparisons_of(outcomes)}
    assert against == {"constant multiple", "no change", "closed form", "closed form, fitted"}
    names = [each.name for each in bars_of(outcomes)]
    assert "mean-level error below the fitted closed form's" in names


def test_the_shape_of_the_network_can_be_that_of_the_chains(shipped: dict[str, Episode]) -> None:
    terbium = shipped["terbium-2025"]
    found = [
        simulated([terbium], "reported", {terbium.name: [Behaviour()]}, TEMPLATE, shape=shape)
        for shape in (TWO_MARKETS, AS_IN_CHAINS)
    ]
    two, chains = (level(each[terbium.name].first("")) for each in found)
    assert two != pytest.approx(chains, rel=1e-3)


def test_half_of_the_sets_left_out_are_simulated() -> None:
    request = Request((Behaviour(),) * 5, TEMPLATE, 128)
    assert request.left_out == 3
    assert replace(request, simulated=(Behaviour(),)).left_out == 1


def test_base_windows_follow_from_the_reports_that_they_cite(shipped: dict[str, Episode]) -> None:
    table = pl.read_csv(WORLD_FOLDER / "tables" / "export_volumes.csv")
    rows = table.filter((pl.col("exporter") == "CHN") & (pl.col("destination") == "WLD"))

    def tonnes(mineral: str, start: str, end: str) -> float:
        return float(
            rows.filter(
                (pl.col("mineral") == mineral)
                & (pl.col("period_start") == start)
                & (pl.col("period_end") == end)
            )["quantity"].item()
        )

    def window(name: str, number: int) -> float:
        return shipped[name].text.base_windows[number].exports

    eight = tonnes("antimony", "2024-01", "2024-08")
    late = sum(tonnes("antimony", month, month) for month in ("2023-10", "2023-12"))
    assert window("antimony-2024", 0) == pytest.approx(0.85 * eight / 8, abs=1)
    assert window("antimony-2024", 1) == pytest.approx(0.85 * (eight + late) / 10, abs=1)
    ten = tonnes("gallium", "2023-01", "2023-10")
    after = sum(tonnes("gallium", month, month) for month in ("2023-08", "2023-09", "2023-10"))
    july = tonnes("gallium", "2023-07", "2023-07")
    assert window("gallium-2023", 0) == pytest.approx((ten - after) / 7, abs=0.01)
    assert window("gallium-2023", 1) == pytest.approx((94 + ten - after - july) / 18, abs=0.01)
    assert window("gallium-2023", 2) == pytest.approx(94 / 12, abs=0.01)
