"""Numbers of project tables as words: a middle with its range, in few digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["few", "part", "ranged", "ranged_part"]

Entry = Mapping[str, Any]

WHOLE = 100.0
"""Numbers from here on are printed without decimals."""


def few(value: float, figures: int = 3) -> str:
    """Return a number in some significant digits, thousands set apart."""
    short = float(f"{value:.{figures}g}")
    return f"{short:,.0f}" if abs(short) >= WHOLE or short == 0.0 else f"{short:g}"


def ranged(span: Entry | None, figures: int = 3) -> str:
    """Return a middle with its range, or the middle where there is none; nothing for None."""
    if span is None:
        return ""
    value, low, high = (few(float(span[name]), figures) for name in ("value", "low", "high"))
    return value if low == value == high else f"{value} ({low} to {high})"


def part(value: float) -> str:
    """Return a fraction as per cent in two significant digits."""
    return f"{few(100.0 * value, 2)} %"


def ranged_part(span: Entry | None) -> str:
    """Return a fraction with its range as per cent."""
    if span is None:
        return ""
    value, low, high = (few(100.0 * float(span[name]), 2) for name in ("value", "low", "high"))
    return f"{value} %" if low == value == high else f"{value} % ({low} to {high})"
