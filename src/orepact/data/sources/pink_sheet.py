"""World Bank Commodity Price Data, the Pink Sheet: monthly prices of metals and minerals.

CC BY 4.0. Written for ``CMO-Historical-Data-Monthly.xlsx``, sheet ``Monthly Prices``: a line
``Updated on June 02, 2026``, a row of names, a row of units such as ``($/mt)``, in some editions a
row of codes, then a row a month from ``1960M01``; an ellipsis stands for no price. Verified on made
workbooks.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from orepact.data.dataset.schemas import schema_of
from orepact.data.sources.cells import Loaded, Unmapped, content_of
from orepact.data.sources.fetch import Release, download
from orepact.errors import InputError, Problem, nearest

__all__ = ["ADDRESS", "fetch", "read"]

ADDRESS = (
    "https://thedocs.worldbank.org/en/doc/74e8be41ceb20fa0da750cda2f6b9e4e-0050012026/related/"
    "CMO-Historical-Data-Monthly.xlsx"
)
"""Address of the workbook; the World Bank moves it every year: give another one to `fetch`."""

_SHEET = "Monthly Prices"
_MARKET = "World (World Bank monthly average)"
_MINERALS = {
    "Aluminum": "aluminium",
    "Copper": "copper",
    "Gold": "gold",
    "Iron ore, cfr spot": "iron_ore",
    "Lead": "lead",
    "Nickel": "nickel",
    "Phosphate rock": "phosphate_rock",
    "Platinum": "platinum",
    "Potassium chloride": "potash",
    "Silver": "silver",
    "Tin": "tin",
    "Zinc": "zinc",
}
_TROY_OUNCE = 31.1034768e-6
_UNITS = {
    "($/mt)": ("USD/t", 1.0),
    "($/troy oz)": ("USD/ozt", 1.0 / _TROY_OUNCE),
    "($/toz)": ("USD/ozt", 1.0 / _TROY_OUNCE),
    "($/dmtu)": ("USD/dmtu", None),
}
_NONE = {"", "\u2026", "..", "...", "NA", "n.a."}
_MONTH = re.compile(r"([0-9]{4})M(0[1-9]|1[0-2])")
_UPDATED = re.compile(r"updated on ([A-Za-z]+ [0-9]{1,2}, [0-9]{4})", re.IGNORECASE)
_SHOWN = 20


def fetch(
    edition: str, folder: Path | None = None, *, address: str = ADDRESS, progress: Any = None
) -> Path:
    """Download the workbook; `edition` is the month it was published in, as 2026-06."""
    release = Release("pink-sheet", edition, address, "CMO-Historical-Data-Monthly.xlsx")
    return download(release, folder, progress=progress)


def read(source: Path | bytes, *, name: str = "", since: str = "1960-01") -> Loaded:
    """Return the table prices: monthly averages in US dollars from the month `since` on.

    `usd_per_t` is the price per tonne of the form; a price per unit of iron (dmtu) has none.
    Columns of goods outside the dataset are listed in `unmapped`. Raises `InputError` with sheet,
    row and column: no sheet of monthly prices, no months, an unknown unit of a mineral, a name
    given twice, months out of order, a cell that is no price.
    """
    name, content = content_of(source, name)
    texts, numbers = _sheet(name, content)
    first, printed, units = _head(name, texts)
    edition = _edition(name, texts[:first])
    names = [re.sub(r"[* ]+$", "", text) for text in texts[printed]]
    problems = _repeated(name, names, printed + 1)
    months, wrong = _months(name, texts, first)
    problems += wrong
    unmapped = Unmapped()
    rows: list[dict[str, object]] = []
    for column, good in enumerate(names):
        if column == 0 or not good:
            continue
        if good not in _MINERALS:
            unmapped.add("product", good)
            continue
        unit = _UNITS.get(texts[units][column])
        if unit is None:
            problems.append(
                _problem(
                    name,
                    units + 1,
                    column,
                    f"unknown unit of {good}",
                    found=texts[units][column],
                    expected="one of " + ", ".join(_UNITS),
                )
            )
            continue
        for number, month in months:
            price, text = numbers[number][column], texts[number][column]
            if price is None and text not in _NONE:
                problems.append(_not_a_price(name, number + 1, column, good, text))
            if price is None or month < since:
                continue
            rows.append(_row(good, texts[printed][column], month, price, unit, edition))
    problems += [
        Problem("column is missing", file=name, field=_SHEET, found=", ".join(names), expected=good)
        for good in _MINERALS
        if good not in names
    ]
    if problems:
        raise InputError(problems[:_SHOWN])
    schema = schema_of("prices")
    frame = pl.DataFrame(rows, schema=schema.types).sort(schema.key)
    return Loaded({"prices": frame}, unmapped.frame())


def _row(
    good: str,
    printed: str,
    month: str,
    price: float,
    unit: tuple[str, float | None],
    edition: str,
) -> dict[str, object]:
    name, factor = unit
    return {
        "mineral": _MINERALS[good],
        "form": printed,
        "market": _MARKET,
        "frequency": "month",
        "date": month,
        "price": price,
        "low": None,
        "high": None,
        "unit": name,
        "usd_per_t": None if factor is None else float(f"{price * factor:.7g}"),
        "flag": "",
        "source": f"WB-PINKSHEET-{edition}",
        "edition": edition,
        "note": "",
    }


def _sheet(name: str, content: bytes) -> tuple[list[list[str]], list[list[float | None]]]:
    """Return the sheet's cells as text and, where they are numbers, as numbers."""
    try:
        book = fastexcel.read_excel(content)
    except fastexcel.FastExcelError as error:
        first = str(error).strip().partition("\n")[0]
        problem = Problem("not an Excel workbook", file=name, found=first[:120], expected=".xlsx")
        raise InputError([problem]) from error
    if _SHEET not in book.sheet_names:
        raise InputError(
            [
                Problem(
                    "sheet is missing; this reader was written for the workbook of monthly prices",
                    file=name,
                    field=_SHEET,
                    found=", ".join(book.sheet_names),
                    expected=_SHEET,
                    nearest=nearest(_SHEET, book.sheet_names),
                )
            ]
        )
    try:
        as_text = book.load_sheet(_SHEET, header_row=None, dtypes="string").to_polars()
        as_number = book.load_sheet(_SHEET, header_row=None, dtypes="float").to_polars()
    except fastexcel.FastExcelError as error:
        problem = Problem("sheet is empty", file=name, field=_SHEET)
        raise InputError([problem]) from error
    texts = [["" if cell is None else cell.strip() for cell in row] for row in as_text.rows()]
    return texts, [list(row) for row in as_number.rows()]


