"""Mineral Commodity Summaries of the US Geological Survey: world production, reserves, capacity.

Public domain. Each edition prints the year before last, and the last year as an estimate. Written
for the data releases

- 2023 and 2024: one file per chapter, ``mcs2024-antim_world.csv`` (columns ``Prod_t_2022``,
  ``Prod_t_est_2023``, ``Cap_kg_2022``, ``Reserves_t`` …), or the folder or archive of them;
- 2025: ``MCS2025_World_Data.csv`` (``COMMODITY``, ``TYPE``, ``UNIT_MEAS``, ``PROD_2023``,
  ``PROD_EST_ 2024`` …);
- 2026: ``MCS2026_Commodities_Data.csv``, one figure a row (``Statistics_detail``, ``Unit``,
  ``Year``, ``Value``), in Windows-1252.

Verified on rows of the published files of 2023 and 2024 and on made files of 2025 and 2026.
USGS writes 86,000 in some cells: a comma between groups of three is read, in this source only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orepact.data.sources.cells import (
    Loaded,
    SourceTable,
    Unmapped,
    content_of,
    open_archive,
    read_csv,
)
from orepact.data.sources.fetch import Release, download
from orepact.data.sources.usgs_rows import (
    Cell,
    Row,
    mixed_units,
    place_of,
    row_of,
    table_of,
    unrepeated,
)
from orepact.data.sources.usgs_words import (
    Header,
    Product,
    basis_of_reserves,
    commodity_of_file,
    header_of,
    product_of,
)
from orepact.errors import InputError, Problem, attempt

__all__ = ["EDITIONS", "fetch", "read"]

EDITIONS = {
    "2025": Release(
        "usgs-mcs",
        "MCS2025",
        "https://www.sciencebase.gov/catalog/file/get/6798fd34d34ea8c18376e8ee"
        "?name=MCS2025_World_Data.csv",
        "MCS2025_World_Data.csv",
    ),
    "2026": Release(
        "usgs-mcs",
        "MCS2026",
        "https://www.sciencebase.gov/catalog/file/get/696a75d5d4be0228872d3bf8"
        "?name=MCS2026_Commodities_Data.csv",
        "MCS2026_Commodities_Data.csv",
    ),
}
"""The editions that are one file each; 2023 and 2024 are archives of files, brought by the user."""

_ENCODINGS = ("utf-8", "cp1252")
_WANTED = re.compile(r".*(_world|world_data|commodities_data)\.csv", re.IGNORECASE)
_LONG = (
    "Section",
    "Commodity",
    "Country",
    "Statistics",
    "Statistics_detail",
    "Unit",
    "Year",
    "Value",
)
_SHIFTED = re.compile(r"[0-9.,]{3,}")
_STATISTICS = {"production": "production", "reserves": "reserves", "capacity": "capacity"}
_EDITION = re.compile(r"MCS ?(20[0-9]{2})", re.IGNORECASE)
_TABLES = ("production", "reserves", "capacity")
_SHOWN = 20


def fetch(edition: str, folder: Path | None = None, *, progress: Any = None) -> Path:
    """Download an edition; raises `InputError` for one that is not a single file."""
    if edition not in EDITIONS:
        problem = Problem(
            "no such edition to download",
            field="edition",
            found=edition,
            expected="one of " + ", ".join(EDITIONS) + "; bring the archives of 2023 and 2024",
        )
        raise InputError([problem])
    return download(EDITIONS[edition], folder, progress=progress)


def read(source: Path | bytes, *, name: str = "", edition: int | None = None) -> Loaded:
    """Return the tables production, reserves and capacity of one edition, in orepact's schema.

    `source` is a file, its bytes (then `name` is its name), or a folder or archive of the chapters
    of one edition. Quantities are in t, million_m3 or million_L; `edition` is the year of the
    edition, needed where neither the file's name nor its column ``Source`` says it.

    Commodities and types outside the dataset are listed in `unmapped`. Raises `InputError` with
    file, line and column: a column or cell that no edition is known to have, an unknown country, a
    unit other than the one of the same product in other rows, a figure given twice.
    """
    rows: list[Row] = []
    unmapped = Unmapped()
    problems: list[Problem] = []
    for file, content in _files(source, name):
        found = attempt(problems, _read_one, file, content, edition, unmapped)
        rows += found or []
    editions = sorted({row.edition for row in rows})
    if len(editions) > 1:
        problems.append(Problem("several editions", found=", ".join(map(str, editions))))
    rows, repeats = unrepeated(rows)
    problems += [*mixed_units(rows), *repeats]
    if problems:
        raise InputError(problems[:_SHOWN])
    tables = {name: table_of(name, [row for row in rows if row.table == name]) for name in _TABLES}
    return Loaded(tables, unmapped.frame())


def _files(source: Path | bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file with world data."""
    if isinstance(source, bytes):
        yield name, source
        return
    found: list[tuple[str, bytes]] = []
    if source.is_dir():
        paths = sorted(path for path in source.rglob("*.csv") if _WANTED.fullmatch(path.name))
        found = [content_of(path) for path in paths]
    elif source.suffix.lower() == ".zip" and source.is_file():
        with open_archive(source) as archive:
            members = sorted(each for each in archive.namelist() if _WANTED.fullmatch(each))
            found = [(f"{source}/{each}", archive.read(each)) for each in members]
    else:
        found = [content_of(source)]
    if not found:
        problem = Problem("no file of world data", file=str(source), expected="…_world.csv")
        raise InputError([problem])
    yield from found


