"""The verbs ``orepact reserve safe-level`` and ``orepact reserve report``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.assess import head_of
from orepact.cli.assess_files import print_stock_table
from orepact.cli.show import print_json, print_table, say, tell
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.indicators.figure import explain_figure
from orepact.indicators.reserve.disclosure import DEFAULT_RULES, Rule, read_rule
from orepact.indicators.reserve.publishable import PublishedTotal, published_totals
from orepact.indicators.union.stock_csv import read_stocks
from orepact.indicators.union.stock_table import stock_table
from orepact.network import World, read_world
from orepact.studies.reserve.forms_named import forms_named
from orepact.studies.reserve.safe_levels import open_stocks, safe_levels, safe_levels_content
from orepact.views.reserve_stock import (
    LEVEL_COLUMNS,
    OTHER_COLUMNS,
    TOTAL_COLUMNS,
    convention_rows,
    level_notes,
    level_rows,
    total_notes,
    total_rows,
)

__all__ = ["LevelAsked", "level_verb", "report_verb"]


@dataclass(frozen=True, slots=True)
class LevelAsked:
    """What the user asked `orepact reserve safe-level` for."""

    material: str
    region: str
    days: float | None
    stocks: Path | None
    published: bool
    explain: bool
    world: Path | None


def level_verb(asked: LevelAsked, *, json: bool, csv: bool) -> None:
    """Print safe levels; everything that the user gave is checked before anything is computed."""
    world = read_world(asked.world) if asked.world else read_world()
    problems: list[Problem] = _region_problems(world, asked.region)
    if asked.days is not None and not 0.0 <= asked.days < float("inf"):
        problems.append(Problem("negative days, or none", field="--days",
                                found=f"{asked.days:g}", expected="0 or more"))
    _ = attempt(problems, forms_named, world, asked.material)
    stocks = None
    if asked.stocks is not None:
        stocks = attempt(problems, open_stocks, asked.stocks, world, asked.region)
    if problems:
        raise InputError(problems)
    figures = safe_levels(world, world.bundle, region=asked.region, name=asked.material,
                          days=asked.days, stocks=stocks, published=asked.published)
    content = safe_levels_content(world, figures, asked.region, stocks, published=asked.published)
    if json:
        print_json(content)
        return
    if csv:
        rows = level_rows(content, every=True)
        say(pl.DataFrame(rows).write_csv(line_terminator="\n").rstrip("\n"))
        return
    if asked.explain:
        say("\n\n".join(explain_figure(figure) for figure in figures))
        return
    title = f"Safe level, {asked.region}"
    if rows := level_rows(content):
        print_table(pl.DataFrame(rows), LEVEL_COLUMNS, title=title)
        print_table(pl.DataFrame(convention_rows(content)), OTHER_COLUMNS,
                    title="Other conventions")
    for line in level_notes(content):
        tell(line)


def report_verb(
    file: Path, rules: tuple[str, ...], world: Path | None, *, json: bool, csv: bool
) -> None:
    """Print a report of stocks and what may be published of its totals."""
    problems: list[Problem] = []
    read = read_world(world) if world else read_world()
    asked: list[Rule] = []
    for text in rules:
        rule = attempt(problems, read_rule, text)
        asked += [rule] if rule else []
    report = attempt(problems, read_stocks, file, read.bundle)
    if problems or report is None:
        raise InputError(problems)
    used = asked or list(DEFAULT_RULES)
    totals = published_totals(report, used)
    table = stock_table(report, read.bundle, read)
    content: dict[str, Any] = {
        "rules": [rule.name for rule in used], "totals": [_plain(each) for each in totals],
    }
    if not json and not csv:
        print_stock_table(table, report, file.name)
        print_table(pl.DataFrame(total_rows(content)), TOTAL_COLUMNS, title="May be published")
        for line in total_notes(content):
            tell(line)
    elif csv:
        say(pl.DataFrame(total_rows(content)).write_csv(line_terminator="\n").rstrip("\n"))
    else:
        head = head_of("orepact/reserve-report/1", read.bundle, report.region)
        print_json(
            {**head, "as_of": str(report.as_of), "rows": table.to_dicts(), **content}
        )


def _plain(one: PublishedTotal) -> dict[str, Any]:
    return {
        "mineral": one.mineral, "public_t": one.public, "private_t": one.private,
        "total_t": one.total, "private_holders": one.holders, "safe": one.verdict.safe,
        "broken_rules": list(one.verdict.broken), "unknown_stocks": list(one.unknown),
        "public_stocks": one.public_stocks, "private_stocks": one.private_stocks,
        "public_least_t": one.public_least, "withheld_holders": one.withheld,
    }


def _region_problems(world: World, region: str) -> list[Problem]:
    names = [each.name for each in world.regions]
    if region in names:
        return []
    return [Problem("unknown region", field="--region", found=region,
                    expected=f"one of {len(names)} regions, as {', '.join(names[:6])}",
                    nearest=nearest(region, names))]
