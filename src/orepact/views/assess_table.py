"""Tables of figures for the terminal and for CSV: an overview by stage, and any list of figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from orepact.indicators.figure import Figure
from orepact.studies.assessment.figures import figure_id
from orepact.studies.assessment.overview import Line

__all__ = [
    "coverage_words",
    "figure_table",
    "overview_rows",
    "overview_table",
    "overview_title",
    "printed_instead",
    "stage_columns",
]

FULL = 100.0
NONE_ABROAD = "none abroad named"
NOT_PUBLISHED = "no shares published"
SMALL = 1e-4
LIMITS = ("unmapped", "withheld", "basket_share", "screened", "mineral_share")
YEARS = ("age",)
ESSENTIAL = (
    "tile",
    "band",
    "driver",
    "same_dependence",
    "basis",
    "grade",
    "on_cards",
    "on cards",
    "age",
    "unmapped",
    "withheld",
    "basket",
    "partial",
)
"""Limits that a table of the terminal shows; CSV and JSON have all."""


_SHOWN: Mapping[str, str] = {
    "mineral": "mineral",
    "stage": "stage",
    "supplier": "largest supplier",
    "share": "share [%]",
    "not_named": "not named [%]",
    "basis": "share of",
    "period": "period",
    "age": "age [years]",
    "supplier_hhi": "HHI of suppliers [0-1]",
    "import_reliance": "import reliance [%]",
    "producer": "largest producer",
    "producer_share": "share of world output [%]",
    "without_largest": "world supply without it [%]",
    "output_period": "output of",
    "supply_risk": "supply risk [0-10]",
    "economic_importance": "economic importance [0-10]",
    "critical": "critical by thresholds",
    "early_warning": "early warning [0-1]",
    "band": "band",
    "grade": "grade of the account",
}
_WIDE = (
    "mineral",
    "stage",
    "supplier",
    "share",
    "not_named",
    "period",
    "import_reliance",
    "producer",
    "without_largest",
    "supply_risk",
    "band",
    "grade",
)
"""Columns of the overview of all minerals: what fits a terminal."""

_WIDE_HEADS: Mapping[str, str] = {"grade": "grade"}
"""Headings that are shorter there."""

_DECIMALS: Mapping[str, int] = {
    "share": 1, "not_named": 1, "import_reliance": 0, "producer_share": 1, "without_largest": 0,
    "supplier_hhi": 2, "supply_risk": 2, "economic_importance": 2, "early_warning": 2,
}  # fmt: skip
_PERCENT = ("share", "not_named", "import_reliance", "producer_share", "without_largest")
_PERIODS: Mapping[str, str] = {
    "share": "period",
    "supplier_hhi": "period",
    "import_reliance": "import_reliance_period",
    "producer_share": "output_period",
    "without_largest": "output_period",
    "supply_risk": "supply_risk_period",
    "economic_importance": "economic_importance_period",
    "early_warning": "on",
}
"""Figures of the overview of one mineral that are printed with their period, and where it is."""

_ONE_PERIOD: Mapping[str, str] = {
    "import_reliance": "import reliance",
    "supply_risk": "supply risk",
}
"""Figures of the overview of all minerals whose period stands in the title."""

_OWN_PERIODS = (*_ONE_PERIOD, "economic_importance")
"""Figures of the overview whose period is neither that of the shares nor that of output."""

_NOT_PRINTED = ("", "NA", "W")
_VALUES = (
    "supplier_hhi",
    "import_reliance",
    "without_largest",
    "supply_risk",
    "economic_importance",
    "critical",
    "early_warning",
)


def overview_rows(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Return one row of plain values for each line: fractions, periods, ids of the figures."""
    return [_row(line) for line in lines]


