"""UN Comtrade: trade as importers and as exporters report it, by year and six-digit code.

Licence: the free interface allows use with attribution but no redistribution in bulk; what is
fetched stays with the user. Written for the columns of the interface of 2023 to 2026 (comtradeapi
version 1, JSON or the CSV of the site): ``refYear``, ``reporterCode``, ``flowCode``,
``partnerCode``, ``classificationCode``, ``cmdCode``, ``netWgt`` (kg), ``primaryValue`` (US
dollars). Verified on made files; the network part with the calls replaced.
"""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import comtradeapicall
import polars as pl

from orepact.data.dataset.schemas import schema_of
from orepact.data.sources.cells import (
    NOT_SPECIFIED,
    Loaded,
    SourceTable,
    Unmapped,
    content_of,
    known_places,
    read_csv,
    strict_number,
)
from orepact.data.sources.fetch import record_file
from orepact.errors import InputError, OrepactError, Problem

__all__ = ["KEY", "fetch", "read"]

KEY = "COMTRADE_API_KEY"
"""Environment variable with the key of the interface; comtradeplus.un.org gives one for free."""

_ADDRESS = "https://comtradeapi.un.org/data/v1/get/C/A/HS"
_MOST = 250_000
_COLUMNS = (
    "refYear",
    "reporterCode",
    "flowCode",
    "partnerCode",
    "partner2Code",
    "classificationCode",
    "cmdCode",
    "customsCode",
    "motCode",
    "netWgt",
    "primaryValue",
)
_TOTALS = {"partner2Code": "0", "customsCode": "C00", "motCode": "0"}
_NOMENCLATURE = {
    "H0": "HS1992",
    "H1": "HS1996",
    "H2": "HS2002",
    "H3": "HS2007",
    "H4": "HS2012",
    "H5": "HS2017",
    "H6": "HS2022",
}
_TABLES = {"M": "trade", "X": "trade_as_exported"}
_COVERAGE = {"M": "reported_by_importer", "X": "reported_by_exporter"}
_KEY = ("code", "nomenclature", "year", "exporter", "importer")
_SHOWN = 20


