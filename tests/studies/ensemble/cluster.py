"""A scheduler and workers on this machine's loopback, each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 60.0


@dataclass(slots=True)
class Cluster:
    """A scheduler's process and address, and the processes of its workers."""

    folder: Path
    scheduler: subprocess.Popen[bytes]
    address: str = ""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def start_worker(self, *more: str) -> subprocess.Popen[bytes]:
        """Start a worker that no nanny starts again."""
        name = f"worker-{len(self.workers)}"
        process = start(
            ["worker", self.address, "--nthreads", "1", "--no-nanny", "--name", name, *more],
            self.folder / name,
        )
        self.workers.append(process)
        return process

    def alive(self) -> list[subprocess.Popen[bytes]]:
        """Return the workers that have not ended."""
        return [process for process in self.workers if process.poll() is None]

    def top_up(self, count: int) -> None:
        """See to it that as many workers are there."""
        for _ in range(count - len(self.alive())):
            _ = self.start_worker()
        self.wait()

    def wait(self) -> None:
        """Wait until every worker has met the scheduler."""
        for number, process in enumerate(self.workers):
            if process.poll() is not None:
                continue
            log = self.folder / f"worker-{number}" / "log.txt"
            until(lambda log=log: b"Registered to" in log.read_bytes(), process)

    def stop(self) -> None:
        """End every process that was started here."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            _ = process.communicate()


@contextmanager
def cluster(folder: Path, workers: int) -> Generator[Cluster]:
    """Start a scheduler and as many workers."""
    place = folder / "scheduler.json"
    scheduler = start(
        ["scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(place)],
        folder / "scheduler",
    )
    made = Cluster(folder, scheduler)
    try:
        until(lambda: place.is_file() and place.stat().st_size > 0, scheduler)
        made.address = json.loads(place.read_text(encoding="utf-8"))["address"]
        made.top_up(workers)
        yield made
    finally:
        made.stop()


def until(met: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has come so far."""
    end = time.monotonic() + START_SECONDS
    while not met():
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.05)


def start(words: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start a process of Dask that finds what this one finds."""
    folder.mkdir()
    kind, *rest = words
    code = (
        "import os, sys, threading\n"  # ends when the process that started it does
        "gone = lambda: (sys.stdin.read(), os._exit(1))\n"
        "threading.Thread(target=gone, daemon=True).start()\n"
        f"from distributed.cli.dask_{kind} import main; main()"
    )
    with (folder / "log.txt").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", code, *rest, "--no-dashboard"],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(ROOT), *(path for path in sys.path if path)]),
            },
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
