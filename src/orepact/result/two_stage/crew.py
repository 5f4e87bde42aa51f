"""Who solves the futures: this process, or several that each keep a share of every case's."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from orepact.engine import single_threaded
from orepact.errors import OrepactError, SolveError
from orepact.model.curve import Array
from orepact.result.two_stage.future import Case
from orepact.result.two_stage.numbers import Terms
from orepact.result.two_stage.recourse import Answer, Recourse

__all__ = ["Crew", "Task", "crew_of"]

THREADS = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A worker has one core."""


@dataclass(frozen=True, slots=True)
class Task:
    """One future of one case (numbers) to be planned with what was bought (t per reserve).

    With `calm` it is planned without its limits and outages.
    """

    case: int
    future: int
    bought: Array
    calm: bool = False


@dataclass(slots=True)
class Crew:
    """Answers tasks, in their order. `others` are pipes to processes; without, it works itself."""

    cases: Sequence[Case]
    terms: Terms
    others: Sequence[Connection] = ()
    solves: int = 0
    _own: dict[int, Recourse] = field(default_factory=dict[int, Recourse])

    def answers(self, tasks: Sequence[Task]) -> list[Answer]:
        """Return the answer of every task; raises `SolveError` where an optimum is not proven."""
        self.solves += len(tasks)
        if not self.others:
            with single_threaded():
                return [self._answer(task) for task in tasks]
        count = len(self.others)
        shares: list[list[int]] = [[] for _ in range(count)]
        for k, task in enumerate(tasks):
            shares[task.future % count].append(k)
        found: dict[int, Answer] = {}
        try:
            for pipe, share in zip(self.others, shares, strict=True):
                pipe.send([tasks[k] for k in share])
            for pipe, share in zip(self.others, shares, strict=True):
                told = pipe.recv()
                if isinstance(told, OrepactError):
                    raise told
                found.update(zip(share, told, strict=True))
        except (EOFError, OSError) as error:
            message = "a worker process ended before it had answered, perhaps for lack of memory"
            raise SolveError(message) from error
        return [found[k] for k in range(len(tasks))]

    def _answer(self, task: Task) -> Answer:
        if task.case not in self._own:
            self._own[task.case] = Recourse(self.cases[task.case], self.terms)
        recourse = self._own[task.case]
        if task.calm:
            return recourse.other(recourse.case.futures[task.future].calm, task.bought)
        return recourse.solve(task.future, task.bought)


@contextmanager
def crew_of(cases: Sequence[Case], terms: Terms, workers: int) -> Generator[Crew]:
    """Lend a crew of `workers` processes (1 = this one), which end with it."""
    if workers <= 1:
        yield Crew(cases, terms)
        return
    context = multiprocessing.get_context("spawn")
    before = {name: os.environ.get(name) for name in THREADS}
    pipes: list[Connection] = []
    started: list[BaseProcess] = []
    try:
        os.environ.update(THREADS)
        for _ in range(workers):
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(there,), daemon=True)
            process.start()
            there.close()
            pipes.append(here)
            started.append(process)
        for pipe in pipes:
            pipe.send((tuple(cases), terms))
        yield Crew(cases, terms, pipes)
    finally:
        for name, value in before.items():
            if value is None:
                _ = os.environ.pop(name, None)
            else:
                os.environ[name] = value
        for pipe in pipes:
            pipe.close()
        for process in started:
            process.terminate()
            process.join()


def _work(pipe: Connection) -> None:
    """Answer tasks until the pipe closes, which it does when the process that started us ends."""
    _ = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        cases, terms = pipe.recv()
        crew = Crew(cases, terms)
        while True:
            tasks = pipe.recv()
            try:
                pipe.send(crew.answers(tasks))
            except OrepactError as error:
                pipe.send(error)
    except (EOFError, OSError):
        return
