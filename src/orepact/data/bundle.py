"""The tables of a dataset: read when asked for, typed, restricted to a vintage.

A file whose SHA-256 is the one of the manifest is read fast; any other file is read row by row and
everything that is wrong with it is raised at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from orepact.data.dataset.columns import ColumnKind, Schema
from orepact.data.dataset.manifest import digests, fold, read_manifest
from orepact.data.dataset.schemas import APART, FOLDER, TABLES, schema_of
from orepact.data.dataset.unchanged import kept_while_unchanged
from orepact.data.dataset.vintage import (
    ITSELF,
    Rule,
    Vintage,
    pick_vintage,
    prefer,
    restrict,
    vintages_of,
)
from orepact.data.table import Kind, Table, read_table, scan_table
from orepact.data.text import read_yaml
from orepact.errors import InputError, Problem, attempt, nearest

__all__ = [
    "SOURCE_COLUMNS",
    "TO_CONFIRM",
    "WORLD_FOLDER",
    "Bundle",
    "cites",
    "read_bundle",
    "read_checked",
    "read_sources",
]

WORLD_FOLDER = Path(str(resources.files("orepact.data"))) / "world"
"""Folder of the bundled dataset."""

SOURCE_COLUMNS = (
    "source_id",
    "publisher",
    "title",
    "edition",
    "licence",
    "licence_status",
    "url",
    "note",
)
"""Columns of a table of sources."""

TO_CONFIRM = "to confirm"
"""Licence status of a source whose licence was not checked with the publisher."""

_Made = TypeVar("_Made")

_YEARS = range(1900, 2101)

_KINDS: Mapping[ColumnKind, Kind] = {
    "text": "text",
    "yes-no": "text",
    "number": "number",
    "share": "number",
    "year": "number",
    "count": "number",
}


@dataclass(frozen=True)
class Bundle:
    """The tables of a dataset as one vintage knew them.

    `name`, `version` and `hash` are those of the dataset, which every result carries; `names` are
    the tables that the folder holds. With `confirmed_only` rows whose licence is to confirm are
    left out, wherever they lie.
    """

    folder: Path
    name: str
    version: str
    vintage: str
    hash: str
    names: tuple[str, ...]
    known: Vintage = field(repr=False)
    confirmed_only: bool = False
    verified: frozenset[str] = field(default=frozenset(), repr=False)
    _tables: dict[str, pl.DataFrame] = field(
        default_factory=dict[str, pl.DataFrame], repr=False, compare=False
    )
    _made: dict[tuple[object, str], Any] = field(
        default_factory=dict[tuple[object, str], Any], repr=False, compare=False
    )

    def table(self, name: str) -> pl.DataFrame:
        """Return a table: numbers are floats, years integers, other cells text, empty for none.

        Raises `InputError` for an unknown table, with the nearest name, and for a file with wrong
        cells, with all of them.
        """
        schema = schema_of(name)
        if name not in self._tables:
            frame = restrict(self._whole(schema), schema, self.known)
            if self.confirmed_only and "source" in schema.names and name != ITSELF:
                frame = frame.filter(~cites(self.to_confirm))
            if "preferred" in schema.names:
                frame = prefer(frame, self.to_confirm)
            self._tables[name] = frame
        return self._tables[name]

    def once(self, make: Callable[[Bundle, str], _Made], of: str = "") -> _Made:
        """Return ``make(bundle, of)``, computed when it is first asked for.

        For what is read off a whole table and then asked for mineral by mineral. `make` is a
        function of a module and returns what nobody changes.
        """
        key = (make, of)
        if key not in self._made:
            self._made[key] = make(self, of)
        return self._made[key]

    def parts(self, name: str) -> Mapping[str, pl.DataFrame]:
        """Return the rows of a table by mineral, in their order; a mineral without rows is absent.

        Raises `InputError` as `table` does.
        """
        return self.once(_parts, name)

    def part(self, name: str, mineral: str) -> pl.DataFrame:
        """Return the rows of a table on one mineral, in their order."""
        found = self.parts(name).get(mineral)
        return self.table(name).clear() if found is None else found

    @cached_property
    def to_confirm(self) -> frozenset[str]:
        """Sources whose licence is to confirm."""
        sources = read_sources(self.folder)
        status = pl.col("licence_status") == TO_CONFIRM
        return frozenset(sources.filter(status)["source_id"].to_list())

    @property
    def identity(self) -> dict[str, str]:
        """Name, version and hash of the dataset and the vintage: what a result says it used."""
        return {
            "name": self.name,
            "version": self.version,
            "vintage": self.vintage,
            "hash": self.hash,
        }

    def _whole(self, schema: Schema) -> pl.DataFrame:
        places = [FOLDER] if self.confirmed_only else [FOLDER, f"{APART}/{FOLDER}"]
        files = [f"{place}/{schema.file}" for place in places]
        parts = [
            _read(self.folder / file, schema, self.folder, checked=file in self.verified)
            for file in files
            if (self.folder / file).is_file()
        ]
        return pl.concat(parts) if parts else pl.DataFrame(schema=schema.types)


def read_bundle(
    folder: Path = WORLD_FOLDER, vintage: str = "", *, confirmed_only: bool = False
) -> Bundle:
    """Open the tables of a dataset in a vintage, the newest for an empty name.

    A dataset without the table ``vintages`` has one vintage that holds everything. A folder that
    did not change is not read twice: its tables are shared. Raises `InputError` for a folder
    without tables, an unknown vintage, a broken manifest.
    """
    if not (folder / FOLDER).is_dir():
        raise InputError([_no_tables(folder)])
    return _opened(folder, vintage=vintage, confirmed_only=confirmed_only)


@kept_while_unchanged
def _opened(folder: Path, *, vintage: str, confirmed_only: bool) -> Bundle:
    found = digests(folder)
    stated = read_manifest(folder)
    verified = frozenset(name for name, sha in found.items() if stated.get(name) == sha)
    name, version = _identity(folder)
    return Bundle(
        folder=folder,
        name=name,
        version=version,
        vintage=(known := _vintage(folder, vintage, verified)).name,
        hash=fold(found, confirmed_only=confirmed_only),
        names=tuple(name for name in TABLES if _present(folder, TABLES[name])),
        known=known,
        confirmed_only=confirmed_only,
        verified=verified,
    )


def cites(sources: Collection[str]) -> pl.Expr:
    """Return whether a row's cell of sources names one of some sources."""
    return pl.col("source").str.split("|").list.eval(pl.element().is_in(sorted(sources))).list.any()


