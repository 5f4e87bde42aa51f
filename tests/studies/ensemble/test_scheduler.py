"""On a real scheduler with two workers the table is the same, and no death costs a task."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

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
    """Return a scheduler with two workers for the tests that leave it whole."""
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


@pytest.fixture
def fleeting(tmp_path: Path) -> Iterator[Cluster]:
    """Return a scheduler with two workers that a test may kill."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    with cluster(folder, 2) as made:
        yield made


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """Return an empty folder that learns who does what."""
    folder = tmp_path / "diary"
    folder.mkdir()
    return folder


def test_a_simulation_is_the_same_on_a_scheduler_in_processes_and_here(
    lasting: Cluster, bundled: World, tmp_path: Path
) -> None:
    control, tasks = Control(bundled, "gallium", 6), trajectories(bundled, 12)
    here = run_tasks(trajectory, control, tasks)
    spread = run_tasks(
        trajectory,
        control,
        tasks[::-1],
        scheduler=lasting.address,
        folder=tmp_path / "kept",
        description={"chain": "gallium"},
    )
    assert result_hash(here) == result_hash(spread)
    assert result_hash(here) == result_hash(run_tasks(trajectory, control, tasks, workers=2))


def test_both_workers_do_their_share(lasting: Cluster, diary: Path) -> None:
    told = list[tuple[int, int]]()
    table = run_tasks(
        square,
        str(diary),
        SLOW_TASKS,
        scheduler=lasting.address,
        progress=lambda n, total: told.append((n, total)),
    )
    assert table.equals(run_tasks(square, "", squares(40)))
    assert processes(diary) == {worker.pid for worker in lasting.workers}
    assert done(diary) == [task.key for task in SLOW_TASKS]
    assert told[-1] == (40, 40)
    assert len(told) > 4


def test_an_error_of_a_task_comes_back(lasting: Cluster, diary: Path) -> None:
    tasks = [*squares(3), Square("task 003", 1, fails="raises")]
    with pytest.raises(SolveError, match="window 3 of task 003 was not proven optimal"):
        _ = run_tasks(square, str(diary), tasks, scheduler=lasting.address)


def test_a_worker_that_dies_loses_nothing(fleeting: Cluster, diary: Path, tmp_path: Path) -> None:
    def kill(count: int, _: int) -> None:
        if count > 8:
            fleeting.workers[0].kill()

    table = run_tasks(
        square,
        str(diary),
        SLOW_TASKS,
        scheduler=fleeting.address,
        folder=tmp_path / "kept",
        description={"tasks": "squares"},
        progress=kill,
    )
    assert fleeting.workers[0].wait() < 0
    assert table.equals(run_tasks(square, "", squares(40)))


def test_when_all_workers_die_a_new_one_goes_on(fleeting: Cluster, diary: Path) -> None:
    fresh = list[int]()

    def replace_all(count: int, _: int) -> None:
        if count > 8 and not fresh:
            for worker in fleeting.workers:
                worker.kill()
            fresh.append(fleeting.start_worker().pid)

    table = run_tasks(
        square, str(diary), SLOW_TASKS, scheduler=fleeting.address, progress=replace_all
    )
    assert table.equals(run_tasks(square, "", squares(40)))
    assert processes(diary) == {worker.pid for worker in fleeting.workers}


def test_a_run_without_workers_or_scheduler_stops_and_goes_on_elsewhere(
    fleeting: Cluster, diary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "PATIENCE_SECONDS", 2.0)
    folder, inputs = tmp_path / "kept", {"tasks": "squares"}

    def kill(count: int, _: int) -> None:
        if count > 8:
            for worker in fleeting.workers:
                worker.kill()

    with pytest.raises(StoppedError, match="no worker could be reached for 2 seconds") as caught:
        _ = run_tasks(
            square,
            str(diary),
            SLOW_TASKS,
            scheduler=fleeting.address,
            folder=folder,
            description=inputs,
            progress=kill,
        )
    assert f"tasks are done and kept in {folder}: run the same again to go on" in str(caught.value)
    table = run_tasks(square, str(diary), SLOW_TASKS, folder=folder, description=inputs, workers=2)
    assert table.equals(run_tasks(square, "", squares(40)))


def test_a_scheduler_that_goes_away_stops_the_run(fleeting: Cluster, diary: Path) -> None:
    def kill(count: int, _: int) -> None:
        if count > 8:
            fleeting.scheduler.kill()

    with pytest.raises(StoppedError, match=r"scheduler went away.* nothing is kept without"):
        _ = run_tasks(square, str(diary), SLOW_TASKS, scheduler=fleeting.address, progress=kill)


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


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    with cluster(tmp_path, 0) as made:
        _ = made.start_worker("--preload", "tests.studies.ensemble.other_version")
        with pytest.raises(InputError) as caught:
            _ = run_tasks(square, "", squares(2), scheduler=made.address)
    problems = {problem.field: problem for problem in caught.value.problems}
    assert set(problems) == {"orepact", "dataset"}
    assert problems["orepact"].found == "0.0.9"
    assert problems["orepact"].file.startswith("tcp://127.0.0.1:")


def test_a_worker_of_another_version_that_joins_later_is_refused(
    fleeting: Cluster, diary: Path
) -> None:
    started = list[int]()

    def join(count: int, _: int) -> None:
        if count > 2 and not started:
            worker = fleeting.start_worker("--preload", "tests.studies.ensemble.other_version")
            started.append(worker.pid)

    with pytest.raises(InputError, match="a worker that joined differs"):
        _ = run_tasks(
            square,
            str(diary),
            squares(400, seconds=0.1),
            scheduler=fleeting.address,
            progress=join,
        )
    assert started[0] not in processes(diary)


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
