"""A folder is read again when anything in it changed, and only then."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from orepact.data.dataset.unchanged import SETTLED_SECONDS, kept_while_unchanged, state_of
from orepact.network import read_world

LONG_AGO = 1_000_000_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a file that has rested long enough to be known."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("1", encoding="utf-8")
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + int(4e9 * SETTLED_SECONDS))
    return tmp_path


def reader(read: list[Path]) -> object:
    @kept_while_unchanged
    def count(folder: Path, **_: bool) -> int:
        read.append(folder)
        return len(read)

    return lambda folder, **more: count(folder, **{"confirmed_only": False, **more})


def test_what_did_not_change_is_read_once(folder: Path) -> None:
    read: list[Path] = []
    made = reader(read)
    assert callable(made)
    assert [made(folder), made(folder), made(folder, confirmed_only=True), made(folder)] == [
        1, 1, 2, 1]


@pytest.mark.parametrize("change", ["content", "same length and time", "new", "gone", "renamed"])
def test_every_change_is_seen(folder: Path, change: str) -> None:
    path = folder / "in" / "a.csv"
    os.utime(path, (LONG_AGO, LONG_AGO))
    before = state_of(folder)
    assert before
    if change == "content":
        path.write_text("22", encoding="utf-8")
    elif change == "same length and time":
        path.write_text("2", encoding="utf-8")
        os.utime(path, (LONG_AGO, LONG_AGO))
    elif change == "new":
        (folder / "b.csv").write_text("1", encoding="utf-8")
    elif change == "gone":
        path.unlink()
    else:
        path.rename(folder / "in" / "b.csv")
    assert state_of(folder) != before


def test_a_file_that_changed_just_now_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1", encoding="utf-8")
    read: list[Path] = []
    made = reader(read)
    assert callable(made)
    assert [made(tmp_path), made(tmp_path)] == [1, 2]


def test_the_bundled_dataset_is_read_once() -> None:
    assert read_world() is read_world()
    assert read_world() is not read_world(confirmed_only=True)
