"""The verb ``orepact support cost``."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orepact.cli.show import check_choice, print_json, print_table, say, tell
from orepact.errors import InputError, attempt
from orepact.indicators.support.processes import PROCESSES, Process
from orepact.network.world import read_world
from orepact.policy.support import check_support, read_support
from orepact.studies.folder import RUN_FILE, check_folder, write_folder
from orepact.studies.support.public_cost import CostDesign, PublicCost, public_cost
from orepact.views.price_support import cost_lines, cost_meta, cost_rows, limit_lines
from orepact.views.price_support_brief import cost_html
from orepact.views.print_page import find_browser, print_page
from orepact.views.texts import say as words

__all__ = ["Request", "cost_verb"]

PAGE, PDF = "brief.html", "brief.pdf"
OURS = frozenset({RUN_FILE, PAGE, PDF, "years.csv", "years.parquet"})
NAMES: dict[str, tuple[Process, ...]] = {
    "gbm": ("walk",), "mean-reverting": ("reverting",), "both": PROCESSES,
}
COLUMNS = {
    "year": "support_year", "months": "support_months", "mean": "support_mean",
    "p5": "support_p5", "p50": "support_p50", "p95": "support_p95", "pays": "support_pays",
    "price": "support_price",
}
"""Columns of the table of years, and the texts of their heads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact support cost` for; years 0 = the contract's own."""

    support: str
    process: str
    years: int
    draws: int
    seed: int
    output: Path | None
    world: Path | None


def cost_verb(request: Request, *, json: bool) -> None:
    """Print what a contract costs the public over price paths; write a folder if asked."""
    over = read_world(*([request.world] if request.world else []))
    design = CostDesign(draws=request.draws, seed=request.seed, years=request.years)
    problems = design.problems()
    support = attempt(problems, read_support, request.support, over)
    _ = attempt(problems, check_choice, request.process, list(NAMES), "--process")
    if request.output is not None:
        _ = attempt(problems, check_folder, request.output, OURS)
    if problems or support is None:
        raise InputError(problems)
    network = over.network(support.chain)
    found = public_cost(support, network, over, design=design,
                        processes=NAMES[request.process])
    printed = request.output is None or _written(found, request.output)
    if json:
        print_json(found.content, exact=True)
        return
    for one in check_support(support, network):
        tell(f"warning: {one}", indent="  ")
    _print(found)
    if not printed:
        tell(words("support_no_pdf"))
    if request.output is not None:
        say(words("support_written", brief=request.output / PAGE, folder=request.output))


def _print(found: PublicCost) -> None:
    run = found.content
    say(run["title"])
    tell(run["text"])
    tell(cost_meta(run))
    for line in cost_lines(run):
        tell(line)
    rows = cost_rows(run)
    for process in dict.fromkeys(row["process"] for row in rows):
        mine = [row for row in rows if row["process"] == process]
        frame = pl.DataFrame([{words(head): row[name] for name, head in COLUMNS.items()}
                              for row in mine])
        print_table(frame, frame.columns, title=f"{process}: {words('support_cost_years')}")
    for line in limit_lines(run):
        tell(f"not in it: {line}")


def _written(found: PublicCost, folder: Path) -> bool:
    """Write the folder; return whether the brief was printed too."""
    page = cost_html(found.content)
    write_folder(folder, found.content, {"years": found.years}, {PAGE: page}, ours=OURS)
    browser = find_browser()
    if browser is None:
        return False
    with tempfile.TemporaryDirectory(prefix="orepact-support-") as place:
        pdf = Path(place) / PDF
        if not print_page(folder / PAGE, pdf, browser):
            return False
        _ = shutil.copyfile(pdf, folder / PDF)
    return True
