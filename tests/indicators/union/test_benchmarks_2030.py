"""Capacity over consumption: weakest step, projects by a year, verdicts, the study beside."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from orepact.errors import InputError
from orepact.indicators.figure import Figure, explain_figure, figure_frame
from orepact.indicators.union.benchmark_case import VERDICTS, Case, dated, read_case
from orepact.indicators.union.benchmarks_2030 import capacity_benchmarks, trajectory
from orepact.indicators.union.third_country import (
    CONSUMPTION,
    IMPORTS,
    third_country,
    third_country_verdict,
)
from orepact.indicators.union.union_capacity import capacity
from orepact.network import read_world
from orepact.network.chains.text import RestartText


def one(figures: Sequence[Figure], **wanted: str) -> Figure:
    (found,) = [
        figure
        for figure in figures
        if all(getattr(figure, name) == value for name, value in wanted.items())
    ]
    return found


def worded(*periods: str) -> set[str]:
    return {dated(verdict, period) for verdict in VERDICTS for period in periods}


def ends(figure: Figure) -> list[float | None]:
    return [figure.value, figure.low, figure.high]


@pytest.fixture
def figures(case: Case) -> list[Figure]:
    return capacity_benchmarks(case)


def test_extraction_is_output_over_utilisation_in_tonnes_of_the_used_form(
    figures: list[Figure],
) -> None:
    now = one(figures, mineral="toy", stage="extraction", form="account", period="account")
    # 12 t at utilisation 0.5 (0.4 to 0.8), half a tonne of metal per tonne of ore, 120 t used
    assert ends(now) == pytest.approx([0.1, 12 / 0.8 * 0.5 / 120, 12 / 0.4 * 0.5 / 120])
    assert now.coverage["verdict"] == "cannot tell"
    assert (now.coverage["grade"], now.coverage["listed_grade"]) == ("C", "battery grade")
    assert now.coverage["data_grade"] == "all grades"


def test_processing_is_the_weakest_of_its_steps(figures: list[Figure]) -> None:
    now = one(figures, mineral="toy", stage="processing", form="account", period="account")
    # smelting: 48 / 0.8 + 12 / 0.5 = 84 t; ore for smelting: 12 / 0.5 × 2 = 48 t
    assert ends(now) == pytest.approx([0.4, 12 / 0.8 * 2 / 120, 12 / 0.4 * 2 / 120])
    steps = [step for step in now.inputs if isinstance(step, Figure)]
    assert {step.form: step.value for step in steps} == {
        "smelting": pytest.approx(84 / 120),
        "ore for smelting": pytest.approx(0.4),
    }
    assert "weakest of 2 steps: ore for smelting" in now.arithmetic


def test_uses_that_are_inventories_do_not_count(case: Case) -> None:
    figures = graded(case, "C", recycling_input_rate=0.2)
    now = one(figures, mineral="toy", stage="recycling", form="account", period="account")
    assert now.value == pytest.approx(12 / 0.5 / 120)  # not over 156 t
    assert now.coverage["verdict"] == "not reached today"


def test_a_year_adds_projects_by_probability_delay_and_ramp(case: Case) -> None:
    (later,) = trajectory(case, "toy", "processing", [2030])
    smelting = next(s for s in later.inputs if isinstance(s, Figure) and s.form == "smelting")
    # start 2027: third year with a year's delay (all of 0.8 × 100), first year with three (0.1 of
    # 0.5 × 100), fourth without delay (all of 100); consumption 150 (120 to 180)
    assert ends(smelting) == pytest.approx([164 / 150, 89 / 180, 184 / 120])
    assert later.value == pytest.approx(48 / 150)


def test_a_trajectory_grows_year_by_year_with_its_projects(case: Case) -> None:
    path = [
        next(s.value for s in figure.inputs if isinstance(s, Figure) and s.form == "smelting")
        for figure in trajectory(case, "toy", "processing", range(2026, 2031))
    ]
    # 0, 0, 0.3, 0.7 and 1 of the expected 80 t; consumption 120 growing to 150
    made = [84.0, 84.0, 84 + 24.0, 84 + 56.0, 84 + 80.0]
    used = [120 * (1 + 0.25 * step / 4) for step in range(5)]
    assert path == pytest.approx([m / u for m, u in zip(made, used, strict=True)])


def test_a_project_without_a_capacity_leaves_the_verdict_open(case: Case) -> None:
    figures = graded(case, "C", recycling_input_rate=0.2)
    later = one(figures, mineral="toy", stage="extraction", form="account", period="2030")
    assert later.coverage["projects_without_capacity"] == "Mine of toys"
    assert later.coverage["tonnes_missing"] == pytest.approx((0.1 - 0.08) * 120)
    scrap = one(figures, mineral="toy", stage="recycling", form="account", period="2030")
    assert scrap.coverage["projects_without_capacity"] == ""
    assert scrap.coverage["verdict"] == "off track"


def test_the_study_shows_that_a_benchmark_is_reached_never_that_it_is_missed(
    figures: list[Figure],
) -> None:
    toy = one(figures, mineral="toy", stage="processing", form="study")
    assert ends(toy) == pytest.approx([0.2, 0.195, 0.205])
    assert toy.coverage["verdict"] == "cannot tell"
    bare = one(figures, mineral="bare", stage="processing", form="study")
    assert ends(bare) == pytest.approx([0.42, 0.415, 0.425])
    assert bare.coverage["verdict"] == "reached in 2016-2020"
    assert one(figures, mineral="toy", stage="recycling", form="study").value == 0.42


def test_before_2030_a_benchmark_is_reached_or_not_and_no_track_is_told() -> None:
    assert dated("on track", "account") == "reached today"
    assert dated("off track", "2027") == "not reached in 2027"
    assert dated("off track", "2030") == "off track"
    assert dated("cannot tell", "account") == "cannot tell"


def graded(case: Case, grade: str, **printed: float) -> list[Figure]:
    """Return the benchmarks of the tiny Union with a grade of ore and other prints of the study."""
    case.world.accounts["toy"].grades["toy-ore"] = grade
    if printed:
        table = case.bundle.table("eu_parameters")
        toys = pl.col("mineral") == "tungsten"
        case.bundle._tables["eu_parameters"] = table.with_columns(
            pl.when(toys).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
            for name, value in printed.items()
        )
    return capacity_benchmarks(case)


def test_an_assumed_step_decides_nothing(case: Case) -> None:
    rows = case.world.accounts["toy"].entries
    more = pl.col("balanced") * pl.when(process="toy-mining").then(9.0).otherwise(1.0)
    case.world.accounts["toy"].entries = rows.with_columns(balanced=more)  # pyright: ignore[reportAttributeAccessIssue]
    sure = one(graded(case, "C"), mineral="toy", stage="extraction", period="account")
    assert sure.coverage["verdict"] == "reached today"
    assumed = one(graded(case, "D"), mineral="toy", stage="extraction", period="account")
    assert (assumed.value, assumed.coverage["verdict"]) == (sure.value, "cannot tell")
    assert (assumed.coverage["sure_low"], assumed.coverage["sure_high"]) == (0.0, assumed.high)
    assert "assumed (grade D)" in assumed.note


def test_a_step_that_misses_decides_whatever_an_assumed_one_does(case: Case) -> None:
    rows = case.world.accounts["toy"].entries
    less = pl.col("balanced") * pl.when(process="toy-smelting").then(0.1).otherwise(1.0)
    case.world.accounts["toy"].entries = rows.with_columns(balanced=less)  # pyright: ignore[reportAttributeAccessIssue]
    found = one(graded(case, "D"), mineral="toy", stage="processing", period="account")
    # smelting 4.8 / 0.8 + 12 / 0.5 = 30 t of 120 t, ore for smelting assumed
    assert found.coverage["sure_high"] == pytest.approx(30 / 120)
    assert found.coverage["verdict"] == "not reached today"


def test_recycling_that_is_not_in_the_account_is_not_zero(case: Case) -> None:
    rows = case.world.accounts["toy"].entries
    case.world.accounts["toy"].entries = rows.filter(pl.col("process") != "toy-recycling")  # pyright: ignore[reportAttributeAccessIssue]
    found = one(capacity_benchmarks(case), mineral="toy", stage="recycling", period="account")
    assert (found.value, found.coverage["verdict"]) == (None, "cannot tell")
    assert "not in the account" in found.missing


@pytest.mark.parametrize(("rate", "verdict"), [(0.2, "not reached today"), (0.42, "cannot tell")])
def test_account_and_study_on_different_sides_cannot_tell(
    case: Case, rate: float, verdict: str
) -> None:
    found = graded(case, "C", recycling_input_rate=rate)
    for period, words in (("account", verdict), ("2030", dated(off_or_open(verdict), "2030"))):
        scrap = one(found, mineral="toy", stage="recycling", form="account", period=period)
        assert scrap.coverage["verdict"] == words
        assert ("contradict" in scrap.note) == (verdict == "cannot tell")
    (path,) = trajectory(case, "toy", "recycling", [2030])
    assert path.coverage["verdict"] == off_or_open(verdict)


def off_or_open(verdict: str) -> str:
    return VERDICTS[2] if verdict == VERDICTS[2] else VERDICTS[1]


def test_what_is_not_there_is_said(figures: list[Figure]) -> None:
    def missing(**wanted: str) -> str:
        figure = one(figures, mineral="bare", **wanted)
        assert figure.value is None
        return figure.missing

    assert missing(stage="extraction", form="account", period="2030") == "no ore of its own"
    assert missing(stage="processing", form="account", period="account") == "no chain"
    assert missing(stage="extraction", form="study") == "not in the study"
    assert (
        missing(stage="extraction", form="reserves") == "no reserves of member states are published"
    )


def test_reserves_of_the_newest_year_qualify_extraction(figures: list[Figure]) -> None:
    years = one(figures, mineral="toy", stage="extraction", form="reserves")
    assert (years.value, years.unit, years.period) == (pytest.approx(360 / 12), "year", "2025")
    assert not [f for f in figures if f.form == "reserves" and f.stage != "extraction"]


def test_idle_capacity_that_can_be_restarted_counts(case: Case) -> None:
    idle = RestartText(
        process="toy-smelting", region="EU27", tonnes_per_year=36.0, notice=2, card="toy-idle"
    )
    case.world.chains["toy"].text.restartable = (idle,)  # pyright: ignore[reportAttributeAccessIssue]
    (now,) = trajectory(case, "toy", "processing", [2026])
    smelting = next(s for s in now.inputs if isinstance(s, Figure) and s.form == "smelting")
    assert smelting.value == pytest.approx((84 + 36) / 120)


def test_every_figure_names_its_sources_and_cards(figures: list[Figure]) -> None:
    later = one(figures, mineral="toy", stage="processing", form="account", period="2030")
    text = explain_figure(later)
    assert "project-probability-construction" in text
    assert "Smelter of toys" in text
    frame = figure_frame(figures)
    assert {"verdict", "grade", "benchmark"} <= set(frame.columns)
    assert set(frame["verdict"].drop_nulls()) <= worded("account", "2016-2020", "2030")


def test_an_unknown_material_names_the_nearest(case: Case) -> None:
    with pytest.raises(InputError, match="did you mean 'toy'"):
        _ = trajectory(case, "toi", "processing", [2030])


@pytest.fixture(scope="module")
def shipped() -> Case:
    return read_case(read_world())


@pytest.fixture(scope="module")
def union(shipped: Case) -> list[Figure]:
    return capacity_benchmarks(shipped)


def test_every_strategic_material_has_a_figure_or_a_reason(union: list[Figure]) -> None:
    for stage in ("extraction", "processing", "recycling"):
        rows = [f for f in union if f.stage == stage and f.mineral]
        assert len({f.mineral for f in rows}) == 17
        for figure in rows:
            assert (figure.value is None) == bool(figure.missing)
            if figure.form != "reserves":
                assert figure.coverage["verdict"] in worded(figure.period)
    forms = {f.form for f in union if not f.mineral}
    assert forms == {"by count", "by tonnes", "by value", "all three"}


def test_joint_products_count_together(shipped: Case) -> None:
    entry = shipped.listed.material("platinum-group")
    (step,) = [one for one in entry.steps if one.benchmark == "recycling"]
    found = capacity(shipped.world, entry, step, "EU27")
    world = shipped.world
    recipes = {one.process: one for one in world.chains["platinum-group"].text.processes}
    rows = world.accounts["platinum-group"].entries.filter(kind="production", region="EU27")
    by_hand = sum(
        12 * tonnes * sum(recipes[name].outputs.values()) / recipes[name].utilisation.value
        for name, tonnes in rows.select("process", "balanced").iter_rows()
        if name in step.processes
    )
    assert found.value == pytest.approx(by_hand)


def test_what_a_tonne_makes_is_what_the_recipes_say(shipped: Case) -> None:
    def per_tonne(material: str, step: str) -> float:
        entry = shipped.listed.material(material)
        return next(one.per_tonne for one in entry.steps if one.step == step)

    assert per_tonne("copper", "mining") == pytest.approx(1 / (1.03 * 1.005), abs=1e-3)
    assert per_tonne("graphite", "mining") == pytest.approx(1 / (2.0 * 1.05), abs=1e-3)
    assert per_tonne("rare-earths", "mining") == pytest.approx(1 / 5.6, abs=1e-3)
    assert per_tonne("tungsten", "mining") == pytest.approx(1 / (1.04 * 1.01 * 1.01), abs=1e-3)
    assert per_tonne("lithium", "mining and brine") == pytest.approx(1 / 1.12, abs=1e-3)


def test_auditors_named_lithium_magnesium_and_gallium_above_the_ceiling(shipped: Case) -> None:
    verdicts = {
        entry.material: third_country_verdict(third_country(shipped, entry.material))
        for entry in shipped.listed.materials
    }
    for name in ("lithium", "magnesium", "gallium"):
        assert verdicts[name] == "above"
    assert verdicts["copper"] == "within"


def test_the_studys_bismuth_is_above_in_imports_and_within_in_consumption(shipped: Case) -> None:
    cited = [f for f in third_country(shipped, "bismuth") if f.period == "study"]
    assert {f.indicator: f.coverage["verdict"] for f in cited} == {
        CONSUMPTION: "within",
        IMPORTS: "above",
    }
