"""Research programmes: the tree by hand, laws, changed coefficients, runs, bad files."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.network.stored_forms import world_forms
from orepact.network.world import World, read_world
from orepact.policy import load_register
from orepact.studies.research.changes import changed
from orepact.studies.research.research import ResearchAsk, ResearchRun, research_list, research_run
from orepact.studies.research.text import Programme, Research, files_of, read_research
from orepact.studies.research.tree import avoided, chance_in_use, mean_in_use, outcomes, subsets
from orepact.studies.reserve.cases import SizingDesign, cases_of
from orepact.studies.reserve.sizing import solved
from orepact.studies.reserve.suppositions import read_suppositions
from orepact.views.research import research_chart, research_lines

DAY = datetime.date(2026, 11, 21)
ASK = ResearchAsk(futures=8, draws=50, on=DAY)


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


@pytest.fixture(scope="module")
def germanium(world: World) -> ResearchRun:
    return research_run("germanium", ASK, world=world)


def test_a_tree_by_hand() -> None:
    """Two programmes, ready with 0.5 and 0.2 in both years; alone they save 10 and 4, together 12.

    A year: 0.5·0.8·10 + 0.5·0.2·4 + 0.5·0.2·12 = 5.6; at 10 %: 5.6/1.1 + 5.6/1.21.
    """
    saved = {(): 0.0, ("a",): 10.0, ("b",): 4.0, ("a", "b"): 12.0}
    whole, path = avoided({"a": [0.5, 0.5], "b": [0.2, 0.2]}, saved, 0.1)
    assert path.tolist() == pytest.approx([5.6, 5.6])
    assert whole == pytest.approx(5.6 / 1.1 + 5.6 / 1.21)


def test_a_delay_is_over_by_half_at_its_middle() -> None:
    assert [chance_in_use(2.0, 4.0, 8.0, year) for year in (1, 2, 3, 4, 6, 8, 20)] == pytest.approx(
        [0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0])
    assert chance_in_use(3.0, 3.0, 3.0, 3.0) == 1.0


def test_nothing_is_saved_before_a_delay_is_over() -> None:
    """By hand: a delay of a year leaves nothing of year 1, one of half a year half of it.

    Between 0 and 2 years (middle 1) F(u) = u/2: year 1 has 1/4 of it, year 2 has 3/4.
    """
    assert mean_in_use(1.0, 1.0, 1.0, 1) == 0.0
    assert mean_in_use(1.0, 1.0, 1.0, 2) == 1.0
    assert mean_in_use(0.5, 0.5, 0.5, 1) == pytest.approx(0.5)
    assert [mean_in_use(0.0, 1.0, 2.0, year) for year in (1, 2, 3)] == pytest.approx(
        [0.25, 0.75, 1.0])
    saved = {(): 0.0, ("a",): 100.0}
    whole, path = avoided({"a": [mean_in_use(1.0, 1.0, 1.0, 1)]}, saved, 0.03)
    assert (whole, path.tolist()) == (0.0, [0.0])


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.integers(1, 20))
def test_the_mean_of_a_year_is_that_of_its_chances(low: float, up: float, more: float,
                                                   year: int) -> None:
    given_ = (low, low + up, low + up + more)
    fine = np.mean([chance_in_use(*given_, year - 1 + (k + 0.5) / 2000) for k in range(2000)])
    assert mean_in_use(*given_, year) == pytest.approx(fine, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5))
def test_chances_of_outcomes_sum_to_one(chances: list[float]) -> None:
    ready = {f"p{number}": chance for number, chance in enumerate(chances)}
    found = outcomes(ready)
    assert sum(found.values()) == pytest.approx(1.0)
    assert list(found) == subsets(list(ready))


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(1.0, 4.0))
def test_a_longer_delay_is_never_over_sooner(low: float, up: float, more: float,
                                             later: float) -> None:
    for year in range(1, 16):
        soon = chance_in_use(low, low + up, low + up + more, year)
        late = chance_in_use(later * low, later * (low + up), later * (low + up + more), year)
        assert late <= soon + 1e-12


def test_zero_effect_changes_nothing(world: World) -> None:
    for path in files_of(world).values():
        text = read_research(path, world)
        network = world.network(text.chain)
        names = [each.programme for each in text.programmes]
        assert changed(network, text, ()) == network
        same = changed(network, text, names, dict.fromkeys(names, 0.0))
        assert [each.base for each in same.demands] == [each.base for each in network.demands]
        assert same.processes == network.processes


def test_coefficients_move_where_they_should(world: World) -> None:
    text = read_research(files_of(world)["magnets"], world)
    network = world.network(text.chain)
    done = changed(network, text, [each.programme for each in text.programmes])
    before = {each.name: each for each in (*network.processes, *network.demands)}
    after = {each.name: each for each in (*done.processes, *done.demands)}
    assert list(before) == list(after)
    moved = {name for name in before if before[name] != after[name]}
    assert moved == {"magnet-making-heavy-diffusion@EU27", "scrap-collection@EU27",
                     "scrap-recycling@EU27", "magnet-heavy@EU27"}
    plant = next(each.inputs for each in done.processes
                 if each.name == "magnet-making-heavy-diffusion@EU27")
    assert plant["dysprosium-oxide"] == pytest.approx(0.015 * 0.7 * 0.9)
    assert plant["ndpr-metal"] == pytest.approx(0.385 * 0.9)
    use, old = (next(each for each in one.demands if each.name == "magnet-heavy@EU27")
                for one in (done, network))
    assert use.base == pytest.approx(old.base * (1.0 - 0.15 * old.uses["vehicle-traction"]))
    assert sum(use.uses.values()) == pytest.approx(1.0)


def test_a_run_with_and_without(germanium: ResearchRun) -> None:
    content = germanium.content
    assert content["shortage"]["zone"] > 0.0
    assert sum(one["weight"] for one in content["futures"]) == pytest.approx(1.0)
    for one in content["programmes"]:
        assert one["avoided"]["middle"] > 0.0
        assert one["avoided_if_twice_as_late"] < one["avoided"]["middle"]
        assert one["per_euro"]["low"] <= one["per_euro"]["high"]
    rates = [one["per_euro"]["middle"] for one in content["programmes"]]
    assert rates == sorted(rates, reverse=True)
    tree = content["together"]["tree"]
    assert sum(one["chance"] for one in tree) == pytest.approx(1.0)
    assert tree[0]["in_use"] == []
    assert tree[0]["saved_in_a_year"] == 0.0
    path = content["together"]["by_year"]
    assert path == sorted(path), "more programmes are in use every year"


def test_nothing_that_cannot_work_avoids_anything(world: World, tmp_path: Path) -> None:
    text = files_of(world)["germanium"].read_text(encoding="utf-8")
    lines = [line if "probability:" not in line
             else '    probability: {value: 0, low: 0, high: 0, reason: "never"}'
             for line in text.splitlines()]
    path = tmp_path / "never.yaml"
    _ = path.write_text("\n".join(lines), encoding="utf-8")
    run = research_run(path, ASK, world=world).content
    assert run["together"]["avoided"]["middle"] == 0.0
    assert all(one["avoided"]["high"] == 0.0 for one in run["programmes"])


def test_workers_and_seed_do_not_change_the_plans(world: World, germanium: ResearchRun) -> None:
    again = research_run("germanium", ASK, world=world, workers=2)
    assert np.allclose(again.shortages.unmet, germanium.shortages.unmet, rtol=1e-6, atol=1e-7)


def test_every_file_that_ships_can_be_read(world: World) -> None:
    assert {one["name"] for one in research_list(world)} >= {"germanium", "magnets"}


def test_everything_wrong_with_a_file_at_once(world: World, tmp_path: Path) -> None:
    text = files_of(world)["germanium"].read_text(encoding="utf-8")
    text = text.replace("zone: [EU27]", "zone: [EU28]").replace("infrared-optics", "ultraviolet")
    text = text.replace("effect: {value: 1, low: 0.3", "effect: {value: 9, low: 0.3")
    text = text.replace("process: germanium-recycling", "process: germanium-cooking")
    text = text.replace("projects: [PJ-018]", "projects: [PJ-918]")
    path = tmp_path / "mine.yaml"
    _ = path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = research_run(path, world=world)
    found = str(caught.value)
    for word in ("unknown region", "unknown use", "value outside its range", "unknown process",
                 "unknown project", "mine.yaml:", "did you mean 'germanium-"):
        assert word in found, word
    with pytest.raises(InputError) as caught:
        _ = research_run("germanum", ResearchAsk(futures=0), world=world)
    assert "--futures" in str(caught.value)
    assert "germanium" in str(caught.value)


def test_the_rest_of_a_file_is_checked_beside_refused_fields(world: World, tmp_path: Path) -> None:
    text = files_of(world)["germanium"].read_text(encoding="utf-8")
    text = text.replace("years: 15", "years: 0").replace("zone: [EU27]", "zone: [EU27, EU27]")
    text = text.replace("cost: {value: 15000000, low: 5000000", "cost: {value: 15000000, low: 0")
    text = text.replace("process: germanium-recycling", "process: germanium-cooking")
    path = tmp_path / "mine.yaml"
    _ = path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_research(path, world)
    assert {each.field for each in caught.value.problems} == {
        "years", "zone.1", "programmes.1.cost", "programmes.1.process"}


def test_one_centre_in_words_and_chart(germanium: ResearchRun) -> None:
    content = germanium.content
    tick = research_chart(content)["layer"][1]["encoding"]["x"]["field"]
    best = content["programmes"][0]
    assert tick == "middle"
    assert f"{best['per_euro']['middle']:.2g} USD" in research_lines(content)[1]
    said = " ".join(research_lines(content))
    assert "effects held at their middle" in said
    assert f"{len(content['futures'])} futures of a year, 8 asked for" in said or (
        len(content["futures"]) == 8)


def test_recycling_of_optics_cites_no_project_of_substitution(world: World) -> None:
    rows = world.bundle.table("projects")
    for path in files_of(world).values():
        for each in read_research(path, world).programmes:
            stages = {stage for name in each.projects for stage in str(
                rows.filter(project=name)["stage"].item()).split("|")}
            assert each.kind != "recovery" or "substitution" not in stages, each.programme


def test_a_programme_that_moves_nothing_is_refused(world: World) -> None:
    text = read_research(files_of(world)["germanium"], world)
    one: Programme = replace(text.programmes[0], zone=("AUS",))
    file: Research = replace(text, programmes=(one,))
    network = world.network("germanium")
    assert changed(network, file, [one.programme]).processes == network.processes


def test_without_programmes_it_is_the_shortage_that_a_reserve_is_sized_against(
    world: World, germanium: ResearchRun
) -> None:
    """The sizing of reserves, with nothing to spend, expects the same unmet use."""
    cards, register = read_suppositions(world), load_register()
    design = SizingDesign(chains=("germanium",), owners=("EU27",), budget=0.0, futures=8,
                          first_month="2026-12", tornado=0, sample=0)
    cases = cases_of(world, register, design, cards, world_forms(world.folder))
    sizing = solved(cases, design, cards, regret=False)
    short = sizing.shortage.filter(pl.col("region") == "EU27")
    tonnes = germanium.content["shortage"]["by_material"]
    for material in ("germanium-metal", "germanium-oxide"):
        rows = short.filter(pl.col("material") == material)
        assert rows["expected_without_t"].sum() == pytest.approx(tonnes[material], rel=1e-3)
