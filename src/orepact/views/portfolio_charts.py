"""Draw a portfolio as Vega-Lite specifications: openings, money, shortage, pooling.

Colours are those of Okabe and Ito (2008); shape and order repeat what a colour says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views.charts import INK, finished
from orepact.views.names import material_name, region_short
from orepact.views.texts import say

__all__ = [
    "money_chart",
    "opening_chart",
    "pooling_chart",
    "shortage_chart",
    "supply_chart",
    "tornado_chart",
]

Spec = dict[str, Any]
Entry = Mapping[str, Any]

JOINT = "joint"
BILLION = 1e9
ROLES = {"export-bank": "#0072B2", "development-bank": "#56B4E9", "private": "#E69F00"}
WITHOUT, WITH = "#8A8A8A", "#0072B2"
DECIDED, CHOSEN = "#8A8A8A", "#0072B2"
PLACES = {"home": "#009E73", "partner": "#56B4E9", "imports": "#BBBBBB", "decided": "#E69F00",
          "chosen": "#0072B2", "unserved": "#FFFFFF"}
"""Who serves a use: the zone's own plants, the other zone's, others', projects, nobody."""
ROWS = 12
"""Most rows of a chart: more are in the tables of the run."""
FEW = 6
LEAST = 0.005
LONGEST = 320
SOLO = 1


def opening_chart(run: Entry, one: Entry, *, width: float = 400.0) -> Spec | None:
    """Return when each project is decided and opens, with the band of its lead time, and 2030."""
    titles = {each["project"]: each["title"] for each in (*run["candidates"], *run["decided"])}
    starts = {each["project"]: each["year"] for each in one["chosen"]}
    rows = [
        {"name": titles[each["project"]], "low": each["opens_low"], "open": each["opens"],
         "high": each["opens_high"], "start": starts.get(each["project"]),
         "kind": say("portfolio_is_decided" if each["decided"] else "portfolio_is_chosen")}
        for each in sorted(one["opening"], key=lambda row: (row["decided"], row["opens"]))
        if each["decided"] or each["project"] in starts
    ]
    if not rows:
        return None
    order = [row["name"] for row in rows]
    kinds = [say("portfolio_is_chosen"), say("portfolio_is_decided")]
    first, last = run["design"]["years"]
    x: Spec = {"type": "quantitative", "title": say("portfolio_year_axis"),
               "axis": {"format": "d", "tickMinStep": 1},
               "scale": {"domain": [first - 1, last], "nice": False, "clamp": True}}
    y: Spec = {"field": "name", "type": "nominal", "title": None, "sort": order,
               "axis": {"labelLimit": LONGEST, "ticks": False, "domain": False}}
    colour: Spec = {"field": "kind", "type": "nominal", "title": None,
                    "scale": {"domain": kinds, "range": [CHOSEN, DECIDED]},
                    "legend": {"orient": "top"}}
    begun = [row for row in rows if row["start"] is not None]
    spec: Spec = {
        "width": width, "height": 16.0 * len(rows), "data": {"name": "projects"},
        "layer": [
            {"data": {"name": "begun"},
             "mark": {"type": "rule", "strokeWidth": 1, "strokeDash": [2, 2], "color": INK,
                      "opacity": 0.5},
             "encoding": {"y": y, "x": {"field": "start", **x}, "x2": {"field": "open"}}},
            {"mark": {"type": "rule", "strokeWidth": 7, "opacity": 0.35},
             "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"},
                          "color": colour}},
            {"mark": {"type": "tick", "thickness": 2, "size": 11},
             "encoding": {"y": y, "x": {"field": "open", **x}, "color": colour}},
            {"data": {"name": "begun"},
             "mark": {"type": "point", "shape": "triangle-right", "size": 45, "filled": True,
                      "color": CHOSEN},
             "encoding": {"y": y, "x": {"field": "start", **x}}},
            {"data": {"name": "deadline"},
             "mark": {"type": "rule", "color": "#D55E00", "strokeWidth": 1.5},
             "encoding": {"x": {"field": "end", **x}}},
        ],
    }
    words = "; ".join(
        f"{row['name']}: {row['open']:.1f} ({row['low']:.1f} to {row['high']:.1f})"
        for row in rows)
    data = {"projects": rows, "begun": begun,
            "deadline": [{"end": run["design"]["deadline"] + 1}]}
    return finished(spec, data, say("portfolio_opening_title"), words)


