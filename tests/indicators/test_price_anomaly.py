"""Price anomalies: small series worked out by hand, and laws for all series."""

from __future__ import annotations

import datetime
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.warning.price_anomaly import (
    Price,
    PriceSeries,
    cusum,
    price_series,
    reference_series,
    robust_z,
    scaled,
)

PRICES = st.lists(st.floats(0.01, 1e6), min_size=4, max_size=40)


def known_on(period: str, source: str) -> datetime.date:
    """Return the end of the year of a period; the tests need no lags."""
    assert source == "USGS"
    return datetime.date(int(period[:4]), 12, 31)


def exponentials(*logs: float) -> list[float]:
    return [math.exp(value) for value in logs]


def test_a_robust_z_score_by_hand() -> None:
    # Earlier logs 0 1 2 3: median 1.5, deviations 1.5 0.5 0.5 1.5, their median 1.
    assert robust_z(exponentials(0, 1, 2, 3, 4)) == pytest.approx(2.5 / 1.4826)


def test_an_outlier_among_the_earlier_prices_hardly_moves_the_score() -> None:
    # Median 2, deviations 2 1 0 1 8, their median 1: as without the outlier's size.
    assert robust_z(exponentials(0, 1, 2, 3, 10, 4)) == pytest.approx(2.0 / 1.4826)


def test_cumulative_sums_by_hand() -> None:
    # Changes 1 1 -1 over 1.4826 are 0.6745; less 0.5: up 0.1745, 0.3490, 0; down 0, 0, 0.1745.
    one = 1.0 / 1.4826 - 0.5
    up, down = cusum(exponentials(0, 1, 2, 1)) or (math.nan, math.nan)
    assert (up, down) == pytest.approx((0.0, one))
    assert cusum(exponentials(0, 1, 2)) == pytest.approx((2 * one, 0.0))


def test_no_score_without_spread_or_prices() -> None:
    assert robust_z([2.0, 2.0, 2.0, 3.0]) is None
    assert robust_z([2.0, 2.0, 2.0, 2.0 * math.e], floor=0.5) == pytest.approx(2.0)
    assert robust_z([2.0, 3.0]) is None
    assert robust_z([]) is None
    assert robust_z([1.0, 0.0, 2.0, 3.0]) is None
    assert cusum([2.0, 2.0, 2.0]) is None
    assert cusum([2.0]) is None
    assert cusum([1.0, -1.0, 2.0]) is None


@given(PRICES, st.floats(1e-3, 1e3))
def test_the_unit_of_a_price_does_not_matter(prices: list[float], factor: float) -> None:
    changed = [price * factor for price in prices]
    assert robust_z(changed, floor=0.05) == pytest.approx(robust_z(prices, floor=0.05), abs=1e-6)
    assert cusum(changed, floor=0.05) == pytest.approx(cusum(prices, floor=0.05), abs=1e-6)


@given(PRICES, st.floats(1.0, 10.0))
def test_a_higher_last_price_never_scores_less(prices: list[float], factor: float) -> None:
    higher = [*prices[:-1], prices[-1] * factor]
    low, high = robust_z(prices, floor=0.05), robust_z(higher, floor=0.05)
    assert low is not None
    assert high is not None
    assert high >= low - 1e-9


@given(PRICES)
def test_a_mirrored_series_swaps_up_and_down(prices: list[float]) -> None:
    up, down = cusum(prices, floor=0.05) or (math.nan, math.nan)
    mirrored = cusum([1.0 / price for price in prices], floor=0.05)
    assert mirrored == pytest.approx((down, up), abs=1e-6)
    z, opposite = (robust_z(each, floor=0.05) for each in (prices, [1 / p for p in prices]))
    assert z is not None
    assert opposite == pytest.approx(-z, abs=1e-6)


def test_scores_are_cut_off_and_may_run_downwards() -> None:
    assert [scaled(value, 1.0, 3.0) for value in (0.0, 1.0, 2.0, 3.0, 9.0)] == [0, 0, 0.5, 1, 1]
    assert [scaled(value, 1.0, 0.5) for value in (2.0, 1.0, 0.75, 0.5, 0.1)] == [0, 0, 0.5, 1, 1]


def row(
    form: str, date: str, price: float, edition: str = "E1", market: str = "USA"
) -> dict[str, object]:
    return {
        "mineral": "tin",
        "form": form,
        "market": market,
        "frequency": "year",
        "date": date,
        "price": price,
        "unit": "USD/kg",
        "source": "USGS",
        "edition": edition,
        "flag": "",
    }


def test_a_series_goes_on_under_another_wording() -> None:
    rows = [
        row("metal", "2019", 1),
        row("metal", "2020", 2),
        row("average, metal", "2021", 3, "E2"),
    ]
    (one,) = price_series(pl.DataFrame(rows), known_on)["tin"]
    assert one.prices == (1, 2, 3)
    assert [each.form for each in one.printed] == ["metal", "metal", "average, metal"]


def test_two_wordings_of_one_year_are_two_series() -> None:
    rows = [
        row("metal", "2019", 1),
        row("metal", "2020", 2),
        row("oxide", "2020", 20),
        row("oxide", "2021", 30),
        row("metal", "2021", 3),
    ]
    series = price_series(pl.DataFrame(rows), known_on)["tin"]
    assert {one.form: one.prices for one in series} == {"metal": (1, 2, 3), "oxide": (20, 30)}


def test_a_later_row_changes_no_earlier_part() -> None:
    rows = [row("metal", "2019", 1), row("average, metal", "2020", 2)]
    later = [row("oxide", "2021", 30), row("metal", "2021", 3), row("metal", "2020", 9, "E9")]
    (before,) = price_series(pl.DataFrame(rows), known_on)["tin"]
    after = price_series(pl.DataFrame([*rows, *later]), known_on)["tin"]
    cut = [one.until(datetime.date(2020, 12, 31)) for one in after]
    assert before.prices in [one.prices for one in cut]


def test_the_reference_is_monthly_then_long() -> None:
    def series(frequency: str, count: int, market: str) -> PriceSeries:
        years = range(2000, 2000 + count)
        printed = tuple(Price(str(year), 1.0, datetime.date(year, 1, 1)) for year in years)
        return PriceSeries(
            mineral="tin", market=market, unit="", frequency=frequency, printed=printed
        )

    long, short, monthly = series("year", 9, "B"), series("year", 3, "A"), series("month", 2, "C")
    assert reference_series([long, short, monthly]) == monthly
    assert reference_series([short, long]) == long
    assert reference_series([]) is None
    assert long.until(datetime.date(2002, 6, 1)).periods == ("2000", "2001", "2002")
