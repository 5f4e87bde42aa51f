r"""Price support inside a window: contracts, certificates, a buyer of last resort.

$$\sum_{p \in k} o_{p} a_{pt} = y_{kt} + u_{kt},\quad 0 \le y_{kt} \le V_{kt},\qquad
\text{charge} = -s_{kt}\,y_{kt}$$

$$\sum_{p \in g} o_p a_{pt} + \sum_{r \to g} f_{rt} - \sum_{g \to r} f_{rt} + b_{gt} - e_{gt}
= \theta_g \Bigl(\sum_{d \in g} D_{dt} + \sum_{p \in g} i_p a_{pt}\Bigr),\qquad
\text{charge} = \bar\pi_g\,b_{gt}$$

$$\sum_{p \in l} o_p a_{pt} = \sum_{n} q_{lnt} + v_{lt},\quad 0 \le q_{lnt} \le V_{lnt},\qquad
\text{charge} = -p_l\,(q_{lnt} - z_{lnt})$$

Deliveries: $-q$ and $+z$ at the place of the processes.

| symbol | meaning (unit) | in code | dual |
|---|---|---|---|
| $y_{kt}$ | output under contract k that is paid for (t/month) | `supported` | support of a tonne |
| $u_{kt}$ | output beyond its cap (t/month) | `unsupported` | – |
| $s_{kt}$ | pay a tonne (USD/t), by re-solving | `SupportNumbers.pay` | – |
| $b_{gt}$ | certificates bought out (t/month) | `bought_out` | premium $\pi_{gt} \le \bar\pi_g$ |
| $e_{gt}$ | certificates left over (t/month) | `uncalled` | – |
| $\theta_g$ | share of the zone's use to be certified (1) | `Certified.share` | – |
| $q_{lnt}$ | taken by the buyer of last resort (t/month) | `taken` | – |
| $z_{lnt}$ | resold (t/month) | `resold` | – |
| $v_{lt}$ | output that the market takes (t/month) | `untaken` | – |

The obligation is linear, so the market for certificates is the optimum's own multiplier: certified
supply earns it, every tonne used pays its share, and it never rises above the buy-out price. What
is left over in a row has a curvature too small to matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from orepact.model.draft import Array, Draft, Index
from orepact.model.tables import Tables

__all__ = [
    "Certified",
    "Outputs",
    "SupportBlock",
    "SupportColumns",
    "SupportMonth",
    "SupportNumbers",
    "Taker",
    "add_support_rows",
    "add_takers",
]

LOOSE = 1e-4
"""Rise of the charge over a row's base volume, relative to the price: no column is quite flat."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Processes that count together: tonnes of the stage per unit of activity, and its node."""

    process: Index
    ratio: Array
    node: Index

    def made(self, activity: Array) -> float:
        """Return what they make or use at the activity of every process."""
        return float(activity[self.process] @ self.ratio)


@dataclass(frozen=True, slots=True)
class Certified:
    """What a tier counts: certified output, routes (+1 into the zone, −1 out of it), the use."""

    output: Outputs
    route: Index
    sign: Array
    demand: Index
    used: Outputs
    share: float


@dataclass(frozen=True, slots=True)
class Taker:
    """Whose output a buyer of last resort takes, and at which nodes."""

    output: Outputs
    node: Index


