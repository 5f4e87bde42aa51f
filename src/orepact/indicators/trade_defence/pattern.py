r"""The condition of average-to-transaction comparison: a pattern of export prices.

Article 2.4.2 of the Anti-Dumping Agreement allows W-T only if the authorities find *a pattern of
export prices which differ significantly among different purchasers, regions or time periods*, and
explain why W-W or T-T cannot take it into account. Here a group (a purchaser, a region, a quarter)
is part of a pattern if its prices lie below those of the other export sales by both

$$1 - \frac{\bar r_g}{\bar r_{-g}} \ge \theta, \qquad
d_g = \frac{\bar r_{-g} - \bar r_g}{\sqrt{(s_g^2 + s_{-g}^2)/2}} \ge \delta$$

with $r$ the price of a sale over the average export price of its product, so that a group which
buys the cheaper product is no pattern. $\theta$, $\delta$ and the least share of the volume are
assumption cards: the Agreement has no numbers. The explanation is words, which no program can
supply: without it the condition is not met.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from orepact.indicators.trade_defence.normal_value import average
from orepact.indicators.trade_defence.sales import Sale

__all__ = ["DIMENSIONS", "Group", "Pattern", "Significance", "price_pattern"]

QUARTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Significance:
    """What counts as significant: a difference, its distance in deviations, a share of volume."""

    difference: float
    distance: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Export sales to one purchaser, region or quarter against all the others.

    `difference` is how far below the others its prices lie (fraction, negative if above),
    `distance` the same in deviations (infinite where prices do not vary), `share` its part of the
    volume.
    """

    dimension: str
    name: str
    share: float
    difference: float
    distance: float
    significant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Whether export prices form a pattern, by which groups, and why W-W cannot tell it."""

    groups: tuple[Group, ...]
    explanation: str = ""

    @property
    def found(self) -> bool:
        """Whether a group's prices are significantly lower."""
        return any(group.significant for group in self.groups)

    @property
    def met(self) -> bool:
        """Whether the condition of Article 2.4.2 is met as far as numbers and words can tell."""
        return self.found and bool(self.explanation.strip())

    def holds(self, sale: Sale) -> bool:
        """Tell whether a sale belongs to a group of the pattern."""
        return any(
            group.significant and DIMENSIONS[group.dimension](sale) == group.name
            for group in self.groups
        )


def price_pattern(
    sales: Sequence[Sale], significance: Significance, explanation: str = ""
) -> Pattern:
    """Return how the prices of export sales differ among purchasers, regions and quarters."""
    exports = [sale for sale in sales if sale.market == "export"]
    means = {
        product: average([sale for sale in exports if sale.product == product])
        for product in {sale.product for sale in exports}
    }
    priced = [(sale, sale.price / means[sale.product]) for sale in exports]
    groups: list[Group] = []
    for dimension, name_of in DIMENSIONS.items():
        names = sorted({name_of(sale) for sale in exports} - {""})
        if len(names) > 1:
            groups += [_group(dimension, name, name_of, priced, significance) for name in names]
    return Pattern(groups=tuple(groups), explanation=explanation)


def _quarter(sale: Sale) -> str:
    if sale.date is None:
        return ""
    return f"{sale.date.year} quarter {(sale.date.month - 1) // QUARTER + 1}"


DIMENSIONS: Mapping[str, Callable[[Sale], str]] = {
    "purchaser": lambda sale: sale.purchaser,
    "region": lambda sale: sale.region,
    "period": _quarter,
}
"""The three ways in which Article 2.4.2 lets prices differ, and the group a sale is in."""


def _group(
    dimension: str,
    name: str,
    name_of: Callable[[Sale], str],
    priced: Sequence[tuple[Sale, float]],
    significance: Significance,
) -> Group:
    inside = [(sale.quantity, ratio) for sale, ratio in priced if name_of(sale) == name]
    outside = [(sale.quantity, ratio) for sale, ratio in priced if name_of(sale) != name]
    (mine, my_variance), (theirs, their_variance) = _moments(inside), _moments(outside)
    difference = 1.0 - mine / theirs
    deviation = math.sqrt((my_variance + their_variance) / 2.0)
    gap = theirs - mine
    distance = gap / deviation if deviation > 0.0 else math.copysign(math.inf, gap) if gap else 0.0
    volume = sum(quantity for quantity, _ in inside)
    share = volume / (volume + sum(quantity for quantity, _ in outside))
    significant = (
        difference >= significance.difference
        and distance >= significance.distance
        and share >= significance.share
    )
    return Group(dimension=dimension, name=name, share=share, difference=difference,
                 distance=distance, significant=significant)


def _moments(items: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return mean and variance of ratios weighted by quantity."""
    total = sum(weight for weight, _ in items)
    mean = sum(weight * ratio for weight, ratio in items) / total
    return mean, sum(weight * (ratio - mean) ** 2 for weight, ratio in items) / total
