"""A band of few distinct members has no percentiles but the least and the most of them."""

from __future__ import annotations

import numpy as np
import pytest

from orepact.indicators.bands import FEWEST, distinct_members, price_band


def test_twins_count_once() -> None:
    assert distinct_members(np.array([[1.0, 1.0, 2.0], [3.0, 3.0, 3.0]])) == 2
    assert distinct_members(np.array([[np.nan, np.nan], [3.0, 3.0 + 1e-9]])) == 1


def test_few_distinct_members_have_their_ends_and_more_have_percentiles() -> None:
    few = np.repeat(np.linspace(1.0, 2.0, FEWEST - 1), 3)[None, :]
    (band,) = price_band(few, widening=1.0)
    assert (band.low, band.high) == (1.0, 2.0)
    many = np.linspace(1.0, 2.0, FEWEST)[None, :]
    (band,) = price_band(many, widening=1.0)
    assert (band.low, band.high) == pytest.approx((1.1, 1.9))
