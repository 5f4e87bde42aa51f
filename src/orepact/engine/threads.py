"""Spread independent work over threads; solvers release the interpreter lock while they run."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TypeVar

from threadpoolctl import threadpool_limits

__all__ = ["single_threaded", "spread", "spread_live", "stream_live"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Live = TypeVar("Live")


AHEAD = 4
"""Tasks per thread that are taken before their turn."""


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
    return list(stream_live(make, work, tasks, threads=min(threads, len(tasks))))


def stream_live(
    make: Callable[[], Live],
    work: Callable[[Live, Task], Answer],
    tasks: Iterable[Task],
    *,
    threads: int = 1,
) -> Generator[Answer]:
    """Yield ``work(live, task)`` for every task, in order, as soon as it and those before are done.

    As `spread_live`, but tasks are taken a few at a time, so there may be any number of them.
    Closing the generator lets what runs end and starts nothing more.
    """
    if threads <= 1:
        live = make()
        for task in tasks:
            yield work(live, task)
        return
    idle: SimpleQueue[Live] = SimpleQueue()
    for live in spread(lambda _: make(), range(threads), threads=threads):
        idle.put(live)

    def one(task: Task) -> Answer:
        live = idle.get()
        try:
            return work(live, task)
        finally:
            idle.put(live)

    with ThreadPoolExecutor(max_workers=threads) as pool:
        waiting: deque[Future[Answer]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(one, task))
                if len(waiting) > AHEAD * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
