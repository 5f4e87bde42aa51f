"""Price supports as rows and sentences: what they are, what they settle, what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Instrument,
    Offtake,
    PriceGapSubsidy,
    StandardsTier,
)
from orepact.policy.support import Support
from orepact.policy.support.text import ContractText
from orepact.studies.support.settled import settled_cards
from orepact.views import digits
from orepact.views.texts import say

__all__ = [
    "card_lines",
    "cost_lines",
    "cost_meta",
    "cost_rows",
    "limit_lines",
    "millions",
    "settled_lines",
    "settled_rows",
    "support_rows",
]

Entry = Mapping[str, Any]

MONTHS = 12
MILLION, KILOGRAMS = 1e6, 1000.0
LEAST = 0.01
"""Millions below which nothing is printed: a member's odd month."""

MOVES = 3
LIMITS = ("market", "settling", "other", "series")

_LEVELS: dict[type[Instrument], tuple[str, str]] = {
    BorderFloor: ("border-floor", "floor"),
    ContractForDifference: ("contract-for-difference", "strike"),
    PriceGapSubsidy: ("price-gap-subsidy", "cost"),
    StandardsTier: ("standards-tier", "premium_cap"),
    Offtake: ("offtake", "price"),
}


def support_rows(support: Support) -> list[dict[str, Any]]:
    """Return a row per instrument; levels in USD/kg, caps in t/year."""
    return [_support_row(support, each) for each in support.instruments]


def _support_row(support: Support, each: Instrument) -> dict[str, Any]:
    kind, level = _LEVELS[type(each)]
    cap = each.volume * MONTHS
    return {
        "support": support.name,
        "kind": say(f"support_kind_{kind}"),
        "material": each.material,
        "zone": ", ".join(each.zone),
        "level_usd_per_kg": round(getattr(each, level) / KILOGRAMS, 9),
        "cap_t_per_year": None if cap == float("inf") else round(cap),
        "first": f"{each.first:%Y-%m}" if each.first else None,
        "last": f"{each.last:%Y-%m}" if each.last else None,
        "index": _index(each),
        "text": support.text,
    }


def _index(each: Instrument) -> str:
    """Return which price an instrument looks at, with its tax basis."""
    if isinstance(each, BorderFloor):
        return say("support_index_landed")
    if isinstance(each, StandardsTier):
        return say("support_index_none")
    return f"{each.index}, {each.index_basis}"


def millions(dollars: float, figures: int = 2) -> str:
    """Return dollars as millions with few significant digits, thousands set apart."""
    value = float(f"{dollars / MILLION:.{figures}g}")
    if abs(value) >= 10.0:
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.{figures}g}".replace("-", "−") if abs(value) >= LEAST else "0"


def settled_rows(found: Entry, instrument: str) -> list[dict[str, str]]:
    """Return what one instrument settles as rows to print: USD/kg and million USD."""
    names = {"one_way_usd": "one-way", "two_way_usd": "two-way", "collar_usd": "collar",
             "to_producer_usd": "to producer", "to_public_usd": "to treasury"}
    rows: list[dict[str, str]] = []
    for each in found["rows"]:
        if each["instrument"] != instrument:
            continue
        row = {"price USD/kg": f"{each['price_usd_per_t'] / KILOGRAMS:,.6g}"}
        if each["index_usd_per_t"] != each["price_usd_per_t"]:
            row["index with tax USD/kg"] = f"{each['index_usd_per_t'] / KILOGRAMS:,.6g}"
        row["level USD/kg"] = f"{each['level_usd_per_t'] / KILOGRAMS:,.6g}"
        row |= {f"{word} M USD": _settled(each, name)
                for name, word in names.items() if each[name] is not None}
        if each["kind"] != BorderFloor.__name__:
            row["upside shared"] = digits.share(each["upside_shared"])
        rows.append(row)
    return rows


def _settled(row: Entry, name: str) -> str:
    """Return an amount in million USD, with its range where open terms make one."""
    text = f"{row[name] / MILLION:,.6g}"
    low, high = (row.get(name.replace("_usd", f"_{end}_usd"), row[name]) for end in ("low", "high"))
    return text if low == high else (
        f"{text} ({low / MILLION:,.3g} to {high / MILLION:,.3g})")


def settled_lines(found: Entry, support: Support) -> list[str]:
    """Return what is to be said below settlements."""
    lines = [say("support_settled_note")] if found["rows"] else []
    for each in support.instruments:
        if isinstance(each, BorderFloor):
            lines.append(say("support_settled_floor"))
        waits = isinstance(each, ContractForDifference) and each.upside_when == "full production"
        if isinstance(each, ContractForDifference) and waits and not found["full_production"]:
            lines.append(say("support_settled_upside_waits",
                             process=each.full_of or ", ".join(each.processes)))
    lines += [say("support_settled_market", instrument=each["instrument"])
              for each in found["needs_market"]]
    lines += [
        say("support_settled_index", instrument=each.name, index=_index(each),
            cap=_cap(each))
        for each in support.instruments if not isinstance(each, BorderFloor | StandardsTier)
    ]
    mine = {name for each in support.instruments for name in settled_cards(support, each.name)}
    mine |= {each.full for each in support.instrument_texts
             if isinstance(each, ContractText) and isinstance(each.full, str)}
    supposed = [each for each in found["cards"] if each["card"] in mine and not each["published"]]
    if supposed:
        lines.append(say("support_cards_open", names="; ".join(
            f"{each['title']} ({each['low']:g} to {each['high']:g} {_unit(each)}".rstrip() + ")"
            for each in supposed)))
    return lines


