"""An exercise is played and reported from Python as from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

import orepact as op
from orepact.studies.exercise.play import Game
from orepact.studies.exercise.session import TRANSCRIPT, read_transcript
from tests.studies.exercise.conftest import SMALL

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"

DECISIONS = """\
format: orepact/decisions/1
exercise: small
decisions:
  - {turn: 2, team: eu, option: sell, amount: 100}
  - {turn: 3, team: eu, option: sell, amount: 100}
"""
MADE = (op.Decision(turn=3, team="eu", option="sell", amount=100.0),
        op.Decision(turn=2, team="eu", option="sell", amount=100.0))


@pytest.fixture(scope="module")
def game(world: op.World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Game, Path]:
    folder = tmp_path_factory.mktemp("game") / "played"
    return op.play_exercise(SMALL, MADE, world=world, sets=1, folder=folder), folder


def test_decisions_come_in_order_and_what_a_stock_lacks_is_refused(
    game: tuple[Game, Path]
) -> None:
    turns = game[0].transcript["turns"]
    assert [len(turn["decisions"]) for turn in turns] == [0, 1, 0]
    (refused,) = turns[2]["refused"]
    assert "the stock has 100 t" in refused["reason"]


def test_the_folder_holds_what_the_command_line_would_have_written(
    game: tuple[Game, Path], world: op.World
) -> None:
    played, folder = game
    assert (folder / TRANSCRIPT).is_file()
    saved = read_transcript(folder)
    assert saved["turns"] == played.transcript["turns"]
    assert op.exercise_report(folder, world=world, trials=0) == op.exercise_report(played, trials=0)
    with pytest.raises(op.InputError, match="the folder is not empty"):
        _ = op.play_exercise(SMALL, world=world, sets=1, folder=folder)


def test_a_file_says_the_same(game: tuple[Game, Path], world: op.World, tmp_path: Path) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text(DECISIONS, encoding="utf-8")
    told: list[tuple[int, int]] = []
    again = op.play_exercise(SMALL, path, world=world, sets=1,
                             progress=lambda done, total: told.append((done, total)))
    assert again.transcript["turns"] == game[0].transcript["turns"]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_everything_wrong_is_told_before_anything_is_solved(world: op.World) -> None:
    wrong = (op.Decision(turn=1, team="ue", option="sell", amount=1.0),
             op.Decision(turn=9, team="eu", option="sell", amount=1.0),
             op.Decision(turn=2, team="eu", option="sell", amount=1e6))
    with pytest.raises(op.InputError) as error:
        _ = op.play_exercise(SMALL, wrong, world=world, sets=1)
    assert [one.field for one in error.value.problems] == ["team", "turn", "amount"]
    with pytest.raises(op.InputError, match="--sets: out of range"):
        _ = op.play_exercise(SMALL, world=world, sets=0)


def test_the_game_of_the_page_is_the_file_beside_it() -> None:
    game = (HOW_TO / "examples" / "my-game.yaml").read_text(encoding="utf-8")
    assert f"```yaml\n{game}```" in (HOW_TO / "run-an-exercise.md").read_text(encoding="utf-8")
