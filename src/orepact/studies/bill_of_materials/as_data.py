"""A company's report as plain values for JSON, and as a table of its minerals."""

from __future__ import annotations

from typing import Any

import polars as pl

from orepact.indicators.figure import as_json
from orepact.indicators.sector.controls_in_force import RESTRICTING
from orepact.indicators.span import Span
from orepact.policy import ActStatus
from orepact.studies.bill_of_materials.amounts import Gap, Line
from orepact.studies.bill_of_materials.report import CompanyReport, MineralReport, StageReport

__all__ = ["FORMAT", "mineral_table", "report_json"]

FORMAT = "orepact/company-report/1"


def report_json(report: CompanyReport) -> dict[str, Any]:
    """Return a report with every figure, its inputs and its gaps as plain values."""
    return {
        "format": FORMAT,
        "act": report.act,
        "file": report.file,
        "sheet": report.sheet,
        "region": report.region,
        "on": str(report.on),
        "dataset": dict(report.identity),
        "rows": report.rows,
        "rows_used": report.rows_used,
        "quantities_per_year": report.yearly,
        "columns_not_read": list(report.unread),
        "minerals": [_mineral(each) for each in report.minerals],
        "parts": [
            {
                "row": part.row,
                "part": part.part,
                "supplier": part.supplier,
                "country": part.country,
                "items": list(part.items),
                "acts": [_act(act) for act in part.acts],
            }
            for part in report.parts
        ],
        "gaps": [_gap(gap) for gap in report.gaps],
    }


def _mineral(each: MineralReport) -> dict[str, Any]:
    return {
        "mineral": each.mineral,
        "name": each.name,
        "strategic": each.strategic,
        "critical": each.critical,
        "annual_use": as_json(each.amount),
        "days_of_cover": as_json(each.cover),
        "lines": [_line(line) for line in each.lines],
        "stages": [_stage(stage) for stage in each.stages],
        "traced": [as_json(figure) for figure in each.traced],
        "recycling": as_json(each.recycling),
        "controls": as_json(each.controls),
        "acts": [_act(act) for act in each.acts],
        "prices": [as_json(figure) for figure in each.prices],
        "vulnerable": list(each.vulnerable),
        "gaps": [_gap(gap) for gap in each.gaps],
    }


def _stage(stage: StageReport) -> dict[str, Any]:
    return {
        "stage": stage.stage,
        "basis": stage.basis,
        "largest": as_json(stage.largest),
        "hhi": as_json(stage.concentration),
        "controlled": as_json(stage.controlled),
        "origins": [as_json(figure) for figure in stage.origins],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "row": line.row,
        "part": line.part,
        "supplier": line.supplier,
        "country": line.country,
        "tonnes": _span(line.tonnes),
        "stock": _span(line.stock) if line.stock else None,
        "how": line.how,
        "arithmetic": line.arithmetic,
        "sources": [item.source for item in line.inputs],
    }


def _span(span: Span) -> dict[str, float]:
    return {"value": span.value, "low": span.low, "high": span.high}


def _act(act: ActStatus) -> dict[str, Any]:
    return {
        "act": act.act,
        "title": act.title,
        "issuer": act.issuer,
        "kind": act.kind,
        "counted": act.kind in RESTRICTING,
        "effect": act.effect,
        "status": act.status,
        "reference": act.reference,
        "known_as_of": act.known_as_of,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "kind": gap.kind,
        "row": gap.row or None,
        "part": gap.part,
        "mineral": gap.mineral,
        "text": gap.text,
        "suggestion": gap.suggestion,
    }


def mineral_table(report: CompanyReport) -> pl.DataFrame:
    """Return one row per mineral: what a spreadsheet needs of the report.

    Columns: mineral, strategic (yes or no), tonnes, tonnes_low, tonnes_high (t/year), parts,
    supplier_countries, stage, basis, largest_supplier, largest_share, hhi, controls (number in
    force), days_of_cover, days_at_least, gaps (number).
    """
    text, real = pl.String, pl.Float64
    schema = {
        "mineral": text, "strategic": text, "tonnes": real, "tonnes_low": real,
        "tonnes_high": real, "parts": text, "supplier_countries": text, "stage": text,
        "basis": text, "largest_supplier": text, "largest_share": real, "hhi": real,
        "controls": real, "days_of_cover": real, "days_at_least": real, "gaps": pl.Int64,
    }  # fmt: skip
    rows = [_row(each) for each in report.minerals]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _row(each: MineralReport) -> tuple[object, ...]:
    first = each.stages[0] if each.stages else None
    return (
        each.mineral,
        "yes" if each.strategic else "no",
        each.amount.value,
        each.amount.low,
        each.amount.high,
        "|".join(dict.fromkeys(line.part for line in each.lines)),
        "|".join(dict.fromkeys(line.country for line in each.lines if line.country)),
        first.stage if first else "",
        first.basis if first else "",
        first.largest.partner if first else "",
        first.largest.value if first else None,
        first.concentration.value if first else None,
        each.controls.value,
        each.cover.value,
        each.cover.low,
        len(each.gaps),
    )
