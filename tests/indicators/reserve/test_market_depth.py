"""Market depth: by hand, and price and rate as inverses of each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.indicators.reserve.market_depth import HIGHEST, depth, price_of


def test_by_hand() -> None:
    """Elasticities of 1 and 0 at 25 %: a fifth of 1,000 t is given up, 200 t."""
    assert depth(1000.0, 0.25, 1.0, 0.0) == pytest.approx(200.0)
    assert depth(1000.0, 0.21, 0.0, 0.5) == pytest.approx(100.0)
    assert price_of(200.0, 1000.0, 1.0, 0.0) == pytest.approx(1.25)


@given(
    st.floats(1.0, 1e6), st.floats(0.001, 5.0), st.floats(0.05, 1.0), st.floats(0.0, 0.3)
)
def test_price_of_a_depth_is_its_move(
    output: float, move: float, demand: float, supply: float
) -> None:
    """What may be bought at a move makes that move."""
    rate = depth(output, move, demand, supply)
    assert price_of(rate, output, demand, supply) == pytest.approx(1.0 + move, rel=1e-6)


@given(st.floats(0.0, 0.9), st.floats(0.0, 0.9))
def test_more_is_never_cheaper(one: float, other: float) -> None:
    """A larger purchase never moves the price less."""
    low, high = sorted((one, other))
    assert price_of(low, 1.0, 0.25, 0.05) <= price_of(high, 1.0, 0.25, 0.05) + 1e-12


def test_beyond_the_curve_nothing_is_known() -> None:
    """A purchase larger than the market ends where the curves of demand end."""
    assert price_of(1e6, 1.0, 0.25, 0.05) == HIGHEST


def test_bad_numbers() -> None:
    """Negative numbers, a market without output, a move out of range."""
    with pytest.raises(InputError, match="output"):
        _ = depth(-1.0, 0.05, 0.25, 0.05)
    with pytest.raises(InputError, match=r"5 % is 0\.05"):
        _ = depth(1.0, -0.05, 0.25, 0.05)
    with pytest.raises(InputError, match="nothing is made"):
        _ = price_of(1.0, 0.0, 0.25, 0.05)
