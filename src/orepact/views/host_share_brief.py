"""The brief of a host country's share: sentences, what becomes of the value, terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.host_share import (
    host_chart,
    host_lines,
    host_rows,
    host_tornado_rows,
    host_unit,
)
from orepact.views.plain_page import Figure, Page, Table, page_html
from orepact.views.texts import say

__all__ = ["host_share_html"]

Entry = Mapping[str, Any]


def host_share_html(run: Entry) -> str:
    """Return the brief of a host's share as one HTML page."""
    return page_html(Page(
        title=say("host_head", title=run["title"]),
        kicker=f"{run['dataset']['name']} {run['dataset']['version']}",
        lines=host_lines(run),
        figures=[Figure(say("host_table", unit=host_unit(run)), host_chart(run),
                        say("host_chart_note"))],
        tables=[
            Table(say("host_table", unit=host_unit(run)), host_rows(run)),
            Table(say("host_tornado"), host_tornado_rows(run)),
            Table(say("host_cards"), [_card(one) for one in run["cards"]]),
        ],
        note=say("host_not"),
    ))


def _card(one: Entry) -> dict[str, str]:
    why = "; ".join(part for part in (one["reason"], one["evidence"]) if part)
    where = one["process"] or one["product"]
    return {say("host_term"): one["title"] + (f" ({where})" if where else ""),
            say("host_range"): f"{one['value']:g} ({one['low']:g} to {one['high']:g}) "
                               f"{one['unit']}",
            say("host_basis"): say(f"basis_{one['basis']}"), say("host_why"): why}
