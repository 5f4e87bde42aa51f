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

from orepact.engine.arrays import Arrays, Floats
from orepact.engine.certificate import Tolerances, certify
from orepact.engine.interior import near_prices
from orepact.engine.normal import NormalEquations
from orepact.engine.quadratic import LiveQuadratic, QuadraticOptions
from orepact.engine.solution import Solution
from orepact.errors import InputError, Problem

__all__ = ["LiveNewton", "NewtonOptions"]


@dataclass(frozen=True, slots=True)
class NewtonOptions:
    """Say when the method stops: row residual relative to the largest right-hand side or bound.

    With `patience` (steps) an interior-point method comes near where Newton's gets on too slowly.
    """

    tolerance: float = 1e-12
    max_steps: int = 40
    patience: int | None = None
    certificate: Tolerances = field(default_factory=Tolerances)


DEFAULT = NewtonOptions()
FLATTEST = 1e-12
FLAT_ENOUGH = 0.1
LONGEST = 4.0
STRIDE = 2.0
SHORT = 0.9
DAMPING = 0.3
SEARCHES = 20
NEAR = 1e-7
HOPELESS = 0.1
FIRST = 3


class LiveNewton:
    """A strictly convex separable program with equations only, solved again with other numbers.

    Starts from the last prices (or `start`). The optimum is unique, so the answer does not depend
    on the start beyond the tolerance. `fallbacks` counts answers that Clarabel had to give,
    `rescues` those that an interior-point method came near to. Two threads may each use one of
    these at a time.
    """

    def __init__(self, arrays: Arrays, options: NewtonOptions = DEFAULT) -> None:
        """Prepare the structure; raises InputError for inequality rows or whole columns."""
        if arrays.is_integer or not np.array_equal(arrays.row_lower, arrays.row_upper):
            message = f"program {arrays.name!r} has whole columns or inequality rows"
            raise InputError([Problem(message, expected="equations and continuous columns")])
        _ = arrays.transpose, arrays.magnitude_transpose
        self.fallbacks = 0
        self.rescues = 0
        self.steps = 0
        self._arrays = arrays
        self._options = options
        self._rows = arrays.matrix.tocsr()
        self._normal = NormalEquations.of(arrays)
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
        begin = self._prices if start is None else start
        patience = self._options.patience
        prices, primal, steps = self._ascend(begin, patience)
        if patience is not None and not self._ended(primal):
            self.rescues += 1
            near = near_prices(arrays, self._rows, self._normal, begin, NEAR)
            prices, primal, more = self._ascend(near)
            steps += more
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

    def prices(self) -> Floats:
        """Return the prices of the rows at the last optimum."""
        return self._prices

    def sensitivity(self, costs: Floats) -> Floats:
        r"""Return how the prices of rows answer to changes of costs (rows × k).

        `costs` (columns × k) has one change of the columns' costs per direction. At the last
        optimum ``A x(λ) = b`` with x the columns between their bounds, so
        ``dλ = (A D Aᵀ)⁻¹ A D dc``; it holds as long as the same columns stay between them.
        """
        columns = _Columns.of(self._arrays)
        wish = (self._arrays.transpose @ self._prices - self._arrays.cost) * columns.reach
        weight = ((wish > columns.lower) & (wish < columns.upper)) * columns.reach
        return self._normal.solve_many(weight, self._rows @ (weight[:, None] * costs))

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

    def dual(self, prices: Floats) -> float:
        """Return the dual function at prices of the rows: what the optimum is at least."""
        arrays = self._arrays
        columns = _Columns.of(arrays)
        earned = arrays.transpose @ prices - arrays.cost
        x = columns.within(earned * columns.reach)
        bent = 0.5 * float((arrays.curvature * x) @ x)
        return float(arrays.row_lower @ prices) + bent - float(earned @ x) + arrays.offset

    def _ended(self, primal: Floats) -> bool:
        right = self._arrays.row_lower
        limit = self._options.tolerance * max(1.0, _largest(right))
        return _largest(right - self._rows @ primal) <= limit

    def _ascend(self, start: Floats, patience: int | None = None) -> tuple[Floats, Floats, int]:
        """Return prices, columns and the number of steps; the caller checks the certificate.

        With `patience` it gives up after so many steps if what there is to gain along the next one
        has hardly fallen, and after four times as many anyway.

        A step is exact where the same columns stay between their bounds. It is damped after one
        that had to be cut short, unless the columns between their bounds are still the same.
        """
        columns, right = _Columns.of(self._arrays), self._arrays.row_lower
        transpose = self._arrays.transpose
        limit = self._options.tolerance * max(1.0, _largest(right))
        prices = start.copy()
        wish = (transpose @ prices - self._arrays.cost) * columns.reach
        x = columns.within(wish)
        before, length = np.zeros(0, dtype=bool), 1.0
        most, steepest = self._options.max_steps, 0.0
        for step in range(most):
            gap = right - self._rows @ x
            if _largest(gap) <= limit:
                return prices, x, step
            between = (wish > columns.lower) & (wish < columns.upper)
            hard = length < SHORT and not np.array_equal(between, before)
            move = self._normal.solve(between * columns.reach, gap, DAMPING if hard else 0.0)
            move = _shortened(move, gap, prices)
            slope = float(gap @ move)
            if patience is not None and step >= patience:
                if slope > HOPELESS * steepest or step >= 4 * patience:
                    return prices, x, step
            elif step < FIRST:
                steepest = max(steepest, slope)
            steer = transpose @ move
            line = _Line(columns, wish, steer * columns.reach, steer, float(right @ move))
            length, x = line.search(slope)
            prices += length * move
            wish += length * line.bend
            before = between
        return prices, x, most


