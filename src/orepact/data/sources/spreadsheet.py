"""Excel workbooks of people: one sheet as text cells with their rows and column letters.

The reader of cells drops the empty rows above the first cell, reads an error such as ``#DIV/0!``
and a formula that was never computed as nothing; so the sheet's own XML is looked at for the place
of the first cell and for such cells, and they are problems.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import fastexcel

from orepact.data.sheet import Sheet, sheet_of
from orepact.data.text import MAX_BYTES
from orepact.errors import InputError, Problem, nearest

__all__ = ["SUFFIXES", "read_workbook"]

SUFFIXES = (".xlsx", ".xlsm")
"""Endings of the files that can be read; other kinds are saved as one of these or as CSV."""

_MOST = 40 * MAX_BYTES
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]+)"')
_ERROR = re.compile(rb'\bt="e"')
_VALUE = re.compile(rb"<v>(.+?)</v>|<is>", re.DOTALL)
_MERGED = re.compile(rb'<mergeCell\b[^>]*?\bref="([A-Z0-9:]+)"')
_OLD = bytes.fromhex("D0CF11E0A1B11AE1")
"""First bytes of the container of an old workbook, and of any with a password."""

_LOCKED = "EncryptedPackage".encode("utf-16-le")
_SHEET = re.compile(r'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_TARGET = re.compile(r'<Relationship\b(?=[^>]*\bId="([^"]*)")(?=[^>]*\bTarget="([^"]*)")')
_ALPHABET = 26


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a sheet's XML says: first cell, cells in error, formulas not computed, merged cells."""

    row: int
    column: int
    errors: tuple[tuple[str, str], ...]
    formulas: tuple[str, ...]
    merged: tuple[str, ...]


def read_workbook(path: Path, sheet: str = "") -> Sheet:
    """Read a sheet of a workbook, the only one with cells for an empty name.

    The first row with cells is the header. Raises `InputError` for a missing, too large or broken
    file, a password, an unknown sheet with the nearest name, several sheets to choose from, an
    empty sheet, merged cells, cells that hold an error or a formula without a value.
    """
    content = _content(path)
    try:
        book = fastexcel.read_excel(content)
    except fastexcel.FastExcelError as error:
        raise InputError([_no_workbook(path, str(error).partition("\n")[0])]) from error
    name = _chosen(path, book, sheet)
    marks = _marks(path, content, name)
    problems = [
        Problem(
            "the cell holds an error",
            file=f"{path}, sheet {name}",
            field=f"cell {cell}",
            found=text,
            expected="a value",
        )
        for cell, text in marks.errors
    ]
    problems += [
        Problem(
            "the formula was never computed",
            file=f"{path}, sheet {name}",
            field=f"cell {cell}",
            expected="a file saved by the program that computes it",
        )
        for cell in marks.formulas
    ]
    problems += [
        Problem(
            "merged cells",
            file=f"{path}, sheet {name}",
            field=f"cells {cells}",
            expected="a value in every cell: a merged cell has one in its first cell alone",
        )
        for cells in marks.merged
    ]
    if problems:
        raise InputError(problems)
    rows = [
        (marks.row + number, tuple(cells))
        for number, cells in enumerate(_cells(book, name))
        if any(cells)
    ]
    width = max((len(cells) for _, cells in rows), default=0)
    letters = {at: _letters(marks.column + at) for at in range(width)}
    return sheet_of(str(path), name, rows, letters)


def _content(path: Path) -> bytes:
    if path.suffix.lower() not in SUFFIXES:
        problem = Problem(
            "not a kind of file that can be read",
            file=str(path),
            found=path.suffix or "no ending",
            expected=f"a copy saved as {', '.join(SUFFIXES)} or .csv",
        )
        raise InputError([problem])
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if content.startswith(_OLD):
            raise InputError([_no_archive(path, content)])
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except OSError as error:
        problem = Problem("cannot be read", file=str(path), found=error.strerror or str(error))
        raise InputError([problem]) from error
    except zipfile.BadZipFile as error:
        raise InputError([_no_workbook(path, str(error))]) from error
    if len(content) > MAX_BYTES or size > _MOST:
        problem = Problem(
            "file is too large",
            file=str(path),
            found=f"{max(len(content), size):,} bytes",
            expected=f"at most {MAX_BYTES:,} bytes, {_MOST:,} unpacked",
        )
        raise InputError([problem])
    return content


