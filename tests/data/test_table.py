"""Strict tables: what is wrong with a file is told in the words of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.data.table import Kind, read_table
from orepact.data.text import read_text
from orepact.errors import InputError

COLUMNS: dict[str, Kind] = {"mineral": "text", "year": "number"}


def told(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_table(path, COLUMNS)
    return [str(each) for each in caught.value.problems]


def test_semicolons_are_one_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert told(path, "mineral;year\ntin;2024\n") == [
        f"{path}:1: semicolons found, expected commas"
    ]


def test_a_double_key_is_printed_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mineral,year\ntin,2024\ntin,2024\n", encoding="utf-8")
    (problem,) = read_table(path, COLUMNS).repeated(["mineral", "year"])
    assert problem.found == "tin, 2024"


@pytest.mark.parametrize(("name", "near"), [("nope.csv", ""), ("tabel.csv", "table.csv")])
def test_a_missing_file_is_told_with_a_near_one_only(tmp_path: Path, name: str, near: str) -> None:
    (tmp_path / "table.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_text(tmp_path / name)
    assert caught.value.problems[0].nearest == near
