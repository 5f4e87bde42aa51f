"""What a sharing says, in sentences that a delegate can read out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orepact.views.names import region_name
from orepact.views.texts import say

__all__ = [
    "amount",
    "division_lines",
    "emergency_lines",
    "form_head",
    "joined",
    "left_out_lines",
    "percent",
    "place",
    "rough",
    "rule_lines",
    "rule_name",
    "says_lines",
    "trigger_lines",
    "unit_of",
    "weak",
]

Entry = Mapping[str, Any]

ARTICLE = frozenset({"USA", "GBR", "EU27", "NLD", "PHL", "ARE"})
"""Places that are read out with an article."""

OIL = "oil-agreement"

EXPORTERS = 3
"""Exporters whose triggers are told."""

WHOLE, TENTHS, HUNDREDTHS, LITTLE = 100.0, 10.0, 1.0, 0.001
"""Amounts from which on no decimal, one, two, three digits are printed; below, whole grams."""


def amount(value: float) -> str:
    """Return a number of tonnes as it is read out."""
    size = abs(value)
    if size >= WHOLE:
        return f"{value:,.0f}"
    if size >= TENTHS:
        return f"{value:,.1f}"
    if size >= HUNDREDTHS or not size:
        return f"{value:,.2f}" if size else "0"
    return f"{value:.3g}" if size >= LITTLE else f"{value:.6f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """Return a share with one decimal where it is not whole."""
    return f"{100.0 * share:.1f}".removesuffix(".0") + " %"


def joined(words: Sequence[str]) -> str:
    """Return words as a list: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def rule_name(rule: str) -> str:
    """Return a rule's name in words."""
    return say(f"share_rule_{rule}")


def place(region: str, *, first: bool = False) -> str:
    """Return a place as a sentence has it, with its article where it needs one."""
    name = region_name(region)
    if region not in ARTICLE:
        return name
    return f"{'The' if first else 'the'} {name}"


def unit_of(form: Entry) -> str:
    """Return what a tonne is a tonne of."""
    return str(form.get("unit") or "t")


def weak(form: Entry) -> bool:
    """Return whether a form's account is of grade C or D."""
    return form.get("grade") in {"C", "D"}


def rough(form: Entry, tonnes: float) -> str:
    """Return a right or duty as its account carries it: two digits in grade C and D."""
    return amount(float(f"{tonnes:.2g}") if weak(form) else tonnes)


def form_head(form: Entry) -> str:
    """Return the line above one form."""
    members = joined([place(str(one["member"])) for one in form["emergency"]["members"]])
    title = str(form.get("title") or form["material"])
    return say("share_head", title=title, unit=unit_of(form), members=members)


def left_out_lines(content: Entry) -> list[str]:
    """Return which forms nobody of the group uses, and which the formula cannot divide."""
    unused: Sequence[str] = content.get("unused", ())
    undefined: Sequence[str] = content.get("undefined", ())
    return [say(f"share_{name}", names=joined(names))
            for name, names in (("unused", unused), ("undefined", undefined)) if names]


def emergency_lines(form: Entry) -> list[str]:
    """Return what the oil agreement asks of whom."""
    return [*_opening(form), *_group_lines(form), *_member_lines(form), *_basis_lines(form)]


def _opening(form: Entry) -> Iterator[str]:
    emergency, unit = form["emergency"], unit_of(form)
    members = emergency["members"]
    for one in members:
        if not one.get("supplies_told", True) and one["available"] > one["use"]:
            yield say("share_gain", name=place(str(one["member"]), first=True), unit=unit,
                      gain=amount(one["available"] - one["use"]),
                      available=amount(one["available"]), use=amount(one["use"]))
    yield say(
        "share_lost", loss=percent(emergency["loss"]), unit=unit,
        available=amount(sum(one["available"] for one in members)),
        use=amount(sum(one["use"] for one in members)),
    )
    if "bands" not in form:
        return
    if form["cases"] == 1:
        yield say("share_one_case")
        return
    band = form["bands"]["loss"]
    yield say("share_band", cases=form["cases"], band=_percents(band), case=form["case"])
    for branch, one in form["branches"].items():
        yield say("share_branch", branch=say(f"stress_{branch}"), band=_percents(one["loss"]),
                  cases=_counted(one["cases"]))
    for article, count in form["articles"].items():
        yield say("share_articles" if article else "share_articles_none", count=count,
                  cases=form["cases"], what=say(f"share_article_{article}"))


