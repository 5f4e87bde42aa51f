"""Write the printable brief of a wind tunnel: three pages of A4 as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views.names import region_short
from orepact.views.render import to_svg
from orepact.views.support_tunnel_charts import cost_chart, keep_chart
from orepact.views.support_tunnel_paid import cash_line, end_tables, levy_lines, tonne_rows
from orepact.views.support_tunnel_table import (
    MONEY_COLUMNS,
    TRADE_COLUMNS,
    answer_name,
    column_heads,
    headline,
    plant_rows,
    support_name,
    tunnel_rows,
    who_rows,
)
from orepact.views.support_tunnel_words import notes, unmodelled
from orepact.views.texts import say

__all__ = ["tunnel_html"]

Entry = Mapping[str, Any]

TEMPLATES = Path(__file__).parent / "templates"
NONE = "none"


def tunnel_html(run: Entry) -> str:
    """Return the brief of a wind tunnel, the content of its ``run.json``, as one HTML page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    title, meta, *answers = headline(run)
    worst = _told(run)
    columns = [NONE, *(one["support"] for one in run["supports"])]
    return environment.get_template("wind_tunnel.html.jinja").render(
        say=say,
        run=run,
        style=Markup(style),  # noqa: S704 — our own file
        title=title,
        meta=meta,
        answers=[line for line in (cash_line(run), *answers) if line],
        heads=column_heads(run),
        tables=[{"title": say("tunnel_money_title"), "columns": MONEY_COLUMNS},
                {"title": say("tunnel_trade_title"), "columns": TRADE_COLUMNS}],
        rows=tunnel_rows(run),
        notes=[*(line for lines in levy_lines(run).values() for line in lines), *notes(run)],
        cost=Markup(to_svg(cost_chart(run))),  # noqa: S704 — drawn here
        keep=Markup(to_svg(keep_chart(run))),  # noqa: S704 — drawn here
        plain_tables=[(say("tunnel_tonnes"), tonne_rows(run)), *end_tables(run)],
        who=who_rows(run, worst),
        who_title=f"{say('tunnel_who')}: {answer_name(worst)}",
        zone=[{"region": name, "short": region_short(name)} for name in run["zone"]],
        plants=plant_rows(run, worst),
        plants_title=say("tunnel_plant_table", answer=answer_name(worst)),
        plant_heads=[{"support": name, "title": support_name(run, name, brief=True)}
                     for name in columns],
        said=[one for one in run["answers"] if one["answer"] != NONE],
        gaps=unmodelled(run),
        cards=_cards(run),
        provenance=_provenance(run),
    )


def _told(run: Entry) -> str:
    """Return the answer that is told in detail: the first one that is none."""
    return next((one["answer"] for one in run["answers"] if one["answer"] != NONE), NONE)


def _cards(run: Entry) -> list[str]:
    return [
        f"{card['title']}: {card['value']:g} ({card['low']:g} to {card['high']:g}) {card['unit']}"
        + ("*" if card["drawn"] else "")
        for card in run["cards"]
    ]


def _provenance(run: Entry) -> str:
    points = [one["fixed_point"] for one in run["results"]]
    return say(
        "tunnel_provenance", name=run["dataset"]["name"], version=run["dataset"]["version"],
        hash=run["dataset"]["hash"][:12], inputs=run["input_hash"][:12],
        results=run["result_hash"][:12],
        gap=f"{max((one['gap'] for one in points), default=0.0):.0e}",
        residual=f"{max((one['residual'] for one in points), default=0.0):.0e}")
