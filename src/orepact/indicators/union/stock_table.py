"""Tables of stock reports: level, share of annual use, days of use, with holes shown as holes.

A withheld cell says so and why; it is never zero and never summed. Days are stock over use per day,
a year of 365 days; the safe level of Art. 23 (days of net imports) is sized elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.figure import Figure, Input, sources_of
from orepact.indicators.span import Span, exact, total
from orepact.indicators.tables.place_balance import balances, place_of
from orepact.indicators.union.stock_report import Stock, StockReport, basis_of
from orepact.indicators.union.strategic import read_strategic
from orepact.indicators.union.union_capacity import consumption, span_of

if TYPE_CHECKING:
    from orepact.network.world import World

__all__ = ["DAYS", "annual_use", "days_of_use", "stock_figures", "stock_table"]

DAYS = 365.0
"""Days of a year, as stocks are counted."""

_METHOD = "Regulation (EU) 2024/1252, Art. 22(2)(a)"


@dataclass(frozen=True, slots=True)
class _Held:
    """The content of some stocks of one mineral: the sum of what is told, and what is not."""

    known: float
    hidden: tuple[str, ...]
    count: int


def days_of_use(stock: float, use_per_year: float) -> float:
    """Return how long a stock lasts at a constant use (days): ``stock / (use_per_year / 365)``.

    Both in tonnes of the mineral. Raises `ZeroDivisionError` without use.
    """
    return DAYS * stock / use_per_year


def stock_figures(report: StockReport, bundle: Bundle, world: World | None = None) -> list[Figure]:
    """Return level (t of the mineral), share of annual use (fraction) and days of use.

    First of each stock, then of each mineral together (form ``all stocks``). A withheld level has
    no value and says the reason and its ground in the law; a sum with a withheld part has no value
    but a `low` end, the part that is told. Use is that of the report, else of the account.
    """
    uses = {name: annual_use(report, bundle, name, world) for name in _minerals(report)}
    figures = [
        figure
        for stock in report.stocks
        for figure in _three(report, stock.mineral, stock.stock, (stock,), uses[stock.mineral])
    ]
    for mineral in _minerals(report):
        own = tuple(stock for stock in report.stocks if stock.mineral == mineral)
        figures += _three(report, mineral, "all stocks", own, uses[mineral])
    return figures


def annual_use(
    report: StockReport, bundle: Bundle, mineral: str, world: World | None = None
) -> Figure:
    """Return the annual use of a mineral in the report's region (t/year).

    The report's own figure comes first; then consumption of a strategic material in the balanced
    account; then the final uses of the mineral's materials in a chain; then a single estimate of
    the dataset. Missing where there is none.
    """
    base = Figure(
        indicator="annual use",
        value=None,
        unit="t/year",
        region=report.region,
        mineral=mineral,
        period=str(report.as_of.year),
    )
    told = next((one for one in report.use if one.mineral == mineral), None)
    if told is not None:
        row = Input(
            name="annual use",
            value=told.tonnes_per_year,
            unit="t/year",
            source=f"report:{told.source}",
            where="report, use",
        )
        return replace(base, value=told.tonnes_per_year, method="as reported", inputs=(row,))
    found = _accounted(report.region, mineral, world) or _estimated(report.region, mineral, bundle)
    if found is not None:
        return replace(found, indicator="annual use", region=report.region, mineral=mineral)
    return replace(base, missing=f"no use of {mineral} in {report.region}: add it under use")


def stock_table(report: StockReport, bundle: Bundle, world: World | None = None) -> pl.DataFrame:
    """Return the report as a table of text, one row per stock, for reading and print.

    Columns: stock, mineral, owner, chemical_form, purity, tonnes, content, annual_use (t/year),
    use_source, use_grade, share_of_use, days_of_use, location, access, cross_border, release_rules,
    one column per year of the history, withheld (field, reason, ground). A withheld cell reads
    ``withheld: reason``, one that nobody recorded ``not recorded``; a share that cannot be computed
    says what is missing.
    """
    uses = {name: annual_use(report, bundle, name, world) for name in _minerals(report)}
    years = range(report.as_of.year - 5, report.as_of.year)
    return pl.DataFrame(
        [_row(report, stock, uses[stock.mineral], years) for stock in report.stocks],
        infer_schema_length=None,
    )


def _minerals(report: StockReport) -> list[str]:
    return list(dict.fromkeys(stock.mineral for stock in report.stocks))


def _three(
    report: StockReport, mineral: str, form: str, stocks: tuple[Stock, ...], use: Figure
) -> list[Figure]:
    held = _held(stocks)
    told = held.known if not held.hidden else None
    some = held.known if len(held.hidden) < held.count else None
    base = Figure(
        indicator="stock level",
        value=told,
        low=some,
        high=told,
        unit="t",
        region=report.region,
        mineral=mineral,
        form=form,
        period=str(report.as_of),
        arithmetic=f"sum of {held.count - len(held.hidden)} of {held.count} stocks"
        if some is not None
        else "",
        method=_METHOD,
        missing="; ".join(held.hidden),
        inputs=tuple(_inputs(stocks)),
        coverage={"stocks": held.count, "withheld_stocks": len(held.hidden)},
    )
    return [base, _over_use(base, use, 1.0), _over_use(base, use, DAYS)]


def _over_use(level: Figure, use: Figure, factor: float) -> Figure:
    """Return a level over annual use, as a share (factor 1) or as days (factor 365)."""
    taken = span_of(use)
    days = factor == DAYS
    figure = replace(
        level,
        indicator="days of use" if days else "share of annual use",
        unit="day" if days else "1",
        value=None,
        low=None,
        high=None,
        inputs=(level, use),
        method="" if days else _METHOD,
    )
    if taken is None or taken.low <= 0.0:
        missing = "; ".join(filter(None, (level.missing, use.missing or "use may be zero")))
        return replace(figure, arithmetic="", missing=missing)
    times = f"{DAYS:g} × " if days else ""
    if level.value is None:
        least = None if level.low is None else factor * level.low / taken.high
        return replace(figure, low=least, arithmetic="")
    ratio = exact(level.value).over(taken)
    return replace(
        figure,
        value=ratio.value * factor if ratio else None,
        low=ratio.low * factor if ratio else None,
        high=ratio.high * factor if ratio else None,
        arithmetic=f"{times}{level.value:,.6g} / {taken.value:,.6g}",
    )


def _held(stocks: Iterable[Stock]) -> _Held:
    """Return the tonnes of the mineral in some stocks, and the reasons of those that do not say."""
    known, count, hidden = 0.0, 0, list[str]()
    for stock in stocks:
        count += 1
        reason = _hidden(stock)
        if reason:
            hidden.append(reason)
        else:
            known += (stock.tonnes or 0.0) * (stock.content or 0.0)
    return _Held(known, tuple(hidden), count)


def _hidden(stock: Stock) -> str:
    """Return why the content of a stock is not known, or nothing."""
    held = stock.reason("tonnes")
    if held is not None:
        ground = basis_of("tonnes", held.reason)
        return f"{stock.stock} withheld: {held.reason}" + (f" ({ground})" if ground else "")
    if stock.content is None:
        return f"{stock.stock}: content of the form is not told"
    return ""


def _inputs(stocks: Iterable[Stock]) -> Iterable[Input]:
    for stock in stocks:
        held = stock.reason("tonnes")
        yield Input(
            name=f"{stock.stock}: {stock.chemical_form or 'form not told'}",
            value=stock.tonnes,
            unit="t",
            source="report",
            flag=f"withheld {held.reason}" if held else "",
            where=f"stock {stock.stock}, content {stock.content}",
        )


def _accounted(region: str, mineral: str, world: World | None) -> Figure | None:
    if world is None:
        return None
    rows = balances(world, region, mineral)
    if not rows:
        return None
    for entry in read_strategic().materials:
        if entry.minerals == (mineral,) and entry.chain in world.chains:
            return consumption(world, entry, place_of(region))
    used = total(exact(row.used) for row in rows)
    if used.value <= 0.0:
        return None
    return Figure(
        indicator="annual use",
        value=used.value,
        unit="t/year",
        arithmetic=" + ".join(f"{row.material} {row.used:,.4g}" for row in rows),
        method="final uses in the balanced account of the chain",
        inputs=tuple(
            Input(
                name=f"use of {row.material}",
                value=row.used,
                unit="t/year",
                source=f"account:{row.chain}",
                where="balanced",
            )
            for row in rows
        ),
        coverage={"grade": max(row.grade for row in rows)},
    )


def _estimated(region: str, mineral: str, bundle: Bundle) -> Figure | None:
    code = "E27" if place_of(region) == "EU27" else region
    rows = bundle.table("estimates").filter(
        mineral=mineral, country=code, metric="consumption", unit="t"
    )
    if rows.is_empty():
        return None
    values = sorted(float(value) for value in rows["value"])
    middle = Span(values[0], values[0], values[-1])
    return Figure(
        indicator="annual use",
        value=middle.value,
        low=middle.low,
        high=middle.high,
        unit="t/year",
        method="single estimates of the trade press, the lowest first",
        inputs=tuple(
            Input(
                name="consumption",
                value=row["value"],
                unit="t/year",
                source=row["source"],
                period=row["period"],
                where="estimates",
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def _row(report: StockReport, stock: Stock, use: Figure, years: range) -> dict[str, str]:
    level, share, days = _three(report, stock.mineral, stock.stock, (stock,), use)
    history = {one.year: one for one in stock.history}

    def cell(name: str, shown: str) -> str:
        held = stock.reason(name)
        return _hole(held.reason) if held else shown

    def past(year: int) -> str:
        one = history.get(year)
        if one is None:
            return cell("history", "")
        return _hole(one.withheld) if one.withheld else f"{one.tonnes:,.10g}"

    purity = f"{stock.purity.share:.6g} {stock.purity.of}" if stock.purity else ""
    access = f"{stock.access.days:g} days" if stock.access else ""
    border = stock.access.cross_border if stock.access else ""
    return {
        "stock": stock.stock,
        "mineral": stock.mineral,
        "owner": stock.owner,
        "chemical_form": cell("chemical_form", stock.chemical_form),
        "purity": cell("purity", purity),
        "tonnes": cell("tonnes", f"{stock.tonnes or 0.0:,.10g}"),
        "content": _shown(level, cell("tonnes", "")),
        "annual_use": _shown(use, ""),
        "use_source": ", ".join(dict.fromkeys(sources_of(use))),
        "use_grade": str(use.coverage.get("grade", "") or ""),
        "share_of_use": _shown(share, cell("tonnes", "")),
        "days_of_use": _shown(days, cell("tonnes", "")),
        "location": cell("location", stock.location),
        "access": cell("access", access),
        "cross_border": cell("access", border),
        "release_rules": cell("release_rules", stock.release_rules),
        **{str(year): past(year) for year in years},
        "withheld": "; ".join(
            f"{one.field}: {one.reason}"
            + (f", {ground}" if (ground := basis_of(one.field, one.reason)) else "")
            + f" ({one.why})"
            for one in stock.withheld
        ),
    }


def _hole(reason: str) -> str:
    """Return what a cell without a value reads."""
    return "not recorded" if reason == "not_recorded" else f"withheld: {reason}"


def _shown(figure: Figure, withheld: str) -> str:
    if figure.value is not None:
        return f"{figure.value:,.4g}"
    return withheld or f"cannot tell: {figure.missing}"
