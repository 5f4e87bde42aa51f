"""Price-support instruments: what is paid or charged, on which stage, where, when and up to what.

An instrument is data. It says which price of the model is its reference index and on which tax
basis, so that two contracts with one strike are not mistaken for one. What it means month by month
is in `orepact.result.support`; its arithmetic is in `orepact.indicators.support`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from orepact.network.components import Component, NonNegative
from orepact.units import Doc, Unit

__all__ = [
    "INSTRUMENTS",
    "BorderFloor",
    "ContractForDifference",
    "Index",
    "IndexBasis",
    "Instrument",
    "Offtake",
    "PriceGapSubsidy",
    "StandardsTier",
]

Index = Literal["zone", "exporter", "world"]
IndexBasis = Literal["excluding VAT", "including VAT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument(Component):
    """What every price support has: stage, zone, months, reference index, tax basis and cap."""

    material: Annotated[str, Doc("the stage it acts on")]
    zone: Annotated[tuple[str, ...], Doc("regions that live under it and pay for it")]
    first: Annotated[date | None, Doc("first month; none = from the beginning")] = None
    last: Annotated[date | None, Doc("last month, included; none = until the end")] = None
    index: Annotated[
        Index,
        Doc(
            "reference price: mean of the zone's regions by their base use, the dominant "
            "exporter's own price, or the mean of all regions by their base use"
        ),
    ] = "zone"
    index_basis: Annotated[IndexBasis, Doc("whether strike and index are quoted with tax")] = (
        "excluding VAT"
    )
    vat: Annotated[NonNegative, Unit("1"), Doc("tax rate that an index with tax contains")] = 0.0
    volume: Annotated[
        NonNegative, Unit("t/month"), Doc("most that it pays for, charges or takes")
    ] = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderFloor(Instrument):
    """A stage-wise reference price held at the border by an adjustable charge.

    The charge on a route from outside the zone is what the exporter's price and the route's cost
    lack of the floor, and nothing if they reach it.
    """

    floor: Annotated[NonNegative, Unit("USD/t"), Doc("least landed price at the border")]
    exempt: Annotated[tuple[str, ...], Doc("exporters that are not charged")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractForDifference(Instrument):
    """A contract that pays the strike less the index, and shares what the index is above it."""

    processes: Annotated[tuple[str, ...], Doc("processes or plants under contract")]
    strike: Annotated[NonNegative, Unit("USD/t"), Doc("price that is made up to")]
    upside: Annotated[
        NonNegative, Unit("1"), Doc("share above the strike paid back: 0 one-way, 1 two-way")
    ] = 0.0
    upside_when: Annotated[
        Literal["always", "full production"], Doc("when the upside is shared")
    ] = "always"
    full: Annotated[
        NonNegative, Unit("1"), Doc("share of capacity that counts as full production")
    ] = 0.9
    full_of: Annotated[
        str, Doc("process whose full production starts the upside; empty = those under contract")
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceGapSubsidy(Instrument):
    """A payment per tonne of what the index lacks of a cost level; nothing is ever paid back."""

    processes: Annotated[tuple[str, ...], Doc("processes or plants that are paid")]
    cost: Annotated[NonNegative, Unit("USD/t"), Doc("cost level that is held up")]
    share: Annotated[NonNegative, Unit("1"), Doc("share of the gap that is paid")] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardsTier(Instrument):
    """A market for certified supply: a share of the zone's use must be certified or bought out.

    Certified supply earns the premium, every tonne used in the zone pays the share of it.
    """

    certified: Annotated[tuple[str, ...], Doc("regions, processes or plants that are certified")]
    share: Annotated[NonNegative, Unit("1"), Doc("share of the zone's use to be certified")]
    premium_cap: Annotated[NonNegative, Unit("USD/t"), Doc("buy-out price: largest premium")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offtake(Instrument):
    """A buyer of last resort: takes up to `volume` while the market pays less than its price."""

    processes: Annotated[tuple[str, ...], Doc("processes or plants it buys from")]
    price: Annotated[NonNegative, Unit("USD/t"), Doc("price it pays")]
    resale: Annotated[
        Literal["hold", "sell"], Doc("whether it keeps what it bought or sells above that price")
    ] = "hold"


INSTRUMENTS: tuple[type[Instrument], ...] = (
    BorderFloor,
    ContractForDifference,
    PriceGapSubsidy,
    StandardsTier,
    Offtake,
)
