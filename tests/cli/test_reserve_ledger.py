"""`orepact reserve ledger` on the command line."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from hashlib import sha256
from pathlib import Path

from orepact.data.ledger.movements import Fee
from orepact.data.ledger.store import book
from tests.cli.conftest import Cli

OPENING = """\
format: orepact/ledger-opening/1
name: Example reserve
opened: 2025-03-01
reading: drawer
restore_months: 12
forms:
  - {form: gallium-refined, capacity: 40}
participants:
  - {participant: maker-a}
  - {participant: trader-c, kind: trader}
tranches:
  - {tranche: public, limit: 10000000}
"""

MARCH = """\
format: orepact/movements/1
movements:
  - {movement: lend, day: 2025-03-01, tranche: public, usd: 6000000}
  - {movement: commit, day: 2025-03-02, commitment: c1, participant: maker-a, form: gallium-refined,
     tonnes: 12, price: 300000, fee: 36000}
  - {movement: purchase, day: 2025-03-20, form: gallium-refined, tonnes: 10, price: 310000,
     commitment: c1}
  - {movement: draw, day: 2025-04-01, draw: d1, participant: maker-a, commitment: c1, tonnes: 2.5}
"""


def opened(cli: Cli, home: Path) -> None:
    _ = (home / "opening.yaml").write_text(OPENING, encoding="utf-8")
    _ = (home / "march.yaml").write_text(MARCH, encoding="utf-8")
    assert cli("reserve", "ledger", "open", "l.db", "--from", "opening.yaml").code == 0
    done = cli("reserve", "ledger", "book", "l.db", "--from", "march.yaml")
    assert (done.code, "entry 4: draw, 2025-04-01" in done.out) == (0, True)


def test_a_ledger_from_opening_to_export(cli: Cli, home: Path) -> None:
    opened(cli, home)
    done = cli("reserve", "ledger", "show", "l.db", "--on", "2027-01-01")
    assert done.code == 0
    for text in ("7.5 t", "3,686,000 USD", "Overdue on 2027-01-01: d1 (maker-a, 2.5 t)"):
        assert text in done.out
    state = json.loads(cli("reserve", "ledger", "show", "l.db", "--json").out)
    assert state["format"] == "orepact/ledger-state/1"
    assert {"account": "reserve", "kind": "material", "form": "gallium-refined", "amount": "7.5",
            "unit": "t"} in state["balances"]
    checked = cli("reserve", "ledger", "check", "l.db", "--head", state["head"][:12])
    assert (checked.code, "every posting checked" in checked.out) == (0, True)
    assert cli("reserve", "ledger", "export", "l.db", "-o", "journal.csv").code == 0
    rows = (home / "journal.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("entry,on,movement,line,account,kind,form,amount,unit")
    journal = json.loads(cli("reserve", "ledger", "export", "l.db", "--json").out)
    assert len(journal["rows"]) == len(rows) - 1


def test_one_movement_in_words(cli: Cli, home: Path) -> None:
    opened(cli, home)
    done = cli("reserve", "ledger", "book", "l.db", "rebuy", "draw=d1", "tonnes=0.5",
               "price=400000", "paid=25000", "--on", "2025-10-01")
    assert (done.code, "entry 5: rebuy, 2025-10-01" in done.out) == (0, True)


def test_bad_movements_are_told_at_once_and_nothing_is_booked(cli: Cli, home: Path) -> None:
    opened(cli, home)
    before = json.loads(cli("reserve", "ledger", "show", "l.db", "--json").out)["head"]
    _ = (home / "bad.yaml").write_text("""\
format: orepact/movements/1
movements:
  - {movement: lend, day: 2025-05-01, tranche: public, usd: 1}
  - {movement: commit, day: 2025-05-02, commitment: c2, participant: trader-c, form: galium-refined,
     tonnes: 1, price: 1}
""", encoding="utf-8")
    done = cli("reserve", "ledger", "book", "l.db", "--from", "bad.yaml")
    assert (done.code, done.out) == (2, "")
    for text in ("bad.yaml:4", "unknown form", "gallium-refined", "a trader does not commit"):
        assert text in done.err
    _ = (home / "wrong.yaml").write_text("""\
