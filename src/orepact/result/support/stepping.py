"""A simulated month with supports: plants open, charges fit prices, books are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.model.tables import Tables
from orepact.model.window import Window, WindowMonth, WindowState
from orepact.result.support.acting import Supports
from orepact.result.support.month import Month, supported_month
from orepact.result.support.path import Booked, booked
from orepact.result.support.plants import plant_factor, plant_margin
from orepact.result.support.told import Known, SupportState

__all__ = ["Stepped", "Stepping"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stepped:
    """A month solved, how often, and what supports remember of it and booked."""

    month: WindowMonth
    windows: int
    state: SupportState
    booked: Booked


@dataclass(frozen=True, slots=True)
class Stepping:
    """What a month with supports needs of the simulator.

    `windows` are the one without and the one with the rows of supports, `worth` is the value of a
    tonne per node, `plain` solves a month without supports; `spot_share` is the part of trade at
    spot prices, two months late.
    """

    supports: Supports
    tables: Tables
    worth: Array
    windows: tuple[Window, Window]
    plain: Callable[[WindowState], tuple[WindowMonth, int]]
    spot_share: float

    def month(self, known: Known, state: SupportState, before: WindowState) -> Stepped:
        """Return a month: it is solved, plants look at their margins, everything is booked."""
        supports, number = self.supports, known.number
        factor = plant_factor(supports, state.plants, number)
        activity = before.activity.copy()
        activity[supports.process] *= factor
        before = replace(before, activity=activity)
        found = supported_month(
            supports, self.tables, known, state, before, self.windows, self.plain
        )
        month = found.trial.month
        held = state.held
        if month.support is not None:
            held = np.maximum(0.0, held + month.support.taken - month.support.sold)
        margin = self._margin(found, state, before, number)
        price = np.where(np.isfinite(month.price), month.price, known.price)
        after = SupportState(
            acting=found.acting and _acted(supports, found, held),
            free=found.free,
            guard=found.guard,
            held=held,
            plants=state.plants.after(supports, margin, number),
            earlier=np.vstack([state.earlier[1:], price]),
            contract=state.contract + (price - state.contract) / supports.repricing,
            takers=state.takers,
            sites=state.sites,
            shared=state.shared | supports.shared(known.made),
        )
        books = booked(
            supports,
            self.tables,
            self.worth,
            found,
            held,
            number=number,
            plants=(factor > 0.0, margin),
        )
        return Stepped(month, found.windows, after, books)

    def _margin(self, found: Month, state: SupportState, before: WindowState, number: int) -> Array:
        """Return the cash margins of plants at transaction prices, with support (multiple)."""
        price = (1.0 - self.spot_share) * self._contract_price(found, state)
        price = price + self.spot_share * state.earlier[0]
        support = self._support(found, price, number)
        return plant_margin(self.tables, self.supports, price, support, before.process_charge)

    def _contract_price(self, found: Month, state: SupportState) -> Array:
        """Return the price of contracts per node (multiple), a floor where that is above it.

        A floor is known for years: where it charges, no contract is below what imports land at.
        """
        price = state.contract.copy()
        for floor, duty in zip(self.supports.floors, found.duty, strict=True):
            charged = floor.route[duty > 0.0]
            np.maximum.at(price, self.tables.routes["to"][charged], floor.level)
        return price

    def _support(self, found: Month, price: Array, number: int) -> Array:
        """Return what a unit of activity of every process gets more (multiple of its base price).

        That is more than transaction prices: tonnes that a buyer of last resort took bring its
        price, those under a contract the spot price that it settles on, plus what it pays. Of a cap
        on tonnes each process under it has its part of the output, or of the capacity where there
        is none.
        """
        supports, month = self.supports, found.trial.month
        paid, left = np.zeros(len(self.tables.processes)), np.ones(len(self.tables.processes))
        self._taken(month, price, (paid, left))
        self._contracts(found, price, supports.holds(number), (paid, left))
        for place, (tier, counted) in enumerate(
            zip(supports.tiers, supports.block.standards, strict=True)
        ):
            premium = 0.0 if month.support is None else float(month.support.premium[place])
            premium = min(premium, tier.cap)
            np.add.at(paid, counted.output.process, premium * counted.output.ratio)
        return paid

    def _taken(self, month: WindowMonth, price: Array, books: tuple[Array, Array]) -> None:
        """Add what tonnes that were taken bring above transaction prices; `left` are not taken."""
        paid, left = books
        first = 0
        for each in self.supports.takings:
            here = slice(first, first + len(each.node))
            first += len(each.node)
            taken = 0.0 if month.support is None else float(month.support.taken[here].sum())
            made = each.output.made(month.production)
            part = min(1.0, taken / made) if made > 0.0 else 0.0
            gain = each.price - price[each.output.node]
            np.add.at(paid, each.output.process, gain * part * each.output.ratio)
            left[each.output.process] *= 1.0 - part

    def _contracts(
        self, found: Month, price: Array, holds: Flags, books: tuple[Array, Array]
    ) -> None:
        """Add payments of contracts, and what spot prices bring above transaction prices.

        Where the index is not the price of the producers' own zone, they sell at their own spot
        price and bear the difference.
        """
        paid, left = books
        month, supports = found.trial.month, self.supports
        first = len(found.trial.reckoned) - len(supports.contracts)
        index = found.trial.reckoned[first:]
        room = self.tables.processes["capacity"]
        for each, unit, quote in zip(supports.contracts, found.unit, index, strict=True):
            if not holds[each.column]:
                continue
            output = each.output
            made = output.made(month.production) or output.made(room)
            part = min(1.0, each.volume / made) if made > 0.0 else 1.0
            own = month.price[output.node]
            spot = np.where(each.own | ~np.isfinite(own), quote, own)
            sold = np.minimum(part, left[output.process])
            gain = unit * part + (spot - price[output.node]) * sold
            np.add.at(paid, output.process, gain * output.ratio)
            left[output.process] -= sold


def _acted(supports: Supports, found: Month, held: Array) -> bool:
    """Say whether an instrument did something, so that the next month begins with supports."""
    month = found.trial.month
    moved = month.support is not None and any(
        np.any(part > 1e-6) for part in (month.support.premium, month.support.taken)
    )
    sells = any(each.sells for each in supports.takings) and bool(np.any(held > 0.0))
    duties = any(np.any(each > 0.0) for each in found.duty)
    return moved or sells or duties or bool(np.any(found.unit != 0.0))
