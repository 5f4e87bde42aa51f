r"""The first stage of a two-stage program: what to buy, against cuts from below for every future.

$$\min_{y \in [0,1]^n} \sum_j c_j u_j y_j + (1-\lambda)\sum_i w_i\theta_i +
\lambda \sum_p \Bigl(\eta_p + \tfrac{1}{1-\alpha}\sum_{i \in p} w_i z_i\Bigr)$$

$$\theta_i \ge v_{ik} + g_{ik}\cdot(u y - x_k),\qquad z_i \ge l_i + \theta_i - \eta_p,\; z_i \ge 0,
\qquad \sum_j c_j u_j y_j \le B$$

θ counts from what a future comes to without purchases, λ is the weight of the tail and p the cases,
whose tails are taken one by one: as if their worst came together. Source of the cuts: Birge and
Louveaux (1988), doi:10.1016/0377-2217(88)90159-2; of the tail: Rockafellar and Uryasev (2000),
doi:10.21314/JOR.2000.038; of the next point, nearest to the best where the model is low enough:
Lemaréchal, Nemirovskii and Nesterov (1995), doi:10.1007/BF01585555.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from orepact.engine import Arrays, Program, Solution, solve_linear, solve_quadratic
from orepact.errors import SolveError
from orepact.model.curve import Array
from orepact.model.draft import Index

__all__ = ["Bound", "Decision", "Master", "tail_of"]

TIGHT = 1e-9
"""Share of the money at stake that a cut must add to be kept."""

NEAR = 1e-6
"""Share of a largest purchase that counts as none, or as all."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What there is to buy and which futures decide on its worth.

    `price` (USD/t), `most` (t) and `case` per reserve; per future `weight` (sums to 1 in every
    case), `of_case` and `loss` (USD, what it costs without purchases). `tail` is the weight of the
    mean over the worst ``1 − level`` of each case.
    """

    price: Array
    most: Array
    case: Index
    weight: Array
    of_case: Index
    loss: Array
    budget: float
    tail: float = 0.0
    level: float = 0.9

    @property
    def unit(self) -> float:
        """Return the money that counts as one: all that may be spent."""
        all_of_it = float(np.sum(self.price * self.most))
        return max(1.0, min(all_of_it, self.budget))

    def worth(self, bought: Array, gain: Array) -> float:
        """Return the objective (USD) of purchases whose futures come to `gain` more than none."""
        spent = float(self.price @ bought)
        mean = float(self.weight @ gain)
        if not self.tail:
            return spent + mean
        parts = [
            tail_of(self.loss[rows] + gain[rows], self.weight[rows], self.level)[0]
            for rows in (self.of_case == case for case in np.unique(self.of_case))
        ]
        return spent + (1.0 - self.tail) * mean + self.tail * sum(parts)


def tail_of(loss: Array, weight: Array, level: float) -> tuple[float, Array]:
    """Return the mean of the worst ``1 − level`` of the weight, and which share of it each one is.

    Source: Rockafellar and Uryasev (2002), doi:10.1016/S0378-4266(02)00271-6, for atoms.
    """
    size = 1.0 - level
    order = np.argsort(-loss, kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    taken = np.clip(size - before, 0.0, weight[order])
    share = np.zeros(len(loss))
    share[order] = taken / max(float(taken.sum()), 1e-300)
    return float(share @ loss), share


@dataclass(frozen=True, slots=True)
class Bound:
    """What the cuts say: the least objective (USD), where, and what a dollar of budget is worth."""

    value: float
    bought: Array
    dollar: float


@dataclass(slots=True)
class Master:
    """A problem and the cuts so far, each with its future, slopes per reserve (USD/t) and level."""

    problem: Decision
    future: list[Index] = field(default_factory=list[Index])
    slope: list[Array] = field(default_factory=list[Array])
    level: list[Array] = field(default_factory=list[Array])

    def add(self, bought: Array, gain: Array, slope: Array) -> None:
        """Cut with what futures come to at `bought`; those the model knows already are left out.

        `gain` (USD) has one entry per future and `slope` one row.
        """
        level = gain - slope @ bought
        new = np.flatnonzero(gain > self.model(bought) + TIGHT * self.problem.unit)
        self.future.append(new)
        self.slope.append(slope[new])
        self.level.append(level[new])

    def model(self, bought: Array) -> Array:
        """Return the lower bound of every future at a point (USD)."""
        found = np.full(len(self.problem.weight), -np.inf)
        for future, slope, level in zip(self.future, self.slope, self.level, strict=True):
            np.maximum.at(found, future, level + slope @ bought)
        return found

    def bound(self) -> Bound:
        """Return the least objective that the cuts allow."""
        problem = self.problem
        arrays, _ = self._write(None, None)
        found = solve_linear(arrays)
        budget = _rows(arrays, "budget")
        dollar = max(0.0, -float(found.row_duals[budget].sum()))
        return Bound(found.objective * problem.unit, self._bought(found), dollar)

    def nearest(self, centre: Array, target: float, otherwise: Array) -> Array:
        """Return the point nearest to `centre` where the model is at most `target` (USD)."""
        arrays, _ = self._write(centre, target)
        try:
            return self._bought(solve_quadratic(arrays))
        except SolveError:
            return 0.5 * (centre + otherwise)

    def _bought(self, found: Solution) -> Array:
        """Return tonnes; what a solver's tolerance spends over the budget is taken off all."""
        count = len(self.problem.price)
        share = np.clip(found.primal_values[:count], 0.0, 1.0)
        share = np.where(share < NEAR, 0.0, share)
        bought = np.where(share > 1.0 - NEAR, 1.0, share) * self.problem.most
        spent = float(self.problem.price @ bought)
        return bought * min(1.0, self.problem.budget / spent) if spent > 0.0 else bought

    def _write(self, centre: Array | None, target: float | None) -> tuple[Arrays, Index]:
        """Return the program of the bound, or of the nearest point to a centre."""
        problem, unit = self.problem, self.problem.unit
        program = Program("what to buy")
        spent = problem.price * problem.most / unit
        near = centre is not None
        place = 0.0 if centre is None else -centre / np.where(problem.most > 0, problem.most, 1.0)
        share = _columns(program, "share", len(spent), 1.0, place if near else spent, near=near)
        usual = (1.0 - problem.tail) * problem.weight
        gain = _columns(program, "gain", len(usual), np.inf, 0.0 if near else usual, lower=-np.inf)
        charges = [(share, spent), (gain, usual)]
        if problem.tail:
            charges += self._write_tail(program, gain, near=near)
        self._write_cuts(program, share, gain)
        if np.isfinite(problem.budget):
            row = program.add_rows("budget", _keys(1), lower=-np.inf, upper=problem.budget / unit)
            program.add_entries(np.full(len(share), int(row["row"][0])), share, spent)
        if target is not None:
            row = program.add_rows("level", _keys(1), lower=-np.inf, upper=target / unit)
            columns = np.concatenate([column for column, _ in charges])
            amounts = np.concatenate([amount for _, amount in charges])
            program.add_entries(np.full(len(columns), int(row["row"][0])), columns, amounts)
        return program.assemble(), share

    def _write_tail(
        self, program: Program, gain: Index, *, near: bool
    ) -> list[tuple[Index, Array]]:
        """Add the tail of every case; return its columns and charges."""
        problem, unit = self.problem, self.problem.unit
        cases, of_case = np.unique(problem.of_case, return_inverse=True)
        dear = np.full(len(cases), problem.tail)
        heavy = problem.tail * problem.weight / (1.0 - problem.level)
        middle = _columns(
            program, "value_at_risk", len(cases), np.inf, 0.0 if near else dear, lower=-np.inf
        )
        excess = _columns(program, "excess", len(gain), np.inf, 0.0 if near else heavy)
        rows = program.add_rows("tail", _keys(len(gain)), lower=problem.loss / unit, upper=np.inf)[
            "row"
        ].to_numpy()
        program.add_entries(rows, excess)
        program.add_entries(rows, gain, -1.0)
        program.add_entries(rows, middle[of_case])
        return [(middle, dear), (excess, heavy)]

    def _write_cuts(self, program: Program, share: Index, gain: Index) -> None:
        problem, unit = self.problem, self.problem.unit
        future, slope = np.concatenate(self.future), np.concatenate(self.slope)
        rows = program.add_rows(
            "cut", _keys(len(future)), lower=np.concatenate(self.level) / unit, upper=np.inf
        )["row"].to_numpy()
        program.add_entries(rows, gain[future])
        steep = -slope * problem.most / unit
        row, column = np.nonzero(steep)
        program.add_entries(rows[row], share[column], steep[row, column])


def _keys(count: int) -> pl.DataFrame:
    return pl.DataFrame({"number": np.arange(count, dtype=np.int32)})


def _columns(
    program: Program,
    family: str,
    count: int,
    upper: float,
    cost: Array | float,
    *,
    lower: float = 0.0,
    near: bool = False,
) -> Index:
    added = program.add_columns(
        family, _keys(count), lower=lower, upper=upper, cost=cost, curvature=1.0 if near else 0.0
    )
    return added["column"].to_numpy().astype(np.int64)


def _rows(arrays: Arrays, name: str) -> Index:
    """Return the numbers of a family of rows, none if there is none."""
    for family in arrays.rows:
        if family.name == name:
            return np.arange(family.first, family.first + family.size)
    return np.zeros(0, dtype=np.int64)
