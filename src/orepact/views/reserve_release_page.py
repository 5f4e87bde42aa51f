"""Write the page of a release run: one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views.charts import finished
from orepact.views.render import to_svg
from orepact.views.reserve_release import release_lines, release_tables, suggestion_lines
from orepact.views.stress_table import rung_name
from orepact.views.texts import say

__all__ = ["level_chart", "plain_tables", "release_html"]

Entry = Mapping[str, Any]
Spec = dict[str, Any]

TEMPLATES = Path(__file__).parent / "templates"
BAND = "#0072B2"
ROW = 90.0


def release_html(content: Entry) -> str:
    """Return the page of a release run; `content` is what ``run.json`` holds."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    dataset = content["dataset"]
    return environment.get_template("reserve_release.html.jinja").render(
        say=say,
        run=content,
        style=Markup(style),  # noqa: S704 — our own file
        chart=_drawn(level_chart(content)),
        tables=plain_tables(content),
        lines=release_lines(content),
        suggestion=suggestion_lines(content),
        provenance=say(
            "release_provenance", name=dataset["name"], version=dataset["version"],
            hash=dataset["hash"][:16], code=content["code_version"], command=content["command"],
            inputs=content["input_hash"][:16],
        ),
    )


def level_chart(content: Entry, *, width: float = 420.0) -> Spec | None:
    """Return what reserves hold by month on the highest rung: middle member and band (t).

    None where no member releases anything.
    """
    rung = content["rungs"][-1]
    told = [one for one in content["reserves"]["results"]
            if one["rung"] == rung and one["licence"] == "all" and one["releasing"]]
    values: list[Spec] = [
        {"reserve": one["reserve"], "month": row["month"] + 1, **row["level"]}
        for one in told for row in one["months"]
    ]
    if not values:
        return None
    x: Spec = {"field": "month", "type": "quantitative", "title": say("release_axis_month"),
               "axis": {"tickMinStep": 1}}
    y: Spec = {"type": "quantitative", "title": None}
    spec: Spec = {
        "data": {"name": "levels"},
        "facet": {"row": {"field": "reserve", "type": "nominal", "title": None,
                          "header": {"labelAngle": 0, "labelAlign": "left"}}},
        "resolve": {"scale": {"y": "independent"}},
        "spec": {
            "width": width, "height": ROW,
            "layer": [
                {"mark": {"type": "area", "color": BAND, "opacity": 0.25},
                 "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}}},
                {"mark": {"type": "line", "color": BAND, "interpolate": "step-after"},
                 "encoding": {"x": x, "y": {"field": "middle", **y}}},
            ],
        },
    }
    title = " ".join(filter(None, (say("release_chart"), rung_name(content, rung))))
    words = "; ".join(
        f"{one['reserve']}: {one['held']:.3g} t before, {one['left']['low']:.3g} to "
        f"{one['left']['high']:.3g} t after" for one in told
    )
    return finished(spec, {"levels": values}, title, words)


def _drawn(spec: Spec | None) -> str:
    return Markup(to_svg(spec)) if spec else ""  # noqa: S704 — drawn here


def plain_tables(content: Entry) -> list[dict[str, Any]]:
    """Return the tables without columns in which every cell is empty."""
    found: list[dict[str, Any]] = []
    for caption, rows in release_tables(content):
        heads = [head for head in rows[0] if any(row[head] for row in rows)]
        found.append({"caption": caption, "heads": heads,
                      "rows": [[row[head] for head in heads] for row in rows]})
    return found