def _percents(band: Entry) -> str:
    """Return a band of shares, once where its ends read the same."""
    low, high = percent(band["low"]), percent(band["high"])
    return low if low == high else say("share_from_to", low=low, high=high)


def _counted(cases: int) -> str:
    return say("share_a_case") if cases == 1 else say("share_many_cases", cases=cases)


def _group_lines(form: Entry) -> Iterator[str]:
    emergency, unit = form["emergency"], unit_of(form)
    article = emergency["article"]
    if not article:
        yield say("share_none")
        return
    if article == "17":
        names = [place(one["member"]) for one in emergency["members"] if one["selective"]]
        yield say("share_selective", names=joined(names))
        return
    yield say("share_restraint", article=say(f"share_article_{article}"),
              restraint=percent(emergency["restraint"]))
    shortfall = emergency["shortfall"]
    if not shortfall:
        yield say("share_no_shortfall")
        return
    key = "share_shortfall" if shortfall > 0 else "share_surplus"
    yield say(key, shortfall=amount(abs(shortfall)), unit=unit)
    if emergency["half_after"] is not None:
        yield say("share_half", months=f"{emergency['half_after']:.1f}")


def _member_lines(form: Entry) -> Iterator[str]:
    emergency, unit = form["emergency"], unit_of(form)
    if not emergency["article"]:
        return
    selective = emergency["article"] == "17"
    for one in emergency["members"]:
        name = place(str(one["member"]), first=True)
        if one["available"] < 0:
            yield say("share_ships_out", name=name)
        if selective:
            yield say("share_member_selective", name=name, unit=unit, use=amount(one["use"]),
                      available=amount(one["available"]), verdict=_verdict(form, one))
            continue
        yield say(
            "share_member", name=name, unit=unit, permissible=amount(one["permissible"]),
            drawdown=_drawdown(one["drawdown"]), supply_right=amount(one["supply_right"]),
            available=amount(one["available"]), verdict=_verdict(form, one),
        )
        if one["supply_right"] < 0:
            yield say("share_beyond", name=name, unit=unit, tonnes=amount(-one["supply_right"]))
        if one.get("spare"):
            yield say("share_spare", name=name, unit=unit, tonnes=amount(one["spare"]))
    key = "share_identity_weak" if weak(form) else "share_identity"
    yield say(key, rights=rough(form, emergency["rights"]), unit=unit)
    unknown = [place(str(one["member"])) for one in emergency["members"]
               if not one.get("determined", True)]
    if unknown:
        yield say("share_undetermined", names=joined(unknown), moved=percent(form["moved"]))


def _drawdown(tonnes: float) -> str:
    key = "share_draws" if tonnes >= 0 else "share_puts"
    return say(key, tonnes=amount(abs(tonnes)))


def _verdict(form: Entry, one: Entry) -> str:
    unit = unit_of(form)
    if one["right"]:
        said = say("share_right", tonnes=rough(form, one["right"]), unit=unit)
    elif one["obligation"]:
        said = say("share_owes", tonnes=rough(form, one["obligation"]), unit=unit)
    else:
        return say("share_even")
    return said if one.get("determined", True) else say("share_sign_unknown", said=said)


def _basis_lines(form: Entry) -> Iterator[str]:
    commitments = form.get("commitments")
    if form["emergency"]["article"] in {"13", "14"} and commitments is not None:
        if commitments["days"] is not None:
            yield say("share_commitments_days", days=commitments["days"])
        else:
            yield say("share_commitments_held")
        if not commitments["held"]:
            yield say("share_unproven")
    if weak(form):
        grade = str(form["grade"])
        yield say("share_weak", grade=grade, what=say(f"share_weak_{grade}"))


def rule_lines(form: Entry) -> list[str]:
    """Return what the rival rules have in common and where they differ."""
    rules: Sequence[Entry] = form["rules"]
    if not rules:
        members = form["emergency"]["members"]
        there = sum(one["available"] for one in members)
        if 0 <= there <= sum(one["use"] for one in members):
            return [*_left_out(form)]
        return [say("share_negative" if there < 0 else "share_enough")]
    found = [*_oil_line(form), *_refusals(rules), *_reserve_lines(form), *_givers(rules),
             *_worst(rules)]
    if any(one["rule"] in {"need-first", "defence-first"} for one in rules):
        found.append(say("share_classes" if "commitments" in form else "share_classes_own"))
    return [*found, *_left_out(form)]


def _left_out(content: Entry) -> Iterator[str]:
    """Yield which rules are left out, by what is missing."""
    why: Mapping[str, str] = content["left_out"]
    for reason in dict.fromkeys(why.values()):
        names = [rule_name(rule) for rule, other in why.items() if other == reason]
        yield say(f"share_left_{reason}", rules=joined(names))


