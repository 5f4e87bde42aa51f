"""Sheets of people: separators, encodings and numbers that can be read in two ways."""

from pathlib import Path

import pytest

from orepact.data.sheet import number_of, read_csv_sheet
from orepact.errors import InputError


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "bill.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_header_tells_the_separator(tmp_path: Path, separator: str) -> None:
    text = "# a comment\npart,quantity\n\na,1\n".replace(",", separator)
    sheet = read_csv_sheet(written(tmp_path, text))
    assert sheet.header == ("part", "quantity")
    assert sheet.rows == ((4, ("a", "1")),)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "the sheet is empty"),
        ("\n  \n", "the sheet is empty"),
        ("part,quantity\n", "the sheet is empty below its header"),
        ("part,quantity\na,1,2\n", "wrong number of cells"),
        ("part,part\na,1\n", "column given twice"),
        ("part,\na,1\n", "no column name"),
        ('part,quantity\n"a,1\n', "broken CSV"),
        ("part,quantity\nTürkei,1\n".encode("cp1252"), "not UTF-8 text"),
    ],
)
def test_a_broken_sheet_is_told(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_csv_sheet(written(tmp_path, content))


def test_an_empty_last_column_without_a_name_is_no_column(tmp_path: Path) -> None:
    sheet = read_csv_sheet(written(tmp_path, "part,quantity,\na,1,\n"))
    assert sheet.header == ("part", "quantity")


@pytest.mark.parametrize(
    ("cell", "value"), [("1234.5", 1234.5), ("1e-3", 0.001), (".5", 0.5), ("-2", -2.0)]
)
def test_numbers_are_written_with_a_point(cell: str, value: float) -> None:
    assert number_of(cell) == (value, "", "")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("0,5", "0.5"), ("1,234", "1234 or 1.234"), ("1,234,567", "1234567"), ("1.234,5", "a number")],
)
def test_what_may_be_meant_is_said(cell: str, expected: str) -> None:
    assert expected in number_of(cell)[2]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1,234", "separator"),
        ("1.234,5", "separator"),
        ("1 234", "separator"),
        ("1'234", "separator"),
        ("0,5", "separator"),
        ("2026-11-05", "a date"),
        ("2026-11-05 00:00:00", "a date"),
        ("05.11.2026", "a date"),
        ("5-Nov", "a date"),
        ("5. Mai 26", "a date"),
        ("5 pieces", "with a unit"),
        ("0.05 kg", "with a unit"),
        ("90%", "with a unit"),
        ("three", "not a number"),
        ("nan", "not a number"),
        ("1e999", "not finite"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(cell: str, words: str) -> None:
    value, message, expected = number_of(cell)
    assert value is None
    assert words in message
    assert expected
