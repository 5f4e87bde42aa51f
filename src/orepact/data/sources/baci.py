"""BACI of CEPII: user-brought files of bilateral trade, and who supplies whom with what.

BACI (Gaulier and Zignago 2010, CEPII working paper 2010-23; Etalab Open Licence 2.0) is one CSV
file per year, ``BACI_HS17_Y2024_V202601.csv``: t year, i exporter, j importer (BACI's numeric
codes), k product (HS, six digits), v value (thousand US dollars), q quantity (tonnes, ``NA`` when
not known). Written for the layout of the releases 2018 to 2026, nomenclatures HS92 to HS22, and
verified on made files only. BACI's codes differ from ISO 3166 for six places (842 USA, 251 FRA,
699 IND, 757 CHE, 579 NOR, 490 TWN), and three countries have an old and a new code (BEL, DEU,
SDN), whose rows are added up.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl

from orepact.data.sources.baci_files import (
    NAME,
    NOMENCLATURE,
    SHOWN,
    header_of,
    one_release,
    repeated_lines,
    wrong_lines,
    yearly_files,
)
from orepact.data.sources.baci_table import open_bounded
from orepact.data.sources.cells import NOT_SPECIFIED, known_places, read_csv
from orepact.errors import InputError, Problem

__all__ = ["BaciTrade", "concentration", "read"]

_QUERY = """
WITH flows AS (
  SELECT importer, code, year, exporter, kusd, {column} AS amount,
    CASE WHEN exporter <> '{unknown}' THEN {column} END AS known,
    CASE WHEN tonnes IS NOT NULL THEN kusd END AS covered
  FROM read_parquet($parts, hive_partitioning = false)
  WHERE {condition}
), sums AS (
  SELECT importer, code, any_value(year) AS year, sum(amount) AS total, sum(known) AS known,
    sum(known * known) AS squares, count(known) AS suppliers,
    arg_max(exporter, known) AS supplier, max(known) AS largest,
    sum(covered) AS covered, sum(kusd) AS kusd
  FROM flows GROUP BY importer, code
), shares AS (
  SELECT importer, code, year, total, suppliers, supplier, covered, kusd,
    coalesce(squares, 0) / total ** 2 AS hhi,
    coalesce(largest, 0) / total AS share,
    greatest(total - coalesce(known, 0), 0) / total AS unmapped_share
  FROM sums WHERE total > 0
)
SELECT importer, code, CAST(year AS SMALLINT) AS year, total,
  CAST(suppliers AS SMALLINT) AS suppliers, hhi,
  hhi + unmapped_share * (unmapped_share + 2 * share) AS hhi_high,
  supplier, share, unmapped_share, coalesce(covered, 0) / kusd AS coverage
FROM shares ORDER BY importer, code
"""
_TABLES = """
CREATE TABLE places(code VARCHAR, iso3 VARCHAR);
CREATE TABLE names(scheme VARCHAR, code VARCHAR, name VARCHAR);
CREATE TABLE wanted(code VARCHAR);
CREATE TABLE met(code VARCHAR);
CREATE TABLE unmapped(scheme VARCHAR, code VARCHAR, rows BIGINT, value DOUBLE);
"""
_UNMAPPED = """
SELECT scheme, code, coalesce(any_value(name), '') AS name,
  CAST(sum(rows) AS BIGINT) AS rows, sum(value) AS value
FROM unmapped LEFT JOIN names USING (scheme, code)
GROUP BY scheme, code ORDER BY value DESC, scheme, code
"""
_AMOUNT = r"[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]{1,2})?|\.[0-9]+"
_FLOWS = """
CREATE OR REPLACE TEMP TABLE flows AS
SELECT t, i, j, k, TRY_CAST(v AS DOUBLE) AS v,
  CASE WHEN q IN ('', 'NA') THEN NULL ELSE TRY_CAST(q AS DOUBLE) END AS q,
  t <> $year OR NOT regexp_full_match(i, '[0-9]{{1,3}}') OR NOT regexp_full_match(j, '[0-9]{{1,3}}')
    OR NOT regexp_full_match(k, '[0-9]{{6}}') OR NOT regexp_full_match(v, '{amount}')
    OR NOT regexp_full_match(q, '(NA)?|{amount}') AS bad
