"""An exercise as a team sees it, as lines and tables; nothing of what others are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orepact.views import digits
from orepact.views.names import material_name, region_name, use_name
from orepact.views.texts import say

__all__ = ["ANSWER", "answer_rows", "menu_rows", "news_lines", "stock_lines", "use_lines"]

Entry = Mapping[str, Any]

ANSWER = {
    "place": "place", "material": "material", "grade": "grade", "licence": "licences",
    "price": "price, x base", "tail": "tail", "paid": "paid, x base", "unmet": "use unmet",
    "cover": "cover, days",
}
"""Columns of an answer."""

SHORT = 0.05
"""A use that lacks this share or more is named."""


def news_lines(news: Sequence[Entry]) -> Iterator[str]:
    """Yield what a team is told in a turn: texts, then what it is asked."""
    for one in news:
        mark = f" [{say('exercise_secret')}]" if one["secret"] else ""
        yield f"* {one['text'].strip()}{mark}"
        for question in one["questions"]:
            yield f"  ? {question}"


def answer_rows(answer: Entry) -> list[dict[str, str]]:
    """Return a team's answer as rows with the keys of `ANSWER`, licence branches apart."""
    rows: list[dict[str, str]] = []
    for entry in answer["places"]:
        price, paid = entry.get("price_marginal"), entry.get("price_transaction")
        if price is None and "unmet_share" not in entry:
            continue
        rows.append({
            "place": region_name(entry["region"]),
            "material": material_name(entry["material"]),
            "grade": entry["grade"],
            "licence": say(f"exercise_short_{entry['licence']}"),
            "price": digits.multiple(digits.band_of(price)) if price else "",
            "tail": digits.multiple_tail(digits.band_of(price)) if price else "",
            "paid": digits.multiple(digits.band_of(paid)) if paid else "",
            "unmet": _percent(entry.get("unmet_share")),
            "cover": _days(entry.get("cover_days_worst")),
        })
    return rows


def use_lines(answer: Entry) -> Iterator[str]:
    """Yield the uses that are short, by licence branch."""
    for licence in dict.fromkeys(one["licence"] for one in answer["uses"]):
        short = [
            f"{use_name(one['use'])} {digits.share(one['unmet_share']['middle'])}"
            + (f" ({say('exercise_first')})" if one["first"] else "")
            for one in answer["uses"]
            if one["licence"] == licence
            and (one["unmet_share"]["middle"] >= SHORT or one["first"])
        ]
        if short:
            head = say("exercise_uses", short=digits.share(SHORT))
            yield f"{head} ({say(f'exercise_{licence}')}): {', '.join(short)}"


def stock_lines(stock: Mapping[str, float]) -> list[str]:
    """Return what a team holds, in tonnes."""
    return [f"{material_name(name)}: {digits.tonnes(tonnes)} t" for name, tonnes in stock.items()]


def menu_rows(standing: Sequence[Entry]) -> list[dict[str, str]]:
    """Return a team's menu as rows: number, id, what it is, most, unit, what holds now."""
    return [
        {"no": str(number), "decision": one["option"], "what": one["title"],
         "most": digits.number(one["most"]), "unit": one["unit"],
         "now": digits.number(one["now"])}
        for number, one in enumerate(standing, start=1)
    ]


def _percent(value: Entry | None) -> str:
    band = digits.band_of(value) if value else None
    if band is None:
        return ""
    shown = digits.Band(*(max(0.0, each) for each in (band.middle, band.low, band.high, band.tail)))
    return digits.percent(shown)


def _days(value: Entry | None) -> str:
    return digits.days(digits.band_of(value)) if value else ""
