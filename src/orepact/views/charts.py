"""Draw bands, paths, shortages and timelines as Vega-Lite specifications.

The same specifications serve the brief (rendered to SVG), a browser and, through
``altair.Chart.from_dict``, a notebook. They are written as plain mappings: building them with
Altair took two seconds of every run, and the tests read each one back with it. Neutral ink is
``currentColor``, so that a drawing follows the light or dark page it lies on; colours are those
of Okabe and Ito (2008), and shape, order or words repeat what a colour says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from orepact.views.choice import Row
from orepact.views.digits import Band, multiple, percent, share
from orepact.views.names import branch_name, material_name, region_name, status_name
from orepact.views.texts import say

__all__ = ["BRANCH_COLOURS", "bands", "day_of", "finished", "paths", "shortages", "timeline"]

FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
INK = "currentColor"
BRANCH_COLOURS: Mapping[str, str] = {
    "lifted": "#009E73", "extended": "#0072B2", "revived": "#CC79A7", "escalated": "#D55E00",
}
BRANCH_SHAPES: Mapping[str, str] = {
    "lifted": "triangle-down", "extended": "circle", "revived": "square",
    "escalated": "triangle-up",
}
STATE_COLOURS: Mapping[str, str] = {
    "in force": "#D55E00", "suspended": "#56B4E9", "unknown": "#8A8A8A",
    "outcome unknown": "#8A8A8A", "not yet in force": "#BBBBBB", "announced": "#E69F00",
    "ended": "#009E73", "lifted": "#009E73",
}
SPARE_COLOURS = ("#E69F00", "#56B4E9", "#8A8A8A")
TICKS = (0.1, 0.2, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)
ROW_STEP = 6.0
MOST_TICKS = 7
TIMELINE_WIDTH = 640.0
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

Spec = dict[str, Any]


def bands(
    rows: Sequence[Row],
    pairs: Sequence[tuple[str, str]],
    branches: Sequence[str],
    title: str,
    *,
    width: float = 290.0,
) -> Spec:
    """Return twelve-month mean multiples (×, log) and unmet use (%) per buyer and branch.

    Dot: mean; thick line: band; thin line: upward tail. One row per region and material of
    `pairs`.
    """
    shown = [row for row in rows if row.pair in set(pairs)]
    order = [_pair_label(pair) for pair in pairs]
    price = [_band_values(row, row.marginal_quo) for row in shown if row.marginal_quo]
    unmet = [_band_values(row, _per_cent(row.unmet)) for row in shown if row.unmet]
    height = ROW_STEP * (len(branches) + 0.5) * len(order)
    left = _band_panel("price", order, branches, _price_axis(price))
    right = _band_panel("unmet", order, branches, _unmet_axis(unmet))
    spec: Spec = {
        "hconcat": [
            {**left, "width": width * 0.6, "height": height},
            {**right, "width": width * 0.4, "height": height},
        ],
        "spacing": 12,
        "resolve": {"scale": {"y": "shared"}},
    }
    data = {"price": price, "unmet": unmet, "one": [{"x": 1.0}]}
    words = " ".join(_row_words(row) for row in shown)
    return finished(spec, data, say("bands_title", chain=title), say("bands_desc", rows=words))


def paths(
    monthly: pl.DataFrame, chain: str, pair: tuple[str, str], branches: Sequence[str]
) -> Spec:
    """Return the monthly band of the marginal price (×, log) per branch, one panel each.

    `monthly` holds ``price_marginal_low``, ``_middle`` and ``_high`` per month. No month is
    singled out: the shape within the year is not a finding.
    """
    region, material = pair
    chosen = monthly.filter(
        (pl.col("chain") == chain) & (pl.col("region") == region)
        & (pl.col("material") == material)
    )
    values: list[Spec] = [
        {"branch": branch_name(row["branch"]), "month": f"{row['month']}"[:7] + "-01",
         **{bound: row[f"price_marginal_{bound}"] for bound in ("low", "middle", "high")}}
        for row in chosen.iter_rows(named=True)
    ]
    domain = log_domain([v["low"] for v in values], [v["high"] for v in values])
    y = {"type": "quantitative", "title": say("axis_paths"),
         "scale": {"type": "log", "domain": domain, "nice": False},
         "axis": {"values": log_ticks(domain), "format": "~g"}}
    month = {"field": "month", "type": "temporal", "title": say("axis_month"),
             "axis": {"format": "%b %y", "labelAngle": -40, "tickCount": 4}}
    panel: Spec = {
        "width": 130, "height": 110,
        "encoding": {"x": month, "color": _branch_colour(branches, legend=False)},
        "layer": [
            {"mark": {"type": "area", "opacity": 0.3},
             "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {"mark": {"type": "line", "strokeWidth": 1.5},
             "encoding": {"y": {"field": "middle", **y}}},
        ],
    }
    note = {"text": say("paths_note"), "orient": "bottom", "color": INK, "fontSize": 9,
            "fontWeight": "normal"}
    spec = {"data": {"name": "paths"}, "title": note, "facet": {"column": _branch_field(branches)},
            "spec": panel}
    name = say("paths_title", region=region_name(region), material=material_name(material))
    return finished(spec, {"paths": values}, name, say("paths_desc"))


def shortages(
    rows: Sequence[Row], pairs: Sequence[tuple[str, str]], branches: Sequence[str], title: str
) -> Spec:
    """Return a heat table of the share of use unmet (%), region and material by branch."""
    values = [
        {"row": _pair_label(row.pair), "branch": branch_name(row.branch),
         "unmet": 100.0 * row.unmet.middle, "text": share(row.unmet.middle)}
        for row in rows if row.pair in set(pairs) and row.unmet
    ]
    shade = {"field": "unmet", "type": "quantitative", "title": say("axis_unmet"),
             "scale": {"domain": [0, 50], "range": [0.02, 0.8], "clamp": True}}
    spec: Spec = {
        "data": {"name": "unmet"},
        "width": 70 * len(branches), "height": 18 * len(pairs),
        "encoding": {
            "x": {**_branch_field(branches), "axis": {"orient": "top", "labelAngle": 0}},
            "y": {"field": "row", "type": "nominal", "title": None,
                  "sort": [_pair_label(pair) for pair in pairs]},
        },
        "layer": [
            {"mark": {"type": "rect", "fill": BRANCH_COLOURS["escalated"]},
             "encoding": {"fillOpacity": shade}},
            {"mark": {"type": "text", "color": INK, "fontSize": 9},
             "encoding": {"text": {"field": "text", "type": "nominal"}}},
        ],
    }
    return finished(spec, {"unmet": values}, say("short_title", chain=title), say("short_desc"))


def timeline(
    calendar: pl.DataFrame, branches: Sequence[str], first: dt.date, last: dt.date,
    today: dt.date,
) -> Spec:
    """Return the states of the acts that change, one row per act and one panel per branch.

    Bars are cut to `first`–`last`; `today` is the study date, drawn as a line.
    """
    values = _changing(_spans(calendar, branches, first, last))
    for value in values:
        value["today"] = today.isoformat()
    acts = sorted({value["act"] for value in values})
    states = [state for state in STATE_COLOURS if any(v["status"] == state for v in values)]
    time = {"type": "temporal", "title": None,
            "scale": {"domain": [first.isoformat(), last.isoformat()]},
            "axis": {"format": "%b %y", "tickCount": 3, "labelAngle": 0, "labelFontSize": 8}}
    colour = {"field": "status", "type": "nominal", "title": say("legend_state"),
              "scale": {"domain": states, "range": [STATE_COLOURS[s] for s in states]}}
    bar: Spec = {
        "mark": {"type": "bar", "height": 6, "cornerRadius": 1},
        "encoding": {"x": {"field": "since", **time}, "x2": {"field": "until"}, "color": colour,
                     "y": {"field": "act", "type": "nominal", "title": None, "sort": acts}},
    }
    rule: Spec = {
        "mark": {"type": "rule", "color": INK, "strokeDash": [2, 2], "strokeWidth": 1},
        "encoding": {"x": {"field": "today", **time}},
    }
    panel = {"width": TIMELINE_WIDTH / max(1, len(branches)) - 12, "height": 11 * len(acts),
             "layer": [bar, rule]}
    spec = {"data": {"name": "states"}, "facet": {"column": _branch_field(branches)},
            "spacing": 12, "spec": panel}
    return finished(spec, {"states": values}, say("timeline_title"), say("timeline_desc"))


def day_of(value: object) -> dt.date | None:
    """Return a date, a moment or ISO text (``2026-11`` means its first day) as a date."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if not value:
        return None
    text = str(value)
    return dt.date.fromisoformat(f"{text}-01" if len(text) == len("2026-11") else text[:10])