FROM (
  SELECT coalesce(trim(t), '') AS t, coalesce(trim(i), '') AS i, coalesce(trim(j), '') AS j,
    coalesce(trim(k), '') AS k, coalesce(trim(v), '') AS v, coalesce(trim(q), '') AS q
  FROM read_csv($file, header = true, auto_detect = false, delim = ',', quote = '"',
    columns = {columns}, strict_mode = true, null_padding = false)
)
WHERE $all OR trim(k) IN (SELECT code FROM wanted)
"""
_COPY = """
COPY (
  SELECT k AS code, '{nomenclature}' AS nomenclature, CAST({year} AS BIGINT) AS year,
    e.iso3 AS exporter, m.iso3 AS importer, {tonnes} AS tonnes, {kusd} AS kusd,
    '' AS coverage, '{source}' AS source
  FROM flows JOIN places AS e ON flows.i = e.code JOIN places AS m ON flows.j = m.code {group}
  ORDER BY importer, code, exporter
) TO '{file}' (FORMAT parquet, COMPRESSION zstd)
"""


@dataclass(frozen=True, slots=True)
class BaciTrade:
    """Where the trade was written, and what of it has no known place or product.

    `unmapped` has the columns scheme, code, rows, value (thousand US dollars): a row whose
    exporter and importer are both unknown counts for each. `years` has the columns year, rows,
    value, unmapped_value (a row once).
    """

    folder: Path
    nomenclature: str
    edition: str
    years: pl.DataFrame = field(repr=False)
    unmapped: pl.DataFrame = field(repr=False)


def read(
    source: Path,
    into: Path,
    *,
    country_codes: Path | bytes | None = None,
    product_codes: Path | bytes | None = None,
    products: Sequence[str] | None = None,
    threads: int | None = None,
) -> BaciTrade:
    """Turn BACI files into Parquet, one part per year, with ISO3 codes; nothing is dropped.

    `source` is one file, a ZIP archive of them, or a folder. The files of country and product
    codes are looked for beside them if not given: they name what is not mapped, and tell which
    products exist. `products` keeps only these six-digit codes. `into` must not exist: it gets
    ``year=<t>/*.parquet`` with the columns code, nomenclature, year, exporter, importer, tonnes,
    kusd, coverage, source, sorted by importer and code. A place without a known code becomes NSP.

    Raises `InputError` with file, line and column for a wrong header, a file without rows, a cell
    that is no number, a code of another length, a row given twice, a year that is not the one of
    the file's name; and for each of `products` that no flow has.
    """
    if into.exists():
        raise InputError([Problem("exists already", file=str(into), expected="a new folder")])
    part, new = into.with_name(into.name + ".part"), not into.parent.exists()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="orepact-baci-") as scratch,
            open_bounded(threads) as database,
        ):
            files = yearly_files(source, Path(scratch))
            nomenclature, edition = one_release(files)
            beside = files[0].parent
            _ = database.execute(_TABLES)
            _load_names(
                database,
                "country",
                country_codes or _first(beside, "country_codes*.csv"),
                ("country_code", "country_name"),
            )
            _load_names(
                database,
                "product",
                product_codes or _first(beside, "product_codes*.csv"),
                ("code", "description"),
            )
            for code in products or ():
                _ = database.execute("INSERT INTO wanted VALUES ($code)", {"code": code})
            rows = [_write_year(database, file, part, nomenclature) for file in files]
            _check_met(database, source)
            unmapped = _frame_of(database, _UNMAPPED)
        _ = part.rename(into)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if new and not into.exists():
            shutil.rmtree(into.parent, ignore_errors=True)
    years = pl.DataFrame(rows, schema=["year", "rows", "value", "unmapped_value"], orient="row")
    return BaciTrade(into, NOMENCLATURE[nomenclature], edition, years, unmapped)


def concentration(
    folder: Path,
    *,
    measure: Literal["value", "quantity"] = "value",
    importers: Sequence[str] | None = None,
    products: Sequence[str] | None = None,
    threads: int | None = None,
    memory: str = "1500MB",
) -> pl.DataFrame:
    """Return how concentrated the suppliers of every importer, product and year are.

    Of `folder` as `read` writes it; columns importer, code, year, total (thousand US dollars
    or tonnes), suppliers (number with a known code), hhi and hhi_high (0 to 1), supplier (the
    largest with a known code), share (its share, 0 to 1), unmapped_share and coverage (0 to 1).
    `hhi` is the sum of squared shares of the known suppliers in the whole total: what is unmapped
    counts as spread thin, a lower bound. `hhi_high` gives all of it to the largest supplier, an
    upper bound. `coverage` is the share of value whose quantity is published. Raises `InputError`
    when the folder holds no parts. Herfindahl (1950), Hirschman (1945).
    """
    parts = sorted(folder.resolve().glob("year=*/*.parquet"))
    if not parts:
        problem = Problem("no Parquet parts", file=str(folder), expected="what baci.read wrote")
        raise InputError([problem])
    column = {"value": "kusd", "quantity": "tonnes"}[measure]
    given = {
        name: list(values)
        for name, values in (("importers", importers), ("products", products))
        if values is not None
    }
    names = {"importers": "importer", "products": "code"}
    condition = " AND ".join(f"list_contains(${name}, {names[name]})" for name in given)
    query = _QUERY.format(column=column, unknown=NOT_SPECIFIED, condition=condition or "true")
    with open_bounded(threads, memory) as database:
        frames = [
            _frame_of(database, query, {"parts": [str(part) for part in group], **given})
            for group in _by_year(parts)
        ]
    return pl.concat(frames, rechunk=False)


