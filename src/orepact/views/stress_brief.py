"""Write the printable brief of a stress run: two pages of A4 as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views import digits
from orepact.views.names import region_name
from orepact.views.render import to_svg
from orepact.views.sector_table import exposure_rows, flip_line, link_lines, sector_rows
from orepact.views.stress_charts import band_chart, tornado_chart
from orepact.views.stress_table import exporter_rows, headline
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
        bands=" ".join(filter(None, (band_line(content), kept_line(content)))),
        knock=_knock_on(content),
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
        "answers": _answers(rows),
        "exporters": exporter_rows(content, chain),
    }


def _answers(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return sentences for the first period: what the buyer hit hardest pays, who lacks what.

    Of a ladder the lowest and the highest rungs.
    """
    found: list[str] = []
    ends = {row["rung"] for row in (*rows[:1], *rows[-1:])}
    for number, row in enumerate(rows):
        if row["period"] != rows[0]["period"] or row["rung"] not in ends:
            continue
        case = f", {row['rung']}" if row["rung"] else ""
        words = {"licence": say("stress_licences_are", licence=row["licence"])
                 if row["licence"] else say("stress_all_members"),
                 "case": case, "buyer": row["buyer"]}
        if row["buyer"] == rows[0]["buyer"] and row["base"] != "n/a":
            found.append(say("stress_hit", base=row["base"], without=_times(row["without"]),
                             **words))
        elif row["unmet"] != "n/a" and number:
            found.append(say("stress_hit_short", unmet=row["unmet"], **words))
    return found


def _times(text: str) -> str:
    return say("stress_times", times=text) if text[:1].isdigit() else say(
        "stress_no_times", words=text)


def _knock_on(content: Entry) -> dict[str, Any]:
    region = content["plan"]["region"]
    return {
        "region": region_name(region),
        "stop": digits.share(content["sectors_at_risk"]["stop"]),
        "sectors": sector_rows(content, region, SECTORS),
        "flips": flip_line(content, region),
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
