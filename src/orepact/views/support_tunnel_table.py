"""Rows and sentences of a wind tunnel, for the terminal and the brief."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views.names import material_name, region_name
from orepact.views.texts import TEXTS, say

__all__ = [
    "MONEY_COLUMNS",
    "TRADE_COLUMNS",
    "answer_heading",
    "answer_name",
    "band_text",
    "column_heads",
    "counted",
    "headline",
    "millions",
    "plain",
    "plant_rows",
    "product_rows",
    "support_name",
    "terminal_rows",
    "tunnel_rows",
    "who_rows",
    "whole",
    "year_rows",
]

Entry = Mapping[str, Any]

NONE = "none"
MILLION = 1e6
MINUS = "\N{MINUS SIGN}"

MONEY_COLUMNS = ("answer", "support", "public", "buyers", "sum", "tail", "first", "second", "made",
                 "plants", "months")
"""What is paid, by whom, and the plants that it keeps."""

TRADE_COLUMNS = ("answer", "support", "output", "zone", "outside", "abroad", "hidden", "leakage")
"""What it changes in the zone, outside of it, and on the way round."""

SAME = 1e-6

CLOSE = 0.01
"""Outputs that differ by less than this part are alike."""

LEAST, SMALL = 0.05, 10.0
"""Between these percentages a decimal is told."""

LARGE = 0.1
"""Share of what buyers pay more from which on a product is told."""

SHOWN = 2
"""Products whose buyers are told apart."""


def answer_name(name: str) -> str:
    """Return what an answer is called in a word or two."""
    key = f"tunnel_short_{name.rpartition('-')[2]}"
    return say(key) if key in TEXTS else name


def answer_heading(answer: Entry) -> str:
    """Return the title of the table of an answer."""
    if answer["answer"] == NONE:
        return say("tunnel_answer_none")
    return say("tunnel_heading", answer=answer_name(answer["answer"]).capitalize(),
               title=answer["title"])


def column_heads(run: Entry) -> dict[str, str]:
    """Return the heads of all columns, products by their names."""
    names = [material_name(name) for name in _products(run)]
    heads = {name: say(f"tunnel_{name}") for name in (
        "answer_word", "support", "public", "tail", "buyers", "sum", "made", "plants", "months",
        "output", "zone", "outside", "abroad", "hidden", "leakage")}
    heads["answer"] = heads.pop("answer_word")
    found = dict.fromkeys(("first", "second"), "")
    found |= {place: say("tunnel_of_it", product=name)
              for place, name in zip(("first", "second"), names, strict=False)}
    return {**heads, **found}


def _products(run: Entry) -> list[str]:
    """Return the products for which buyers pay most more, or less, the most first."""
    most: dict[str, float] = {}
    for one in run["results"]:
        for product in one["buyers"]["products"]:
            name = product["material"]
            most[name] = max(most.get(name, 0.0), abs(product["extra"]["middle"]))
    return sorted(most, key=lambda name: -most[name])[:SHOWN]


def support_name(run: Entry, name: str, *, brief: bool = False) -> str:
    """Return what a support is called: its kind, or its own name where kinds repeat."""
    if name == NONE:
        return say("tunnel_brief_none" if brief else "tunnel_none")
    kinds = {one["support"]: one["instruments"][0]["kind"] for one in run["supports"]
             if len(one["instruments"]) == 1}
    kind = kinds.get(name, "")
    if not kind or list(kinds.values()).count(kind) > 1:
        return name
    return say(f"tunnel_brief_{kind}" if brief else f"tunnel_kind_{kind}")


def headline(run: Entry) -> list[str]:
    """Return what the wind tunnel says: a head, then a sentence per answer."""
    members = len(run["design"]["parameter_sets"])
    sets = say("tunnel_one_set") if members == 1 else say("tunnel_sets", members=members)
    lines = [
        say("tunnel_title", chain=run["title"]),
        say("tunnel_meta", zone=", ".join(map(region_name, run["zone"])),
            stages=", ".join(material_name(one["material"]) for one in run["stages"]),
            exporter=region_name(run["exporter"]), sets=sets, paths=run["design"]["paths"],
            first=run["first_month"], months=run["months"]),
    ]
    return lines + [_answer_line(run, one["answer"]) for one in run["answers"]]


def _answer_line(run: Entry, answer: str) -> str:
    quiet = _quiet(run, answer)["plants"]
    mine = [one for one in run["results"] if one["answer"] == answer]
    base = {"answer": answer_name(answer).capitalize(), "of": f"{quiet['of']:.0f}",
            "without": _count(quiet["open_at_end"]), "quiet": _made(quiet)}
    most = max(one["plants"]["output"]["middle"] for one in mine)
    if most <= quiet["output"]["middle"] * (1.0 + CLOSE) + SAME:
        return say("tunnel_line_same", **base)
    first = [one for one in mine if one["plants"]["output"]["middle"] >= most * (1.0 - CLOSE)]
    best = min(first, key=whole)
    return say(
        "tunnel_line" if len(first) > 1 else "tunnel_line_one", made=_made(best["plants"]),
        open=_count(best["plants"]["open_at_end"]),
        names=say("tunnel_every") if len(first) == len(mine) else ", ".join(
            support_name(run, one["support"], brief=True) for one in first),
        best=support_name(run, best["support"], brief=True), total=millions(whole(best)),
        cost=millions(best["public"]["settled"]["middle"]),
        buyers=millions(best["buyers"]["total"]["middle"]), **base)


def _made(plants: Entry) -> str:
    return say("tunnel_made_words", tonnes=plain(plants["output"]["middle"], 0),
               used=_used(plants), last=plain(plants["output_last_year"]["middle"], 0))


def _used(plants: Entry) -> str:
    share = 100.0 * plants["capacity_used"]["middle"]
    return plain(share, 1 if LEAST <= share < SMALL else 0)


def whole(one: Entry) -> float:
    """Return what public and buyers pay together on the settled path (USD a year)."""
    return one["public"]["settled"]["middle"] + one["buyers"]["total"]["middle"]


def counted(run: Entry) -> str:
    """Return how many plants are counted: those that make a stage on which a support acts."""
    return f"{max(one['plants']['of'] for one in run['without']):.0f}"


def tunnel_rows(run: Entry) -> list[dict[str, str]]:
    """Return a row per answer and support, no instrument first under each answer."""
    rows: list[dict[str, str]] = []
    for answer in run["answers"]:
        name = answer["answer"]
        quiet = _quiet(run, name)
        rows.append({
            **dict.fromkeys((*MONEY_COLUMNS, *TRADE_COLUMNS), ""),
            "answer": answer_name(name), "support": support_name(run, NONE, brief=True),
            "made": _made_band(quiet["plants"]), "plants": _plants(quiet["plants"]),
            "months": _percent(quiet["plants"]["open_months"]),
            "hidden": _hidden(quiet["hidden"], quiet["hidden_share"]),
        })
        rows += [{"answer": answer_name(name), **_row(run, one)}
                 for one in run["results"] if one["answer"] == name]
    return rows


def _row(run: Entry, one: Entry) -> dict[str, str]:
    extra = {product["material"]: _money(product["extra"])
             for product in one["buyers"]["products"]}
    told = [extra.get(name, "") for name in _products(run)] + [""] * SHOWN
    trade, prices = one["trade"], one["prices"]
    return {
        "support": support_name(run, one["support"], brief=True),
        "public": _money(one["public"]["settled"]), "buyers": _money(one["buyers"]["total"]),
        "sum": millions(whole(one)), "tail": _paths(one["public"]),
        "made": _made_band(one["plants"]), "first": told[0], "second": told[1],
        "plants": _plants(one["plants"]), "months": _percent(one["plants"]["open_months"]),
        "output": band_text(trade["output_change"], 0), "zone": _percent(
            prices["zone_change"], signed=True),
        "outside": _percent(prices["outside_change"], signed=True),
        "abroad": band_text(trade["abroad_change"], 0),
        "hidden": _hidden(trade["hidden"], trade["hidden_share"]),
        "leakage": _leakage(trade),
    }


def terminal_rows(run: Entry, answer: str) -> list[dict[str, str]]:
    """Return the rows of one answer for a terminal: middles alone, narrow columns."""
    quiet = _quiet(run, answer)
    heads = {name: say(f"tunnel_head_{name}") for name in (
        "support", "public", "buyers", "sum", "made", "plants", "outside", "hidden", "leakage")}

    def row(plants: Entry, hidden: Entry, **cells: str) -> dict[str, str]:
        found = {**dict.fromkeys(heads, ""), **cells,
                 "made": f"{plain(plants['output']['middle'], 0)} ({_used(plants)})",
                 "plants": f"{_middle(plants['open_at_end'])}/{plants['of']:.0f}",
                 "hidden": plain(hidden["middle"], 0)}
        return {heads[name]: found[name] for name in heads}

    rows = [row(quiet["plants"], quiet["hidden"], support=support_name(run, NONE, brief=True))]
    for one in run["results"]:
        if one["answer"] == answer:
            leakage = one["trade"]["leakage"]
            rows.append(row(
                one["plants"], one["trade"]["hidden"],
                support=support_name(run, one["support"], brief=True),
                public=millions(one["public"]["settled"]["middle"]),
                buyers=millions(one["buyers"]["total"]["middle"]), sum=millions(whole(one)),
                outside=plain(100.0 * one["prices"]["outside_change"]["middle"], 1),
                leakage="–" if leakage is None else plain(100.0 * leakage["middle"], 0)))
    return rows


def product_rows(run: Entry) -> list[dict[str, str]]:
    """Return what buyers pay more by product: a row per support and product, answers across."""
    rows: list[dict[str, str]] = []
    for support in run["supports"]:
        mine = {one["answer"]: one for one in run["results"]
                if one["support"] == support["support"]}
        for name in _products(run):
            extra = {
                answer: next(each["extra"] for each in one["buyers"]["products"]
                             if each["material"] == name)
                for answer, one in mine.items()
            }
            rows.append({
                say("tunnel_head_support"): support_name(run, support["support"], brief=True),
                say("tunnel_product"): material_name(name),
                **{answer_name(answer): millions(band["middle"])
                   for answer, band in extra.items()},
            })
    return rows


def year_rows(run: Entry) -> list[dict[str, str]]:
    """Return public cost by year, mean and 95th percentile: a row per support and answer."""
    return [
        {
            say("tunnel_head_support"): support_name(run, support["support"], brief=True),
            say("tunnel_answer_word"): answer_name(one["answer"]),
            say("tunnel_head_all_years"): _paths(one["public"]),
            **{say("tunnel_head_year", number=number + 1):
               _paths(each)
               for number, each in enumerate(one["public"]["years"])},
        }
        for support in run["supports"] for one in run["results"]
        if one["support"] == support["support"]
    ]


def who_rows(run: Entry, answer: str) -> list[dict[str, str]]:
    """Return who pays more under an answer: a row per support and product that matters."""
    rows: list[dict[str, str]] = []
    for one in run["results"]:
        if one["answer"] != answer:
            continue
        for product in one["buyers"]["products"]:
            if abs(product["extra"]["middle"]) < LARGE * abs(one["buyers"]["total"]["middle"]):
                continue
            rows.append({
                "support": support_name(run, one["support"], brief=True),
                "product": material_name(product["material"]),
                "extra": _money(product["extra"]),
                "per_tonne": band_text(product["per_tonne"], 0),
                "use": _percent(product["use_change"], signed=True),
                **{region: millions(band["middle"])
                   for region, band in product["by_region"].items()},
            })
    return rows


def plant_rows(run: Entry, answer: str) -> list[dict[str, str]]:
    """Return a row per plant: share of months open, and what it makes, under each support."""
    titles = {one["plant"]: one["title"] for one in run["plants"]}
    columns = {NONE: _quiet(run, answer)["plants"]["plants"]} | {
        one["support"]: one["plants"]["plants"] for one in run["results"]
        if one["answer"] == answer}
    apart = {one["plant"] for one in run["plants"] if not one["reached"]}
    return [
        {"plant": titles[plant] + (say("tunnel_apart") if plant in apart else ""), **{
            name: _plant_cell(next(each for each in plants if each["plant"] == plant))
            for name, plants in columns.items()}}
        for plant in titles
    ]


def _plant_cell(plant: Entry) -> str:
    return (f"{100.0 * plant['open_months']['middle']:.0f} %, "
            f"{plain(plant['output']['middle'], 0)} ({_used(plant)})")


def millions(dollars: float) -> str:
    """Return dollars as millions with as many digits as help to compare them."""
    return plain(dollars / MILLION, _decimals(dollars / MILLION))


def band_text(band: Entry, decimals: int, scale: float = 1.0) -> str:
    """Return a band as ``middle (low to high)``, as one number where all are alike."""
    if band["middle"] is None:
        return say("tunnel_unresolved")
    middle, low, high = (plain(band[name] * scale, decimals)
                         for name in ("middle", "low", "high"))
    return middle if low == high else f"{middle} ({low} to {high})"


def _money(band: Entry) -> str:
    ends = [abs(band[name]) / MILLION for name in ("low", "high")]
    return band_text(band, _decimals(max(ends)), 1.0 / MILLION)


def _decimals(number: float) -> int:
    return 0 if abs(number) >= 10.0 else 1


def _paths(cost: Entry) -> str:
    """Return the mean over price paths with its 95th percentile."""
    return f"{millions(cost['mean'])} ({millions(cost['p95'])})"


def _made_band(plants: Entry) -> str:
    return f"{band_text(plants['output'], 0)}; {_used(plants)} %"


def _plants(plants: Entry) -> str:
    return f"{_count(plants['open_at_end'])} of {plants['of']:.0f}"


def _count(band: Entry) -> str:
    whole = all(float(band[end]).is_integer() for end in ("middle", "low", "high"))
    return band_text(band, 0 if whole else 1)


def _middle(band: Entry) -> str:
    return _count({**band, "low": band["middle"], "high": band["middle"]})


def _percent(band: Entry, *, signed: bool = False) -> str:
    if band["middle"] is None:
        return say("tunnel_unresolved")
    decimals = 1 if signed else 0
    return band_text(band, decimals, 100.0)


def _leakage(trade: Entry) -> str:
    band = trade["leakage"]
    return "–" if band is None else _percent(band)


def _hidden(band: Entry, share: Entry) -> str:
    return f"{plain(band['middle'], 0)} ({100.0 * share['middle']:.0f})"


def plain(number: float, decimals: int) -> str:
    """Return a number with a true minus sign, none before a zero."""
    text = f"{abs(number):,.{decimals}f}"
    return f"{MINUS}{text}" if number < 0.0 and float(text.replace(",", "")) else text


def _quiet(run: Entry, answer: str) -> Entry:
    return next(one for one in run["without"] if one["answer"] == answer)

