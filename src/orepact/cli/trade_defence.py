"""The verbs ``orepact trade-defence``; the notice stands on every output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.show import print_json, print_table, say, tell
from orepact.data.bundle import WORLD_FOLDER, Bundle, read_bundle
from orepact.errors import InputError, Problem, attempt
from orepact.policy import load_register
from orepact.studies.folder import check_folder, write_folder
from orepact.studies.trade_defence.detour_backtest import detour_backtest
from orepact.studies.trade_defence.detours import detour_content
from orepact.studies.trade_defence.duty import Dumping
from orepact.studies.trade_defence.episodes import read_episodes
from orepact.studies.trade_defence.margins import (
    injury_content,
    margin_content,
    rates_of,
    sales_dumping,
)
from orepact.studies.trade_defence.monitor import monitor_content
from orepact.studies.trade_defence.rules import Rules, read_trade_rules
from orepact.views.print_page import find_browser, print_page
from orepact.views.texts import say as words
from orepact.views.trade_defence import (
    GROUP_COLUMNS,
    ITEM_COLUMNS,
    MARGIN_COLUMNS,
    PRODUCT_COLUMNS,
    group_rows,
    injury_notes,
    item_rows,
    margin_notes,
    margin_rows,
    margin_title,
    noticed,
    product_rows,
)
from orepact.views.trade_defence_brief import detour_html
from orepact.views.trade_defence_watch import (
    DETOUR_COLUMNS,
    DOCUMENTED_COLUMNS,
    ORIGIN_COLUMNS,
    backtest_notes,
    detour_notes,
    detour_rows,
    detour_title,
    documented_rows,
    monitor_notes,
    monitor_title,
    month_tables,
    origin_rows,
)

__all__ = ["DetourAsked", "InjuryAsked", "MarginAsked", "MonitorAsked", "backtest_verb",
           "detour_verb", "injury_verb", "margin_verb", "monitor_verb"]

Rows = Sequence[Mapping[str, Any]]

PAGE, PDF = "brief.html", "brief.pdf"
OURS = frozenset({PAGE, PDF, "run.json", "detours.csv"})
"""What ``circumvention -o`` writes."""


@dataclass(frozen=True, slots=True)
class MarginAsked:
    """What the user asked `orepact trade-defence margin` for."""

    sheet: Path
    costs: Path | None
    zeroing: bool
    because: str
    rates: tuple[str, ...]
    world: Path | None


@dataclass(frozen=True, slots=True)
class InjuryAsked:
    """What the user asked `orepact trade-defence injury` for."""

    sheet: Path
    dumping: float | None
    sales: Path | None
    costs: Path | None
    rates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonitorAsked:
    """What the user asked `orepact trade-defence monitor` for."""

    importer: str
    item: str
    year: int
    world: Path | None
    exclude_to_confirm: bool


@dataclass(frozen=True, slots=True)
class DetourAsked:
    """What the user asked `orepact trade-defence circumvention` for."""

    item: str
    exporter: str
    year: int
    to: str
    through: str
    by_value: bool
    world: Path | None
    exclude_to_confirm: bool
    output: Path | None = None


def margin_verb(asked: MarginAsked, *, json: bool, csv: bool) -> None:
    """Print the margins of a sheet of sales."""
    problems: list[Problem] = []
    rates = attempt(problems, rates_of, asked.rates) or {}
    rules = _rules(asked.world)
    try:
        content = margin_content(asked.sheet, rules, costs=asked.costs, zeroing=asked.zeroing,
                                 because=asked.because, rates=rates)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from error
    if problems:
        raise InputError(problems)
    if _plain(content, _flat(content["margins"]), json=json, csv=csv):
        return
    print_table(pl.DataFrame(margin_rows(content)), MARGIN_COLUMNS, title=margin_title(content))
    print_table(pl.DataFrame(product_rows(content)), PRODUCT_COLUMNS,
                title=words("defence_product_title"))
    if groups := group_rows(content):
        print_table(pl.DataFrame(groups), GROUP_COLUMNS, title=words("defence_pattern_title"))
    _tell(margin_notes(content))


def injury_verb(asked: InjuryAsked, *, json: bool, csv: bool) -> None:
    """Print the injury margin of a sheet and the lesser duty."""
    problems: list[Problem] = []
    if asked.dumping is not None and asked.sales is not None:
        problems.append(Problem("a margin given twice", field="--dumping-margin, --sales",
                                expected="one of them"))
    if asked.costs is not None and asked.sales is None:
        problems.append(Problem("costs without sales", field="--costs", expected="--sales FILE"))
    rates = attempt(problems, rates_of, asked.rates) or {}
    dumping: float | Dumping | None = asked.dumping
    if asked.sales is not None:
        dumping = attempt(problems, _averaged, asked.sales, asked.costs, rates)
    try:
        content = injury_content(asked.sheet, dumping=dumping, rates=rates)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from error
    if problems:
        raise InputError(problems)
    if _plain(content, content["items"], json=json, csv=csv, notes=injury_notes(content)[1:]):
        return
    print_table(pl.DataFrame(item_rows(content)), ITEM_COLUMNS,
                title=words("defence_injury_title", sheet=content["sheet"]))
    _tell(injury_notes(content))


def monitor_verb(asked: MonitorAsked, *, json: bool, csv: bool) -> None:
    """Print surges and undercutting of an importer's origins."""
    content = monitor_content(_bundle(asked.world, exclude=asked.exclude_to_confirm),
                              _rules(asked.world), importer=asked.importer, item=asked.item,
                              year=asked.year)
    if _plain(content, content["origins"], json=json, csv=csv):
        return
    rows = origin_rows(content["origins"], surges=not asked.item)
    months = month_tables(content) if asked.item else []
    tables = [(monitor_title(content), rows), *months]
    for title, rows in tables:
        _table(title, rows, ORIGIN_COLUMNS)
    _tell(monitor_notes(content))