def money_chart(run: Entry, *, width: float = 250.0) -> Spec | None:
    """Return the money of each portfolio by who finances, beside its public budget."""
    rows: list[dict[str, Any]] = []
    budgets: list[dict[str, Any]] = []
    for name, one in run["portfolios"].items():
        label = _name(name)
        total: dict[str, float] = {}
        for each in one["finance"]:
            total[each["role"]] = total.get(each["role"], 0.0) + each["amount"]
        rows += [{"portfolio": label, "role": say(f"portfolio_role_{role}"),
                  "order": place, "money": total.get(role, 0.0) / BILLION}
                 for place, role in enumerate(ROLES)]
        budgets.append({"portfolio": label, "money": one["budget"] / BILLION})
    if not any(row["money"] for row in rows):
        return None
    order = [row["portfolio"] for row in budgets]
    x: Spec = {"type": "quantitative", "title": say("portfolio_money_axis")}
    y: Spec = {"field": "portfolio", "type": "nominal", "title": None, "sort": order,
               "axis": {"ticks": False, "domain": False}}
    spec: Spec = {
        "width": width, "height": 26.0 * len(order), "data": {"name": "money"},
        "layer": [
            {"mark": {"type": "bar", "height": 14},
             "encoding": {
                 "y": y, "x": {"field": "money", "stack": "zero", **x},
                 "order": {"field": "order", "type": "quantitative"},
                 "color": {"field": "role", "type": "nominal", "title": None,
                           "scale": {"domain": [say(f"portfolio_role_{role}") for role in ROLES],
                                     "range": list(ROLES.values())},
                           "legend": {"orient": "top", "columns": 3}}}},
            {"data": {"name": "budgets"},
             "mark": {"type": "tick", "thickness": 2, "size": 22, "color": "#D55E00"},
             "encoding": {"y": y, "x": {"field": "money", **x}}},
        ],
    }
    words = "; ".join(f"{row['portfolio']}, {row['role']}: {row['money']:.2f}" for row in rows)
    return finished(spec, {"money": rows, "budgets": budgets}, say("portfolio_money_title"), words)


def shortage_chart(one: Entry, *, width: float = 250.0) -> Spec | None:
    """Return by stage and zone what is not served under control, without and with projects."""
    many = len(one["zones"]) > SOLO
    changed = sorted(
        (each for each in one["shortage"] if each["need"] > 0.0
         and abs(each["without"] - each["with"]) > LEAST * each["need"]),
        key=lambda each: (each["with"] - each["without"]) / each["need"])[:ROWS]
    rows = [
        {"stage": material_name(each["material"])
         + (f", {region_short(each['zone'])}" if many else ""),
         "without": 100.0 * each["without"] / each["need"],
         "with": 100.0 * each["with"] / each["need"]} for each in changed]
    if not rows:
        return None
    order = [row["stage"] for row in rows]
    kinds = [say("portfolio_without"), say("portfolio_with")]
    points = [{"stage": row["stage"], "kind": kind, "share": row[field]}
              for row in rows for field, kind in zip(("without", "with"), kinds, strict=True)]
    x: Spec = {"type": "quantitative", "title": say("portfolio_unserved_axis"),
               "scale": {"domainMin": 0}}
    y: Spec = {"field": "stage", "type": "nominal", "title": None, "sort": order,
               "axis": {"labelLimit": LONGEST, "ticks": False, "domain": False}}
    spec: Spec = {
        "width": width, "height": 15.0 * len(rows), "data": {"name": "rows"},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.5, "color": INK},
             "encoding": {"y": y, "x": {"field": "without", **x}, "x2": {"field": "with"}}},
            {"data": {"name": "points"}, "mark": {"type": "point", "filled": True, "size": 55},
             "encoding": {
                 "y": y, "x": {"field": "share", **x},
                 "color": {"field": "kind", "type": "nominal", "title": None,
                           "scale": {"domain": kinds, "range": [WITHOUT, WITH]},
                           "legend": {"orient": "top"}},
                 "shape": {"field": "kind", "type": "nominal", "title": None,
                           "scale": {"domain": kinds, "range": ["circle", "square"]},
                           "legend": {"orient": "top"}}}},
        ],
    }
    words = "; ".join(f"{row['stage']}: {row['without']:.0f} % to {row['with']:.0f} %"
                      for row in rows)
    return finished(spec, {"rows": rows, "points": points}, say("portfolio_shortage_title"), words)