def _parts(bundle: Bundle, name: str) -> dict[str, pl.DataFrame]:
    split = bundle.table(name).partition_by("mineral", as_dict=True, maintain_order=True)
    return {str(mineral): rows for (mineral,), rows in split.items()}


def _present(folder: Path, schema: Schema) -> bool:
    return any((folder / place / schema.file).is_file() for place in (FOLDER, f"{APART}/{FOLDER}"))


def _vintage(folder: Path, name: str, verified: frozenset[str]) -> Vintage:
    schema = TABLES["vintages"]
    file = f"{FOLDER}/{schema.file}"
    if not (folder / file).is_file():
        free = (Rule(source="", edition="", last="", note=""),)
        own = Vintage(_identity(folder)[1], "", dict.fromkeys(TABLES, free))
        return pick_vintage({own.name: own}, name)
    frame = _read(folder / file, schema, folder, checked=file in verified)
    return pick_vintage(vintages_of(frame), name)


def _identity(folder: Path) -> tuple[str, str]:
    """Return name and version of a dataset; its folder's name and *all* without ``world.yaml``."""
    path = folder / "world.yaml"
    if not path.is_file():
        return folder.name, "all"
    value = read_yaml(path, kind="world", root=folder).value
    return str(value.get("name", folder.name)), str(value.get("version", "all"))


