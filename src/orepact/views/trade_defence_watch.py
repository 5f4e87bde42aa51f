"""Rows and sentences of the monitor of imports and of the signs of detours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orepact.indicators.trade_defence.injury import NEGLIGIBLE
from orepact.views.names import region_name
from orepact.views.share_words import amount, joined
from orepact.views.texts import say
from orepact.views.trade_defence import share_text

__all__ = [
    "DETOUR_COLUMNS",
    "DOCUMENTED_COLUMNS",
    "ORIGIN_COLUMNS",
    "backtest_notes",
    "detour_notes",
    "detour_rows",
    "detour_title",
    "documented_rows",
    "monitor_notes",
    "monitor_title",
    "month_tables",
    "origin_rows",
]

Entry = Mapping[str, Any]

ORIGIN_COLUMNS = ("code", "origin", "imports [t]", "share [%]", "rise [%]", "value [USD/t]",
                  "others [USD/t]", "below [%]", "seen")
DETOUR_COLUMNS = ("level", "code", "via", "to", "direct [t or v]", "onward [t or v]",
                  "first leg [t or v]", "these now, published [t]", "own supply [%]",
                  "price ratio")
DOCUMENTED_COLUMNS = ("episode", "through", "to", "result", "signs, or why not", "source")

HUNDRED = 100.0
"""Ratios from here on are printed without decimals."""

SLIGHT = 0.005
"""Part of a trade that may be estimated without being marked."""

FEW = 3
"""Undocumented signs and false alarms that are named."""


def monitor_title(content: Entry) -> str:
    """Return the title of the table of origins."""
    base = content["base_years"]
    return say("defence_monitor_title", importer=region_name(content["importer"]),
               year=content["year"], first=base[0], last=base[-1])


def origin_rows(origins: Iterable[Entry], *, surges: bool = False) -> list[dict[str, str]]:
    """Return the origins that surge and, unless `surges` alone are asked for, undercut.

    Undercutting alone is told of origins with 3 % of imports or more.
    """
    kept = [each for each in origins if each["surge"] or (
        not surges and each["undercutting"] and each["share"] >= NEGLIGIBLE)]
    return [
        {
            "code": each.get("code", ""),
            "origin": region_name(each["origin"]),
            "imports [t]": _imports(each),
            "share [%]": f"{100.0 * each['share']:.3g}",
            "rise [%]": f"{100.0 * each['rise']:.3g}",
            "value [USD/t]": _price(each["unit_value"]),
            "others [USD/t]": _price(each["others"]),
            "below [%]": "" if each["below"] is None else f"{100.0 * each['below']:.3g}",
            "seen": ", ".join(
                say(f"defence_{name}") for name, on in (
                    ("surge", each["surge"]), ("undercut", each["undercutting"]),
                    ("doubtful", each["doubtful"])) if on
            ),
        }
        for each in kept
    ]


def month_tables(content: Entry) -> list[tuple[str, list[dict[str, str]]]]:
    """Return title and rows for the months that customs publish, codes together."""
    compared = [each for each in content["months"] if each["compared"]]
    if not compared:
        return []
    months = compared[0]["months"]
    title = say("defence_months_title", importer=region_name(content["importer"]),
                months=f"{months[-1]} to {months[0]}")
    rows = [{**row, "code": each["code"]} for each in compared
            for row in origin_rows(each["origins"])]
    return [(title, rows)]


def monitor_notes(content: Entry) -> list[str]:
    """Return what a reader of the monitor must know, the notice first."""
    cards = {each["card"]: each["value"] for each in content["cards"]}
    codes: Sequence[Entry] = content["codes"]
    lines = [
        say("defence_notice"),
        say("defence_monitor_checked", origins=f"{len(content['origins']):,}", codes=len(codes)),
        say("defence_monitor_note", growth=f"{cards['surge-growth']:g}",
            rise=share_text(cards["surge-share"]), undercut=share_text(cards["undercut"]),
            odd=f"{cards['unit-value-odd']:g}"),
        *_basis_notes(codes),
        say("defence_union"),
    ]
    if any(_guessed(each) for each in content["origins"]):
        lines.append(say("defence_estimated"))
    if content["importer"] == "EU27":
        lines.append(say("defence_eu_negligible"))
    alone = sum(not each["surge"] and each["undercutting"] and each["share"] >= NEGLIGIBLE
                for each in content["origins"])
    if not content["item"] and alone:
        lines.insert(1, say("defence_undercut_alone", count=alone))
    if content["skipped"]:
        lines.append(say("defence_skipped", codes=", ".join(content["skipped"])))
    if content["prices"]:
        lines.append(say("defence_prices", year=content["year"], prices="; ".join(
            f"{each['form']} ({each['market']}) {each['usd_per_t']:,.0f}"
            for each in content["prices"])))
    lines += [_month_line(content, each) for each in content["months"] if not each["compared"]]
    if content["importer"] == "GBR" and content["months"]:
        lines.append(say("defence_dispatch"))
    return lines


def _month_line(content: Entry, each: Entry) -> str:
    """Return what one month alone shows: shares of value against the newest year of the tables."""
    head = say("defence_months_none", code=each["code"], month=each["months"][0],
               importer=region_name(content["importer"]))
    if not each["shares"]:
        return head
    told = joined([
        say("defence_month_share", origin=region_name(one["origin"]),
            now=share_text(one["now"], 2), before=share_text(one["before"], 2))
        for one in each["shares"]
    ])
    return f"{head} {say('defence_month_shares', year=each['against'], told=told)}"


def detour_title(content: Entry) -> str:
    """Return the title of the table of detours."""
    base = content["base_years"]
    return say("defence_detours_title", exporter=region_name(content["exporter"]),
               item=_plain(content["item"]), year=content["year"], first=base[0], last=base[-1])


def detour_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per alarm and watch, alarms first, by code."""
    return [
        {
            "level": each["level"],
            "code": each["code"],
            "via": region_name(each["through"]),
            "to": region_name(each["to"]),
            "direct [t or v]": _marked(each, _was_now(each, "direct")),
            "onward [t or v]": _marked(
                each, _grown(each["onward_before"], each["onward"], each["growth"])),
            "first leg [t or v]": _marked(each, _was_now(each, "first_leg")),
            "these now, published [t]": _published(each),
            "own supply [%]": f"{100.0 * each['own']:.0f}",
            "price ratio": "" if each["price_over_first_leg"] is None
            else f"{each['price_over_first_leg']:.2g}",
        }
        for each in content["detours"]
    ]


