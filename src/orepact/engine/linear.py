"""Solve linear, mixed-integer and small quadratic programs with HiGHS; the one file that does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from orepact.engine.arrays import Arrays
from orepact.engine.certificate import certify, require
from orepact.engine.matrix import Floats, Integers, room
from orepact.engine.solution import Solution
from orepact.engine.tie import Face, optimal_face
from orepact.errors import InputError, Problem, SolveError

__all__ = [
    "LinearOptions",
    "Point",
    "Session",
    "finish",
    "solve_linear",
    "solve_quadratic_highs",
    "write_mps",
]

BY_COLUMN = 1
DEVEX = 1
MINIMISE = 1
TRIANGULAR = 1
SUB_PROGRAMS = (
    "mip_heuristic_run_rens",
    "mip_heuristic_run_rins",
    "mip_heuristic_run_root_reduced_cost",
)

ADVICE = {
    "Infeasible": "no point satisfies all bounds and rows; give promises a priced slack",
    "Unbounded": "a column can fall in cost for ever; give it a bound",
    "Primal infeasible or unbounded": "check bounds: a promise without slack, or a free column",
    "Time limit reached": "raise time_limit or make the program smaller",
    "Iteration limit reached": "the program is badly scaled; choose other units",
}


@dataclass(frozen=True, slots=True)
class LinearOptions:
    """Say how HiGHS works: threads, seconds allowed, relative gap for whole columns, tie-break.

    `unique` asks for a second solve that picks one optimum by the sorted column order; it is for
    programs without whole columns. `presolve` concerns cold solves only. `sub_programs` lets HiGHS
    solve programs inside the program to find whole points: not worth it where few columns are whole
    and rounding finds good ones.
    """

    threads: int = 1
    presolve: bool = True
    time_limit: float = float("inf")
    mip_gap: float = 1e-7
    unique: bool = False
    sub_programs: bool = True


DEFAULT = LinearOptions()


@dataclass(frozen=True, slots=True)
class Point:
    """What HiGHS found: columns, row duals, iterations and seconds; not yet certified."""

    primal: Floats
    dual: Floats
    iterations: int
    seconds: float


def solve_linear(arrays: Arrays, options: LinearOptions = DEFAULT) -> Solution:
    """Return the proven optimum of a linear or mixed-integer program.

    Duals follow `Solution`. With whole columns, duals and certificate are those of the program in
    which these are fixed at the optimum, and HiGHS proves the choice to `options.mip_gap`. Raises
    SolveError for anything but a proven optimum, InputError for a curved program.
    """
    if arrays.is_quadratic:
        message = f"program {arrays.name!r} is curved; use solve_quadratic"
        raise InputError([Problem(message=message)])
    if arrays.is_integer and options.unique:
        message = f"program {arrays.name!r} has whole columns; unique is for linear programs"
        raise InputError([Problem(message=message)])
    session = Session(arrays, options)
    point = session.run()
    if arrays.is_integer:
        return _finish_whole(arrays, session, point)
    return finish(arrays, session.settle(arrays, point) if options.unique else point)


def solve_quadratic_highs(arrays: Arrays, options: LinearOptions = DEFAULT) -> Solution:
    """Return the optimum of a convex quadratic program by HiGHS, as a second opinion.

    Slower than `solve_quadratic` by far on all but the smallest programs. Raises SolveError for
    anything but a proven optimum and InputError for whole columns.
    """
    if arrays.is_integer:
        message = f"program {arrays.name!r} has whole columns and curvature; HiGHS cannot do both"
        raise InputError([Problem(message=message)])
    session = Session(arrays, options)
    session.bend(arrays.curvature)
    return finish(arrays, session.run())


def write_mps(arrays: Arrays, path: str) -> None:
    """Write a linear program in MPS through HiGHS; names follow ``family[key,key]``."""
    session = Session(arrays, DEFAULT)
    columns = [arrays.column_label(column) for column in range(arrays.n_columns)]
    session.write(path, columns, [arrays.row_label(row) for row in range(arrays.n_rows)])


def finish(arrays: Arrays, point: Point) -> Solution:
    """Return a point as a solution; raise SolveError if it cannot be certified."""
    solver = f"HiGHS {highspy.Highs().version()}"
    certificate = certify(arrays, point.primal, point.dual)
    require(certificate, arrays.name, solver)
    return Solution(
        arrays=arrays,
        objective=arrays.objective(point.primal),
        primal_values=point.primal,
        row_duals=point.dual,
        certificate=certificate,
        solver=solver,
        status="Optimal",
        iterations=point.iterations,
        seconds=point.seconds,
    )


class Session:
    """One program inside HiGHS: change its numbers, run it, keep and restore a basis."""

    def __init__(self, arrays: Arrays, options: LinearOptions = DEFAULT) -> None:
        """Load the linear part of `arrays` through the array overload of passModel."""
        self.name = arrays.name
        self._highs: Any = highspy.Highs()  # its stubs lack members that it has
        for option, value in (
            ("output_flag", False),
            ("threads", options.threads),
            ("presolve", "choose" if options.presolve else "off"),
            ("time_limit", options.time_limit),
            ("mip_rel_gap", options.mip_gap),
            ("mip_abs_gap", options.mip_gap),
            *((name, options.sub_programs) for name in SUB_PROGRAMS),
        ):
            self._check(self._highs.setOptionValue(option, value), f"setting {option}")
        status = self._highs.passModel(
            arrays.n_columns,
            arrays.n_rows,
            arrays.n_entries,
            BY_COLUMN,
            MINIMISE,
            arrays.offset,
            arrays.cost,
            arrays.lower,
            arrays.upper,
            arrays.row_lower,
            arrays.row_upper,
            arrays.start,
            arrays.index,
            arrays.value,
            _kinds(arrays),
        )
        self._check(status, "passing the program")

    def run(self) -> Point:
        """Run HiGHS and return its point; raise SolveError unless it claims a proven optimum."""
        before = self._highs.getRunTime()
        _ = self._highs.run()
        status = self._highs.getModelStatus()
        kinds = highspy.HighsModelStatus
        if status not in {kinds.kOptimal, kinds.kModelEmpty}:
            words = self._highs.modelStatusToString(status)
            advice = ADVICE.get(words, "check bounds, signs and units")
            message = f"program {self.name!r} has no proven optimum: HiGHS says {words!r}; {advice}"
            raise SolveError(message)
        solution, info = self._highs.getSolution(), self._highs.getInfo()
        count = (
            info.simplex_iteration_count
            + info.ipm_iteration_count
            + info.crossover_iteration_count
            + info.qp_iteration_count
        )
        return Point(
            np.array(solution.col_value, dtype=np.float64),
            np.array(solution.row_dual, dtype=np.float64),
            int(count),
            self._highs.getRunTime() - before,
        )

    def change_bounds(self, columns: Integers, lower: Floats, upper: Floats) -> None:
        """Set the bounds of numbered columns."""
        status = self._highs.changeColsBounds(len(columns), columns, lower, upper)
        self._check(status, "changing bounds")

    def change_costs(self, columns: Integers, cost: Floats) -> None:
        """Set the costs of numbered columns."""
        self._check(self._highs.changeColsCost(len(columns), columns, cost), "changing costs")

    def change_rows(self, rows: Integers, lower: Floats, upper: Floats) -> None:
        """Set the bounds of numbered rows."""
        status = self._highs.changeRowsBounds(len(rows), rows, lower, upper)
        self._check(status, "changing rows")

    def bend(self, curvature: Floats) -> None:
        """Add ½·curvature·x² to the objective."""
        curved = np.flatnonzero(curvature).astype(np.int32)
        starts = np.searchsorted(curved, np.arange(len(curvature))).astype(np.int32)
        values = np.ascontiguousarray(curvature[curved])
        status = self._highs.passHessian(
            len(curvature), len(curved), TRIANGULAR, starts, curved, values
        )
        self._check(status, "passing the curvature")

    def fix_whole(self, columns: Integers, at: Floats) -> None:
        """Make whole columns continuous and fix them."""
        kinds = np.zeros(len(columns), dtype=np.uint8)
        status = self._highs.changeColsIntegrality(len(columns), columns, kinds)
        self._check(status, "fixing whole columns")
        self.change_bounds(columns, at, at)

    def objective(self) -> float:
        """Return the objective of the last run as HiGHS counts it."""
        return float(self._highs.getInfo().objective_function_value)

    def bound(self) -> float:
        """Return the proven lower bound of the last run with whole columns."""
        return float(self._highs.getInfo().mip_dual_bound)

    def basis(self) -> object:
        """Return the current basis, to be kept."""
        return self._highs.getBasis()

    def expect_short_runs(self) -> None:
        """Weigh edges by Devex from now on: quicker from a good basis than steepest edge.

        Source: Harris (1973), doi:10.1007/BF01580108; a quarter to two fifths of the time saved.
        """
        status = self._highs.setOptionValue("simplex_dual_edge_weight_strategy", DEVEX)
        self._check(status, "setting edge weights")

    def set_basis(self, basis: object) -> None:
        """Start the next run from a kept basis and nothing else that earlier runs left behind."""
        self._check(self._highs.clearSolver(), "forgetting earlier runs")
        self._check(self._highs.setBasis(basis), "setting the basis")

    def settle(self, arrays: Arrays, point: Point) -> Point:
        """Return the optimum that the tie-break chooses, with the duals of `point`.

        The session holds the optimal face afterwards; `place` the numbers of `arrays` to go on.
        """
        face = optimal_face(arrays, point.primal, point.dual)
        if face.is_point:
            return point
        self.place(face)
        second = self.run()
        return Point(
            second.primal,
            point.dual,
            point.iterations + second.iterations,
            point.seconds + second.seconds,
        )

    def place(self, numbers: Arrays | Face) -> None:
        """Set every bound, cost and right-hand side."""
        columns = np.arange(len(numbers.cost), dtype=np.int32)
        self.change_bounds(columns, numbers.lower, numbers.upper)
        self.change_costs(columns, numbers.cost)
        rows = np.arange(len(numbers.row_lower), dtype=np.int32)
        self.change_rows(rows, numbers.row_lower, numbers.row_upper)

    def write(self, path: str, columns: list[str], rows: list[str]) -> None:
        """Write the program to a file in the format its ending names, blanks as underscores."""
        for number, label in enumerate(columns):
            _ = self._highs.passColName(number, label.replace(" ", "_"))
        for number, label in enumerate(rows):
            _ = self._highs.passRowName(number, label.replace(" ", "_"))
        self._check(self._highs.writeModel(path), f"writing {path}")

    def _check(self, status: highspy.HighsStatus, doing: str) -> None:
        if status == highspy.HighsStatus.kError:
            message = f"program {self.name!r}: HiGHS failed in {doing}; are values beyond 1e15?"
            raise SolveError(message)


def _kinds(arrays: Arrays) -> Integers:
    """Return HiGHS's kinds of columns: 0 continuous, 1 whole; untouched zeros take no memory."""
    if arrays.is_integer:
        return arrays.integrality.astype(np.int32)
    return room(arrays.n_columns, np.int32)


def _finish_whole(arrays: Arrays, session: Session, found: Point) -> Solution:
    """Fix whole columns at their optimum, solve for the duals and certify that program."""
    bound = session.bound()
    columns = np.flatnonzero(arrays.integrality).astype(np.int32)
    at = np.round(found.primal[columns])
    session.fix_whole(columns, at)
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[columns] = at
    upper[columns] = at
    point = session.run()
    solution = finish(arrays.with_numbers(lower=lower, upper=upper), point)
    return replace(
        solution,
        arrays=arrays,
        iterations=found.iterations + point.iterations,
        seconds=found.seconds + point.seconds,
        bound=bound,
    )
