"""Whether the files of a folder are those that were read before, without reading them again."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["kept_while_unchanged", "state_of"]

Made = TypeVar("Made")

SETTLED_SECONDS = 2.0
"""A file that changed later than this ago may change again within one tick of its time stamp."""

KEPT = 2
"""How many answers of a function are kept."""


def state_of(folder: Path) -> str:
    """Return a hash of names, sizes and times of all files below a folder.

    Empty when a file changed in the last two seconds, since what was read of it may not be what is
    there, and where a file cannot be looked at.
    """
    found: list[str] = []
    newest = 0
    try:
        for path, about in _files(os.fspath(folder)):
            times = about.st_mtime_ns, about.st_ctime_ns
            newest = max(newest, *times)
            found.append("\0".join(map(str, (path, about.st_ino, about.st_size, *times))))
    except OSError:
        return ""
    if time.time_ns() - newest < SETTLED_SECONDS * 1e9:
        return ""
    return hashlib.sha256("\n".join(sorted(found)).encode("utf-8")).hexdigest()


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield path and status of every file and folder below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            yield entry.path, entry.stat()
            if entry.is_dir():
                yield from _files(entry.path)


def kept_while_unchanged(read: Callable[..., Made]) -> Callable[..., Made]:
    """Return a function of a folder and options that reads a folder again only when it changed.

    What it returns is shared by its callers and must not be changed by them.
    """

    @lru_cache(maxsize=KEPT)
    def kept(_state: str, folder: Path, options: tuple[tuple[str, Any], ...]) -> Made:
        return read(folder, **dict(options))

    @wraps(read)
    def found(folder: Path, **options: Any) -> Made:
        state = state_of(folder)
        if not state:
            return read(folder, **options)
        return kept(state, folder, tuple(sorted(options.items())))

    return found
