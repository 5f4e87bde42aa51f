"""The verb ``orepact stress``."""

from __future__ import annotations

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
from orepact.cli.reserve_release import held_reserves, print_reserves
from orepact.cli.show import print_json, print_table, say, tell
from orepact.cli.workers import worker_problems, workers_of
from orepact.errors import InputError, Problem, attempt
from orepact.indicators.input_output import read_input_output
from orepact.network import Reserve, World, read_world
from orepact.policy import Register
from orepact.policy.release import Rulebook
from orepact.policy.scenario.text import Scenario
from orepact.studies.folder import UNFINISHED, check_folder, write_folder
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import OURS, Stress, opened_scenario, stress
from orepact.views.scenario import part_rows
from orepact.views.sector_table import (
    MILLIONS,
    exposure_rows,
    flip_line,
    link_lines,
    sector_driver_lines,
    sector_rows,
)
from orepact.views.stress_brief import stress_html
from orepact.views.stress_table import headline
from orepact.views.stress_ways import way_lines
from orepact.views.stress_words import (
    band_line,
    break_lines,
    driver_lines,
    kept_line,
    sample_lines,
)
from orepact.views.texts import say as views_say

__all__ = ["Request", "stress_verb"]


COLUMNS = {
    "rung": "rung", "period": "period", "licence": "licences", "base": "price, x base",
    "tail": "tail", "without": "x without scenario", "unmet": "use unmet",
    "unmet_change": "more unmet, points",
}
"""Columns of the headline in the terminal."""

SECTORS = {
    "sector": "sector", "rung": "rung", "period": "period", "low": "low", "high": "high",
    "change": "change", "cost": "extra cost", "cover": "stock, days",
}
"""Columns of the sectors at risk in the terminal."""

EXPOSURE = {
    "sector": "sector", "rung": "rung", "period": "period", "direct": "at risk itself, %",
    "backward": "backward, %", "forward": "forward, %",
}
"""Columns of the exposure index in the terminal."""


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
    input_output: Path | None = None
    reserves: Path | None = None
    rulebook: str = "default"


def stress_verb(asked: Request, *, json: bool) -> None:
    """Run a scenario, print its headline and write its folder.

    Everything that the user gave is checked before anything is solved or written.
    """
    scenario, world, register, design, folder, held = _checked(asked)
    parts = folder / UNFINISHED
    if not asked.resume and parts.exists():
        shutil.rmtree(parts)
    found = _solved(asked, scenario, world, register, design, parts, held)
    page = stress_html(found.content, part_rows(scenario, register))
    write_folder(folder, found.content, found.frames, {"brief.html": page}, ours=OURS)
    if json:
        print_json(found.content, exact=True)
        return
    _print_headline(found.content)
    _print_effort(found.content, folder)


Held = tuple[tuple[Reserve, ...], Rulebook | None]
"""Reserves and the rulebook that they follow; no reserves, no rulebook."""


def _checked(asked: Request) -> tuple[Scenario, World, Register, Design, Path, Held]:
    """Return what a run needs; raises `InputError` with every problem of every input."""
    problems: list[Problem] = []
    design = Design(sets=asked.sets, draws=asked.draws, seed=asked.seed, sampling=asked.sampling,
                    windows=asked.windows)
    world = attempt(problems, read_world, *([asked.world] if asked.world else []))
    register = attempt(problems, register_of, None, asked.records)
    problems += design.problems(len(world.ensemble) if world else 100)
    problems += worker_problems(asked.workers)
    scenario = (
        attempt(problems, opened_scenario, asked.scenario, world, register)
        if world is not None and register is not None else None
    )
    folder = asked.output or (
        Path(f"orepact-stress-{scenario.scenario}") if scenario else None
    )
    if folder is not None:
        _ = attempt(problems, check_folder, folder, OURS)
    if asked.input_output is not None:
        _ = attempt(problems, read_input_output, asked.input_output)
    held: Held = ((), None)
    if asked.reserves is not None and world is not None and scenario is not None:
        networks = [world.network(name, member_states=asked.member_states)
                    for name in scenario.chains if name in world.chains]
        held = held_reserves(asked.reserves, asked.rulebook, networks, problems)
    if problems or world is None or register is None or scenario is None or folder is None:
        raise InputError(problems)
    return scenario, world, register, design, folder, held


