"""What must be equal for two processes to give the same numbers: code, dataset, wheels."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata, resources
from pathlib import Path

from orepact.data.bundle import WORLD_FOLDER
from orepact.data.dataset.manifest import content_hash, digest_of, fold

__all__ = ["differences", "identity"]

WHEELS = ("orepact", "numpy", "scipy", "polars", "clarabel", "highspy")
"""Packages that a result depends on."""

PACKAGE = Path(str(resources.files("orepact")))
TEXTS = (".py", ".yaml", ".csv", ".json")


@cache
def identity(dataset: Path | None = None) -> Mapping[str, str]:
    """Return versions and hashes by name, as this process found them when it was first asked.

    `dataset` is the folder of the dataset, the bundled one for None. Versions are those of the
    packages; the hash of the code covers every module and library file of orepact, so that two
    states of one version are told apart.
    """
    folder = dataset or WORLD_FOLDER
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        **{name: metadata.version(name) for name in WHEELS},
        "code of orepact": _code_hash()[:16],
        "dataset": content_hash(folder)[:16] if folder.is_dir() else "no such folder",
    }


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return what differs by name, first ours, then theirs; what one does not know is empty."""
    return {
        name: (ours.get(name, ""), theirs.get(name, ""))
        for name in [*ours, *(name for name in theirs if name not in ours)]
        if ours.get(name, "") != theirs.get(name, "")
    }


def _code_hash() -> str:
    """Return one hash over the modules and library files, the bundled dataset left out."""
    files = (
        path
        for path in PACKAGE.rglob("*")
        if path.suffix in TEXTS and not path.is_relative_to(WORLD_FOLDER) and path.is_file()
    )
    return fold({path.relative_to(PACKAGE).as_posix(): digest_of(path) for path in files})
