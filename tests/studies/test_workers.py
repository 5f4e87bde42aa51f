"""Work is spread over processes; errors come back whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from orepact.errors import InputError, Problem, SolveError, StoppedError
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


STILLBORN = """
import os
if __name__ != "__main__":
    os._exit(3)  # as a process that finds no memory for its imports
from orepact.errors import StoppedError
from orepact.studies.ensemble.runner import run_tasks
from tests.studies.ensemble.tasks import squares, square
try:
    run_tasks(square, "x" * 1_000_000, squares(4), workers=2)
except StoppedError as error:
    print(error)
"""


def test_workers_that_end_as_they_start_stop_the_run(tmp_path: Path) -> None:
    """What they share is more than a pipe holds: nobody may wait for them to read it."""
    script = tmp_path / "stillborn.py"
    script.write_text(STILLBORN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)], capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}, check=False,
    )
    assert done.stdout.startswith("worker processes are killed again and again"), done.stderr
    assert "0 of 4 tasks were done" in done.stdout


def test_no_room_for_what_workers_share_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Path("/dev/full")
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: full.open("w+b", buffering=0))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(StoppedError, match="No space left on device; the variable TMPDIR"):
        _ = list(in_processes(scaled, 10, [1], workers=1))
