"""Work is spread over processes; errors come back whole."""

from __future__ import annotations

import os
import signal

import pytest

from orepact.errors import InputError, Problem, SolveError
from orepact.studies.workers import ENVIRONMENT, in_processes


def scaled(factor: int, number: int) -> tuple[int, int, str]:
    """Return a product, the process that made it, and what its libraries were told."""
    return factor * number, os.getpid(), os.environ["POLARS_MAX_THREADS"]


def refuse(_: int, number: int) -> int:
    """Raise a problem."""
    raise InputError([Problem("too large", found=str(number), file="a.yaml", line=number)])


def vanish(_: int, number: int) -> int:
    """End the worker as a system that is short of memory does."""
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_every_task_is_answered_elsewhere() -> None:
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    answers = list(in_processes(scaled, 10, [1, 2, 3], workers=2))
    assert sorted(product for product, _, _ in answers) == [10, 20, 30]
    assert os.getpid() not in {process for _, process, _ in answers}
    assert {threads for _, _, threads in answers} == {"1"}
    assert {name: os.environ.get(name) for name in ENVIRONMENT} == before


def test_an_error_comes_back_whole() -> None:
    with pytest.raises(InputError) as caught:
        _ = list(in_processes(refuse, 0, [7], workers=1))
    assert caught.value.problems == (Problem("too large", found="7", file="a.yaml", line=7),)


def test_a_worker_that_was_killed_is_told() -> None:
    with pytest.raises(SolveError, match="a worker process was killed"):
        _ = list(in_processes(vanish, 0, [1], workers=1))
