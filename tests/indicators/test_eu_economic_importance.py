"""The Union's economic importance and the verdict by thresholds, beside the study of 2023."""

from __future__ import annotations

import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.indicators.criticality.eu_criticality import economic_importance_of
from orepact.indicators.criticality.eu_economic_importance import (
    criticality,
    economic_importance,
    largest_value_added,
)
from tests.indicators.criticality_vectors import EI_TOLERANCE, Pair, importance_pairs, read


@pytest.fixture(scope="module")
def world() -> Bundle:
    return read_bundle()


@pytest.fixture(scope="module")
def pairs(world: Bundle) -> dict[str, Pair]:
    return {pair.mineral: pair for pair in importance_pairs(world)}


def test_rows_that_are_reproducible_are_reproduced_from_our_tables(
    pairs: dict[str, Pair],
) -> None:
    tested = [pair for pair in pairs.values() if pair.reproducible]
    assert (len(pairs), len(tested)) == (60, 36)
    for pair in tested:
        assert pair.difference is not None, pair.mineral
        assert pair.difference <= EI_TOLERANCE, pair.mineral


def test_rows_that_differ_are_listed_with_reasons_that_hold(
    world: Bundle, pairs: dict[str, Pair]
) -> None:
    listed = [row for row in read("differences.csv") if row["indicator"] == "economic_importance"]
    assert {row["mineral"] for row in listed} == {
        name for name, pair in pairs.items() if not pair.close
    }
    uses = world.table("end_uses").drop_nulls("value_added_meur")
    sectors: dict[str, float] = dict(uses.select("nace2", "value_added_meur").iter_rows())
    for row in listed:
        pair = pairs[row["mineral"]]
        figure, published = pair.figure, pair.published
        assert figure.value is not None
        assert published is not None
        if row["kind"] == "use without a sector":
            part = figure.coverage["without sector"]
            index = next(i.value for i in figure.inputs if i.name == "substitution index")
            more = 10.0 * part * sectors[row["alternative"]] / largest_value_added(world) * index
            assert figure.value + more == pytest.approx(published, abs=EI_TOLERANCE)
        elif row["kind"] == "rounding":
            assert figure.low is not None
            assert figure.high is not None
            assert figure.low <= published + 0.05
            assert figure.high >= published - 0.05
        elif row["kind"] == "no substitution index":
            assert figure.low is None
            assert figure.value > published
        else:
            assert row["kind"] == "not explained"


def test_the_formula_scales_with_the_largest_sector() -> None:
    assert economic_importance_of([(0.5, 100.0), (0.5, 50.0)], 200.0, 0.8) == pytest.approx(3.0)
    assert economic_importance_of([(1.0, 200.0)], 200.0) == 10.0
    assert economic_importance_of([], 200.0) is None
    assert economic_importance_of([(1.0, 1.0)], 0.0) is None


def test_the_largest_sector_is_machinery(world: Bundle) -> None:
    assert largest_value_added(world) == 204_200.0
    figure = economic_importance(world, "gallium")
    largest = next(item for item in figure.inputs if item.name == "largest value added")
    assert largest.where.startswith("C28 ")


def test_a_use_without_a_sector_adds_nothing_but_widens_the_range(world: Bundle) -> None:
    figure = economic_importance(world, "lutetium")
    assert figure.value == pytest.approx(0.044, abs=1e-3)
    assert figure.coverage["without sector"] == 0.99
    assert figure.high is not None
    assert figure.high > 9.0
    assert "99% of the use has no sector" in figure.note


def test_missing_end_uses_are_not_zero(world: Bundle, tiny: Bundle) -> None:
    figure = economic_importance(world, "germanium")
    assert (figure.value, figure.missing) == (None, "no shares of end uses")
    assert economic_importance(tiny, "gallium").value is None


def test_the_verdict_needs_both_and_names_what_is_missing(world: Bundle) -> None:
    by_mineral = {name: criticality(world, name)[-1] for name in ("gallium", "germanium", "zinc")}
    assert by_mineral["gallium"].value == 1.0
    assert by_mineral["gallium"].coverage == {"listed in 2024": "yes"}
    assert by_mineral["germanium"].value is None
    assert by_mineral["germanium"].missing == "no EU economic importance"
    assert by_mineral["zinc"].value == 0.0  # its supply risk alone decides


def test_rounding_that_may_pass_the_threshold_is_a_range(world: Bundle) -> None:
    verdict = criticality(world, "lutetium")[-1]
    assert (verdict.value, verdict.low, verdict.high) == (0.0, 0.0, 1.0)


def test_our_verdicts_are_those_of_the_printed_values_but_for_listed_differences(
    world: Bundle,
) -> None:
    different = set()
    for row in read("eu2023_results.csv"):
        verdict = criticality(world, row["mineral"])[-1].value
        printed = float(row["supply_risk"]) >= 1.0 and float(row["economic_importance"]) >= 2.8
        if verdict is not None and bool(verdict) != printed:
            different.add(row["mineral"])
    assert different == {"coking_coal", "erbium", "europium", "lutetium", "silver"}
