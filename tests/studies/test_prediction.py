"""Predictions are appended, never changed: every way of tampering shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.studies.prediction import file_prediction, read_predictions, verify
from orepact.studies.run import Run, write_run


@pytest.fixture
def filed(run: Run, tmp_path: Path) -> Path:
    """Return a file with three predictions."""
    file = tmp_path / "deep" / "predictions.jsonl"
    for number in range(3):
        content = {**run.content, "seconds": 1.0 + number}
        write_run(replace(run, content=content), tmp_path / f"run{number}")
        _ = file_prediction(tmp_path / f"run{number}", file)
    return file


def test_lines_are_appended_and_chained(run: Run, filed: Path) -> None:
    lines = verify(filed)
    assert [line.content["previous_sha256"] for line in lines] == [
        "",
        lines[0].sha256,
        lines[1].sha256,
    ]
    assert len({line.content["run_sha256"] for line in lines}) == 3
    for line in lines:
        assert line.content["results"] == run.content["results"]
        assert line.content["dataset"]["hash"] == run.content["dataset"]["hash"]
    text = filed.read_text(encoding="utf-8")
    assert [json.loads(row)["format"] for row in text.splitlines()] == ["orepact/prediction/1"] * 3


def test_the_earlier_bytes_stay(run: Run, filed: Path, tmp_path: Path) -> None:
    before = filed.read_bytes()
    write_run(run, tmp_path / "other")
    _ = file_prediction(tmp_path / "other", filed)
    assert filed.read_bytes().startswith(before)


def test_a_run_is_filed_once(filed: Path, tmp_path: Path) -> None:
    before = filed.read_bytes()
    with pytest.raises(InputError, match=r"jsonl:2: this run is filed already"):
        _ = file_prediction(tmp_path / "run1", filed)
    assert filed.read_bytes() == before


def test_line_ends_of_another_system_do_not_matter(filed: Path) -> None:
    heads = [line.sha256 for line in verify(filed)]
    filed.write_bytes(filed.read_bytes().replace(b"\n", b"\r\n"))
    assert [line.sha256 for line in verify(filed)] == heads


def swap(rows: list[str]) -> list[str]:
    return [rows[1], rows[0], rows[2]]


def better(rows: list[str]) -> list[str]:
    content = json.loads(rows[2])
    content["results"][0]["price_marginal_vs_base"]["middle"] = 1.0
    return [*rows[:2], json.dumps(content, sort_keys=True)]


def earlier(rows: list[str]) -> list[str]:
    content = json.loads(rows[0])
    content["filed"] = "2020-01-01T00:00:00+00:00"
    return [json.dumps(content, sort_keys=True), *rows[1:]]


def foreign(rows: list[str]) -> list[str]:
    return [*rows, '{"format": "orepact/run/1"}']


TAMPERINGS: dict[Callable[[list[str]], list[str]], str] = {
    swap: ":1: the chain of hashes is broken",
    better: ":3: the line was altered",
    earlier: ":1: the line was altered",
    foreign: ":4: not a prediction",
    lambda rows: rows[1:]: ":1: the chain of hashes is broken",
    lambda rows: [rows[0], rows[2]]: ":2: the chain of hashes is broken",
    lambda rows: [*rows, rows[2]]: ":4: the chain of hashes is broken",
    lambda rows: [*rows[:2], rows[2][:-9]]: ":3: torn or altered line",
    lambda rows: [rows[0], "", *rows[1:]]: ":2: torn or altered line",
}


@pytest.mark.parametrize(("tamper", "words"), TAMPERINGS.items())
def test_tampering_shows(
    filed: Path, tmp_path: Path, run: Run, tamper: Callable[[list[str]], list[str]], words: str
) -> None:
    rows = tamper(filed.read_text(encoding="utf-8").splitlines())
    filed.write_text("\n".join([*rows, ""]), encoding="utf-8")
    before = filed.read_bytes()
    with pytest.raises(InputError, match=words):
        _ = verify(filed)
    write_run(run, tmp_path / "other")
    with pytest.raises(InputError, match=words):
        _ = file_prediction(tmp_path / "other", filed)
    assert filed.read_bytes() == before


def test_a_torn_last_line_shows(filed: Path) -> None:
    filed.write_bytes(filed.read_bytes().removesuffix(b"\n"))
    with pytest.raises(InputError, match=":3: the last line is torn"):
        _ = read_predictions(filed)


def test_a_removed_end_shows_in_the_head(filed: Path) -> None:
    head = verify(filed)[-1].sha256
    rows = filed.read_text(encoding="utf-8").splitlines()
    filed.write_text("\n".join([*rows[:2], ""]), encoding="utf-8")
    assert verify(filed)[-1].sha256 != head


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "no finished run here"),
        ("{", "not a run"),
        ('{"format": "orepact/run/1"}', "not a run; found no study, no as_of"),
        ('{"format": "orepact/chain/1"}', "not a run"),
        ("[]", "not a run"),
    ],
)
def test_what_is_not_a_run_is_refused(tmp_path: Path, text: str | None, words: str) -> None:
    (tmp_path / "run").mkdir()
    if text is not None:
        (tmp_path / "run" / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        _ = file_prediction(tmp_path / "run", tmp_path / "predictions.jsonl")
    assert not (tmp_path / "predictions.jsonl").exists()


def test_a_file_that_is_not_there_or_empty_is_not_verified(tmp_path: Path) -> None:
    assert read_predictions(tmp_path / "none.jsonl") == []
    with pytest.raises(InputError, match="no such file"):
        _ = verify(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(InputError, match="no prediction here"):
        _ = verify(tmp_path / "empty.jsonl")
