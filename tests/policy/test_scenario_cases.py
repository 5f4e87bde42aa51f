"""Malformed scenarios: each file of tests/cases/scenarios is refused for the reasons it states.

A line ``# expect: line | field | message`` at the end of a file is one problem; no others exist.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.errors import InputError, Problem
from orepact.policy.scenario.examine import checked_scenario, examine_scenario
from orepact.policy.scenario.reading import read_scenario
from orepact.policy.scenario.view import WorldView

FOLDER = Path(__file__).parents[1] / "cases" / "scenarios"
CASES = sorted(FOLDER.glob("*.yaml"))
FEWEST = 40


def expected(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("# expect: ") for line in lines if line.startswith("# expect: ")]


def told(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{one.line} | {one.field} | {one.message}" for one in problems]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_problem_is_told_at_once(path: Path, view: WorldView) -> None:
    found = examine_scenario(path, view)
    assert told(found.problems) == expected(path)
    assert found.scenario is None
    assert all(one.file == str(path) for one in found.problems)
    with pytest.raises(InputError):
        _ = checked_scenario(path, view)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= FEWEST
    assert all(expected(path) for path in CASES)


def test_what_needs_no_dataset_is_found_without_one() -> None:
    with pytest.raises(InputError) as error:
        _ = read_scenario(FOLDER / "effective_before_announced.yaml")
    assert [one.line for one in error.value.problems] == [11]


def test_a_part_that_cannot_be_read_is_no_reason_for_others_to_fail(
    view: WorldView, tmp_path: Path
) -> None:
    text = (FOLDER / "two_taxes_on_different_rungs.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    lines[10] = lines[10].replace("rate: 0.1", "rate: much")
    lines[11] = lines[11].replace("rung: 1", "rung: 1, replaces: [one]")
    path = tmp_path / "case.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    problems = examine_scenario(path, view).problems
    assert [(one.line, one.field) for one in problems] == [(11, "taxes.0.rate")]


def test_a_problem_of_a_later_part_keeps_its_number_and_line(
    view: WorldView, tmp_path: Path
) -> None:
    text = (FOLDER / "part_that_is_no_mapping.yaml").read_text(encoding="utf-8")
    path = tmp_path / "case.yaml"
    path.write_text(
        text.replace("taxes:", "  - {id: q, issuer: CHX, materials: [gallium-primary], "
                     "share_of_base: 0.5, announced: 2027-02, effective: 2027-03, reason: r}"
                     "\ntaxes:"), encoding="utf-8")
    fields = [(one.line, one.field) for one in examine_scenario(path, view).problems]
    assert fields == [(11, "quotas.0"), (12, "quotas.1.issuer"), (14, "taxes.0.issuer")]


def test_a_single_number_is_told_as_one(view: WorldView) -> None:
    (one,) = examine_scenario(FOLDER / "negative_rate.yaml", view).problems
    assert one.found.strip("'") == "-0.1"


def test_an_empty_list_is_told_in_plain_words(view: WorldView) -> None:
    problems = examine_scenario(FOLDER / "header_out_of_range.yaml", view).problems
    (chains,) = [one for one in problems if one.field == "chains"]
    assert (chains.message, chains.found) == ("needs at least 1 entry", "0")
