"""Printing and reading options: tables for people, JSON for programs, dates."""

from __future__ import annotations

import datetime
import json as codec
import sys
from collections.abc import Mapping, Sequence
from typing import Any, cast

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from orepact.cli.layout import constant, fit, paragraph, records, wrap
from orepact.errors import InputError, Problem, nearest

__all__ = [
    "check_choice",
    "day_of",
    "number",
    "print_first",
    "print_json",
    "print_pairs",
    "print_table",
    "rounded",
    "say",
    "tell",
]

SHOWN = 40
"""Rows of a long table that are printed."""

DIGITS = 12
"""Significant digits of the numbers that are printed: what lies beyond is arithmetic's own."""


def say(text: str = "") -> None:
    """Print a line on standard output."""
    _ = sys.stdout.write(text + "\n")


def tell(text: str, *, indent: str = "") -> None:
    """Print a text in lines of the terminal's width, further lines indented."""
    width = Console().width - len(indent)
    first, *rest = wrap(text, width).splitlines()
    say("\n".join([first, *(indent + line for line in rest)]))


def print_json(value: Any, *, exact: bool = False) -> None:
    """Print a value as JSON on standard output; dates become text.

    Numbers lose the digits beyond `DIGITS`, unless they are to be `exact`, as in a file.
    """
    plain = value if exact else rounded(value)
    say(codec.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False, default=str))


def rounded(value: Any) -> Any:
    """Return plain data with every number rounded to the digits that are printed."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Mapping):
        return {key: rounded(each) for key, each in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in cast("Sequence[Any]", value)]
    return value


def print_table(frame: pl.DataFrame, columns: Sequence[str], *, title: str = "") -> None:
    """Print columns of a frame as a table; long cells wrap, empty columns are left out.

    Where words would not stay whole, what all rows share is said once above; where even a table
    without it has no room for words, each row becomes a record of labels and values. Nothing is
    ever cut off.
    """
    cells = {name: _cells(frame[name]) for name in columns}
    cells = {name: texts for name, texts in cells.items() if any(texts)}
    heads = {name: name.replace("_", " ") for name in cells}
    console = Console(highlight=False, markup=False)
    grid = fit(heads, cells, console.width, whole=True)
    shared: list[str] = []
    if grid is None:
        same = constant(cells)
        shared = paragraph([f"{heads[name]} {cells[name][0]}" for name in same], console.width)
        heads = {name: head for name, head in heads.items() if name not in same}
        cells = {name: cells[name] for name in heads}
        grid = fit(heads, cells, console.width, whole=True)
        grid = grid or fit(heads, cells, console.width, whole=False)
    head = ([f"{title}:"] if title else []) + shared
    if head and (grid is None or shared):
        say("\n".join(line for each in head for line in wrap(each, console.width).splitlines()))
        title = ""
    if grid is None:
        say("\n".join(records(heads, cells, console.width)))
        return
    table = Table(
        title=title or None,
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, grid.gap, 0, 0),
    )
    for name, width in grid.widths.items():
        number = frame.schema[name].is_numeric()
        head = wrap(heads[name], width)
        table.add_column(head, overflow="fold", justify="right" if number else "left", width=width)
    for row in zip(*cells.values(), strict=True):
        texts = zip(row, grid.widths.values(), strict=True)
        table.add_row(*(wrap(text, width) for text, width in texts))
    console.print(table)


def print_first(frame: pl.DataFrame) -> None:
    """Print the first rows of a frame, and how many more there are."""
    print_table(frame.head(SHOWN), frame.columns)
    if frame.height > SHOWN:
        say(f"{frame.height - SHOWN:,} more rows: add filters, --csv or --json.")
    elif frame.is_empty():
        say("No rows.")


def _cells(column: pl.Series) -> list[str]:
    """Return the cells of a column as they are printed: thousands set apart, but not in years."""
    if not column.dtype.is_numeric() or "year" in column.name:
        return ["" if value is None else str(value) for value in column]
    return ["" if value is None else number(value) for value in column]


def number(value: float) -> str:
    """Return a number with thousands set apart by commas, a whole one without decimals."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.{DIGITS}g}"


def print_pairs(head: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Print a head line and, indented below, a label and a text that wraps beside it."""
    console = Console(highlight=False, markup=False)
    console.print(head, style="bold")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=max((len(label) for label, _ in pairs), default=0) + 2)
    table.add_column(overflow="fold")
    for label, text in pairs:
        if text:
            table.add_row(f"  {label}", text)
    console.print(table)


def day_of(text: str | None, option: str) -> datetime.date:
    """Return the date of an option, today if there is none; raises `InputError` when it is none."""
    if text is None:
        return datetime.datetime.now(datetime.UTC).date()
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=datetime.UTC).date()
    except ValueError:
        raise InputError(
            [
                Problem(
                    "not a date of the calendar",
                    field=option,
                    found=repr(text),
                    expected="YYYY-MM-DD",
                )
            ]
        ) from None


def check_choice(word: str, known: Sequence[str], option: str) -> None:
    """Raise `InputError` with the nearest word when an option's word is not a known one."""
    if word not in known:
        raise InputError(
            [
                Problem(
                    "unknown choice",
                    field=option,
                    found=repr(word),
                    expected="one of " + ", ".join(known),
                    nearest=nearest(word, known),
                )
            ]
        )
