"""Draw what a price support costs by year, and what moves it, as Vega-Lite specifications.

Colours are those of Okabe and Ito (2008), one per price process; dashes repeat what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.charts import INK, finished
from orepact.views.texts import say

__all__ = ["cost_chart", "cost_tornado"]

Spec = dict[str, Any]
Entry = Mapping[str, Any]

COLOURS: Mapping[str, str] = {"walk": "#D55E00", "reverting": "#0072B2"}
LOW, HIGH = "#56B4E9", "#D55E00"
MILLION = 1e6
ROW = 14.0
MOST = 8


def cost_chart(run: Entry, *, width: float = 620.0, height: float = 170.0) -> Spec:
    """Return the public cost by year as a mean line with a band, one per price process.

    Years of the contract's beginning and end hold fewer months; they are drawn as they are.
    """
    values = [
        {"year": row["year"], "process": say(f"support_process_{row['process']}"),
         **{name: row[f"{name}_usd"] / MILLION for name in ("mean", "p5", "p95")}}
        for each in run["processes"] for row in each["by_year"]
    ]
    kinds = [each["process"] for each in run["processes"]]
    names = [say(f"support_process_{kind}") for kind in kinds]
    x: Spec = {"field": "year", "type": "quantitative", "title": say("support_year"),
               "axis": {"tickMinStep": 1, "format": "d"}, "scale": {"nice": False}}
    y: Spec = {"type": "quantitative", "title": say("support_cost_axis")}
    colour: Spec = {"field": "process", "type": "nominal", "title": None,
                    "legend": {"symbolOpacity": 1.0, "symbolType": "stroke",
                               "symbolStrokeWidth": 2.0},
                    "scale": {"domain": names, "range": [COLOURS[kind] for kind in kinds]}}
    dash: Spec = {"field": "process", "type": "nominal", "title": None, "legend": None,
                  "scale": {"domain": names,
                            "range": [[1, 0] if kind == "walk" else [5, 3] for kind in kinds]}}
    spec: Spec = {
        "width": width, "height": height, "data": {"name": "years"},
        "layer": [
            {"mark": {"type": "area", "opacity": 0.18},
             "encoding": {"x": x, "y": {"field": "p5", **y}, "y2": {"field": "p95"},
                          "color": colour}},
            {"mark": {"type": "line", "strokeWidth": 1.8, "point": {"size": 22}},
             "encoding": {"x": x, "y": {"field": "mean", **y}, "color": colour,
                          "strokeDash": dash}},
            {"mark": {"type": "rule", "color": INK, "opacity": 0.5},
             "data": {"name": "zero"}, "encoding": {"y": {"field": "y", "type": "quantitative"}}},
        ],
    }
    words = "; ".join(f"{one['process']} {one['year']}: {one['mean']:.3g} ({one['p5']:.3g} to "
                      f"{one['p95']:.3g})" for one in values)
    return finished(spec, {"years": values, "zero": [{"y": 0.0}]}, say("support_cost_chart"),
                    words)


def cost_tornado(each: Entry, *, width: float = 300.0) -> Spec | None:
    """Return the closed form at the ends of every card; None where nothing moves it."""
    moved = each["suppositions"][:MOST]
    if not moved:
        return None
    base = each["strip_usd"] / MILLION
    values: list[Spec] = [
        {"card": one["title"], "end": say(f"support_{end}"), "from": base,
         "value": one[f"at_{end}_usd"] / MILLION}
        for one in moved for end in ("low", "high")
    ]
    order = [one["title"] for one in moved]
    y: Spec = {"field": "card", "type": "nominal", "title": None, "sort": order,
               "axis": {"labelLimit": 360, "ticks": False, "domain": False}}
    ends = [say("support_low"), say("support_high")]
    spec: Spec = {
        "width": width, "height": ROW * len(order), "data": {"name": "ends"},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.6}},
             "encoding": {"y": y,
                          "x": {"field": "from", "type": "quantitative",
                                "title": say("support_tornado_axis"), "scale": {"zero": False}},
                          "x2": {"field": "value"},
                          "color": {"field": "end", "type": "nominal", "title": None,
                                    "scale": {"domain": ends, "range": [LOW, HIGH]}}}},
        ],
    }
    words = "; ".join(f"{one['card']}, {one['end']}: {one['value']:.3g}" for one in values)
    title = say("support_tornado_title", process=say(f"support_process_{each['process']}"))
    return finished(spec, {"ends": values}, title, words)
