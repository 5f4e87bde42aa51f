"""Prediction record: a run filed with time and hashes, to be scored when outcomes are known.

The file is append-only, one JSON object per line. Each line carries the SHA-256 of the run's
``run.json``, of the line before and of itself. The last one, the head, covers the whole file:
whoever was told it can check later that no line was changed, removed or put in between.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from orepact.data.text import read_text
from orepact.errors import InputError, Problem, nearest
from orepact.studies.folder import RUN_FILE
from orepact.studies.predicted import MADE_BY, OTHER, missing_from, predicted

__all__ = ["FORMAT", "MEMBERS", "Prediction", "file_prediction", "read_predictions", "verify"]

FORMAT = "orepact/prediction/1"
MEMBERS = "members.parquet"
"""The members of a run, in its folder."""

ROUNDING = 1e-9
"""How far from 1 probabilities may add up."""

@dataclass(frozen=True, slots=True)
class Prediction:
    """One filed line: what it says, and the SHA-256 of that."""

    content: dict[str, Any] = field(repr=False)
    sha256: str


def file_prediction(
    folder: Path, file: Path, probabilities: Mapping[str, float] | None = None
) -> Prediction:
    """Append a run's predictions to an append-only file and return the line filed.

    `folder` was written by `orepact run` or `orepact stress`. `probabilities` are your own, one for
    each branch of the run, and add up to 1; orepact gives none. The branches of a stress run are
    its rungs, or the scenario itself, and ``other``. Raises `InputError` when the folder holds no
    finished run, when the run is filed already, when the file has been altered, and for
    probabilities that are none; then nothing is written.
    """
    text, run = _read_run(folder)
    before = read_predictions(file)
    content: dict[str, Any] = {
        "format": FORMAT,
        "filed": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "run_sha256": _sha256(text),
        "previous_sha256": before[-1].sha256 if before else "",
        **predicted(run),
        **_members_hash(folder),
        **({"probabilities": dict(probabilities)} if probabilities else {}),
    }
    if probabilities:
        _require_probabilities(probabilities, content)
    for number, each in enumerate(before, start=1):
        if each.content["run_sha256"] == content["run_sha256"]:
            raise InputError(
                [
                    Problem(
                        "this run is filed already",
                        file=str(file),
                        line=number,
                        found=content["run_sha256"][:12],
                        expected="a run not filed before",
                    )
                ]
            )
    sha256 = _sha256(_dump(content))
    line = _dump({**content, "sha256": sha256})
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as stream:
        _ = stream.write((line + "\n").encode("utf-8"))
        stream.flush()
        os.fsync(stream.fileno())
    return Prediction(content, sha256)


def read_predictions(file: Path) -> list[Prediction]:
    """Return the filed lines; none when there is no file.

    Raises `InputError` with every line that is torn, wrong or breaks the chain of hashes.
    """
    if not file.exists():
        return []
    found: list[Prediction] = []
    problems: list[Problem] = []
    for number, text in _lines(file):
        content = _content(text)
        problem = _line_problem(content, text, found[-1].sha256 if found else "")
        if problem is not None:
            message, seen, expected = problem
            problems.append(
                Problem(message, file=str(file), line=number, found=seen, expected=expected)
            )
        content = content or {}
        found.append(Prediction(content, str(content.pop("sha256", ""))))
    if problems:
        raise InputError(problems)
    return found


def verify(file: Path) -> list[Prediction]:
    """Return the lines of a file of predictions that must exist and hold at least one.

    Raises `InputError` with every line that was altered.
    """
    if not file.exists():
        _ = read_text(file)
    found = read_predictions(file)
    if not found:
        raise InputError(
            [Problem("no prediction here", file=str(file), expected="at least one line")]
        )
    return found


def _members_hash(folder: Path) -> dict[str, str]:
    """Return the hash of a run's members, so that statements can be scored from them later."""
    path = folder / MEMBERS
    if not path.is_file():
        return {}
    return {"members_sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _require_probabilities(probabilities: Mapping[str, float], content: Mapping[str, Any]) -> None:
    branches = sorted({str(entry["branch"]) for entry in content["results"]})
    if "scenario" in content:
        branches.append(OTHER)
    problems = [
        Problem(
            "not a branch of the run",
            field="--probability",
            found=repr(name),
            expected="one of " + ", ".join(branches),
            nearest=nearest(name, branches),
        )
        for name in probabilities
        if name not in branches
    ]
    whole = math.fsum(probabilities.values())
    missing = [name for name in branches if name not in probabilities]
    if missing or abs(whole - 1.0) > ROUNDING or min(probabilities.values()) < 0.0:
        problems.append(
            Problem(
                "not probabilities of all branches",
                field="--probability",
                found=f"{whole:g} together" + (f", none of {missing[0]}" if missing else ""),
                expected="one of at least 0 for each branch, 1 together",
            )
        )
    if problems:
        raise InputError(problems)


def _read_run(folder: Path) -> tuple[str, dict[str, Any]]:
    """Return a run's text and content; predictions are filed from finished runs only."""
    path = folder / RUN_FILE
    if not path.is_file():
        raise InputError(
            [
                Problem(
                    "no finished run here",
                    file=str(folder),
                    field="RUN",
                    expected="a folder written by `orepact run` or `orepact stress`",
                )
            ]
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError([Problem("not UTF-8 text", file=str(path))]) from error
    content = _content(text) or {}
    missing = missing_from(content)
    if content.get("format") not in MADE_BY or missing:
        raise InputError(
            [
                Problem(
                    "not a run",
                    file=str(path),
                    found=", ".join(f"no {name}" for name in missing[:4])
                    or str(content.get("format")),
                    expected=" or ".join(
                        f"format: {name}, as written by `{command}`"
                        for name, command in MADE_BY.items()
                    ),
                )
            ]
        )
    return text, content


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers, line ends of any system taken as one."""
    try:
        with file.open(encoding="utf-8") as stream:
            yield from enumerate(stream, start=1)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem("cannot be read", file=str(file), found=str(error))]) from error


def _content(text: str) -> dict[str, Any] | None:
    try:
        value: object = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _line_problem(
    content: dict[str, Any] | None, text: str, previous: str
) -> tuple[str, str, str] | None:
    """Return what is wrong with a line, what was found and what was expected."""
    if content is None:
        return "torn or altered line", text[:40].rstrip(), "one JSON object"
    if not text.endswith("\n"):
        return "the last line is torn", text[-40:], "a line end"
    if content.get("format") != FORMAT or not {"run_sha256", "filed", "study"} <= content.keys():
        return "not a prediction", str(content.get("format")), f"format {FORMAT}"
    own = _sha256(_dump({name: value for name, value in content.items() if name != "sha256"}))
    if content.get("sha256") != own:
        return "the line was altered", str(content.get("sha256"))[:12], own[:12]
    if content.get("previous_sha256") != previous:
        seen = str(content.get("previous_sha256"))[:12] or "nothing"
        return "the chain of hashes is broken above this line", seen, previous[:12] or "nothing"
    return None


def _dump(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=True, sort_keys=True)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
