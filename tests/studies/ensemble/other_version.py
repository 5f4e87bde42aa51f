"""Preloaded by a worker: it then counts as one that has other code and another dataset."""

from __future__ import annotations

from pathlib import Path

from orepact.studies.ensemble import identity as module

own = module.identity


def other(dataset: Path | None = None) -> dict[str, str]:
    """Return what an older installation would say."""
    return {**own(dataset), "orepact": "0.0.9", "dataset": "0123"}


module.identity = other  # type: ignore[assignment]
