"""The verb ``orepact reserve size``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.control import register_of
from orepact.cli.show import print_json, print_table, say, tell
from orepact.cli.workers import worker_problems, workers_of
from orepact.errors import InputError, Problem, attempt
from orepact.network import Reserve, World, read_world
from orepact.network.stored_forms import world_forms
from orepact.policy import Register
from orepact.studies.folder import check_folder, write_folder
from orepact.studies.reserve.cases import SizingDesign
from orepact.studies.reserve.holdings import read_holdings
from orepact.studies.reserve.sizing import OURS, ReserveSizing, completed, reserve_sizing
from orepact.views.print_page import find_browser, print_page
from orepact.views.reserve_size_brief import reserve_size_html
from orepact.views.reserve_size_kinds import KIND_COLUMNS, kind_lines, kind_rows
from orepact.views.reserve_size_table import (
    FILL_COLUMNS,
    SECTOR_COLUMNS,
    SHORT_COLUMNS,
    SIMULATED_COLUMNS,
    effort_line,
    fill_rows,
    headline,
    nothing_line,
    sector_rows,
    shortage_rows,
    simulated_lines,
    simulated_rows,
    tornado_lines,
    unmodelled_lines,
)
from orepact.views.texts import say as views_say

__all__ = ["Request", "size_verb"]

PAGE, PDF = "reserve-size.html", "reserve-size.pdf"
SHOWN, FEW_CHAINS = 12, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact reserve size` for."""

    budget: float | None
    chains: tuple[str, ...]
    owners: tuple[str, ...]
    entitled: tuple[str, ...]
    tail: float
    level: float
    futures: int
    seed: int
    first_month: str
    holdings: Path | None
    tornado: int
    sample: int
    workers: int | None
    output: Path | None
    world: Path | None
    records: Path | None


def size_verb(asked: Request, *, json: bool) -> None:
    """Size reserves, print the fill list and write its folder.

    Everything that the user gave is checked before anything is solved or written.
    """
    design, world, register, held, folder = _checked(asked)
    found = _solved(asked, design, world, register, held)
    write_folder(folder, found.content, found.frames, {PAGE: reserve_size_html(found.content)},
                 ours=OURS)
    browser = find_browser()
    printed = browser is not None and print_page(folder / PAGE, folder / PDF, browser)
    if json:
        print_json(found.content, exact=True)
        return
    _print(found.content)
    say(f"brief: {folder / PAGE}   tables and run.json: {folder}")
    if not printed:
        say(views_say("size_no_pdf"))


def _checked(
    asked: Request,
) -> tuple[SizingDesign, World, Register, tuple[Reserve, ...], Path]:
    """Return what a size needs; raises `InputError` with every problem of every input."""
    problems: list[Problem] = []
    world = attempt(problems, read_world, *([asked.world] if asked.world else []))
    register = attempt(problems, register_of, None, asked.records)
    design = SizingDesign(
        chains=asked.chains, owners=asked.owners, budget=asked.budget, tail=asked.tail,
        level=asked.level, futures=asked.futures, seed=asked.seed, first_month=asked.first_month,
        entitled=asked.entitled, tornado=asked.tornado, sample=asked.sample)
    if world is not None:
        design = completed(design, world)
        problems += design.problems(world)
    problems += worker_problems(asked.workers)
    held: tuple[Reserve, ...] = ()
    if asked.holdings is not None and world is not None:
        held = attempt(problems, _held, asked.holdings, world, design.chains) or ()
    folder = asked.output or Path("orepact-reserve-size")
    _ = attempt(problems, check_folder, folder, OURS)
    if problems or world is None or register is None:
        raise InputError(problems)
    return design, world, register, held, folder


def _held(path: Path, world: World, chains: Sequence[str]) -> tuple[Reserve, ...]:
    """Return the reserves of a file in the chains that are asked for."""
    forms, problems = world_forms(world.folder), list[Problem]()
    found: list[Reserve] = []
    for chain in (name for name in chains if name in world.chains):
        found += attempt(problems, read_holdings, path, world.network(chain), forms) or ()
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return tuple(found)


def _solved(
    asked: Request, design: SizingDesign, world: World, register: Register,
    held: tuple[Reserve, ...],
) -> ReserveSizing:
    def progress(text: str) -> None:
        _ = sys.stderr.write(text + "\n")

    return reserve_sizing(
        design, world=world, register=register, holdings=held,
        workers=workers_of(asked.workers), progress=progress, command=_command(asked))


def _print(content: dict[str, Any]) -> None:
    for line in headline(content):
        tell(line)
    _print_fills(content)
    short = shortage_rows(content)[:SHOWN]
    if short:
        _table(short, SHORT_COLUMNS, views_say("size_short_head"))
    sectors = sector_rows(content)[:SHOWN]
    if sectors:
        _table(sectors, SECTOR_COLUMNS, views_say("size_sectors_head"))
    _print_kinds(content)
    for line in tornado_lines(content):
        tell(line)
    simulated = simulated_rows(content)
    if simulated:
        _table(simulated, SIMULATED_COLUMNS, views_say("size_simulated_head"))
    for line in (*simulated_lines(content), *unmodelled_lines(content), views_say("size_bound"),
                 effort_line(content)):
        tell(line)


def _print_fills(content: dict[str, Any]) -> None:
    rows, weak = fill_rows(content), fill_rows(content, weak=True)
    if rows:
        _table(rows, FILL_COLUMNS, views_say("size_fills_head"))
    if weak:
        _table(weak, FILL_COLUMNS, views_say("size_fills_weak"))
    if not rows and not weak:
        tell(nothing_line(content))


def _print_kinds(content: dict[str, Any]) -> None:
    """Print what may happen: row by row for few chains, else where it is told."""
    kinds = kind_rows(content)
    if kinds and len(content["design"]["chains"]) <= FEW_CHAINS:
        _table(kinds, KIND_COLUMNS, views_say("size_kinds_head"))
    elif kinds:
        tell(views_say("size_kinds_brief"))
    for line in kind_lines(content):
        tell(line)


def _table(rows: list[dict[str, str]], columns: dict[str, str], title: str) -> None:
    frame = pl.DataFrame([{head: row[name] for name, head in columns.items()} for row in rows])
    print_table(frame, frame.columns, title=title)


def _command(asked: Request) -> str:
    """Return the command line that asks for the same again, its folder apart."""
    words = ["orepact", "reserve", "size"]
    words += [] if asked.budget is None else ["--budget", f"{asked.budget:g}"]
    words += ["--chain", ",".join(asked.chains)] if asked.chains else []
    words += ["--owner", ",".join(asked.owners)]
    words += ["--entitled", ",".join(asked.entitled)] if asked.entitled else []
    words += ["--tail", f"{asked.tail:g}", "--level", f"{asked.level:g}"] if asked.tail else []
    words += ["--futures", str(asked.futures), "--seed", str(asked.seed)]
    words += ["--from", asked.first_month] if asked.first_month else []
    words += ["--holdings", str(asked.holdings)] if asked.holdings else []
    words += ["--tornado", str(asked.tornado), "--sample", str(asked.sample)]
    words += ["--world", str(asked.world)] if asked.world else []
    words += ["--records", str(asked.records)] if asked.records else []
    return shlex.join(words)
