"""Run many tasks and return one table, whoever did them and in whatever order they ended.

The same tasks give the same table, row by row, in this process, in processes of this machine and on
a Dask scheduler. A batch that a worker was lost with is done again by another; what is finished
lies in a folder, if there is one, and a run that was stopped goes on from there.
"""

from __future__ import annotations

import importlib
import itertools
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from orepact.data.bundle import WORLD_FOLDER
from orepact.errors import InputError, Problem, StoppedError
from orepact.studies.ensemble.batches import KEY, Answer, Job, Keyed, Pending, do_batch, stack
from orepact.studies.ensemble.identity import identity
from orepact.studies.ensemble.parts import Notice, Parts, open_parts
from orepact.studies.workers import AHEAD, WorkerLostError, in_processes

__all__ = ["Progress", "run_tasks"]

Progress = Callable[[int, int], None]

Shared = TypeVar("Shared")
Task = TypeVar("Task", bound=Keyed)

RETRIES = 3
"""How often a task may cost its process, and how often in a row processes may give no answer."""


def run_tasks(
    work: Callable[[Shared, Task], pl.DataFrame],
    shared: Shared,
    tasks: Sequence[Task],
    *,
    folder: Path | None = None,
    description: Mapping[str, object] | None = None,
    dataset: Path | None = None,
    workers: int = 1,
    scheduler: str = "",
    progress: Progress | None = None,
    notice: Notice | None = None,
) -> pl.DataFrame:
    """Return ``work(shared, task)`` of all tasks in one table with a first column ``key``.

    Rows are in order of the tasks' keys, those of a task as the work gave them. `work` is a
    function of a module; its answer depends on its arguments alone, never on what ran before.
    Tasks are frozen dataclasses. A task without rows may give a table without columns.

    With `workers` above 1 the tasks are spread over processes (the script that asks for this guards
    its start with ``if __name__ == "__main__"``); with `scheduler`, an address such as
    ``tcp://10.0.0.1:8786``, over the workers of a Dask scheduler that have the same code, dataset
    and wheels. `dataset` is the folder of the dataset, the bundled one for None.

    With `folder` every finished batch is written there, and a second call with the same inputs goes
    on where the first one stopped. `description` then says by name what the tasks share, in terms
    of `orepact.studies.ensemble.hashing`; a folder begun with another is refused. `progress` is
    told the tasks done and all tasks, `notice` which damaged parts are made anew.

    Raises `InputError` for keys that are not unique and a folder or scheduler that cannot be used,
    `StoppedError` when workers or the disk give up, saying how to go on, and what `work` raises.
    """
    ordered = sorted(tasks, key=lambda task: task.key)
    _require_unique(ordered)
    _require_address(scheduler)
    place = None if dataset == WORLD_FOLDER else dataset
    with _opened(folder, description, place, ordered, notice) as parts:
        kept = _Kept([task.key for task in ordered], parts, progress)
        left = [task for task in ordered if parts is None or task.key not in parts.done]
        kept.begin(len(ordered) - len(left))
        pending = Pending.of(left, max(1, workers))
        answers = _answers(Job(work, shared), pending, workers, scheduler, place)
        with closing(answers):
            try:
                for answer in answers:
                    pending.answered(answer)
                    kept.add(answer)
            except (WorkerLostError, _DiskError) as error:
                raise StoppedError(f"{error}; {kept.how_to_go_on()}") from error
        return kept.table()


class _DiskError(Exception):
    """The disk refused a part."""


@dataclass(slots=True)
class _Kept:
    """What is done so far, in a folder's parts or in memory."""

    keys: list[str]
    parts: Parts | None
    progress: Progress | None
    frames: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])
    done: int = 0

    def begin(self, done: int) -> None:
        """Note how many tasks an earlier run did."""
        self.done = done
        if self.progress and done:
            self.progress(done, len(self.keys))

    def add(self, answer: Answer) -> None:
        """Keep an answer."""
        if self.parts is None:
            self.frames.append(answer.frame)
        else:
            try:
                self.parts.keep(answer)
            except OSError as error:
                message = f"a finished part could not be written: {error.strerror}"
                raise _DiskError(message) from error
        self.done += len(answer.keys)
        if self.progress:
            self.progress(self.done, len(self.keys))

    def table(self) -> pl.DataFrame:
        """Return the rows of all tasks in order of their keys."""
        table = self.parts.table(self.keys) if self.parts else stack(self.frames)
        return table.sort(KEY, maintain_order=True)

    def how_to_go_on(self) -> str:
        """Say what is kept."""
        done = f"{self.done} of {len(self.keys)} tasks"
        if self.parts is None:
            return f"{done} were done, but nothing is kept without a folder"
        return f"{done} are done and kept in {self.parts.folder}: run the same again to go on"


