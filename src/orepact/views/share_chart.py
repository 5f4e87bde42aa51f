"""Draw what each rule leaves each member, as a Vega-Lite specification.

Colours are those of Okabe and Ito (2008), one per member; shapes repeat what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.charts import INK, finished
from orepact.views.names import region_short
from orepact.views.share_words import form_head, percent, rule_name
from orepact.views.texts import say

__all__ = ["award_chart"]

Spec = dict[str, Any]
Entry = Mapping[str, Any]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#F0E442")
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")
ROW = 26.0
FULL = 100.0


def award_chart(form: Entry, *, width: float = 430.0) -> Spec | None:
    """Return the share of its use that each member gets under each rule, with its band, in %.

    A short upright line is what a member makes itself: a rule to the left of it is refused. None
    where no rule had anything to divide, or the group is larger than the colours.
    """
    members = {str(one["member"]): one for one in form["emergency"]["members"]}
    if not form["rules"] or len(members) > len(COLOURS):
        return None
    bands: Mapping[str, Any] = form["bands"]["awards"] if "bands" in form else {}
    values: list[Spec] = []
    for rule in form["rules"]:
        for name, award in rule["awards"].items():
            use = members[name]["use"]
            if use:
                told: Entry = bands.get(rule["rule"], {}).get("shares", {})
                band = told.get(name) or {"low": award / use, "high": award / use}
                values.append({
                    "rule": rule_name(rule["rule"]), "member": region_short(name),
                    "share": FULL * award / use, "low": FULL * band["low"],
                    "high": FULL * band["high"],
                    "alone": FULL * min(1.0, members[name]["production_now"] / use),
                })
    rules = list(dict.fromkeys(one["rule"] for one in values))
    names = list(dict.fromkeys(one["member"] for one in values))
    words = "; ".join(f"{one['member']}, {one['rule']}: {percent(one['share'] / FULL)}"
                      for one in values)
    return finished(_spec(rules, names, width), {"awards": values},
                    say("share_chart", form=form_head(form)), words)


def _spec(rules: list[str], names: list[str], width: float) -> Spec:
    y: Spec = {"field": "rule", "type": "nominal", "title": None, "sort": rules,
               "axis": {"labelLimit": 220, "ticks": False, "domain": False}}
    x: Spec = {"type": "quantitative", "title": say("share_axis"), "scale": {"zero": True}}
    offset: Spec = {"field": "member", "type": "nominal", "sort": names}
    colour: Spec = {"field": "member", "type": "nominal", "title": None,
                    "scale": {"domain": names, "range": list(COLOURS[: len(names)])}}
    shape: Spec = {"field": "member", "type": "nominal", "title": None,
                   "scale": {"domain": names,
                             "range": [SHAPES[place % len(SHAPES)] for place in range(len(names))]}}
    return {
        "data": {"name": "awards"},
        "layer": [
            {"mark": {"type": "tick", "color": INK, "thickness": 1, "size": 5, "opacity": 0.6},
             "encoding": {"y": y, "yOffset": offset, "x": {"field": "alone", **x}}},
            {"mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.6},
             "encoding": {"y": y, "yOffset": offset, "color": colour,
                          "x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 34, "opacity": 1},
             "encoding": {"y": y, "yOffset": offset, "color": colour, "shape": shape,
                          "x": {"field": "share", **x}}},
        ],
        "width": width, "height": ROW * len(rules),
    }
