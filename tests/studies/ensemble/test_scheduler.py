"""On a real scheduler with two workers the table is the same, and no death costs a task."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import Popen

import pytest

from benchmarks.trajectories import Control, trajectories, trajectory
from orepact.errors import InputError, SolveError, StoppedError
from orepact.network import World
from orepact.studies.ensemble import scheduler
from orepact.studies.ensemble.hashing import result_hash
from orepact.studies.ensemble.runner import run_tasks
from tests.studies.ensemble.cluster import Cluster, cluster
from tests.studies.ensemble.tasks import Square, done, processes, square, squares

pytestmark = pytest.mark.slow

SLOW_TASKS = squares(40, seconds=0.1)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return a scheduler."""
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


@pytest.fixture
def two(lasting: Cluster) -> Cluster:
    """Return a scheduler with two workers, which a test may kill."""
    lasting.top_up(2)
    return lasting


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """Return an empty folder that learns who does what."""
    folder = tmp_path / "diary"
    folder.mkdir()
    return folder


def test_a_simulation_is_the_same_on_a_scheduler_in_processes_and_here(
    two: Cluster, bundled: World, tmp_path: Path
) -> None:
    control, tasks = Control(bundled, "gallium", 6), trajectories(bundled, 12)
    here = run_tasks(trajectory, control, tasks)
    spread = run_tasks(
        trajectory,
        control,
        tasks[::-1],
        scheduler=two.address,
        folder=tmp_path / "kept",
        description={"chain": "gallium"},
    )
    assert result_hash(here) == result_hash(spread)
    assert result_hash(here) == result_hash(run_tasks(trajectory, control, tasks, workers=2))


def test_both_workers_do_their_share(two: Cluster, diary: Path) -> None:
    told = list[tuple[int, int]]()
    table = run_tasks(
        square,
        str(diary),
        SLOW_TASKS,
        scheduler=two.address,
        progress=lambda n, total: told.append((n, total)),
    )
    assert table.equals(run_tasks(square, "", squares(40)))
    assert processes(diary) == {worker.pid for worker in two.alive()}
    assert done(diary) == [task.key for task in SLOW_TASKS]
    assert told[-1] == (40, 40)
    assert len(told) > 4


def test_an_error_of_a_task_comes_back(two: Cluster, diary: Path) -> None:
    tasks = [*squares(3), Square("task 003", 1, fails="raises")]
    with pytest.raises(SolveError, match="window 3 of task 003 was not proven optimal"):
        _ = run_tasks(square, str(diary), tasks, scheduler=two.address)


def test_a_worker_that_dies_loses_nothing(two: Cluster, diary: Path, tmp_path: Path) -> None:
    first = two.alive()[0]

    def kill(count: int, _: int) -> None:
        if count > 8:
            first.kill()

    table = run_tasks(
        square,
        str(diary),
        SLOW_TASKS,
        scheduler=two.address,
        folder=tmp_path / "kept",
        description={"tasks": "squares"},
        progress=kill,
    )
    assert first.wait() < 0
    assert table.equals(run_tasks(square, "", squares(40)))


def test_when_all_workers_die_a_new_one_goes_on(two: Cluster, diary: Path) -> None:
    old, fresh = {worker.pid for worker in two.alive()}, list[int]()

    def replace_all(count: int, _: int) -> None:
        if count > 8 and not fresh:
            for worker in two.alive():
                worker.kill()
            fresh.append(two.start_worker().pid)

    table = run_tasks(square, str(diary), SLOW_TASKS, scheduler=two.address, progress=replace_all)
    assert table.equals(run_tasks(square, "", squares(40)))
    assert processes(diary) == {*old, *fresh}


def test_a_run_without_workers_or_scheduler_stops_and_goes_on_elsewhere(
    two: Cluster, diary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "PATIENCE_SECONDS", 2.0)
    folder, inputs = tmp_path / "kept", {"tasks": "squares"}

    def kill(count: int, _: int) -> None:
        if count > 8:
            for worker in two.alive():
                worker.kill()

    with pytest.raises(StoppedError, match="no worker could be reached for 2 seconds") as caught:
        _ = run_tasks(
            square,
            str(diary),
            SLOW_TASKS,
            scheduler=two.address,
            folder=folder,
            description=inputs,
            progress=kill,
        )
    assert f"tasks are done and kept in {folder}: run the same again to go on" in str(caught.value)
    table = run_tasks(square, str(diary), SLOW_TASKS, folder=folder, description=inputs, workers=2)
    assert table.equals(run_tasks(square, "", squares(40)))


def test_a_scheduler_that_goes_away_stops_the_run(tmp_path: Path) -> None:
    def kill(count: int, _: int) -> None:
        if count > 8:
            made.scheduler.kill()

    with (
        cluster(tmp_path, 1) as made,
        pytest.raises(StoppedError, match=r"scheduler went away.* nothing is kept without"),
    ):
        _ = run_tasks(square, "", SLOW_TASKS, scheduler=made.address, progress=kill)


def test_a_task_that_kills_every_worker_stops_the_run(
    tmp_path: Path, diary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    folder, tasks = tmp_path / "cluster", squares(3)
    tasks[1] = replace(tasks[1], fails="always")
    folder.mkdir()
    with (
        cluster(folder, 4) as made,
        pytest.raises(StoppedError, match="worker after worker was lost, at last with task 001"),
    ):
        _ = run_tasks(square, str(diary), tasks, scheduler=made.address)


def test_a_worker_of_another_version_is_refused(two: Cluster) -> None:
    other = two.start_worker("--preload", "tests.studies.ensemble.other_version")
    two.wait()
    with pytest.raises(InputError) as caught:
        _ = run_tasks(square, "", squares(2), scheduler=two.address)
    end(other)
    problems = {problem.field: problem for problem in caught.value.problems}
    assert set(problems) == {"orepact", "dataset"}
    assert problems["orepact"].found == "0.0.9"
    assert problems["orepact"].file.startswith("tcp://127.0.0.1:")


def test_a_worker_of_another_version_that_joins_later_is_refused(two: Cluster, diary: Path) -> None:
    started = list[Popen[bytes]]()

    def join(count: int, _: int) -> None:
        if count > 2 and not started:
            started.append(two.start_worker("--preload", "tests.studies.ensemble.other_version"))

    with pytest.raises(InputError, match="a worker that joined differs"):
        _ = run_tasks(
            square,
            str(diary),
            squares(400, seconds=0.1),
            scheduler=two.address,
            progress=join,
        )
    end(started[0])
    assert started[0].pid not in processes(diary)


def end(process: Popen[bytes]) -> None:
    """End a worker."""
    process.kill()
    _ = process.wait()


def test_a_scheduler_without_workers_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "PATIENCE_SECONDS", 1.0)
    with cluster(tmp_path, 0) as made, pytest.raises(InputError, match="has no workers"):
        _ = run_tasks(square, "", squares(2), scheduler=made.address)


def test_an_address_where_nobody_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "CONNECT_SECONDS", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(InputError, match="no Dask scheduler answers"):
            _ = run_tasks(square, "", squares(2), scheduler=address)
