"""Choose projects: the mixed-integer optimum, proven against what projects are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from orepact.engine import Arrays, LinearOptions, Solution, solve_linear
from orepact.model.portfolio import PortfolioCase, portfolio_arrays

__all__ = ["Choice", "choose", "evaluate", "join_choices"]

Starts = Mapping[str, int]
"""The year of decision by project."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A portfolio: what is started when, and what it does.

    `objective` is million USD, `nothing` that without any project, `bound` below which no portfolio
    can come; `gap` is (objective − bound) ÷ (nothing − objective): relative to what the projects
    are worth, not to the sum of all use. `solution` is the optimum with the choice fixed, `idle`
    that without any project.
    """

    starts: dict[str, int]
    objective: float
    nothing: float
    bound: float
    solution: Solution
    idle: Solution
    seconds: float

    @property
    def worth(self) -> float:
        """Return what the projects are worth, million USD."""
        return self.nothing - self.objective

    @property
    def gap(self) -> float:
        """Return the proven gap relative to the worth of the projects."""
        lost = max(0.0, self.objective - self.bound)
        return 0.0 if lost <= 1e-9 * max(1.0, abs(self.nothing)) else lost / max(self.worth, 1e-12)


def choose(
    case: PortfolioCase,
    *,
    gap: float = 0.004,
    time_limit: float = 300.0,
    also: Starts | None = None,
) -> Choice:
    """Choose the projects of a case; raises `SolveError` where nothing is proven.

    `gap` is relative to what the projects are worth. `also` is a portfolio known to be allowed,
    which the answer is never worse than. A project without which nothing gets worse is left out.
    """
    nothing = evaluate(case, {})
    arrays = portfolio_arrays(case, offset=-nothing.objective)
    found = solve_linear(arrays, LinearOptions(
        mip_gap=gap, time_limit=time_limit, sub_programs=False))
    seconds = nothing.seconds + found.seconds
    # nothing to choose is a linear program, whose optimum is its own bound
    proven = found.bound if np.isfinite(found.bound) else found.objective
    bound = proven + nothing.objective
    starts = _starts(found)
    best = evaluate(case, starts)
    if also:
        other = evaluate(case, also)
        seconds += other.seconds
        if other.objective < best.objective:
            best, starts = other, dict(also)
    starts, best = _without_idle(case, starts, best)
    return Choice(starts, best.objective, nothing.objective, min(bound, best.objective), best,
                  nothing, seconds + best.seconds)


def evaluate(case: PortfolioCase, starts: Starts) -> Solution:
    """Return the optimum with the projects fixed; `starts` may name what the case lacks."""
    return solve_linear(_fixed(portfolio_arrays(case), starts))


def join_choices(*choices: Choice) -> dict[str, int]:
    """Return what several choices start together; the earlier year where two start one."""
    found: dict[str, int] = {}
    for choice in choices:
        for project, year in choice.starts.items():
            found[project] = min(year, found.get(project, year))
    return found


def _fixed(arrays: Arrays, starts: Starts) -> Arrays:
    """Return a linear program in which the projects are decided."""
    family = arrays.column_family("start")
    keys = family.table(np.arange(arrays.n_columns, dtype=np.float64))
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    for project, year, column in keys.select("project", "year", "value").iter_rows():
        chosen = 1.0 if starts.get(project) == year else 0.0
        lower[int(column)] = upper[int(column)] = chosen
    fixed = arrays.with_numbers(lower=lower, upper=upper)
    return replace(fixed, integrality=np.zeros(arrays.n_columns, dtype=np.uint8))


def _starts(solution: Solution) -> dict[str, int]:
    chosen = solution.primal("start").filter(pl.col("value") > 0.5)
    return dict(chosen.select("project", "year").iter_rows())


def _without_idle(
    case: PortfolioCase, starts: dict[str, int], best: Solution
) -> tuple[dict[str, int], Solution]:
    """Leave out what is never run and earns nothing: the gap of the search lets such in."""
    used = best.primal("run").group_by("project").agg(pl.col("value").sum())
    running = set(used.filter(pl.col("value") > 1e-9)["project"])
    gains = {(p, y): g for p, y, g in case.starts.select("project", "year", "gain").iter_rows()}
    kept = {p: y for p, y in starts.items() if p in running or gains.get((p, y), 0.0) > 0.0}
    return (starts, best) if kept == starts else (kept, evaluate(case, kept))
