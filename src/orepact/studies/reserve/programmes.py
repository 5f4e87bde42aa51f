"""Who else buys for a reserve: published programmes, format ``orepact/programmes/1``.

Tonnes that nobody published are none here: a programme without tonnes, dollars or days is named
and counted as unknown. What is supposed of the others (pace, price, net imports for days of
something else) is said in `Competitor.basis`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from orepact.data.bundle import Bundle
from orepact.data.text import Document, Location, parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.span import Span
from orepact.network.chains.text import Card
from orepact.network.stored_forms import world_forms
from orepact.network.world import WORLD
from orepact.units import Doc, Unit

__all__ = ["EVERY", "PROGRAMMES_FILE", "Competitor", "Goal", "Price", "PriceLine", "Programme",
           "Programmes", "Purchase", "competitors_of", "months_between", "newest_price",
           "read_programmes", "world_programmes"]

PROGRAMMES_FILE = Path("reserve") / "programmes.yaml"
EVERY = "*"
"""Stands for every form."""

ACTIVE = ("running", "announced", "planned")
"""States in which a programme may buy."""

UNKNOWN = "tonnes not published"

SHARE, PACE, SPENDING = "purchase-share", "programme-months", "dollar-months"

Tonnes = Annotated[float, Field(ge=0.0)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A published goal in days, and the days that the same source says are held."""

    days: Annotated[Tonnes, Unit("day"), Doc("goal as published")]
    held: Annotated[Tonnes, Unit("day"), Doc("days held as published; 0 if not told")] = 0.0
    covers: Annotated[str, Doc("which materials or of what, as published")] = ""

    @property
    def step(self) -> float:
        """Return the days still to be bought: a difference of ours, not a published number."""
        return max(0.0, self.days - self.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """A line of the dataset's table of prices, by which dollars become tonnes."""

    mineral: Annotated[str, Doc("mineral of the line"), Field(min_length=1)]
    form: Annotated[str, Doc("form of the line, as printed"), Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What a programme buys of a form: tonnes, dollars, goals in days, or nothing published."""

    material: Annotated[str, Doc("the form; * stands for every form")]
    tonnes: Annotated[Tonnes | None, Unit("t"), Doc("as published, a ceiling")] = None
    usd: Annotated[Tonnes | None, Unit("USD"), Doc("as published")] = None
    goals: Annotated[tuple[Goal, ...], Doc("goals in days")] = ()
    price: Annotated[PriceLine | None, Doc("line of prices for dollars")] = None
    first: Annotated[Month | None, Doc("first month")] = None
    last: Annotated[Month | None, Doc("last month")] = None
    form_told: Annotated[bool, Doc("whether the source names the form")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A reserve of another owner."""

    programme: Annotated[Name, Doc("unique in the file")]
    title: Annotated[str, Doc("as printed"), Field(min_length=1)]
    owner: Annotated[str, Doc("region that decides")]
    state: Annotated[
        Literal["running", "announced", "planned", "held", "lapsed", "cancelled"],
        Doc("as last published"),
    ]
    purchases: Annotated[tuple[Purchase, ...], Doc("what it buys")] = ()
    source: Annotated[str, Doc("source id"), Field(min_length=1)]
    facts: Annotated[tuple[str, ...], Doc("facts of the dataset")] = ()
    note: Annotated[str, Doc("anything else")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programmes:
    """A file of programmes and the cards behind it."""

    programmes: Annotated[tuple[Programme, ...], Doc("reserves of others")]
    cards: Annotated[tuple[Card, ...], Doc("assumption cards")] = field(default=())
    note: Annotated[str, Doc("anything else")] = ""

    def card(self, name: str) -> Span:
        """Return a card as a range."""
        found = next(card for card in self.cards if card.card == name)
        return Span(found.value, found.low, found.high)


@dataclass(frozen=True, slots=True)
class Price:
    """A price in USD/t, and where it is from."""

    usd: float
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Competitor:
    """Another owner's purchases of a form in t/month; None where nothing is published.

    `basis` says what is published and what is supposed.
    """

    programme: str
    title: str
    owner: str
    rate: Span | None
    basis: str
    source: str


def read_programmes(path: Path, known: Mapping[str, object] | None = None) -> Programmes:
    """Read a file of programmes; raises `InputError` with every problem.

    `known` holds the names of forms that may be bought.
    """
    document = read_yaml(path, kind="programmes")
    text = parse(Programmes, document)
    problems = list(_problems(document, text, list(known or ())))
    if problems:
        raise InputError(problems)
    return text


def world_programmes(folder: Path = WORLD) -> Programmes:
    """Return the programmes of a dataset's folder."""
    return read_programmes(folder / PROGRAMMES_FILE, world_forms(folder).forms)


def competitors_of(
    programmes: Programmes,
    material: str,
    owner: str,
    daily_imports: Mapping[str, float],
    price: Price,
    month: str,
) -> tuple[Competitor, ...]:
    """Return who else may buy a form in a month, others than `owner`.

    `daily_imports` are net imports in t/day by region, `price` turns dollars into tonnes.
    Published tonnes are a ceiling: the range begins at nothing.
    """
    found: list[Competitor] = []
    for each in programmes.programmes:
        if each.owner == owner or each.state not in ACTIVE:
            continue
        for one in each.purchases:
            if one.material not in {EVERY, material} or (one.last and one.last < month):
                continue
            rate, basis = _rate(one, programmes, daily_imports.get(each.owner, 0.0), price)
            found.append(
                Competitor(programme=each.programme, title=each.title, owner=each.owner, rate=rate,
                           basis=basis, source=each.source)
            )
    return tuple(found)


def months_between(first: str, last: str) -> int:
    """Return the number of months from one to another, both counted."""
    (year, month), (end, stop) = (map(int, each.split("-")) for each in (first, last))
    return 12 * (end - year) + stop - month + 1


def _rate(
    one: Purchase, programmes: Programmes, daily: float, price: Price
) -> tuple[Span | None, str]:
    if one.tonnes is not None and one.first and one.last:
        rate = one.tonnes / months_between(one.first, one.last)
        basis = f"published ceiling of {one.tonnes:,.0f} t, {one.first} to {one.last}"
        return Span(rate / 2.0, 0.0, rate), basis
    if one.usd is not None:
        pace, words = _spending(one, programmes)
        tonnes = one.usd / price.usd
        return Span(tonnes / pace.value / 2.0, 0.0, tonnes / pace.low), (
            f"{one.usd / 1e6:,.0f} million USD as published, {tonnes:,.0f} t at "
            f"{price.usd:,.0f} USD/t ({price.told}); nothing to all of it {words}"
        )
    if one.goals:
        pace = programmes.card(PACE)
        steps = [goal.step for goal in one.goals]
        middle = sum(steps) / len(steps)
        return Span(middle * daily / pace.value / 2.0, 0.0, max(steps) * daily / pace.low), (
            f"nothing to {_days(steps)} days, taken as net imports, within a supposed "
            f"{_pace(pace)} months"
        )
    return None, UNKNOWN


def newest_price(bundle: Bundle, programmes: Programmes, material: str, base: float) -> Price:
    """Return the newest printed price of a form, by the first line that a programme names for it.

    `base` (USD/t) is returned, and said to be the base price, where no line is named or printed.
    """
    lines = (
        one.price for each in programmes.programmes for one in each.purchases
        if one.material == material and one.price is not None
    )
    for line in lines:
        rows = bundle.table("prices").filter(
            pl.col("mineral") == line.mineral, pl.col("form") == line.form,
            pl.col("usd_per_t").is_not_null(),
        ).sort(pl.col("date").cast(pl.String))
        if rows.height:
            last = rows.row(-1, named=True)
            guess = ", estimated" if last["flag"] == "e" else ""
            return Price(float(last["usd_per_t"]), f"{last['source']}, {last['date']}{guess}")
    return Price(base, "base price of the chain")


def _spending(one: Purchase, programmes: Programmes) -> tuple[Span, str]:
    """Return the months over which dollars are spent, and the words on it."""
    if one.first and one.last:
        months = float(months_between(one.first, one.last))
        return Span(months, months, months), f"from {one.first} to {one.last}"
    pace = programmes.card(SPENDING)
    return pace, f"within a supposed {_pace(pace)} months, no period is published"


def _pace(pace: Span) -> str:
    return f"{pace.value:g} ({pace.low:g} to {pace.high:g})"


def _days(steps: list[float]) -> str:
    return " or ".join(f"{step:g}" for step in dict.fromkeys(steps))


def _problems(document: Document, text: Programmes, known: list[str]) -> Iterator[Problem]:
    names = [each.programme for each in text.programmes]
    for number, each in enumerate(text.programmes):
        at: Location = ("programmes", number)
        if each.programme in names[:number]:
            yield document.problem((*at, "programme"), "name given twice", found=each.programme)
        for k, one in enumerate(each.purchases):
            where: Location = (*at, "purchases", k)
            if known and one.material != EVERY and one.material not in known:
                yield document.problem((*where, "material"), "unknown form", found=one.material,
                                       near=nearest(one.material, known))
            if (one.first is None) != (one.last is None):
                yield document.problem(where, "a first and a last month, or neither",
                                       found=str(one.first or one.last))
            if one.first and one.last and one.last < one.first:
                yield document.problem((*where, "last"), "before the first month", found=one.last,
                                       expected=f"{one.first} or later")
            if one.tonnes is not None and one.first is None:
                yield document.problem(where, "tonnes without months", found=f"{one.tonnes:g} t",
                                       expected="a first and a last month")
    yield from _card_problems(document, text)


def _card_problems(document: Document, text: Programmes) -> Iterator[Problem]:
    told = {card.card for card in text.cards}
    for name in (SHARE, PACE, SPENDING):
        if name not in told:
            yield document.problem(("cards",), "card is missing", expected=name)
    for number, card in enumerate(text.cards):
        if not 0.0 <= card.low <= card.value <= card.high or (
            card.unit == "month" and card.low == 0.0
        ) or (
            card.unit == "share" and card.high > 1.0
        ):
            yield document.problem(("cards", number, "value"), "value outside its range",
                                   found=f"{card.value:g} in {card.low:g} to {card.high:g}",
                                   expected="0 <= low <= value <= high, a share at most 1")
