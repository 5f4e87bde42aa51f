"""Tasks on a Dask scheduler: several machines, any of which may leave or join in mid-run.

What all tasks share is sent once; batches follow as workers become free, and every answer comes
back at once. Dask gives the batch of a lost worker to another; if everything of it is lost, it is
sent anew. A worker takes one batch at a time, whatever its number of threads: the Python around a
window holds the interpreter lock.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distributed import Client, KilledWorker
from distributed.client import ClosedClientError, FutureCancelledError

from orepact.errors import InputError, Problem
from orepact.studies.ensemble.batches import Answer, Batch, Job, Pending, do_batch
from orepact.studies.ensemble.identity import differences, identity
from orepact.studies.workers import AHEAD, WorkerLostError

__all__ = ["on_scheduler"]

CONNECT_SECONDS = 10.0
"""How long a scheduler may take to answer."""

PATIENCE_SECONDS = 60.0
"""How long a scheduler may be without workers, or a client without scheduler."""

RETRIES = 1
"""How often a task alone may cost as many workers as Dask allows, before the run stops."""

PAUSE_SECONDS, LOOK_SECONDS = 0.01, 1.0

_GONE = (OSError, TimeoutError, ClosedClientError, FutureCancelledError)
"""What a client raises when workers or scheduler have gone."""

_ONE = threading.Lock()


def on_scheduler(
    job: Job, pending: Pending, address: str, dataset: Path | None
) -> Generator[Answer]:
    """Yield the answers of a scheduler's workers as they come.

    Raises `InputError` when no scheduler answers, no worker is there or one has other code, data or
    wheels; `WorkerLostError` when all are gone or a batch kills one worker after the other.
    """
    with _connected(address) as client:
        _wait_for_workers(client, address)
        _require_same(client, address, dataset)
        sent = _Sent(client, job, pending, dataset)
        try:
            yield from sent.answers()
        finally:
            sent.cancel()


@contextmanager
def _connected(address: str) -> Generator[Any]:
    try:
        client: Any = Client(
            address, timeout=CONNECT_SECONDS, set_as_default=False, direct_to_workers=False
        )
    except (OSError, TimeoutError) as error:
        problem = Problem(
            "no Dask scheduler answers",
            field="--scheduler",
            found=address,
            expected="the address that `dask scheduler` prints",
        )
        raise InputError([problem]) from error
    try:
        yield client
    finally:
        with suppress(*_GONE):
            client.close(timeout=CONNECT_SECONDS)


def _wait_for_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
    except TimeoutError as error:
        problem = Problem(
            "the scheduler has no workers",
            field="--scheduler",
            found=address,
            expected=f"at least one, started with `dask worker {address} --nthreads 1`",
        )
        raise InputError([problem]) from error


def _require_same(client: Any, address: str, dataset: Path | None) -> None:
    """Refuse workers that would give other numbers, all of them at once."""
    found: Mapping[str, Any] = client.run(identity, dataset, on_error="return")
    problems = [
        problem
        for worker, theirs in sorted(found.items())
        for problem in _unlike(worker, dataset, theirs)
    ]
    if not found:
        problems = [Problem("the scheduler has no workers", found=address)]
    if problems:
        raise InputError(problems)


def _unlike(worker: str, dataset: Path | None, theirs: Any) -> list[Problem]:
    if isinstance(theirs, BaseException):
        message, words = "a worker cannot run this orepact", f"{type(theirs).__name__}: {theirs}"
        return [Problem(message, file=worker, found=words, expected="the same installation")]
    return [
        Problem(
            "a worker differs from this process",
            file=worker,
            field=name,
            found=other or "nothing",
            expected=own,
        )
        for name, (own, other) in differences(identity(dataset), theirs).items()
    ]


@dataclass(slots=True)
class _Sent:
    """The batches that are out: each has one future, and none is forgotten."""

    client: Any
    job: Job
    pending: Pending
    dataset: Path | None
    shared: Any = None
    running: dict[Any, Batch] = field(default_factory=dict[Any, Batch])
    kills: Counter[str] = field(default_factory=Counter[str])
    looked: float = 0.0
    seen: float = field(default_factory=time.monotonic)

    def answers(self) -> Iterator[Answer]:
        """Yield answers until nothing is pending."""
        while self.pending:
            if time.monotonic() - self.looked >= LOOK_SECONDS:
                self._look()
            self._send()
            ended = [future for future in self.running if future.status != "pending"]
            if not ended:
                time.sleep(PAUSE_SECONDS)
            for future in ended:
                answer = self._taken(future, self.running.pop(future))
                if answer is not None:
                    yield answer

    def cancel(self) -> None:
        """Take back what is still out."""
        with suppress(*_GONE):
            self.client.cancel(list(self.running), force=True)
        self.running.clear()

    def _look(self) -> None:
        """Count the workers, and see to it that they have what all tasks share."""
        now = self.looked = time.monotonic()
        with suppress(*_GONE):
            count = len(self.client.nthreads()) if self.client.status == "running" else 0
            if count and (self.shared is None or self.shared.status != "finished"):
                self.shared = self.client.scatter(self.job, broadcast=True, hash=False)
            if count:
                self.seen, self.pending.width = now, count
        if self.client.status in {"closing", "closed"}:
            message = "the scheduler went away"
            raise WorkerLostError(message)
        if now - self.seen > PATIENCE_SECONDS:
            message = f"no worker could be reached for {PATIENCE_SECONDS:g} seconds"
            raise WorkerLostError(message)

    def _send(self) -> None:
        """Keep every worker in work, as long as there are any."""
        if self.shared is None or self.shared.status != "finished":
            return
        expected = dict(identity(self.dataset))
        while len(self.running) < AHEAD * self.pending.width:
            batch = self.pending.take()
            if not batch:
                return
            future = self.client.submit(
                _on_worker, self.shared, batch, self.dataset, expected, pure=False
            )
            self.running[future] = batch

    def _taken(self, future: Any, batch: Batch) -> Answer | None:
        """Return the answer of a future that has ended, or let its batch wait again."""
        if future.status == "finished":
            with suppress(*_GONE):
                answer: Answer = future.result(timeout=PATIENCE_SECONDS)
                return answer
        error = future.exception() if future.status == "error" else None
        if error is None:
            _ = self.pending.lost(batch)
        elif isinstance(error, KilledWorker):
            self._killed(batch, error)
        else:
            raise error
        return None

    def _killed(self, batch: Batch, error: KilledWorker) -> None:
        """Let the tasks of a batch that cost several workers wait, each to be sent alone."""
        keys = self.pending.lost(batch, alone=True)
        if len(keys) > 1:
            return
        self.kills.update(keys)
        if min(self.kills[key] for key in keys) > RETRIES:
            message = f"worker after worker was lost, at last with {', '.join(keys)}"
            raise WorkerLostError(message) from error


def _on_worker(job: Job, batch: Batch, dataset: Path | None, expected: Mapping[str, str]) -> Answer:
    """Do a batch on a worker; raises `InputError` when it joined with other code or data."""
    unlike = differences(expected, identity(dataset))
    if unlike:
        raise InputError(
            [
                Problem(
                    "a worker that joined differs from the process that sends",
                    field=name,
                    found=own or "nothing",
                    expected=wanted,
                )
                for name, (wanted, own) in unlike.items()
            ]
        )
    with _ONE:
        return do_batch(job, batch)
