"""What was altered in a ledger shows, whatever it was, and as a problem of its entry."""

import datetime
import sqlite3
from pathlib import Path

import pytest

from orepact.data.ledger.movements import Access, Commit, Declare, Draw, Lend, Purchase
from orepact.data.ledger.store import book, read_ledger
from orepact.errors import InputError
from tests.data.ledger.books_for_tests import DAY
from tests.data.ledger.test_ledger import GA, filled, refused


@pytest.mark.parametrize(
    ("trigger", "change", "told"),
    [
        ("entry_kept", "UPDATE entry SET movement = 'repay' WHERE number = 1",
         "entry 1: altered: its columns are not its text's; found repay"),
        ("entry_kept", "UPDATE entry SET day = '2027-13-45' WHERE number = 2",
         "entry 2: altered: not a day; found '2027-13-45'"),
        ("posting_kept", "INSERT INTO posting VALUES (77, 0, 'acme', 'money', '', 5)",
         "entry 77: postings without an entry"),
        ("posting_kept", "INSERT INTO posting VALUES (4, 0, 'acme', 'money', '', 5)",
         "entry 4: postings without an entry"),
    ],
)
def test_every_alteration_shows(tmp_path: Path, trigger: str, change: str, told: str) -> None:
    path = filled(tmp_path / "l.db")
    connection = sqlite3.connect(path)
    _ = connection.execute(f"DROP TRIGGER {trigger}")
    _ = connection.execute(change)
    connection.commit()
    connection.close()
    for verb in (lambda: read_ledger(path),
                 lambda: list(book(path, [Lend(day=DAY, tranche="public", usd=1.0)]))):
        with pytest.raises(InputError) as caught:
            _ = verb()
        assert told in str(caught.value).replace('"', "'")


def test_a_deadline_after_the_calendar_is_a_problem(tmp_path: Path) -> None:
    told = refused(filled(tmp_path / "l.db"), Draw(
        day=datetime.date(9999, 6, 4), draw="d", participant="acme", commitment="c1", tonnes=1.0))
    assert "after the year 9999" in told[0]


def test_free_stock_has_the_room_that_is_left(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    told = refused(path, Purchase(day=DAY, form=GA, tonnes=88.000001, price=1.0))
    assert told == [
        "tonnes: above the reserve's capacity; found 88.000001 t; expected at most 88 t"
    ]
    _ = list(book(path, [Purchase(day=DAY, form=GA, tonnes=88.0, price=1.0)]))
    told = refused(path, Commit(day=DAY, commitment="c2", participant="acme", form=GA, tonnes=0.1,
                                price=1.0))
    assert "commitments above the reserve" in told[0]


def test_who_is_overdue_draws_in_a_disruption_alone(tmp_path: Path) -> None:
    path, later = filled(tmp_path / "l.db"), datetime.date(2028, 3, 2)
    given = {"participant": "acme", "commitment": "c1", "tonnes": 1.0}
    _ = list(book(path, [Draw(day=DAY, draw="d1", **given)]))  # type: ignore[arg-type]
    told = refused(path, Draw(day=later, draw="d2", **given))  # type: ignore[arg-type]
    assert "has draws that are overdue" in told[0]
    _ = list(book(path, [Declare(day=later), Access(day=later, draw="d2", **given)]))  # type: ignore[arg-type]


def test_an_amount_beyond_all_books_is_told_as_that(tmp_path: Path) -> None:
    told = refused(filled(tmp_path / "l.db"), Lend(day=DAY, tranche="public", usd=1e30))
    assert any("more than the ledger keeps" in each for each in told)
