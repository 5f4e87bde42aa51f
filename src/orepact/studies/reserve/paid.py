"""What a tonne costs today: the latest published price of its form, where that is dearer.

The market of the plan stands at base prices, those of the calibration window, and so do purchases:
a purchase at today's price beside a crisis that starts from base prices would size the forms that
are dear today too small. What the purchases cost today is told beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from orepact.network.chains.chain import Chain

__all__ = ["BASE", "PaidPrice", "paid_prices"]

HOME = "outside"
"""The market of the tables that is not the main supplier's own: an owner buys there."""

BASE = "base price"


@dataclass(frozen=True, slots=True)
class PaidPrice:
    """A price in buying (USD/t), the period that it was published for, and its source."""

    price: float
    period: str
    source: str


def paid_prices(chain: Chain, first_month: str) -> dict[str, PaidPrice]:
    """Return the price of every material of a chain in buying before a month (YYYY-MM).

    A published price counts when it is of a period after the calibration window and dearer than the
    base price; of several markets the one outside the main supplier goes first.
    """
    window = chain.text.calibration
    found: dict[str, PaidPrice] = {}
    for one in chain.text.materials:
        base = chain.price(one.material)
        found[one.material] = PaidPrice(base, f"{window.first} to {window.last}", BASE)
        known = chain.prices.filter(
            (pl.col("material") == one.material) & (pl.col("relative_to_base") > 0.0)
            & (pl.col("month") > window.last) & (pl.col("month") < first_month))
        outside = known.filter(pl.col("market") == HOME)
        rows = (known if outside.is_empty() else outside).sort("month", maintain_order=True)
        if not rows.is_empty():
            last = rows.row(-1, named=True)
            if last["relative_to_base"] > 1.0:
                found[one.material] = PaidPrice(base * float(last["relative_to_base"]),
                                                str(last["month"]), str(last["source"]))
    return found
