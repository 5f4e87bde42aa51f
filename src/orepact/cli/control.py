"""The verbs of ``orepact control``."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from orepact.cli.show import check_choice, day_of, print_json, print_pairs, print_table, say
from orepact.data.text import read_text
from orepact.errors import InputError, Problem, attempt
from orepact.policy import (
    ActStatus,
    Outcome,
    PartialDate,
    Register,
    clocks,
    find_branch,
    load_branches,
    load_register,
    outcome_problems,
    read_records,
    record_outcome,
    status,
    status_table,
)

__all__ = ["clocks_verb", "record_verb", "register_of", "status_verb"]

USES = {
    "civil": "civil",
    "military": "military",
    "defence": "military",
    "defense": "military",
    "listed": "listed",
}
"""Words that people use for an end use, and the register's word."""

OPTIONS = {
    "destination": "--to",
    "exporter": "--exporter",
    "item": "--item",
    "branch": "--branch",
    "act": "ACT",
    "outcome": "--outcome",
    "source": "--source",
    "on": "--on",
}
"""Fields of the library's problems, and where the user typed them."""

RECENT_DAYS = 366
"""Deadlines longer ago are shown on request."""

STATES = {
    "in_force": "in force",
    "suspension_ended_outcome_unknown": "suspension ended, outcome unknown",
    "not_yet": "not announced yet",
}


def register_of(branch: str | None, records: Path | None) -> Register:
    """Return the register with recorded outcomes and, where none is recorded, a branch's.

    Raises `InputError` with every problem of both.
    """
    problems: list[Problem] = []
    chosen = attempt(problems, find_branch, load_branches(), branch) if branch else None
    filed = attempt(problems, _records, records) if records else ()
    if problems:
        raise InputError(_as_typed(problems))
    return load_register().under(chosen, filed or ())


def status_verb(
    item: str,
    destination: str,
    end_use: str,
    on: str | None,
    *,
    exporter: str | None,
    branch: str | None,
    known_as_of: str | None,
    records: Path | None,
    json: bool,
) -> None:
    """Print which acts meet an item."""
    problems: list[Problem] = []
    day = attempt(problems, day_of, on, "--on")
    known = attempt(problems, day_of, known_as_of, "--known-as-of") if known_as_of else None
    register = attempt(problems, register_of, branch, records) or load_register()
    _ = attempt(problems, check_choice, end_use, tuple(USES), "--end-use")
    found = attempt(
        problems,
        status,
        register,
        day or day_of(None, "--on"),
        item,
        destination,
        end_use=USES.get(end_use, "civil"),
        known_as_of=known,
        exporter=exporter,
    )
    if problems or found is None or day is None:
        raise InputError(_as_typed(problems))
    use = USES[end_use]
    if json:
        print_json(
            {
                "format": "orepact/status/1",
                "item": item,
                "destination": destination,
                "end_use": use,
                "on": day,
                "covered": bool(found),
                "acts": status_table(found).to_dicts(),
            }
        )
    else:
        _print_status(f"{item} to {destination}, {use} use, on {day}", found)


def _print_status(question: str, found: Sequence[ActStatus]) -> None:
    if not found:
        say(f"{question}: not covered by any act in the register")
        return
    acts = "1 act" if len(found) == 1 else f"{len(found)} acts"
    words = status_table(found).with_columns(
        pl.col("status").replace(STATES),
        pl.when(pl.col("effect") == "other")
        .then("kind")
        .otherwise("effect")
        .str.replace_all("_", " ")
        .alias("effect"),
    )
    print_table(
        words,
        ["act", "status", "effect", "since", "until", "known_as_of"],
        title=f"{question}: {acts}",
    )
    for one in found:
        title = one.title + (" (hypothetical)" if one.hypothetical else "")
        print_pairs(
            f"{one.act}: {title}",
            [
                ("covers", one.covers),
                ("reading", one.reading.replace(f" ({one.last_known})", "")),
                ("reference", one.reference.removeprefix(f"{one.title}; ")),
                ("known as of", one.known_as_of),
                ("note", one.note),
            ],
        )
        say()


def clocks_verb(on: str | None, *, records: Path | None, every: bool, json: bool) -> None:
    """Print deadlines."""
    problems: list[Problem] = []
    day = attempt(problems, day_of, on, "--on")
    register = attempt(problems, register_of, None, records)
    if day is None or register is None:
        raise InputError(problems)
    table = clocks(register, day)
    if json:
        print_json({"format": "orepact/clocks/1", "on": day, "clocks": table.to_dicts()})
        return
    recent = table.filter(pl.col("days") >= -RECENT_DAYS)
    shown = table if every else recent
    title = f"Deadlines on {day}; days are left, or negative since"
    print_table(
        shown, ["date", "days", "event", "act", "title", "outcome", "known_as_of"], title=title
    )
    if len(shown) < len(table):
        say(f"{len(table) - len(shown)} deadlines more than a year ago: --all")


def record_verb(
    act: str,
    outcome: str,
    on: str,
    source: str,
    *,
    known_as_of: str | None,
    file: Path,
    json: bool,
) -> None:
    """File an outcome."""
    register, problems = load_register(), list[Problem]()
    day = attempt(problems, day_of, on, "--on")
    known = attempt(problems, _day_known, known_as_of)
    if problems or day is None or known is None:
        raise InputError(_as_typed([*problems, *outcome_problems(register, act, outcome, source)]))
    filed = attempt(
        problems,
        record_outcome,
        register,
        file,
        act,
        outcome,
        on=day,
        source=source,
        known_as_of=known,
    )
    if filed is None:
        raise InputError(_as_typed(problems))
    if json:
        print_json(
            {
                "format": "orepact/outcome/1",
                "file": str(file),
                "act": filed.act,
                "outcome": filed.outcome,
                "start": _text(filed.start),
                "until": _text(filed.until),
                "source": filed.source,
                "known_as_of": _text(filed.known_as_of),
            }
        )
    else:
        when = f"until {filed.until}" if filed.until else f"from {filed.start}"
        say(f"filed in {file}: {act} {outcome} {when}, known as of {known}")


def _day_known(text: str | None) -> datetime.date:
    """Return a day of knowledge: today, or an earlier day."""
    day, today = day_of(text, "--known-as-of"), day_of(None, "")
    if day > today:
        raise InputError(
            [
                Problem(
                    "a day of knowledge in the future",
                    field="--known-as-of",
                    found=str(day),
                    expected=f"{today} or earlier",
                )
            ]
        )
    return day


def _records(path: Path) -> tuple[Outcome, ...]:
    """Read a record that must exist."""
    if not path.exists():
        _ = read_text(path)
    return read_records(path)


def _as_typed(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems whose fields are named as the user typed them."""
    return [
        problem
        if problem.file
        else replace(problem, field=OPTIONS.get(problem.field, problem.field))
        for problem in problems
    ]


def _text(day: PartialDate | None) -> str | None:
    return None if day is None else str(day)
