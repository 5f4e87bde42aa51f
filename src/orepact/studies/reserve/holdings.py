"""What somebody holds of which form: read from ``orepact/holdings/1`` or a sheet, as reserves.

Tonnes are those that the chain counts (of contained metal, of oxide, of product: see its
materials). With `content` they are tonnes as they lie, and are multiplied by it.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from orepact.data.text import Document, examine, scan_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.network import Material, Network, Reserve
from orepact.network.stored_forms import StorageForm, StoredForms, unknown_form, world_forms
from orepact.studies.reserve.holdings_sheet import read_holdings_sheet
from orepact.units import Doc, Unit

__all__ = ["Holding", "Holdings", "check_forms", "open_holdings", "read_holdings", "reserves_of"]

YAML = (".yaml", ".yml")
TWICE = "name given twice"
LISTED = 40
"""Regions that a message lists."""

Tonnes = Annotated[float, Field(ge=0.0)]
Months = Annotated[float, Field(ge=0.0)]
Part = Annotated[float, Field(gt=0.0, le=1.0)]
Name = Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:>@+/-]*$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One lot: who holds how much of which form, and how it may be had."""

    holding: Annotated[Name, Doc("unique in the file")]
    owner: Annotated[Name, Doc("who decides on it")]
    material: Annotated[str, Doc("the form, a material of a chain")]
    tonnes: Annotated[
        Tonnes, Unit("t"), Doc("as the chain counts them; as they lie where content is given")
    ]
    region: Annotated[str, Doc("where it lies; the owner's name if not given")] = ""
    content: Annotated[
        Part | None, Unit("t/t"), Doc("tonnes counted per tonne as it lies; nothing: 1")
    ] = None
    purity: Annotated[
        Part | None, Unit("1"), Doc("mass fraction of what the form is measured as")
    ] = None
    price: Annotated[
        Tonnes | None, Unit("USD/t"), Doc("paid in buying; nothing: the base price")
    ] = None
    lead: Annotated[
        Months | None, Unit("month"), Doc("until released tonnes arrive; nothing: the form's card")
    ] = None
    shelf_life: Annotated[
        Months | None, Unit("month"), Doc("0: it keeps; nothing: the form's card")
    ] = None
    carrying_cost: Annotated[
        Tonnes | None, Unit("USD/t/month"), Doc("interest and storage; nothing: the form's cards")
    ] = None
    capacity: Annotated[Tonnes | None, Unit("t"), Doc("largest level; nothing: no limit")] = None
    release: Annotated[
        Tonnes | None, Unit("t/month"), Doc("largest release; nothing: no limit")
    ] = None
    largest: Annotated[
        Tonnes, Unit("t"), Doc("most that may be bought before the future is known")
    ] = 0.0
    entitled: Annotated[
        tuple[str, ...], Doc("regions that may draw; none: the region where it lies")
    ] = ()
    source: Annotated[str, Doc("where the figures are from")] = ""
    note: Annotated[str, Doc("anything else")] = ""

    @property
    def place(self) -> str:
        """Return where it lies."""
        return self.region or self.owner

    @property
    def counted(self) -> float:
        """Return the tonnes as the chain counts them."""
        return self.tonnes * (1.0 if self.content is None else self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """A file of holdings, with the day it speaks of."""

    as_of: Annotated[datetime.date | None, Doc("the day of the figures")] = None
    holdings: Annotated[tuple[Holding, ...], Doc("the lots, at least one")]
    note: Annotated[str, Doc("anything else")] = ""


At = Callable[[int, str, str, str, str, str], Problem]
"""Make a problem at a lot and a field: message, found, expected, nearest."""


def read_holdings(
    path: Path, network: Network, forms: StoredForms | None = None
) -> tuple[Reserve, ...]:
    """Return the reserves of a file whose form is a material of the network.

    A file may speak of more chains than one: lots of the forms of other chains are read and
    checked, and left to the networks they belong to. Raises `InputError` with every problem:
    unknown forms and regions, negative numbers, shares over 1, lots less pure than users take.
    """
    known = forms or world_forms()
    holdings, at = open_holdings(path)
    problems = list(_problems(holdings, at, network, known))
    if problems:
        raise InputError(problems)
    return reserves_of(holdings, network, known, f"file:{path.name}")


def open_holdings(path: Path) -> tuple[Holdings, At]:
    """Read a file of holdings, YAML or a sheet (CSV, workbook), and how to name places in it.

    Raises `InputError` with every problem of structure; forms and regions are not yet checked.
    """
    if path.suffix.lower() not in YAML and path.suffix:
        rows, sheet_at = read_holdings_sheet(path)
        lots = tuple(Holding(**row) for row in rows)
        return Holdings(holdings=lots), sheet_at
    document = scan_yaml(path, kind="holdings")
    holdings, problems = examine(Holdings, document)
    if holdings is not None and not holdings.holdings:
        problems.append(document.problem(("holdings",), "no lot is held", expected="one or more"))
    if problems or holdings is None:
        raise InputError(problems)
    return holdings, _reporter(document)


def check_forms(
    holdings: Holdings, at: At, forms: StoredForms, regions: Sequence[str] = ()
) -> None:
    """Raise `InputError` with every wrong lot of some holdings, whatever the chain.

    Wrong are unknown or unfit forms, tonnes over the capacity and, where `regions` are given,
    places that are none of them.
    """
    problems: list[Problem] = []
    names = [each.holding for each in holdings.holdings]
    for number, lot in enumerate(holdings.holdings):
        if lot.holding in names[:number]:
            problems.append(at(number, "holding", TWICE, lot.holding, "a name used once", ""))
        if lot.material in forms.forms:
            problems += _form_problems(number, lot, forms.forms[lot.material], at)
        else:
            told = unknown_form(lot.material, list(forms.forms))
            problems.append(
                at(number, "material", told.message, told.found, told.expected, told.nearest)
            )
        if regions:
            problems += _region_problems(number, lot, regions, at)
        problems += _capacity_problems(number, lot, at)
    if problems:
        raise InputError(problems)


def reserves_of(
    holdings: Holdings, network: Network, forms: StoredForms, source: str = ""
) -> tuple[Reserve, ...]:
    """Return the reserves of a network among checked holdings; cards fill what is not given."""
    materials = {each.name: each for each in network.materials}
    return tuple(
        _reserve(each, materials[each.material], forms.forms.get(each.material), source)
        for each in holdings.holdings
        if each.material in materials
    )


def _reserve(
    lot: Holding, material: Material, form: StorageForm | None, source: str
) -> Reserve:
    price = material.price if lot.price is None else lot.price
    lead, shelf, carry = lot.lead, lot.shelf_life, lot.carrying_cost
    if form is not None:
        kept = form.shelf_life.value if form.shelf_life else 0.0
        lead = form.notice.value if lead is None else lead
        shelf = kept if shelf is None else shelf
        carry = form.carrying_cost(price).value if carry is None else carry
    return Reserve(
        name=lot.holding,
        source=lot.source or source,
        owner=lot.owner,
        region=lot.place,
        material=lot.material,
        held=lot.counted,
        capacity=math.inf if lot.capacity is None else lot.capacity,
        release=math.inf if lot.release is None else lot.release,
        lead=math.ceil(lead or 0.0),
        carrying_cost=carry or 0.0,
        shelf_life=math.floor(shelf or 0.0),
        entitled=lot.entitled,
        price=math.nan if lot.price is None else lot.price,
        largest=lot.largest,
    )


def _problems(
    holdings: Holdings, at: At, network: Network, forms: StoredForms
) -> Iterator[Problem]:
    materials = [each.name for each in network.materials]
    regions = [each.name for each in network.regions]
    names = [each.holding for each in holdings.holdings]
    for number, lot in enumerate(holdings.holdings):
        if lot.holding in names[:number]:
            yield at(number, "holding", TWICE, lot.holding, "a name used once", "")
        form = forms.forms.get(lot.material)
        if lot.material not in materials and form is None:
            told = unknown_form(lot.material, list(dict.fromkeys([*materials, *forms.forms])))
            yield at(number, "material", told.message, told.found, told.expected, told.nearest)
            continue
        yield from _form_problems(number, lot, form, at)
        if lot.material in materials:
            yield from _region_problems(number, lot, regions, at)
        yield from _capacity_problems(number, lot, at)


def _form_problems(
    number: int, lot: Holding, form: StorageForm | None, at: At
) -> Iterator[Problem]:
    if form is None:
        for name in ("lead", "shelf_life", "carrying_cost"):
            if getattr(lot, name) is None:
                yield at(number, name, "no stored form tells it", "", "a value of your own", "")
        return
    if form.storable == "no":
        yield at(number, "material", "this form cannot be stored", lot.material, form.reason, "")
    if lot.purity is not None and lot.purity < form.purity:
        expected = f"at least {form.purity:g} of {form.of}, or the lot held as an earlier form"
        yield at(number, "purity", "less pure than users of the form take", f"{lot.purity:g}",
                 expected, "")


def _capacity_problems(number: int, lot: Holding, at: At) -> Iterator[Problem]:
    if lot.capacity is not None and lot.counted > lot.capacity:
        yield at(number, "tonnes", "more than the capacity", f"{lot.counted:g} t",
                 f"at most {lot.capacity:g} t", "")


def _region_problems(
    number: int, lot: Holding, regions: Sequence[str], at: At
) -> Iterator[Problem]:
    for name, places in (("region" if lot.region else "owner", (lot.place,)),
                         ("entitled", lot.entitled)):
        for place in places:
            if place not in regions:
                told = ", ".join(regions) if len(regions) <= LISTED else (
                    ", ".join(regions[:LISTED]) + ", …"
                )
                expected = f"one of {len(regions)} regions: {told}"
                yield at(number, name, "unknown region", place, expected, nearest(place, regions))


def _reporter(document: Document) -> At:
    def at(
        number: int, name: str, message: str, found: str, expected: str, near: str
    ) -> Problem:
        return document.problem(("holdings", number, name), message, found=found,
                                expected=expected, near=near)

    return at


