"""Concentration of supply: the Herfindahl-Hirschman index of shares."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["hhi"]


def hhi(shares: Iterable[float], *, rest: float = 0.0) -> tuple[float, float]:
    """Return the least and largest sum of squared shares (0 to 1) when `rest` is not split up.

    The remainder of unknown origin may be many small suppliers (adds nothing) or one (adds its
    square). Shares are fractions of one total. Source: Herfindahl 1950, Hirschman 1964.
    """
    known = sum(share * share for share in shares)
    return known, known + max(0.0, rest) ** 2
