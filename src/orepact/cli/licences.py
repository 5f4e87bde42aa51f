"""Rows whose licence is to confirm: marked where they are printed, warned of where they leave."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import polars as pl

from orepact.data.bundle import TO_CONFIRM, Bundle, cites

__all__ = ["COLUMN", "Marked", "mark_rows", "warn"]

COLUMN = "licence_status"
"""The column that marks rows to confirm; it is there if a row is."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Rows with the column `COLUMN`, the sources to confirm among them, and a sentence on both."""

    rows: pl.DataFrame
    sources: list[str]
    words: str


def mark_rows(bundle: Bundle, rows: pl.DataFrame) -> Marked:
    """Return rows marked by the licences of their sources; as they are where none is to confirm."""
    if "source" not in rows.columns:
        return Marked(rows, [], "")
    apart = rows.select(cites(bundle.to_confirm).fill_null(value=False).alias(COLUMN))[COLUMN]
    if not apart.any():
        return Marked(rows, [], "")
    cited = rows.filter(apart)["source"].str.split("|").explode()
    sources = sorted({*cited} & bundle.to_confirm)
    marks = pl.when(apart).then(pl.lit(TO_CONFIRM)).otherwise(pl.lit("")).alias(COLUMN)
    return Marked(
        rows.with_columns(marks),
        sources,
        f"The licence of {apart.sum()} of {rows.height} rows is to confirm "
        f"({', '.join(sources)}): read it before you pass them on, or --exclude-to-confirm.",
    )


def warn(words: str) -> None:
    """Print a warning on standard error, if there is one."""
    if words:
        _ = sys.stderr.write(f"warning: {words}\n")
