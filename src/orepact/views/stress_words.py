"""What drives a figure and what breaks a plan, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views import digits
from orepact.views.names import material_name, region_name
from orepact.views.stress_table import period_name, rung_name
from orepact.views.texts import say

__all__ = ["box_words", "break_lines", "driver_head", "driver_lines"]

Entry = Mapping[str, Any]

NAMED = 3


def driver_lines(content: Entry) -> list[str]:
    """Return a sentence per figure and licence branch: its largest drivers on the highest rung."""
    return [
        line
        for entry in content["drivers"] if entry["rung"] == content["rungs"][-1]
        for line in [driver_head(content, entry) + ": " + _drivers(entry)]
    ]


def driver_head(content: Entry, entry: Entry) -> str:
    """Return which figure is driven: whose, of what, when and on which rung."""
    periods = {period["name"]: period for period in content["periods"]}
    words = [
        say(f"stress_{entry['figure']}"),
        f"{region_name(entry['region'])}, {material_name(entry['material'])}",
        period_name(content, periods[entry["period"]]),
        rung_name(content, entry["rung"]),
    ]
    return ", ".join(word for word in words if word)


def _drivers(entry: Entry) -> str:
    parts = [say("stress_licence_apart", **_ends(entry))] if len(
        entry["median_by_licence"]) > 1 else []
    for licence, rows in entry["factors_by_licence"].items():
        named = [
            say("stress_driver", title=row["title"], low=_figure(entry, row["low"]),
                high=_figure(entry, row["high"]))
            for row in rows if row["clear"]
        ][:NAMED]
        if named:
            head = say("stress_if", licence=say(f"stress_{licence}"))
            parts.append(f"{head} {'; '.join(named)}")
    return ". ".join(parts) if parts else entry["note"] or say("stress_no_driver")


def _ends(entry: Entry) -> dict[str, str]:
    medians = entry["median_by_licence"]
    return {name: _figure(entry, medians[name]) for name in ("approve", "refuse")}


def _figure(entry: Entry, value: float) -> str:
    if entry["figure"] == "unmet_share":
        return digits.share(max(0.0, value))
    return digits.multiples([value]) + " ×"


def break_lines(content: Entry) -> list[str]:
    """Return a sentence per chain: how many members break the plan, and under which conditions."""
    titles = {entry["chain"]: entry["title"] for entry in content["chains"]}
    lines: list[str] = []
    for entry in content["breaks"]:
        head = say(
            "stress_plan", chain=titles[entry["chain"]], region=region_name(entry["region"]),
            threshold=digits.share(entry["threshold"]), breaks=entry["breaks"],
            members=entry["members"], without=entry["breaks_without"],
        )
        if "material" in entry:
            head += " " + say("stress_most_short", material=material_name(entry["material"]))
        lines.append(f"{head} {box_words(entry)}")
    return lines


def box_words(entry: Entry) -> str:
    """Return the box in plain words, with coverage and density, or why there is none."""
    if not entry["conditions"]:
        return entry["verdict"][:1].upper() + entry["verdict"][1:] + "."
    return say(
        "stress_box", conditions=" and ".join(_condition(one) for one in entry["conditions"]),
        density=digits.share(entry["density"]), coverage=digits.share(entry["coverage"]),
        left_out=digits.share(entry["density_left_out"]),
    )


def _condition(one: Entry) -> str:
    above, below = one["above"], one["below"]
    if one["kind"] in {"licence", "window"}:
        return one["title"] if above is not None else say("stress_not", title=one["title"])
    unit = "" if one["unit"] in {"", "1"} else f" {one['unit']}"
    ends: Sequence[str] = [
        say(key, limit=digits.number(limit)) + unit
        for key, limit in (("stress_above", above), ("stress_below", below)) if limit is not None
    ]
    return f"{one['title']} {' and '.join(ends)}"
