"""Draw a wind tunnel as Vega-Lite specifications: cost by year, and what is kept for how much.

Colours are those of Okabe and Ito (2008), one per instrument; shapes repeat what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.charts import INK, finished
from orepact.views.support_tunnel_table import answer_name, support_name, whole
from orepact.views.texts import say

__all__ = ["cost_chart", "keep_chart"]

Spec = dict[str, Any]
Entry = Mapping[str, Any]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A8A8A")
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "triangle-right",
          "triangle-left")
MILLION = 1e6
NONE = "none"


def cost_chart(run: Entry, *, width: float = 92.0, height: float = 48.0) -> Spec:
    """Return the public cost by year: a panel per instrument, answers side by side, 5 to 95 %."""
    names = [support_name(run, one["support"], brief=True) for one in run["supports"]]
    answers = [answer_name(one["answer"]) for one in run["answers"]]
    values = [
        {"support": support_name(run, one["support"], brief=True),
         "answer": answer_name(one["answer"]), "year": f"{number + 1}",
         "mean": each["mean"] / MILLION, "low": each["p5"] / MILLION,
         "high": each["p95"] / MILLION}
        for one in run["results"] for number, each in enumerate(one["public"]["years"])
    ]
    x: Spec = {"field": "year", "type": "ordinal", "title": say("tunnel_axis_year"),
               "axis": {"labelAngle": 0}}
    y: Spec = {"type": "quantitative", "title": say("tunnel_axis_cost")}
    plain: Spec = {"field": "answer", "type": "nominal", "title": None}
    colour: Spec = {**plain, "scale": {"domain": answers, "range": [
        INK, *COLOURS[: len(answers) - 1]]}}
    shape: Spec = {**plain, "scale": {"domain": answers, "range": list(SHAPES[: len(answers)])}}
    offset: Spec = {"field": "answer", "type": "nominal", "sort": answers}
    mark: Spec = {"type": "point", "filled": True, "size": 22, "opacity": 1.0}
    spec: Spec = {
        "data": {"name": "costs"},
        "facet": {"column": {"field": "support", "type": "nominal", "sort": names,
                             "title": None}},
        "spec": {
            "width": width, "height": height,
            "layer": [
                {"mark": {"type": "rule", "strokeWidth": 1.8, "opacity": 0.5},
                 "encoding": {"x": x, "xOffset": offset, "y": {"field": "low", **y},
                              "y2": {"field": "high"}, "color": colour}},
                {"mark": mark,
                 "encoding": {"x": x, "xOffset": offset, "y": {"field": "mean", **y},
                              "color": colour, "shape": shape}},
            ],
        },
        "spacing": 8,
        "resolve": {"scale": {"y": "independent"}},
    }
    words = "; ".join(
        f"{one['support']}, {one['answer']}, year {one['year']}: {one['mean']:.0f} "
        f"({one['low']:.0f} to {one['high']:.0f})" for one in values)
    return finished(spec, {"costs": values}, say("tunnel_chart_cost"), words)


def keep_chart(run: Entry, *, width: float = 132.0, height: float = 50.0) -> Spec:
    """Return what each instrument costs public and buyers, and what plants make under it."""
    names = [support_name(run, NONE), *(support_name(run, one["support"])
                                        for one in run["supports"])]
    answers = [answer_name(one["answer"]) for one in run["answers"]]
    values = [
        {"support": names[0], "answer": answer_name(one["answer"]), "cost": 0.0,
         "made": one["plants"]["output"]["middle"]}
        for one in run["without"]
    ] + [
        {"support": support_name(run, one["support"]), "answer": answer_name(one["answer"]),
         "cost": whole(one) / MILLION, "made": one["plants"]["output"]["middle"]}
        for one in run["results"]
    ]
    shared: Spec = {"type": "nominal", "title": None}
    spec: Spec = {
        "data": {"name": "kept"},
        "facet": {"column": {"field": "answer", "type": "nominal", "sort": answers,
                             "title": None}},
        "spec": {
            "width": width, "height": height,
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.9},
            "encoding": {
                "x": {"field": "cost", "type": "quantitative", "title": say("tunnel_axis_whole")},
                "y": {"field": "made", "type": "quantitative", "title": say("tunnel_axis_made")},
                "color": {"field": "support", **shared,
                          "scale": {"domain": names, "range": [INK, *COLOURS[: len(names) - 1]]}},
                "shape": {"field": "support", **shared, "scale": {
                    "domain": names, "range": ["cross", *SHAPES[: len(names) - 1]]}},
            },
        },
        "spacing": 8,
    }
    words = "; ".join(f"{one['support']}, {one['answer']}: {one['cost']:.0f} million USD a year, "
                      f"{one['made']:.0f} t a year made" for one in values)
    return finished(spec, {"kept": values}, say("tunnel_chart_grid"), words)
