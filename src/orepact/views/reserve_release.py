"""What reserves release by rule and what that changes: rows of tables, and sentences."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orepact.views import digits
from orepact.views.names import material_name, region_name
from orepact.views.reserve_release_rules import rule_lines
from orepact.views.stress_table import rung_name
from orepact.views.texts import say

__all__ = [
    "release_lines",
    "release_tables",
    "suggestion_lines",
]

Entry = Mapping[str, Any]

RELEASES = {
    "reserve": "reserve", "form": "form", "rung": "rung", "licences": "licences",
    "releases_in": "members", "from": "from", "released": "released, t", "price": "price, change",
}
FATES = {
    "form": "form", "rung": "rung", "licences": "licences", "arrived": "arrived",
    "own": "entitled users", "others": "other users", "displaced": "less made",
    "works": "works", "bought": "bought back", "stored": "stored",
}
PLACES = {
    "region": "region", "material": "material", "entitled": "may draw", "short": "unmet without",
    "gain": "used more",
}
COSTS = {
    "reserve": "reserve", "proceeds": "sold for", "replenishment": "bought back for",
    "carry": "carrying",
}
"""Headings of the tables."""

ALL = "all"
MILLION = 1e6
CENT = 0.01
"""US dollars below which nothing is told."""
LEAST = 0.05
"""Tonnes below which nothing is told."""
NAMED = 8
FULL = 100.0


def release_tables(content: Entry) -> list[tuple[str, list[dict[str, str]]]]:
    """Return titles and rows of the tables, with their headings; tables without rows left out."""
    title = say("release_title", rulebook=content["reserves"]["rulebook"])
    tables = (
        (title, RELEASES, release_rows(content)),
        (say("release_fate_title"), FATES, fate_rows(content)),
        (say("release_places_title"), PLACES, place_rows(content)),
        (say("release_costs_title"), COSTS, cost_rows(content)),
    )
    return [
        (name, [{head: row[key] for key, head in columns.items()} for row in rows])
        for name, columns, rows in tables if rows
    ]


def release_rows(content: Entry) -> list[dict[str, str]]:
    """Return one row per reserve and rung: when, how much, which price."""
    return _by_branch(content["reserves"]["results"], "reserve",
                      lambda entry: _release_row(content, entry))


def _by_branch(
    entries: Sequence[Entry], name: str, row: Callable[[Entry], dict[str, str]]
) -> list[dict[str, str]]:
    """Return a row per subject and rung; branches that differ have a row each instead."""
    rows: list[dict[str, str]] = []
    for key in dict.fromkeys((one["chain"], one[name], one["rung"]) for one in entries):
        told = [(one["licence"], row(one)) for one in entries
                if (one["chain"], one[name], one["rung"]) == key]
        apart = {tuple(cells.values()) for licence, cells in told if licence != ALL}
        rows += [{**cells, "licences": say(f"release_{licence}")} for licence, cells in told
                 if (licence == ALL) != (len(apart) > 1)]
    return rows


def _release_row(content: Entry, entry: Entry) -> dict[str, str]:
    return {
        "reserve": entry["reserve"],
        "form": material_name(entry["material"]),
        "rung": rung_name(content, entry["rung"]),
        "releases_in": f"{entry['releasing']} of {entry['members']}",
        "from": _month_range(content, entry["first_month"]),
        "released": _tonnes(entry["released"]),
        "price": _change(entry["price_change"]),
    }


def fate_rows(content: Entry) -> list[dict[str, str]]:
    """Return one row per form and rung: where released tonnes went."""
    released = [entry for entry in content["reserves"]["fates"] if entry["released"] >= LEAST]
    return _by_branch(released, "material", lambda entry: {
        "form": material_name(entry["material"]),
        "rung": rung_name(content, entry["rung"]),
        **{name: _signed(entry[name])
           for name in ("arrived", "own", "others", "displaced", "works", "bought", "stored")},
    })


def place_rows(content: Entry) -> list[dict[str, str]]:
    """Return the places of the highest rung where use changes most, those entitled first."""
    places = [entry for entry in content["reserves"]["places"]
              if entry["rung"] == content["rungs"][-1] and entry["licence"] == ALL]
    size = {id(entry): max(abs(entry["gain"][end]) for end in ("low", "high")) for entry in places}
    moved = [entry for entry in places if size[id(entry)] >= LEAST]
    own = [entry for entry in moved if entry["entitled"]]
    others = [entry for entry in moved if not entry["entitled"]]
    shown = [*sorted(own, key=lambda one: -size[id(one)])[:NAMED],
             *sorted(others, key=lambda one: -size[id(one)])[:NAMED]]
    return [
        {
            "region": region_name(entry["region"]),
            "material": material_name(entry["material"]),
            "entitled": say("release_yes" if entry["entitled"] else "release_no"),
            "short": _tonnes(entry["short"]),
            "gain": _tonnes(entry["gain"]),
        }
        for entry in shown
    ]


def cost_rows(content: Entry) -> list[dict[str, str]]:
    """Return one row per reserve of the highest rung: what it earns and costs (million USD)."""
    return [
        {
            "reserve": entry["reserve"],
            **{name: _millions(entry[name]) for name in ("proceeds", "replenishment", "carry")},
        }
        for entry in content["reserves"]["results"]
        if entry["rung"] == content["rungs"][-1] and entry["licence"] == ALL
    ]


def release_lines(content: Entry) -> list[str]:
    """Return what is to be known beside the tables: who keeps what, who takes it, what it means."""
    block = content["reserves"]
    lines = [say("release_idle", reserve=name) for name in block["idle"]]
    lines += [
        say("release_never", reserve=entry["reserve"] + _rung(content, entry),
            members=entry["members"], held=digits.tonnes(entry["held"]),
            loss=_range(entry["largest_loss"], FULL, " %"),
            price=_range(entry["highest_price"], 1.0, " × base"))
        for entry in block["results"]
        if entry["licence"] == ALL and entry["releasing"] == 0 and entry["rule"]
    ]
    for entry in block["fates"]:
        if entry["licence"] == ALL and entry["released"] >= LEAST:
            told = {name: _signed(entry[name])
                    for name in ("released", "arrived", "own", "others")}
            lines.append(say("release_leak", material=material_name(entry["material"]),
                             rung=_rung(content, entry), parts=_parts(entry), **told))
    if block["links_left_out"]:
        lines.append(say("release_links", links=", ".join(block["links_left_out"])))
    return [*lines, *rule_lines(content), say("release_note")]


def suggestion_lines(content: Entry) -> list[str]:
    """Return what levels do better, on the members they were chosen on and on those left out."""
    found = content["suggestion"]
    if found is None:
        return []
    if not any(abs(found[name]["value"]) >= CENT for name in ("inside", "outside",
                                                              "given_outside")):
        return [say("release_suggested_none", count=found["members_inside"])]
    names = {"loss": _percent, "price": _multiple, "at_most": _percent}
    levels = [
        say(f"release_level_{name}", value=names[name](found["levels"][name]),
            given=names[name](found["given"][name]))
        for name in found["levels"]
    ]
    values = {name: _one_million(found[name]["value"])
              for name in ("inside", "outside", "given_inside", "given_outside")}
    counts = {"count": found["members_inside"], "left": found["members_outside"],
              "candidates": found["candidates"]}
    return [say("release_suggested", levels="; ".join(levels)),
            say("release_suggested_value", **values, **counts), say("release_suggested_note")]


def _parts(entry: Entry) -> str:
    """Return where the tonnes went that nobody used more of, none with a minus sign."""
    told = [
        say(f"release_{name}_{'more' if entry[name] > 0.0 else 'less'}",
            tonnes=_signed(abs(entry[name])))
        for name in ("displaced", "works", "bought", "stored") if abs(entry[name]) >= LEAST
    ]
    return "; ".join(told) or say("release_displaced_more", tonnes=_signed(0.0))


def _range(band: Entry, factor: float, unit: str) -> str:
    middle, low, high = (digits.number(factor * band[name]) for name in ("middle", "low", "high"))
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low} to {high})"


def _percent(value: float) -> str:
    return f"{digits.number(FULL * value)} %"


def _multiple(value: float) -> str:
    return f"{digits.number(value)} × base"


def _one_million(value: float) -> str:
    return digits.number(value / MILLION)


def _rung(content: Entry, entry: Entry) -> str:
    name = rung_name(content, entry["rung"])
    return f", {name}" if name else ""


def _month_range(content: Entry, band: Entry | None) -> str:
    if band is None:
        return say("release_nothing")
    low, high = (_month(content["first_month"], int(band[name])) for name in ("low", "high"))
    return low if low == high else say("release_range", low=low, high=high)


def _month(first: str, number: int) -> str:
    start = datetime.date.fromisoformat(f"{first}-01")
    index = start.year * 12 + start.month - 1 + number
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _tonnes(band: Entry) -> str:
    middle, low, high = (_signed(band[name]) for name in ("middle", "low", "high"))
    return middle if low == high else f"{middle} ({low} to {high})"


def _signed(value: float) -> str:
    """Return tonnes with a minus sign where less than nothing; a few kilograms are nothing."""
    if abs(value) < LEAST:
        return "0"
    return ("−" if value < 0.0 else "") + digits.tonnes(abs(value))


def _change(band: Entry) -> str:
    words = [f"{FULL * band[name]:+.0f}".replace("-", "−") for name in ("middle", "low", "high")]
    middle, low, high = ("0" if word in {"+0", "−0"} else word for word in words)
    return f"{middle} %" if low == high else f"{middle} % ({low} to {high})"


def _millions(band: Entry) -> str:
    values: Sequence[str] = [digits.number(round(band[name] / MILLION, 1))
                             for name in ("middle", "low", "high")]
    return values[0] if values[1] == values[2] else f"{values[0]} ({values[1]} to {values[2]})"