def _largest(values: Floats) -> float:
    return float(np.abs(values).max(initial=0.0))


def _shortened(move: Floats, gap: Floats, prices: Floats) -> Floats:
    """Keep every price within reach of what it was: where no column is free, a step is a guess."""
    widest = STRIDE * (1.0 + np.abs(prices))
    short = np.minimum(np.maximum(move, -widest), widest)
    if float(gap @ short) > 0.0:
        return short
    return move * min(1.0, float(np.min(widest / np.maximum(np.abs(move), 1e-300))))


@dataclass(frozen=True, slots=True)
class _Columns:
    """The bounds of columns and how far one moves per unit that it earns; closed ones do not."""

    lower: Floats
    upper: Floats
    reach: Floats

    @classmethod
    def of(cls, arrays: Arrays) -> _Columns:
        """Take the numbers of a program."""
        room = arrays.upper > arrays.lower
        return cls(arrays.lower, arrays.upper, room / np.maximum(arrays.curvature, FLATTEST))

    def within(self, wish: Floats) -> Floats:
        """Return columns as near to what they wish as their bounds let them."""
        x = np.maximum(wish, self.lower)
        return np.minimum(x, self.upper, out=x)


@dataclass(frozen=True, slots=True)
class _Line:
    """The dual function along a direction.

    Columns wish ``wish + length·bend``; its slope is ``right − steer·x``.
    """

    columns: _Columns
    wish: Floats
    bend: Floats
    steer: Floats
    right: float

    def at(self, length: float) -> tuple[float, Floats]:
        """Return the slope at a length, and the columns there."""
        x = self.columns.within(self.wish + length * self.bend)
        return self.right - float(self.steer @ x), x

    def search(self, slope: float) -> tuple[float, Floats]:
        """Return a length at which the dual function is all but flat, and the columns there.

        The slope falls along the line and is piecewise linear: it is bracketed and the bracket is
        narrowed by the Illinois rule (Dowell and Jarratt 1971, doi:10.1007/BF01934364).
        """
        enough = FLAT_ENOUGH * slope
        low, high, at_low = 0.0, 1.0, slope
        at_high, x = self.at(high)
        while at_high > enough and high < LONGEST:
            low, at_low = high, at_high
            high *= 4.0
            at_high, x = self.at(high)
        if at_high >= -enough:
            return high, x
        for _ in range(SEARCHES):
            middle = (low * at_high - high * at_low) / (at_high - at_low)
            here, x = self.at(middle)
            if abs(here) <= enough:
                return middle, x
            if here > 0.0:
                low, at_low, at_high = middle, here, 0.5 * at_high
            else:
                high, at_high, at_low = middle, here, 0.5 * at_low
        length = low if low > 0.0 else high
        return length, self.at(length)[1]
