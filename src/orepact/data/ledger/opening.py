"""What a ledger starts from: forms, participants, tranches, and how re-buying is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from orepact.data.ledger.amounts import CENTS, GRAMS, whole
from orepact.data.text import Document, examine, scan_yaml
from orepact.errors import InputError, Problem

__all__ = ["FORMAT", "FormText", "Opening", "ParticipantText", "TrancheText", "read_opening"]

FORMAT = "orepact/ledger/1"

OWN = ("reserve", "market", "storage", "lapsed")
"""Accounts that every ledger has."""

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)]


@dataclass(frozen=True, kw_only=True)
class FormText:
    """A form that the reserve holds, and the most of it in store, promised and due back (t)."""

    form: Id
    capacity: Annotated[float, Field(gt=0.0)]
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class ParticipantText:
    """Who takes part: manufacturers commit and draw, traders pay fees and may hold entitlements."""

    participant: Id
    kind: Literal["manufacturer", "trader"] = "manufacturer"
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class TrancheText:
    """A loan or private tranche, and the most it lends (USD)."""

    tranche: Id
    limit: Annotated[float, Field(gt=0.0)]
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The first entry of a ledger.

    `reading` says what re-buying the same quantity at the same price means: ``drawer``, whoever
    drew tonnes pays for them again at their price, or ``seller``, whoever committed stays bound to
    buy them, also after selling the entitlement. `restore_months` is the deadline of an ordinary
    draw, where the movement gives none.
    """

    name: str
    opened: date
    reading: Literal["drawer", "seller"]
    forms: Annotated[tuple[FormText, ...], Field(min_length=1)]
    participants: Annotated[tuple[ParticipantText, ...], Field(min_length=1)]
    tranches: tuple[TrancheText, ...] = ()
    restore_months: Annotated[int, Field(ge=1, le=600)] | None = None
    note: str = ""


def read_opening(path: Path) -> Opening:
    """Read the file that a ledger is opened with; raises `InputError` with every problem."""
    document = scan_yaml(path, kind="ledger-opening")
    opening, problems = examine(Opening, document)
    if opening is not None:
        problems = [*problems, *_double(document, opening), *_fine(document, opening)]
    if problems or opening is None:
        raise InputError(problems)
    return opening


def _double(document: Document, opening: Opening) -> list[Problem]:
    lists = {
        "forms": [each.form for each in opening.forms],
        "participants": [each.participant for each in opening.participants],
        "tranches": [each.tranche for each in opening.tranches],
    }
    taken = {"forms": (), "participants": OWN, "tranches": (*OWN, *lists["participants"])}
    return [
        document.problem((name, number, name[:-1]), "named twice", found=word,
                         expected="a name that no other account has")
        for name, words in lists.items()
        for number, word in enumerate(words)
        if word in (*words[:number], *taken[name])
    ]


def _fine(document: Document, opening: Opening) -> list[Problem]:
    amounts = [(("forms", n, "capacity"), each.capacity, GRAMS, "grams")
               for n, each in enumerate(opening.forms)]
    amounts += [(("tranches", n, "limit"), each.limit, CENTS, "cents")
                for n, each in enumerate(opening.tranches)]
    return [
        document.problem(at, "not a whole number of " + unit, found=number,
                         expected=f"whole {unit}, and not more than the ledger keeps")
        for at, number, parts, unit in amounts
        if whole(number, parts) is None
    ]
