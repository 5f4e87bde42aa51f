"""The closed form of a supply shock: what one elasticity says, without stocks, beliefs or time."""

from __future__ import annotations

import numpy as np

from orepact.model.curve import Array

__all__ = ["shock_price"]


def shock_price(loss: Array, demand_elasticity: float, supply_elasticity: float) -> Array:
    """Return the price (multiple of base) after a share `loss` of supply is gone for good.

    ``(1 − δ)^(−1/(ε + η))`` for demand ``P^−ε`` and supply ``(1 − δ)·P^η``, both elasticities given
    as positive numbers; infinite where everything is lost. Source: textbook iso-elastic market.
    """
    left = np.clip(1.0 - np.asarray(loss, dtype=np.float64), 0.0, None)
    with np.errstate(divide="ignore"):
        return left ** (-1.0 / (demand_elasticity + supply_elasticity))
