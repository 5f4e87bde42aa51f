"""What a ledger's entries add up to: who has what, who owes what to whom.

Seven kinds of thing are counted, each so that all accounts together add up to zero at every moment:

- ``money`` (cents) and ``material`` (grams of a form): who has received it, less what it gave
- ``debt`` (cents): what the reserve owes its tranches; a claim is positive for its holder
- ``committed``: tonnes that manufacturers promised to take and that are not bought yet
- ``entitled``: tonnes in the reserve that a participant may draw
- ``due``: tonnes drawn that have to come back
- ``rebuy``: tonnes that a manufacturer stays bound to buy, in the reading ``seller``
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from orepact.data.ledger.amounts import GRAMS, whole
from orepact.data.ledger.opening import Opening

__all__ = [
    "LAPSED",
    "MARKET",
    "RESERVE",
    "STORAGE",
    "Books",
    "Change",
    "Commitment",
    "Done",
    "Drawn",
    "Kind",
    "Posting",
    "Status",
    "after",
    "begin",
    "claim",
    "moved",
    "recorded",
    "unbalanced",
]

RESERVE, MARKET, STORAGE, LAPSED = "reserve", "market", "storage", "lapsed"

Kind: TypeAlias = Literal[
    "money", "material", "debt", "committed", "entitled", "due", "rebuy"
]

Status: TypeAlias = Literal["defaulted", "left"]

Record = TypeVar("Record")


class Posting(NamedTuple):
    """One line of an entry: an account gets an amount of a kind (and form), or gives it."""

    account: str
    kind: Kind
    form: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What a participant promised to take: grams, and the price in cents per tonne."""

    participant: str
    form: str
    grams: int
    price: int
    unbought: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Grams that were drawn and are not back; `due` is the deadline, if they have to come back."""

    participant: str
    commitment: str
    form: str
    grams: int
    due: date | None
    emergency: bool = False


@dataclass(frozen=True, kw_only=True)
class Books:
    """The state of a ledger after its entries.

    `lots` are grams by commitment and holder, `rebuys` grams by commitment and the participant
    bound by it, `lent` what each tranche has paid out (cents),
    `refs` the entries by the reference of their movement, `history` what each entry after the
    opening did, `reversed` the entries that were undone, with the entry that did so.
    """

    opening: Opening
    balances: Mapping[tuple[str, Kind, str], int] = field(
        default_factory=dict[tuple[str, Kind, str], int]
    )
    commitments: Mapping[str, Commitment] = field(default_factory=dict[str, Commitment])
    lots: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    draws: Mapping[str, Drawn] = field(default_factory=dict[str, Drawn])
    rebuys: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    lent: Mapping[str, int] = field(default_factory=dict[str, int])
    gone: Mapping[str, Status] = field(default_factory=dict[str, Status])
    refs: Mapping[str, int] = field(default_factory=dict[str, int])
    history: tuple[Done, ...] = ()
    reversed: Mapping[int, int] = field(default_factory=dict[int, int])
    emergency: bool = False
    last: date = date.min

    def balance(self, account: str, kind: Kind, form: str = "") -> int:
        """Return what an account has of a kind and form, in grams or cents."""
        return self.balances.get((account, kind, form), 0)

    def free(self, form: str) -> int:
        """Return the grams of a form in the reserve to which nobody is entitled."""
        return self.balance(RESERVE, "material", form) + self.balance(RESERVE, "entitled", form)

    def room(self, form: str) -> int:
        """Return the grams of a form that may come beside those in store, promised, due back."""
        capacity = next((each.capacity for each in self.opening.forms if each.form == form), 0.0)
        taken = sum(each.unbought for each in self.commitments.values() if each.form == form)
        taken += self.balance(RESERVE, "material", form) + self.balance(RESERVE, "due", form)
        return (whole(capacity, GRAMS) or 0) - taken


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a movement does: its postings, and the records that are new or different after it.

    A record that is None is no longer there; `reverses` is the entry that a reversal undoes.
    """

    postings: tuple[Posting, ...] = ()
    commitments: Mapping[str, Commitment | None] = field(
        default_factory=dict[str, Commitment | None]
    )
    lots: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    draws: Mapping[str, Drawn | None] = field(default_factory=dict[str, Drawn | None])
    rebuys: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    lent: Mapping[str, int] = field(default_factory=dict[str, int])
    gone: Mapping[str, Status | None] = field(default_factory=dict[str, Status | None])
    emergency: bool | None = None
    reverses: int = 0


@dataclass(frozen=True, kw_only=True)
class Done:
    """What an entry did, and the records it changed as they were `before` it, if they were."""

    movement: str
    change: Change
    before: Change


def begin(opening: Opening) -> Books:
    """Return the books of a ledger in which nothing is booked yet."""
    return Books(opening=opening, last=opening.opened)


def after(books: Books, change: Change, on: date) -> Books:
    """Return the books after a change; what has come to nothing is left out."""
    balances = dict(books.balances)
    for account, kind, form, amount in change.postings:
        balances[account, kind, form] = balances.get((account, kind, form), 0) + amount
    return replace(
        books,
        balances={key: amount for key, amount in balances.items() if amount},
        commitments=_there({**books.commitments, **change.commitments}),
        lots=_merged(books.lots, change.lots),
        draws=_there({**books.draws, **change.draws}),
        rebuys=_merged(books.rebuys, change.rebuys),
        lent={name: cents for name, cents in {**books.lent, **change.lent}.items() if cents},
        gone=_there({**books.gone, **change.gone}),
        emergency=books.emergency if change.emergency is None else change.emergency,
        last=on,
    )


def recorded(books: Books, movement: str, change: Change, on: date) -> Books:
    """Return the books after the change of an entry, which their history then knows."""
    before = Change(
        commitments={name: books.commitments[name] for name in change.commitments
                     if name in books.commitments},
        lots={key: books.lots.get(key, 0) for key in change.lots},
        draws={name: books.draws[name] for name in change.draws if name in books.draws},
        rebuys={key: books.rebuys.get(key, 0) for key in change.rebuys},
        lent={name: books.lent.get(name, 0) for name in change.lent},
    )
    history = (*books.history, Done(movement=movement, change=change, before=before))
    undone = {change.reverses: len(history)} if change.reverses else {}
    return replace(after(books, change, on), history=history,
                   reversed={**books.reversed, **undone})


def _there(records: Mapping[str, Record | None]) -> dict[str, Record]:
    return {name: each for name, each in records.items() if each is not None}


def _merged(
    known: Mapping[tuple[str, str], int], new: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    return {key: amount for key, amount in {**known, **new}.items() if amount}


def moved(kind: Kind, giver: str, taker: str, amount: int, form: str = "") -> tuple[Posting, ...]:
    """Return the two postings of something that passes from one account to another."""
    if not amount:
        return ()
    return Posting(giver, kind, form, -amount), Posting(taker, kind, form, amount)


def claim(kind: Kind, debtor: str, holder: str, amount: int, form: str = "") -> tuple[Posting, ...]:
    """Return the two postings of a claim that arises; with a negative amount, that ends."""
    return moved(kind, debtor, holder, amount, form)


def unbalanced(postings: Iterable[Posting]) -> dict[tuple[Kind, str], int]:
    """Return the sums by kind and form that are not zero: nothing, in a right entry."""
    sums: dict[tuple[Kind, str], int] = {}
    for posting in postings:
        key = (posting.kind, posting.form)
        sums[key] = sums.get(key, 0) + posting.amount
    return {key: total for key, total in sums.items() if total}
