"""GeoPolRisk: the published case, groups, tables, the dataset, companies, coverage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from benchmarks.geopolrisk import make_tables
from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError
from orepact.indicators.criticality.geopolrisk import (
    COPPER,
    GeoPolRisk,
    concentration_table,
    geopolrisk_of,
    geopolrisk_table,
    hhi_of_amounts,
)
from orepact.indicators.criticality.geopolrisk_coverage import geopolrisk_coverage
from orepact.indicators.criticality.geopolrisk_figures import geopolrisk, world_concentration
from orepact.indicators.figure import explain_figure

FILE = Path(__file__).resolve().parents[1] / "vectors" / "geopolrisk_usa_2022.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
EXACT = 1e-6

each_case = pytest.mark.parametrize("case", CASES, ids=[case["mineral"] for case in CASES])


@pytest.fixture(scope="module")
def world() -> Bundle:
    return read_bundle()


def flows_of(case: dict[str, Any]) -> list[tuple[float, float]]:
    return [(row["governance"], row["tonnes"]) for row in case["trade"]]


def solved(case: dict[str, Any]) -> GeoPolRisk:
    return geopolrisk_of(
        flows_of(case),
        concentration=case["inputs"]["hhi_of_world_production"],
        production=case["inputs"]["domestic_production_t"],
        price=case["inputs"]["price_kusd_per_t"],
    )


@each_case
def test_published_values_are_reproduced(case: dict[str, Any]) -> None:
    found, expected = solved(case), case["expected"]
    assert found.weighted_imports == pytest.approx(expected["numerator_sum_g_f"], rel=EXACT)
    assert found.imports == pytest.approx(expected["total_imports_t"], rel=EXACT)
    assert found.import_risk == pytest.approx(expected["import_risk_wta"], rel=EXACT)
    assert found.score == pytest.approx(expected["score"], rel=EXACT)
    assert found.midpoint == pytest.approx(expected["midpoint"], rel=EXACT)
    assert found.factor == pytest.approx(expected["characterisation_factor"], rel=EXACT)


@each_case
def test_the_price_is_the_unit_value_of_the_imports(case: dict[str, Any]) -> None:
    value = sum(row["value_kusd"] for row in case["trade"])
    price = value / sum(row["tonnes"] for row in case["trade"])
    assert price == pytest.approx(case["inputs"]["price_kusd_per_t"], rel=EXACT)


@each_case
def test_the_variant_on_named_countries_is_reproduced(case: dict[str, Any]) -> None:
    variant = case["usgs"]
    index = hhi_of_amounts(variant["production_t"].values())
    assert index == pytest.approx(variant["expected"]["hhi"], rel=EXACT)
    found = geopolrisk_of(
        flows_of(case), concentration=index, production=variant["domestic_production_t"]
    )
    assert found.score == pytest.approx(variant["expected"]["score"], rel=EXACT)
    assert (found.midpoint, found.factor) == (None, None)  # no price was given


def published_tables() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return production, trade, governance and HHI of the published cases."""
    trade = pl.DataFrame(
        [
            {
                "mineral": case["mineral"],
                "year": 2022,
                "importer": "USA",
                "exporter": row["exporter"],
                "tonnes": float(row["tonnes"]),
                "kusd": float(row["value_kusd"]),
            }
            for case in CASES
            for row in case["trade"]
        ]
    )
    weights = {row["exporter"]: float(row["governance"]) for case in CASES for row in case["trade"]}
    production = pl.DataFrame(
        [
            {
                "mineral": case["mineral"],
                "country": "USA",
                "year": 2022,
                "tonnes": float(case["inputs"]["domestic_production_t"]),
            }
            for case in CASES
        ]
    )
    governance = pl.DataFrame(
        {"country": list(weights), "year": [2022] * len(weights), "weight": list(weights.values())}
    )
    index = pl.DataFrame(
        [
            {
                "mineral": case["mineral"],
                "year": 2022,
                "hhi": case["inputs"]["hhi_of_world_production"],
            }
            for case in CASES
        ]
    )
    return production, trade, governance, index


