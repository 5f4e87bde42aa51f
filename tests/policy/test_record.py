"""The record of outcomes: appended, read back, refused with reasons."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.policy import Register, clocks, read_records, record_outcome, status

DAY = datetime.date(2026, 11, 12)


def _record(register: Register, path: Path, act: str, outcome: str,
            on: datetime.date = datetime.date(2026, 11, 11)) -> None:
    _ = record_outcome(register, path, act, outcome, on=on, source="a gazette", known_as_of=DAY)


def test_records_are_appended_and_read_back(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "control-record.jsonl"
    assert read_records(path) == ()
    _record(register, path, "CN-2025-58", "revives")
    before = path.read_bytes()
    _record(register, path, "CN-2025-72", "extended", datetime.date(2027, 11, 27))
    assert path.read_bytes().startswith(before)
    first, second = read_records(path)
    assert (first.act, first.outcome, str(first.start)) == ("CN-2025-58", "revives", "2026-11-11")
    assert (second.act, str(second.until)) == ("CN-2025-72", "2027-11-27")
    assert not first.hypothetical


def test_a_record_makes_the_status_definite(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    _record(register, path, "CN-2025-58", "repealed", datetime.date(2026, 11, 10))
    laid = register.under(None, read_records(path))
    words = {one.act: one for one in status(laid, DAY, "graphite-anode", "KOR")}
    assert words["CN-2025-58"].status == "ended"
    assert "a gazette" in words["CN-2025-58"].reading
    other = {one.act: one.status for one in status(laid, DAY, "ion-clay-ore", "KOR")}
    assert other["CN-2025-56"] == "suspension_ended_outcome_unknown"
    before = status(laid, DAY, "graphite-anode", "KOR", known_as_of=datetime.date(2026, 11, 11))
    assert before[0].status == "suspension_ended_outcome_unknown"


def test_a_later_record_overrules_an_extension(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    _record(register, path, "CN-2025-70", "extended", datetime.date(2027, 11, 10))
    _record(register, path, "CN-2025-70", "revives", datetime.date(2027, 3, 1))
    laid = register.under(None, read_records(path))
    for day, word in ((datetime.date(2027, 2, 28), "suspended"),
                      (datetime.date(2027, 3, 1), "in_force")):
        assert status(laid, day, "graphite-anode", "KOR")[0].status == word


def test_every_mistake_is_told_and_nothing_written(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with pytest.raises(InputError) as caught:
        _ = record_outcome(register, path, "CN-2025-85", "revive", on=DAY, source=" ",
                           known_as_of=DAY)
    text = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "did you mean 'CN-2025-58'?" in text
    assert "did you mean 'revives'?" in text
    assert not path.exists()


@pytest.mark.parametrize(("act", "outcome", "words"), [
    ("CN-2025-18", "revives", "never suspended"),
    ("CN-2025-70", "extended", "later than the suspension"),
])
def test_what_cannot_have_happened_is_refused(
    register: Register, tmp_path: Path, act: str, outcome: str, words: str,
) -> None:
    with pytest.raises(InputError, match=words):
        _record(register, tmp_path / "r.jsonl", act, outcome, datetime.date(2026, 11, 1))


def test_torn_and_wrong_lines_are_named(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    _record(register, path, "CN-2025-58", "revives")
    with path.open("ab") as file:
        _ = file.write(b'{"act": "CN-2025-56"}\n{"act": "CN-')
    with pytest.raises(InputError) as caught:
        _ = read_records(path)
    assert [problem.line for problem in caught.value.problems] == [4, 3]
    with pytest.raises(InputError, match="torn"):
        _record(register, path, "CN-2025-56", "revives")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"format": "orepact/run/1"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="format line"):
        _ = read_records(path)


def test_the_clocks_count_both_ways(register: Register, tmp_path: Path) -> None:
    table = clocks(register, datetime.date(2026, 11, 21)).filter(event="suspension ends")
    days = dict(zip(table["act"], table["days"], strict=True))
    assert days["CN-2025-58"] == -11
    assert days["CN-2024-46-2"] == 6
    outcomes = dict(zip(table["act"], table["outcome"], strict=True))
    assert (outcomes["CN-2025-58"], outcomes["CN-2024-46-2"]) == ("unknown", "open")
    path = tmp_path / "r.jsonl"
    _record(register, path, "CN-2025-58", "revives")
    laid = clocks(register.under(None, read_records(path)), datetime.date(2026, 11, 21))
    row = laid.filter(event="suspension ends", act="CN-2025-58")
    assert row["outcome"].to_list() == ["revives (recorded)"]
