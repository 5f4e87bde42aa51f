"""A run of the vault study as rows and sentences: no digit more than its band supports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views import digits
from orepact.views.names import region_name
from orepact.views.texts import say

__all__ = [
    "answers",
    "basket_rows",
    "billions",
    "gap_lines",
    "goal_rows",
    "published_lines",
    "run_rows",
    "supposed_lines",
]

Entry = Mapping[str, Any]

BILLION, MILLION = 1e9, 1e6
SHOWN = 8
CALM = "as-drawn"
TOLD = (("walk", "as-drawn"), ("reverting", "as-drawn"), ("reverting", "default"),
        ("reverting", "leave"), ("reverting", "both"))
"""Runs that are told; all are in the tables."""

MINUS = "\N{MINUS SIGN}"


def billions(band: Entry | None) -> str:
    """Return dollars as billions: ``3.1 (0.8 to 7.2)``."""
    return spread(band, BILLION)


def spread(band: Entry | None, unit: float = 1.0) -> str:
    """Return a band with two digits of its widest end; signs are kept."""
    if band is None:
        return digits.MISSING
    ends = [band[name] / unit for name in ("middle", "low", "high")]
    largest = max(abs(each) for each in ends)
    decimals = 0 if largest >= 10.0 else 1 if largest >= 1.0 else 2
    middle, low, high = (plain(each, decimals) for each in ends)
    return middle if low == high else f"{middle} ({low} to {high})"


def plain(number: float, decimals: int) -> str:
    """Return a number with decimals and a true minus, zero without one."""
    text = f"{abs(number):,.{decimals}f}".replace(",", "\u202f")
    return f"{MINUS}{text}" if number < 0.0 and float(f"{abs(number):.{decimals}f}") else text


def answers(run: Entry) -> list[str]:
    """Return what the study says, in sentences."""
    basket, terms = run["basket"], {each["term"]: each for each in run["terms"]}
    first = basket["materials"][0]
    used, one = terms["funds_used"], run["design"]["draws"] == 0
    lines = [say(
        "vault_buys", owner=region_name(run["owner"]),
        used=digits.share(used["value"]) if one else _range(used, percent=True),
        days=spread(basket["days_of_use"]), count=len(basket["materials"]),
        low=digits.number(basket["buffer_days"][0]), high=digits.number(basket["buffer_days"][1]),
        cost_low=plain(basket["buffer_cost_use"][0] / BILLION, 1),
        cost_high=plain(basket["buffer_cost_use"][1] / BILLION, 1),
        imports_low=plain(basket["buffer_cost_imports"][0] / BILLION, 1),
        imports_high=plain(basket["buffer_cost_imports"][1] / BILLION, 1),
        first=first["title"], share=_share(first["share"]),
    )]
    for reading in ("drawer", "seller"):
        each = _figures(run, reading)
        lines.append(say(
            "vault_life_one" if one else "vault_life", reading=say(f"vault_reading_{reading}"),
            cover=spread(each["cover_life"]), unpaid=digits.share(each["loan_unpaid"]),
            amount=billions(each["unpaid_public"])))
    drawer = _figures(run, "drawer")
    return [
        *lines,
        say("vault_calm", drawer=spread(drawer["cover_interest"])),
        say("vault_price_one" if one else "vault_price", spread=billions(drawer["spread_result"]),
            tail=plain(drawer["spread_result"]["tail"] / BILLION, 1)),
        say("vault_cost", cost=_fine(drawer["manufacturers_cost"])),
    ]


def _share(band: Entry) -> str:
    """Return a share as per cent, of one member without a range."""
    if band["low"] == band["high"]:
        return digits.share(band["middle"])
    return digits.percent(digits.band_of(band))


def _often(run: Entry, share: float) -> str:
    """Return in how many members something is owed, of one member whether it is."""
    if run["design"]["draws"]:
        return digits.share(share)
    return say("vault_is_owed" if share else "vault_not_owed")


def _fine(band: Entry | None) -> str:
    """Return a rate as per cent with one decimal."""
    if band is None:
        return digits.MISSING
    middle, low, high = (f"{100.0 * band[name]:.1f}" for name in ("middle", "low", "high"))
    return f"{middle} % ({low} to {high})" if low != high else f"{middle} %"


def _figures(run: Entry, reading: str, process: str = "reverting", case: str = CALM) -> Entry:
    return next(each for each in run["figures"] if (each["reading"], each["process"], each["case"])
                == (reading, process, case))


def run_rows(run: Entry) -> list[dict[str, str]]:
    """Return the loan's figures by reading, process and case."""
    found: list[dict[str, str]] = []
    for reading in ("drawer", "seller"):
        for each in run["figures"]:
            if each["reading"] != reading or (each["process"], each["case"]) not in TOLD:
                continue
            found.append({
                "reading": say(f"vault_reading_{reading}"),
                "process": say(f"vault_{each['process']}"),
                "case": say(f"vault_case_{each['case']}"),
                "cover_life": spread(each["cover_life"]),
                "security": spread(each["security_worst"]),
                "owed": billions(each["unpaid_public"]),
                "often": _often(run, each["loan_unpaid"]),
                "private": billions(each["unpaid_private"]),
                "result": billions(each["spread_result"]),
                "unfilled": billions(each["unfilled"]),
            })
    return found


