"""Rows and sentences of a size, for the terminal and the brief."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orepact.views import digits
from orepact.views.names import material_name, region_name
from orepact.views.texts import say

__all__ = [
    "FILL_COLUMNS",
    "SECTOR_COLUMNS",
    "SHORT_COLUMNS",
    "SIMULATED_COLUMNS",
    "counted",
    "effort_line",
    "factor_title",
    "fill_rows",
    "headline",
    "money",
    "nothing_line",
    "sector_rows",
    "short_form",
    "shortage_rows",
    "simulated_lines",
    "simulated_rows",
    "tornado_lines",
    "unmodelled_lines",
]

Entry = Mapping[str, Any]

PLAIN, MILLION, BILLION = 1e5, 1e6, 1e9
NAMES = 6
DEARER = 1.1
CONTENT = 0.05
"""Share by which tonnes as they lie exceed those counted before both are told."""

FEW = 9
"""Futures that show every kind (5) and every branch of the register (4)."""

NONE = 1e-9
NOTHING = 1e-3
"""Share of the tonnes bought under which they might as well be none."""

KINDS = ("mineral", "form", "future", "account")

_PACKING = re.compile(r"[,;(]| in | on | under ")

FILL_COLUMNS = {
    "what": "form", "owner": "owner", "tonnes": "t", "ends": "t, proven between",
    "range": "t, over the tornado",
    "price": "USD/t (of)", "money": "million USD", "output": "months of world output",
    "days": "days of net imports",
    "next": "next tonne, x price", "cap": "capped by", "grade": "grade",
}
SHORT_COLUMNS = {
    "where": "region", "what": "material", "without": "unmet, million USD",
    "avoided": "avoided, million USD", "tail": "avoided in the tail, million USD",
    "share": "avoided, share",
}
SIMULATED_COLUMNS = {
    "chain": "chain", "futures": "futures", "plan": "plan, market",
    "plan_owners": "plan, owners' regions", "market": "simulated, market",
    "owners": "simulated, owners' regions",
}
SECTOR_COLUMNS = {
    "where": "region", "sector": "sector", "without": "unmet, million USD",
    "avoided": "avoided, million USD", "tail": "avoided in the tail, million USD",
}


def money(value: object) -> str:
    """Return USD with two significant digits, as millions or billions where it is so much."""
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return digits.number(float("nan"))
    size = abs(value)
    if size < PLAIN:
        return f"{_two(float(value))} USD"
    scale, word = (BILLION, "billion") if size >= BILLION else (MILLION, "million")
    return f"{_two(value / scale)} {word} USD"


def headline(content: Entry) -> list[str]:
    """Return the sentences that a size comes to."""
    bought = [one for one in content["fills"] if one["tonnes"] > 0.0]
    owners = ", ".join(region_name(name) for name in content["owners"])
    budget = (say("size_no_budget") if content["budget"] is None
              else say("size_budget", money=money(content["budget"])))
    dual = content["value_per_extra_dollar"]
    lines = [
        say("size_title", owners=owners, budget=budget) + ".",
        say("size_spent", spent=money(content["spent"]), items=counted("forms", len(bought)),
            chains=counted("chains", len({one["chain"] for one in bought})),
            value=money(content["worth"]["expected"]), tail=money(content["worth"]["tail"]),
            worst=_worst(content)),
    ]
    if content["design"]["tail"] > 0.0:
        lines.append(say("size_weighed", worst=_worst(content), value=money(content["value"]),
                         weight=digits.share(content["design"]["tail"])))
    if content["owners_part"] is not None:
        lines.append(say("size_whose", share=digits.share(content["owners_part"])))
    lines.append(say("size_dual", dual=_two(dual)) if dual else say("size_dual_none"))
    return [*lines, *_open(content), *_stochastic(content), *_regret(content), *_dearer(content)]


def _dearer(content: Entry) -> Iterator[str]:
    """Yield which forms cost more today than at base prices, and what the fill list would cost."""
    times = {one["material"]: one["latest_price"] / one["price"] for one in content["fills"]
             if one["latest_price"] > DEARER * one["price"]}
    if times:
        ordered = sorted(times, key=lambda name: -times[name])
        whole = sum(float(one["usd_latest"]) for one in content["fills"])
        yield say("size_dearer", whole=money(whole), names=_listed(
            [f"{material_name(name)} {_two(times[name])}" for name in ordered]))


def _stochastic(content: Entry) -> Iterator[str]:
    """Yield what planning for all futures adds, and what knowing the future would."""
    told = content["stochastic"]
    lost, known = told["value_of_stochastic_solution"], told["perfect_information"]
    if lost["low"] is None or not content["spent"] > 0.0:
        return
    mean = any(tonnes > NONE for tonnes in told["bought_for_mean_future"].values())
    yield say("size_vss" if mean else "size_vss_none",
              lost=_bracket(lost), known=_bracket(known))


def _bracket(ends: Mapping[str, float]) -> str:
    """Return both ends of a bracket, one where they read the same."""
    low, high = money(ends["low"]), money(ends["high"])
    return low if low == high else say("size_bracket", low=low, high=high)


def _open(content: Entry) -> Iterator[str]:
    """Yield of which forms the tonnes are not determined by what is proven."""
    loose = [one for one in content["fills"]
             if one["tonnes"] > 0.0 and one["tonnes_least"] is not None
             and one["tonnes_least"] <= NOTHING * one["tonnes"]]
    if loose:
        yield say("size_open", gap=digits.fine_percent(content["effort"]["gap"]), names=_listed(
            [material_name(one["material"]) for one in loose]))


def _ends(one: Entry) -> str:
    """Return between which tonnes the best purchases are proven to lie."""
    if one["tonnes_least"] is None:
        return ""
    return _span((one["tonnes_least"], one["tonnes_most"]))


def _worst(content: Entry) -> str:
    return digits.share(1.0 - content["design"]["level"])


def counted(name: str, count: int) -> str:
    """Return a number of things with their noun."""
    return say(f"size_{name}_one") if count == 1 else say(f"size_{name}", count=count)


def fill_rows(content: Entry, *, weak: bool = False) -> list[dict[str, str]]:
    """Return the fill list: what is bought, dearest first; `weak` on accounts of grade C or D."""
    spans = _spans(content)
    return [
        {
            "what": f"{material_name(one['material'])}: {short_form(one['form'])}",
            "owner": region_name(one["owner"]),
            "tonnes": _tonnes(one),
            "ends": _ends(one),
            "range": _span(spans.get(_key(one))),
            "price": _priced(one),
            "money": _two(one["usd"] / MILLION),
            "output": _some(one["months_of_world_output"]),
            "days": _some(one["days_of_net_imports"]),
            "next": _some(None if one["next_tonne"] is None else one["next_tonne"] / one["price"]),
            "cap": say(f"size_capped_{one['capped_by']}") if one["capped_by"] else "",
            "grade": one["grade"],
        }
        for one in content["fills"] if one["tonnes"] > 0.0 and one["weak_account"] == weak
    ]


def nothing_line(content: Entry) -> str:
    """Return that nothing is bought, and what came nearest to it."""
    near = [one for one in content["fills"] if one["next_tonne"] is not None]
    if not near:
        return say("size_nothing")
    best = max(near, key=lambda one: float(one["next_tonne"] / one["price"]))
    return say("size_nothing_near", what=material_name(best["material"]),
               owner=region_name(best["owner"]), price=_two(best["price"]),
               period=say("size_base_window"),
               share=digits.share(best["next_tonne"] / best["price"]))


def _priced(one: Entry) -> str:
    """Return the price that the plan counts, and the latest published one where that is higher."""
    base = _two(one["price"])
    if one["latest_price"] <= one["price"]:
        return base
    return say("size_priced", base=base, latest=_two(one["latest_price"]),
               period=one["latest_period"])


def _tonnes(one: Entry) -> str:
    """Return tonnes as the chain counts them, and as they lie where that is more."""
    counted = digits.tonnes(one["tonnes"])
    if one["tonnes_as_they_lie"] <= (1.0 + CONTENT) * one["tonnes"]:
        return counted
    return say("size_as_they_lie", tonnes=counted, lying=digits.tonnes(one["tonnes_as_they_lie"]))


def short_form(form: str) -> str:
    """Return the first words of how a material lies, without its packing."""
    return _PACKING.split(form, maxsplit=1)[0]


def shortage_rows(content: Entry) -> list[dict[str, str]]:
    """Return use unmet with and without the reserve by region and material, largest first."""
    return [
        {
            "where": region_name(one["region"]),
            "what": material_name(one["material"]),
            "without": _two(one["expected_usd_without"] / MILLION),
            "avoided": _two(one["expected_usd_avoided"] / MILLION),
            "tail": _two(one["tail_usd_avoided"] / MILLION),
            "share": digits.share(one["expected_avoided"] / one["expected_without"])
            if one["expected_without"] > 0.0 else "",
        }
        for one in content["shortage"] if _seen(one)
    ]


def sector_rows(content: Entry) -> list[dict[str, str]]:
    """Return what is avoided by region and sector, largest first."""
    return [
        {
            "where": region_name(one["region"]),
            "sector": f"{one['sector']} {one['title']}" if one["title"] != one["sector"]
            else one["sector"],
            "without": _two(one["expected_usd_without"] / MILLION),
            "avoided": _two(one["expected_usd_avoided"] / MILLION),
            "tail": _two(one["tail_usd_avoided"] / MILLION),
        }
        for one in content["sectors"] if _seen(one)
    ]


def tornado_lines(content: Entry) -> list[str]:
    """Return what the worth of a reserve hangs on, the widest first."""
    tornado = content["tornado"]
    if tornado is None:
        return [say("size_tornado_none")]
    lines = [say("size_tornado_base", futures=tornado["futures"], value=money(tornado["value"]))]
    if tornado["futures"] < FEW:
        lines.append(say("size_tornado_few", futures=tornado["futures"], least=FEW))
    for one in tornado["factors"]:
        values = [tornado["value"], *(end["value"] for end in one["ends"])]
        turned = sorted({name for end in one["ends"]
                         for name in (*end["appears"], *end["vanishes"])})
        flips = say("size_flips", names=_listed(turned)) if turned else ""
        lines.append(say("size_tornado_line", factor=factor_title(one), low=money(min(values)),
                         high=money(max(values)), flips=flips))
    return [*lines, say("size_tornado_rest")]


def factor_title(factor: Entry) -> str:
    """Return what is varied, with its two ends."""
    numbers = [digits.number(end["number"]) if end["number"] is not None else ""
               for end in factor["ends"]]
    return say(f"size_factor_{factor['factor']}", low=numbers[0], high=numbers[-1])


def simulated_rows(content: Entry) -> list[dict[str, str]]:
    """Return what plan and simulator say of the same reserve in the same futures, by chain."""
    found = content["simulated"]
    return [
        {
            "chain": one["chain"],
            "futures": str(one["futures"]),
            "plan": digits.share(one["planned"]),
            "plan_owners": digits.share(one["planned_owners"]),
            "market": digits.share(one["simulated"]),
            "owners": digits.share(one["simulated_owners"]),
        }
        for one in (found["results"] if found else ())
    ]


def simulated_lines(content: Entry) -> list[str]:
    """Return how to read what the simulator says, and where it says nothing."""
    found = content["simulated"]
    if found is None:
        return []
    lines = [say("size_simulated_none", why=why) for why in found["missing"]]
    if found["results"]:
        count = max(one["futures"] for one in found["results"])
        lines = [say("size_simulated", count=count, rulebook=found["rulebook"]),
                 say("size_simulated_note"), *lines]
    return lines


def effort_line(content: Entry) -> str:
    """Return how sure the size is, and what it took."""
    effort = content["effort"]
    return say("size_effort", gap=digits.fine_percent(effort["gap"]),
               iterations=effort["iterations"], solves=f"{effort['solves']:,}",
               seconds=_two(effort["seconds"]))


def unmodelled_lines(content: Entry) -> list[str]:
    """Return what could not be modelled, a line for each kind."""
    lines: list[str] = []
    for kind in KINDS:
        own = [one["what"] for one in content["unmodelled"] if one["kind"] == kind]
        if own:
            lines.append(say("size_unmodelled", count=len(own), kind=say(f"size_kind_{kind}"),
                             names=_listed(own)))
    return lines


def _regret(content: Entry) -> Iterator[str]:
    told = [one for one in content["regret"] if one.get("regret_high") is not None]
    if not told:
        return
    ordered = sorted(told, key=lambda one: float(one["regret_high"]))
    worst, middle = ordered[-1], ordered[len(ordered) // 2]
    yield say("size_regret", middle=money(middle["regret_high"]),
              worst=money(worst["regret_high"]), name=f"{worst['chain']}, {worst['future']}")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMES])
    more = len(names) - NAMES
    return say("size_more_names", names=shown, count=more) if more > 0 else shown


def _spans(content: Entry) -> dict[str, tuple[float, float]]:
    """Return the least and the most tonnes of every reserve over the tornado."""
    tornado = content["tornado"]
    if tornado is None:
        return {}
    runs: Iterator[Mapping[str, float]] = (
        end["tonnes"] for one in tornado["factors"] for end in one["ends"])
    spans = {name: (value, value) for name, value in tornado["tonnes"].items()}
    for run in runs:
        for name, value in run.items():
            low, high = spans.get(name, (value, value))
            spans[name] = (min(low, value), max(high, value))
    return spans


def _key(one: Entry) -> str:
    return f"{one['chain']}/{one['owner']}/{one['material']}"


def _span(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f"{digits.tonnes(ends[0])}–{digits.tonnes(ends[1])}"


def _seen(one: Entry) -> bool:
    return abs(one["expected_usd_avoided"]) >= 0.005 * MILLION


def _some(value: float | None) -> str:
    return "" if value is None else _two(value)


def _two(value: float) -> str:
    """Return a number to two significant digits, thousands apart."""
    if not math.isfinite(value):
        return digits.number(value)
    if abs(value) < NONE:
        return "0"
    places = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    return f"{rounded:,.{max(0, min(places, 4))}f}".replace(",", "\u202f")
