"""Draw a fill list and what it hangs on, as Vega-Lite specifications.

Colours are those of Okabe and Ito (2008); shapes repeat what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.charts import INK, finished
from orepact.views.names import material_name, region_short
from orepact.views.reserve_size_table import factor_title, money
from orepact.views.texts import say

__all__ = ["fill_chart", "size_tornado_chart"]

Spec = dict[str, Any]
Entry = Mapping[str, Any]

BAR, LOW, HIGH = "#0072B2", "#56B4E9", "#D55E00"
ROW = 15.0
MOST = 20
MILLION = 1e6


def fill_chart(content: Entry, *, width: float = 420.0) -> Spec | None:
    """Return what is bought in months of world output; None where nothing is.

    Bars; a mark where market depth caps what may be bought.
    """
    values = [
        {
            "row": f"{material_name(one['material'])}, {region_short(one['owner'])}",
            "months": one["months_of_world_output"] or 0.0,
            "cap": (one["months_of_world_output"] or 0.0) if one["capped_by_depth"] else None,
            "usd": one["usd"] / MILLION,
        }
        for one in content["fills"] if one["tonnes"] > 0.0
    ][:MOST]
    if not values:
        return None
    order = [one["row"] for one in values]
    y: Spec = {"field": "row", "type": "nominal", "title": None, "sort": order,
               "axis": {"labelLimit": 220, "ticks": False, "domain": False}}
    x: Spec = {"type": "quantitative", "title": say("size_axis_months")}
    spec: Spec = {
        "data": {"name": "fills"},
        "layer": [
            {"mark": {"type": "bar", "color": BAR, "height": {"band": 0.6}},
             "encoding": {"y": y, "x": {"field": "months", **x}}},
            {"mark": {"type": "point", "shape": "diamond", "filled": True, "size": 45,
                      "color": HIGH},
             "transform": [{"filter": "datum.cap != null"}],
             "encoding": {"y": y, "x": {"field": "cap", **x}}},
        ],
        "width": width, "height": ROW * len(values),
    }
    words = "; ".join(f"{one['row']}: {one['months']:.2g}" for one in values)
    return finished(spec, {"fills": values}, say("size_chart_fills"), words)


def size_tornado_chart(content: Entry, *, width: float = 420.0) -> Spec | None:
    """Return the worth of a reserve at the ends of every supposition; None without a tornado."""
    tornado = content["tornado"]
    if tornado is None or not tornado["factors"]:
        return None
    base = tornado["value"] / MILLION
    values: list[Spec] = [
        {"factor": factor_title(one), "end": say(f"size_end_{end['end']}"), "from": base,
         "value": end["value"] / MILLION, "flips": bool(end["appears"] or end["vanishes"])}
        for one in tornado["factors"] for end in one["ends"]
    ]
    order = list(dict.fromkeys(one["factor"] for one in values))
    y: Spec = {"field": "factor", "type": "nominal", "title": None, "sort": order,
               "axis": {"labelLimit": 300, "ticks": False, "domain": False}}
    x: Spec = {"type": "quantitative", "title": say("size_axis_value"), "scale": {"zero": False}}
    ends = [say("size_end_low"), say("size_end_high")]
    colour: Spec = {"field": "end", "type": "nominal", "title": None,
                    "scale": {"domain": ends, "range": [LOW, HIGH]}}
    spec: Spec = {
        "data": {"name": "factors"},
        "layer": [
            {"mark": {"type": "bar", "opacity": 0.8, "height": {"band": 0.55}},
             "encoding": {"y": y, "x": {"field": "from", **x}, "x2": {"field": "value"},
                          "color": colour}},
            {"mark": {"type": "tick", "thickness": 1.5, "color": INK},
             "encoding": {"y": y, "x": {"field": "value", **x}}},
            {"data": {"values": [{"base": base}]},
             "mark": {"type": "rule", "color": INK, "strokeDash": [3, 2]},
             "encoding": {"x": {"field": "base", **x}}},
        ],
        "width": width, "height": ROW * len(order),
    }
    words = "; ".join(f"{one['factor']}, {one['end']}: {money(MILLION * one['value'])}"
                      for one in values)
    return finished(spec, {"factors": values}, say("size_chart_tornado"), words)
