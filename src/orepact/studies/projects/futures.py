"""Futures of a portfolio: when and how hard exporters control, how use grows, how long things take.

Every future has a weight. One has no control; the others are shared between narrow licensing and a
stop, each with a first year and a length, drawn by Latin hypercube. All chains of one exporter are
met together: the exporter's posture is one draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from orepact.network.projects import Spread
from orepact.result.portfolio.availability import of_quantile
from orepact.studies.reserve.suppositions import Suppositions

__all__ = ["NONE", "POSTURES", "Posture", "ProjectFuture", "futures_of", "mean_future", "spread_of"]

NONE = "none"
POSTURES = ("partial", "ban")


@dataclass(frozen=True, slots=True)
class Posture:
    """How an exporter controls: not at all, by narrow licences or by a stop, in which years."""

    kind: str
    first: int = 0
    last: int = -1

    def bites(self, year: int) -> bool:
        """Say whether the control bites in a year."""
        return self.kind != NONE and self.first <= year <= self.last


@dataclass(frozen=True, slots=True)
class ProjectFuture:
    """One future: its weight, the posture of each exporter, growth of use by chain (1/year)."""

    name: str
    weight: float
    posture: Mapping[str, Posture]
    growth: Mapping[str, float]


def spread_of(cards: Suppositions, name: str) -> Spread:
    """Return a card as a spread."""
    low, high = cards.ends(name)
    return Spread(low, cards[name], high)


def futures_of(
    cards: Suppositions,
    exporters: Sequence[str],
    chains: Sequence[str],
    years: Sequence[int],
    *,
    count: int,
    seed: int,
) -> tuple[ProjectFuture, ...]:
    """Draw `count` futures (3 or more), whose weights sum to 1; the same seed, the same futures."""
    controlled = count - 1
    half = (controlled + 1) // 2
    kinds = [POSTURES[0]] * half + [POSTURES[1]] * (controlled - half)
    chances = {name: cards[f"chance-{name}"] for name in POSTURES}
    whole = sum(chances.values())
    scale = 1.0 / max(1.0, whole)
    calm = ProjectFuture(NONE, 1.0 - scale * whole, dict.fromkeys(exporters, Posture(NONE)),
                         {chain: cards[f"growth-{chain}"] for chain in chains})
    sampler = qmc.LatinHypercube(2 * len(exporters) + len(chains), rng=np.random.default_rng(seed))
    points = np.vstack([sampler.random(half), sampler.random(controlled - half)])
    lasting = spread_of(cards, "control-years")
    found = [calm]
    for number, (kind, point) in enumerate(zip(kinds, points, strict=True)):
        weight = scale * chances[kind] / kinds.count(kind)
        posture = {
            name: _posture(kind, point[2 * place], point[2 * place + 1], lasting, years)
            for place, name in enumerate(exporters)
        }
        growth = {
            chain: float(of_quantile(spread_of(cards, f"growth-{chain}"),
                                     np.array(point[2 * len(exporters) + place])))
            for place, chain in enumerate(chains)
        }
        found.append(ProjectFuture(f"{kind}-{number + 1}", weight, posture, growth))
    return tuple(found)


def mean_future(
    cards: Suppositions, exporters: Sequence[str], chains: Sequence[str], years: Sequence[int]
) -> ProjectFuture:
    """Return the one future that a planner of means sees: narrow licences for the usual years."""
    lasting = round(cards["control-years"])
    first = years[0] + (len(years) - lasting) // 2
    posture = Posture(POSTURES[0], first, first + lasting - 1)
    growth = {chain: cards[f"growth-{chain}"] for chain in chains}
    return ProjectFuture("mean", 1.0, dict.fromkeys(exporters, posture), growth)


def _posture(
    kind: str, when: float, long: float, lasting: Spread, years: Sequence[int]
) -> Posture:
    """Return a posture whose first year is any of the years but the last two."""
    first = years[0] + int(when * (len(years) - 2))
    length = max(1, round(float(of_quantile(lasting, np.array(long)))))
    return Posture(kind, first, min(years[-1], first + length - 1))
