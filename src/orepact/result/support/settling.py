r"""Charges that depend on prices: solve again until prices are those that were reckoned on.

With $g$ the prices reckoned on and $p(g)$ those that the window answers with, $g = p(g)$ is found
by Newton's method, $g \leftarrow g + (I - p'(g))^{-1}(p(g) - g)$. A window is piecewise quadratic,
so its answers are piecewise linear in the charges and $p'$ follows from the columns between their
bounds: where the same columns stay there, one step is exact. What Newton's method does not settle
is bracketed price by price as taxes are; the smallest gap found is returned, never hidden.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from orepact.model.curve import Array
from orepact.result.taxes import settle

__all__ = ["GAP", "agree"]

GAP = 1e-6
"""Largest difference (multiple of the base price) between a price and the one reckoned on."""

ROUNDS = 12
LONGEST = 0.5
"""Longest step of a price (multiple of the base price)."""

Answer = TypeVar("Answer")


def agree(
    guess: Array,
    answer: Answer,
    price_of: Callable[[Answer], Array],
    solve: Callable[[Array], Answer],
    slope: Callable[[Array], Array],
) -> tuple[Answer, int, float]:
    """Return the answer at which prices are those reckoned on, how often it was solved, the gap.

    `guess` are the prices that `answer`, the last one solved, was solved with; `price_of` reads the
    prices of an answer, `solve` answers for other prices, and `slope` (k × k) is how prices answer
    to those reckoned on, at the last answer. The gap is that of the answer returned, the smallest
    seen.
    """
    off: Array = price_of(answer) - guess
    best, least = answer, float(np.abs(off).max(initial=0.0))
    start, solved, last = guess, 0, np.inf
    while least > GAP and solved < ROUNDS:
        here = float(np.abs(off).max(initial=0.0))
        step = _step(slope(guess), off)
        guess = guess + (step if here <= 0.7 * last else 0.5 * step)
        answer, last = solve(guess), here
        solved += 1
        off = price_of(answer) - guess
        gap = float(np.abs(off).max(initial=0.0))
        if gap < least:
            best, least, start = answer, gap, guess
    if least > GAP:
        found, again, gap = settle(start, best, price_of, solve)
        solved += again
        if gap < least:
            best, least = found, gap
    return best, solved, least


def _step(slope: Array, off: Array) -> Array:
    """Return Newton's step, kept short; where the slope cannot be used, the step is the gap."""
    matrix = np.eye(len(off)) - slope
    try:
        step = np.linalg.solve(matrix, off)
    except np.linalg.LinAlgError:
        return off
    if not np.all(np.isfinite(step)):
        return off
    return np.asarray(np.clip(step, -LONGEST, LONGEST), dtype=np.float64)
