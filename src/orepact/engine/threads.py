"""Spread independent work over threads; solvers release the interpreter lock while they run."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TypeVar

from threadpoolctl import threadpool_limits

__all__ = ["single_threaded", "spread", "spread_live"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Live = TypeVar("Live")


@contextmanager
def single_threaded() -> Generator[None]:
    """Keep linear algebra on the calling thread: for small systems its own threads only wait."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield


def spread(
    work: Callable[[Task], Answer], tasks: Sequence[Task], *, threads: int = 1
) -> list[Answer]:
    """Return ``work(task)`` for every task, in the order of `tasks`; the first error is raised."""
    if threads <= 1 or len(tasks) <= 1:
        return [work(task) for task in tasks]
    with ThreadPoolExecutor(max_workers=min(threads, len(tasks))) as pool:
        return list(pool.map(work, tasks))


def spread_live(
    make: Callable[[], Live],
    work: Callable[[Live, Task], Answer],
    tasks: Sequence[Task],
    *,
    threads: int = 1,
) -> list[Answer]:
    """Return ``work(live, task)`` for every task, in order, with one live solver per thread.

    `make` builds a live solver; it is called once per thread. A task must set everything that it
    depends on, so that the answer does not depend on which tasks the solver saw before.
    """
    workers = max(1, min(threads, len(tasks)))
    idle: SimpleQueue[Live] = SimpleQueue()
    for live in spread(lambda _: make(), range(workers), threads=workers):
        idle.put(live)

    def one(task: Task) -> Answer:
        live = idle.get()
        try:
            return work(live, task)
        finally:
            idle.put(live)

    return spread(one, tasks, threads=workers)
