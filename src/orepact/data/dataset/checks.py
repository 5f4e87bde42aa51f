"""What is wrong inside and between the tables of a dataset: what sealing refuses.

Cells and keys, units of a series, references to registers, dates of the calendar, the folder that
a source's licence asks for, and files that nothing reads.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from orepact.data.bundle import TO_CONFIRM, read_checked, read_sources
from orepact.data.dataset.columns import Column, Dated, Schema
from orepact.data.dataset.schemas import APART, FOLDER, TABLES
from orepact.data.dataset.vintage import ITSELF
from orepact.errors import Problem, attempt, nearest

__all__ = ["check_tables", "dated_well"]

_PLACES = (FOLDER, f"{APART}/{FOLDER}")
_SERIES = ("mineral", "stage", "basis", "edition")
_YEARS = range(1900, 2101)
_DATE = re.compile(r"(?P<year>\d{4})(-Q[1-4]|-(?P<month>\d{2})(-(?P<day>\d{2}))?)?")
_SPAN = re.compile(r"(\d{4})-(\d{4})")
_MONTH = re.compile(r"\d{4}-\d{2}")
_LOOKS: dict[Dated, str] = {
    "month": "YYYY-MM",
    "date": "YYYY, YYYY-MM or YYYY-MM-DD of the calendar",
    "period": "YYYY, YYYY-MM, YYYY-MM-DD or a span of years YYYY-YYYY",
}


def check_tables(folder: Path) -> list[Problem]:
    """Return what is wrong inside and between the tables of a dataset, file by file.

    Cells, keys, references, dates, rows whose licence asks for the other folder, unknown files.
    """
    problems = list(_unknown_files(folder))
    frames: dict[str, pl.DataFrame] = {}
    for schema in TABLES.values():
        for place in _PLACES:
            file = f"{place}/{schema.file}"
            if (folder / file).is_file():
                frame = attempt(problems, read_checked, folder / file, schema, folder)
                frames |= {} if frame is None else {file: frame}
    known = {
        name: set(frames[file][TABLES[name].names[0]].to_list())
        for name in ("minerals", "countries")
        if (file := f"{FOLDER}/{TABLES[name].file}") in frames
    }
    status = dict(read_sources(folder).select("source_id", "licence_status").iter_rows())
    known["sources"] = set(status)
    for file, frame in frames.items():
        schema = TABLES[Path(file).stem]
        problems += _mixed_units(frame, schema, folder / file)
        for column in schema.columns:
            problems += _misdated(frame, column, folder / file)
            register = "sources" if column.name == "source" else column.of
            if register in known and schema.name != ITSELF:
                problems += _strangers(frame, column, folder / file, known[register], register)
        if "source" in schema.names and schema.name != ITSELF:
            problems += _misplaced(frame, folder / file, status, apart=file.startswith(APART))
    return problems


def dated_well(text: str, when: Dated) -> bool:
    """Tell whether a text dates a row as its column says; an empty one dates nothing."""
    span = _SPAN.fullmatch(text) if when == "period" else None
    if not text or span:
        return span is None or (
            int(span[1]) in _YEARS and int(span[2]) in _YEARS and span[1] <= span[2]
        )
    match = _DATE.fullmatch(text)
    if match is None or (when == "month" and not _MONTH.fullmatch(text)):
        return False
    try:
        day = datetime.date(
            int(match["year"]), int(match["month"] or "1"), int(match["day"] or "1")
        )
    except ValueError:
        return False
    return day.year in _YEARS


def _unknown_files(folder: Path) -> Iterator[Problem]:
    """Yield a problem for each file or folder among the tables that is no table."""
    files = [schema.file for schema in TABLES.values()]
    for place in _PLACES:
        for path in sorted((folder / place).glob("*")):
            if path.name not in files:
                yield Problem(
                    "no table of a dataset: nothing would read it",
                    file=str(path),
                    found=path.name,
                    expected="a file named after a table, as `orepact data list` prints them",
                    nearest=nearest(path.name, files),
                )


def _misdated(frame: pl.DataFrame, column: Column, path: Path) -> Iterator[Problem]:
    """Yield a problem for each text that does not date its row as the column says."""
    if not column.when:
        return
    wrong = [
        text for text in frame[column.name].unique() if not dated_well(text or "", column.when)
    ]
    rows = frame.with_row_index("row", offset=_first_row(path))
    for row, text in (
        rows.filter(pl.col(column.name).is_in(wrong)).select("row", column.name).iter_rows()
    ):
        yield Problem(
            "not a date of the calendar",
            file=str(path),
            line=row,
            field=column.name,
            found=repr(text),
            expected=_LOOKS[column.when],
        )


def _misplaced(
    frame: pl.DataFrame, path: Path, status: dict[str, str], *, apart: bool
) -> Iterator[Problem]:
    """Yield a problem for each row that the licences of its sources put into the other folder."""
    rows = frame.select("source").with_row_index("row", offset=_first_row(path))
    wrong = [
        cell
        for cell in frame["source"].unique()
        if all(name in status for name in cell.split("|"))
        and any(status[name] == TO_CONFIRM for name in cell.split("|")) is not apart
    ]
    for row, cell in rows.filter(pl.col("source").is_in(wrong)).iter_rows():
        yield Problem(
            "the licence of this source is settled"
            if apart
            else "the licence of this source is to confirm",
            file=str(path),
            line=row,
            field="source",
            found=cell,
            expected=f"its rows in {FOLDER}/" if apart else f"its rows in {APART}/{FOLDER}/",
        )


def _first_row(path: Path) -> int:
    """Return the number of the first row: lines of a text have a header, rows of Parquet none."""
    return 1 if path.suffix == ".parquet" else 2


def _mixed_units(frame: pl.DataFrame, schema: Schema, path: Path) -> Iterator[Problem]:
    """Yield a problem for each row whose unit is not the one of its series in that edition."""
    series = [name for name in _SERIES if name in schema.names]
    if "country" not in schema.key or "unit" not in schema.names or "edition" not in schema.key:
        return
    rows = frame.with_row_index("row", offset=_first_row(path)).with_columns(
        pl.col("unit").first().over(series).alias("first")
    )
    for row, unit, first in (
        rows.filter(pl.col("unit") != pl.col("first")).select("row", "unit", "first").iter_rows()
    ):
        yield Problem(
            "two units in one series",
            file=str(path),
            line=row,
            field="unit",
            found=unit,
            expected=f"{first}, as in the rows before of this mineral and edition",
        )


def _strangers(
    frame: pl.DataFrame, column: Column, path: Path, known: set[str], register: str
) -> Iterator[Problem]:
    """Yield a problem for each value that the table or the sources it refers to do not have."""
    cells = pl.col(column.name).str.split("|") if column.lists else pl.col(column.name)
    rows = frame.select(cells.alias("cell")).with_row_index("row", offset=_first_row(path))
    rows = rows.explode("cell") if column.lists else rows
    needed = column.name == "source"
    for cell, row in (
        rows.unique("cell", keep="first", maintain_order=True).select("cell", "row").iter_rows()
    ):
        if cell not in known and (cell or needed):
            yield Problem(
                f"not in {register}",
                file=str(path),
                line=row,
                field=column.name,
                found=repr(cell),
                expected=f"a row of {register}",
                nearest=nearest(cell or "", sorted(known)),
            )
