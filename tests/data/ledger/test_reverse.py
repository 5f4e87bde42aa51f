"""An entry is undone by its mirror, which names it; nothing is deleted, nothing is overdrawn."""

import dataclasses
import datetime
import sqlite3
from pathlib import Path

import pytest

from orepact.data.ledger.books import RESERVE, Books
from orepact.data.ledger.entry import canonical, entry_hash
from orepact.data.ledger.movements import (
    Access,
    Carry,
    Commit,
    Declare,
    Default,
    Draw,
    Fee,
    Interest,
    Leave,
    Lend,
    Lift,
    Movement,
    Purchase,
    Rebuy,
    Repay,
    Restore,
    Reverse,
    Sell,
    Storage,
    Transfer,
    movement_data,
)
from orepact.data.ledger.store import as_of, book, open_ledger, read_ledger
from orepact.errors import InputError
from tests.data.ledger.books_for_tests import DAY, booked_all, opening
from tests.data.ledger.test_ledger import GA, filled, refused

LENT, COMMITTED, BOUGHT = 1, 2, 3
"""Entries of a filled ledger."""


def without_history(books: Books) -> Books:
    """Return books as if nothing but their state were known."""
    return dataclasses.replace(books, history=(), reversed={}, refs={}, last=DAY)


DRAWN = (Draw(day=DAY, draw="d1", participant="acme", commitment="c1", tonnes=4.0),)


@pytest.mark.parametrize(
    ("reading", "before", "movement"),
    [
        ("drawer", (), Lend(day=DAY, tranche="private", usd=5.0)),
        ("drawer", (), Commit(day=DAY, commitment="c2", participant="bolt", form=GA, tonnes=1.0,
                              price=1.0, fee=7.0)),
        ("drawer", (), Purchase(day=DAY, form=GA, tonnes=2.0, price=1.0, commitment="c1")),
        ("seller", (), Purchase(day=DAY, form=GA, tonnes=2.0, price=1.0, commitment="c1")),
        ("drawer", (), Purchase(day=DAY, form=GA, tonnes=3.0, price=1.0)),
        ("drawer", (Purchase(day=DAY, form=GA, tonnes=3.0, price=1.0),),
         Sell(day=DAY, form=GA, tonnes=3.0, price=2.5)),
        ("drawer", (), Fee(day=DAY, participant="hall", usd=3.0)),
        ("drawer", (), Carry(day=DAY, participant="acme", usd=3.0)),
        ("drawer", (), Storage(day=DAY, usd=3.0)),
        ("drawer", (), Interest(day=DAY, tranche="public", usd=3.0)),
        ("drawer", (), Repay(day=DAY, tranche="public", usd=3.0)),
        ("drawer", (), DRAWN[0]),
        ("drawer", (Declare(day=DAY),),
         Access(day=DAY, draw="d1", participant="acme", commitment="c1", tonnes=4.0)),
        ("drawer", (), Declare(day=DAY)),
        ("drawer", (Declare(day=DAY),), Lift(day=DAY)),
        ("drawer", DRAWN, Restore(day=DAY, draw="d1", tonnes=1.5)),
        ("drawer", DRAWN, Rebuy(day=DAY, draw="d1", tonnes=1.5, price=310_000.0, paid=9.0)),
        ("seller", (), Rebuy(day=DAY, commitment="c1", participant="acme", tonnes=1.5)),
        ("drawer", (), Transfer(day=DAY, participant="acme", to="hall", commitment="c1",
                                tonnes=2.5, usd=11.0)),
        ("drawer", DRAWN, Default(day=DAY, participant="acme")),
        ("seller", (), Default(day=DAY, participant="acme")),
        ("drawer", (), Leave(day=DAY, participant="acme")),
        ("drawer", (), Leave(day=DAY, participant="acme", to="bolt")),
    ],
)
def test_the_mirror_of_every_movement_restores_the_books_to_the_gram(
    tmp_path: Path, reading: str, before: tuple[Movement, ...], movement: Movement
) -> None:
    path = filled(tmp_path / "l.db", reading)
    _ = list(book(path, before))
    was = read_ledger(path)
    done = booked_all(path, movement)
    number = len(done.entries) - 1
    undone = booked_all(path, Reverse(day=DAY, entry=number, note="booked in error"))
    assert without_history(done.books) != without_history(was.books)
    assert without_history(undone.books) == without_history(was.books)
    assert undone.books.reversed == {number: number + 1}
    # the mirror is a new entry, posting by posting; what it undoes is still there
    assert [line._replace(amount=-line.amount) for line in undone.entries[-1].postings] == list(
        done.entries[-1].postings)
    assert undone.entries[:-1] == done.entries
    assert read_ledger(path).books == undone.books
    assert refused(path, Reverse(day=DAY, entry=number)) == [
        (f"entry: reversed already; found {number}; expected another one: "
         f"entry {number + 1} is its reversal")
    ]
    assert "is itself a reversal" in refused(path, Reverse(day=DAY, entry=number + 1))[0]
    # what was undone by mistake is booked anew, under the names it had
    again = booked_all(path, movement)
    assert without_history(again.books) == without_history(done.books)


