"""What every loader shares: text files of others, their cells, and what could not be mapped.

The files come from publishers, so nothing is guessed: an encoding, a column or a cell that a
reader was not written for is a problem with file, line and column.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from orepact.data.places import country_codes
from orepact.errors import InputError, Problem, nearest

__all__ = [
    "NOT_SPECIFIED",
    "Loaded",
    "SourceTable",
    "Unmapped",
    "content_of",
    "known_places",
    "open_archive",
    "read_csv",
    "strict_number",
]

NOT_SPECIFIED = "NSP"
"""The country of a value whose code is not known: kept, and listed in `Loaded.unmapped`."""

_NUMBER = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_SHOWN = 20
_UNMAPPED = {
    "scheme": pl.String,
    "code": pl.String,
    "name": pl.String,
    "rows": pl.Int64,
    "value": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Tables in orepact's schema, by name, and the codes that no place or product is known for.

    `unmapped` has the columns scheme, code, name, rows and value (of trade in thousand US
    dollars, else null). The rows themselves are in the tables, with the country NSP, or, for
    products outside the dataset, counted here only. `edition` is the one that the file names, and
    `written` the rows of files that were too large to pass on as tables.
    """

    tables: Mapping[str, pl.DataFrame] = field(repr=False)
    unmapped: pl.DataFrame = field(repr=False)
    edition: str = ""
    written: Mapping[str, int] = field(default_factory=dict[str, int], repr=False)


@dataclass(slots=True)
class Unmapped:
    """Collects codes that are not known while a file is read."""

    counts: dict[tuple[str, str], list[float]] = field(
        default_factory=dict[tuple[str, str], list[float]]
    )

    def add(self, scheme: str, code: str, value: float | None = None) -> None:
        """Count one row with an unknown code."""
        entry = self.counts.setdefault((scheme, code), [0, float("nan")])
        entry[0] += 1
        if value is not None:
            entry[1] = value + (entry[1] if entry[1] == entry[1] else 0.0)

    def frame(self) -> pl.DataFrame:
        """Return the codes with their numbers of rows and values, largest first."""
        rows = [
            (scheme, code, "", int(count), None if value != value else value)  # noqa: PLR0124 - NaN
            for (scheme, code), (count, value) in self.counts.items()
        ]
        frame = pl.DataFrame(rows, schema=_UNMAPPED, orient="row")
        return frame.sort(
            ["value", "rows", "scheme", "code"],
            descending=[True, True, False, False],
            nulls_last=True,
        )


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A delimited text of a publisher: header and rows, each with its line."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(repr=False)

    def problem(
        self, line: int, column: str, message: str, *, found: str = "", expected: str = ""
    ) -> Problem:
        """Return a problem at a line and column of this file."""
        return Problem(
            message, file=self.name, line=line, field=column, found=found, expected=expected
        )

    def require(self, columns: Sequence[str], *, layout: str) -> None:
        """Raise `InputError` with every column that is missing; `layout` names the edition."""
        missing = [name for name in columns if name not in self.header]
        if missing:
            raise InputError(
                Problem(
                    f"column is missing; this reader was written for {layout}: if the publisher "
                    "changed the layout, the reader has to be changed too",
                    file=self.name,
                    line=1,
                    field=name,
                    found=", ".join(self.header),
                    expected=name,
                    nearest=nearest(name, [each for each in self.header if each not in columns]),
                )
                for name in missing
            )

    def records(self) -> Iterable[tuple[int, dict[str, str]]]:
        """Return every row as a mapping from column to cell, with its line."""
        for line, cells in self.rows:
            yield line, dict(zip(self.header, cells, strict=True))


def content_of(source: Path | bytes, name: str = "") -> tuple[str, bytes]:
    """Return the name and the bytes of a source; raises `InputError` when there is no such file."""
    if isinstance(source, bytes):
        return name or "(bytes)", source
    try:
        return name or str(source), source.read_bytes()
    except OSError as error:
        problem = Problem("cannot be read", file=str(source), found=error.strerror or str(error))
        raise InputError([problem]) from error


@contextmanager
def open_archive(path: Path) -> Generator[zipfile.ZipFile]:
    """Open a ZIP archive; raises `InputError` when it is none or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile, zlib.error) as error:
        problem = Problem("not a whole ZIP archive", file=str(path), found=str(error)[:120])
        raise InputError([problem]) from error


def read_csv(
    source: Path | bytes,
    *,
    name: str = "",
    encodings: Sequence[str] = ("utf-8",),
    delimiter: str = ",",
) -> SourceTable:
    """Read a delimited text in the first of the encodings that fits.

    Columns without a name are left out if all their cells are empty, and so are empty rows.
    Raises `InputError` for a wrong encoding, no rows, a row of another length than the header,
    a column name given twice.
    """
    name, content = content_of(source, name)
    text = _decode(name, content, encodings)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    last = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((last + 1, [cell.strip() for cell in cells]))
            last = reader.line_num
    except csv.Error as error:
        problem = Problem(f"broken CSV: {error}", file=name, line=last + 1)
        raise InputError([problem]) from error
    if not rows:
        raise InputError([Problem("file is empty", file=name, expected="a header and rows")])
    (first, header), *body = rows
    return _table(name, first, header, body)


def _table(
    name: str, first: int, header: list[str], body: list[tuple[int, list[str]]]
) -> SourceTable:
    kept = [number for number, column in enumerate(header) if column]
    named = tuple(header[number] for number in kept)
    problems = [
        Problem("column given twice", file=name, line=first, field=column, found=column)
        for column in sorted({column for column in named if named.count(column) > 1})
    ]
    if not body:
        problems.append(
            Problem("table has no rows", file=name, line=first, expected="rows below the header")
        )
    rows: list[tuple[int, tuple[str, ...]]] = []
    for line, cells in body:
        stray = [cell for cell, column in zip(cells, header, strict=False) if cell and not column]
        if len(cells) != len(header) or stray:
            problems.append(
                Problem(
                    "wrong number of cells: a column is shifted or a comma is not in quotes",
                    file=name,
                    line=line,
                    found=", ".join([f"{len(cells)} cells", *map(repr, stray)]),
                    expected=f"{len(header)} cells, as in the header",
                )
            )
            continue
        rows.append((line, tuple(cells[number] for number in kept)))
    if problems:
        raise InputError(problems[:_SHOWN])
    return SourceTable(name, named, tuple(rows))


def _decode(name: str, content: bytes, encodings: Sequence[str]) -> str:
    """Return the text; a byte-order mark is taken off, a NUL shows that it is UTF-16 or no text."""
    if b"\0" in content[:4096]:
        problem = Problem(
            "not a text file, or UTF-16", file=name, line=1, expected=" or ".join(encodings)
        )
        raise InputError([problem])
    at = 0
    for encoding in encodings:
        try:
            return content.decode(encoding).removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
        except UnicodeDecodeError as error:
            at = error.start
    raise InputError(
        [
            Problem(
                "wrong encoding",
                file=name,
                line=content.count(b"\n", 0, at) + 1,
                found=f"byte {content[at]:#04x}",
                expected=" or ".join(encodings),
            )
        ]
    )


def strict_number(text: str) -> float | None:
    """Return a number written 1234.5, or None for anything else: no thousands separators."""
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if abs(number) < float("inf") else None


def known_places(codes: Sequence[str], scheme: str) -> dict[str, str]:
    """Return the country of every code of a scheme, NSP for those that name none."""
    found, _ = country_codes(codes, scheme)
    return {code: found.get(code, NOT_SPECIFIED) for code in codes}
