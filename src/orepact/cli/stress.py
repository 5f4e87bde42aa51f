"""The verb ``orepact stress``."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from orepact.cli.control import register_of
from orepact.cli.show import print_json, print_table, say, tell
from orepact.errors import InputError, Problem, attempt
from orepact.network import World, read_world
from orepact.policy import Register
from orepact.policy.scenario.text import Scenario
from orepact.studies.folder import UNFINISHED, check_folder, write_folder
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import OURS, Stress, opened_scenario, stress
from orepact.views.stress_table import headline

__all__ = ["Request", "stress_verb"]

MOST_WORKERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact stress` for."""

    scenario: str
    output: Path | None
    world: Path | None
    records: Path | None
    sets: int
    draws: int
    seed: int
    sampling: str
    windows: bool
    workers: int | None
    scheduler: str
    resume: bool
    member_states: bool
    plan: tuple[str, float]


def stress_verb(asked: Request, *, json: bool) -> None:
    """Run a scenario, print its headline and write its folder.

    Everything that the user gave is checked before anything is solved or written.
    """
    scenario, world, register, design, folder = _checked(asked)
    parts = folder / UNFINISHED
    if not asked.resume and parts.exists():
        shutil.rmtree(parts)
    found = _solved(asked, scenario, world, register, design, parts)
    write_folder(folder, found.content, found.frames, {}, ours=OURS)
    if json:
        print_json(found.content, exact=True)
        return
    _print_headline(found.content)
    _print_effort(found.content, folder)


def _checked(asked: Request) -> tuple[Scenario, World, Register, Design, Path]:
    """Return what a run needs; raises `InputError` with every problem of every input."""
    problems: list[Problem] = []
    design = Design(sets=asked.sets, draws=asked.draws, seed=asked.seed, sampling=asked.sampling,
                    windows=asked.windows)
    world = attempt(problems, read_world, *([asked.world] if asked.world else []))
    register = attempt(problems, register_of, None, asked.records)
    problems += design.problems(len(world.ensemble) if world else 100)
    if asked.workers is not None and asked.workers < 1:
        problems.append(Problem("out of range", field="--workers", found=str(asked.workers),
                                expected="1 or more"))
    scenario = (
        attempt(problems, opened_scenario, asked.scenario, world, register)
        if world is not None and register is not None else None
    )
    folder = asked.output or (
        Path(f"orepact-stress-{scenario.scenario}") if scenario else None
    )
    if folder is not None:
        _ = attempt(problems, check_folder, folder, OURS)
    if problems or world is None or register is None or scenario is None or folder is None:
        raise InputError(problems)
    return scenario, world, register, design, folder


def _solved(
    asked: Request, scenario: Scenario, world: World, register: Register, design: Design,
    parts: Path,
) -> Stress:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("tasks, left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task(scenario.title, total=None)
        return stress(
            scenario,
            world=world,
            register=register,
            design=design,
            plan=asked.plan,
            member_states=asked.member_states,
            workers=asked.workers or min(MOST_WORKERS, os.cpu_count() or 1),
            scheduler=asked.scheduler,
            folder=parts,
            command=_command(asked),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            notice=lambda text: sys.stderr.write(text + "\n"),
        )


def _print_headline(content: dict[str, Any]) -> None:
    for entry in content["chains"]:
        rows = headline(content, entry["chain"])
        if rows:
            frame = pl.DataFrame(rows)
            print_table(frame, frame.columns, title=f"{entry['title']} (grade {entry['grade']})")


def _print_effort(content: dict[str, Any], folder: Path) -> None:
    for text in content["warnings"]:
        tell(f"warning: {text}")
    say(
        f"{content['windows']:,} windows in {content['seconds']:.1f} s; "
        f"largest balance error {content['balance_residual_max']:.1e} of a stage"
    )
    say(f"inputs {content['input_hash'][:16]}  results {content['result_hash'][:16]}")
    say(f"tables and run.json: {folder}")


def _command(asked: Request) -> str:
    """Return the command line that asks for the same again, its folder apart."""
    words = ["orepact", "stress", asked.scenario, "--sets", str(asked.sets)]
    words += ["--draws", str(asked.draws), "--seed", str(asked.seed)]
    words += ["--sampling", asked.sampling] if asked.sampling != Design.sampling else []
    words += [] if asked.windows else ["--one-window"]
    words += ["--world", str(asked.world)] if asked.world else []
    words += ["--records", str(asked.records)] if asked.records else []
    words += ["--member-states"] if asked.member_states else []
    words += ["--plan-region", asked.plan[0], "--plan-unmet", str(asked.plan[1])]
    return shlex.join(words)
