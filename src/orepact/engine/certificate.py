"""Prove a solution optimal from the program alone, without trusting the solver's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orepact.engine.arrays import Arrays
from orepact.engine.matrix import Floats
from orepact.errors import SolveError

__all__ = ["Certificate", "Tolerances", "certify", "combine", "require"]


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Say how large a residual may be; all are pure numbers, relative to ``1 + scale``.

    The scale of `primal` is the row's ``|A||x|`` or the column's ``|x|``, of `dual` the column's
    ``|cost| + |curvature x| + |A|ᵀ|dual|``, and of `gap` the absolute objective.
    """

    primal: float = 1e-6
    dual: float = 1e-6
    gap: float = 1e-6


DEFAULT = Tolerances()
SHARE = 1e-3


@dataclass(frozen=True, slots=True)
class Certificate:
    """The optimality conditions of Karush, Kuhn and Tucker, measured.

    `primal_residual` and `dual_residual` are the largest violations relative to ``1 + scale`` (see
    `Tolerances`), `primal_absolute` and `dual_absolute` the same in the program's own units.
    `gap` is objective minus dual objective relative to ``1 + |objective|``. `worst_row`,
    `worst_column` name where the largest violations are, empty when there is none at all.
    """

    primal_residual: float
    primal_absolute: float
    dual_residual: float
    dual_absolute: float
    gap: float
    gap_absolute: float
    worst_row: str
    worst_column: str
    tolerances: Tolerances

    @property
    def holds(self) -> bool:
        """Say whether every residual is within its tolerance."""
        limit = self.tolerances
        return (
            self.primal_residual <= limit.primal
            and self.dual_residual <= limit.dual
            and abs(self.gap) <= limit.gap
        )

    def __str__(self) -> str:
        """Return the residuals on one line."""
        text = (
            f"primal {self.primal_residual:.1e}, dual {self.dual_residual:.1e}, gap {self.gap:.1e}"
        )
        if self.worst_row:
            text += f", largest balance residual {self.primal_absolute:.1e} at {self.worst_row}"
        return text


def certify(
    arrays: Arrays, primal: Floats, row_dual: Floats, tolerances: Tolerances = DEFAULT
) -> Certificate:
    """Measure how far `primal` (columns) and `row_dual` (rows) are from proven optimality.

    Method: weak duality with reduced costs ``d = cost + curvature·x − Aᵀy``. A reduced cost that
    points at an infinite bound, or one within the dual tolerance that points at a bound so far away
    that it would fill a thousandth of the gap allowed, is a dual residual; every other one is a
    multiplier and enters the gap by its distance to the bound. Integrality is not looked at.
    Source: Boyd & Vandenberghe (2004), Convex Optimization, sections 5.2 and 5.5.
    """
    activity = arrays.matrix @ primal
    bent = arrays.curvature * primal if arrays.is_quadratic else np.zeros(())
    reduced = arrays.cost + bent - arrays.transpose @ row_dual
    row_scale = 1.0 + arrays.magnitude @ np.abs(primal)
    column_scale = 1.0 + np.abs(arrays.cost) + np.abs(bent)
    column_scale += arrays.magnitude_transpose @ np.abs(row_dual)

    row_excess = _excess(activity, arrays.row_lower, arrays.row_upper)
    bound_excess = _excess(primal, arrays.lower, arrays.upper)
    row_relative, bound_relative = row_excess / row_scale, bound_excess / (1.0 + np.abs(primal))
    objective = arrays.objective(primal)
    share = SHARE * tolerances.gap * (1.0 + abs(objective))
    rows = (row_dual, activity, arrays.row_lower, arrays.row_upper)
    row_gap, row_stray = _slackness(*rows, tolerances.dual, share)
    columns = (reduced, primal, arrays.lower, arrays.upper)
    column_gap, column_stray = _slackness(*columns, tolerances.dual * column_scale, share)
    dual_relative = column_stray / column_scale
    gap = row_gap + column_gap
    worst_row = _worst(row_excess)
    worst_column = _worst(np.maximum(bound_relative, dual_relative))
    return Certificate(
        primal_residual=max(_largest(row_relative), _largest(bound_relative)),
        primal_absolute=max(_largest(row_excess), _largest(bound_excess)),
        dual_residual=max(_largest(dual_relative), _largest(row_stray)),
        dual_absolute=max(_largest(column_stray), _largest(row_stray)),
        gap=gap / (1.0 + abs(objective)),
        gap_absolute=gap,
        worst_row="" if worst_row is None else arrays.row_label(worst_row),
        worst_column="" if worst_column is None else arrays.column_label(worst_column),
        tolerances=tolerances,
    )


def combine(parts: Sequence[Certificate], objective: float) -> Certificate:
    """Return the certificate of a program from those of its blocks; `objective` is the whole's."""
    row = max(parts, key=lambda part: part.primal_absolute if part.worst_row else 0.0)
    column = max(parts, key=lambda part: part.dual_residual if part.worst_column else 0.0)
    gap = sum(part.gap_absolute for part in parts)
    return Certificate(
        primal_residual=max(part.primal_residual for part in parts),
        primal_absolute=max(part.primal_absolute for part in parts),
        dual_residual=max(part.dual_residual for part in parts),
        dual_absolute=max(part.dual_absolute for part in parts),
        gap=gap / (1.0 + abs(objective)),
        gap_absolute=gap,
        worst_row=row.worst_row,
        worst_column=column.worst_column,
        tolerances=parts[0].tolerances,
    )


def require(certificate: Certificate, name: str, solver: str) -> None:
    """Raise SolveError unless the certificate of program `name` holds."""
    if certificate.holds:
        return
    worst = certificate.worst_row or certificate.worst_column or "none"
    message = (
        f"program {name!r}: {solver} reports an optimum, but the certificate fails: {certificate}; "
        f"worst place {worst}; scale the units so that numbers lie between 1e-4 and 1e4"
    )
    raise SolveError(message)


def _excess(value: Floats, lower: Floats, upper: Floats) -> Floats:
    return np.maximum(0.0, np.maximum(lower - value, value - upper))


def _slackness(
    multiplier: Floats,
    value: Floats,
    lower: Floats,
    upper: Floats,
    negligible: Floats | float,
    share: float,
) -> tuple[float, Floats]:
    """Return Σ multiplier × distance to the bound it points at, and the stray multipliers."""
    distance = np.where(multiplier > 0, value - lower, upper - value)
    size = np.abs(multiplier)
    endless = ~np.isfinite(distance)
    product = size * np.where(endless, 0.0, distance)
    stray = endless | ((size <= negligible) & (product > share))
    if not stray.any():
        return float(np.sum(product)), np.zeros_like(size)
    return float(np.sum(np.where(stray, 0.0, product))), np.where(stray, size, 0.0)


def _largest(values: Floats) -> float:
    return float(values.max()) if len(values) else 0.0


def _worst(values: Floats) -> int | None:
    if not len(values):
        return None
    place = int(values.argmax())
    return place if values[place] > 0 else None
