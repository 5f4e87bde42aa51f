"""Indicators: pure functions from results to tables, one cited definition each."""

from __future__ import annotations

from orepact.indicators.bands import Band, band_of, price_band, share_band
from orepact.indicators.trajectory import transaction_price, year_of

__all__ = ["Band", "band_of", "price_band", "share_band", "transaction_price", "year_of"]