def _frame_of(
    database: duckdb.DuckDBPyConnection, query: str, values: dict[str, object] | None = None
) -> pl.DataFrame:
    """Return the result of a query."""
    relation = database.sql(query, params=values) if values else database.sql(query)
    return pl.DataFrame(_Stream(relation))


@dataclass(frozen=True, slots=True)
class _Stream:
    """A relation as nothing but a stream of Arrow batches.

    Polars asks a source for other interfaces too, and a relation answers each with an error that
    it never frees.
    """

    relation: duckdb.DuckDBPyRelation

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        return self.relation.__arrow_c_stream__(requested_schema)


def _by_year(parts: Iterable[Path]) -> list[list[Path]]:
    """Return the parts of each year."""
    groups: dict[str, list[Path]] = {}
    for part in parts:
        groups.setdefault(part.parent.name, []).append(part)
    return list(groups.values())


def _first(folder: Path, pattern: str) -> Path | None:
    return next(iter(sorted(folder.glob(pattern))), None)


def _load_names(
    database: duckdb.DuckDBPyConnection,
    scheme: str,
    source: Path | bytes | None,
    columns: tuple[str, str],
) -> None:
    """Fill the table of names from one of BACI's own code files, if there is one."""
    if source is None:
        return
    table = read_csv(source, name=f"{scheme}_codes" if isinstance(source, bytes) else "")
    older = (columns[0], "country_name_full")
    used = older if older[1] in table.header else columns
    table.require(used, layout=f"{scheme}_codes of the BACI releases 2018 to 2026")
    rows = [
        {"scheme": scheme, "code": _plain(row[used[0]], scheme), "name": row[used[1]]}
        for _, row in table.records()
    ]
    _ = database.executemany("INSERT INTO names VALUES ($scheme, $code, $name)", rows)


def _plain(code: str, scheme: str) -> str:
    return code.lstrip("0") if scheme == "country" else code


