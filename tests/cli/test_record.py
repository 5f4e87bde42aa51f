"""`orepact record` and `orepact data` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.fixture
def finished(cli: Cli, home: Path, study: Path) -> Path:
    """Return the folder of a finished run."""
    assert cli("run", study, "--quick", "-o", home / "november").code == 0
    return home / "november"


def test_a_run_is_filed_and_verified(cli: Cli, home: Path, finished: Path) -> None:
    done = cli("record", finished.name)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("filed in predictions.jsonl: mine as of 2026-11-21, ")
    assert "orepact record --verify predictions.jsonl" in done.out
    head = done.out.splitlines()[1].removeprefix("head of the file: ")
    assert head == json.loads((home / "predictions.jsonl").read_text(encoding="utf-8"))["sha256"]
    checked = cli("record", "--verify", "predictions.jsonl")
    assert checked.code == 0
    assert checked.out.endswith(
        f"predictions.jsonl: 1 prediction, none altered since the head was {head}\n"
    )
    found = json.loads(cli("record", "--verify", "predictions.jsonl", "--json").out)
    assert (found["format"], found["head"]) == ("orepact/verification/1", head)
    assert [line["study"] for line in found["predictions"]] == ["mine"]
    again = cli("record", finished.name)
    assert (again.code, "filed already" in again.err) == (2, True)


def test_a_prediction_as_json(cli: Cli, finished: Path) -> None:
    found = json.loads(cli("record", finished, "--file", "p.jsonl", "--json").out)
    assert (found["format"], found["file"], found["previous_sha256"]) == (
        "orepact/prediction/1",
        "p.jsonl",
        "",
    )


def test_an_altered_file_ends_with_exit_code_2(cli: Cli, home: Path, finished: Path) -> None:
    assert cli("record", finished).code == 0
    file = home / "predictions.jsonl"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"tail"', '"tale"', 1), encoding="utf-8")
    for words in (("--verify", file), (finished, "--file", file)):
        done = cli("record", *words)
        assert (done.code, done.out) == (2, "")
        assert f"{file}:1: the line was altered" in done.err


def test_without_a_folder_nothing_is_filed(cli: Cli, home: Path) -> None:
    done = cli("record")
    assert (done.code, "RUN: nothing to file" in done.err) == (2, True)
    done = cli("record", home)
    assert (done.code, "no finished run here" in done.err) == (2, True)
    assert list(home.iterdir()) == []


def test_the_data_verbs_print_tables_and_json(cli: Cli) -> None:
    for words, column in (
        (("sources",), "licence"),
        (("account",), "moved share"),
        (("account", "gallium"), "moved most"),
        (("cards", "gallium"), "reason"),
    ):
        done = cli("data", *words)
        assert (done.code, column in done.out) == (0, True)
        assert max(len(line.rstrip()) for line in done.out.splitlines()) <= 100
        assert json.loads(cli("data", *words, "--json").out)["format"].startswith("orepact/")


def test_an_unknown_chain_is_told(cli: Cli) -> None:
    done = cli("data", "cards", "galium")
    assert done.code == 2
    assert "CHAIN: unknown chain; found 'galium'" in done.err
    assert "did you mean 'gallium'?" in done.err
