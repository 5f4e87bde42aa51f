"""What may be booked: one frozen record per kind of movement, in tonnes and dollars.

Every movement has the `day` it happened on, a `note` and a `ref`, which no other one may have: what
has one is never booked twice. Prices are USD/t.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import Field

from orepact.data.text import Document, Location, parse, scan_yaml
from orepact.errors import InputError, Problem, attempt, nearest

__all__ = [
    "KINDS",
    "Access",
    "Carry",
    "Commit",
    "Declare",
    "Default",
    "Draw",
    "Fee",
    "Interest",
    "Leave",
    "Lend",
    "Lift",
    "Movement",
    "Purchase",
    "Rebuy",
    "Repay",
    "Restore",
    "Reverse",
    "Sell",
    "Storage",
    "Transfer",
    "movement_data",
    "movement_of",
    "read_movements",
]

Amount = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Ref = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:/-]*$", max_length=120)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)]


@dataclass(frozen=True, kw_only=True)
class Lend:
    """A tranche pays out to the reserve."""

    movement: Literal["lend"] = "lend"
    day: date
    tranche: str
    usd: Amount
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A manufacturer promises to take a quantity at a price, and pays a fee for it."""

    movement: Literal["commit"] = "commit"
    day: date
    commitment: Id
    participant: str
    form: str
    tonnes: Amount
    price: Amount
    fee: NonNegative = 0.0
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """The reserve buys at the market: for a commitment, or without one as its own free stock."""

    movement: Literal["purchase"] = "purchase"
    day: date
    form: str
    tonnes: Amount
    price: Amount
    commitment: str = ""
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Fee:
    """A participant, such as a trader, pays a fee to the reserve."""

    movement: Literal["fee"] = "fee"
    day: date
    participant: str
    usd: Amount
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Carry:
    """A participant pays its carrying charge: interest and storage."""

    movement: Literal["carry"] = "carry"
    day: date
    participant: str
    usd: Amount
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Storage:
    """The reserve pays for storage."""

    movement: Literal["storage"] = "storage"
    day: date
    usd: Amount
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Interest:
    """Interest falls due on a tranche and is added to its debt."""

    movement: Literal["interest"] = "interest"
    day: date
    tranche: str
    usd: Amount
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Repay:
    """The reserve pays a tranche, interest or principal."""

    movement: Literal["repay"] = "repay"
    day: date
    tranche: str
    usd: Amount
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Draw:
    """A participant takes tonnes it is entitled to, pays their price, and owes them again."""

    movement: Literal["draw"] = "draw"
    day: date
    draw: Id
    participant: str
    commitment: str
    tonnes: Amount
    restore_by: date | None = None
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Access:
    """A draw in a declared emergency; owed again only where `restore_by` says so."""

    movement: Literal["access"] = "access"
    day: date
    draw: Id
    participant: str
    commitment: str
    tonnes: Amount
    restore_by: date | None = None
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Declare:
    """A major supply disruption is declared."""

    movement: Literal["declare"] = "declare"
    day: date
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Lift:
    """The declared disruption is over."""

    movement: Literal["lift"] = "lift"
    day: date
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Restore:
    """The drawer brings back tonnes and gets their price back."""

    movement: Literal["restore"] = "restore"
    day: date
    draw: str
    tonnes: Amount
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Rebuy:
    """The same quantity is bought again at the same price.

    Reading ``drawer``: names a `draw`; the reserve buys the tonnes at the market `price`, and the
    drawer pays `paid` (USD) towards what that is above the price of the commitment. Reading
    ``seller``: names a `commitment` and the `participant` bound by it, who takes the tonnes at the
    price of the commitment.
    """

    movement: Literal["rebuy"] = "rebuy"
    day: date
    tonnes: Amount
    draw: str = ""
    price: NonNegative = 0.0
    paid: NonNegative = 0.0
    commitment: str = ""
    participant: str = ""
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """An entitlement passes from one participant to another, for money or none."""

    movement: Literal["transfer"] = "transfer"
    day: date
    participant: str
    to: str
    commitment: str
    tonnes: Amount
    usd: NonNegative = 0.0
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Sell:
    """The reserve sells free stock, to which nobody is entitled, at the market."""

    movement: Literal["sell"] = "sell"
    day: date
    form: str
    tonnes: Amount
    price: Amount
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Default:
    """A participant fails: its entitlements fall to the reserve, what it owes lapses."""

    movement: Literal["default"] = "default"
    day: date
    participant: str
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Leave:
    """A participant leaves; its entitlements pass `to` another one or fall to the reserve."""

    movement: Literal["leave"] = "leave"
    day: date
    participant: str
    to: str = ""
    note: str = ""
    ref: Ref = ""


@dataclass(frozen=True, kw_only=True)
class Reverse:
    """An entry, named by its number, is undone by its mirror; both stay in the journal."""

    movement: Literal["reverse"] = "reverse"
    day: date
    entry: Annotated[int, Field(ge=0)]
    note: str = ""
    ref: Ref = ""


Movement: TypeAlias = (
    Lend | Commit | Purchase | Fee | Carry | Storage | Interest | Repay | Draw | Access | Declare
    | Lift | Restore | Rebuy | Transfer | Sell | Default | Leave | Reverse
)

KINDS: Mapping[str, type[Movement]] = {
    kind.movement: kind
    for kind in (
        Lend, Commit, Purchase, Fee, Carry, Storage, Interest, Repay, Draw, Access, Declare, Lift,
        Restore, Rebuy, Transfer, Sell, Default, Leave, Reverse,
    )
}
"""The kinds of movement by their word in a file."""


def movement_data(movement: Movement) -> dict[str, Any]:
    """Return a movement as plain data: dates as text, what was left out not at all."""
    given = {
        field.name: getattr(movement, field.name)
        for field in dataclasses.fields(movement)
        if field.name == "movement" or getattr(movement, field.name) != field.default
    }
    return {name: each.isoformat() if isinstance(each, date) else each
            for name, each in given.items()}


def movement_of(document: Document, value: Any, at: Location = ()) -> Movement:
    """Return a movement from plain data; raises `InputError` with every problem of it."""
    fields: dict[str, Any] = (
        dict(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else {}
    )
    word = fields.get("movement")
    if not isinstance(word, str) or word not in KINDS:
        raise InputError([
            document.problem(
                (*at, "movement"), "unknown movement", found=word,
                expected="one of " + ", ".join(KINDS), near=nearest(str(word), list(KINDS)),
            )
        ])
    return parse(KINDS[word], document, fields, at)


def read_movements(path: Path) -> list[tuple[Movement, Document, Location]]:
    """Return the movements of a file in order, each with its place in it.

    Raises `InputError` with every problem of every movement.
    """
    document = scan_yaml(path, kind="movements")
    problems: list[Problem] = list(document.problems)
    listed: Any = document.value.get("movements")
    if not isinstance(listed, list) or not listed:
        problems.append(document.problem(("movements",), "required field is missing",
                                         expected="a list of movements"))
        raise InputError(problems)
    problems += [
        document.problem((key,), "unknown field", found=key, expected="format, movements, note")
        for key in document.value if key not in {"format", "movements", "note"}
    ]
    found: list[tuple[Movement, Document, Location]] = []
    for number, item in enumerate(cast("list[Any]", listed)):
        at: Location = ("movements", number)
        movement = attempt(problems, movement_of, document, item, at)
        if movement is not None:
            found.append((movement, document, at))
    if problems:
        raise InputError(problems)
    return found
