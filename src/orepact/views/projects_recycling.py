"""Rows and sentences on scrap from products in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.names import region_name
from orepact.views.projects_words import few, part, ranged, ranged_part
from orepact.views.texts import say

__all__ = [
    "circuit_rows",
    "driver_rows",
    "place_names",
    "product_rows",
    "scrap_notes",
    "with_projects",
    "year_rows",
]

Entry = Mapping[str, Any]

DRIVERS = 8


def place_names(regions: list[str]) -> str:
    """Return regions as one name."""
    return " + ".join(region_name(one) for one in regions)


def circuit_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per circuit for the year that was asked for."""
    found: list[dict[str, str]] = []
    for circuit in content["circuits"]:
        year = _in_year(circuit, content["year"])
        published = circuit["published"]
        found.append({
            "circuit": circuit["circuit"],
            "leaving use": ranged(year["leaving"], 2),
            "collected": ranged(year["collected"], 2),
            "taken out": ranged(year["taken_out"], 2),
            "recovered": ranged(year["recovered"], 2),
            "share of new products": ranged_part(circuit["need"]["share"])
            or say("scrap_no_share"),
            "published rate": part(published["share"]) if published else "",
            "intake today": ranged(circuit["intake"], 2),
            "with projects": ranged(with_projects(circuit, content["year"]), 2),
        })
    return found


def with_projects(circuit: Entry, year: int) -> dict[str, float]:
    """Return the intake of today's recyclers and projects in a year."""
    added = next(one for one in circuit["projects"]["by_year"] if one["year"] == year)
    return {name: circuit["intake"][name] + added[name] for name in ("value", "low", "high")}


def year_rows(circuit: Entry, until: int) -> list[dict[str, Any]]:
    """Return a row per year of one circuit."""
    return [
        {"year": one["year"], "in use [t]": ranged(one["in_use"], 2),
         "put on the market [t/year]": ranged(one["placed"], 2),
         "leaving use [t/year]": ranged(one["leaving"], 2),
         "collected [t/year]": ranged(one["collected"], 2),
         "taken out [t/year]": ranged(one["taken_out"], 2),
         "recovered [t/year]": ranged(one["recovered"], 2),
         "intake with projects [t/year]": ranged(with_projects(circuit, one["year"]), 2)}
        for one in circuit["by_year"] if one["year"] <= until
    ]


def product_rows(circuit: Entry) -> list[dict[str, str]]:
    """Return a row per product of one circuit."""
    return [
        {"product": one["title"], "in use [t]": ranged(one["in_use"], 2),
         "leaving use [t/year]": ranged(one["leaving"], 2),
         "collected [t/year]": ranged(one["collected"], 2),
         "taken out [t/year]": ranged(one["taken_out"], 2),
         "recovered [t/year]": ranged(one["recovered"], 2)}
        for one in circuit["products"]
    ]


def driver_rows(circuit: Entry) -> list[dict[str, str]]:
    """Return the cards that move the recovered tonnes most."""
    return [
        {"assumption": one["title"], "recovered at its low end [t/year]": few(one["low"]),
         "at its high end [t/year]": few(one["high"])}
        for one in circuit["drivers"][:DRIVERS] if one["low"] != one["high"]
    ]


def scrap_notes(content: Entry) -> list[str]:
    """Return what a reader of the tables must know."""
    lines = [say("scrap_meaning"), say("scrap_band", draws=content["draws"])]
    if content["regions"] == ["EU27"]:
        lines.append(say("scrap_law"))
    for circuit in content["circuits"]:
        title = circuit["title"]
        lines.append(_binding(circuit, content["year"]))
        lines += [say("scrap_planned", title=title, name=one["name"], status=one["status"],
                      tonnes=few(one["tonnes_per_year"])) for one in circuit["projects"]["planned"]]
        if unknown := circuit["projects"]["without_tonnes"]:
            lines.append(say("scrap_without", title=title,
                             names=", ".join(one["name"] for one in unknown)))
        if circuit["left_out"]:
            lines.append(say("scrap_left_out", title=title,
                             reasons="; ".join(circuit["left_out"])))
    return lines


def _binding(circuit: Entry, year: int) -> str:
    """Say whether scrap that is taken out or the intake is the smaller, with their ranges.

    Scrap of the zone's own plants goes to the same recyclers: it is added where the chain has it.
    No verdict where a card is missing or where there is neither scrap nor intake.
    """
    taken, room = _in_year(circuit, year)["taken_out"], with_projects(circuit, year)
    title, new = circuit["title"], circuit["new_scrap"]
    if not circuit["complete"]:
        return say("scrap_binding_gap", title=title, year=year)
    arriving = {name: taken[name] + (new[name] if new else 0.0) for name in taken}
    if arriving["high"] == 0.0 and room["high"] == 0.0:
        return say("scrap_binding_nothing", title=title, year=year)
    key = "scrap_binding_open"
    if arriving["high"] < room["low"]:
        key = "scrap_binding" if new else "scrap_binding_some"
    elif room["high"] < arriving["low"]:
        key = "scrap_binding_capacity"
    others = (say("scrap_new", tonnes=ranged(new, 2)) if new else say("scrap_new_unknown"))
    return say(key, title=title, year=year, taken=ranged(taken, 2), others=others,
               intake=ranged(room, 2))


def _in_year(circuit: Entry, year: int) -> Entry:
    return next(one for one in circuit["by_year"] if one["year"] == year)
