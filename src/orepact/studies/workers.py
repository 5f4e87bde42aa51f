"""Spread work over processes that end with the process that started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from pathlib import Path
from typing import Any, TypeVar

from orepact.errors import SolveError

__all__ = ["in_processes", "peak_memory"]

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Answer = TypeVar("Answer")

ENVIRONMENT = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A worker has one core: threads of its libraries would only wait for each other."""

_WORK: list[tuple[Callable[[Any, Any], Any], Any]] = []
"""What a worker process was started with; empty in the process that starts workers."""


def peak_memory() -> float | None:
    """Return this process's peak resident memory in MB where the system tells it, else None."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return None
    for line in status.read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1]) / 1024.0
    return None


def in_processes(
    work: Callable[[Shared, Task], Answer],
    shared: Shared,
    tasks: Sequence[Task],
    *,
    workers: int,
) -> Iterator[Answer]:
    """Yield ``work(shared, task)`` for every task in the order in which they are done.

    `work` is a function of a module; `shared` is sent to each worker once. A worker ends when the
    process that started it does, even if that was killed. Raises what `work` raises, and
    `SolveError` when a worker was killed.
    """
    context = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    with (
        _environment(ENVIRONMENT),
        ProcessPoolExecutor(workers, context, _start, (work, shared)) as pool,
    ):
        try:
            for done in as_completed([pool.submit(_do, task) for task in tasks]):
                yield done.result()
        except BrokenProcessPool as error:
            message = "a worker process was killed from outside, perhaps for lack of memory"
            raise SolveError(message) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            raise


@contextmanager
def _environment(values: Mapping[str, str]) -> Generator[None, None, None]:
    """Set environment variables for the processes that are started inside."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                _ = os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _start(work: Callable[[Any, Any], Any], shared: Any) -> None:
    _WORK.append((work, shared))
    _ = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started us decides
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        _ = connection.wait([parent.sentinel])
        os._exit(1)


def _do(task: Any) -> Any:
    work, shared = _WORK[0]
    return work(shared, task)
