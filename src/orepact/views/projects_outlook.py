"""Rows and sentences on the list of projects and on deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views.names import material_name
from orepact.views.projects_words import few, part, ranged, ranged_part
from orepact.views.texts import say

__all__ = [
    "benchmark_rows",
    "chance_rows",
    "deadline_notes",
    "deadline_rows",
    "list_notes",
    "list_rows",
    "output_rows",
    "year_of",
]

Entry = Mapping[str, Any]

MILLION = 1e6
FEW = 12
"""Rows of a list that are told in full."""
HARD = 0.005
"""Chances below this are printed as less than 1 %."""


def list_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per row of the table of projects, or per project of an own file.

    Of a long list what is modelled is told in short.
    """
    short = len(content["rows"]) > FEW
    found = [
        {"row": one["row"], "name": one["name"], "country": " ".join(one["country"]),
         "stage": ", ".join(word.replace("_", " ") for word in one["stage"]),
         "status": str(one["status"]).replace("_", " "),
         "published t/year": _published(one),
         "published capital [M USD]": few(one["capex_musd"]) if one["capex_musd"] else "",
         "start": str(one["start_year"] or ""),
         "modelled": _told(one, short=short)}
        for one in content["rows"]
    ]
    return found + [
        {"row": "", "name": each["title"], "country": each["country"], "stage": each["kind"],
         "status": each["status"], "published t/year": "", "published capital [M USD]": "",
         "start": "", "modelled": _modelled(each)}
        for each in content["own"]
    ]


def _published(one: Entry) -> str:
    """Return the published capacity with what it is a capacity of, as ore fed or metal made."""
    if one["capacity_t_per_year"] is None:
        return ""
    product = str(one["product"] or "").replace("_", " ")
    return f"{few(one['capacity_t_per_year'])}: {product or say('projects_no_product')}"


def _told(one: Entry, *, short: bool) -> str:
    """Return what is modelled of a row, and what is not."""
    told = [say("projects_yes", names=", ".join(each["project"] for each in one["projects"]))] if (
        short and one["projects"]) else [_modelled(each) for each in one["projects"]]
    key = "projects_rest" if one["projects"] else "projects_not"
    return "; ".join([*told, *([say(key, reason=one["why_not"])] if one["why_not"] else [])])


def _modelled(each: Entry) -> str:
    makes = ", ".join(material_name(name) for name in each["makes"])
    return say("projects_modelled", makes=makes, capacity=ranged(each["capacity"], 2),
               money=ranged({name: value / MILLION for name, value in each["capital"].items()}, 2),
               count=len(each["supposed"]))


def list_notes(content: Entry) -> list[str]:
    """Return what a reader of the list must know."""
    rows: Sequence[Entry] = content["rows"]
    unknown = {word: sum(word in one["unknown"] for one in rows)
               for word in ("capacity", "capital", "start")}
    return [
        say("projects_count", shown=len(rows), of=content["of"], modelled=content["modelled"],
            capacity=unknown["capacity"], capital=unknown["capital"], start=unknown["start"]),
        say("projects_cards"),
    ]


def year_of(span: Entry) -> str:
    """Return decimal years as a month's precision allows: the year, with its range."""
    value, low, high = (f"{span[name]:.1f}" for name in ("value", "low", "high"))
    return value if low == high else f"{value} ({low} to {high})"


def chance(span: Entry) -> str:
    """Return a chance with its range, no finer than one per cent."""
    value, low, high = (_whole(span[name]) for name in ("value", "low", "high"))
    return value if low == value == high else f"{value} ({low} to {high})"


def _whole(value: float) -> str:
    if value == 0.0:
        return "0 %"
    if value < HARD:
        return "<1 %"
    return ">99 %" if 1.0 - HARD < value < 1.0 else f"{100.0 * value:.0f} %"


def deadline_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per project: capacity, chance of being built, opening, chance in the year."""
    by = content["by"]
    return [
        {"project": one["title"], "status": str(one["status"]).replace("_", " "),
         "makes": ", ".join(material_name(name) for name in str(one["makes"]).split("/")),
         "capacity [t/year]": ranged(one["capacity"], 2),
         "built at all": chance(one["built"]), "opens, if built": year_of(one["opens"]),
         f"some output in {by}": chance(one["some"]),
         f"in full in {by}": chance(one["full"]),
         "expected share of capacity": ranged_part(one["share"])
         if one["share"]["high"] >= HARD else part(0.0)}
        for one in sorted(content["projects"], key=lambda each: (each["chain"],
                                                                 -each["some"]["value"]))
    ]


def output_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per material: announced, delivered in the year, chances of parts of it."""
    by = content["by"]
    found: list[dict[str, str]] = []
    for one in content["materials"]:
        last = one["by_year"][-1]
        chances = {f"chance of {part(each['tonnes'] / one['announced'])} of it": chance(each)
                   for each in one["chances"][:4]}
        found.append({
            "chain": one["chain"],
            "material": ", ".join(material_name(name) for name in one["material"].split("/")),
            "announced, the zone's part [t/year]": few(one["announced"], 2),
            f"delivered in {by} [t/year]": ranged(last, 2),
            "mean": few(last["mean"], 2), **chances,
        })
    return found


def chance_rows(content: Entry, material: str) -> list[str]:
    """Return the sentences that answer a question for some tonnes of a material."""
    return [
        say("deadline_answer", tonnes=few(each["tonnes"]), by=content["by"], chance=chance(each),
            material=" or ".join(material_name(name) for name in one["material"].split("/")))
        for one in content["materials"] if material in one["material"].split("/")
        for each in one["chances"][4:]
    ]


def benchmark_rows(content: Entry) -> list[dict[str, str]]:
    """Return the steps of the Union's benchmarks that a listed project touches."""
    by = content["by"]
    return [
        {"material": one["title"], "step": say("deadline_recycled", step=one["step"])
         if one["recyclers"] else one["step"], "benchmark": one["benchmark"],
         "asked": part(one["share"]), "today": part(one["now"]),
         f"in {by}": ranged_part(one["ratio"]), "chance": chance(one["chance"]),
         "account grade": one["grade"], "projects": ", ".join(one["projects"])}
        for one in content["benchmarks"] if one["projects"]
    ]


def deadline_notes(content: Entry) -> list[str]:
    """Return what a reader of the tables must know."""
    lines = [say("deadline_meaning", draws=content["draws"], by=content["by"])]
    if content["which"]:
        lines.append(say("deadline_portfolio", count=len(content["starts"])))
    elif content["decided"] is not None:
        lines.append(say("deadline_decided", year=f"{content['decided']:g}"))
    else:
        lines.append(say("deadline_waits"))
    lines.append(say("deadline_common"))
    if content["benchmarks"]:
        bare = sum(not one["projects"] for one in content["benchmarks"])
        lines.append(say("deadline_law", bare=bare))
        if any(one["recyclers"] and one["projects"] for one in content["benchmarks"]):
            lines.append(say("deadline_twice"))
    if content["not_modelled"]:
        lines.append(say("deadline_gaps", count=len(content["not_modelled"])))
    return lines
