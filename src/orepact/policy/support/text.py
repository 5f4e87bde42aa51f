"""What a support file says: instruments, plants and the cards that their numbers stand on.

Format ``orepact/support/1``; plants alone are ``orepact/plants/1``. An amount is a number in the
unit of its field, or the name of a card, whose unit is converted. Data only: reading is in
`reading`, contradictions in `checks`, the components that come of it in `made`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from orepact.network.chains.text import Card
from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Index,
    IndexBasis,
    Instrument,
    Offtake,
    PriceGapSubsidy,
    StandardsTier,
)
from orepact.policy.scenario.text import Id, Month
from orepact.units import Doc, Unit

__all__ = [
    "KINDS",
    "Amount",
    "ContractText",
    "CostText",
    "FloorText",
    "GapText",
    "InstrumentText",
    "OfftakeText",
    "PlantText",
    "PlantsText",
    "StandardsText",
    "SupportText",
]

Amount = float | str
"""A number, or the name of a card."""

_CLOSED: ConfigDict = ConfigDict(extra="forbid")
_Regions = Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentText:
    """What every instrument of a file says: stage, zone, months, index, basis and cap."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    makes: ClassVar[type[Instrument]] = Instrument
    id: Annotated[Id, Doc("unique in the file")]
    reason: Annotated[str, Field(min_length=1), Doc("why this stage, zone and level")]
    material: Annotated[str, Doc("the stage it acts on")]
    zone: Annotated[_Regions, Doc("regions that live under it and pay for it")]
    first: Annotated[Month | None, Doc("first month; none = from the beginning")] = None
    last: Annotated[Month | None, Doc("last month, included; none = until the end")] = None
    index: Annotated[
        Index, Doc("reference price: of the zone, of the dominant exporter, of all regions")
    ] = "zone"
    index_basis: Annotated[IndexBasis, Doc("whether the index is quoted with tax")] = (
        "excluding VAT"
    )
    vat: Annotated[Amount, Unit("1"), Doc("tax rate that an index with tax contains")] = 0.0
    volume: Annotated[
        Amount | None, Unit("t/month"), Doc("most that it pays for, charges or takes; none = all")
    ] = None
    source: Annotated[str, Doc("source id or address; empty = supposed")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorText(InstrumentText):
    """A border-adjusted floor of one stage."""

    makes: ClassVar[type[Instrument]] = BorderFloor
    kind: Literal["border-floor"]
    floor: Annotated[Amount, Unit("USD/t"), Doc("least landed price at the border")]
    exempt: Annotated[tuple[str, ...], Doc("exporters that are not charged")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractText(InstrumentText):
    """A one- or two-way contract for difference."""

    makes: ClassVar[type[Instrument]] = ContractForDifference
    kind: Literal["contract-for-difference"]
    processes: Annotated[_Regions, Doc("processes or plants under contract")]
    strike: Annotated[Amount, Unit("USD/t"), Doc("price that is made up to")]
    upside: Annotated[Amount, Unit("1"), Doc("share above the strike that is paid back")] = 0.0
    upside_when: Annotated[
        Literal["always", "full production"], Doc("when the upside is shared")
    ] = "always"
    full: Annotated[Amount, Unit("1"), Doc("share of capacity that counts as full")] = 0.9
    full_of: Annotated[str, Doc("process whose full production starts the upside")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapText(InstrumentText):
    """A subsidy of the gap between a cost level and the index."""

    makes: ClassVar[type[Instrument]] = PriceGapSubsidy
    kind: Literal["price-gap-subsidy"]
    processes: Annotated[_Regions, Doc("processes or plants that are paid")]
    cost: Annotated[Amount, Unit("USD/t"), Doc("cost level that is held up")]
    share: Annotated[Amount, Unit("1"), Doc("share of the gap that is paid")] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardsText(InstrumentText):
    """A market for certified supply with a buy-out price."""

    makes: ClassVar[type[Instrument]] = StandardsTier
    kind: Literal["standards-tier"]
    certified: Annotated[_Regions, Doc("regions, processes or plants that are certified")]
    share: Annotated[Amount, Unit("1"), Doc("share of the zone's use to be certified")]
    premium_cap: Annotated[Amount, Unit("USD/t"), Doc("buy-out price: largest premium")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfftakeText(InstrumentText):
    """A buyer of last resort."""

    makes: ClassVar[type[Instrument]] = Offtake
    kind: Literal["offtake"]
    processes: Annotated[_Regions, Doc("processes or plants it buys from")]
    price: Annotated[Amount, Unit("USD/t"), Doc("price it pays")]
    resale: Annotated[
        Literal["hold", "sell"], Doc("whether it keeps what it bought or sells above that price")
    ] = "hold"


KINDS: dict[str, type[InstrumentText]] = {
    "border-floor": FloorText,
    "contract-for-difference": ContractText,
    "price-gap-subsidy": GapText,
    "standards-tier": StandardsText,
    "offtake": OfftakeText,
}
"""The kinds of instruments that a file may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantText:
    """One plant: which recipe of the chain it runs, where, how large, at which cost."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    id: Annotated[Id, Doc("unique in the file")]
    title: Annotated[str, Field(min_length=1), Doc("as it is known")]
    recipe: Annotated[str, Doc("a process of the chain")]
    region: Annotated[str, Doc("where it stands")]
    steps: Annotated[
        tuple[str, ...], Doc("earlier recipes that it runs itself, in place of buying their output")
    ] = ()
    capacity: Annotated[Amount, Unit("t/month"), Doc("largest output")]
    cost: Annotated[
        Amount, Unit("USD/t"), Doc("cash cost per tonne, inputs of the recipe apart")
    ]
    patience: Annotated[
        Amount, Unit("month"), Doc("months of negative cash margin before it closes")
    ]
    restart: Annotated[
        Amount, Unit("month"), Doc("months from wanting to open again until it does")
    ]
    ramp: Annotated[Amount, Unit("month"), Doc("months from opening to full capacity")] = 0.0
    opens: Annotated[Month | None, Doc("first month; none = it stands already")] = None
    project: Annotated[str, Doc("row of the table of projects")] = ""
    reason: Annotated[str, Field(min_length=1), Doc("what is known, what is supposed")]
    source: Annotated[str, Doc("source id or address; empty = supposed")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostText:
    """What public cost over price paths needs, beside the contract: prices, tonnes, dates."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    price: Annotated[Amount, Unit("USD/t"), Doc("price of today, without tax")]
    level: Annotated[Amount, Unit("USD/t"), Doc("mean price in the long run, where it reverts")]
    tonnes: Annotated[Amount, Unit("t/month"), Doc("tonnes sold under the contract")]
    rate: Annotated[Amount, Unit("1"), Doc("interest at which years are discounted, per year")]
    vat: Annotated[Amount, Unit("1"), Doc("tax in the index, if it is unknown whether")] = 0.0
    full_from: Annotated[
        Amount, Unit("month"), Doc("months from the first month until full production")
    ] = 0.0
    inflation: Annotated[
        Amount, Unit("1"),
        Doc("inflation per year by which prices rise while the contract's level stays nominal"),
    ] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantsText:
    """A file of plants of one chain."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    plants_of: Annotated[Id, Doc("name of the set")]
    title: Annotated[str, Field(min_length=1), Doc("one line")]
    text: Annotated[str, Doc("what is in it and what is not")]
    chain: Annotated[str, Doc("chain whose recipes they run")]
    plants: Annotated[tuple[PlantText, ...], Field(min_length=1), Doc("plants")]
    cards: Annotated[tuple[Card, ...], Doc("assumption cards")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportText:
    """A support file: instruments on one chain, with the plants that may live by them."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED
    support: Annotated[Id, Doc("id")]
    title: Annotated[str, Field(min_length=1), Doc("one line")]
    text: Annotated[str, Doc("what it does, in plain words")]
    version: Annotated[int, Field(ge=1), Doc("counted up by hand at every change")]
    chain: Annotated[str, Doc("chain that it is laid over")]
    instruments: Annotated[
        tuple[
            Annotated[
                FloorText | ContractText | GapText | StandardsText | OfftakeText,
                Field(discriminator="kind"),
            ],
            ...,
        ],
        Doc("what is paid or charged"),
    ] = ()
    plants_of: Annotated[
        str, Doc("set of plants that ships, or path of a file of plants; empty = none")
    ] = ""
    plants: Annotated[tuple[PlantText, ...], Doc("further plants")] = ()
    cost: Annotated[
        CostText | None, Doc("what public cost over price paths needs; none = it is not asked")
    ] = None
    cards: Annotated[tuple[Card, ...], Doc("assumption cards")] = ()
    sources: Annotated[tuple[str, ...], Doc("source ids or addresses")] = ()
