"""`orepact control`: status, clocks and the record of outcomes."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, listing

QUESTION = (
    "control",
    "status",
    "--item",
    "81129289",
    "--to",
    "LTU",
    "--end-use",
    "defence",
    "--on",
    "2026-11-28",
)


def test_status_names_act_status_reference_and_knowledge(cli: Cli) -> None:
    done = cli(*QUESTION)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("81129289 to LTU, military use, on 2026-11-28: ")
    for words in (
        "CN-2023-23",
        "in force",
        "licence",
        "2023-08-01",
        "Announcement 23 of 2023",
        "reference",
        "known as of",
    ):
        assert words in done.out
    assert max(len(line.rstrip()) for line in done.out.splitlines()) <= 100


def test_status_as_json(cli: Cli) -> None:
    done = cli(*QUESTION, "--json")
    found = json.loads(done.out)
    assert (found["format"], found["end_use"], found["covered"]) == (
        "orepact/status/1",
        "military",
        True,
    )
    act = next(act for act in found["acts"] if act["act"] == "CN-2023-23")
    assert (act["status"], act["since"]) == ("in_force", "2023-08-01")
    assert act["reference"]
    assert act["known_as_of"]


def test_an_item_that_no_act_meets(cli: Cli) -> None:
    words = ("control", "status", "--item", "0101", "--to", "LTU", "--on", "2026-11-28")
    assert cli(*words).out == (
        "0101 to LTU, civil use, on 2026-11-28: not covered by any act in the register\n"
    )
    found = json.loads(cli(*words, "--json").out)
    assert (found["covered"], found["acts"]) == (False, [])


def test_today_is_the_default(cli: Cli) -> None:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    for words in (
        ("control", "clocks", "--json"),
        ("control", "status", "--item", "gallium-refined", "--to", "LTU", "--json"),
    ):
        assert json.loads(cli(*words).out)["on"] == today


def test_every_unknown_word_is_told(cli: Cli) -> None:
    done = cli(
        "control",
        "status",
        "--item",
        "galium",
        "--to",
        "LTX",
        "--end-use",
        "defens",
        "--on",
        "2026-11-31",
        "--exporter",
        "CHNN",
        "--branch",
        "revivd",
        "--known-as-of",
        "soon",
    )
    assert (done.code, done.out) == (2, "")
    for words in (
        "7 problems in the input",
        "--item: unknown item; found 'galium'",
        "did you mean 'gallium'?",
        "--to: unknown place; found 'LTX'",
        "--end-use: unknown choice; found 'defens'",
        "did you mean 'defense'?",
        "--on: not a date of the calendar; found '2026-11-31'; expected YYYY-MM-DD",
        "--exporter: unknown place; found 'CHNN'",
        "did you mean 'CHN'?",
        "--branch: unknown branch; found 'revivd'",
        "did you mean 'revived'?",
        "--known-as-of: not a date of the calendar; found 'soon'",
    ):
        assert words in done.err


def test_a_branch_is_supposed_and_says_so(cli: Cli) -> None:
    words = ("control", "status", "--item", "graphite-anode", "--to", "KOR", "--on", "2026-11-28")
    assert "suspension ended, outcome" in cli(*words).out
    done = cli(*words, "--branch", "revived")
    assert "supposed by" in done.out
    assert "outcome unknown" not in done.out


def test_only_what_was_known_then(cli: Cli) -> None:
    words = (
        "control",
        "status",
        "--item",
        "gallium-refined",
        "--to",
        "LTU",
        "--on",
        "2023-09-01",
        "--json",
    )
    assert json.loads(cli(*words).out)["covered"]
    assert not json.loads(cli(*words, "--known-as-of", "2023-06-01").out)["covered"]


def test_clocks_show_the_last_year_and_all_on_request(cli: Cli) -> None:
    done = cli("control", "clocks", "--on", "2026-11-21")
    assert done.code == 0
    assert "CN-2024-46-2" in done.out
    assert "CN-2023-23" not in done.out
    assert "more than a year ago: --all" in done.out
    assert max(len(line.rstrip()) for line in done.out.splitlines()) <= 100
    every = cli("control", "clocks", "--on", "2026-11-21", "--all").out
    assert "CN-2023-23" in every
    assert "--all" not in every
    found = json.loads(cli("control", "clocks", "--on", "2026-11-21", "--json").out)
    (row,) = [
        row
        for row in found["clocks"]
        if row["act"] == "CN-2024-46-2" and row["event"] == "suspension ends"
    ]
    assert (row["date"], row["days"], row["outcome"]) == ("2026-11-27", 6, "open")


def record(cli: Cli, *words: str) -> tuple[int, str, str]:
    done = cli("control", "record", *words)
    return done.code, done.out, done.err


def test_outcomes_are_appended_and_used(cli: Cli, home: Path) -> None:
    code, out, _ = record(
        cli,
        "CN-2025-58",
        "--outcome",
        "revives",
        "--on",
        "2026-11-11",
        "--source",
        "a gazette",
        "--known-as-of",
        "2026-11-12",
    )
    assert code == 0
    assert out == (
        "filed in outcomes.jsonl: CN-2025-58 revives from 2026-11-11, known as of 2026-11-12\n"
    )
    before = (home / "outcomes.jsonl").read_bytes()
    code, out, _ = record(
        cli,
        "CN-2025-72",
        "--outcome",
        "extended",
        "--on",
        "2027-11-27",
        "--source",
        "a gazette",
        "--known-as-of",
        "2026-11-20",
        "--json",
    )
    assert code == 0
    assert json.loads(out) == {
        "format": "orepact/outcome/1",
        "file": "outcomes.jsonl",
        "act": "CN-2025-72",
        "outcome": "extended",
        "start": None,
        "until": "2027-11-27",
        "source": "a gazette",
        "known_as_of": "2026-11-20",
    }
    assert (home / "outcomes.jsonl").read_bytes().startswith(before)
    question = (
        "control",
        "status",
        "--item",
        "graphite-anode",
        "--to",
        "KOR",
        "--on",
        "2026-11-28",
        "--json",
    )
    acts = {act["act"]: act["status"] for act in json.loads(cli(*question).out)["acts"]}
    assert acts["CN-2025-58"] == "suspension_ended_outcome_unknown"
    done = cli(*question, "--records", "outcomes.jsonl", "--branch", "lifted")
    acts = {act["act"]: act["status"] for act in json.loads(done.out)["acts"]}
    assert acts["CN-2025-58"] == "in_force"
    clocks = cli("control", "clocks", "--on", "2026-11-28", "--records", "outcomes.jsonl").out
    assert "revives" in clocks


def test_every_mistake_in_a_record_is_told_and_nothing_filed(cli: Cli, home: Path) -> None:
    code, out, err = record(
        cli,
        "CN-2025-85",
        "--outcome",
        "revive",
        "--on",
        "2026-13-01",
        "--source",
        " ",
        "--known-as-of",
        "2999-01-01",
    )
    assert (code, out) == (2, "")
    for words in (
        "5 problems",
        "ACT: unknown act; found 'CN-2025-85'",
        "did you mean 'CN-2025-58'?",
        "did you mean 'revives'?",
        "--source: ",
        "--on: not a date",
        "--known-as-of: a day of knowledge in the future",
    ):
        assert words in err
    code, _, err = record(
        cli, "CN-2025-70", "--outcome", "extended", "--on", "2026-11-10", "--source", "x"
    )
    assert code == 2
    assert "--on: an extension must end later than the suspension" in err
    assert listing(home) == []


def test_a_record_that_is_missing_or_torn_is_refused(cli: Cli, home: Path) -> None:
    question = ("control", "clocks", "--records")
    done = cli(*question, "none.jsonl")
    assert (done.code, "none.jsonl: no such file" in done.err) == (2, True)
    (home / "torn.jsonl").write_text(
        '{"format": "orepact/control-record/1"}\n{"act"', encoding="utf-8"
    )
    done = cli(*question, "torn.jsonl")
    assert (done.code, "torn.jsonl:2: the last line is torn" in done.err) == (2, True)


@pytest.mark.parametrize("verb", ["statsu", "clock"])
def test_a_verb_that_does_not_exist(cli: Cli, verb: str) -> None:
    done = cli("control", verb)
    assert done.code == 2
    assert verb in done.err
