"""Spread work over processes that end with the process that started them."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import connection
from pathlib import Path
from typing import Any, TypeVar

from orepact.errors import SolveError, StoppedError

__all__ = ["WorkerLostError", "in_processes", "peak_memory"]

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Answer = TypeVar("Answer")

ENVIRONMENT = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A worker has one core: threads of its libraries would only wait for each other."""

AHEAD = 2
"""Tasks sent for each worker: one at work, one at hand."""

_WORK: list[tuple[Callable[[Any, Any], Any], Any]] = []
"""What a worker process was started with; empty in the process that starts workers."""


class WorkerLostError(SolveError):
    """A worker was killed or went away before it had answered."""


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
    tasks: Iterable[Task],
    *,
    workers: int,
    ahead: int = AHEAD,
) -> Iterator[Answer]:
    """Yield ``work(shared, task)`` for every task in the order in which they are done.

    `work` is a function of a module; `shared` is read by each worker once. Tasks are drawn as
    workers become free, up to `ahead` for each. A worker ends when the process that started it
    does, even if that was killed. Raises what `work` raises, `WorkerLostError` when a worker was
    killed or ended as it started, and `StoppedError` when there is no room for what they share.
    """
    context = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    with (
        _environment(ENVIRONMENT),
        _lent(shared) as place,
        ProcessPoolExecutor(workers, context, _start, (work, place)) as pool,
    ):
        try:
            yield from _answers(pool, iter(tasks), ahead * workers)
        except BrokenProcessPool as error:
            message = (
                "a worker process was killed from outside, perhaps for lack of memory, "
                "or ended as it started"
            )
            raise WorkerLostError(message) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            raise


def _answers(pool: ProcessPoolExecutor, tasks: Iterator[Any], ahead: int) -> Iterator[Any]:
    """Yield answers, of those that end together the failed ones last, and keep the pool in work."""
    out: set[Future[Any]] = {pool.submit(_do, task) for task in islice(tasks, ahead)}
    while out:
        done, out = wait(out, return_when=FIRST_COMPLETED)
        sound = all(each.exception() is None for each in done)
        for each in sorted(done, key=lambda future: future.exception() is not None):
            if sound:
                out |= {pool.submit(_do, task) for task in islice(tasks, ahead - len(out))}
            yield each.result()


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


@contextmanager
def _lent(shared: object) -> Generator[Path, None, None]:
    """Keep what workers share in a file while they start, and return its path.

    What a process is started with must fit into a pipe: one that ends before it has read would
    leave this process waiting for ever. Where the system shows open files under ``/proc`` the file
    has no name of its own, so that nothing stays behind when this process is killed.
    """
    nameless = Path("/proc/self/fd").is_dir()
    with tempfile.TemporaryFile() if nameless else tempfile.NamedTemporaryFile() as file:
        try:
            _ = file.write(pickle.dumps(shared, pickle.HIGHEST_PROTOCOL))
            file.flush()
        except OSError as error:
            message = (
                f"what the workers share does not fit into {tempfile.gettempdir()}: "
                f"{error.strerror}; the variable TMPDIR names another folder"
            )
            raise StoppedError(message) from error
        opened = Path("/proc") / str(os.getpid()) / "fd" / str(file.fileno())
        yield opened if nameless else Path(file.name)


def _start(work: Callable[[Any, Any], Any], place: Path) -> None:
    shared: Any = pickle.loads(place.read_bytes())  # noqa: S301 — written by who started us
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
