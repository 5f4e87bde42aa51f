"""The largest third country: share of consumption, not of imports, by source and stage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.figure import Figure
from orepact.indicators.span import Span
from orepact.indicators.union.benchmark_case import Case, read_case, verdict_of
from orepact.indicators.union.ceiling import ceiling_verdict
from orepact.indicators.union.third_country import (
    CONSUMPTION,
    IMPORTS,
    displaced,
    largest,
    third_country,
    third_country_verdict,
    widened,
)
from orepact.network import read_world


def find(figures: list[Figure], indicator: str, period: str, form: str) -> Figure:
    (found,) = [
        figure
        for figure in figures
        if (figure.indicator, figure.period) == (indicator, period) and form in figure.form
    ]
    return found


def test_consumption_and_imports_differ_by_what_the_union_makes(case: Case) -> None:
    figures = third_country(case, "toy")
    # 60 t made, 90 t from China and 10 t from a group of countries
    consumption = find(figures, CONSUMPTION, "account", "metal: CHN")
    assert consumption.value == pytest.approx(90 / 160)
    assert consumption.coverage["verdict"] == "within"
    imports = find(figures, IMPORTS, "account", "metal: CHN")
    assert imports.value == pytest.approx(0.9)
    assert imports.coverage["verdict"] == "above"


def test_an_ore_is_a_stage_of_its_own(case: Case) -> None:
    ore = find(third_country(case, "toy"), CONSUMPTION, "account", "ore: CHN")
    assert (ore.stage, ore.value) == ("extraction", pytest.approx(84 / 96))
    assert ore.coverage["verdict"] == "above"


def test_the_study_counts_member_states_as_home(case: Case) -> None:
    figures = third_country(case, "toy")
    cited = find(figures, CONSUMPTION, "study", "CHN")
    # printed 0.6 ± 0.005; 0.1 has no named origin and may be Chinese
    assert [cited.value, cited.low, cited.high] == pytest.approx([0.6, 0.595, 0.705])
    assert cited.coverage["verdict"] == "cannot tell"
    imports = find(figures, IMPORTS, "study", "CHN")
    assert [imports.value, imports.low, imports.high] == pytest.approx(
        [0.6 / 0.8, 0.595 / 0.8, 0.705 / 0.8]
    )
    assert imports.coverage["verdict"] == "above"


def test_new_output_displaces_imports_evenly_in_a_year(case: Case) -> None:
    later = find(third_country(case, "toy", 2030), CONSUMPTION, "2030", "metal: CHN")
    # imports 100 × 1.25; the project adds 80 (5 to 100), which may be exported
    assert [later.value, later.low, later.high] == pytest.approx(
        [0.5625 * (1 - 80 / 125), 0.5625 * (1 - 100 / 125), 0.5625]
    )


def test_no_origin_says_so(case: Case) -> None:
    (only,) = third_country(case, "bare")
    assert (only.value, only.missing) == (None, "no origin is published")
    assert third_country_verdict([only]) == "cannot tell"


def reading(stage: str, period: str, verdict: str, grade: str = "B") -> Figure:
    return Figure(
        indicator=CONSUMPTION,
        value=0.5,
        unit="1",
        stage=stage,
        period=period,
        coverage={"verdict": verdict, "grade": grade},
    )


@pytest.mark.parametrize(
    ("readings", "verdict"),
    [
        ([("p", "account", "above"), ("p", "study", "above")], "above"),
        ([("p", "account", "above"), ("p", "study", "within")], "cannot tell"),
        ([("p", "account", "above"), ("e", "study", "within")], "above"),
        ([("p", "account", "within"), ("e", "study", "within")], "within"),
        ([("p", "account", "within"), ("e", "study", "cannot tell")], "cannot tell"),
        ([("p", "account", "above"), ("p", "account", "within")], "above"),
        ([], "cannot tell"),
    ],
)
def test_the_written_rule(readings: list[tuple[str, str, str]], verdict: str) -> None:
    assert third_country_verdict([reading(*each) for each in readings]) == verdict


def test_assumed_trade_decides_nothing() -> None:
    assert third_country_verdict([reading("p", "account", "above", "D")]) == "cannot tell"


def test_a_reading_of_grade_d_cannot_tell(case: Case) -> None:
    case.world.accounts["toy"].grades["toy-ore"] = "D"
    ore = find(third_country(case, "toy"), CONSUMPTION, "account", "ore: CHN")
    assert (ore.value, ore.coverage["verdict"]) == (pytest.approx(84 / 96), "cannot tell")
    assert "assumed (grade D)" in ore.note


def test_one_verdict_for_a_material_names_who_is_above_and_where(case: Case) -> None:
    found = ceiling_verdict(case, "toy", third_country(case, "toy"))
    assert (found.coverage["verdict"], found.stage) == ("above", "extraction")
    assert found.value == pytest.approx(84 / 96)
    assert "by account" in found.note


def test_sources_that_differ_are_named_in_place_of_a_verdict(case: Case) -> None:
    listed = [reading("processing", "account", "above"), reading("processing", "study", "within")]
    found = ceiling_verdict(case, "toy", listed)
    assert (found.value, found.coverage["verdict"]) == (None, "cannot tell")
    assert found.missing == "processing: account above, study within"
    assumed = [reading("processing", "account", "above", "D")]
    assert ceiling_verdict(case, "toy", assumed).missing == "no reading that is not assumed"


def test_the_largest_of_equals_is_the_first_by_name() -> None:
    one = Span(1.0, 1.0, 1.0)
    assert largest([("USA", one), ("CHN", one)]) == ("CHN", one)
    assert largest([("USA", Span(0.0, 0.0, 0.0))]) is None
    assert largest([]) is None


@pytest.mark.parametrize(
    ("ends", "open_projects", "upper", "verdict"),
    [
        ((0.5, 0.4, 0.6), 0, False, "on track"),
        ((0.5, 0.39, 0.6), 0, False, "cannot tell"),
        ((0.3, 0.2, 0.4), 0, False, "cannot tell"),
        ((0.3, 0.2, 0.39), 0, False, "off track"),
        ((0.3, 0.2, 0.39), 1, False, "cannot tell"),
        ((0.3, 0.2, 0.4), 0, True, "within"),
        ((0.3, 0.2, 0.41), 0, True, "cannot tell"),
        ((0.5, 0.4, 0.6), 0, True, "cannot tell"),
        ((0.5, 0.41, 0.6), 0, True, "above"),
    ],
)
def test_verdicts_at_their_edges(
    ends: tuple[float, float, float], open_projects: int, *, upper: bool, verdict: str
) -> None:
    found = verdict_of(Span(*ends), 0.4, open_projects=open_projects, upper=upper)
    assert found == verdict


def test_no_range_no_verdict() -> None:
    assert verdict_of(None, 0.4) == "cannot tell"


shares = st.tuples(*[st.floats(0.0, 1.0)] * 3).map(sorted).map(lambda r: Span(r[1], r[0], r[2]))
tonnes = st.tuples(*[st.floats(0.0, 1e6)] * 3).map(sorted).map(lambda r: Span(r[1], r[0], r[2]))


@given(shares, st.floats(0.0, 1e6), tonnes)
def test_new_output_never_raises_a_share(share: Span, imports: float, added: Span) -> None:
    later = displaced(share, imports, added)
    assert later.value <= share.value
    assert later.low <= share.low
    assert later.high == share.high


@given(shares, st.floats(0.0, 1.0))
def test_a_verdict_on_a_ceiling_mirrors_that_on_a_floor(span: Span, share: float) -> None:
    floor, ceiling = verdict_of(span, share), verdict_of(span, share, upper=True)
    if floor == "off track":
        assert ceiling == "within"
    if ceiling == "above":
        assert floor == "on track"


def test_flows_on_cards_alone_may_be_of_any_country() -> None:
    """A share of 0.6 of which half rests on cards, beside 0.2 on cards that is booked to others."""
    found = widened(Span(0.6, 0.5, 0.7), 0.5, 0.2)
    assert [found.value, found.low, found.high] == pytest.approx([0.6, 0.25, 0.9])
    assert widened(Span(0.6, 0.5, 0.7), 0.0, 0.0) == Span(0.6, 0.5, 0.7)


def test_trade_that_no_source_states_gives_no_verdict() -> None:
    """All of the Union's cobalt hydroxide is booked to Congo by one card: 0 to 1."""
    figures = third_country(read_case(read_world()), "cobalt")
    found = find(figures, CONSUMPTION, "account", "intermediates: COD")
    assert [found.value, found.low, found.high] == pytest.approx([1.0, 0.0, 1.0])
    assert found.coverage["on_cards"] == pytest.approx(1.0)
    assert found.coverage["verdict"] == "cannot tell"
