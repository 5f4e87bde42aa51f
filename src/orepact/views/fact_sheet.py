"""Write the fact sheet of a mineral: one page of A4 as HTML, and its charts as SVG and CSV.

The page is self-contained: no script, nothing loaded, plain links only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import polars as pl
from markupsafe import Markup

from orepact.indicators.figure import Figure
from orepact.studies.assessment.fact_sheet import Sheet
from orepact.studies.assessment.overview import Line
from orepact.views import digits
from orepact.views.assess_charts import price_line, share_bars
from orepact.views.assess_table import printed_instead
from orepact.views.names import region_name, status_name
from orepact.views.render import to_svg
from orepact.views.texts import say

__all__ = ["Chart", "charts_of", "sheet_html", "write_sheet"]

TEMPLATES = Path(__file__).parent / "templates"
ROWS = 5
SHORT, LONG = 118.0, 200.0
"""Pixels for the names of countries, and of end uses."""

CRITICAL: Mapping[str, float] = {"supply_risk": 1.0, "economic_importance": 2.8}
SCORES = ("supplier_hhi", "supply_risk", "economic_importance", "early_warning")
SHARES = ("import_reliance", "without_largest")
ROWS_SAID: Mapping[str, str] = {
    "import_reliance": "sheet_import_reliance",
    "without_largest": "sheet_without_largest",
    "supplier_hhi": "sheet_supplier_hhi",
    "supply_risk": "sheet_supply_risk",
    "economic_importance": "sheet_economic_importance",
    "early_warning": "sheet_early_warning",
}
"""The text of a row by the role of its figures."""
FULL = 100.0
Chart = tuple[str, str, pl.DataFrame, str]
"""Name of the file, title, table, and drawing as SVG, empty where there is nothing to draw."""


def write_sheet(sheet: Sheet, folder: Path) -> list[Path]:
    """Write page, drawings and tables of a sheet to a folder; return the paths, the page first."""
    folder.mkdir(parents=True, exist_ok=True)
    charts = charts_of(sheet)
    page = folder / f"{sheet.mineral}.html"
    files = {page: sheet_html(sheet, charts)}
    for name, _, table, drawing in charts:
        if drawing:
            files[folder / f"{sheet.mineral}-{name}.svg"] = drawing
            files[folder / f"{sheet.mineral}-{name}.csv"] = table.write_csv(line_terminator="\n")
    for path, text in files.items():
        _ = path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def charts_of(sheet: Sheet) -> list[Chart]:
    """Return the charts of a sheet: producers, origins, prices, uses."""
    region = region_name(sheet.region)
    bars = [
        ("producers", say("sheet_producers"), sheet.producers, say("sheet_producers_desc")),
        ("origins", say("sheet_origins", region=region), sheet.origins, say("sheet_origins_desc")),
        ("uses", say("sheet_uses"), sheet.uses, say("sheet_uses_desc")),
    ]
    drawn = [
        (name, title, table, _drawn(name, table, title, words))
        for name, title, table, words in bars
    ]
    return [*drawn[:2], _prices(sheet.prices, sheet.on.year), drawn[2]]


def _drawn(name: str, table: pl.DataFrame, title: str, words: str) -> str:
    if table.is_empty():
        return ""
    labels = LONG if name == "uses" else SHORT
    return to_svg(share_bars(_named(table), title, words, labels=labels))


def _prices(prices: pl.DataFrame, year: int) -> Chart:
    """Return the chart of prices; a series that ended before the year before says so."""
    if prices.is_empty():
        return "prices", say("sheet_prices_none"), prices, ""
    first, last = (str(prices["date"][row])[:4] for row in (0, -1))
    title = say("sheet_prices", form=prices["form"][-1], market=prices["market"][-1])
    title += say("sheet_prices_end", last=last) if int(last) < year - 1 else ""
    words = say("sheet_prices_desc", first=first, last=last)
    return "prices", title, prices, to_svg(price_line(prices, title, words))


def _named(shares: pl.DataFrame) -> pl.DataFrame:
    """Return shares with the names of countries instead of their codes."""
    names = {code: region_name(code) for code in shares["name"].unique() if len(code) == len("CHN")}
    return shares.with_columns(pl.col("name").replace(names))


def sheet_html(sheet: Sheet, charts: Sequence[Chart]) -> str:
    """Return a sheet as one self-contained HTML page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    return environment.get_template(
        "fact_sheet.html.jinja"
    ).render(
        say=say,
        sheet=sheet,
        style=Markup(style),  # noqa: S704 — our own file
        region=region_name(sheet.region),
        on=_day(sheet),
        lists=say("sheet_lists", lists="; ".join(sheet.lists))
        if sheet.lists
        else say("sheet_no_list"),
        key=_key(sheet.lines),
        charts=[
            {"title": title, "svg": Markup(drawing)}  # noqa: S704 — drawn by the renderer
            for _, title, _, drawing in charts
        ],
        acts=_acts(sheet),
        projects=_projects(sheet.projects),
        gaps=_gaps(sheet),
        sources=[source for source in sheet.sources if source["publisher"]],
        assumed=sum(not source["publisher"] for source in sheet.sources),
        provenance=say(
            "sheet_provenance",
            name=sheet.dataset["name"],
            version=sheet.dataset["version"],
            vintage=sheet.dataset["vintage"],
            hash=sheet.dataset["hash"][:12],
            code=sheet.code,
            on=_day(sheet),
        ),
        rerun=say(
            "sheet_rerun",
            mineral=sheet.mineral,
            region=sheet.region,
            vintage=sheet.dataset["vintage"],
        ),
    )


