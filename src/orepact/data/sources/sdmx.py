"""Statistics through SDMX: any dataflow, and Eurostat's Comext as the Union's sourcing.

Eurostat and the OECD (its inventory of export restrictions among others) answer in SDMX-CSV 1.0;
`sdmx1` knows their addresses. Comext is dataflow DS-045409: dimensions freq, reporter, partner,
product (CN8), flow (1 import, 2 export), indicators (``VALUE_IN_EUROS``, ``QUANTITY_IN_100KG``).
Written for the columns of 2024 to 2026 and verified on made files. Eurostat: CC BY 4.0, with
exceptions: see its reuse policy; OECD: terms of the dataset.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sdmx
from sdmx.exceptions import ParseError, XMLParseError

from orepact.data.bundle import read_bundle
from orepact.data.dataset.schemas import schema_of
from orepact.data.sources.cells import (
    NOT_SPECIFIED,
    Loaded,
    Unmapped,
    content_of,
    known_places,
    read_csv,
    strict_number,
)
from orepact.data.sources.fetch import Release, download
from orepact.errors import InputError, Problem, nearest

__all__ = ["COMEXT", "Query", "address_of", "fetch", "read", "read_comext"]

COMEXT = "DS-045409"
"""The dataflow of trade in goods by CN8, since 1988."""

_FORMATS = {"ESTAT": "SDMX-CSV", "ESTAT_COMEXT": "SDMX-CSV", "OECD": "csvfile"}
_META = {"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "ACTION", "LAST UPDATE"}
_NONE = {"", ":", "NaN"}
_DIMENSIONS = ("freq", "reporter", "partner", "product", "flow", "indicators")
_WHOLE = {"EXT_EU27_2020", "EU27_2020_EXTRA", "EXTRA_EU27_2020"}
_PARTS = {"INT_EU27_2020", "EU27_2020_INTRA", "WORLD"}
_VALUE = "VALUE_IN_EUROS"
_MEASURES = {_VALUE: "value", "QUANTITY_IN_100KG": "quantity"}
_NATIONAL = re.compile(r"\b([0-9]{8})\b(?: ([a-z_]+))?")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Query:
    """What to ask a provider: dataflow, key (dimensions joined by dots) and first and last year."""

    provider: str
    dataflow: str
    key: str = ""
    start: str = ""
    end: str = ""


def address_of(query: Query) -> str:
    """Return the address of a query; raises `InputError` for a provider that is not known."""
    if query.provider not in _FORMATS:
        raise InputError(
            [
                Problem(
                    "unknown provider",
                    field="provider",
                    found=query.provider,
                    expected="one of " + ", ".join(_FORMATS),
                    nearest=nearest(query.provider, list(_FORMATS)),
                )
            ]
        )
    given = {"startPeriod": query.start, "endPeriod": query.end}
    request: Any = sdmx.Client(query.provider).get(
        "data",
        resource_id=query.dataflow,
        key=query.key or None,
        params={name: value for name, value in given.items() if value},
        dry_run=True,
    )
    joint = "&" if "?" in str(request.url) else "?"
    return f"{request.url}{joint}format={_FORMATS[query.provider]}"


def fetch(
    query: Query, edition: str, file: str, folder: Path | None = None, *, progress: Any = None
) -> Path:
    """Download a query's answer as SDMX-CSV; `edition` is the day of extraction, 2026-11-21."""
    release = Release(f"sdmx-{query.provider.lower()}", edition, address_of(query), file)
    return download(release, folder, progress=progress)


def read(source: Path | bytes, *, name: str = "") -> pl.DataFrame:
    """Return the observations of an SDMX-CSV or SDMX-ML file.

    A column of text for each dimension and attribute, TIME_PERIOD (text) and OBS_VALUE (number,
    null for none), and `line`, the row of the file. Raises `InputError` for a file of neither
    kind, a value that is no number, a key given twice.
    """
    name, content = content_of(source, name)
    start = content.lstrip()[:1]
    frame = _from_xml(name, content) if start == b"<" else _from_csv(name, content)
    keys = [
        column
        for column in frame.columns
        if column not in {"OBS_VALUE", "OBS_FLAG", "OBS_STATUS", "CONF_STATUS", "line"}
    ]
    twice = frame.filter(frame.select(keys).is_duplicated())
    if twice.height:
        raise InputError(
            Problem(
                "observation given twice",
                file=name,
                line=int(row["line"]),
                found=", ".join(str(row[key]) for key in keys),
            )
            for row in twice.head(_SHOWN).iter_rows(named=True)
        )
    return frame


