"""A ledger as rows that people read: tonnes and dollars, never grams and cents."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from orepact.data.ledger.amounts import CENTS, GRAMS, dollars_text, tonnes_text
from orepact.data.ledger.books import Books
from orepact.data.ledger.store import Ledger

__all__ = [
    "LEDGER_TEXTS",
    "account_rows",
    "commitment_rows",
    "draw_rows",
    "journal_rows",
    "ledger_data",
    "money_rows",
    "overdue",
]

LEDGER_TEXTS: Mapping[str, str] = {
    "opened": "Ledger {name} opened: {forms} forms, {participants} participants.",
    "booked": "entry {number}: {movement}, {on}",
    "undone": "entry {number}: reverse, {on}: entry {of} ({what}) is undone",
    "reversed": "Undone: entry {entries}.",
    "later": "Entries after {on} are left out: {count}.",
    "resumed": "The first {count} movements of the file are booked already; the others follow.",
    "head": "head {head}: note it elsewhere, it covers all {count} entries.",
    "whole": "Whole: {count} entries, every hash and every posting checked.",
    "holds": "The noted hash is that of entry {number}.",
    "reading_drawer": "Re-buying is read as: whoever draws pays for the same tonnes again.",
    "reading_seller": "Re-buying is read as: whoever committed stays bound to buy the tonnes.",
    "emergency": "A major disruption is declared.",
    "overdue": "Overdue on {on}: {names}.",
    "nothing": "Nothing is booked yet.",
    "exported": "{rows:,} rows of {count} entries: {file}",
}
"""What the verbs of the ledger say."""

_CLAIMS = ("material", "entitled", "committed", "due", "rebuy")


def account_rows(books: Books) -> list[dict[str, str]]:
    """Return tonnes by form and account: held, entitled, committed, to restore, to re-buy."""
    keys = sorted({(form, account) for account, kind, form in books.balances if kind in _CLAIMS})
    return [
        {"form": form, "account": account,
         **{kind: _tonnes(books.balance(account, kind, form)) for kind in _CLAIMS}}
        for form, account in keys
    ]


def money_rows(books: Books) -> list[dict[str, str]]:
    """Return dollars by account: received less paid, and claims on the reserve."""
    keys = sorted({account for account, kind, _ in books.balances if kind in {"money", "debt"}})
    return [
        {"account": account, "money": _dollars(books.balance(account, "money")),
         "debt": _dollars(books.balance(account, "debt"))}
        for account in keys
    ]


def commitment_rows(books: Books) -> list[dict[str, str]]:
    """Return the commitments with price, and what is not bought yet."""
    return [
        {"commitment": name, "participant": each.participant, "form": each.form,
         "tonnes": tonnes_text(each.grams), "price": f"{dollars_text(each.price)}/t",
         "not_bought": _tonnes(each.unbought)}
        for name, each in sorted(books.commitments.items())
    ]


def draw_rows(books: Books, on: date) -> list[dict[str, str]]:
    """Return the draws that are to be restored, and which are overdue on a day."""
    return [
        {"draw": name, "participant": each.participant, "form": each.form,
         "to_restore": tonnes_text(each.grams), "by": each.due.isoformat(),
         "overdue": "overdue" if each.due < on else ""}
        for name, each in sorted(books.draws.items())
        if each.due is not None and each.grams
    ]


def journal_rows(ledger: Ledger) -> list[dict[str, Any]]:
    """Return one row per posting of each entry, amounts as exact decimals."""
    return [
        {"entry": entry.number, "on": entry.on.isoformat(), "movement": entry.movement,
         "line": line, "account": posting.account, "kind": posting.kind, "form": posting.form,
         **_amount(posting.kind, posting.amount),
         "reverses": ledger.books.history[entry.number - 1].change.reverses or None,
         "sha256": entry.sha256}
        for entry in ledger.entries
        for line, posting in enumerate(entry.postings)
    ]


def ledger_data(ledger: Ledger, on: date) -> dict[str, Any]:
    """Return what ``--json`` prints: balances, commitments, draws and the head."""
    books = ledger.books
    return {
        "format": "orepact/ledger-state/1",
        "ledger": books.opening.name,
        "file": str(ledger.path),
        "on": on.isoformat(),
        "reading": books.opening.reading,
        "emergency": books.emergency,
        "entries": len(ledger.entries),
        "head": ledger.head,
        "balances": [
            {"account": account, "kind": kind, "form": form, **_amount(kind, amount)}
            for (account, kind, form), amount in sorted(books.balances.items())
        ],
        "commitments": commitment_rows(books),
        "draws": draw_rows(books, on),
        "gone": dict(books.gone),
        "reversed": [{"entry": of, "by": by} for of, by in sorted(books.reversed.items())],
        "last": json.loads(ledger.entries[-1].text),
    }


def _amount(kind: str, amount: int) -> dict[str, str]:
    money = kind in {"money", "debt"}
    return {"amount": str(Decimal(amount) / (CENTS if money else GRAMS)),
            "unit": "USD" if money else "t"}


def _tonnes(grams: int) -> str:
    return tonnes_text(grams) if grams else ""


def _dollars(cents: int) -> str:
    return dollars_text(cents) if cents else ""


def overdue(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the names of the draws that are overdue."""
    return [f"{row['draw']} ({row['participant']}, {row['to_restore']})" for row in rows
            if row["overdue"]]
