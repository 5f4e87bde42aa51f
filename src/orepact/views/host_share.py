"""A host country's share of value in words and rows, and as a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from orepact.views import digits
from orepact.views.charts import finished
from orepact.views.names import material_name
from orepact.views.should_cost import price
from orepact.views.texts import say

__all__ = ["host_chart", "host_lines", "host_list_rows", "host_rows", "host_tornado_rows",
           "host_unit"]

Entry = Mapping[str, Any]
Spec = dict[str, Any]

COLOURS: Mapping[str, str] = {"host_royalty": "#D55E00", "host_tax": "#E69F00",
                              "host_local": "#009E73", "host_investor": "#999999"}
SHOWN = 8
THOUSAND = 1e3


def host_unit(run: Entry) -> str:
    """Return the unit of the account in words: what a tonne is a tonne of, and in what."""
    return say("host_unit_in" if run["mass"] else "host_unit_of", mass=run["mass"],
               product=material_name(run["last_product"]))


def host_lines(run: Entry) -> list[str]:
    """Return what a run says in sentences: the share at each step, what a step more brings."""
    found = _band_lines(run) if run["draws"] else [
        say("host_line_one", product=material_name(one["product"]),
            last=material_name(run["last_product"]), unit=host_unit(run),
            share=digits.share(one["host_share"]["middle"]),
            state=digits.share(one["state_share"]["middle"]),
            investor=price(one["investor"]["middle"]))
        for one in run["sold_as"]
    ]
    today = [material_name(one["product"]) for one in run["steps"] if one["today"]]
    found.append(say("host_today", steps=", ".join(today)) if today else say("host_today_none"))
    if run["projects"]:
        found.append(say("host_projects", projects="; ".join(
            f"{one['project']} {one['name']} ({one['status']})" for one in run["projects"])))
    found += [say("host_left_out", what=each) for each in run["left_out"]]
    return [*found, say("host_not")]


def _band_lines(run: Entry) -> list[str]:
    """Return the share at each step and what a further step brings, with bands."""
    first = run["sold_as"][0]
    found = [
        say("host_line", product=material_name(one["product"]),
            last=material_name(run["last_product"]),
            share=digits.share(one["host_share"]["middle"]),
            low=digits.share(one["host_share"]["low"]),
            high=digits.share(one["host_share"]["high"]),
            state=digits.share(one["state_share"]["middle"]))
        for one in run["sold_as"]
    ]
    found.append(say("host_central", draws=f"{run['draws']:,}"))
    for before, one in pairwise(run["sold_as"]):
        found += _more(run, one, before)
        if one["state"]["middle"] < first["state"]["middle"]:
            found.append(say("host_state_less", with_it=price(one["state"]["middle"]),
                             without=price(first["state"]["middle"]), unit=host_unit(run),
                             first=material_name(first["product"])))
    if len(run["sold_as"]) > 1:
        asked = run["return"]
        found.append(say("host_return", rate=digits.share(asked["value"]),
                         low=digits.share(asked["low"]), high=digits.share(asked["high"]),
                         life=f"{asked['life']:g}"))
    return found


def _more(run: Entry, one: Entry, before: Entry) -> list[str]:
    """Return what a step brings over the step before, and beside it over the first alone."""
    named = {"unit": host_unit(run), "before": material_name(before["product"]),
             "first": material_name(run["sold_as"][0]["product"])}
    more = {name: price(value) for name, value in one["more_than_before"].items()}
    found = [say("host_step_today" if one["today"] else "host_step_new",
                 product=material_name(one["product"]), loses=digits.share(one["loses"]),
                 **more, **named)]
    pays = {f"return_{name}": digits.share(share) for name, share in one["pays_return"].items()}
    found.append(say("host_pays", pays=digits.share(one["pays_before"]),
                     more=price(one["more_where_it_pays_before"]), **pays, **named)
                 if one["pays_before"] else say("host_pays_never", **named))
    if one["steps_at_home"] > 2:
        all_steps = {name: price(value) for name, value in one["more_than_ore"].items()}
        found.append(say("host_against_first", steps=one["steps_at_home"] - 1,
                         pays=digits.share(one["pays"]), **all_steps, **named))
    return found


def host_rows(run: Entry) -> list[dict[str, str]]:
    """Return one row per product that the country sells."""
    return [
        {say("host_sold"): material_name(one["product"]),
         say("host_value"): price(one["sold"]["middle"]),
         say("host_royalty"): price(one["royalty"]["middle"] + one["duty"]["middle"]),
         say("host_tax"): price(one["tax"]["middle"] + one["dividend"]["middle"]),
         say("host_local"): price(one["local"]["middle"]),
         say("host_investor"): price(one["investor"]["middle"]),
         say("host_share"): _band(one["host_share"], run),
         say("host_state"): _band(one["state_share"], run),
         **({say("host_loses"): digits.share(one["loses"])} if run["draws"] else {})}
        for one in run["sold_as"]
    ]


def host_tornado_rows(run: Entry) -> list[dict[str, str]]:
    """Return the terms that move the country's share most."""
    return [
        {say("host_term"): one["title"],
         say("host_range"): f"{one['low']:g} to {one['high']:g}",
         say("host_basis"): say(f"basis_{one['basis']}"),
         say("host_low"): digits.share(one["share_at_low"]),
         say("host_high"): digits.share(one["share_at_high"])}
        for one in run["tornado"][:SHOWN] if one["swing"] > 0.0
    ]


def host_list_rows(found: Sequence[Entry]) -> list[dict[str, str]]:
    """Return one row per host and chain that has a file."""
    return [{"name": one["name"], "title": one["title"], "steps": ", ".join(one["steps"]),
             "terms published": f"{one['published']} of {one['terms']}"} for one in found]


def host_chart(run: Entry, *, width: float = 420.0) -> Spec:
    """Return what becomes of the value by product sold, as stacked bars."""
    values: list[Spec] = []
    for one in run["sold_as"]:
        parts = {"host_royalty": one["royalty"]["middle"] + one["duty"]["middle"],
                 "host_tax": one["tax"]["middle"] + one["dividend"]["middle"],
                 "host_local": one["local"]["middle"], "host_investor": one["investor"]["middle"]}
        values += [{"product": material_name(one["product"]), "part": say(name), "order": number,
                    "usd": amount / THOUSAND}
                   for number, (name, amount) in enumerate(parts.items())]
    names = [say(name) for name in COLOURS]
    spec: Spec = {
        "width": width, "height": 30.0 * len(run["sold_as"]), "data": {"name": "parts"},
        "mark": {"type": "bar", "height": {"band": 0.6}},
        "encoding": {
            "y": {"field": "product", "type": "nominal", "title": None, "sort": None,
                  "axis": {"labelLimit": 220, "ticks": False, "domain": False}},
            "x": {"field": "usd", "type": "quantitative", "stack": "zero",
                  "title": f"1,000 {host_unit(run)}"},
            "order": {"field": "order"},
            "color": {"field": "part", "type": "nominal", "title": None,
                      "scale": {"domain": names, "range": list(COLOURS.values())}},
        },
    }
    words = "; ".join(f"{one['product']}, {one['part']}: {one['usd']:.3g}" for one in values)
    return finished(spec, {"parts": values}, say("host_table", unit=host_unit(run)), words)


def _band(one: Entry, run: Entry) -> str:
    text = digits.share(one["middle"])
    if not run["draws"]:
        return text
    return f"{text} ({digits.share(one['low'])} to {digits.share(one['high'])})"
