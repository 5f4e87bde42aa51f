"""Shares of production: who makes what part, with the quality of the figure beside it.

Every table of this module and of `sourcing` has the columns `COLUMNS`. A share
without them is half a figure: what is withheld, what has no known origin, whether a customs code
holds other minerals too, how old the figure is, and which total it was divided by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.concentration import hhi
from orepact.indicators.rounding import half_unit, part_range, quotient_range

__all__ = [
    "COLUMNS",
    "UNNAMED",
    "Share",
    "age_of",
    "concentration_of",
    "production_rows",
    "production_shares",
    "table_of",
]

WORLD = "WLD"
UNNAMED = ("OTH", "NSP", "")
"""Codes that say the country is not known: other countries, not specified."""

TEXT, NUMBER = "", 0.0
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One share with everything that limits it.

    - `value`: fraction, or null where the country's own figure is withheld
    - `low`, `high`: what the rounding of the printed numbers allows
    - `least`, `most`: what the withheld figures allow as well
    - `kind`: cited share, customs share or computed
    - `measure`: quantity, value or reported
    - `numerator`, `denominator`: in `unit`; `total` says whether the denominator was printed
    - `unmapped`: part of the total without a known country
    - `withheld`: the most of the total that is withheld or has no figure; null where not known
    - `basket`: whether the customs code holds other minerals; `mineral_share` is the known part of
      it that is the mineral, null where not known
    - `age`: years between the last year of the figure and the vintage
    - `flag`, `confidence`, `edition`, `source`, `note`: as in the table; `grade`: of the account
    """

    country: str
    value: float | None
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None
    kind: str = "computed"
    measure: str = "quantity"
    mineral: str = TEXT
    stage: str = TEXT
    product: str = TEXT
    period: str = TEXT
    numerator: float | None = None
    denominator: float | None = None
    unit: str = TEXT
    total: str = TEXT
    unmapped: float = NUMBER
    withheld: float | None = NUMBER
    basket: str = "no"
    mineral_share: float | None = None
    age: int | None = None
    flag: str = TEXT
    confidence: str = TEXT
    grade: str = TEXT
    edition: str = TEXT
    source: str = TEXT
    note: str = TEXT


COLUMNS: tuple[str, ...] = tuple(item.name for item in fields(Share))
_SCHEMA: dict[str, type[pl.DataType]] = {
    name: pl.Float64
    if name
    in {
        "value",
        "low",
        "high",
        "least",
        "most",
        "numerator",
        "denominator",
        "unmapped",
        "withheld",
        "mineral_share",
    }
    else pl.Int64
    if name == "age"
    else pl.String
    for name in COLUMNS
}


def table_of(shares: Iterable[Share]) -> pl.DataFrame:
    """Return shares as a table with the columns `COLUMNS`, sorted by period, value, country."""
    frame = pl.DataFrame(
        [tuple(getattr(share, name) for name in COLUMNS) for share in shares],
        schema=_SCHEMA,
        orient="row",
    )
    return frame.sort(
        "period", "measure", "value", "country", descending=[False, False, True, False]
    )


def age_of(bundle: Bundle, period: str) -> int | None:
    """Return the years from the last year named in a period to a bundle's vintage.

    Nothing where no year is named, or the vintage has no date.
    """
    years, known = (_YEAR.findall(text) for text in (period, bundle.vintage))
    return max(0, int(known[0]) - max(map(int, years))) if years and known else None


def production_shares(
    bundle: Bundle,
    mineral: str,
    stage: str,
    year: int,
    *,
    source: str = "",
    edition: str = "",
    world: str = "",
    grade: str = "",
) -> pl.DataFrame:
    """Return each country's share of world output of a mineral at a stage in a year.

    The denominator is the printed world total of the same edition, or the sum of the countries
    where that is larger or nothing is printed, so that shares never exceed one together. With
    `world` printed or sum it is the one asked for. A withheld country has no value but the range
    that the printed total leaves it. No rows where nothing is published. Columns: `COLUMNS`.
    """
    rows = production_rows(bundle, mineral, stage, year, source=source, edition=edition)
    if rows.is_empty():
        return table_of(())
    total = _total(rows, world)
    age = age_of(bundle, str(year))
    return table_of(
        replace(share, mineral=mineral, stage=stage, period=str(year), age=age, grade=grade)
        for share in _shares(rows.filter(pl.col("country") != WORLD), total)
    )


