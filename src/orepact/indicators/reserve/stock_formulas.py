r"""Closed forms on stocks: days of net imports, the newsvendor, pooling, static shortfall.

$$\text{days} = \frac{0.9\,(0.96\,S_\text{primary} + 1.065\,S_\text{product})}
{(0.96\,M_\text{primary} + 1.065\,M_\text{product})/365}, \qquad
Q^* = F^{-1}\!\left(\frac{c_u}{c_u + c_o}\right), \qquad
\sigma_\text{pooled} = \sqrt{\textstyle\sum_i\sum_j \rho_{ij}\,\sigma_i\,\sigma_j}$$

Sources: method page of the International Energy Agency on days of net imports; Arrow, Harris and
Marschak (1951), doi:10.2307/1906813, for the newsvendor; Eppen (1979), doi:10.1287/mnsc.25.5.498,
for pooling. They hold one material, know one distribution and see no market: a first order of size
beside the plan over futures, never a replacement.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from orepact.errors import InputError, Problem

__all__ = [
    "DAYS",
    "OIL",
    "Factors",
    "ImportCover",
    "Newsvendor",
    "Shortfall",
    "days_of_net_imports",
    "days_of_use",
    "newsvendor",
    "pooled_stock",
    "separate_stock",
    "static_shortfall",
]

DAYS = 365.0
MONTHS = 12.0


@dataclass(frozen=True, slots=True)
class Factors:
    """What a tonne counts in days of net imports, and the share of stocks that can be had."""

    primary: float = 1.0
    product: float = 1.0
    available: float = 0.9
    days: float = 90.0


OIL = Factors(primary=0.96, product=1.065)
"""The oil agreement's factors: naphtha and the yield of crude. For a mineral both are 1."""


@dataclass(frozen=True, slots=True)
class ImportCover:
    """Daily net imports (t/day), stocks that count (t), days they last, tonnes to be held (t)."""

    daily: float
    stocks: float
    days: float
    commitment: float


@dataclass(frozen=True, slots=True)
class Newsvendor:
    """The stock that balances a tonne too few and one too many: t, t, and USD per period."""

    critical_ratio: float
    stock: float
    expected_shortage: float
    expected_cost: float


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a lasting loss of supply leaves short: t, and days of normal use."""

    tonnes: float
    days: float


def days_of_net_imports(
    primary_imports: float,
    product_imports: float,
    primary_stocks: float,
    product_stocks: float,
    factors: Factors = OIL,
) -> ImportCover:
    """Return how long stocks last against net imports (t/year) as the oil method counts them.

    A net exporter has no obligation: no tonnes, and days without end. Raises `InputError` for
    negative stocks, factors or days, and a share above 1.
    """
    _not_negative(primary_stocks=primary_stocks, product_stocks=product_stocks,
                  primary=factors.primary, product=factors.product, days=factors.days)
    _share(available=factors.available)
    net = factors.primary * primary_imports + factors.product * product_imports
    daily = max(0.0, net) / DAYS
    stocks = factors.available * (
        factors.primary * primary_stocks + factors.product * product_stocks
    )
    return ImportCover(daily, stocks, stocks / daily if daily else math.inf, factors.days * daily)


def days_of_use(stocks: float, annual_use: float) -> float:
    """Return the days that stocks (t) last at normal use (t/year); endless where there is none."""
    _not_negative(stocks=stocks, annual_use=annual_use)
    return stocks / (annual_use / DAYS) if annual_use else math.inf


def newsvendor(mean: float, deviation: float, short: float, over: float) -> Newsvendor:
    """Return the stock for a normal need (t), costs of a tonne short and of one over (USD/t).

    Raises `InputError` for negative numbers and where neither costs anything.
    """
    _not_negative(mean=mean, deviation=deviation, short=short, over=over)
    if short + over <= 0.0:
        raise InputError([Problem("a tonne short or one over must cost something",
                                  field="short, over", found="0 and 0", expected="above 0")])
    ratio = short / (short + over)
    if not 0.0 < ratio < 1.0 or not deviation:
        stock = mean if not deviation else math.inf if ratio else -math.inf
        return Newsvendor(ratio, stock, 0.0, 0.0 if not deviation else math.nan)
    normal = NormalDist()
    z = normal.inv_cdf(ratio)
    stock = mean + z * deviation
    shortage = deviation * (normal.pdf(z) - z * (1.0 - ratio))
    left = stock - mean + shortage
    return Newsvendor(ratio, stock, shortage, short * shortage + over * left)


def separate_stock(deviations: Sequence[float], factor: float) -> float:
    """Return the safety stock (t) of owners who each hold `factor` deviations of their need."""
    _not_negative(**{f"deviation {number}": each for number, each in enumerate(deviations)})
    return factor * sum(deviations)


def pooled_stock(
    deviations: Sequence[float],
    factor: float,
    correlation: float | Mapping[tuple[int, int], float] = 0.0,
) -> float:
    """Return the safety stock (t) of the same owners together.

    `correlation` is one for all pairs, or one by pair of positions, 0 where it is not given.
    Raises `InputError` outside -1 to 1 and where no needs have such correlations.
    """
    _not_negative(**{f"deviation {number}": each for number, each in enumerate(deviations)})
    pairs = [(i, j) for i in range(len(deviations)) for j in range(i)]
    variance = sum(each * each for each in deviations)
    for i, j in pairs:
        rho = (
            correlation.get((i, j), correlation.get((j, i), 0.0))
            if isinstance(correlation, Mapping)
            else correlation
        )
        if not -1.0 <= rho <= 1.0:
            raise InputError([Problem("not a correlation", field=f"correlation {j}, {i}",
                                      found=f"{rho:g}", expected="-1 to 1")])
        variance += 2.0 * rho * deviations[i] * deviations[j]
    if variance < -1e-9 * sum(each * each for each in deviations):
        raise InputError([Problem("no needs have these correlations", field="correlation",
                                  found=f"variance {variance:g}", expected="at least 0")])
    return factor * math.sqrt(max(0.0, variance))


def static_shortfall(
    annual_use: float, disrupted: float, loss: float, months: float, restraint: float = 0.0
) -> Shortfall:
    """Return what is short when a share of a supply is lost for some months.

    `annual_use` and `disrupted` in t/year, `loss` and `restraint` (of use) as fractions. Nobody
    else delivers, no stock helps, no price acts. Raises `InputError` for negative numbers and
    shares above 1.
    """
    _not_negative(annual_use=annual_use, disrupted=disrupted, months=months)
    _share(loss=loss, restraint=restraint)
    lost = disrupted * loss * months / MONTHS
    saved = annual_use * restraint * months / MONTHS
    tonnes = max(0.0, lost - saved)
    return Shortfall(tonnes, days_of_use(tonnes, annual_use))


def _not_negative(**numbers: float) -> None:
    wrong = [
        Problem("a negative number, or none", field=name, found=f"{value:g}", expected="0 or more")
        for name, value in numbers.items()
        if not value >= 0.0
    ]
    if wrong:
        raise InputError(wrong)


def _share(**numbers: float) -> None:
    wrong = [
        Problem("a share outside 0 to 1", field=name, found=f"{value:g}",
                expected="0 to 1; 90 % is 0.9")
        for name, value in numbers.items()
        if not 0.0 <= value <= 1.0
    ]
    if wrong:
        raise InputError(wrong)
