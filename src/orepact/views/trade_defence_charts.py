"""Draw signs of detours and how often such signs are right, as Vega-Lite specifications.

Colours are those of Okabe and Ito (2008); shapes repeat what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.charts import INK, finished
from orepact.views.names import region_name, region_short
from orepact.views.texts import say

__all__ = ["detour_chart", "precision_chart"]

Spec = dict[str, Any]
Entry = Mapping[str, Any]

WATCH, ALARM = "#0072B2", "#D55E00"
ROW = 15.0
MOST = 16
LEGS = (("direct", "defence_leg_direct"), ("onward", "defence_leg_onward"),
        ("first_leg", "defence_leg_first"))


def detour_chart(content: Entry, *, width: float = 120.0) -> Spec | None:
    """Return each detour's three trades before and now; None where there is no sign.

    Hollow: mean of the base years; filled: the year. A diamond is an alarm, a circle a watch.
    """
    shown = content["detours"][:MOST]
    if not shown:
        return None
    kinds = {each["trade_in"] == "t" for each in shown}
    axis = "tonnes" if kinds == {True} else "value" if kinds == {False} else "both"
    rows = [f"{each['code']} {region_short(each['through'])} → {region_short(each['to'])}"
            + ("" if each["trade_in"] == "t" else " (v)") for each in shown]
    values = [
        {"row": row, "leg": say(text), "level": each["level"],
         "before": each[f"{leg}_before"], "now": each[leg]}
        for row, each in zip(rows, shown, strict=True) for leg, text in LEGS
    ]
    levels = ["alarm", "watch"]
    colour: Spec = {"field": "level", "type": "nominal", "title": None,
                    "scale": {"domain": levels, "range": [ALARM, WATCH]}}
    shape: Spec = {"field": "level", "type": "nominal", "title": None,
                   "scale": {"domain": levels, "range": ["diamond", "circle"]}}
    y: Spec = {"field": "row", "type": "nominal", "title": None, "sort": rows,
               "axis": {"labelLimit": 240, "ticks": False, "domain": False}}
    x: Spec = {"type": "quantitative", "title": say(f"defence_axis_{axis}"),
               "axis": {"tickCount": 4, "labelOverlap": True}}
    spec: Spec = {
        "data": {"name": "detours"},
        "facet": {"column": {"field": "leg", "type": "nominal", "title": None,
                             "sort": [say(text) for _, text in LEGS]}},
        "resolve": {"scale": {"x": "independent"}},
        "spec": {
            "width": width, "height": ROW * len(rows),
            "layer": [
                {"mark": {"type": "rule", "strokeWidth": 1.4, "opacity": 0.6},
                 "encoding": {"y": y, "x": {"field": "before", **x}, "x2": {"field": "now"},
                              "color": colour}},
                {"mark": {"type": "point", "filled": False, "size": 28, "color": INK},
                 "encoding": {"y": y, "x": {"field": "before", **x}}},
                {"mark": {"type": "point", "filled": True, "size": 42, "opacity": 1.0},
                 "encoding": {"y": y, "x": {"field": "now", **x}, "color": colour,
                              "shape": shape}},
            ],
        },
    }
    words = "; ".join(
        f"{row}: {each['level']}, {each['onward_before']:.0f} to {each['onward']:.0f} "
        + ("t" if each["trade_in"] == "t" else "v")
        for row, each in zip(rows, shown, strict=True))
    title = say("defence_chart_detours", exporter=region_name(content["exporter"]),
                year=content["year"])
    return finished(spec, {"detours": values}, title, words)


def precision_chart(content: Entry, *, width: float = 300.0) -> Spec:
    """Return the precision band of the back-test at every set of thresholds, with what was found.

    A line from the share of documented signs to what is left above chance; numbers: detours found.
    """
    tried = {say("defence_back_central"): content["central"], **content["spread"]}
    values = [
        {"row": name, "low": 100.0 * (each["precision_low"] or 0.0),
         "high": 100.0 * (each["precision_high"] or 0.0),
         "found": say("defence_back_of", found=each["found"], documented=each["documented"])}
        for name, each in tried.items()
    ]
    rows = [value["row"] for value in values]
    y: Spec = {"field": "row", "type": "nominal", "title": None, "sort": rows,
               "axis": {"labelLimit": 200, "ticks": False, "domain": False, "labelPadding": 10}}
    x: Spec = {"type": "quantitative", "title": say("defence_axis_precision"),
               "scale": {"domain": [0, 100]}}
    spec: Spec = {
        "data": {"name": "tried"},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 2.4, "color": WATCH, "opacity": 0.55},
             "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 34, "color": WATCH},
             "encoding": {"y": y, "x": {"field": "low", **x}}},
            {"mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 9, "color": INK},
             "encoding": {"y": y, "x": {"field": "high", **x}, "text": {"field": "found"}}},
        ],
        "width": width, "height": 13.0 * len(rows),
    }
    words = "; ".join(f"{value['row']}: {value['low']:.0f} to {value['high']:.0f} %, "
                      f"{value['found']}" for value in values)
    return finished(spec, {"tried": values}, say("defence_chart_precision"), words)
