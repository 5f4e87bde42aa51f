"""Draw the loan's cover by year and what drives a figure, as Vega-Lite specifications.

Colours are those of Okabe and Ito (2008), one per reading; dashes repeat what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.charts import INK, finished
from orepact.views.texts import say

__all__ = ["cover_chart", "drivers_chart"]

Spec = dict[str, Any]
Entry = Mapping[str, Any]

COLOURS: Mapping[str, str] = {"drawer": "#D55E00", "seller": "#0072B2"}
DRIVERS = 10
BILLION = 1e9
DOLLARS = ("unpaid_public", "spread_result")
TOP = 2.5
"""Covers above this are drawn at the edge: more than enough is enough."""


def cover_chart(run: Entry, *, width: float = 620.0, height: float = 120.0) -> Spec | None:
    """Return the cover of the loan by year in both readings; None where there is no loan."""
    values = [
        {"year": each["year"], "reading": say(f"vault_reading_{each['reading']}"),
         **{name: max(-1.0, min(TOP, each[name])) for name in ("middle", "low", "high")}}
        for each in run["cash"]
        if each["flow"] == "cover" and each["case"] == "as-drawn"
        and each["process"] == "reverting"
    ]
    if not values:
        return None
    names = [say(f"vault_reading_{reading}") for reading in COLOURS]
    x: Spec = {"field": "year", "type": "quantitative", "title": say("vault_year_axis"),
               "axis": {"tickMinStep": 1, "format": "d"}, "scale": {"nice": False}}
    y: Spec = {"type": "quantitative", "title": say("vault_cover_axis")}
    colour: Spec = {"field": "reading", "type": "nominal", "title": None,
                    "legend": {"symbolOpacity": 1.0, "symbolType": "stroke",
                               "symbolStrokeWidth": 2.0},
                    "scale": {"domain": names, "range": list(COLOURS.values())}}
    dash: Spec = {"field": "reading", "type": "nominal", "title": None, "legend": None,
                  "scale": {"domain": names, "range": [[1, 0], [5, 3]]}}
    spec: Spec = {
        "width": width, "height": height, "data": {"name": "cover"},
        "layer": [
            {"mark": {"type": "area", "opacity": 0.18},
             "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"},
                          "color": colour}},
            {"mark": {"type": "line", "strokeWidth": 1.8},
             "encoding": {"x": x, "y": {"field": "middle", **y}, "color": colour,
                          "strokeDash": dash}},
            {"mark": {"type": "rule", "color": INK, "strokeDash": [2, 2], "opacity": 0.7},
             "data": {"name": "one"}, "encoding": {"y": {"field": "y", "type": "quantitative"}}},
        ],
    }
    words = " ".join(f"{one['reading']}, {one['year']}: {one['middle']:.2g}." for one in values)
    return finished(spec, {"cover": values, "one": [{"y": 1.0}]}, say("vault_cover_title"), words)


def drivers_chart(entry: Entry, *, width: float = 210.0) -> Spec | None:
    """Return the drivers of a figure as bars, the widest first; None where none is clear."""
    scale = 1.0 / BILLION if entry["figure"] in DOLLARS else 1.0
    rows = [
        {"factor": _name(row), "low": row["low"] * scale, "high": row["high"] * scale,
         "kind": say("vault_published") if row["published"] else "supposed"}
        for row in entry["rows"] if row["clear"] and row["swing"]
    ][:DRIVERS]
    if not rows:
        return None
    order = [row["factor"] for row in rows]
    x: Spec = {"type": "quantitative", "scale": {"zero": False},
               "title": say(f"vault_axis_{entry['figure']}")}
    y: Spec = {"field": "factor", "type": "nominal", "title": None, "sort": order,
               "axis": {"labelLimit": 300, "ticks": False, "domain": False}}
    colour = COLOURS[str(entry["reading"])]
    spec: Spec = {
        "width": width, "height": 15.0 * len(rows), "data": {"name": "drivers"},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.75, "color": colour},
             "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"mark": {"type": "tick", "thickness": 1.5, "size": 10, "color": INK},
             "encoding": {"y": y, "x": {"field": "high", **x}}},
        ],
    }
    title = say("vault_tornado_title", figure=say(f"vault_figure_{entry['figure']}"),
                reading=say(f"vault_reading_{entry['reading']}"))
    words = "; ".join(f"{one['factor']}: {one['low']:.2g} to {one['high']:.2g}" for one in rows)
    return finished(spec, {"drivers": rows}, title, words)


def _name(row: Entry) -> str:
    own = ("reading", "process", "largest-default", "largest-leaves")
    return say(f"vault_factor_{row['factor']}") if row["factor"] in own else str(row["title"])
