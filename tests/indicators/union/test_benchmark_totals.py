"""All strategic materials together: count, tonnes and value side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.figure import Figure, explain_figure
from orepact.indicators.span import Span
from orepact.indicators.union.benchmark_case import Case, reason_of
from orepact.indicators.union.benchmark_totals import (
    ALL_THREE,
    overall_verdict,
    weighted_share,
)
from orepact.indicators.union.benchmark_weights import WEIGHTINGS
from orepact.indicators.union.benchmarks_2030 import capacity_benchmarks


def totals(figures: Sequence[Figure], stage: str, period: str) -> dict[str, Figure]:
    return {
        figure.form: figure
        for figure in figures
        if not figure.mineral and (figure.stage, figure.period) == (stage, period)
    }


def test_three_weightings_of_the_same_shares(case: Case) -> None:
    found = totals(capacity_benchmarks(case), "processing", "account")
    assert list(found) == [*WEIGHTINGS, ALL_THREE]
    # toy 0.4 (0.25 to 0.5), 120 t at 10 USD; bare 0.42 / 0.84 = 0.5 (0.415 to 0.425 / 0.6),
    # 21 t a year / 0.42 = 50 t at 2 USD
    assert found["by count"].value == pytest.approx((0.4 + 0.5) / 2)
    assert found["by count"].low == pytest.approx((0.25 + 0.415) / 2)
    assert found["by count"].high == pytest.approx((0.5 + 0.425 / 0.6) / 2)
    assert found["by tonnes"].value == pytest.approx((0.4 * 120 + 0.5 * 50) / 170)
    assert found["by value"].value == pytest.approx((0.4 * 1200 + 0.5 * 100) / 1300)
    assert {figure.coverage["verdict"] for figure in found.values()} == {"cannot tell"}
    assert found["by count"].coverage["reached"] == "2 of 2"
    assert found["by count"].coverage["surely_reached"] == "1 of 2"


def test_an_unknown_material_may_have_any_share(case: Case) -> None:
    found = totals(capacity_benchmarks(case), "extraction", "account")["by count"]
    assert [found.value, found.low, found.high] == pytest.approx(
        [0.1, 0.0625 / 2, (0.125 + 1.0) / 2]
    )
    assert found.coverage["unknown"] == "bare"


def test_a_material_without_a_weight_is_named_and_no_verdict_given(case: Case) -> None:
    empty = case.bundle.table("production").clear()
    case.bundle._tables["production"] = empty
    found = totals(capacity_benchmarks(case), "processing", "account")
    assert found["by tonnes"].coverage["left_out"] == "bare"
    assert found["by tonnes"].coverage["verdict"] == "cannot tell"
    assert found["by count"].coverage["left_out"] == ""


def again(total: Figure) -> float:
    """Return a total worked out from the inputs that it prints."""
    pairs: list[tuple[float, float]] = []
    for part in total.inputs:
        assert isinstance(part, Figure)
        printed = [one for one in part.inputs if not isinstance(one, Figure)]
        weight = next(one for one in printed if one.name.startswith("weight"))
        if part.value is not None:
            pairs.append((part.value, float(weight.value or 0.0)))
    return sum(share * weight for share, weight in pairs) / sum(weight for _, weight in pairs)


@pytest.mark.parametrize("stage", ["extraction", "processing", "recycling"])
def test_a_total_follows_from_its_printed_inputs(case: Case, stage: str) -> None:
    found = totals(capacity_benchmarks(case), stage, "account")
    for name in WEIGHTINGS:
        assert again(found[name]) == pytest.approx(found[name].value)
    bare = next(one for one in found["by value"].inputs if one.mineral == "bare")  # pyright: ignore[reportAttributeAccessIssue]
    told = explain_figure(bare)  # pyright: ignore[reportArgumentType]
    if stage == "processing":
        assert "min(1, 0.42 / 0.84)" in told
        assert "card:project-utilisation" in told
        assert "weight of bare: 100 USD/year" in told
        assert "mean price of aluminium" in told


def test_an_assumed_account_may_have_any_share_in_a_total(case: Case) -> None:
    sure = totals(capacity_benchmarks(case), "recycling", "account")["by count"]
    case.world.accounts["toy"].grades["toy-metal"] = "D"
    found = totals(capacity_benchmarks(case), "recycling", "account")["by count"]
    assert found.value == sure.value
    assert (found.low, found.high) == (0.0, 1.0)


def verdict(word: str) -> Figure:
    return Figure(indicator="x", value=None, unit="1", coverage={"verdict": word})


def test_weightings_that_differ_leave_the_law_undecided() -> None:
    assert overall_verdict([verdict("on track")] * 3) == "on track"
    assert overall_verdict([verdict("on track"), verdict("off track")]) == "cannot tell"


def test_surplus_of_one_material_does_not_make_up_for_another() -> None:
    found = weighted_share([(Span(3.0, 3.0, 3.0), 1.0), (Span(0.0, 0.0, 0.0), 1.0)])
    assert found == (Span(0.5, 0.5, 0.5), 1.5)


def test_no_known_part_and_no_weight_give_nothing() -> None:
    assert weighted_share([]) is None
    assert weighted_share([(None, 1.0)]) is None
    assert weighted_share([(Span(0.5, 0.5, 0.5), 0.0)]) is None


ranges = st.tuples(*[st.floats(0.0, 5.0)] * 3).map(sorted).map(lambda r: Span(r[1], r[0], r[2]))
parts = st.lists(st.tuples(st.none() | ranges, st.floats(0.0, 1e6)), min_size=1, max_size=6)


@given(parts)
def test_a_weighted_share_is_a_share_and_holds_its_value(
    listed: list[tuple[Span | None, float]],
) -> None:
    found = weighted_share(listed)
    if found is not None:
        span, free = found
        assert 0.0 <= span.low <= span.value <= span.high <= 1.0 + 1e-12
        assert free >= span.value - 1e-9


@given(parts, st.floats(0.01, 1000.0))
def test_the_unit_of_weights_does_not_matter(
    listed: list[tuple[Span | None, float]], factor: float
) -> None:
    one = weighted_share([(span, weight) for span, weight in listed if weight > 1e-3])
    two = weighted_share([(span, factor * weight) for span, weight in listed if weight > 1e-3])
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert one[0].value == pytest.approx(two[0].value, abs=1e-9)


@pytest.mark.parametrize(
    ("ends", "lacking", "upper", "told"),
    [
        ((0.04, 0.47), 0, False, "low end 4 % is below the benchmark of 10 %, high end 47 % above"),
        ((0.12, 0.3), 0, False, "low end 12 % reaches the benchmark of 10 %"),
        ((0.02, 0.09), 0, False, "high end 9 % is below the benchmark of 10 %"),
        ((0.02, 0.09), 2, False, "2 listed projects without a capacity"),
        ((0.0978, 0.3), 0, False, "low end 9.78 % is below"),
        ((0.2, 0.3), 0, True, "low end 20 % is above the benchmark of 10 %"),
        ((0.01, 0.1), 0, True, "high end 10 % is not above the benchmark of 10 %"),
    ],
)
def test_a_row_says_why_it_has_its_verdict(
    ends: tuple[float, float],
    lacking: int,
    upper: bool,  # noqa: FBT001 — a parameter of pytest
    told: str,
) -> None:
    span = Span(sum(ends) / 2, *ends)
    assert told in reason_of(span, 0.1, open_projects=lacking, upper=upper)
