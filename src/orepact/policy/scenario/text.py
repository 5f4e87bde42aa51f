"""What a scenario file says: dated parts, each with its reason, every uncertain number a range.

Format ``orepact/scenario/1``. Data only: reading is in `reading`, checks against the dataset and
the register in `checks`, dates in `dates`, numbers from ranges in `resolve`. A day or month
written ``until`` is always the last one on which something holds.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import BeforeValidator, ConfigDict, Field, PlainValidator

from orepact.errors import InputError, Problem
from orepact.policy.controls import (
    ALL,
    Clause,
    Kind,
    OutcomeWord,
    PartialDate,
    partial_date,
)
from orepact.units import Doc, Unit

__all__ = [
    "DISTRIBUTIONS",
    "PARTS",
    "CarryOver",
    "Conduit",
    "Control",
    "DemandChange",
    "Distribution",
    "Flood",
    "Ladder",
    "LicenceShares",
    "Outage",
    "OutcomePart",
    "Part",
    "Quota",
    "Ranged",
    "Relative",
    "Scenario",
    "Tax",
    "Uncertain",
    "When",
    "fixed",
    "last_day",
    "start_day",
]

PARTS: tuple[str, ...] = (
    "outcomes", "controls", "quotas", "taxes", "outages", "demand", "floods", "conduits",
)
"""The fields of a scenario that hold parts, in the order in which they are shown."""

DISTRIBUTIONS: tuple[str, ...] = ("triangular", "uniform", "normal", "lognormal", "beta")

Licence = Literal["approve", "refuse"]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


@dataclass(frozen=True, slots=True)
class Ranged:
    """An uncertain number: the middle value and its range; all three equal where it is certain."""

    value: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Say whether the range is a single number."""
        return self.low == self.high


def fixed(number: float) -> Ranged:
    """Return a number that is certain."""
    return Ranged(number, number, number)


CERTAIN_ZERO, CERTAIN_ONE = fixed(0.0), fixed(1.0)
QUOTA_LEAKAGE = Ranged(0.5, 0.0, 1.0)  # card quota-leakage


def _ranged(value: Any) -> Any:
    if isinstance(value, Ranged | Mapping):
        return cast("Any", value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return fixed(float(value))
    raise ValueError("expected a number, or value, low and high")


Uncertain = Annotated[Ranged, BeforeValidator(_ranged)]
"""A range in a file: ``{value, low, high}``, or a plain number where it is certain."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A day counted from another one, later by calendar months and then by days.

    `end_of` counts from the last day of a suspension or of a part with an ``until``; `after` from
    the first day of a part, or of an act of the register. One of the two is given.
    """

    end_of: str = ""
    after: str = ""
    months: int = 0
    days: int = 0


def _when(value: object) -> PartialDate | Relative:
    if isinstance(value, PartialDate | Relative):
        return value
    if not isinstance(value, Mapping):
        return partial_date(value)
    given = cast("Mapping[str, object]", value)
    texts = {name: given[name] for name in ("end_of", "after") if name in given}
    numbers = {name: given[name] for name in ("months", "days") if name in given}
    if len(texts) != 1 or not all(isinstance(one, str) and one for one in texts.values()):
        raise ValueError("expected one of end_of and after, with the id it counts from")
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in numbers.values()):
        raise ValueError("months and days are whole numbers")
    return Relative(**cast("dict[str, Any]", {**texts, **numbers}))


When = Annotated[PartialDate | Relative, PlainValidator(_when)]
"""A day, month or year, or one counted from another: ``{after: id, months: 3, days: 1}``."""


def start_day(when: PartialDate | Relative) -> datetime.date:
    """Return the first day that a date can mean; raises `InputError` while it is relative."""
    return _absolute(when).first


def last_day(when: PartialDate | Relative) -> datetime.date:
    """Return the last day that a date can mean; raises `InputError` while it is relative."""
    return _absolute(when).last