@dataclass(frozen=True, slots=True)
class SupportBlock:
    """Rows that price support needs in a window, in the unit of its tables.

    `size` is the volume over which what is left in a row rises by a hair in price.
    """

    contracts: tuple[Outputs, ...] = ()
    standards: tuple[Certified, ...] = ()
    takers: tuple[Taker, ...] = ()
    contract_size: tuple[float, ...] = ()
    standard_size: tuple[float, ...] = ()
    taker_size: tuple[float, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is any row."""
        return bool(self.contracts or self.standards or self.takers)


@dataclass(frozen=True, slots=True)
class SupportNumbers:
    """A window's numbers, in the unit of its tables; the first axis is months.

    `pay` and `beyond` (per contract): what a tonne is paid within `volume` and after; `buy_out`
    (per tier), `price` (per taker's node), `take` and `sell` (months × nodes): largest tonnes.
    """

    pay: Array
    beyond: Array
    volume: Array
    buy_out: Array
    price: Array
    take: Array
    sell: Array


@dataclass(frozen=True, slots=True)
class SupportMonth:
    """The first month: premium per tier (price), taken and resold per taker's node (quantity)."""

    premium: Array
    taken: Array
    sold: Array


@dataclass(frozen=True, slots=True)
class SupportColumns:
    """The numbers of support columns and rows; the first axis is months."""

    block: SupportBlock
    paid: Index
    beyond: Index
    bought_out: Index
    tier: Index
    taken: Index
    sold: Index

    def fill(self, numbers: SupportNumbers, cost: Array, upper: Array) -> None:
        """Write a window's numbers into the vectors of a program."""
        cost[self.paid], upper[self.paid] = -numbers.pay, numbers.volume
        cost[self.beyond] = -numbers.beyond
        cost[self.bought_out] = numbers.buy_out
        cost[self.taken], upper[self.taken] = -numbers.price, numbers.take
        cost[self.sold], upper[self.sold] = numbers.price, numbers.sell

    def first(self, primal: Array, dual: Array) -> SupportMonth:
        """Return what happens in the first month."""
        return SupportMonth(
            np.maximum(0.0, dual[self.tier[0]]),
            primal[self.taken[0]],
            primal[self.sold[0]],
        )


def add_takers(draft: Draft, block: SupportBlock) -> tuple[Index, Index]:
    """Add what is taken and resold at every taker's node; return numbers (months × nodes)."""
    node = np.concatenate([np.zeros(0, dtype=np.int64), *(each.node for each in block.takers)])
    months, count = draft.horizon.periods, len(node)
    if not count:
        none = np.zeros((months, 0), dtype=np.int64)
        return none, none
    size = np.repeat(block.taker_size, [len(each.node) for each in block.takers])
    period = np.repeat(np.arange(months), count)
    place = draft.horizon.place(np.tile(node, months), period)
    found: list[Index] = []
    for family, sign in (("taken", -1.0), ("resold", 1.0)):
        number = draft.columns(
            family, _keys(count, months), upper=0.0, curvature=LOOSE / np.tile(size, months)
        )
        draft.deliver(place, number, sign)
        found.append(number.reshape(months, count))
    return found[0], found[1]


def add_support_rows(
    draft: Draft,
    tables: Tables,
    block: SupportBlock,
    *,
    consumption: Index,
    production: Index,
    process: Index,
    flow: Index,
    takers: tuple[Index, Index],
) -> SupportColumns:
    """Add the rows of contracts, tiers and takers after the balance; return all numbers.

    `consumption` has shape (months × demands, segments), `production` (months, segments of all)
    with the `process` of each, `flow` (months, routes), `takers` what `add_takers` returned.
    """
    months = draft.horizon.periods
    made = _Made(draft, production, process)
    contract = made.rows("contract", block.contracts)
    paid = _left_over(draft, "supported", contract, block.contract_size)
    beyond = _left_over(draft, "unsupported", contract, block.contract_size)
    tier = made.rows("tier", [each.output for each in block.standards])
    bought = _left_over(draft, "bought_out", tier, block.standard_size, sign=1.0)
    _ = _left_over(draft, "uncalled", tier, block.standard_size)
    many = len(tables.demands)
    for column, each in enumerate(block.standards):
        made.enter(tier[:, column], each.used, -each.share)
        for month in range(months):
            row = tier[month, column]
            _enter(draft, row, flow[month, each.route], each.sign)
            use = consumption[month * many + each.demand].ravel()
            _enter(draft, row, use, np.full(len(use), -each.share))
    offer = made.rows("offer", [each.output for each in block.takers])
    _ = _left_over(draft, "untaken", offer, block.taker_size)
    first = 0
    for column, each in enumerate(block.takers):
        here = slice(first, first + len(each.node))
        first += len(each.node)
        for month in range(months):
            number = takers[0][month, here]
            _enter(draft, offer[month, column], number, np.full(len(number), -1.0))
    return SupportColumns(block, paid, beyond, bought, tier, *takers)


@dataclass(frozen=True, slots=True)
class _Made:
    """The production columns, for rows that count output."""

    draft: Draft
    production: Index
    process: Index

    def rows(self, family: str, outputs: Sequence[Outputs]) -> Index:
        """Add a row per month and group of processes; return numbers (months × groups)."""
        months, count = len(self.production), len(outputs)
        if not count:
            return np.zeros((months, 0), dtype=np.int64)
        added = self.draft.program.add_rows(family, _keys(count, months), lower=0.0, upper=0.0)
        number = added["row"].to_numpy().astype(np.int64).reshape(months, count)
        for column, each in enumerate(outputs):
            self.enter(number[:, column], each, 1.0)
        return number

    def enter(self, row: Index, outputs: Outputs, factor: float) -> None:
        """Count output in the row of each month."""
        for process, ratio in zip(outputs.process, outputs.ratio, strict=True):
            segments = np.flatnonzero(self.process == process)
            for month, number in enumerate(row):
                columns = self.production[month, segments]
                _enter(self.draft, number, columns, np.full(len(columns), factor * ratio))


def _left_over(
    draft: Draft, family: str, rows: Index, size: Sequence[float], *, sign: float = -1.0
) -> Index:
    """Add a column to each row; return numbers (months × rows)."""
    months, count = rows.shape
    if not count:
        return rows
    number = draft.columns(
        family, _keys(count, months), curvature=LOOSE / np.tile(np.array(size), months)
    )
    draft.program.add_entries(rows.ravel(), number, np.full(len(number), sign))
    return number.reshape(months, count)


def _enter(draft: Draft, row: int, columns: Index, amount: Array) -> None:
    draft.program.add_entries(np.full(len(columns), row), columns, amount)


def _keys(count: int, months: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "period": np.repeat(np.arange(months, dtype=np.int32), count),
            "instrument": np.tile(np.arange(count, dtype=np.int32), months),
        }
    )
