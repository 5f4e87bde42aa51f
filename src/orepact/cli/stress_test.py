"""The verb ``orepact stress-test``."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from orepact.cli.control import register_of
from orepact.cli.show import day_of, print_json, say, tell
from orepact.cli.workers import worker_problems, workers_of
from orepact.errors import InputError, Problem, attempt
from orepact.network import World, read_world
from orepact.policy import Register
from orepact.studies.assessment.names import known_region
from orepact.studies.folder import check_folder, write_folder
from orepact.studies.stress.design import Design
from orepact.studies.stress_test.stress_test import OURS, StressTest, stress_test
from orepact.studies.stress_test.subject import subject_of
from orepact.views.print_page import find_browser, print_page
from orepact.views.stress_test import answers, stress_test_html

__all__ = ["Request", "stress_test_verb"]

PAGE, PDF = "stress-test.html", "stress-test.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact stress-test` for."""

    mineral: str
    output: Path | None
    region: str
    on: str | None
    world: Path | None
    records: Path | None
    sets: int
    draws: int
    seed: int
    workers: int | None
    quick: bool


def stress_test_verb(asked: Request, *, json: bool) -> None:
    """Run the stress test of a material and write its folder.

    Everything that the user gave is checked before anything is solved or written.
    """
    world, register, region, folder, design = _checked(asked)
    found = _made(asked, world, register, region, design)
    write_folder(folder, found.content, {"bands": found.bands},
                 {PAGE: stress_test_html(found.content)}, ours=OURS)
    browser = find_browser()
    printed = browser is not None and print_page(folder / PAGE, folder / PDF, browser)
    if json:
        print_json(found.content, exact=True)
        return
    say(found.content["title"])
    for line in answers(found.content):
        tell(line)
    gaps = found.content["gaps"]
    tell(f"{len(gaps)} gaps, all in the file; first: {gaps[0]}" if gaps else "no gap")
    say(f"page: {folder / PAGE}   run.json and bands: {folder}")
    if not printed:
        say("No PDF: no browser of the Chromium family found; print the page from any browser.")


def _checked(asked: Request) -> tuple[World, Register, str, Path, Design]:
    """Return what a stress test needs; raises `InputError` with every problem of every input."""
    problems: list[Problem] = []
    design = Design(sets=asked.sets, draws=asked.draws, seed=asked.seed, windows=not asked.quick)
    world = attempt(problems, read_world, *([asked.world] if asked.world else []))
    register = attempt(problems, register_of, None, asked.records)
    _ = attempt(problems, day_of, asked.on, "--on")
    problems += design.problems(len(world.ensemble) if world else 100)
    problems += worker_problems(asked.workers)
    region = attempt(problems, known_region, world.bundle, asked.region) if world else None
    subject = (
        attempt(problems, subject_of, world, register, asked.mineral)
        if world is not None and register is not None else None
    )
    folder = asked.output or (Path(f"orepact-stress-test-{subject.name}") if subject else None)
    if folder is not None:
        _ = attempt(problems, check_folder, folder, OURS)
    if problems or world is None or register is None or region is None or folder is None:
        raise InputError(problems)
    return world, register, region, folder, design


def _made(
    asked: Request, world: World, register: Register, region: str, design: Design
) -> StressTest:
    def progress(title: str, number: int, total: int) -> None:
        if title:
            _ = sys.stderr.write(f"scenario {number + 1} of {total}: {title}\n")

    return stress_test(
        asked.mineral, world=world, register=register, on=day_of(asked.on, "--on"), region=region,
        design=design, library=not asked.quick,
        workers=workers_of(asked.workers),
        progress=progress, command=_command(asked),
    )


def _command(asked: Request) -> str:
    """Return the command line that asks for the same again, its folder apart."""
    words = ["orepact", "stress-test", asked.mineral, "--region", asked.region]
    words += ["--quick"] if asked.quick else ["--sets", str(asked.sets), "--draws",
                                              str(asked.draws), "--seed", str(asked.seed)]
    words += ["--on", asked.on] if asked.on else []
    words += ["--world", str(asked.world)] if asked.world else []
    words += ["--records", str(asked.records)] if asked.records else []
    return shlex.join(words)