def _absolute(when: PartialDate | Relative) -> PartialDate:
    if isinstance(when, PartialDate):
        return when
    raise InputError([Problem("the date is still relative", found=when.end_of or when.after,
                              expected="a scenario whose dates were worked out by `dated`")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What every part of a scenario has.

    `rung` is 0 for a part that always happens, else the rung of the escalation ladder from which
    on it does; there it takes the place of the parts it `replaces`. A part with neither source nor
    card is supposed by the scenario.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: Annotated[Id, Doc("unique in the scenario")]
    reason: Annotated[str, Field(min_length=1), Doc("why it is supposed, and why so large")]
    source: Annotated[str, Doc("source id or address; empty = supposed")] = ""
    card: Annotated[str, Doc("assumption card that bears the figures")] = ""
    rung: Annotated[int, Field(ge=0, le=9), Doc("rung of the ladder, 0 = not on it")] = 0
    replaces: Annotated[tuple[str, ...], Doc("parts of lower rungs that it takes the place of")] = (
        ()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePart(Part):
    """What becomes of a suspended act, or of all acts of one suspension."""

    act: Annotated[str, Doc("act or suspension of the register")]
    outcome: Annotated[OutcomeWord, Doc("revives, extended, repealed or escalates")]
    start: Annotated[When | None, Doc("first day back in force")] = None
    until: Annotated[When | None, Doc("new last day of an extended suspension")] = None
    announced: Annotated[When | None, Doc("day from which it is known")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceShares:
    """A licence's own shares of base trade by months in force, instead of the template's.

    `first` are the common first months, then `approve` or `refuse` follows, its last value held.
    `military` and `listed` are shares of the civil figure for these end users.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    first: Annotated[tuple[Uncertain, ...], Unit("1"), Doc("common first months")] = ()
    approve: Annotated[tuple[Uncertain, ...], Unit("1"), Doc("then, if approvals prevail")] = ()
    refuse: Annotated[tuple[Uncertain, ...], Unit("1"), Doc("then, if refusals prevail")] = ()
    military: Annotated[Uncertain | None, Unit("1"), Doc("share of the civil figure")] = None
    listed: Annotated[Uncertain | None, Unit("1"), Doc("share of the civil figure")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Control(Part):
    """An act that nobody has issued: ban, licence, refusal in principle, carve-out by end use."""

    title: Annotated[str, Doc("as it may be called")]
    issuer: Annotated[str, Doc("country or bloc")]
    kind: Annotated[Kind, Doc("kind of act")]
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1), Doc("effects on items")]
    announced: Annotated[When, Doc("day from which it is public")]
    effective: Annotated[When, Doc("first day in force")]
    until: Annotated[When | None, Doc("last day in force")] = None
    destinations: Annotated[tuple[str, ...], Doc("whom it meets")] = (ALL,)
    excluded: Annotated[tuple[str, ...], Doc("whom it spares")] = ()
    parents: Annotated[tuple[str, ...], Doc("acts of the register it builds on")] = ()
    reach: Annotated[Literal["issuer", "abroad"], Doc("goods that leave whose territory")] = (
        "issuer"
    )
    licence: Annotated[LicenceShares | None, Doc("own shares instead of the template's")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOver:
    """What becomes of the unused rest of a period."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    fraction: Annotated[Uncertain, Unit("1"), Doc("of the unused rest that is carried over")]
    months: Annotated[int, Field(ge=1, le=60), Unit("month"), Doc("until it lapses")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota(Part):
    """An export quota: a limit on what leaves the issuer in a period, destinations together."""

    issuer: Annotated[str, Doc("exporting region")]
    materials: Annotated[tuple[str, ...], Field(min_length=1), Doc("counted together")]
    announced: Annotated[When, Doc("day from which it is public")]
    effective: Annotated[When, Doc("first day in force")]
    limit: Annotated[Uncertain | None, Unit("t/period"), Doc("of its period, however short")] = None
    share_of_base: Annotated[Uncertain | None, Unit("1"), Doc("of base trade per period")] = None
    per: Annotated[Literal["month", "quarter", "year"], Doc("calendar period")] = "month"
    carry_over: Annotated[CarryOver | None, Doc("of the unused rest; none = it lapses")] = None
    reserve_share: Annotated[Uncertain, Unit("1"), Doc("of the limit kept by the issuer")] = (
        CERTAIN_ZERO
    )
    pace: Annotated[
        Uncertain | None, Unit("1"), Doc("most in a month, ÷ an even share of what is left")
    ] = None
    until: Annotated[When | None, Doc("last day in force")] = None
    destinations: Annotated[tuple[str, ...], Doc("whom it meets")] = (ALL,)
    excluded: Annotated[tuple[str, ...], Doc("whom it spares")] = ()
    leakage: Annotated[Uncertain, Unit("1"), Doc("undeclared trade, ÷ a ban's")] = QUOTA_LEAKAGE
    licences: Annotated[Literal["free", "auctioned", "unknown"], Doc("who keeps rent")] = "unknown"
    act: Annotated[str, Doc("act of the register that it puts into numbers")] = ""
    continues: Annotated[str, Doc("quota whose unused rest it takes over; one act: without")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax(Part):
    """An export tax: a fraction of the exporter's price on what leaves the issuer."""

    issuer: Annotated[str, Doc("exporting region")]
    materials: Annotated[tuple[str, ...], Field(min_length=1), Doc("taxed")]
    rate: Annotated[Uncertain, Unit("1"), Doc("fraction of the exporter's price")]
    announced: Annotated[When, Doc("day from which it is public")]
    effective: Annotated[When, Doc("first day in force")]
    until: Annotated[When | None, Doc("last day in force")] = None
    destinations: Annotated[tuple[str, ...], Doc("whom it meets")] = (ALL,)
    excluded: Annotated[tuple[str, ...], Doc("whom it spares")] = ()
    act: Annotated[str, Doc("act of the register that it puts into numbers")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage(Part):
    """A process in one region that runs at a fraction of what it would, for some months."""

    process: Annotated[str, Doc("recipe of a chain")]
    region: Annotated[str, Doc("where it stands")]
    month: Annotated[When, Doc("first month")]
    until: Annotated[When, Doc("last month")]
    activity: Annotated[Uncertain, Unit("1"), Doc("fraction that still runs")]
    alarm: Annotated[Uncertain, Unit("1"), Doc("how far buyers hoard, 1 = as at a control")] = (
        CERTAIN_ZERO
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandChange(Part):
    """A surge or fall of one use in one region (or ``ALL``), as a multiple of its base."""

    use: Annotated[str, Doc("use of a chain")]
    region: Annotated[str, Doc("where it is used, or ALL")]
    month: Annotated[When, Doc("first month")]
    until: Annotated[When, Doc("last month")]
    factor: Annotated[Uncertain, Unit("1"), Doc("multiple of base use")]
    chain: Annotated[str, Doc("the chain of the use; every chain that has it, if empty")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood(Part):
    """A region that offers more than it sold before, below the cost of others."""

    region: Annotated[str, Doc("exporting region")]
    materials: Annotated[tuple[str, ...], Field(min_length=1), Doc("offered")]
    price: Annotated[Uncertain, Unit("1"), Doc("multiple of the base price at which it is offered")]
    volume: Annotated[Uncertain, Unit("1"), Doc("multiple of base capacity")]
    month: Annotated[When, Doc("first month")]
    until: Annotated[When, Doc("last month")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduit(Part):
    """Transshipment: blocked trade that reaches a buyer through a third region at a premium."""

    exporter: Annotated[str, Doc("region of origin")]
    through: Annotated[str, Doc("conduit")]
    to: Annotated[str, Doc("buyer")]
    materials: Annotated[tuple[str, ...], Field(min_length=1), Doc("shipped")]
    share: Annotated[Uncertain, Unit("1"), Doc("of the buyer's blocked base trade")]
    premium: Annotated[Uncertain, Unit("1"), Doc("fraction of the exporter's base price")]
    ramp_months: Annotated[int, Field(ge=0, le=36), Unit("month"), Doc("until the full share")] = 6
    permitted: Annotated[Uncertain, Unit("1"), Doc("the exporter's approvals for the conduit")] = (
        CERTAIN_ONE
    )
    month: Annotated[When | None, Doc("first month; the scenario's, if empty")] = None
    until: Annotated[When | None, Doc("last month; open, if empty")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Which rungs of the escalation ladder are run side by side.

    A climb of k has every part with a rung from 1 to k besides those with rung 0.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    climbs: Annotated[tuple[Annotated[int, Field(ge=0, le=9)], ...], Field(min_length=1)] = (0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How a range is drawn from; every range without one is triangular.

    All are cut off at the range. Scale and shape default to: normal, a standard deviation `sd` of
    a quarter of the range around the value; lognormal, the same in logarithms; beta, the weights
    of the three-point estimate, `alpha` = 1 + 4 (value − low)/(high − low) and the mirror image.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    of: str
    kind: Literal["triangular", "uniform", "normal", "lognormal", "beta"]
    sd: Annotated[float, Field(gt=0.0)] | None = None
    alpha: Annotated[float, Field(gt=0.0)] | None = None
    beta: Annotated[float, Field(gt=0.0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scenario: what happens in which chains, from a first month on, under which suppositions.

    `branch` is the branch of the register for outcomes that no part decides; `licence` the licence
    branches, run one by one and never averaged. Ranges become numbers by `resolve`, relative dates
    become days by `dated`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    scenario: Annotated[Id, Doc("id")]
    title: Annotated[str, Field(min_length=1), Doc("one line")]
    text: Annotated[str, Doc("what happens, in plain words")]
    version: Annotated[int, Field(ge=1), Doc("counted up by hand at every change")]
    chains: Annotated[tuple[str, ...], Field(min_length=1), Doc("chains that are simulated")]
    first_month: Annotated[Month, Doc("first month that is told")]
    months: Annotated[int, Field(ge=1, le=60), Unit("month"), Doc("how many months")]
    reason: Annotated[str, Field(min_length=1), Doc("why the scenario is worth running")]
    branch: Annotated[str, Doc("branch of the register for open outcomes")] = "extended"
    licence: Annotated[tuple[Licence, ...], Field(min_length=1), Doc("licence branches")] = (
        "approve", "refuse",
    )
    sources: Annotated[tuple[str, ...], Doc("source ids or addresses")] = ()
    outcomes: tuple[OutcomePart, ...] = ()
    controls: tuple[Control, ...] = ()
    quotas: tuple[Quota, ...] = ()
    taxes: tuple[Tax, ...] = ()
    outages: tuple[Outage, ...] = ()
    demand: tuple[DemandChange, ...] = ()
    floods: tuple[Flood, ...] = ()
    conduits: tuple[Conduit, ...] = ()
    ladder: Ladder | None = None
    links: Annotated[tuple[str, ...], Doc("product and host links between the chains")] = ()
    distributions: tuple[Distribution, ...] = ()

    @property
    def first(self) -> datetime.date:
        """Return the first day of the first month."""
        return start_day(PartialDate(self.first_month))

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return every part, in the order of `PARTS`."""
        return tuple(part for name in PARTS for part in cast("tuple[Part, ...]",
                                                             getattr(self, name)))