def _no_archive(path: Path, content: bytes) -> Problem:
    """Return the problem of a workbook in the container of old ones: locked, or .xls renamed."""
    if _LOCKED in content:
        expected = "a copy saved without a password, or the sheet saved as .csv"
        return Problem("protected by a password", file=str(path), expected=expected)
    expected = "a copy saved by its program as .xlsx or .csv, not renamed"
    return Problem("an old workbook (.xls) by another name", file=str(path), expected=expected)


def _no_workbook(path: Path, found: str) -> Problem:
    return Problem(
        "not an Excel workbook", file=str(path), found=found, expected="a workbook saved as .xlsx"
    )


def _cells(book: fastexcel.ExcelReader, name: str) -> list[list[str]]:
    frame = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
    return [["" if cell is None else str(cell).strip() for cell in row] for row in frame.rows()]


def _chosen(path: Path, book: fastexcel.ExcelReader, wanted: str) -> str:
    if wanted and wanted not in book.sheet_names:
        problem = Problem(
            "no such sheet",
            file=str(path),
            field="sheet",
            found=repr(wanted),
            expected="one of " + ", ".join(book.sheet_names),
            nearest=nearest(wanted, book.sheet_names),
        )
        raise InputError([problem])
    if wanted:
        return wanted
    filled = [name for name in book.sheet_names if any(any(row) for row in _cells(book, name))]
    if len(filled) > 1:
        problem = Problem(
            "several sheets hold cells",
            file=str(path),
            field="sheet",
            found=", ".join(filled),
            expected="the name of one",
        )
        raise InputError([problem])
    if not filled:
        problem = Problem("the workbook is empty", file=str(path), expected="a sheet with a header")
        raise InputError([problem])
    return filled[0]


def _marks(path: Path, content: bytes, name: str) -> _Marks:
    """Return what the sheet's own XML says about its cells."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = set(archive.namelist())
            book = archive.read("xl/workbook.xml").decode("utf-8")
            links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8")
            targets = dict(_TARGET.findall(links))
            numbers = {html.unescape(title): number for title, number in _SHEET.findall(book)}
            target = targets[numbers[name]].lstrip("/")
            member = target if target in members else f"xl/{target}"
            text = archive.read(member)
    except (KeyError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError) as error:
        raise InputError([_no_workbook(path, str(error))]) from error
    merged = tuple(cells.decode("ascii") for cells in _MERGED.findall(text))
    return _marked(_CELL.findall(text), merged)


def _marked(cells: Sequence[tuple[bytes, bytes]], merged: tuple[str, ...]) -> _Marks:
    rows: list[int] = []
    columns: list[int] = []
    errors: list[tuple[str, str]] = []
    formulas: list[str] = []
    for head, body in cells:
        place = _PLACE.search(head)
        if place is None:
            continue
        label = (place[1] + place[2]).decode("ascii")
        value = _VALUE.search(body)
        if _ERROR.search(head) and value:
            errors.append((label, (value[1] or b"").decode("utf-8")))
        elif value is None and b"<f" in body:
            formulas.append(label)
        if value:
            rows.append(int(place[2]))
            columns.append(_position(place[1].decode("ascii")))
    first = (min(rows, default=1), min(columns, default=0))
    return _Marks(*first, tuple(errors), tuple(formulas), merged)


def _position(letters: str) -> int:
    """Return the position of a column from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = _ALPHABET * number + ord(letter) - ord("A") + 1
    return number - 1


def _letters(position: int) -> str:
    """Return the letters of a column from its position."""
    text, number = "", position + 1
    while number:
        number, rest = divmod(number - 1, _ALPHABET)
        text = chr(ord("A") + rest) + text
    return text
