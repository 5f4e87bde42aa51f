"""Solve a plan's program block by block, each counted in its own size, and prove every optimum.

A certificate's tolerances are absolute for numbers below one. A small market solved beside a large
one would pass them unproven, so every block is counted in its own largest volume first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from orepact.engine import (
    Arrays,
    LinearOptions,
    QuadraticOptions,
    Solution,
    solve_blocks,
    solve_linear,
    solve_quadratic,
)
from orepact.errors import SolveError

__all__ = ["own_size", "prove"]

TOLERANCES = (1e-13, 1e-9)
"""Relative residuals at which the solver of curved programs stops: the first it can prove."""


def prove(arrays: Arrays, *, unique: bool = False) -> Solution:
    """Return the proven optimum of a program; `unique` picks one among equally good linear ones.

    Raises `SolveError` naming the program when an optimum is not proven.
    """
    linear = LinearOptions(unique=unique)

    def solve(block: Arrays) -> Solution:
        return _curved(block) if block.is_quadratic else solve_linear(block, linear)

    return solve_blocks(arrays, lambda block: _in_own_size(block, solve))


def _curved(block: Arrays) -> Solution:
    """Return the optimum of a block to the last digits if they can be proven, else to fewer."""
    strict, loose = (QuadraticOptions(tolerance=tolerance) for tolerance in TOLERANCES)
    try:
        return solve_quadratic(block, strict)
    except SolveError:
        return solve_quadratic(block, loose)


def own_size(block: Arrays) -> float:
    """Return the largest volume that a block's bounds and rows name, 1 where they name none."""
    bounds = np.concatenate([block.upper, np.abs(block.row_lower), np.abs(block.row_upper)])
    return float(bounds[np.isfinite(bounds)].max(initial=0.0)) or 1.0


def _in_own_size(block: Arrays, solve: Callable[[Arrays], Solution]) -> Solution:
    """Solve ``x = size·y`` for y: costs and duals stay, bounds shrink, curvature grows."""
    size = own_size(block)
    found = solve(
        block.with_numbers(
            lower=block.lower / size,
            upper=block.upper / size,
            row_lower=block.row_lower / size,
            row_upper=block.row_upper / size,
            curvature=block.curvature * size,
        )
    )
    certificate = replace(
        found.certificate,
        primal_absolute=found.certificate.primal_absolute * size,
        gap_absolute=found.certificate.gap_absolute * size,
    )
    return replace(
        found,
        arrays=block,
        objective=found.objective * size,
        primal_values=found.primal_values * size,
        certificate=certificate,
    )
