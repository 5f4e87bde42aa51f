"""What a simulated path says of a year: prices, unmet use, cover and export volumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orepact.model.curve import Array
from orepact.result.simulation import Simulation

__all__ = ["DAYS", "SPOT_LAG", "Year", "transaction_price", "unmet_shares", "year_of"]

DAYS = 365.25 / 12.0
"""Days of a month."""

SPOT_LAG = 2
"""Months by which contract prices follow spot prices."""


def transaction_price(price: Array, spot_share: float, before: Array) -> Array:
    """Return transaction prices (multiples of base) of the months of `price`.

    ``(1 − s)·p0 + s·marginal(t − 2)``: a share s of trade is exposed to the spot market, two months
    late; the rest trades at base prices. `price` and `before` (the months before it) have months on
    the first axis. Source: back-test of eleven control episodes, 2010-2025.
    """
    whole = np.concatenate([before, price]) if len(before) else price
    late = np.concatenate([np.repeat(whole[:1], SPOT_LAG, axis=0), whole])[len(before) : len(whole)]
    return (1.0 - spot_share) + spot_share * late


@dataclass(frozen=True, slots=True)
class Year:
    """The indicators of a path, one entry per node (region and material), NaN where none applies.

    - `price_marginal`, `price_transaction`: means over the months (multiples of base)
    - `unmet_share`: part of the use wanted at base price that is not met (fraction; less than zero
      where low prices raise use)
    - `cover_days_worst`: stock over use in the worst month (days)
    - `export_volume_relative`: the exporter's shipments, declared or not (multiple of base)
    """

    price_marginal: Array
    price_transaction: Array
    unmet_share: Array
    cover_days_worst: Array
    export_volume_relative: Array


def year_of(
    simulation: Simulation, before: Array, *, demand: Array, spot_share: float, exporter: str
) -> Year:
    """Return the indicators of a simulated path.

    `before` holds the prices of earlier months (months × nodes), `demand` the factors on base use
    (months × demands).
    """
    return Year(
        simulation.price.mean(axis=0),
        transaction_price(simulation.price, spot_share, before).mean(axis=0),
        unmet_shares(simulation, demand, axis=0),
        _cover(simulation),
        _exports(simulation, exporter),
    )


def unmet_shares(simulation: Simulation, demand: Array, axis: int | None = None) -> Array:
    """Return unmet use as a share of what is wanted, per month and node; per node if axis is 0."""
    table = simulation.tables.demands
    wanted, used = table["base"] * demand, simulation.consumption
    if axis == 0:
        wanted, used = wanted.sum(axis=0), used.sum(axis=0)
    shape = (*wanted.shape[:-1], len(simulation.tables.nodes))
    share = np.full(shape, np.nan)
    share[..., table["node"]] = 1.0 - used / np.maximum(wanted, 1e-12)
    return share


def _cover(simulation: Simulation) -> Array:
    tables = simulation.tables
    taken = np.zeros(simulation.price.shape)
    np.add.at(taken.T, tables.demands["node"], simulation.consumption.T)
    inputs = tables.recipe["ratio"] < 0.0
    process, ratio = tables.recipe["process"][inputs], tables.recipe["ratio"][inputs]
    used = -simulation.production[:, process] * ratio
    np.add.at(taken.T, tables.recipe["node"][inputs], used.T)
    here = taken[:, tables.stocks["node"]]
    days = np.full(here.shape, np.inf)
    _ = np.divide(DAYS * simulation.level, here, out=days, where=here > 1e-9)
    worst = np.full(len(tables.nodes), np.nan)
    worst[tables.stocks["node"]] = np.where(np.isfinite(days).any(axis=0), days.min(axis=0), np.nan)
    return worst


def _exports(simulation: Simulation, exporter: str) -> Array:
    routes = simulation.tables.routes
    own = (routes["exporter"] == exporter) & (routes["kind"] != "new")
    count = len(simulation.tables.nodes)
    shipped = np.bincount(
        routes["from"][own], weights=simulation.flow.mean(axis=0)[own], minlength=count
    )
    base = np.bincount(routes["from"][own], weights=routes["base"][own], minlength=count)
    relative = np.full(count, np.nan)
    _ = np.divide(shipped, base, out=relative, where=base > 0.0)
    return relative
