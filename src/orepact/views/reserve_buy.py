"""A schedule of purchases in rows and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.names import material_name, region_name
from orepact.views.reserve_stock import ranged
from orepact.views.texts import say

__all__ = [
    "BUY_COLUMNS",
    "buy_lines",
    "buy_rows",
    "competitor_rows",
    "programme_notes",
    "programme_rows",
]

BUY_COLUMNS = ("month", "buy [t]", "held [t]", "months of world output", "share of traded tonnes")

Entry = Mapping[str, Any]


def buy_lines(content: Entry) -> list[str]:
    """Return what a schedule is and does, in sentences."""
    asked, market = content["asked"], content["market"]
    lines = [
        say("buy_head", target=_tonnes(content["target_t"]), unit=market["unit"],
            material=material_name(market["material"]), region=region_name(asked["region"]),
            months=_months(content["months_of_world_output"]), move=_percent(asked["move"])),
        *_target_lines(content),
        say("buy_market", output=_tonnes(market["output"]), traded=_tonnes(market["traded"]),
            imports=_tonnes(market["imports"]), grade=market["grade"], period=market["period"]),
        say("buy_depth", depth=ranged(content["depth_t_per_month"]), move=_percent(asked["move"]),
            alone=_tonnes(content["rate_alone"]), beside=_tonnes(content["rate_beside_others"]),
            least=_tonnes(content["rate_beside_others_at_most"])),
    ]
    if content["rate_set_by"] == "no-need":
        return [*lines, say("buy_no_need")]
    if not content["rate_t_per_month"]:
        return [*lines, say("buy_nothing", why=say(f"buy_by_{content['rate_set_by']}")),
                *_rivals(content)]
    lines.append(say("buy_rate", rate=_tonnes(content["rate_t_per_month"]),
                     count=content["months"], why=say(f"buy_by_{content['rate_set_by']}")))
    if content["short_of_target_t"] > 0.0:
        lines.append(say("buy_short", tonnes=_tonnes(content["short_of_target_t"]),
                         months=content["longest_months"]))
    return [*lines, *_price_lines(content),
            say("buy_cost", cost=_millions(content["cost_usd"]), price=f"{market['price']:,.0f}",
                period=market["period"], newest=_newest(content))]


def buy_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per month; months alike are told once."""
    rows: list[dict[str, str]] = []
    schedule = content["schedule"]
    for at, each in enumerate(schedule):
        inner = 0 < at < len(schedule) - 2
        if inner and len(schedule) > MOST:
            continue
        rows.append({
            "month": each["month"],
            "buy [t]": _tonnes(each["tonnes"]),
            "held [t]": _tonnes(each["held"]),
            "months of world output": "" if each["output_months"] is None
            else f"{each['output_months']:.2g}",
            "share of traded tonnes": "" if each["traded_share"] is None
            else _percent(each["traded_share"]),
        })
    if len(schedule) > MOST:
        rows.insert(1, {**dict.fromkeys(BUY_COLUMNS, "…"), "month": say("buy_alike")})
    return rows


MOST = 8
"""Months up to which every one is shown."""


def competitor_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per other buyer, with what is published of it."""
    return [
        {
            "buyer": each["title"],
            "may buy [t/month]": say("buy_unknown") if each["rate_t_per_month"] is None
            else ranged(each["rate_t_per_month"]),
            "basis": each["basis"],
        }
        for each in content["competitors"]
    ]


def programme_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per programme and purchase, with what is published of it."""
    return [
        {
            "owner": each["owner"],
            "programme": each["title"],
            "state": each["state"],
            "form": "" if one is None else _form(one),
            "published": say("buy_none") if one is None else _published(one),
            "counted here as": "" if one is None else _taken(one),
            "months": "" if one is None or one["first"] is None
            else f"{one['first']} to {one['last']}",
            "source": each["source"],
        }
        for each in content["programmes"]
        for one in each["purchases"] or [None]
    ]


def programme_notes(content: Entry) -> list[str]:
    """Return the note of every programme."""
    notes = [f"{each['title']}: {each['note'].strip()}" for each in content["programmes"]]
    return [*notes, say("buy_forms_ours")]


