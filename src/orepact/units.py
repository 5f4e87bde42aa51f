"""Units of measure: canonical inside, converted once at the edge.

Canonical units are tonnes of contained metal, months, constant US dollars of the dataset's
base year, and fractions. A number read from outside states its unit; `convert` brings it in.
"""

from __future__ import annotations

from dataclasses import dataclass

from orepact.errors import InputError, Problem, nearest

__all__ = ["Doc", "Unit", "convert", "known_units"]


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a component's field, stated as ``Annotated[float, Unit("t")]``."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Doc:
    """What a component's field means, carried in its annotation; printed in the reference page."""

    text: str


# symbol: (dimension, factor to the canonical unit of that dimension).
# A short ton is 907.18474 kg and a pound 0.45359237 kg (international yard and pound, 1959).
# A metric ton unit (mtu) is 10 kg of the quoted content; a flask of mercury is 76 lb. A troy ounce
# is 31.1034768 g. Parts of a bill of materials are counted, or measured by energy (cells) or power.
_UNITS: dict[str, tuple[str, float]] = {
    "t": ("mass", 1.0),
    "kt": ("mass", 1e3),
    "Mt": ("mass", 1e6),
    "kg": ("mass", 1e-3),
    "g": ("mass", 1e-6),
    "mg": ("mass", 1e-9),
    "ozt": ("mass", 31.1034768e-6),
    "lb": ("mass", 0.45359237e-3),
    "short ton": ("mass", 0.90718474),
    "mtu": ("mass", 1e-2),
    "flask": ("mass", 76 * 0.45359237e-3),
    "t/month": ("mass flow", 1.0),
    "kt/month": ("mass flow", 1e3),
    "t/year": ("mass flow", 1.0 / 12.0),
    "kt/year": ("mass flow", 1e3 / 12.0),
    "kg/year": ("mass flow", 1e-3 / 12.0),
    "USD": ("money", 1.0),
    "kUSD": ("money", 1e3),
    "MUSD": ("money", 1e6),
    "USD/t": ("price", 1.0),
    "USD/kg": ("price", 1e3),
    "USD/lb": ("price", 1.0 / 0.45359237e-3),
    "USD/mtu": ("price", 1e2),
    "month": ("time", 1.0),
    "year": ("time", 12.0),
    "day": ("time", 12.0 / 365.25),
    "piece": ("count", 1.0),
    "kWh": ("energy", 1.0),
    "MWh": ("energy", 1e3),
    "kW": ("power", 1.0),
    "MW": ("power", 1e3),
    "1": ("fraction", 1.0),
    "%": ("fraction", 1e-2),
}


def known_units() -> tuple[str, ...]:
    """Return the symbols that `convert` understands."""
    return tuple(_UNITS)


def convert(value: float, unit: str, to: str) -> float:
    """Return `value` given in `unit` as a number in unit `to`.

    Raises `InputError` when a unit is not known or the two measure different things.
    """
    problems = [
        Problem("unknown unit", found=repr(name), expected="one of " + ", ".join(_UNITS),
                nearest=nearest(name, known_units()))
        for name in (unit, to)
        if name not in _UNITS
    ]
    if problems:
        raise InputError(problems)
    (dimension, factor), (wanted, divisor) = _UNITS[unit], _UNITS[to]
    if dimension != wanted:
        raise InputError([Problem(f"{unit} measures {dimension}, {to} measures {wanted}",
                                  found=f"{value} {unit}", expected=f"a {wanted} unit")])
    return value * factor / divisor
