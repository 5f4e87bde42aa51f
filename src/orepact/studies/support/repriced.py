"""Public cost on price paths round a settled one: the same tonnes, other prices.

A simulated path is what a market without surprises settles at. Prices move round it for reasons
that the model does not have; a contract pays for them. Each price path multiplies the prices of the
settled path; what is made, shipped and under contract stays as it was. So the spread is that of
payments, not of plants: a fall that a price path adds closes no plant, and a rise brings no tonne.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from orepact.model.curve import Array
from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Instrument,
    Offtake,
    PriceGapSubsidy,
)
from orepact.network.network import Network
from orepact.result.months import Months
from orepact.result.simulation import Simulation
from orepact.result.support import SupportPath

__all__ = ["public_cost"]

HIDDEN = ("undeclared",)
"""Routes that no border charge meets."""

NEARLY = 1e-6
"""Part of full production that may be lacking, as in the simulation."""


def public_cost(
    path: Simulation, network: Network, instruments: Sequence[Instrument], months: Months,
    multiples: Array,
) -> Array:
    """Return what the public pays, duty taken off, on price paths: paths × months, USD/month.

    `multiples` (paths × months) are prices ÷ those of the settled path, the same for all stages; at
    1 the answer is what the settled path itself says. `months` begins with the path's first one.
    """
    told = path.support
    if told is None:
        raise TypeError("the path was told of no supports")
    total = np.zeros(multiples.shape)
    for number, each in enumerate(instruments):
        force = _in_force(each, months, len(path.price))
        settled = told.paid[:, number]
        if isinstance(each, BorderFloor):
            total = total - force * _duty(path, told, number, each, multiples)
        elif isinstance(each, ContractForDifference | PriceGapSubsidy):
            index = multiples * told.index[:, number]
            payment = _payment(path, told, number, network, each, np.nan_to_num(index))
            total = total + force * payment * told.volume[:, number]
        elif isinstance(each, Offtake):
            total = total + force * _taken(path, network, told, number, each, multiples)
        else:
            total = total + settled
    return total


def _payment(
    path: Simulation, told: SupportPath, number: int, network: Network, each: Instrument,
    index: Array,
) -> Array:
    """Return what is paid per tonne (USD/t) at an index."""
    if isinstance(each, PriceGapSubsidy):
        return each.share * np.maximum(0.0, each.cost - index)
    if isinstance(each, ContractForDifference):
        shares = each.upside * _shared(path, told, number, network, each)
        return np.maximum(0.0, each.strike - index) - shares * np.maximum(0.0, index - each.strike)
    raise TypeError(each)


def _shared(
    path: Simulation, told: SupportPath, number: int, network: Network, each: ContractForDifference
) -> Array:
    """Return in which months the upside is shared: 0 or 1.

    It is from the month after full production on, as in the simulation, and stays so; what it paid
    back on the settled path tells of full production before the path's first month.
    """
    if each.upside_when == "always":
        return np.ones(len(path.price))
    names = [each.full_of] if each.full_of else list(each.processes)
    columns = [column for column, one in enumerate(network.processes) if one.name in names]
    stand = [network.processes[column] for column in columns]
    full = sum(one.capacity if np.isfinite(one.capacity) else one.base for one in stand)
    made = path.production[:, columns].sum(axis=1)
    before = np.concatenate([[sum(one.base for one in stand)], made[:-1]])
    reached = (before >= each.full * full * (1.0 - NEARLY)) | (told.unit[:, number] < 0.0)
    return np.maximum.accumulate(reached).astype(np.float64)


def _made(path: Simulation, network: Network, each: Instrument) -> Array:
    """Return what the processes under an instrument make of its stage (t/month)."""
    names = getattr(each, "processes", ())
    made = [
        path.production[:, number] * one.outputs.get(each.material, 0.0)
        for number, one in enumerate(network.processes) if one.name in names
    ]
    return np.sum(made, axis=0) if made else np.zeros(len(path.price))


def _duty(
    path: Simulation, told: SupportPath, number: int, floor: BorderFloor, multiples: Array
) -> Array:
    """Return the duty on price paths; what the exporter's own controls spare is spared here too."""
    routes, base = path.tables.routes, path.tables.nodes["price"]
    charged = np.flatnonzero(
        (routes["material"] == floor.material) & np.isin(routes["importer"], floor.zone)
        & ~np.isin(routes["exporter"], (*floor.zone, *floor.exempt))
        & ~np.isin(routes["kind"], HIDDEN)
    )
    sold = path.price[:, routes["from"][charged]] * base[routes["from"][charged]]
    lacking = np.maximum(0.0, floor.floor - sold - routes["cost"][charged])
    plain = (lacking * path.flow[:, charged]).sum(axis=1)
    part = np.divide(told.duty[:, number], plain, out=np.ones(len(plain)), where=plain > 0.0)
    found = np.zeros(multiples.shape)
    for column, route in enumerate(charged):
        price = multiples * sold[:, column] + routes["cost"][route]
        found += np.maximum(0.0, floor.floor - price) * path.flow[:, route]
    return found * part


def _taken(
    path: Simulation, network: Network, told: SupportPath, number: int, each: Offtake,
    multiples: Array,
) -> Array:
    """Return what the buyer of last resort pays: nothing where the market pays more."""
    market = told.index[:, number]
    could = np.minimum(_made(path, network, each), each.volume)
    takes = np.where(market < each.price, told.taken[:, number], could)
    pays = np.where(multiples * market < each.price, each.price * takes, 0.0)
    settled = np.where(market < each.price, each.price * told.taken[:, number], 0.0)
    return pays + (told.paid[:, number] - settled)


def _in_force(each: Instrument, months: Months, count: int) -> Array:
    first = 0 if each.first is None else months.number(each.first)
    last = count - 1 if each.last is None else months.number(each.last)
    number = np.arange(count)
    return ((number >= first) & (number <= last)).astype(np.float64)
