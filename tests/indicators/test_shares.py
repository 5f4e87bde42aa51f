"""Shares of production: the denominator, what is withheld, and the quality beside each share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.data.bundle import Bundle, read_bundle
from orepact.indicators.concentration import hhi
from orepact.indicators.tables.shares import COLUMNS, concentration_of, production_shares
from tests.indicators.conftest import write_tables

QUANTITIES = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=8)


def row(bundle: Bundle, mineral: str, year: int, country: str, **options: str) -> dict[str, object]:
    shares = production_shares(bundle, mineral, "refined", year, **options)
    (found,) = shares.filter(country=country).to_dicts()
    return found


def test_the_larger_of_printed_total_and_country_sum_divides(tiny: Bundle) -> None:
    china = row(tiny, "gallium", 2025, "CHN")
    assert china["value"] == pytest.approx(900 / 909)
    assert china["total"] == "country sum"
    assert china["denominator"] == 909.0
    assert (china["low"], china["high"]) == (pytest.approx(895 / 905), pytest.approx(905 / 913))


def test_the_printed_total_divides_when_asked_for(tiny: Bundle) -> None:
    china = row(tiny, "gallium", 2025, "CHN", world="printed")
    assert china["value"] == 1.0
    assert china["total"] == "printed total"


def test_withheld_is_a_range_and_not_zero(tiny: Bundle) -> None:
    hidden = row(tiny, "antimony", 2024, "USA")
    assert hidden["value"] is None
    assert hidden["least"] == 0.0
    assert hidden["most"] == pytest.approx((110 + 5 - 100) / 110)
    china = row(tiny, "antimony", 2024, "CHN")
    assert china["value"] == pytest.approx(60 / 110)
    assert china["withheld"] == pytest.approx(15 / 110)
    assert china["unmapped"] == pytest.approx(10 / 110)
    assert "withheld: USA" in str(china["note"])


def test_without_a_printed_total_nothing_limits_what_is_withheld(tiny: Bundle) -> None:
    china = row(tiny, "tungsten", 2024, "CHN")
    assert china["value"] == pytest.approx(0.8)
    assert china["least"] == 0.0
    assert china["withheld"] is None
    assert row(tiny, "tungsten", 2024, "USA")["most"] == 1.0


def test_editions_are_kept_apart_and_the_preferred_one_is_taken(tiny: Bundle) -> None:
    assert row(tiny, "cobalt", 2022, "COD")["numerator"] == 144.0
    first = row(tiny, "cobalt", 2022, "COD", edition="MCS2023")
    assert (first["numerator"], first["source"]) == (130.0, "USGS-MCS-2023")


def test_quality_stands_beside_every_share(tiny: Bundle) -> None:
    shares = production_shares(tiny, "gallium", "refined", 2025, grade="B")
    assert tuple(shares.columns) == COLUMNS
    china = shares.filter(country="CHN").to_dicts()[0]
    assert (china["age"], china["grade"], china["confidence"]) == (1, "B", "high")
    assert (china["edition"], china["source"]) == ("MCS2026", "USGS-MCS-2026")


def test_nothing_published_gives_no_rows(tiny: Bundle) -> None:
    assert production_shares(tiny, "gallium", "refined", 1999).is_empty()


def test_concentration_is_a_range_while_a_part_is_not_named() -> None:
    assert hhi([0.5, 0.3], rest=0.2) == pytest.approx((0.34, 0.38))
    assert hhi([0.5, 0.5]) == (0.5, 0.5)


def test_concentration_of_a_table(tiny: Bundle) -> None:
    low, high = concentration_of(production_shares(tiny, "antimony", "refined", 2024))
    assert low == pytest.approx((60 / 110) ** 2 + (30 / 110) ** 2)
    assert high == pytest.approx(low + (20 / 110) ** 2)


def made(
    folder: Path, quantities: list[int], scale: float = 1.0, *, turned: bool = False
) -> Bundle:
    rows = [
        {"mineral": "gallium", "country": f"C{number:02}", "year": 2024, "quantity": scale * each}
        for number, each in enumerate(quantities)
    ]
    return read_bundle(write_tables(folder, {"production": rows[::-1] if turned else rows}))


@given(quantities=QUANTITIES)
def test_shares_add_up_to_one_at_most(
    tmp_path_factory: pytest.TempPathFactory, quantities: list[int]
) -> None:
    bundle = made(tmp_path_factory.mktemp("sum") / "d", quantities)
    values = production_shares(bundle, "gallium", "refined", 2024)["value"].drop_nulls()
    assert values.sum() == pytest.approx(1.0 if sum(quantities) else 0.0)


@given(quantities=QUANTITIES)
def test_neither_order_nor_the_unit_matters(
    tmp_path_factory: pytest.TempPathFactory, quantities: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    whole = production_shares(made(folder / "a", quantities), "gallium", "refined", 2024)
    turned = made(folder / "b", quantities, turned=True)
    assert production_shares(turned, "gallium", "refined", 2024).equals(whole)
    grams = made(folder / "c", quantities, 1e6)
    scaled = production_shares(grams, "gallium", "refined", 2024)
    assert scaled["value"].to_list() == pytest.approx(whole["value"].to_list(), nan_ok=True)
