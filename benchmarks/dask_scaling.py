"""Time an ensemble on one and on two Dask workers, side by side, and compare every row.

python -m benchmarks.dask_scaling                     a scheduler and two workers on this machine
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
from pathlib import Path

from distributed import Client

from benchmarks.trajectories import Control, Trajectory, trajectories, trajectory
from orepact.network.world import World, read_world
from orepact.studies.ensemble.hashing import result_hash
from orepact.studies.ensemble.runner import run_tasks

GOAL = 1.5
"""How much faster two workers are than one, at least."""


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
    hashes, seconds = {result_hash(run_tasks(trajectory, control, tasks))}, dict[int, list[float]]()
    with tempfile.TemporaryDirectory() as folder:
        for count in (1, 2):
            with _cluster(Path(folder), count) as address:
                _ = run_tasks(trajectory, control, _warm(world), scheduler=address)
                for _ in range(given.repeats):
                    began = time.perf_counter()
                    table = run_tasks(trajectory, control, tasks, scheduler=address)
                    seconds.setdefault(count, []).append(time.perf_counter() - began)
                    hashes.add(result_hash(table))
    return _report(seconds, hashes)


def _report(seconds: dict[int, list[float]], hashes: set[str]) -> int:
    one, two = (statistics.median(seconds[count]) for count in (1, 2))
    cores, load = os.cpu_count(), os.getloadavg()[0]
    for count, taken in seconds.items():
        every = ", ".join(f"{each:.2f}" for each in taken)
        print(f"{count} worker{'s' if count > 1 else ''}: median of {every} s")
    print(f"speed-up {one / two:.2f} (goal {GOAL}) on {cores} cores, load {load:.1f}")
    print("results equal" if len(hashes) == 1 else f"DISAGREE: {len(hashes)} different tables")
    return int(len(hashes) > 1 or one / two < GOAL)


def _warm(world: World) -> list[Trajectory]:
    """Return a few tasks that make the workers import what they need."""
    return trajectories(world, 8)


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
            _ = process.wait()


def _start(words: list[str]) -> subprocess.Popen[bytes]:
    code = f"from distributed.cli.dask_{words[0]} import main; main()"
    threads = ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    path = os.pathsep.join(["", *(each for each in sys.path if each)])
    return subprocess.Popen(
        [sys.executable, "-c", code, *words[1:], "--no-dashboard"],
        env={**os.environ, **dict.fromkeys(threads, "1"), "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    raise SystemExit(main())
