"""The same tasks give the same table, whoever does them, and a run that stopped goes on."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from benchmarks.trajectories import Control, trajectories, trajectory
from orepact.errors import InputError, SolveError, StoppedError
from orepact.network import World
from orepact.studies.ensemble import parts, runner
from orepact.studies.ensemble.hashing import result_hash
from orepact.studies.ensemble.runner import run_tasks
from tests.studies.ensemble.tasks import Square, done, processes, square, squares

ROOT = Path(__file__).resolve().parents[3]
INPUTS: dict[str, object] = {"scenario": "squares", "months": 36}


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """Return an empty folder that learns who does what."""
    folder = tmp_path / "diary"
    folder.mkdir()
    return folder


def in_folder(diary: Path, tasks: list[Square], folder: Path, **more: Any) -> pl.DataFrame:
    """Run tasks with a folder and these inputs."""
    return run_tasks(square, str(diary), tasks, folder=folder, **{"description": INPUTS, **more})


def test_rows_are_in_order_of_the_keys() -> None:
    tasks = [Square("b", 3, 2), Square("a", 7, 1), Square("c", 0, 0)]
    table = run_tasks(square, "", tasks)
    assert table.rows() == [("a", 7, 49.0), ("b", 3, 9.0), ("b", 4, 16.0)]
    assert run_tasks(square, "", tasks[::-1]).equals(table)


def test_nothing_to_do_gives_an_empty_table() -> None:
    assert run_tasks(square, "", []).shape == (0, 1)
    assert run_tasks(square, "", [], workers=2).shape == (0, 1)


def test_keys_are_unique() -> None:
    with pytest.raises(InputError) as caught:
        _ = run_tasks(square, "", [Square("a", 1), Square("b", 2), Square("a", 3)])
    assert [problem.found for problem in caught.value.problems] == ["a"]


def test_processes_and_folders_find_what_one_process_finds(diary: Path, tmp_path: Path) -> None:
    tasks, told = squares(40, seconds=0.01), list[tuple[int, int]]()
    here = run_tasks(square, "", tasks)
    spread = run_tasks(
        square, str(diary), tasks, workers=2, progress=lambda n, total: told.append((n, total))
    )
    kept = in_folder(diary, tasks, tmp_path / "kept", workers=2)
    assert result_hash(here) == result_hash(spread) == result_hash(kept)
    assert os.getpid() not in processes(diary)
    assert told[-1] == (40, 40)
    assert told == sorted(told)


@pytest.mark.slow
def test_a_simulation_is_the_same_in_processes(bundled: World, tmp_path: Path) -> None:
    control, tasks = Control(bundled, "gallium", 6), trajectories(bundled, 8)
    here = run_tasks(trajectory, control, tasks)
    folder, inputs = tmp_path / "kept", {"chain": "gallium", "months": 6}
    _ = run_tasks(trajectory, control, tasks[::2], folder=folder, description=inputs)
    spread = run_tasks(trajectory, control, tasks, folder=folder, description=inputs, workers=2)
    assert result_hash(here) == result_hash(spread)
    assert here["price"].max() > 1.05  # type: ignore[operator]


def test_a_folder_needs_a_description(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs a description"):
        _ = run_tasks(square, "", squares(1), folder=tmp_path / "kept")


def test_a_second_run_does_what_is_left_and_grows(diary: Path, tmp_path: Path) -> None:
    folder, told = tmp_path / "kept", list[int]()
    _ = in_folder(diary, squares(5), folder)
    table = in_folder(diary, squares(8), folder, progress=lambda n, _: told.append(n))
    assert done(diary) == [task.key for task in squares(8)]
    assert told[0] == 5
    assert table.equals(run_tasks(square, "", squares(8)))
    assert in_folder(diary, squares(3), folder).equals(run_tasks(square, "", squares(3)))
    assert len(done(diary)) == 8


def test_a_failed_task_leaves_the_others(diary: Path, tmp_path: Path) -> None:
    tasks = [*squares(4), Square("task 004", 1, fails="raises"), *squares(7)[5:]]
    with pytest.raises(SolveError, match="window 3 of task 004"):
        _ = in_folder(diary, tasks, tmp_path / "kept")
    before = len(done(diary))
    table = in_folder(diary, tasks, tmp_path / "kept")
    assert table["key"].n_unique() == 7
    assert len(done(diary)) < before + 7


@pytest.mark.parametrize(
    ("change", "field", "found"),
    [
        ({"description": {"scenario": "cubes", "months": 36}}, "scenario", '"cubes"'),
        ({"description": {"scenario": "squares"}}, "months", "nothing"),
        ({"description": {**INPUTS, "seed": 1}}, "seed", "1"),
        ({"tasks": [Square("task 000", 99)]}, "task 000", "hash"),
    ],
)
def test_a_folder_of_other_inputs_is_refused(
    diary: Path, tmp_path: Path, change: dict[str, Any], field: str, found: str
) -> None:
    _ = in_folder(diary, squares(3), tmp_path / "kept")
    tasks: list[Square] = change.pop("tasks", squares(3))
    with pytest.raises(InputError) as caught:
        _ = in_folder(diary, tasks, tmp_path / "kept", **change)
    (problem,) = caught.value.problems
    assert problem.field == field
    assert found in problem.found
    assert len(done(diary)) == 3


def test_a_folder_of_another_version_is_refused(
    diary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = in_folder(diary, squares(3), tmp_path / "kept")
    now = {**runner.identity(None), "numpy": "1.0", "dataset": "other"}
    monkeypatch.setattr(runner, "identity", lambda _: now)
    with pytest.raises(InputError) as caught:
        _ = in_folder(diary, squares(3), tmp_path / "kept")
    assert {problem.field for problem in caught.value.problems} == {"numpy", "dataset"}


def finished(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a folder's log."""
    text = (folder / parts.LOG).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("damage", ["truncated", "flipped", "missing", "line", "half a line"])