def _row(line: Line) -> dict[str, Any]:
    supplier, output = (line.figures.get(name) for name in ("supplier", "producer"))
    limits: Mapping[str, Any] = supplier.coverage if supplier else {}
    warning, reliance = (line.figures.get(name) for name in ("early_warning", "import_reliance"))
    values = {
        name: figure.value if (figure := line.figures.get(name)) else None for name in _VALUES
    }
    return {
        "mineral": line.mineral,
        "region": line.region,
        "stage": line.stage,
        "supplier": _supplier(supplier),
        "share": supplier.value if supplier else None,
        "share_low": supplier.low if supplier else None,
        "share_high": supplier.high if supplier else None,
        "not_named": limits.get("unmapped"),
        "basis": limits.get("basis", ""),
        "period": supplier.period if supplier else "",
        "age": limits.get("age"),
        "import_reliance_printed": _printed(reliance),
        "import_reliance_agrees": reliance.coverage.get("agrees", "") if reliance else "",
        **{f"{name}_period": _period(line.figures.get(name)) for name in _OWN_PERIODS},
        "producer": output.partner if output else "",
        "producer_share": output.value if output else None,
        "output_period": output.period if output else "",
        **values,
        "on": warning.period if warning else "",
        "band": str(warning.coverage.get("band", "")) if warning else "",
        "grade": line.grade,
        **{f"{name}_missing": _missing(line.figures.get(name)) for name in _OWN_PERIODS},
        "ids": {name: figure_id(figure) for name, figure in line.figures.items()},
    }


def _supplier(figure: Figure | None) -> str:
    """Return who holds the largest share, or that no country outside the region is named."""
    if figure is None:
        return ""
    none = NONE_ABROAD if figure.value == 0.0 else ""
    return figure.partner or figure.note or none


def _period(figure: Figure | None) -> str:
    return figure.period if figure and (figure.value is not None or _printed(figure)) else ""


def _missing(figure: Figure | None) -> str:
    """Return why a figure that was asked for has no value; nothing where its publisher's stands."""
    return "" if figure is None or figure.value is not None or _printed(figure) else figure.missing


def _printed(figure: Figure | None) -> str:
    """Return the percentage as its publisher prints it, with its bound, as ``>50``."""
    text = str(figure.coverage.get("printed", "")) if figure else ""
    return "" if text in _NOT_PRINTED else text


def printed_instead(figure: Figure) -> str:
    """Return what a publisher prints where nothing can be computed, as ``>50``; else nothing."""
    return _printed(figure) if figure.value is None else ""


def _cell(name: str, row: Mapping[str, Any]) -> str:
    """Return a cell for readers; where nobody abroad is named, the range stands for the share.

    A percentage that cannot be computed is told as printed, with its bound; one that the printed
    figure does not allow has it beside.
    """
    if name == "supplier" and not row[name] and row["grade"] and row["stage"]:
        return NOT_PUBLISHED
    if name == "share" and row["supplier"] == NONE_ABROAD:
        return f"{_shown(name, row['share_low'])}–{_shown(name, row['share_high'])}"
    if name == "import_reliance" and row[name] is None:
        return str(row["import_reliance_printed"])
    text = _shown(name, row[name])
    apart = name == "import_reliance" and row["import_reliance_agrees"] == "no"
    return f"{text}, printed {row['import_reliance_printed']}" if apart else text


def _dated(name: str, row: Mapping[str, Any]) -> str:
    """Return a cell with its period in brackets."""
    text, period = _cell(name, row), row.get(_PERIODS.get(name, ""), "")
    if not text and row.get(f"{name}_missing"):
        return f"not computed: {row[f'{name}_missing']}"
    return f"{text} ({period})" if text and period else text


def _wide_cell(name: str, row: Mapping[str, Any]) -> str:
    if name == "producer" and row["producer"]:
        return f"{row['producer']} {row['output_period']}"
    return _cell(name, row)


def overview_table(lines: Sequence[Line]) -> pl.DataFrame:
    """Return the overview for readers, one row for each mineral and stage with a figure.

    Shares are in per cent, units in the headings; beside the largest producer stands the year of
    its output, which is that of the supply without it.
    """
    rows = [
        [_wide_cell(name, row) for name in _WIDE]
        for row in overview_rows(lines)
        if row["stage"] and (row["share"] is not None or row["producer_share"] is not None)
    ]
    heads = [_WIDE_HEADS.get(name, _SHOWN[name]) for name in _WIDE]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
    worded = {_SHOWN["share"], _SHOWN["import_reliance"]}
    numbers = [_SHOWN[name] for name in _WIDE if name in _DECIMALS and _SHOWN[name] not in worded]
    return frame.with_columns(pl.col(numbers).cast(pl.Float64, strict=False))


