"""Show the summary of a run as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orepact.views import digits
from orepact.views.choice import (
    Row,
    branches_of,
    exporters_of,
    hardest_hit,
    read_rows,
    short_names,
)
from orepact.views.names import branch_name, material_name, region_name, region_short
from orepact.views.texts import say

__all__ = ["summary_table"]

NAMED = 3
# Column name and unit in the catalogue, width in characters.
COLUMNS = (
    ("price_quo_short", "unit_multiple", 13),
    ("price_tail", "unit_multiple", 4),
    ("price_licences", "unit_multiple", 11),
    ("price_base_short", "unit_multiple", 13),
    ("unmet_short", "unit_percent_use", 11),
    ("cover_short", "unit_days", 11),
)


def summary_table(run: Mapping[str, Any]) -> RenderableType:
    """Return the run's headline: per chain and branch the price, unmet use, cover, who is short.

    The rows are those of the brief's headline table; notes and warnings follow it.
    """
    rows = read_rows(run)
    parts: list[RenderableType] = [
        Text(say("terminal_title", title=run["title"], as_of=str(run["as_of"])[:10]), style="bold")
    ]
    for entry in run["chains"]:
        parts += _chain(run, entry, [row for row in rows if row.chain == entry["chain"]])
    parts += [Text(""), Text(say("starred"), style="italic")]
    parts += [Text(say("not_a_forecast"), style="italic")]
    if run["not_covered"]:
        parts.append(Text(say("not_covered_list", names=", ".join(run["not_covered"]))))
    parts += [
        Text(say("terminal_warning", text=text), style="yellow") for text in run["warnings"]
    ]
    return Group(*parts)


def _chain(
    run: Mapping[str, Any], entry: Mapping[str, Any], own: Sequence[Row]
) -> list[RenderableType]:
    pair = hardest_hit(own, exporters_of(run, own, str(entry["chain"])))
    graded = say("terminal_chain", chain=entry["title"], grade=entry["grade"])
    head = [Text(""), Text(graded, style="bold")]
    if entry["grade"] == "C":
        head.append(Text(say("grade_c"), style="yellow"))
    if not entry.get("covered_by") or pair is None:
        key = "answer_unsolved" if entry.get("covered_by") else "not_covered"
        return [*head, Text(say(key))]
    where = say("terminal_buyer", region=region_name(pair[0]), material=material_name(pair[1]))
    table = _empty()
    found = {row.branch: row for row in own if row.pair == pair}
    for branch in (one for one in branches_of(own) if one in found):
        table.add_row(*(Text(cell) for cell in _cells(found[branch])))
    short = [Text(say("terminal_short", branch=branch_name(branch), names=_who(own, branch)))
             for branch in branches_of(own)]
    return [*head, Text(where), table, *short]


def _empty() -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column(say("branch"), width=9)
    for name, unit, width in COLUMNS:
        table.add_column(f"{say(name)} ({say(unit)})", justify="right", width=width)
    return table


def _cells(row: Row) -> list[str]:
    return [
        branch_name(row.branch),
        digits.multiple(row.marginal_quo),
        digits.multiple_tail(row.marginal_quo),
        digits.multiples(value for _, value in row.licences),
        digits.multiple(row.marginal_base),
        digits.percent(row.unmet),
        digits.days(row.cover),
    ]


def _who(own: Sequence[Row], branch: str) -> str:
    short = short_names(own, branch, region_short)
    named = ", ".join(short[:NAMED])
    more = f" +{len(short) - NAMED}" if len(short) > NAMED else ""
    return named + more if short else say("nobody")
