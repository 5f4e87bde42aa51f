"""Shares of supply by origin: cited ones, and ones computed from customs trade."""

from __future__ import annotations

import pytest

from orepact.data.bundle import Bundle
from orepact.indicators.tables.sourcing import import_shares, imports_of, sourcing_shares


def test_a_cited_share_carries_the_rounding_of_whole_per_cent(tiny: Bundle) -> None:
    shares = sourcing_shares(tiny, "EU27", "magnesium", kind="ec_study")
    (china,) = shares.filter(country="CHN").to_dicts()
    assert (china["value"], china["kind"]) == (0.97, "cited share")
    assert (china["low"], china["high"]) == (pytest.approx(0.965), pytest.approx(0.975))
    assert china["unmapped"] == pytest.approx(0.02)
    assert china["age"] == 6


def test_a_customs_share_carries_the_rounding_of_hundredths(tiny: Bundle) -> None:
    shares = sourcing_shares(tiny, "E27", "magnesium", kind="customs", measure="value")
    (china,) = shares.to_dicts()
    assert (china["kind"], china["measure"]) == ("customs share", "value")
    assert china["high"] - china["low"] == pytest.approx(1e-4)


def test_trade_inside_the_union_is_no_import_of_it(tiny: Bundle) -> None:
    shares = import_shares(imports_of(tiny, "EU27"), ["810411"], 2024, "quantity")
    assert dict(shares.select("country", "value").iter_rows()) == {
        "CHN": pytest.approx(0.8),
        "USA": pytest.approx(0.2),
        "JPN": 0.0,
    }
    assert set(shares["denominator"]) == {100.0}


def test_value_without_tonnes_is_printed_beside_a_quantity_share(tiny: Bundle) -> None:
    shares = import_shares(imports_of(tiny, "EU27"), ["810411"], 2024, "quantity")
    assert shares["withheld"].to_list() == pytest.approx([20 / 200] * 3)
    by_value = import_shares(imports_of(tiny, "EU27"), ["810411"], 2024, "value")
    assert set(by_value["withheld"]) == {0.0}
    assert by_value.filter(country="CHN")["value"].item() == pytest.approx(120 / 200)


def test_a_member_state_imports_from_other_members(tiny: Bundle) -> None:
    shares = import_shares(imports_of(tiny, "FRA"), ["810411"], 2024, "quantity")
    assert shares.filter(country="DEU")["value"].item() == pytest.approx(500 / 520)


def test_a_basket_says_so(tiny: Bundle) -> None:
    shares = import_shares(imports_of(tiny, "EU27"), ["811292"], 2024, "quantity")
    assert set(shares["basket"]) == {"yes"}
    assert shares["mineral_share"].null_count() == shares.height


def test_no_trade_gives_no_rows(tiny: Bundle) -> None:
    assert import_shares(imports_of(tiny, "EU27"), ["999999"], 2024).is_empty()
