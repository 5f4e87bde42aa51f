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
from operator import itemgetter
from statistics import median

import polars as pl

__all__ = [
    "Price",
    "PriceSeries",
    "cusum",
    "price_series",
    "reference_series",
    "robust_z",
    "scaled",
]

_NORMAL = 1.4826
"""Standard deviation over median absolute deviation of a normal distribution."""

_LEAST = 2

_Row = dict[str, str | float | None]
_MARKET = ("mineral", "market", "frequency", "unit")


@dataclass(frozen=True, slots=True)
class Price:
    """One price: its period, amount, the day from which it was known, and how it was printed."""

    period: str
    amount: float
    known: datetime.date
    form: str = ""
    source: str = ""
    edition: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSeries:
    """One price of one mineral in one market, oldest first, in `unit`; by month or year."""

    mineral: str
    market: str
    unit: str
    frequency: str
    printed: tuple[Price, ...]

    @property
    def periods(self) -> tuple[str, ...]:
        """Months or years, oldest first."""
        return tuple(one.period for one in self.printed)

    @property
    def prices(self) -> tuple[float, ...]:
        """Prices of the periods, in `unit`."""
        return tuple(one.amount for one in self.printed)

    @property
    def form(self) -> str:
        """How the form is worded in the newest print."""
        return self.printed[-1].form

    @property
    def source(self) -> str:
        """Source of the newest price."""
        return self.printed[-1].source

    @property
    def edition(self) -> str:
        """Edition of the newest price."""
        return self.printed[-1].edition

    def until(self, on: datetime.date) -> PriceSeries:
        """Return the series as it was known on a day."""
        return replace(self, printed=self.printed[: bisect_right(self.printed, on, key=_known)])


def _known(price: Price) -> datetime.date:
    return price.known


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
    unit; prices of a year's end and means of a year are apart. Of several editions the first that
    prints a period counts, so a series grows with time and never changes backwards. `known_on`
    says when a period of a source was published.
    """
    groups: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
    for row in prices.filter(pl.col("price") > 0).sort("date", "edition").iter_rows(named=True):
        key = (*(row[name] for name in _MARKET), "end" if "-" in row["date"] else "mean")
        groups[key].append(row)
    found: dict[str, list[PriceSeries]] = defaultdict(list)
    for key, rows in sorted(groups.items()):
        found[key[0]] += [_series(part, known_on) for part in _threads(rows)]
    return {mineral: tuple(each) for mineral, each in found.items()}


def _threads(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Return the rows of one market, in order of period, as threads with one row per period."""
    threads: list[list[_Row]] = []
    for _, each in groupby(rows, key=itemgetter("date")):
        printed = list(each)
        first = {row["form"]: row for row in printed if row["edition"] == printed[0]["edition"]}
        before = list(threads)
        for form, row in first.items():
            same = [thread for thread in before if thread[-1]["form"] == form]
            only = before if len(before) == len(first) == 1 else []
            if same or only:
                (same or only)[0].append(row)
            else:
                threads.append([row])
    return threads


def _series(rows: Sequence[_Row], known_on: Callable[[str, str], datetime.date]) -> PriceSeries:
    texts = [{name: str(value or "") for name, value in row.items()} for row in rows]
    return PriceSeries(
        mineral=texts[0]["mineral"],
        market=texts[0]["market"],
        unit=texts[0]["unit"],
        frequency=texts[0]["frequency"],
        printed=tuple(
            Price(
                text["date"],
                float(row["price"] or 0.0),
                known_on(text["date"], text["source"]),
                text["form"],
                text["source"],
                text["edition"],
                text["flag"],
            )
            for text, row in zip(texts, rows, strict=True)
        ),
    )


def reference_series(series: Iterable[PriceSeries]) -> PriceSeries | None:
    """Return the series that speaks for a mineral: monthly before annual, then the longest.

    Ties are broken by market and form in alphabetical order; None where there is none.
    """
    return min(
        (one for one in series if one.printed),
        key=lambda one: (one.frequency, -len(one.printed), one.market, one.form),
        default=None,
    )
