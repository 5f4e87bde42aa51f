"""No sequence of movements creates or loses a gram or a cent."""

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from orepact.data.ledger.amounts import GRAMS, value_of
from orepact.data.ledger.books import LAPSED, MARKET, RESERVE, STORAGE, Books
from orepact.data.ledger.movements import KINDS, Movement
from orepact.data.ledger.store import book, open_ledger, read_ledger
from orepact.errors import InputError
from tests.data.ledger.books_for_tests import DAY, opening

pytestmark = pytest.mark.slow

PEOPLE = ("acme", "bolt", "hall")
FORMS = ("gallium-metal", "antimony-metal")
NAMES = ("c1", "c2", "c3")
DRAWS = ("d1", "d2", "d3", "d4")
TONNES = st.integers(1, 60_000_000).map(lambda grams: grams / GRAMS)
DOLLARS = st.integers(1, 500_000_000).map(lambda cents: cents / 100)
PRICE = st.integers(1, 90_000_000).map(lambda cents: cents / 100)


def state_of(books: Books) -> Books:
    """Return books as if nothing but their state were known."""
    return dataclasses.replace(books, history=(), reversed={}, refs={})


class AnyLedger(RuleBasedStateMachine):
    """Books whatever comes; a plain tally beside it says what must be there."""

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory()
        self.path = Path(self.place.name) / "ledger.db"
        self.books: Books | None = None
        self.head = ""
        self.cash = 0
        self.held = dict.fromkeys(FORMS, 0)
        self.reading = "drawer"
        self.before: dict[int, Books] = {}
        self.flows: dict[int, tuple[int, dict[str, int]]] = {}
        self.undone: set[int] = set()

    @initialize(reading=st.sampled_from(["drawer", "seller"]))
    def begin(self, reading: str) -> None:
        ledger = open_ledger(self.path, opening(reading))
        self.reading, self.books, self.head = reading, ledger.books, ledger.head

    def booked(self, word: str, tally: Callable[[Books], None] | None = None, **given: Any) -> None:
        """Book a movement, or see that a refused one changes nothing."""
        kind: type[Movement] = KINDS[word]
        assert self.books is not None
        before = self.books
        try:
            [(entry, ledger)] = list(book(self.path, [kind(day=DAY, **given)]))
        except InputError:
            assert read_ledger(self.path).head == self.head
            return
        assert entry.movement == word
        self.books, self.head = ledger.books, ledger.head
        self.before[entry.number] = before
        cash, held = self.cash, dict(self.held)
        if tally is not None:
            tally(before)
        self.flows[entry.number] = (self.cash - cash,
                                    {form: self.held[form] - held[form] for form in FORMS})

    def flow(self, form: str, tonnes: float, cents: int) -> None:
        self.held[form] += round(tonnes * GRAMS)
        self.cash += cents

    @rule(tranche=st.sampled_from(["public", "private"]), usd=DOLLARS)
    def lend(self, tranche: str, usd: float) -> None:
        def tally(_: Books) -> None:
            self.cash += round(usd * 100)
        self.booked("lend", tally, tranche=tranche, usd=usd)

    @rule(name=st.sampled_from(NAMES), who=st.sampled_from(PEOPLE), form=st.sampled_from(FORMS),
          tonnes=TONNES, price=PRICE, fee=DOLLARS)
    def commit(
        self, name: str, who: str, form: str, tonnes: float, price: float, fee: float
    ) -> None:
        def tally(_: Books) -> None:
            self.cash += round(fee * 100)
        self.booked("commit", tally, commitment=name, participant=who, form=form, tonnes=tonnes,
                    price=price, fee=fee)

    @rule(form=st.sampled_from(FORMS), name=st.sampled_from(("", *NAMES)), tonnes=TONNES,
          price=PRICE)
    def purchase(self, form: str, name: str, tonnes: float, price: float) -> None:
        def tally(_: Books) -> None:
            self.flow(form, tonnes, -value_of(round(tonnes * GRAMS), round(price * 100)))
        self.booked("purchase", tally, form=form, commitment=name, tonnes=tonnes, price=price)

    @rule(form=st.sampled_from(FORMS), tonnes=TONNES, price=PRICE)
    def sell(self, form: str, tonnes: float, price: float) -> None:
        def tally(_: Books) -> None:
            self.flow(form, -tonnes, value_of(round(tonnes * GRAMS), round(price * 100)))
        self.booked("sell", tally, form=form, tonnes=tonnes, price=price)

    @rule(word=st.sampled_from(["fee", "carry"]), who=st.sampled_from(PEOPLE), usd=DOLLARS)
    def paid_in(self, word: str, who: str, usd: float) -> None:
        def tally(_: Books) -> None:
            self.cash += round(usd * 100)
        self.booked(word, tally, participant=who, usd=usd)

    @rule(usd=DOLLARS)
    def storage(self, usd: float) -> None:
        def tally(_: Books) -> None:
            self.cash -= round(usd * 100)
        self.booked("storage", tally, usd=usd)

    @rule(tranche=st.sampled_from(["public", "private"]), usd=DOLLARS, pay=st.booleans())
    def debt(self, tranche: str, usd: float, pay: bool) -> None:  # noqa: FBT001 — drawn by hypothesis
        def tally(_: Books) -> None:
            self.cash -= round(usd * 100) if pay else 0
        self.booked("repay" if pay else "interest", tally, tranche=tranche, usd=usd)

    @rule(word=st.sampled_from(["draw", "access"]), draw=st.sampled_from(DRAWS),
          who=st.sampled_from(PEOPLE), name=st.sampled_from(NAMES), tonnes=TONNES)
    def taken(self, word: str, draw: str, who: str, name: str, tonnes: float) -> None:
        def tally(before: Books) -> None:
            promised = before.commitments[name]
            self.flow(promised.form, -tonnes, value_of(round(tonnes * GRAMS), promised.price))
        self.booked(word, tally, draw=draw, participant=who, commitment=name, tonnes=tonnes)

    @rule(draw=st.sampled_from(DRAWS), tonnes=TONNES)
    def restore(self, draw: str, tonnes: float) -> None:
        def tally(before: Books) -> None:
            promised = before.commitments[before.draws[draw].commitment]
            self.flow(promised.form, tonnes, -value_of(round(tonnes * GRAMS), promised.price))
        self.booked("restore", tally, draw=draw, tonnes=tonnes)

    @rule(draw=st.sampled_from(DRAWS), tonnes=TONNES, price=PRICE, paid=DOLLARS)
    def rebuy_by_draw(self, draw: str, tonnes: float, price: float, paid: float) -> None:
        def tally(before: Books) -> None:
            cost = value_of(round(tonnes * GRAMS), round(price * 100))
            self.flow(before.draws[draw].form, tonnes, round(paid * 100) - cost)
        self.booked("rebuy", tally, draw=draw, tonnes=tonnes, price=price, paid=paid)

    @rule(name=st.sampled_from(NAMES), who=st.sampled_from(PEOPLE), tonnes=TONNES)
    def rebuy_by_commitment(self, name: str, who: str, tonnes: float) -> None:
        def tally(before: Books) -> None:
            promised = before.commitments[name]
            self.flow(promised.form, -tonnes, value_of(round(tonnes * GRAMS), promised.price))
        self.booked("rebuy", tally, commitment=name, participant=who, tonnes=tonnes)

    @rule(who=st.sampled_from(PEOPLE), to=st.sampled_from(PEOPLE), name=st.sampled_from(NAMES),
          tonnes=TONNES, usd=DOLLARS)
    def transfer(self, who: str, to: str, name: str, tonnes: float, usd: float) -> None:
        self.booked("transfer", participant=who, to=to, commitment=name, tonnes=tonnes, usd=usd)

    @rule(word=st.sampled_from(["declare", "lift"]))
    def emergency(self, word: str) -> None:
        self.booked(word)

    @rule(who=st.sampled_from(PEOPLE), to=st.sampled_from(("", *PEOPLE)))
    def leave(self, who: str, to: str) -> None:
        self.booked("leave", participant=who, to=to)

    @rule(who=st.sampled_from(PEOPLE))
    def default(self, who: str) -> None:
        self.booked("default", participant=who)

    def take_back(self, number: int) -> None:
        """Take what an entry brought off the tally; a reversal is refused a second time."""
        assert number not in self.undone
        self.undone.add(number)
        cash, held = self.flows.pop(number)
        self.cash -= cash
        self.held = {form: self.held[form] - held[form] for form in FORMS}

    @rule(entry=st.integers(0, 25))
    def reverse(self, entry: int) -> None:
        def tally(_: Books) -> None:
            self.take_back(entry)
        self.booked("reverse", tally, entry=entry)

    @rule()
    def reverse_the_last(self) -> None:
        """What was booked last can always be undone; all is then as it was before it."""
        assert self.books is not None
        number = len(self.books.history)
        if not number or self.books.history[-1].change.reverses:
            return
        self.booked("reverse", lambda _: self.take_back(number), entry=number)
        assert number in self.undone
        assert state_of(self.books) == state_of(self.before[number])

    @invariant()
    def every_kind_adds_up_to_nothing(self) -> None:
        sums: dict[tuple[str, str], int] = {}
        for (_, kind, form), amount in (self.books.balances if self.books else {}).items():
            sums[kind, form] = sums.get((kind, form), 0) + amount
        assert not any(sums.values())

    @invariant()
    def the_reserve_has_what_the_tally_says(self) -> None:
        if self.books is None:
            return
        assert self.books.balance(RESERVE, "money") == self.cash >= 0
        for form in FORMS:
            assert self.books.balance(RESERVE, "material", form) == self.held[form] >= 0

    @invariant()
    def records_agree_with_accounts(self) -> None:
        books = self.books
        if books is None:
            return
        for form in FORMS:
            lots = dict.fromkeys(PEOPLE, 0)
            bound, due, open_ = dict(lots), dict(lots), dict(lots)
            for (name, who), grams in books.lots.items():
                lots[who] += grams if books.commitments[name].form == form else 0
                assert grams >= 0
            for (name, who), grams in books.rebuys.items():
                bound[who] += grams if books.commitments[name].form == form else 0
            for each in books.draws.values():
                due[each.participant] += each.grams if each.due and each.form == form else 0
                assert each.grams >= 0
            for each in books.commitments.values():
                open_[each.participant] += each.unbought if each.form == form else 0
                assert 0 <= each.unbought <= each.grams
            for who in PEOPLE:
                assert books.balance(who, "entitled", form) == lots[who]
                assert books.balance(who, "committed", form) == -open_[who]
                if books.gone.get(who) != "defaulted":
                    assert books.balance(who, "due", form) == -due[who]
                    assert books.balance(who, "rebuy", form) == -bound[who]
            assert books.free(form) >= 0
            assert books.balance(RESERVE, "due", form) == sum(due.values())
            assert books.balance(RESERVE, "rebuy", form) == sum(bound.values())
            assert books.room(form) >= 0

    @invariant()
    def nobody_else_has_an_account(self) -> None:
        known = {*PEOPLE, RESERVE, MARKET, STORAGE, LAPSED, "public", "private"}
        assert {account for account, _, _ in (self.books.balances if self.books else {})} <= known

    def teardown(self) -> None:
        if self.books is not None:
            again = read_ledger(self.path)
            assert again.books == self.books
            assert again.head == self.head
        self.place.cleanup()


AnyLedger.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
TestAnyLedger = AnyLedger.TestCase
