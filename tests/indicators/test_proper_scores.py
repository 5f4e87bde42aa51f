"""Proper scores: cases by hand, and that the true quantiles and probabilities cost least."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.indicators.proper_scores import brier, brier_of_cases, interval_score, pinball

NUMBERS = st.floats(-1e3, 1e3, allow_nan=False)


@pytest.mark.parametrize(
    ("observed", "score"),
    [
        (1.5, 1.0),  # inside: the width alone
        (1.0, 1.0),  # on the end: inside
        (0.9, 2.0),  # 1 + (2 / 0.2) · 0.1
        (2.3, 4.0),  # 1 + (2 / 0.2) · 0.3
    ],
)
def test_the_interval_score_by_hand(observed: float, score: float) -> None:
    assert interval_score(1.0, 2.0, observed) == pytest.approx(score)


def test_pinball_and_brier_by_hand() -> None:
    assert pinball(1.0, 3.0, 0.9) == pytest.approx(1.8)  # 0.9 of 2 above
    assert pinball(3.0, 1.0, 0.9) == pytest.approx(0.2)  # 0.1 of 2 below
    assert brier(0.8, happened=True) == pytest.approx(0.04)
    assert brier(0.8, happened=False) == pytest.approx(0.64)
    chances = {"extended": 0.6, "revived": 0.3, "lifted": 0.1}
    assert brier_of_cases(chances, "revived") == pytest.approx(0.36 + 0.49 + 0.01)
    assert brier_of_cases(chances, "other") == pytest.approx(1.0 + 0.36 + 0.09 + 0.01)


@given(NUMBERS, NUMBERS, NUMBERS, st.floats(0.01, 0.99))
def test_an_interval_scores_as_its_two_quantiles(
    one: float, other: float, observed: float, level: float
) -> None:
    low, high = sorted((one, other))
    half = (1.0 - level) / 2.0
    both = pinball(low, observed, half) + pinball(high, observed, 1.0 - half)
    score = interval_score(low, high, observed, level)
    assert score == pytest.approx(both / half, rel=1e-9, abs=1e-6)
    assert score >= high - low


@given(
    st.lists(NUMBERS, min_size=11, max_size=41, unique=True),
    st.floats(-50.0, 50.0), st.floats(-50.0, 50.0),
)
def test_the_true_quantiles_cost_least(sample: list[float], down: float, up: float) -> None:
    """Over outcomes that are equally likely no other interval beats the quantiles themselves."""
    ends = np.quantile(np.array(sample), [0.1, 0.9], method="inverted_cdf")
    low, high = float(ends[0]), float(ends[1])
    first, last = sorted((low + down, high + up))
    own = sum(interval_score(low, high, each) for each in sample)
    assert own <= sum(interval_score(first, last, each) for each in sample) + 1e-6


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_true_probability_costs_least(truth: float, said: float) -> None:
    def expected(chance: float) -> float:
        return truth * brier(chance, happened=True) + (1.0 - truth) * brier(chance, happened=False)

    assert expected(truth) <= expected(said) + 1e-12


def test_what_is_no_band_is_refused() -> None:
    for low, high, level in ((2.0, 1.0, 0.8), (1.0, 2.0, 1.0), (1.0, float("nan"), 0.8)):
        with pytest.raises(InputError, match="not a band"):
            _ = interval_score(low, high, 1.0, level)
