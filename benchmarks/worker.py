"""Measure one side on one size in a process of its own and print the figures as one JSON line."""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import statistics
import time
import warnings
from pathlib import Path

from benchmarks.networks import make_network, make_scenario

__all__ = ["main"]


def main() -> None:
    """Measure what the arguments name and print it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("side")
    parser.add_argument("size")
    parser.add_argument("phase", choices=["memory", "once", "A", "B"])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--budget", type=float, default=60.0)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    measure = {"memory": _memory, "once": _once}.get(given.phase, _resolve)
    print()
    print(json.dumps(measure(given)))


def _once(given: argparse.Namespace) -> dict[str, object]:
    """Build, load and solve the base case again and again; the first pass warms imports up."""
    side = importlib.import_module(f"benchmarks.by_{given.side}")
    network = make_network(given.size)
    _ = side.solve(side.load(side.build(make_network("tiny"))))
    took: dict[str, list[float]] = {"build": [], "load": [], "solve": []}
    objective = 0.0
    began = time.perf_counter()
    while len(took["solve"]) < given.repeats:
        clock = [time.perf_counter()]
        built = side.build(network)
        clock.append(time.perf_counter())
        loaded = side.load(built)
        clock.append(time.perf_counter())
        objective = side.solve(loaded)
        clock.append(time.perf_counter())
        for phase, before, after in zip(took, clock[:-1], clock[1:], strict=True):
            took[phase].append(after - before)
        spent = clock[-1] - began
        if spent + (clock[-1] - clock[0]) > given.budget:
            break
        del built, loaded
    figures: dict[str, object] = {name: statistics.median(times) for name, times in took.items()}
    return figures | {"repeats": len(took["solve"]), "objectives": [objective]}


def _resolve(given: argparse.Namespace) -> dict[str, object]:
    """Solve scenario after scenario; the first one is not timed."""
    name, _, variant = given.side.partition("-")
    side = importlib.import_module(f"benchmarks.by_{name}")
    network = make_network(given.size)
    ensemble = (side.ColdEnsemble if variant == "cold" else side.Ensemble)(network)
    times: list[float] = []
    objectives: list[float] = []
    began = time.perf_counter()
    for number in range(given.repeats + 1):
        scenario = make_scenario(network, given.phase, number)
        before = time.perf_counter()
        objectives.append(ensemble.solve(scenario))
        times.append(time.perf_counter() - before)
        if time.perf_counter() - began > given.budget and number:
            break
    timed = times[1:]
    return {
        "resolve": statistics.median(timed),
        "repeats": len(timed),
        "objectives": objectives,
    }


def _memory(given: argparse.Namespace) -> dict[str, object]:
    """Measure the growth of peak memory over imports until the program sits in the solver."""
    side = importlib.import_module(f"benchmarks.by_{given.side}")
    _ = side.load(side.build(make_network("tiny")))
    base = _peak()
    loaded = side.load(side.build(make_network(given.size)))
    figures: dict[str, object] = {"memory": _peak() - base, "repeats": 1}
    del loaded  # held until here: the peak is measured with the program in the solver
    return figures


def _peak() -> float:
    """Return this process's peak resident memory in bytes (Linux), or NaN elsewhere."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    for line in status.read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1]) * 1024
    return float("nan")


if __name__ == "__main__":
    main()