def _write_year(
    database: duckdb.DuckDBPyConnection, file: Path, part: Path, nomenclature: str
) -> tuple[int, int, float, float]:
    """Check one file and write its part; return year, rows, value and unmapped value."""
    match = NAME.fullmatch(file.name)
    year = int(match[2]) if match else 0
    header = header_of(file)
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in header)
    wanted = _one(database, "SELECT count(*) FROM wanted")[0]
    try:
        _ = database.execute(
            _FLOWS.format(columns="{" + columns + "}", amount=_AMOUNT),
            {"file": str(file), "year": str(year), "all": wanted == 0},
        )
    except duckdb.Error as error:
        raise InputError(wrong_lines(file, header, year) or [_broken(file, error)]) from None
    if _one(database, "SELECT count(*) FROM flows WHERE bad")[0]:
        unclear = Problem("a cell is no number that is understood", file=str(file))
        raise InputError(wrong_lines(file, header, year) or [unclear])
    repeats = database.execute(_REPEATS).fetchall()
    if repeats:
        raise InputError(repeated_lines(file, header, set(repeats)))
    _map_places(database)
    target = part / f"year={year}" / "trade.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    twins = _one(database, _TWINS)[0]
    query = _COPY.format(
        nomenclature=NOMENCLATURE[nomenclature],
        year=year,
        file=str(target).replace("'", "''"),
        source=f"CEPII-BACI-{nomenclature}",
        tonnes="CASE WHEN count(q) = count(*) THEN sum(q) END" if twins else "q",
        kusd="sum(v)" if twins else "v",
        group="GROUP BY k, e.iso3, m.iso3" if twins else "",
    )
    _ = database.execute(query)
    _ = database.execute(
        "INSERT INTO met SELECT DISTINCT k FROM flows WHERE k IN (SELECT code FROM wanted)"
    )
    rows, value, unmapped = _one(database, _TOTALS)
    return year, int(rows), float(value), float(unmapped)


_REPEATS = f"""
SELECT i, j, k FROM flows GROUP BY i, j, k HAVING count(*) > 1 ORDER BY i, j, k LIMIT {SHOWN}
"""  # noqa: S608 - names of this file
_TWINS = """
SELECT count(*) FROM (
  SELECT iso3 FROM places
  WHERE code IN (SELECT i FROM flows) OR code IN (SELECT j FROM flows)
  GROUP BY iso3 HAVING count(*) > 1
)
"""
_TOTALS = f"""
SELECT count(*), coalesce(sum(v), 0), coalesce(sum(v) FILTER (
  e.iso3 = '{NOT_SPECIFIED}' OR m.iso3 = '{NOT_SPECIFIED}'), 0)
FROM flows JOIN places AS e ON flows.i = e.code JOIN places AS m ON flows.j = m.code
"""  # noqa: S608 - names of this file
_NOTED = f"""
INSERT INTO unmapped
SELECT 'country', i, count(*), sum(v) FROM flows JOIN places ON i = code
WHERE iso3 = '{NOT_SPECIFIED}' GROUP BY i
UNION ALL SELECT 'country', j, count(*), sum(v) FROM flows JOIN places ON j = code
WHERE iso3 = '{NOT_SPECIFIED}' GROUP BY j
UNION ALL SELECT 'product', k, count(*), sum(v) FROM flows
WHERE EXISTS (FROM names WHERE scheme = 'product')
  AND k NOT IN (SELECT code FROM names WHERE scheme = 'product') GROUP BY k
"""  # noqa: S608 - names of this file


def _map_places(database: duckdb.DuckDBPyConnection) -> None:
    """Add the places of codes not met before, and count what has none."""
    found = database.execute(
        "SELECT i FROM flows UNION SELECT j FROM flows EXCEPT SELECT code FROM places"
    ).fetchall()
    known = known_places(sorted(code for (code,) in found), "baci")
    if known:
        rows = [{"code": code, "iso3": iso3} for code, iso3 in known.items()]
        _ = database.executemany("INSERT INTO places VALUES ($code, $iso3)", rows)
    _ = database.execute(_NOTED)


def _check_met(database: duckdb.DuckDBPyConnection, source: Path) -> None:
    """Raise `InputError` for each code that was asked for and that no flow has."""
    lacking = database.execute(
        "SELECT code FROM wanted EXCEPT SELECT code FROM met ORDER BY code"
    ).fetchall()
    if lacking:
        raise InputError(
            Problem(
                "no flow has this code",
                file=str(source),
                field="code",
                found=code,
                expected="six digits of the files' own nomenclature",
            )
            for (code,) in lacking
        )


def _one(database: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """Return the only row of a query."""
    return database.execute(query).fetchall()[0]


def _broken(file: Path, error: duckdb.Error) -> Problem:
    first = str(error).strip().partition("\n")[0]
    return Problem("cannot be read as CSV", file=str(file), found=first[:160])