def supply_chart(run: Entry, one: Entry, *, width: float = 250.0) -> Spec | None:
    """Return who serves a zone's final use under control, in per cent of it, by material.

    Materials that are also feed of other stages are left out: use alone does not bound them.
    """
    decided = {each["project"] for each in run["decided"]}
    rows: list[dict[str, Any]] = []
    for each in sorted(one["shortage"], key=lambda row: row["without"] - row["with"],
                       reverse=True):
        served = _served(one, each, decided)
        if each["need"] and served["home"] >= -LEAST * each["need"]:
            stage = material_name(each["material"]) + (
                f", {region_short(each['zone'])}" if len(one["zones"]) > SOLO else "")
            rows += [{"stage": stage, "who": say(f"portfolio_who_{who}"), "order": place,
                      "share": 100.0 * max(0.0, served[who]) / each["need"]}
                     for place, who in enumerate(PLACES)]
        if len(rows) >= FEW * len(PLACES):
            break
    if not rows:
        return None
    order = list(dict.fromkeys(row["stage"] for row in rows))
    who = [say(f"portfolio_who_{name}") for name in PLACES]
    spec: Spec = {
        "width": width, "height": 17.0 * len(order), "data": {"name": "rows"},
        "mark": {"type": "bar", "height": 11, "stroke": "#8A8A8A", "strokeWidth": 0.5},
        "encoding": {
            "y": {"field": "stage", "type": "nominal", "title": None, "sort": order,
                  "axis": {"labelLimit": LONGEST, "ticks": False, "domain": False}},
            "x": {"field": "share", "type": "quantitative", "stack": "zero",
                  "title": say("portfolio_served_axis"), "scale": {"domain": [0, 100]}},
            "order": {"field": "order", "type": "quantitative"},
            "color": {"field": "who", "type": "nominal", "title": None,
                      "scale": {"domain": who, "range": list(PLACES.values())},
                      "legend": {"orient": "top", "columns": 3, "symbolStrokeColor": "#8A8A8A"}}},
    }
    words = "; ".join(f"{row['stage']}, {row['who']}: {row['share']:.0f} %" for row in rows)
    return finished(spec, {"rows": rows}, say("portfolio_supply_title"), words)


def _served(one: Entry, use: Entry, decided: set[str]) -> dict[str, float]:
    """Return tonnes by who serves a use; what no row tells is the zone's own plants."""
    found = dict.fromkeys(PLACES, 0.0)
    for each in one["supply"]:
        if (each["chain"], each["zone"], each["material"]) == (
                use["chain"], use["zone"], use["material"]):
            source = str(each["source"])
            who = source if source in {"imports", "partner"} else (
                "decided" if source in decided else "chosen")
            found[who] += each["tonnes"]
    found["unserved"] = use["with"]
    found["home"] = use["need"] - sum(found.values())
    return found


