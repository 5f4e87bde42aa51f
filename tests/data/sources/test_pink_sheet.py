"""The Pink Sheet: months and units from a workbook, and workbooks that are wrong."""

import io
from collections.abc import Callable

import openpyxl
import pytest

from orepact.data.dataset.schemas import schema_of
from orepact.data.sources import pink_sheet
from orepact.errors import InputError

NAMES = (
    "Crude oil, average",
    "Aluminum",
    "Copper",
    "Gold",
    "Iron ore, cfr spot",
    "Lead",
    "Nickel",
    "Phosphate rock",
    "Platinum",
    "Potassium chloride **",
    "Silver",
    "Tin",
    "Zinc",
)
UNITS = {
    "Crude oil, average": "($/bbl)",
    "Gold": "($/troy oz)",
    "Platinum": "($/troy oz)",
    "Silver": "($/troy oz)",
    "Iron ore, cfr spot": "($/dmtu)",
}
Rows = list[list[object]]


def rows() -> Rows:
    table: Rows = [
        ["World Bank Commodity Price Data (The Pink Sheet)"],
        ["monthly prices in nominal US dollars, 1960 to present"],
        [],
        ["Updated on June 02, 2026"],
        [None, *NAMES],
        [None, *(UNITS.get(name, "($/mt)") for name in NAMES)],
    ]
    for number, month in enumerate(("1960M01", "2026M04", "2026M05")):
        table.append([month, *(100.0 + number + 0.123456789 for _ in NAMES)])
    table[6][2] = "…"
    table[7][2] = 3512.345678
    return table


def workbook(table: Rows, sheet: str = "Monthly Prices") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in table:
        page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_prices_come_with_unit_month_and_edition() -> None:
    loaded = pink_sheet.read(workbook(rows()))
    table = loaded.tables["prices"]
    schema = schema_of("prices")
    assert dict(table.schema) == {name: kind() for name, kind in schema.types.items()}
    found = {(row["mineral"], row["date"]): row for row in table.iter_rows(named=True)}
    aluminium = found["aluminium", "2026-04"]
    assert ("aluminium", "1960-01") not in found
    assert (aluminium["price"], aluminium["unit"]) == (3512.345678, "USD/t")
    assert aluminium["source"] == "WB-PINKSHEET-2026-06"
    assert aluminium["edition"] == "2026-06"
    assert found["potash", "2026-05"]["form"] == "Potassium chloride **"
    assert found["iron_ore", "2026-05"]["usd_per_t"] is None
    gold = found["gold", "2026-05"]
    assert gold["usd_per_t"] == pytest.approx(102.123456789 / 31.1034768e-6, rel=1e-6)
    assert loaded.unmapped.select("scheme", "code").rows() == [("product", "Crude oil, average")]


def test_months_before_the_first_asked_for_are_left_out() -> None:
    table = pink_sheet.read(workbook(rows()), since="2026-05").tables["prices"]
    assert table["date"].unique().to_list() == ["2026-05"]


def test_a_row_of_codes_below_the_units_is_passed_over() -> None:
    table = rows()
    table.insert(6, [None, *(name.upper().replace(" ", "_") for name in NAMES)])
    found = pink_sheet.read(workbook(table)).tables["prices"]
    assert found.equals(pink_sheet.read(workbook(rows())).tables["prices"])


def put(row: int, column: int, value: object) -> Callable[[Rows], None]:
    def change(table: Rows) -> None:
        table[row][column] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put(7, 3, "1,234.5"), ["row", "8", "column D", "Copper", "'1,234.5'"]),
        (put(7, 3, "n/a yet"), ["8", "column D", "'n/a yet'"]),
        (put(5, 2, "($/lb)"), ["6", "column C", "Aluminum", "'($/lb)'"]),
        (put(4, 2, "Aluminium, LME"), ["column is missing", "Aluminum"]),
        (put(4, 2, "Copper"), ["5", "column D", "column given twice"]),
        (put(8, 0, "2026M04"), ["9", "column A", "the month after 2026-04"]),
        (put(7, 0, "April"), ["8", "column A", "'April'"]),
        (put(3, 0, "June 2026"), ["no date of the edition"]),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(
    change: Callable[[Rows], None], words: list[str]
) -> None:
    table = rows()
    change(table)
    with pytest.raises(InputError) as caught:
        _ = pink_sheet.read(workbook(table), name="CMO.xlsx")
    text = str(caught.value)
    assert all(word in text for word in ("CMO.xlsx", *words[1 if words[0] == "row" else 0 :])), text


def test_what_is_no_price_sheet_is_refused() -> None:
    with pytest.raises(InputError, match=r"sheet is missing.*Annual Prices"):
        _ = pink_sheet.read(workbook(rows(), "Annual Prices"))
    with pytest.raises(InputError, match="empty"):
        _ = pink_sheet.read(workbook([]))
    with pytest.raises(InputError, match="no months"):
        _ = pink_sheet.read(workbook(rows()[:6]))
    with pytest.raises(InputError, match="not an Excel workbook"):
        _ = pink_sheet.read(b"month,price\n2026M01,1\n")
