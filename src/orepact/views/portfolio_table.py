"""A portfolio of projects as rows and lines for the terminal and the brief."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views.names import material_name, region_short
from orepact.views.texts import say

__all__ = [
    "CHOSEN_COLUMNS",
    "SENSITIVITY_COLUMNS",
    "SHORT_COLUMNS",
    "ZONE_COLUMNS",
    "again_line",
    "chosen_rows",
    "deadline_line",
    "finance_line",
    "foresight_line",
    "head_lines",
    "money",
    "notes",
    "pooling_line",
    "portfolio_name",
    "promised_lines",
    "sensitivity_rows",
    "short_rows",
    "shorter_lines",
    "title",
    "weight_line",
    "zone_rows",
]

CHOSEN_COLUMNS = (
    "project", "country", "decide_year", "opens_year", "open_by_deadline",
    "t_in_deadline_year", "makes", "t_per_year", "capital_MUSD", "public_MUSD", "worth_MUSD",
    "under_control_t_per_year")
SENSITIVITY_COLUMNS = ("what", "at", "worth_MUSD", "enters", "leaves")
SHORT_COLUMNS = ("material", "zone", "final_use_t_per_year", "given_up_without",
                 "not_to_be_had_without", "given_up_with", "not_to_be_had_with")
ZONE_COLUMNS = ("zone", "shortage_alone_MUSD", "shortage_pooled_MUSD",
                "alone_with_projects_MUSD", "pooled_with_projects_MUSD",
                "public_alone_MUSD", "public_pooled_MUSD")
JOINT = "joint"
FEWER = 0.005
LEAST_RUNS = 3
HALF = 0.5
"""A range is told over at least so many runs."""


def title(run: Mapping[str, Any]) -> str:
    """Return what the portfolio is of."""
    design = run["design"]
    line = say("portfolio_title", zones=" and ".join(map(region_short, design["zones"])),
               first=design["years"][0], last=design["years"][1], deadline=design["deadline"])
    return line if design["shift"] is None else line + say(
        "portfolio_title_shift", share=design["shift"])


def portfolio_name(name: str) -> str:
    """Return the name of one of the portfolios."""
    return say("portfolio_joint") if name == JOINT else region_short(name)


def head_lines(run: Mapping[str, Any], one: Mapping[str, Any]) -> list[str]:
    """Return what a portfolio is worth, its money, and the parts of the worth."""
    name = portfolio_name(one["portfolio"])
    name = name[0].upper() + name[1:]
    if not one["chosen"]:
        return [say("portfolio_nothing", name=name)]
    first, last = run["design"]["years"]
    parts = one["parts"]
    return [
        say("portfolio_head", name=name, count=len(one["chosen"]), public=money(one["public"]),
             budget=money(one["budget"]), private=money(one["private"]), worth=money(one["worth"]),
             low=money(one["worth_low"]), high=money(one["worth_high"]), first=first,
             gap=f"{one['gap']:.2%}"),
        say("portfolio_parts", shortage=money(-parts["shortage"]), supply=money(parts["supply"]),
             capital=money(parts["capital"]), calm=money(-parts["calm_years"]),
             spread=money(parts["concentration"]), last=last),
    ]


def chosen_rows(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the chosen projects, one row each; a star marks what rests on cards."""
    opening = {row["project"]: row for row in one["opening"]}
    rows: list[dict[str, Any]] = []
    for row in one["chosen"]:
        dates = opening[row["project"]]
        goes = [f"{region_short(each['zone'])} {material_name(each['material'])} "
                f"{_tonnes(each['tonnes'])}" for each in _sent(one, row["project"])]
        rows.append({
            "project": row["title"] + _marks(row),
            "country": row["country"],
            "decide_year": row["year"],
            "opens_year": f"{dates['opens_low']:.0f} to {dates['opens_high']:.0f}",
            "open_by_deadline": f"{dates['chance']:.0%}",
            "t_in_deadline_year": _tonnes(dates["counts"])
            if dates["counts"] >= FEWER * row["capacity"] else "0",
            "makes": ", ".join(map(material_name, row["makes"])),
            "t_per_year": _tonnes_span(row["capacity"], row["capacity_low"],
                                       row["capacity_high"]),
            "capital_MUSD": _span(row["capital"], row["capital_low"], row["capital_high"]),
            "public_MUSD": f"{row['public'] / 1e6:,.0f}",
            "worth_MUSD": f"{row['worth'] / 1e6:,.0f}",
            "under_control_t_per_year": ", ".join(goes) or "0",
        })
    return rows


def _marks(row: Mapping[str, Any]) -> str:
    """Return the marks of a chosen project: cards, a part only, unsure figures."""
    star = "*" if {"capacity", "capital"} & set(row["supposed"]) else ""
    return star + ("†" if row["share"] < 1.0 else "") + ("‡" if row["unsure"] else "")


