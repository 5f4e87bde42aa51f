"""How many processes a verb uses."""

from __future__ import annotations

import os

from orepact.errors import Problem

__all__ = ["worker_problems", "workers_of"]

MOST_WORKERS = 4
"""Processes that are used at most without being asked for: each keeps a dataset in memory."""


def workers_of(asked: int | None) -> int:
    """Return how many processes are used: what was asked for, else as many as cores, at most 4."""
    return asked or min(MOST_WORKERS, os.cpu_count() or 1)


def worker_problems(asked: int | None) -> list[Problem]:
    """Return what is wrong with a number of processes."""
    if asked is None or asked >= 1:
        return []
    return [Problem("out of range", field="--workers", found=str(asked), expected="1 or more")]
