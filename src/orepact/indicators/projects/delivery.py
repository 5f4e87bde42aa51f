"""What projects deliver in a year: drawn failures, decisions, permits, construction and ramps.

Equations, for project p in draw s::

    built[s, p]  = 1 if u₀[s, p] ≤ chance[p]
    opens[s, p]  = opening that is stated (announced: with its delay, not before it can be built),
                   or now + decision + permitting + construction
    share[s, p, y] = built[s, p] · mean over year y of the ramp since opens[s, p]
    u_k[s, p]    = rank of (√ρ · z_k[s] + √(1 − ρ) · e_k[s, p]) among the draws s, less a half

| symbol | meaning (unit) | name in code |
|---|---|---|
| u_k | quantile of failure (k = 0), decision, permits, construction, ramp, capacity (1) | ``u`` |
| z, e | standard normal numbers: of all projects, of one alone (1) | ``common``, ``own`` |
| ρ | correlation between projects, a card (1) | ``correlation`` |
| share | share of capacity that is open, the mean over a year (1) | ``Delivery.share`` |

A high quantile is late, long or failed for every part, so a common cause makes all of it worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from orepact.network.projects import Project, Spread
from orepact.result.portfolio.availability import available, of_quantile

__all__ = ["Delivery", "Terms", "deliver"]

Array = NDArray[np.float64]

PARTS: tuple[str, ...] = ("built", "decision", "permitting", "construction", "ramp", "capacity",
                          "part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What draws rest on: chance of being built by project, wait, correlation, draws and seed.

    `stated` has the announced opening, delay included, of projects by name that nobody has decided;
    none opens before it can be built. `starts` has the decimal year of decision of projects by name
    that a portfolio chose, which goes before both. `decided` is the decimal year in which all
    undecided projects are decided, whatever was announced; without it they wait from `now` on.
    `longer` multiplies every wait after the decision.
    """

    chances: Sequence[float]
    now: float
    decision: Spread
    correlation: float = 0.0
    draws: int = 1000
    seed: int = 1
    decided: float | None = None
    longer: float = 1.0
    stated: Mapping[str, Spread] = field(default_factory=dict[str, Spread])
    starts: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """Draws down, projects across: built (0 or 1), opening (year), capacity (t/year), share.

    `opens` is the opening that a project has if it is built; `part` is the zones' part of its
    output; `share` of capacity has a third axis, years.
    """

    built: Array
    opens: Array
    capacity: Array
    part: Array
    share: Array

    def tonnes(self, year: int) -> Array:
        """Return the zones' part of output in a year, by its place (t/year of first output)."""
        return self.capacity * self.part * self.share[:, :, year]


def deliver(projects: Sequence[Project], years: Array, terms: Terms) -> Delivery:
    """Return what projects deliver in some years, drawn.

    The draws of a project depend on its name and the seed alone, so that adding a project changes
    no other's.
    """
    shape = (terms.draws, len(projects))
    built, opens, capacity, part = (np.zeros(shape) for _ in range(4))
    share = np.zeros((*shape, len(years)))
    common = np.random.default_rng([terms.seed, 0]).standard_normal((len(PARTS), terms.draws))
    for place, project in enumerate(projects):
        alone = np.random.default_rng([terms.seed, 1, *project.name.encode()])
        own = alone.standard_normal((len(PARTS), terms.draws))
        mixed = sqrt(terms.correlation) * common + sqrt(1.0 - terms.correlation) * own
        u = dict(zip(PARTS, _quantiles(mixed), strict=True))
        built[:, place] = u["built"] <= terms.chances[place]
        opens[:, place] = _opening(project, u, terms)
        capacity[:, place] = of_quantile(project.capacity, 1.0 - u["capacity"])
        part[:, place] = of_quantile(project.share, 1.0 - u["part"])
        ramp = of_quantile(project.ramp, u["ramp"]) * terms.longer
        open_ = available(opens[:, place, None], ramp[:, None], years[None, :])
        share[:, place] = built[:, place, None] * open_
    return Delivery(built, opens, capacity, part, share)


def _quantiles(drawn: Array) -> Array:
    """Return the ranks of draws as quantiles, part by part: every project gets each just once.

    Correlation by ranks: Iman and Conover 1982, *Communications in Statistics* 11 (3), 311-334.
    """
    return (np.argsort(np.argsort(drawn, axis=1), axis=1) + 0.5) / drawn.shape[1]


def _opening(project: Project, u: dict[str, Array], terms: Terms) -> Array:
    """Return the decimal year in which a project opens, if it is built."""
    if project.opens is not None:
        stated = of_quantile(project.opens, u["construction"])
        # a stated opening is late by what it exceeds the day of knowledge, and longer from there
        return stated + (terms.longer - 1.0) * np.maximum(0.0, stated - terms.now)
    build = of_quantile(project.construction, u["construction"]) * terms.longer
    permits = of_quantile(project.permitting, u["permitting"]) * terms.longer
    start = terms.starts.get(project.name, terms.decided)
    if start is not None:
        return start + permits + build
    if project.name in terms.stated:
        announced = of_quantile(terms.stated[project.name], u["decision"])
        late = (terms.longer - 1.0) * np.maximum(0.0, announced - terms.now)
        return np.maximum(announced + late, terms.now + build)
    return terms.now + of_quantile(terms.decision, u["decision"]) + permits + build
