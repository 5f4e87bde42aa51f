"""What sealing and verifying a dataset ask beyond its manifest: its tables, and their sums."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orepact.data.bundle import read_bundle
from orepact.data.dataset.checks import check_tables
from orepact.data.dataset.schemas import APART, FOLDER, TABLES
from orepact.errors import InputError, Problem
from orepact.indicators.tables.world_totals import TOLERANCE, world_totals

__all__ = ["dataset_problems"]

EXCUSED = 0.25
"""A listed reason excuses countries that sum to at most so much above the world total."""

_SERIES = ("mineral", "stage", "year", "edition")


def dataset_problems(folder: Path) -> list[Problem]:
    """Return what is wrong with the tables of a dataset, and which countries miss their total."""
    problems = check_tables(folder)
    if problems or not (folder / FOLDER).is_dir():
        return problems
    try:
        totals = world_totals(read_bundle(folder))
    except InputError as error:
        return list(error.problems)
    wrong = pl.col("difference").is_not_null() & (
        (pl.col("state") == "differs") | (pl.col("difference") > EXCUSED)
    )
    return [_apart(folder, row) for row in totals.filter(wrong).to_dicts()]


def _apart(folder: Path, row: dict[str, object]) -> Problem:
    """Return the problem of an edition whose countries do not add up to its world total."""
    path, line = _place(folder, row)
    countries, world, unit = row["countries"], row["world"], row["unit"]
    return Problem(
        f"the countries of {row['mineral']}, {row['stage']}, {row['year']}, {row['edition']} do "
        "not add up to the world total",
        file=str(path),
        line=line,
        field="quantity",
        found=f"{countries:,.10g} {unit} against {world:,.10g} {unit}",
        expected=f"at most {TOLERANCE:.0%} apart, or a reason in the table world_totals",
    )


def _place(folder: Path, row: dict[str, object]) -> tuple[Path, int | None]:
    """Return file and line of the world total that a row of sums is held against."""
    own = pl.all_horizontal(pl.col(name) == str(row[name]) for name in _SERIES)
    for place in (FOLDER, f"{APART}/{FOLDER}"):
        path = folder / place / TABLES["production"].file
        if path.is_file():
            rows = pl.read_csv(path, infer_schema=False).with_row_index("line", offset=2)
            found = rows.filter(own & (pl.col("country") == "WLD"))
            if found.height:
                return path, int(found["line"][0])
    return folder / FOLDER / TABLES["production"].file, None
