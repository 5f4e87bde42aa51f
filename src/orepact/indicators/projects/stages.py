"""Capacity of a zone at each stage of a chain against what its own use needs there.

Equations, per material m (all in t/year)::

    need[m]  = use[m] + Σ_n a[m, n] · fed[n],       fed[n] = max(0, need[n] − unfed[n])
    a[m, n]  = Σ_p mix[p, n] · value[p, n] · input[p, m] / output[p, n]
    alone[m] = capacity[m] / need[m],               capacity = unfed + plants that take feed
    own[m]   = (unfed[m] + min(fed capacity[m], fed[m] · min_i feed[i])) / need[m]
    feed[i]  = own[i] + surplus[i] / need[i]

| symbol | meaning (unit) | name in code |
|---|---|---|
| use | final use in the zone (t/year) | ``Zone.use`` |
| unfed | capacity of mines, by-product recovery and recyclers (t/year) | ``Zone.unfed`` |
| mix | share of a process in what is made: the zone's, else the world's (1) | ``mix`` |
| value | share of a material in the value of what a process makes, base prices (1) | ``value`` |
| surplus | what partners make beyond their own need (t/year) | ``surplus`` |

Joint recipes are shared out by value; scrap is no stage, recyclers need no feed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Recipes", "Stages", "Zone", "needs", "stages", "tightest"]

Array = NDArray[np.float64]

ROUNDS = 30
"""Passes over a chain: more than any has stages, loops of intermediates included."""


@dataclass(frozen=True, slots=True, eq=False)
class Recipes:
    """The processes of a chain as arrays (process, material), and the world's activity (t/year)."""

    processes: tuple[str, ...]
    materials: tuple[str, ...]
    outputs: Array
    inputs: Array
    prices: Array
    activity: Array

    @property
    def feeds(self) -> NDArray[np.bool_]:
        """Say of each process whether it takes feed that is no scrap."""
        return self.inputs.sum(axis=1) > 0.0

    def coefficients(self, own: Array) -> Array:
        """Return tonnes of each material needed per tonne of another: (needed, made).

        `own` is the zone's activity by process (t/year); where it makes none of a material from
        feed, the world's mix of processes stands in.
        """
        worth = self.outputs * self.prices
        value = np.divide(worth, worth.sum(axis=1, keepdims=True), out=np.zeros_like(worth),
                          where=worth > 0.0)
        found = np.zeros((len(self.materials), len(self.materials)))
        fed = self.feeds.astype(float)
        for made in range(len(self.materials)):
            weights = own * fed * self.outputs[:, made]
            if not weights.sum():
                weights = self.activity * fed * self.outputs[:, made]
            if not weights.sum():
                weights = fed * (self.outputs[:, made] > 0.0)
            if not weights.sum():
                continue
            mix = weights / weights.sum()
            for process in np.flatnonzero(mix):
                per = value[process, made] / self.outputs[process, made]
                found[:, made] += mix[process] * per * self.inputs[process]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A zone: final use by material (t/year) and capacity by process (t/year of activity)."""

    use: Array
    capacity: Array
    activity: Array


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """By material: need, capacity, capacity of what needs no feed (t/year), and the two ratios.

    Where nothing is needed a ratio is infinite.
    """

    need: Array
    capacity: Array
    unfed: Array
    alone: Array
    own: Array


def stages(recipes: Recipes, zone: Zone, surplus: Array | None = None) -> Stages:
    """Return how far each stage of a chain serves a zone's own use.

    `surplus` is what partners have left of each material (t/year); none if not given.
    """
    taken = recipes.coefficients(zone.activity)
    unfed = zone.capacity[~recipes.feeds] @ recipes.outputs[~recipes.feeds]
    feeding = zone.capacity[recipes.feeds] @ recipes.outputs[recipes.feeds]
    need = _need(zone.use, unfed, taken)
    left = np.zeros_like(need) if surplus is None else surplus
    asked, used = np.maximum(0.0, need - unfed), taken > 0.0
    own = _over(unfed + feeding, need)
    for _ in range(ROUNDS):
        feed = own + _over(left, need)
        share = np.where(used, feed[:, None], np.inf).min(axis=0)
        fed = np.minimum(feeding, _times(asked, share))
        # what is made beyond the own need is limited by capacity and feed alike
        own = np.minimum(own, _over(unfed + np.where(share >= 1.0, feeding, fed), need))
    return Stages(need=need, capacity=unfed + feeding, unfed=unfed,
                  alone=_over(unfed + feeding, need), own=own)


def needs(recipes: Recipes, zone: Zone) -> Array:
    """Return what a zone's own use needs of each material (t/year)."""
    unfed = zone.capacity[~recipes.feeds] @ recipes.outputs[~recipes.feeds]
    return _need(zone.use, unfed, recipes.coefficients(zone.activity))


def tightest(alone: Array) -> tuple[NDArray[np.int_], Array]:
    """Return the stages that no member has any capacity for, and how often each other is tightest.

    `alone` is capacity over need by (member, stage), infinite where nothing is needed. A stage that
    has no capacity in some members only is the tightest of those; equals share a member.
    """
    nothing, free = alone == 0.0, np.isinf(alone)
    none = (nothing | free).all(axis=0) & nothing.any(axis=0)
    left = np.where(none, np.inf, alone)
    least = left.min(axis=1, keepdims=True)
    first = (left == least) & np.isfinite(least)
    return np.flatnonzero(none), (first / np.maximum(1, first.sum(axis=1, keepdims=True))).mean(
        axis=0)


def _need(use: Array, unfed: Array, taken: Array) -> Array:
    need = use.copy()
    for _ in range(ROUNDS):
        need = use + taken @ np.maximum(0.0, need - unfed)
    return need


def _over(made: Array, need: Array) -> Array:
    """Return the ratio of two amounts, infinite where nothing is needed."""
    return np.divide(made, need, out=np.full_like(need, np.inf), where=need > 0.0)


def _times(amount: Array, share: Array) -> Array:
    """Return amounts times shares, nothing of an infinite share of nothing."""
    return np.where(np.isinf(share), np.where(amount > 0.0, np.inf, 0.0), amount * np.where(
        np.isinf(share), 0.0, share))
