"""Units as people write them in a bill, and what each measures."""

from __future__ import annotations

from collections.abc import Sequence

from orepact.errors import InputError
from orepact.units import convert, known_units

__all__ = ["FRACTIONS", "fitting", "measures", "unit_of"]

FRACTIONS = ("%", "1")
"""Units of a share of the part's mass."""

_PIECES = frozenset(("pc", "pcs", "pce", "ea", "each", "pieces", "st", "stk", "unit", "units"))
_WORDS = {"tonne": "t", "tonnes": "t", "metric ton": "t", "kgs": "kg", "kilogram": "kg",
          "kilograms": "kg", "gram": "g", "grams": "g", "wt%": "%", "percent": "%",
          "per cent": "%", "share": "1", "fraction": "1", "kwh": "kWh", "mwh": "MWh",
          "kw": "kW"}  # fmt: skip


def unit_of(text: str) -> str:
    """Return the unit that a text names, the text itself where it is none.

    ``share`` and ``fraction`` are a share of the whole: 0.3 share is 30 %.
    """
    lower = text.casefold()
    if lower in _PIECES:
        return "piece"
    return _WORDS.get(lower, text)


def fitting(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the known units that measure the same as one of some units, as people write them."""
    found = [unit for unit in known_units() if measures(unit, *kinds)]
    return tuple("share" if unit == "1" else unit for unit in found)


def measures(unit: str, *kinds: str) -> bool:
    """Tell whether a unit measures the same as one of some other units."""
    for kind in kinds:
        try:
            _ = convert(1.0, unit, kind)
        except InputError:
            continue
        return True
    return False
