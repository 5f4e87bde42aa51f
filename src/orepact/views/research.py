"""Research programmes as options in words and rows, and as a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views import digits
from orepact.views.charts import INK, finished
from orepact.views.names import material_name, region_short
from orepact.views.texts import say

__all__ = ["research_chart", "research_lines", "research_list_rows", "research_rows", "tree_rows"]

Entry = Mapping[str, Any]
Spec = dict[str, Any]

MILLION = 1e6
SHOWN = 8
LEAST = 0.005
SAME = 0.01
"""Share of the sum of each alone below which no overlap is told."""
ROW = 20.0
BAR = "#0072B2"


def research_lines(run: Entry) -> list[str]:
    """Return what a run says in sentences: the shortage, the best programme, all together."""
    zone = ", ".join(region_short(name) for name in run["zone"])
    found = [say("research_shortage", zone=zone, usd=_dollars(run["shortage"]["zone"]),
                 everywhere=_dollars(run["shortage"]["everywhere"]))]
    best = run["programmes"][0]
    if best["per_euro"]["middle"] > 0.0:
        found.append(say("research_best", title=best["title"], years=run["years"],
                         per_euro=_ratio(best["per_euro"]["middle"]),
                         low=_ratio(best["per_euro"]["low"]),
                         high=_ratio(best["per_euro"]["high"])))
    both = run["together"]
    key = ("research_together_same"
           if abs(both["overlap"]) < SAME * abs(both["sum_of_each_alone"])
           else "research_together" if both["overlap"] > 0.0 else "research_together_more")
    found.append(say(
        key, count=len(run["programmes"]), cost=_millions(both["cost_eur"]) + " M",
        years=run["years"], avoided=_dollars(both["avoided"]["middle"]),
        low=_dollars(both["avoided"]["low"]), high=_dollars(both["avoided"]["high"]),
        overlap=_dollars(abs(both["overlap"]))))
    found += [say("research_harm", title=one["title"], zone=zone,
                  everywhere=_dollars(one["saved_in_a_year"]["everywhere"]))
              for one in run["programmes"] if one["saved_in_a_year"]["middle"] <= 0.0]
    if any(one["per_euro"]["middle"] < 1.0 for one in run["programmes"]):
        found.append(say("research_low", highest=_ratio(run["highest"])))
    if len(run["futures"]) != run["futures_asked"]:
        found.append(say("research_futures", planned=len(run["futures"]),
                         asked=run["futures_asked"]))
    found += [say("research_left_out", what=each) for each in run["left_out"]]
    return [*found, say("research_not")]


def research_rows(run: Entry) -> list[dict[str, str]]:
    """Return one row per programme, the one that avoids most per euro first."""
    years = run["years"]
    return [
        {say("research_programme"): f"{one['programme']}: {one['title']}",
         say("research_kind"): one["kind"],
         say("research_cost"): _millions(one["cost_eur"]),
         say("research_year"): _millions(one["saved_in_a_year"]["middle"]),
         say("research_tonnes"): _tonnes(one["tonnes_in_a_year"]),
         say("research_chance", last=years): " · ".join(
             digits.share(chance) for chance in one["ready"].values()),
         say("research_avoided"): _band(one["avoided"], MILLION),
         say("research_late"): _millions(one["avoided_if_twice_as_late"]),
         say("research_per_euro"): _band(one["per_euro"], 1.0)}
        for one in run["programmes"]
    ]


def tree_rows(run: Entry) -> list[dict[str, str]]:
    """Return the likeliest outcomes of the last year."""
    rows = sorted(run["together"]["tree"], key=lambda one: -one["chance"])[:SHOWN]
    return [
        {say("research_in_use"): ", ".join(one["in_use"]) or say("research_none"),
         say("research_how_likely"): digits.share(one["chance"]),
         say("research_saved"): _millions(one["saved_in_a_year"])}
        for one in rows
    ]


def research_list_rows(found: Sequence[Entry]) -> list[dict[str, str]]:
    """Return one row per file of programmes."""
    return [{"name": one["name"], "title": one["title"], "zone": ", ".join(one["zone"]),
             "programmes": ", ".join(one["programmes"])} for one in found]


def research_chart(run: Entry, *, width: float = 420.0) -> Spec:
    """Return what each programme avoids per euro, with its band."""
    values = [{"programme": one["title"], **{name: one["per_euro"][name]
                                             for name in ("low", "middle", "high")}}
              for one in run["programmes"]]
    y: Spec = {"field": "programme", "type": "nominal", "title": None, "sort": None,
               "axis": {"labelLimit": 320, "ticks": False, "domain": False}}
    x: Spec = {"type": "quantitative", "title": say("research_axis")}
    spec: Spec = {
        "width": width, "height": ROW * len(values), "data": {"name": "programmes"},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.75, "color": BAR},
             "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"mark": {"type": "tick", "thickness": 2, "size": 12, "color": INK},
             "encoding": {"y": y, "x": {"field": "middle", **x}}},
        ],
    }
    words = "; ".join(f"{one['programme']}: {one['middle']:.2g} ({one['low']:.2g} to "
                      f"{one['high']:.2g})" for one in values)
    return finished(spec, {"programmes": values}, say("research_chart"), words)


def _tonnes(saved: Entry) -> str:
    """Return the two materials of which most is saved in tonnes."""
    largest = sorted(saved.items(), key=lambda item: -item[1])[:2]
    return ", ".join(f"{digits.tonnes(value)} t {material_name(name)}" for name, value in largest
                     if value > LEAST)


def _band(one: Entry, scale: float) -> str:
    return (f"{_ratio(one['middle'] / scale)} ({_ratio(one['low'] / scale)} to "
            f"{_ratio(one['high'] / scale)})")


def _ratio(value: float) -> str:
    return "0" if abs(value) < LEAST else f"{value:.2g}" if abs(value) < 100.0 else f"{value:,.0f}"


def _millions(value: float) -> str:
    return _ratio(value / MILLION)


def _dollars(value: float) -> str:
    return f"{_millions(value)} M USD"
