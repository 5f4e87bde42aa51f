"""The folder of a run: it appears whole or not at all, and never replaces what is not a run."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from orepact.errors import InputError, Problem

__all__ = ["RUN_FILE", "TABLES", "UNFINISHED", "check_folder", "write_folder"]

RUN_FILE = "run.json"
TABLES = (
    "flows_base",
    "uses_base",
    "processes_base",
    "monthly",
    "calendar",
    "members",
)
"""The tables of a run, each written as Parquet and CSV."""

TEXTS = ("brief.html", RUN_FILE)

UNFINISHED = "unfinished"
"""The folder, inside a run's own, of what a run that was stopped had finished."""

LEFT_OVER_SECONDS = 3600.0
"""A draft older than this was left by a run that was killed: writing takes seconds."""


OURS = frozenset({*TEXTS, *(f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet"))})
"""What a run writes."""


def check_folder(folder: Path, ours: Collection[str] = OURS) -> None:
    """Raise `InputError` when a run must not be written to `folder`; change nothing.

    `ours` names what a run of this kind writes.
    """
    folder = folder.absolute()
    above = next((path for path in folder.parents if path.exists()), folder)
    problem: Problem | None = None
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        problem = Problem("not a folder", found="a link or a file", expected="a new folder")
    elif not above.is_dir():
        problem = Problem("not inside a folder", found=f"{above} is a file")
    elif not os.access(above, os.W_OK):
        problem = Problem("not writable", found=f"no right to write in {above}")
    elif folder.exists():
        problem = _foreign(folder, ours)
    if problem is not None:
        raise InputError(
            [
                Problem(
                    problem.message,
                    file=str(folder),
                    field="--output",
                    found=problem.found,
                    expected=problem.expected,
                )
            ]
        )


def _foreign(folder: Path, ours: Collection[str]) -> Problem | None:
    """Return a problem when a folder holds anything that a run did not write."""
    names = sorted(path.name for path in folder.iterdir())
    foreign = [name for name in names if name not in ours]
    if not foreign and (not names or RUN_FILE in names or UNFINISHED in names):
        return None
    return Problem(
        "the folder holds something that is not a run",
        found=", ".join((foreign or names)[:4]),
        expected="a new or empty folder, or an earlier run and nothing else",
    )


def write_folder(
    folder: Path,
    content: Mapping[str, object],
    frames: Mapping[str, pl.DataFrame],
    texts: Mapping[str, str],
    *,
    ours: Collection[str] = OURS,
) -> None:
    """Write tables, texts and, last of all, ``run.json``; an earlier run is replaced.

    A table is written as Parquet and CSV, each only where its name is among `ours`.

    Everything is first written to a draft beside the folder, named ``.<folder>.*.unfinished``,
    which then takes its place. Drafts of runs that were killed over an hour ago are removed.
    Raises `InputError` when `folder` holds something else and `OSError` when the disk refuses.
    """
    check_folder(folder, ours)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_left_over(folder)
    draft = _beside(folder, ".unfinished")
    try:
        for name, frame in frames.items():
            if f"{name}.parquet" in ours:
                frame.write_parquet(draft / f"{name}.parquet")
            if f"{name}.csv" in ours:
                frame.write_csv(draft / f"{name}.csv")
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
        for name, words in {**texts, RUN_FILE: text + "\n"}.items():
            _ = (draft / name).write_text(words, encoding="utf-8", newline="\n")
        draft.chmod(0o755)
        _put_in_place(draft, folder)
    except OSError as error:
        raise OSError(_not_written(folder, error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _not_written(folder: Path, error: OSError) -> str:
    """Return what a disk that refuses means: what is there, and what to do."""
    text = f"{folder}: the results could not be written: {error.strerror or error}"
    if (folder / UNFINISHED).exists():
        return f"{text}; all tasks are kept in {folder / UNFINISHED}: run the same again to go on"
    return f"{text}; what was there before is as it was"


def _beside(folder: Path, suffix: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=suffix, dir=folder.parent))


def _put_in_place(draft: Path, folder: Path) -> None:
    if not folder.exists():
        _ = draft.replace(folder)
        return
    old = _beside(folder, ".unfinished")
    _ = folder.replace(old / "replaced")
    _ = draft.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def _remove_left_over(folder: Path) -> None:
    now = time.time()
    for path in folder.parent.glob(f".{folder.name}.*.unfinished"):
        if path.is_dir() and now - path.stat().st_mtime > LEFT_OVER_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
