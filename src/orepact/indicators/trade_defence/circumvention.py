r"""Signs of a detour in trade between countries: through B, when A sells less to C.

For an exporter A under a control, a buyer C, a third country B, a year and means over the base
years before it (written with a bar):

$$\text{fall} = 1 - \frac{x_{AC}}{\bar x_{AC}}, \quad
\text{dependence} = \frac{\bar x_{AC}}{\sum_i \bar x_{iC}}, \quad
\text{growth} = \frac{x_{BC}}{\bar x_{BC}}, \quad
\text{size} = \frac{x_{BC} - \bar x_{BC}}{\sum_j \bar x_{Aj}},$$
$$\text{feed} = \frac{x_{AB} - \bar x_{AB}}{x_{BC} - \bar x_{BC}}, \qquad
\text{own} = 1 - \frac{\sum_i \bar x_{iB}}{\sum_j \bar x_{Bj}}$$

| symbol | meaning (unit) | in code |
|---|---|---|
| $x_{ij}$ | trade from i to j in the year (t) | `Flows.of` |
| output | largest share of B in world output, any stage (fraction) | `Signs.output` |
| own | part of what B sold before that it cannot have bought abroad (fraction) | `Signs.own` |

*Watch*: fall, dependence, growth and size reach their thresholds and B mines and makes (nearly)
none of it. *Alarm*: besides, what B bought more of A could feed what it sold more to C, and B had
no supply of its own before. Where the first leg is not seen it may be under another code, by
another country, or undeclared. Thresholds are cards. A sign is no proof: new works, another mix of
products or a new port look the same.

Where a table prints only a country's largest partners, a flow that is not printed is nothing for
fall, and as large as the smallest printed one allows for all the rest: what is not known never
makes a sign.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Flows", "Level", "Pair", "Signs", "Thresholds", "detour_signs", "level_of"]

Level = Literal["alarm", "watch", "none"]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Flows:
    """Trade in one item by year: (exporter, importer) to tonnes.

    `unprinted` is the most that may be missing of a flow in years whose table is cut (t).
    """

    by_year: Mapping[int, Mapping[Pair, float]] = field(repr=False)
    unprinted: Mapping[int, Mapping[Pair, float]] = field(
        default_factory=dict[int, Mapping[Pair, float]], repr=False
    )

    def of(self, year: int, pair: Pair) -> float:
        """Return a flow, nothing where none is printed (t)."""
        return self.by_year[year].get(pair, 0.0)

    def most(self, year: int, pair: Pair) -> float:
        """Return the most that a flow can be (t)."""
        return self.of(year, pair) + self.unprinted.get(year, {}).get(pair, 0.0)

    def base_of(self, year: int, years: int) -> tuple[int, ...]:
        """Return the base years before a year, none where the table does not have all of them."""
        base = tuple(range(year - years, year))
        return base if all(each in self.by_year for each in (*base, year)) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What counts as a sign: fractions as in the module, a ratio for growth.

    `output` and `own` are the most that a third country may have.
    """

    fall: float
    dependence: float
    growth: float
    size: float
    feed: float
    output: float
    own: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The signs of one detour A to B to C in a year; trade in t, the rest as in the module.

    `growth` is infinite where nothing was sold before.
    """

    exporter: str
    through: str
    to: str
    year: int
    fall: float
    dependence: float
    growth: float
    size: float
    feed: float
    output: float
    own: float
    direct: float
    direct_before: float
    onward: float
    onward_before: float
    first_leg: float
    first_leg_before: float


def detour_signs(
    flows: Flows, exporter: str, year: int, base: Sequence[int], output: Mapping[str, float]
) -> list[Signs]:
    """Return the signs of every detour round an exporter in a year, largest onward rise first.

    Only buyers whose direct trade fell and third countries that sold them more are looked at.
    `output` is each country's share of world output. Shapes: one entry for each (B, C).
    """
    sold, bought, bought_most = _totals(flows, base)
    found: list[Signs] = []
    for (seller, buyer), onward in flows.by_year[year].items():
        if exporter in {seller, buyer} or seller == buyer:
            continue
        direct_before = _mean(flows.of(each, (exporter, buyer)) for each in base)
        direct = flows.most(year, (exporter, buyer))
        before = _mean(flows.most(each, (seller, buyer)) for each in base)
        if direct >= direct_before or onward <= before:
            continue
        leg = flows.of(year, (exporter, seller))
        leg_before = _mean(flows.most(each, (exporter, seller)) for each in base)
        rise, exports = onward - before, sold.get(seller, 0.0)
        found.append(
            Signs(
                exporter=exporter,
                through=seller,
                to=buyer,
                year=year,
                fall=1.0 - direct / direct_before,
                dependence=direct_before / bought_most[buyer],
                growth=onward / before if before > 0.0 else math.inf,
                size=rise / sold[exporter],
                feed=(leg - leg_before) / rise,
                output=output.get(seller, 0.0),
                own=max(0.0, 1.0 - bought.get(seller, 0.0) / exports) if exports > 0.0 else 0.0,
                direct=direct,
                direct_before=direct_before,
                onward=onward,
                onward_before=before,
                first_leg=leg,
                first_leg_before=leg_before,
            )
        )
    return sorted(found, key=lambda each: (each.onward_before - each.onward, each.through))


def level_of(signs: Signs, limits: Thresholds) -> Level:
    """Return whether signs make an alarm, a watch or neither."""
    seen = (
        signs.fall >= limits.fall
        and signs.dependence >= limits.dependence
        and signs.growth >= limits.growth
        and signs.size >= limits.size
        and signs.output < limits.output
    )
    if not seen:
        return "none"
    return "alarm" if signs.feed >= limits.feed and signs.own < limits.own else "watch"


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _totals(
    flows: Flows, base: Sequence[int]
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Return mean exports at most, imports as printed and imports at most, by country (t)."""
    sold: dict[str, float] = defaultdict(float)
    bought: dict[str, float] = defaultdict(float)
    bought_most: dict[str, float] = defaultdict(float)
    for year in base:
        for (seller, buyer), tonnes in flows.by_year[year].items():
            sold[seller] += tonnes / len(base)
            bought[buyer] += tonnes / len(base)
            bought_most[buyer] += tonnes / len(base)
        for (seller, buyer), tonnes in flows.unprinted.get(year, {}).items():
            sold[seller] += tonnes / len(base)
            bought_most[buyer] += tonnes / len(base)
    return sold, bought, bought_most
