"""Write the printable brief of a size as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views import digits
from orepact.views.render import to_svg
from orepact.views.reserve_size_charts import fill_chart, size_tornado_chart
from orepact.views.reserve_size_kinds import kind_lines, kind_rows
from orepact.views.reserve_size_table import (
    counted,
    effort_line,
    fill_rows,
    headline,
    nothing_line,
    sector_rows,
    shortage_rows,
    simulated_lines,
    simulated_rows,
    tornado_lines,
    unmodelled_lines,
)
from orepact.views.texts import say

__all__ = ["reserve_size_html"]

TEMPLATES = Path(__file__).parent / "templates"
FILLS, ROWS = 20, 8
SHARES = frozenset({"1", "1/year"})


def reserve_size_html(content: Mapping[str, Any]) -> str:
    """Return the brief of a size as one self-contained HTML page.

    `content` is what ``run.json`` holds.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    title, *lines = headline(content)
    fills, weak = fill_rows(content), fill_rows(content, weak=True)
    return environment.get_template("reserve_size.html.jinja").render(
        say=say,
        run=content,
        style=Markup(style),  # noqa: S704 — our own file
        title=title,
        meta=_meta(content),
        lines=lines,
        fills=[(caption, rows[:FILLS]) for caption, rows in
               (("", fills), (say("size_fills_weak"), weak)) if rows],
        more_fills=max(0, len(fills) - FILLS) + max(0, len(weak) - FILLS),
        nothing=nothing_line(content),
        fill_chart=_drawn(fill_chart(content)),
        tornado_chart=_drawn(size_tornado_chart(content)),
        tornado=tornado_lines(content),
        shortage=shortage_rows(content)[:ROWS],
        sectors=sector_rows(content)[:ROWS],
        simulated=simulated_rows(content),
        simulated_words=simulated_lines(content),
        effort=effort_line(content),
        weights=_cards(content),
        kinds=kind_rows(content),
        kinds_words=kind_lines(content),
        unmodelled=unmodelled_lines(content),
        provenance=_provenance(content),
    )


def _drawn(spec: Mapping[str, Any] | None) -> str:
    return "" if spec is None else Markup(to_svg(spec))  # noqa: S704 — drawn here


def _meta(content: Mapping[str, Any]) -> str:
    design = content["design"]
    tail = ""
    if design["tail"] > 0.0:
        tail = say("size_tail", worst=digits.share(1.0 - design["level"]),
                   weight=digits.share(design["tail"]))
    return say(
        "size_meta", futures=design["futures"], months=content["months"],
        first=design["first_month"], seed=design["seed"],
        chains=counted("chains", len(design["chains"])), tail=tail,
    )


def _cards(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return every card: weights and branches as shares, others in their unit."""
    return [
        {"title": card["title"], "value": _number(card, "value"), "low": _number(card, "low"),
         "high": _number(card, "high"), "reason": card["reason"]}
        for card in content["cards"]
    ]


def _number(card: Mapping[str, Any], end: str) -> str:
    if card["unit"] in SHARES:
        return digits.share(card[end])
    unit = f" {card['unit']}" if end == "value" else ""
    return f"{digits.number(card[end])}{unit}"


def _provenance(content: Mapping[str, Any]) -> str:
    dataset = content["dataset"]
    return say("size_provenance", name=dataset["name"], version=dataset["version"],
               hash=dataset["hash"][:12], code=content["code_version"])