def _head(name: str, texts: Sequence[Sequence[str]]) -> tuple[int, int, int]:
    """Return the positions of the first month, of the row of names and of the row of units."""
    first = next((at for at, row in enumerate(texts) if row and _MONTH.fullmatch(row[0])), 0)
    for units in range(first - 1, max(first - 3, 0), -1):
        if any(cell.startswith("(") for cell in texts[units]):
            return first, units - 1, units
    problem = Problem(
        "no months below units: the sheet is empty or laid out in another way",
        file=name,
        field=_SHEET,
        expected="1960M01 in the first column, below a row of names and one of units",
    )
    raise InputError([problem])


def _edition(name: str, head: Sequence[Sequence[str]]) -> str:
    """Return the month of ``Updated on June 02, 2026`` as 2026-06."""
    for row in head:
        for cell in row:
            if match := _UPDATED.search(cell):
                day = datetime.datetime.strptime(match[1], "%B %d, %Y").replace(tzinfo=datetime.UTC)
                return f"{day:%Y-%m}"
    problem = Problem(
        "no date of the edition", file=name, field=_SHEET, expected="Updated on June 02, 2026"
    )
    raise InputError([problem])


def _months(
    name: str, texts: Sequence[Sequence[str]], first: int
) -> tuple[list[tuple[int, str]], list[Problem]]:
    """Return position and month of every row, and a problem for each that does not follow."""
    months: list[tuple[int, str]] = []
    problems: list[Problem] = []
    for number in range(first, len(texts)):
        row = texts[number]
        if not any(row):
            continue
        match = _MONTH.fullmatch(row[0])
        month = f"{match[1]}-{match[2]}" if match else ""
        if not month or (months and month <= months[-1][1]):
            expected = f"the month after {months[-1][1]}" if months else "1960M01"
            problems.append(
                _problem(name, number + 1, 0, "not a month", found=row[0], expected=expected)
            )
        else:
            months.append((number, month))
    return months, problems


def _repeated(name: str, names: Sequence[str], line: int) -> list[Problem]:
    return [
        _problem(name, line, column, "column given twice", found=good, expected="each good once")
        for column, good in enumerate(names)
        if good in _MINERALS and good in names[:column]
    ]


def _not_a_price(name: str, line: int, column: int, good: str, text: str) -> Problem:
    expected = "a price as a number, or \u2026 for none"
    return _problem(name, line, column, f"not a price of {good}", found=text, expected=expected)


def _problem(
    name: str, line: int, column: int, message: str, *, found: str, expected: str
) -> Problem:
    """Return a problem at a row and a column, named as a spreadsheet names it."""
    letters = ""
    rest = column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return Problem(
        message,
        file=name,
        line=line,
        field=f"{_SHEET}, column {letters}",
        found=repr(found),
        expected=expected,
    )
