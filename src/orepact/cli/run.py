"""The verb ``orepact run``."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from orepact.cli.control import register_of
from orepact.cli.show import check_choice, print_json
from orepact.cli.workers import workers_of
from orepact.errors import InputError, Problem, attempt
from orepact.network import World
from orepact.policy import Register
from orepact.studies.folder import check_folder
from orepact.studies.run import Run, run_study, write_run
from orepact.studies.study import Study, open_study
from orepact.views.brief import brief_html
from orepact.views.table import summary_table

__all__ = ["Request", "run_verb"]

BANDS = ("standard", "full")


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked `orepact run` for."""

    study: str
    output: Path | None = None
    world: Path | None = None
    records: Path | None = None
    bands: str = "standard"
    quick: bool = False
    exclude_to_confirm: bool = False
    chains: tuple[str, ...] = ()


def run_verb(asked: Request, *, json: bool) -> None:
    """Run a study, print its summary and write its folder.

    Everything that the user gave is checked before anything is solved or written.
    """
    study, world, register, folder = _checked(asked)
    run = _solved(asked, study, world, register)
    write_run(run, folder, extra={"brief.html": brief_html(run.content, run.frames)})
    if json:
        print_json(run.content, exact=True)
    else:
        _print_summary(run.content, folder)


def _checked(asked: Request) -> tuple[Study, World, Register, Path]:
    """Return what a run needs; raises `InputError` with every problem of every input."""
    problems: list[Problem] = []
    _ = attempt(problems, check_choice, asked.bands, BANDS, "--bands")
    opened = attempt(
        problems,
        open_study,
        asked.study,
        asked.world,
        confirmed_only=asked.exclude_to_confirm,
        chains=asked.chains,
    )
    register = attempt(problems, register_of, None, asked.records)
    folder = asked.output or (Path(f"orepact-{opened[0].study}") if opened else None)
    if folder is not None:
        _ = attempt(problems, check_folder, folder)
    if problems or opened is None or register is None or folder is None:
        raise InputError(problems)
    study = replace(opened[0], parameter_sets=1) if asked.quick else opened[0]
    return study, opened[1], register, folder


def _solved(asked: Request, study: Study, world: World, register: Register) -> Run:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("trajectories, left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task(study.title, total=None)
        return run_study(
            study,
            world,
            register,
            sets=world.ensemble if asked.bands == "full" and not asked.quick else None,
            workers=1 if asked.quick else workers_of(None),
            command=_command(asked),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _print_summary(content: dict[str, Any], folder: Path) -> None:
    out = Console(highlight=False)
    out.print(summary_table(content))
    out.print(
        f"{content['windows']:,} windows in {content['seconds']:.1f} s "
        f"({content['windows_per_second']:.0f} per second); "
        f"largest balance error {content['balance_residual_max']:.1e} of a stage"
        + (f"; peak memory {memory:.0f} MB" if (memory := content["peak_memory_mb"]) else "")
    )
    out.print(f"brief: {folder / 'brief.html'}   tables and run.json: {folder}", soft_wrap=True)


def _command(asked: Request) -> str:
    """Return the command line that asks for the same again, its folder apart."""
    words = ["orepact", "run", asked.study]
    words += ["--world", str(asked.world)] if asked.world else []
    words += ["--records", str(asked.records)] if asked.records else []
    words += ["--quick"] if asked.quick else []
    words += ["--bands", "full"] if asked.bands == "full" else []
    words += ["--exclude-to-confirm"] if asked.exclude_to_confirm else []
    words += [word for chain in asked.chains for word in ("--chain", chain)]
    return shlex.join(words)
