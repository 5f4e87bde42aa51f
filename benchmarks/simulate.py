"""Measure a full ensemble of simulated paths on two cores against its bar.

python -m benchmarks.simulate                       the three-stage chain and the longest
python -m benchmarks.simulate --chains gallium      any other
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from dataclasses import dataclass, replace

from orepact import load_register, read_world
from orepact.network.world import World
from orepact.policy import LICENCE_BRANCHES, Register
from orepact.studies.control_clocks import run_members
from orepact.studies.study import find_study

__all__ = ["BARS", "Bar", "Ensemble", "simulate"]

SETS, MONTHS, WORKERS = 100, 36, 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A chain that is measured, why, and the seconds that it may take."""

    chain: str
    why: str
    limit: float
    goal: float


BARS = (
    Bar("antimony", "three stages, 20 regions", 60.0, 30.0),
    Bar("rare-earth-magnets", "the longest: 9 materials, 96 places", 240.0, 240.0),
)


@dataclass(frozen=True, slots=True)
class Ensemble:
    """What an ensemble took: seconds by the clock, seconds of processors, windows, fallbacks."""

    wall: float
    processor: float
    windows: int
    fallbacks: int


def simulate(
    world: World, register: Register, chain: str, *, sets: int = SETS, workers: int = WORKERS
) -> Ensemble:
    """Run every parameter set under both licence branches, suspended acts revived.

    Each path is replayed from the chain's calibration window to November 2026 and then runs for 36
    months; replay, start of the workers and the tables of the result are all counted.
    """
    study = replace(
        find_study("control-clocks"), chains=(chain,), branches=("revived",), months=MONTHS
    )
    before, began = _processor_seconds(), time.perf_counter()
    found = run_members(study, world, register, sets=world.ensemble[:sets], workers=workers)
    return Ensemble(
        time.perf_counter() - began,
        _processor_seconds() - before,
        found.windows,
        found.fallbacks,
    )


def _processor_seconds() -> float:
    """Return the processor time of this process and of the workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> int:
    """Measure the chains and print one line each; return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate", description=__doc__)
    parser.add_argument("--chains", nargs="+", default=[bar.chain for bar in BARS])
    parser.add_argument("--sets", type=int, default=SETS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    given = parser.parse_args()
    world, register = read_world(), load_register()
    bars, branches, missed = {bar.chain: bar for bar in BARS}, len(LICENCE_BRANCHES), False
    print(f"{given.sets} parameter sets × {branches} licence branches × {MONTHS} months")
    for chain in given.chains:
        bar = bars.get(chain, Bar(chain, "", float("inf"), float("inf")))
        load = os.getloadavg()[0]
        took = simulate(world, register, chain, sets=given.sets, workers=given.workers)
        good = took.wall <= bar.limit
        missed |= not good
        each = 1000 * took.processor / took.windows
        print(
            f"{chain:20s} {took.wall:6.1f} s on {given.workers} cores"
            f" (wanted ≤ {bar.limit:g} s, goal {bar.goal:g} s)"
            f"   {took.processor:6.1f} processor seconds"
            f"   {took.windows:,} windows, {each:.2f} ms each,"
            f" {took.fallbacks} by the second solver   load before {load:.1f}"
            f"{'' if good else '   MISSED'}",
            flush=True,
        )
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
