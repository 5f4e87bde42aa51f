"""The verbs of ``orepact share``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from orepact.cli.control import register_of
from orepact.cli.share_rules import print_rows
from orepact.cli.show import print_json, say, tell
from orepact.errors import InputError, Problem, attempt
from orepact.network import read_world
from orepact.studies.folder import RUN_FILE, check_folder, write_folder
from orepact.studies.sharing.own import read_group, shared_group
from orepact.studies.sharing.sharing import MOST_MONTHS, share
from orepact.studies.sharing.simulated import BASES
from orepact.studies.stress.design import Design
from orepact.views.print_page import find_browser, print_page
from orepact.views.share_brief import share_html
from orepact.views.share_feasible import feasible_lines
from orepact.views.share_table import award_rows, fairness_rows, member_rows, rule_rows
from orepact.views.share_words import (
    emergency_lines,
    form_head,
    left_out_lines,
    rule_lines,
    trigger_lines,
    unit_of,
)
from orepact.views.texts import say as views_say

__all__ = ["Request", "emergency_verb"]

FILES = (".yaml", ".yml")
MEMBERS = "EU27,USA,JPN,KOR"
SETS, DRAWS, SEED = 5, 0, 1
"""What the verb's options are if they are not given."""

PAGE, PDF = "brief.html", "brief.pdf"
OURS = frozenset({RUN_FILE, PAGE, PDF, "awards.csv"})
"""What lies in the folder of a sharing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact share emergency` for."""

    material: str
    members: str | None
    loss: tuple[str, ...]
    scenario: str
    days: int | None
    holdings: Path | None
    rules: tuple[str, ...]
    months: int
    base: str
    sets: int
    draws: int
    seed: int
    world: Path | None
    records: Path | None
    output: Path | None = None


def emergency_verb(asked: Request, *, json: bool) -> None:
    """Print how a group shares in an emergency, form by form."""
    if asked.output is not None:
        check_folder(asked.output, OURS)
    if Path(asked.material).suffix.lower() in FILES:
        content = _own_group(asked)
        forms: list[dict[str, Any]] = [content]
    else:
        content = _shared(asked)
        forms = content["forms"]
    if asked.output is not None:
        _write(asked.output, content)
    if json:
        print_json(content)
        return
    for form in forms:
        _print_form(form)
    for line in left_out_lines(content):
        tell(line)


def _own_group(asked: Request) -> dict[str, Any]:
    """Return how a group from a file shares; raises `InputError` for options it has no use for."""
    usual = {"members": None, "loss": (), "scenario": "", "days": None, "holdings": None,
             "base": BASES[0], "sets": SETS, "draws": DRAWS, "seed": SEED, "world": None,
             "records": None}
    problems = [
        Problem("this option is for forms of the dataset, not for a file of your own group",
                field=f"--{name}", found=_shown(getattr(asked, name)),
                expected="the figures in the file: consumption, production, net_imports, "
                         "commitment")
        for name, value in usual.items() if getattr(asked, name) != value
    ]
    if not 1 <= asked.months <= MOST_MONTHS:
        problems.append(Problem("out of range", field="--months", found=str(asked.months),
                                expected=f"1 to {MOST_MONTHS}"))
    group = attempt(problems, read_group, Path(asked.material))
    content = (attempt(problems, partial(shared_group, months=max(1, asked.months)), group,
                       asked.rules) if group is not None else None)
    if problems or content is None:
        raise InputError(problems)
    return content


def _shown(value: object) -> str:
    return ", ".join(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else str(value)


def _write(folder: Path, content: dict[str, Any]) -> None:
    """Write the folder: the brief, as PDF too where a browser is installed, tables, run.json."""
    frame = pl.DataFrame(award_rows(content))
    write_folder(folder, content, {"awards": frame}, {PAGE: share_html(content)}, ours=OURS)
    browser = find_browser()
    if browser is not None:
        _ = print_page(folder / PAGE, folder / PDF, browser)


def _shared(asked: Request) -> dict[str, Any]:
    world = read_world(asked.world) if asked.world else read_world()
    told = MEMBERS if asked.members is None else asked.members
    members = [name.strip() for name in told.split(",") if name.strip()]
    design = Design(sets=asked.sets, draws=asked.draws, seed=asked.seed, windows=False)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(), console=Console(stderr=True), disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task(asked.scenario, total=None, visible=bool(asked.scenario))
        return share(
            asked.material, members, loss=asked.loss, scenario=asked.scenario, days=asked.days,
            holdings=asked.holdings, rules=asked.rules, months=asked.months, base=asked.base,
            design=design,
            world=world, register=register_of(None, asked.records),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        ).content


def _print_form(form: dict[str, Any]) -> None:
    tell(form_head(form))
    unit = unit_of(form)
    print_rows(member_rows(form), views_say("share_table_members", unit=unit))
    for line in emergency_lines(form):
        tell(line)
    for line in trigger_lines(form) if "triggers" in form else []:
        tell(line)
    say()
    if form["rules"]:
        caption = "share_table_rules_band" if "bands" in form else "share_table_rules"
        print_rows(rule_rows(form), views_say(caption, unit=f"{unit}/month"))
        print_rows(fairness_rows(form), views_say("share_table_fair"))
    for line in rule_lines(form):
        tell(line)
    if "transfers" in form:
        say()
        for line in feasible_lines(form):
            tell(line)
    say()