def test_the_table_reproduces_the_published_values_at_once() -> None:
    production, trade, governance, index = published_tables()
    found = geopolrisk_table(production, trade, governance, concentration=index)
    rows = {row["mineral"]: row for row in found.iter_rows(named=True)}
    for case in CASES:
        row, expected = rows[case["mineral"]], case["expected"]
        assert row["import_risk"] == pytest.approx(expected["import_risk_wta"], rel=EXACT)
        assert row["score"] == pytest.approx(expected["score"], rel=EXACT)
        assert row["midpoint_kusd_per_t"] == pytest.approx(expected["midpoint"], rel=EXACT)
        assert row["factor_kg_cu_eq_per_kg"] == pytest.approx(
            expected["characterisation_factor"], rel=EXACT
        )
        assert row["defaulted"] == 0.0


def test_the_table_agrees_with_the_formula_on_generated_data() -> None:
    production, trade, governance = make_tables(density=0.02)
    found = geopolrisk_table(production, trade, governance)
    index = concentration_table(production)
    weights = {(p, y): w for p, y, w in governance.select("country", "year", "weight").iter_rows()}
    for row in found.gather_every(997).iter_rows(named=True):
        key = {"mineral": row["mineral"], "year": row["year"]}
        flows = trade.filter(importer=row["importer"], **key)
        own = production.filter(country=row["importer"], **key)["tonnes"].sum()
        alone = geopolrisk_of(
            [
                (weights.get((p, row["year"]), 0.5), t)
                for p, t in flows.select("exporter", "tonnes").iter_rows()
            ],
            concentration=index.filter(**key)["hhi"].item(),
            production=own,
            price=flows["kusd"].sum() / flows["tonnes"].sum(),
        )
        assert row["score"] == pytest.approx(alone.score, rel=1e-9)
        assert row["factor_kg_cu_eq_per_kg"] == pytest.approx(alone.factor, rel=1e-9)


SMALL_TRADE = pl.DataFrame(
    {
        "mineral": ["tin"] * 4,
        "year": [2022] * 4,
        "exporter": ["CHN", "DEU", "BRA", "XXX"],
        "importer": ["DEU", "FRA", "FRA", "FRA"],
        "tonnes": [10.0, 90.0, 20.0, 10.0],
        "kusd": [100.0, 900.0, 60.0, 40.0],
    }
)
SMALL_OUTPUT = pl.DataFrame(
    {"mineral": ["tin"] * 2, "country": ["CHN", "FRA"], "year": [2022] * 2, "tonnes": [90.0, 10.0]}
)
SMALL_GOVERNANCE = pl.DataFrame(
    {"country": ["CHN", "DEU", "BRA"], "year": [2022] * 3, "weight": [0.6, 0.2, 0.4]}
)


def test_trade_inside_a_group_does_not_count() -> None:
    found = geopolrisk_table(
        SMALL_OUTPUT, SMALL_TRADE, SMALL_GOVERNANCE, groups={"Pair": ["DEU", "FRA"]}
    )
    (row,) = found.to_dicts()
    # 10 t from China at 0.6, 20 t from Brazil at 0.4, 10 t without a figure at 0.5; 10 t own.
    assert (row["importer"], row["imports_t"], row["production_t"]) == ("Pair", 40.0, 10.0)
    assert row["import_risk"] == pytest.approx((6.0 + 8.0 + 5.0) / 50.0)
    assert row["score"] == pytest.approx(0.82 * 19.0 / 50.0)
    assert row["price_kusd_per_t"] == pytest.approx(200.0 / 40.0)
    assert row["defaulted"] == pytest.approx(0.25)


