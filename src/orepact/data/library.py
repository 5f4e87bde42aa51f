"""Files that ship under a name, beside those that a user names by their path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orepact.errors import InputError, Problem, nearest

__all__ = ["shipped_or_own"]


def shipped_or_own(name: str | Path, kind: str, folder: Path, names: Sequence[str]) -> Path:
    """Return the file of a `kind` of text that ships in a folder, or the path that was given.

    `names` are those that ship. Raises `InputError` with the nearest name for what is neither.
    """
    if str(name) in names:
        return folder / f"{name}.yaml"
    path = Path(name)
    if path.suffix or path.exists() or len(path.parts) > 1:
        return path
    raise InputError([Problem(f"unknown {kind}", field=kind, found=repr(str(name)),
                              expected="the path of a file, or one of " + ", ".join(names),
                              nearest=nearest(str(name), names))])
