"""Price volatility: the annualised standard deviation of logarithmic price changes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log, sqrt

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.figure import Figure, Input

__all__ = ["LEAST", "WINDOW", "annualised", "price_volatility"]

PER_YEAR = {"month": 12, "year": 1}
LEAST = {"month": 12, "year": 4}
"""Price changes that a series needs at least, by frequency."""

WINDOW = {"month": 36, "year": 10}
"""Price changes that are looked at, the newest ones, by frequency."""

_METHOD = (
    "annualised sample standard deviation of changes of log prices, times the root of periods in a "
    "year; Hull, Options, Futures, and Other Derivatives, chapter on volatility"
)


def annualised(prices: Sequence[float], per_year: int) -> float:
    """Return the annualised volatility of positive prices, at least three, oldest first (1/√year).

    ``sqrt(per_year) · s``, s the sample standard deviation (n − 1) of ``log(p[t] / p[t−1])``. Zero
    for prices that grow at a constant rate; unchanged by the unit of the price.
    """
    changes = [log(after / before) for before, after in pairwise(prices)]
    mean = sum(changes) / len(changes)
    variance = sum((change - mean) ** 2 for change in changes) / (len(changes) - 1)
    return sqrt(per_year * variance)


def price_volatility(bundle: Bundle, mineral: str) -> list[Figure]:
    """Return the volatility of each price series of a mineral (fraction per year).

    One figure per form, market and frequency; the newest changes of `WINDOW`, at least those of
    `LEAST`, without a gap. A year's average hides what happened within it: its volatility is a
    lower bound. A series that is too short has no value and says so; so does a mineral without one.
    """
    rows = bundle.table("prices").filter(pl.col("mineral") == mineral, pl.col("price") > 0.0)
    found = [
        _series(mineral, str(form), str(market), str(frequency), part.sort("date"))
        for (form, market, frequency, _unit), part in rows.group_by(
            "form", "market", "frequency", "unit", maintain_order=True
        )
        if frequency in PER_YEAR
    ]
    return found or [
        Figure(
            indicator="price volatility",
            value=None,
            unit="1",
            mineral=mineral,
            missing="no price series",
            method=_METHOD,
        )
    ]


def _series(mineral: str, form: str, market: str, frequency: str, rows: pl.DataFrame) -> Figure:
    dates = rows["date"].to_list()
    start = _unbroken(dates, frequency)
    rows = rows[start:].tail(WINDOW[frequency] + 1)
    prices = [float(price) for price in rows["price"]]
    enough = len(prices) - 1 >= LEAST[frequency]
    last = rows.row(-1, named=True)
    return Figure(
        indicator="price volatility",
        value=annualised(prices, PER_YEAR[frequency]) if enough else None,
        unit="1",
        mineral=mineral,
        form=f"{form}, {market}",
        period=f"{rows['date'][0]} to {rows['date'][-1]}",
        arithmetic=f"{len(prices) - 1} changes by {frequency}" if enough else "",
        method=_METHOD,
        missing=""
        if enough
        else f"{len(prices) - 1} price changes in a row, {LEAST[frequency]} needed",
        note="averages of a year hide what happened within it: a lower bound"
        if frequency == "year"
        else "",
        inputs=(
            Input(
                name=f"{form}, {market}: last price",
                value=prices[-1],
                unit=str(last["unit"]),
                source=str(last["source"]),
                edition=str(last["edition"]),
                period=str(last["date"]),
                flag=str(last["flag"]),
                where=f"prices, {len(prices)} rows",
            ),
        ),
        coverage={"points": len(prices), "frequency": frequency},
    )


def _unbroken(dates: Sequence[str], frequency: str) -> int:
    """Return where the newest run of dates without a gap begins."""
    numbers = [_number(date, frequency) for date in dates]
    for place in range(len(numbers) - 1, 0, -1):
        if numbers[place] - numbers[place - 1] != 1:
            return place
    return 0


def _number(date: str, frequency: str) -> int:
    year, _, month = date.partition("-")
    return int(year) * 12 + int(month or 1) if frequency == "month" else int(year)
