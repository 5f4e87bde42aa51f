"""What an exercise file says: teams with their stocks and menus, turns with their injects.

Format ``orepact/exercise/1``. An exercise plays in the chains of a scenario. Each turn has a day
and lasts until the month of the next one; its injects are texts for all teams or for some, and
dated parts of a scenario that come true with them. What a team may decide is its menu: every entry
is something that the simulator can carry out.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, cast

from pydantic import ConfigDict, Field

from orepact.policy.controls import ALL
from orepact.policy.scenario.text import (
    Conduit,
    Control,
    DemandChange,
    Flood,
    Id,
    Month,
    Outage,
    OutcomePart,
    Quota,
    Tax,
    Uncertain,
)
from orepact.units import Doc, Unit

__all__ = [
    "MENU",
    "Approval",
    "Exercise",
    "Holding",
    "Inject",
    "Menu",
    "Option",
    "Priority",
    "Purchase",
    "Reexport",
    "Release",
    "Restraint",
    "Subsidy",
    "Team",
    "Turn",
]

MENU: tuple[str, ...] = (
    "releases", "purchases", "restraints", "priorities", "reexports", "approvals", "subsidies",
)
"""The fields of a menu, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What every entry of a menu has."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: Annotated[Id, Doc("unique in the team's menu")]
    title: Annotated[str, Field(min_length=1), Doc("as the team reads it")]
    from_turn: Annotated[int, Field(ge=1), Doc("first turn in which it is open")] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Option):
    """Sell from the team's own stock on the market of its region, for one turn."""

    material: Annotated[str, Doc("what is sold")]
    most: Annotated[float, Field(gt=0.0), Unit("t/month"), Doc("largest release")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase(Option):
    """Buy for the team's own stock on the market of its region, for one turn.

    Nothing is bought while the region's price is above `ceiling`.
    """

    material: Annotated[str, Doc("what is bought")]
    most: Annotated[float, Field(gt=0.0), Unit("t/month"), Doc("largest purchase")]
    ceiling: Annotated[
        float, Field(gt=0.0, le=50.0), Unit("1"), Doc("multiple of the base price it pays at most")
    ] = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Restraint(Option):
    """Hold back a use in the team's region, until it is changed."""

    use: Annotated[str, Doc("use of a chain")]
    most: Annotated[float, Field(gt=0.0, le=1.0), Unit("1"), Doc("largest fraction held back")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority(Option):
    """Serve a use of the team's region before the others of the same material."""

    use: Annotated[str, Doc("use of a chain")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reexport(Option):
    """Stop exports from the team's region, until they are allowed again."""

    materials: Annotated[tuple[str, ...], Field(min_length=1), Doc("what may not leave")]
    destinations: Annotated[tuple[str, ...], Doc("whom it meets")] = (ALL,)
    excluded: Annotated[tuple[str, ...], Doc("whom it spares")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Option):
    """Call for approvals that let blocked trade come to the team's region through a third one.

    The exporter decides what it grants: `granted` is the facilitator's supposition.
    """

    exporter: Annotated[str, Doc("region of origin, which approves")]
    through: Annotated[str, Doc("third region")]
    materials: Annotated[tuple[str, ...], Field(min_length=1), Doc("shipped")]
    share: Annotated[Uncertain, Unit("1"), Doc("of the team's blocked base trade")]
    granted: Annotated[Uncertain, Unit("1"), Doc("share of it that the exporter approves")]
    premium: Annotated[Uncertain, Unit("1"), Doc("fraction of the exporter's base price")]
    ramp_months: Annotated[int, Field(ge=0, le=36), Unit("month"), Doc("until the full share")] = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsidy(Option):
    """Pay a producer for each tonne, until it is changed: a mine or plant starts or runs more.

    The money goes to every tonne that the process makes, also those it would have made anyway.
    """

    process: Annotated[str, Doc("recipe of a chain; a mine that stands still ends in -restart")]
    region: Annotated[str, Doc("where it stands; the team's region, if empty")] = ""
    most: Annotated[float, Field(gt=0.0, le=5.0), Unit("1"), Doc("fraction of its base value")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What a team may decide."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    releases: tuple[Release, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    restraints: tuple[Restraint, ...] = ()
    priorities: tuple[Priority, ...] = ()
    reexports: tuple[Reexport, ...] = ()
    approvals: tuple[Approval, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()

    @property
    def options(self) -> tuple[Option, ...]:
        """Return every entry, in the order of `MENU`."""
        lists = (cast("tuple[Option, ...]", getattr(self, name)) for name in MENU)
        return tuple(option for each in lists for option in each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a team holds at the start; neither source nor card = supposed."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    material: Annotated[str, Doc("what lies there")]
    tonnes: Annotated[float, Field(ge=0.0), Unit("t"), Doc("at the start")]
    reason: Annotated[str, Field(min_length=1), Doc("why so much is supposed")]
    source: Annotated[str, Doc("source id or address")] = ""
    card: Annotated[str, Doc("assumption card")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team: the region it speaks for, its role, what it holds and what it may decide.

    `watches` are the materials of its region that it is told about; those with a final use there,
    if empty. `counts` are the regions whose unmet use counts for it; its own, if empty.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: Annotated[Id, Doc("unique")]
    title: Annotated[str, Field(min_length=1), Doc("as printed")]
    region: Annotated[str, Doc("node of the chains")]
    role: Annotated[str, Field(min_length=1), Doc("whom it plays and what it wants")]
    watches: Annotated[tuple[str, ...], Doc("materials it is told about")] = ()
    counts: Annotated[tuple[str, ...], Doc("regions whose unmet use counts for it")] = ()
    holdings: tuple[Holding, ...] = ()
    menu: Menu = Menu()

    @property
    def regions(self) -> tuple[str, ...]:
        """Return the regions whose unmet use counts for the team."""
        return self.counts or (self.region,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inject:
    """News: a text, for whom, and what comes true with it.

    `to` names the teams that are told, all of them if empty; what comes true holds for everybody.
    `ends` are ids of earlier parts that end on the day before the turn.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: Annotated[Id, Doc("unique")]
    text: Annotated[str, Field(min_length=1), Doc("what is told")]
    to: Annotated[tuple[str, ...], Doc("teams that are told; all, if empty")] = ()
    questions: Annotated[tuple[str, ...], Doc("what they are asked")] = ()
    ends: Annotated[tuple[str, ...], Doc("parts that end on the day before")] = ()
    outcomes: tuple[OutcomePart, ...] = ()
    controls: tuple[Control, ...] = ()
    quotas: tuple[Quota, ...] = ()
    taxes: tuple[Tax, ...] = ()
    outages: tuple[Outage, ...] = ()
    demand: tuple[DemandChange, ...] = ()
    floods: tuple[Flood, ...] = ()
    conduits: tuple[Conduit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn: its day, a title and what is told; it lasts until the month of the next one."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    date: Annotated[datetime.date, Doc("day on which the teams sit")]
    title: Annotated[str, Field(min_length=1), Doc("one line, told to all")]
    injects: Annotated[tuple[Inject, ...], Field(min_length=1), Doc("news")]

    @property
    def month(self) -> datetime.date:
        """Return the first day of the month in which the turn begins."""
        return self.date.replace(day=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """An exercise: the scenario it plays in, its months, teams and turns.

    `scenario` gives chains, licence branches, the branch of open outcomes and what is supposed
    from the start, up to `rung` of its ladder; uncertain numbers take their middle values. Months
    are counted from `first_month`, the month of the first turn.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    exercise: Annotated[Id, Doc("id")]
    title: Annotated[str, Field(min_length=1), Doc("one line")]
    text: Annotated[str, Field(min_length=1), Doc("what it is about, told to all")]
    version: Annotated[int, Field(ge=1), Doc("counted up by hand at every change")]
    scenario: Annotated[str, Doc("scenario that ships, or path beside this file")]
    first_month: Annotated[Month, Doc("month of the first turn")]
    months: Annotated[int, Field(ge=1, le=36), Unit("month"), Doc("how many months")]
    reason: Annotated[str, Field(min_length=1), Doc("what it is meant to train")]
    teams: Annotated[tuple[Team, ...], Field(min_length=1)]
    turns: Annotated[tuple[Turn, ...], Field(min_length=1, max_length=24)]
    rung: Annotated[int, Field(ge=0, le=9), Doc("rung of the scenario's ladder")] = 0
    sources: Annotated[tuple[str, ...], Doc("source ids or addresses")] = ()

    @property
    def first(self) -> datetime.date:
        """Return the first day of the first month."""
        return datetime.date.fromisoformat(f"{self.first_month}-01")

    @property
    def options(self) -> tuple[tuple[Team, Option], ...]:
        """Return every entry of every menu with its team, in order."""
        return tuple((team, option) for team in self.teams for option in team.menu.options)

    @property
    def injects(self) -> Iterator[tuple[int, int, Inject]]:
        """Yield every inject with the number of its turn and its own number there, from 0."""
        for turn, each in enumerate(self.turns):
            for number, inject in enumerate(each.injects):
                yield turn, number, inject

    def team(self, name: str) -> Team:
        """Return a team by its id."""
        return next(each for each in self.teams if each.id == name)

    def months_of(self, turn: int) -> tuple[int, int]:
        """Return the first month of a turn and how many it has, counted from the first month."""
        starts = [_gap(self.first, each.month) for each in self.turns] + [self.months]
        return starts[turn], starts[turn + 1] - starts[turn]


def _gap(first: datetime.date, later: datetime.date) -> int:
    return (later.year - first.year) * 12 + later.month - first.month
