"""Rows and sentences of margins, injury and the lesser duty, from plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views.texts import say

__all__ = [
    "GROUP_COLUMNS",
    "ITEM_COLUMNS",
    "MARGIN_COLUMNS",
    "PRODUCT_COLUMNS",
    "group_rows",
    "injury_notes",
    "item_rows",
    "margin_notes",
    "margin_rows",
    "margin_title",
    "noticed",
    "product_rows",
    "share_text",
]

Entry = Mapping[str, Any]

WHOLE = 99.5
"""Per cent from which on no decimals are printed."""

TARGET_PROFIT = 0.06
"""Least target profit in the European Union, as a fraction of the price (from memory)."""

MARGIN_COLUMNS = ("comparison", "margin [%]", "dumped [USD]", "exports [USD]", "may it be used")
PRODUCT_COLUMNS = ("product", "normal value [USD/t]", "export price [USD/t]", "exported [t]",
                   "rests on", "home sales / exports")
GROUP_COLUMNS = ("group", "volume [%]", "below the others [%]", "deviations", "significant")
ITEM_COLUMNS = ("product", "quantity [t]", "landed [USD/t]", "without injury [USD/t]",
                "margin [% of landed]")


def noticed(content: Entry) -> dict[str, Any]:
    """Return plain values with the notice that stands on every output of trade defence."""
    head = {name: content[name] for name in ("format",) if name in content}
    return {**head, "notice": say("defence_notice"), **content}


def share_text(value: float | None, digits: int = 3) -> str:
    """Return a fraction in per cent with its sign, empty for none; no power of ten."""
    if value is None:
        return ""
    whole = abs(100.0 * value) >= WHOLE
    return f"{100.0 * value:,.0f} %" if whole else f"{100.0 * value:.{digits}g} %"


def margin_title(content: Entry) -> str:
    """Return the title of the table of margins."""
    kind = content["value_is"].replace(" ", "_")
    return say("defence_margin_title", sheet=content["sheet"],
               value_is=say(f"defence_value_{kind}"))


def margin_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per comparison: its margin, and whether Article 2.4.2 lets it be used."""
    return [
        {
            "comparison": _method(each),
            "margin [%]": f"{100.0 * each['margin']:.2f}",
            "dumped [USD]": f"{each['amount']:,.0f}",
            "exports [USD]": f"{each['value']:,.0f}",
            "may it be used": _allowed(each, flips=_flips(content)),
        }
        for each in content["margins"]
    ]


def product_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per product: its normal value, what that rests on, and its export price."""
    prices = {each["product"]: each["export_price"] for each in content["margins"][0]["products"]}
    return [
        {
            "product": each["product"] or say("defence_one_product"),
            "normal value [USD/t]": f"{each['normal_value']:,.2f}",
            "export price [USD/t]": f"{prices[each['product']]:,.2f}",
            "exported [t]": f"{each['exported']:,.6g}",
            "rests on": each["basis"],
            "home sales / exports": share_text(each["home_over_exports"]),
        }
        for each in content["products"]
    ]


def group_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per purchaser, region and quarter of the export sales."""
    return [
        {
            "group": f"{each['dimension']} {each['name']}",
            "volume [%]": f"{100.0 * each['share']:.3g}",
            "below the others [%]": f"{100.0 * each['difference']:.3g}",
            "deviations": "∞" if each["distance"] is None else f"{each['distance']:.2g}",
            "significant": say("defence_yes" if each["significant"] else "defence_no"),
        }
        for each in content["pattern"]["groups"]
    ]


def margin_notes(content: Entry) -> list[str]:
    """Return what a reader of the margins must know, the notice first."""
    cards = {each["card"]: each["value"] for each in content["cards"]}
    margins: Sequence[Entry] = content["margins"]
    small = [_method(each) for each in margins if each["below_de_minimis"]]
    lines = [say("defence_notice"), say("defence_wt_is_ww")]
    if small:
        lines.append(say("defence_de_minimis", methods=", ".join(small)))
    lines += [
        say("defence_straddle", method=_method(each), border=share_text(each["margin"]),
            price=share_text(each["margin_on_export_price"]))
        for each in margins
        if (each["margin"] < content["de_minimis"]) != each["below_de_minimis"]
    ]
    if rows := sorted({row for each in margins for row in each["unpaired"]}):
        lines.append(say("defence_unpaired", rows=_rows(rows)))
    if any(each["zeroing"] for each in margins):
        lines.append(say("defence_zeroed"))
    if not any(each["method"] == "T-T" for each in margins):
        lines.append(say("defence_no_tt"))
    lines += _cost_notes(content["products"])
    if not content["pattern"]["groups"]:
        lines.append(say("defence_pattern_none"))
    lines.append(say("defence_pattern_cards", difference=share_text(cards["pattern-difference"]),
                     distance=f"{cards['pattern-distance']:g}",
                     share=share_text(cards["pattern-share"])))
    if content["pattern"]["groups"]:
        lines.append(_ends(content["pattern"]))
    lines.append(say("defence_eu_wt", told=", ".join(
        say("defence_eu_method", method=_method(each), margin=share_text(each["margin"]))
        for each in margins if not each["zeroing"])))
    return lines


