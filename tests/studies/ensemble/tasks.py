"""Tasks for the tests of ensembles; a module, so that workers can import what they are sent."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orepact.errors import SolveError


@dataclass(frozen=True, slots=True)
class Square:
    """A task: `rows` squares from `start` on, told to a diary when done."""

    key: str
    start: int
    rows: int = 3
    seconds: float = 0.0
    fails: str = ""


def squares(count: int, *, seconds: float = 0.0) -> list[Square]:
    """Return tasks whose keys are in order of their numbers."""
    return [Square(f"task {n:03d}", 10 * n, 1 + n % 3, seconds) for n in range(count)]


def square(diary: str, task: Square) -> pl.DataFrame:
    """Return the squares; `diary` is a folder that learns who did what, empty for none."""
    if diary:
        note = Path(diary) / f"{task.key}.{os.getpid()}.{time.monotonic_ns()}"
        note.touch()
    if task.fails == "always" or (task.fails == "once" and first_time(diary, task.key)):
        os.kill(os.getpid(), signal.SIGKILL)
    if task.fails == "raises" and first_time(diary, task.key):
        message = f"window 3 of {task.key} was not proven optimal"
        raise SolveError(message)
    time.sleep(task.seconds)
    numbers = range(task.start, task.start + task.rows)
    return pl.DataFrame(
        {"number": list(numbers), "square": [float(n) ** 2 for n in numbers]},
        schema={"number": pl.Int64, "square": pl.Float64},
    )


def first_time(diary: str, key: str) -> bool:
    """Return whether this is the first time that a task is begun."""
    return len(list(Path(diary).glob(f"{key}.*"))) == 1


def done(diary: Path) -> list[str]:
    """Return the keys of what was begun, once for each time, in order."""
    return sorted(path.name.split(".")[0] for path in diary.iterdir())


def processes(diary: Path) -> set[int]:
    """Return the numbers of the processes that did anything."""
    return {int(path.name.split(".")[1]) for path in diary.iterdir()}