def _reserve_lines(form: Entry) -> Iterator[str]:
    """Yield with which reserve a refusal of the oil agreement was judged."""
    oil = next((one for one in form["rules"] if one["rule"] == OIL), None)
    months, unit = form["months"], unit_of(form)
    for one in form["emergency"]["members"]:
        reserve = one["counted_reserve"]
        if oil is None or one["member"] not in oil["refuse"] or not reserve:
            continue
        lasts = one["commitment"] if one["reserve"] is None else one["reserve"]
        yield say(
            "share_refuse_reserve", name=place(str(one["member"])), months=months, unit=unit,
            reserve=amount(reserve), alone=amount(min(one["use"], one["production_now"] + reserve)),
            under=amount(max(0.0, min(one["use"], one["supply_right"] + reserve))),
            what=say("share_as_known" if one["reserve"] is not None else "share_as_committed"),
            lasts="" if one["drawdown"] <= 0 else say(
                "share_refuse_lasts", used=amount(one["used"]),
                months=f"{lasts / one['drawdown']:.1f}"),
        )


def _oil_line(form: Entry) -> Iterator[str]:
    shown = any(one["rule"] == "oil-agreement" for one in form["rules"])
    if shown and form["emergency"]["restraint"]:
        yield say("share_oil_line", share=percent(1.0 - form["emergency"]["restraint"]))


def says_lines(form: Entry) -> list[str]:
    """Return what each rule says, in one sentence."""
    return [f"{rule_name(one['rule'])}: {say('share_says_' + str(one['rule']))}"
            for one in form["rules"]]


def division_lines(content: Entry) -> list[str]:
    """Return what a division of your own claims says."""
    rules: Sequence[Entry] = content["rules"]
    head = say("share_all_left", available=amount(content["available"]),
               claimed=amount(content["claimed"]), unit=content["unit"])
    said = says_lines(content)
    alone = any(one["alone"] for one in content["members"])
    refused = [*_refusals(rules)] if alone else []
    return [head, *said, *refused, *_worst(rules), *_left_out(content)]


def _refusals(rules: Sequence[Entry]) -> Iterator[str]:
    by_member: dict[str, list[str]] = {}
    for one in rules:
        for name in one["refuse"]:
            by_member.setdefault(name, []).append(rule_name(one["rule"]))
    for name, refused in by_member.items():
        yield say("share_refusers", names=place(name, first=True), rules=joined(refused))
    if by_member:
        yield say("share_refuse_cargoes")
    else:
        yield say("share_nobody_refuses")


def _givers(rules: Sequence[Entry]) -> Iterator[str]:
    under: dict[str, list[str]] = {}
    for one in rules:
        for name in one["give_up"]:
            under.setdefault(name, []).append(rule_name(one["rule"]))
    for name, found in sorted(under.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        which = say("share_every_rule") if len(found) == len(rules) > 1 else joined(found)
        yield say("share_given_up", name=place(name, first=True), rules=which)


def _worst(all_rules: Sequence[Entry]) -> Iterator[str]:
    rules = [one for one in all_rules if one["rule"] != OIL]
    if len(rules) > 1:
        best = max(rules, key=lambda one: one["smallest"])
        worst = min(rules, key=lambda one: one["smallest"])
        if best["smallest"] > worst["smallest"]:
            yield say("share_worst", most=percent(best["smallest"]),
                      best=rule_name(best["rule"]), least=percent(worst["smallest"]),
                      worst=rule_name(worst["rule"]))


def trigger_lines(form: Entry) -> list[str]:
    """Return what each exporter alone can activate, the three largest."""
    found: list[str] = []
    for one in form["triggers"][:EXPORTERS]:
        name = place(str(one["exporter"]), first=True)
        shallow = one["group"]["13"]
        if shallow is None and one["first"] is None:
            found.append(say("share_trigger_none", name=name, share=percent(one["share"])))
            continue
        parts: list[str] = []
        if one["first"] is not None:
            parts.append(say("share_trigger_one", share=percent(one["selective"]),
                             member=place(str(one["first"]))))
        if shallow is not None:
            parts.append(say("share_trigger_group", share=percent(shallow), article="13"))
        if one["group"]["14"] is not None:
            parts.append(say("share_trigger_group", share=percent(one["group"]["14"]),
                             article="14"))
        found.append(say("share_trigger", name=name, share=percent(one["share"]),
                         what="; ".join(parts)))
    return found