format: orepact/movements/1
movements:
  - {movement: drw, day: 2025-05-01}
  - {movement: draw, day: 2025-05-01, draw: d2, participant: maker-a, commitment: c1, tonnes: -4}
""", encoding="utf-8")
    done = cli("reserve", "ledger", "book", "l.db", "--from", "wrong.yaml")
    assert done.code == 2
    assert "did you mean 'draw'" in done.err
    assert "wrong.yaml:4: movements.1.tonnes" in done.err
    for words, told in (
        (["draw", "draw=d2", "participant=maker-a", "commitment=c1", "tonnes=8"],
         "draw above the entitlement; found 8 t; expected at most 7.5 t"),
        (["commit", "commitment=c2", "participant=maker-a", "form=gallium-refined", "tonnes=30",
          "price=1"], "commitments above the reserve; found 30 t; expected at most 28 t"),
        (["draw", "draw=d2", "draw=d3"], "given twice"),
        (["carry", "participant=maker-a", "usd=1.005"], "not a whole number of cents"),
        ([], "give a movement or a file of movements"),
    ):
        done = cli("reserve", "ledger", "book", "l.db", *words, "--on", "2025-05-01")
        assert (done.code, told in done.err) == (2, True), done.err
    assert json.loads(cli("reserve", "ledger", "show", "l.db", "--json").out)["head"] == before


def test_a_touched_ledger_is_refused_with_the_entry(cli: Cli, home: Path) -> None:
    opened(cli, home)
    assert "cut off" in cli("reserve", "ledger", "check", "l.db", "--head", "0" * 12).err
    connection = sqlite3.connect(home / "l.db")
    _ = connection.execute("DROP TRIGGER entry_kept")
    _ = connection.execute("UPDATE entry SET day = '2025-03-03' WHERE number = 2")
    connection.commit()
    connection.close()
    done = cli("reserve", "ledger", "check", "l.db")
    assert (done.code, "entry 2: altered" in done.err) == (2, True)
    done = cli("reserve", "ledger", "show", "nothing.db")
    assert (done.code, "no such ledger" in done.err) == (2, True)
    done = cli("reserve", "ledger", "open", "l.db", "--from", "opening.yaml")
    assert (done.code, "exists already" in done.err) == (2, True)


def test_an_entry_is_undone_and_both_stay_in_the_journal(cli: Cli, home: Path) -> None:
    opened(cli, home)
    ledger = ("reserve", "ledger")
    done = cli(*ledger, "reverse", "l.db", "4", "--note", "0.25 t, not 2.5", "--on", "2025-04-02")
    assert (done.code, done.err) == (0, "")
    assert "entry 5: reverse, 2025-04-02: entry 4 (draw) is undone" in done.out
    assert "Undone: entry 4 (draw) by 5." in cli(*ledger, "show", "l.db").out
    state = json.loads(cli(*ledger, "show", "l.db", "--json").out)
    assert state["reversed"] == [{"entry": 4, "by": 5}]
    assert state["last"]["note"] == "0.25 t, not 2.5"
    assert state["draws"] == []
    rows = json.loads(cli(*ledger, "export", "l.db", "--json").out)["rows"]
    drawn, mirror = ([each for each in rows if each["entry"] == number] for number in (4, 5))
    assert [each["amount"].removeprefix("-") for each in mirror] == [
        each["amount"].removeprefix("-") for each in drawn]
    assert {each["reverses"] for each in mirror} == {4}
    assert {each["reverses"] for each in drawn} == {None}
    assert ",reverses,sha256" in cli(*ledger, "export", "l.db").out.splitlines()[0]
    for entry, told in (("4", "reversed already"), ("5", "is itself a reversal"),
                        ("0", "is the opening"), ("9", "no such entry; found 9; expected 1 to 5"),
                        ("2", "later entries rest on it; found 3"),
                        ("1", "would overdraw the reserve's money; found -3,064,000 USD")):
        refused = cli(*ledger, "reverse", "l.db", entry, "--on", "2025-04-02")
        assert (refused.code, refused.out, told in refused.err) == (2, "", True), refused.err
    refused = cli(*ledger, "book", "l.db", "reverse", "entry=two", "--on", "2025-04-02")
    assert (refused.code, "entry" in refused.err) == (2, True)
    assert json.loads(cli(*ledger, "show", "l.db", "--json").out)["head"] == state["head"]
    # the name is free again: what was meant is booked under it
    again = cli(*ledger, "book", "l.db", "draw", "draw=d1", "participant=maker-a", "commitment=c1",
                "tonnes=0.25", "--on", "2025-04-02")
    assert again.code == 0, again.err


def test_days_and_forms_and_files_are_checked(cli: Cli, home: Path) -> None:
    opened(cli, home)
    head = json.loads(cli("reserve", "ledger", "show", "l.db", "--json").out)["head"]
    done = cli("reserve", "ledger", "book", "l.db", "--from", "march.yaml")
    assert (done.code, "booked already; found 4 of 4 movements" in done.err) == (2, True)
    done = cli("reserve", "ledger", "book", "l.db", "fee", "participant=maker-a", "usd=1",
               "--on", "2972-05-01")
    assert (done.code, "day: after today" in done.err, "--future" in done.err) == (2, True, True)
    (home / "later.yaml").write_text(
        "format: orepact/movements/1\nmovements:\n"
        "  - {movement: fee, day: 2972-05-01, participant: maker-a, usd: 1}\n", encoding="utf-8")
    done = cli("reserve", "ledger", "book", "l.db", "--from", "later.yaml")
    assert (done.code, "later.yaml:3: movements.0.day: after today" in done.err) == (2, True)
    assert json.loads(cli("reserve", "ledger", "show", "l.db", "--json").out)["head"] == head
    early = cli("reserve", "ledger", "show", "l.db", "--on", "2025-03-02")
    assert (early.code, "left out: 2" in early.out, "10 t" in early.out) == (0, True, False)
    done = cli("reserve", "ledger", "show", "l.db", "--on", "2024-03-02")
    assert (done.code, "before the ledger was opened" in done.err) == (2, True)
    (home / "odd.yaml").write_text(OPENING.replace("gallium-refined", "gallium-refind"),
                                   encoding="utf-8")
    done = cli("reserve", "ledger", "open", "o.db", "--from", "odd.yaml")
    assert (done.code, "did you mean 'gallium-refined'" in done.err) == (2, True)
    assert cli("reserve", "ledger", "open", "o.db", "--from", "odd.yaml", "--own-forms").code == 0


def test_a_file_that_was_interrupted_goes_on(cli: Cli, home: Path) -> None:
    opened(cli, home)
    fees = "".join(f"  - {{movement: fee, day: 2025-05-0{day}, participant: maker-a, usd: {day}}}\n"
                   for day in (1, 2, 3))
    path = home / "fees.yaml"
    _ = path.write_text("format: orepact/movements/1\nmovements:\n" + fees, encoding="utf-8")
    start = sha256(path.read_bytes()).hexdigest()[:16]
    first = Fee(day=date(2025, 5, 1), participant="maker-a", usd=1.0, ref=f"file-{start}-1-0")
    _ = list(book(home / "l.db", [first]))
    done = cli("reserve", "ledger", "book", "l.db", "--from", "fees.yaml")
    assert (done.code, "The first 1 movements" in done.out) == (0, True)
    assert cli("reserve", "ledger", "book", "l.db", "--from", "fees.yaml").code == 2
    state = json.loads(cli("reserve", "ledger", "show", "l.db", "--json").out)
    assert state["entries"] == 8
    again = ("reserve", "ledger", "book", "l.db", "--from", "late.yaml")
    _ = (home / "late.yaml").write_text(path.read_text(encoding="utf-8").replace(
        "2025-05", "2025-06"), encoding="utf-8")
    assert cli(*again).code == 0
    _ = (home / "late.yaml").write_text(
        "format: orepact/movements/1\nmovements:\n"
        "  - {movement: fee, day: 2025-07-01, participant: maker-a, usd: 1}\n", encoding="utf-8")
    assert [cli(*again).code, cli(*again).code, cli(*again, "--again").code] == [0, 2, 0]
    said = ("reserve", "ledger", "book", "l.db", "fee", "participant=maker-a", "usd=1", "ref=x",
            "--on", "2025-08-01")
    assert [cli(*said).code, cli(*said).code] == [0, 2]
