"""Scrap from products in use: a case derived by hand, and laws."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.recycling.cohorts import Lifetime
from orepact.indicators.recycling.scrap import Numbers, flows, inflow

YEARS = np.arange(2020.0, 2031.0)
NUMBERS = Numbers(placed=100.0, before=0.1, after=0.0, lifetime=Lifetime(mean=3.5, shape="fixed"),
                  collection=0.5, separation=0.4, recovery=0.9)


def test_a_fixed_life_by_hand() -> None:
    # placed in mid-2024: 100 t; of age 3.5 at the end of 2027, when they leave
    found = flows(NUMBERS, YEARS, 2024)
    at = {int(year): place for place, year in enumerate(YEARS)}
    assert found.placed[at[2024]] == pytest.approx(100.0)
    assert found.placed[at[2022]] == pytest.approx(100.0 / 1.21)
    assert found.leaving[at[2027]] == pytest.approx(100.0)
    assert found.leaving[at[2025]] == pytest.approx(100.0 / 1.21)
    assert found.collected[at[2027]] == pytest.approx(50.0)
    assert found.recovered[at[2027]] == pytest.approx(18.0)
    assert found.in_use[at[2026]] == pytest.approx(300.0)  # cohorts of 2024, 2025 and 2026


def test_growth_turns_at_the_base_year() -> None:
    made = inflow(dataclasses.replace(NUMBERS, after=0.5), YEARS, 2024)
    assert made[5] / made[4] == pytest.approx(1.5)
    assert made[4] / made[3] == pytest.approx(1.1)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(1.0, 30.0))
def test_nothing_is_made_of_nothing(
    collection: float, separation: float, recovery: float, mean: float
) -> None:
    found = flows(dataclasses.replace(
        NUMBERS, collection=collection, separation=separation, recovery=recovery,
        lifetime=Lifetime(mean=mean)), YEARS, 2024)
    assert (found.recovered <= found.collected + 1e-9).all()
    assert (found.collected <= found.leaving + 1e-9).all()
    np.testing.assert_allclose(np.cumsum(found.leaving) + found.in_use, np.cumsum(found.placed))
