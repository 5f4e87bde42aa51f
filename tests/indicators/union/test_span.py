"""Ranges: sums, products, quotients by their ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.span import ZERO, Span, exact, measured, total

spans = st.tuples(*[st.floats(0.0, 1e6)] * 3).map(sorted).map(lambda r: Span(r[1], r[0], r[2]))


def test_by_hand() -> None:
    one, two = Span(4.0, 2.0, 6.0), Span(2.0, 1.0, 4.0)
    assert one + two == Span(6.0, 3.0, 10.0)
    assert one * two == Span(8.0, 2.0, 24.0)
    assert one.over(two) == Span(2.0, 0.5, 6.0)
    assert one.times(0.5) == Span(2.0, 1.0, 3.0)
    assert total([]) == ZERO
    assert measured([(3.0, 1.0), (4.0, 1.0)]) == Span(7.0, 2.0, 12.0)
    assert measured([(1.0, 3.0)]).low == 0.0


def test_division_by_what_may_be_zero_gives_nothing() -> None:
    assert exact(1.0).over(Span(1.0, 0.0, 2.0)) is None
    assert exact(1.0).over(ZERO) is None


@pytest.mark.parametrize("ends", [(1.0, 2.0, 3.0), (1.0, -1.0, 2.0), (1.0, 0.0, float("inf"))])
def test_a_range_that_does_not_hold_its_value_is_refused(ends: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="no range"):
        _ = Span(*ends)


def test_a_range_is_no_number() -> None:
    with pytest.raises(ValueError, match="no range"):
        _ = exact(float("nan"))


@given(spans, spans)
def test_sums_hold_both_values(one: Span, two: Span) -> None:
    found = total([one, two])
    assert found.low <= one.value + two.value <= found.high


@given(spans, st.floats(0.001, 1e6))
def test_a_quotient_times_its_divisor_is_the_dividend(one: Span, number: float) -> None:
    ratio = one.over(exact(number))
    assert ratio is not None
    assert ratio.value * number == pytest.approx(one.value)
