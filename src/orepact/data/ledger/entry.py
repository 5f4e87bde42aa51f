"""One entry of a ledger: a movement, its postings, and a hash that covers all entries before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from orepact.data.ledger import rules_build, rules_reverse, rules_use
from orepact.data.ledger.asked import Asked
from orepact.data.ledger.books import Books, Change, Posting, recorded, unbalanced
from orepact.data.ledger.movements import Movement, movement_data
from orepact.errors import InputError, OrepactError, Problem

__all__ = ["Entry", "booked", "canonical", "entry_hash"]

_RULES: Mapping[str, Callable[[Books, Asked, Any], Change]] = {
    "lend": rules_build.lend,
    "commit": rules_build.commit,
    "purchase": rules_build.purchase,
    "sell": rules_build.sell,
    "fee": rules_build.fee,
    "carry": rules_build.carry,
    "storage": rules_build.storage,
    "interest": rules_build.interest,
    "repay": rules_build.repay,
    "draw": rules_use.draw,
    "access": rules_use.access,
    "declare": rules_use.declare,
    "lift": rules_use.lift,
    "restore": rules_use.restore,
    "rebuy": rules_use.rebuy,
    "transfer": rules_use.transfer,
    "default": rules_use.default,
    "leave": rules_use.leave,
    "reverse": rules_reverse.reverse,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A booked movement as it is kept: number, day, text of the movement, postings, hashes."""

    number: int
    on: date
    movement: str
    text: str
    postings: tuple[Posting, ...]
    previous: str
    sha256: str


def booked(books: Books, movement: Movement, previous: str, number: int) -> tuple[Entry, Books]:
    """Return the entry that a movement makes, and the books after it.

    Raises `InputError` with everything that forbids the movement; then nothing changes.
    """
    asked = Asked(books, movement.day)
    if movement.ref in books.refs:
        asked.refuse("ref", "booked already", movement.ref,
                     f"a new reference: it is that of entry {books.refs[movement.ref]}")
    change = _RULES[movement.movement](books, asked, movement)
    if unbalanced(change.postings):
        raise OrepactError(f"postings of {movement.movement!r} do not balance: {change.postings}")
    found = recorded(books, movement.movement, change, movement.day)
    if movement.ref:
        found = replace(found, refs={**found.refs, movement.ref: number})
    _require_sound(found, movement)
    text = canonical(movement_data(movement))
    sha256 = entry_hash(number, movement.day, text, change.postings, previous)
    entry = Entry(number=number, on=movement.day, movement=movement.movement, text=text,
                  postings=change.postings, previous=previous, sha256=sha256)
    return entry, found


def canonical(value: object) -> str:
    """Return plain data as JSON in one spelling: sorted, without spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False,
                      allow_nan=False)


def entry_hash(
    number: int, on: date, text: str, postings: tuple[Posting, ...], previous: str
) -> str:
    """Return the SHA-256 of an entry and of the hash of the one before."""
    whole = canonical([number, on.isoformat(), text, [list(each) for each in postings], previous])
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()


def _require_sound(books: Books, movement: Movement) -> None:
    """Raise `InputError` where a rule let something become less than nothing."""
    problems: list[Problem] = []
    for form in (each.form for each in books.opening.forms):
        if books.balance("reserve", "material", form) < 0:
            problems.append(Problem("the reserve would hold less than nothing", field="tonnes",
                                    found=form))
        if books.free(form) < 0:
            problems.append(Problem("more entitled than the reserve holds", field="tonnes",
                                    found=form))
    if books.balance("reserve", "money") < 0:
        problems.append(Problem("the reserve would have less than no money", field="usd",
                                found=movement.movement))
    if problems:
        raise InputError(problems)
