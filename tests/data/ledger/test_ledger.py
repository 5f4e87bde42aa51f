"""A ledger books what its rules allow, says all that is wrong, and shows who touched it."""

import datetime
import sqlite3
from pathlib import Path

import pytest

from orepact.data.ledger.amounts import value_of, whole
from orepact.data.ledger.books import RESERVE
from orepact.data.ledger.entry import entry_hash
from orepact.data.ledger.movements import (
    Access,
    Carry,
    Commit,
    Declare,
    Default,
    Draw,
    Interest,
    Leave,
    Lend,
    Lift,
    Movement,
    Purchase,
    Rebuy,
    Repay,
    Restore,
    Sell,
    Storage,
    Transfer,
)
from orepact.data.ledger.opening import read_opening
from orepact.data.ledger.store import book, open_ledger, read_ledger
from orepact.errors import InputError, OrepactError
from tests.data.ledger.books_for_tests import DAY, booked_all, opening

GA = "gallium-metal"


def filled(path: Path, reading: str = "drawer") -> Path:
    """Return a ledger in which acme is entitled to 10 t at 300,000 USD/t."""
    _ = open_ledger(path, opening(reading))
    _ = booked_all(
        path,
        Lend(day=DAY, tranche="public", usd=8e6),
        Commit(day=DAY, commitment="c1", participant="acme", form=GA, tonnes=12.0, price=300_000.0,
               fee=36_000.0),
        Purchase(day=DAY, form=GA, tonnes=10.0, price=310_000.0, commitment="c1"),
    )
    return path


def refused(path: Path, movement: Movement) -> list[str]:
    """Return the problems of a movement; what was booked before must stay as it is."""
    before = read_ledger(path).head
    with pytest.raises(InputError) as caught:
        _ = list(book(path, [movement]))
    assert read_ledger(path).head == before
    return [str(problem) for problem in caught.value.problems]


def test_decimal_numbers_become_whole_grams_or_nothing() -> None:
    assert whole(0.1, 1_000_000) == 100_000
    assert whole(0.0000001, 1_000_000) is None
    assert whole(1e300, 100) is None
    assert value_of(1, 500_000) == 0  # half a cent goes to the even neighbour
    assert value_of(3, 500_000) == 2
    assert value_of(1_000_000, 30_000_000) == 30_000_000


def test_a_purchase_makes_its_participant_entitled(tmp_path: Path) -> None:
    books = read_ledger(filled(tmp_path / "l.db")).books
    assert books.balance(RESERVE, "material", GA) == 10_000_000
    assert books.balance("acme", "entitled", GA) == 10_000_000
    assert books.balance("acme", "committed", GA) == -2_000_000
    # 8,000,000 lent + 36,000 fee - 3,100,000 paid
    assert books.balance(RESERVE, "money") == 493_600_000
    assert books.balance("public", "debt") == 800_000_000
    assert books.free(GA) == 0


