"""The verb ``orepact support wind-tunnel``."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.control import register_of
from orepact.cli.show import print_json, print_table, say, tell
from orepact.cli.workers import worker_problems, workers_of
from orepact.errors import InputError, Problem, attempt
from orepact.network import World, read_world
from orepact.policy import Register
from orepact.studies.folder import check_folder, write_folder
from orepact.studies.support.lineup import lineup_of
from orepact.studies.support.wind_tunnel import OURS, TunnelDesign, WindTunnel, wind_tunnel
from orepact.views.print_page import find_browser, print_page
from orepact.views.support_tunnel_brief import tunnel_html
from orepact.views.support_tunnel_paid import cash_line, end_tables, levy_lines, tonne_rows
from orepact.views.support_tunnel_table import (
    answer_heading,
    headline,
    product_rows,
    terminal_rows,
    year_rows,
)
from orepact.views.support_tunnel_words import effort_line, notes, unmodelled
from orepact.views.texts import say as words

__all__ = ["Request", "wind_tunnel_verb"]

PAGE, PDF = "brief.html", "brief.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact support wind-tunnel` for."""

    chain: str
    supports: tuple[str, ...]
    answers: tuple[str, ...]
    sets: int
    paths: int
    seed: int
    workers: int | None
    folder: Path | None
    world: Path | None
    records: Path | None


def wind_tunnel_verb(asked: Request, *, json: bool) -> None:
    """Run the wind tunnel, print it, write its folder if asked.

    Everything that the user gave is checked before anything is solved or written.
    """
    world, register, design = _checked(asked)
    found = wind_tunnel(
        asked.chain, asked.supports, asked.answers, world=world, register=register,
        design=design, workers=workers_of(asked.workers), progress=_Steps().tell,
        command=_command(asked),
    )
    printed = _written(found, asked.folder) if asked.folder is not None else True
    if json:
        print_json(found.content, exact=True)
        return
    _print(found.content)
    if asked.folder is not None:
        say(f"brief: {asked.folder / PAGE}   tables and run.json: {asked.folder}")
    if not printed:
        say(words("tunnel_no_pdf"))


def _checked(asked: Request) -> tuple[World, Register, TunnelDesign]:
    problems: list[Problem] = []
    world = attempt(problems, read_world, *([asked.world] if asked.world else []))
    register = attempt(problems, register_of, None, asked.records)
    design = TunnelDesign(sets=asked.sets, paths=asked.paths, seed=asked.seed)
    problems += design.problems(len(world.ensemble) if world else 100)
    problems += worker_problems(asked.workers)
    if asked.folder is not None:
        _ = attempt(problems, check_folder, asked.folder, OURS)
    if problems and world is not None and register is not None:
        _ = attempt(problems, _lineup, asked, world, register)
    if problems or world is None or register is None:
        raise InputError(list(dict.fromkeys(problems)))
    return world, register, design


def _lineup(asked: Request, world: World, register: Register) -> None:
    _ = lineup_of(asked.chain, asked.supports, asked.answers, world=world, register=register)


def _written(found: WindTunnel, folder: Path) -> bool:
    """Write the folder; return whether the brief was printed too."""
    write_folder(folder, found.content, found.frames, {PAGE: tunnel_html(found.content)},
                 ours=OURS)
    browser = find_browser()
    return browser is not None and print_page(folder / PAGE, folder / PDF, browser)


def _print(run: dict[str, Any]) -> None:
    title, meta, *lines = headline(run)
    for line in (title, meta, cash_line(run), *lines):
        if line:
            tell(line)
    levies = levy_lines(run)
    for answer in run["answers"]:
        name = answer["answer"]
        _table(terminal_rows(run, name), answer_heading(answer))
        for line in levies[name]:
            tell(line)
    _table(tonne_rows(run), words("tunnel_tonnes"))
    for title, rows in end_tables(run):
        _table(rows, title)
    _table(product_rows(run), words("tunnel_products"))
    _table(year_rows(run), words("tunnel_years"))
    for line in notes(run):
        tell(line)
    say(words("tunnel_gaps"))
    for line in unmodelled(run):
        tell(f"  {line}", indent="  ")
    say(effort_line(run))


def _table(rows: list[dict[str, str]], title: str) -> None:
    if rows:
        frame = pl.DataFrame(rows)
        print_table(frame, frame.columns, title=title)


class _Steps:
    """Progress on standard error, a line for every answer and parameter set that is done."""

    def tell(self, done: int, total: int) -> None:
        """Write how many are done."""
        _ = sys.stderr.write(words("tunnel_step", done=done, total=total) + "\n")


def _command(asked: Request) -> str:
    """Return the command line that asks for the same again, its folder apart."""
    parts = ["orepact", "support", "wind-tunnel", asked.chain]
    for name in asked.supports:
        parts += ["--support", name]
    for name in asked.answers:
        parts += ["--answer", name]
    parts += ["--sets", str(asked.sets), "--paths", str(asked.paths)]
    parts += ["--seed", str(asked.seed)]
    parts += ["--world", str(asked.world)] if asked.world else []
    parts += ["--records", str(asked.records)] if asked.records else []
    return shlex.join(parts)
