"""Rows of text on what is held: forms, safe levels, purchases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views.texts import say

__all__ = [
    "FORM_COLUMNS",
    "LEVEL_COLUMNS",
    "OTHER_COLUMNS",
    "TOTAL_COLUMNS",
    "convention_rows",
    "form_notes",
    "form_rows",
    "level_notes",
    "level_rows",
    "ranged",
    "total_notes",
    "total_rows",
]

FORM_COLUMNS = ("material", "form", "purity", "storable", "shelf life [months]",
                "storage [USD/t/month]", "months to the next form")

FEW = 6
"""Forms whose reasons are printed below the table."""

MANY = 100.0
"""Numbers from here on are printed without decimals."""

Entry = Mapping[str, Any]


def form_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per stored form, with the ranges of its cards."""
    return [
        {
            "material": each["material"],
            "form": each["form"],
            "purity": f"{100 * each['purity']:.8g} % {each['of']}",
            "storable": each["storable"],
            "shelf life [months]": ranged(each["shelf_life"]) if each["shelf_life"]
            else say("forms_keeps"),
            "storage [USD/t/month]": ranged(each["storage_cost"]),
            "months to the next form": "; ".join(
                f"{name} {ranged(months)}" for name, months in each["months_to"].items()
            ) or say("forms_none"),
        }
        for each in content["forms"]
    ]


def form_notes(content: Entry) -> list[str]:
    """Return what a reader of the table must know."""
    cards: Sequence[Entry] = content["cards"]
    by = {each["card"]: each for each in cards}
    notice, interest = by["release-notice"], by["capital-rate"]
    few = content["forms"] if len(content["forms"]) <= FEW else ()
    return [
        *(f"{each['material']}: {each['reason']}." for each in few),
        say("forms_notice", low=f"{notice['low']:g}", high=f"{notice['high']:g}",
            interest_low=f"{100 * interest['low']:g}",
            interest_high=f"{100 * interest['high']:g} %"),
        say("forms_cards"),
    ]


def ranged(span: Entry) -> str:
    """Return a middle value with its range, two significant digits."""
    value, low, high = (_short(span[name]) for name in ("value", "low", "high"))
    return value if low == high else f"{value} ({low} to {high})"


def _short(value: float) -> str:
    return f"{value:.2g}" if abs(value) < MANY else f"{float(f'{value:.2g}'):,.0f}"


LEVEL_COLUMNS = ("form", "grade", "net imports [t/day]", "days", "safe level [t]",
                 "stocks counted [t]", "gap [t]", "covered [days]")


def level_rows(content: Entry, *, every: bool = False) -> list[dict[str, str]]:
    """Return a row per form: net imports, days, safe level, stocks, gap, days covered.

    Forms of which neither net imports nor stocks are known have a row if `every` is set; else
    `level_notes` names them in one sentence.
    """
    rows: list[dict[str, str]] = []
    counted = content["stocks_given"] or bool(content["published_stocks"])
    for form, by in _by_form(content).items():
        if not every and _placeless(by):
            continue
        rows.append({
            "form": form,
            "grade": str(by["daily net imports"]["coverage"].get("grade", "")),
            "net imports [t/day]": _figure(by["daily net imports"]),
            "days": _figure(by["days of the safe level"]),
            "safe level [t]": _figure(by["safe level"]),
            "stocks counted [t]": _both(by["public stocks counted"], by["private stocks counted"])
            if counted else "",
            "gap [t]": _figure(by["gap to the safe level"]) if counted else "",
            "covered [days]": _figure(by["days of net imports covered"])
            if counted else "",
            "days asked and scaled": _scaled(by["days of the safe level"]),
            "base months": str(by["daily net imports"]["period"]),
        })
    return rows


OTHER_COLUMNS = ("form", "days of net imports [t]", "days of use [t]", "oil method, 90 days [t]",
                 "oil method, covered [days]")


