"""In which form a material is stored: purity, shelf life, rent, and the time to the next form.

Format ``orepact/stored-forms/1``. Every number is an assumption card of the file, or a content
that follows from a formula and a grade. Nothing here says how much anybody holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from orepact.data.text import Document, Location, parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.network.chains.text import Card
from orepact.network.world import WORLD
from orepact.units import Doc, Unit

__all__ = [
    "FORMS_FILE",
    "Carded",
    "Content",
    "FormText",
    "FormsText",
    "Step",
    "StorageForm",
    "StoredForms",
    "read_stored_forms",
    "storage_of",
    "world_forms",
]

FORMS_FILE = Path("reserve") / "forms.yaml"
"""The file of a dataset that holds the stored forms."""

NOTICE, INSURANCE, INTEREST = "release-notice", "insurance", "capital-rate"
"""Cards that hold for every form."""

Part = Annotated[float, Field(gt=0.0, le=1.0)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


@dataclass(frozen=True, slots=True)
class Carded:
    """A middle value with its lowest and highest, and the card it stands on, if any."""

    value: float
    low: float
    high: float
    unit: str
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Tonnes as the chain counts them per tonne as it lies, with the range of usual grades."""

    value: Annotated[Part, Unit("t/t"), Doc("usual grade")]
    low: Annotated[Part, Unit("t/t"), Doc("lowest grade met")]
    high: Annotated[Part, Unit("t/t"), Doc("highest grade met")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next form, and the card of the months until it is made, transport included."""

    material: Annotated[str, Doc("the next form")]
    time: Annotated[str, Doc("card of the months")]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormText:
    """One stored form as its file says it."""

    material: Annotated[Name, Doc("a material of a chain")]
    form: Annotated[str, Doc("how it lies, in words"), Field(min_length=1)]
    purity: Annotated[Part, Unit("1"), Doc("least mass fraction that users of the form take")]
    of: Annotated[str, Doc("what purity counts"), Field(min_length=1)]
    content: Annotated[Content, Doc("tonnes as the chain counts them per tonne as it lies")]
    storable: Annotated[
        Literal["yes", "limited", "no"], Doc("limited: a general store serves few users")
    ]
    storage: Annotated[str, Doc("card of the rent")]
    reason: Annotated[str, Doc("why it is so"), Field(min_length=1)]
    shelf: Annotated[str, Doc("card of the shelf life; nothing: it keeps")] = ""
    into: Annotated[tuple[Step, ...], Doc("next forms")] = ()
    source: Annotated[str, Doc("source id, if one was read")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsText:
    """A file of stored forms: cards, and forms that name them."""

    cards: Annotated[tuple[Card, ...], Doc("assumption cards")]
    forms: Annotated[tuple[FormText, ...], Doc("stored forms")]
    note: Annotated[str, Doc("anything else")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageForm:
    """One stored form of one material.

    - `purity`: least mass fraction of `of` that its users take; `content`: tonnes as the chain
      counts them per tonne as it lies (fraction)
    - `storable`: yes; limited, where a general store serves few users or is a store of something
      else; no
    - `shelf_life`: months, None where it keeps; `rent`: USD per tonne as it lies and month
    - `notice`: months from the decision to release until it leaves; `into`: months to the next form
    - `insurance`, `interest`: shares of value per year
    """

    material: str
    form: str
    purity: float
    of: str
    content: Content
    storable: str
    shelf_life: Carded | None
    rent: Carded
    notice: Carded
    insurance: Carded
    interest: Carded
    into: Mapping[str, Carded]
    reason: str
    source: str = ""

    def storage_cost(self, price: float) -> Carded:
        """Return rent and insurance, USD/t/month per tonne counted, at a price in USD/t."""
        low, value, high = (
            rent / part + share * price / 12.0
            for rent, part, share in (
                (self.rent.low, self.content.high, self.insurance.low),
                (self.rent.value, self.content.value, self.insurance.value),
                (self.rent.high, self.content.low, self.insurance.high),
            )
        )
        return Carded(value, low, high, "USD/t/month")

    def carrying_cost(self, price: float) -> Carded:
        """Return storage and interest, USD/t/month per tonne counted, at a price in USD/t."""
        stored = self.storage_cost(price)
        interest = self.interest
        return Carded(
            stored.value + interest.value * price / 12.0,
            stored.low + interest.low * price / 12.0,
            stored.high + interest.high * price / 12.0,
            "USD/t/month",
        )

    def time_to(self, material: str) -> Carded | None:
        """Return the months of notice and re-processing until another form is had.

        The form itself needs the notice alone; None where no single step leads to the other.
        """
        if material == self.material:
            return self.notice
        step = self.into.get(material)
        if step is None:
            return None
        notice = self.notice
        return Carded(
            notice.value + step.value, notice.low + step.low, notice.high + step.high, "month"
        )


@dataclass(frozen=True, slots=True)
class StoredForms:
    """The stored forms of a dataset by material, and the cards behind their numbers."""

    forms: Mapping[str, StorageForm]
    cards: Mapping[str, Card] = field(default_factory=dict[str, Card])

    def of(self, material: str) -> StorageForm:
        """Return a material's stored form; raises `InputError` with the nearest known name."""
        if material not in self.forms:
            raise InputError([unknown_form(material, list(self.forms))])
        return self.forms[material]


def unknown_form(material: str, known: Sequence[str]) -> Problem:
    """Return the problem that a form is not known, with the nearest one."""
    near = nearest(material, known)
    shown = ", ".join([near, *(name for name in known if name != near)][:6] if near else known[:6])
    expected = f"one of {len(known)} forms, such as {shown}"
    return Problem("unknown form", field="material", found=material, expected=expected,
                   nearest=near)


def read_stored_forms(path: Path, materials: Collection[str] = ()) -> StoredForms:
    """Read a file of stored forms; raises `InputError` with every problem.

    With `materials` every one of them must have a form, and none may be of another.
    """
    document = read_yaml(path, kind="stored-forms")
    text = parse(FormsText, document)
    cards = {card.card: card for card in text.cards}
    problems = [
        *_card_problems(document, text, cards),
        *_form_problems(document, text, cards),
        *_material_problems(document, text, materials),
    ]
    if problems:
        raise InputError(sorted(problems, key=lambda one: (one.line or 0, one.field)))
    return StoredForms({each.material: _form(each, cards) for each in text.forms}, cards)


def world_forms(folder: Path = WORLD, materials: Collection[str] = ()) -> StoredForms:
    """Return the stored forms of a dataset's folder; raises `InputError` where it has none."""
    return read_stored_forms(folder / FORMS_FILE, materials)


def storage_of(material: str, folder: Path = WORLD) -> StorageForm:
    """Return how a material is stored; raises `InputError` for an unknown one.

    Reads the file on every call: keep `world_forms` where many are asked for.
    """
    return world_forms(folder).of(material)


def _form(text: FormText, cards: Mapping[str, Card]) -> StorageForm:
    return StorageForm(
        material=text.material,
        form=text.form,
        purity=text.purity,
        of=text.of,
        content=text.content,
        storable=text.storable,
        shelf_life=_span(cards[text.shelf]) if text.shelf else None,
        rent=_span(cards[text.storage]),
        notice=_span(cards[NOTICE]),
        insurance=_span(cards[INSURANCE]),
        interest=_span(cards[INTEREST]),
        into={step.material: _span(cards[step.time]) for step in text.into},
        reason=text.reason,
        source=text.source,
    )


def _span(card: Card) -> Carded:
    return Carded(card.value, card.low, card.high, card.unit, card.card)


def _card_problems(
    document: Document, text: FormsText, cards: Mapping[str, Card]
) -> Iterator[Problem]:
    for number, card in enumerate(text.cards):
        at: Location = ("cards", number)
        if card.card in [each.card for each in text.cards[:number]]:
            yield document.problem((*at, "card"), "duplicate card", found=card.card, expected="one")
        if not 0.0 <= card.low <= card.value <= card.high:
            yield document.problem(
                (*at, "value"), "value outside its range, or negative",
                found=f"{card.value:g} in {card.low:g} to {card.high:g}",
                expected="0 <= low <= value <= high",
            )
        if card.unit.startswith("share") and card.high > 1.0:
            yield document.problem((*at, "high"), "a share is at most 1", found=f"{card.high:g}")
    for name in (NOTICE, INSURANCE, INTEREST):
        if name not in cards:
            yield document.problem(("cards",), "card is missing", found=name, expected=name)


def _form_problems(
    document: Document, text: FormsText, cards: Mapping[str, Card]
) -> Iterator[Problem]:
    names = [each.material for each in text.forms]
    for number, one in enumerate(text.forms):
        at: Location = ("forms", number)
        if one.material in names[:number]:
            yield document.problem((*at, "material"), "given twice", found=one.material)
        wanted: list[tuple[Location, str, str]] = [((*at, "storage"), one.storage, "USD/t/month")]
        wanted += [((*at, "shelf"), one.shelf, "month")] if one.shelf else []
        wanted += [
            ((*at, "into", k, "time"), each.time, "month") for k, each in enumerate(one.into)
        ]
        for where, name, unit in wanted:
            if name not in cards:
                yield document.problem(where, "unknown card", found=name,
                                       expected="a card of this file",
                                       near=nearest(name, list(cards)))
            elif cards[name].unit != unit:
                yield document.problem(where, "a card of another unit",
                                       found=f"{name} in {cards[name].unit}", expected=unit)
        for k, each in enumerate(one.into):
            if each.material not in names:
                yield document.problem((*at, "into", k, "material"), "unknown form",
                                       found=each.material, near=nearest(each.material, names))
        if not one.content.low <= one.content.value <= one.content.high:
            yield document.problem((*at, "content"), "value outside its range",
                                   found=f"{one.content.value:g}", expected="low <= value <= high")


def _material_problems(
    document: Document, text: FormsText, materials: Collection[str]
) -> Iterator[Problem]:
    if not materials:
        return
    names = [each.material for each in text.forms]
    for number, name in enumerate(names):
        if name not in materials:
            yield document.problem(("forms", number, "material"), "no chain has this material",
                                   found=name, near=nearest(name, list(materials)))
    lacking = [name for name in materials if name not in names]
    if lacking:
        yield document.problem(("forms",), "materials without a form", found=", ".join(lacking))
