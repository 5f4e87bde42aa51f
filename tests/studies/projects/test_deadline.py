"""Deadlines of projects, bottlenecks of chains and the list: studies on the bundled dataset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orepact.errors import InputError
from orepact.indicators.union.benchmark_case import read_case
from orepact.indicators.union.union_capacity import capacity, consumption
from orepact.network.world import World
from orepact.studies.projects.bottleneck import BottleneckDesign, bottleneck
from orepact.studies.projects.deadline import DeadlineDesign, deadline
from orepact.studies.projects.listing import ListDesign, project_list
from orepact.views.projects_outlook import benchmark_rows, deadline_notes, list_rows


def by_name(content: dict[str, Any]) -> dict[str, Any]:
    return {one["project"]: one for one in content["projects"]}


@pytest.fixture(scope="module")
def union(bundled: World) -> dict[str, Any]:
    return deadline(DeadlineDesign(draws=500), bundled).content


def test_chances_lie_in_their_range(union: dict[str, Any]) -> None:
    for one in union["projects"]:
        for figure in ("some", "full", "share"):
            assert 0.0 <= one[figure]["low"] <= one[figure]["value"] <= one[figure]["high"] <= 1.0
        assert one["full"]["value"] <= one["some"]["value"] <= one["built"]["value"] + 0.05


def test_longer_lead_times_never_help(bundled: World, union: dict[str, Any]) -> None:
    slow = by_name(deadline(DeadlineDesign(draws=500, longer=2.0), bundled).content)
    for name, one in by_name(union).items():
        assert slow[name]["share"]["value"] <= one["share"]["value"] + 1e-12


def test_a_later_year_never_delivers_less(bundled: World, union: dict[str, Any]) -> None:
    late = by_name(deadline(DeadlineDesign(draws=500, by=2035), bundled).content)
    for name, one in by_name(union).items():
        assert late[name]["share"]["value"] >= one["share"]["value"] - 1e-12


def test_more_tonnes_are_never_likelier(union: dict[str, Any]) -> None:
    for one in union["materials"]:
        chances = [each["value"] for each in sorted(one["chances"], key=lambda it: it["tonnes"])]
        assert chances == sorted(chances, reverse=True)


def test_benchmarks_of_today_are_those_of_the_union_study(
    bundled: World, union: dict[str, Any]
) -> None:
    case = read_case(bundled)
    entry = case.listed.material("gallium")
    step = entry.steps[0]
    have = capacity(bundled, entry, step, "EU27").value
    used = consumption(bundled, entry, "EU27", step.of).value
    assert have is not None
    assert used is not None
    found = next(one for one in union["benchmarks"]
                 if (one["material"], one["step"]) == ("gallium", step.step))
    assert found["now"] == pytest.approx(have / used)
    assert found["projects"] == ["metlen-gallium"]
    assert found["ratio"]["high"] > found["now"]


def test_every_bad_number_of_a_deadline_is_named(bundled: World) -> None:
    design = DeadlineDesign(regions=("EU28",), by=1999, chain="galium", projects=("x",),
                            tonnes=-1.0, material="gold", longer=0.0, draws=0, seed=-1)
    with pytest.raises(InputError) as error:
        _ = deadline(design, bundled)
    assert {problem.field for problem in error.value.problems} >= {
        "--region", "--by", "chain", "--project", "--tonnes", "--longer", "--draws", "--seed"}


def test_own_supply_is_never_more_than_capacity_allows(bundled: World) -> None:
    found = bottleneck(BottleneckDesign(draws=40), bundled)
    for stage in found["stages"]:
        for when in ("now", "year"):
            if stage[when]["own"]:
                assert stage[when]["own"]["value"] <= stage[when]["alone"]["value"] + 1e-9
    told = [one["material"] for one in found["tightest"]["now"] if not one["capacity"]]
    assert told == ["rare-earth-ore", "ion-clay-ore"]


def test_partners_and_projects_never_hurt(bundled: World) -> None:
    def own(**given: Any) -> dict[str, float]:
        found = bottleneck(BottleneckDesign(regions=("USA",), draws=40, **given), bundled)
        return {one["material"]: one["own"]["value"] for one in found["own"]["year"]}

    alone, fed, built = own(), own(partners=("AUS", "MYS")), own(everything=True)
    for name, value in alone.items():
        assert fed[name] >= value - 1e-9
        assert built[name] >= value - 1e-9


def test_the_list_has_every_row_with_a_reason(bundled: World) -> None:
    found = project_list(ListDesign(), bundled)
    assert len(found["rows"]) == found["of"] == 57
    for row in found["rows"]:
        assert row["modelled"] or row["why_not"]
    only = project_list(ListDesign(mineral="gallium", modelled=True), bundled)
    assert {row["row"] for row in only["rows"]} == {"PJ-001", "PJ-002", "PJ-003", "PJ-005",
                                                    "PJ-006"}
    with pytest.raises(InputError) as error:
        _ = project_list(ListDesign(region="XX", mineral="galium", status="built"), bundled)
    assert len(error.value.problems) == 3


def test_a_portfolio_is_what_it_chose_and_what_is_decided(bundled: World, tmp_path: Path) -> None:
    run = {"portfolios": {"joint": {"chosen": [{"project": "magfactory", "year": 2027}]}}}
    _ = (tmp_path / "run.json").write_text(json.dumps(run), encoding="utf-8")
    found = deadline(DeadlineDesign(chain="rare-earth-magnets", portfolio=tmp_path, draws=500),
                     bundled).content
    assert {one["project"] for one in found["projects"]} == {"narva-1", "caremag", "magfactory"}
    chosen = by_name(found)["magfactory"]
    alone = by_name(deadline(DeadlineDesign(projects=("magfactory",), draws=500), bundled).content)
    assert chosen["some"]["value"] > alone["magfactory"]["some"]["value"]
    assert chosen["built"]["card"] == "project-probability-construction"
    with pytest.raises(InputError) as error:
        _ = deadline(DeadlineDesign(portfolio=tmp_path, which="USA", decided=2027.0), bundled)
    assert {problem.field for problem in error.value.problems} == {
        "--which", "--decided and --portfolio"}
    with pytest.raises(InputError, match="not the folder of a portfolio"):
        _ = deadline(DeadlineDesign(portfolio=tmp_path / "none"), bundled)


def test_tonnes_of_a_plant_with_two_products_are_told_together(bundled: World) -> None:
    found = deadline(DeadlineDesign(chain="rare-earth-magnets", material="magnet-heavy",
                                    tonnes=1500.0, draws=300), bundled).content
    one = next(each for each in found["materials"] if "magnet-heavy" in each["material"])
    assert one["chances"][-1]["tonnes"] == 1500.0


def test_a_bottleneck_of_a_member_state_is_refused(bundled: World) -> None:
    """The account knows the Union only: zeros of a member state would read as facts."""
    design = BottleneckDesign(chain="gallium", regions=("FRA",), partners=("BEL",), draws=2)
    with pytest.raises(InputError) as error:
        _ = bottleneck(design, bundled)
    assert [problem.field for problem in error.value.problems] == ["--region", "--partner"]
    assert "EU27, which holds it" in str(error.value)


@pytest.mark.parametrize(("chain", "region", "stage"), [
    ("antimony", "USA", "antimony-ore"), ("gallium", "USA", "gallium-primary")])
def test_a_stage_whose_only_project_may_fail_is_not_hidden(
    bundled: World, chain: str, region: str, stage: str
) -> None:
    found = bottleneck(BottleneckDesign(chain=chain, regions=(region,), draws=100), bundled)
    ranked = [one for one in found["tightest"]["year"] if one["capacity"]]
    assert ranked[0]["material"] == stage
    assert sum(one["share"] for one in ranked) == pytest.approx(1.0)


def test_a_step_that_counts_recyclers_says_so(union: dict[str, Any]) -> None:
    """Primary gallium has no capacity in the Union: the step is reached by recyclers."""
    rows = {(one["material"], one["step"]): one for one in benchmark_rows(union)}
    assert ("Gallium", "primary metal, or recycled") in rows
    one = next(each for each in union["benchmarks"]
               if (each["material"], each["step"]) == ("gallium", "primary metal"))
    assert one["recyclers"] == ["gallium-recycling"]
    assert all(not each["recyclers"] for each in union["benchmarks"]
               if each["benchmark"] == "recycling")
    assert any("count again for the benchmark for recycling" in line
               for line in deadline_notes(union))


def test_a_published_capacity_stands_with_its_product(bundled: World) -> None:
    rows = list_rows(project_list(ListDesign(mineral="zinc"), bundled))
    told = next(row["published t/year"] for row in rows if row["row"] == "PJ-005")
    assert told.startswith("540,000: 300 kt Zn")
