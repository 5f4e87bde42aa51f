"""The verb ``orepact projects research``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orepact.cli.page_file import page_problems, write_page
from orepact.cli.show import day_of, print_json, print_table, say, tell
from orepact.cli.workers import worker_problems, workers_of
from orepact.errors import InputError, Problem, attempt
from orepact.network.world import read_world
from orepact.studies.research.research import ResearchAsk, research_list, research_run
from orepact.views.names import region_short
from orepact.views.research import (
    research_lines,
    research_list_rows,
    research_rows,
    tree_rows,
)
from orepact.views.research_brief import research_html
from orepact.views.texts import say as words

__all__ = ["Request", "research_verb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact projects research` for."""

    name: str | None
    futures: int
    draws: int
    seed: int
    on: str | None
    workers: int | None
    report: Path | None
    world: Path | None


def research_verb(asked: Request, *, json: bool) -> None:
    """Print what programmes avoid, or the files of programmes if none is named."""
    world = read_world(*([asked.world] if asked.world else []))
    if asked.name is None:
        found = research_list(world)
        if json:
            print_json({"format": "orepact/research-list/1", "files": found})
            return
        _table(research_list_rows(found), words("research_list"))
        tell(words("research_list_more"))
        return
    problems: list[Problem] = [*worker_problems(asked.workers),
                               *page_problems(asked.report)]
    day = attempt(problems, day_of, asked.on, "--on")
    ask = ResearchAsk(futures=asked.futures, draws=asked.draws, seed=asked.seed, on=day)
    if problems:
        raise InputError([*problems, *ask.problems()])
    run = research_run(asked.name, ask, world=world, workers=workers_of(asked.workers),
                       progress=_progress).content
    if asked.report is not None:
        write_page(research_html(run), asked.report)
    if json:
        print_json(run)
        return
    say(run["title"])
    for line in research_lines(run):
        tell(line)
    zone = ", ".join(region_short(name) for name in run["zone"])
    _table(research_rows(run), words("research_table", zone=zone, years=run["years"]))
    _table(tree_rows(run), words("research_tree", years=run["years"]))
    say(words("research_effort", **run["effort"]))
    if asked.report is not None:
        say(words("research_written", path=asked.report))


def _progress(what: str) -> None:
    _ = sys.stderr.write(what + "\n")


def _table(rows: list[dict[str, str]], title: str) -> None:
    frame = pl.DataFrame(rows)
    print_table(frame, frame.columns, title=title)
