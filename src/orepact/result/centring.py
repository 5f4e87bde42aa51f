"""Curves of a window drawn round the prices that it found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from orepact.model.tables import Tables
from orepact.model.window import WindowMonth, WindowState

__all__ = ["RECENTRE", "recentred"]

RECENTRE = 1.25
"""A window is solved again when a price leaves the middle of its curve by more than this factor."""


def recentred(tables: Tables, before: WindowState, month: WindowMonth) -> WindowState:
    """Return a window with its curves round the prices of a month, itself where it has them."""
    price = month.price[tables.demands["node"]]
    ratio = price / before.demand_centre
    weight = tables.demands["base"]
    large = weight > 1e-3 * weight.max(initial=0.0)
    if not np.any((ratio[large] > RECENTRE) | (ratio[large] < 1.0 / RECENTRE)):
        return before
    stock_price = month.price[tables.stocks["node"]]
    return replace(
        before,
        demand_centre=np.clip(price, 0.05, 60.0),
        stock_centre=np.clip(stock_price / before.believed, 0.05, 60.0),
    )