def production_rows(
    bundle: Bundle, mineral: str, stage: str, year: int, *, source: str = "", edition: str = ""
) -> pl.DataFrame:
    """Return the production rows of one mineral, stage and year, of one source and edition.

    Without `source` and `edition` those are taken that the dataset prefers; where it prefers none,
    the last edition in alphabetical order.
    """
    rows = bundle.part("production", mineral).filter(stage=stage, year=year)
    if source:
        rows = rows.filter(source=source)
    if edition:
        rows = rows.filter(edition=edition)
    if rows.is_empty():
        return rows
    preferred = rows.filter(pl.col("preferred") == "1")
    if not preferred.is_empty() and not source and not edition:
        return preferred
    last = max(rows["edition"])
    return rows.filter(edition=last)


@dataclass(frozen=True, slots=True)
class _Total:
    """The denominator: how it was found, how sure it is, and what it holds that is not named.

    `hidden` is the most that withheld countries may hold, null where nothing limits it; `sure` the
    rounding of the countries' sum, null for a printed total.
    """

    amount: float
    words: str
    unnamed: float
    hidden: float | None
    names: tuple[str, ...]
    sure: float | None = None


def _total(rows: pl.DataFrame, world: str) -> _Total:
    """Return the denominator of one edition's rows."""
    printed = rows.filter(pl.col("country") == WORLD)
    countries = rows.filter(pl.col("country") != WORLD)
    amounts = sorted(float(amount) for amount in countries["quantity"].drop_nulls())
    hidden = tuple(sorted(countries.filter(pl.col("quantity").is_null())["country"]))
    named = sum(amounts)
    unnamed = float(countries.filter(pl.col("country").is_in(UNNAMED))["quantity"].sum())
    total = float(printed["quantity"].drop_nulls().sum())
    apart = not total or any("excludes" in flag for flag in printed["flag"])
    left = None if apart else max(0.0, total + half_unit(total) - named)
    most = left if hidden else 0.0
    if total and (world == "printed" or (total >= named and world != "sum")):
        return _Total(total, "printed total", unnamed, most, hidden)
    sure = sum(half_unit(amount) for amount in amounts)
    return _Total(named, "country sum", unnamed, most, hidden, sure)


def _shares(countries: pl.DataFrame, total: _Total) -> list[Share]:
    note = f"withheld: {', '.join(total.names)}" if total.names else ""
    return [
        _valued(
            Share(
                country=row["country"],
                value=None,
                product=row["product"],
                denominator=total.amount,
                unit=row["unit"],
                total=total.words,
                unmapped=total.unnamed / total.amount if total.amount else 0.0,
                withheld=_part(total.hidden, total.amount),
                flag=row["flag"],
                confidence=row["confidence"],
                edition=row["edition"],
                source=row["source"],
                note="; ".join(text for text in (row["note"], note) if text),
            ),
            row["quantity"],
            total,
        )
        for row in countries.iter_rows(named=True)
    ]


def _valued(share: Share, amount: float | None, total: _Total) -> Share:
    """Return a share with its value and its ranges, from the amount behind it."""
    if not total.amount:
        return share
    if amount is None:
        most = 1.0 if total.hidden is None else total.hidden / total.amount
        return replace(share, least=0.0, most=min(1.0, most))
    low, high = (
        quotient_range(amount, total.amount)
        if total.sure is None
        else part_range(amount, total.amount, total.sure)
    )
    return replace(
        share,
        value=amount / total.amount,
        numerator=amount,
        low=low,
        high=high,
        least=low * _spread(total),
        most=high,
    )


def _spread(total: _Total) -> float:
    """Return the factor on a share if the withheld countries held the most that they may."""
    if total.hidden is None:
        return 0.0
    inside = total.words == "printed total"
    return 1.0 if inside else total.amount / (total.amount + total.hidden)


def _part(amount: float | None, whole: float) -> float | None:
    return None if amount is None or not whole else amount / whole


def concentration_of(shares: pl.DataFrame) -> tuple[float, float]:
    """Return the least and largest HHI (0 to 1) that a table of shares allows.

    The part that is not named (`unmapped`, and what the shares leave of one) may be split among
    many or held by one. `shares` holds one period, one measure and one row per country.
    """
    named = shares.filter(~pl.col("country").is_in(UNNAMED))
    values = [float(value) for value in named["value"].drop_nulls()]
    return hhi(values, rest=max(0.0, 1.0 - sum(values)))
