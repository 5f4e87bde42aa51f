"""The Union's method for critical raw materials: formulas, thresholds and the mean of a group.

Source: European Commission 2017, *Methodology for establishing the EU list of critical raw
materials*, doi:10.2873/769526, which the studies of 2017, 2020 and 2023 use.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

from orepact.indicators.figure import Figure

__all__ = [
    "CASES",
    "ECONOMIC_IMPORTANCE",
    "SUPPLY_RISK",
    "THRESHOLDS",
    "THRESHOLD_RULE",
    "Range",
    "economic_importance_of",
    "global_weight",
    "is_critical",
    "mean_of",
    "one_decimal",
    "supply_risk_of",
    "supply_risk_range",
]

_SOURCE = "European Commission 2017, doi:10.2873/769526"
SUPPLY_RISK = (
    f"{_SOURCE}: SR = (HHI_GS x IR/2 + HHI_EU x (1 - IR/2)) x (1 - EoL_RIR) x SI_SR, highest stage"
)
ECONOMIC_IMPORTANCE = f"{_SOURCE}: EI = 10 x sum(A x Q) / max(Q) x SI_EI"

THRESHOLD_RULE = f"{_SOURCE}: critical if SR >= 1.0 and EI >= 2.8 at one decimal"

THRESHOLDS = (1.0, 2.8)
"""Supply risk and economic importance from which a material is critical, at one decimal."""

CASES = ("GS+EU", "GSonly", "EUonly", "EU")
"""Which shares the study used: both, world supply alone, the Union's sourcing alone (twice)."""

Range = tuple[float, float]


def one_decimal(value: float) -> float:
    """Return a value at one decimal, halves away from zero, as the studies print it."""
    return float(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def is_critical(supply_risk: float | None, economic_importance: float | None) -> bool | None:
    """Tell whether both values, at one decimal, reach their thresholds.

    One value below its threshold is enough for no; None where what is known does not decide.
    """
    passed = [
        None if value is None else one_decimal(value) >= threshold
        for value, threshold in zip((supply_risk, economic_importance), THRESHOLDS, strict=True)
    ]
    if False in passed:
        return False
    return None if None in passed else True


def economic_importance_of(
    uses: Iterable[tuple[float, float]], largest: float, substitution: float = 1.0
) -> float | None:
    """Return the economic importance (0 to 10) of pairs of share of use and value added.

    Shares are fractions; value added by sector and the `largest` of any sector in one unit of
    money. None without uses or without a largest value.
    """
    pairs = list(uses)
    if not pairs or largest <= 0.0:
        return None
    return 10.0 * sum(share * value for share, value in pairs) / largest * substitution


def global_weight(case: str, reliance: float | None) -> float | None:
    """Return the weight of world supply in the blend: half the import reliance where both count.

    One for *GSonly*, zero for *EUonly* and *EU*. With no case named both count. None where the
    import reliance (0 to 1) is needed and not known.
    """
    if case == "GSonly":
        return 1.0
    if case in {"EUonly", "EU"}:
        return 0.0
    return None if reliance is None else reliance / 2.0


def supply_risk_of(
    hhi_global: float | None,
    hhi_eu: float | None,
    *,
    case: str = "GS+EU",
    reliance: float | None = None,
    recycling: float | None = 0.0,
    substitution: float | None = 1.0,
) -> float | None:
    """Return the supply risk of one stage; None where an input that counts is not known.

    `hhi_global` and `hhi_eu` are governance-weighted (0 to 10, more with export restrictions);
    import reliance, end-of-life recycling input rate and substitution index are fractions. What
    has no weight in the blend need not be known.
    """
    weight = global_weight(case, reliance)
    if weight is None or recycling is None or substitution is None:
        return None
    if (weight > 0.0 and hhi_global is None) or (weight < 1.0 and hhi_eu is None):
        return None
    blend = weight * (hhi_global or 0.0) + (1.0 - weight) * (hhi_eu or 0.0)
    return blend * (1.0 - recycling) * substitution


def supply_risk_range(
    hhi_global: Range | None,
    hhi_eu: Range | None,
    *,
    case: str = "GS+EU",
    reliance: Range | None = None,
    recycling: Range = (0.0, 0.0),
    substitution: Range = (1.0, 1.0),
) -> Range | None:
    """Return the least and largest supply risk that ranges of the inputs allow.

    The formula is linear in each input, so the extremes lie at the corners.
    """
    none: tuple[None] = (None,)
    found = [
        supply_risk_of(world, union, case=case, reliance=part, recycling=again, substitution=other)
        for world, union, part, again, other in product(
            hhi_global or none, hhi_eu or none, reliance or none, recycling, substitution
        )
    ]
    known = [value for value in found if value is not None]
    return (min(known), max(known)) if known and len(known) == len(found) else None


def mean_of(parts: Sequence[Figure], about: Figure) -> Figure:
    """Return the mean of the figures of a group's members; None where one has no value."""
    values = [part.value for part in parts if part.value is not None]
    without = [part.mineral for part in parts if part.value is None]
    if without:
        return replace(about, missing=f"no figure of {', '.join(without)}", inputs=tuple(parts))
    lows = [part.low for part in parts if part.low is not None]
    highs = [part.high for part in parts if part.high is not None]
    count = len(parts)
    return replace(
        about,
        value=sum(values) / count,
        low=sum(lows) / count if len(lows) == count else None,
        high=sum(highs) / count if len(highs) == count else None,
        period=parts[0].period,
        arithmetic=f"mean of {', '.join(f'{value:.2f}' for value in values)}",
        inputs=tuple(parts),
        coverage={"members": count},
    )
