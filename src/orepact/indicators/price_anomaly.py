"""How unusual a price is against its own past: robust z score and cumulative sums of log prices.

Both work on logarithms, so the unit and currency of a price do not matter. Both look back only: a
later price changes no earlier score. A search for change points over the whole series does not
have this property and is therefore not part of a warning.
"""

from __future__ import annotations

import datetime
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

import polars as pl

__all__ = ["PriceSeries", "cusum", "price_series", "reference_series", "robust_z", "scaled"]

_NORMAL = 1.4826
"""Standard deviation over median absolute deviation of a normal distribution."""

_LEAST = 2

_Row = dict[str, str | float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSeries:
    """One price of one mineral in one market: periods, prices in `unit`, and when each was known.

    `frequency` is month or year. `forms` counts the wordings under which its parts were printed.
    """

    mineral: str
    form: str
    market: str
    unit: str
    frequency: str
    periods: tuple[str, ...]
    prices: tuple[float, ...]
    known: tuple[datetime.date, ...]
    source: str
    edition: str = ""
    flag: str = ""
    forms: int = 1

    def until(self, on: datetime.date) -> PriceSeries:
        """Return the series as it was known on a day."""
        end = bisect_right(self.known, on)
        return replace(
            self, periods=self.periods[:end], prices=self.prices[:end], known=self.known[:end]
        )


def robust_z(prices: Sequence[float], *, floor: float = 0.0) -> float | None:
    """Return the robust z score of the last price against the earlier ones, on log prices.

    z = (x_n - median(x_1..x_(n-1))) / max(1.4826 * MAD, `floor`), x = ln(price). Prices in any one
    unit; `floor` is the least scale in log points. None where fewer than two earlier prices, a
    price of zero or less, or a scale of zero leave it undefined. Source: Iglewicz and Hoaglin 1993.
    """
    if len(prices) <= _LEAST or min(prices) <= 0:
        return None
    *earlier, last = (math.log(price) for price in prices)
    centre = median(earlier)
    scale = max(_NORMAL * median(abs(value - centre) for value in earlier), floor)
    return (last - centre) / scale if scale > 0 else None


def cusum(
    prices: Sequence[float], *, reference: float = 0.5, floor: float = 0.0
) -> tuple[float, float] | None:
    """Return the upper and lower cumulative sums of standardised log changes after the last price.

    S+ = max(0, S+ + r - k) and S- = max(0, S- - r - k) with r = (x_t - x_(t-1)) / scale, x =
    ln(price), k = `reference`, scale = max(1.4826 * median|x_t - x_(t-1)|, `floor`): no drift is
    expected. Both are 0 or more. None where fewer than two changes, a price of zero or less, or a
    scale of zero leave it undefined. Source: Page 1954, doi:10.1093/biomet/41.1-2.100.
    """
    if len(prices) <= _LEAST or min(prices) <= 0:
        return None
    changes = [math.log(later / earlier) for earlier, later in pairwise(prices)]
    scale = max(_NORMAL * median(abs(change) for change in changes), floor)
    if scale <= 0:
        return None
    up = down = 0.0
    for change in changes:
        up = max(0.0, up + change / scale - reference)
        down = max(0.0, down - change / scale - reference)
    return up, down


def scaled(value: float, zero: float, full: float) -> float:
    """Return a measure as a score from 0 at `zero` to 1 at `full`, cut off at both ends.

    `full` may lie below `zero`: then a smaller measure scores more.
    """
    return min(1.0, max(0.0, (value - zero) / (full - zero)))


def price_series(
    prices: pl.DataFrame, known_on: Callable[[str, str], datetime.date]
) -> dict[str, tuple[PriceSeries, ...]]:
    """Return the price series of each mineral in the table ``prices``.

    A price continues the series of its own wording, or the only series of its mineral, market and
    unit; so a series grows with time and never changes backwards. Of two editions of one figure
    the first printing counts. `known_on` says when a period of a source was published.
    """
    groups: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
    for row in prices.filter(pl.col("price") > 0).sort("date", "edition").iter_rows(named=True):
        groups[tuple(row[name] for name in ("mineral", "market", "frequency", "unit"))].append(row)
    found: dict[str, list[PriceSeries]] = defaultdict(list)
    for key, rows in sorted(groups.items()):
        found[key[0]] += [_series(part, known_on) for part in _threads(rows)]
    return {mineral: tuple(each) for mineral, each in found.items()}


def _threads(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Return the rows of one market, in order of period, as threads with one row per period."""
    threads: list[list[_Row]] = []
    for _, part in groupby(rows, key=_slot):
        fresh = list({row["form"]: row for row in reversed(list(part))}.values())[::-1]
        before = list(threads)
        for row in fresh:
            same = [each for each in before if each[-1]["form"] == row["form"]]
            only = before if len(before) == len(fresh) == 1 else []
            if same or only:
                (same or only)[0].append(row)
            else:
                threads.append([row])
    return threads


def _slot(row: _Row) -> str:
    """Return the month of a monthly price, the year of any other."""
    return str(row["date"])[: 7 if row["frequency"] == "month" else 4]


def _series(
    rows: Sequence[_Row],
    known_on: Callable[[str, str], datetime.date],
) -> PriceSeries:
    last = {name: str(value or "") for name, value in rows[-1].items()}
    return PriceSeries(
        mineral=last["mineral"],
        form=last["form"],
        market=last["market"],
        unit=last["unit"],
        frequency=last["frequency"],
        periods=tuple(str(row["date"]) for row in rows),
        prices=tuple(float(row["price"] or 0.0) for row in rows),
        known=tuple(known_on(str(row["date"]), str(row["source"])) for row in rows),
        source=last["source"],
        edition=last["edition"],
        flag=last["flag"],
        forms=len({row["form"] for row in rows}),
    )


def reference_series(series: Iterable[PriceSeries]) -> PriceSeries | None:
    """Return the series that speaks for a mineral: monthly before annual, then the longest.

    Ties are broken by market and form in alphabetical order; None where there is none.
    """
    return min(
        (one for one in series if one.periods),
        key=lambda one: (one.frequency, -len(one.periods), one.market, one.form),
        default=None,
    )
