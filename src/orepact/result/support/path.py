"""What price support paid, charged, moved and bought, month by month, in dollars and tonnes.

Contracts settle on the model's marginal price: an index is a spot price. Duty is kept apart from
what the public pays, so that the net public cost is `paid` less `duty`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.model.tables import Tables
from orepact.result.support.acting import Supports
from orepact.result.support.month import Month

__all__ = ["Booked", "SupportPath", "booked", "path_of"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Booked:
    """One month: arrays per instrument in the units of `SupportPath`, then per plant."""

    paid: Array
    duty: Array
    premium: Array
    unit: Array
    volume: Array
    taken: Array
    sold: Array
    stock: Array
    index: Array
    landed: Array
    landed_gap: Array
    open: Flags
    margin: Array
    output: Array
    gap: float
    rounds: int


@dataclass(frozen=True, slots=True)
class SupportPath:
    """What supports did; the first axis is months, then instruments or plants in their order.

    - `paid` (USD/month): by the public, less what is paid back to it; duty is not in it
    - `duty` (USD/month): collected at the border
    - `premium` (USD/month): moved from users to certified supply
    - `unit` (USD/t): paid a tonne, negative = paid back; of a floor the mean duty on what is
      charged, of a tier its premium, of a buyer of last resort its price less the market's
    - `volume` (t/month): under contract within its cap, charged, certified, or taken
    - `taken`, `sold` (t/month) and `stock` (t, at the end) of the buyer of last resort
    - `index` (USD/t): the price it is settled on, on its tax basis; of a floor, a tier and a buyer
      of last resort the market's price, of a floor and a tier that of the index they name
    - `landed` (USD/t): mean of exporter's price, taxes on exports, route's cost and duty of what is
      charged, NaN where nothing is; `landed_gap` (fraction): how far one route is from the floor,
      at most
    - `open`, `margin` (USD per tonne of first output, with support) and
      `output` (t/month of first output) of plants
    - `gap` (multiple of the base price): by how much a price that was reckoned on is off, at most;
      `rounds`: windows solved for it
    """

    instruments: tuple[str, ...]
    plants: tuple[str, ...]
    paid: Array
    duty: Array
    premium: Array
    unit: Array
    volume: Array
    taken: Array
    sold: Array
    stock: Array
    index: Array
    landed: Array
    landed_gap: Array
    open: Flags
    margin: Array
    output: Array
    gap: Array
    rounds: Array

    @property
    def largest_gap(self) -> float:
        """Return the largest gap of all months (multiple of the base price)."""
        return float(self.gap.max(initial=0.0))

    @property
    def public_cost(self) -> Array:
        """Return what the public pays net of duty (USD/month)."""
        return self.paid.sum(axis=1) - self.duty.sum(axis=1)

    @classmethod
    def joined(cls, paths: Sequence[SupportPath]) -> SupportPath:
        """Return paths that follow each other as one."""
        arrays = [each.name for each in fields(cls)][2:]
        stacked = {name: np.concatenate([getattr(each, name) for each in paths]) for name in arrays}
        return replace(paths[0], **stacked)


def path_of(supports: Supports, months: Sequence[Booked]) -> SupportPath:
    """Return booked months as a path."""
    arrays = {
        each.name: np.array([getattr(month, each.name) for month in months])
        for each in fields(Booked)
    }
    return SupportPath(
        tuple(each.name for each in supports.instruments),
        tuple(each.name for each in supports.plants),
        **arrays,
    )


def booked(
    supports: Supports,
    tables: Tables,
    worth: Array,
    found: Month,
    held: Array,
    *,
    number: int,
    plants: tuple[Flags, Array],
) -> Booked:
    """Return the accounts of a month; `held` (base value) is what takers hold at its end.

    `plants` are which are open and their margins (multiple of their base price); `worth` is the
    value of a tonne per node.
    """
    count = len(supports.instruments)
    book = _Book(
        {name: np.zeros(count) for name in _ZERO} | {name: np.full(count, np.nan) for name in _NONE}
    )
    for place in range(len(supports.floors)):
        book.floor(supports, tables, found, place)
    book.contracts(supports, found, number)
    book.tiers(supports, found, number)
    book.takings(supports, found, held)
    node = tables.processes["node"][supports.process]
    return Booked(
        **book.columns,
        open=plants[0],
        margin=plants[1] * supports.plant_price,
        output=found.trial.month.production[supports.process] / worth[node],
        gap=found.gap,
        rounds=found.rounds,
    )


_ZERO = ("paid", "duty", "premium", "unit", "volume", "taken", "sold", "stock")
_NONE = ("index", "landed", "landed_gap")


@dataclass(frozen=True, slots=True)
class _Book:
    """The columns of a month being written."""

    columns: dict[str, Array]

    def floor(self, supports: Supports, tables: Tables, found: Month, place: int) -> None:
        """Book what a floor collects and at which price charged trade lands."""
        floor, duty, landed = supports.floors[place], found.duty[place], found.landed[place]
        at, month = floor.column, found.trial.month
        price, tonne = supports.price[at], supports.tonne[at]
        flow = month.flow[floor.route] / tonne
        self.columns["index"][at] = price * _mean(month.price, floor.node, floor.weight)
        base = float(tables.routes["base"][floor.route].max(initial=0.0)) / tonne
        charged = (duty > 0.0) & (flow > 1e-6 * max(base, 1e-9))
        tonnes = float(flow[charged].sum())
        self.columns["duty"][at] = price * float(duty @ flow)
        self.columns["volume"][at] = tonnes
        if tonnes > 0.0:
            self.columns["unit"][at] = price * float((duty * flow)[charged].sum()) / tonnes
            self.columns["landed"][at] = price * float((landed * flow)[charged].sum()) / tonnes
            self.columns["landed_gap"][at] = float(
                np.abs(landed[charged] / floor.level - 1.0).max()
            )

    def contracts(self, supports: Supports, found: Month, number: int) -> None:
        """Book what contracts and gap subsidies pay, or are paid back."""
        month, holds = found.trial.month, supports.holds(number)
        first = len(found.trial.reckoned) - len(supports.contracts)
        for place, (each, unit) in enumerate(zip(supports.contracts, found.unit, strict=True)):
            at = each.column
            index = supports.price[at] * each.tax * float(found.trial.reckoned[first + place])
            self.columns["index"][at] = index
            if not holds[at]:
                continue
            made = min(each.output.made(month.production), each.volume) / supports.tonne[at]
            self.columns["volume"][at] = made
            self.columns["unit"][at] = unit * supports.price[at]
            self.columns["paid"][at] = unit * supports.price[at] * made

    def tiers(self, supports: Supports, found: Month, number: int) -> None:
        """Book premiums, and what users pay the public for certificates that they lack."""
        month, holds = found.trial.month, supports.holds(number)
        for place, (each, counted) in enumerate(
            zip(supports.tiers, supports.block.standards, strict=True)
        ):
            at = each.column
            mean = _mean(month.price, each.node, each.weight)
            self.columns["index"][at] = supports.price[at] * mean
            if not holds[at]:
                continue
            made = counted.output.made(month.production)
            made += float(month.flow[counted.route] @ counted.sign)
            use = float(month.consumption[counted.demand].sum())
            use += counted.used.made(month.production)
            premium = 0.0 if month.support is None else float(month.support.premium[place])
            premium = min(premium, each.cap)
            short = max(0.0, counted.share * use - made)
            dollars = premium * supports.price[at] / supports.tonne[at]
            self.columns["volume"][at] = made / supports.tonne[at]
            self.columns["unit"][at] = premium * supports.price[at]
            self.columns["premium"][at] = dollars * max(0.0, min(made, counted.share * use))
            self.columns["paid"][at] = -dollars * short

    def takings(self, supports: Supports, found: Month, held: Array) -> None:
        """Book what buyers of last resort pay, take, sell and hold."""
        month, first = found.trial.month, 0
        for each in supports.takings:
            here = slice(first, first + len(each.node))
            first += len(each.node)
            at = each.column
            price, tonne = supports.price[at], supports.tonne[at]
            market = month.price[each.node]
            none = np.zeros(len(each.node))
            taken = none if month.support is None else month.support.taken[here] / tonne
            sold = none if month.support is None else month.support.sold[here] / tonne
            total = float(taken.sum())
            self.columns["taken"][at] = self.columns["volume"][at] = total
            self.columns["sold"][at] = float(sold.sum())
            self.columns["stock"][at] = float(held[here].sum()) / tonne
            self.columns["paid"][at] = price * (each.price * total - float(market @ sold))
            weight = taken if total > 0.0 else np.minimum(each.volume, 1.0)
            mean = float(np.average(market, weights=weight)) if weight.sum() > 0.0 else np.nan
            self.columns["index"][at] = price * mean
            if total > 0.0:
                self.columns["unit"][at] = price * (each.price - mean)


def _mean(price: Array, node: Index, weight: Array) -> float:
    return float(np.where(np.isfinite(price[node]), price[node], 1.0) @ weight)
