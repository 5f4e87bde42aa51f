"""How far a printed number may lie from the number behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.rounding import half_unit, part_range, quotient_range

PRINTED = st.integers(min_value=1, max_value=10**7).map(float)


@pytest.mark.parametrize(
    ("value", "half"),
    [
        (848.0, 0.5),
        (900.0, 5.0),
        (50.0, 0.5),
        (3.0, 0.5),
        (20_000.0, 500.0),
        (1_400_000.0, 50_000.0),
        (255_000.0, 500.0),
        (0.5, 0.05),
        (96.8, 0.05),
        (0.0, 0.0),
        (-74.0, 0.5),
    ],
)
def test_trailing_zeros_count_only_in_the_first_two_digits(value: float, half: float) -> None:
    assert half_unit(value) == half


@pytest.mark.parametrize(("value", "half"), [(60.0, 0.5), (100.0, 0.5), (91.1, 0.05), (0.0, 0.5)])
def test_every_digit_of_a_percentage_counts(value: float, half: float) -> None:
    assert half_unit(value, whole=True) == half


def test_the_range_of_a_share_holds_it() -> None:
    low, high = quotient_range(1_400_000.0, 1_800_000.0)
    assert low == pytest.approx(1_350_000 / 1_850_000)
    assert high == pytest.approx(1_450_000 / 1_750_000)


def test_a_part_of_a_sum_moves_the_sum_with_it() -> None:
    # 900 ± 5 of 909, the rest being 9 ± 1
    low, high = part_range(900.0, 909.0, 6.0)
    assert low == pytest.approx(895 / 905)
    assert high == pytest.approx(905 / 913)


@given(part=PRINTED, rest=PRINTED)
def test_a_share_lies_in_its_range_and_below_one(part: float, rest: float) -> None:
    whole = part + rest
    for low, high in (
        quotient_range(part, whole),
        part_range(part, whole, half_unit(part) + half_unit(rest)),
    ):
        assert 0.0 <= low <= part / whole <= high <= 1.0 + 1e-12
