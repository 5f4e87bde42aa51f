r"""How much of a form may be bought a month before its price moves by a given share.

A buyer who adds $q$ t/month to a market of $Q$ t/month is served by what others give up and by what
is made in addition:

$$q = Q\,\bigl[(1 - P^{-\varepsilon}) + (P^{\eta} - 1)\bigr]$$

symbol | meaning (unit)
--- | ---
Q | output of the form (t/month)
P | price, multiple of the base price (1)
epsilon | monthly demand elasticity (1), of a parameter set of the ensemble
eta | supply elasticity outside the exporter (1)

Stocks are left out: a steady purchase cannot live on them, a single one may, so the first months
move the price less than this says. Re-routing is left out too; a simulation has both.
"""

from __future__ import annotations

from scipy.optimize import brentq

from orepact.errors import InputError, Problem

__all__ = ["HIGHEST", "depth", "price_of"]

HIGHEST = 60.0
"""Multiple of the base price at which the curves of demand end."""


def depth(output: float, move: float, demand_elasticity: float, supply_elasticity: float) -> float:
    """Return the t/month that raise the price by the share `move` (0.05 = 5 %).

    Raises `InputError` for a negative output, move or elasticity, and a move above 59.
    """
    _check(output=output, demand_elasticity=demand_elasticity, supply_elasticity=supply_elasticity)
    if not 0.0 <= move <= HIGHEST - 1.0:
        raise InputError([Problem("a price move out of range", field="move", found=f"{move:g}",
                                  expected=f"0 to {HIGHEST - 1.0:g}; 5 % is 0.05")])
    return output * _share(1.0 + move, demand_elasticity, supply_elasticity)


def price_of(
    rate: float, output: float, demand_elasticity: float, supply_elasticity: float
) -> float:
    """Return the price, multiple of base, at which `rate` t/month more are had.

    At most `HIGHEST`: beyond it nothing is known. Raises `InputError` for negative numbers and a
    market without output.
    """
    _check(rate=rate, output=output, demand_elasticity=demand_elasticity,
           supply_elasticity=supply_elasticity)
    if output <= 0.0:
        raise InputError([Problem("nothing is made of this form", field="output", found="0 t/month",
                                  expected="above 0")])
    wanted = rate / output
    if wanted >= _share(HIGHEST, demand_elasticity, supply_elasticity):
        return HIGHEST
    found = brentq(
        lambda price: _share(price, demand_elasticity, supply_elasticity) - wanted,
        1.0, HIGHEST, xtol=1e-12,
    )
    return float(found)  # pyright: ignore[reportArgumentType]


def _share(price: float, demand_elasticity: float, supply_elasticity: float) -> float:
    return (1.0 - price**-demand_elasticity) + (price**supply_elasticity - 1.0)


def _check(**numbers: float) -> None:
    wrong = [
        Problem("a negative number, or none", field=name, found=f"{value:g}", expected="0 or more")
        for name, value in numbers.items()
        if not 0.0 <= value < float("inf")
    ]
    if wrong:
        raise InputError(wrong)
