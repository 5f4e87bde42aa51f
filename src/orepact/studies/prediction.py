"""Prediction record: a run filed with time and hashes, to be scored when outcomes are known."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

from orepact.data.text import read_text
from orepact.errors import InputError, Problem

__all__ = ["file_prediction", "read_predictions"]

FORMAT = "orepact/prediction/1"
_KEPT = (
    "study",
    "as_of",
    "first_month",
    "last_month",
    "dataset",
    "code_version",
    "created",
    "command",
    "parameter_sets",
    "licence_branches",
    "results",
)


def file_prediction(folder: Path, file: Path) -> dict[str, Any]:
    """Append a run's predictions to an append-only file and return the line filed.

    Each line carries the SHA-256 of the run's ``run.json`` and of the line before, so that a later
    change of either shows. Raises `InputError` when the folder holds no finished run, or when the
    file has been altered.
    """
    path = folder / "run.json"
    if not path.is_file():
        raise InputError(
            [
                Problem(
                    "no finished run here",
                    file=str(folder),
                    expected="a folder written by `orepact run`",
                )
            ]
        )
    text = path.read_text(encoding="utf-8")
    content = json.loads(text)
    before = read_predictions(file)
    line = {
        "format": FORMAT,
        "filed": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "run_sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        "previous_sha256": _hash(before[-1]) if before else "",
        **{name: content[name] for name in _KEPT},
    }
    if any(each["run_sha256"] == line["run_sha256"] for each in before):
        raise InputError(
            [
                Problem(
                    "this run is filed already",
                    file=str(file),
                    found=line["run_sha256"][:12],
                    expected="a run not filed before",
                )
            ]
        )
    with file.open("a", encoding="utf-8", newline="\n") as stream:
        _ = stream.write(_dump(line) + "\n")
    return line


def read_predictions(file: Path) -> list[dict[str, Any]]:
    """Return the filed lines; raises `InputError` when the chain of hashes is broken."""
    if not file.exists():
        return []
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for number, text in enumerate(read_text(file).splitlines(), start=1):
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            problems.append(
                Problem(
                    "torn or altered line", file=str(file), line=number, expected="one JSON object"
                )
            )
            continue
        wanted = _hash(found[-1]) if found else ""
        if line.get("previous_sha256") != wanted:
            problems.append(
                Problem(
                    "the chain of hashes is broken",
                    file=str(file),
                    line=number,
                    found=str(line.get("previous_sha256"))[:12],
                    expected=wanted[:12],
                )
            )
        found.append(line)
    if problems:
        raise InputError(problems)
    return found


def _dump(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _hash(line: dict[str, Any]) -> str:
    return hashlib.sha256(_dump(line).encode("utf-8")).hexdigest()
