"""Run the registry of models × phases and print one table with the goals beside the figures.

python -m benchmarks                         small and medium against every peer, large alone
python -m benchmarks --sizes large --peers   large against PyPSA and Pyomo too (slow)
python -m benchmarks --bars                  the bars of simulation and scenarios alone
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.by_orepact import build
from benchmarks.networks import SHAPES, make_network

AGREE = 1e-6
PEERS = ("linopy", "pypsa", "pyomo")
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
)

BARS = (
    "benchmarks.simulate",
    "benchmarks.by_cvxpy",
    "benchmarks.scenarios",
    "benchmarks.two_stage",
)
"""Modules that measure one bar each, print it and return 1 if it is missed."""

Key = tuple[str, str, str]


@dataclass(slots=True)
class Results:
    """The figures by size, side and phase, and what was wrong."""

    figures: dict[Key, dict[str, object]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def seconds(self, size: str, side: str, phase: str, name: str) -> float:
        """Return one figure, NaN where it was not measured."""
        return float(self.figures.get((size, side, phase), {}).get(name, float("nan")))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that the design asks for, with the direction of good."""

    text: str
    limit: float
    at_most: bool
    measure: Callable[[Results], float]
    unit: str


def main() -> int:
    """Measure, compare, print; return 1 if two sides disagree or a bar is missed."""
    given = _arguments()
    if given.bars:
        return _measure_bars()
    results = Results()
    for size in given.sizes:
        _print_shape(size)
        for side, phase in _registry(size, peers=given.peers):
            _measure(results, size, side, phase, given)
        _compare(results, size)
    _print_goals(results)
    if given.out:
        flat = [
            {"size": size, "side": side, "phase": phase, **figures}
            for (size, side, phase), figures in results.figures.items()
        ]
        text = json.dumps(flat, indent=1)
        _ = Path(given.out).write_text(text + "\n", encoding="utf-8")
    for fault in results.faults:
        print("DISAGREE", fault)
    missed = _measure_bars()
    return 1 if results.faults else missed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["small", "medium", "large"], choices=SHAPES)
    parser.add_argument("--peers", action="store_true", help="peers at large too: many minutes")
    parser.add_argument("--bars", action="store_true", help="simulation and scenarios alone")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--budget", type=float, default=60.0, help="seconds per cell at most")
    parser.add_argument("--out", default="", help="write every figure to this JSON file")
    return parser.parse_args()


def _measure_bars() -> int:
    """Run every module of bars in a process of its own; return 1 if any is missed."""
    codes: list[int] = []
    for module in BARS:
        print(f"\n{module}", flush=True)
        command = [sys.executable, "-m", module]
        codes.append(subprocess.run(command, env=os.environ | ONE_THREAD, check=False).returncode)
    return int(any(codes))


def _registry(size: str, *, peers: bool) -> list[tuple[str, str]]:
    """Return sides and phases in the order of measurement, peers beside each other."""
    sides = ("orepact", *PEERS) if size != "large" or peers else ("orepact", "linopy")
    cells = [(side, "once") for side in sides]
    cells += [(side, "memory") for side in sides]
    for kind in ("A", "B"):
        if size != "large":
            cells += [(side, kind) for side in (*sides, "orepact-cold")]
        else:
            cells.append(("orepact", kind))
    return cells


def _measure(results: Results, size: str, side: str, phase: str, given: argparse.Namespace) -> None:
    command = [sys.executable, "-m", "benchmarks.worker", side, size, phase]
    command += ["--repeats", str(given.repeats), "--budget", str(given.budget)]
    done = subprocess.run(  # noqa: PLW1510 - the return code is looked at below
        command, capture_output=True, text=True, encoding="utf-8", env=os.environ | ONE_THREAD
    )
    if done.returncode:
        results.faults.append(f"{size} {side} {phase} failed: {done.stderr.strip()[-300:]}")
        return
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    results.figures[size, side, phase] = figures
    named = [
        f"{name} {_shown(name, float(figures[name]))}"
        for name in ("build", "load", "solve", "memory", "resolve")
        if name in figures
    ]
    label = {"once": "", "memory": "", "A": "kind A  ", "B": "kind B  "}[phase]
    count = f"(median of {figures['repeats']})" if phase != "memory" else ""
    print(f"  {side:13s} {label}{'   '.join(named)}  {count}", flush=True)


