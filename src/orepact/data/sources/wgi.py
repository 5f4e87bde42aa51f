"""Worldwide Governance Indicators of the World Bank: six estimates by country and year.

CC BY 4.0. Two layouts: the table of the 2023 and 2024 Updates (``wgidataset.xlsx`` or the same as
CSV: code, year, indicator, estimate, stddev, nsource, pctrank), and what `fetch` saves from the
World Bank's interface, one value a row (economy, series, time, value), whose series were renamed
from ``CC.EST`` to ``GOV_WGI_CC.EST`` in 2025. The method changed then too: never splice editions.
Verified on made files.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import fastexcel
import polars as pl
import wbgapi

from orepact.data.dataset.schemas import schema_of
from orepact.data.sources.cells import (
    Loaded,
    SourceTable,
    Unmapped,
    content_of,
    known_places,
    read_csv,
    strict_number,
)
from orepact.data.sources.fetch import record_file, with_retry
from orepact.errors import InputError, OrepactError, Problem

__all__ = ["fetch", "read"]

_DATABASE = 3
_INDICATORS = ("CC", "GE", "PV", "RL", "RQ", "VA")
_SERIES = re.compile(
    r"(?:GOV_WGI_)?(CC|GE|PV|RL|RQ|VA)\.(EST|STD\.ERR|NO\.SRC|PER\.RNK|(?:EST\.)?SC)"
)
_MEASURES = {
    "EST": "estimate",
    "STD.ERR": "stderr",
    "NO.SRC": "n_sources",
    "PER.RNK": "percentile_rank",
    "SC": "score_0_100",
    "EST.SC": "score_0_100",
}
_TABLE = {
    "estimate": "estimate",
    "stddev": "stderr",
    "nsource": "n_sources",
    "pctrank": "percentile_rank",
}
_NAMED = ("code", "year", "indicator", *_TABLE)
_SAVED = ("economy", "series", "time", "value")
_NONE = {"", "..", "#N/A"}
_BOUNDS = {"estimate": (-4.0, 4.0), "percentile_rank": (0.0, 100.0), "score_0_100": (0.0, 100.0)}
_SHOWN = 20

Key = tuple[str, str, int]


def fetch(years: Iterable[int], file: Path, *, attempts: int = 4, wait: float = 1.0) -> Path:
    """Save the indicators of some years from the World Bank's interface as `file` (CSV).

    Raises `OrepactError` when the interface does not answer as expected.
    """
    asked = list(years)
    rows = with_retry(
        lambda: _rows(asked),
        wbgapi.endpoint,
        attempts=attempts,
        wait=wait,
        faults=(wbgapi.APIError, wbgapi.URLError, OSError),
    )
    if not rows:
        raise OrepactError("the World Bank's interface has no indicators for these years")
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_SAVED)
    writer.writerows(sorted(rows))
    part = file.with_name(file.name + ".part")
    _ = part.write_text(stream.getvalue(), encoding="utf-8")
    _ = part.replace(file)
    address = f"{wbgapi.endpoint}/sources/{_DATABASE}"
    record_file(file, address, f"retrieved {datetime.datetime.now(datetime.UTC):%Y-%m-%d}")
    return file


def _rows(years: list[int]) -> list[tuple[str, ...]]:
    """Return economy, series, year and value of the six indicators, whatever they are called."""
    names = [str(each["id"]) for each in wbgapi.series.list(db=_DATABASE)]
    found = wbgapi.data.fetch(
        [name for name in names if _SERIES.fullmatch(name)],
        time=years,
        db=_DATABASE,
        skipBlanks=True,
        numericTimeKeys=True,
    )
    return [tuple(str(row[column]) for column in _SAVED) for row in found]


def read(source: Path | bytes, *, edition: str, name: str = "") -> Loaded:
    """Return the table governance of an edition, as 2024 Update.

    Economies without a code are kept as NSP and listed in `unmapped`. Raises `InputError` with
    file, row and column: a column or an indicator that is not known, a value that is no number or
    out of its range, a value given twice.
    """
    name, content = content_of(source, name)
    table = _workbook(name, content) if content[:2] == b"PK" else read_csv(content, name=name)
    problems: list[Problem] = []
    figures: dict[Key, dict[str, float | None]] = {}
    if "series" in table.header:
        table.require(_SAVED, layout="what wgi.fetch saves")
        found = _from_series(table, problems)
    else:
        table.require(_NAMED, layout="the tables of the 2023 and 2024 Updates")
        found = _from_table(table, problems)
    for line, key, measure, value in found:
        if measure in figures.setdefault(key, {}):
            words = ", ".join(str(part) for part in key)
            problems.append(table.problem(line, measure, "value given twice", found=words))
        figures[key][measure] = value
    if problems:
        raise InputError(problems[:_SHOWN])
    return _loaded(figures, edition)


def _loaded(figures: Mapping[Key, Mapping[str, float | None]], edition: str) -> Loaded:
    places = known_places(sorted({code for code, _, _ in figures}), "worldbank")
    unmapped = Unmapped()
    schema = schema_of("governance")
    rows: list[dict[str, object]] = []
    for (code, indicator, year), measures in figures.items():
        if places[code] == "NSP":
            unmapped.add("economy", code)
        if all(value is None for value in measures.values()):
            continue
        row: dict[str, object] = {**dict.fromkeys(schema.names), **measures}
        sources = measures.get("n_sources")
        row |= {
            "country": places[code],
            "indicator": indicator,
            "year": year,
            "n_sources": None if sources is None else int(sources),
            "source": f"WB-WGI-{edition.split(maxsplit=1)[0]}",
            "edition": edition,
        }
        rows.append(row)
    frame = pl.DataFrame(rows, schema=schema.types).sort(schema.key)
    return Loaded({"governance": frame}, unmapped.frame())


def _from_series(
    table: SourceTable, problems: list[Problem]
) -> Iterator[tuple[int, Key, str, float | None]]:
    """Yield the values of the layout of one value a row."""
    for line, row in table.records():
        match = _SERIES.fullmatch(row["series"])
        year = _year(table, line, "time", row["time"].removeprefix("YR"), problems)
        if match is None:
            problems.append(table.problem(line, "series", "unknown series", found=row["series"]))
        elif year:
            measure = _MEASURES[match[2]]
            value = _value(table, line, "value", row["value"], measure, problems)
            yield line, (row["economy"], match[1], year), measure, value


def _from_table(
    table: SourceTable, problems: list[Problem]
) -> Iterator[tuple[int, Key, str, float | None]]:
    """Yield the values of the layout of one country, year and indicator a row."""
    for line, row in table.records():
        indicator = row["indicator"].upper()
        year = _year(table, line, "year", row["year"], problems)
        if indicator not in _INDICATORS:
            expected = "one of " + ", ".join(_INDICATORS)
            problems.append(
                table.problem(
                    line,
                    "indicator",
                    "unknown indicator",
                    found=row["indicator"],
                    expected=expected,
                )
            )
        elif year:
            for column, measure in _TABLE.items():
                value = _value(table, line, column, row[column], measure, problems)
                yield line, (row["code"], indicator, year), measure, value


def _year(table: SourceTable, line: int, column: str, text: str, problems: list[Problem]) -> int:
    if re.fullmatch(r"(19|20)[0-9]{2}(\.0)?", text):
        return int(text[:4])
    problems.append(table.problem(line, column, "not a year", found=repr(text), expected="2022"))
    return 0


def _value(
    table: SourceTable, line: int, column: str, text: str, measure: str, problems: list[Problem]
) -> float | None:
    if text in _NONE:
        return None
    number = strict_number(text)
    low, high = _BOUNDS.get(measure, (0.0, float("inf")))
    if number is None or not low <= number <= high:
        problems.append(
            table.problem(
                line,
                column,
                "not a number" if number is None else "out of range",
                found=repr(text),
                expected=f"{low:g} to {high:g}, or .. for none",
            )
        )
        return None
    return number


def _workbook(name: str, content: bytes) -> SourceTable:
    """Return the first sheet of a workbook as a table of text."""
    try:
        sheet = fastexcel.read_excel(content).load_sheet(0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        problem = Problem("not a workbook with a table", file=name, found=str(error)[:120])
        raise InputError([problem]) from error
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(sheet.columns)
    writer.writerows([["" if cell is None else cell for cell in row] for row in sheet.rows()])
    return read_csv(stream.getvalue().encode("utf-8"), name=name)
