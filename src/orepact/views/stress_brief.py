"""Write the printable brief of a stress run: two pages of A4 as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views import digits
from orepact.views.names import region_name
from orepact.views.render import to_svg
from orepact.views.reserve_release import release_lines
from orepact.views.reserve_release_page import plain_tables
from orepact.views.sector_table import (
    exposure_rows,
    flip_line,
    link_lines,
    sector_driver_lines,
    sector_rows,
)
from orepact.views.stress_charts import band_chart, tornado_chart
from orepact.views.stress_table import (
    buyer_name,
    exporter_rows,
    group_name,
    headline,
    key_buyers,
    period_name,
    rung_groups,
    told_case,
    told_licences,
)
from orepact.views.stress_ways import way_lines
from orepact.views.stress_words import (
    band_line,
    break_lines,
    driver_head,
    kept_line,
    sample_lines,
)
from orepact.views.texts import say

__all__ = ["stress_html"]

Entry = Mapping[str, Any]

TEMPLATES = Path(__file__).parent / "templates"
SOURCES = 14
TORNADOES = 4
SECTORS, LINKS = 4, 8


def stress_html(content: Entry, parts: Sequence[Mapping[str, Any]]) -> str:
    """Return the brief of a stress run as one self-contained HTML page.

    `content` is what ``run.json`` holds, `parts` the rows of `orepact.views.scenario.part_rows`.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    return environment.get_template("stress.html.jinja").render(
        say=say,
        run=content,
        style=Markup(style),  # noqa: S704 — our own file
        meta=_meta(content),
        ladder=content["rungs"] != [0],
        parts=parts,
        chains=[_chain(content, entry) for entry in content["chains"]],
        tornadoes=_tornadoes(content),
        breaks=break_lines(content),
        ways=way_lines(content),
        bands=" ".join(filter(None, (band_line(content), kept_line(content)))),
        knock=_knock_on(content),
        reserves=_reserves(content),
        sources=content["sources"][:SOURCES],
        more_sources=max(0, len(content["sources"]) - SOURCES),
        cards=_cards(content, parts),
        provenance=_provenance(content),
    )


def _meta(content: Entry) -> str:
    design = content["design"]
    drawn = design["draws"] and design["uncertain"]
    return say(
        "stress_meta", months=content["months"], first=content["first_month"],
        period=say("stress_years" if len(content["periods"]) > 1 else "stress_whole"),
        sets=len(design["parameter_sets"]),
        draws=say("stress_draws", count=design["draws"]) if drawn else say("stress_middle"),
        licences=", ".join(say(f"stress_{each}") for each in content["licences"]),
    )


def _chain(content: Entry, entry: Entry) -> dict[str, Any]:
    chain = str(entry["chain"])
    rows = headline(content, chain)
    drawing = band_chart(content, chain)
    return {
        "title": entry["title"],
        "grade": entry["grade"],
        "rows": rows,
        "sample": " ".join(sample_lines(content, chain)),
        "chart": Markup(to_svg(drawing)) if drawing else "",  # noqa: S704 — drawn here
        "answers": _answers(content, chain, rows),
        "exporters": exporter_rows(content, chain),
    }


def _answers(content: Entry, chain: str, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return sentences: what the buyer hit hardest pays, who lacks what, by licence branch.

    Each in the period in which the scenario changes most, of a ladder on the lowest and on the
    highest rungs, once where they read the same.
    """
    merged: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for row in _told_rows(content, chain, rows):
        key = tuple((name, text) for name, text in row.items() if name != "rung")
        rungs = merged.setdefault(key, [])
        rungs += [row["rung"]] if row["rung"] not in rungs else []
    found: list[str] = []
    for key, rungs in merged.items():
        row = dict(key)
        case = "".join(
            f", {word}" for word in (say("stress_and").join(rungs), row["period"]) if word)
        words = {"licence": say("stress_licences_are", licence=row["licence"])
                 if row["licence"] else say("stress_all_members"),
                 "case": case, "buyer": row["buyer"]}
        if row["buyer"] == rows[0]["buyer"] and row["base"] != digits.MISSING:
            found.append(say("stress_hit", base=row["base"], without=_times(row["without"]),
                             **words))
        elif row["unmet"] != digits.MISSING:
            found.append(say("stress_hit_short", unmet=row["unmet"],
                             change=_points(row["unmet_change"]), **words))
    return found


def _told_rows(
    content: Entry, chain: str, rows: Sequence[Mapping[str, str]]
) -> list[Mapping[str, str]]:
    """Return the rows of the headline that sentences are made of, buyer by buyer."""
    groups = rung_groups(content, chain)
    ends = [groups[0], groups[-1]] if len(groups) > 1 else groups
    periods = {one["name"]: period_name(content, one) for one in content["periods"]}
    licences = told_licences(content, chain)
    found: list[Mapping[str, str]] = []
    for (region, material), group, licence in product(key_buyers(content, chain), ends, licences):
        _, period = told_case(content, chain, (region, material), licence, group[:1])
        place = {"buyer": buyer_name(region, material), "rung": group_name(content, group),
                 "period": periods[period]}
        found += [
            row for row in rows
            if all(row[name] == text for name, text in place.items())
            and row["licence"] in {"", say("stress_either"), say(f"stress_{licence}")}
            and row not in found
        ]
    return found


def _points(text: str) -> str:
    """Return the scenario's part of what is lacking, in points of use."""
    if text == digits.MISSING or text[:1] in "+-" or text[:1].isdigit():
        return say("stress_points", points=text)
    return say("stress_no_times", words=text)


def _times(text: str) -> str:
    return say("stress_times", times=text) if text[:1].isdigit() else say(
        "stress_no_times", words=text)


def _reserves(content: Entry) -> dict[str, Any] | None:
    """Return what reserves change by rule, where the run has them."""
    if "reserves" not in content:
        return None
    return {"tables": plain_tables(content), "lines": release_lines(content)}


def _knock_on(content: Entry) -> dict[str, Any]:
    region = content["plan"]["region"]
    return {
        "region": region_name(region),
        "stop": digits.share(content["sectors_at_risk"]["stop"]),
        "sectors": sector_rows(content, region, SECTORS),
        "flips": flip_line(content, region),
        "drivers": sector_driver_lines(content),
        "links": link_lines(content)[:LINKS],
        "exposure": exposure_rows(content, SECTORS),
    }


def _tornadoes(content: Entry) -> list[dict[str, Any]]:
    last = content["rungs"][-1]
    found: list[dict[str, Any]] = []
    for entry in content["drivers"]:
        head = driver_head(content, entry)
        drawing = tornado_chart(entry, head)
        if drawing is not None and entry["rung"] == last:
            found.append({"title": head[:1].upper() + head[1:],
                          "chart": Markup(to_svg(drawing))})  # noqa: S704 — drawn here
    return found[:TORNADOES]


def _cards(content: Entry, parts: Sequence[Mapping[str, Any]]) -> str:
    named = sorted({str(part["basis"]) for part in parts if str(part["basis"]).startswith("card ")})
    return say(
        "stress_cards", cards=len(content["assumptions"]), sources=len(content["sources"]),
        named=", ".join(each.removeprefix("card ") for each in named) or say("stress_no_card"),
    )


def _provenance(content: Entry) -> str:
    dataset = content["dataset"]
    return say(
        "stress_provenance", name=dataset["name"], version=dataset["version"],
        hash=dataset["hash"][:12], inputs=content["input_hash"][:12],
        results=content["result_hash"][:12], code=content["code_version"],
    )
