"""Solve convex quadratic programs with Clarabel, once or thousands of times on one structure."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import clarabel  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
import numpy.typing as npt

from orepact.engine.arrays import Arrays
from orepact.engine.certificate import Certificate, Tolerances, certify, require
from orepact.engine.matrix import Floats, diagonal, stack
from orepact.engine.solution import Solution
from orepact.errors import InputError, Problem, SolveError

__all__ = ["LiveQuadratic", "QuadraticOptions", "solve_quadratic"]

FIXED = 1e-9

_clarabel = cast("Any", clarabel)  # it ships no types

Mask = npt.NDArray[np.bool_]

ADVICE = {
    "PrimalInfeasible": "no point satisfies all bounds and rows; give promises a priced slack",
    "AlmostPrimalInfeasible": "bounds and rows all but contradict each other",
    "DualInfeasible": "a column can fall in cost for ever; give it a bound",
    "AlmostDualInfeasible": "a column can all but fall in cost for ever; give it a bound",
    "MaxIterations": "scale the units so that numbers lie between 1e-4 and 1e4",
    "InsufficientProgress": "scale the units so that numbers lie between 1e-4 and 1e4",
    "NumericalError": "scale the units so that numbers lie between 1e-4 and 1e4",
}


@dataclass(frozen=True, slots=True)
class QuadraticOptions:
    """Say when Clarabel stops (relative residual, iterations) and what the certificate allows."""

    tolerance: float = 1e-8
    max_iterations: int = 200
    certificate: Tolerances = field(default_factory=Tolerances)


DEFAULT = QuadraticOptions()


def solve_quadratic(arrays: Arrays, options: QuadraticOptions = DEFAULT) -> Solution:
    """Return the proven optimum of a convex quadratic (or linear) program.

    Raises SolveError for anything but a certified optimum and InputError for whole columns.
    """
    return LiveQuadratic(arrays, options).solve()


class LiveQuadratic:
    """A convex quadratic program kept in Clarabel, to be solved again with other numbers.

    The matrix stays; cost, bounds, right-hand sides and curvature may change. Clarabel starts cold
    each time, so an answer depends on the current numbers alone. A column whose bounds differ by
    at most 1e-9 relative to ``1 + |bound|`` is taken out of the program at their middle, so closed
    columns cost no accuracy. The solver is set up again, unseen by the caller, when a bound turns
    finite that was infinite, or when a row turns into or out of an equation; `setups` counts this.
    Clarabel first works without iterative refinement, which takes a third of its time; what then
    fails the certificate is solved again with it, which `retries` counts. Two threads may each use
    one of these at a time.
    """

    def __init__(self, arrays: Arrays, options: QuadraticOptions = DEFAULT) -> None:
        """Set the solver up; raises InputError for whole columns."""
        if arrays.is_integer:
            message = f"program {arrays.name!r} has whole columns; use solve_linear"
            raise InputError([Problem(message=message)])
        _ = arrays.transpose, arrays.magnitude_transpose
        self.setups = 0
        self.retries = 0
        self._arrays = arrays
        self._options = options
        self._quick = self._set_up(refine=False)
        self._careful: _Form | None = None

    def update(
        self,
        *,
        cost: Floats | None = None,
        lower: Floats | None = None,
        upper: Floats | None = None,
        row_lower: Floats | None = None,
        row_upper: Floats | None = None,
        curvature: Floats | None = None,
    ) -> None:
        """Replace whole vectors over columns or rows; what is not given stays.

        The vectors are kept, not copied: give new ones, do not write into old ones. Raises
        InputError for a wrong length, NaN, crossed bounds or negative curvature.
        """
        arrays = self._arrays.with_numbers(
            cost=cost,
            lower=lower,
            upper=upper,
            row_lower=row_lower,
            row_upper=row_upper,
            curvature=curvature,
        )
        _check(arrays, self._arrays)
        self._arrays = arrays

    def solve(self) -> Solution:
        """Return the proven optimum of the current numbers; raises SolveError if there is none."""
        began = time.perf_counter()
        arrays = self._arrays
        if not self._quick.fits(arrays):
            self._quick = self._set_up(refine=False)
        answer = self._quick.answer(arrays)
        certificate = self._certified(answer)
        if certificate is None or not certificate.holds:
            answer = self._ask_carefully()
            certificate = self._certified(answer)
        if certificate is None:
            advice = ADVICE.get(answer.status, "check bounds, signs and units")
            says = f"Clarabel says {answer.status!r}; {advice}"
            raise SolveError(f"program {arrays.name!r} has no proven optimum: {says}")
        solver = f"Clarabel {_clarabel.__version__}"
        require(certificate, arrays.name, solver)
        return Solution(
            arrays=arrays,
            objective=arrays.objective(answer.primal),
            primal_values=answer.primal,
            row_duals=answer.dual,
            certificate=certificate,
            solver=solver,
            status=answer.status,
            iterations=answer.iterations,
            seconds=time.perf_counter() - began,
        )

    def _ask_carefully(self) -> _Answer:
        self.retries += 1
        if self._careful is None or not self._careful.fits(self._arrays):
            self._careful = self._set_up(refine=True)
        return self._careful.answer(self._arrays)

    def _certified(self, answer: _Answer) -> Certificate | None:
        if answer.status not in {"Solved", "AlmostSolved"}:
            return None
        return certify(self._arrays, answer.primal, answer.dual, self._options.certificate)

    def _set_up(self, *, refine: bool) -> _Form:
        settings = _clarabel.DefaultSettings()
        settings.verbose = False
        settings.max_threads = 1
        settings.presolve_enable = False
        settings.iterative_refinement_enable = refine
        settings.max_iter = self._options.max_iterations
        settings.tol_feas = self._options.tolerance
        settings.tol_gap_abs = self._options.tolerance
        settings.tol_gap_rel = self._options.tolerance
        self.setups += 1
        return _Form(self._arrays, settings)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: str
    primal: Floats
    dual: Floats
    iterations: int


class _Form:
    """Clarabel's form of a program: ``A x + s = b`` with s zero (equations) or not negative.

    Rows of the form, in this order: equations; upper then lower sides of the other rows; lower
    then upper bounds of the columns. Only finite sides present at set-up have a row.
    """

    def __init__(self, arrays: Arrays, settings: Any) -> None:
        self._equal = arrays.row_lower == arrays.row_upper
        self._row_upper = ~self._equal & np.isfinite(arrays.row_upper)
        self._row_lower = ~self._equal & np.isfinite(arrays.row_lower)
        self._lower = np.isfinite(arrays.lower)
        self._upper = np.isfinite(arrays.upper)
        parts = [self._equal, self._row_upper, self._row_lower, self._lower, self._upper]
        sizes = [int(part.sum()) for part in parts]
        self._ends = np.cumsum(sizes)
        sides = [(self._equal, 1.0), (self._row_upper, 1.0), (self._row_lower, -1.0)]
        bounds = [(self._lower, -1.0), (self._upper, 1.0)]
        self._matrix = stack(arrays.matrix, sides, bounds)
        self._owner = np.repeat(np.arange(arrays.n_columns), np.diff(self._matrix.indptr))
        self._out = np.zeros(arrays.n_columns, dtype=bool)
        self._off = np.zeros(int(self._ends[-1]), dtype=bool)
        self._curvature: Floats = arrays.curvature
        self._solver = self._set_up(arrays, settings)

    def fits(self, arrays: Arrays) -> bool:
        """Say whether every finite side and every equation of `arrays` has its place here."""
        equal = arrays.row_lower == arrays.row_upper
        return (
            np.array_equal(equal, self._equal)
            and np.array_equal(~equal & np.isfinite(arrays.row_upper), self._row_upper)
            and np.array_equal(~equal & np.isfinite(arrays.row_lower), self._row_lower)
            and not np.any(np.isfinite(arrays.lower) & ~self._lower)
            and not np.any(np.isfinite(arrays.upper) & ~self._upper)
        )

    def answer(self, arrays: Arrays) -> _Answer:
        """Put the numbers of `arrays` into the solver and return what it finds."""
        self._write(arrays)
        found = self._solver.solve()
        primal, dual = self._read(arrays, np.array(found.x), np.array(found.z))
        return _Answer(str(found.status), primal, dual, int(found.iterations))

    def _set_up(self, arrays: Arrays, settings: Any) -> Any:
        """Return a solver set up with no column taken out, so that its scaling is sound."""
        equations, size = int(self._ends[0]), int(self._ends[-1])
        cones = [_clarabel.ZeroConeT(equations)] if equations else []
        if size > equations:
            cones.append(_clarabel.NonnegativeConeT(size - equations))
        curved = diagonal(np.array(arrays.curvature))
        cost, side = np.array(arrays.cost), np.ones(size)
        return _clarabel.DefaultSolver(curved, cost, self._matrix, side, cones, settings)

    def _write(self, arrays: Arrays) -> None:
        out, level = _taken_out(arrays)
        side, off = self._sides(arrays, out, level)
        cost = np.where(out, 0.0, arrays.cost)
        moved = not np.array_equal(out, self._out) or not np.array_equal(off, self._off)
        bent = arrays.curvature is not self._curvature
        if not moved and not bent:
            self._solver.update(q=cost, b=side)
            return
        self._out, self._off, self._curvature = out, off, arrays.curvature
        curvature = np.where(out, 1.0, arrays.curvature)
        if not moved:
            self._solver.update(P=curvature, q=cost, b=side)
            return
        live = ~(out[self._owner] | off[self._matrix.indices])
        self._solver.update(P=curvature, q=cost, A=self._matrix.data * live, b=side)

    def _read(self, arrays: Arrays, x: Floats, z: Floats) -> tuple[Floats, Floats]:
        """Return columns, set on or within their bounds, and row duals of a Clarabel answer."""
        out, level = _taken_out(arrays)
        primal = np.where(out, level, np.clip(x, arrays.lower, arrays.upper))
        dual = np.zeros(arrays.n_rows)
        first, second, third = (int(end) for end in self._ends[:3])
        dual[self._equal] = -z[:first]
        dual[self._row_upper] -= z[first:second]
        dual[self._row_lower] += z[second:third]
        return primal, dual

    def _sides(self, arrays: Arrays, out: Mask, level: Floats) -> tuple[Floats, Mask]:
        """Return the right-hand sides and which rows of the form are switched off (0 ≤ 1)."""
        taken = np.where(out, level, 0.0)
        shift = arrays.matrix @ taken if np.any(taken) else np.zeros(arrays.n_rows)
        side = np.concatenate(
            [
                (arrays.row_lower - shift)[self._equal],
                (arrays.row_upper - shift)[self._row_upper],
                (shift - arrays.row_lower)[self._row_lower],
                -arrays.lower[self._lower],
                arrays.upper[self._upper],
            ]
        )
        bounds = int(self._ends[2])
        off = np.isinf(side)
        off[bounds:] |= np.concatenate([out[self._lower], out[self._upper]])
        side[off] = 1.0
        return side, off


def _taken_out(arrays: Arrays) -> tuple[Mask, Floats]:
    """Return which columns have no room to move and the level they stay at."""
    lower, upper = arrays.lower, arrays.upper
    room = upper - lower
    out = np.isfinite(room) & (room <= FIXED * (1.0 + np.minimum(np.abs(lower), np.abs(upper))))
    return out, np.where(out, 0.5 * (np.where(out, lower, 0.0) + np.where(out, upper, 0.0)), 0.0)


def _check(arrays: Arrays, before: Arrays) -> None:
    problems: list[Problem] = []
    for name in ("cost", "lower", "upper", "row_lower", "row_upper", "curvature"):
        values: Floats = getattr(arrays, name)
        old: Floats = getattr(before, name)
        if values is old:
            continue
        if values.shape != old.shape:
            found, expected = str(values.shape), str(old.shape)
            message = f"{name} has another length"
            problems.append(Problem(message=message, found=found, expected=expected))
        elif np.any(np.isnan(values)):
            problems.append(Problem(message=f"{name} has NaN"))
    if not problems:
        problems += [
            Problem(message=message, found=label)
            for message, label in (
                ("lower is above upper", _crossed(arrays.lower, arrays.upper, arrays.column_label)),
                (
                    "row_lower is above row_upper",
                    _crossed(arrays.row_lower, arrays.row_upper, arrays.row_label),
                ),
                (
                    "curvature is negative",
                    _crossed(np.zeros(arrays.n_columns), arrays.curvature, arrays.column_label),
                ),
            )
            if label
        ]
    if problems:
        raise InputError(problems)


def _crossed(lower: Floats, upper: Floats, label: Callable[[int], str]) -> str:
    """Return the names of up to three places where `lower` is above `upper`."""
    bad = lower > upper
    return "; ".join(label(int(place)) for place in np.flatnonzero(bad)[:3]) if bad.any() else ""
