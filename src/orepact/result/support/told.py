"""What a month under price support begins with, and a window tried with its charges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.model.tables import Tables
from orepact.model.window import WindowMonth, WindowState
from orepact.result.support.acting import Supports
from orepact.result.support.plants import PlantState

__all__ = ["Known", "SupportState", "Trial"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SupportState:
    """What price support remembers between months.

    `acting` says whether any acted, `free` which routes were not charged because scarcity brings
    them to the floor, `guard` (fraction) how far beyond it they must be for that; `held` (base
    value) is what buyers of last resort hold by node, `earlier` are the prices (multiple) of the
    two months before, older first, and `contract` those of contracts. `takers` and `sites` are the
    instruments and plants that it is about.
    """

    acting: bool
    free: Flags
    guard: Array
    held: Array
    plants: PlantState
    earlier: Array
    contract: Array
    takers: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    shared: frozenset[str] = frozenset()

    @classmethod
    def of(cls, supports: Supports, tables: Tables, price: Array) -> SupportState:
        """Return the state before the first month, with the prices there."""
        nodes = sum(len(each.node) for each in supports.takings)
        return cls(
            acting=False,
            free=np.zeros(len(tables.routes), dtype=bool),
            guard=np.zeros(len(tables.routes)),
            held=np.zeros(nodes),
            plants=PlantState.of(supports),
            earlier=np.array([price, price]),
            contract=np.ones(len(tables.nodes)),
            takers=supports.takers,
            sites=supports.sites,
        )

    def under(self, supports: Supports) -> SupportState:
        """Return what is remembered where others may be told now: they have bought nothing yet."""
        found = self
        if self.takers != supports.takers:
            nodes = sum(len(each.node) for each in supports.takings)
            found = replace(found, held=np.zeros(nodes), takers=supports.takers)
        if self.sites != supports.sites:
            found = replace(found, plants=PlantState.of(supports), sites=supports.sites)
        return found


@dataclass(frozen=True, slots=True)
class Known:
    """What a month begins with besides its window: last prices and output, charges and taxes.

    `fixed` and `rate` (months × routes) are the charges of routes apart from support, as multiples
    of the base and of the exporter's price.
    """

    number: int
    price: Array
    made: Array
    fixed: Array
    rate: Array

    @classmethod
    def of(
        cls,
        number: int,
        tables: Tables,
        price: Array,
        last: WindowMonth | None,
        size: tuple[int, ...],
        charges: Iterable[Array | None],
    ) -> Known:
        """Take the month before, None at the base, and the charges at prices of zero and one."""
        flat, whole = (np.zeros(size) if each is None else each for each in charges)
        made = tables.processes["base"] if last is None else last.production
        return cls(number, price, made, flat, whole - flat)


@dataclass(frozen=True, slots=True)
class Trial:
    """A window solved with charges that were reckoned on `reckoned` prices.

    `before` is the window as solved, `under` the same without its charges and payments.
    """

    month: WindowMonth
    outlook: Array
    reckoned: Array
    before: WindowState
    under: WindowState
