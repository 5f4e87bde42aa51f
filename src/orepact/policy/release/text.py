"""What a release rulebook says: when a reserve gives material, how much, to whom, and when not.

Format ``orepact/release-rulebook/1``. Data only: reading is in `reading`, contradictions in
`checks`; what a rule means month by month is in `orepact.result.releases`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from orepact.network.components import Reserve
from orepact.policy.scenario.text import Id, Month
from orepact.units import Doc, Unit

__all__ = [
    "ALLOCATIONS",
    "Allocation",
    "Emergency",
    "Replenish",
    "Rule",
    "Rulebook",
    "Size",
    "Stop",
    "Trigger",
]

Allocation = Literal[
    "proportional", "equal-awards", "equal-losses", "talmud", "piniles", "random-arrival",
    "adjusted-proportional",
]

ALLOCATIONS: tuple[Allocation, ...] = (
    "proportional", "equal-awards", "equal-losses", "talmud", "piniles", "random-arrival",
    "adjusted-proportional",
)
"""How tonnes are shared between members that are short; claims are what each is short of."""

_CLOSED: ConfigDict = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What sets a release off; levels that are not given set nothing off.

    A loss is the share of the group's base supply (made and net imports), or of its wanted use,
    that was missing in the month before. `group_loss` looks at the group as a whole, `member_loss`
    at one member: then that member alone receives. A price is a multiple of the base price.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    group_loss: Annotated[float | None, Unit("1"), Doc("loss of the group, from here on")] = None
    member_loss: Annotated[float | None, Unit("1"), Doc("loss of one member, from here on")] = None
    price: Annotated[float | None, Unit("1"), Doc("multiple of the base price, from here on")] = (
        None
    )
    price_months: Annotated[int, Unit("month"), Doc("months in a row at that price")] = 1
    cover_days: Annotated[
        float | None, Unit("day"), Doc("stocks of the group in days of use, at most this")
    ] = None
    when: Annotated[Literal["any", "all"], Doc("whether one level is enough or all are needed")] = (
        "any"
    )
    of: Annotated[Literal["supply", "use"], Doc("what is missing: base supply or use")] = (
        "supply"
    )

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the names of the levels that are given."""
        names = ("group_loss", "member_loss", "price", "cover_days")
        return tuple(name for name in names if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is released in a month: one of three measures, between two bounds."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    share_of_shortfall: Annotated[
        float | None, Unit("1"), Doc("of what the members are short of in a month")
    ] = None
    share_of_stock: Annotated[
        float | None, Unit("1/month"), Doc("of what the reserve held before the first month")
    ] = None
    tonnes: Annotated[float | None, Unit("t/month"), Doc("whatever the shortfall")] = None
    at_least: Annotated[
        float, Unit("1/month"), Doc("least: share of what the reserve held before the first month")
    ] = 0.0
    at_most: Annotated[
        float, Unit("1/month"), Doc("most: share of what the reserve held before the first month")
    ] = 1.0

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the names of the measures that are given."""
        names = ("share_of_shortfall", "share_of_stock", "tonnes")
        return tuple(name for name in names if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What ends a release: every level that is given is undershot, or so many months have passed.

    Without levels a release ends when its trigger no longer holds. After `months` it rests until
    the trigger has not held for a month.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    loss: Annotated[float | None, Unit("1"), Doc("loss below this: of the group, of members")] = (
        None
    )
    price: Annotated[float | None, Unit("1"), Doc("multiple of the base price below this")] = None
    months: Annotated[int | None, Unit("month"), Doc("most months of one release")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replenish:
    """How a reserve is filled again to what it held before the first month, never beyond.

    It buys where it lies. From `by` months after the last release on it buys at any price.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    price_below: Annotated[float, Unit("1"), Doc("multiple of the base price at which it buys")]
    share_of_stock: Annotated[
        float | None, Unit("1/month"), Doc("of what the reserve held before the first month")
    ] = None
    tonnes: Annotated[float | None, Unit("t/month"), Doc("bought in a month")] = None
    after: Annotated[int, Unit("month"), Doc("months since the last release")] = 1
    by: Annotated[int | None, Unit("month"), Doc("months after which it buys at any price")] = None
    supply_share: Annotated[
        float, Unit("1"), Doc("bound: share of the supply of a month where it lies")
    ] = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """A stricter trigger at which more is released, or sooner."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    trigger: Annotated[Trigger, Doc("stricter than the rule's own")]
    size: Annotated[Size, Doc("in place of the rule's own")]
    notice: Annotated[float, Unit("day"), Doc("in place of the rule's own")] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: which reserves it is for, and all that it says of them.

    A list that is left out means all: all owners, materials and reserves, all who are entitled. No
    reserve has two rules.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    id: Annotated[Id, Doc("unique in the rulebook")]
    reason: Annotated[str, Field(min_length=1), Doc("why these levels")]
    trigger: Annotated[Trigger, Doc("what sets a release off")]
    size: Annotated[Size, Doc("how much is released in a month")]
    owners: Annotated[tuple[str, ...], Doc("whose reserves")] = ()
    materials: Annotated[tuple[str, ...], Doc("forms that are held")] = ()
    reserves: Annotated[tuple[str, ...], Doc("reserves by name")] = ()
    members: Annotated[tuple[str, ...], Doc("regions that may receive")] = ()
    group: Annotated[tuple[str, ...], Doc("regions whose loss counts; the members, if empty")] = ()
    notice: Annotated[float, Unit("day"), Doc("from the decision to the first tonne")] = 0.0
    lead: Annotated[
        int | None, Unit("month"), Doc("in place of the reserve's own lead time")
    ] = None
    allocation: Annotated[Allocation, Doc("how members that are short share")] = "proportional"
    stop: Annotated[Stop, Doc("what ends a release")] = Stop()
    replenish: Annotated[Replenish | None, Doc("how it is filled again; none = it is not")] = None
    emergency: Annotated[Emergency | None, Doc("stricter trigger, larger release")] = None
    start: Annotated[Month | None, Doc("first month of the rule")] = None
    until: Annotated[Month | None, Doc("last month of the rule")] = None
    source: Annotated[str, Doc("source id or address; empty = supposed")] = ""
    card: Annotated[str, Doc("assumption card that bears the figures")] = ""

    def means(self, reserve: Reserve) -> bool:
        """Say whether the rule is for a reserve."""
        pairs = ((self.owners, reserve.owner), (self.materials, reserve.material),
                 (self.reserves, reserve.name))
        return all(not names or name in names for names, name in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """A release rulebook: rules for reserves, each with its reason."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    rulebook: Annotated[Id, Doc("id")]
    title: Annotated[str, Field(min_length=1), Doc("one line")]
    text: Annotated[str, Doc("what it does, in plain words")]
    version: Annotated[int, Field(ge=1), Doc("counted up by hand at every change")]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1), Doc("one per kind of reserve")]
    sources: Annotated[tuple[str, ...], Doc("source ids or addresses")] = ()
