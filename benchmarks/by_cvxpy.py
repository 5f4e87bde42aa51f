"""The windows of a simulated path, solved by our live windows and by a loop that rebuilds each.

python -m benchmarks.by_cvxpy                         two chains, both sides in one process
python -m benchmarks.by_cvxpy --chains gallium

Our side is timed whole: state, curves, limits, solve and proof of every window of a path. The other
side is timed on the same windows from the moment their numbers are known: it writes each in cvxpy
and solves it with Clarabel. It is kept lean: one vector of variables per kind of component, one
balance for all places, no loop over components.
"""

from __future__ import annotations

import argparse
import datetime
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import cvxpy as cp
import numpy as np
import numpy.typing as npt

from orepact import load_branches, load_register, read_world
from orepact.engine import Arrays, LiveNewton, Solution
from orepact.network.world import World
from orepact.policy import LICENCE_BRANCHES, load_template
from orepact.result.months import Months
from orepact.result.paths import setting_of
from orepact.result.restrictions import restrictions_of
from orepact.result.simulation import Restrictions, Setting, Simulator

__all__ = ["Recorded", "Sides", "compare", "path_of", "rebuild"]

Floats = npt.NDArray[np.float64]

CHAINS = ("antimony", "rare-earth-magnets")
WINDOW, MONTHS, WANTED, AGREE = 3, 30, 20.0, 1e-4
TOLERANCE = 1e-10
REPEATS = 5


@dataclass(slots=True)
class Recorded:
    """A live window that keeps every solution; has the face of `LiveNewton`."""

    live: LiveNewton
    solved: list[Solution] = field(default_factory=list[Solution])

    @property
    def fallbacks(self) -> int:
        """Return how often the second solver had to answer."""
        return self.live.fallbacks

    def update(self, **numbers: Floats) -> None:
        """Pass the numbers of a window on."""
        self.live.update(**numbers)

    def forget(self) -> None:
        """Pass the wish to start cold on."""
        self.live.forget()

    def solve(self) -> Solution:
        """Solve and keep."""
        self.solved.append(self.live.solve())
        return self.solved[-1]


@dataclass(frozen=True, slots=True)
class Sides:
    """Median seconds per window of both sides, largest difference of a price relative to 1 + it."""

    windows: int
    ours: float
    theirs: float
    difference: float


def rebuild(arrays: Arrays) -> Floats:
    """Return the prices of a window's rows, written in cvxpy and solved by Clarabel."""
    matrix = arrays.matrix
    balance, spent, bounds = 0.0, 0.0, []
    for family in arrays.columns:
        own = slice(family.first, family.first + family.size)
        x = cp.Variable(family.size)
        limited = np.flatnonzero(np.isfinite(arrays.upper[own]))
        balance = balance + matrix[:, own] @ x
        bent = cp.multiply(0.5 * arrays.curvature[own], cp.square(x))
        spent = spent + arrays.cost[own] @ x + cp.sum(bent)
        bounds += [x >= 0.0, x[limited] <= arrays.upper[own][limited]]
    closed = balance == arrays.row_lower
    problem = cp.Problem(cp.Minimize(spent), [closed, *bounds])
    problem.solve(
        solver=cp.CLARABEL, tol_gap_abs=TOLERANCE, tol_gap_rel=TOLERANCE, tol_feas=TOLERANCE
    )
    return -np.asarray(closed.dual_value)


def path_of(world: World, chain: str) -> tuple[Simulator, Restrictions, Setting]:
    """Return a simulator of a chain and thirty months in which its suspended acts revive."""
    text, network = world.chains[chain], world.network(chain)
    last = datetime.date.fromisoformat(f"{text.text.calibration.last}-01")
    months = Months(Months(last, 2).date(1), MONTHS + WINDOW - 1)
    register = load_register().under(load_branches()["revived"])
    branch = LICENCE_BRANCHES[0]
    meant = restrictions_of(network, text, register, load_template(), branch, months)
    setting = setting_of(network, text, months)
    cut = Setting(setting.supply[:MONTHS], setting.demand[:MONTHS])
    return Simulator.of(network, world.ensemble[0], WINDOW), meant, cut


def compare(world: World, chain: str, *, clock: Callable[[], float] = time.process_time) -> Sides:
    """Time both sides on the windows of one path and hold their prices against each other."""
    simulator, meant, setting = path_of(world, chain)
    live = Recorded(simulator.window.live)
    simulator.window.live = live  # type: ignore[assignment]
    path = simulator.run(meant, setting)
    simulator.window.live = live.live
    _ = rebuild(live.solved[0].arrays)
    first = simulator.window.row_of_node
    first = first[first >= 0]
    ours, theirs, difference = [], [], 0.0
    for turn in range(REPEATS):
        began = clock()
        _ = simulator.run(meant, setting)
        ours.append((clock() - began) / path.windows)
        for solution in live.solved[turn::REPEATS]:
            began = clock()
            price = rebuild(solution.arrays)
            theirs.append(clock() - began)
            gap = np.abs(price - solution.row_duals)[first]
            difference = max(difference, float(np.max(gap / (1.0 + np.abs(price[first])))))
    middle = float(np.median(ours)), float(np.median(theirs))
    return Sides(path.windows, *middle, difference)


def main() -> int:
    """Print both sides for every chain; return 1 if they disagree or the factor is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.by_cvxpy", description=__doc__)
    parser.add_argument("--chains", nargs="+", default=list(CHAINS))
    given = parser.parse_args()
    world, failed = read_world(), False
    print("processor milliseconds per window, both sides in one process on the same windows")
    for chain in given.chains:
        load = os.getloadavg()[0]
        sides = compare(world, chain)
        factor = sides.theirs / sides.ours
        good = factor >= WANTED and sides.difference <= AGREE
        failed |= not good
        both = f"orepact {1000 * sides.ours:6.2f}   cvxpy and Clarabel {1000 * sides.theirs:7.1f}"
        print(
            f"{chain:20s} {sides.windows} windows   {both}   {factor:5.1f}× (wanted ≥ {WANTED:g}×)"
            f"   prices agree to {sides.difference:.0e}   load before {load:.1f}"
            f"{'' if good else '   MISSED'}",
            flush=True,
        )
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