def _opened(
    folder: Path | None,
    description: Mapping[str, object] | None,
    dataset: Path | None,
    ordered: Sequence[Keyed],
    notice: Notice | None,
) -> AbstractContextManager[Parts | None]:
    if folder is None:
        return nullcontext()
    if not description:
        message = "a folder needs a description of the inputs, or it could not tell whose it is"
        raise ValueError(message)
    return open_parts(folder, description, identity(dataset), ordered, notice=notice)


def _answers(
    job: Job, pending: Pending, workers: int, scheduler: str, dataset: Path | None
) -> Generator[Answer]:
    if not pending:
        return
    if scheduler:
        remote: Any = importlib.import_module("orepact.studies.ensemble.scheduler")
        yield from remote.on_scheduler(job, pending, scheduler, dataset)
    elif workers > 1:
        yield from _in_processes(job, pending, min(workers, len(pending.waiting)))
    else:
        yield from _here(job, pending)


def _here(job: Job, pending: Pending) -> Generator[Answer]:
    while batch := pending.take():
        yield do_batch(job, batch)


def _in_processes(job: Job, pending: Pending, workers: int) -> Generator[Answer]:
    """Yield answers of processes; those that are killed are replaced, their tasks done again.

    Tasks that were out when a process was killed are done last and one at a time, so that the one
    that kills its process again and again is known and costs no other task.
    """
    idle = 0
    while pending.waiting:
        left = len(pending.waiting)
        lost = yield from _round(job, pending, suspects=False, workers=workers)
        idle = idle + 1 if left == len(pending.waiting) + len(lost) else 0
        if idle > RETRIES:
            raise _killed(lost)
    kills = Counter[str]()
    while pending.again:
        lost = yield from _round(job, pending, suspects=True, workers=1)
        kills.update(lost)
        stuck = [task.key for task in pending.again]
        if stuck and min(kills[key] for key in stuck) > RETRIES:
            raise _killed(stuck)


def _round(
    job: Job, pending: Pending, *, suspects: bool, workers: int
) -> Generator[Answer, None, tuple[str, ...]]:
    """Yield answers until none is left or a process is killed; return the tasks then at work."""
    take, ahead = (pending.take_suspect, 1) if suspects else (pending.take_fresh, AHEAD)
    try:
        yield from in_processes(do_batch, job, iter(take, ()), workers=workers, ahead=ahead)
    except WorkerLostError:
        return pending.lost(tuple(pending.out.values()), alone=True)
    return ()


def _killed(keys: Sequence[str]) -> WorkerLostError:
    more = f" and {len(keys) - 4} more" if len(keys) > 4 else ""
    return WorkerLostError(
        "worker processes are killed again and again, perhaps for lack of memory, or end as they "
        f"start; at work were {', '.join(keys[:4])}{more}"
    )


def _require_unique(ordered: Sequence[Keyed]) -> None:
    keys = [task.key for task in ordered]
    twice = sorted({one for one, other in itertools.pairwise(keys) if one == other})
    if twice:
        raise InputError(
            [Problem("two tasks have one key", field="key", found=key) for key in twice]
        )


def _require_address(scheduler: str) -> None:
    if not scheduler:
        return
    scheme, _, place = scheduler.partition("://")
    host, _, port = place.rpartition(":")
    problem: Problem | None = None
    if scheme not in {"tcp", "tls"} or not host or not port.isdigit():
        problem = Problem(
            "not the address of a scheduler",
            field="--scheduler",
            found=scheduler,
            expected="tcp://HOST:PORT or tls://HOST:PORT",
        )
    elif find_spec("distributed") is None:
        problem = Problem(
            "Dask is not installed",
            field="--scheduler",
            found=scheduler,
            expected="the extra orepact[dask]",
        )
    if problem:
        raise InputError([problem])
