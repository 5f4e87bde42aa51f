"""The verbs of ``orepact control``."""

from __future__ import annotations

from pathlib import Path

from orepact.cli.show import day_of, print_json, print_table
from orepact.errors import InputError, Problem, nearest
from orepact.policy import (
    Register,
    clocks,
    load_branches,
    load_register,
    read_records,
    record_outcome,
    status,
    status_table,
)

__all__ = ["clocks_verb", "record_verb", "register_of", "status_verb"]

END_USES = {"defence": "military", "defense": "military"}


def register_of(branch: str | None, records: Path | None) -> Register:
    """Return the register with recorded outcomes and, where none is recorded, a branch's."""
    branches = load_branches()
    if branch is not None and branch not in branches:
        raise InputError(
            [
                Problem(
                    "unknown branch",
                    field="--branch",
                    found=repr(branch),
                    expected="one of " + ", ".join(branches),
                    nearest=nearest(branch, list(branches)),
                )
            ]
        )
    filed = read_records(records) if records else ()
    return load_register().under(branches[branch] if branch else None, filed)


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
    day = day_of(on, "--on")
    known = day_of(known_as_of, "--known-as-of") if known_as_of else None
    found = status(
        register_of(branch, records),
        day,
        item,
        destination,
        end_use=END_USES.get(end_use, end_use),
        known_as_of=known,
        exporter=exporter,
    )
    table = status_table(found)
    if json:
        print_json(
            {
                "format": "orepact/status/1",
                "item": item,
                "destination": destination,
                "end_use": end_use,
                "on": day,
                "acts": table.to_dicts(),
            }
        )
    elif not found:
        print(
            f"{item} to {destination} ({end_use}) on {day}: not covered by any act in the register"
        )  # noqa: T201
    else:
        print_table(
            table,
            ["act", "status", "effect", "since", "until", "reading", "reference", "known_as_of"],
            title=f"{item} to {destination}, {end_use} use, on {day}",
        )


def clocks_verb(on: str | None, *, json: bool) -> None:
    """Print deadlines."""
    table = clocks(load_register(), day_of(on, "--on"))
    if json:
        print_json({"format": "orepact/clocks/1", "clocks": table.to_dicts()})
    else:
        print_table(table, ["date", "days", "event", "act", "title", "outcome", "known_as_of"])


def record_verb(
    act: str, outcome: str, on: str, source: str, *, until: str | None, file: Path, json: bool
) -> None:
    """File an outcome."""
    day = day_of(on, "--on")
    last = day_of(until, "--until") if until else None
    filed = record_outcome(
        load_register(),
        file,
        act,
        outcome,
        on=day,
        until=last,
        source=source,
        known_as_of=day_of(None, ""),
    )
    if json:
        print_json({"format": "orepact/outcome/1", "file": str(file), "filed": str(filed)})
    else:
        print(f"filed in {file}: {act} {outcome} on {day}")  # noqa: T201
