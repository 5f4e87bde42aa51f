"""Show the report of a company: a table for the terminal, a page to print, one file at a time."""

from __future__ import annotations

from pathlib import Path

import jinja2
from markupsafe import Markup
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orepact.indicators.figure import Figure, Input, sources_of
from orepact.indicators.sector.controls_in_force import RESTRICTING
from orepact.indicators.span import Span
from orepact.studies.bill_of_materials.report import CompanyReport, MineralReport
from orepact.views.names import region_name, status_name

__all__ = ["report_html", "report_table", "write_report"]

TEMPLATES = Path(__file__).parent / "templates"
KILOGRAMS = 1e3
SMALL = 0.005
LONG_COVER = 3652.0
"""Days of cover, ten years, above which a stock or a use is more likely a slip than a store."""

_WORLD = "†"
_TEMPLATE = "company_report.html.jinja"


def write_report(report: CompanyReport, path: Path, *, title: str = "") -> None:
    """Write a report as one self-contained HTML page, whole or not at all."""
    page = report_html(report, title=title)
    beside = path.with_name(f".{path.name}.part")
    try:
        _ = beside.write_text(page, encoding="utf-8", newline="\n")
        _ = beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def report_html(report: CompanyReport, *, title: str = "") -> str:
    """Return a report as one self-contained HTML page that prints on A4."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "brief.css").read_text(encoding="utf-8")
    return environment.get_template(_TEMPLATE).render(
        report=report,
        title=title or Path(report.file).name,
        style=Markup(style),  # noqa: S704 — our own file
        amount=_amount,
        cover=_cover,
        long_cover=LONG_COVER,
        share=_share,
        region_name=region_name,
        status_name=status_name,
        counted=RESTRICTING,
        inputs=_contents(report),
        sources=_sources(report),
    )


def report_table(report: CompanyReport) -> RenderableType:
    """Return the report's table of minerals and, below it, every gap of the bill's rows."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("mineral", overflow="fold")
    table.add_column("kg/year", justify="right", overflow="fold")
    table.add_column("largest supplier", overflow="fold")
    table.add_column("acts", justify="right")
    table.add_column("shortest cover, days", overflow="fold")
    table.add_column("parts", overflow="fold")
    for each in report.minerals:
        table.add_row(
            Text(each.name + ("" if each.strategic else " *")),
            Text(_amount(each.amount)),
            Text(_largest(each)),
            Text("–" if each.controls.value is None else f"{each.controls.value:.0f}"),
            Text(_cover(each.cover)),
            Text(", ".join(dict.fromkeys(line.part for line in each.lines))),
        )
    head = (
        f"{Path(report.file).name}: {report.rows_used} of {report.rows} rows worked out, "
        f"{report.region}, acts as of {report.on}"
    )
    parts: list[RenderableType] = [Text(head, style="bold"), table]
    if foot := _footer(report):
        parts.append(Text(foot))
    if report.yearly:
        parts.append(Text("no column annual volume: quantities are read as those of a year"))
    parts += [
        Text(
            f"row {gap.row} {gap.part}: {gap.text}"
            + (f" ({gap.suggestion})" if gap.suggestion else ""),
            style="yellow",
        )
        for gap in report.gaps
    ]
    return Group(*parts)


def _footer(report: CompanyReport) -> str:
    """Return what the marks in the table mean, those alone that it has."""
    marks = {
        "* not a strategic raw material": any(not each.strategic for each in report.minerals),
        f"{_WORLD} share of the world's supply, the others of the region's": any(
            _largest(each).endswith(_WORLD) for each in report.minerals
        ),
    }
    return "; ".join(words for words, shown in marks.items() if shown)


def _largest(each: MineralReport) -> str:
    if not each.stages:
        return "not published"
    first = each.stages[0]
    if first.largest.value is None or not first.largest.partner:
        return "none outside" if first.largest.value == 0.0 else "not published"
    world = _WORLD if "world" in first.basis else ""
    return f"{first.largest.partner} {_share(first.largest.value)} {first.stage}{world}"


def _amount(figure: Figure | Span) -> str:
    """Return tonnes as kilograms with their range, three digits."""
    if figure.value is None:
        return "–"
    text = _digits(KILOGRAMS * figure.value)
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return text
    return f"{text} ({_digits(KILOGRAMS * figure.low)}–{_digits(KILOGRAMS * figure.high)})"


def _digits(value: float) -> str:
    """Return a number with three digits that count, without an exponent."""
    if value == 0.0:
        return "0"
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:.3g}".replace("e-0", "e-")


def _share(value: float) -> str:
    if 0.0 < value < SMALL:
        return "<1 %"
    return f"{100 * value:.0f} %"


def _cover(figure: Figure) -> str:
    """Return the days of the part that runs out first, and how many rows give no stock."""
    days, rows = figure.coverage.get("shortest"), figure.coverage.get("rows")
    if not isinstance(days, float):
        return "–"
    stocked = figure.coverage.get("rows_with_stock")
    bare = rows - stocked if isinstance(rows, int) and isinstance(stocked, int) else 0
    much = " (over 10 years: check stock and use)" if days > LONG_COVER else ""
    told = f"{_digits(days)}{much}: {figure.coverage['shortest_part']}"
    return f"{told}; {bare} row{'s' * (bare > 1)} without stock" if bare else told


def _contents(report: CompanyReport) -> list[Input]:
    """Return the contents that the amounts rest on, each once, in the order of the minerals."""
    seen: dict[tuple[str, str], Input] = {}
    for each in report.minerals:
        for item in each.amount.inputs:
            if isinstance(item, Input) and item.value is not None:
                _ = seen.setdefault((item.name, item.where), item)
    return list(seen.values())


def _sources(report: CompanyReport) -> list[str]:
    found = dict.fromkeys(source for figure in report.figures for source in sources_of(figure))
    return [source for source in found if not source.startswith(("card:", "bill"))]