def detour_notes(content: Entry) -> list[str]:
    """Return what a reader of the signs must know, the notice first."""
    cards = {each["card"].removeprefix("detour-"): each["value"] for each in content["cards"]}
    exporter = region_name(content["exporter"])
    forms = {each["code"]: each["form"] for each in content["codes"]}
    lines = [say("defence_notice")]
    levels = [each["level"] for each in content["detours"]]
    if not levels:
        lines.append(say("defence_no_detour"))
    else:
        lines.append(say("defence_detours", alarms=levels.count("alarm"),
                         watches=levels.count("watch"), exporter=exporter))
    lines += [_exports(each, content["year"], exporter, _plain(forms[each["code"]]))
              for each in content["exports"]]
    if mirror := content["mirror"]:
        lines.append(say("defence_mirror", exporter=exporter, year=content["year"],
                         reported=amount(mirror["reported"]), recorded=amount(mirror["recorded"]),
                         ratio=f"{mirror['ratio']:.2g}", codes=", ".join(mirror["codes"])))
    shares = {name: share_text(cards[name])
              for name in ("fall", "dependence", "size", "output", "feed")}
    lines.append(say("defence_detour_note", exporter=exporter, growth=f"{cards['growth']:g}",
                     **shares))
    lines += [say("defence_not_code", code=each["code"], why=each["why"])
              for each in content["skipped"]]
    blind = [each["code"] for each in content["codes"] if not each["producers_known"]]
    if blind:
        lines.append(say("defence_no_makers", codes=", ".join(blind)))
    return [*lines, *_basis_notes(content["codes"], "defence_detour_by_value"),
            say("defence_union"), say("defence_try_backtest")]


def _exports(each: Entry, year: int, exporter: str, form: str) -> str:
    """Return what an exporter sold of a code, in tonnes or by value with what is published."""
    by_value = each["trade_in"] != "t"
    told = say("defence_exports_published", year=year, tonnes=amount(each["published"])) if (
        by_value and each["published"]) else ""
    return say("defence_exports_value" if by_value else "defence_exports", code=each["code"],
               form=form, exporter=exporter, now=amount(each["sold"]), year=year,
               before=amount(each["before"]), published=told)


