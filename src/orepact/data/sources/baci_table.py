"""One table of trade, as a dataset holds it, from the yearly parts that `baci.read` writes."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orepact.data.dataset.schemas import schema_of
from orepact.errors import InputError, Problem

__all__ = ["MOST", "open_bounded", "write_table"]

MOST = 5_000_000
"""Rows that a dataset's table of trade may have: it is read whole."""

_ROW_GROUP = 10_240
_COUNT = "SELECT count(*) FROM read_parquet($parts, hive_partitioning = false)"
_COPY = """
COPY (
  SELECT {columns} FROM read_parquet($parts, hive_partitioning = false) ORDER BY {key}
) TO '{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {size})
"""


@contextmanager
def open_bounded(
    threads: int | None = None, memory: str = "2GB"
) -> Generator[duckdb.DuckDBPyConnection]:
    """Open a database in memory; what does not fit into `memory` goes to a temporary folder."""
    with (
        tempfile.TemporaryDirectory(prefix="orepact-duckdb-") as scratch,
        duckdb.connect() as database,
    ):
        _ = database.execute("SET memory_limit = $memory", {"memory": memory})
        _ = database.execute("SET temp_directory = $folder", {"folder": scratch})
        _ = database.execute("SET preserve_insertion_order = false")
        if threads is not None:
            _ = database.execute("SET threads = $threads", {"threads": threads})
        yield database


def write_table(folder: Path, path: Path, *, most: int = MOST, threads: int | None = None) -> int:
    """Write the parts in a folder as one table in the schema of ``trade``; return its rows.

    Raises `InputError` when the file exists, when the folder holds no parts, and for more than
    `most` rows: a dataset's table is read whole.
    """
    parts = [str(part) for part in sorted(folder.resolve().glob("year=*/*.parquet"))]
    if not parts:
        raise InputError(
            [Problem("no Parquet parts", file=str(folder), expected="what baci.read wrote")]
        )
    if path.exists():
        raise InputError([Problem("exists already", file=str(path), expected="a new file")])
    schema = schema_of("trade")
    part = path.with_name(path.name + ".part")
    with open_bounded(threads) as database:
        rows = int(database.execute(_COUNT, {"parts": parts}).fetchall()[0][0])
        if rows > most:
            raise InputError(
                [
                    Problem(
                        "too many rows for a table of a dataset",
                        file=str(folder),
                        found=f"{rows:,}",
                        expected=f"at most {most:,}: give the six-digit codes with --code",
                    )
                ]
            )
        query = _COPY.format(
            columns=", ".join(schema.names),
            key=", ".join(schema.key),
            file=str(part).replace("'", "''"),
            size=_ROW_GROUP,
        )
        try:
            _ = database.execute(query, {"parts": parts})
            _ = part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return rows
