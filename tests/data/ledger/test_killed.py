"""A process that is killed between two writes leaves all of an entry or nothing of it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orepact.data.ledger.movements import Lend
from orepact.data.ledger.store import book, open_ledger, read_ledger
from tests.data.ledger.books_for_tests import DAY, opening

KILLED_AT_A_WRITE = """
import os, signal, sqlite3, sys
from pathlib import Path
from orepact.data.ledger import store
from orepact.data.ledger.movements import Commit
import datetime

path, fatal = Path(sys.argv[1]), int(sys.argv[2])
connect, seen = sqlite3.connect, 0

def watched(*args, **kwargs):
    connection = connect(*args, **kwargs)
    def see(statement):
        global seen
        if statement.startswith(("INSERT", "COMMIT")):
            seen += 1
            if seen == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(see)
    return connection

store.sqlite3.connect = watched
day = datetime.date(2027, 3, 1)
movements = [Commit(day=day, commitment=f"c{n}", participant="acme", form="gallium-metal",
                    tonnes=1.5, price=1000.0, fee=10.0) for n in range(3)]
for entry, _ in store.book(path, movements):
    print(entry.number, entry.sha256, flush=True)
"""


@pytest.mark.parametrize("fatal", range(1, 14))
def test_a_kill_between_two_writes_loses_no_entry_and_makes_no_half(
    tmp_path: Path, fatal: int
) -> None:
    path = tmp_path / "ledger.db"
    _ = open_ledger(path, opening())
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_A_WRITE, str(path), str(fatal)],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    told = [line.split() for line in done.stdout.splitlines()]
    ledger = read_ledger(path)
    # each entry is one row, four postings and a commit: what was told is there, nothing else
    assert len(told) == (fatal - 1) // 6
    assert [[str(each.number), each.sha256] for each in ledger.entries[1:]] == told
    assert ledger.books.balance("acme", "committed", "gallium-metal") == -1_500_000 * len(told)
    assert ledger.books.balance("reserve", "money") == 1000 * len(told)
    _ = list(book(path, [Lend(day=DAY, tranche="public", usd=1.0)]))
    assert len(read_ledger(path).entries) == len(told) + 2


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    _ = open_ledger(path, opening())
    code = """
import datetime, sys
from pathlib import Path
from orepact.data.ledger.movements import Lend
from orepact.data.ledger.store import book
day = datetime.date(2027, 3, 1)
for _ in range(30):
    list(book(Path(sys.argv[1]), [Lend(day=day, tranche="public", usd=1.0)]))
"""
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(2)]
    assert [each.wait() for each in writers] == [0, 0]
    ledger = read_ledger(path)
    assert len(ledger.entries) == 61
    assert ledger.books.balance("public", "debt") == 6000
