r"""Come near to the prices of a strictly convex, separable program by an interior-point method.

$$\min_x \sum_j c_j x_j + \tfrac12 q_j x_j^2 \quad\text{subject to}\quad
A x = b,\; l \le x \le u,\qquad q > 0$$

With multipliers $z, w$ of lower and upper bounds every step solves normal equations
$A D A' \Delta\lambda = r$, $D = (q + z/(x-l) + w/(u-x))^{-1}$, for two right-hand sides: a
predictor and a corrector. Source: Mehrotra (1992), doi:10.1137/0802028, for separable quadratic
programs. The number of steps hardly depends on how many columns come to a bound, for which Newton's
method on the dual needs a step for every few; that method ends what this one begins.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from orepact.engine.arrays import Arrays, Floats
from orepact.engine.matrix import Sparse
from orepact.engine.normal import Factor, NormalEquations

__all__ = ["near_prices"]

FLATTEST = 1e-12
INSIDE = 0.1
SHORT_OF = 0.995
STEPS = 50
LEAST = 1e-300


def near_prices(
    arrays: Arrays, rows: Sparse, normal: NormalEquations, start: Floats, gap: float
) -> Floats:
    """Return prices of the rows near to those of the optimum, from prices `start`.

    `rows` is the matrix compressed by rows. The steps end where the gap is below `gap` times
    ``1 + |objective|``, or after 50: whoever wants a proof goes on from there.
    """
    program = _Program.of(arrays, rows)
    point = program.begin(start)
    for _ in range(STEPS):
        miss = arrays.row_lower - rows @ point.x
        apart = point.apart
        enough = gap * (1.0 + abs(arrays.objective(point.x)))
        if apart <= enough and float(np.abs(miss).max(initial=0.0)) <= gap:
            break
        system = _System.of(program, point, miss, normal)
        guess = system.towards(-point.low * point.below, -point.high * point.above)
        ahead = point.apart_along(guess, point.longest(guess))
        middle = apart * (ahead / apart) ** 3 / program.count
        move = system.towards(
            program.open * middle - point.low * point.below - guess.low * guess.below,
            program.ends * middle - point.high * point.above - guess.high * guess.above,
        )
        point = point.moved(move, SHORT_OF * point.longest(move))
    return point.prices


@dataclass(frozen=True, slots=True)
class _Point:
    """Columns, prices, room to the bounds (1 where there is none) and multipliers; or a move."""

    x: Floats
    prices: Floats
    low: Floats
    high: Floats
    below: Floats
    above: Floats

    @property
    def apart(self) -> float:
        """Return the sum of multipliers × room."""
        return float(self.low @ self.below) + float(self.high @ self.above)

    def longest(self, move: _Point) -> float:
        """Return how far a move may go until room or a multiplier is used up, at most 1."""
        pairs = (
            (self.low, move.low),
            (self.high, move.high),
            (self.below, move.below),
            (self.above, move.above),
        )
        fastest = max(float(np.max(-by / np.maximum(left, LEAST))) for left, by in pairs)
        return min(1.0, 1.0 / max(fastest, LEAST))

    def apart_along(self, move: _Point, length: float) -> float:
        """Return the sum of multipliers × room a length along a move."""
        first = self.low @ move.below + move.low @ self.below
        first += self.high @ move.above + move.high @ self.above
        second = move.low @ move.below + move.high @ move.above
        return self.apart + length * (float(first) + length * float(second))

    def moved(self, move: _Point, length: float) -> _Point:
        """Return the point a length along a move."""
        parts = (getattr(self, one.name) + length * getattr(move, one.name) for one in fields(self))
        return _Point(*parts)


@dataclass(frozen=True, slots=True)
class _Program:
    """A program; `open` (1 or 0) marks columns with room, `ends` those with an upper bound too.

    `count` is the number of bounds.
    """

    arrays: Arrays
    rows: Sparse
    curvature: Floats
    open: Floats
    ends: Floats
    count: float

    @classmethod
    def of(cls, arrays: Arrays, rows: Sparse) -> _Program:
        """Take the numbers of a program."""
        room = arrays.upper > arrays.lower
        free, ends = room.astype(np.float64), (room & np.isfinite(arrays.upper)).astype(np.float64)
        curvature = np.maximum(arrays.curvature, FLATTEST)
        return cls(arrays, rows, curvature, free, ends, float(free.sum() + ends.sum()))

    def begin(self, prices: Floats) -> _Point:
        """Return columns inside their bounds, as near as may be to what they would be at prices."""
        arrays = self.arrays
        lower, width = arrays.lower, np.ones_like(arrays.lower)
        width = np.subtract(arrays.upper, lower, out=width, where=self.ends > 0.0)
        wish = (arrays.transpose @ prices - arrays.cost) / self.curvature
        most = np.where(self.ends > 0.0, lower + (1.0 - INSIDE) * width, np.inf)
        x = np.minimum(np.maximum(wish, lower + INSIDE * width), most)
        x = np.where(self.open > 0.0, x, lower)
        low = np.where(self.open > 0.0, x - lower, 1.0)
        high = np.where(self.ends > 0.0, width - low, 1.0)
        reduced = self.open * self.reduced(x, prices)
        nearest = np.minimum(low, np.where(self.ends > 0.0, high, np.inf))
        even = float(np.abs(reduced) @ (self.open * nearest)) / max(1.0, float(self.open.sum()))
        both = even / nearest
        below = self.open * (both + np.maximum(reduced, 0.0))
        above = self.ends * (both + np.maximum(-reduced, 0.0))
        return _Point(x, prices, low, high, below, above)

    def reduced(self, x: Floats, prices: Floats) -> Floats:
        """Return the reduced costs of columns."""
        arrays = self.arrays
        return arrays.cost + self.curvature * x - arrays.transpose @ prices


@dataclass(frozen=True, slots=True)
class _System:
    """What a step solves at a point."""

    program: _Program
    point: _Point
    miss: Floats
    stray: Floats
    reach: Floats
    factor: Factor

    @classmethod
    def of(cls, program: _Program, point: _Point, miss: Floats, normal: NormalEquations) -> _System:
        """Write and factorise the normal equations."""
        stray = program.reduced(point.x, point.prices) - point.below + point.above
        stiff = program.curvature + point.below / point.low + point.above / point.high
        reach = program.open / stiff
        return cls(program, point, miss, stray, reach, normal.factored(reach))

    def towards(self, low: Floats, high: Floats) -> _Point:
        """Return the move that changes multiplier × room by `low` and `high`, to first order."""
        program, point = self.program, self.point
        pull = self.stray - low / point.low + high / point.high
        prices = self.factor.solve(self.miss + program.rows @ (self.reach * pull))
        x = self.reach * (program.arrays.transpose @ prices - pull)
        return _Point(
            x,
            prices,
            x * program.open,
            -x * program.ends,
            program.open * (low - point.below * x) / point.low,
            program.ends * (high + point.above * x) / point.high,
        )
