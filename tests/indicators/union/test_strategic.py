"""The list of strategic materials: what ships, and what a wrong file is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.data.bundle import read_bundle
from orepact.errors import InputError
from orepact.indicators.union.benchmark_case import CARDS
from orepact.indicators.union.projects_ahead import addition
from orepact.indicators.union.strategic import STRATEGIC, read_strategic
from orepact.network import read_world
from orepact.network.chains.chain import read_cards


def test_the_law_lists_seventeen_and_four_shares() -> None:
    listed = read_strategic()
    assert len(listed.materials) == 17
    assert "".join(entry.letter for entry in listed.materials) == "abcdefghijklmnopq"
    assert {one.benchmark: one.share for one in listed.benchmarks} == {
        "extraction": 0.10,
        "processing": 0.40,
        "recycling": 0.25,
    }
    assert listed.third_country.share == 0.65
    graded = {entry.material: entry.listed_grade for entry in listed.materials}
    assert {name for name, grade in graded.items() if grade == "battery grade"} == {
        "lithium",
        "manganese",
        "graphite",
        "nickel",
    }
    assert graded["boron"] == "metallurgy grade"
    assert all(entry.data_grade for entry in listed.materials if entry.listed_grade)


def test_every_mineral_on_the_list_has_an_entry() -> None:
    rows = read_bundle().table("minerals").filter(eu_strategic_2024="yes")["mineral"]
    listed = read_strategic()
    covered = {mineral for entry in listed.materials for mineral in entry.minerals}
    assert set(rows) <= covered


def test_every_process_material_and_project_exists() -> None:
    world, listed = read_world(), read_strategic()
    rows = world.bundle.table("projects")
    assert {one.project for one in listed.projects} <= set(rows["project"])
    for entry in listed.materials:
        if not entry.chain:
            continue
        text = world.chains[entry.chain].text
        recipes = {process.process: process for process in text.processes}
        materials = {one.material for one in text.materials}
        uses = [use for use in (entry.consumption, *(s.of for s in entry.steps)) if use]
        assert {name for use in uses for name in use.uses} <= materials
        assert {origin.material for origin in entry.origins} <= materials
        for step in entry.steps:
            assert set(step.processes) <= set(recipes), (entry.material, step.step)
            assert set(step.counts) <= materials
            assert (step.per_tonne == 1.0) == (not step.reason), (entry.material, step.step)
        for use in uses:
            for process, inputs in use.into.items():
                assert set(inputs) <= set(recipes[process].inputs), (entry.material, process)


def test_cards_cover_every_status_and_the_growth_of_every_material() -> None:
    cards = {card.card: card for card in read_cards(CARDS, CARDS.parent)}
    listed = read_strategic()
    assert {entry.growth for entry in listed.materials} <= set(cards)
    rows = {row["project"]: row for row in read_bundle().table("projects").to_dicts()}
    for planned in listed.projects:
        for year in (2026, 2030, 2040):
            found = addition(planned, rows[planned.project], cards, year, 2026).tonnes
            assert found.high <= planned.tonnes_per_year


def test_all_problems_of_a_wrong_file_at_once(tmp_path: Path) -> None:
    text = STRATEGIC.read_text(encoding="utf-8")
    text = text.replace(
        "step: primary metal, tonnes_per_year", "step: primry metal, tonnes_per_year"
    )
    text = text.replace("material: cobalt\n", "material: copper\n", 1)
    text = text.replace("benchmark: recycling, share: 0.25", "benchmark: processing, share: 0.25")
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_strategic(path)
    problems = {problem.field: problem for problem in caught.value.problems}
    assert problems["projects.0.step"].nearest == "primary metal"
    assert "each benchmark is given once" in problems["benchmarks"].message
    assert any(problem.message == "duplicate material" for problem in problems.values())


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("share: 0.10", "share: 1.5", "benchmarks.0.share"),
        ("share: 0.10", "share: 0", "benchmarks.0.share"),
        ("tonnes_per_year: 50", "tonnes_per_year: -50", "projects.0.tonnes_per_year"),
        ("letter: a", "leter: a", "materials.0.leter"),
        ("  mine: extraction", "  mine: digging", "stages.mine"),
    ],
)
def test_a_wrong_value_names_its_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    path = tmp_path / "wrong.yaml"
    text = STRATEGIC.read_text(encoding="utf-8").replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_strategic(path)
    assert field in {problem.field for problem in caught.value.problems}
