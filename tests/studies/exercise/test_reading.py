"""Exercises and decisions are read strictly: every problem at once, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.policy.scenario.view import WorldView
from orepact.studies.exercise.board import Shared
from orepact.studies.exercise.decisions import read_decisions
from orepact.studies.exercise.reading import (
    decisions_that_ship,
    exercise_names,
    exercise_path,
    opened_exercise,
    read_exercise,
)

HERE = Path(__file__).parent
SMALL = (HERE / "small.yaml").read_text(encoding="utf-8")

# (what is replaced, by what, the field and the words that must be told)
FAULTS = [
    ("scenario: quiet.yaml", "scenario: quite.yaml", "scenario", "no such scenario"),
    ("first_month: 2026-12", "first_month: 2027-01", "turns.0.date", "not in the first month"),
    ("date: 2027-02-10", "date: 2026-12-20", "turns.1.date", "lasts a month or more"),
    ("date: 2027-04-05", "date: 2027-07-05", "turns.2.date", "after the last month"),
    ("to: [us]", "to: [usa]", "turns.0.injects.1.to.0", "unknown team"),
    ("region: EU27", "region: EU28", "teams.0.region", "unknown region"),
    ("effective: 2027-02-10", "effective: 2027-02-01",
     "turns.1.injects.0.controls.0.effective", "before"),
    ("announced: 2027-02-10", "announced: 2027-01-10",
     "turns.1.injects.0.controls.0.announced", "known before the turn"),
    ("destinations: [EU27, USA]", "destinations: [EU27, UAS]",
     "turns.1.injects.0.controls.0.destinations.1", "unknown place"),
    ("ends: [both-banned]", "ends: [both]", "turns.2.injects.0.ends.0", "unknown part"),
    ("id: note", "id: ban", "turns.1.injects.1.id", "duplicate id"),
    ("use: glass-ceramics", "use: glass-ceramic", "teams.0.menu.priorities.0.use",
     "unknown use"),
    ("use: flame-retardants", "use: ammunition", "teams.0.menu.restraints.0.use",
     "EU27 has no such use"),
    ("material: antimony-metal, most: 100", "material: antimony-ore, most: 100",
     "teams.0.menu.releases.0.material", "neither holds nor buys"),
    ("materials: [antimony-oxide]", "materials: [antimony-ore]", "teams.0.menu.reexports.0",
     "exports none of it"),
    ("through: THA", "through: CHN", "teams.0.menu.approvals.0.through", "third region"),
    ("share: {value: 0.6, low: 0.2", "share: {value: 0.6, low: 0.7",
     "teams.0.menu.approvals.0.share", "out of order"),
    ("process: antimony-smelting,", "process: antimony-melting,",
     "teams.1.menu.subsidies.0.process", "unknown process"),
    ("from_turn: 2", "from_turn: 4", "teams.1.menu.subsidies.1.from_turn", "no such turn"),
    ("id: sell,", "id: buy,", "teams.0.menu.purchases.0.id", "duplicate id"),
    ("tonnes: 300", "tonnes: -1", "teams.0.holdings.0.tonnes", "out of range"),
    ("role: Buys.", "roles: Buys.", "teams.0.roles", "unknown field"),
]


def written(folder: Path, text: str) -> Path:
    (folder / "quiet.yaml").write_text(
        (HERE / "quiet.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("old", "new", "field", "words"), FAULTS, ids=lambda value: value[:24])
def test_each_fault_is_told_with_its_line(
    old: str, new: str, field: str, words: str, tmp_path: Path, view: WorldView
) -> None:
    assert old in SMALL
    path = written(tmp_path, SMALL.replace(old, new, 1))
    with pytest.raises(InputError) as error:
        _ = opened_exercise(path, view)
    told = [one for one in error.value.problems if one.field == field and words in one.message]
    assert told, str(error.value)
    assert told[0].line
    assert told[0].file == str(path)


def test_faults_of_different_kinds_are_told_together(tmp_path: Path, view: WorldView) -> None:
    chosen = [FAULTS[n] for n in (4, 5, 9, 11, 18)]
    text = SMALL
    for old, new, _, _ in chosen:
        text = text.replace(old, new, 1)
    with pytest.raises(InputError) as error:
        _ = opened_exercise(written(tmp_path, text), view)
    told = {one.field for one in error.value.problems}
    assert told >= {field for _, _, field, _ in chosen}


@pytest.mark.parametrize("name", exercise_names())
def test_what_ships_passes_every_check(name: str, view: WorldView) -> None:
    exercise, background = opened_exercise(name, view)
    assert exercise == read_exercise(name)
    assert len(exercise.teams) >= 4
    assert len(exercise.turns) >= 5
    assert background.chains
    decisions = read_decisions(decisions_that_ship(name), exercise)
    assert {one.team for one in decisions} == {team.id for team in exercise.teams}


def test_an_unknown_exercise_names_the_nearest() -> None:
    with pytest.raises(InputError, match="november-2026"):
        _ = exercise_path("november-2027")


def test_every_fault_of_a_file_of_decisions_is_told(tmp_path: Path, shared: Shared) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text("""\
format: orepact/decisions/1
exercise: large
decisions:
  - {turn: 1, team: ue, option: sell}
  - {turn: 1, team: eu, option: sel}
  - {turn: 4, team: eu, option: sell}
  - {turn: 1, team: us, option: oman}
  - {turn: 1, team: eu, option: sell, amount: 101}
  - {turn: 1, team: eu, option: glass, amount: 0.5}
  - {turn: 1, team: eu, option: less, amount: 0.2}
  - {turn: 1, team: eu, option: less, amount: 0.3}
""", encoding="utf-8")
    with pytest.raises(InputError) as error:
        _ = read_decisions(path, shared.exercise)
    assert [(one.line, one.message) for one in error.value.problems] == [
        (2, "decisions of another exercise"), (4, "unknown team"), (5, "not on the menu of eu"),
        (6, "no such turn"), (7, "not open yet"), (8, "beyond the menu"),
        (9, "neither yes nor no"), (11, "decided twice in one turn"),
    ]
    assert error.value.problems[2].nearest == "sell"


def test_an_amount_that_is_not_given_is_the_most(tmp_path: Path, shared: Shared) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text("format: orepact/decisions/1\nexercise: small\ndecisions:\n"
                    "  - {turn: 2, team: eu, option: sell}\n"
                    "  - {turn: 1, team: eu, option: ask}\n", encoding="utf-8")
    found = read_decisions(path, shared.exercise)
    assert [(one.option, one.amount) for one in found] == [("ask", 1.0), ("sell", 100.0)]
