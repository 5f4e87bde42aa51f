"""A run that is killed leaves nothing that looks finished and no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import listing

PROC = Path("/proc")
PATIENCE = 60.0
"""Seconds after which a test gives up waiting; nothing should take more than a few."""


def children(parent: int) -> set[int]:
    """Return the processes that a process has started, where the system tells."""
    found: set[int] = set()
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == parent and after_name[0] != "Z":
            found.add(int(stat.parent.name))
    return found


def alive(process: int) -> bool:
    """Tell whether a process runs."""
    try:
        text = (PROC / str(process) / "stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: object) -> None:
    """Wait until a function without arguments returns something true."""
    assert callable(condition)
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def test_killed_while_solving(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "orepact", "run", "-o", "out"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        # With two or more cores: the workers, and the process that tracks shared resources.
        wanted = 3 if (os.cpu_count() or 1) > 1 else 0
        wait_until(lambda: len(children(run.pid)) >= wanted)
        time.sleep(1.0)
        started = children(run.pid)
        assert run.poll() is None
        run.send_signal(signal.SIGKILL)
        _ = run.wait()
    assert listing(tmp_path) == []
    wait_until(lambda: not any(alive(process) for process in started))


def test_killed_while_writing(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "import polars as pl\n"
        "from orepact.studies.folder import write_folder\n"
        "class Torn(pl.DataFrame):\n"
        "    def write_csv(self, path):\n"
        "        Path(path).write_text('chain,bra', encoding='utf-8')\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "frames = {'monthly': pl.DataFrame({'a': [1]}), 'members': Torn({'a': [1]})}\n"
        "write_folder(Path('out'), {'format': 'orepact/run/1'}, frames, {'brief.html': 'x'})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".out.")
    assert left.name.endswith(".unfinished")
    assert not (left / "run.json").exists()
    assert not (left / "brief.html").exists()


@pytest.mark.slow
def test_interrupted_from_the_keyboard(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "orepact", "run", "-o", "out"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as run:
        wanted = 3 if (os.cpu_count() or 1) > 1 else 0
        wait_until(lambda: len(children(run.pid)) >= wanted)
        time.sleep(1.0)
        started = children(run.pid)
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does
        _ = run.wait(timeout=PATIENCE)
    assert run.returncode not in {0, 2}
    assert listing(tmp_path) == []
    wait_until(lambda: not any(alive(process) for process in started))