def documented_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per documented detour: found with which signs, or missed and why."""
    return [
        {
            "episode": episode["episode"],
            "through": region_name(each["through"]),
            "to": region_name(each["to"]) if each["to"] else say("defence_any_buyer"),
            "result": say("defence_back_found" if each["found"] else "defence_back_missed"),
            "signs, or why not": _signs(each) if each["found"] else _why(each["missed_because"]),
            "source": each["source"].partition(":")[0],
        }
        for episode in content["episodes"] for each in episode["documented"]
    ]


def backtest_notes(content: Entry) -> list[str]:
    """Return hits, misses and false alarms in sentences, the notice first."""
    central, band = content["central"], content["band"]
    total = central["documented"]
    low, high = (round(total * each) for each in band["recall"])
    precision = [share_text(central[name], 2) for name in ("precision_low", "precision_high")]
    lines = [
        say("defence_notice"),
        say("defence_back_score", found=central["found"], documented=total, low=low, high=high,
            right=central["documented_signs"], signs=central["signs"],
            sure=central["documented_alarms"], alarms=central["alarms"],
            precision_low=precision[0], precision_high=precision[1],
            band_low=share_text(band["precision_low"][0], 2),
            band_high=share_text(band["precision_high"][1], 2)),
        say("defence_back_quiet", quiet=content["quiet_code_years"],
            alarm=content["quiet_with_alarm"], sign=content["quiet_with_sign"],
            rate=f"{central['signs_per_code_year']:.1f}",
            chance=f"{central['signs_per_quiet_code_year']:.1f}",
            alarms=f"{central['alarms_per_code_year']:.2f}",
            alarms_chance=f"{central['alarms_per_quiet_code_year']:.2f}",
            controlled=content["controlled_code_years"]),
    ]
    if content["worst_quiet"]:
        lines.append(say("defence_back_worst", list=joined([
            say("defence_back_worst_item", **{name: region_name(each[name]) if name in
                {"exporter", "through", "to"} else _plain(each[name]) for name in
                ("mineral", "code", "year", "exporter", "through", "to")})
            for each in content["worst_quiet"][:FEW]])))
    for episode in content["episodes"]:
        others = episode["undocumented"]
        if others:
            largest = sorted(others, key=lambda each: each["onward_before"] - each["onward"])
            lines.append(say("defence_back_others", episode=episode["episode"], count=len(others),
                             list=joined([_other(each) for each in largest[:FEW]])))
        lines.append(say("defence_back_unseen", episode=episode["episode"],
                         unseen=episode["unseen"]))
    return [*lines, say("defence_back_tuned"), say("defence_union")]


def _basis_notes(codes: Sequence[Entry], valued_text: str = "defence_by_value") -> list[str]:
    valued = [each["code"] for each in codes if each["basis"] == "value"]
    cut = [each for each in codes if each["cut_years"]]
    mixed = [each["code"] for each in codes if each["basket"]]
    lines = [say(valued_text, codes=", ".join(valued))] if valued else []
    if cut:
        years = sorted({year for each in cut for year in each["cut_years"]})
        lines.append(say("defence_cut", codes=", ".join(each["code"] for each in cut),
                         years=joined([str(year) for year in years])))
    return lines + ([say("defence_baskets", codes=", ".join(mixed))] if mixed else [])


def _growth(value: float | None) -> str:
    if value is None:
        return say("defence_new")
    return f"{value:.2g}" if value < HUNDRED else f"{value:,.0f}"


def _was_now(each: Entry, name: str) -> str:
    return say("defence_was_now", was=amount(each[f"{name}_before"]), now=amount(each[name]))


def _grown(before: float, now: float, growth: float | None) -> str:
    told = _growth(growth) if growth is None else say("defence_times", growth=_growth(growth))
    return say("defence_grown", was=amount(before), now=amount(now), growth=told)


def _imports(each: Entry) -> str:
    """Return imports in tonnes; growth by value is named, and so are tonnes that are estimated."""
    if each["growth_by"] == "tonnes":
        told = _grown(each["before"], each["now"], each["growth"])
    else:
        growth = each["growth"]
        by = _growth(growth) if growth is None else say("defence_times", growth=_growth(growth))
        told = say("defence_valued", now=amount(each["now"]), growth=by)
    return say("defence_about", now=told) if _guessed(each) else told


def _guessed(each: Entry) -> bool:
    return each["estimated"] > SLIGHT * each["now"]


def _marked(each: Entry, text: str) -> str:
    return text if each["trade_in"] == "t" else say("defence_v", text=text)


def _published(each: Entry) -> str:
    """Return the published tonnes of the three legs where the signs go by value."""
    found = {name: each[f"{name}_tonnes"] for name in ("direct", "onward", "first_leg")}
    if each["trade_in"] == "t" or not any(found.values()):
        return ""
    return say("defence_legs", **{name: amount(tonnes) if tonnes else "–"
                                  for name, tonnes in found.items()})


def _plain(name: object) -> str:
    """Return an id of the dataset in words."""
    return str(name).replace("_", " ")


def _price(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _signs(each: Entry) -> str:
    return "; ".join(
        say("defence_back_sign", level=sign["level"], code=sign["code"], year=sign["year"],
            to=region_name(sign["to"]))
        for sign in each["signs"]
    )


def _why(failing: Sequence[Entry]) -> str:
    if not failing:
        return say("defence_back_nothing")
    return "; ".join(
        say("defence_back_why", sign=each["sign"], value=f"{each['value']:.2g}",
            threshold=f"{each['threshold']:g}")
        for each in failing
    )


def _other(each: Entry) -> str:
    return say("defence_back_other", level=each["level"], code=each["code"], year=each["year"],
               through=region_name(each["through"]), to=region_name(each["to"]))
