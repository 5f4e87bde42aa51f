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
    assert "its bands are no percentiles" in " ".join(done.out.split())
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


OBSERVED = """\
chain,region,material,figure,from,to,value,base,before,unit,source,known_on,branch
,,,,,,,,,,gazette,2027-01-02,lifted
gallium,JPN,gallium-primary,price_marginal_vs_base,2026-11,2026-12,7,5,6,USD,a,2027-01-05,
gallium,JPN,gallium-primary,unmet_share,2026-11,2026-12,0.02,,,fraction of use,a,2027-01-05,
"""


def test_a_prediction_is_scored(cli: Cli, home: Path, finished: Path) -> None:
    assert cli("record", finished.name, "--probability", "lifted=1").code == 0
    (home / "observed.csv").write_text(OBSERVED, encoding="utf-8")
    words = ("record", finished.name, "--score", "predictions.jsonl", "--observed", "observed.csv")
    done = cli(*words, "--on", "2027-02-01", "--above", "unmet_share > 0.1")
    assert (done.code, done.err) == (0, "")
    for text in ("branches that happened: gallium lifted", "constant multiple", "interval score",
                 "its bands are no percentiles",
                 "Brier score of the filed probabilities 0.00", "unmet share > 0.1"):
        assert text in " ".join(done.out.split())
    found = json.loads(cli(*words, "--on", "2027-02-01", "--json").out)
    assert found["format"] == "orepact/score/1"
    assert {one["figure"] for one in found["predictions"][0]["scored"]} == {
        "price_marginal_vs_base", "unmet_share"}
    early = cli(*words, "--on", "2027-01-03")
    assert "Nothing could be scored yet" in early.out
    assert "2 rows of the observations were not known on 2027-01-03" in " ".join(early.out.split())


def test_scoring_says_what_is_wrong(cli: Cli, home: Path, finished: Path) -> None:
    assert cli("record", finished.name).code == 0
    done = cli("record", "--score", "predictions.jsonl")
    assert (done.code, "--observed: nothing to score against" in done.err) == (2, True)
    (home / "observed.csv").write_text(OBSERVED.replace("lifted", "lift"), encoding="utf-8")
    words = ("record", "--score", "predictions.jsonl", "--observed", "observed.csv")
    done = cli(*words, "--on", "2027-02-01")
    assert (done.code, "observed.csv:2: branch: unknown name" in done.err) == (2, True)
    (home / "observed.csv").write_text(OBSERVED, encoding="utf-8")
    done = cli(*words, "--line", "2")
    assert (done.code, "--line: no such line" in done.err) == (2, True)
    done = cli(*words, "--above", "unmet > 1")
    assert (done.code, "--above: not a statement" in done.err) == (2, True)
    file = home / "predictions.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace('"tail"', '"tale"', 1),
                    encoding="utf-8")
    done = cli(*words)
    assert (done.code, "the line was altered" in done.err) == (2, True)


def test_a_probability_that_is_none_is_refused(cli: Cli, home: Path, finished: Path) -> None:
    for words in ("lifted=x", "lifted", "=1", "lifted=2"):
        done = cli("record", finished.name, "--probability", words)
        assert (done.code, "not a probability of a branch" in done.err) == (2, True)
    done = cli("record", finished.name, "--probability", "lifted=0.5")
    assert (done.code, "not probabilities of all branches" in done.err) == (2, True)
    assert not (home / "predictions.jsonl").exists()
