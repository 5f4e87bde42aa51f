"""What to buy before 100 futures: multi-cut against the extensive form, on the small network.

python -m benchmarks.two_stage               100 futures, the bar (the extensive form takes minutes)
python -m benchmarks.two_stage --count 20    a look

Four reserves of the last stage may be filled before it is known which regions lose output and
exports. Both sides solve the same linear program and every optimum is certified; the multi-cut side
keeps one live solver and starts each future from its own last basis. Processor seconds count.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.scenarios import Case
from orepact.engine import Arrays, Change, LiveLinear, Program, solve_linear
from orepact.result.two_stage.extensive import Member, extensive_form
from orepact.result.two_stage.master import Decision
from orepact.result.two_stage.search import begin_at, search

__all__ = ["Reserves", "with_reserves"]

Floats = npt.NDArray[np.float64]

WANTED, COUNT, PLACES = 8.0, 100, 4
PRICE, MOST, CARRY, KEPT = 2.5, 150.0, 0.01, 2.0
"""Price of a tonne, largest purchase, carrying cost a month and worth of what is left."""

GAP, SAME = 1e-6, 0.01


@dataclass(slots=True)
class Reserves:
    """The small network's program with reserves, live, and the futures' changes."""

    arrays: Arrays
    rows: npt.NDArray[np.int64]
    changes: list[Change]
    live: LiveLinear
    bases: dict[int, tuple[object, ...]] = field(default_factory=dict[int, tuple[object, ...]])

    @classmethod
    def of(cls, count: int) -> Reserves:
        """Write the program and draw the futures."""
        case = Case.of("small")
        arrays, rows = with_reserves(case)
        return cls(arrays, rows, list(case.changes(count)), LiveLinear(arrays))

    def evaluate(
        self, bought: Floats, futures: Sequence[int] | None = None
    ) -> tuple[Floats, Floats]:
        """Return what (some) futures come to, and how that changes with another tonne."""
        chosen = range(len(self.changes)) if futures is None else futures
        values, slopes = np.empty(len(chosen)), np.empty((len(chosen), len(bought)))
        for place, k in enumerate(chosen):
            live, change = self.live, self.changes[k]
            live.reset()
            live.change_bounds(change.columns, change.lower, change.upper)
            right = np.zeros(self.arrays.n_rows)
            right[self.rows] = bought
            live.change_rows(self.rows, right[self.rows], right[self.rows])
            found = live.solve(self.bases.get(k))
            self.bases[k] = live.basis()
            values[place], slopes[place] = found.objective, found.row_duals[self.rows]
        return values, slopes

    def members(self) -> list[Member]:
        """Return every future as a program of its own."""
        members: list[Member] = []
        for change in self.changes:
            lower, upper = self.arrays.lower.copy(), self.arrays.upper.copy()
            lower[change.columns], upper[change.columns] = change.lower, change.upper
            arrays = self.arrays.with_numbers(lower=lower, upper=upper)
            every = np.arange(len(self.rows))
            members.append(Member(arrays, 1.0, self.rows, every, np.ones(len(every))))
        return members


def with_reserves(case: Case) -> tuple[Arrays, npt.NDArray[np.int64]]:
    """Return the program of a network with reserves, and the rows that what is bought enters."""
    arrays, months = case.arrays, case.network.months.height
    program = Program("small network with reserves")
    keys = pl.DataFrame({"of": np.arange(arrays.n_columns)})
    program.add_columns("network", keys, lower=arrays.lower, upper=arrays.upper, cost=arrays.cost)
    keys = pl.DataFrame({"of": np.arange(arrays.n_rows)})
    program.add_rows("network", keys, lower=arrays.row_lower, upper=arrays.row_upper)
    owner = np.repeat(np.arange(arrays.n_columns), np.diff(arrays.start))
    program.add_entries(arrays.index, owner, arrays.value)
    reserve, month = np.divmod(np.arange(PLACES * months), months)
    keys = pl.DataFrame({"reserve": reserve, "month": month})
    released = program.add_columns("released", keys)["column"].to_numpy()
    worth = np.where(month == months - 1, CARRY - KEPT, CARRY)
    kept = program.add_columns("kept", keys, cost=worth)["column"].to_numpy()
    rows = program.add_rows("reserve", keys, lower=0.0, upper=0.0)["row"].to_numpy()
    program.add_entries(rows, released)
    program.add_entries(rows, kept)
    later = np.flatnonzero(month > 0)
    program.add_entries(rows[later], kept[later - 1], -1.0)
    program.add_entries(case.last_stage(PLACES).ravel(), released)
    return program.assemble(), rows[month == 0].astype(np.int64)


def main() -> int:
    """Measure and print; return 1 if the bar is missed or the two buy different stocks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.two_stage", description=__doc__)
    _ = parser.add_argument("--count", type=int, default=COUNT)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    none, most, price = np.zeros(PLACES), np.full(PLACES, MOST), np.full(PLACES, PRICE)
    weight = np.full(given.count, 1.0 / given.count)
    decision = Decision(
        price,
        most,
        np.zeros(PLACES, dtype=np.int64),
        weight,
        np.zeros(given.count, dtype=np.int64),
        np.zeros(given.count),
        PRICE * MOST * PLACES / 2.0,
    )
    began, used = time.perf_counter(), time.process_time()
    reserves = Reserves.of(given.count)
    zero, _ = reserves.evaluate(none)

    def evaluate(bought: Floats) -> tuple[Floats, Floats]:
        return some(np.arange(given.count), bought)

    def some(futures: npt.NDArray[np.int64], bought: Floats) -> tuple[Floats, Floats]:
        values, slopes = reserves.evaluate(bought, futures.tolist())
        return values - zero[futures], slopes

    begin = begin_at(decision, zero, some, gap=GAP)
    found = search(decision, evaluate, gap=GAP, begin=begin)
    wall, cuts = time.perf_counter() - began, time.process_time() - used
    print(
        f"multi-cut: {given.count} futures, {found.iterations} rounds, {cuts:.1f} processor seconds"
        f" ({wall:.1f} s), value {found.value:.6g}, gap {found.gap:.0e}, buys {found.bought}"
    )
    began, used = time.perf_counter(), time.process_time()
    program, share = extensive_form(decision, reserves.members())
    solution = solve_linear(program)
    wall, whole = time.perf_counter() - began, time.process_time() - used
    bought = solution.primal_values[share] * most
    value = float(weight @ zero) - solution.objective * decision.unit
    print(
        f"extensive: {program.n_rows:,} rows, {whole:.1f} processor seconds ({wall:.1f} s),"
        f" value {value:.6g}, buys {bought}"
    )
    apart = float(np.abs(bought - found.bought).sum() / max(1e-9, np.abs(bought).sum()))
    ratio = whole / cuts
    print(
        f"{ratio:.1f} times as fast (wanted ≥ {WANTED:g} with 100), stocks {apart:.1e} apart"
        f" (wanted ≤ {SAME:g}), load before {load:.1f}"
    )
    good = apart <= SAME and (ratio >= WANTED or given.count < COUNT)
    print("" if good else "MISSED")
    return int(not good)


if __name__ == "__main__":
    raise SystemExit(main())
