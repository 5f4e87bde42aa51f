"""Draw the bands of a stress run and what drives its figures, as Vega-Lite specifications.

Colours are those of Okabe and Ito (2008), one per licence branch; shapes repeat what they say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views import digits
from orepact.views.charts import INK, finished, log_domain, log_ticks
from orepact.views.names import material_name, region_short
from orepact.views.stress_table import (
    entries_by_key,
    group_name,
    key_buyers,
    period_name,
    rung_groups,
    told_licences,
)
from orepact.views.texts import say

__all__ = ["band_chart", "tornado_chart"]

Spec = dict[str, Any]
Entry = Mapping[str, Any]

COLOURS: Mapping[str, str] = {"approve": "#0072B2", "refuse": "#D55E00", "all": "#009E73"}
SHAPES: Mapping[str, str] = {"approve": "circle", "refuse": "square", "all": "diamond"}
STEP = 7.0
LABEL = 25.0
"""Pixels of a row: for each licence branch, and for two lines of words at least."""

DRIVERS = 6
FULL = 100.0


def band_chart(content: Entry, chain: str, *, width: float = 640.0) -> Spec | None:
    """Return prices (× base, log) and unmet use (%) of the buyers shown, by case and licence.

    A case is a rung and a period. Dot: the middle member; thick line: the band; thin line: the
    tail. None where nothing can be drawn.
    """
    results = entries_by_key(content["results"])
    licences = told_licences(content, chain)
    price: list[Spec] = []
    unmet: list[Spec] = []
    cases: dict[str, None] = {}
    rows: dict[str, None] = {}
    for region, material in key_buyers(content, chain):
        for group in rung_groups(content, chain):
            for period in content["periods"]:
                case = ", ".join(filter(None, (group_name(content, group),
                                               period_name(content, period))))
                row = f"{region_short(region)}, {material_name(material)}: {case}"
                for licence in licences:
                    key = (chain, group[0], period["name"], licence, region, material)
                    entry = results.get(key)
                    if entry is None:
                        continue
                    place = {"row": row.removesuffix(": "), "case": case, "slot": licence,
                             "licence": say(f"stress_{licence}")}
                    cases[licence] = rows[place["row"]] = None
                    price += _values(place, entry.get("price_marginal_vs_base"), 1.0)
                    unmet += _values(place, entry.get("unmet_share"), FULL)
    if not price and not unmet:
        return None
    height = max(STEP * (len(cases) + 0.6), LABEL) * len(rows)
    style = _style(list(rows), list(cases), licences)
    left = _panel("price", style, _price_axis(price), labels=True)
    right = _panel("unmet", style, _unmet_axis(unmet), labels=False)
    spec: Spec = {
        "hconcat": [{**left, "width": 0.5 * width - 90, "height": height},
                    {**right, "width": 0.5 * width - 90, "height": height}],
        "spacing": 12,
        "resolve": {"scale": {"y": "shared"}},
    }
    words = " ".join(_words(one) for one in price)
    title = say("stress_bands_title", chain=_title(content, chain))
    return finished(spec, {"price": price, "unmet": unmet}, title, words)


def _title(content: Entry, chain: str) -> str:
    return next(str(each["title"]) for each in content["chains"] if each["chain"] == chain)


def _values(place: Mapping[str, str], band: Mapping[str, float] | None, scale: float) -> list[Spec]:
    if band is None:
        return []
    return [{**place, **{name: scale * band[name] for name in ("middle", "low", "high", "tail")}}]


def _words(one: Entry) -> str:
    band = digits.Band(*(one[name] for name in ("middle", "low", "high", "tail")))
    return f"{one['row']}, {one['case']}, {one['licence']}: {digits.multiple(band)} ×."


def _style(rows: Sequence[str], slots: Sequence[str], licences: Sequence[str]) -> Spec:
    names = [say(f"stress_{licence}") for licence in licences]
    field: Spec = {"field": "licence", "type": "nominal", "sort": names,
                   "title": say("stress_licences")}
    return {
        "y": {"field": "row", "type": "nominal", "title": None, "sort": list(rows)},
        "yOffset": {"field": "slot", "type": "nominal", "sort": list(slots),
                    "scale": {"paddingOuter": 0.3}},
        "color": {**field, "scale": {"domain": names,
                                     "range": [COLOURS[each] for each in licences]}},
        "shape": {**field, "scale": {"domain": names,
                                     "range": [SHAPES[each] for each in licences]}},
    }


def _panel(data: str, style: Spec, x: Spec, *, labels: bool) -> Spec:
    y: Spec = {**style["y"], "axis": {"labels": labels, "ticks": False, "domain": False,
                                      "grid": True, "tickBand": "extent", "labelLimit": 150,
                                      "labelExpr": "split(datum.label, ': ')"}}
    legend: Spec = {"legend": {} if labels else None}
    row = {"y": y, "yOffset": style["yOffset"], "color": {**style["color"], **legend}}
    marks: list[Spec] = [
        {"mark": {"type": "rule", "strokeWidth": 0.8},
         "encoding": {**row, "x": {"field": "high", **x}, "x2": {"field": "tail"}}},
        {"mark": {"type": "rule", "strokeWidth": 3.2, "opacity": 0.65},
         "encoding": {**row, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
        {"mark": {"type": "point", "filled": True, "size": 22, "opacity": 1},
         "encoding": {**row, "x": {"field": "middle", **x}, "shape": {**style["shape"], **legend}}},
    ]
    return {"data": {"name": data}, "layer": marks}


def _price_axis(values: Sequence[Entry]) -> Spec:
    domain = log_domain([one["low"] for one in values], [one["tail"] for one in values])
    return {"type": "quantitative", "title": say("stress_axis_price"),
            "scale": {"type": "log", "domain": domain, "nice": False},
            "axis": {"values": log_ticks(domain), "format": "~g", "grid": True}}


def _unmet_axis(values: Sequence[Entry]) -> Spec:
    highest = max([5.0, *(one["tail"] for one in values)])
    return {"type": "quantitative", "title": say("axis_unmet"),
            "scale": {"domain": [0.0, min(FULL, highest)], "nice": True},
            "axis": {"tickCount": 5, "grid": True}}


def tornado_chart(entry: Entry, title: str, *, width: float = 300.0) -> Spec | None:
    """Return the drivers of a figure as bars from the lower to the upper third of each.

    Only drivers that stand out from chance are drawn, the widest first; bars of the two licence
    branches lie side by side. None where there is no driver.
    """
    scale = FULL if entry["figure"] == "unmet_share" else 1.0
    values: list[Spec] = []
    medians = entry["median_by_licence"]
    if len(medians) > 1 and medians["approve"] != medians["refuse"]:
        values.append({
            "factor": say("stress_licence_driver"), "licence": say("stress_both"),
            "low": scale * medians["approve"], "high": scale * medians["refuse"],
        })
    told: dict[str, list[Spec]] = entry["factors_by_licence"]
    for licence, each in told.items():
        values += [
            {"factor": row["title"], "licence": say(f"stress_{licence}"),
             "low": scale * row["low"], "high": scale * row["high"]}
            for row in each if row["clear"]
        ]
    widest: dict[str, float] = {}
    for one in values:
        widest[one["factor"]] = max(widest.get(one["factor"], 0.0), abs(one["high"] - one["low"]))
    order = sorted(widest, key=lambda name: (-widest[name], name))[:DRIVERS]
    values = [one for one in values if one["factor"] in order]
    if not values:
        return None
    names = [say(f"stress_{each}") for each in medians]
    domain = [say("stress_both"), *names]
    x: Spec = {"type": "quantitative", "scale": {"zero": False},
               "title": say("axis_unmet" if scale == FULL else "stress_axis_price_plain")}
    y: Spec = {"field": "factor", "type": "nominal", "title": None, "sort": order,
               "axis": {"labelLimit": 190, "ticks": False, "domain": False}}
    colour: Spec = {"field": "licence", "type": "nominal", "title": say("stress_licences"),
                    "scale": {"domain": domain,
                              "range": ["#8A8A8A", *[COLOURS[each] for each in medians]]}}
    rows: Spec = {"y": y, "color": colour,
                  "yOffset": {"field": "licence", "type": "nominal", "sort": domain}}
    spec: Spec = {
        "data": {"name": "drivers"},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.7},
             "encoding": {**rows, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"mark": {"type": "tick", "thickness": 1.5, "size": 9, "color": INK},
             "encoding": {**rows, "x": {"field": "high", **x}}},
        ],
        "width": width, "height": 11.0 * len({(one["factor"], one["licence"]) for one in values}),
    }
    words = "; ".join(f"{one['factor']}, {one['licence']}: {one['low']:.2g} – {one['high']:.2g}"
                      for one in values)
    return finished(spec, {"drivers": values}, title, words)