def convention_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per form: what other conventions ask for beside the safe level."""
    return [
        {
            "form": form,
            "days of net imports [t]": _figure(by["safe level"]),
            "days of use [t]": _figure(by["days of use: tonnes for the same days"]),
            "oil method, 90 days [t]": _figure(by["oil method: tonnes for 90 days"]),
            "oil method, covered [days]": _figure(by["oil method: days covered"])
            if content["stocks_given"] or content["published_stocks"] else "",
        }
        for form, by in _by_form(content).items()
        if not _placeless(by)
    ]


def level_notes(content: Entry) -> list[str]:
    """Return what a reader of safe levels must know: cards, flat days, what does not count."""
    by = _by_form(content)
    gone = [form for form, figures in by.items() if _placeless(figures)]
    told_of = {form: figures for form, figures in by.items() if form not in gone}
    lines = [say("level_placeless", count=len(gone), region=content["region"],
                 forms=", ".join(gone) if len(gone) <= FEW else say("level_many"))] if gone else []
    if not told_of:
        return lines
    minerals = {figures["daily net imports"]["mineral"]: figures for figures in told_of.values()}
    scaled, periods = dict[str, list[str]](), dict[str, list[str]]()
    for mineral, figures in minerals.items():
        scaled.setdefault(_scaled(figures["days of the safe level"]), []).append(mineral)
        periods.setdefault(figures["daily net imports"]["period"], []).append(mineral)
    lines += [say("level_cards"), say("level_scaled", days=_grouped(scaled)),
              say("level_months", periods=_grouped(periods))]
    flat: dict[str, list[str]] = {}
    for each in content["figures"]:
        if each["indicator"] != "days of the safe level" or each["form"] not in told_of:
            continue
        if each["note"]:
            flat.setdefault(each["note"], []).append(each["form"])
    lines += [f"{note[0].upper()}{note[1:]}: {', '.join(forms)}." for note, forms in flat.items()]
    left = [
        each["note"] for each in content["figures"]
        if each["indicator"] == "public stocks counted" and each["note"]
    ]
    lines += [say("level_left", stocks=note) for note in left]
    shown = {each["form"] for each in content["figures"]}
    told = [each["stock"] for each in content["published_stocks"]
            if each["form"] in shown and each["tonnes"] is not None]
    if told:
        lines.append(say("level_published", stocks=", ".join(told)))
    if content["stocks_without_form"]:
        lines.append(say("level_formless", stocks=", ".join(content["stocks_without_form"])))
    weak = [
        each["form"] for each in content["figures"]
        if each["indicator"] == "daily net imports" and each["coverage"].get("grade") == "D"
        and each["form"] in told_of
    ]
    if weak:
        lines.append(say("level_weak", forms=", ".join(weak)))
    return lines


def _by_form(content: Entry) -> dict[str, dict[str, Entry]]:
    found: dict[str, dict[str, Entry]] = {}
    for each in content["figures"]:
        found.setdefault(each["form"], {})[each["indicator"]] = each
    return found


def _grouped(groups: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{words} {', '.join(names)}" for words, names in groups.items())


def _placeless(by: Mapping[str, Entry]) -> bool:
    """Whether neither net imports of a form are known nor any stock of it counts."""
    held = (by["public stocks counted"], by["private stocks counted"])
    return by["daily net imports"]["value"] is None and not any(
        each["value"] or each["low"] or each["missing"] for each in held
    )


def _scaled(figure: Entry) -> str:
    """Return the days asked for, and how often risk and importance take them."""
    base, _, factor = figure["arithmetic"].split(" = ")[0].partition(" x ")
    return f"{base} x {float(factor):.2g}"


def _figure(figure: Entry) -> str:
    if figure["value"] is None and figure["low"] and figure["high"] is None:
        return say("level_least", value=_short(figure["low"]))
    if figure["value"] is None and figure["high"] is not None:
        return say("level_most", value=_short(figure["high"]))
    if figure["value"] is None:
        return say("level_unknown")
    low = figure["value"] if figure["low"] is None else figure["low"]
    high = figure["value"] if figure["high"] is None else figure["high"]
    return ranged({"value": figure["value"], "low": low, "high": high})


def _both(one: Entry, other: Entry) -> str:
    """Return two amounts together; the least of them where one is not known."""
    names = ("value", "high") if None in {one["value"], other["value"]} else ()
    return _figure({
        name: None if name in names else float(one[name]) + float(other[name])
        for name in ("value", "low", "high")
    })


TOTAL_COLUMNS = ("mineral", "public [t]", "private [t]", "all [t]", "private holders", "rules")


def total_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per mineral: what may be published, and which rule forbids what may not."""
    return [
        {
            "mineral": each["mineral"],
            "public [t]": _public(each),
            "private [t]": _private(each),
            "all [t]": _amount(each["total_t"]) if each["safe"] else say("total_hidden"),
            "private holders": str(each["private_holders"]) if each["safe"] else "",
            "rules": ", ".join(each["broken_rules"]) or _kept(each),
        }
        for each in content["totals"]
    ]


def total_notes(content: Entry) -> list[str]:
    """Return the rules, and the stocks that are in no total."""
    lines = [say("total_rules", rules=", ".join(content["rules"]))]
    unknown = [name for each in content["totals"] for name in each["unknown_stocks"]]
    if unknown:
        lines.append(say("total_unknown", stocks=", ".join(unknown)))
    return lines


def _public(each: Entry) -> str:
    if not each["public_stocks"]:
        return say("total_none")
    if each["public_t"] is None and each["public_least_t"]:
        return say("level_least", value=_amount(each["public_least_t"]))
    return _amount(each["public_t"])


def _private(each: Entry) -> str:
    if not each["private_stocks"]:
        return say("total_none")
    return _amount(each["private_t"]) if each["safe"] else say("total_hidden")


def _kept(each: Entry) -> str:
    if not each["private_stocks"]:
        return ""
    if each["withheld_holders"] == each["private_holders"]:
        return say("total_unchecked")
    if each["withheld_holders"]:
        return say("total_partly", count=each["withheld_holders"])
    return say("total_kept")


def _amount(tonnes: float | None) -> str:
    return say("level_unknown") if tonnes is None else f"{tonnes:,.6g}"
