"""Plants under support: they open on a day, close after months of losses, and may open again.

The cash margin of a month is what a tonne brings, with support, less inputs and cost: tonnes under
a contract bring the spot price and its payment, tonnes taken the price of their buyer, all others
transaction prices, which follow the marginal price of two months before in part, as in
`indicators.trajectory`. A plant that idles because the market pays too little stays open until its
patience ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.model.tables import Tables
from orepact.result.support.acting import Supports

__all__ = ["PlantState", "plant_factor", "plant_margin"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PlantState:
    """Plants between months: which are closed, months of losses in a row, months of waiting.

    A plant waits while it would earn again, until its restart is done.
    """

    closed: Flags
    losing: Index
    waiting: Index

    @classmethod
    def of(cls, supports: Supports) -> PlantState:
        """Return plants before the first month: none has closed."""
        none = np.zeros(len(supports.plants), dtype=np.int64)
        return cls(none.astype(bool), none, none)

    def after(self, supports: Supports, margin: Array, number: int) -> PlantState:
        """Return plants after month `number` with its margins (any unit)."""
        patience = np.array([plant.patience for plant in supports.plants], dtype=np.int64)
        restart = np.array([plant.restart for plant in supports.plants], dtype=np.int64)
        begun = number >= supports.opens
        losing = np.where(begun & ~self.closed & (margin < 0.0), self.losing + 1, 0)
        closes = losing >= patience
        waiting = np.where(self.closed & (margin >= 0.0), self.waiting + 1, 0)
        opens = self.closed & (margin >= 0.0) & (waiting >= restart)
        return replace(
            self,
            closed=(self.closed | closes) & ~opens,
            losing=np.where(closes, 0, losing),
            waiting=np.where(opens, 0, waiting),
        )


def plant_factor(supports: Supports, state: PlantState, number: int) -> Array:
    """Return which part of its capacity each plant can run in a month: 0 while it is not open."""
    ramp = np.array([max(1, plant.ramp) for plant in supports.plants], dtype=np.float64)
    age = number - supports.opens + 1.0
    return np.where(state.closed, 0.0, np.clip(age / ramp, 0.0, 1.0))


def plant_margin(
    tables: Tables, supports: Supports, price: Array, support: Array, charge: Array | None
) -> Array:
    """Return the cash margin of a unit of each plant's activity (multiple of its base price).

    `price` (multiple) is the transaction price per node, `support` per process what a unit of
    activity gets more than that, `charge` per process what it is charged on top of its cost.
    """
    recipe = tables.recipe
    sold = np.bincount(
        recipe["process"], recipe["ratio"] * price[recipe["node"]], minlength=len(tables.processes)
    )
    margin = sold - tables.processes["cost"] + support
    if charge is not None:
        margin = margin - charge * tables.processes["value"]
    return margin[supports.process]
