"""The record of what happened: an append-only file of outcomes, one line each.

The first line states the format, every other line is one outcome as JSON. A line is written with
one call and synced, so that a killed process leaves at most one torn last line, which the reader
refuses by number.
"""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orepact.data.text import read_text
from orepact.errors import InputError, Problem, nearest
from orepact.policy.controls import OUTCOMES, Outcome
from orepact.policy.register import Register

__all__ = ["RECORD_FORMAT", "outcome_problems", "read_records", "record_outcome"]

RECORD_FORMAT = "orepact/control-record/1"


def record_outcome(
    register: Register, path: Path, act: str, outcome: str, *, on: datetime.date, source: str,
    known_as_of: datetime.date,
) -> Outcome:
    """Append what became of a suspended act to the record at `path` and return it.

    `act` is the id of a suspended act, or of a suspension for all its acts. `on` is the first day
    back in force (revives, escalates), the last day in force or at rest (repealed), or the new
    last day of the suspension (extended). Raises `InputError` with every problem; then nothing is
    written.
    """
    problems = outcome_problems(register, act, outcome, source)
    if not problems:
        check = _extension_problems if outcome == "extended" else _day_problems
        problems += check(register, act, on)
    if problems:
        raise InputError(problems)
    if path.exists():
        _ = read_records(path)
    line: dict[str, str] = {"act": act, "outcome": outcome, "source": source,
                            "known_as_of": known_as_of.isoformat()}
    line |= {"until": on.isoformat()} if outcome == "extended" else {"start": _start(outcome, on)}
    _append(path, line)
    return _outcome(line)


def read_records(path: Path) -> tuple[Outcome, ...]:
    """Return the outcomes of a record in the order filed; none when there is no file.

    Raises `InputError` with every line that is torn or wrong.
    """
    if not path.exists():
        return ()
    lines = read_text(path).split("\n")
    problems: list[Problem] = []
    if lines[-1] != "":
        problems.append(Problem("the last line is torn", file=str(path), line=len(lines),
                                found=lines[-1][:60], expected="a whole line; remove the rest"))
    found: list[Outcome] = []
    for number, line in enumerate(lines[:-1], start=1):
        try:
            value = json.loads(line)
            if number == 1:
                problems += _format_problems(path, value)
            else:
                found.append(_outcome(value))
        except (json.JSONDecodeError, ValidationError) as error:
            problems.append(Problem("not an outcome", file=str(path), line=number,
                                    found=line[:60], expected=str(error).splitlines()[0]))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _outcome(value: Any) -> Outcome:
    return TypeAdapter(Outcome).validate_python(value)


def _start(outcome: str, on: datetime.date) -> str:
    # A repealed act's `start` is the first day without it.
    day = on + datetime.timedelta(days=1) if outcome == "repealed" else on
    return day.isoformat()


def outcome_problems(register: Register, act: str, outcome: str, source: str) -> list[Problem]:
    """Return what is wrong with the words of an outcome that is to be filed."""
    stays = [one.id for one in register.suspensions]
    suspended = sorted({name for one in register.suspensions for name in one.suspends})
    known = [*suspended, *stays]
    problems: list[Problem] = []
    if act not in known:
        exists = any(one.id == act for one in register.acts)
        message = "the act was never suspended" if exists else "unknown act"
        problems.append(Problem(message, field="act", found=repr(act),
                                expected="one of " + ", ".join(known), nearest=nearest(act, known)))
    if outcome not in OUTCOMES:
        problems.append(Problem("unknown outcome", field="outcome", found=repr(outcome),
                                expected="one of " + ", ".join(OUTCOMES),
                                nearest=nearest(outcome, OUTCOMES)))
    if not source.strip():
        problems.append(Problem("a record needs a source", field="source",
                                expected="the address or title of what was read"))
    return problems


def _extension_problems(register: Register, act: str, on: datetime.date) -> list[Problem]:
    ends = [one.until.last for one in register.suspensions if act == one.id or act in one.suspends]
    if on > max(ends):
        return []
    return [Problem("an extension must end later than the suspension", field="on",
                    found=str(on), expected=f"a day after {max(ends)}")]


def _day_problems(register: Register, act: str, on: datetime.date) -> list[Problem]:
    starts = [
        one.start.first for one in register.suspensions if act == one.id or act in one.suspends
    ]
    if on > min(starts):
        return []
    return [Problem("an outcome cannot precede the suspension", field="on", found=str(on),
                    expected=f"a day after {min(starts)}")]


def _format_problems(path: Path, value: Any) -> list[Problem]:
    if value == {"format": RECORD_FORMAT}:
        return []
    return [Problem("wrong or missing format line", file=str(path), line=1, found=str(value)[:60],
                    expected=json.dumps({"format": RECORD_FORMAT}))]


def _append(path: Path, line: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(line, ensure_ascii=False) + "\n"
    if not path.exists() or path.stat().st_size == 0:
        text = json.dumps({"format": RECORD_FORMAT}) + "\n" + text
    with path.open("ab") as file:
        _ = file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
