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

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from orepact.engine import Arrays, LiveLinear, Program, Solution, solve_linear, solve_quadratic
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

    @property
    def cases(self) -> int:
        """Return the number of cases."""
        return 1 + int(max(self.case.max(initial=-1), self.of_case.max(initial=-1)))

    def worth(self, bought: Array, gain: Array) -> float:
        """Return the objective (USD) of purchases whose futures come to `gain` more than none."""
        return float(self.worths(bought, gain).sum())

    def worths(self, bought: Array, gain: Array, dollar: float = 0.0) -> Array:
        """Return every case's part of the objective (USD), a dollar spent as ``1 + dollar``."""
        spent = (1.0 + dollar) * self.price * bought
        parts = np.bincount(self.case, weights=spent, minlength=self.cases)
        mean = self.weight * gain
        parts += (1.0 - self.tail) * np.bincount(self.of_case, weights=mean, minlength=self.cases)
        for case in np.unique(self.of_case) if self.tail else ():
            rows = self.of_case == case
            loss = self.loss[rows] + gain[rows]
            parts[case] += self.tail * tail_of(loss, self.weight[rows], self.level)[0]
        return parts


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

    def bound_within(self, other: Master, most: float) -> Bound:
        """Return the least objective where another model is at most `most` (USD).

        `other` has the same reserves, futures of its own and no tail.
        """
        arrays, _ = self._write(None, None, within=(other, most))
        found = solve_linear(arrays)
        return Bound(found.objective * self.problem.unit, self._bought(found), 0.0)

    def alone(self, case: int, dollar: float) -> Master:
        """Return the cuts of one case, without a budget: a dollar spent counts ``1 + dollar``."""
        problem = self.problem
        reserves, futures = problem.case == case, problem.of_case == case
        number = np.cumsum(futures) - 1
        own = replace(
            problem,
            price=problem.price[reserves] * (1.0 + dollar),
            most=problem.most[reserves],
            case=np.zeros(int(reserves.sum()), dtype=np.int64),
            weight=problem.weight[futures],
            of_case=np.zeros(int(futures.sum()), dtype=np.int64),
            loss=problem.loss[futures],
            budget=np.inf,
        )
        kept = [futures[future] for future in self.future]
        return Master(
            own,
            [number[future[some]] for future, some in zip(self.future, kept, strict=True)],
            [slope[some][:, reserves] for slope, some in zip(self.slope, kept, strict=True)],
            [level[some] for level, some in zip(self.level, kept, strict=True)],
        )

    def with_rest(self, slope: Array, level: Array, budget: float) -> Master:
        """Return one case's cuts with one case more, which costs at least these lines (USD).

        `slope` (USD/t) has one row per line: what others lose by what this case spends of `budget`.
        """
        problem = self.problem
        both = replace(
            problem,
            weight=np.append(problem.weight, 1.0),
            of_case=np.append(problem.of_case, 1),
            loss=np.append(problem.loss, 0.0),
            budget=budget,
        )
        rest = np.full(len(level), len(problem.weight))
        return Master(both, [*self.future, rest], [*self.slope, slope], [*self.level, level])

    def ends(self, most: float) -> tuple[Array, Array]:
        """Return the fewest and the most tonnes of every reserve, the model at most `most`."""
        problem = self.problem
        unbounded = np.full(problem.cases, np.inf)
        arrays, share = self._write(None, np.append(unbounded, most))
        arrays = arrays.with_numbers(cost=np.zeros(arrays.n_columns))
        live, found = LiveLinear(arrays), np.zeros((2, len(share)))
        for k, column in enumerate(share):
            for end, sign in enumerate((1.0, -1.0)):
                live.change_costs(share[[k]], np.array([sign]))
                found[end, k] = live.solve().primal_values[column] * problem.most[k]
            live.change_costs(share[[k]], np.zeros(1))
        return np.clip(found[0], 0.0, problem.most), np.clip(found[1], 0.0, problem.most)

    def nearest(self, centre: Array, target: float, targets: Array, bound: Bound) -> Array:
        """Return the point nearest to `centre` where the model is at most `target` (USD).

        Each case's part is at most its own of `targets`, money counted at its worth in `bound`.
        """
        arrays, _ = self._write(centre, np.append(targets, target), bound.dollar)
        try:
            return self._bought(solve_quadratic(arrays))
        except SolveError:
            return 0.5 * (centre + bound.bought)

    def _bought(self, found: Solution) -> Array:
        """Return tonnes; what a solver's tolerance spends over the budget is taken off all."""
        count = len(self.problem.price)
        share = np.clip(found.primal_values[:count], 0.0, 1.0)
        share = np.where(share < NEAR, 0.0, share)
        bought = np.where(share > 1.0 - NEAR, 1.0, share) * self.problem.most
        spent = float(self.problem.price @ bought)
        return bought * min(1.0, self.problem.budget / spent) if spent > 0.0 else bought

    def _write(
        self,
        centre: Array | None,
        target: Array | None,
        dollar: float = 0.0,
        within: tuple[Master, float] | None = None,
    ) -> tuple[Arrays, Index]:
        """Return the program of the bound, or of the nearest point to a centre."""
        problem, unit = self.problem, self.problem.unit
        program = Program("what to buy")
        spent = problem.price * problem.most / unit
        near = centre is not None
        place = 0.0 if centre is None else -centre / np.where(problem.most > 0, problem.most, 1.0)
        share = _columns(program, "share", len(spent), 1.0, place if near else spent, near=near)
        usual = (1.0 - problem.tail) * problem.weight
        gain = _columns(program, "gain", len(usual), np.inf, 0.0 if near else usual, lower=-np.inf)
        charges = [(share, spent, problem.case), (gain, usual, problem.of_case)]
        if problem.tail:
            charges += self._write_tail(program, gain, near=near)
        self.write_cuts(program, share, gain)
        if np.isfinite(problem.budget):
            row = program.add_rows("budget", _keys(1), lower=-np.inf, upper=problem.budget / unit)
            program.add_entries(np.full(len(share), int(row["row"][0])), share, spent)
        if target is not None:
            rows = program.add_rows(
                "level", _keys(len(target)), lower=-np.inf, upper=target / unit
            )["row"].to_numpy()
            for columns, amounts, case in charges:
                program.add_entries(rows[case], columns, amounts)
                program.add_entries(np.full(len(columns), rows[-1]), columns, amounts)
            program.add_entries(rows[problem.case], share, dollar * spent)
        if within is not None:
            other, most = within
            usual = other.problem.weight
            gain = _columns(program, "other_gain", len(usual), np.inf, 0.0, lower=-np.inf)
            other.write_cuts(program, share, gain, "other_cut")
            row = program.add_rows("other_level", _keys(1), lower=-np.inf, upper=most / unit)
            for columns, amounts in ((share, spent), (gain, usual)):
                program.add_entries(np.full(len(columns), int(row["row"][0])), columns, amounts)
        return program.assemble(), share

    def _write_tail(
        self, program: Program, gain: Index, *, near: bool
    ) -> list[tuple[Index, Array, Index]]:
        """Add the tail of every case; return its columns, charges and cases."""
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
        return [(middle, dear, cases), (excess, heavy, problem.of_case)]

    def write_cuts(self, program: Program, share: Index, gain: Index, name: str = "cut") -> None:
        """Add all cuts to a program in which shares and gains are these columns."""
        problem, unit = self.problem, self.problem.unit
        future, slope = np.concatenate(self.future), np.concatenate(self.slope)
        rows = program.add_rows(
            name, _keys(len(future)), lower=np.concatenate(self.level) / unit, upper=np.inf
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
