r"""Surges of imports and prices below those of others, origin by origin.

$$\text{growth}_o = \frac{m_o}{\bar m_o}, \qquad
\text{rise}_o = \frac{t_o}{\sum_i t_i}\Bigl(1 - \frac{\bar m_o}{m_o}\Bigr), \qquad
\text{below}_o = 1 - \frac{u_o}{\sum_{i \ne o} v_i \big/ \sum_{i \ne o} w_i}$$

| symbol | meaning (unit) | in code |
|---|---|---|
| $m_o, \bar m_o$ | imports from o now, and before, one measure | `Origin.now`, `Origin.before` |
| $t_o$ | imports from o now (t), equal to $m_o$ where that is in tonnes | `Origin.imports` |
| $u_o = v_o / w_o$ | value of a tonne from o (USD/t), if published | `Origin.unit_value` |

*Surge*: growth and rise reach their thresholds. *Undercutting*: the unit value lies below that of
the other origins by its threshold, but not so far that the quantity is doubted. Both are statistics
of customs: another mix of products, grades or a mistaken weight looks the same as a low price.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from orepact.indicators.trade_defence.injury import negligible

__all__ = ["Limits", "Origin", "Watched", "watch_origins"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Thresholds: growth (ratio), rise and undercutting (fractions), odd unit values (ratio)."""

    growth: float
    rise: float
    undercut: float
    odd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Imports from one origin: `now` and `before`, value (USD) and weight (t) of priced ones.

    `now` and `before` are in one measure, tonnes or values at the world's unit value. `tonnes` is
    what `now` is in tonnes (None: the same), `estimated` the part of it that is not published (t).
    `value` and `weight` are of the entries with published tonnes, nothing where there are none.
    """

    name: str
    now: float
    before: float
    value: float = 0.0
    weight: float = 0.0
    tonnes: float | None = None
    estimated: float = 0.0

    @property
    def imports(self) -> float:
        """Imports now (t)."""
        return self.now if self.tonnes is None else self.tonnes

    @property
    def unit_value(self) -> float | None:
        """The value of a tonne (USD/t), None without published tonnes."""
        return self.value / self.weight if self.weight > 0.0 and self.value > 0.0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is seen of one origin; fractions, `growth` infinite where nothing came before.

    `others` is the unit value of all other origins (USD/t), `below` how far this one lies under it.
    """

    origin: Origin
    share: float
    growth: float
    rise: float
    others: float | None
    below: float | None
    surge: bool
    undercutting: bool
    doubtful: bool
    negligible: bool


def watch_origins(origins: Sequence[Origin], limits: Limits) -> list[Watched]:
    """Return what is seen of every origin with imports now, the largest rise first."""
    total = sum(origin.imports for origin in origins)
    if total <= 0.0:
        return []
    small = negligible({origin.name: origin.imports / total for origin in origins})
    found = [_watched(origin, origins, total, limits, small=small[origin.name])
             for origin in origins if origin.now > 0.0]
    return sorted(found, key=lambda each: (-each.rise, each.origin.name))


def _watched(
    origin: Origin, origins: Sequence[Origin], total: float, limits: Limits, *, small: bool
) -> Watched:
    value = sum(each.value for each in origins if each is not origin)
    weight = sum(each.weight for each in origins if each is not origin)
    others = value / weight if weight > 0.0 else None
    own, below, doubtful = origin.unit_value, None, False
    if own is not None and others:
        below = 1.0 - own / others
        doubtful = not 1.0 / limits.odd <= own / others <= limits.odd
    growth = origin.now / origin.before if origin.before > 0.0 else math.inf
    share = origin.imports / total
    rise = share * (1.0 - origin.before / origin.now)
    return Watched(
        origin=origin,
        share=share,
        growth=growth,
        rise=rise,
        others=others,
        below=below,
        surge=growth >= limits.growth and rise >= limits.rise,
        undercutting=below is not None and below >= limits.undercut and not doubtful,
        doubtful=doubtful,
        negligible=small,
    )
