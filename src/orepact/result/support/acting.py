"""Instruments and plants as index arrays over a network's tables, for the simulator.

Prices are multiples of the base price and volumes in base value, as in a window; which month an
instrument holds in counts from the first month told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from orepact.errors import InputError, Problem
from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.model.support import Outputs, SupportBlock
from orepact.model.tables import tables_of
from orepact.model.window import in_base_value
from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Instrument,
    Offtake,
    PriceGapSubsidy,
    StandardsTier,
)
from orepact.network.network import Network
from orepact.network.plants import Plant
from orepact.result.months import Months
from orepact.result.support.places import Places

__all__ = ["Contract", "Floor", "Supports", "Taking", "Tier", "supports_of"]

Flags = npt.NDArray[np.bool_]

NEVER = 1_000_000
"""A number of months that no path reaches."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A border floor: its routes, where each begins, what each costs, and its level (multiples).

    `node` and `weight` make the price in the zone, which is only told.
    """

    column: int
    route: Index
    start: Index
    cost: Array
    level: float
    node: Index
    weight: Array


@dataclass(frozen=True, slots=True)
class Contract:
    """What is paid a tonne: ``share·max(0, strike − tax·index)``, above it ``−upside`` of the rest.

    `strike` is a multiple of the base price, `volume` in base value; `node` and `weight` make the
    index, at which outputs sell where it is the price of their `own` zone. The upside is shared
    once `full_of` make `full` of their `capacity`, from the beginning where `full` is 0.
    """

    column: int
    output: Outputs
    volume: float
    node: Index
    weight: Array
    own: Flags
    tax: float
    strike: float
    share: float
    upside: float
    full: float
    full_of: Index
    capacity: float

    def full_at(self, activity: Array) -> bool:
        """Say whether the activity of every process is full production."""
        made = float(activity[self.full_of].sum())
        return self.full <= 0.0 or made >= self.full * self.capacity * (1.0 - 1e-6)

    def unit(self, index: float, *, shares: bool) -> tuple[float, float]:
        """Return what a tonne is paid at an index, and how that answers to it (multiples)."""
        gap = self.strike - self.tax * index
        if gap > 0.0:
            return self.share * gap, -self.share * self.tax
        return (self.upside * gap, -self.upside * self.tax) if shares else (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Tier:
    """A standards tier: its buy-out price (multiple), and what makes the price in the zone."""

    column: int
    cap: float
    node: Index
    weight: Array


@dataclass(frozen=True, slots=True)
class Taking:
    """A buyer of last resort: its nodes, most it takes at each (base value) and its price."""

    column: int
    output: Outputs
    node: Index
    volume: Array
    price: float
    sells: bool


@dataclass(frozen=True, slots=True)
class Supports:
    """Instruments and plants of a network, ready for the simulator.

    `first` and `last` are the months in which each instrument holds, `opens` that of each plant;
    `process` is the row of each plant's process and `plant_price` (USD/t) the base price of its
    first output. `price` (USD/t) is the base price of the stage of
    each instrument and `tonne` the base value of a tonne of it. Instruments with a volume of zero
    act nowhere. `repricing` (months) is how fast prices of contracts follow the marginal price, inf
    where they stay at base.
    """

    instruments: tuple[Instrument, ...]
    plants: tuple[Plant, ...]
    first: Index
    last: Index
    process: Index
    opens: Index
    plant_price: Array
    price: Array
    tonne: Array
    floors: tuple[Floor, ...]
    contracts: tuple[Contract, ...]
    tiers: tuple[Tier, ...]
    takings: tuple[Taking, ...]
    block: SupportBlock
    repricing: float = float("inf")

    def shared(self, activity: Array) -> frozenset[str]:
        """Return the names of contracts whose upside is shared after a month."""
        begun = [each.column for each in self.contracts if each.full_at(activity)]
        return frozenset(self.instruments[column].name for column in begun)

    @property
    def takers(self) -> tuple[str, ...]:
        """Return the names of buyers of last resort."""
        return tuple(self.instruments[each.column].name for each in self.takings)

    @property
    def sites(self) -> tuple[str, ...]:
        """Return the names of the plants."""
        return tuple(plant.name for plant in self.plants)

    def holds(self, number: int) -> Flags:
        """Return which instruments hold in a month."""
        return (self.first <= number) & (number <= self.last)

    def later(self, start: int) -> Supports:
        """Return the same with months counted from number `start` on."""
        return replace(
            self, first=self.first - start, last=self.last - start, opens=self.opens - start
        )


def supports_of(
    network: Network,
    months: Months,
    *,
    instruments: Sequence[Instrument] | None = None,
    plants: Sequence[Plant] | None = None,
    repricing: float = float("inf"),
) -> Supports:
    """Return instruments and plants as the simulator is told of them (`Setting.supports`).

    `repricing` (months, above 1) makes prices of contracts follow the marginal price, by that part
    of the difference every month; inf leaves them at base. `months` are those of the setting.
    Instruments and plants default to those of the network; the processes of plants must be among
    its own. Raises `InputError` with every instrument that the
    simulation cannot write: a floor or tier with a cap on its tonnes, an index without a place, one
    that nothing it names is traded, made or used.
    """
    given = network.instruments if instruments is None else tuple(instruments)
    stand = network.plants if plants is None else tuple(plants)
    places = Places.of(network, in_base_value(tables_of(network)))
    acting = [(column, each) for column, each in enumerate(given) if each.volume > 0.0]
    problems = [problem for _, each in acting for problem in places.problems(each)]
    rows = {process.name: row for row, process in enumerate(network.processes)}
    problems += [
        Problem("its process is not in the network", field=plant.name, found=plant.name)
        for plant in stand
        if plant.name not in rows
    ]
    if problems:
        raise InputError(problems)
    written = _written(places, given, stand, acting, rows, months)
    return replace(written, repricing=repricing)


def _written(
    places: Places,
    given: tuple[Instrument, ...],
    stand: tuple[Plant, ...],
    acting: Iterable[tuple[int, Instrument]],
    rows: dict[str, int],
    months: Months,
) -> Supports:
    floors, contracts, tiers = list[Floor](), list[Contract](), list[Tier]()
    takings, block = list[Taking](), SupportBlock()
    for column, each in acting:
        if isinstance(each, BorderFloor):
            floors.append(_floor(places, column, each))
        elif isinstance(each, ContractForDifference | PriceGapSubsidy):
            contracts.append(contract := _contract(places, column, each))
            size = places.size(contract.output)
            block = replace(
                block,
                contracts=(*block.contracts, contract.output),
                contract_size=(*block.contract_size, size),
            )
        elif isinstance(each, StandardsTier):
            tiers.append(
                Tier(column, each.premium_cap / places.price[each.material], *places.index(each))
            )
            certified, size = places.certified(each)
            block = replace(
                block,
                standards=(*block.standards, certified),
                standard_size=(*block.standard_size, size),
            )
        elif isinstance(each, Offtake):
            takings.append(taking := _taking(places, column, each))
            block = replace(
                block,
                takers=(*block.takers, places.taker(taking.output)),
                taker_size=(*block.taker_size, places.size(taking.output)),
            )
    return Supports(
        given,
        stand,
        np.array([0 if each.first is None else months.number(each.first) for each in given], int),
        np.array([NEVER if each.last is None else months.number(each.last) for each in given], int),
        np.array([rows[plant.name] for plant in stand], int),
        np.array(
            [-NEVER if plant.opens is None else months.number(plant.opens) for plant in stand], int
        ),
        np.array([places.price[next(iter(plant.process.outputs))] for plant in stand]),
        np.array([places.price.get(each.material, np.nan) for each in given]),
        np.array([places.worth(each.material) for each in given]),
        tuple(floors),
        tuple(contracts),
        tuple(tiers),
        tuple(takings),
        block,
    )


def _floor(places: Places, column: int, each: BorderFloor) -> Floor:
    routes = places.routes_into(each.material, each.zone, each.exempt)
    frame = places.tables.routes
    return Floor(
        column,
        routes,
        frame["from"][routes],
        frame["cost"][routes],
        each.floor / places.price[each.material],
        *places.index(each),
    )


def _contract(
    places: Places, column: int, each: ContractForDifference | PriceGapSubsidy
) -> Contract:
    output = places.outputs(each.material, each.processes)
    node, weight = places.index(each)
    two_sided = isinstance(each, ContractForDifference)
    strike = each.strike if two_sided else each.cost
    waits = two_sided and each.upside_when == "full production"
    full_of = output.process
    if two_sided and each.full_of:
        full_of = places.rows((each.full_of,))
    return Contract(
        column,
        output,
        each.volume * places.worth(each.material),
        node,
        weight,
        np.isin(output.node, places.nodes(each.material, each.zone)) & (each.index == "zone"),
        1.0 + each.vat if each.index_basis == "including VAT" else 1.0,
        strike / places.price[each.material],
        1.0 if two_sided else each.share,
        each.upside if two_sided else 0.0,
        each.full if two_sided and waits else 0.0,
        full_of,
        places.capacity(full_of),
    )


def _taking(places: Places, column: int, each: Offtake) -> Taking:
    output = places.outputs(each.material, each.processes)
    node = places.taker(output).node
    part = places.parts(output, node)
    return Taking(
        column,
        output,
        node,
        part * each.volume * places.worth(each.material),
        each.price / places.price[each.material],
        each.resale == "sell",
    )
