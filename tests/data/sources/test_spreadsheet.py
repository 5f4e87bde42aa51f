"""Workbooks: the place of every cell, and cells that a reader would take for empty."""

from pathlib import Path

import openpyxl
import pytest

from orepact.data.sources.spreadsheet import read_workbook
from orepact.errors import InputError


def workbook(folder: Path, cells: dict[str, object], **others: dict[str, object]) -> Path:
    book = openpyxl.Workbook()
    sheets = {"Bill": cells, **others}
    for number, (name, some) in enumerate(sheets.items()):
        sheet = book.active if number == 0 else book.create_sheet(name)
        assert sheet is not None
        sheet.title = name
        for place, value in some.items():
            sheet[place] = value
            if str(value).startswith("#"):
                sheet[place].data_type = "e"
    path = folder / "bill.xlsx"
    book.save(path)
    return path


BILL: dict[str, object] = {"B3": "part", "C3": "quantity", "B5": "a", "C5": 1200, "B6": "b"}


def test_rows_and_columns_are_those_of_the_sheet(tmp_path: Path) -> None:
    sheet = read_workbook(workbook(tmp_path, BILL))
    assert sheet.name == "Bill"
    assert sheet.header == ("part", "quantity")
    assert sheet.columns == ("B", "C")
    assert sheet.rows == ((5, ("a", "1200")), (6, ("b", "")))
    problem = sheet.problem(5, "quantity", "wrong")
    assert str(problem).endswith("bill.xlsx, sheet Bill:5: quantity (column C): wrong")


def test_numbers_keep_their_value(tmp_path: Path) -> None:
    cells = {"A1": "part", "B1": "quantity", "A2": "a", "B2": 1e-7, "A3": "b", "B3": 1_000_000}
    sheet = read_workbook(workbook(tmp_path, cells))
    assert [float(cells[1]) for _, cells in sheet.rows] == [1e-7, 1e6]


def test_errors_and_formulas_without_a_value_are_all_told(tmp_path: Path) -> None:
    path = workbook(tmp_path, BILL | {"C6": "#DIV/0!", "C7": "=C5*2", "B7": "c"})
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    assert [problem.field for problem in caught.value.problems] == ["cell C6", "cell C7"]


def test_a_sheet_is_chosen_by_name_where_several_hold_cells(tmp_path: Path) -> None:
    path = workbook(tmp_path, BILL, Prices={"A1": "x"}, Empty={})
    with pytest.raises(InputError, match="several sheets hold cells; found Bill, Prices"):
        read_workbook(path)
    assert read_workbook(path, "Bill").header == ("part", "quantity")
    with pytest.raises(InputError, match="did you mean 'Prices'"):
        read_workbook(path, "Price")
    with pytest.raises(InputError, match="the sheet is empty"):
        read_workbook(path, "Empty")


def test_an_empty_workbook_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the workbook is empty"):
        read_workbook(workbook(tmp_path, {}))


def test_other_files_are_refused(tmp_path: Path) -> None:
    fake = tmp_path / "bill.xlsx"
    fake.write_bytes(b"part,quantity\n")
    with pytest.raises(InputError, match="not an Excel workbook"):
        read_workbook(fake)
    with pytest.raises(InputError, match="not a kind of file"):
        read_workbook(tmp_path / "bill.pdf")
    with pytest.raises(InputError, match="cannot be read"):
        read_workbook(tmp_path / "none.xlsx")
