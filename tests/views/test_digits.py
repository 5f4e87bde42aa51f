"""A band is printed with no more digits than it supports."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.views.digits import (
    Band,
    band_of,
    days,
    exporter_range,
    multiple,
    multiple_tail,
    number,
    percent,
    relative_volume,
    share,
    tonnes,
)

NUMBER = re.compile(r"<?\d+(?:\.\d+)?")


@st.composite
def bands(draw: st.DrawFn) -> Band:
    """Draw a band of multiples between 0.02 and 500 with low ≤ mean ≤ high ≤ tail."""
    values = sorted(draw(st.lists(st.floats(0.02, 500.0), min_size=4, max_size=4)))
    return Band(middle=values[1], low=values[0], high=values[2], tail=values[3])


def _numbers(text: str) -> list[str]:
    return NUMBER.findall(text)


def _significant(text: str) -> int:
    digits = text.lstrip("<").replace(".", "").lstrip("0")
    whole = "." not in text
    return len(digits.rstrip("0") if whole else digits)


@pytest.mark.parametrize(
    ("band", "expected"),
    [
        (Band(1.234, 1.1, 1.3, 1.5), "1.2 (1.1–1.3)"),
        (Band(1.94, 1.31, 2.84, 4.1), "1.9 (1.3–2.8)"),
        (Band(0.87, 0.8, 0.92, 1.0), "0.87 (0.80–0.92)"),
        (Band(0.87, 0.5, 0.92, 1.0), "0.9 (0.5–0.9)"),
        (Band(6.2, 3.4, 12.4, 20.0), "6 (3–12)"),
        (Band(123.0, 110.0, 140.0, 150.0), "120 (110–140)"),
        (Band(1.0, 1.0, 1.0, 1.0), "1.0"),
        (Band(0.02, 0.01, 0.04, 0.05), "<0.1"),
        (None, "n/a"),
    ],
)
def test_multiples_are_printed_to_two_digits(band: Band | None, expected: str) -> None:
    """Two significant digits of the largest number; one decimal when the band is wide."""
    assert multiple(band) == expected


@given(bands())
def test_multiples_never_show_more_digits_than_the_band_supports(band: Band) -> None:
    """At most two significant digits, and one decimal beyond a factor of 1.5."""
    wide = band.high / band.low > 1.5
    for text in _numbers(f"{multiple(band)} {multiple_tail(band)}"):
        assert _significant(text) <= 2
        decimals = len(text.partition(".")[2])
        assert decimals <= (1 if wide else 2)


@given(bands())
def test_printed_multiples_keep_their_order_and_their_value(band: Band) -> None:
    """low ≤ mean ≤ high as printed, and each within its last digit of the truth."""
    found = _numbers(multiple(band))
    values = [float(text.lstrip("<")) for text in found]
    if len(values) == 3:
        assert values[1] <= values[0] <= values[2]
    decimals = len(found[0].partition(".")[2])
    unit = max(10.0**-decimals, 10 ** math.floor(math.log10(band.middle)) / 10)
    assert abs(values[0] - band.middle) <= 1.01 * unit


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_shares_are_whole_per_cent(one: float, other: float) -> None:
    """No decimals; a share above zero and below one per cent says so."""
    low, high = sorted((one, other))
    text = percent(Band(middle=low, low=low, high=high, tail=high))
    assert "." not in text
    if 1e-9 <= low < 0.01:
        assert text.startswith("<1 %")
    if low >= 0.01:
        assert int(_numbers(text)[0]) == math.floor(100 * low + 0.5)


def test_shares_print_band_and_zero() -> None:
    """The per cent sign follows the mean; nothing unmet is a plain zero."""
    assert percent(Band(0.123, 0.042, 0.21, 0.3)) == "12 % (4–21)"
    assert percent(Band(0.004, 0.0, 0.03, 0.05)) == "<1 % (0–3)"
    assert percent(Band(0.0, 0.0, 0.0, 0.0)) == "0 %"
    assert relative_volume(Band(0.5, 0.45, 0.55, 0.6)) == "45–55 %"
    assert share(0.184) == "18 %"


@given(bands())
def test_the_exporters_price_is_a_range_that_never_claims_a_sign(band: Band) -> None:
    """The range contains 0.8–1.5, so that both signs stay open, and names no level."""
    low, high = (float(text.lstrip("<")) for text in exporter_range(band).split("–"))
    assert low <= 0.8
    assert high >= 1.5


def test_other_numbers() -> None:
    """Days are whole, tonnes carry two digits, cards three, missing values say so."""
    assert days(Band(33.4, 25.6, 43.2, 50.0)) == "33 (26–43)"
    assert tonnes(12345.0) == "12\u202f000"
    assert tonnes(0.25) == "0.2"
    assert number(0.24349) == "0.243"
    assert number(5_500_000.0) == "5.5e6"
    assert number(3e-9) == "3e-9"
    assert number("low") == "low"
    assert band_of({"middle": None}) is None
    assert band_of({"middle": 2.0}) == Band(2.0, 2.0, 2.0, 2.0)
    assert multiple(band_of(None)) == "n/a"