def _sent(one: Mapping[str, Any], project: str) -> list[Mapping[str, Any]]:
    """Return what a project sends where, without scrap and without traces of a product."""
    own = [row for row in one["deliveries"] if row["project"] == project and not row["scrap"]]
    whole: dict[str, float] = {}
    for row in own:
        whole[row["material"]] = whole.get(row["material"], 0.0) + row["tonnes"]
    return [row for row in own if row["tonnes"] >= FEWER * whole[row["material"]]]


def promised_lines(run: Mapping[str, Any]) -> list[str]:
    """Return the chosen projects for which public money or support is named already."""
    found = {row["project"]: row for one in run["portfolios"].values() for row in one["chosen"]
             if row["promised"]}
    if not found:
        return []
    return [say("portfolio_promised", names="; ".join(
        f"{row['title']} ({row['promised'].replace(';', ',')})" for row in found.values()))]


def short_rows(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the materials whose shortage the projects change, largest change first."""
    changed = [row for row in one["shortage"] if row["need"] > 0.0
               and abs(row["without"] - row["with"]) > FEWER * row["need"]]
    changed.sort(key=lambda row: (row["with"] - row["without"]) / row["need"])
    return [
        {
            "material": material_name(row["material"]),
            "zone": region_short(row["zone"]),
            "final_use_t_per_year": _tonnes(row["need"]),
            **{f"{name}_{when}": f"{part / row['need']:.0%}"
               for when in ("without", "with")
               for name, part in (
                   ("given_up", row[f"given_up_{when}"]),
                   ("not_to_be_had", row[when] - row[f"given_up_{when}"]))},
        }
        for row in changed
    ]


def deadline_line(run: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Return how many chosen projects are open by the deadline, and how much may run then."""
    design = run["design"]
    capital = {row["project"]: row["capital"] for row in one["chosen"]}
    due = [row for row in one["opening"] if row["project"] in capital]
    whole = sum(capital.values())
    return say("portfolio_deadline", all=len(due), deadline=design["deadline"],
               count=sum(row["chance"] >= HALF for row in due),
               part=sum(row["share"] * capital[row["project"]] for row in due) / whole
               if whole else 0.0)


def finance_line(one: Mapping[str, Any]) -> str:
    """Return how much each role finances."""
    total: dict[str, float] = {}
    for row in one["finance"]:
        total[row["role"]] = total.get(row["role"], 0.0) + row["amount"]
    return "; ".join(say("portfolio_finance", role=role.replace("-", " "), amount=money(amount))
                     for role, amount in sorted(total.items()))


def pooling_line(run: Mapping[str, Any]) -> str:
    """Return what pooling gains, by what, in which range over draws and cards."""
    pooling = run["pooling"]
    first, last = run["design"]["years"]
    if not any(one["chosen"] for one in run["portfolios"].values()):
        return say("portfolio_pooling_none", stands=money(pooling["by_sharing_what_stands"]))

    def span(name: str) -> str:
        if pooling["runs"] < LEAST_RUNS:
            return money(pooling[name])
        return say("portfolio_range", value=money(pooling[name]),
                   low=money(pooling[f"{name}_low"]), high=money(pooling[f"{name}_high"]))

    line = say("portfolio_pooling", gain=span("gain"), projects=span("by_projects"),
               stands=span("by_sharing_what_stands"), unproven=money(pooling["unproven"]),
               first=first, last=last)
    ranges = (say("portfolio_pooling_ranges", runs=pooling["runs"])
              if pooling["runs"] >= LEAST_RUNS else say("portfolio_pooling_no_range"))
    return f"{line} {ranges}"


def zone_rows(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what pooling does to each zone: its cost of shortage and its public money."""
    return [
        {
            "zone": region_short(row["zone"]),
            **{column: f"{row[name] / 1e6:,.0f}" for column, name in zip(
                ZONE_COLUMNS[1:],
                ("shortage_alone_without", "shortage_pooled_without", "shortage_alone_with",
                 "shortage_pooled_with", "public_alone", "public_pooled"), strict=True)},
        }
        for row in run["pooling"]["zones"]
    ]


def shorter_lines(run: Mapping[str, Any]) -> list[str]:
    """Return, zone by zone, the materials that it goes shorter of with pooling than alone."""
    found: dict[str, list[str]] = {}
    for row in run["pooling"]["materials"]:
        if row["shorter"]:
            found.setdefault(row["zone"], []).append(say(
                "portfolio_shorter_of", material=material_name(row["material"]),
                alone=f"{row['alone_with'] / row['need']:.0%}",
                pooled=f"{row['pooled_with'] / row['need']:.0%}"))
    return [say("portfolio_shorter", zone=region_short(zone), materials=", ".join(parts))
            for zone, parts in found.items()]


def weight_line(run: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Return the weights of the kinds of futures, and in how many the portfolio loses money."""
    kinds = run["design"]["kinds"]
    return say("portfolio_kinds", loses=f"{one['loses']:.0%}",
               **{kind: f"{kinds.get(kind, 0.0):.0%}" for kind in ("none", "partial", "ban")})


def again_line(run: Mapping[str, Any]) -> str:
    """Return how far the choice holds on other draws of the futures."""
    again: Sequence[Mapping[str, Any]] = run["again"]
    joint = run["portfolios"].get(JOINT) or next(iter(run["portfolios"].values()))
    own = [str(row["project"]) for row in joint["chosen"]]
    kept = [name for name in own if all(name in one["chosen"] for one in again)]
    lost = [name for name in own if name not in kept]
    gains = [float(one["gain"]) for one in (*again, *([run["pooling"]] if run["pooling"] else []))]
    return say("portfolio_again", draws=len(again), kept=len(kept), of=len(own),
               low=money(min(gains)), high=money(max(gains)),
               lost=say("portfolio_lost", names=", ".join(lost)) if lost else "")


def foresight_line(run: Mapping[str, Any]) -> str:
    """Return what planning with futures and knowing the future are worth."""
    found = run["foresight"]
    return say("portfolio_foresight", stochastic=money(found["stochastic"]),
               information=money(found["information"]))


def sensitivity_rows(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the joint choice with one card at an end, the worst first."""
    rows: Sequence[Mapping[str, Any]] = run["sensitivity"]
    return [
        {
            "what": row["title"] or say(f"portfolio_{str(row['card']).replace('-', '_')}"),
            "at": row["value"] if isinstance(row["value"], str)
            else f"{row['value']:g} {row['unit']}".removesuffix(" 1"),
            "worth_MUSD": f"{row['worth'] / 1e6:,.0f}",
            "enters": ", ".join(row["enters"]),
            "leaves": ", ".join(row["leaves"]),
        }
        for row in sorted(rows, key=lambda each: float(each["worth"]))
    ]


def notes(run: Mapping[str, Any]) -> list[str]:
    """Return what a reader has to know about the figures."""
    design = run["design"]
    shift = (say("portfolio_shift", share=design["shift"]) if design["shift"] is not None
             else say("portfolio_no_shift"))
    decided: Sequence[Mapping[str, Any]] = run["decided"]
    return [
        say("portfolio_short_notes", gives_up=design["gives_up"],
            slopes=" to ".join(f"{each:.2g}" for each in _ends(design["elasticity"]))),
        say("portfolio_weights", cap=run["design"]["willingness_cap"], **design["weights"]),
        shift,
        _horizon(design),
        say("portfolio_money_note", last=design["years"][1]),
        say("portfolio_planner"),
        *_mark_notes(run),
        *promised_lines(run),
        *([say("portfolio_decided", names=", ".join(str(one["title"]) for one in decided))]
          if decided else []),
        *([say("portfolio_not_modelled", count=len(run["not_modelled"]),
               rows=", ".join(one["row"] for one in run["not_modelled"]))]
          if run["not_modelled"] else []),
        *(say(each) for each in run["limits"]),
    ]


def _horizon(design: Mapping[str, Any]) -> str:
    first, last = design["years"]
    line = say("portfolio_horizon", first=first, last=last, deadline=design["deadline"])
    return line if design["least_chance"] else f"{line} {say('portfolio_in_time')}"


def _mark_notes(run: Mapping[str, Any]) -> list[str]:
    """Return what the daggers mean, those that are printed."""
    rows = [row for one in run["portfolios"].values() for row in one["chosen"]]
    return [*([say("portfolio_part")] if any(row["share"] < 1.0 for row in rows) else []),
            *([say("portfolio_unsure")] if any(row["unsure"] for row in rows) else [])]


def _ends(values: Sequence[float]) -> list[float]:
    return sorted({min(values), max(values)}) if values else []


def money(amount: float) -> str:
    """Return an amount in million or billion USD, three digits."""
    if abs(amount) >= 1e9:
        return f"{amount / 1e9:,.2f} bn USD"
    return f"{amount / 1e6:,.0f} million USD"


def _tonnes(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 10.0 else f"{amount:.2g}"


def _tonnes_span(middle: float, low: float, high: float) -> str:
    if low == middle == high:
        return _tonnes(middle)
    return f"{_tonnes(middle)} ({_tonnes(low)} to {_tonnes(high)})"


def _span(middle: float, low: float, high: float) -> str:
    return f"{middle / 1e6:,.0f} ({low / 1e6:,.0f} to {high / 1e6:,.0f})"

