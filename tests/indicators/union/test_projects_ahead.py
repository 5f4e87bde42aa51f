"""Announced projects: probability, delay, ramp; projects whose tonnes nobody published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.union.benchmark_case import Case, members
from orepact.indicators.union.projects_ahead import (
    addition,
    additions,
    known_year,
    ramp,
    without_capacity,
)
from orepact.indicators.union.strategic import Planned
from orepact.network.chains.text import Card


def test_ramp_by_hand() -> None:
    assert [ramp(years, 0.3, 0.7) for years in (-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 9.0)] == (
        pytest.approx([0.0, 0.0, 0.15, 0.3, 0.5, 0.7, 1.0, 1.0])
    )


@given(st.floats(-5.0, 10.0), st.floats(0.0, 5.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_ramp_never_falls(years: float, more: float, first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert 0.0 <= ramp(years, low, high) <= ramp(years + more, low, high) + 1e-12 <= 1.0 + 1e-9


def test_a_project_counts_from_its_stated_start(case: Case) -> None:
    by_year = {
        year: additions(
            case.bundle, case.listed, case.cards, "toy", "smelting", year, members(case.bundle)
        )[0].tonnes
        for year in (2027, 2028, 2029, 2030)
    }
    assert [by_year[year].value for year in by_year] == pytest.approx(
        [0.0, 100 * 0.8 * 0.3, 100 * 0.8 * 0.7, 80.0]
    )
    assert by_year[2027].high == pytest.approx(100 * 1.0 * 0.5)
    assert by_year[2029].low == 0.0


def test_a_project_without_a_start_waits_by_its_status(cards: dict[str, Card]) -> None:
    planned = Planned(project="P", material="toy", step="s", tonnes_per_year=10.0, reason="r")
    row = {"name": "P", "status": "designated", "start_year": None, "source": "FACT-A"}
    found = addition(planned, row, cards, 2034, 2026)
    # six years (3 to 12) from 2026: third year, not begun, sixth year
    assert found.tonnes.value == pytest.approx(10 * 0.3)
    assert (found.tonnes.low, found.tonnes.high) == (0.0, pytest.approx(10 * 0.5))


def test_an_unknown_status_is_an_announcement(cards: dict[str, Card]) -> None:
    planned = Planned(project="P", material="toy", step="s", tonnes_per_year=10.0, reason="r")
    row = {"name": "P", "status": "rumoured", "start_year": 2020, "source": "FACT-A"}
    assert addition(planned, row, cards, 2030, 2026).tonnes.value == pytest.approx(2.5)


def test_projects_elsewhere_add_nothing(case: Case) -> None:
    assert not additions(case.bundle, case.listed, case.cards, "toy", "smelting", 2030, ["FRA"])


def test_only_open_projects_of_the_union_lack_a_capacity(case: Case) -> None:
    inside = members(case.bundle)
    assert without_capacity(case.bundle, case.listed, "toy", "extraction", inside) == [
        "Mine of toys"
    ]
    assert without_capacity(case.bundle, case.listed, "toy", "processing", inside) == []


def test_the_year_of_the_data(case: Case) -> None:
    assert known_year(case.bundle) == 2026
