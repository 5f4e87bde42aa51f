"""What a tonne under support costs, who bears a premium, what the ends of single cards decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orepact.views.support_tunnel_table import (
    NONE,
    answer_name,
    counted,
    millions,
    plain,
    support_name,
)
from orepact.views.texts import say

__all__ = ["card_amount", "cash_line", "end_tables", "levy_lines", "slope_line", "tonne_rows"]

Entry = Mapping[str, Any]
Rows = list[dict[str, str]]

SLOPE = "tunnel-qualification"
ENDS = ("low", "high")
KILO = 1000.0
FLOOR, TIER = "border-floor", "standards-tier"


def tonne_rows(run: Entry) -> Rows:
    """Return tonnes paid for, dollars a tonne, and what the cap would cost at that.

    Only of supports that the public pays for by the tonne, up to a cap.
    """
    caps = {one["support"]: one["cap"] for one in run["supports"] if one["cap"] is not None}
    rows: Rows = []
    for one in run["results"]:
        tonnes = one["public"]["tonnes"]["middle"]
        if one["support"] not in caps or tonnes <= 0.0:
            continue
        unit, cap = one["public"]["paid"]["middle"] / tonnes, caps[one["support"]]
        rows.append({
            say("tunnel_head_support"): support_name(run, one["support"], brief=True),
            say("tunnel_answer_word"): answer_name(one["answer"]),
            say("tunnel_head_tonnes"): plain(tonnes, 0),
            say("tunnel_per_tonne"): plain(unit, 0),
            say("tunnel_public"): millions(one["public"]["settled"]["middle"]),
            say("tunnel_head_cap"): plain(cap, 0),
            say("tunnel_head_at_cap"): millions(unit * cap),
        })
    return rows


def levy_lines(run: Entry) -> dict[str, list[str]]:
    """Return sentences on who bears what a standard levies, by answer."""
    found: dict[str, list[str]] = {one["answer"]: [] for one in run["answers"]}
    for answer, line in _levies(run):
        found[answer].append(line)
    return found


def _levies(run: Entry) -> Iterator[tuple[str, str]]:
    tiers = [one["support"] for one in run["supports"] if _kinds(one) == {TIER}]
    for one in run["results"]:
        premium = one["public"]["premium"]["middle"]
        revenue = -one["public"]["settled"]["middle"]
        if one["support"] not in tiers or premium + revenue <= 0.0:
            continue
        buyers = one["buyers"]["total"]["middle"]
        yield one["answer"], say(
            "tunnel_levy", support=support_name(run, one["support"], brief=True).capitalize(),
            answer=answer_name(one["answer"]), levied=millions(premium + revenue),
            premium=millions(premium), revenue=millions(revenue), buyers=millions(buyers),
            rest=millions(premium + revenue - buyers))


def end_tables(run: Entry) -> list[tuple[str, Rows]]:
    """Return a title and rows per card whose ends were run: a row per support and answer.

    The first number is that at the low end.
    """
    found = {(one["card"], one["support"], one["answer"], one["end"]): one for one in run["ends"]}
    cards = list(dict.fromkeys(one["card"] for one in run["ends"]))
    answers = _tried(run)
    names = [NONE, *(one["support"] for one in run["supports"])]
    tables: list[tuple[str, Rows]] = []
    for card in cards:
        rows: Rows = []
        for answer in answers:
            for name in names:
                pair = [found[card, name, answer, end] for end in ENDS]
                rows.append({
                    say("tunnel_answer_word"): answer_name(answer),
                    say("tunnel_head_support"): support_name(run, name, brief=True),
                    say("tunnel_head_open_ends"): _both(pair, "open_at_end"),
                    say("tunnel_head_made_ends"): _both(pair, "output"),
                    say("tunnel_head_public_ends"): "" if name == NONE else " | ".join(
                        millions(one["public"]) for one in pair)})
        tables.append((_end_title(run, card), rows))
    return tables


def _end_title(run: Entry, name: str) -> str:
    card = _card(run, name)
    if name == SLOPE:
        return say("tunnel_ends", low=f"{card['low']:g}", high=f"{card['high']:g}")
    low, high, unit = card_amount(card)
    return say("tunnel_ends_cash", low=low, high=high, unit=unit)


def _both(pair: list[Entry], name: str) -> str:
    return " | ".join(plain(one[name], 0) for one in pair)


def cash_line(run: Entry) -> str:
    """Return on which supposed cash cost it rests that plants close, and what its ends decide."""
    if not run["cost_cards"]:
        return ""
    card = _card(run, run["cost_cards"][0])
    low, high, unit = card_amount(card)
    middle = f"{card['value'] / (KILO if card['unit'] == 'USD/t' else 1.0):g}"
    quiet = run["without"][0]["plants"]
    ends = {one["end"]: one for one in run["ends"]
            if (one["card"], one["support"], one["answer"]) == (card["card"], NONE, NONE)}
    if len(ends) < len(ENDS):
        return say("tunnel_cash", middle=middle, low=low, high=high, unit=unit)
    return " ".join([
        say("tunnel_cash", middle=middle, low=low, high=high, unit=unit),
        say("tunnel_cash_ends", low=low, high=high, of=f"{quiet['of']:.0f}", **{
            f"{what}_{end}": plain(ends[end][name], 0)
            for end in ENDS for what, name in (("open", "open_at_end"), ("made", "output"))}),
    ])


def slope_line(run: Entry) -> str:
    """Return what the speed at which buyers change suppliers decides, floors first of all."""
    card = _card(run, SLOPE)
    line = say("tunnel_gap_pass", low=f"{card['low']:g}", high=f"{card['high']:g}")
    floors = [one["support"] for one in run["supports"] if FLOOR in _kinds(one)]
    pairs = {(one["support"], one["answer"], one["end"]): one for one in run["ends"]
             if one["card"] == SLOPE and one["support"] in floors}
    of = counted(run)
    told = [
        say("tunnel_gap_pass_ends", support=support_name(run, name, brief=True).capitalize(),
            answer=answer_name(answer), of=of, low=f"{card['low']:g}", high=f"{card['high']:g}",
            **{f"{what}_{end}": text(pairs[name, answer, end][field])
               for end in ENDS for what, field, text in (
                   ("open", "open_at_end", _whole_number), ("made", "output", _whole_number),
                   ("cost", "public", millions))})
        for answer in _tried(run) for name in floors if (name, answer, "high") in pairs
    ]
    return " ".join([line, *told])


def _tried(run: Entry) -> list[str]:
    """Return the answers under which ends were run, in their order."""
    tried = {one["answer"] for one in run["ends"]}
    return [one["answer"] for one in run["answers"] if one["answer"] in tried]


def _whole_number(number: float) -> str:
    return plain(number, 0)


def card_amount(card: Entry) -> tuple[str, str, str]:
    """Return low, high and unit of a card; prices a kilogram where it has them a tonne."""
    scale, unit = (KILO, "USD/kg") if card["unit"] == "USD/t" else (1.0, card["unit"])
    return f"{card['low'] / scale:g}", f"{card['high'] / scale:g}", unit


def _card(run: Entry, name: str) -> Entry:
    return next(one for one in run["cards"] if one["card"] == name)


def _kinds(support: Entry) -> set[str]:
    return {one["kind"] for one in support["instruments"]}
