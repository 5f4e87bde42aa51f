"""Indicators: pure functions from results to tables, one cited definition each."""

from __future__ import annotations

from orepact.indicators.bands import (
    Band,
    cover_band,
    middle_of,
    price_band,
    share_band,
    volume_band,
)
from orepact.indicators.trajectory import Year, transaction_price, unmet_shares, year_of

__all__ = [
    "Band",
    "Year",
    "cover_band",
    "middle_of",
    "price_band",
    "share_band",
    "transaction_price",
    "unmet_shares",
    "volume_band",
    "year_of",
]
