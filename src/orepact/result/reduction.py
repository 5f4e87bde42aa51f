r"""The simulation, reduced to two markets and solved for many parameter sets at once.

An exporter and the rest of the world trade one material, month by month; prices are multiples of
the price before the shock. It is the smallest form of the behaviour in `orepact.result.simulation`:
no lag, a window of one month, no re-routing cost, no stocks at the exporter.

$$D = D_0 P^{-\varepsilon} e^{-\sigma},\quad S = q_R\,e^{K} P^{0.05} + q_s,\quad
I^* = (I_0 D_0 + h\,x_0 d\,a)\,(\hat P/P)^{1/\gamma},\quad S + M = D + I^*(P) - I_{t-1}$$

| symbol | meaning (unit) | in code |
|---|---|---|
| $P, \hat P$ | price outside, believed price (multiple of base) | `price`, `believed` |
| $D, \sigma$ | use outside (t/month), use given up for good (log) | `given_up` |
| $S, K, q_s$ | output outside, capacity grown (log), restarted capacity (t/month) | `growth` |
| $I^*, a, d$ | stock wanted (t), alarm (0 to 1), its fading by age | `wanted` |
| $M$ | the exporter's shipments, declared or not (t/month) | `shipped` |

Source: two-market reduction of the behavioural model; tests compare it with the full simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour

__all__ = ["Feed", "ParameterSets", "TwoMarkets", "reduced_paths", "sets_of"]

Numbers = npt.NDArray[np.int64]

LOWEST, HIGHEST = float(np.log(0.02)), float(np.log(60.0))
"""Range of log prices: nothing is taken to pay more than sixty times the base price."""

SURGE = 3.0
"""Largest free shipments, multiple of base."""

SUPPLY_OUTSIDE, SUPPLY_EXPORTER, SUPPLY_BELOW = 0.05, 0.15, 4.0
"""Supply responses; the last one, below base at the exporter, never sets the price outside."""

RESTART_FROM, RESTART_TO = float(np.log(1.01)), float(np.log(1.03))
"""Log prices between which idle capacity comes back, around its cost of 1.02 × base."""

_STEPS = 80
_CLOSE = 1e-9
_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Feed:
    """What is permitted month by month: one value per month, as in `Restrictions`.

    `share` of base shipments (inf where free), `since` (months since force), `known` (number of
    the month in which it became known), `alarm` (0 to 1) and its `age` (months).
    """

    share: Array
    since: Array
    known: Array
    alarm: Array
    age: Array


@dataclass(frozen=True, slots=True)
class TwoMarkets:
    """Base of the two markets in t/month; idle capacity as (t/month, months of notice)."""

    exports: float
    outside: float
    exporter: float
    restarts: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """Parameter sets as columns, one entry per set; names as in `Behaviour`."""

    demand_elasticity: Array
    cover: Array
    hoarding: Array
    belief_speed: Array
    storage_slope: Array
    leakage: Array
    hoarding_decay: Array
    capacity_growth: Array
    substitution: Array

    def __len__(self) -> int:
        """Return the number of sets."""
        return len(self.cover)

    def take(self, which: Numbers) -> ParameterSets:
        """Return the sets with these numbers, in this order."""
        return ParameterSets(*(getattr(self, name)[which] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class _State:
    level: Array
    believed: Array
    growth: Array
    given_up: Array
    price: Array


def sets_of(behaviours: Sequence[Behaviour]) -> ParameterSets:
    """Return parameter sets as columns."""
    return ParameterSets(
        *(np.array([getattr(b, name) for b in behaviours]) for name in ParameterSets.__slots__)
    )


def reduced_paths(markets: TwoMarkets, sets: ParameterSets, feed: Feed, months: int) -> Array:
    """Return the price outside (multiple of base), shape (sets × months)."""
    none = np.zeros(len(sets))
    used = markets.outside + markets.exports
    state = _State(sets.cover * used, none, none, none, none)
    price = np.empty((len(sets), months))
    alarmed = np.flatnonzero(feed.alarm > 0.0)
    first = int(alarmed[0]) if len(alarmed) else months
    for month in range(months):
        spare = sum(t for t, notice in markets.restarts if month - first >= notice)
        state, price[:, month] = _month(markets, sets, feed, month, spare, state)
    return np.exp(price)


def _month(
    markets: TwoMarkets, sets: ParameterSets, feed: Feed, month: int, spare: float, state: _State
) -> tuple[_State, Array]:
    used = markets.outside + markets.exports
    fading = np.exp(-feed.age[month] / sets.hoarding_decay) * feed.alarm[month]
    wanted = sets.cover * used + sets.hoarding * markets.exports * fading

    def excess(log_price: Array, which: Numbers) -> Array:
        """Return supply outside and stocks, less use and stocks wanted, before shipments."""
        grown = markets.outside * np.exp(state.growth[which] + SUPPLY_OUTSIDE * log_price)
        ramp = np.clip((log_price - RESTART_FROM) / (RESTART_TO - RESTART_FROM), 0.0, 1.0)
        use = used * np.exp(-state.given_up[which] - sets.demand_elasticity[which] * log_price)
        gap = (state.believed[which] - log_price) / sets.storage_slope[which]
        return grown + spare * ramp - use - wanted[which] * np.exp(gap) + state.level[which]

    everyone = np.arange(len(sets), dtype=np.int64)
    cap = _cap(sets, feed, month) * markets.exports
    price = _root(
        lambda log_price, which: excess(log_price, which) + cap[which], everyone, state.price
    )
    offered = _offered(markets, sets, price, everyone)
    free = np.flatnonzero(offered < cap).astype(np.int64)
    if len(free):
        price[free] = _root(
            lambda log_price, which: (
                excess(log_price, which) + _offered(markets, sets, log_price, which)
            ),
            free,
            price[free],
        )
    gap = (state.believed - price) / sets.storage_slope
    after = replace(
        state,
        level=wanted * np.exp(gap),
        believed=state.believed + sets.belief_speed * (price - state.believed),
        growth=state.growth + sets.capacity_growth * np.clip(price, 0.0, 1.0),
        given_up=state.given_up + sets.substitution * np.maximum(price, 0.0),
        price=price,
    )
    return after, price


def _cap(sets: ParameterSets, feed: Feed, month: int) -> Array:
    """Return the largest shipments as a multiple of base, what leaks included."""
    share = feed.share[month]
    if not np.isfinite(share):
        return np.full(len(sets), SURGE)
    ramp = min(1.0, feed.since[month] / 6.0)
    return share + sets.leakage * ramp * max(0.0, 1.0 - share)


def _offered(markets: TwoMarkets, sets: ParameterSets, log_price: Array, which: Numbers) -> Array:
    """Return what the exporter would ship at a price: its output less its own use (t/month)."""
    inside = max(markets.exporter - markets.exports, 1e-3 * markets.exporter)
    slope = np.where(log_price > 0.0, SUPPLY_EXPORTER, SUPPLY_BELOW)
    use = inside * np.exp(-sets.demand_elasticity[which] * log_price)
    return markets.exporter * np.exp(slope * log_price) - use


def _root(excess: Callable[[Array, Numbers], Array], which: Numbers, start: Array) -> Array:
    """Return where a rising function is zero: Newton's method, kept inside a bracket.

    Ends at an end of the bracket where there is no zero inside.
    """
    low, high = np.full(len(which), LOWEST), np.full(len(which), HIGHEST)
    found = np.clip(start, LOWEST, HIGHEST)
    rows = np.arange(len(which))
    for _ in range(_STEPS):
        at = found[rows]
        value = excess(at, which[rows])
        slope = (excess(at + _NEAR, which[rows]) - value) / _NEAR
        low[rows] = np.where(value < 0.0, at, low[rows])
        high[rows] = np.where(value > 0.0, at, high[rows])
        step = at - value / slope
        inside = (step > low[rows]) & (step < high[rows])
        found[rows] = np.where(inside, step, (low[rows] + high[rows]) / 2.0)
        rows = rows[np.abs(found[rows] - at) > _CLOSE]
        if not len(rows):
            break
    return found