def _read(path: Path, schema: Schema, root: Path, *, checked: bool) -> pl.DataFrame:
    if checked and not schema.parquet:
        frame = pl.read_csv(path, schema_overrides=schema.types).select(schema.names)
        return frame.with_columns(pl.col(pl.String).fill_null(""))
    if checked:
        return pl.read_parquet(path)
    return read_checked(path, schema, root)


def read_checked(path: Path, schema: Schema, root: Path | None = None) -> pl.DataFrame:
    """Read a table row by row; raises `InputError` with every wrong cell, key and column."""
    if schema.parquet:
        return _parquet(path, schema)
    kinds: dict[str, Kind] = {each.name: _KINDS[each.kind] for each in schema.columns}
    table = scan_table(path, kinds, root=root)
    problems = [*table.problems, *_wrong(table, schema)]
    if problems:
        raise InputError(problems)
    return table.frame.select(schema.names).cast(schema.types)  # pyright: ignore[reportArgumentType]


def _wrong(table: Table, schema: Schema) -> list[Problem]:
    problems = table.repeated(schema.key)
    for column in schema.columns:
        if column.kind in {"year", "count"}:
            problems += [
                table.problem(line, column.name, message, found=f"{value:g}")
                for line, value in table.frame.select("line", column.name).iter_rows()
                if value is not None and (message := _not_whole(value, column.kind))
            ]
        if column.kind == "yes-no":
            problems += table.unknown(column.name, ["yes", "no"], empty=True)
    return problems


def _not_whole(value: float, kind: ColumnKind) -> str:
    """Return what is wrong with a number that must be a count or a year."""
    if value != int(value):
        return "not a whole number"
    return "not a year" if kind == "year" and int(value) not in _YEARS else ""


def _parquet(path: Path, schema: Schema) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        first = str(error).strip().partition("\n")[0]
        raise InputError(
            [Problem("not a table in Parquet", file=str(path), found=first[:120])]
        ) from error
    problems = [
        Problem(
            "wrong column",
            file=str(path),
            field=name,
            found=str(frame.schema.get(name, "nothing")),
            expected=str(dtype),
            nearest=nearest(name, [each for each in frame.columns if each not in schema.types]),
        )
        for name, dtype in schema.types.items()
        if frame.schema.get(name) != dtype
    ]
    if not problems:
        first = pl.struct(schema.key).is_first_distinct()
        again = frame.with_row_index("row", offset=1).filter(~first)
        problems = [
            Problem("duplicate key", file=str(path), line=row, field="+".join(schema.key))
            for row in again["row"]
        ]
    if problems:
        raise InputError(problems)
    return frame.select(schema.names)


def read_sources(folder: Path = WORLD_FOLDER) -> pl.DataFrame:
    """Return the sources of a dataset: source_id, publisher, title, edition, licence and so on.

    Columns: `SOURCE_COLUMNS`. Raises `InputError` with every problem of every file of sources.
    """
    problems: list[Problem] = []
    kinds: dict[str, Kind] = dict.fromkeys(SOURCE_COLUMNS, "text")
    files = sorted(folder.glob("sources*.csv"))
    tables = [attempt(problems, read_table, path, kinds, root=folder) for path in files]
    if problems:
        raise InputError(problems)
    frames = [table.frame.select(SOURCE_COLUMNS) for table in tables if table is not None]
    empty = pl.DataFrame(schema=dict.fromkeys(SOURCE_COLUMNS, pl.String()))
    return pl.concat([empty, *frames])


def _no_tables(folder: Path) -> Problem:
    return Problem(
        "the dataset has no tables" if folder.is_dir() else "no such folder",
        file=str(folder),
        expected=f"a folder with {FOLDER}/production.csv and the other tables",
    )
