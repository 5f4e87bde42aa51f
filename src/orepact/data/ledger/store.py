"""A ledger in one file of SQLite: append-only, one transaction per entry, chained by hashes.

An entry and its postings are written in one transaction that is on the disk before it counts
(write-ahead log, ``synchronous=FULL``): a process that is killed leaves all of an entry or nothing.
Triggers refuse to change or delete; who goes round them breaks the chain of hashes, and reading
says where. That entries were cut off at the end shows only against a hash noted elsewhere.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from orepact.data.ledger.books import Books, Posting, begin
from orepact.data.ledger.entry import Entry, booked, canonical, entry_hash
from orepact.data.ledger.movements import Movement, movement_of
from orepact.data.ledger.opening import FORMAT, Opening
from orepact.data.text import Document, parse
from orepact.errors import InputError, OrepactError, Problem

__all__ = ["Ledger", "as_of", "book", "open_ledger", "read_ledger", "try_all"]

WAIT_SECONDS = 20.0
"""How long a second process waits for the first one to finish its entry."""

_TABLES = """
CREATE TABLE entry (
  number INTEGER PRIMARY KEY, day TEXT NOT NULL, movement TEXT NOT NULL, text TEXT NOT NULL,
  previous TEXT NOT NULL, sha256 TEXT NOT NULL
) STRICT;
CREATE TABLE posting (
  entry INTEGER NOT NULL REFERENCES entry(number), line INTEGER NOT NULL, account TEXT NOT NULL,
  kind TEXT NOT NULL, form TEXT NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (entry, line)
) STRICT;
CREATE TRIGGER entry_kept BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER posting_kept BEFORE UPDATE ON posting
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER posting_stays BEFORE DELETE ON posting
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A ledger that was read and found whole: its entries, and what they add up to."""

    path: Path
    books: Books
    entries: tuple[Entry, ...] = field(repr=False)

    @property
    def head(self) -> str:
        """Hash of the last entry, which covers all before it: note it elsewhere."""
        return self.entries[-1].sha256


def open_ledger(path: Path, opening: Opening) -> Ledger:
    """Open a ledger in a new file; raises `InputError` where there is a file already."""
    if path.exists() or path.is_symlink():
        raise InputError([Problem("exists already", file=str(path), expected="a new file")])
    if not path.parent.is_dir():
        raise InputError([Problem("no such folder", file=str(path.parent),
                                  expected="a folder that exists")])
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    entry = _first(opening)
    try:
        with _connected(draft, new=True) as connection:
            _ = connection.executescript(_TABLES)
            _insert(connection, entry)
        os.link(draft, path)
    except FileExistsError as error:
        raise InputError([Problem("exists already", file=str(path), expected="a new file")]
                         ) from error
    finally:
        draft.unlink(missing_ok=True)
    return read_ledger(path)


def read_ledger(path: Path) -> Ledger:
    """Read a ledger and check all of it: hashes, chain, and that each entry follows from its rule.

    Raises `InputError` with every entry that was altered.
    """
    _require_file(path)
    with _connected(path) as connection:
        return _read(path, connection)


def as_of(ledger: Ledger, day: date) -> Ledger:
    """Return a ledger as it stood at the end of a day; raises `InputError` before its opening."""
    kept = tuple(entry for entry in ledger.entries if entry.on <= day)
    if not kept:
        raise InputError([Problem("before the ledger was opened", file=str(ledger.path),
                                  field="--on", found=day.isoformat(),
                                  expected=f"{ledger.entries[0].on.isoformat()} or later")])
    return Ledger(path=ledger.path, books=_replayed(ledger.path, kept), entries=kept)


def book(path: Path, movements: Iterable[Movement]) -> Iterator[tuple[Entry, Ledger]]:
    """Book movements, each in one transaction; yield each entry and the ledger after it.

    What is yielded is on the disk. Raises `InputError` with everything that forbids a movement,
    `OrepactError` where the file cannot be written; then nothing of that movement is booked.
    """
    _require_file(path)
    with _connected(path) as connection:
        ledger: Ledger | None = None
        for movement in movements:
            _ = connection.execute("BEGIN IMMEDIATE")
            if ledger is None or _head(connection) != ledger.head:
                ledger = _read(path, connection)
            entry, books = booked(ledger.books, movement, ledger.head, len(ledger.entries))
            _insert(connection, entry)
            _ = connection.execute("COMMIT")
            ledger = Ledger(path=path, books=books, entries=(*ledger.entries, entry))
            yield entry, ledger


def _head(connection: sqlite3.Connection) -> str:
    query = "SELECT sha256 FROM entry ORDER BY number DESC LIMIT 1"
    found = connection.execute(query).fetchone()
    return found[0] if found else ""


def try_all(
    ledger: Ledger, movements: Sequence[tuple[Movement, Document, tuple[str | int, ...]]]
) -> None:
    """Book movements on paper; raises `InputError` with what forbids the first one that fails."""
    books, head, number = ledger.books, ledger.head, len(ledger.entries)
    for movement, document, at in movements:
        try:
            entry, books = booked(books, movement, head, number)
        except InputError as error:
            raise InputError(
                [_placed(document, at, problem) for problem in error.problems]
            ) from error
        head, number = entry.sha256, number + 1


def _placed(document: Document, at: tuple[str | int, ...], problem: Problem) -> Problem:
    place = document.problem((*at, problem.field), problem.message)
    return dataclasses.replace(problem, file=place.file, line=place.line, field=place.field)


def _first(opening: Opening) -> Entry:
    data = json.loads(json.dumps(dataclasses.asdict(opening), default=str))
    text = canonical({"format": FORMAT, **data})
    return Entry(number=0, on=opening.opened, movement="open", text=text, postings=(), previous="",
                 sha256=entry_hash(0, opening.opened, text, (), ""))


@contextlib.contextmanager
def _connected(path: Path, *, new: bool = False) -> Generator[sqlite3.Connection]:
    """Yield a connection that is closed again; what was not committed is undone."""
    mode = "rwc" if new else "rw"
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True,
                                     isolation_level=None, timeout=WAIT_SECONDS)
    except sqlite3.Error as error:
        raise OrepactError(f"{path}: cannot be opened ({error})") from error
    try:
        _ = connection.execute(f"PRAGMA journal_mode={'DELETE' if new else 'WAL'}")
        _ = connection.execute("PRAGMA synchronous=FULL")
        yield connection
    except sqlite3.DatabaseError as error:
        raise _told(path, error) from error
    finally:
        connection.close()


def _told(path: Path, error: sqlite3.DatabaseError) -> OrepactError:
    if "not a database" in str(error) or "malformed" in str(error) or "no such table" in str(error):
        return InputError([Problem("not a ledger, or damaged", file=str(path), found=str(error),
                                   expected="a file that `orepact reserve ledger open` made")])
    return OrepactError(f"{path}: {error}; nothing was booked")


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise InputError([Problem("no such ledger", file=str(path),
                                  expected="a file that `orepact reserve ledger open` made")])


def _insert(connection: sqlite3.Connection, entry: Entry) -> None:
    _ = connection.execute(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
        (entry.number, entry.on.isoformat(), entry.movement, entry.text, entry.previous,
         entry.sha256),
    )
    for line, posting in enumerate(entry.postings):
        _ = connection.execute("INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?)",
                               (entry.number, line, *posting))


def _rows(
    path: Path, connection: sqlite3.Connection
) -> tuple[list[Entry], list[Problem]]:
    """Return the entries, and as problems damaged days and postings without an entry."""
    postings: dict[int, list[Posting]] = {}
    query = "SELECT entry, account, kind, form, amount FROM posting ORDER BY entry, line"
    for number, *line in connection.execute(query):
        postings.setdefault(number, []).append(Posting(*line))
    query = "SELECT number, day, movement, text, previous, sha256 FROM entry ORDER BY number"
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, day, movement, text, previous, sha256 in connection.execute(query):
        try:
            on = date.fromisoformat(day)
        except ValueError:
            on = date.min
            problems.append(Problem("altered: not a day", file=str(path), field=f"entry {number}",
                                    found=repr(day), expected="YYYY-MM-DD"))
        entries.append(Entry(number=number, on=on, movement=movement, text=text,
                             postings=tuple(postings.pop(number, ())), previous=previous,
                             sha256=sha256))
    problems += [
        Problem("postings without an entry", file=str(path), field=f"entry {number}",
                found=f"{len(left)} postings", expected="none")
        for number, left in sorted(postings.items())
    ]
    return entries, problems


def _read(path: Path, connection: sqlite3.Connection) -> Ledger:
    entries, problems = _rows(path, connection)
    previous = ""
    for place, entry in enumerate(entries):
        problems += _altered(path, place, entry, previous)
        previous = entry.sha256
    if not entries:
        problems.append(Problem("no entry", file=str(path), expected="an opening"))
    if problems:
        raise InputError(problems)
    return Ledger(path=path, books=_replayed(path, entries), entries=tuple(entries))


def _altered(path: Path, place: int, entry: Entry, previous: str) -> list[Problem]:
    """Return what shows that an entry is not the one that was booked."""
    own = entry_hash(entry.number, entry.on, entry.text, entry.postings, entry.previous)
    name, place_of = str(path), f"entry {entry.number}"
    found: list[Problem] = []
    if entry.number != place:
        found.append(Problem("an entry is missing before it", found=str(entry.number),
                             expected=str(place), file=name, field=place_of))
    if entry.sha256 != own:
        found.append(Problem("altered: its hash is another one", found=own[:12],
                             expected=entry.sha256[:12], file=name, field=place_of))
    if entry.previous != previous:
        found.append(Problem("not chained to the entry before", found=entry.previous[:12],
                             expected=previous[:12], file=name, field=place_of))
    if not found and entry_says(entry) != (entry.movement, entry.on):
        movement, on = entry_says(entry)
        found.append(Problem("altered: its columns are not its text's",
                             found=f"{entry.movement}, {entry.on}", expected=f"{movement}, {on}",
                             file=name, field=place_of))
    return found


def entry_says(entry: Entry) -> tuple[str, date]:
    """Return which movement of which day the hashed text of an entry states."""
    text = json.loads(entry.text)
    if entry.number == 0:
        return "open", date.fromisoformat(text["opened"])
    return text["movement"], date.fromisoformat(text["day"])


def _replayed(path: Path, entries: Sequence[Entry]) -> Books:
    """Return the books, after booking every movement again by its rule."""
    document = Document(path, json.loads(entries[0].text), {})
    books = begin(parse(Opening, document))
    previous = entries[0].sha256
    for entry in entries[1:]:
        movement = movement_of(document, json.loads(entry.text))
        again, books = booked(books, movement, previous, entry.number)
        if again.postings != entry.postings:
            raise InputError([Problem("postings do not follow from the movement", file=str(path),
                                      field=f"entry {entry.number}", found=entry.movement)])
        previous = entry.sha256
    return books
