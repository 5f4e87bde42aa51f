"""The verbs of ``orepact exercise``: played from files, from a keyboard, resumed, reported."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from orepact.studies.exercise.reading import exercise_names
from tests.cli.conftest import Cli

HERE = Path(__file__).parents[1] / "studies" / "exercise"

DECISIONS = """\
format: orepact/decisions/1
exercise: small
decisions:
  - {turn: 1, team: eu, option: buy, amount: 20}
  - {turn: 2, team: eu, option: sell}
  - {turn: 2, team: us, option: pay, amount: 0.2, note: MARK-OF-US}
  - {turn: 3, team: eu, option: sell}
"""


@pytest.fixture
def small(home: Path) -> Path:
    """Return the small exercise in a folder of its own, with decisions beside it."""
    for name in ("small.yaml", "quiet.yaml"):
        shutil.copy(HERE / name, home / name)
    (home / "decisions.yaml").write_text(DECISIONS, encoding="utf-8")
    return home / "small.yaml"


def test_list_names_what_ships(cli: Cli) -> None:
    done = cli("exercise", "list")
    assert done.code == 0
    assert all(name in done.out for name in exercise_names())
    listed = json.loads(cli("exercise", "list", "--json").out)
    assert [one["exercise"] for one in listed["exercises"]] == list(exercise_names())


def test_a_team_is_shown_no_script(cli: Cli, small: Path) -> None:
    whole, mine = cli("exercise", "show", small), cli("exercise", "show", small, "--team", "eu")
    assert whole.code == mine.code == 0
    assert "SECRET-OF-US" in whole.out
    for out in (mine.out, cli("exercise", "show", small, "--team", "eu", "--json").out):
        assert "Sell metal" in out
        assert not any(word in out for word in ("SECRET-OF", "QUESTION-OF", "Pay for smelting",
                                                "China bans"))
    assert "SECRET-OF-EU" in cli("exercise", "show", small, "--json").out
    assert cli("exercise", "show", small, "--team", "ue").code == 2


def test_a_game_from_a_file_is_saved_resumed_and_reported(cli: Cli, small: Path) -> None:
    done = cli("exercise", "run", small, "--decisions", "decisions.yaml", "--sets", 1, "-o", "out")
    assert done.code == 0, done.err
    assert "refused" in done.err
    assert max(len(line) for line in done.out.splitlines()) <= 100
    out = Path("out")
    transcript = json.loads((out / "transcript.json").read_text(encoding="utf-8"))
    assert [len(one["decisions"]) for one in transcript["turns"]] == [1, 2, 0]
    assert [len(one["refused"]) for one in transcript["turns"]] == [0, 0, 1]
    for team, other in (("eu", "US"), ("us", "EU")):
        seen = "".join(path.read_text(encoding="utf-8")
                       for path in (out / "teams" / team).iterdir())
        assert "News for everybody" in seen
        assert f"SECRET-OF-{other}" not in seen
        assert f"MARK-OF-{other}" not in seen

    assert cli("exercise", "run", small, "-o", "out").code == 2
    cut = {**transcript, "turns": transcript["turns"][:2]}
    (out / "transcript.json").write_text(json.dumps(cut), encoding="utf-8")
    assert cli("exercise", "report", out).code == 2
    again = cli("exercise", "run", small, "--decisions", "decisions.yaml", "--sets", 1, "-o", out,
                "--resume", "--json")
    assert again.code == 0, again.err
    assert "turn 2 was played before" in again.err
    assert json.loads(again.out)["turns"] == transcript["turns"]
    assert cli("exercise", "run", small, "--sets", 2, "-o", out, "--resume").code == 2

    told = cli("exercise", "report", out, "--hindsight", 0, "--workers", 1, "--json")
    assert told.code == 0, told.err
    content = json.loads(told.out)
    assert content["format"] == "orepact/exercise-report/1"
    assert content["hindsight"] == []
    assert json.loads((out / "report.json").read_text(encoding="utf-8")) == content
    assert (out / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_team_at_the_keyboard_decides_and_sees_its_own_alone(
    cli: Cli, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["?", "sell 500", "selll", "1 abc", "sell 100 keep calm", "", "sell 100", "", "", ""]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    done = cli("exercise", "run", small, "--team", "eu", "--decisions", "decisions.yaml",
               "--sets", 1, "-o", "out")
    assert done.code == 0, done.err
    assert "refused: beyond the menu" in done.out
    assert "not on the menu: selll" in done.out
    assert "not an amount: abc" in done.out
    assert "decided: sell 100" in done.out
    assert "takes 200 t; the stock has 100 t" in done.out
    assert "SECRET-OF-EU" in done.out
    assert not any(word in done.out for word in ("SECRET-OF-US", "QUESTION-OF-US", "MARK-OF-US"))
    transcript = json.loads(Path("out/transcript.json").read_text(encoding="utf-8"))
    made = [(one["turn"], one["team"], one["option"], one["note"])
            for turn in transcript["turns"] for one in turn["decisions"]]
    assert made == [(1, "eu", "sell", "keep calm"), (2, "us", "pay", "MARK-OF-US")]


def test_bad_input_is_told_at_once_and_nothing_is_written(cli: Cli, small: Path) -> None:
    done = cli("exercise", "run", small, "--decisions", "nowhere.yaml", "--team", "ue", "-o", "out")
    assert done.code == 2
    assert "--team" in done.err
    assert "nowhere.yaml" in done.err
    assert not Path("out").exists()
    assert cli("exercise", "run", small, "--sets", 0).code == 2
    assert cli("exercise", "run", small, "--decisions", "ships").code == 2
    assert cli("exercise", "report", "nowhere").code == 2
    assert cli("exercise", "report", "nowhere", "--hindsight", -1).code == 2


def test_what_ships_can_be_played_alone(cli: Cli, home: Path) -> None:
    done = cli("exercise", "run", "november-2026", "--decisions", "ships", "--sets", 1, "-o", "out",
               "--json")
    assert done.code == 0, done.err
    content = json.loads(done.out)
    assert len(content["turns"]) == 6
    assert [one["option"] for turn in content["turns"] for one in turn["refused"]] == ["sell-heavy"]
    assert (home / "out" / "teams" / "japan" / "turn-6.txt").is_file()
