"""The verb ``orepact support should-cost``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import polars as pl

from orepact.cli.page_file import page_problems, write_page
from orepact.cli.show import print_json, print_table, say, tell
from orepact.errors import InputError
from orepact.network.world import read_world
from orepact.studies.should_cost.feeds import Feeds
from orepact.studies.should_cost.should_cost import should_cost, should_cost_list
from orepact.views.names import region_short
from orepact.views.should_cost import (
    beside_rows,
    lines,
    list_rows,
    part_rows,
    tornado_rows,
)
from orepact.views.should_cost_brief import should_cost_html
from orepact.views.texts import say as words

__all__ = ["Request", "should_cost_verb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact support should-cost` for."""

    material: str | None
    regions: tuple[str, ...]
    feeds: str
    draws: int
    seed: int
    doublings: float
    report: Path | None
    world: Path | None


def should_cost_verb(asked: Request, *, json: bool) -> None:
    """Print a should-cost price, or the materials that have a file if none is named."""
    world = read_world(*([asked.world] if asked.world else []))
    if asked.material is None:
        found = should_cost_list(world)
        if json:
            print_json({"format": "orepact/should-cost-list/1", "materials": found})
            return
        _table(list_rows(found), words("cost_list"))
        tell(words("cost_list_more"))
        return
    if problems := page_problems(asked.report):
        raise InputError(problems)
    run = should_cost(asked.material, regions=asked.regions, feeds=cast("Feeds", asked.feeds),
                      draws=asked.draws, seed=asked.seed, doublings=asked.doublings,
                      world=world).content
    if asked.report is not None:
        write_page(should_cost_html(run), asked.report)
    if json:
        print_json(run)
        return
    _print(run)
    if asked.report is not None:
        say(words("cost_written", path=asked.report))


def _print(run: dict[str, Any]) -> None:
    say(words("cost_head", title=run["title"]))
    for line in lines(run):
        tell(line)
    _table(part_rows(run), words("cost_parts", unit=run["unit"]))
    for one in run["regions"]:
        _table(tornado_rows(one), words("cost_tornado", region=region_short(one["region"]),
                                        unit=run["unit"]))
    source = words("cost_source")
    _table([{name: text for name, text in row.items() if name != source}
            for row in beside_rows(run)], words("cost_beside", unit=run["unit"]))
    tell(words("cost_method", draws=run["draws"], seed=run["seed"]))


def _table(rows: list[dict[str, str]], title: str) -> None:
    frame = pl.DataFrame(rows)
    print_table(frame, frame.columns, title=title)