def _read_one(name: str, content: bytes, edition: int | None, unmapped: Unmapped) -> list[Row]:
    table = read_csv(content, name=name, encodings=_ENCODINGS)
    if name.lower().endswith("_world.csv") and not commodity_of_file(name):
        for _ in table.rows:
            unmapped.add("product", Path(name).name)
        return []
    year = edition or _edition_of(table)
    if "Statistics_detail" in table.header or "MCS chapter" in table.header:
        table.require(_LONG, layout="the data release of 2026")
        return _checked([*_long_rows(table, year, unmapped)])
    table.require(_wide_keys(table), layout="the data releases of 2023 to 2025")
    return _checked([*_wide_rows(table, year, unmapped)])


def _checked(found: list[Row | Problem]) -> list[Row]:
    """Return the rows; raises `InputError` with the problems among them."""
    problems = [each for each in found if isinstance(each, Problem)]
    if problems:
        raise InputError(problems[:_SHOWN])
    return [each for each in found if isinstance(each, Row)]


def _edition_of(table: SourceTable) -> int:
    """Return the edition that the column Source, the name or the years of a file state."""
    names = [each for each in table.header if each.casefold() == "source"]
    at = table.header.index(names[0]) if names else 0
    texts = {cells[at] for _, cells in table.rows} if names else {Path(table.name).name}
    found = {match[1] for text in texts if (match := _EDITION.search(text))}
    if len(found) != 1 or (names and len(texts) > 1):
        raise InputError(
            [
                table.problem(
                    1,
                    "Source" if names else "",
                    "which edition this is cannot be told",
                    found=", ".join(sorted(texts)[:5]),
                    expected="MCS and a year, the same in every row, or `edition`",
                )
            ]
        )
    return int(found.pop())


def _wide_keys(table: SourceTable) -> list[str]:
    """Return the columns that a wide file must have, spelled as it spells its others."""
    upper = "COUNTRY" in table.header or "UNIT_MEAS" in table.header
    return ["COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS"] if upper else ["Country", "Type"]


def _wide_rows(table: SourceTable, edition: int, unmapped: Unmapped) -> Iterator[Row | Problem]:
    """Yield the figures of a file of 2023 to 2025."""
    headers = {name: header_of(name) for name in table.header}
    for name, header in headers.items():
        if header is None:
            yield table.problem(
                1,
                name,
                "unknown column: this reader was written for the data releases of 2023 to 2025",
                found=name,
                expected="Prod_…, Cap_…, Reserves_… of a year, or notes",
            )
    known = {name: header for name, header in headers.items() if header is not None}
    names = {header.holds: name for name, header in known.items()}
    chapter = commodity_of_file(table.name)
    for line, cells in table.records():
        held = {key: cells[name] for key, name in names.items()}
        commodity = held.get("commodity", "") or chapter
        place = place_of(table, line, names["country"], held["country"])
        for name, header in known.items():
            if header.holds not in _TABLES or not cells[name]:
                continue
            kind = header.detail if header.detail in {"sponge", "pigment"} else held["type"]
            product = product_of(commodity, kind)
            if product is None:
                unmapped.add("product", f"{commodity}: {kind}")
            elif isinstance(place, Problem):
                yield place
                break
            else:
                note = held.get(f"note of {header.holds}", "")
                yield _shifted(table, line, names, header, note) or row_of(
                    table,
                    Cell(line, name, cells[name]),
                    edition=edition,
                    holds=header.holds,
                    product=_counted(product, header, name, note),
                    place=place,
                    year=header.year or edition - 1,
                    unit=header.unit or held.get("unit", ""),
                    estimated=header.estimated,
                    note=note,
                    printed=kind,
                )


def _counted(product: Product, header: Header, column: str, note: str) -> Product:
    """Return the product that a figure counts: reserves may count another than output does."""
    return basis_of_reserves(product, column, note) if header.holds == "reserves" else product


def _shifted(
    table: SourceTable, line: int, names: Mapping[str, str], header: Header, note: str
) -> Problem | None:
    """Return a problem when a number stands where a note should."""
    if not _SHIFTED.fullmatch(note):
        return None
    return table.problem(
        line,
        names[f"note of {header.holds}"],
        "a number in place of a note: a column is shifted",
        found=repr(note),
        expected="words, or nothing",
    )


def _long_rows(table: SourceTable, edition: int, unmapped: Unmapped) -> Iterator[Row | Problem]:
    """Yield the figures of the file of 2026, of its sections on the world."""
    for line, cells in table.records():
        if "world" not in cells["Section"].casefold() or not cells["Value"]:
            continue
        holds = _STATISTICS.get(cells["Statistics"].casefold().split(",")[0].strip(), "")
        detail = cells["Statistics_detail"]
        commodity = cells["Commodity"]
        kind = detail if holds != "reserves" else f"{detail} mine primary production"
        product = product_of(commodity, kind) if holds else None
        if product is None:
            unmapped.add("product", f"{commodity}: {detail}")
            continue
        place = place_of(table, line, "Country", cells["Country"])
        year = re.fullmatch(r"([0-9]{4})(_estimated)?", cells["Year"])
        if isinstance(place, Problem):
            yield place
        elif year is None:
            yield table.problem(line, "Year", "not a year", found=cells["Year"], expected="2025")
        else:
            note = "; ".join(cells[each] for each in ("Notes", "Other notes") if cells.get(each))
            if holds == "reserves":
                product = basis_of_reserves(product, detail, note + detail)
            yield row_of(
                table,
                Cell(line, "Value", cells["Value"]),
                edition=edition,
                holds=holds,
                product=product,
                place=place,
                year=int(year[1]),
                unit=cells["Unit"],
                estimated=bool(year[2])
                or "estimated" in detail.casefold()
                or note.casefold().startswith("estimated")
                or (holds == "production" and int(year[1]) == edition - 1),
                note=note,
                printed=detail,
            )
