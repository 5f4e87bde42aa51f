"""Scales of governance, and concentration weighted with it."""

from __future__ import annotations

import polars as pl
import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.indicators.criticality.governance import (
    concentration,
    governance_in,
    governance_mean,
    political_stability,
    scaled,
    trade_parameters,
    weighted_hhi,
)


@pytest.fixture(scope="module")
def world() -> Bundle:
    return read_bundle()


def test_scales_turn_good_into_low() -> None:
    assert (scaled(2.5), scaled(-2.5), scaled(0.0)) == (0.0, 10.0, 5.0)
    assert scaled(-0.3315, 1.0) == pytest.approx(0.5663)


def test_the_mean_of_2016_2019_is_the_published_scale(world: Bundle) -> None:
    mean = governance_mean(world)
    assert mean.weights["AFG"] == pytest.approx(8.1394, abs=1e-4)
    assert mean.weights["DZA"] == pytest.approx(6.7073, abs=1e-4)
    assert (mean.source, mean.note) == ("WB-WGI-MEAN6", "")
    assert "do not splice" in governance_mean(world, "latest").note


def test_a_year_uses_countries_with_all_six(world: Bundle) -> None:
    found = governance_in(world, 2022)
    estimates = world.table("governance").filter(country="BRA", year=2022)["estimate"]
    assert found.weights["BRA"] == pytest.approx(2.0 * (2.5 - estimates.mean()))
    assert governance_in(world, 2024).weights == {}  # political stability alone


def test_stability_is_the_one_indicator(world: Bundle) -> None:
    found = political_stability(world, 2022)
    assert found.weights["BRA"] == pytest.approx(0.566293, abs=1e-4)
    assert all(0.0 <= value <= 1.2 for value in found.weights.values())
    assert "newer method" in political_stability(world, 2024).note


def test_the_weighted_index_is_worked_out_by_hand() -> None:
    shares = {"CHN": 0.6, "USA": 0.4}
    weights = {"CHN": 5.0, "USA": 2.0}
    assert weighted_hhi(shares, weights) == pytest.approx(0.36 * 5 + 0.16 * 2)
    assert weighted_hhi(shares, weights, {"CHN": 1.1, "USA": 0.8}) == pytest.approx(
        0.36 * 5 * 1.1 + 0.16 * 2 * 0.8
    )


def test_no_shares_or_no_governance_gives_nothing() -> None:
    assert weighted_hhi({}, {"CHN": 5.0}) is None
    assert weighted_hhi({"CHN": 1.0}, {}) is None
    assert weighted_hhi({"CHN": 0.0, "USA": 1.0}, {"USA": 2.0}) == 2.0


def test_concentration_of_output_keeps_what_is_withheld(tiny: Bundle) -> None:
    by_name = {f.indicator: f for f in concentration(with_governance(tiny), "antimony")}
    plain = by_name["HHI"]
    # 110 t printed: CHN 60, TJK 30, the other 20 t unnamed or withheld.
    assert plain.value == pytest.approx((60 / 110) ** 2 + (30 / 110) ** 2)
    assert plain.high == pytest.approx(plain.value + (20 / 110) ** 2)
    assert plain.coverage["unmapped"] == pytest.approx(20 / 110)
    weighted = by_name["governance-weighted HHI"]
    assert weighted.value == pytest.approx((60 / 110) ** 2 * 5 + (30 / 110) ** 2 * 8)
    assert weighted.high == pytest.approx(weighted.value + 10 * (20 / 110) ** 2)


def test_withheld_output_without_a_total_may_be_anything(tiny: Bundle) -> None:
    plain = concentration(with_governance(tiny), "tungsten")[0]
    assert plain.value == pytest.approx(0.68)
    assert (plain.low, plain.high) == (0.0, 1.0)
    assert "not limited" in plain.note


def test_a_country_without_governance_is_named(tiny: Bundle) -> None:
    weighted = concentration(with_governance(tiny), "gallium")[1]
    assert weighted.value is None
    assert weighted.missing == "no governance figures of RUS"


def test_concentration_by_stage_of_the_dataset(world: Bundle) -> None:
    found = {(f.indicator, f.stage, f.coverage["kind"]): f for f in concentration(world, "gallium")}
    refined = found["HHI", "refined", "computed"]
    assert refined.value is not None
    assert refined.value > 0.9
    studied = found["governance-weighted HHI", "processing", "cited share"]
    assert studied.value == pytest.approx(5.03919, abs=1e-5)
    assert "trade parameter" not in studied.note
    assert "trade parameter of one" in found["governance-weighted HHI", "refined", "computed"].note


def test_trade_parameters_are_those_of_the_study(world: Bundle) -> None:
    supply = trade_parameters(world, "gallium", "processing")
    assert (supply["DEU"], supply["CHN"]) == (0.8, 1.0)
    assert trade_parameters(world, "gallium", "processing", region="EU27")["DEU"] == 0.8
    assert trade_parameters(world, "unobtainium", "processing") == {}
    raised = world.table("global_supply").filter(pl.col("trade_parameter") > 1.0).to_dicts()[0]
    found = trade_parameters(world, raised["mineral"], raised["stage"])
    assert found[raised["country"]] == raised["trade_parameter"]


def test_sourcing_is_measured_at_the_region(world: Bundle) -> None:
    studied = [
        figure
        for figure in concentration(world, "magnesium", region="EU27")
        if figure.coverage["kind"] == "cited share" and figure.indicator == "HHI"
    ]
    assert studied[0].value == pytest.approx(0.9411, abs=1e-3)


def test_no_shares_are_missing_not_zero(world: Bundle) -> None:
    (figure,) = concentration(world, "unobtainium")
    assert (figure.value, figure.missing) == (None, "no table of shares by country")


def with_governance(bundle: Bundle) -> Bundle:
    """Return the tiny dataset with governance of four countries."""
    frame = pl.DataFrame(
        {
            "country": ["CHN", "TJK", "JPN", "VNM"],
            "mean_2016_2019": [0.0] * 4,
            "scaled_2016_2019": [5.0, 8.0, 2.0, 5.0],
            "mean_latest": [0.0] * 4,
            "scaled_latest": [5.0, 8.0, 2.0, 5.0],
            "source": ["WB-WGI-MEAN6"] * 4,
        }
    )
    empty = read_bundle().table("global_supply").clear()
    bundle._tables.update({"governance_mean": frame, "global_supply": empty})
    return bundle
