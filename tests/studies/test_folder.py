"""The folder of a run appears whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path

import polars as pl
import pytest

from orepact.errors import InputError
from orepact.studies.folder import (
    LEFT_OVER_SECONDS,
    OURS,
    TABLES,
    UNFINISHED,
    check_folder,
    write_folder,
)
from orepact.studies.run import Run, write_run


def test_the_folder_holds_tables_twice_and_the_run(run: Run, folder: Path) -> None:
    assert sorted(run.frames) == sorted(TABLES)
    names = {f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")}
    assert {path.name for path in folder.iterdir()} == names | {"run.json", "brief.html"}
    assert json.loads((folder / "run.json").read_text(encoding="utf-8")) == run.content
    for name in TABLES:
        assert pl.read_parquet(folder / f"{name}.parquet").equals(run.frames[name])
        assert len(pl.read_csv(folder / f"{name}.csv")) == len(run.frames[name])


def test_an_earlier_run_is_replaced_whole(run: Run, folder: Path) -> None:
    (folder / "brief.html").write_text("an earlier brief", encoding="utf-8")
    (folder / "monthly.csv").write_text("an earlier table", encoding="utf-8")
    write_run(run, folder)
    assert not (folder / "brief.html").exists()
    assert "an earlier table" not in (folder / "monthly.csv").read_text(encoding="utf-8")
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_an_empty_folder_is_taken_and_a_deep_one_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_run(run, tmp_path / "empty")
    write_run(run, tmp_path / "a" / "b" / "c")
    for folder in (tmp_path / "empty", tmp_path / "a" / "b" / "c"):
        assert (folder / "run.json").is_file()


def test_what_is_not_a_run_is_kept(run: Run, folder: Path) -> None:
    (folder / "notes.md").write_text("mine", encoding="utf-8")
    before = sorted(path.name for path in folder.iterdir())
    for attempt in (lambda: check_folder(folder), lambda: write_run(run, folder)):
        with pytest.raises(InputError, match=r"not a run; found notes\.md"):
            attempt()
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_failure_leaves_nothing(run: Run, tmp_path: Path) -> None:
    broken = Run({**run.content, "seconds": float("nan")}, run.frames)
    with pytest.raises(ValueError, match="JSON"):
        write_run(broken, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", [True, False])
def test_a_full_disk_says_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, kept: bool
) -> None:
    folder = tmp_path / "out"
    if kept:
        (folder / UNFINISHED).mkdir(parents=True)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="could not be written: No space left on device") as caught:
        write_folder(folder, {}, {}, {"brief.html": "x"}, ours={*OURS, UNFINISHED})
    words = "run the same again to go on" if kept else "what was there before is as it was"
    assert words in str(caught.value)
    assert (folder / UNFINISHED).exists() == kept
    assert [path.name for path in tmp_path.iterdir()] == (["out"] if kept else [])


def test_old_drafts_are_removed_and_young_ones_ignored(run: Run, tmp_path: Path) -> None:
    old, young, foreign = (
        tmp_path / name for name in (".out.a.unfinished", ".out.b.unfinished", ".in.a.unfinished")
    )
    for draft in (old, young, foreign):
        draft.mkdir()
        (draft / "monthly.csv").write_text("half", encoding="utf-8")
    for draft in (old, foreign):
        then = time.time() - LEFT_OVER_SECONDS - 60.0
        os.utime(draft, (then, then))
    write_run(run, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == [foreign.name, young.name, "out"]
