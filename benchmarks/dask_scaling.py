"""Time an ensemble on one and on two Dask workers, in turns, and compare every row.

Both clusters run on this machine, and the other one waits; in turns, so that what else the machine
does meets both alike.

python -m benchmarks.dask_scaling
python -m benchmarks.dask_scaling --tasks 400 --repeats 5
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from distributed import Client

from benchmarks.trajectories import Control, Trajectory, trajectories, trajectory
from orepact.network.world import read_world
from orepact.studies.ensemble.hashing import result_hash
from orepact.studies.ensemble.runner import run_tasks

GOAL = 1.5
"""How much faster two workers are than one, at least."""


CORES = os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds by the clock, and of processor time by worker and of scheduler and client."""

    seconds: float
    workers: tuple[float, ...]
    others: float

    def least(self) -> float:
        """Return the time on an idle machine: the busiest worker's, or all time over all cores."""
        return max(*self.workers, 0.0, (sum(self.workers) + self.others) / CORES)


def main() -> int:
    """Measure, compare, print; return 1 if two sides disagree or the goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dask_scaling", description=__doc__)
    parser.add_argument("--chain", default="gallium")
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    world = read_world()
    control = Control(world, given.chain, given.months)
    tasks = trajectories(world, given.tasks)
    print(f"{given.tasks} trajectories of {given.chain}, {given.months} months each")
    hashes = {result_hash(run_tasks(trajectory, control, tasks))}
    runs: list[tuple[Run, Run]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        _cluster(Path(folder), 1) as one,
        _cluster(Path(folder), 2) as two,
    ):
        for address in (one, two):
            _ = run_tasks(trajectory, control, trajectories(world, 8), scheduler=address)
        for _ in range(given.repeats):
            pair = [_measured(control, tasks, address, hashes) for address in (one, two)]
            runs.append((pair[0], pair[1]))
    return _report(runs, hashes)


def _measured(control: Control, tasks: list[Trajectory], address: str, hashes: set[str]) -> Run:
    """Run the tasks on a scheduler; add the hash of their table."""
    before, own, began = _spent(address), time.process_time(), time.perf_counter()
    hashes.add(result_hash(run_tasks(trajectory, control, tasks, scheduler=address)))
    seconds, own = time.perf_counter() - began, time.process_time() - own
    after = _spent(address)
    spent = {name: after[name] - before[name] for name in after}
    scheduler = spent.pop("scheduler")
    return Run(seconds, tuple(spent.values()), scheduler + own)


def _spent(address: str) -> dict[str, float]:
    """Return the seconds of processor time that each process of a cluster has had."""
    with Client(address, set_as_default=False) as client:
        scheduler = client.run_on_scheduler(time.process_time)
        return {**client.run(time.process_time), "scheduler": scheduler}


def _report(runs: list[tuple[Run, Run]], hashes: set[str]) -> int:
    ratios = [one.seconds / two.seconds for one, two in runs]
    for (one, two), ratio in zip(runs, ratios, strict=True):
        each = " + ".join(f"{spent:.2f}" for spent in two.workers)
        print(
            f"one worker {one.seconds:.2f} s, two workers {two.seconds:.2f} s, "
            f"speed-up {ratio:.2f}; processor time of one {one.workers[0]:.2f} s, "
            f"of two {each} s, of scheduler and client {two.others:.2f} s"
        )
    middle, load = statistics.median(ratios), os.getloadavg()[0]
    idle = statistics.median(one.least() / two.least() for one, two in runs)
    print(f"median speed-up {middle:.2f} (goal {GOAL}), {CORES} cores, load {load:.1f}")
    print(f"by processor time, as on an idle machine of {CORES} cores: {idle:.2f}")
    print("results equal" if len(hashes) == 1 else f"DISAGREE: {len(hashes)} different tables")
    return int(len(hashes) > 1 or middle < GOAL)


@contextmanager
def _cluster(folder: Path, workers: int) -> Generator[str]:
    """Start a scheduler and workers of one thread on the loopback, and end them."""
    place = folder / f"scheduler-{workers}.json"
    words = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(place)]
    started = [_start(words)]
    try:
        while not place.is_file() or not place.stat().st_size:
            time.sleep(0.1)
        client = Client(scheduler_file=str(place), set_as_default=False)
        address = str(client.scheduler.address)
        started += [
            _start(["worker", address, "--nthreads", "1", "--no-nanny"]) for _ in range(workers)
        ]
        client.wait_for_workers(workers)
        client.close()
        yield address
    finally:
        for process in reversed(started):
            process.kill()
            _ = process.communicate()


def _start(words: list[str]) -> subprocess.Popen[bytes]:
    code = (
        "import os, sys, threading\n"  # ends when the process that started it does
        "gone = lambda: (sys.stdin.read(), os._exit(1))\n"
        "threading.Thread(target=gone, daemon=True).start()\n"
        f"from distributed.cli.dask_{words[0]} import main; main()"
    )
    threads = ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    path = os.pathsep.join(["", *(each for each in sys.path if each)])
    return subprocess.Popen(
        [sys.executable, "-c", code, *words[1:], "--no-dashboard"],
        env={**os.environ, **dict.fromkeys(threads, "1"), "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    raise SystemExit(main())
