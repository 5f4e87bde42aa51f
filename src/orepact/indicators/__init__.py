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
from orepact.indicators.concentration import hhi
from orepact.indicators.shares import concentration_of, production_shares
from orepact.indicators.sourcing import (
    import_shares,
    imports_of,
    sourcing_shares,
    supply_shares,
)
from orepact.indicators.trajectory import Year, transaction_price, unmet_shares, year_of

__all__ = [
    "Band",
    "Year",
    "concentration_of",
    "cover_band",
    "hhi",
    "import_shares",
    "imports_of",
    "middle_of",
    "price_band",
    "production_shares",
    "share_band",
    "sourcing_shares",
    "supply_shares",
    "transaction_price",
    "unmet_shares",
    "volume_band",
    "year_of",
]