def pooling_chart(run: Entry, *, width: float = 250.0) -> Spec | None:
    """Return what each portfolio is worth, with its range over futures."""
    rows = [{"portfolio": _name(name), "worth": one["worth"] / BILLION,
             "low": one["worth_low"] / BILLION, "high": one["worth_high"] / BILLION}
            for name, one in run["portfolios"].items()]
    if run["pooling"]:
        apart = _together(run)
        rows.insert(len(rows) - 1, {"portfolio": say("portfolio_apart"), **apart})
    if not any(row["worth"] or row["high"] for row in rows):
        return None
    order = [row["portfolio"] for row in rows]
    x: Spec = {"type": "quantitative", "title": say("portfolio_worth_axis")}
    y: Spec = {"field": "portfolio", "type": "nominal", "title": None, "sort": order,
               "axis": {"labelLimit": LONGEST, "ticks": False, "domain": False}}
    spec: Spec = {
        "width": width, "height": 20.0 * len(rows), "data": {"name": "worth"},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 6, "opacity": 0.3, "color": CHOSEN},
             "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 50, "color": CHOSEN},
             "encoding": {"y": y, "x": {"field": "worth", **x}}},
            {"data": {"name": "zero"}, "mark": {"type": "rule", "color": INK, "opacity": 0.6},
             "encoding": {"x": {"field": "zero", **x}}},
        ],
    }
    words = "; ".join(f"{row['portfolio']}: {row['worth']:.2f} ({row['low']:.2f} to "
                      f"{row['high']:.2f})" for row in rows)
    return finished(spec, {"worth": rows, "zero": [{"zero": 0.0}]}, say("portfolio_worth_title"),
                    words)


def tornado_chart(run: Entry, one: Entry, *, width: float = 260.0) -> Spec | None:
    """Return the worth of the choice with one card at an end, the widest swing first."""
    found: dict[str, list[Entry]] = {}
    for each in run["sensitivity"]:
        title = each["title"] or say(f"portfolio_{str(each['card']).replace('-', '_')}")
        found.setdefault(title, []).append(each)
    worth = one["worth"] / BILLION
    rows = [
        {"card": title, "worth": each["worth"] / BILLION, "base": worth, "at": _at(each),
         "low": each is min(ends, key=lambda one: float(one["worth"])) and (
             len(ends) > 1 or each["worth"] / BILLION < worth),
         "swing": max(abs(other["worth"] / BILLION - worth) for other in ends)}
        for title, ends in found.items() for each in ends]
    if not rows:
        return None
    order = list(dict.fromkeys(
        row["card"] for row in sorted(rows, key=lambda row: -float(row["swing"]))))
    x: Spec = {"type": "quantitative", "title": say("portfolio_tornado_axis")}
    y: Spec = {"field": "card", "type": "nominal", "title": None, "sort": order,
               "axis": {"labelLimit": 440, "ticks": False, "domain": False}}
    spec: Spec = {
        "width": width, "height": 16.0 * len(order), "data": {"name": "rows"},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 6, "opacity": 0.5, "color": CHOSEN},
             "encoding": {"y": y, "x": {"field": "base", **x}, "x2": {"field": "worth"}}},
            {"mark": {"type": "text", "fontSize": 8, "dy": -1, "color": INK,
                      "align": {"expr": "datum.low ? 'right' : 'left'"},
                      "dx": {"expr": "datum.low ? -4 : 4"}},
             "encoding": {"y": y, "x": {"field": "worth", **x},
                          "text": {"field": "at", "type": "nominal"}}},
            {"data": {"name": "base"}, "mark": {"type": "rule", "color": INK, "opacity": 0.6},
             "encoding": {"x": {"field": "base", **x}}},
        ],
    }
    words = "; ".join(f"{row['card']} at {row['at']}: {row['worth']:.2f}" for row in rows)
    return finished(spec, {"rows": rows, "base": [{"base": worth}]},
                    say("portfolio_tornado_title"), words)


def _at(each: Entry) -> str:
    value = each["value"]
    return value if isinstance(value, str) else f"{value:g} {each['unit']}".removesuffix(" 1")


def _together(run: Entry) -> dict[str, float]:
    """Return the sum of the separate portfolios: in the mean, and by future, in bn USD."""
    apart: Sequence[Entry] = [one for name, one in run["portfolios"].items() if name != JOINT]
    by_future = [sum(each) / BILLION for each in zip(
        *([future["worth"] for future in one["futures"]] for one in apart), strict=True)]
    return {"worth": sum(one["worth"] for one in apart) / BILLION,
            "low": min(by_future), "high": max(by_future)}


def _name(name: str) -> str:
    return say("portfolio_together") if name == JOINT else say("portfolio_alone",
                                                               zone=region_short(name))
