"""What a reversal means: an entry's mirror, which undoes it and names it; nothing is deleted.

A mirror takes back what its entry changed and no more, so that what was booked since stays. It is
refused where that is not there any more: money that was spent, tonnes that were sold or drawn,
a room that is taken, or a name that later entries rest on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orepact.data.ledger.amounts import dollars_text, tonnes_text
from orepact.data.ledger.asked import Asked
from orepact.data.ledger.books import RESERVE, Books, Change, Commitment, Done, Drawn, after
from orepact.data.ledger.movements import Reverse

__all__ = ["reverse"]


def reverse(books: Books, asked: Asked, movement: Reverse) -> Change:
    """Undo an entry by its mirror."""
    number = movement.entry
    _require_reversible(books, asked, number)
    asked.done()
    done = books.history[number - 1]
    _require_nothing_on_it(books, asked, number, done)
    _require_present(books, asked, done)
    asked.done()
    change = _mirror(books, done, number)
    for account, found in _overdrawn(after(books, change, movement.day), done):
        asked.refuse("entry", f"its mirror would overdraw {account}", found, "nothing below zero")
    asked.done()
    return change


def _require_reversible(books: Books, asked: Asked, number: int) -> None:
    """Refuse an entry that does not exist, or that no mirror may undo."""
    if number > len(books.history):
        last = len(books.history)
        asked.refuse("entry", "no such entry", str(number),
                     f"1 to {last}" if last else "an entry; nothing is booked yet")
    elif number == 0:
        asked.refuse("entry", "is the opening", "0", "a movement; open a new ledger instead")
    elif books.history[number - 1].change.reverses:
        of = books.history[number - 1].change.reverses
        asked.refuse("entry", "is itself a reversal", str(number),
                     f"a movement; book that of entry {of} anew instead")
    elif number in books.reversed:
        asked.refuse("entry", "reversed already", str(number),
                     f"another one: entry {books.reversed[number]} is its reversal")


def _require_nothing_on_it(books: Books, asked: Asked, number: int, done: Done) -> None:
    """Refuse where later entries use a name that would be gone, or a state that would not be."""
    names = set(done.change.commitments) - set(done.before.commitments)
    draws = set(done.change.draws) - set(done.before.draws)
    resting = [
        later for later, each in enumerate(books.history[number:], start=number + 1)
        if not each.change.reverses and later not in books.reversed
        and (_uses(each.change, names, draws) or _needs(done, each))
    ]
    if resting:
        asked.refuse("entry", "later entries rest on it", ", ".join(map(str, resting)),
                     "those reversed first, the last one first")


def _uses(change: Change, names: set[str], draws: set[str]) -> bool:
    return bool(
        names.intersection(change.commitments)
        or names.intersection(name for name, _ in (*change.lots, *change.rebuys))
        or names.intersection(each.commitment for each in change.draws.values() if each)
        or draws.intersection(change.draws)
    )


def _needs(done: Done, later: Done) -> bool:
    """Tell whether an entry presupposes the declaration (or its end) that another one booked."""
    if done.change.emergency is None:
        return False
    return later.change.emergency is not None or (
        done.change.emergency and later.movement == "access"
    )


def _require_present(books: Books, asked: Asked, done: Done) -> None:
    """Refuse where claims would go to who is gone, or a promise is not the one it was."""
    back = set(done.change.gone)
    absent = sorted({line.account for line in done.change.postings if line.kind not in
                     {"money", "debt"} and line.account in books.gone} - back)
    if absent:
        asked.refuse("entry", "concerns who is gone", ", ".join(absent), "participants still here")
    for name, was in done.before.commitments.items():
        new, now = done.change.commitments[name], books.commitments[name]
        if was is None or new is None:
            continue
        moved_on = was.participant != new.participant
        if now.participant != new.participant or (moved_on and now != new):
            asked.refuse("entry", "its commitment has changed since", name)


def _mirror(books: Books, done: Done, number: int) -> Change:
    """Return the change that takes back what an entry changed."""
    change, was = done.change, done.before
    return Change(
        postings=tuple(line._replace(amount=-line.amount) for line in change.postings),
        commitments={name: _promise(books.commitments.get(name), was.commitments.get(name), new)
                     for name, new in change.commitments.items()},
        lots={key: books.lots.get(key, 0) - new + was.lots[key]
              for key, new in change.lots.items()},
        draws={name: _drawn(books.draws.get(name), was.draws.get(name), new)
               for name, new in change.draws.items()},
        rebuys={key: books.rebuys.get(key, 0) - new + was.rebuys[key]
                for key, new in change.rebuys.items()},
        lent={name: books.lent.get(name, 0) - new + was.lent[name]
              for name, new in change.lent.items()},
        gone=dict.fromkeys(change.gone),
        emergency=None if change.emergency is None else not change.emergency,
        reverses=number,
    )


def _promise(
    now: Commitment | None, was: Commitment | None, new: Commitment | None
) -> Commitment | None:
    if now is None or was is None or new is None:
        return None
    return replace(now, participant=was.participant, grams=now.grams - new.grams + was.grams,
                   unbought=now.unbought - new.unbought + was.unbought)


def _drawn(now: Drawn | None, was: Drawn | None, new: Drawn | None) -> Drawn | None:
    if now is None or was is None or new is None:
        return None
    return replace(now, grams=now.grams - new.grams + was.grams)


def _overdrawn(found: Books, done: Done) -> Iterator[tuple[str, str]]:
    """Yield the accounts that would have less than nothing, and what they would have."""
    change = done.change
    money = [("the reserve's money", found.balance(RESERVE, "money"))]
    money += [(f"what is owed to {line.account}", found.balance(line.account, "debt"))
              for line in change.postings if line.kind == "debt" and line.account != RESERVE]
    grams = [each for form in sorted({line.form for line in change.postings if line.form})
             for each in (
                 (f"the reserve's {form}", found.balance(RESERVE, "material", form)),
                 (f"the {form} to which nobody is entitled", found.free(form)),
                 (f"the room that is left for {form}", found.room(form)),
             )]
    grams += [(f"the entitlement of {who} in {name}", found.lots.get((name, who), 0))
              for name, who in change.lots]
    grams += [(f"the duty of {who} to buy of {name}", found.rebuys.get((name, who), 0))
              for name, who in change.rebuys]
    grams += [(f"what is left to buy of {name}", found.commitments[name].unbought)
              for name in change.commitments if name in found.commitments]
    grams += [(f"what is to be restored of {name}", found.draws[name].grams)
              for name in change.draws if name in found.draws]
    yield from ((name, dollars_text(amount)) for name, amount in money if amount < 0)
    yield from ((name, tonnes_text(amount)) for name, amount in grams if amount < 0)
