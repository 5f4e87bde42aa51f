"""Write the brief on detours round an exporter: one self-contained HTML page, two when printed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views.names import region_name
from orepact.views.render import to_svg
from orepact.views.texts import say
from orepact.views.trade_defence_charts import detour_chart, precision_chart
from orepact.views.trade_defence_watch import (
    DETOUR_COLUMNS,
    backtest_notes,
    detour_notes,
    detour_rows,
    detour_title,
    documented_rows,
)

__all__ = ["detour_html"]

TEMPLATES = Path(__file__).parent / "templates"
SHOWN = 16
"""Detours in the table of the brief; all of them are in ``detours.csv``."""


def detour_html(run: Mapping[str, Any]) -> str:
    """Return the brief of a run of ``circumvention -o``, the content of its ``run.json``."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    rows = detour_rows(run)
    notice, *answers = detour_notes(run)
    back = run["backtest"]
    chart = detour_chart(run)
    data = run["dataset"]
    return environment.get_template("detours.html.jinja").render(
        say=say,
        style=Markup(style),  # noqa: S704 — our own file
        title=detour_title(run),
        exporter=region_name(run["exporter"]),
        notice=notice,
        answers=answers,
        chart=Markup(to_svg(chart)) if chart else "",  # noqa: S704 — drawn here
        columns=[name for name in DETOUR_COLUMNS if any(row[name] for row in rows)],
        rows=rows[:SHOWN],
        more=max(0, len(rows) - SHOWN),
        documented=documented_rows(back),
        back_lines=backtest_notes(back)[1:],
        precision=Markup(to_svg(precision_chart(back))),  # noqa: S704 — drawn here
        sources=[
            {"source": each["source"], "address": each["address"]}
            for episode in back["episodes"] for each in episode["documented"]
        ],
        cards=run["cards"],
        data=say("defence_data", name=data["name"], version=data["version"],
                 hash=data["hash"][:12], vintage=data["vintage"]),
    )
