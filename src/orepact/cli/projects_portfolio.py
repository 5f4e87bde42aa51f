"""The verb ``orepact projects portfolio``."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import polars as pl

from orepact.cli.show import print_json, print_table, say, tell
from orepact.errors import InputError, Problem, attempt
from orepact.model.portfolio import PortfolioWeights
from orepact.network import World, read_world
from orepact.network.project_files import CANDIDATES, Candidates, read_projects
from orepact.studies.folder import check_folder, write_folder
from orepact.studies.projects.portfolio import OURS, Portfolio, PortfolioDesign, portfolio
from orepact.studies.projects.robustness import Depth
from orepact.views.portfolio_brief import portfolio_html
from orepact.views.portfolio_table import (
    CHOSEN_COLUMNS,
    SENSITIVITY_COLUMNS,
    SHORT_COLUMNS,
    ZONE_COLUMNS,
    again_line,
    chosen_rows,
    deadline_line,
    finance_line,
    foresight_line,
    head_lines,
    notes,
    pooling_line,
    portfolio_name,
    sensitivity_rows,
    short_rows,
    shorter_lines,
    title,
    weight_line,
    zone_rows,
)
from orepact.views.print_page import find_browser, print_page
from orepact.views.texts import say as say_text

__all__ = ["Request", "portfolio_verb"]

BUDGET = 2e9
"""Public money of a zone if nobody names any, USD."""
PAGE, PDF, FOLDER = "portfolio.html", "portfolio.pdf", "orepact-portfolio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact projects portfolio` for."""

    budget: tuple[str, ...]
    chains: tuple[str, ...]
    projects: Path | None
    deadline: int
    in_time: float
    shift: float | None
    futures: int
    seed: int
    wait: float
    shortage: float
    cost: float
    diversity: float
    draws: int
    sensitivity: str
    output: Path | None
    world: Path | None


def portfolio_verb(asked: Request, *, json: bool) -> None:
    """Choose projects and print what is chosen; write a folder if asked.

    Everything that the user gave is checked before anything is solved or written.
    """
    world, known, design = _checked(asked)
    found = portfolio(world, design, known, progress=_progress)
    if asked.output is not None:
        _write(found, asked)
    if json:
        print_json(found.content)
        return
    _print(found)
    if asked.output is not None:
        say(f"brief, tables and run.json: {asked.output}")


def _write(found: Portfolio, asked: Request) -> None:
    """Write the folder: content, tables, the brief, and its PDF where a browser is installed."""
    folder = asked.output or Path(FOLDER)
    page = portfolio_html(found.content, _command(asked))
    write_folder(folder, found.content, found.frames, {PAGE: page}, ours=OURS)
    browser = find_browser()
    if browser is None:
        return
    with tempfile.TemporaryDirectory(prefix="orepact-portfolio-") as place:
        pdf = Path(place) / PDF
        if print_page(folder / PAGE, pdf, browser):
            _ = shutil.copyfile(pdf, folder / PDF)


def _command(asked: Request) -> str:
    """Return the command line that asks for the same again, its folder apart."""
    parts = ["orepact", "projects", "portfolio", "--deadline", str(asked.deadline)]
    parts += [word for text in asked.budget for word in ("--budget", text)]
    parts += [word for name in asked.chains for word in ("--chain", name)]
    parts += ["--shift", f"{asked.shift:g}"] if asked.shift is not None else []
    parts += ["--in-time", f"{asked.in_time:g}"] if asked.in_time else []
    parts += ["--futures", str(asked.futures), "--seed", str(asked.seed)]
    parts += ["--lead-times", f"{asked.wait:g}"] if asked.wait != 1.0 else []
    parts += ["--weight-shortage", f"{asked.shortage:g}", "--weight-cost", f"{asked.cost:g}",
              "--weight-diversity", f"{asked.diversity:g}"]
    parts += ["--draws", str(asked.draws), "--sensitivity", asked.sensitivity]
    parts += ["--projects", str(asked.projects)] if asked.projects else []
    parts += ["--world", str(asked.world)] if asked.world else []
    return shlex.join(parts)


def _checked(asked: Request) -> tuple[World, Candidates, PortfolioDesign]:
    """Return what a portfolio needs; raises `InputError` with every problem of every input."""
    problems: list[Problem] = []
    world = attempt(problems, read_world, *([asked.world] if asked.world else []))
    known = None
    if world is not None:
        known = attempt(problems, read_projects, asked.projects or CANDIDATES, world)
    weights = PortfolioWeights(
        shortage=asked.shortage, cost=asked.cost, diversity=asked.diversity)
    design = PortfolioDesign(
        chains=asked.chains, futures=asked.futures, seed=asked.seed, deadline=asked.deadline,
        least_chance=asked.in_time,
        shift=float("inf") if asked.shift is None else asked.shift, weights=weights,
        wait=asked.wait, draws=asked.draws, sensitivity=cast("Depth", asked.sensitivity))
    if asked.budget:
        design = design.with_budget(_budgets(asked.budget, problems))
    elif known is not None:
        design = design.with_budget(dict.fromkeys(
            sorted({one.home for one in known.projects}), BUDGET))
    if world is not None:  # a bad file of projects hides no bad number
        problems += design.problems(known or read_projects(CANDIDATES, world))
    if asked.output is not None:
        _ = attempt(problems, check_folder, asked.output, OURS)
    if problems or world is None or known is None:
        raise InputError(problems)
    return world, known, design


def _budgets(texts: Sequence[str], problems: list[Problem]) -> dict[str, float]:
    """Return the money of each zone from texts such as ``EU27=2e9``."""
    found: dict[str, float] = {}
    for text in texts:
        zone, _, number = (part.strip() for part in text.partition("="))
        try:
            money = float(number)
        except ValueError:
            problems.append(Problem("not a budget", field="--budget", found=repr(text),
                                    expected="a zone and its money, such as EU27=2e9"))
            continue
        if zone in found:
            problems.append(Problem("named twice", field="--budget", found=zone, expected="once"))
        found[zone] = money
    return found


def _progress(what: str) -> None:
    _ = sys.stderr.write(what + "\n")


def _print(found: Portfolio) -> None:
    run = found.content
    say(title(run))
    for name, one in run["portfolios"].items():
        say()
        for line in head_lines(run, one):
            tell(line)
        if one["chosen"]:
            _print_chosen(run, name, one)
    say()
    if run["pooling"]:
        tell(pooling_line(run))
        _print_zones(run)
    if run["again"]:
        tell(again_line(run))
    if run["foresight"]:
        tell(foresight_line(run))
    if run["sensitivity"]:
        say()
        print_table(pl.DataFrame(sensitivity_rows(run)), SENSITIVITY_COLUMNS,
                    title=say_text("portfolio_sensitivity"))
    for line in notes(run):
        tell(line)


def _print_chosen(run: Mapping[str, Any], name: str, one: Mapping[str, Any]) -> None:
    tell(deadline_line(run, one))
    tell(weight_line(run, one))
    print_table(pl.DataFrame(chosen_rows(one)), CHOSEN_COLUMNS, title=portfolio_name(name))
    tell(finance_line(one))
    short = short_rows(one)
    if short:
        print_table(pl.DataFrame(short), SHORT_COLUMNS)


def _print_zones(run: Mapping[str, Any]) -> None:
    """Print who gains by pooling, and who goes shorter of what."""
    print_table(pl.DataFrame(zone_rows(run)), ZONE_COLUMNS, title=say_text("portfolio_zones"))
    for line in shorter_lines(run):
        tell(line)
