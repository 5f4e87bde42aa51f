"""Figures of one mineral in a bill: its use in a year, how long own stocks last, its recycling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orepact.data.bundle import Bundle
from orepact.indicators.figure import Figure, Input
from orepact.indicators.span import ZERO, Span
from orepact.indicators.tables.sourcing import UNION, UNIONS
from orepact.studies.bill_of_materials.amounts import Line

__all__ = ["annual_use", "days_of_cover", "recycling_rate"]

DAYS = 365.0
METHOD = "sum over the rows of the bill: quantity × annual volume × content"
COVER = "own stock over the year's use, in days; by Article 24 no number of days is prescribed"


def annual_use(lines: Sequence[Line], region: str) -> Figure:
    """Return the use of one mineral by all rows (t/year), with the range of the contents."""
    total = sum((line.tonnes for line in lines), start=ZERO)
    terms = [f"{line.arithmetic} (row {line.row})" for line in lines]
    return Figure(
        indicator="annual_use",
        value=total.value,
        unit="t/year",
        region=region,
        mineral=lines[0].mineral,
        low=total.low,
        high=total.high,
        arithmetic=" + ".join(terms),
        method=METHOD,
        inputs=tuple(item for line in lines for item in line.inputs),
        coverage={"rows": len({line.row for line in lines})},
    )


def recycling_rate(bundle: Bundle, mineral: str, region: str) -> Figure:
    """Return the end-of-life recycling input rate of the region, where it is published."""
    place = UNION if region in UNIONS else region
    rows = bundle.table("recycling").filter(mineral=mineral, indicator="EoL_RIR", region=place)
    blank = Figure(
        indicator="recycling_input_rate",
        value=None,
        unit="1",
        region=region,
        mineral=mineral,
        method="end-of-life recycling input rate as published",
    )
    if rows.is_empty():
        return replace(blank, missing=f"no end-of-life recycling input rate of {region}")
    row = rows.row(0, named=True)
    source = Input(
        name=row["description"],
        value=row["share"],
        unit="1",
        source=row["source"],
        period=row["period"],
        where="recycling",
    )
    return replace(
        blank,
        value=row["share"],
        low=row["share_low"],
        high=row["share_high"],
        period=row["period"],
        missing="" if row["share"] is not None else "not published",
        note=row["note"],
        inputs=(source,),
    )


def days_of_cover(lines: Sequence[Line], region: str) -> Figure:
    """Return how long the own stocks of all parts last (days), by the mineral in them."""
    use = sum((line.tonnes for line in lines), start=ZERO)
    stocked = [line for line in lines if line.stock is not None]
    stock = sum((line.stock for line in stocked if line.stock is not None), start=ZERO)
    blank = Figure(
        indicator="days_of_cover",
        value=None,
        unit="day",
        region=region,
        mineral=lines[0].mineral,
        method=COVER,
        coverage={"rows_with_stock": len(stocked), "rows": len(lines)},
    )
    if not stocked:
        return replace(blank, missing="no own stock is given")
    days = _days(stock, use)
    if days is None:
        return replace(blank, missing="the year's use is zero")
    parts = [(line.part, _days(line.stock or ZERO, line.tonnes)) for line in stocked]
    known = [(part, each) for part, each in parts if each is not None]
    part, least = min(known, key=lambda each: each[1]) if known else ("", None)
    note = f"shortest: {part}, {least:.3g} days" if least is not None else ""
    blank = replace(blank, coverage={**blank.coverage, "shortest": least, "shortest_part": part})
    arithmetic = f"{DAYS:g} × {stock.value:.4g} t / {use.value:.4g} t"
    inputs = tuple(_stock_input(line) for line in stocked)
    if len(stocked) < len(lines):
        rows = ", ".join(str(line.row) for line in lines if line.stock is None)
        return replace(
            blank, low=days, arithmetic=arithmetic, note=note, inputs=inputs,
            missing=f"own stock is not given in row {rows}",
        )  # fmt: skip
    return replace(
        blank, value=days, low=days, high=days, arithmetic=arithmetic, note=note, inputs=inputs
    )


def _days(stock: Span, use: Span) -> float | None:
    """Return days of cover; the range of the content cancels, so the values decide."""
    if use.value > 0.0:
        return DAYS * stock.value / use.value
    return DAYS * stock.high / use.high if use.high > 0.0 else None


def _stock_input(line: Line) -> Input:
    return Input(
        name=f"{line.mineral} in the own stock of {line.part}",
        value=line.stock.value if line.stock else None,
        unit="t",
        source="bill",
        where=f"row {line.row}",
    )