def test_a_damaged_part_is_made_anew(diary: Path, tmp_path: Path, damage: str) -> None:
    folder, said = tmp_path / "kept", list[str]()
    whole = in_folder(diary, squares(30, seconds=0.02), folder)
    last = finished(folder)[-1]
    path, log = folder / "parts" / f"{last['part']}.parquet", folder / parts.LOG
    content, lines = path.read_bytes(), log.read_bytes()
    match damage:
        case "truncated":
            _ = path.write_bytes(content[: len(content) // 2])
        case "flipped":
            _ = path.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
        case "missing":
            path.unlink()
        case "line":
            _ = log.write_bytes(lines.rsplit(b"\n", 2)[0] + b'\n{"part": 3}\n')
        case _:
            _ = log.write_bytes(lines[:-30])
    again = in_folder(diary, squares(30, seconds=0.02), folder, notice=said.append)
    assert again.equals(whole)
    assert len(said) == 1
    assert len(done(diary)) == 30 + len(last["tasks"])
    assert in_folder(diary, squares(30, seconds=0.02), folder, notice=said.append).equals(whole)
    assert len(said) == 1


def test_without_a_listener_damage_is_a_warning(diary: Path, tmp_path: Path) -> None:
    _ = in_folder(diary, squares(1), tmp_path / "kept")
    next((tmp_path / "kept" / "parts").iterdir()).unlink()
    with pytest.warns(RuntimeWarning, match="the part is missing; its 1 tasks are done again"):
        _ = in_folder(diary, squares(1), tmp_path / "kept")


def test_what_a_crash_left_between_part_and_line_is_removed(diary: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    whole = in_folder(diary, squares(2), folder)
    for name in ("0123.parquet", "4567.parquet.unfinished"):
        _ = (folder / "parts" / name).write_bytes(b"half")
    assert in_folder(diary, squares(2), folder).equals(whole)
    assert len(list((folder / "parts").iterdir())) == len(finished(folder))


def test_a_damaged_heading_is_told(diary: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    _ = in_folder(diary, squares(1), folder)
    for text in ("{", "[]", '{"format": "orepact/ensemble/1"}'):
        _ = (folder / parts.HEADING).write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="the ensemble's heading is damaged"):
            _ = in_folder(diary, squares(1), folder)


def test_a_folder_that_holds_something_else_is_left_alone(diary: Path, tmp_path: Path) -> None:
    _ = (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match="not an ensemble"):
        _ = in_folder(diary, squares(1), tmp_path)
    with pytest.raises(InputError, match="not a folder"):
        _ = in_folder(diary, squares(1), tmp_path / "thesis.txt")
    assert sorted(tmp_path.iterdir()) == before


def test_one_process_at_a_time(diary: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"

    def work(_: None, task: Square) -> pl.DataFrame:
        with pytest.raises(InputError) as caught:
            _ = in_folder(diary, squares(1), folder)
        (problem,) = caught.value.problems
        assert problem.message == "another process works in this folder"
        assert f"process {os.getpid()} on " in problem.found
        return pl.DataFrame({"met": [task.key]})

    met = run_tasks(work, None, squares(1), folder=folder, description=INPUTS)
    assert met["met"].to_list() == ["task 000"]
    assert done(diary) == []


def test_a_full_disk_leaves_a_folder_to_go_on_from(
    diary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, written, write = tmp_path / "kept", list[Path](), parts.write_whole

    def full(path: Path, content: bytes) -> None:
        if path.suffix == ".parquet":
            written.append(path)
            if len(written) == 3:
                _ = path.with_name(path.name + parts.DRAFT).write_bytes(content[:9])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(path, content)

    monkeypatch.setattr(parts, "write_whole", full)
    tasks = squares(30, seconds=0.02)
    with pytest.raises(StoppedError) as caught:
        _ = in_folder(diary, tasks, folder)
    count = sum(len(line["tasks"]) for line in finished(folder))
    assert "No space left on device" in str(caught.value)
    assert f"{count} of 30 tasks are done and kept in {folder}" in str(caught.value)
    assert count > 0
    before = len(done(diary))
    assert in_folder(diary, tasks, folder).equals(run_tasks(square, "", tasks))
    assert len(done(diary)) == before + 30 - count


def test_a_disk_that_is_full_from_the_start_is_told(
    diary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(parts, "write_whole", full)
        with pytest.raises(StoppedError, match="kept cannot be written: No space left on device"):
            _ = in_folder(diary, squares(2), tmp_path / "kept")
    assert in_folder(diary, squares(2), tmp_path / "kept")["key"].n_unique() == 2


def test_a_log_that_cannot_grow_keeps_its_whole_lines(diary: Path, tmp_path: Path) -> None:
    folder, tasks = tmp_path / "kept", squares(30, seconds=0.02)
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2300, 2300))"
    )
    text = run_in_another(diary, folder, tasks, limit)
    assert "StoppedError" in text
    assert "File too large" in text
    count = sum(len(line["tasks"]) for line in finished(folder))
    assert 0 < count < 30
    said = list[str]()
    assert in_folder(diary, tasks, folder, notice=said.append)["key"].n_unique() == 30
    assert said == []


def test_a_run_that_was_killed_goes_on(diary: Path, tmp_path: Path) -> None:
    folder, tasks = tmp_path / "kept", squares(60, seconds=0.05)
    process = another(diary, folder, tasks, "")
    wait_for(lambda: len(done(diary)) > 25)
    process.kill()
    _ = process.communicate()
    count = sum(len(line["tasks"]) for line in finished(folder))
    assert 0 < count < 60
    before = len(done(diary))
    again = in_folder(diary, tasks, folder, notice=lambda _: None)
    assert again.equals(run_tasks(square, "", squares(60)))
    assert len(done(diary)) == before + 60 - count


def another(diary: Path, folder: Path, tasks: list[Square], before: str) -> subprocess.Popen[str]:
    """Start a process that runs tasks in a folder."""
    code = f"""
{before}
from pathlib import Path
from tests.studies.ensemble.tasks import Square, square
from orepact.studies.ensemble.runner import run_tasks
run_tasks(square, {str(diary)!r}, {tasks!r}, folder=Path({str(folder)!r}), description={INPUTS!r})
"""
    path = os.pathsep.join([str(ROOT), *(path for path in sys.path if path)])
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        text=True,
    )


def run_in_another(diary: Path, folder: Path, tasks: list[Square], before: str) -> str:
    """Return what a process that ran tasks had to say."""
    return another(diary, folder, tasks, before).communicate()[1]


def wait_for(met: Any, seconds: float = 60.0) -> None:
    """Wait until a condition is met."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_killed_worker_is_replaced(diary: Path, tmp_path: Path) -> None:
    tasks = squares(12, seconds=0.02)
    tasks[5] = replace(tasks[5], fails="once")
    table = in_folder(diary, tasks, tmp_path / "kept", workers=2)
    assert table.equals(run_tasks(square, "", squares(12)))
    assert done(diary).count("task 005") == 2
    assert len(processes(diary)) > 1


@pytest.mark.slow
def test_a_task_that_kills_every_worker_stops_the_run(diary: Path, tmp_path: Path) -> None:
    tasks = squares(6)
    tasks[2] = replace(tasks[2], fails="always")
    with pytest.raises(StoppedError) as caught:
        _ = in_folder(diary, tasks, tmp_path / "kept", workers=2)
    text = str(caught.value)
    assert "killed" in text
    assert "at work were task 002;" in text
    assert "5 of 6 tasks are done and kept in" in text
    assert done(diary).count("task 002") in {runner.RETRIES + 1, runner.RETRIES + 2}


@pytest.mark.parametrize(
    "address", ["10.0.0.1:8786", "tcp://", "tcp://host", "http://host:8786", "tcp://host:x"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="not the address of a scheduler"):
        _ = run_tasks(square, "", squares(1), scheduler=address)


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"orepact\[dask\]"):
        _ = run_tasks(square, "", squares(1), scheduler="tcp://127.0.0.1:8786")
