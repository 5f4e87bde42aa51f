"""Closed forms on stocks against published and hand-derived numbers."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.indicators.reserve.level_rule import read_level_rule
from orepact.indicators.reserve.stock_formulas import (
    OIL,
    Factors,
    days_of_net_imports,
    days_of_use,
    newsvendor,
    pooled_stock,
    separate_stock,
    static_shortfall,
)
from orepact.network.stored_forms import world_forms
from orepact.studies.reserve.programmes import world_programmes

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "stockpile_formulas.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", VECTORS["newsvendor"])
def test_newsvendor(case: dict[str, float]) -> None:
    """Stock, expected shortage and cost are those of the closed form."""
    found = newsvendor(case["mu"], case["sigma"], case["cu"], case["co"])
    assert found.critical_ratio == pytest.approx(case["critical_ratio"], rel=1e-12)
    assert found.stock == pytest.approx(case["Q"], rel=1e-6)
    assert found.expected_shortage == pytest.approx(case["expected_shortage"], rel=1e-6)
    assert found.expected_cost == pytest.approx(case["expected_cost"], rel=1e-6)


@pytest.mark.parametrize("case", VECTORS["pooling"])
def test_pooling(case: dict[str, float]) -> None:
    """Owners apart and together hold what the deviations say."""
    deviations = [case["sigma_each"]] * int(case["n"])
    assert separate_stock(deviations, case["z"]) == pytest.approx(case["separate"], rel=1e-6)
    pooled = pooled_stock(deviations, case["z"], case["rho"])
    assert pooled == pytest.approx(case["pooled"], rel=1e-6)


@pytest.mark.parametrize("case", VECTORS["static_shortfall"])
def test_static_shortfall(case: dict[str, float]) -> None:
    """Tonnes short and days of normal use."""
    found = static_shortfall(
        case["annual_demand"], case["disrupted_supply_annual"], case["loss_fraction"],
        case["duration_months"], case["demand_restraint"],
    )
    assert found.tonnes == pytest.approx(case["shortfall"], rel=1e-6)
    assert found.days == pytest.approx(case["days_of_normal_consumption"], rel=1e-6)


def test_days_of_net_imports_by_hand() -> None:
    """365 t of crude a year are 0.96 t a day; 100 t of crude in store count 86.4 t.

    0.96 x 365 / 365 = 0.96; 0.9 x 0.96 x 100 = 86.4; 86.4 / 0.96 = 90 days; 90 x 0.96 = 86.4 t.
    """
    found = days_of_net_imports(365.0, 0.0, 100.0, 0.0, OIL)
    assert found.daily == pytest.approx(0.96)
    assert found.stocks == pytest.approx(86.4)
    assert found.days == pytest.approx(90.0)
    assert found.commitment == pytest.approx(86.4)


def test_days_of_net_imports_with_products_by_hand() -> None:
    """Products count 1.065: (0.96 x 730 - 1.065 x 365) / 365 = 0.855 t a day.

    Stocks 0.9 x (0.96 x 50 + 1.065 x 40) = 0.9 x 90.6 = 81.54 t; 81.54 / 0.855 days.
    """
    found = days_of_net_imports(730.0, -365.0, 50.0, 40.0)
    assert found.daily == pytest.approx(0.855)
    assert found.stocks == pytest.approx(81.54)
    assert found.days == pytest.approx(81.54 / 0.855)
    assert found.commitment == pytest.approx(76.95)


def test_mineral_has_no_factors_of_oil() -> None:
    """Without them a tonne counts a tonne, and a tenth is not available."""
    found = days_of_net_imports(3650.0, 0.0, 1000.0, 0.0, Factors())
    assert (found.daily, found.stocks, found.days) == pytest.approx((10.0, 900.0, 90.0))


def test_net_exporter_has_no_obligation() -> None:
    """Who exports more than he imports must hold nothing."""
    found = days_of_net_imports(-10.0, 2.0, 5.0, 0.0)
    assert found.commitment == 0.0
    assert found.days == math.inf


def test_days_of_use() -> None:
    """365 t a year are one tonne a day."""
    assert days_of_use(60.0, 365.0) == pytest.approx(60.0)


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=6), st.floats(-0.2, 1.0))
def test_together_never_more_than_apart(deviations: list[float], correlation: float) -> None:
    """Pooling never asks for more, and at full correlation for the same."""
    apart = separate_stock(deviations, 1.645)
    assert pooled_stock(deviations, 1.645, correlation) <= apart * (1.0 + 1e-9) + 1e-9
    assert pooled_stock(deviations, 1.645, 1.0) == pytest.approx(apart, rel=1e-9, abs=1e-6)


def test_bad_numbers_are_refused_at_once() -> None:
    """Negative days and a share above 1 are both named."""
    with pytest.raises(InputError) as told:
        _ = days_of_net_imports(1.0, 1.0, -1.0, 1.0, Factors(days=-90.0))
    assert {problem.field for problem in told.value.problems} == {"primary_stocks", "days"}
    with pytest.raises(InputError, match="loss"):
        _ = static_shortfall(1.0, 1.0, 60.0, 6.0)
    with pytest.raises(InputError, match="restraint"):
        _ = static_shortfall(1.0, 1.0, 0.6, 6.0, 1.2)
    with pytest.raises(InputError, match="correlation"):
        _ = pooled_stock([1.0, 1.0, 1.0], 1.0, -0.9)
    with pytest.raises(InputError, match="must cost"):
        _ = newsvendor(1.0, 1.0, 0.0, 0.0)


def test_cards_stand_on_the_published_targets() -> None:
    """Days, their range and the largest multiple are those that states and agreements publish."""
    targets = VECTORS["targets"]
    cards = {card.card: card for card in read_level_rule().cards}
    japan, korea = targets["japan_jogmec"], targets["korea"]
    assert cards["safe-level-days"].value == japan["total_days"]
    assert japan["total_days"] == japan["national"] + japan["private"]
    assert cards["safe-level-days"].high == targets["iea_oil_days"] == Factors().days
    assert cards["safe-level-days"].value == targets["project_vault"]["emergency_supply_days"]
    assert cards["safe-level-most"].value == japan["high_risk_days"] / japan["total_days"]
    notice = world_forms().cards["release-notice"]
    days = (korea["emergency_release_days"], korea["release_days_target"], korea["release_prev"])
    found = (notice.low, notice.value, notice.high)
    assert [round(30.0 * each) for each in found] == list(days)
    programme = next(
        each for each in world_programmes().programmes if each.programme == "korea-stockpile"
    )
    assert max(goal.step for goal in programme.purchases[0].goals) == max(
        korea["rare_days_target"] - korea["rare_prev"],
        korea["nonferrous_days_target"] - korea["nonferrous_prev"],
    )