def basket_rows(run: Entry, count: int = SHOWN) -> list[dict[str, str]]:
    """Return what is held of the materials that take most of the money."""
    return [
        {
            "material": f"{each['title']} ({each['grade']})" if each["grade"] else each["title"],
            "tonnes": f"{_tonnes(each['tonnes'])} {each['unit']}",
            "money": spread(each["usd"], MILLION),
            "share": _share(each["share"]),
            "imports": spread(each["days_of_imports"]),
            "use": spread(each["days_of_use"]),
            "months": spread(each["months_of_output"]),
            "other": spread(each["months_of_other_output"]),
            "bounded": digits.share(each["bounded"]),
        }
        for each in run["basket"]["materials"][:count]
    ]


def _tonnes(band: Entry | None) -> str:
    if band is None:
        return digits.MISSING
    middle, low, high = (digits.tonnes(band[name]) for name in ("middle", "low", "high"))
    return middle if low == high else f"{middle} ({low} to {high})"


def goal_rows(run: Entry) -> list[dict[str, str]]:
    """Return what each goal gets under the chosen weights and when it is the only one."""
    return [
        {
            "goal": say(f"vault_goal_{each['goal']}"),
            "reading": say(f"vault_reading_{each['reading']}"),
            "emergency": _fine(each["emergency"]), "market": _fine(each["market"]),
            "demand": _fine(each["demand"]), "cover": spread(each["cover_life"]),
            "owed": billions(each["unpaid_public"]),
        }
        for each in run["goals"]
    ]


def published_lines(run: Entry) -> list[str]:
    """Return what was published: facts in their words, each with its number."""
    return [f"{each['fact']} {each['subject']}: {each['statement']} ({each['date']}, confidence "
            f"{each['confidence']})" for each in run["facts"]]


def supposed_lines(run: Entry) -> list[str]:
    """Return the supposed terms with value and range."""
    return [f"{each['title']}: {_range(each, percent=False)} {each['unit']}".replace(" 1/year",
            " a year").removesuffix(" 1").removesuffix(" yes or no") for each in run["terms"]
            if not each["published"]]


def _range(term: Entry, *, percent: bool) -> str:
    if percent:
        return (f"{digits.share(term['value'])} ({digits.share(term['low'])} to "
                f"{digits.share(term['high'])})")
    ends = f"{digits.number(term['low'])} to {digits.number(term['high'])}"
    if term["draw"] == "either":
        return f"{digits.number(term['low'])} or {digits.number(term['high'])}"
    return f"{digits.number(term['value'])} ({ends})"


def gap_lines(run: Entry) -> Sequence[str]:
    """Return what could not be modelled; supposed terms are told by themselves."""
    forms = "; ".join(str(each["words"]) for each in run["gaps"] if each["kind"] == "forms")
    rest = [str(each["words"]) for each in run["gaps"] if each["kind"] not in {"forms", "terms"}]
    return [*rest[:1], *([say("vault_gap_forms", forms=forms)] if forms else []), *rest[1:]]