def fetch(
    products: Sequence[str],
    years: Sequence[int],
    file: Path,
    *,
    reporters: Sequence[str] = (),
    flow: str = "M",
    key: str = "",
    attempts: int = 4,
    wait: float = 1.0,
) -> Path:
    """Save what reporters (numeric codes; all if none) state of products, as `file` (CSV).

    One call a year, `wait` seconds apart; a call that comes back full (250,000 rows) is split by
    product, then by reporter. The key is `key` or the environment's COMTRADE_API_KEY. Raises
    `InputError` without a key, `OrepactError` when the interface refuses or can not be split.
    """
    secret = key or os.environ.get(KEY, "")
    if not secret:
        problem = Problem(
            "no key for UN Comtrade",
            field=KEY,
            expected=f"a key in the environment variable {KEY}; comtradeplus.un.org gives one, "
            "or bring a file downloaded from there with --from",
        )
        raise InputError([problem])
    part = file.with_name(file.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for year in years:
            asked = {"period": str(year), "flowCode": flow}
            for row in _split(secret, asked, list(products), list(reporters), attempts, wait):
                writer.writerow([row.get(column, "") for column in _COLUMNS])
    _ = part.replace(file)
    record_file(file, _ADDRESS, f"retrieved {datetime.datetime.now(datetime.UTC):%Y-%m-%d}")
    return file


def _split(
    key: str,
    asked: Mapping[str, str],
    products: list[str],
    reporters: list[str],
    attempts: int,
    wait: float,
) -> Iterator[Mapping[str, object]]:
    """Yield the rows of a query, in parts if the whole is cut at the interface's limit."""
    rows = _call(key, asked, products, reporters, attempts, wait)
    if len(rows) < _MOST:
        yield from rows
        return
    lists = (products, reporters)
    if max(len(each) for each in lists) < 2:
        message = (
            f"UN Comtrade cuts {', '.join(products)} of {asked['period']} at {_MOST:,} rows: "
            "name the reporters, so that the query can be split"
        )
        raise OrepactError(message)
    by_product = len(products) >= 2
    longer = products if by_product else reporters
    middle = len(longer) // 2
    for half in (longer[:middle], longer[middle:]):
        pair = (half, reporters) if by_product else (products, half)
        yield from _split(key, asked, *pair, attempts, wait)


def _call(
    key: str,
    asked: Mapping[str, str],
    products: Sequence[str],
    reporters: Sequence[str],
    attempts: int,
    wait: float,
) -> list[Mapping[str, object]]:
    """Return the rows of one call; the library prints what went wrong, which is kept instead."""
    words = ""
    for attempt in range(attempts):
        time.sleep(wait * (2**attempt if attempt else 1))
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            frame: Any = comtradeapicall.getFinalData(
                key,
                typeCode="C",
                freqCode="A",
                clCode="HS",
                reporterCode=",".join(reporters) or None,
                cmdCode=",".join(products),
                partnerCode=None,
                partner2Code="0",
                customsCode="C00",
                motCode="0",
                maxRecords=_MOST,
                format_output="JSON",
                includeDesc=False,
                **asked,
            )
        if frame is not None:
            return cast("list[Mapping[str, object]]", frame.to_dict("records"))
        words = said.getvalue().strip().replace(key, "…").partition("\n")[0]
    message = f"UN Comtrade did not answer {attempts} times: {words[:200]}\n  Try again later."
    raise OrepactError(message)


def read(source: Path | bytes, *, name: str = "") -> Loaded:
    """Return the tables trade (as importers report) and trade_as_exported (as exporters do).

    Tonnes are the net weight; a weight of zero beside a value is not known, and stays empty. Codes
    without a place are kept as NSP and listed in `unmapped`. Raises `InputError` with file, row
    and column: a column that is missing, rows that are parts of others (by second partner, customs
    procedure or transport), a code that has not six digits, a number written otherwise, a flow
    given twice.
    """
    name, content = content_of(source, name)
    table = _from_json(name, content) if content.lstrip()[:1] in {b"{", b"["} else None
    table = table or read_csv(content, name=name)
    table.require(_COLUMNS, layout="the interface of 2023 to 2026")
    records = list(table.records())
    codes = {row[column] for _, row in records for column in ("reporterCode", "partnerCode")}
    places = known_places(sorted(codes), "comtrade")
    unmapped = Unmapped()
    problems: list[Problem] = []
    rows: dict[str, dict[tuple[object, ...], dict[str, object]]] = {
        table_name: {} for table_name in _TABLES.values()
    }
    for line, row in records:
        wrong = _wrong(table, line, row)
        if wrong:
            problems += wrong
            continue
        flow = row["flowCode"]
        found = _row(row, places)
        for column in ("reporterCode", "partnerCode"):
            if places[row[column]] == NOT_SPECIFIED:
                unmapped.add("country", row[column], float(str(found["kusd"])))
        key = tuple(
            found[each] for each in ("code", "nomenclature", "year", "exporter", "importer")
        )
        first = rows[_TABLES[flow]].setdefault(key, found)
        if first is not found:
            if NOT_SPECIFIED not in key:
                shown = ", ".join(str(each) for each in key)
                problems.append(table.problem(line, "cmdCode", "flow given twice", found=shown))
            _add(first, found)
    if problems:
        raise InputError(problems[:_SHOWN])
    schema = schema_of("trade")
    tables = {
        each: pl.DataFrame(list(found.values()), schema=schema.types).sort(schema.key)
        for each, found in rows.items()
    }
    return Loaded(tables, unmapped.frame())


def _row(row: Mapping[str, str], places: Mapping[str, str]) -> dict[str, object]:
    """Return a row of the table of trade."""
    importing = row["flowCode"] == "M"
    reporter, partner = places[row["reporterCode"]], places[row["partnerCode"]]
    value = strict_number(row["primaryValue"]) or 0.0
    weight = strict_number(row["netWgt"]) or 0.0
    return {
        "code": row["cmdCode"],
        "nomenclature": _NOMENCLATURE[row["classificationCode"]],
        "year": int(row["refYear"]),
        "exporter": partner if importing else reporter,
        "importer": reporter if importing else partner,
        "tonnes": weight / 1000.0 if weight > 0.0 else None,
        "kusd": value / 1000.0,
        "coverage": _COVERAGE[row["flowCode"]],
        "source": "UN-COMTRADE",
    }


def _add(first: dict[str, object], other: Mapping[str, object]) -> None:
    """Add the flow of another code without a place to the one that is there."""
    for name in ("tonnes", "kusd"):
        one, two = first[name], other[name]
        first[name] = None if one is None or two is None else float(str(one)) + float(str(two))


def _wrong(table: SourceTable, line: int, row: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with a row."""
    checks = {
        "flowCode": (row["flowCode"] in _TABLES, "M or X"),
        "refYear": (row["refYear"].isdigit() and len(row["refYear"]) == 4, "a year"),
        "classificationCode": (row["classificationCode"] in _NOMENCLATURE, "H0 to H6"),
        "cmdCode": (row["cmdCode"].isdigit() and len(row["cmdCode"]) == 6, "six digits"),
        "primaryValue": (_is_amount(row["primaryValue"]), "US dollars, written 1234.5"),
        "netWgt": (row["netWgt"] in {"", "nan"} or _is_amount(row["netWgt"]), "kilograms"),
    }
    for column, total in _TOTALS.items():
        good = row[column] in {total, f"{total}.0"}
        checks[column] = (good, f"{total}: parts of a flow would be counted twice")
    return [
        table.problem(line, column, "wrong value", found=repr(row[column]), expected=expected)
        for column, (good, expected) in checks.items()
        if not good
    ]


def _is_amount(text: str) -> bool:
    number = strict_number(text)
    return number is not None and number >= 0.0


def _from_json(name: str, content: bytes) -> SourceTable:
    """Return the rows of the interface's JSON as a table of text; the line is the row's number."""
    try:
        value: Any = json.loads(content)
    except ValueError as error:
        raise InputError([Problem("broken JSON", file=name, found=str(error)[:120])]) from error
    data: Any = cast("Any", value).get("data") if isinstance(value, dict) else value
    if not isinstance(data, list) or not data:
        problem = Problem("no rows", file=name, field="data", expected="a list of flows")
        raise InputError([problem])
    records = cast("list[dict[str, object]]", data)
    header = tuple(records[0])
    rows = tuple(
        (number, tuple(_text(record.get(column)) for column in header))
        for number, record in enumerate(records, start=1)
    )
    return SourceTable(name, header, rows)


def _text(value: object) -> str:
    return "" if value is None else str(value)