def test_a_country_in_two_groups_counts_in_both() -> None:
    groups = {"Pair": ["DEU", "FRA", "FRA"], "Alone": ["FRA"]}
    found = geopolrisk_table(SMALL_OUTPUT, SMALL_TRADE, SMALL_GOVERNANCE, groups=groups)
    tonnes = dict(found.select("importer", "imports_t").iter_rows())
    assert tonnes == {"Pair": 40.0, "Alone": 120.0}


def test_trade_without_tonnes_leaves_nothing_and_not_zero() -> None:
    trade = SMALL_TRADE.with_columns(tonnes=pl.lit(None, pl.Float64))
    found = geopolrisk_table(SMALL_OUTPUT, trade, SMALL_GOVERNANCE)
    for column in ("import_risk", "score", "price_kusd_per_t", "factor_kg_cu_eq_per_kg"):
        assert found[column].null_count() == found.height
    assert found["value_without_tonnes"].to_list() == [1.0, 1.0]


def test_a_part_without_tonnes_is_left_out_of_the_price() -> None:
    tonnes = pl.when(pl.col("exporter") == "BRA").then(None).otherwise(pl.col("tonnes"))
    found = geopolrisk_table(
        SMALL_OUTPUT, SMALL_TRADE.with_columns(tonnes=tonnes), SMALL_GOVERNANCE
    )
    row = found.filter(importer="FRA").to_dicts()[0]
    assert row["price_kusd_per_t"] == pytest.approx(940.0 / 100.0)
    assert row["value_without_tonnes"] == pytest.approx(60.0 / 1000.0)


def test_no_production_gives_no_score() -> None:
    found = geopolrisk_table(SMALL_OUTPUT.clear(), SMALL_TRADE, SMALL_GOVERNANCE)
    assert found["score"].null_count() == found.height
    assert found["import_risk"].null_count() == 0


def test_empty_tables_give_an_empty_table() -> None:
    found = geopolrisk_table(SMALL_OUTPUT, SMALL_TRADE.clear(), SMALL_GOVERNANCE)
    assert found.is_empty()


def test_divisors_of_zero_give_nothing() -> None:
    assert hhi_of_amounts([]) is None
    assert hhi_of_amounts([0.0, 0.0]) is None
    nothing = geopolrisk_of([], concentration=0.5)
    assert (nothing.import_risk, nothing.score, nothing.factor) == (None, None, None)
    withheld = geopolrisk_of([(0.5, 1.0)], concentration=0.5, production=None)
    assert withheld.score is None
    assert geopolrisk_of([], concentration=0.5, production=5.0, price=1.0).score == 0.0


@each_case
def test_the_dataset_comes_close_to_the_published_case(world: Bundle, case: dict[str, Any]) -> None:
    by_code = {
        figure.coverage["code"]: figure
        for figure in geopolrisk(world, "USA", case["mineral"], 2022)
        if figure.indicator == "GeoPolRisk score"
    }
    figure = by_code[case["code"]]
    assert figure.value is not None
    # Another edition of the trade and another source of production: within a fifth.
    assert figure.value == pytest.approx(case["expected"]["score"], rel=0.2)


def test_unnamed_producers_belong_to_the_total(world: Bundle) -> None:
    case = next(case for case in CASES if case["mineral"] == "nickel")
    index = world_concentration(world, "nickel", "mine", 2022)
    assert index.low is not None
    assert index.high is not None
    # The published index counts every country; the one of named countries alone is impossible.
    assert index.low < case["inputs"]["hhi_of_world_production"] < index.high
    assert case["usgs"]["expected"]["hhi"] > index.high


