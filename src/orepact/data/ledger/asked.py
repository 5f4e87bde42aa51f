"""Questions that a movement answers before anything is booked; what is wrong is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NoReturn

from orepact.data.ledger.amounts import CENTS, GRAMS, LARGEST, dollars_text, tonnes_text, whole
from orepact.data.ledger.books import RESERVE, Books, Commitment, Drawn
from orepact.errors import InputError, Problem, nearest

__all__ = ["Asked"]


class Asked:
    """Collects every problem of one movement; `done` raises them all at once."""

    def __init__(self, books: Books, on: date) -> None:
        """Begin with the day: it may not lie before the last entry."""
        self.books = books
        self.problems: list[Problem] = []
        if on < books.last:
            self.refuse("day", "before the last entry", on.isoformat(),
                        f"{books.last.isoformat()} or later")

    def refuse(
        self, field: str, message: str, found: str = "", expected: str = "", near: str = ""
    ) -> None:
        """Keep a problem of a field."""
        self.problems.append(Problem(message, field=field, found=found, expected=expected,
                                     nearest=near))

    def grams(self, tonnes: float, field: str = "tonnes") -> int:
        """Return tonnes in grams; refused where they are finer than a gram."""
        return self._whole(tonnes, GRAMS, field, "grams")

    def cents(self, usd: float, field: str = "usd") -> int:
        """Return dollars in cents; refused where they are finer than a cent."""
        return self._whole(usd, CENTS, field, "cents")

    def _whole(self, number: float, parts: int, field: str, unit: str) -> int:
        amount = whole(number, parts)
        if amount is None and abs(number) * parts > LARGEST:
            self.refuse(field, "more than the ledger keeps", repr(number),
                        f"at most {LARGEST // parts:,}")
        elif amount is None:
            self.refuse(field, f"not a whole number of {unit}", repr(number), f"whole {unit}")
        return amount or 0

    def known(self, field: str, word: str, names: Iterable[str], what: str) -> bool:
        """Tell whether a word is one of the known names; refused if not."""
        listed = list(names)
        if word in listed:
            return True
        expected = "one of " + ", ".join(listed) if listed else f"a {what}; there is none yet"
        self.refuse(field, f"unknown {what}", repr(word), expected, nearest(word, listed))
        return False

    def form(self, word: str) -> None:
        """Refuse an unknown form."""
        _ = self.known("form", word, [each.form for each in self.books.opening.forms], "form")

    def participant(self, word: str, field: str = "participant", *, active: bool = True) -> None:
        """Refuse an unknown participant, or one that is gone."""
        names = [each.participant for each in self.books.opening.participants]
        if self.known(field, word, names, "participant") and active and word in self.books.gone:
            self.refuse(field, f"has {self.books.gone[word]}", word, "a participant that is here")

    def tranche(self, word: str) -> None:
        """Refuse an unknown tranche."""
        names = [each.tranche for each in self.books.opening.tranches]
        _ = self.known("tranche", word, names, "tranche")

    def commitment(self, word: str) -> Commitment | None:
        """Return a commitment; refused if there is none of that name."""
        _ = self.known("commitment", word, self.books.commitments, "commitment")
        return self.books.commitments.get(word)

    def drawn(self, word: str) -> Drawn | None:
        """Return a draw; refused if there is none of that name."""
        _ = self.known("draw", word, self.books.draws, "draw")
        return self.books.draws.get(word)

    def at_most(
        self, field: str, found: int, most: int, message: str, *, money: bool = False
    ) -> None:
        """Refuse an amount above what there is."""
        if found > most:
            text = dollars_text if money else tonnes_text
            self.refuse(field, message, text(found), f"at most {text(max(most, 0))}")

    def payable(self, cents: int, field: str = "usd") -> None:
        """Refuse a payment that the reserve has no money for."""
        self.at_most(field, cents, self.books.balance(RESERVE, "money"),
                     "the reserve has not the money", money=True)

    def done(self) -> None:
        """Raise `InputError` with every problem that was found."""
        if self.problems:
            self.fail()

    def fail(self) -> NoReturn:
        """Raise `InputError` with the problems that were found."""
        raise InputError(self.problems)
