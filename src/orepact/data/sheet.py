"""A sheet of a person's spreadsheet as text cells, each with its row and column; CSV is read here.

Nothing is guessed: a separator, an encoding or a number that can be read in two ways is a problem
with file, sheet, row and column. Excel workbooks are read by `orepact.data.sources.spreadsheet`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from orepact.data.text import read_text
from orepact.errors import InputError, Problem, nearest

__all__ = ["Sheet", "number_of", "read_csv_sheet", "sheet_of"]

SEPARATORS = (",", ";", "\t")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_GROUPED = re.compile(
    r"[-+]?[0-9]{1,3}([ '’\u00a0\u202f.,][0-9]{3})+([.,][0-9]+)?|[-+]?[0-9]*,[0-9]+"
)
_WITH_UNIT = re.compile(r"[-+]?[0-9][0-9.,]*\s*[^\W\d_%]+.*|[-+]?[0-9][0-9.,]*\s*%")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T].*)?|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}"
    r"|[0-9]{1,2}[-. /]+(jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]*"
    r"\.?([-. /]+[0-9]{2,4})?",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"[-+]?[0-9]*,[0-9]+")
_WHOLE = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows below the header of one sheet; a row is its number in the file and its cells.

    `columns` holds the letter of each column in a workbook, or nothing for a text file.
    """

    file: str
    name: str
    header: tuple[str, ...]
    header_row: int
    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(repr=False)
    columns: tuple[str, ...] = ()

    def problem(
        self,
        row: int | None,
        column: str,
        message: str,
        *,
        found: object = "",
        expected: str = "",
        known: Sequence[str] = (),
    ) -> Problem:
        """Return a problem at a row and a column of this sheet, with the nearest known word."""
        letter = self._letter(column)
        place = f"{self.file}, sheet {self.name}" if self.name else self.file
        return Problem(
            message,
            file=place,
            line=row,
            field=f"{column} (column {letter})" if letter else column,
            found=repr(found) if isinstance(found, str) and found else str(found),
            expected=expected,
            nearest=nearest(str(found), list(known)) if known else "",
        )

    def _letter(self, column: str) -> str:
        if not self.columns or column not in self.header:
            return ""
        return self.columns[self.header.index(column)]


def read_csv_sheet(path: Path, *, root: Path | None = None) -> Sheet:
    """Read a UTF-8 text of cells separated by commas, semicolons or tabs (told by the header).

    Lines before the header that start with ``#`` are comments. Raises `InputError` for a missing
    file, another encoding, an empty file, quotes that never close, rows of the wrong length, a
    column without or with a repeated name: all of them at once.
    """
    text = read_text(path, root=root)
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    head = lines[0] if lines else ""
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    last = 0
    try:
        for row in reader:
            comment = not rows and bool(row) and row[0].startswith("#")
            if any(cell.strip() for cell in row) and not comment:
                rows.append((last + 1, tuple(cell.strip() for cell in row)))
            last = reader.line_num
    except csv.Error as error:
        raise InputError(
            [
                Problem(
                    f"broken CSV: {error}",
                    file=str(path),
                    line=last + 1,
                    expected="cells separated by commas or semicolons, quotes in pairs",
                )
            ]
        ) from error
    return sheet_of(str(path), "", rows)


def sheet_of(
    file: str,
    name: str,
    rows: Sequence[tuple[int, tuple[str, ...]]],
    columns: Mapping[int, str] | None = None,
) -> Sheet:
    """Return rows, the first of which is the header, as a sheet.

    `columns` maps positions to letters. Raises `InputError` for an empty sheet, a sheet with no
    row below the header, a row of the wrong length, a column without or with a repeated name.
    """
    if not rows:
        problem = Problem("the sheet is empty", file=_place(file, name), expected="a header row")
        raise InputError([problem])
    (first, header), *body = rows
    used = [at for at, text in enumerate(header) if text or any(_cell(row, at) for _, row in body)]
    letters = tuple((columns or {}).get(at, "") for at in used) if columns else ()
    names = tuple(" ".join(header[at].split()) for at in used)
    sheet = Sheet(
        file,
        name,
        names,
        first,
        tuple((number, tuple(_cell(row, at) for at in used)) for number, row in body),
        letters,
    )
    problems = [
        sheet.problem(first, letters[at] if letters else f"column {used[at] + 1}", "no column name")
        for at, text in enumerate(names)
        if not text
    ]
    problems += [
        sheet.problem(first, text, "column given twice", found=text)
        for text in sorted({text for text in names if text and names.count(text) > 1})
    ]
    problems += [
        sheet.problem(
            number,
            "",
            "wrong number of cells",
            found=len(row),
            expected=f"{len(header)}, as in the header; text with a separator needs quotes",
        )
        for number, row in body
        if len(row) != len(header)
    ]
    if not body:
        problems.append(
            sheet.problem(first, "", "the sheet is empty below its header", expected="rows")
        )
    if problems:
        raise InputError(problems)
    return sheet


def number_of(cell: str) -> tuple[float | None, str, str]:
    """Return the number in a cell, or none with what is wrong and what to write instead.

    A number is written ``1234.5``: digits grouped by thousands, a decimal comma, a date and a unit
    in the cell are refused, because each can be read in two ways.
    """
    if _NUMBER.fullmatch(cell):
        value = float(cell)
        return (value, "", "") if abs(value) < float("inf") else (None, "not finite", "a number")
    if _DATE.fullmatch(cell):
        return None, "a date where a number belongs", "a number, in a cell formatted as a number"
    if _GROUPED.fullmatch(cell):
        return None, "a thousands separator or a decimal comma", _plainly(cell)
    if _WITH_UNIT.fullmatch(cell):
        return None, "a number with a unit", "the number alone; the unit has a column of its own"
    return None, "not a number", "a number written 1234.5"


def _plainly(cell: str) -> str:
    """Return what a number with commas may be meant to be."""
    whole = cell.replace(",", "") if _WHOLE.fullmatch(cell) else ""
    broken = cell.replace(",", ".") if _DECIMAL.fullmatch(cell) else ""
    return " or ".join(text for text in (whole, broken) if text) or "a number written 1234.5"


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _place(file: str, name: str) -> str:
    return f"{file}, sheet {name}" if name else file
