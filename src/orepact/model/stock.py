r"""Stocks of traders, consumers and the public, held along a storage curve.

$$\text{level}_{kts} = \sum_j y_{ktsj} \le \text{capacity}_k,\qquad
v'_{kt}(I) = p_k\bigl[\omega_t((I^*_k/I)^{\gamma_k} - 1) + \tau_t\bigr] - h_k$$

Deliveries: $+\text{level}_{k,t-1}$ and $-\text{level}_{kt}$; the first month receives the initial
level. $\omega_t$ is the part of the storage curve carried by month t and $\tau_t = 1$ in the last
month, when what is left is worth the believed price. In a steady state where the level is the one
wanted, the price is the believed price in every month.

| symbol | meaning (unit) | in code | dual |
|---|---|---|---|
| $I_{kts}$ | level at the month's end (t) | `holding` | – |
| $I^*_k$ | level wanted at the believed price (t) | `Stock.wanted` | – |
| $\gamma_k$ | slope of the storage curve (1) | `Stock.slope` | – |
| $p_k$ | believed price (USD/t) | `StockState.believed` | – |
| $h_k$ | interest and storage (USD/t/month) | `Stock.carrying_cost` | – |
"""

from __future__ import annotations

import numpy as np

from orepact.model.curve import Array, Segments, storage_segments
from orepact.model.draft import Draft, Index
from orepact.model.settings import Curves
from orepact.model.tables import Tables

__all__ = ["add_stocks", "stock_numbers"]


def stock_numbers(
    tables: Tables,
    curves: Curves,
    *,
    periods: int,
    share: Array,
    wanted: Array | None = None,
    believed: Array | None = None,
    centre: Array | None = None,
) -> Segments:
    """Return the segments of all stocks, shape (months × stocks, segments).

    `share` (1) has one entry per month; `wanted` (t) and `believed` (USD/t) one per stock, default
    those of the components; `centre` is the current ``(wanted/level)^slope``. A stock that wants
    nothing has no storage curve: one segment up to its capacity, charged its carrying cost.
    """
    frame = tables.stocks
    want = frame["wanted"] if wanted is None else wanted
    segments = storage_segments(
        want,
        frame["price"] if believed is None else believed,
        frame["slope"],
        share=share,
        terminal=(np.arange(periods) == periods - 1).astype(np.float64),
        centre=np.ones(len(frame)) if centre is None else centre,
        nodes=curves.nodes,
        steps=curves.steps,
    )
    carrying = np.tile(frame["carrying_cost"], periods)[:, None]
    room = np.tile(frame["capacity"], periods)
    filled = np.minimum(np.cumsum(segments.width, axis=1), room[:, None])
    width = np.diff(filled, axis=1, prepend=0.0)
    plain = np.tile(want <= 0.0, periods)
    width[plain, 0] = room[plain]
    cost = np.where(plain[:, None], 0.0, segments.cost)
    return Segments(width, cost + carrying, np.where(plain[:, None], 0.0, segments.curvature))


def add_stocks(draft: Draft, tables: Tables, curves: Curves, *, share: Array) -> Index:
    """Add the holding columns; return numbers, shape (months × scenarios × stocks, segments)."""
    periods = draft.horizon.periods
    repeated = draft.horizon.repeated(len(tables.stocks))
    numbers = stock_numbers(tables, curves, periods=periods, share=share)
    spread = len(draft.horizon.scenarios)
    count = numbers.width.shape[1]
    which, period, scenario = repeated.which, repeated.period, repeated.scenario
    heavy = repeated.weight[:, None]
    number = draft.columns(
        "holding",
        repeated.keys("stock", tables.stocks["stock"], count),
        upper=np.tile(numbers.width, (spread, 1)).ravel(),
        charge=(np.tile(numbers.cost, (spread, 1)) * heavy).ravel(),
        curvature=(np.tile(numbers.curvature, (spread, 1)) * heavy).ravel(),
    )
    node = tables.stocks["node"][which]
    draft.deliver(np.repeat(draft.horizon.place(node, period, scenario), count), number, -1.0)
    kept = np.repeat(period < periods - 1, count)
    later = np.repeat(draft.horizon.place(node, period + 1, scenario), count)
    draft.deliver(later[kept], number[kept], 1.0)
    first = period == 0
    place = draft.horizon.place(node, period, scenario)[first]
    draft.give(place, tables.stocks["initial"][which][first])
    return number.reshape(len(which), count)
