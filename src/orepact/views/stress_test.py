"""Write a stress test as one self-contained HTML file of a few pages of A4."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views import digits
from orepact.views.names import material_name, region_name, status_name
from orepact.views.stress_table import changed
from orepact.views.texts import say

__all__ = ["answers", "scenario_rows", "stress_test_html"]

Entry = Mapping[str, Any]

TEMPLATES = Path(__file__).parent / "templates"
FIGURES = 12
MISSING = 4
SOURCES = 16
SECTORS = 3
AMOUNTS = 7
MILLION = 1e6
SURE = ("A", "B", "C")
"""Grades of accounts in which a region's own price is told."""

_PERCENT = ("share", "reliance", "rate", "capacity over", "production over", "supply without",
            "own output", "recover", "volatility")
"""Words of figures of unit 1 that are told in per cent."""


def stress_test_html(content: Entry) -> str:
    """Return a stress test (what ``run.json`` holds) as one self-contained HTML page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    rows = scenario_rows(content)
    return environment.get_template("stress_test.html.jinja").render(
        say=say,
        test=content,
        style=Markup(style),  # noqa: S704 — our own file
        region=region_name(content["region"]),
        head=_head(content),
        answers=answers(content),
        sections=[_section(one) for one in content["vulnerability"]],
        acts=list(_acts(content["acts"])),
        scenarios=rows,
        cases=any(row["case"] for row in rows),
        sectors=_sectors(content),
        mitigation=[_measure(one) for one in content["mitigation"]],
        grades=_grades(content),
        sources=[one for one in content["sources"] if one["publisher"]][:SOURCES],
        more_sources=max(0, sum(bool(one["publisher"]) for one in content["sources"]) - SOURCES),
        provenance=_provenance(content),
    )


def _head(content: Entry) -> list[str]:
    strategic, design = content["strategic"], content["design"]
    lines = [say("strategic", letter=strategic["letter"], article=content["article"])
             if strategic else say("not_strategic", article=content["article"])]
    if strategic and (strategic["listed_grade"] or strategic["data_grade"]):
        lines.append(say("listed_grade", listed=strategic["listed_grade"] or "all",
                         data=strategic["data_grade"] or "the same"))
    ran = [one for one in content["scenarios"] if not one["missing"]]
    if ran:
        sets = design["sets"]
        lines.append(say("design", months=ran[0]["months"], first=ran[0]["first_month"],
                         sets=say("sets", count=sets) if sets > 1 else say("one_set"),
                         draws=_draws(design), windows="too" if design["windows"] else "left out"))
        lines += [say("quick")] if sets == 1 else []
    return lines


def _draws(design: Entry) -> str:
    return say("draws", count=design["draws"]) if design["draws"] else say("no_draws")


def answers(content: Entry) -> list[str]:
    """Return what a reader wants first: the supplier, what each scenario leaves unmet, warnings."""
    region = region_name(content["region"])
    scenarios: Sequence[Entry] = content["scenarios"]
    lines = [
        say("answer_supplier", supplier=region_name(one["facts"]["supplier"]), region=region,
            share=digits.share(one["facts"]["share_of_imports"]),
            groups=digits.share(one["facts"]["share_of_groups"]))
        for one in scenarios if one["kind"] == "supplier-stop" and one["facts"]
    ]
    lines += [_answer(content, one) for one in scenarios if one["worst"] is not None]
    if all(one["missing"] for one in scenarios):
        why = next((one["missing"] for one in scenarios), "no chain holds the material")
        lines.append(say("answer_none", why=why))
    return [*lines, *_warned(content)]


def _title(content: Entry, one: Entry) -> str:
    """Return what a scenario is called: a generated one by what was found for it."""
    facts = one["facts"]
    if one["missing"] or not facts:
        return str(one["title"])
    return say(
        f"title_{one['kind']}", title=one["title"],
        chain=str(one["title"]).partition(":")[0], region=region_name(content["region"]),
        supplier=region_name(facts.get("supplier", "")), where=region_name(facts.get("region", "")),
        share=digits.share(facts.get("share_of_world")),
        process_title=_lower(facts.get("process_title", "")),
        use_title=_lower(facts.get("use_title", "")), scenario=facts.get("scenario", ""),
    )


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _answer(content: Entry, one: Entry) -> str:
    worst, title = one["worst"], _title(content, one)
    dearest = _dearest(one)
    price = "" if dearest is None else say(
        "answer_dearest", material=material_name(dearest["material"]),
        region=region_name(content["region"]), grade=dearest["grade"],
        price=digits.multiple(digits.band_of(dearest["price_marginal_vs_base"])),
        ratio=changed(dearest["price_marginal_ratio"], share=False),
    )
    if worst["unmet_share_change"]["verdict"] == "below resolution":
        return say("answer_nothing", title=title) + price
    return say(
        "answer_scenario", title=title, material=material_name(worst["material"]),
        unmet=digits.percent(digits.band_of(worst.get("unmet_share"))), grade=worst["grade"],
        more=_points(worst["unmet_share_change"]), price=_price(content, one, worst),
    ) + price


def _price(content: Entry, one: Entry, worst: Entry) -> str:
    """Return the price of the material that lacks most, told as whose it is."""
    band = digits.band_of(worst.get("price_marginal_vs_base"))
    if band is None:
        return ""
    if worst["price_of"] == content["region"]:
        return say("answer_price", price=digits.multiple(band))
    exporters = [region_name(name) for name in one["exporters"]]
    return say("answer_price_outside", price=digits.multiple(band),
               exporters=" and ".join(exporters) or say("the_exporter"))


def _dearest(one: Entry) -> Entry | None:
    """Return the material whose own price in the region the scenario raises most, if any.

    On the highest rung, both licence branches together, of a grade better than D, resolved; none
    where it is what lacks most, whose price is told already.
    """
    rows = [row for row in one["results"] if row["licence"] == "all"]
    last = max((row["rung"] for row in rows), default=0)
    told = [row for row in rows if row["rung"] == last and row["grade"] in SURE
            and row["price_of"] == row["region"] and "price_marginal_vs_base" in row
            and row.get("price_marginal_ratio", {}).get("verdict") == "resolved"
            and row["price_marginal_ratio"]["middle"] > 1.0]
    if not told:
        return None
    found = max(told, key=lambda row: (row["price_marginal_ratio"]["middle"], row["material"]))
    worst = one["worst"]
    unmet = worst["unmet_share_change"]["verdict"] != "below resolution"
    return None if unmet and found["material"] == worst["material"] else found


def _points(change: Entry) -> str:
    text = changed(change, share=True)
    return say("points", points=text) if text[:1] in "+-0" else text


def _warned(content: Entry) -> Iterator[str]:
    """Yield the early warning of shortage that is highest among the minerals."""
    found = [figure for section in content["vulnerability"] for figure in section["figures"]
             if figure["indicator"] == "early_warning_shortage"]
    if found:
        one = max(found, key=lambda figure: (figure["value"], figure["mineral"]))
        yield say("answer_warning", band=one["coverage"].get("band", ""),
                  index=f"{one['value']:.1f}", mineral=one["mineral"].replace("_", " "))


def _section(section: Entry) -> dict[str, Any]:
    rows = [_figure(one) for one in _spread(section["figures"])]
    missing = section["missing"]
    told = "; ".join(missing[:MISSING])
    if len(missing) > MISSING:
        told = say("missing_more", missing=told, count=len(missing) - MISSING)
    return {
        "title": section["title"],
        "rows": rows,
        "more": len(section["figures"]) - len(rows),
        "missing": say("missing", missing=told) if missing else "",
    }


def _spread(figures: Sequence[Entry]) -> list[Entry]:
    """Return some of the figures in their order: as many of every mineral and form as of others."""
    seen: dict[tuple[str, str], int] = {}
    turns: list[int] = []
    for one in figures:
        of = (one["mineral"], one["form"])
        turns.append(seen.setdefault(of, 0))
        seen[of] += 1
    first = sorted(range(len(figures)), key=lambda number: (turns[number], number))[:FIGURES]
    return [figures[number] for number in sorted(first)]


def _figure(one: Entry) -> dict[str, str]:
    partner = region_name(one["partner"]) if one["partner"] else ""
    words = (one["mineral"].replace("_", " "), one["stage"], one["form"], partner,
             _place(one["region"]))
    return {
        "name": one["indicator"].replace("_", " "),
        "of": ", ".join(_once(words)),
        "value": _value(one),
        "period": one["period"].replace("/", " to "),
        "limits": _limits(one),
    }


def _once(words: Sequence[str]) -> Iterator[str]:
    """Yield words that are not empty, each once, upper and lower case alike."""
    seen: set[str] = {""}
    for word in words:
        if word.casefold() not in seen:
            seen.add(word.casefold())
            yield word


def _place(region: str) -> str:
    return {"WLD": say("world"), "E27": region_name("EU27"), "": ""}.get(region) or (
        region_name(region) if region else "")


def _value(one: Entry) -> str:
    percent = one["unit"] == "1" and any(word in one["indicator"] for word in _PERCENT)
    unit = "" if one["unit"] == "1" else f" {one['unit']}"
    whole = unit in {" day", " t/year", " t", " year"}

    def told(value: float) -> str:
        if percent:
            return digits.share(value).removesuffix(" %")
        return digits.tonnes(value) if whole else f"{value:.2g}"

    text = told(one["value"])
    if one["low"] is not None and one["high"] is not None:
        low, high = told(one["low"]), told(one["high"])
        text += f" ({low}–{high})" if low != high else ""
    return text + (" %" if percent else unit)


def _limits(one: Entry) -> str:
    coverage = one["coverage"]
    parts = [f"{name} {coverage[name]}" for name in ("grade", "basis", "band", "verdict")
             if coverage.get(name)]
    return ", ".join([*parts, one["note"]] if one["note"] else parts)


def _acts(acts: Entry) -> Iterator[dict[str, str]]:
    for one in acts["rows"]:
        dates = [f"{row['event']} {row['date']} ({row['days_left']} days)"
                 for row in acts["clocks"] if row["act"] == one["act"]]
        yield {
            "act": f"{one['act']}: {one['title']}",
            "issuer": region_name(one["issuer"]),
            "kind": one["kind"].replace("_", " "),
            "state": status_name(one["status"]),
            "until": one["until"] or "",
            "next": "; ".join(dates),
        }


def scenario_rows(content: Entry) -> list[dict[str, str]]:
    """Return a row per scenario, material, rung and period with its figures as text."""
    rows: list[dict[str, str]] = []
    for one in content["scenarios"]:
        if one["missing"]:
            rows.append({**dict.fromkeys(_CELLS, digits.MISSING),
                         "scenario": _title(content, one),
                         "material": one["missing"], "case": "", "licences": ""})
            continue
        mine = [row for row in one["results"] if row["licence"] == "all"]
        apart = {_at(row, row["licence"]): row for row in one["results"]}
        title = _title(content, one)
        rows += [{"scenario": title, **_scenario_row(one, row, apart)} for row in mine]
    return rows


_CELLS = ("base", "ratio", "unmet", "more", "cover", "grade")


def _at(row: Entry, licence: str) -> tuple[Any, ...]:
    return row["rung"], row["period"], row["material"], licence


def _scenario_row(
    one: Entry, row: Entry, apart: Mapping[tuple[Any, ...], Entry]
) -> dict[str, str]:
    case = [say("rung", rung=row["rung"])] if one["rungs"] != [0] else []
    if len(one["periods"]) > 1:
        case.append(say("year", number=str(row["period"]).removeprefix("year-")))
    unmet = {
        licence: digits.percent(digits.band_of(found.get("unmet_share")))
        for licence in ("approve", "refuse")
        if (found := apart.get(_at(row, licence))) is not None
    }
    star = "" if row["price_of"] == row["region"] else " *"
    band = digits.band_of(row.get("price_marginal_vs_base"))
    return {
        "material": material_name(row["material"]),
        "case": ", ".join(case),
        "base": digits.multiple(band) + (star if band else ""),
        "ratio": changed(row.get("price_marginal_ratio"), share=False),
        "unmet": digits.percent(digits.band_of(row.get("unmet_share"))),
        "more": changed(row.get("unmet_share_change"), share=True),
        "licences": say("by_licence", **unmet)
        if len(unmet) > 1 and len(set(unmet.values())) > 1 else "",
        "cover": digits.days(digits.band_of(row.get("cover_days_worst"))),
        "grade": row["grade"],
    }


def _sectors(content: Entry) -> list[str]:
    """Return the sectors most at risk when the largest supplier stops, in millions of dollars."""
    found: list[str] = []
    for one in content["scenarios"]:
        rows = one.get("sectors_at_risk", ())
        if one["kind"] != "supplier-stop" or not rows:
            continue
        largest = sorted(rows, key=lambda row: -row["at_risk"]["high"])[:SECTORS]
        words = [say("sector", title=row["title"], low=_millions(row["at_risk"]["low"]),
                     high=_millions(row["at_risk"]["high"])) for row in largest]
        found.append(say("sectors", region=region_name(content["region"]),
                         rows="; ".join(words) + " million USD"))
    return found


def _millions(value: float) -> str:
    return digits.tonnes(value / MILLION)


def _measure(one: Entry) -> dict[str, Any]:
    return {
        "title": one["title"],
        "exists": one["exists"],
        "changes": one["changes"],
        "figures": [_amount(each) for each in one["figures"][:AMOUNTS]],
        "more": max(0, len(one["figures"]) - AMOUNTS),
    }


def _amount(one: Entry) -> str:
    fraction, points = str(one["unit"]).startswith("fraction"), one["unit"] == "points of use"

    def told(value: float) -> str:
        if points:
            return f"{100.0 * value:+.0f}"
        if fraction:
            return digits.share(value).removesuffix(" %")
        return f"{value:.2g}" if one["unit"] == "1" else digits.tonnes(value)

    text = told(one["middle"])
    low, high = one.get("low"), one.get("high")
    if low is not None and high is not None and told(low) != told(high):
        text += f" ({told(low)} to {told(high)})" if points else f" ({told(low)}–{told(high)})"
    unit = " %" if fraction else "" if one["unit"] == "1" else f" {one['unit']}"
    return f"{one['what']}: {text}{unit}{_beside(one, told)}"


def _beside(one: Entry, told: Callable[[float], str]) -> str:
    rest = f", {say('from')} {told(one['without'])} %" if one.get("without") is not None else ""
    if one.get("of") is not None:
        rest += f" of {told(one['of'])}"
    if one.get("share_of_use") is not None:
        rest += f", {digits.share(one['share_of_use'])} of use"
    return rest + (f" ({one['verdict']})" if one.get("verdict", "resolved") != "resolved" else "")


def _grades(content: Entry) -> str:
    told = [f"{chain} {grades['account']}" for chain, grades in content["grades"].items()]
    return say("grades", grades=", ".join(told)) if told else ""


def _provenance(content: Entry) -> str:
    dataset, design = content["dataset"], content["design"]
    return say("test_provenance", code=content["code_version"], name=dataset["name"],
               version=dataset["version"], hash=dataset["hash"][:12],
               results=content["result_hash"][:12], draws=_draws(design),
               sampling=design["sampling"].replace("-", " "), seed=design["seed"])
