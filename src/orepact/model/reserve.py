r"""Reserves: tonnes bought before the future is known, released month by month once it is.

$$\min \sum_k \pi_k b_k + \sum_{k,s} w_s \Bigl[h_k \sum_t L_{kts} - \kappa \pi_k L_{kTs}\Bigr],
\qquad 0 \le b_k \le \min(\text{largest}_k,\, \text{capacity}_k - \text{held}_k)$$

$$L_{kts} = L_{k,t-1,s} - r_{kts} \ge 0,\quad L_{k,-1,s} = \text{held}_k + b_k,\qquad
r_{kts} = \sum_g d_{kgts} \le \text{release}_k$$

Deliveries: $+d_{kgts}$ to region g, which may draw on reserve k, in month t + lead. The column
$b_k$ has no scenario: what is bought is the same in all futures. Nothing is released that would
arrive after the last month, nor anything after its shelf life; after that it costs and is worth
nothing. A tonne that is left after the last month is worth the share κ of what is paid for one.
Who draws in another region than that of the reserve gets the tonnes there; the way is part of the
lead.

| symbol | meaning (unit) | in code | dual |
|---|---|---|---|
| $b_k$ | bought for reserve k before the future is known (t) | `bought` | – |
| $\pi_k$ | price paid (USD/t) | `Reserve.price` | – |
| $r_{kts}$ | released (t/month) | `released` | – |
| $d_{kgts}$ | drawn by region g, where several may draw (t/month) | `drawn` | – |
| $L_{kts}$ | left at the month's end (t) | `kept` | – |
| $L_{kts} + r_{kts} = L_{k,t-1,s}$ | what is there (t) | row `reserve` | − value of a tonne |
| $h_k$ | interest and storage (USD/t/month) | `Reserve.carrying_cost` | – |
| $\kappa$ | worth of what is left, ÷ price paid (1) | `kept_worth` | – |

With curves that are not steps, $r$ and $L$ are charged a curvature of a thousandth of the price
over the whole reserve and all months, as nothing in such a program is quite flat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from orepact.errors import Problem, nearest
from orepact.model.curve import FLAT
from orepact.model.draft import Array, Draft, Flags, Index
from orepact.model.settings import Curves
from orepact.model.tables import Tables
from orepact.network.network import Network

__all__ = ["ReserveColumns", "add_reserves", "reserve_problems"]


@dataclass(frozen=True, slots=True)
class ReserveColumns:
    """Numbers of the columns and rows of reserves.

    `bought` has one entry per reserve; `released`, `kept` and `rows` have shape (months ×
    scenarios, reserves); the first month's row of a scenario holds what is held at first. `drawn`
    has shape (months × scenarios, draws): the column that delivers to each region that may draw.
    """

    bought: Index
    released: Index
    kept: Index
    drawn: Index
    rows: Index


def reserve_problems(network: Network, tables: Tables) -> list[Problem]:
    """Return what keeps reserves from being planned: places without trade, more than their room."""
    problems: list[Problem] = []
    names = tables.reserves["reserve"]
    known = [f"{m}@{r}" for r, m in tables.nodes.frame.select("region", "material").iter_rows()]
    for row, region, node in tables.draws.frame.iter_rows():
        if node < 0:
            place = f"{network.reserves[int(row)].material}@{region}"
            problems.append(
                Problem(
                    "a reserve would deliver where nothing is made, traded, stored or used",
                    field=str(names[row]),
                    found=place,
                    expected="a place of the network",
                    nearest=nearest(place, known),
                )
            )
    problems += [
        Problem(
            "a reserve starts above its capacity",
            field=f"{reserve.name}.held",
            found=f"{reserve.held:g} t",
            expected=f"at most {reserve.capacity:g} t",
        )
        for reserve in network.reserves
        if reserve.held > reserve.capacity
    ]
    return problems


def add_reserves(
    draft: Draft, tables: Tables, curves: Curves, *, kept_worth: float = 0.0
) -> ReserveColumns:
    """Add what is bought, released, drawn and kept; return the numbers.

    `kept_worth` (1) is the share of the price paid that a tonne left after the last month is worth.
    """
    frame = tables.reserves
    steps = len(draft.horizon.scenarios) * draft.horizon.periods
    if not len(frame):
        none = np.zeros((steps, 0), dtype=np.int64)
        return ReserveColumns(np.zeros(0, dtype=np.int64), none, none, none, none)
    repeated = draft.horizon.repeated(len(frame))
    which, period = repeated.which, repeated.period
    room = np.maximum(0.0, np.minimum(frame["largest"], frame["capacity"] - frame["held"]))
    names = frame.frame.select("reserve")
    bought = draft.columns("bought", names, upper=room, charge=frame["paid"])
    bent = _curvature(draft, tables, room, curves)[which] * repeated.weight
    may = _usable(draft, tables)[period, which]
    keys = repeated.keys("reserve", frame["reserve"])
    released = draft.columns(
        "released", keys, upper=np.where(may, frame["release"][which], 0.0), curvature=bent
    )
    keeps = (frame["shelf_life"][which] == 0) | (period < frame["shelf_life"][which])
    last = period == draft.horizon.periods - 1
    charge = frame["carrying_cost"][which] - np.where(last, kept_worth * frame["paid"][which], 0.0)
    kept = draft.columns(
        "kept", keys, charge=np.where(keeps, charge, 0.0) * repeated.weight, curvature=bent
    )
    held = np.where(period == 0, frame["held"][which], 0.0)
    rows = draft.program.add_rows("reserve", keys, lower=held, upper=held)["row"].to_numpy()
    draft.program.add_entries(rows, released)
    draft.program.add_entries(rows, kept)
    later = period > 0
    draft.program.add_entries(rows[later], kept[np.flatnonzero(later) - len(frame)], -1.0)
    first = ~later
    draft.program.add_entries(rows[first], bought[which[first]], -1.0)
    shape = (steps, len(frame))
    drawn = _deliver(draft, tables, released.reshape(shape))
    return ReserveColumns(
        bought, released.reshape(shape), kept.reshape(shape), drawn, rows.reshape(shape)
    )


def _usable(draft: Draft, tables: Tables) -> Flags:
    """Say in which months each reserve may release, shape (months, reserves)."""
    frame, month = tables.reserves, np.arange(draft.horizon.periods)[:, None]
    fresh = (frame["shelf_life"] == 0) | (month < frame["shelf_life"])
    return fresh & (month + frame["lead"] < draft.horizon.periods)


def _curvature(draft: Draft, tables: Tables, room: Array, curves: Curves) -> Array:
    """Return the rise of charges per tonne of each reserve."""
    if curves.steps:
        return np.zeros(len(room))
    whole = tables.reserves["held"] + room
    largest = float(tables.demands["base"].max(initial=0.0)) or 1.0
    whole = np.where(np.isfinite(whole) & (whole > 0.0), whole, largest)
    return FLAT / draft.horizon.periods * tables.reserves["price"] / whole


def _deliver(draft: Draft, tables: Tables, released: Index) -> Index:
    """Deliver what is released to who may draw; return the columns that do."""
    owner, node = tables.draws["reserve"], tables.draws["node"]
    shared = np.bincount(owner, minlength=len(tables.reserves))[owner] > 1
    drawn = released[:, owner].copy()
    drawn[:, shared] = _shares(draft, tables, released, np.flatnonzero(shared))
    steps = np.arange(len(released))[:, None]
    period, scenario = steps % draft.horizon.periods, steps // draft.horizon.periods
    arrival = np.minimum(period + tables.reserves["lead"][owner], draft.horizon.periods - 1)
    place = draft.horizon.place(node[None, :], arrival, scenario)
    draft.deliver(place.ravel(), drawn.ravel(), 1.0)
    return drawn


def _shares(draft: Draft, tables: Tables, released: Index, shared: Index) -> Index:
    """Add what each of several regions draws on a reserve, which sums to what is released."""
    if not len(shared):
        return np.zeros((len(released), 0), dtype=np.int64)
    owner = tables.draws["reserve"][shared]
    draws = draft.horizon.repeated(len(shared))
    keys = draws.keys("reserve", tables.reserves["reserve"][owner])
    region = tables.draws["region"][shared][draws.which]
    column = draft.columns("drawn", keys.with_columns(pl.Series("region", region)))
    several = np.unique(owner)
    sums = draft.horizon.repeated(len(several))
    keys = sums.keys("reserve", tables.reserves["reserve"][several])
    rows = draft.program.add_rows("drawn", keys, lower=0.0, upper=0.0)["row"].to_numpy()
    draft.program.add_entries(rows, released[:, several].ravel(), -1.0)
    number = rows.reshape(len(released), len(several))
    of_draw = number[:, np.searchsorted(several, owner)]
    draft.program.add_entries(of_draw.ravel(), column)
    return column.reshape(len(released), len(shared))
