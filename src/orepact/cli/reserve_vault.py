"""The verb ``orepact reserve vault``."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orepact.cli.show import print_json, print_table, say, tell
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network import World, read_world
from orepact.studies.folder import check_folder, write_folder
from orepact.studies.vault.basket import GOALS, Goals
from orepact.studies.vault.terms import Terms, read_terms
from orepact.studies.vault.vault import OURS, Vault, VaultDesign, months_problems, vault
from orepact.views.print_page import find_browser, print_page
from orepact.views.texts import say as words
from orepact.views.vault_brief import vault_html
from orepact.views.vault_words import answers, basket_rows, run_rows

__all__ = ["Request", "vault_verb"]

PAGE, PDF = "brief.html", "brief.pdf"
FOLDER = "orepact-vault"

COLUMNS = {
    "process": "vault_process", "case": "vault_case", "cover_life": "vault_cover_life",
    "security": "vault_security", "owed": "vault_owed", "often": "vault_owed_often",
    "result": "vault_result",
}
"""Columns of the loan's table in the terminal, and the texts of their heads."""

HELD = {"material": "vault_material", "tonnes": "vault_tonnes", "money": "vault_money",
        "imports": "vault_days_imports", "months": "vault_months"}
"""Columns of the basket in the terminal."""

SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact reserve vault` for."""

    output: Path | None
    terms: Path | None
    months: int
    goals: str
    draws: int
    seed: int
    gone_in: int
    world: Path | None


def vault_verb(asked: Request, *, json: bool) -> None:
    """Run the study, print what follows, write its folder with brief and tables.

    Everything that the user gave is checked before anything is computed or written.
    """
    world, terms, design, folder = _checked(asked)
    found = vault(terms, world=world, design=design, command=_command(asked), progress=_progress)
    printed = _written(found, folder)
    if json:
        print_json(found.content, exact=True)
        return
    _print(found, folder)
    if not printed:
        say("No PDF: no browser of the Chromium family found; print the page from any browser.")


def _checked(asked: Request) -> tuple[World, Terms, VaultDesign, Path]:
    problems: list[Problem] = []
    world = attempt(problems, read_world, *([asked.world] if asked.world else []))
    facts: set[str] = set(world.bundle.table("facts")["fact"]) if world else set()
    terms = attempt(problems, read_terms, asked.terms, facts)
    goals = attempt(problems, goals_of, asked.goals)
    design = VaultDesign(draws=asked.draws, seed=asked.seed, months=asked.months,
                         goals=goals or Goals(), gone_in=asked.gone_in)
    problems += design.problems()
    problems += months_problems(terms, design) if terms else []
    folder = asked.output or Path(FOLDER)
    _ = attempt(problems, check_folder, folder, OURS)
    if problems or world is None or terms is None:
        raise InputError(problems)
    return world, terms, design, folder


def goals_of(text: str) -> Goals:
    """Return the weights that a text such as ``emergency=2,demand=1`` states."""
    problems: list[Problem] = []
    weights = dict.fromkeys(GOALS, 0.0)
    seen: set[str] = set()
    for pair in text.split(","):
        name, _, number = (part.strip() for part in pair.partition("="))
        if name not in weights or name in seen:
            problems.append(Problem(
                "named twice" if name in seen else "unknown goal", field="--goals",
                found=repr(name), expected="one of " + ", ".join(GOALS),
                nearest="" if name in seen else nearest(name, GOALS)))
            continue
        seen.add(name)
        try:
            weights[name] = float(number)
        except ValueError:
            problems.append(Problem("not a number", field=f"--goals {name}", found=repr(number),
                                    expected="a weight, 0 or more"))
    if problems:
        raise InputError(problems)
    return Goals(**weights)


def _progress(what: str) -> None:
    _ = sys.stderr.write(what + "\n")


def _written(found: Vault, folder: Path) -> bool:
    """Write the folder; return whether the brief was printed too."""
    page = vault_html(found.content)
    write_folder(folder, found.content, {"members": found.members, "cash": found.cash},
                 {PAGE: page}, ours=OURS)
    browser = find_browser()
    if browser is None:
        return False
    with tempfile.TemporaryDirectory(prefix="orepact-vault-") as place:
        pdf = Path(place) / PDF
        if not print_page(folder / PAGE, pdf, browser):
            return False
        _ = shutil.copyfile(pdf, folder / PDF)
    return True


def _print(found: Vault, folder: Path) -> None:
    run = found.content
    say(run["title"])
    if not run["design"]["draws"]:
        tell(words("vault_one"))
    for line in answers(run):
        tell(line)
    rows = run_rows(run)
    columns = COLUMNS if run["design"]["draws"] else {**COLUMNS, "often": "vault_owed_one"}
    for reading in dict.fromkeys(row["reading"] for row in rows):
        mine = [row for row in rows if row["reading"] == reading]
        frame = pl.DataFrame([{words(head): row[name] for name, head in columns.items()}
                              for row in mine])
        print_table(frame, frame.columns, title=f"{reading}, {words('vault_billions')}")
    frame = pl.DataFrame([{words(head): row[name] for name, head in HELD.items()}
                          for row in basket_rows(run, SHOWN)])
    print_table(frame, frame.columns, title=words("vault_basket", goals=", ".join(
        f"{name} {share:.0%}" for name, share in run["design"]["goals"].items())))
    for gap in run["gaps"]:
        if gap["kind"] in {"minerals", "terms", "contract"}:
            tell(f"not modelled: {gap['words']}")
    say(f"{run['seconds']:.1f} s; inputs {run['input_hash'][:16]}  results "
        f"{run['result_hash'][:16]}")
    say(words("vault_written", brief=folder / PAGE, folder=folder))


def _command(asked: Request) -> str:
    """Return the command line that asks for the same again, its folder apart."""
    parts = ["orepact", "reserve", "vault", "--goals", asked.goals, "--draws", str(asked.draws)]
    parts += ["--seed", str(asked.seed), "--gone-in", str(asked.gone_in)]
    parts += ["--months", str(asked.months)] if asked.months else []
    parts += ["--terms", str(asked.terms)] if asked.terms else []
    parts += ["--world", str(asked.world)] if asked.world else []
    return shlex.join(parts)
