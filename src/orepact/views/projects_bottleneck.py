"""Rows and sentences on the stage that limits a zone's own supply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views.names import material_name
from orepact.views.projects_recycling import place_names
from orepact.views.projects_words import part, ranged, ranged_part
from orepact.views.texts import say

__all__ = ["bottleneck_answers", "bottleneck_notes", "stage_rows"]

Entry = Mapping[str, Any]

OTHERS = 2
LITTLE = 0.05
"""Shares of draws below this are not told."""


def stage_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per stage with need and capacity today and in the year asked for."""
    year = content["year"]
    return [
        {"stage": material_name(one["material"]), "of": one["unit"],
         "need": ranged(one["now"]["need"], 2), "capacity": ranged(one["now"]["capacity"], 2),
         "capacity / need": ranged_part(one["now"]["alone"]) or "not needed",
         "own supply": ranged_part(one["now"]["own"]) or "not needed",
         f"capacity / need {year}": ranged_part(one["year"]["alone"]) or "not needed",
         f"own supply {year}": ranged_part(one["year"]["own"]) or "not needed"}
        for one in content["stages"]
    ]


def bottleneck_answers(content: Entry) -> list[str]:
    """Return what limits the zone, today and in the year asked for."""
    year = content["year"]
    later = "bottleneck_everything" if content["everything"] else "bottleneck_year"
    return [
        line
        for when, words in (("now", say("bottleneck_now")), ("year", say(later, year=year)))
        for line in _answers(content, when, words)
    ]


def _answers(content: Entry, when: str, words: str) -> list[str]:
    regions = place_names(content["regions"])
    lines: list[str] = []
    tight: Sequence[Entry] = content["tightest"][when]
    if none := [material_name(one["material"]) for one in tight if not one["capacity"]]:
        key = "bottleneck_none_one" if len(content["regions"]) == 1 else "bottleneck_none"
        lines.append(say(key, regions=regions, names=", ".join(none), when=words))
    ranked = [one for one in tight if one["capacity"]]
    if ranked:
        told = [f"{material_name(one['material'])} ({part(one['share'])})"
                for one in ranked[1 : 1 + OTHERS] if one["share"] >= LITTLE]
        others = say("bottleneck_others", names=", ".join(told)) if told else ""
        lines.append(say("bottleneck_tight", when=words, name=material_name(ranked[0]["material"]),
                         share=part(ranked[0]["share"]), others=others))
    own = [f"{material_name(one['material'])} {ranged_part(one['own'])}"
           for one in content["own"][when]]
    lines.append(say("bottleneck_own", when=words, names="; ".join(own)) if own
                 else say("bottleneck_nothing", regions=regions, when=words))
    return lines


def bottleneck_notes(content: Entry) -> list[str]:
    """Return what a reader of the table must know."""
    lines = [say("bottleneck_meaning", draws=content["draws"])]
    if content["partners"]:
        lines.append(say("bottleneck_partners", names=place_names(content["partners"])))
    if content["grade"] in {"C", "D"}:
        lines.append(say("bottleneck_grade", grade=content["grade"]))
    return lines
