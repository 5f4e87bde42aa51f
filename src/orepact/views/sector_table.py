"""Sectors at risk and links between chains as rows of text, with the digits their ranges bear."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views import digits
from orepact.views.names import material_name, region_name
from orepact.views.stress_table import period_name, rung_name
from orepact.views.texts import say

__all__ = [
    "MILLIONS",
    "exposure_rows",
    "flip_line",
    "link_lines",
    "link_rows",
    "millions",
    "sector_driver_lines",
    "sector_rows",
]

Entry = Mapping[str, Any]

MILLION = 1e6
MILLIONS = "million USD"
"""The unit of the amounts of `sector_rows`; it belongs to the columns' heads."""

LEAST = 1.0
FULL = 100.0
TENTH = 0.1
MANY = 1000
DRIVERS = 5


def millions(amount: float) -> str:
    """Return an amount in USD as million USD with one significant digit, ``< 1`` if it is less."""
    value = abs(amount) / MILLION
    if value == 0.0:
        return "0"
    sign = "-" if amount < 0.0 else ""
    if value < LEAST:
        return f"{sign}< 1" if not sign else "> -1"
    return f"{sign}{_leading(value):,.0f}"


def _leading(value: float) -> float:
    """Return a number above zero rounded to its first digit."""
    step = 10.0 ** math.floor(math.log10(value))
    return round(value / step) * step


def sector_rows(content: Entry, region: str, most: int = MANY) -> list[dict[str, str]]:
    """Return a row per rung, period and sector of a region, licences together.

    The largest come first; of every rung and period at most `most` are shown.
    """
    periods = {period["name"]: period for period in content["periods"]}
    found = [
        entry for entry in content["sectors_at_risk"]["results"]
        if entry["region"] == region and entry["licence"] == "all"
        and entry["at_risk"]["high"] >= MILLION
    ]
    found.sort(key=lambda entry: (entry["rung"], entry["period"], -entry["at_risk"]["high"]))
    return [
        {
            "sector": f"{entry['sector']} {entry['title']}",
            "rung": rung_name(content, entry["rung"]),
            "period": period_name(content, periods[entry["period"]]),
            "low": millions(entry["at_risk"]["low"]),
            "high": millions(entry["at_risk"]["high"]),
            "wider": f"{millions(entry['at_risk']['low_with_cards'])} to "
            f"{millions(entry['at_risk']['high_with_cards'])}",
            "change": _change(entry["change"]),
            "cost": "n/a" if entry["extra_cost"] is None
            else millions(entry["extra_cost"]["middle"]),
            "cover": f"{entry['cover_days']:.0f}",
        }
        for entry in _first(found, most)
    ]


def _first(entries: Sequence[Entry], most: int) -> list[Entry]:
    """Return the first entries of every rung and period."""
    seen: dict[tuple[Any, Any], int] = {}
    found: list[Entry] = []
    for entry in entries:
        case = (entry["rung"], entry["period"])
        seen[case] = seen.get(case, 0) + 1
        if seen[case] <= most:
            found.append(entry)
    return found


def _change(change: Entry) -> str:
    """Return what a scenario changes, or that its sign hangs on the cut-off of willingness."""
    if change["sign_flips"]:
        return "sign not determined"
    ends = sorted((change["card"], change["fixed_proportions"]))
    first, last = (millions(each) for each in ends)
    return first if first == last else f"{first} to {last}"


def flip_line(content: Entry, region: str) -> str:
    """Return which sectors' change has no sign, or that all have one."""
    flips = sorted({
        str(entry["sector"]) for entry in content["sectors_at_risk"]["results"]
        if entry["region"] == region and entry["change"]["sign_flips"]
    })
    told = say("sectors_flips", sectors=", ".join(flips)) if flips else say("sectors_steady")
    return f"{told} {say('sectors_pairs')}"


def sector_driver_lines(content: Entry) -> list[str]:
    """Return a sentence on the cards that move the sector most at risk, the widest first.

    Amounts are the high end, of fixed proportions, in million USD.
    """
    periods = {period["name"]: period for period in content["periods"]}
    lines: list[str] = []
    for entry in content["sector_drivers"]:
        case = ", ".join(filter(None, (
            rung_name(content, entry["rung"]),
            period_name(content, periods[entry["period"]]))))
        cards = [
            say("sectors_card", title=row["title"], card=row["card"],
                low=millions(row["fixed_proportions"]["low"]),
                high=millions(row["fixed_proportions"]["high"]),
                first=digits.number(row["from"]), last=digits.number(row["to"]),
                unit="" if row["unit"] in {"", "1"} else f" {row['unit']}")
            for row in entry["cards"][:DRIVERS]
            if len({millions(row["fixed_proportions"][end]) for end in ("low", "high")}) > 1
        ]
        if cards and entry["middle"]["fixed_proportions"] >= MILLION:
            lines.append(say(
                "sectors_driven", sector=f"{entry['sector']} {entry['title']}",
                case=f" ({case})" if case else "", low=millions(entry["middle"]["proportional"]),
                high=millions(entry["middle"]["fixed_proportions"]), cards="; ".join(cards)))
    return lines


def link_lines(content: Entry) -> list[str]:
    """Return the rows of `link_rows` as lines, the largest first."""
    return [
        say("links_line", place=row["place"], less=row["less"],
            case="".join(f", {row[name]}" for name in ("rung", "period") if row[name]))
        for row in link_rows(content)
    ]


def link_rows(content: Entry) -> list[dict[str, str]]:
    """Return where links make less wanted, a per cent or more, the largest first."""
    periods = {period["name"]: period for period in content["periods"]}
    return [
        {
            "place": f"{region_name(entry['region'])}: {material_name(entry['material'])}",
            "rung": rung_name(content, entry["rung"]),
            "period": period_name(content, periods[entry["period"]]),
            "less": digits.percent(digits.band_of(entry["less_wanted"])),
        }
        for entry in sorted(content["links"], key=lambda entry: -entry["less_wanted"]["high"])
        if FULL * entry["less_wanted"]["high"] >= 1.0
    ]


def exposure_rows(content: Entry, most: int = MANY) -> list[dict[str, str]]:
    """Return the exposure index by rung, period and sector in per cent, largest first."""
    ordered = sorted(
        content["sector_exposure"]["results"],
        key=lambda entry: (entry["rung"], entry["period"],
                           -max(entry["backward"]["high"], entry["forward"]["high"])),
    )
    periods = {period["name"]: period for period in content["periods"]}
    return [
        {
            "sector": str(entry["sector"]),
            "rung": rung_name(content, entry["rung"]),
            "period": period_name(content, periods[entry["period"]]),
            **{name: _span(entry[name]) for name in ("direct", "backward", "forward")},
        }
        for entry in _first(ordered, most)
    ]


def _span(ends: Entry) -> str:
    low, high = (FULL * ends[end] for end in ("low", "high"))
    if high < TENTH:
        return f"< {TENTH}"
    shown = [f"{_leading(each):g}" if each >= TENTH else f"< {TENTH}" for each in (low, high)]
    return shown[0] if shown[0] == shown[1] else f"{shown[0]} to {shown[1]}"
