"""Whether what is owed in a sharing can be there in time, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orepact.views.share_words import amount, place, unit_of
from orepact.views.texts import say

__all__ = ["feasible_lines"]

Entry = Mapping[str, Any]


def feasible_lines(form: Entry) -> list[str]:
    """Return whether what is owed can be there in time: by form, purity, port and days."""
    return [*_transfer_lines(form), *_stuck_lines(form), *_form_lines(form)]


def _transfer_lines(form: Entry) -> Iterator[str]:
    unit, notice = unit_of(form), form["notice_days"]
    for one in form["transfers"]:
        words = {"giver": place(one["giver"], first=True), "receiver": place(one["receiver"]),
                 "tonnes": amount(one["tonnes"]), "unit": unit}
        if one["total"] is None or one["cover"] is None:
            yield say("share_unknown_days", **words)
            continue
        release = say("share_release", days=_days(one["release"])) if one["release"] else ""
        late = one["total"]["high"] - one["cover"]
        yield say(
            "share_transfer", **words, port=form["ports"][one["receiver"]],
            total=_days(one["total"]), notice=_days(notice), transit=_days(one["transit"]),
            release=release, cover=f"{one['cover']:,.0f}",
            verdict=say("share_in_time") if one["in_time"]
            else say("share_late", days=f"{late:,.0f}"),
        )


def _stuck_lines(form: Entry) -> Iterator[str]:
    for name, tonnes in form["stuck"].items():
        yield say("share_stuck", name=place(name), tonnes=amount(tonnes), unit=unit_of(form))


def _form_lines(form: Entry) -> Iterator[str]:
    moved = form["form"]
    if form["transfers"] and moved is not None:
        yield say("share_form", form=moved["form"], of=moved["of"],
                  purity=f"{100.0 * moved['purity']:.8g} %")
        yield say("share_fungible")
    if form["emergency"]["shortfall"] > 0 and moved is not None:
        notice = moved["notice"]
        yield say("share_notice", low=f"{notice['low']:g}", high=f"{notice['high']:g}")
    for one in form["other_forms"]:
        yield say("share_other_form", owner=place(one["owner"], first=True),
                  tonnes=amount(one["tonnes"]), material=one["material"],
                  months=_span(one["months"]))


def _days(days: Entry) -> str:
    return f"{days['low']:.0f} to {days['high']:.0f}"


def _span(months: Entry) -> str:
    return f"{months['low']:g} to {months['high']:g}"
