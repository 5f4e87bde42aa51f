"""Indicators: pure functions from results to tables, one cited definition each."""

from __future__ import annotations

from orepact.indicators.bands import Band, band_of, price_band, share_band
from orepact.indicators.trajectory import Year, transaction_price, unmet_shares, year_of

__all__ = [
    "Band",
    "Year",
    "band_of",
    "price_band",
    "share_band",
    "transaction_price",
    "unmet_shares",
    "year_of",
]
