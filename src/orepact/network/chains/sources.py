"""Registers of sources: who published what, when, under which licence."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orepact.data.bundle import TO_CONFIRM
from orepact.data.table import Kind, Table, scan_table
from orepact.errors import Problem, attempt

__all__ = ["LICENCE_STATUS", "read_sources"]

LICENCE_STATUS = ("confirmed", "facts", TO_CONFIRM)

_SOURCE: dict[str, Kind] = {
    "source_id": "text",
    "publisher": "text",
    "title": "text",
    "licence": "text",
    "licence_status": "text",
    "url": "text",
}


def read_sources(folder: Path, problems: list[Problem]) -> pl.DataFrame | None:
    """Return the sources of a folder's ``sources*.csv``, None if there is no such table.

    The columns are source_id, publisher, title, edition, licence, licence_status, url, note. What
    is wrong with rows goes to `problems`.
    """
    tables: list[Table] = []
    first_given: dict[str, str] = {}
    for path in sorted(folder.glob("sources*.csv")) or [folder / "sources.csv"]:
        optional: dict[str, Kind] = {"edition": "text", "note": "text"}
        table = attempt(problems, scan_table, path, _SOURCE, optional=optional, root=folder)
        if table is None:
            continue
        tables.append(table)
        problems += [*table.problems, *table.empty("source_id")]
        problems += table.unknown("licence_status", LICENCE_STATUS)
        for line, name in table.frame.select("line", "source_id").iter_rows():
            first = first_given.setdefault(name, f"{path.name}, line {line}")
            if first != f"{path.name}, line {line}":
                problems.append(
                    table.problem(
                        line,
                        "source_id",
                        "duplicate key",
                        found=name,
                        expected=f"one row (first given in {first})",
                    )
                )
    if not tables:
        return None
    columns = [*_SOURCE, "note"]
    columns.insert(columns.index("licence"), "edition")
    return pl.concat([table.frame.select(columns) for table in tables])