def _pair_label(pair: tuple[str, str]) -> str:
    return f"{region_name(pair[0])}: {material_name(pair[1])}"


def _row_words(row: Row) -> str:
    return say("bands_row", region=region_name(row.region), material=material_name(row.material),
               branch=branch_name(row.branch), multiple=multiple(row.marginal_quo),
               unmet=percent(row.unmet))


def _per_cent(band: Band | None) -> Band | None:
    if band is None:
        return None
    return Band(100 * band.middle, 100 * band.low, 100 * band.high, 100 * band.tail)


def _band_values(row: Row, band: Band | None) -> Spec:
    if band is None:
        return {}
    return {"row": _pair_label(row.pair), "branch": branch_name(row.branch), "middle": band.middle,
            "low": band.low, "high": band.high, "tail": band.tail}


def _band_panel(data: str, order: list[str], branches: Sequence[str], x: Spec) -> Spec:
    labels = data == "price"
    names = [branch_name(branch) for branch in branches]
    shapes = [BRANCH_SHAPES.get(branch, "diamond") for branch in branches]
    row: Spec = {
        "y": {"field": "row", "type": "nominal", "title": None, "sort": order,
              "axis": {"labels": labels, "ticks": False, "domain": False, "grid": True,
                       "tickBand": "extent", "labelLimit": 150,
                       "labelExpr": "split(datum.label, ': ')"}},
        "yOffset": {"field": "branch", "type": "nominal", "sort": names,
                    "scale": {"paddingOuter": 0.25}},
        "color": _branch_colour(branches, legend=labels),
    }
    shape = {"field": "branch", "type": "nominal", "sort": names,
             "title": say("legend_branch") if labels else None,
             "scale": {"domain": names, "range": shapes}, "legend": {} if labels else None}
    marks: list[Spec] = [
        {"mark": {"type": "rule", "strokeWidth": 0.8},
         "encoding": {**row, "x": {"field": "high", **x}, "x2": {"field": "tail"}}},
        {"mark": {"type": "rule", "strokeWidth": 3.2, "opacity": 0.65},
         "encoding": {**row, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
        {"mark": {"type": "point", "filled": True, "size": 22, "opacity": 1},
         "encoding": {**row, "x": {"field": "middle", **x}, "shape": shape}},
    ]
    quo: Spec = {"data": {"name": "one"}, "mark": {"type": "rule", "color": INK},
                 "encoding": {"x": {"field": "x", **x}}}
    return {"data": {"name": data}, "layer": [quo, *marks] if labels else marks}


def _branch_field(branches: Sequence[str]) -> Spec:
    return {"field": "branch", "type": "nominal", "title": None,
            "sort": [branch_name(branch) for branch in branches]}


def _branch_colour(branches: Sequence[str], *, legend: bool) -> Spec:
    spare = [branch for branch in branches if branch not in BRANCH_COLOURS]
    colours = [BRANCH_COLOURS.get(branch) or SPARE_COLOURS[spare.index(branch) % 3]
               for branch in branches]
    return {**_branch_field(branches), "title": say("legend_branch") if legend else None,
            "scale": {"domain": [branch_name(branch) for branch in branches], "range": colours},
            "legend": {} if legend else None}


def _price_axis(values: Sequence[Mapping[str, float]]) -> Spec:
    domain = log_domain([v["low"] for v in values], [v["tail"] for v in values])
    return {"type": "quantitative", "title": say("axis_price"),
            "scale": {"type": "log", "domain": domain, "nice": False},
            "axis": {"values": log_ticks(domain), "format": "~g", "grid": True}}


def _unmet_axis(values: Sequence[Mapping[str, float]]) -> Spec:
    highest = max([5.0, *(v["tail"] for v in values)])
    return {"type": "quantitative", "title": say("axis_unmet"),
            "scale": {"domain": [0.0, min(100.0, highest)], "nice": True},
            "axis": {"tickCount": 5, "grid": True}}


def log_domain(lows: Sequence[float], highs: Sequence[float]) -> list[float]:
    """Return a range of multiples from below 1 to above 2 that holds these."""
    positive = [low for low in lows if low > 0]
    return [min([0.7, *positive]) * 0.97, max([2.0, *highs]) * 1.03]


def log_ticks(domain: Sequence[float]) -> list[float]:
    """Return round multiples inside a range, few enough to be read."""
    ticks = [tick for tick in TICKS if domain[0] <= tick <= domain[1]]
    if len(ticks) > MOST_TICKS:
        ticks = [tick for tick in ticks if f"{tick:.0e}"[0] in "125" and tick not in {0.7, 1.5}]
    return ticks


def _spans(
    calendar: pl.DataFrame, branches: Sequence[str], first: dt.date, last: dt.date
) -> list[Spec]:
    """Return one bar per act, branch and state, cut to the window; a pair of chains is one bar."""
    found: dict[tuple[str, str, str, str, str], Spec] = {}
    for row in calendar.iter_rows(named=True):
        since = max(day_of(row["since"]) or first, first)
        until = min(day_of(row["until"]) or last, last)
        if since < until and row["branch"] in branches:
            value = {"act": row["act"], "branch": branch_name(row["branch"]),
                     "status": status_name(row["status"]), "since": since.isoformat(),
                     "until": until.isoformat()}
            found[(value["act"], value["branch"], value["status"], value["since"],
                   value["until"])] = value
    return list(found.values())


def _changing(values: list[Spec]) -> list[Spec]:
    """Return the bars of acts whose state changes or differs by branch; all if none does.

    An act that some branches have and others do not differs by branch.
    """
    states: dict[str, set[str]] = {}
    branches: dict[str, set[str]] = {}
    for value in values:
        states.setdefault(value["act"], set()).add(value["status"])
        branches.setdefault(value["act"], set()).add(value["branch"])
    most = max((len(found) for found in branches.values()), default=0)
    kept = {act for act in states if len(states[act]) > 1 or len(branches[act]) < most}
    return [value for value in values if value["act"] in kept] or values


def finished(
    spec: Spec, data: Mapping[str, list[Spec]], title: str, description: str
) -> Spec:
    """Return the specification with its data, the common look, a title and a description."""
    ink = {"labelColor": INK, "titleColor": INK, "labelFontSize": 9, "titleFontSize": 9,
           "titleFontWeight": "normal"}
    return {
        "$schema": SCHEMA,
        "description": f"{title}. {description}",
        "usermeta": {"title": title},
        "datasets": dict(data),
        **spec,
        "config": {
            "background": "transparent", "font": FONT, "padding": 2, "view": {"stroke": None},
            "axis": {**ink, "domainColor": INK, "tickColor": INK, "gridColor": INK,
                     "gridOpacity": 0.16, "domainOpacity": 0.5, "tickOpacity": 0.5},
            "legend": {**ink, "orient": "top", "titleOrient": "left", "symbolSize": 40,
                       "offset": 4, "padding": 0},
            "header": {"labelColor": INK, "labelFontSize": 9, "labelFontWeight": "bold",
                       "labelPadding": 3},
        },
    }
