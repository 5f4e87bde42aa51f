"""The verb ``orepact run``."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from orepact.cli.control import register_of
from orepact.cli.show import print_json
from orepact.errors import InputError, Problem, nearest
from orepact.network import read_world
from orepact.studies import find_study, run_study, write_run
from orepact.views.brief import brief_html
from orepact.views.table import summary_table

__all__ = ["run_verb"]

BANDS = ("standard", "full")
MOST_WORKERS = 4


def run_verb(
    name: str, output: Path | None, *, json: bool, quick: bool, bands: str, records: Path | None
) -> None:
    """Run a study, print its summary and write its folder."""
    if bands not in BANDS:
        raise InputError(
            [
                Problem(
                    "unknown choice",
                    field="--bands",
                    found=repr(bands),
                    expected="standard or full",
                    nearest=nearest(bands, BANDS),
                )
            ]
        )
    study = find_study(name)
    if quick:
        study = dataclasses.replace(study, parameter_sets=1)
    register = register_of(None, records)
    world = read_world()
    folder = output or Path(f"orepact-{study.study}")
    sets = world.ensemble if bands == "full" else None
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("trajectories, left"),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stderr.isatty() and json,
    ) as bar:
        task = bar.add_task(study.title, total=None)
        run = run_study(
            study,
            world,
            register,
            sets=sets,
            workers=1 if quick else min(MOST_WORKERS, os.cpu_count() or 1),
            command=_command(name, quick, bands),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    write_run(run, folder, extra={"brief.html": brief_html(run.content, run.frames)})
    if json:
        print_json(run.content)
    else:
        out = Console()
        out.print(summary_table(run.content))
        out.print(
            f"{run.content['windows']:,} windows in {run.content['seconds']:.1f} s "
            f"({run.content['windows_per_second']:.0f} per second); "
            f"largest balance error {run.content['balance_residual_max']:.1e} of a stage"
        )
        out.print(f"brief: {folder / 'brief.html'}   tables and run.json: {folder}")


def _command(name: str, quick: bool, bands: str) -> str:  # noqa: FBT001
    return (
        f"orepact run {name}"
        + (" --quick" if quick else "")
        + (" --bands full" if bands == "full" else "")
    )
