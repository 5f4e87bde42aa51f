"""A should-cost price in words and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views import digits
from orepact.views.names import region_short
from orepact.views.texts import say

__all__ = ["beside_rows", "lines", "list_rows", "part_rows", "price", "tornado_rows"]

Entry = Mapping[str, Any]

FIGURES = 3
SHOWN = 8


def price(value: float) -> str:
    """Return a price with three significant digits and thousands set apart."""
    rounded = float(f"{value:.{FIGURES}g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100.0 else f"{rounded:,.3g}"


def lines(run: Entry) -> list[str]:
    """Return what a run says in sentences: band by region, gap to the market, what it rests on."""
    found: list[str] = []
    for one in run["regions"]:
        band = {name: price(value) for name, value in one["price"].items()}
        key = "cost_line" if run["draws"] else "cost_one"
        found.append(say(key, region=region_short(one["region"]), unit=run["unit"],
                         draws=f"{run['draws']:,}", **band))
        base = one["against"][0]
        if run["draws"]:
            found.append(say(
                "cost_against", region=region_short(one["region"]), unit=run["unit"],
                share=digits.share(base["share_above"]), price=price(base["price"]),
                what=_what(base), middle=price(base["gap_middle"]), low=price(base["gap_low"]),
                high=price(base["gap_high"])))
        found.append(say("cost_basis", region=region_short(one["region"]),
                         supposed=digits.share(one["basis"]["supposed"] + one["basis"]["partly"]),
                         **{name: digits.share(one["basis"][name])
                            for name in ("published", "computed")}))
    found.append(_feeds(run))
    if run["doublings"]:
        found.append(say("cost_learned", doublings=f"{run['doublings']:g}"))
    found.append(say("cost_boundary", boundary=run["boundary"]))
    found += [say("cost_left_out", what=each) for each in run["left_out"]]
    return [*found, say("cost_not")]


def part_rows(run: Entry) -> list[dict[str, str]]:
    """Return one row per part of the build-up, a column per region."""
    names = [part["part"] for part in run["regions"][0]["parts"]]
    rows: list[dict[str, str]] = []
    for number, name in enumerate(names):
        row = {"part": say(f"cost_part_{name}")}
        for one in run["regions"]:
            part = one["parts"][number]
            row[region_short(one["region"])] = _with_band(part["usd_per_t"], part, run)
        if any(one["parts"][number]["usd_per_t"] for one in run["regions"]):
            rows.append(row)
    for key, name in (("price", "cost_part_price"), ("cash_cost", "cost_part_cash")):
        rows.append({"part": say(name), **{
            region_short(one["region"]): _with_band(one[key]["middle"], one[key], run)
            for one in run["regions"]}})
    return rows


def tornado_rows(entry: Entry, count: int = SHOWN) -> list[dict[str, str]]:
    """Return the inputs that move the price of a region most, the largest first."""
    return [
        {say("cost_input"): each["title"],
         say("cost_from"): f"{digits.number(each['low'])} to {digits.number(each['high'])} "
                           f"{each['unit']}",
         say("cost_basis_column"): say(f"basis_{each['basis']}"),
         say("cost_at_low"): price(each["price_at_low"]),
         say("cost_at_high"): price(each["price_at_high"])}
        for each in entry["tornado"][:count]
    ]


def beside_rows(run: Entry) -> list[dict[str, str]]:
    """Return what stands beside the price: prices of the market, levels of supports, claims."""
    rows: list[dict[str, str]] = []
    for number, one in enumerate(run["market"]):
        shares = {each["region"]: each["against"][number]["share_above"]
                  for each in run["regions"]}
        rows.append(_beside(_what(one), price(one["price"]), _shares(run, shares), one["source"]))
    rows += [_beside(say("cost_what_level", title=one["title"]), price(one["level"]),
                     _shares(run, one["share_above"]), one["support"]) for one in run["levels"]]
    for one in run["claims"]:
        what = say("cost_what_claim", statement=one["statement"], asserted_by=one["asserted_by"])
        low, high = one["low_usd_per_t"], one["high_usd_per_t"]
        amount = (f"{price(low)} to {price(high)}" if low is not None
                  else f"{one['low']:g} to {one['high']:g} {one['unit']}")
        rows.append(_beside(what, amount, "", one["url"]))
    return rows


def list_rows(found: Sequence[Entry]) -> list[dict[str, str]]:
    """Return one row per material that has a file."""
    return [
        {"material": one["material"], "chain": one["chain"],
         "price": say("cost_yes") if one["priced"]
         else say("cost_no", count=len(one["missing"])),
         "plants in": ", ".join(one["regions"]),
         "inputs published": f"{one['published']} of {one['inputs']}"}
        for one in found
    ]


def _feeds(run: Entry) -> str:
    if run["feeds"] == "market":
        return say("cost_feeds_market")
    names = dict.fromkeys(name for one in run["regions"] for name in one["feeds_at_cost"])
    return say("cost_feeds_cost", materials=", ".join(names)) if names else say("cost_feeds_none")


def _with_band(middle: float, band: Entry, run: Entry) -> str:
    text = price(middle)
    return f"{text} ({price(band['low'])} to {price(band['high'])})" if run["draws"] else text


def _what(one: Entry) -> str:
    return say(f"cost_what_{one['kind']}", market=one["market"], period=one["period"])


def _shares(run: Entry, shares: Entry) -> str:
    return ", ".join(f"{region_short(one['region'])} {digits.share(shares[one['region']])}"
                     for one in run["regions"]) if run["draws"] else ""


def _beside(what: str, amount: str, share: str, source: str) -> dict[str, str]:
    return {say("cost_what"): what, say("cost_price"): amount, say("cost_share"): share,
            say("cost_source"): source}
