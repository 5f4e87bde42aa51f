"""The headline of a stress run: who is hit, by rung, period and licence, and what differs.

The buyers shown are, per chain, the one whose price the scenario raises most, of a stage of grade D
only where there is no other, and the worst place of the United States, the EU-27 and Japan. An
exporter's own price is given as a bare range.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from orepact.network.accounts.balance import ASSUMED
from orepact.views import digits
from orepact.views.choice import ALWAYS_SHOWN, LARGE_USER
from orepact.views.names import material_name, region_name
from orepact.views.texts import say

__all__ = [
    "buyer_name",
    "changed",
    "entries_by_key",
    "exporter_rows",
    "grade_of",
    "group_name",
    "headline",
    "key_buyers",
    "period_name",
    "rung_groups",
    "rung_name",
    "single_multiple",
    "told_case",
    "told_licences",
]

Entry = Mapping[str, Any]
Key = tuple[str, int, str, str, str, str]

ALL = "all"
FULL = 100.0
LONG = 1000.0
"""Days of cover from which on no more is told than that: use is next to nothing there."""
FULL_YEAR = 12
ALIKE = ("price_marginal_vs_base", "unmet_share")
WIDER = 1.35
"""What bands of prices are widened by to either side."""

PRICE_ALIKE, UNMET_ALIKE = 0.05, 0.02
"""What is no difference between two rungs: a fraction of the price, a fraction of use."""


def entries_by_key(entries: Iterable[Entry]) -> dict[Key, Entry]:
    """Return entries by chain, rung, period, licence, region and material."""
    names = ("chain", "rung", "period", "licence", "region", "material")
    return {cast("Key", tuple(entry[name] for name in names)): entry for entry in entries}


def rung_name(content: Entry, rung: int) -> str:
    """Return how a rung is called; nothing where there is no ladder."""
    return "" if content["rungs"] == [0] else say("stress_rung", rung=rung)


def key_buyers(content: Entry, chain: str) -> list[tuple[str, str]]:
    """Return the region and material of the buyers that are shown, the one hit hardest first."""
    exporters = {name for entry in content["chains"] if entry["chain"] == chain
                 for name in entry["exporters"]}
    hit: dict[tuple[str, str], tuple[float, float]] = {}
    large = {
        (entry["region"], entry["material"]) for entry in content["results"]
        if entry["chain"] == chain and entry["use_share"] >= LARGE_USER
    }
    assumed = {
        (entry["region"], entry["material"]) for entry in content["results"]
        if entry["chain"] == chain and entry["grade"] == ASSUMED
    }
    for entry in content["effects"]:
        pair = (str(entry["region"]), str(entry["material"]))
        if entry["chain"] != chain or pair[0] in exporters or entry["licence"] != "all":
            continue
        ratio = entry.get("price_marginal_ratio", {}).get("high", 0.0)
        unmet = entry.get("unmet_share_change", {}).get("high", 0.0)
        hit[pair] = max(hit.get(pair, (0.0, 0.0)), (ratio, unmet))
    ranked = sorted(hit, key=lambda pair: (*(-each for each in hit[pair]), *pair))
    moved = [pair for pair in ranked if pair in large and hit[pair][0] > 0.0]
    moved.sort(key=lambda pair: pair in assumed)
    first = next(iter(moved), None)
    chosen = [] if first is None else [first]
    for region in ALWAYS_SHOWN:
        own = [pair for pair in ranked if pair[0] == region]
        own.sort(key=lambda pair: (-hit[pair][1], -hit[pair][0]))
        chosen += [pair for pair in own[:1] if pair not in chosen]
    return chosen


def rung_groups(content: Entry, chain: str) -> list[list[int]]:
    """Return the rungs in groups of neighbours that read alike for every buyer that is shown.

    Alike: middle prices within 5 %, unmet use within two points, in every period and branch.
    """
    results = entries_by_key(content["results"])

    def middles(rung: int) -> dict[object, float]:
        return {
            (key[2:], name): float(entry[name]["middle"])
            for key, entry in results.items()
            if key[:2] == (chain, rung) and key[4:] in pairs
            for name in ALIKE if name in entry
        }

    pairs = set(key_buyers(content, chain))
    groups: list[list[int]] = []
    shown: dict[object, float] = {}
    for rung in content["rungs"]:
        found = middles(rung)
        same = found.keys() == shown.keys() and all(
            abs(value - shown[key]) <= (PRICE_ALIKE * shown[key] if "price" in str(key)
                                        else UNMET_ALIKE)
            for key, value in found.items()
        )
        if groups and same:
            groups[-1].append(rung)
        else:
            groups.append([rung])
            shown = found
    return groups


def told_case(
    content: Entry, chain: str, buyer: tuple[str, str], licence: str = "all",
    rungs: Sequence[int] = (),
) -> tuple[int, str]:
    """Return the rung and the period in which the scenario changes most for a buyer.

    By the middle price pair, then by unmet use; the first of cases that read alike, and where it
    changes nothing. `rungs` are those looked at, all if none are given.
    """
    effects = entries_by_key(content["effects"])

    def size(case: tuple[int, str]) -> tuple[int, int]:
        one = effects.get((chain, *case, licence, *buyer), {})
        ratio = one.get("price_marginal_ratio", {}).get("middle", 1.0)
        unmet = one.get("unmet_share_change", {}).get("middle", 0.0)
        price = abs(math.log(ratio)) if ratio > 0.0 else 0.0
        return round(price / PRICE_ALIKE), round(abs(unmet) / UNMET_ALIKE)

    cases = [(int(rung), str(period["name"]))
             for rung in rungs or content["rungs"] for period in content["periods"]]
    return max(cases, key=size)


def grade_of(content: Entry, materials: Iterable[str]) -> str:
    """Return the grades that results have of these materials, from the best to the weakest."""
    mine = set(materials)
    grades = sorted({str(one["grade"]) for one in content["results"] if one["material"] in mine})
    return "–".join(dict.fromkeys((*grades[:1], *grades[-1:])))


def group_name(content: Entry, group: Sequence[int]) -> str:
    """Return how a group of rungs is called; nothing where there is no ladder."""
    if len(group) == 1:
        return rung_name(content, group[0])
    return say("stress_rungs", first=group[0], last=group[-1])


def told_licences(content: Entry, chain: str) -> list[str]:
    """Return the licence branches that are told apart; both as one where they are alike."""
    alike = any(one["chain"] == chain and one["licences_alike"] for one in content["samples"])
    return [ALL] if alike or len(content["licences"]) == 1 else list(content["licences"])


def headline(content: Entry, chain: str) -> list[dict[str, str]]:
    """Return a row per buyer, rung, period and licence with its figures as text.

    Rungs that read alike are told by the lowest of them; where both licence branches read the same,
    they are one row, and where they do in all rows, licences are not named.
    """
    results, effects = entries_by_key(content["results"]), entries_by_key(content["effects"])
    licences = told_licences(content, chain)
    rows: list[dict[str, str]] = []
    for region, material in key_buyers(content, chain):
        for group in rung_groups(content, chain):
            for period in content["periods"]:
                told = {
                    licence: _figures(
                        results, effects,
                        (chain, group[0], period["name"], licence, region, material),
                    )
                    for licence in licences
                }
                place = {
                    "buyer": buyer_name(region, material),
                    "rung": group_name(content, group),
                    "period": period_name(content, period),
                }
                rows += _by_licence(place, told)
    if len(content["licences"]) > 1 and licences == [ALL]:
        return [{**row, "licence": ""} for row in rows]
    either = say("stress_either")
    if all(row["licence"] == either for row in rows):
        return [{**row, "licence": ""} for row in rows]
    return rows


def _by_licence(place: dict[str, str], told: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    first = next(iter(told.values()))
    if all(each == first for each in told.values()):
        return [{**place, "licence": say("stress_either") if len(told) > 1 else "", **first}]
    return [{**place, "licence": say(f"stress_{licence}"), **each}
            for licence, each in told.items()]


def buyer_name(region: str, material: str) -> str:
    """Return how a buyer of a material is called."""
    return f"{region_name(region)}: {material_name(material)}"


def period_name(content: Entry, period: Entry) -> str:
    """Return how a period is called: nothing for the whole, else its year, its months if short."""
    if len(content["periods"]) == 1:
        return ""
    number = str(period["name"]).removeprefix("year-")
    key = "stress_year" if period["months"] == FULL_YEAR else "stress_short_year"
    return say(key, number=number, months=period["months"])


def _figures(
    results: Mapping[Key, Entry], effects: Mapping[Key, Entry], key: Key
) -> dict[str, str]:
    entry, effect = results.get(key, {}), effects.get(key, {})
    band = digits.band_of(entry.get("price_marginal_vs_base"))
    return {
        "base": digits.multiple(band),
        "tail": digits.multiple_tail(band),
        "paid": digits.multiple(digits.band_of(entry.get("price_transaction_vs_base"))),
        "without": changed(effect.get("price_marginal_ratio"), share=False),
        "unmet": digits.percent(digits.band_of(entry.get("unmet_share"))),
        "unmet_change": changed(effect.get("unmet_share_change"), share=True),
        "cover": _cover(digits.band_of(entry.get("cover_days_worst"))),
        "grade": str(entry.get("grade", "")),
    }


def changed(pairs: Mapping[str, Any] | None, *, share: bool) -> str:
    """Return what a scenario changes, pair by pair, or that it is below what can be told."""
    if pairs is None:
        return digits.MISSING
    if pairs["verdict"] != "resolved":
        return say("stress_" + str(pairs["verdict"]).replace(" ", "_"))
    band = digits.Band(pairs["middle"], pairs["low"], pairs["high"], pairs["high"])
    if share:
        return _points(band)
    return single_multiple(band.middle) if band.low == band.high else digits.multiple(band)


def single_multiple(value: float) -> str:
    """Return a multiple that has no band with the digits that it would have in one."""
    return digits.multiple(digits.Band(value, value / WIDER, value * WIDER, value)).split(" ")[0]


def _cover(band: digits.Band | None) -> str:
    if band is not None and band.middle > LONG:
        return say("stress_long_cover", days=f"{LONG:.0f}")
    return digits.days(band)


def _points(band: digits.Band) -> str:
    middle, low, high = (f"{_whole(each):+d}" for each in (band.middle, band.low, band.high))
    return middle if low == high else f"{middle} ({low} to {high})"


def _whole(fraction: float) -> int:
    return round(FULL * fraction)


def exporter_rows(content: Entry, chain: str) -> Sequence[dict[str, str]]:
    """Return the exporters' own prices as bare ranges and what they ship.

    On the highest rung and over the last period; the rest is in the tables.
    """
    exporters = {name for entry in content["chains"] if entry["chain"] == chain
                 for name in entry["exporters"]}
    periods = {period["name"]: period for period in content["periods"]}
    return [
        {
            "region": region_name(entry["region"]),
            "material": material_name(entry["material"]),
            "rung": rung_name(content, entry["rung"]),
            "period": period_name(content, periods[entry["period"]]),
            "price": digits.exporter_range(digits.band_of(entry.get("price_marginal_vs_base"))),
            "ships": digits.relative_volume(digits.band_of(entry.get("export_volume_relative"))),
        }
        for entry in content["results"]
        if entry["chain"] == chain and entry["region"] in exporters and entry["licence"] == "all"
        and "export_volume_relative" in entry
        and entry["rung"] == content["rungs"][-1]
        and entry["period"] == content["periods"][-1]["name"]
    ]
