"""The verbs ``orepact projects list`` and ``orepact projects deadline``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.show import print_json, print_table, say, tell
from orepact.network import read_world
from orepact.studies.projects.deadline import DeadlineDesign, deadline
from orepact.studies.projects.listing import ListDesign, project_list
from orepact.views.projects_outlook import (
    benchmark_rows,
    chance_rows,
    deadline_notes,
    deadline_rows,
    list_notes,
    list_rows,
    output_rows,
)
from orepact.views.projects_recycling import place_names
from orepact.views.texts import say as words

__all__ = ["deadline_verb", "list_verb"]


def list_verb(design: ListDesign, world: Path | None, *, json: bool, csv: bool) -> None:
    """Print the table of projects and what models make of each row."""
    content = project_list(design, read_world(*([world] if world else [])))
    rows = list_rows(content)
    if json:
        print_json(content)
        return
    if csv:
        say(pl.DataFrame(rows).write_csv(line_terminator="\n").rstrip("\n"))
        return
    _print(rows, content["title"])
    for line in list_notes(content):
        tell(line)


def deadline_verb(design: DeadlineDesign, world: Path | None, *, json: bool, csv: bool) -> None:
    """Print the chance that projects deliver by a year."""
    content = deadline(design, read_world(*([world] if world else []))).content
    if json:
        print_json(content)
        return
    rows = deadline_rows(content)
    if csv:
        say(pl.DataFrame(rows).write_csv(line_terminator="\n").rstrip("\n"))
        return
    for line in chance_rows(content, design.material):
        tell(line)
    _print(rows, words("deadline_title", regions=place_names(content["regions"]),
                       by=content["by"]))
    _print(output_rows(content), words("deadline_outputs"))
    if content["benchmarks"]:
        _print(benchmark_rows(content), words("deadline_benchmarks"))
    for line in deadline_notes(content):
        tell(line)


def _print(rows: Sequence[Mapping[str, Any]], title: str) -> None:
    if rows:
        frame = pl.DataFrame(rows)
        print_table(frame, frame.columns, title=title)
    else:
        say(f"{title}: nothing.")