def test_midpoint_and_factor_follow_from_score_and_price(world: Bundle) -> None:
    score, midpoint, factor = geopolrisk(world, "USA", "manganese", 2022)
    price = next(item for item in midpoint.inputs if not hasattr(item, "indicator"))
    assert midpoint.value == pytest.approx((score.value or 0.0) * (price.value or 0.0))
    assert factor.value == pytest.approx((midpoint.value or 0.0) / COPPER)
    assert [figure.unit for figure in (score, midpoint, factor)] == ["1", "kUSD/t", "kg Cu-eq/kg"]
    text = explain_figure(factor)
    for part in ("CEPII-BACI", "USGS-MCS", "WB-WGI-2023", "imports from GAB", "price"):
        assert part in text


def test_a_group_of_the_dataset_leaves_its_own_trade_out(world: Bundle) -> None:
    named = geopolrisk(world, "EU27", "magnesium", 2024)[0]
    members = world.table("countries").filter(eu27="yes")["iso3"].to_list()
    given = geopolrisk(world, "my group", "magnesium", 2024, countries=members)[0]
    assert named.value == pytest.approx(given.value)
    assert not [i for i in named.inputs if getattr(i, "name", "") == "imports from DEU"]


def test_an_own_output_that_is_not_named_is_a_range(world: Bundle) -> None:
    score = geopolrisk(world, "JPN", "rare_earths", 2023, form="metal")[0]
    assert score.note == (
        "JPN is not named among the producers, so its output may be up to 1,440 t, that of all "
        "countries not named"
    )
    assert score.low is not None
    assert score.value is not None
    assert score.low < score.value


def test_what_is_missing_is_said(world: Bundle, tiny: Bundle) -> None:
    cases = {
        ("antimony", 2014): "no output by country in 2014",
        ("beryllium", 2023): "no imports in tonnes",
        ("helium", 2023): "million_m3",
        ("unobtainium", 2022): "no bilateral trade",
    }
    for (mineral, year), words in cases.items():
        for figure in geopolrisk(world, "USA", mineral, year)[:3]:
            assert figure.value is None
            assert words in figure.missing
    assert geopolrisk(tiny, "USA", "gallium", 2025)[0].value is None


def test_withheld_own_output_is_a_range_and_no_value(world: Bundle) -> None:
    rows = world.table("production").filter(preferred="1", stage="mine", country="USA", year=2024)
    codes = set(world.table("concordance").filter(pl.col("bilateral") != "")["mineral"])
    names = set(rows.filter(pl.col("quantity").is_null())["mineral"]) & codes
    withheld = [
        figure
        for name in sorted(names)
        for figure in geopolrisk(world, "USA", name, 2024)
        if figure.indicator == "GeoPolRisk score" and "withheld" in figure.missing
    ]
    assert withheld
    assert all(figure.value is None for figure in withheld)
    assert any(figure.low is not None for figure in withheld)


def test_an_unknown_region_is_an_error_with_the_nearest(world: Bundle) -> None:
    with pytest.raises(InputError, match="unknown region"):
        geopolrisk(world, "EU28", "magnesium", 2024)


def test_coverage_says_what_is_there(world: Bundle) -> None:
    table = geopolrisk_coverage(world)
    complete = table.filter("complete")
    assert table.filter(~pl.col("complete"))["missing"].str.len_chars().min() > 0
    assert complete["missing"].unique().to_list() == [""]
    assert complete.filter(year=2024)["mineral"].n_unique() >= 35
    nickel = table.filter(mineral="nickel", form="ore/concentrate", year=2022).to_dicts()[0]
    assert (nickel["complete"], nickel["stage"], nickel["code"]) == (True, "mine", "260400")
    assert table.filter(mineral="neodymium")["missing"].to_list() == ["no bilateral trade"]
    assert set(table["mineral"]) == set(world.table("minerals")["mineral"])


def test_coverage_agrees_with_what_can_be_computed(world: Bundle) -> None:
    table = geopolrisk_coverage(world).filter(year=2022)
    for row in table.gather_every(5).iter_rows(named=True):
        score = geopolrisk(world, "CHN", row["mineral"], 2022, form=row["form"])[0]
        if not row["complete"]:
            assert score.value is None, row
            assert score.missing
