"""What movements mean that use a reserve: draws, restoring, re-buying, transfers, exits."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import MAXYEAR, date

from orepact.data.ledger.amounts import value_of
from orepact.data.ledger.asked import Asked
from orepact.data.ledger.books import (
    LAPSED,
    MARKET,
    RESERVE,
    Books,
    Change,
    Commitment,
    Drawn,
    Posting,
    claim,
    moved,
)
from orepact.data.ledger.movements import (
    Access,
    Declare,
    Default,
    Draw,
    Leave,
    Lift,
    Rebuy,
    Restore,
    Transfer,
)

__all__ = ["access", "declare", "default", "draw", "leave", "lift", "rebuy", "restore", "transfer"]


def draw(books: Books, asked: Asked, movement: Draw) -> Change:
    """Take tonnes by entitlement, to be restored by a deadline."""
    months = books.opening.restore_months
    due = movement.restore_by
    if due is None and months is not None:
        due = months_later(movement.day, months)
        if due is None:
            asked.refuse("day", "its deadline lies after the year 9999", movement.day.isoformat(),
                         "an earlier day, or restore_by")
            asked.fail()
    if due is None:
        asked.refuse("restore_by", "required field is missing",
                     expected="a date, since the ledger has no deadline of its own")
    late = sorted(name for name, each in books.draws.items()
                  if each.participant == movement.participant and each.grams
                  and each.due is not None and each.due < movement.day)
    if late:
        asked.refuse("participant", "has draws that are overdue", ", ".join(late),
                     "none before an ordinary draw")
    return _taken(books, asked, movement, due, emergency=False)


def access(books: Books, asked: Asked, movement: Access) -> Change:
    """Take tonnes by entitlement while a disruption is declared."""
    if not books.emergency:
        asked.refuse("movement", "no disruption is declared", "access", "declare first, or draw")
    return _taken(books, asked, movement, movement.restore_by, emergency=True)


def _taken(
    books: Books, asked: Asked, movement: Draw | Access, due: date | None, *, emergency: bool
) -> Change:
    asked.participant(movement.participant)
    promised = asked.commitment(movement.commitment)
    grams = asked.grams(movement.tonnes)
    if movement.draw in books.draws:
        asked.refuse("draw", "named twice", movement.draw, "a new name")
    if due is not None and due <= movement.day:
        asked.refuse("restore_by", "not after the draw", due.isoformat(),
                     f"after {movement.day.isoformat()}")
    lot = (movement.commitment, movement.participant)
    held = books.lots.get(lot, 0)
    if promised is not None:
        asked.at_most("tonnes", grams, held, "draw above the entitlement")
        asked.at_most("tonnes", grams, books.balance(RESERVE, "material", promised.form),
                      "more than the reserve holds")
    asked.done()
    if promised is None:
        asked.fail()
    who, form = movement.participant, promised.form
    return Change(
        postings=(
            *moved("material", RESERVE, who, grams, form),
            *moved("money", who, RESERVE, value_of(grams, promised.price)),
            *claim("entitled", RESERVE, who, -grams, form),
            *claim("due", who, RESERVE, grams if due else 0, form),
        ),
        lots={lot: held - grams},
        draws={
            movement.draw: Drawn(participant=who, commitment=movement.commitment, form=form,
                                 grams=grams, due=due, emergency=emergency)
        },
    )


def declare(books: Books, asked: Asked, _movement: Declare) -> Change:
    """Declare a disruption: entitlements may be used in full."""
    if books.emergency:
        asked.refuse("movement", "a disruption is declared already", "declare", "lift")
    asked.done()
    return Change(emergency=True)


def lift(books: Books, asked: Asked, _movement: Lift) -> Change:
    """End a declared disruption."""
    if not books.emergency:
        asked.refuse("movement", "no disruption is declared", "lift", "declare")
    asked.done()
    return Change(emergency=False)


def restore(books: Books, asked: Asked, movement: Restore) -> Change:
    """Bring tonnes back in kind: the drawer gets their price and its entitlement again."""
    drawn, promised = _open_draw(books, asked, movement.draw)
    grams = asked.grams(movement.tonnes)
    price = promised.price if promised else 0
    if drawn is not None:
        asked.at_most("tonnes", grams, drawn.grams, "more than is to be restored")
    asked.payable(value_of(grams, price), "tonnes")
    asked.done()
    if drawn is None:
        asked.fail()
    form = drawn.form
    return _back(
        books, movement.draw, drawn, grams,
        (
            *moved("material", MARKET, RESERVE, grams, form),
            *moved("money", RESERVE, drawn.participant, value_of(grams, price)),
        ),
    )


def rebuy(books: Books, asked: Asked, movement: Rebuy) -> Change:
    """Buy the same quantity at the same price again, as the ledger reads it."""
    if books.opening.reading == "drawer":
        return _rebuy_of_drawer(books, asked, movement)
    return _rebuy_of_seller(books, asked, movement)


def _rebuy_of_drawer(books: Books, asked: Asked, movement: Rebuy) -> Change:
    """Fill the reserve again from the market, the drawer staying at its price."""
    for name in ("commitment", "participant"):
        if getattr(movement, name):
            asked.refuse(name, "has no meaning in the reading drawer", getattr(movement, name),
                         "a draw")
    drawn, _ = _open_draw(books, asked, movement.draw)
    grams = asked.grams(movement.tonnes)
    price, paid = asked.cents(movement.price, "price"), asked.cents(movement.paid, "paid")
    if not price:
        asked.refuse("price", "required field is missing", expected="the market price (USD/t)")
    if drawn is not None:
        asked.at_most("tonnes", grams, drawn.grams, "more than is to be restored")
    cost = value_of(grams, price)
    asked.payable(cost - paid, "price")
    asked.done()
    if drawn is None:
        asked.fail()
    return _back(
        books, movement.draw, drawn, grams,
        (
            *moved("money", drawn.participant, RESERVE, paid),
            *moved("money", RESERVE, MARKET, cost),
            *moved("material", MARKET, RESERVE, grams, drawn.form),
        ),
    )


def _rebuy_of_seller(books: Books, asked: Asked, movement: Rebuy) -> Change:
    """Let whoever committed take the tonnes at the price, also after selling the entitlement."""
    for name in ("draw", "price", "paid"):
        if getattr(movement, name):
            asked.refuse(name, "has no meaning in the reading seller", str(getattr(movement, name)),
                         "a commitment and a participant")
    promised = asked.commitment(movement.commitment)
    asked.participant(movement.participant, active=False)
    if books.gone.get(movement.participant) == "defaulted":
        asked.refuse("participant", "has defaulted", movement.participant)
    grams = asked.grams(movement.tonnes)
    lot = (movement.commitment, movement.participant)
    bound, held = books.rebuys.get(lot, 0), books.lots.get(lot, 0)
    own = min(grams, held)
    if promised is not None:
        asked.at_most("tonnes", grams, bound, "more than the participant is bound to buy")
        asked.at_most("tonnes", grams - own, books.free(promised.form),
                      "more than its own entitlement and the free stock")
    asked.done()
    if promised is None:
        asked.fail()
    who, form = movement.participant, promised.form
    return Change(
        postings=(
            *moved("money", who, RESERVE, value_of(grams, promised.price)),
            *moved("material", RESERVE, who, grams, form),
            *claim("entitled", RESERVE, who, -own, form),
            *claim("rebuy", who, RESERVE, -grams, form),
        ),
        lots={lot: held - own},
        rebuys={lot: bound - grams},
    )


def _open_draw(
    books: Books, asked: Asked, word: str
) -> tuple[Drawn | None, Commitment | None]:
    drawn = asked.drawn(word)
    if drawn is None:
        return None, None
    if drawn.due is None:
        asked.refuse("draw", "need not be restored", word, "a draw with a deadline")
    asked.participant(drawn.participant, "draw")
    return drawn, books.commitments[drawn.commitment]


def _back(
    books: Books, word: str, drawn: Drawn, grams: int, postings: tuple[Posting, ...]
) -> Change:
    """Return the change of tonnes that are back: owed less, entitled again."""
    who, form = drawn.participant, drawn.form
    lot = (drawn.commitment, who)
    return Change(
        postings=(
            *postings,
            *claim("due", who, RESERVE, -grams, form),
            *claim("entitled", RESERVE, who, grams, form),
        ),
        lots={lot: books.lots.get(lot, 0) + grams},
        draws={word: replace(drawn, grams=drawn.grams - grams)},
    )


def transfer(books: Books, asked: Asked, movement: Transfer) -> Change:
    """Pass an entitlement on; in the reading ``seller`` the duty to re-buy stays behind."""
    asked.participant(movement.participant)
    asked.participant(movement.to, "to")
    if movement.to == movement.participant:
        asked.refuse("to", "the same participant", movement.to, "another one")
    promised = asked.commitment(movement.commitment)
    grams, cents = asked.grams(movement.tonnes), asked.cents(movement.usd)
    lot, new = (movement.commitment, movement.participant), (movement.commitment, movement.to)
    held = books.lots.get(lot, 0)
    if promised is not None:
        asked.at_most("tonnes", grams, held, "more than the entitlement")
    asked.done()
    if promised is None:
        asked.fail()
    return Change(
        postings=(
            *moved("entitled", movement.participant, movement.to, grams, promised.form),
            *moved("money", movement.to, movement.participant, cents),
        ),
        lots={lot: held - grams, new: books.lots.get(new, 0) + grams},
    )


def default(books: Books, asked: Asked, movement: Default) -> Change:
    """Let a participant fail: entitlements fall to the reserve, what it owes lapses unpaid."""
    asked.participant(movement.participant)
    asked.done()
    who = movement.participant
    owed = {name: each for name, each in books.draws.items()
            if each.participant == who and each.due and each.grams}
    postings = [line for each in owed.values()
                for line in moved("due", RESERVE, LAPSED, each.grams, each.form)]
    for (name, holder), grams in books.rebuys.items():
        if holder == who:
            postings += moved("rebuy", RESERVE, LAPSED, grams, books.commitments[name].form)
    lots = _fallen(books, who, "")
    promised = _released(books, who, "")
    return Change(
        postings=(*postings, *lots.postings, *promised.postings),
        lots=lots.lots,
        commitments=promised.commitments,
        draws={name: replace(each, grams=0) for name, each in owed.items()},
        rebuys={key: 0 for key in books.rebuys if key[1] == who},
        gone={who: "defaulted"},
    )


def leave(books: Books, asked: Asked, movement: Leave) -> Change:
    """Let a participant go that has restored what it drew; a successor takes its place."""
    who = movement.participant
    asked.participant(who)
    if movement.to:
        asked.participant(movement.to, "to")
    if movement.to == who:
        asked.refuse("to", "the same participant", movement.to, "another one")
    owed = sorted(name for name, each in books.draws.items()
                  if each.participant == who and each.due and each.grams)
    if owed:
        asked.refuse("participant", "has draws to restore", ", ".join(owed), "none before leaving")
    asked.done()
    lots, promised = _fallen(books, who, movement.to), _released(books, who, movement.to)
    return Change(
        postings=(*lots.postings, *promised.postings), lots=lots.lots,
        commitments=promised.commitments, gone={who: "left"},
    )


def _fallen(books: Books, who: str, to: str) -> Change:
    """Return what happens to entitlements: they pass to another one, or to the reserve."""
    postings: list[Posting] = []
    lots: dict[tuple[str, str], int] = {}
    for (name, holder), grams in books.lots.items():
        if holder == who:
            postings += moved("entitled", who, to or RESERVE, grams, books.commitments[name].form)
            lots[name, who] = 0
            if to:
                lots[name, to] = books.lots.get((name, to), 0) + grams
    return Change(postings=tuple(postings), lots=lots)


def _released(books: Books, who: str, to: str) -> Change:
    """Return what happens to promises not bought yet: another one takes them, or they end."""
    postings: list[Posting] = []
    changed: dict[str, Commitment] = {}
    for name, each in books.commitments.items():
        if each.participant != who or not each.unbought:
            continue
        postings += claim("committed", who, RESERVE, -each.unbought, each.form)
        if to:
            postings += claim("committed", to, RESERVE, each.unbought, each.form)
            changed[name] = replace(each, participant=to)
        else:
            changed[name] = replace(each, grams=each.grams - each.unbought, unbought=0)
    return Change(postings=tuple(postings), commitments=changed)


def months_later(day: date, months: int) -> date | None:
    """Return the same day some months later, or the last of that month; None after 9999."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if year > MAXYEAR:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))
