"""Tasks are handed out in batches, long enough to be worth sending, short enough to lose."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

__all__ = ["KEY", "Answer", "Batch", "Job", "Keyed", "Pending", "do_batch", "stack"]

KEY = "key"
"""The column that says which task a row is from."""

GOAL_SECONDS = 1.0
"""What a batch takes: sending and writing it costs milliseconds, losing it a second."""

LEAST_SECONDS = 0.2
"""What a batch takes at least when there are tasks left: less is not worth sending."""

ROUNDS = 3
"""Batches get shorter when fewer than these are left for each worker, so that all end at once."""


class Keyed(Protocol):
    """A task: a frozen dataclass with a key that stays the same from run to run."""

    @property
    def key(self) -> str:
        """Return the name of the task, unique among its fellows."""
        ...


Batch = tuple[Keyed, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """What every task is done with: a function of a module, and what all tasks share."""

    work: Callable[[Any, Any], pl.DataFrame]
    shared: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What a batch gave: the rows of its tasks, marked by their keys, and how long it took (s)."""

    keys: tuple[str, ...]
    frame: pl.DataFrame
    seconds: float


def do_batch(job: Job, batch: Batch) -> Answer:
    """Do the tasks of a batch one after the other.

    Raises what the work raises and `ValueError` for a table with a column named ``key``.
    """
    began = time.perf_counter()
    frames = [_marked(job.work(job.shared, task), task.key) for task in batch]
    keys = tuple(task.key for task in batch)
    return Answer(keys, stack(frames), time.perf_counter() - began)


def stack(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return marked tables below each other; a task without rows may have none of the columns.

    Raises `ValueError` when two tables have different columns.
    """
    held = [frame for frame in frames if frame.width > 1]
    if not held:
        return pl.DataFrame(schema={KEY: pl.String})
    other = next((frame for frame in held if frame.columns != held[0].columns), None)
    if other is not None:
        found = ", ".join(other.columns[1:])
        message = f"tasks gave tables with different columns: {', '.join(held[0].columns[1:])}"
        raise ValueError(f"{message}; and {found}")
    return pl.concat(held, how="vertical_relaxed")


def _marked(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    if KEY in frame.columns:
        message = f"task {key} gave a table with a column {KEY!r}, which marks the tasks"
        raise ValueError(message)
    return frame.select(pl.lit(key).alias(KEY), pl.all()) if frame.width else frame


@dataclass(slots=True)
class Pending:
    """The tasks still to do: every one is waiting, out at a worker, or answered."""

    waiting: deque[Keyed]
    width: int
    again: deque[Keyed] = field(default_factory=deque[Keyed])
    out: dict[str, Keyed] = field(default_factory=dict[str, Keyed])
    pace: float = 0.0

    @classmethod
    def of(cls, tasks: Sequence[Keyed], width: int) -> Pending:
        """Return the tasks as waiting for `width` workers."""
        return cls(deque(tasks), width)

    def __bool__(self) -> bool:
        """Return whether anything is waiting or out."""
        return bool(self.waiting or self.again or self.out)

    def take(self) -> Batch:
        """Return the next batch, first of tasks that never cost a worker; empty for none left."""
        return self.take_fresh() or self.take_suspect()

    def take_fresh(self) -> Batch:
        """Return a batch of tasks that never cost a worker."""
        return self._taken(tuple(self.waiting.popleft() for _ in range(self._size())))

    def take_suspect(self) -> Batch:
        """Return a batch of one task that may have cost a worker."""
        return self._taken((self.again.popleft(),) if self.again else ())

    def _taken(self, batch: Batch) -> Batch:
        self.out |= {task.key: task for task in batch}
        return batch

    def answered(self, answer: Answer) -> None:
        """Note an answer and its pace."""
        for key in answer.keys:
            del self.out[key]
        pace = max(answer.seconds / len(answer.keys), 1e-6)
        self.pace = 0.5 * (self.pace + pace) if self.pace else pace

    def lost(self, batch: Sequence[Keyed], *, alone: bool = False) -> tuple[str, ...]:
        """Let the tasks of a lost batch wait again; return their keys.

        With `alone`, for tasks that may have cost their worker, they come last and one by one.
        """
        for task in batch:
            del self.out[task.key]
        if alone:
            self.again.extend(batch)
        else:
            self.waiting.extendleft(reversed(batch))
        return tuple(task.key for task in batch)

    def _size(self) -> int:
        """Return how many tasks the next batch has."""
        if not self.pace:
            return min(1, len(self.waiting))
        even = len(self.waiting) / (ROUNDS * self.width)
        wanted = max(LEAST_SECONDS / self.pace, min(GOAL_SECONDS / self.pace, even))
        return min(len(self.waiting), math.ceil(wanted))
