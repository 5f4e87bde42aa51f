"""Editions and sources of one figure side by side: what was revised, who says otherwise.

Nothing is averaged and nothing is chosen here; the preferred edition is marked, and a figure that
is withheld shows its mark (``W``), never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from orepact.data.bundle import Bundle, cites
from orepact.data.dataset.schemas import schema_of
from orepact.errors import InputError, Problem, nearest

__all__ = [
    "LAYOUTS",
    "Layout",
    "columns_to_confirm",
    "known_minerals",
    "rows_of",
    "side_by_side",
]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid side by side: what names a row, what names a column, what is shown."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    value: str


LAYOUTS: Mapping[str, Layout] = {
    "production": Layout(
        ("mineral", "stage", "product", "country", "year", "unit"), ("edition",), "quantity"
    ),
    "reserves": Layout(
        ("mineral", "basis", "note", "country", "year", "unit"), ("edition",), "quantity"
    ),
    "capacity": Layout(("mineral", "stage", "country", "year", "unit"), ("edition",), "quantity"),
    "sourcing": Layout(
        ("importer", "mineral", "origin"),
        ("source", "stage", "product", "code", "period", "measure"),
        "share",
    ),
    "global_supply": Layout(
        ("mineral", "country"), ("source", "stage", "product", "period"), "share"
    ),
    "prices": Layout(
        ("mineral", "form", "market", "frequency", "date", "unit"), ("source",), "price"
    ),
}
"""Tables that can be laid side by side."""

_FILTERS = {"country": ("country", "origin", "exporter", "reporter"), "stage": ("stage",)}
_PERIODS = ("year", "period", "date", "month", "period_end")


def rows_of(
    bundle: Bundle,
    table: str,
    *,
    mineral: str = "",
    country: str = "",
    stage: str = "",
    period: str = "",
) -> pl.DataFrame:
    """Return the rows of a table that match; what is left empty is not restricted.

    Raises `InputError` for an unknown table, for a filter that the table has no column for, and for
    a value that no row has, with the nearest one.
    """
    frame = bundle.table(table)
    wanted = {
        "mineral": (mineral, ("mineral", "minerals")),
        "country": (country, _FILTERS["country"]),
        "stage": (stage, _FILTERS["stage"]),
        "year": (period, _PERIODS),
    }
    for option, (value, names) in wanted.items():
        if value:
            frame = _matching(frame, table, option, value, names)
    return frame


def side_by_side(
    bundle: Bundle,
    table: str,
    mineral: str,
    *,
    country: str = "",
    stage: str = "",
    period: str = "",
) -> pl.DataFrame:
    """Return one row per figure and one column of text per edition or source that prints it.

    Columns are in order of name, so that later editions come last; `preferred` names the edition to
    use where the table marks one. Raises `InputError` as `rows_of`, and for a table that has no
    editions.
    """
    if table not in LAYOUTS:
        names = list(LAYOUTS)
        _ = schema_of(table)
        raise InputError(
            [
                Problem(
                    "a table without editions to lay side by side",
                    field="table",
                    found=repr(table),
                    expected="one of " + ", ".join(names),
                    nearest=nearest(table, names),
                )
            ]
        )
    layout = LAYOUTS[table]
    rows = rows_of(
        bundle, table, mineral=mineral, country=country, stage=stage, period=period
    ).with_columns(_column(layout).alias("_column"), _shown(layout.value).alias("_shown"))
    wide = rows.select(*layout.rows, "_column", "_shown").pivot(
        on="_column", index=list(layout.rows), values="_shown", aggregate_function="first"
    )
    found = sorted(set(rows["_column"]))
    wide = wide.select(*layout.rows, *found).with_columns(pl.col(found).fill_null(""))
    if "preferred" in rows.columns:
        chosen = rows.filter(pl.col("preferred") == "1").select(
            *layout.rows, pl.col("edition").alias("preferred")
        )
        wide = wide.join(
            chosen, on=list(layout.rows), how="left", maintain_order="left"
        ).with_columns(pl.col("preferred").fill_null(""))
    return wide


def columns_to_confirm(bundle: Bundle, table: str, rows: pl.DataFrame) -> list[str]:
    """Return the columns that `side_by_side` makes of rows whose licence is to confirm."""
    found = rows.filter(cites(bundle.to_confirm)).select(_column(LAYOUTS[table]).alias("column"))
    return sorted(set(found["column"]))


def known_minerals(bundle: Bundle) -> list[str]:
    """Return the names of all minerals."""
    return bundle.table("minerals")["mineral"].to_list()


def _matching(
    frame: pl.DataFrame, table: str, option: str, value: str, names: tuple[str, ...]
) -> pl.DataFrame:
    column = next((name for name in names if name in frame.columns), "")
    if not column:
        raise InputError(
            [
                Problem(
                    f"the table has no {option}",
                    field=f"--{option}",
                    found=table,
                    expected="a table with a column " + " or ".join(names),
                )
            ]
        )
    cells = pl.col(column).cast(pl.String)
    found = frame.filter(cells.str.split("|").list.contains(value))
    if found.is_empty():
        known = frame.select(cells.str.split("|").explode().unique().sort()).to_series().to_list()
        raise InputError(
            [
                Problem(
                    f"no row with this {option}",
                    field=f"--{option}",
                    found=repr(value),
                    expected=f"a {column} of the table {table}",
                    nearest=nearest(value, [each for each in known if each]),
                )
            ]
        )
    return found


def _column(layout: Layout) -> pl.Expr:
    parts = [pl.col(name).cast(pl.String) for name in layout.columns]
    joined = pl.concat_str(parts, separator=" ")
    return joined.str.replace_all(r" +", " ").str.strip_chars()


def _shown(value: str) -> pl.Expr:
    """Return a figure as text, with `e` behind an estimate, or the mark in its place."""
    number = pl.col(value).round(6).cast(pl.String).str.replace(r"\.0$", "")
    flags = pl.col("flag")
    estimate = pl.when(flags.str.split("|").list.contains("e")).then(pl.lit(" e"))
    mark = pl.when(flags == "").then(pl.lit("no figure")).otherwise(flags)
    figure = number + estimate.otherwise(pl.lit(""))
    return pl.when(pl.col(value).is_null()).then(mark).otherwise(figure)
