"""Projects: mines, refineries and plants that may be built, with what is uncertain as ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from orepact.network.components import Component
from orepact.units import Doc, Unit

__all__ = ["KINDS", "ROLES", "Kind", "Mode", "Project", "Role", "Spread"]

Kind = Literal["mine", "brine", "recovery", "refinery", "metal", "plant", "recycling"]
Role = Literal["export-bank", "development-bank", "private"]

KINDS: tuple[Kind, ...] = ("mine", "brine", "recovery", "refinery", "metal", "plant", "recycling")
ROLES: tuple[Role, ...] = ("export-bank", "development-bank", "private")
"""Who may finance: an export credit bank, a development bank, private money."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A number with its range: lowest, likeliest, highest; a triangle of chances."""

    low: float
    value: float
    high: float

    def times(self, factor: float) -> Spread:
        """Return the spread in other units, or of a part; `factor` is not negative."""
        return Spread(self.low * factor, self.value * factor, self.high * factor)

    def fixed(self) -> Spread:
        """Return the likeliest number as certain."""
        return Spread(self.value, self.value, self.value)


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to run a project: tonnes made and used per tonne of its first output."""

    recipe: str
    outputs: Mapping[str, float]
    inputs: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Component):
    """A mine, refinery, recovery circuit, plant or recycler that may be built.

    It does not exist until somebody decides on it; what is decided already opens in `opens`.
    """

    title: Annotated[str, Doc("as printed")] = ""
    row: Annotated[str, Doc("row of the table of projects, if it is one of them")] = ""
    country: Annotated[str, Doc("where it stands, ISO 3166-1 alpha-3")]
    region: Annotated[str, Doc("region of the chain that holds the country")] = ""
    home: Annotated[str, Doc("zone that may choose it when zones choose separately")]
    chain: Annotated[str, Doc("the chain it belongs to")]
    kind: Annotated[Kind, Doc("mine, brine, recovery, refinery, metal, plant or recycling")]
    modes: Annotated[tuple[Mode, ...], Doc("ways to run it, which share its capacity")]
    capacity: Annotated[Spread, Unit("t/year"), Doc("largest output of the first output")]
    capital: Annotated[Spread, Unit("USD"), Doc("money to build it, all of it")]
    cost: Annotated[Spread, Unit("USD/t"), Doc("operating cost, inputs apart")]
    permitting: Annotated[Spread, Unit("year"), Doc("from the decision to all permits")]
    construction: Annotated[Spread, Unit("year"), Doc("from the permits to the opening")]
    ramp: Annotated[Spread, Unit("year"), Doc("from the opening to full output")]
    decided: Annotated[bool, Doc("money is committed: nobody has to choose it")] = False
    opens: Annotated[Spread | None, Unit("year"), Doc("decimal year of opening, if decided")] = None
    share: Annotated[Spread, Unit("1"), Doc("part of its output and money that is the zones'")] = (
        field(default_factory=lambda: Spread(1.0, 1.0, 1.0))
    )
    host: Annotated[str, Doc("the host whose output bounds a by-product")] = ""
    roles: Annotated[tuple[Role, ...], Doc("who may finance it")] = ROLES
    status: Annotated[str, Doc("as published")] = ""
    supposed: Annotated[tuple[str, ...], Doc("fields that rest on cards, not on a source")] = ()