def _form(one: Entry) -> str:
    name = say("buy_every") if one["material"] == "*" else one["material"]
    return name if one["form_told"] or one["material"] == "*" else f"{name}*"


def _published(one: Entry) -> str:
    if one["tonnes"] is not None:
        return say("buy_ceiling", tonnes=f"{one['tonnes']:,.0f}")
    if one["usd"] is not None:
        return f"{one['usd'] / 1e6:,.0f} million USD"
    if one["goals"]:
        return "; ".join(
            say("buy_goal_held" if goal["held"] else "buy_goal", days=f"{goal['days']:g}",
                covers=goal["covers"], held=f"{goal['held']:g}")
            for goal in one["goals"]
        )
    return say("buy_unknown")


def _taken(one: Entry) -> str:
    """Return what of a purchase is a supposition of this dataset."""
    if one["tonnes"] is not None:
        return say("buy_taken_tonnes")
    if one["usd"] is not None:
        return say("buy_taken_usd")
    if one["goals"]:
        steps = dict.fromkeys(max(0.0, goal["days"] - goal["held"]) for goal in one["goals"])
        return say("buy_taken_days", days=" or ".join(f"{step:g}" for step in steps))
    return say("buy_taken_nothing")


def _target_lines(content: Entry) -> list[str]:
    """Return where the target is from, if not given in tonnes."""
    level = content["safe_level"]
    if level is not None:
        return [say("buy_target_level", days=f"{level['days']:g}", factor=f"{level['factor']:.2g}",
                    lasting=f"{level['days'] * level['factor']:.3g}",
                    low=_tonnes(level["tonnes"]["low"]), high=_tonnes(level["tonnes"]["high"]))]
    if content["asked"]["days"] is not None:
        return [say("buy_target_days", days=f"{content['asked']['days']:g}")]
    return []


def _newest(content: Entry) -> str:
    newest, base = content["newest_price"], content["market"]["price"]
    if newest["usd_per_t"] == base:
        return ""
    return say("buy_newest", price=f"{newest['usd_per_t']:,.0f}", told=newest["told"],
               times=newest["usd_per_t"] / base)


def _rivals(content: Entry) -> list[str]:
    """Return what is supposed of the buyers who leave no room."""
    if content["rate_set_by"] != "others":
        return []
    return [
        say("buy_rival", title=each["title"], rate=ranged(each["rate_t_per_month"]),
            basis=each["basis"])
        for each in content["competitors"]
        if each["rate_t_per_month"] is not None and each["rate_t_per_month"]["high"] > 0.0
    ]


def _price_lines(content: Entry) -> list[str]:
    asked, lines = content["asked"], list[str]()
    form, run = content["price_closed_form"], content["price_simulated"]
    if form is not None:
        others = say(f"buy_others_{asked['others']}")
        lines.append(say("buy_closed", price=_rise(form), others=others))
    if run is not None:
        lines.append(say("buy_simulated", price=_rise(run["mean"]),
                         worst=f"{100 * (run['worst_month'] - 1):.1f} %",
                         elsewhere=_rise(run["elsewhere"]), sets=run["sets"],
                         months=run["months"], delivered=_percent(run["delivered"])))
        if run["worst_month"] > 1.0 + asked["move"]:
            lines.append(say("buy_over", move=_percent(asked["move"])))
    return lines


def _rise(span: Entry) -> str:
    value, low, high = (100.0 * (span[name] - 1.0) for name in ("value", "low", "high"))
    return f"{value:.1f} % ({low:.1f} to {high:.1f})"


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g} %"


def _tonnes(tonnes: float) -> str:
    return f"{tonnes:.3g}" if abs(tonnes) < 100.0 else f"{tonnes:,.0f}"


def _months(months: float | None) -> str:
    return say("level_unknown") if months is None else f"{months:.2g}"


def _millions(span: Entry) -> str:
    return ranged({name: span[name] / 1e6 for name in ("value", "low", "high")})
