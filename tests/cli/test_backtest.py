"""`orepact backtest` and `orepact new episode` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Cli


@pytest.mark.slow
def test_an_own_episode_is_drafted_and_tested(cli: Cli, home: Path) -> None:
    drafted = cli("new", "episode", "mine", "--into", "own")
    assert drafted.code == 0, drafted.err
    assert "orepact backtest mine --episodes own --quick" in drafted.out
    done = cli("backtest", "mine", "--episodes", "own", "--quick", "-o", "out", "--points")
    assert done.code == 0, done.err
    for words in ("mine", "as reported", "as announced", "constant", "closed form", "left out",
                  "not distinguishable", "ask", "No month of a peak", "bars do not count"):
        assert words.lower() in " ".join(done.out.split()).lower(), words
    data = json.loads((home / "out" / "run.json").read_text(encoding="utf-8"))
    assert data["format"] == "orepact/backtest/1"
    assert [each["episode"] for each in data["episodes"]] == ["mine"]
    points = pl.read_csv(home / "out" / "points.csv")
    bases = {"shipped", "left out", "seen, reduction", "left out, reduction"}
    assert set(points["basis"]) == bases
    assert (data["parameter_sets"], data["parameter_sets_left_out"]) == (2, 1)
    assert data["shape"] == "two markets"
    for name in ("levels.svg", "points.svg"):
        assert "<svg" in (home / "out" / name).read_text(encoding="utf-8")


def test_wrong_input_is_refused_before_anything_runs(cli: Cli, home: Path) -> None:
    unknown = cli("backtest", "galium-2023")
    assert unknown.code == 2
    assert "did you mean 'gallium-2023'?" in unknown.err
    nothing = cli("backtest", "--episodes", "nowhere")
    assert nothing.code == 2
    assert "no episode here" in nothing.err
    _ = cli("new", "episode", "gallium-2023")
    again = cli("backtest", "--episodes", ".")
    assert again.code == 2
    assert "an episode of this name ships" in again.err
    (home / "full").mkdir()
    _ = (home / "full" / "diary.txt").write_text("mine", encoding="utf-8")
    refused = cli("backtest", "gallium-2023", "-o", "full")
    assert refused.code == 2
    assert "not a run" in refused.err


def test_a_name_or_folder_that_cannot_be_is_refused(cli: Cli, home: Path) -> None:
    assert cli("new", "episode", "Mine!").code == 2
    assert cli("new", "episode", "mine").code == 0
    twice = cli("new", "episode", "mine")
    assert twice.code == 2
    assert "exists" in twice.err
    told = cli("new", "episode", "other", "--json")
    assert json.loads(told.out)["format"] == "orepact/episode-draft/1"
    assert (home / "other" / "observed.csv").is_file()
