r"""Solve strictly convex, separable quadratic programs by Newton's method on their dual.

$$\min_x \sum_j c_j x_j + \tfrac12 q_j x_j^2 \quad\text{subject to}\quad
A x = b,\; l \le x \le u,\qquad q > 0$$

For prices $\lambda$ of the rows each column answers by itself,
$x_j(\lambda) = \operatorname{clip}((a_j'\lambda - c_j)/q_j,\; l_j,\; u_j)$, and the dual function
$\theta(\lambda) = b'\lambda + \sum_j \bigl(c_j x_j + \tfrac12 q_j x_j^2 - a_j'\lambda\,x_j\bigr)$
is concave and piecewise quadratic with gradient $b - A x(\lambda)$. Newton steps with an Armijo
line search end at the exact optimum once the set of columns between their bounds is right. There
are far fewer rows than columns and last month's prices are close to this month's, so a warm start
needs a handful of steps of a small dense system. Source: semismooth Newton for piecewise quadratic
duals, Li and Swetits (1997), doi:10.1137/S1052623493260696.

What the method cannot prove is handed to Clarabel; every answer carries the same certificate.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.linalg.lapack import dposv

from orepact.engine.arrays import Arrays, Floats
from orepact.engine.certificate import Tolerances, certify
from orepact.engine.matrix import Sparse
from orepact.engine.quadratic import LiveQuadratic, QuadraticOptions
from orepact.engine.solution import Solution
from orepact.errors import InputError, Problem

__all__ = ["LiveNewton", "NewtonOptions"]


@dataclass(frozen=True, slots=True)
class NewtonOptions:
    """Say when the method stops: row residual relative to the largest right-hand side or bound."""

    tolerance: float = 1e-10
    max_steps: int = 40
    certificate: Tolerances = field(default_factory=Tolerances)


DEFAULT = NewtonOptions()
RIDGE = 1e-9
FLATTEST = 1e-12
FLAT_ENOUGH = 0.1
LONGEST = 4.0
STRIDE = 2.0
DAMPING = 0.3
SEARCHES = 20


class LiveNewton:
    """A strictly convex separable program with equations only, solved again with other numbers.

    Starts from the last prices (or `start`). The optimum is unique, so the answer does not depend
    on the start beyond the tolerance. `fallbacks` counts answers that Clarabel had to give. Two
    threads may each use one of these at a time.
    """

    def __init__(self, arrays: Arrays, options: NewtonOptions = DEFAULT) -> None:
        """Prepare the structure; raises InputError for inequality rows or whole columns."""
        if arrays.is_integer or not np.array_equal(arrays.row_lower, arrays.row_upper):
            message = f"program {arrays.name!r} has whole columns or inequality rows"
            raise InputError([Problem(message, expected="equations and continuous columns")])
        _ = arrays.transpose, arrays.magnitude
        self.fallbacks = 0
        self.steps = 0
        self._arrays = arrays
        self._options = options
        self._pairs = _Pairs.of(arrays)
        self._prices = np.zeros(arrays.n_rows)
        self._spare: LiveQuadratic | None = None

    def update(
        self,
        *,
        cost: Floats,
        lower: Floats | None = None,
        upper: Floats,
        right: Floats,
        curvature: Floats,
    ) -> None:
        """Replace the numbers: vectors over columns, and `right` over rows. Kept, not copied."""
        self._arrays = self._arrays.with_numbers(
            cost=cost,
            lower=lower,
            upper=upper,
            row_lower=right,
            row_upper=right,
            curvature=curvature,
        )

    def forget(self) -> None:
        """Start the next solve cold, so that a path does not depend on what was solved before."""
        self._prices = np.zeros(self._arrays.n_rows)

    def solve(self, start: Floats | None = None) -> Solution:
        """Return the proven optimum; raises SolveError when Clarabel cannot prove one either."""
        began = time.perf_counter()
        arrays = self._arrays
        prices, primal, steps = self._ascend(self._prices if start is None else start)
        self.steps += steps
        certificate = certify(arrays, primal, prices, self._options.certificate)
        if not certificate.holds:
            return self._ask_clarabel()
        self._prices = prices
        return Solution(
            arrays=arrays,
            objective=arrays.objective(primal),
            primal_values=primal,
            row_duals=prices,
            certificate=certificate,
            solver="dual Newton",
            status="Solved",
            iterations=steps,
            seconds=time.perf_counter() - began,
        )

    def _ask_clarabel(self) -> Solution:
        self.fallbacks += 1
        arrays = self._arrays
        if self._spare is None:
            self._spare = LiveQuadratic(
                arrays, QuadraticOptions(certificate=self._options.certificate)
            )
        self._spare.update(
            cost=arrays.cost,
            lower=arrays.lower,
            upper=arrays.upper,
            row_lower=arrays.row_lower,
            row_upper=arrays.row_upper,
            curvature=arrays.curvature,
        )
        solution = self._spare.solve()
        prices, primal, steps = self._ascend(solution.row_duals)
        certificate = certify(arrays, primal, prices, self._options.certificate)
        if not certificate.holds:
            self._prices = solution.row_duals
            return solution
        self._prices = prices
        return replace(
            solution,
            primal_values=primal,
            row_duals=prices,
            objective=arrays.objective(primal),
            certificate=certificate,
            iterations=solution.iterations + steps,
        )

    def _ascend(self, start: Floats) -> tuple[Floats, Floats, int]:
        """Return prices, columns and the number of steps; the caller checks the certificate."""
        dual = _Dual.of(self._arrays)
        right = self._arrays.row_lower
        limit = self._options.tolerance * max(1.0, float(np.abs(right).max(initial=0.0)))
        prices = start.copy()
        earned = dual.transpose @ prices
        for step in range(self._options.max_steps):
            free, x = dual.answer(earned)
            gap = right - dual.matrix @ x
            if np.abs(gap).max(initial=0.0) <= limit:
                return prices, x, step
            between = (free > dual.lower) & (free < dual.upper)
            move = self._pairs.direction(np.where(between, dual.reach, 0.0), gap)
            move = _shortened(move, gap, prices)
            steer = dual.transpose @ move
            length = dual.line_search(earned, steer, float(right @ move), float(gap @ move))
            prices += length * move
            earned = earned + length * steer
        return prices, dual.answer(earned)[1], self._options.max_steps


def _shortened(move: Floats, gap: Floats, prices: Floats) -> Floats:
    """Keep every price within reach of what it was: where no column is free, a step is a guess."""
    widest = STRIDE * (1.0 + np.abs(prices))
    short = np.minimum(np.maximum(move, -widest), widest)
    if float(gap @ short) > 0.0:
        return short
    return move * min(1.0, float(np.min(widest / np.maximum(np.abs(move), 1e-300))))


@dataclass(frozen=True, slots=True)
class _Dual:
    """The dual function of a program: what columns answer to what they earn."""

    cost: Floats
    lower: Floats
    upper: Floats
    reach: Floats
    matrix: Sparse
    transpose: Sparse

    @classmethod
    def of(cls, arrays: Arrays) -> _Dual:
        """Take the numbers of a program; closed columns stay at their bound."""
        closed = arrays.upper <= arrays.lower
        reach = np.where(closed, 0.0, 1.0 / np.maximum(arrays.curvature, FLATTEST))
        return cls(arrays.cost, arrays.lower, arrays.upper, reach, arrays.matrix, arrays.transpose)

    def answer(self, earned: Floats) -> tuple[Floats, Floats]:
        """Return columns before and after their bounds, for what a unit of each earns."""
        free = (earned - self.cost) * self.reach
        return free, np.minimum(np.maximum(free, self.lower), self.upper)

    def line_search(self, earned: Floats, steer: Floats, right: float, slope: float) -> float:
        """Return a step length at which the dual function is all but flat along the direction.

        The slope ``right − steer·x`` falls along the line and is piecewise linear: it is bracketed
        and the bracket is narrowed by the Illinois rule (Dowell and Jarratt 1971,
        doi:10.1007/BF01934364).
        """

        def rise(length: float) -> float:
            return right - float(steer @ self.answer(earned + length * steer)[1])

        low, high, at_low, at_high = 0.0, 1.0, slope, rise(1.0)
        while at_high > FLAT_ENOUGH * slope and high < LONGEST:
            low, at_low = high, at_high
            high *= 4.0
            at_high = rise(high)
        if abs(at_high) <= FLAT_ENOUGH * slope:
            return high
        for _ in range(SEARCHES):
            middle = (low * at_high - high * at_low) / (at_high - at_low)
            here = rise(middle)
            if abs(here) <= FLAT_ENOUGH * slope:
                return middle
            if here > 0.0:
                low, at_low, at_high = middle, here, 0.5 * at_high
            else:
                high, at_high, at_low = middle, here, 0.5 * at_low
        return low if low > 0.0 else high


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The pairs of entries that share a column: what the lower half of A D A' is summed from.

    Pairs are sorted by their place, so that one pass sums them; the arrays of a step are kept,
    since fetching and returning large ones costs more than the arithmetic.
    """

    size: int
    column: np.ndarray
    product: Floats
    first: np.ndarray
    place: np.ndarray
    work: Floats
    square: Floats

    @classmethod
    def of(cls, arrays: Arrays) -> _Pairs:
        """List, for every column, all ordered pairs of its entries in the lower half."""
        count = np.diff(arrays.start)
        owner = np.repeat(np.arange(arrays.n_columns), count)
        times = count[owner]
        left = np.repeat(np.arange(arrays.n_entries), times)
        offset = np.arange(len(left)) - np.repeat(np.cumsum(times) - times, times)
        other = arrays.start[owner[left]] + offset
        lower = arrays.index[left] >= arrays.index[other]
        left, other = left[lower], other[lower]
        size = arrays.n_rows
        place = arrays.index[other].astype(np.int64) * size + arrays.index[left]
        order = np.argsort(place, kind="stable")
        place, first = np.unique(place[order], return_index=True)
        return cls(
            size,
            owner[left][order],
            (arrays.value[left] * arrays.value[other])[order],
            first,
            place,
            np.empty(len(order)),
            np.zeros((size, size), order="F"),
        )

    def direction(self, weight: Floats, gap: Floats) -> Floats:
        """Return the Newton direction for the given inverse curvatures of the columns.

        It is damped in proportion to the gap of each row, after Levenberg and Marquardt.
        """
        diagonal = self._fill(weight)
        largest = float(diagonal.max(initial=0.0))
        ridge = RIDGE * np.maximum(diagonal, 1e-3 * largest + 1e-12) + DAMPING * np.abs(gap)
        self._set_diagonal(diagonal + ridge)
        _, move, failed = dposv(self.square, gap, lower=True, overwrite_a=True)
        if failed:
            _ = self._fill(weight)
            self._set_diagonal(diagonal + ridge + 1e-3 * largest)
            _, move, _ = dposv(self.square, gap, lower=True, overwrite_a=True)
        return move

    def _fill(self, weight: Floats) -> Floats:
        """Sum the lower half of A D A' and return its diagonal."""
        _ = np.take(weight, self.column, out=self.work, mode="clip")
        _ = np.multiply(self.work, self.product, out=self.work)
        self.square.fill(0.0)
        flat = self.square.reshape(-1, order="F")
        flat[self.place] = np.add.reduceat(self.work, self.first)
        return self.square.diagonal().copy()

    def _set_diagonal(self, values: Floats) -> None:
        self.square.reshape(-1, order="F")[:: self.size + 1] = values
