"""The verb ``orepact reserve release``, and the same printed beside a stress run."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from orepact.cli.control import register_of
from orepact.cli.show import print_json, print_table, say, tell
from orepact.cli.workers import worker_problems, workers_of
from orepact.errors import InputError, Problem, attempt
from orepact.network import Network, Reserve, World, read_world
from orepact.policy import Register
from orepact.policy.release import Rulebook, checked_rulebook, find_rulebook
from orepact.policy.scenario.text import Scenario
from orepact.studies.folder import check_folder, write_folder
from orepact.studies.release.beside import require_reserves
from orepact.studies.release.release import OURS, PAGE, Released, release_run
from orepact.studies.reserve.holdings import read_holdings
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import opened_scenario
from orepact.views.reserve_release import release_lines, release_tables, suggestion_lines
from orepact.views.reserve_release_page import release_html
from orepact.views.texts import say as views_say

__all__ = ["Request", "held_reserves", "print_reserves", "release_verb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact reserve release` for."""

    rulebook: str
    scenario: str
    holdings: Path
    output: Path | None
    world: Path | None
    records: Path | None
    sets: int
    draws: int
    seed: int
    windows: bool
    workers: int | None
    suggest: bool
    check: bool


@dataclass(frozen=True, slots=True)
class _Checked:
    scenario: Scenario
    world: World
    register: Register
    design: Design
    reserves: tuple[Reserve, ...]
    rulebook: Rulebook


def release_verb(asked: Request, *, json: bool) -> None:
    """Run a scenario with and without reserves, print what changes, write a folder if asked.

    Everything that the user gave is checked before anything is solved or written.
    """
    given = _checked(asked)
    if asked.check:
        if json:
            print_json({"rulebook": given.rulebook.rulebook, "reserves": len(given.reserves),
                        "problems": []})
        else:
            say(views_say("release_checked", rulebook=given.rulebook.rulebook,
                          count=len(given.reserves), scenario=given.scenario.scenario))
        return
    found = _solved(asked, given)
    if asked.output is not None:
        page = {PAGE: release_html(found.content)}
        write_folder(asked.output, found.content, found.frames, page, ours=OURS)
    if json:
        print_json(found.content, exact=True)
        return
    say(found.content["title"])
    print_reserves(found.content)
    for line in suggestion_lines(found.content):
        tell(line)
    if asked.output is not None:
        say(f"brief: {asked.output / PAGE}   tables and run.json: {asked.output}")


def held_reserves(
    path: Path, rulebook: str, networks: list[Network], problems: list[Problem]
) -> tuple[tuple[Reserve, ...], Rulebook | None]:
    """Return the reserves of a file and the rulebook, checked together; adds what is wrong."""
    reserves: dict[str, Reserve] = {}
    for network in networks:
        for each in attempt(problems, read_holdings, path, network) or ():
            reserves[each.name] = each
    held = tuple(reserves.values())
    book = attempt(problems, checked_rulebook, rulebook, held, networks if held else ())
    if not held and not problems:
        problems.append(Problem("no lot is of a form of these chains", file=str(path),
                                expected="one of " + ", ".join(
                                    item.name for each in networks for item in each.materials)))
    if book is not None and held:
        _ = attempt(problems, require_reserves, held, book, networks)
    return held, book


def print_reserves(content: dict[str, Any]) -> None:
    """Print what reserves release and what that changes."""
    for title, rows in release_tables(content):
        frame = pl.DataFrame(rows)
        print_table(frame, frame.columns, title=title)
    for line in release_lines(content):
        tell(line)


def _checked(asked: Request) -> _Checked:
    """Return what a run needs; raises `InputError` with every problem of every input."""
    problems: list[Problem] = []
    design = Design(sets=asked.sets, draws=asked.draws, seed=asked.seed, windows=asked.windows)
    world = attempt(problems, read_world, *([asked.world] if asked.world else []))
    register = attempt(problems, register_of, None, asked.records)
    problems += design.problems(len(world.ensemble) if world else 100)
    problems += worker_problems(asked.workers)
    scenario = (
        attempt(problems, opened_scenario, asked.scenario, world, register)
        if world is not None and register is not None else None
    )
    if asked.output is not None:
        _ = attempt(problems, check_folder, asked.output, OURS)
    reserves: tuple[Reserve, ...] = ()
    book = None
    if world is not None and scenario is not None:
        networks = [world.network(name) for name in scenario.chains if name in world.chains]
        reserves, book = held_reserves(asked.holdings, asked.rulebook, networks, problems)
    else:
        _ = attempt(problems, find_rulebook, asked.rulebook)
    if problems or world is None or register is None or scenario is None or book is None:
        raise InputError(list(dict.fromkeys(problems)))
    return _Checked(scenario, world, register, design, reserves, book)


def _solved(asked: Request, given: _Checked) -> Released:
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("left"), TimeRemainingColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("", total=None)
        steps = _Steps(asked.suggest)

        def progress(done: int, total: int) -> None:
            line = steps.line(done, total)
            bar.update(task, completed=done, total=total, description=steps.name)
            if line and bar.disable:
                _ = sys.stderr.write(line + "\n")

        return release_run(
            given.scenario, given.reserves, given.rulebook, world=given.world,
            register=given.register, design=given.design, suggest=asked.suggest,
            workers=workers_of(asked.workers),
            progress=progress, command=_command(asked),
        )


@dataclass(slots=True)
class _Steps:
    """The steps of a run: levels are looked for if asked, then members run with and without.

    A step begins when the count starts again. Away from a terminal every tenth of one is a line.
    """

    suggest: bool
    name: str = ""
    done: int = -1
    tenth: int = -1

    def line(self, done: int, total: int) -> str:
        """Note what is done; return a line where a further tenth of the step is."""
        if not self.name or done < self.done:
            first = not self.name and self.suggest
            self.name = views_say("release_step_suggest" if first else "release_step_run")
            self.tenth = -1
        self.done = done
        tenth = 10 * done // max(1, total)
        if tenth == self.tenth:
            return ""
        self.tenth = tenth
        return views_say("release_step", name=self.name, done=done, total=total)


def _command(asked: Request) -> str:
    """Return the command line that asks for the same again, its folder apart."""
    words = ["orepact", "reserve", "release", asked.rulebook, "--scenario", asked.scenario]
    words += ["--holdings", str(asked.holdings), "--sets", str(asked.sets)]
    words += ["--draws", str(asked.draws), "--seed", str(asked.seed)]
    words += ["--suggest"] if asked.suggest else []
    return shlex.join(words)
