"""Write the printable brief of a portfolio, two or three pages of A4, as one HTML file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views.portfolio_charts import (
    money_chart,
    opening_chart,
    pooling_chart,
    shortage_chart,
    supply_chart,
    tornado_chart,
)
from orepact.views.portfolio_table import (
    again_line,
    chosen_rows,
    deadline_line,
    finance_line,
    foresight_line,
    head_lines,
    notes,
    pooling_line,
    portfolio_name,
    shorter_lines,
    title,
    weight_line,
)
from orepact.views.render import to_svg
from orepact.views.texts import say

__all__ = ["portfolio_html"]

Entry = Mapping[str, Any]

TEMPLATES = Path(__file__).parent / "templates"
JOINT = "joint"
HEADS = ("project", "country", "decide", "opens", "deadline", "counts", "makes", "tonnes",
         "capital", "public", "worth", "goes")
"""Columns of the table of chosen projects, by the names of their texts."""
LEFT = ("project", "country", "makes", "goes")


def portfolio_html(run: Entry, command: str = "") -> str:
    """Return the brief of a portfolio, the content of its ``run.json``, as one HTML page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    every: Mapping[str, Entry] = run["portfolios"]
    main = every[JOINT] if JOINT in every else next(iter(every.values()))
    design = run["design"]
    return environment.get_template("portfolio.html.jinja").render(
        say=say, title=title(run), style=Markup(style),  # noqa: S704 — our own file
        meta=say("portfolio_meta", futures=design["futures"], chains=len(design["chains"]),
                 modelled=len(run["candidates"]) + len(run["decided"]),
                 not_modelled=len(run["not_modelled"])),
        answers=_answers(run, main),
        opening=_drawn(opening_chart(run, main)), money=_drawn(money_chart(run)),
        shortage=_drawn(shortage_chart(main)), supply=_drawn(supply_chart(run, main)),
        pooling=_drawn(pooling_chart(run)),
        heads=[{"text": say(f"portfolio_head_{name}", deadline=design["deadline"]),
                "left": name in LEFT} for name in HEADS],
        tables=[_table(name, one) for name, one in sorted(
            every.items(), key=lambda pair: pair[0] != JOINT)],
        robust=_robust(run), tornado=_drawn(tornado_chart(run, main)),
        notes=_notes(run), reasons=_reasons(run),
        provenance=say("portfolio_provenance", name=run["dataset"]["name"],
                       version=run["dataset"]["version"], hash=run["dataset"]["hash"][:12],
                       seed=design["seed"], futures=design["futures"]),
        command=command,
    )


def _answers(run: Entry, main: Entry) -> list[str]:
    lines = head_lines(run, main)
    lines += [pooling_line(run), *shorter_lines(run)] if run["pooling"] else []
    if main["chosen"]:
        lines += [deadline_line(run, main), weight_line(run, main)]
    for one in run["portfolios"].values():
        if one is not main:
            lines += head_lines(run, one)[:1]
    return lines


def _robust(run: Entry) -> list[str]:
    """Return how far the choice holds on other draws, and what foresight is worth, if asked."""
    return [*([again_line(run)] if run["again"] else []),
            *([foresight_line(run)] if run["foresight"] else [])]


def _table(name: str, one: Entry) -> dict[str, Any]:
    label = portfolio_name(name)
    return {
        "name": label[0].upper() + label[1:], "finance": finance_line(one),
        "rows": [[{"text": value, "left": head in LEFT}
                  for head, value in zip(HEADS, row.values(), strict=True)]
                 for row in chosen_rows(one)],
    }


def _reasons(run: Entry) -> list[str]:
    """Return why rows of the table are not modelled, alike reasons told once."""
    found: dict[str, list[str]] = {}
    for each in run["not_modelled"]:
        found.setdefault(each["reason"], []).append(each["row"])
    return [f"{', '.join(rows)}: {reason}" for reason, rows in found.items()]


def _notes(run: Entry) -> list[str]:
    """Return what a reader has to know, without what the page tells elsewhere."""
    told = {say("portfolio_planner"), say("portfolio_limit_bound"),
            say("portfolio_not_modelled", count=len(run["not_modelled"]),
                rows=", ".join(each["row"] for each in run["not_modelled"]))}
    return [line for line in notes(run) if line not in told]


def _drawn(spec: Mapping[str, Any] | None) -> str:
    return Markup(to_svg(spec)) if spec else ""  # noqa: S704 — drawn here
