"""What drives a figure and what breaks a plan, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.indicators.bands import FEWEST
from orepact.views import digits
from orepact.views.names import material_name, region_name
from orepact.views.stress_table import (
    grade_of,
    period_name,
    rung_name,
    single_multiple,
    told_licences,
)
from orepact.views.texts import say

__all__ = ["band_line", "box_words", "break_lines", "driver_head", "driver_lines", "kept_line",
           "sample_lines"]

Entry = Mapping[str, Any]

NAMED = 3

COUNTED = (
    ("sets", "parameter set", "parameter sets"), ("windows", "window", "windows"),
    ("draws", "draw", "draws"), ("licences", "branch", "branches"),
)
"""What members are counted in: one and several."""


def driver_lines(content: Entry) -> list[str]:
    """Return a sentence per figure and licence branch: its largest drivers on the highest rung."""
    return [
        line
        for entry in content["drivers"]
        if entry["rung"] == content["rungs"][-1] and not _nothing(entry)
        for line in [driver_head(content, entry) + ": " + _drivers(content, entry)]
    ]


def _nothing(entry: Entry) -> bool:
    """Say whether an unmet share is none in every branch: what drives it is no question."""
    told = entry["median_by_licence"].values()
    return entry["figure"] == "unmet_share" and all(_figure(entry, each) == "0 %" for each in told)


def driver_head(content: Entry, entry: Entry) -> str:
    """Return which figure is driven: whose, of what, when and on which rung."""
    periods = {period["name"]: period for period in content["periods"]}
    grade = grade_of(content, [entry["material"]])
    words = [
        say(f"stress_{entry['figure']}"),
        f"{region_name(entry['region'])}, {material_name(entry['material'])}"
        + (say("stress_grade", grade=grade) if grade else ""),
        period_name(content, periods[entry["period"]]),
        rung_name(content, entry["rung"]),
    ]
    return ", ".join(word for word in words if word)


def _drivers(content: Entry, entry: Entry) -> str:
    parts: list[str] = []
    if len(entry["median_by_licence"]) > 1:
        ends = _ends(entry)
        same = ends["approve"] == ends["refuse"] or len(
            told_licences(content, entry["chain"])) == 1
        parts.append(say("stress_licences_same", value=ends["approve"]) if same
                     else say("stress_licence_apart", **ends))
    told: dict[str, list[str]] = {}
    for licence, rows in entry["factors_by_licence"].items():
        named = [
            say("stress_driver", title=row["title"], low=_figure(entry, row["low"]),
                high=_figure(entry, row["high"]))
            for row in rows if row["clear"]
        ][:NAMED]
        if named:
            told.setdefault("; ".join(named), []).append(say(f"stress_{licence}"))
    for words, licences in told.items():
        head = say("stress_if", licence=say("stress_or").join(licences))
        parts.append(f"{head} {words}")
    return ". ".join(parts) if parts else entry["note"] or say("stress_no_driver")


def _ends(entry: Entry) -> dict[str, str]:
    medians = entry["median_by_licence"]
    return {name: _figure(entry, medians[name]) for name in ("approve", "refuse")}


def _figure(entry: Entry, value: float) -> str:
    if entry["figure"] == "unmet_share":
        return digits.share(max(0.0, value))
    return single_multiple(value) + " ×"


def break_lines(content: Entry) -> list[str]:
    """Return a sentence per chain: how many members break the plan, and under which conditions."""
    titles = {entry["chain"]: entry["title"] for entry in content["chains"]}
    samples = {entry["chain"]: entry for entry in content["samples"]}
    rungs = say("stress_rungs_apart") if len(content["rungs"]) > 1 else ""
    lines: list[str] = []
    for entry in content["breaks"]:
        head = say(
            "stress_plan", chain=titles[entry["chain"]], region=region_name(entry["region"]),
            threshold=digits.share(entry["threshold"]), breaks=entry["breaks"],
            members=entry["members"], without=entry["breaks_without"], rungs=rungs,
        )
        if "material" in entry:
            head += " " + say("stress_most_short", material=material_name(entry["material"]))
        distinct = samples[entry["chain"]]["distinct"]
        told = bool(entry["conditions"]) or distinct >= FEWEST or not entry["members"]
        words = box_words(entry) if told else say("stress_few_break", distinct=distinct)
        lines.append(f"{head} {words}")
    return lines


def sample_lines(content: Entry, chain: str) -> list[str]:
    """Return how many members a chain has and how many differ, and what makes no difference."""
    (title,) = (entry["title"] for entry in content["chains"] if entry["chain"] == chain)
    (one,) = (entry for entry in content["samples"] if entry["chain"] == chain)
    counted = {
        f"{name}_are": word if one[name] == 1 else plural
        for name, word, plural in COUNTED
    }
    numbers = {name: one[name] for name in (
        "members", "sets", "windows", "draws", "licences", "distinct")}
    lines = [say("stress_sample", chain=title, **numbers, **counted)]
    if one["licences_alike"]:
        lines.append(say("stress_licences_alike"))
    lines += [say("stress_rung_idle", rung=rung, below=below) for rung, below in one["rungs_alike"]]
    return lines


def band_line(content: Entry) -> str:
    """Return what a band is, for as many members as there are."""
    distinct = min(entry["distinct"] for entry in content["samples"])
    return say("stress_bands") if distinct >= FEWEST else say("stress_bands_few", distinct=distinct)


def kept_line(content: Entry) -> str:
    """Return what holds without the scenario too, nothing where nothing of it does."""
    acts = [entry["act"] for entry in content["kept_without"]]
    if not acts:
        return ""
    return say("stress_kept", parts=" and ".join(dict.fromkeys(acts)),
               first=content["first_month"])


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
    ends: Sequence[str] = [
        say(key, limit=_limit(limit, one["unit"]))
        for key, limit in (("stress_above", above), ("stress_below", below)) if limit is not None
    ]
    return f"{one['title']} {' and '.join(ends)}"


def _limit(limit: float, unit: str) -> str:
    """Return a limit to two digits, a fraction in per cent: a box is no sharper than that."""
    if unit == "fraction":
        return f"{digits.number(float(f'{100.0 * limit:.2g}'))} %"
    rounded = digits.number(float(f"{limit:.2g}"))
    return rounded if unit in {"", "1"} else f"{rounded} {unit}"
