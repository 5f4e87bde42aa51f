"""Draws of futures: points of a Latin hypercube, dealt to kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import qmc

__all__ = ["dealt", "points_of"]

_NUMBERS = ("kind", "branch", "licence", "owner", "aimed", "size", "months", "leakage")
DIGITS = 9


def points_of(count: int, seed: int) -> list[dict[str, float]]:
    """Return draws (0 to 1) of everything that a future is made of; the same seed, the same."""
    if not count:
        return []
    sampler = qmc.LatinHypercube(len(_NUMBERS), rng=np.random.default_rng(seed))
    return [
        dict(zip(_NUMBERS, (round(float(one), DIGITS) for one in row), strict=True))
        for row in sampler.random(count)
    ]


def dealt(quantiles: Sequence[float], kinds: Mapping[str, float]) -> list[str]:
    """Return the kind of each quantile: one of every kind, the rest by the shares of kinds."""
    count = len(quantiles)
    shares = np.array([*kinds.values()])
    if not count:
        return []
    given = np.array([1 if place < count else 0 for place in range(len(kinds))])
    exact = max(0, count - len(kinds)) * shares / shares.sum()
    more = np.floor(exact).astype(np.int64)
    left = max(0, count - int((given + more).sum()))
    more[np.argsort(more - exact, kind="stable")[:left]] += 1
    order = np.argsort(np.array(quantiles), kind="stable")
    repeated = np.repeat(np.arange(len(kinds)), given + more)
    found = np.empty(count, dtype=np.int64)
    found[order] = repeated[:count]
    names = list(kinds)
    return [names[int(place)] for place in found]
