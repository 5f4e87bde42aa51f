"""Printing: a table for people, JSON for programs."""

from __future__ import annotations

import datetime
import json as codec
import sys
from collections.abc import Sequence
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from orepact.errors import InputError, Problem

__all__ = ["day_of", "print_json", "print_table"]


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    _ = sys.stdout.write(codec.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n")


def print_table(frame: pl.DataFrame, columns: Sequence[str], *, title: str = "") -> None:
    """Print columns of a frame as a table; long cells wrap."""
    table = Table(title=title or None, title_justify="left", show_lines=False)
    for name in columns:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in frame.select(columns).iter_rows():
        table.add_row(*("" if value is None else str(value) for value in row))
    Console().print(table)


def day_of(text: str | None, option: str) -> datetime.date:
    """Return the date of an option, today if there is none; raises `InputError` when it is none."""
    if text is None:
        return datetime.datetime.now(datetime.UTC).date()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise InputError(
            [Problem("not a date", field=option, found=repr(text), expected="YYYY-MM-DD")]
        ) from None