def item_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per product of a sheet on injury."""
    return [
        {
            "product": each["product"] or say("defence_one_product"),
            "quantity [t]": f"{each['quantity']:,.6g}",
            "landed [USD/t]": f"{each['landed']:,.2f}",
            "without injury [USD/t]": f"{each['target']:,.2f}",
            "margin [% of landed]": f"{100.0 * each['margin']:.2f}",
        }
        for each in content["items"]
    ]


def injury_notes(content: Entry) -> list[str]:
    """Return margins and the lesser duty in sentences, the notice first."""
    on_cif = content["margin_on_cif"]
    cif = "" if on_cif is None else say("defence_injury_cif", margin=share_text(on_cif))
    lines = [say("defence_notice"),
             say("defence_injury", margin=share_text(content["margin"]), cif=cif)]
    if content["undercutting"] is None:
        lines.append(say("defence_no_undercutting"))
    else:
        lines.append(say("defence_undercutting", value=share_text(content["undercutting"])))
    duty = content["duty"]
    if duty is None:
        return [*lines, say("defence_no_duty"), *_profits(content["items"])]
    on = say("defence_value_cif") if duty["on"] == "cif" else duty["on"]
    lines.append(say("defence_duty", duty=share_text(duty["duty"]),
                     dumping=share_text(duty["dumping"]), injury=share_text(duty["injury"]), on=on,
                     binds=say(f"defence_binds_{duty['binds'].replace(' ', '_')}")))
    if duty["dumping_basis"] == "as given":
        lines.append(say("defence_duty_given", on=on))
    if duty["converted"]:
        lines.append(say(f"defence_duty_{duty['converted']}", on=on,
                         found=share_text(duty["dumping_as_found"])))
    lines += _counts(duty, on)
    if duty["on"] != "cif":
        lines.append(say("defence_on_landed"))
    if duty["binds"] in {"dumping", "injury"}:
        lines.append(say("defence_eu_duty", dumping=share_text(duty["dumping"])))
    return lines + _profits(content["items"])


def _counts(duty: Entry, on: str) -> list[str]:
    """Return a line where 2 % lies between the margin over one price and over the other."""
    price, least = duty["dumping_on_export_price"], duty["de_minimis"]
    if price is None or (price < least) == (duty["dumping"] < least):
        return []
    counts = say("defence_counts_small" if price < least else "defence_counts_more",
                 border=share_text(duty["dumping"]), on=on)
    return [say("defence_duty_counts", price=share_text(price), counts=counts)]


def _profits(items: Sequence[Entry]) -> list[str]:
    """Return what European Union law asks of the profit in a price without injury."""
    known = [each for each in items if each["profit"] is not None]
    small = [each for each in known if each["profit"] < TARGET_PROFIT]
    lines = [] if not small else [say("defence_eu_profit", products=", ".join(
        f"{each['product'] or say('defence_one_product')} {share_text(each['profit'])}"
        for each in small))]
    return lines + ([say("defence_eu_profit_given")] if len(known) < len(items) else [])


def _flips(content: Entry) -> bool:
    """Tell whether an end of the cards says otherwise than their values on the pattern."""
    pattern = content["pattern"]
    return any(found != pattern["found"] for found in pattern["found_with_cards"].values())


def _ends(pattern: Entry) -> str:
    at = pattern["found_with_cards"]
    told = {edge: say("defence_pattern_yes" if found else "defence_pattern_no")
            for edge, found in at.items()}
    flips = any(found != pattern["found"] for found in at.values())
    return say("defence_pattern_ends", **told,
               ends=say("defence_pattern_flips" if flips else "defence_pattern_firm"))


def _rows(lines: Sequence[int]) -> str:
    return say("defence_row" if len(lines) == 1 else "defence_rows",
               rows=", ".join(map(str, lines)))


def _method(each: Entry) -> str:
    text = say(f"defence_{each['method'].replace('-', '').lower()}")
    text += say("defence_pattern_only") if each["sales"] == "pattern" else ""
    return text + (say("defence_zeroing") if each["zeroing"] else "")


def _allowed(each: Entry, *, flips: bool) -> str:
    if each["zeroing"] and not each["condition"]:
        return say("defence_zeroing_against")
    if each["condition"]:
        told = say(f"defence_condition_{each['condition'].replace(' ', '_')}")
        return told + (say("defence_condition_flips") if flips else "")
    if each["pairing"]:
        return say("defence_paired", pairing=each["pairing"])
    return say("defence_normally")


def _cost_notes(products: Sequence[Entry]) -> list[str]:
    lines = [say("defence_cost_unknown")] if any(
        each["below_cost"] is None for each in products) else []
    for each in products:
        name = each["product"] or say("defence_one_product")
        if each["below_cost"] and each["left_out"]:
            lines.append(say("defence_below_cost", product=name,
                             share=share_text(each["below_cost"]),
                             rows=_rows(each["left_out"])))
        elif each["below_cost"]:
            lines.append(say("defence_below_cost_kept", product=name,
                             share=share_text(each["below_cost"])))
    return lines