def _unit(card: Entry) -> str:
    """Return a card's unit as it is printed: a fraction has none."""
    return "" if card["unit"] == "1" else str(card["unit"])


def _cap(each: Instrument) -> str:
    """Return the cap on tonnes a year, or that there is none."""
    if each.volume == float("inf"):
        return say("support_cap_none")
    return f"{each.volume * MONTHS:,.6g} t/year"


def cost_meta(run: Entry) -> str:
    """Return what a run of public cost rests on, in one paragraph."""
    cards = run["cards"]
    text = say("support_cost_meta", months=run["months"], first=run["first"], last=run["last"],
               draws=f"{run['design']['draws']:,}",
               published=sum(each["published"] for each in cards),
               supposed=sum(not each["published"] for each in cards))
    cap = run["cap_t_per_year"]
    text += " " + say(
        "support_cost_tonnes", sold=_ranged(run["sold_t_per_year"]),
        cap=say("support_cost_no_cap") if cap is None else say("support_cost_cap",
                                                               cap=_ranged(cap)))
    if run["months_past"]:
        text += " " + say("support_cost_past", months=run["months_past"], today=run["today"])
    return text


def _ranged(card: Entry, times: float = 1.0, unit: str = "") -> str:
    """Return a value, with its range where it has one."""
    value, low, high = (f"{card[name] * times:,.6g}" for name in ("value", "low", "high"))
    return f"{value}{unit}" if low == high else f"{value}{unit} ({low} to {high})"


def cost_lines(run: Entry) -> list[str]:
    """Return what a contract costs, one sentence per process and reading."""
    lines: list[str] = []
    for each in run["processes"]:
        name = say(f"support_process_{each['process']}").capitalize()
        total = each["total_usd"]
        lines.append(say(
            "support_cost_line", process=name, mean=millions(total["mean"]),
            low=millions(total["p5"]), high=millions(total["p95"]),
            present=millions(each["present_usd"]["mean"]), rate=_ranged(run["rate"], 100.0, " %"),
            receives=digits.share(each["public_receives"])))
        lines.append(say(
            "support_cost_strip", process=name, strip=millions(each["strip_usd"], 3),
            drawn=millions(each["drawn_at_middle_usd"], 3),
            error=millions(each["drawn_at_middle_error_usd"])))
        if each["suppositions"]:
            lines.append(say("support_cost_moves", process=name, names="; ".join(
                say("support_cost_move", title=one["title"], low=millions(one["at_low_usd"]),
                    high=millions(one["at_high_usd"]))
                for one in each["suppositions"][:MOVES])))
    moves = run["movement"]
    lines.append(say("support_cost_volatility", volatility=f"{moves['volatility']:.2g}",
                     changes=moves["changes"], series=moves["series"]))
    if moves["series"].split("_")[0] != run["material"].split("-")[0]:
        lines.append(say("support_cost_borrowed", material=run["material"],
                         series=moves["series"]))
    return lines


def cost_rows(run: Entry) -> list[dict[str, str]]:
    """Return a row per process and year, million USD of the year."""
    return [
        {
            "process": say(f"support_process_{each['process']}"),
            "year": str(row["year"]),
            "months": str(row["months"]),
            **{name: millions(row[f"{name}_usd"]) for name in ("mean", "p5", "p50", "p95")},
            "pays": digits.share(row["public_pays"]),
            "price": f"{row['price_mean_usd_per_t'] / KILOGRAMS:,.3g}",
        }
        for each in run["processes"] for row in each["by_year"]
    ]


def card_lines(run: Entry, *, published: bool) -> list[str]:
    """Return the cards of a run that are published, or those that are supposed."""
    return [
        say("support_fixed" if published else "support_card", title=each["title"],
            value=f"{each['value']:,g} {_unit(each)}".rstrip(), low=f"{each['low']:,g}",
            high=f"{each['high']:,g}", reason=each["reason"], evidence=each["evidence"])
        for each in run["cards"] if each["published"] is published
    ]


def limit_lines(run: Entry) -> list[str]:
    """Return what a run of public cost does not hold."""
    rate = run["inflation"]
    level = (say("support_limit_nominal", rate=digits.share(rate)) if rate
             else say("support_limit_inflation"))
    others = ([say("support_limit_not_priced", names=", ".join(run["not_priced"]))]
              if run["not_priced"] else [])
    return [*others, *(say(f"support_limit_{name}") for name in LIMITS), level]