def overview_title(lines: Sequence[Line], title: str) -> str:
    """Return a title with the period of each figure that has no column for it."""
    rows = overview_rows(lines)
    periods = {
        name: " and ".join(sorted({row[f"{key}_period"] for row in rows} - {""}))
        for key, name in _ONE_PERIOD.items()
    }
    told = [
        f"{', '.join(name for name, each in periods.items() if each == period)} of {period}"
        for period in dict.fromkeys(periods.values())
        if period
    ]
    return "; ".join((title, *told))


def stage_columns(lines: Sequence[Line]) -> pl.DataFrame:
    """Return the overview of one mineral with a row for each figure and a column for each stage.

    The period of a figure stands beside it in brackets; one without a value says what is missing.
    """
    rows = overview_rows(lines)
    dated = {"mineral", "stage", "period", "output_period"}
    names = [name for name in _SHOWN if name not in dated]
    cells = {row["stage"] or "mineral": [_dated(name, row) for name in names] for row in rows}
    return pl.DataFrame({"figure": [_SHOWN[name] for name in names], **cells}).filter(
        pl.any_horizontal(pl.col(name) != "" for name in cells)
    )


def _shown(name: str, value: object) -> str:
    if value is None:
        return ""
    if name == "critical":
        return {1.0: "yes", 0.0: "no"}.get(float(str(value)), "")
    if name in _DECIMALS and isinstance(value, float):
        return f"{(FULL if name in _PERCENT else 1.0) * value:.{_DECIMALS[name]}f}"
    return str(value)


def figure_table(figures: Sequence[Figure], *, brief: bool = False) -> pl.DataFrame:
    """Return figures for readers: value and range with unit, what limits them, what is missing.

    With `brief` the verdict in a column of its own, only the limits that a reader must know, the
    first part of the note, and the range in one column, empty where it prints like the value.
    """
    rows = [
        (
            figure.indicator.replace("_", " "),
            figure.mineral,
            figure.region,
            figure.stage,
            figure.form,
            figure.partner,
            figure.period,
            str(figure.coverage.get("measure", "")),
            _number(figure.value),
            *(("", _range(figure)) if brief else (_number(figure.low), _number(figure.high))),
            figure.unit,
            str(figure.coverage.get("verdict") or "") if brief else "",
            coverage_words(figure, ESSENTIAL if brief else ()),
            _note(figure, brief=brief),
            figure_id(figure),
        )
        for figure in figures
    ]
    names = (
        "figure",
        "mineral",
        "region",
        "stage",
        "form",
        "of",
        "period",
        "measure",
        "value",
        "low",
        "high",
        "unit",
        "verdict",
        "limited by",
        "note",
        "id",
    )
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return table.drop("low").rename({"high": "range"}) if brief else table.drop("verdict")


def _range(figure: Figure) -> str:
    """Return the range as ``0.615–0.625``, an open end as ≥ or ≤; nothing if it adds nothing."""
    low, high, value = map(_number, (figure.low, figure.high, figure.value))
    if low == high == value or not (low or high):
        return ""
    return f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return "0" if abs(value) < SMALL else f"{value:,.3g}" if abs(value) < FULL else f"{value:,.0f}"


def _note(figure: Figure, *, brief: bool) -> str:
    if brief:
        return figure.missing or figure.note.partition(";")[0]
    return "; ".join(part for part in (figure.missing, figure.note) if part)


def coverage_words(figure: Figure, chosen: Sequence[str] = ()) -> str:
    """Return what limits a figure on one line; limits that do not bite are left out.

    Only those of `chosen`, where it names any.
    """
    return "; ".join(
        f"{name.replace('_', ' ')} {_limit(name, value)}"
        for name, value in figure.coverage.items()
        if value not in {None, "", "no", 0} and (not chosen or name in chosen)
    )


def _limit(name: str, value: object) -> str:
    if name in LIMITS and isinstance(value, float):
        return f"{FULL * value:.1f} %"
    if name in YEARS:
        return f"{value} years"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
