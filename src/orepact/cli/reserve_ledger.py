"""The verbs of ``orepact reserve ledger``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from orepact.cli.show import day_of, print_json, print_table, say, tell
from orepact.data.ledger.entry import Entry, canonical
from orepact.data.ledger.movements import (
    KINDS,
    Movement,
    movement_data,
    movement_of,
    read_movements,
)
from orepact.data.ledger.opening import read_opening
from orepact.data.ledger.store import Ledger, as_of, book, open_ledger, read_ledger, try_all
from orepact.data.text import Document, Location
from orepact.errors import InputError, Problem, nearest
from orepact.network.stored_forms import world_forms
from orepact.views.ledger_table import (
    LEDGER_TEXTS,
    account_rows,
    commitment_rows,
    draw_rows,
    journal_rows,
    ledger_data,
    money_rows,
    overdue,
)

__all__ = ["book_verb", "check_verb", "export_verb", "open_verb", "reverse_verb", "show_verb"]

NUMBERS = ("tonnes", "usd", "price", "fee", "paid")
"""Fields of a movement that hold a number."""

Placed: TypeAlias = tuple[Movement, Document, Location]
"""A movement and its place in a file."""

SHORTEST = 8
"""Characters of a hash that tell an entry from all others."""


def open_verb(
    file: Path, opening: Path, *, own_forms: bool, future: bool, json: bool
) -> None:
    """Open a ledger in a new file."""
    asked = read_opening(opening)
    known = sorted(world_forms().forms)
    problems = [
        Problem("no stored form of the dataset", file=str(opening), field=f"forms.{at}.form",
                found=each.form, expected="a form of `orepact reserve forms`, or --own-forms",
                nearest=nearest(each.form, known))
        for at, each in enumerate(asked.forms) if not own_forms and each.form not in known
    ]
    if asked.opened > day_of(None, "--on") and not future:
        problems.append(Problem("after today", file=str(opening), field="opened",
                                found=asked.opened.isoformat(),
                                expected="today at most, or --future"))
    if problems:
        raise InputError(problems)
    ledger = open_ledger(file, asked)
    if json:
        print_json(ledger_data(ledger, day_of(None, "--on")))
        return
    start = ledger.books.opening
    say(LEDGER_TEXTS["opened"].format(name=start.name, forms=len(start.forms),
                                      participants=len(start.participants)))
    tell(LEDGER_TEXTS[f"reading_{start.reading}"])
    _tell_head(ledger)


def book_verb(
    file: Path, words: Sequence[str], movements: Path | None, on: str | None, *, future: bool,
    again: bool, json: bool,
) -> None:
    """Book one movement, or those of a file after all of them were tried on paper."""
    if bool(words) == bool(movements):
        raise InputError([Problem("give a movement or a file of movements", field="--from",
                                  found="both" if words else "neither", expected="one of them")])
    day = day_of(on, "--on")
    listed: list[Movement]
    if movements is not None:
        placed = read_movements(movements)
        if not future:
            _require_past([(each, document.problem((*at, "day"), "after today"))
                           for each, document, at in placed])
        placed = _left(file, movements, placed, again=again)
        listed = [each for each, _, _ in placed]
    else:
        listed = [_said(words, on, day)]
        if not future:
            _require_past([(listed[0], Problem("after today", field="day"))])
    ledger: Ledger | None = None
    for entry, ledger in book(file, listed):
        if not json:
            say(_booked_text(entry, ledger))
    if ledger is None:
        return
    if json:
        print_json(ledger_data(ledger, day))
        return
    _tell_head(ledger)


def _booked_text(entry: Entry, ledger: Ledger) -> str:
    of = ledger.books.history[entry.number - 1].change.reverses
    key = "undone" if of else "booked"
    return LEDGER_TEXTS[key].format(number=entry.number, movement=entry.movement,
                                    on=entry.on.isoformat(), of=of,
                                    what=ledger.entries[of].movement)


def _require_past(listed: Sequence[tuple[Movement, Problem]]) -> None:
    """Raise `InputError` for movements of days to come: nothing could be booked before them."""
    today = day_of(None, "--on")
    late = [replace(problem, found=each.day.isoformat(),
                    expected=f"{today.isoformat()} or before, or --future")
            for each, problem in listed if each.day > today]
    if late:
        raise InputError(late)


def _left(file: Path, movements: Path, placed: Sequence[Placed], *, again: bool) -> list[Placed]:
    """Return what of a file is not booked yet, tried on paper, each with a reference.

    A movement without one gets that of its place in this very file, so that a file is not booked
    twice and one that was interrupted goes on where it stopped.
    """
    ledger = read_ledger(file)
    refs, start = ledger.books.refs, sha256(movements.read_bytes()).hexdigest()[:16]
    turns = {ref.split("-")[2] for ref in refs if ref.startswith(f"file-{start}-")}
    turn = len(turns) + 1 if again else max(1, len(turns))
    named: list[Placed] = [
        (each if each.ref else replace(each, ref=f"file-{start}-{turn}-{number}"), document, at)
        for number, (each, document, at) in enumerate(placed)
    ]
    done = 0
    for each, *_ in named:
        number = refs.get(each.ref)
        if number is None or ledger.entries[number].text != canonical(movement_data(each)):
            break
        done += 1
    if done == len(named):
        raise InputError([Problem("booked already", file=str(movements), field="--from",
                                  found=f"{done} of {done} movements",
                                  expected="another file, or --again if it happened twice")])
    if done:
        tell(LEDGER_TEXTS["resumed"].format(count=done))
    try_all(ledger, named[done:])
    return named[done:]


def _said(words: Sequence[str], on: str | None, day: date) -> Movement:
    """Return the movement that the words of a command line say."""
    kind, *pairs = words
    value: dict[str, Any] = {"movement": kind}
    problems: list[Problem] = []
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign:
            problems.append(Problem("not a field of a movement", field=pair,
                                    expected="FIELD=VALUE"))
        elif name in value:
            problems.append(Problem("given twice", field=name, found=text, expected="once"))
        else:
            value[name] = _value(name, text)
    if on is not None and "day" in value:
        problems.append(Problem("given twice", field="day", found=on, expected="once"))
    if problems:
        raise InputError(problems)
    if kind in KINDS:
        _ = value.setdefault("day", day.isoformat())
    return movement_of(Document(Path("command line"), value, {}), value)


def _value(name: str, text: str) -> float | str:
    kind = float if name in NUMBERS else int if name == "entry" else str
    try:
        return kind(text)
    except ValueError:
        return text


def reverse_verb(
    file: Path, entry: int, on: str | None, *, note: str, future: bool, json: bool
) -> None:
    """Undo an entry by its mirror."""
    said = [f"note={note}"] if note else []
    book_verb(file, ["reverse", f"entry={entry}", *said], None, on, future=future, again=False,
              json=json)


def show_verb(file: Path, on: str | None, *, json: bool) -> None:
    """Print what a ledger adds up to."""
    day, whole = day_of(on, "--on"), read_ledger(file)
    ledger = as_of(whole, day) if on is not None else whole
    if json:
        print_json(ledger_data(ledger, day))
        return
    books = ledger.books
    tell(LEDGER_TEXTS[f"reading_{books.opening.reading}"])
    if books.emergency:
        tell(LEDGER_TEXTS["emergency"])
    draws = draw_rows(books, day)
    tables = {
        "Tonnes by form and account": account_rows(books),
        "Dollars by account": money_rows(books),
        "Commitments": commitment_rows(books),
        "To restore": draws,
    }
    for title, rows in tables.items():
        if rows:
            frame = pl.DataFrame(rows)
            print_table(frame, frame.columns, title=title)
    if books.reversed:
        tell(LEDGER_TEXTS["reversed"].format(entries=", ".join(
            f"{of} ({ledger.entries[of].movement}) by {by}"
            for of, by in sorted(books.reversed.items()))))
    if not any(tables.values()):
        say(LEDGER_TEXTS["nothing"])
    if len(whole.entries) > len(ledger.entries):
        tell(LEDGER_TEXTS["later"].format(on=day.isoformat(),
                                          count=len(whole.entries) - len(ledger.entries)))
    late = overdue(draws)
    if late:
        tell(LEDGER_TEXTS["overdue"].format(on=day.isoformat(), names=", ".join(late)))
    _tell_head(ledger)


def check_verb(file: Path, head: str, *, json: bool) -> None:
    """Check a ledger, against a hash that was noted earlier if there is one."""
    ledger = read_ledger(file)
    number = _entry_of(ledger, head) if head else None
    if json:
        print_json(ledger_data(ledger, day_of(None, "--on")))
        return
    say(LEDGER_TEXTS["whole"].format(count=len(ledger.entries)))
    if number is not None:
        say(LEDGER_TEXTS["holds"].format(number=number))
    _tell_head(ledger)


def _entry_of(ledger: Ledger, head: str) -> int:
    found = [entry.number for entry in ledger.entries if entry.sha256.startswith(head.lower())]
    if len(head) < SHORTEST or len(found) != 1:
        raise InputError([
            Problem("no entry has the noted hash: entries were cut off or replaced, or it is "
                    "another ledger", file=str(ledger.path), field="--head", found=head,
                    expected=f"{SHORTEST} characters or more of a hash of this ledger")
        ])
    return found[0]


def export_verb(file: Path, output: Path | None, *, json: bool) -> None:
    """Write the journal of a ledger."""
    ledger = read_ledger(file)
    rows = journal_rows(ledger)
    if json:
        print_json({"format": "orepact/ledger-journal/1", "ledger": ledger.books.opening.name,
                    "head": ledger.head, "rows": rows})
        return
    columns = ("entry", "on", "movement", "line", "account", "kind", "form", "amount", "unit",
               "reverses", "sha256")
    whole = {"entry", "line", "reverses"}
    text = pl.DataFrame(rows, schema={name: pl.Int64 if name in whole else pl.String
                                      for name in columns}).write_csv()
    if output is None:
        say(text.rstrip("\n"))
        return
    if output.exists():
        raise InputError([Problem("exists already", file=str(output), field="--output",
                                  expected="a new file")])
    _ = output.write_text(text, encoding="utf-8", newline="\n")
    say(LEDGER_TEXTS["exported"].format(rows=len(rows), count=len(ledger.entries), file=output))


def _tell_head(ledger: Ledger) -> None:
    tell(LEDGER_TEXTS["head"].format(head=ledger.head, count=len(ledger.entries)))
