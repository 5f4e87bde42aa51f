"""The brief of research options: sentences, shortage avoided per euro, the tree, cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views import digits
from orepact.views.names import region_short
from orepact.views.plain_page import Figure, Page, Table, page_html
from orepact.views.research import research_chart, research_lines, research_rows, tree_rows
from orepact.views.texts import say

__all__ = ["research_html"]

Entry = Mapping[str, Any]


def research_html(run: Entry) -> str:
    """Return the brief of research options as one HTML page."""
    zone = ", ".join(region_short(name) for name in run["zone"])
    return page_html(Page(
        title=run["title"],
        kicker=f"{run['dataset']['name']} {run['dataset']['version']}",
        lines=research_lines(run),
        figures=[Figure(say("research_chart"), research_chart(run))],
        tables=[
            Table(say("research_table", zone=zone, years=run["years"]), research_rows(run)),
            Table(say("research_tree", years=run["years"]), tree_rows(run)),
            Table(say("research_cards"), [_card(one) for one in run["cards"]]),
        ],
        note=say("research_not"),
    ))


def _card(one: Entry) -> dict[str, str]:
    why = "; ".join(part for part in (one["reason"], one["evidence"]) if part)
    scale, unit = (1e6, "M EUR") if one["unit"] == "EUR" else (1.0, str(one["unit"]))
    value, low, high = (digits.number(one[name] / scale) for name in ("value", "low", "high"))
    return {say("research_programme"): one["programme"], say("research_card"): one["card"],
            say("research_value"): f"{value} ({low} to {high}) {unit}"
                                   .removesuffix(" 1"),
            say("research_why"): why}