def test_what_does_not_exist_is_not_reversed(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    assert refused(path, Reverse(day=DAY, entry=4)) == [
        "entry: no such entry; found 4; expected 1 to 3"]
    assert "is the opening" in refused(path, Reverse(day=DAY, entry=0))[0]
    early = Reverse(day=DAY - datetime.timedelta(days=1), entry=LENT)
    assert "before the last entry" in refused(path, early)[0]
    _ = open_ledger(tmp_path / "new.db", opening())
    assert "nothing is booked yet" in refused(tmp_path / "new.db", Reverse(day=DAY, entry=1))[0]


def test_a_mirror_that_would_overdraw_is_refused_with_every_account(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    assert refused(path, Reverse(day=DAY, entry=LENT)) == [
        ("entry: its mirror would overdraw the reserve's money; found -3,064,000 USD; expected "
         "nothing below zero")
    ]
    _ = booked_all(path, Repay(day=DAY, tranche="public", usd=1.0))
    told = refused(path, Reverse(day=DAY, entry=LENT))
    assert [each.split(";")[0] for each in told] == [
        "entry: its mirror would overdraw the reserve's money",
        "entry: its mirror would overdraw what is owed to public",
    ]
    _ = booked_all(path, Purchase(day=DAY, form=GA, tonnes=5.0, price=1.0),
                   Sell(day=DAY, form=GA, tonnes=2.0, price=1.0))
    told = refused(path, Reverse(day=DAY, entry=5))
    assert "overdraw the gallium-metal to which nobody is entitled; found -2 t" in told[0]
    _ = booked_all(path, Sell(day=DAY, form=GA, tonnes=3.0, price=1.0),
                   Commit(day=DAY, commitment="c2", participant="bolt", form=GA, tonnes=87.0,
                          price=1.0))
    told = refused(path, Reverse(day=DAY, entry=6))
    assert "overdraw the room that is left for gallium-metal; found -1 t" in told[0]


def test_a_lot_that_was_drawn_or_passed_on_is_not_taken_back(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    _ = booked_all(path, Transfer(day=DAY, participant="acme", to="bolt", commitment="c1",
                                  tonnes=4.0))
    told = refused(path, Reverse(day=DAY, entry=BOUGHT))
    assert told == [("entry: its mirror would overdraw the entitlement of acme in c1; found -4 t; "
                     "expected nothing below zero")]
    _ = booked_all(path, Reverse(day=DAY, entry=4))
    ledger = booked_all(path, Reverse(day=DAY, entry=BOUGHT))
    assert ledger.books.balance(RESERVE, "money") == 803_600_000
    assert ledger.books.balance(RESERVE, "material", GA) == 0
    assert ledger.books.commitments["c1"].unbought == 12_000_000


def test_names_go_last(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    assert refused(path, Reverse(day=DAY, entry=COMMITTED)) == [
        ("entry: later entries rest on it; found 3; expected those reversed first, the last one "
         "first")
    ]
    _ = booked_all(path, *DRAWN, Restore(day=DAY, draw="d1", tonnes=1.0))
    assert "found 5;" in refused(path, Reverse(day=DAY, entry=4))[0]
    assert "found 3, 4, 5;" in refused(path, Reverse(day=DAY, entry=COMMITTED))[0]
    back = booked_all(path, *(Reverse(day=DAY, entry=number) for number in (5, 4, 3, 2)))
    assert not back.books.commitments
    assert not back.books.draws
    assert back.books.balances == {(RESERVE, "money", ""): 800_000_000,
                                   ("public", "money", ""): -800_000_000,
                                   (RESERVE, "debt", ""): -800_000_000,
                                   ("public", "debt", ""): 800_000_000}
    _ = booked_all(path, Commit(day=DAY, commitment="c1", participant="bolt", form="antimony-metal",
                                tonnes=3.0, price=9.0))


def test_a_declaration_goes_after_what_it_opened(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    _ = booked_all(path, Declare(day=DAY),
                   Access(day=DAY, draw="d1", participant="acme", commitment="c1", tonnes=1.0),
                   Lift(day=DAY))
    assert "found 5, 6;" in refused(path, Reverse(day=DAY, entry=4))[0]
    assert booked_all(path, Reverse(day=DAY, entry=6)).books.emergency
    assert not booked_all(path, Reverse(day=DAY, entry=5), Reverse(day=DAY, entry=4)
                          ).books.emergency


def test_nothing_goes_back_to_who_is_gone_but_money(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    paid = booked_all(path, Carry(day=DAY, participant="acme", usd=5.0),
                      Transfer(day=DAY, participant="acme", to="bolt", commitment="c1", tonnes=4.0),
                      Leave(day=DAY, participant="acme"))
    assert "concerns who is gone; found acme" in refused(path, Reverse(day=DAY, entry=5))[0]
    back = booked_all(path, Reverse(day=DAY, entry=4))
    assert back.books.balance(RESERVE, "money") == paid.books.balance(RESERVE, "money") - 500
    whole = booked_all(path, Reverse(day=DAY, entry=6), Reverse(day=DAY, entry=5))
    assert whole.books.gone == {}
    assert whole.books.lots == {("c1", "acme"): 10_000_000}


def test_a_leave_with_a_successor_is_not_undone_once_the_promise_moved_on(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    _ = booked_all(path, Leave(day=DAY, participant="acme", to="bolt"),
                   Commit(day=DAY, commitment="c2", participant="bolt", form=GA, tonnes=5.0,
                          price=1.0),
                   Purchase(day=DAY, form=GA, tonnes=2.0, price=1.0, commitment="c1"))
    told = refused(path, Reverse(day=DAY, entry=4))
    assert told == ["entry: its commitment has changed since; found c1"]


def test_before_its_day_a_reversal_is_not_there(tmp_path: Path) -> None:
    path, later = filled(tmp_path / "l.db"), DAY + datetime.timedelta(days=9)
    ledger = booked_all(path, Reverse(day=later, entry=BOUGHT))
    assert as_of(ledger, DAY).books.reversed == {}
    assert as_of(ledger, DAY).books.balance(RESERVE, "material", GA) == 10_000_000


def test_a_reversal_that_names_another_entry_breaks_the_chain(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    _ = booked_all(path, Fee(day=DAY, participant="acme", usd=5.0),
                   Fee(day=DAY, participant="acme", usd=6.0), Reverse(day=DAY, entry=4))
    connection = sqlite3.connect(path)
    _ = connection.execute("DROP TRIGGER entry_kept")
    text = canonical(movement_data(Reverse(day=DAY, entry=5)))
    _ = connection.execute("UPDATE entry SET text = ? WHERE number = 6", (text,))
    connection.commit()
    with pytest.raises(InputError, match="entry 6: altered: its hash is another one"):
        _ = read_ledger(path)
    query = "SELECT account, kind, form, amount FROM posting WHERE entry = 6 ORDER BY line"
    lines = connection.execute(query).fetchall()
    last = connection.execute("SELECT previous FROM entry WHERE number = 6").fetchone()[0]
    forged = entry_hash(6, DAY, text, tuple(lines), last)
    _ = connection.execute("UPDATE entry SET sha256 = ? WHERE number = 6", (forged,))
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match="entry 6: postings do not follow"):
        _ = read_ledger(path)


def test_a_reversal_frees_no_reference(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    paid = Fee(day=DAY, participant="acme", usd=5.0, ref="f1")
    _ = booked_all(path, paid, Reverse(day=DAY, entry=4, ref="r1"))
    assert "booked already" in refused(path, paid)[0]
