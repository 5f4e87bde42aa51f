"""The overview and the ids of figures: what is printed is what the indicators return."""

from __future__ import annotations

import datetime
import time
from collections import Counter

import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError
from orepact.indicators.criticality.eu_economic_importance import criticality
from orepact.indicators.figure import Figure
from orepact.policy import load_register
from orepact.studies.assessment.explain import figure_finder, find_figure
from orepact.studies.assessment.families import FAMILIES
from orepact.studies.assessment.figures import figure_id, pick_figure, sources_behind, with_inputs
from orepact.studies.assessment.names import about_figure, known_mineral, known_region
from orepact.studies.assessment.overview import Line, Warnings, lines_of, warnings_on
from orepact.views.assess_table import overview_rows, stage_columns

DAY = datetime.date(2026, 11, 22)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle()


@pytest.fixture(scope="module")
def warnings(bundle: Bundle) -> Warnings:
    return warnings_on(bundle, load_register(), DAY)


def every(lines: tuple[Line, ...]) -> list[Figure]:
    return [figure for line in lines for figure in line.figures.values()]


def test_an_id_says_what_the_figure_is_of() -> None:
    plain = Figure(
        indicator="EU supply risk",
        value=3.8,
        unit="1",
        region="EU27",
        mineral="gallium",
        stage="processing",
        period="2016-2020",
    )
    assert figure_id(plain) == "eu-supply-risk:EU27:gallium:processing:2016-2020"
    weighed = Figure(indicator="trade_flow", value=1.0, unit="t", mineral="tin", period="2024")
    assert figure_id(weighed) == "trade-flow:tin:2024:t"


@pytest.mark.parametrize("mineral", ["gallium", "neodymium", "cobalt", "silicon_metal"])
def test_ids_are_distinct(bundle: Bundle, mineral: str) -> None:
    figures = [each for family in FAMILIES.values() for each in family(bundle, mineral, "EU27", 0)]
    values = {(figure_id(each), each.value) for each in figures}
    twice = Counter(name for name, _ in values)
    assert not [name for name, count in twice.items() if count > 1]


@pytest.mark.parametrize("mineral", ["gallium", "lithium", "dysprosium"])
def test_every_figure_of_the_overview_explains_itself(
    bundle: Bundle, warnings: Warnings, mineral: str
) -> None:
    find = figure_finder(bundle, DAY)
    for figure in every(lines_of(bundle, mineral, "EU27", warnings)):
        found = find(figure_id(figure))
        assert found.value == figure.value
        assert figure.value is None or found.inputs
        assert figure.value is None or all(
            source["publisher"] or ":" in source["source_id"]
            for source in sources_behind(bundle, [found])
        )


def test_the_overview_has_the_figures_of_the_method(bundle: Bundle) -> None:
    line = next(
        line for line in lines_of(bundle, "neodymium", "EU27") if line.stage == "extraction"
    )
    risk = next(each for each in criticality(bundle, "neodymium") if each.stage == "extraction")
    assert line.figures["supply_risk"] == risk
    assert line.figures["import_reliance"].value == pytest.approx(0.8)


def test_shares_of_the_region_come_before_shares_of_the_world(bundle: Bundle) -> None:
    line = next(line for line in lines_of(bundle, "copper", "EU27") if line.stage == "processing")
    assert line.figures["supplier"].coverage["basis"] == "sourcing of the region"


def test_every_mineral_has_a_line(bundle: Bundle, warnings: Warnings) -> None:
    for mineral in bundle.table("minerals")["mineral"]:
        assert lines_of(bundle, mineral, "EU27", warnings)


def test_one_mineral_is_quick_once_the_tables_are_read(bundle: Bundle, warnings: Warnings) -> None:
    _ = lines_of(bundle, "gallium", "EU27", warnings)
    taken: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        _ = lines_of(bundle, "gallium", "EU27", warnings)
        taken.append(time.perf_counter() - start)
    assert min(taken) <= 0.05


@pytest.mark.parametrize("name", ["gallium", "Gallium", "Ga", "natural graphite"])
def test_a_mineral_is_known_by_id_name_and_symbol(bundle: Bundle, name: str) -> None:
    assert known_mineral(bundle, name) in {"gallium", "graphite_natural"}


@pytest.mark.parametrize(
    ("name", "code"), [("E27", "EU27"), ("eu27", "EU27"), ("Germany", "DEU"), ("deu", "DEU")]
)
def test_a_region_is_known_by_code_and_name(bundle: Bundle, name: str, code: str) -> None:
    assert known_region(bundle, name) == code


def test_unknown_names_are_told_with_the_nearest(bundle: Bundle) -> None:
    with pytest.raises(InputError, match="did you mean 'Gallium'"):
        _ = known_mineral(bundle, "galium")
    with pytest.raises(InputError, match="did you mean 'Germany'"):
        _ = known_region(bundle, "Germny")
    with pytest.raises(InputError, match="not the id of a figure"):
        _ = about_figure(bundle, "supply-risk:EU27")


def test_the_beginning_of_one_id_is_enough_and_of_several_is_not(bundle: Bundle) -> None:
    figures = criticality(bundle, "neodymium")
    name = "eu-supply-risk:EU27:neodymium:extraction"
    assert pick_figure(figures, name).stage == "extraction"
    with pytest.raises(InputError, match="several figures"):
        _ = pick_figure(figures, "eu-supply-risk:EU27:neodymium")
    with pytest.raises(InputError, match="did you mean 'eu-supply-risk:EU27:neodymium:ext"):
        _ = pick_figure(figures, "eu-suply-risk:EU27:neodymium:extraction:2016-2020")


def test_figures_that_went_into_others_are_found_too(bundle: Bundle) -> None:
    inside = [each for each in with_inputs(criticality(bundle, "gallium")) if each.region == "WLD"]
    assert inside
    assert find_figure(bundle, figure_id(inside[0])).value == inside[0].value


def test_critical_is_said_at_the_bottleneck_and_nobody_abroad_is_said(bundle: Bundle) -> None:
    rows = {row["stage"]: row for row in overview_rows(lines_of(bundle, "tungsten", "EU27"))}
    assert (rows["extraction"]["critical"], rows["processing"]["critical"]) == (None, 1.0)
    assert rows["extraction"]["supplier"] == "none abroad named"
    table = stage_columns(lines_of(bundle, "tungsten", "EU27"))
    cells = dict(table.select("figure", "extraction").iter_rows())
    assert cells["share [%]"] == "0.0–23.0 (2016-2020)"