def _from_csv(name: str, content: bytes) -> pl.DataFrame:
    table = read_csv(content, name=name)
    table.require(("TIME_PERIOD", "OBS_VALUE"), layout="SDMX-CSV 1.0 of 2024 to 2026")
    kept = [column for column in table.header if column.upper() not in _META]
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    for line, row in table.records():
        text = row["OBS_VALUE"]
        number = None if text in _NONE else strict_number(text)
        if text not in _NONE and number is None:
            found = repr(text)
            problems.append(table.problem(line, "OBS_VALUE", "not a number", found=found))
        cells: dict[str, object] = {column: row[column] for column in kept}
        rows.append(cells | {"OBS_VALUE": number, "line": line})
    if problems:
        raise InputError(problems[:_SHOWN])
    return pl.DataFrame(rows, schema=_types(kept))


def _from_xml(name: str, content: bytes) -> pl.DataFrame:
    try:
        message: Any = sdmx.read_sdmx(io.BytesIO(content))
    except (AssertionError, ParseError, SyntaxError, ValueError, XMLParseError) as error:
        first = str(error).strip().partition("\n")[0]
        problem = Problem("not SDMX-ML that describes itself", file=name, found=first[:160])
        raise InputError([problem]) from error
    rows: list[dict[str, object]] = []
    for data_set in getattr(message, "data", ()):
        for observation in data_set.obs:
            cells = {key: str(value.value) for key, value in observation.key.values.items()}
            marks = observation.attached_attribute.items()
            cells |= {key: str(value.value) for key, value in marks}
            text = "" if observation.value is None else str(observation.value)
            number = None if text in _NONE else strict_number(text)
            rows.append({**cells, "OBS_VALUE": number, "line": len(rows) + 1})
    if not rows:
        raise InputError([Problem("no observations", file=name)])
    columns = list(dict.fromkeys(column for row in rows for column in row))
    filled = [{column: row.get(column, "") for column in columns} for row in rows]
    return pl.DataFrame(filled, schema=_types(columns))


def _types(columns: Sequence[str]) -> dict[str, type[pl.DataType]]:
    types: dict[str, type[pl.DataType]] = dict.fromkeys(columns, pl.String)
    return types | {"OBS_VALUE": pl.Float64, "line": pl.Int64}


def read_comext(source: Path | bytes, *, edition: str, name: str = "") -> Loaded:
    """Return the tables sourcing and customs_values from yearly imports of Comext.

    A share is an origin's part of the reporter's imports from outside the Union: of the total in
    the file if it has one, else of the sum of the origins. Codes of the Combined Nomenclature
    that the table of concordance does not know are listed in `unmapped`, and so are origins
    without a country (their value in thousand euros), which are kept as NSP. Raises `InputError`
    for a missing dimension, for exports or months, an indicator that is not known, origins that
    sum to more than the total.
    """
    name, content = content_of(source, name)
    frame = read(content, name=name)
    problems = _not_comext(name, frame)
    if problems:
        raise InputError(problems[:_SHOWN])
    minerals = _minerals()
    unmapped = Unmapped()
    rows: list[dict[str, object]] = []
    keys = ["reporter", "product", "TIME_PERIOD", "indicators"]
    for key, group in frame.sort("line").group_by(keys, maintain_order=True):
        reporter, code, period, indicator = (str(part) for part in key)
        if code not in minerals:
            unmapped.add("product", code)
            continue
        origins, total, wrong = _origins(name, group)
        problems += wrong
        if NOT_SPECIFIED in origins and indicator == _VALUE:
            unmapped.add("country", f"{code} {period}", origins[NOT_SPECIFIED] / 1000.0)
        common: dict[str, object] = {
            "importer": known_places([reporter], "eurostat")[reporter],
            "code": code,
            "period": period,
            "measure": _MEASURES[indicator],
            "total_eur": total,
            "hhi": sum((each / total) ** 2 for each in origins.values()),
            "edition": edition,
        }
        rows += [
            {
                **common,
                "mineral": mineral,
                "product": good,
                "origin": origin,
                "value_eur": amount,
            }
            for mineral, good in minerals[code]
            for origin, amount in origins.items()
        ]
    if problems:
        raise InputError(problems[:_SHOWN])
    return Loaded(_comext_tables(rows), unmapped.frame())


