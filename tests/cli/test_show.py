"""Tables fit the terminal: no column is cut off, and short words are not broken."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest

from orepact.cli.layout import wrap
from orepact.cli.show import print_json, print_table
from tests.cli.conftest import Cli

FRAME = pl.DataFrame(
    {
        "chain": ["rare-earth-magnets", "tin"],
        "what it is": ["a long sentence that says what the row means, word by word", "short"],
        "moved_share": [0.0402, 0.5],
        "address": ["https://example.org/a/very/long/address/without/any/space", ""],
        "grade": ["B", "D"],
        "coverage": [0.805, 1.0],
    }
)


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_every_column_is_shown_whole(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    print_table(FRAME, FRAME.columns)
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= width
    whole = "".join(text.split())
    for cell in ("0.0402", "0.805", "0.5", "tin", "short"):
        assert cell in whole
    words = ("chain", "moved", "share", "grade", "coverage", "sentence", "short")
    assert width < 80 or all(word in text for word in words)


def test_a_table_too_narrow_for_words_breaks_the_longest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    print_table(FRAME, FRAME.columns)
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= 40
    assert "tin" in text


VERBS: tuple[tuple[str, ...], ...] = (
    ("data", "diff", "2025.02", "2026.11"),
    ("data", "diff", "2025.02", "2026.11", "--mineral", "antimony", "--table", "production"),
    ("data", "show", "sourcing"),
    ("data", "show", "sourcing", "--mineral", "gallium"),
    ("data", "show", "prices"),
    ("data", "show", "prices", "--mineral", "gallium"),
    ("data", "coverage"),
    ("data", "coverage", "gallium"),
    ("data", "coverage", "--lists"),
    ("data", "fetch", "--list"),
    ("control", "clocks"),
)
WORDS = [
    *("antimony", "production", "sourcing", "gallium", "processing", "reported", "quantity"),
    *("mineral", "importer", "measure", "edition", "share", "source", "feldspar", "aluminium"),
    *("coverage", "takes", "effect", "Announcement", "deadline", "licence"),
]


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_no_word_is_broken_at_eighty_columns(cli: Cli, words: tuple[str, ...]) -> None:
    done = cli(*words, columns=80)
    assert done.code == 0, done.err
    lines = [line for line in done.out.splitlines() if not line.startswith("The licence of ")]
    assert max(len(line) for line in lines) <= 80
    wide = cli(*words, columns=400).out
    told = set(re.findall(r"[^\W\d]{4,12}", done.out))
    for word in WORDS:
        assert (word in told) == (word in set(re.findall(r"[^\W\d]{4,12}", wide))), word


def test_what_all_rows_share_is_said_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    frame = FRAME.select("chain", "grade").with_columns(
        edition=pl.lit("MCS2026"), publisher=pl.lit("Geological Survey"), unit=pl.lit("t")
    )
    print_table(frame, frame.columns)
    head, *rest = capsys.readouterr().out.splitlines()
    assert head.startswith("edition MCS2026;")
    assert not any("MCS2026" in line for line in rest)


def test_a_row_without_room_for_its_words_becomes_a_record(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    names = ["processing", "sourcing", "concentration", "redistribution"]
    frame = pl.DataFrame({name: [f"{name} one", f"{name} two"] for name in names})
    print_table(frame, names)
    text = capsys.readouterr().out
    assert text.startswith("processing: processing one;\n  sourcing: sourcing one;\n")
    assert max(len(line) for line in text.splitlines()) <= 30


def test_numbers_have_commas_and_years_have_none(capsys: pytest.CaptureFixture[str]) -> None:
    frame = pl.DataFrame({"year": [2024], "rows": [189939], "output": [450_000_000.0]})
    print_table(frame, frame.columns)
    text = capsys.readouterr().out
    assert all(word in text for word in ("2024", "189,939", "450,000,000"))
    assert ".0" not in text


def test_words_break_at_joints_and_numbers_never() -> None:
    assert wrap("cobalt-mixed-intermediate", 16) == "cobalt-mixed-\nintermediate"
    assert wrap("510,000 t of ore", 8) == "510,000\nt of ore"
    assert wrap("one\ntwo", 8) == "one\ntwo"


def test_json_has_no_stray_digits(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"share": [68.49999999999999, 1], "name": "x"})
    assert json.loads(capsys.readouterr().out) == {"share": [68.5, 1], "name": "x"}
    print_json({"share": 68.49999999999999}, exact=True)
    assert "68.49999999999999" in capsys.readouterr().out
