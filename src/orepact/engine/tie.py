"""Choose one optimum of a linear program among many, always the same one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orepact.engine.arrays import Arrays
from orepact.engine.matrix import Floats

__all__ = ["Face", "optimal_face"]

GOLDEN = 0.6180339887498949
NEGLIGIBLE = 1e-9


@dataclass(frozen=True, slots=True)
class Face:
    """The bounds of all optimal points of a linear program, and the cost that chooses among them.

    `is_point` says that the bounds leave no column free, so there is nothing to choose.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    is_point: bool


def optimal_face(arrays: Arrays, primal: Floats, row_dual: Floats) -> Face:
    """Return the optimal face found from one optimal pair, with the secondary cost on it.

    By complementary slackness with any optimal dual, a point is optimal exactly when it is feasible
    and every column with a reduced cost, and every row with a dual, stays at its bound. The
    secondary cost is ``1 + frac(golden · rank)`` by column number, so it depends on the sorted
    keys alone; it is turned for columns bounded only from above and 0 for free ones. Source:
    Schrijver (1986), Theory of Linear and Integer Programming, section 7.9.
    """
    reduced = arrays.cost - arrays.transpose @ row_dual
    scale = 1.0 + np.abs(arrays.cost) + arrays.magnitude_transpose @ np.abs(row_dual)
    held = np.abs(reduced) > NEGLIGIBLE * scale
    tight = np.abs(row_dual) > NEGLIGIBLE * (1.0 + np.abs(row_dual).max(initial=0.0))
    activity = arrays.matrix @ primal
    row_at = np.where(row_dual > 0, arrays.row_lower, arrays.row_upper)
    row_at = np.where(np.isfinite(row_at), row_at, activity)
    at = np.where(reduced > 0, arrays.lower, arrays.upper)
    at = np.where(np.isfinite(at), at, primal)
    weight = 1.0 + np.modf(GOLDEN * np.arange(1, arrays.n_columns + 1))[0]
    turned = np.isinf(arrays.lower)
    weight[turned] *= -1.0
    weight[turned & np.isinf(arrays.upper)] = 0.0
    weight[held] = 0.0
    lower, upper = np.where(held, at, arrays.lower), np.where(held, at, arrays.upper)
    return Face(
        cost=weight,
        lower=lower,
        upper=upper,
        row_lower=np.where(tight, row_at, arrays.row_lower),
        row_upper=np.where(tight, row_at, arrays.row_upper),
        is_point=bool(np.all(lower == upper)),
    )