def _comext_tables(rows: Sequence[Mapping[str, Any]]) -> dict[str, pl.DataFrame]:
    """Return the tables sourcing and customs_values of origins with amount and total."""
    fixed: dict[str, object] = {
        "stage": "",
        "kind": "customs",
        "flag": "",
        "trade_parameter": None,
        "source": "EUROSTAT-COMEXT",
        "note": "",
    }
    full = [
        {**fixed, **row, "year": int(row["period"]), "share": row["value_eur"] / row["total_eur"]}
        for row in rows
    ]
    values = {
        (row["mineral"], row["code"], row["origin"], row["importer"], row["year"]): row
        for row in full
        if row["measure"] == "value"
    }
    return {
        "sourcing": _table("sourcing", full),
        "customs_values": _table("customs_values", list(values.values())),
    }


def _table(name: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    schema = schema_of(name)
    cells = [{column: row[column] for column in schema.names} for row in rows]
    return pl.DataFrame(cells, schema=schema.types).sort(schema.key)


def _minerals() -> dict[str, list[tuple[str, str]]]:
    """Return the minerals and forms of every code that the bundled dataset knows.

    Customs shares name their code of the Combined Nomenclature; else the concordance of codes.
    """
    bundle = read_bundle()
    found: dict[str, list[tuple[str, str]]] = {}
    customs = bundle.table("sourcing").filter(pl.col("kind") == "customs")
    for code, mineral, product in customs.select("code", "mineral", "product").unique().rows():
        found.setdefault(code, []).append((mineral, product))
    known = set(bundle.table("minerals")["mineral"])
    named: dict[str, list[tuple[str, str]]] = {}
    for row in bundle.table("concordance").iter_rows(named=True):
        for code, word in _NATIONAL.findall(row["national"]):
            mineral = word if word in known else row["mineral"]
            named.setdefault(code, []).append((mineral, row["form"]))
        for code in row["hs2022"].split("|"):
            named.setdefault(code, []).append((row["mineral"], row["form"]))
    return {code: sorted(set(each)) for code, each in {**named, **found}.items()}


def _origins(name: str, group: pl.DataFrame) -> tuple[dict[str, float], float, list[Problem]]:
    """Return the amount by origin, and the total from outside the Union."""
    amounts = dict(group.select("partner", "OBS_VALUE").drop_nulls().rows())
    whole = [amounts[partner] for partner in amounts if partner in _WHOLE]
    single = {each: value for each, value in amounts.items() if each not in _WHOLE | _PARTS}
    places = known_places(list(single), "eurostat")
    origins: dict[str, float] = {}
    for partner, amount in single.items():
        origins[places[partner]] = origins.get(places[partner], 0.0) + amount
    added = sum(origins.values())
    total = whole[0] if whole else added
    problems: list[Problem] = []
    if added > total * 1.001:
        problems.append(
            Problem(
                "origins sum to more than the total: members of the Union among the partners?",
                file=name,
                line=int(group["line"][0]),
                found=f"{added:,.0f}",
                expected=f"at most {total:,.0f}",
            )
        )
    return (origins if total else {}), total, problems


def _not_comext(name: str, frame: pl.DataFrame) -> list[Problem]:
    """Return what makes observations something else than yearly imports of Comext."""
    missing = [column for column in _DIMENSIONS if column not in frame.columns]
    if missing:
        return [
            Problem(
                "dimension is missing; this reader was written for DS-045409",
                file=name,
                line=1,
                field=column,
                found=", ".join(frame.columns),
                expected=column,
            )
            for column in missing
        ]
    allowed = {"freq": ["A"], "flow": ["1"], "indicators": list(_MEASURES)}
    return [
        Problem(
            "not yearly imports by value or quantity",
            file=name,
            line=line,
            field=column,
            found=value,
            expected=" or ".join(values),
        )
        for column, values in allowed.items()
        for line, value in frame.select("line", column).rows()
        if value not in values
    ][:_SHOWN]
