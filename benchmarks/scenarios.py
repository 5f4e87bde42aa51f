"""Solve ten thousand linear scenarios on the medium network, on two threads.

python -m benchmarks.scenarios                300 scenarios, about twenty seconds
python -m benchmarks.scenarios --count 10000  the bar: eleven minutes at most

Each scenario closes part of the output and the exports of some regions for some months. All of it
is counted: drawing the scenario, changing the program, solving, proving and reading objective,
unmet use and the prices of three places. A sample is solved cold and held against the stream.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.by_orepact import build
from benchmarks.networks import Network, make_network, make_scenario
from orepact.engine import Arrays, Change, Solution, solve_linear, solve_many

__all__ = ["Case", "Reading", "cold"]

Floats = npt.NDArray[np.float64]

WANTED, COUNT, THREADS, SAMPLE, PLACES, AGREE = 15.0, 300, 2, 5, 3, 1e-9


@dataclass(frozen=True, slots=True)
class Reading:
    """What is kept of a solution: objective, unmet use by demand, prices of chosen places."""

    objective: float
    unmet: Floats
    price: Floats


@dataclass(frozen=True, slots=True)
class Case:
    """A network's program, where its columns are, and which rows are read."""

    network: Network
    arrays: Arrays
    used: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]

    @classmethod
    def of(cls, size: str) -> Case:
        """Build a network; the first places of its balance are read in every month."""
        network = make_network(size)
        arrays = build(network)
        used = arrays.column_family("consumption")
        balance = arrays.row_family("balance")
        columns = np.arange(used.first, used.first + used.size, dtype=np.int32)
        rows = np.arange(balance.first, balance.first + PLACES * network.months.height)
        return cls(network, arrays, columns, rows.astype(np.int32))

    def changes(self, count: int, first: int = 0) -> Iterator[Change]:
        """Draw scenarios one by one, as they are needed."""
        for seed in range(first, first + count):
            scenario = make_scenario(self.network, "A", seed)
            parts = [
                self._moved("production", scenario.process, self.network.processes["upper"]),
                self._moved("flow", scenario.route, self.network.routes["upper"]),
            ]
            columns = np.concatenate([column for column, _ in parts])
            upper = np.concatenate([values for _, values in parts])
            yield Change(columns, np.zeros(len(columns)), upper)

    def read(self, solution: Solution) -> Reading:
        """Keep what a study would keep."""
        unmet = (solution.arrays.upper - solution.primal_values)[self.used]
        months = self.network.months.height
        return Reading(
            solution.objective, unmet.reshape(-1, months).sum(axis=1), solution.row_duals[self.rows]
        )

    def last_stage(self, count: int) -> npt.NDArray[np.int64]:
        """Return the balance rows of the last stage in the first regions, regions × months."""
        family = self.arrays.row_family("balance")
        table = family.table(np.arange(self.arrays.n_rows, dtype=np.float64))
        last = table.filter(pl.col("stage") == pl.col("stage").max()).sort("region", "month")
        months = self.network.months.height
        return last["value"].to_numpy().astype(np.int64).reshape(-1, months)[:count]

    def _moved(self, family: str, upper: Floats, base: object) -> tuple[Floats, Floats]:
        columns = _numbers(self.arrays, family)
        moved = (upper != np.asarray(base)[:, None]).ravel()
        return columns[moved], upper.ravel()[moved]


def cold(arrays: Arrays, change: Change) -> float:
    """Return the objective of a program under a change, solved whole from nothing."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[change.columns], upper[change.columns] = change.lower, change.upper
    return solve_linear(arrays.with_numbers(lower=lower, upper=upper)).objective


def _numbers(arrays: Arrays, name: str) -> npt.NDArray[np.int32]:
    """Return the column numbers of a family in the order of its table."""
    family = arrays.column_family(name)
    number = np.empty(family.size, dtype=np.int32)
    order = np.arange(family.size) if family.order is None else family.order
    number[order] = np.arange(family.first, family.first + family.size)
    return number


def main() -> int:
    """Measure and print; return 1 if the bar is missed or a cold solve disagrees."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scenarios", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--size", default="medium")
    given = parser.parse_args()
    case, load = Case.of(given.size), os.getloadavg()[0]
    began = time.perf_counter()
    stream = solve_many(case.arrays, case.changes(given.count), case.read, threads=given.threads)
    found = [next(stream)]
    ready, used = time.perf_counter(), _processor_seconds()
    found += stream
    wall, used = time.perf_counter() - ready, _processor_seconds() - used
    rate = (len(found) - 1) / wall
    print(
        f"{given.size}: {len(found):,} scenarios on {given.threads} threads, {rate:.1f} a second"
        f" (wanted ≥ {WANTED:g}), {1000 * used / len(found):.0f} processor ms each,"
        f" base case and first scenario {ready - began:.1f} s, load before {load:.1f}"
    )
    sample = np.linspace(0, given.count - 1, SAMPLE).astype(int)
    gaps = [
        abs(cold(case.arrays, next(case.changes(1, int(k)))) / found[k].objective - 1.0)
        for k in sample
    ]
    print(f"{SAMPLE} cold solves agree to {max(gaps):.0e} of the objective")
    good = rate >= WANTED and max(gaps) <= AGREE
    print("" if good else "MISSED")
    return int(not good)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    raise SystemExit(main())