def test_a_draw_is_paid_at_its_price_and_owed_again(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    books = booked_all(
        path, Draw(day=DAY, draw="d1", participant="acme", commitment="c1", tonnes=4.0)
    ).books
    assert books.draws["d1"].due == datetime.date(2028, 3, 1)
    assert books.balance("acme", "due", GA) == -4_000_000
    assert books.balance(RESERVE, "money") == 493_600_000 + 120_000_000
    # in kind: acme gets 1 t × 300,000 back and its entitlement again
    books = booked_all(path, Restore(day=DAY, draw="d1", tonnes=1.0)).books
    assert books.balance(RESERVE, "money") == 493_600_000 + 90_000_000
    assert books.lots["c1", "acme"] == 7_000_000
    # at P: the reserve pays 3 t × 400,000 at the market, acme 50,000 of it
    books = booked_all(path, Rebuy(day=DAY, draw="d1", tonnes=3.0, price=4e5, paid=5e4)).books
    assert books.balance(RESERVE, "money") == 493_600_000 + 90_000_000 - 120_000_000 + 5_000_000
    assert books.balance("acme", "due", GA) == 0
    assert books.balance(RESERVE, "material", GA) == 10_000_000


def test_a_seller_stays_bound_after_selling_its_entitlement(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db", "seller")
    _ = booked_all(
        path,
        Transfer(day=DAY, participant="acme", to="bolt", commitment="c1", tonnes=10.0, usd=1e6),
        Leave(day=DAY, participant="acme"),
    )
    assert "its own entitlement" in refused(
        path, Rebuy(day=DAY, commitment="c1", participant="acme", tonnes=1.0))[0]
    books = booked_all(
        path,
        Default(day=DAY, participant="bolt"),
        Rebuy(day=DAY, commitment="c1", participant="acme", tonnes=10.0),
    ).books
    assert books.balance(RESERVE, "material", GA) == 0
    assert books.balance("acme", "rebuy", GA) == 0
    assert books.balance(RESERVE, "money") == 493_600_000 + 300_000_000


def test_the_reading_decides_what_a_rebuy_names(tmp_path: Path) -> None:
    told = refused(filled(tmp_path / "a.db"), Rebuy(day=DAY, commitment="c1", tonnes=1.0))
    assert any("no meaning in the reading drawer" in each for each in told)
    told = refused(filled(tmp_path / "b.db", "seller"), Rebuy(day=DAY, draw="d", tonnes=1.0))
    assert any("no meaning in the reading seller" in each for each in told)


def test_emergency_access_needs_a_declared_disruption(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    use = Access(day=DAY, draw="e1", participant="acme", commitment="c1", tonnes=10.0)
    assert "no disruption is declared" in refused(path, use)[0]
    books = booked_all(path, Declare(day=DAY), use, Lift(day=DAY)).books
    assert books.balance("acme", "due", GA) == 0
    assert books.balance(RESERVE, "material", GA) == 0
    assert "need not be restored" in refused(path, Restore(day=DAY, draw="e1", tonnes=1.0))[0]


def test_a_default_frees_the_stock_and_keeps_what_was_owed_in_sight(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    books = booked_all(
        path,
        Draw(day=DAY, draw="d1", participant="acme", commitment="c1", tonnes=4.0),
        Default(day=DAY, participant="acme"),
    ).books
    assert books.balance("lapsed", "due", GA) == 4_000_000
    assert books.balance("acme", "due", GA) == -4_000_000
    assert books.free(GA) == 6_000_000
    assert books.balance("acme", "committed", GA) == 0
    assert "has defaulted" in refused(path, Carry(day=DAY, participant="acme", usd=1.0))[0]
    books = booked_all(path, Sell(day=DAY, form=GA, tonnes=6.0, price=250_000.0)).books
    assert books.free(GA) == 0


def test_leaving_waits_for_what_is_owed_and_may_have_a_successor(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    _ = booked_all(path, Draw(day=DAY, draw="d1", participant="acme", commitment="c1", tonnes=4.0))
    assert "draws to restore" in refused(path, Leave(day=DAY, participant="acme"))[0]
    books = booked_all(
        path, Restore(day=DAY, draw="d1", tonnes=4.0), Leave(day=DAY, participant="acme", to="bolt")
    ).books
    assert books.balance("bolt", "entitled", GA) == 10_000_000
    assert books.balance("bolt", "committed", GA) == -2_000_000


def test_loans_are_paid_back_and_not_more(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    books = booked_all(
        path, Interest(day=DAY, tranche="public", usd=40_000.0), Storage(day=DAY, usd=1_000.5),
        Repay(day=DAY, tranche="public", usd=4_000_000.25),
    ).books
    assert books.balance("public", "debt") == 800_000_000 + 4_000_000 - 400_000_025
    assert "not the money" in refused(path, Repay(day=DAY, tranche="public", usd=4_000_000.0))[0]


@pytest.mark.parametrize(
    ("movement", "words"),
    [
        (Commit(day=DAY, commitment="c2", participant="acme", form=GA, tonnes=88.000001, price=1.0),
         ["tonnes: commitments above the reserve; found 88.000001 t; expected at most 88 t"]),
        (Commit(day=DAY, commitment="c1", participant="hall", form="galium-metal", tonnes=1.0,
                price=1.0),
         ["unknown form; found 'galium-metal'", "a trader does not commit", "named twice"]),
        (Draw(day=DAY, draw="d", participant="acme", commitment="c1", tonnes=10.5),
         ["draw above the entitlement; found 10.5 t; expected at most 10 t",
          "more than the reserve holds"]),
        (Draw(day=DAY, draw="d", participant="bolt", commitment="c1", tonnes=0.1),
         ["draw above the entitlement; found 0.1 t; expected at most 0 t"]),
        (Draw(day=DAY - datetime.timedelta(1), draw="d", participant="acmee", commitment="c9",
              tonnes=1e-7),
         ["before the last entry", "unknown participant", "unknown commitment", "whole number"]),
        (Lend(day=DAY, tranche="public", usd=2_000_000.01), ["more than the tranche lends"]),
        (Purchase(day=DAY, form=GA, tonnes=20.0, price=3e5, commitment="c1"),
         ["the reserve has not the money", "more than is left to buy"]),
        (Sell(day=DAY, form=GA, tonnes=1.0, price=1.0), ["more than is free to sell"]),
        (Transfer(day=DAY, participant="acme", to="acme", commitment="c1", tonnes=1.0),
         ["the same participant"]),
    ],
)
def test_a_wrong_movement_is_refused_with_all_that_is_wrong(
    tmp_path: Path, movement: Movement, words: list[str]
) -> None:
    told = refused(filled(tmp_path / "l.db"), movement)
    assert len(told) == len(words)
    assert all(any(word in each for each in told) for word in words)


def test_a_draw_without_a_deadline_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    _ = open_ledger(path, opening(restore_months=None))
    told = refused(path, Draw(day=DAY, draw="d", participant="acme", commitment="c", tonnes=1.0))
    assert any("restore_by" in each for each in told)


def test_what_is_booked_cannot_be_changed_and_going_round_that_shows(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        _ = connection.execute("UPDATE posting SET amount = 1 WHERE entry = 3")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        _ = connection.execute("DELETE FROM entry WHERE number = 2")
    _ = connection.execute("DROP TRIGGER posting_kept")
    _ = connection.execute("UPDATE posting SET amount = amount * 2 WHERE entry = 3 AND line < 2")
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match="entry 3: altered"):
        _ = read_ledger(path)


def test_a_missing_entry_shows(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    connection = sqlite3.connect(path)
    _ = connection.execute("DROP TRIGGER entry_stays")
    _ = connection.execute("DELETE FROM entry WHERE number = 1")
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match="an entry is missing"):
        _ = read_ledger(path)


def test_a_ledger_is_opened_once_and_only_a_ledger_is_read(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    with pytest.raises(InputError, match="exists already"):
        _ = open_ledger(path, opening())
    other = tmp_path / "words.txt"
    _ = other.write_text("no ledger at all, only words that are long enough" * 30)
    with pytest.raises(OrepactError, match="not a ledger"):
        _ = read_ledger(other)
    with pytest.raises(InputError, match="no such ledger"):
        _ = read_ledger(tmp_path / "nothing.db")


def test_an_opening_file_is_checked_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "opening.yaml"
    _ = path.write_text("""\
format: orepact/ledger-opening/1
name: test
opened: 2027-03-01
reading: buyer
forms:
  - {form: gallium-metal, capacity: -3}
participants:
  - {participant: acme}
  - {participant: reserve}
""", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_opening(path)
    told = str(caught.value)
    assert "opening.yaml:4: reading" in told
    assert "forms.0.capacity" in told


def test_an_account_has_one_name(tmp_path: Path) -> None:
    path = tmp_path / "opening.yaml"
    _ = path.write_text("""\
format: orepact/ledger-opening/1
name: test
opened: 2027-03-01
reading: drawer
forms: [{form: gallium-metal, capacity: 3}]
participants:
  - {participant: acme}
  - {participant: reserve}
tranches:
  - {tranche: acme, limit: 5}
""", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_opening(path)
    assert len(caught.value.problems) == 2


def test_a_posting_with_a_right_hash_but_no_rule_behind_it_shows(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.db")
    last = read_ledger(path).entries[-1]
    postings = tuple(line._replace(amount=2 * line.amount) for line in last.postings)
    forged = entry_hash(last.number, last.on, last.text, postings, last.previous)
    connection = sqlite3.connect(path)
    for name in ("posting_kept", "entry_kept"):
        _ = connection.execute(f"DROP TRIGGER {name}")
    _ = connection.execute("UPDATE posting SET amount = amount * 2 WHERE entry = 3")
    _ = connection.execute("UPDATE entry SET sha256 = ? WHERE number = 3", (forged,))
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match="postings do not follow"):
        _ = read_ledger(path)
