"""The verb ``orepact backtest``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from orepact.cli.show import print_json, print_table, rounded, tell
from orepact.cli.workers import workers_of
from orepact.errors import InputError, Problem
from orepact.network import read_world
from orepact.network.behaviour import representative
from orepact.policy import load_template
from orepact.studies.backtest.as_data import LIMITS, Settings, as_data, point_rows
from orepact.studies.backtest.episode import Episode, find_episodes, read_episodes
from orepact.studies.backtest.harness import Outcome, Request, backtest
from orepact.studies.backtest.market import AS_IN_CHAINS, TWO_MARKETS
from orepact.studies.backtest.selection import QUICK_SAMPLE, SAMPLE
from orepact.studies.folder import RUN_FILE, check_folder, write_folder
from orepact.views.backtest import (
    MODES,
    bar_rows,
    comparison_rows,
    episode_rows,
    level_chart,
    point_chart,
    rule_rows,
    score_rows,
)
from orepact.views.render import to_svg

__all__ = ["Asked", "backtest_verb"]

FILES = (RUN_FILE, "points.csv", "levels.svg", "points.svg")
QUICK_SETS = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked `orepact backtest` for."""

    names: tuple[str, ...] = ()
    episodes: Path | None = None
    quick: bool = False
    points: bool = False
    as_in_chains: bool = False
    output: Path | None = None


def backtest_verb(asked: Asked, *, json: bool) -> None:
    """Run the back-test, print its tables and write its folder; inputs are checked first."""
    known = _known(asked.episodes)
    chosen = find_episodes(known, asked.names)
    if asked.output is not None:
        check_folder(asked.output, FILES)
    outcomes, settings = _run(asked, chosen, known)
    data = rounded(as_data(outcomes, settings))
    if asked.output is not None:
        _write(asked.output, data, outcomes)
    if json:
        print_json(data)
        return
    _print(data, asked)
    if asked.output is not None:
        tell(f"run.json, points.csv, levels.svg, points.svg: {asked.output}")


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
    if asked.quick:
        chosen = [_first_window(each) for each in chosen]
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
        workers = 1 if asked.quick else workers_of(None)

        def told(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total)

        request = Request(
            world.ensemble,
            load_template(),
            sample,
            workers=workers,
            progress=told,
            simulated=sets,
            shape=AS_IN_CHAINS if asked.as_in_chains else TWO_MARKETS,
        )
        outcomes = backtest(chosen, request, known=known)
    shape = "as in chains" if asked.as_in_chains else "two markets"
    return outcomes, Settings(len(sets), request.left_out, sample, world.dataset.hash, shape)


def _first_window(episode: Episode) -> Episode:
    """Return an episode with its default base window alone."""
    return replace(
        episode, text=replace(episode.text, base_windows=episode.text.base_windows[:1])
    )


def _print(data: dict[str, Any], asked: Asked) -> None:
    for mode, said in MODES.items():
        for title, rows in (
            (f"Fed {said}: mean level (× the price before the control)", episode_rows),
            ("Simple rules: mean level (×)", rule_rows),
            ("Scores: rank correlation, rmse of ln, coverage of the band", score_rows),
            ("Against simple rules: squared errors of ln, families as pairs", comparison_rows),
            ("Bars", bar_rows),
        ):
            frame = pl.DataFrame(rows(data, mode))
            print_table(frame, frame.columns, title=title)
    if asked.points:
        points = pl.DataFrame([row for each in data["episodes"] for row in each["points"]])
        shown = points.with_columns(pl.col("low", "middle", "high").round(2)).drop("source")
        print_table(shown, shown.columns, title="Points (×)")
    tell(LIMITS)
    if asked.quick:
        tell(
            f"--quick: {data['parameter_sets']} parameter sets, {data['parameter_sets_left_out']} "
            "left out, the first base window. Bands mean little and the bars do not count."
        )


def _write(folder: Path, data: dict[str, Any], outcomes: Sequence[Outcome]) -> None:
    points = pl.DataFrame([row for each in outcomes for row in point_rows(each)])
    drawings = {"levels.svg": to_svg(level_chart(data)), "points.svg": to_svg(point_chart(data))}
    write_folder(folder, data, {"points": points}, drawings, ours=FILES)