def detour_verb(asked: DetourAsked, *, json: bool, csv: bool) -> None:
    """Print signs of detours of an item round an exporter."""
    if not asked.item:
        raise InputError([Problem("no item", field="--item",
                                  expected="a customs code or a mineral, or --backtest")])
    printed = False
    if asked.output is not None:
        check_folder(asked.output, OURS)
    bundle = _bundle(asked.world, exclude=asked.exclude_to_confirm)
    content = detour_content(
        bundle, _rules(asked.world), item=asked.item, exporter=asked.exporter, year=asked.year,
        to=asked.to, through=asked.through, measure="value" if asked.by_value else "tonnes",
    )
    if asked.output is not None:
        content["backtest"] = _tested(asked, bundle)
        content["dataset"] = {"name": bundle.name, "version": bundle.version,
                              "hash": bundle.hash, "vintage": bundle.vintage}
        printed = _written(asked.output, content)
    if not _plain(content, content["detours"], json=json, csv=csv):
        _table(detour_title(content), detour_rows(content), DETOUR_COLUMNS)
        _tell(detour_notes(content))
        if asked.output is not None:
            say(words("defence_brief", page=asked.output / PAGE, folder=asked.output))
            if not printed:
                say(words("defence_no_pdf"))


def _written(folder: Path, content: Mapping[str, Any]) -> bool:
    """Write the folder of a run and tell whether its brief was printed too."""
    rows = [{**row, "notice": words("defence_notice")} for row in content["detours"]]
    frame = pl.DataFrame(_flat(rows), infer_schema_length=None)
    write_folder(folder, noticed(content), {"detours": frame}, {PAGE: detour_html(content)},
                 ours=OURS)
    browser = find_browser()
    return browser is not None and print_page(folder / PAGE, folder / PDF, browser)


def _tested(asked: DetourAsked, bundle: Bundle) -> dict[str, Any]:
    return detour_backtest(
        bundle, _rules(asked.world), read_episodes(asked.world or WORLD_FOLDER), load_register(),
        "value" if asked.by_value else "tonnes",
    )


def backtest_verb(asked: DetourAsked, *, json: bool, csv: bool) -> None:
    """Print how well the signs of detours did on documented episodes."""
    if asked.output is not None:
        raise InputError([Problem("no folder with --backtest", field="--output",
                                  expected="--item with -o, whose brief has the back-test")])
    content = _tested(asked, _bundle(asked.world, exclude=asked.exclude_to_confirm))
    rows: Rows = documented_rows(content)
    if _plain(content, rows, json=json, csv=csv):
        return
    print_table(pl.DataFrame(rows), DOCUMENTED_COLUMNS, title=words("defence_back_title"))
    _tell(backtest_notes(content))


def _averaged(sales: Path, costs: Path | None, rates: Mapping[str, float]) -> Dumping:
    return sales_dumping(sales, costs=costs, rates=rates)


def _bundle(world: Path | None, *, exclude: bool) -> Bundle:
    return read_bundle(folder=world or WORLD_FOLDER, confirmed_only=exclude)


def _rules(world: Path | None) -> Rules:
    return read_trade_rules(world or WORLD_FOLDER)


def _plain(
    content: Mapping[str, Any], rows: Rows, *, json: bool, csv: bool, notes: Sequence[str] = ()
) -> bool:
    """Print JSON or CSV if asked for, each with the notice, and tell whether it was.

    `notes` stand above the rows of CSV: what has no row, such as a duty over all of them.
    """
    if json:
        print_json(noticed(content))
    elif csv:
        for line in (words("defence_notice"), *notes):
            say(f"# {line}")
        if rows:
            say(pl.DataFrame(_flat(rows), infer_schema_length=None)
                .write_csv(line_terminator="\n").rstrip("\n"))
    return json or csv


def _flat(rows: Rows) -> list[dict[str, Any]]:
    """Return rows without the lists inside, and no text that a spreadsheet would run."""
    return [{name: _safe(cell) for name, cell in row.items() if not isinstance(cell, list | dict)}
            for row in rows]


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell


def _table(title: str, rows: Rows, columns: Sequence[str]) -> None:
    if rows:
        kept = [name for name in columns if any(row[name] for row in rows)]
        print_table(pl.DataFrame(rows).select(kept), kept, title=title)
    else:
        say(f"{title}:")
        say(words("defence_nothing"))
        say()


def _tell(lines: Sequence[str]) -> None:
    for line in lines:
        tell(line)