def _shown(name: str, figure: float) -> str:
    if name == "memory":
        return f"{figure / 1e6:,.0f} MB"
    return f"{figure * 1000:,.1f} ms" if figure < 1 else f"{figure:,.2f} s"


def _print_shape(size: str) -> None:
    arrays = build(make_network(size))
    print(
        f"{size}: {arrays.n_columns:,} columns, {arrays.n_rows:,} rows, "
        f"{arrays.n_entries:,} non-zeros",
        flush=True,
    )


def _compare(results: Results, size: str) -> None:
    """Hold every side's objectives against orepact's."""
    for (at, side, phase), figures in list(results.figures.items()):
        if at != size or "objectives" not in figures:
            continue
        ours = results.figures.get((size, "orepact", phase), {}).get("objectives", [])
        theirs = figures["objectives"]
        pairs = zip(_floats(ours), _floats(theirs), strict=False)
        for number, (one, other) in enumerate(pairs):
            if abs(one - other) > AGREE * (1.0 + abs(one)):
                results.faults.append(f"{size} {side} {phase} {number}: {other} against {one}")


def _floats(values: object) -> list[float]:
    return [float(value) for value in values] if isinstance(values, list) else []


def _building(results: Results, size: str) -> float:
    """Return tables-to-solver as a percentage of a cold, whole solve on one thread."""
    build_time, load_time, solve_time = (
        results.seconds(size, "orepact", "once", name) for name in ("build", "load", "solve")
    )
    return 100.0 * (build_time + load_time) / solve_time


def _bytes_per_entry(results: Results) -> float:
    entries = build(make_network("large")).n_entries
    return results.seconds("large", "orepact", "memory", "memory") / entries


def _times(results: Results, kind: str, peer: str) -> float:
    """Return how many times faster the live ensemble is than a peer at medium."""
    peer_time = results.seconds("medium", peer, kind, "resolve")
    return peer_time / results.seconds("medium", "orepact", kind, "resolve")


GOALS = (
    Goal("building ÷ cold solve, medium", 3, True, lambda r: _building(r, "medium"), "%"),  # noqa: FBT003
    Goal("building ÷ cold solve, large", 2, True, lambda r: _building(r, "large"), "%"),  # noqa: FBT003
    Goal("memory per non-zero, large", 70, True, _bytes_per_entry, "B"),  # noqa: FBT003
    Goal("medium A against Pyomo persistent", 15, False, lambda r: _times(r, "A", "pyomo"), "×"),  # noqa: FBT003
    Goal("medium A against linopy", 60, False, lambda r: _times(r, "A", "linopy"), "×"),  # noqa: FBT003
    Goal("medium A against a PyPSA loop", 200, False, lambda r: _times(r, "A", "pypsa"), "×"),  # noqa: FBT003
    Goal("medium B against cold HiGHS", 20, False, lambda r: _times(r, "B", "orepact-cold"), "×"),  # noqa: FBT003
)


def _print_goals(results: Results) -> None:
    print(f"\n{'goal':38s} {'wanted':>9s} {'measured':>9s}")
    for goal in GOALS:
        figure = goal.measure(results)
        if figure != figure:  # noqa: PLR0124 - NaN: not measured in this run
            continue
        good = figure <= goal.limit if goal.at_most else figure >= goal.limit
        sign = "≤" if goal.at_most else "≥"
        wanted = f"{sign} {goal.limit:g} {goal.unit}"
        print(f"{goal.text:38s} {wanted:>9s} {figure:7.2f} {goal.unit} {'' if good else ' MISSED'}")


if __name__ == "__main__":
    raise SystemExit(main())