def _day(sheet: Sheet) -> str:
    return f"{sheet.on.day} {sheet.on:%B %Y}"


def _key(lines: Sequence[Line]) -> dict[str, Any]:
    """Return the table of key figures: one row for each figure, one column for each stage."""
    rows = [
        {"name": say("sheet_supplier"), "cells": [_supplier(line) for line in lines]},
        {"name": say("sheet_not_named"), "cells": [_limit(line, "unmapped") for line in lines]},
        {"name": say("sheet_age"), "cells": [_limit(line, "age") for line in lines]},
        {"name": say("sheet_producer"), "cells": [_producer(line) for line in lines]},
        *(
            {"name": say(ROWS_SAID[role]), "cells": [_score(line, role) for line in lines]}
            for role in (*SHARES, *SCORES)
        ),
    ]
    return {"heads": [line.stage for line in lines], "rows": rows}


def _cell(text: str, note: str = "", *, critical: bool = False) -> dict[str, Any]:
    return {"text": text, "note": note, "critical": critical}


def _supplier(line: Line) -> dict[str, Any]:
    figure = line.figures.get("supplier")
    if figure is None or figure.value is None:
        return _cell(say("sheet_none"))
    name = region_name(figure.partner or figure.note)
    told = f"{figure.coverage.get('basis', '')}, {figure.period}".strip(", ")
    if not name and figure.high is not None:
        return _cell(say("sheet_none_abroad", most=digits.share(figure.high)), told)
    return _cell(f"{name} {digits.share(figure.value)}", told)


def _producer(line: Line) -> dict[str, Any]:
    figure = line.figures.get("producer")
    if figure is None or figure.value is None:
        return _cell(say("sheet_none"))
    return _cell(f"{region_name(figure.partner)} {digits.share(figure.value)}", figure.period)


def _limit(line: Line, name: str) -> dict[str, Any]:
    figure = line.figures.get("supplier")
    value = figure.coverage.get(name) if figure else None
    if value is None:
        return _cell(say("sheet_none"))
    return _cell(f"{FULL * value:.0f}" if name == "unmapped" else f"{value}")


def _score(line: Line, role: str) -> dict[str, Any]:
    figure = line.figures.get(role)
    if figure is None or figure.value is None:
        told = printed_instead(figure) if figure else ""
        if figure and told:
            return _cell(told, figure.period)
        return _cell(say("sheet_none"), figure.missing if figure else "")
    if role in SHARES:
        return _cell(digits.share(figure.value).removesuffix(" %"), figure.period)
    hot = role in CRITICAL and round(figure.value, 1) >= CRITICAL[role]
    return _cell(f"{figure.value:.2f}", _range(figure), critical=hot)


def _range(figure: Figure) -> str:
    band = str(figure.coverage.get("band", ""))
    period = "" if band else figure.period
    span = ""
    if figure.low is not None and figure.high is not None:
        low, high = f"{figure.low:.2f}", f"{figure.high:.2f}"
        span = f"{low}–{high}" if low != high else ""
    driver = str(figure.coverage.get("driver", "")) if band else ""
    told = say("sheet_driver", driver=driver) if driver else ""
    return ", ".join(text for text in (band, span, told, period) if text)


def _acts(sheet: Sheet) -> dict[str, Any]:
    rows = [
        {
            "act": act.title,
            "code": act.act,
            "kind": act.kind.replace("_", " "),
            "issuer": region_name(act.issuer),
            "state": status_name(act.status),
            "since": str(act.since or ""),
        }
        for act in sheet.acts
    ]
    none = say("sheet_acts_unknown") if sheet.act_missing else say("sheet_no_act")
    return {"rows": rows[:ROWS], "more": max(0, len(rows) - ROWS), "none": none}


def _projects(projects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    rows = [
        {
            "name": f"{row['name']} ({row['country']})",
            "product": str(row["product"]),
            "capacity": digits.number(row["capacity_t_per_year"]),
            "start": str(row["start_year"] or ""),
            "state": str(row["status"]).replace("_", " "),
        }
        for row in projects
    ]
    return {"rows": rows[:ROWS], "more": max(0, len(rows) - ROWS)}


def _gaps(sheet: Sheet) -> list[str]:
    """Return what is known of output by country, stage by stage, or that nothing is."""
    told = [_gap(row) for row in sheet.gaps.iter_rows(named=True) if row["years"]]
    return told or [say("sheet_gap_none")]


def _gap(row: Mapping[str, Any]) -> str:
    hidden = [words.split()[0] for words in str(row["withheld"]).split(", ") if words]
    unmapped = row["unmapped"]
    return say(
        "sheet_gap",
        stage=row["stage"],
        years=str(row["years"]).replace("-", "–"),
        countries=row["countries"],
        withheld=", ".join(map(region_name, hidden)) or say("sheet_nobody_withheld"),
        unmapped=say("sheet_gap_no_total") if unmapped is None else digits.share(unmapped),
        confirm=digits.share(row["to_confirm"]),
    )
