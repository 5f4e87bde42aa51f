"""Scores of episodes and the closed form, derived by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from orepact.indicators.closed_form import shock_price
from orepact.indicators.episode_scores import (
    Coverage,
    level,
    level_error,
    paired_test,
    rank_correlation,
)

VECTOR = Path(__file__).parents[1] / "vectors" / "market_shock_closed_form.json"


def test_the_closed_form_is_that_of_the_vector() -> None:
    for case in json.loads(VECTOR.read_text(encoding="utf-8"))["iso"]:
        found = shock_price(
            np.array([case["supply_loss"]]), -case["demand_elasticity"], case["supply_elasticity"])
        assert found[0] == pytest.approx(case["price_ratio"], rel=1e-9)
    assert math.isinf(shock_price(np.array([1.0]), 0.25, 0.05)[0])


def test_levels_errors_and_ranks() -> None:
    assert level([1.0, 4.0]) == pytest.approx(2.0)
    assert level_error([2.0, 1.0], [1.0, 1.0]) == pytest.approx(math.log(2.0) / math.sqrt(2.0))
    assert rank_correlation([1.0, 2.0, 3.0], [10.0, 30.0, 20.0]) == pytest.approx(0.5)
    assert math.isnan(rank_correlation([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]))
    assert math.isnan(rank_correlation([1.0, 2.0], [1.0, 2.0]))
    assert Coverage(7, 10).share == pytest.approx(0.7)
    assert math.isnan(Coverage(0, 0).share)


def test_the_paired_test_counts_every_exchange() -> None:
    """Six families, always better: both ends of 64 exchanges, 2 of 64."""
    sure = paired_test([0.0] * 6, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert sure.p_value == pytest.approx(2 / 64)
    assert sure.distinguishable
    assert sure.difference == pytest.approx(-3.5)
    mixed = paired_test([0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0])
    assert mixed.p_value == pytest.approx(1.0)
    assert not mixed.distinguishable
    assert not paired_test([1.0], [2.0]).distinguishable
