"""Price volatility: the definition, its laws, and series that are too short."""

from __future__ import annotations

from math import log, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.tables.volatility import LEAST, annualised, price_volatility
from tests.indicators.union.conftest import write_bundle

prices = st.lists(st.floats(0.1, 1e4), min_size=3, max_size=30)


def test_by_hand() -> None:
    # changes log 2, log 1/2: mean 0, variance 2 (log 2)² / 1
    assert annualised([1.0, 2.0, 1.0], 1) == pytest.approx(sqrt(2) * log(2))
    assert annualised([1.0, 2.0, 1.0], 12) == pytest.approx(sqrt(24) * log(2))


@given(prices, st.floats(0.01, 100.0))
def test_the_unit_of_a_price_does_not_matter(listed: list[float], factor: float) -> None:
    scaled = [price * factor for price in listed]
    assert annualised(scaled, 12) == pytest.approx(annualised(listed, 12), rel=1e-6, abs=1e-6)


@given(st.floats(0.5, 2.0), st.integers(3, 12))
def test_steady_growth_has_no_volatility(rate: float, count: int) -> None:
    assert annualised([rate**step for step in range(count)], 12) == pytest.approx(0.0, abs=1e-6)


@given(prices)
def test_time_may_run_backwards(listed: list[float]) -> None:
    forward, backward = annualised(listed, 12), annualised(listed[::-1], 12)
    assert forward == pytest.approx(backward, rel=1e-6, abs=1e-6)


def rows(dates: list[str], frequency: str = "month") -> list[dict[str, object]]:
    return [
        {
            "mineral": "tungsten",
            "form": "bar",
            "market": "World",
            "frequency": frequency,
            "date": date,
            "price": 100.0 + number % 2,
            "unit": "USD/t",
            "source": "WB",
        }
        for number, date in enumerate(dates)
    ]


def months(first: int, count: int) -> list[str]:
    return [f"{2020 + (first + n) // 12}-{(first + n) % 12 + 1:02d}" for n in range(count)]


def test_the_newest_unbroken_run_counts(tmp_path: Path) -> None:
    listed = months(0, 5) + months(10, LEAST["month"] + 1)
    (figure,) = price_volatility(write_bundle(tmp_path / "b", {"prices": rows(listed)}), "tungsten")
    assert figure.coverage["points"] == LEAST["month"] + 1
    assert figure.period == f"{listed[5]} to {listed[-1]}"
    changes = [log(101 / 100) * (1 if n % 2 else -1) for n in range(LEAST["month"])]
    mean = sum(changes) / len(changes)
    variance = sum((change - mean) ** 2 for change in changes) / (len(changes) - 1)
    assert figure.value == pytest.approx(sqrt(12 * variance))


def test_a_short_series_says_how_many_it_needs(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "b", {"prices": rows(months(0, LEAST["month"]))})
    (figure,) = price_volatility(bundle, "tungsten")
    assert figure.value is None
    assert figure.missing == "11 price changes in a row, 12 needed"


def test_averages_of_years_are_called_a_lower_bound(tmp_path: Path) -> None:
    bundle = write_bundle(
        tmp_path / "b", {"prices": rows(["2021", "2022", "2023", "2024", "2025"], "year")}
    )
    (figure,) = price_volatility(bundle, "tungsten")
    assert "lower bound" in figure.note
    assert figure.value is not None


def test_no_series_says_so(tmp_path: Path) -> None:
    (figure,) = price_volatility(write_bundle(tmp_path / "b", {"prices": []}), "tungsten")
    assert (figure.value, figure.missing) == (None, "no price series")
