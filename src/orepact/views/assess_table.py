"""Tables of figures for the terminal and for CSV: an overview by stage, and any list of figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from orepact.indicators.figure import Figure
from orepact.studies.assess import Line
from orepact.studies.figures import figure_id

__all__ = ["coverage_words", "figure_table", "overview_rows", "overview_table"]

FULL = 100.0
SMALL = 1e-4
PERCENT = ("unmapped", "withheld", "basket_share", "screened", "mineral_share")
YEARS = ("age",)

_SHOWN: Mapping[str, str] = {
    "mineral": "mineral",
    "stage": "stage",
    "supplier": "largest supplier",
    "share": "share [%]",
    "not_named": "not named [%]",
    "basis": "shares of",
    "period": "period",
    "age": "age [years]",
    "supplier_hhi": "HHI suppliers [0-1]",
    "producer_hhi": "HHI world output [0-1]",
    "output_period": "output of",
    "supply_risk": "supply risk [0-10]",
    "economic_importance": "economic importance [0-10]",
    "critical": "critical by thresholds",
    "early_warning": "early warning [0-1]",
    "band": "band",
}
_ONE = ("mineral", "stage", "supplier", "share", "not_named", "basis", "period", "age")
_DECIMALS: Mapping[str, int] = {"share": 1, "not_named": 1, "supply_risk": 2,
                                "economic_importance": 2, "early_warning": 2,
                                "supplier_hhi": 3, "producer_hhi": 3}


def overview_rows(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Return one row of plain values for each line: fractions, periods, ids of the figures."""
    return [_row(line) for line in lines]


def _row(line: Line) -> dict[str, Any]:
    supplier, output = (line.figures.get(name) for name in ("supplier", "producer_hhi"))
    limits = supplier.coverage if supplier else {}
    warning = line.figures.get("early_warning")
    return {
        "mineral": line.mineral,
        "region": line.region,
        "stage": line.stage,
        "supplier": (supplier.partner or supplier.note) if supplier else "",
        "share": supplier.value if supplier else None,
        "not_named": limits.get("unmapped"),
        "basis": limits.get("basis", ""),
        "period": supplier.period if supplier else "",
        "age": limits.get("age"),
        "output_period": output.period if output else "",
        **{
            name: figure.value if (figure := line.figures.get(name)) else None
            for name in ("supplier_hhi", "producer_hhi", "supply_risk", "economic_importance",
                         "critical", "early_warning")
        },
        "band": str(warning.coverage.get("band", "")) if warning else "",
        "ids": {name: figure_id(figure) for name, figure in line.figures.items()},
    }


def overview_table(lines: Sequence[Line]) -> pl.DataFrame:
    """Return the overview for readers: shares in per cent, units in the headings, few digits."""
    rows = overview_rows(lines)
    frame = pl.DataFrame(
        [[_shown(name, row[name]) for name in _SHOWN] for row in rows],
        schema=dict.fromkeys(_SHOWN.values(), pl.String),
        orient="row",
    )
    return frame.with_columns(
        pl.col(_SHOWN[name]).cast(pl.Float64, strict=False) for name in (*_DECIMALS, "age")
    )


def _shown(name: str, value: object) -> str:
    if value is None:
        return ""
    if name == "critical":
        return {1.0: "yes", 0.0: "no"}.get(float(str(value)), "")
    if name in _DECIMALS and isinstance(value, float):
        factor = FULL if name in {"share", "not_named"} else 1.0
        return f"{factor * value:.{_DECIMALS[name]}f}"
    return str(value)


def figure_table(figures: Sequence[Figure]) -> pl.DataFrame:
    """Return figures for readers: value and range with unit, what limits them, what is missing."""
    rows = [
        (
            figure.indicator.replace("_", " "),
            figure.mineral,
            figure.stage,
            figure.form,
            figure.partner,
            figure.period,
            _number(figure.value),
            _number(figure.low),
            _number(figure.high),
            figure.unit,
            coverage_words(figure),
            "; ".join(part for part in (figure.missing, figure.note) if part),
            figure_id(figure),
        )
        for figure in figures
    ]
    names = ("figure", "mineral", "stage", "form", "of", "period", "value", "low", "high", "unit",
             "limited by", "note", "id")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return "0" if abs(value) < SMALL else f"{value:,.3g}" if abs(value) < FULL else f"{value:,.0f}"


def coverage_words(figure: Figure) -> str:
    """Return what limits a figure on one line; limits that do not bite are left out."""
    return "; ".join(
        f"{name.replace('_', ' ')} {_limit(name, value)}"
        for name, value in figure.coverage.items()
        if value not in {None, "", "no", 0, 0.0}
    )


def _limit(name: str, value: object) -> str:
    if name in PERCENT and isinstance(value, float):
        return f"{FULL * value:.1f} %"
    if name in YEARS:
        return f"{value} years"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
