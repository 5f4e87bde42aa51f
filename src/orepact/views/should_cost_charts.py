"""Draw the build-up of a should-cost price and what moves it, as Vega-Lite specifications.

Colours are those of Okabe and Ito (2008).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.charts import INK, finished
from orepact.views.names import region_short
from orepact.views.should_cost import price
from orepact.views.texts import say

__all__ = ["parts_chart", "price_tornado_chart"]

Spec = dict[str, Any]
Entry = Mapping[str, Any]

COLOURS: Mapping[str, str] = {
    "feed": "#0072B2", "energy": "#E69F00", "cost": "#56B4E9", "labour": "#009E73",
    "maintenance": "#999999", "capital": "#D55E00", "credit": "#CC79A7",
}
LOW, HIGH = "#56B4E9", "#D55E00"
ROW, SHOWN = 15.0, 12
THOUSAND = 1e3


def parts_chart(run: Entry, *, width: float = 420.0) -> Spec:
    """Return the build-up as stacked bars by region, with the band and the base price."""
    values = [
        {"region": region_short(one["region"]), "part": say(f"cost_part_{part['part']}"),
         "order": number, "usd": part["usd_per_t"] / THOUSAND}
        for one in run["regions"] for number, part in enumerate(one["parts"])
        if part["usd_per_t"]
    ]
    bands = [{"region": region_short(one["region"]),
              **{name: one["price"][name] / THOUSAND for name in ("low", "high", "median")}}
             for one in run["regions"]]
    names = {say(f"cost_part_{name}"): colour for name, colour in COLOURS.items()}
    used = [name for name in names if any(one["part"] == name for one in values)]
    y: Spec = {"field": "region", "type": "nominal", "title": None,
               "axis": {"ticks": False, "domain": False}}
    x: Spec = {"type": "quantitative", "title": say("cost_axis", unit=f"1,000 {run['unit']}")}
    spec: Spec = {
        "width": width, "height": 34.0 * len(run["regions"]), "data": {"name": "parts"},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.55}},
             "encoding": {"y": y, "x": {"field": "usd", "stack": "zero", **x},
                          "order": {"field": "order"},
                          "color": {"field": "part", "type": "nominal", "title": None,
                                    "scale": {"domain": used,
                                              "range": [names[name] for name in used]}}}},
            {"data": {"name": "bands"}, "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
             "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"data": {"name": "bands"},
             "mark": {"type": "tick", "color": INK, "thickness": 2, "size": 12},
             "encoding": {"y": y, "x": {"field": "median", **x}}},
            {"data": {"name": "base"},
             "mark": {"type": "rule", "color": INK, "strokeDash": [3, 2]},
             "encoding": {"x": {"field": "usd", **x}}},
        ],
    }
    base = run["market"][0]["price"]
    words = "; ".join(f"{one['region']}: {one['low']:.3g} to {one['high']:.3g}" for one in bands)
    return finished(spec, {"parts": values, "bands": bands, "base": [{"usd": base / THOUSAND}]},
                    say("cost_chart_parts"),
                    f"{words}; {say('cost_chart_market')} {base / THOUSAND:.3g}")


def price_tornado_chart(entry: Entry, run: Entry, *, width: float = 300.0) -> Spec:
    """Return the price of a region at both ends of each input, the widest first."""
    base = entry["price"]["middle"] / THOUSAND
    values: list[Spec] = [
        {"input": one["title"], "end": say(f"cost_at_{end}"), "from": base,
         "usd": one[f"price_at_{end}"] / THOUSAND}
        for one in entry["tornado"][:SHOWN] for end in ("low", "high")
    ]
    order = list(dict.fromkeys(one["input"] for one in values))
    y: Spec = {"field": "input", "type": "nominal", "title": None, "sort": order,
               "axis": {"labelLimit": 300, "ticks": False, "domain": False}}
    x: Spec = {"type": "quantitative", "scale": {"zero": False},
               "title": say("cost_axis", unit=f"1,000 {run['unit']}")}
    ends = [say("cost_at_low"), say("cost_at_high")]
    spec: Spec = {
        "width": width, "height": ROW * len(order), "data": {"name": "inputs"},
        "layer": [
            {"mark": {"type": "bar", "opacity": 0.8, "height": {"band": 0.55}},
             "encoding": {"y": y, "x": {"field": "from", **x}, "x2": {"field": "usd"},
                          "color": {"field": "end", "type": "nominal", "title": None,
                                    "scale": {"domain": ends, "range": [LOW, HIGH]}}}},
            {"mark": {"type": "tick", "thickness": 1.5, "color": INK},
             "encoding": {"y": y, "x": {"field": "usd", **x}}},
        ],
    }
    words = "; ".join(f"{one['input']}, {one['end']}: {price(THOUSAND * one['usd'])}"
                      for one in values)
    return finished(spec, {"inputs": values}, say("cost_chart_tornado"), words)