def _solved(
    asked: Request, scenario: Scenario, world: World, register: Register, design: Design,
    parts: Path, held: Held,
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
    before = parts.exists()

    def progress(done: int, total: int) -> None:
        nonlocal before
        if before:
            before = False
            _ = sys.stderr.write(f"{done} of {total} tasks were done before and are skipped\n")
        bar.update(task, completed=done, total=total)

    with bar:
        task = bar.add_task(scenario.title, total=None)
        return stress(
            scenario,
            world=world,
            register=register,
            design=design,
            plan=asked.plan,
            flows=read_input_output(asked.input_output) if asked.input_output else None,
            reserves=held[0],
            rulebook=held[1],
            member_states=asked.member_states,
            workers=workers_of(asked.workers),
            scheduler=asked.scheduler,
            folder=parts,
            command=_command(asked),
            progress=progress,
            notice=_notice,
        )


def _notice(text: str) -> None:
    _ = sys.stderr.write(text + "\n")


def _print_headline(content: dict[str, Any]) -> None:
    say(content["title"])
    for entry in content["chains"]:
        rows = headline(content, entry["chain"])
        for buyer in dict.fromkeys(row["buyer"] for row in rows):
            mine = [row for row in rows if row["buyer"] == buyer]
            frame = pl.DataFrame(
                [{head: row[name] for name, head in COLUMNS.items()} for row in mine]
            )
            title = f"{entry['title']}, {buyer} (grade {mine[0]['grade']})"
            print_table(frame, frame.columns, title=title)
    _print_sectors(content)
    for entry in content["chains"]:
        tell(" ".join(sample_lines(content, entry["chain"])))
    told = (*driver_lines(content), *break_lines(content), *way_lines(content), band_line(content))
    for line in told:
        tell(line)
    if kept_line(content):
        tell(kept_line(content))
    if "reserves" in content:
        print_reserves(content)


def _print_sectors(content: dict[str, Any]) -> None:
    region = content["plan"]["region"]
    rows = sector_rows(content, region)
    if rows:
        frame = pl.DataFrame([{head: row[name] for name, head in SECTORS.items()} for row in rows])
        print_table(frame, frame.columns, title=f"Output at risk, {region}, {MILLIONS}")
        for line in (flip_line(content, region), *sector_driver_lines(content)):
            tell(line)
    else:
        tell(views_say("sectors_none", region=region))
    for line in link_lines(content):
        tell(f"less wanted: {line}")
    exposed = exposure_rows(content)
    if exposed:
        frame = pl.DataFrame([{head: row[name] for name, head in EXPOSURE.items()}
                              for row in exposed])
        print_table(frame, frame.columns, title=views_say("exposure_head"))


def _print_effort(content: dict[str, Any], folder: Path) -> None:
    for text in content["warnings"]:
        tell(f"warning: {text}")
    say(
        f"{content['windows']:,} windows in {content['seconds']:.1f} s; "
        f"largest balance error {content['balance_residual_max']:.1e} of a stage"
    )
    say(f"inputs {content['input_hash'][:16]}  results {content['result_hash'][:16]}")
    say(f"brief: {folder / 'brief.html'}   tables and run.json: {folder}")


def _command(asked: Request) -> str:
    """Return the command line that asks for the same again, its folder apart."""
    words = ["orepact", "stress", asked.scenario, "--sets", str(asked.sets)]
    words += ["--draws", str(asked.draws), "--seed", str(asked.seed)]
    words += ["--sampling", asked.sampling] if asked.sampling != Design.sampling else []
    words += [] if asked.windows else ["--one-window"]
    words += ["--world", str(asked.world)] if asked.world else []
    words += ["--records", str(asked.records)] if asked.records else []
    words += ["--member-states"] if asked.member_states else []
    words += ["--input-output", str(asked.input_output)] if asked.input_output else []
    words += ["--reserves", str(asked.reserves), "--rulebook", asked.rulebook] if (
        asked.reserves) else []
    words += ["--plan-region", asked.plan[0], "--plan-unmet", str(asked.plan[1])]
    return shlex.join(words)
