"""A program being written: blocks add columns, constrain them, deliver material and charge money.

The balance closes every delivery, the objective sums every charge; no block sees another.
A place is one region's stock of one material in one month of one scenario. Places are numbered,
``place = (scenario·periods + period)·nodes + node``, so that closing the balance needs no join.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from orepact.engine import Program
from orepact.errors import InputError, Problem

__all__ = ["Draft", "Horizon", "Repeated"]

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Names = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Horizon:
    """The months and scenarios of a program, and the nodes (region, material) that have a balance.

    `nodes` is a frame with columns region, material in node order; `scenarios` are names with
    `weights` that sum to one.
    """

    periods: int
    nodes: pl.DataFrame
    scenarios: tuple[str, ...] = ("base",)
    weights: tuple[float, ...] = (1.0,)

    def place(self, node: Index, period: Index, scenario: Index | int = 0) -> Index:
        """Return the numbers of places."""
        return (scenario * self.periods + period) * len(self.nodes) + node

    def repeated(self, count: int) -> Repeated:
        """Repeat `count` components over scenarios, slowest, and months; components are fastest."""
        spread = len(self.scenarios) * self.periods
        which = np.tile(np.arange(count), spread)
        period = np.tile(np.repeat(np.arange(self.periods), count), len(self.scenarios))
        scenario = np.repeat(np.arange(len(self.scenarios)), self.periods * count)
        return Repeated(which, period, scenario, np.asarray(self.weights)[scenario])


@dataclass(frozen=True, slots=True)
class Repeated:
    """Components repeated over months and scenarios: row numbers, months, scenarios, weights."""

    which: Index
    period: Index
    scenario: Index
    weight: Array

    def keys(self, name: str, labels: Names, segments: int = 1) -> pl.DataFrame:
        """Return the key table of a family: component, month, scenario and, if any, segment."""
        row = np.repeat(np.arange(len(self.which)), segments)
        keys = {
            name: labels[self.which[row]],
            "period": self.period[row].astype(np.int32),
            "scenario": self.scenario[row].astype(np.int32),
        }
        if segments > 1:
            keys["segment"] = np.tile(np.arange(segments, dtype=np.int32), len(self.which))
        return pl.DataFrame(keys)


@dataclass(slots=True)
class Draft:
    """A `Program` with the deliveries that its balance will close."""

    program: Program
    horizon: Horizon
    _places: list[Index] = field(default_factory=list[Index])
    _columns: list[Index] = field(default_factory=list[Index])
    _amounts: list[Array] = field(default_factory=list[Array])
    _given: Array | None = None

    def columns(
        self,
        family: str,
        keys: pl.DataFrame,
        *,
        upper: Array | float = np.inf,
        charge: Array | float = 0.0,
        curvature: Array | float = 0.0,
    ) -> Index:
        """Add non-negative columns charged ``charge·x + curvature·x²/2``; return their numbers."""
        added = self.program.add_columns(
            family, keys, lower=0.0, upper=upper, cost=charge, curvature=curvature
        )
        return added["column"].to_numpy().astype(np.int64)

    def deliver(self, place: Index, columns: Index, amount: Array | float) -> None:
        """Deliver `amount` tonnes per unit of each column to its place; negative takes away."""
        self._places.append(place)
        self._columns.append(columns)
        self._amounts.append(np.broadcast_to(np.asarray(amount, dtype=np.float64), columns.shape))

    def give(self, place: Index, tonnes: Array) -> None:
        """Deliver known tonnes to places."""
        if self._given is None:
            total = len(self.horizon.scenarios) * self.horizon.periods * len(self.horizon.nodes)
            self._given = np.zeros(total)
        np.add.at(self._given, place, tonnes)

    def close(self) -> tuple[Index, Index]:
        """Make deliveries sum to zero at every place; return places and the rows of the balance."""
        place = np.concatenate(self._places)
        column = np.concatenate(self._columns)
        amount = np.concatenate(self._amounts)
        open_places, position = np.unique(place, return_inverse=True)
        node = open_places % len(self.horizon.nodes)
        step = open_places // len(self.horizon.nodes)
        keys = (
            self.horizon.nodes[node]
            .select("region", "material")
            .with_columns(
                pl.Series("period", step % self.horizon.periods, dtype=pl.Int32),
                pl.Series("scenario", step // self.horizon.periods, dtype=pl.Int32),
            )
        )
        self._check_given(open_places)
        given = np.zeros(len(open_places)) if self._given is None else self._given[open_places]
        rows = self.program.add_rows("balance", keys, lower=-given, upper=-given)
        number = rows["row"].to_numpy()
        self.program.add_terms(
            pl.DataFrame({"row": number[position], "column": column, "coefficient": amount})
        )
        return open_places, number.astype(np.int64)

    def _check_given(self, open_places: Index) -> None:
        if self._given is None:
            return
        lost = np.setdiff1d(np.flatnonzero(self._given), open_places)
        if len(lost):
            names = self.horizon.nodes[(lost % len(self.horizon.nodes))[:3]].rows()
            raise InputError(
                [
                    Problem(
                        "material is given where nothing can take it",
                        found="; ".join(f"{m} in {r}" for r, m in names),
                        expected="a stock, process, route or demand there",
                    )
                ]
            )
