"""What movements mean that build a reserve and pay for it."""

from __future__ import annotations

from dataclasses import replace

from orepact.data.ledger.amounts import CENTS, value_of, whole
from orepact.data.ledger.asked import Asked
from orepact.data.ledger.books import (
    MARKET,
    RESERVE,
    STORAGE,
    Books,
    Change,
    Commitment,
    claim,
    moved,
)
from orepact.data.ledger.movements import (
    Carry,
    Commit,
    Fee,
    Interest,
    Lend,
    Purchase,
    Repay,
    Sell,
    Storage,
)

__all__ = ["carry", "commit", "fee", "interest", "lend", "purchase", "repay", "sell", "storage"]


def lend(books: Books, asked: Asked, movement: Lend) -> Change:
    """Pay out a tranche, within its limit; the reserve owes it."""
    asked.tranche(movement.tranche)
    cents = asked.cents(movement.usd)
    limit = next((each.limit for each in books.opening.tranches
                  if each.tranche == movement.tranche), 0.0)
    lent = books.lent.get(movement.tranche, 0)
    asked.at_most("usd", cents, (whole(limit, CENTS) or 0) - lent, "more than the tranche lends",
                  money=True)
    asked.done()
    return Change(
        postings=(
            *moved("money", movement.tranche, RESERVE, cents),
            *claim("debt", RESERVE, movement.tranche, cents),
        ),
        lent={movement.tranche: lent + cents},
    )


def commit(books: Books, asked: Asked, movement: Commit) -> Change:
    """Promise to take a quantity at a price; all promises of a form fit its capacity."""
    asked.participant(movement.participant)
    asked.form(movement.form)
    traders = [each.participant for each in books.opening.participants if each.kind == "trader"]
    if movement.participant in traders:
        asked.refuse("participant", "a trader does not commit", movement.participant,
                     "a manufacturer")
    if movement.commitment in books.commitments:
        asked.refuse("commitment", "named twice", movement.commitment, "a new name")
    grams, price = asked.grams(movement.tonnes), asked.cents(movement.price, "price")
    if movement.form in {each.form for each in books.opening.forms}:
        asked.at_most("tonnes", grams, books.room(movement.form), "commitments above the reserve")
    fee = asked.cents(movement.fee, "fee")
    asked.done()
    return Change(
        postings=(
            *claim("committed", movement.participant, RESERVE, grams, movement.form),
            *moved("money", movement.participant, RESERVE, fee),
        ),
        commitments={
            movement.commitment: Commitment(
                participant=movement.participant, form=movement.form, grams=grams, price=price,
                unbought=grams,
            )
        },
    )


def purchase(books: Books, asked: Asked, movement: Purchase) -> Change:
    """Buy at the market; for a commitment its participant becomes entitled."""
    asked.form(movement.form)
    grams, price = asked.grams(movement.tonnes), asked.cents(movement.price, "price")
    cost = value_of(grams, price)
    asked.payable(cost, "price")
    promised = asked.commitment(movement.commitment) if movement.commitment else None
    if promised is not None:
        if promised.form != movement.form:
            asked.refuse("form", "not the commitment's form", movement.form, promised.form)
        asked.at_most("tonnes", grams, promised.unbought, "more than is left to buy")
    elif not movement.commitment and movement.form in {each.form for each in books.opening.forms}:
        asked.at_most("tonnes", grams, books.room(movement.form), "above the reserve's capacity")
    asked.done()
    bought = (
        *moved("money", RESERVE, MARKET, cost),
        *moved("material", MARKET, RESERVE, grams, movement.form),
    )
    if promised is None:
        return Change(postings=bought)
    who, form = promised.participant, movement.form
    lot = (movement.commitment, who)
    bound = grams if books.opening.reading == "seller" else 0
    return Change(
        postings=(
            *bought,
            *claim("committed", RESERVE, who, grams, form),
            *claim("entitled", RESERVE, who, grams, form),
            *claim("rebuy", who, RESERVE, bound, form),
        ),
        commitments={
            movement.commitment: replace(promised, unbought=promised.unbought - grams)
        },
        lots={lot: books.lots.get(lot, 0) + grams},
        rebuys={lot: books.rebuys.get(lot, 0) + bound},
    )


def sell(books: Books, asked: Asked, movement: Sell) -> Change:
    """Sell stock to which nobody is entitled."""
    asked.form(movement.form)
    grams, price = asked.grams(movement.tonnes), asked.cents(movement.price, "price")
    asked.at_most("tonnes", grams, books.free(movement.form), "more than is free to sell")
    asked.done()
    return Change(
        postings=(
            *moved("material", RESERVE, MARKET, grams, movement.form),
            *moved("money", MARKET, RESERVE, value_of(grams, price)),
        )
    )


def fee(_books: Books, asked: Asked, movement: Fee) -> Change:
    """Take a fee from a participant."""
    return _paid_by(asked, movement.participant, movement.usd)


def carry(_books: Books, asked: Asked, movement: Carry) -> Change:
    """Take a carrying charge from a participant."""
    return _paid_by(asked, movement.participant, movement.usd)


def _paid_by(asked: Asked, participant: str, usd: float) -> Change:
    asked.participant(participant)
    cents = asked.cents(usd)
    asked.done()
    return Change(postings=moved("money", participant, RESERVE, cents))


def storage(_books: Books, asked: Asked, movement: Storage) -> Change:
    """Pay for storage."""
    cents = asked.cents(movement.usd)
    asked.payable(cents)
    asked.done()
    return Change(postings=moved("money", RESERVE, STORAGE, cents))


def interest(_books: Books, asked: Asked, movement: Interest) -> Change:
    """Add interest to what the reserve owes a tranche."""
    asked.tranche(movement.tranche)
    cents = asked.cents(movement.usd)
    asked.done()
    return Change(postings=claim("debt", RESERVE, movement.tranche, cents))


def repay(books: Books, asked: Asked, movement: Repay) -> Change:
    """Pay a tranche what the reserve owes it, not more."""
    asked.tranche(movement.tranche)
    cents = asked.cents(movement.usd)
    asked.payable(cents)
    asked.at_most("usd", cents, books.balance(movement.tranche, "debt"), "more than is owed",
                  money=True)
    asked.done()
    return Change(
        postings=(
            *moved("money", RESERVE, movement.tranche, cents),
            *claim("debt", RESERVE, movement.tranche, -cents),
        )
    )
