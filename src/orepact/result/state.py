"""The state between simulated months, and the path that a simulation returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from orepact.model.curve import Array
from orepact.model.tables import Tables, tables_of
from orepact.model.window import WindowMonth, in_base_value
from orepact.network.network import Network
from orepact.result.quotas import Ledger
from orepact.result.releasing import Holding
from orepact.result.support.path import Booked, SupportPath
from orepact.result.support.told import SupportState

__all__ = ["Simulation", "State", "first_state", "first_state_of"]


def _no_reserves() -> Array:
    return np.zeros((0, 0))


@dataclass(frozen=True, slots=True)
class State:
    """The state between months, in base value: one entry per component.

    `level`, `believed` (multiple) per stock; `shipped` (months back × routes); `price` (multiple)
    per node; `growth` (log of capacity grown) per process; `given_up` (log of use substituted
    for good) per demand; `month` counts from the base; `ledgers` (t) by the name of the quota;
    `last` is the month before with the factors on base use in it, None at the base; `reserves` (t)
    by the name of the reserve; `support` is what price support remembers, None before it began,
    and `booked` what it did in the month before.
    """

    level: Array
    believed: Array
    shipped: Array
    price: Array
    growth: Array
    given_up: Array
    started: float
    month: int
    ledgers: Mapping[str, Ledger] = field(default_factory=dict[str, Ledger])
    last: tuple[WindowMonth, Array] | None = None
    reserves: Mapping[str, Holding] = field(default_factory=dict[str, Holding])
    support: SupportState | None = None
    booked: Booked | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated path in canonical units (t, multiples of the base price); first axis is months.

    `price` per node (multiple of base), `consumption` per demand, `production` per process, `flow`
    per route, `level` per stock (t); `residual` is the largest balance error of each month as a
    share of its stage's base throughput; `last` is the state after the last month; `windows` counts
    the programs solved, `fallbacks` those that the second solver had to answer. `rent` (USD/t) and
    `cap` (t, inf while not in force) have a column per quota of the setting, in its order;
    `tax_gap` is by how much a price that taxes were reckoned on is off the exporter's price, at
    most (multiple of base). `released`, `bought` and `reserve_level` (t) have a column per release
    of the setting, as has `saw`: the loss (fraction) and the price (multiple of base) that its rule
    looked at, on the last axis; `received` is what arrives from reserves, per node (t). `support`
    is what price support did, None where the setting has none.
    """

    tables: Tables
    price: Array
    consumption: Array
    production: Array
    flow: Array
    level: Array
    residual: Array
    last: State
    windows: int
    fallbacks: int
    rent: Array
    cap: Array
    tax_gap: float = 0.0
    released: Array = field(default_factory=_no_reserves)
    bought: Array = field(default_factory=_no_reserves)
    reserve_level: Array = field(default_factory=_no_reserves)
    received: Array = field(default_factory=_no_reserves)
    saw: Array = field(default_factory=_no_reserves)
    support: SupportPath | None = None


def first_state(network: Network) -> State:
    """Return the state in which a network stands at its base."""
    return first_state_of(in_base_value(tables_of(network))[0])


def first_state_of(tables: Tables) -> State:
    """Return the state at the base of component tables that are in base value."""
    depth = max(1, int(tables.routes["lag"].max(initial=0)))
    return State(
        level=tables.stocks["initial"],
        believed=np.ones(len(tables.stocks)),
        shipped=np.tile(tables.routes["base"], (depth, 1)),
        price=np.ones(len(tables.nodes)),
        growth=np.zeros(len(tables.processes)),
        given_up=np.zeros(len(tables.demands)),
        started=np.inf,
        month=0,
    )
