"""The verb ``orepact backtest``."""

from __future__ import annotations

import json as codec
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from orepact.cli.show import print_json, print_table, rounded, tell
from orepact.errors import InputError, Problem
from orepact.network import read_world
from orepact.network.behaviour import representative
from orepact.policy import load_template
from orepact.studies.backtest.as_data import LIMITS, Settings, as_data, point_rows
from orepact.studies.backtest.episode import Episode, find_episodes, read_episodes
from orepact.studies.backtest.harness import Outcome, Request, backtest
from orepact.studies.backtest.selection import QUICK_SAMPLE, SAMPLE
from orepact.studies.folder import check_folder
from orepact.views.backtest import (
    bar_rows,
    comparison_rows,
    episode_rows,
    level_chart,
    point_chart,
    score_rows,
)
from orepact.views.render import to_svg

__all__ = ["Asked", "backtest_verb"]

QUICK_SETS = 4
MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked `orepact backtest` for."""

    names: tuple[str, ...] = ()
    episodes: Path | None = None
    quick: bool = False
    points: bool = False
    output: Path | None = None


def backtest_verb(asked: Asked, *, json: bool) -> None:
    """Run the back-test, print its tables and write its folder; inputs are checked first."""
    known = _known(asked.episodes)
    chosen = find_episodes(known, asked.names)
    if asked.output is not None:
        check_folder(asked.output)
    outcomes, settings = _run(asked, chosen, known)
    data = rounded(as_data(outcomes, settings))
    if asked.output is not None:
        _write(asked.output, data, outcomes)
    if json:
        print_json(data)
        return
    _print(data, asked)
    if asked.output is not None:
        tell(f"backtest.json, points.csv, levels.svg, points.svg: {asked.output}")


def _known(own: Path | None) -> tuple[Episode, ...]:
    shipped = read_episodes()
    if own is None:
        return shipped
    mine = read_episodes(own)
    names = {each.name for each in shipped}
    problems = [
        Problem(
            "an episode of this name ships",
            file=str(own / each.name),
            found=each.name,
            expected="another name",
        )
        for each in mine
        if each.name in names
    ]
    if problems:
        raise InputError(problems)
    return (*shipped, *mine)


def _run(
    asked: Asked, chosen: Sequence[Episode], known: Sequence[Episode]
) -> tuple[tuple[Outcome, ...], Settings]:
    world = read_world()
    sets = representative(world.ensemble, QUICK_SETS) if asked.quick else world.ensemble
    sample = QUICK_SAMPLE if asked.quick else SAMPLE
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("back-test", total=None)
        workers = 1 if asked.quick else min(MOST_WORKERS, os.cpu_count() or 1)

        def told(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total)

        request = Request(sets, load_template(), sample, workers, told)
        outcomes = backtest(chosen, request, known=known)
    return outcomes, Settings(len(sets), sample, world.hash)


def _print(data: dict[str, Any], asked: Asked) -> None:
    episodes = pl.DataFrame(episode_rows(data))
    print_table(
        episodes,
        episodes.columns,
        title="Mean price level over the observed points (× the price before the control)",
    )
    if asked.points:
        points = pl.DataFrame([row for each in data["episodes"] for row in each["points"]])
        shown = points.with_columns(pl.col("low", "middle", "high").round(2))
        print_table(shown.drop("source"), shown.drop("source").columns, title="Points (×)")
    for title, rows in (
        ("Scores", score_rows(data)),
        ("Against simple rules, families as pairs", comparison_rows(data)),
        ("Bars", bar_rows(data)),
    ):
        frame = pl.DataFrame(rows)
        print_table(frame, frame.columns, title=title)
    tell(LIMITS)
    if asked.quick:
        tell("--quick: five parameter sets. The bands are too narrow and the bars do not count.")


def _write(folder: Path, data: dict[str, Any], outcomes: Sequence[Outcome]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = codec.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    _ = (folder / "backtest.json").write_text(text + "\n", encoding="utf-8")
    rows = [row for each in outcomes for row in point_rows(each)]
    pl.DataFrame(rows).write_csv(folder / "points.csv")
    for name, spec in (("levels.svg", level_chart(data)), ("points.svg", point_chart(data))):
        _ = (folder / name).write_text(to_svg(spec), encoding="utf-8")
