"""The overview is plain: periods, printed bounds and grades stand beside the figures."""

from __future__ import annotations

import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.indicators.criticality.governance import concentration
from orepact.indicators.tables.sourcing_figures import published_shares
from orepact.network import read_world
from orepact.policy import load_register
from orepact.studies.assessment.account_grades import account_grades
from orepact.studies.assessment.families import geopolrisk_figures, risk_figures
from orepact.studies.assessment.figures import figure_id, with_inputs
from orepact.studies.assessment.grades import read_grades
from orepact.studies.assessment.overview import lines_of
from orepact.views.assess_table import (
    figure_table,
    overview_rows,
    overview_table,
    overview_title,
    stage_columns,
)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle()


def cells(bundle: Bundle, mineral: str, region: str, stage: str) -> dict[str, str]:
    table = stage_columns(lines_of(bundle, mineral, region))
    return dict(table.select("figure", stage).iter_rows())


def test_a_printed_bound_is_printed_as_it_is(bundle: Bundle) -> None:
    assert cells(bundle, "tungsten", "USA", "imports")["import reliance [%]"] == ">50 (2025)"
    lines = lines_of(bundle, "tungsten", "USA")
    assert {row["import_reliance_printed"] for row in overview_rows(lines)} == {">50"}
    assert set(overview_table(lines)["import reliance [%]"]) == {">50"}
    hafnium = lines_of(bundle, "hafnium", "USA")  # NA in the chapter
    assert {row["import_reliance_printed"] for row in overview_rows(hafnium)} == {""}


def test_a_percentage_that_differs_from_the_printed_one_has_it_beside(bundle: Bundle) -> None:
    told = cells(bundle, "cobalt", "USA", "imports")["import reliance [%]"]
    assert told == "93, printed 79 (2025)"


def test_of_several_forms_the_mineral_itself_is_meant(bundle: Bundle) -> None:
    def form(mineral: str) -> str:
        return lines_of(bundle, mineral, "USA")[0].figures["import_reliance"].form

    assert form("silicon_metal") == "Silicon metal"  # the chapter begins with ferrosilicon
    assert form("zinc") == "Refined zinc"


def test_every_figure_has_its_period_beside_it(bundle: Bundle) -> None:
    told = cells(bundle, "cobalt", "EU27", "extraction")
    assert told["share [%]"] == "73.1 (2025)"
    assert told["import reliance [%]"] == "81 (2016-2020)"
    assert told["share of world output [%]"].endswith("(2025)")
    lines = lines_of(bundle, "cobalt", "EU27")
    wide = overview_table(lines)
    assert set(wide["period"]) == {"2025", "2016-2020"}
    assert set(wide["largest producer"]) == {"COD 2025", "CHN 2021"}
    assert overview_title(lines, "cobalt") == "cobalt; import reliance, supply risk of 2016-2020"


def test_the_grade_of_the_account_stands_in_the_overview(bundle: Bundle) -> None:
    rows = {row["stage"]: row["grade"] for row in overview_rows(lines_of(bundle, "cobalt", "EU27"))}
    # Trade in ore rests on cards (D); of five cobalt materials two are D and three C.
    assert rows == {"extraction": "D", "processing": "C-D"}
    assert {line.grade for line in lines_of(bundle, "tin", "EU27")} == {""}
    assert {line.grade for line in lines_of(read_bundle(vintage="2025.02"), "cobalt", "EU27")} == {
        ""
    }


def test_grades_are_those_of_the_accounts_with_and_without_rows_to_confirm(bundle: Bundle) -> None:
    kept = read_grades(bundle)
    for confirmed in (False, True):
        made = account_grades(read_world(confirmed_only=confirmed), load_register())
        found = {(m, s): grade for m, s, _, grade in made.iter_rows()}
        assert found == kept
    assert kept["cerium", "extraction"] == kept["rare_earths", "extraction"]
    assert ("cerium", "processing") not in kept  # separated oxides of the chain are not cerium's
    assert kept["neodymium", "processing"] == kept["ndpr", "processing"]
    assert ("magnesite", "processing") not in kept


def test_published_shares_are_in_order_and_say_their_measure(bundle: Bundle) -> None:
    figures = published_shares(bundle, "EU27", "cobalt")
    keys = [(f.stage, f.period[-4:], f.form, f.coverage["measure"]) for f in figures]
    blocks = list(dict.fromkeys(keys))
    assert len(blocks) == sum(a != b for a, b in zip(keys, [None, *keys], strict=False))
    assert [stage for stage, *_ in blocks] == sorted((s for s, *_ in blocks), reverse=True)
    customs = [period for stage, period, *_ in blocks if not stage]
    assert customs == sorted(customs, reverse=True)
    for block in blocks:
        shares = [f.value for f, key in zip(figures, keys, strict=True) if key == block]
        assert shares == sorted(shares, key=lambda share: -(share or 0.0))
    table = figure_table(figures, brief=True)
    assert set(table["measure"]) == {"reported", "quantity", "value"}
    assert table["range"][0] == "0.615–0.625"


def test_ids_tell_a_computed_index_from_a_cited_one(bundle: Bundle) -> None:
    ids = {figure_id(each) for each in concentration(bundle, "cobalt") if each.indicator == "HHI"}
    assert "hhi:WLD:cobalt:refined:quantity-computed:2021" in ids
    assert "hhi:WLD:cobalt:refined:quantity-cited:2021" in ids
    every = [*risk_figures(bundle, "cobalt", "EU27"), *geopolrisk_figures(bundle, "cobalt", "DEU")]
    forms = {
        each.form.rpartition(" ")[2]
        for each in with_inputs(every)
        if each.indicator in {"HHI", "governance-weighted HHI"}
    }
    assert forms == {"computed", "cited", "customs"}


def test_a_stage_that_only_an_account_has_is_not_passed_over(bundle: Bundle) -> None:
    """Nobody publishes who makes spherical graphite; the account (grade C) does."""
    told = cells(bundle, "graphite_natural", "EU27", "processing")
    assert told["largest supplier"] == "no shares published"
    assert told["grade of the account"] == "C"
    assert "supply risk [0-10]" not in {name for name, text in told.items() if text}


def test_a_figure_that_cannot_be_computed_says_why(bundle: Bundle) -> None:
    """The study prints an economic importance of natural graphite, and no shares of its uses."""
    told = cells(bundle, "graphite_natural", "EU27", "extraction")
    assert told["economic importance [0-10]"] == "not computed: no shares of end uses"
    (row,) = (
        row
        for row in overview_rows(lines_of(bundle, "graphite_natural", "EU27"))
        if row["stage"] == "extraction"
    )
    assert row["economic_importance_missing"] == "no shares of end uses"
