"""Printing and reading options: tables for people, JSON for programs, dates."""

from __future__ import annotations

import datetime
import json as codec
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from orepact.errors import InputError, Problem, nearest

__all__ = ["check_choice", "day_of", "print_json", "print_pairs", "print_table", "say"]


GAP = 2
"""Spaces between two columns, beside the line of the box."""

NARROW = 8
"""Columns of longer texts are narrowed to this width before others are touched."""


def say(text: str = "") -> None:
    """Print a line on standard output."""
    _ = sys.stdout.write(text + "\n")


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output; dates become text."""
    say(codec.dumps(value, indent=1, ensure_ascii=False, allow_nan=False, default=str))


def print_table(frame: pl.DataFrame, columns: Sequence[str], *, title: str = "") -> None:
    """Print columns of a frame as a table; long cells wrap, empty columns are left out."""
    shown = [name for name in columns if any(value not in {None, ""} for value in frame[name])]
    table = Table(
        title=title or None,
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, GAP, 0, 0),
    )
    console = Console(highlight=False, markup=False)
    cells = {name: ["" if value is None else str(value) for value in frame[name]] for name in shown}
    heads = {name: name.replace("_", " ") for name in shown}
    for name, width in zip(shown, _widths(heads, cells, console.width), strict=True):
        table.add_column(
            heads[name],
            overflow="fold",
            justify="right" if frame.schema[name].is_numeric() else "left",
            width=width,
        )
    for row in zip(*cells.values(), strict=True):
        table.add_row(*row)
    console.print(table)


def _widths(heads: Mapping[str, str], cells: Mapping[str, Sequence[str]], room: int) -> list[int]:
    """Return the width of each column: words stay whole and lines unbroken as far as there is room.

    Where words must break, those of the longest texts break first; what is left over goes to the
    column that lacks most.
    """
    texts = [(heads[name], *cells[name]) for name in heads]
    wanted = [
        max(len(line) for text in each for line in (text.splitlines() or ("",))) for each in texts
    ]
    widths = [
        max((len(word) for text in each for word in text.split()), default=1) for each in texts
    ]
    spare = room - (GAP + 1) * len(widths) - 1 - sum(widths)
    while spare < 0 and max(widths, default=1) > 1:
        prose = [want if have > NARROW else 0 for want, have in zip(wanted, widths, strict=True)]
        at = prose.index(max(prose)) if any(prose) else widths.index(max(widths))
        widths[at] -= 1
        spare += 1
    while spare > 0 and any(want > have for want, have in zip(wanted, widths, strict=True)):
        lacking = [want - have for want, have in zip(wanted, widths, strict=True)]
        widths[lacking.index(max(lacking))] += 1
        spare -= 1
    return widths


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
