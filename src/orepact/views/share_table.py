"""Rows of text of a sharing: what each member may and must do, and the rules side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.names import region_name
from orepact.views.share_words import amount, percent, rough, rule_name
from orepact.views.texts import say

__all__ = ["award_rows", "fairness_rows", "member_rows", "rule_rows"]

Entry = Mapping[str, Any]


def member_rows(form: Entry) -> list[dict[str, str]]:
    """Return a row per member with what the agreement makes of it; flows a month, stocks in t."""
    whole = form["emergency"]["article"] in {"13", "14"}
    rows: list[dict[str, str]] = []
    for one in form["emergency"]["members"]:
        row = {
            "member": region_name(str(one["member"])),
            "use": amount(one["use"]),
            "has": amount(one["available"]),
            "lost": percent(one["lost"]),
        }
        if whole:
            row |= {
                "may use": amount(one["permissible"]),
                "committed, t": amount(one["commitment"]),
                "draws": amount(one["drawdown"]),
                "supply right": amount(one["supply_right"]),
            }
        mark = "" if one.get("determined", True) else " ?"
        rows.append(row | {
            what: rough(form, one[key]) + (mark if one[key] else "")
            for what, key in (("right", "right"), ("owes", "obligation"))
        })
    return rows


def fairness_rows(form: Entry, *, refusals: bool = True) -> list[dict[str, str]]:
    """Return a row per rule: how fair it is, and who would refuse, in how many of all cases."""
    return [
        {
            "rule": rule_name(one["rule"]),
            "worst share met": percent(one["smallest"]),
            "Gini": f"{one['gini']:.2f}",
            "largest regret": percent(one["largest_regret"]),
            "envy": percent(one["envy"]),
            **({"own production alone is better": _refusers(form, one) or say("share_nobody"),
                "passes on": ", ".join(one["give_up"]) or say("share_nobody")}
               if refusals else {}),
        }
        for one in form["rules"]
    ]


def rule_rows(form: Entry) -> list[dict[str, str]]:
    """Return a row per rule: what each member gets.

    What a member gets is that of the case told; behind it, where there is a band, what it gets over
    all cases by its use in each: base windows differ in use.
    """
    bands: Mapping[str, Any] = form["bands"]["awards"] if "bands" in form else {}
    return [
        {
            "rule": rule_name(one["rule"]),
            **{name: _award(award, _bands(bands, one["rule"], "shares").get(name))
               for name, award in one["awards"].items()},
        }
        for one in form["rules"]
    ]


def award_rows(content: Entry) -> list[dict[str, Any]]:
    """Return a row per form, rule and member: what it gets (t/month), its band, by its use."""
    rows: list[dict[str, Any]] = []
    for form in content.get("forms") or [content]:
        bands: Mapping[str, Any] = form["bands"]["awards"] if "bands" in form else {}
        for rule in form["rules"]:
            for name, award in rule["awards"].items():
                band = _bands(bands, rule["rule"], "members").get(name, {})
                shares = _bands(bands, rule["rule"], "shares").get(name, {})
                rows.append({
                    "material": form["material"], "rule": rule["rule"], "member": name,
                    "tonnes_per_month": award, "low": band.get("low"), "high": band.get("high"),
                    "share_of_use": rule["satisfaction"][name],
                    "share_low": shares.get("low"), "share_high": shares.get("high"),
                    "refuses": name in rule["refuse"],
                })
    return rows


def _refusers(form: Entry, rule: Entry) -> str:
    """Return who would refuse a rule, with the number of cases where there are several."""
    cases = form.get("cases", 1)
    if cases == 1:
        return ", ".join(rule["refuse"])
    band = form["bands"]["awards"][rule["rule"]]
    return ", ".join(
        say("share_in_cases", name=name, count=count, cases=band["cases"])
        for name, count in band["refusals"].items() if count
    )


def _bands(bands: Entry, rule: str, of: str) -> Entry:
    """Return the bands of a rule's awards by member, nothing where there are none."""
    found: Entry = bands.get(rule, {}).get(of, {})
    return found


def _award(award: float, band: Entry | None) -> str:
    if not band or percent(band["low"]) == percent(band["high"]):
        return amount(award)
    low = percent(band["low"]).removesuffix(" %")
    return f"{amount(award)} ({low}–{percent(band['high'])})"
