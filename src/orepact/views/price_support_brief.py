"""Write the printable brief of a support's public cost as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views.price_support import (
    card_lines,
    cost_lines,
    cost_meta,
    cost_rows,
    limit_lines,
)
from orepact.views.price_support_charts import cost_chart, cost_tornado
from orepact.views.render import to_svg
from orepact.views.texts import say

__all__ = ["cost_html"]

TEMPLATES = Path(__file__).parent / "templates"


def cost_html(run: Mapping[str, Any]) -> str:
    """Return the brief of a run of public cost, the content of its ``run.json``, as a page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    data = run["dataset"]
    return environment.get_template("support_cost.html.jinja").render(
        say=say,
        run=run,
        style=Markup(style),  # noqa: S704 — our own file
        meta=cost_meta(run),
        answers=cost_lines(run),
        chart=_drawn(cost_chart(run)),
        tornadoes=[
            {"title": say("support_tornado_title",
                          process=say(f"support_process_{each['process']}")),
             "chart": _drawn(cost_tornado(each))}
            for each in run["processes"] if each["suppositions"]
        ],
        rows=cost_rows(run),
        published=card_lines(run, published=True),
        supposed=card_lines(run, published=False),
        limits=limit_lines(run),
        data=say("support_data", name=data["name"], version=data["version"],
                 hash=data["hash"][:12], seed=run["design"]["seed"]),
    )


def _drawn(spec: Mapping[str, Any] | None) -> str:
    return Markup(to_svg(spec)) if spec else ""  # noqa: S704 — drawn here
