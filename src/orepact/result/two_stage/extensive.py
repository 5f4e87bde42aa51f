"""The extensive form: all futures side by side in one program that shares what is bought.

It is the definition of the two-stage program and serves as a second opinion; its time grows faster
than the number of futures. A tail can be put into linear programs alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from orepact.engine import Arrays, Program, Solution, solve_linear, solve_quadratic
from orepact.errors import InputError, Problem
from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.result.two_stage.master import Decision, Master
from orepact.result.two_stage.numbers import numbers_of
from orepact.result.two_stage.recourse import Recourse, under
from orepact.result.two_stage.search import Found
from orepact.result.two_stage.stage import Stage

__all__ = ["Member", "extensive_form", "extensive_purchases"]


@dataclass(frozen=True, slots=True)
class Member:
    """One future's program: what it adds and which of its rows what is bought goes into.

    `scale` (USD) is what one unit of its objective is worth, `rows` one per reserve in `reserves`
    (numbers of the decision) and `worth` turns tonnes into the unit of the row.
    """

    arrays: Arrays
    scale: float
    rows: Index
    reserves: Index
    worth: Array
    calm: float = 0.0


def extensive_purchases(stage: Stage) -> Found:
    """Return what the extensive form buys; raises `InputError` for a tail with curved programs."""
    members: list[Member] = []
    for number, (case, future) in enumerate(stage.futures):
        recourse = Recourse(stage.cases[case], stage.terms)
        told = stage.cases[case].futures[future]
        base = recourse.base(told)
        reserves: Index = np.arange(stage.first[case], stage.first[case + 1], dtype=np.int64)
        worth = base.plan.worth[base.plan.tables.reserves["node"]]
        arrays = under(base, numbers_of(base, told))
        rows, scale = base.plan.reserves.rows[0], base.plan.scale
        members.append(Member(arrays, scale, rows, reserves, worth, stage.calm[number]))
    decision = stage.decision
    program, share = extensive_form(decision, members)
    found = _solve(program)
    bought = np.clip(found.primal_values[share], 0.0, 1.0) * decision.most
    master = Master(decision)
    nothing = np.zeros_like(bought)
    gain, slope = stage.evaluate(nothing)
    master.add(nothing, gain, slope)
    before = decision.worth(nothing, gain)
    gain, slope = stage.evaluate(bought)
    master.add(bought, gain, slope)
    value = before - decision.worth(bought, gain)
    dollar = 0.0
    if np.isfinite(decision.budget):
        dollar = max(0.0, -float(found.row_duals[program.row_family("budget").first]))
    return Found(bought, value, value, 0.0, dollar, 0, master)


def _solve(program: Arrays) -> Solution:
    return solve_quadratic(program) if program.is_quadratic else solve_linear(program)


def extensive_form(decision: Decision, members: list[Member]) -> tuple[Arrays, Index]:
    """Return the program of all members and the numbers of the columns of shares bought."""
    if decision.tail and any(member.arrays.is_quadratic for member in members):
        raise InputError(
            [
                Problem(
                    "the extensive form of curved programs has no tail",
                    field="tail, method",
                    found=f"tail {decision.tail:g}, method 'extensive'",
                    expected="method 'multi-cut', or curves in steps",
                )
            ]
        )
    unit = decision.unit
    program = Program("all futures side by side")
    spent = decision.price * decision.most / unit
    reserves = pl.DataFrame({"reserve": np.arange(len(spent), dtype=np.int32)})
    share = program.add_columns("share", reserves, upper=1.0, cost=spent)["column"].to_numpy()
    if np.isfinite(decision.budget):
        row = program.add_rows(
            "budget", pl.DataFrame({"number": [0]}), lower=-np.inf, upper=decision.budget / unit
        )
        program.add_entries(np.full(len(share), int(row["row"][0])), share, spent)
    columns = [_add(program, decision, k, member, share) for k, member in enumerate(members)]
    if decision.tail:
        _add_tail(program, decision, members, columns)
    return program.assemble(), share.astype(np.int64)


def _add(program: Program, decision: Decision, number: int, member: Member, share: Index) -> Index:
    """Add one future; return the numbers of its columns."""
    arrays = member.arrays
    weight = decision.weight[number] * member.scale / decision.unit
    usual = (1.0 - decision.tail) * weight
    keys = pl.DataFrame({"column": np.arange(arrays.n_columns)}).rename({"column": "of"})
    columns = program.add_columns(
        f"future {number}",
        keys,
        lower=arrays.lower,
        upper=arrays.upper,
        cost=arrays.cost * usual,
        curvature=arrays.curvature * usual,
    )["column"].to_numpy()
    keys = pl.DataFrame({"of": np.arange(arrays.n_rows)})
    rows = program.add_rows(
        f"future {number}", keys, lower=arrays.row_lower, upper=arrays.row_upper
    )["row"].to_numpy()
    owner = np.repeat(np.arange(arrays.n_columns), np.diff(arrays.start))
    program.add_entries(rows[arrays.index], columns[owner], arrays.value)
    amount = -decision.most[member.reserves] * member.worth
    program.add_entries(rows[member.rows], share[member.reserves], amount)
    return columns


def _add_tail(
    program: Program, decision: Decision, members: list[Member], columns: list[Index]
) -> None:
    cases, of_case = np.unique(decision.of_case, return_inverse=True)
    keys = pl.DataFrame({"case": cases.astype(np.int32)})
    middle = program.add_columns("value_at_risk", keys, lower=-np.inf, cost=decision.tail)
    heavy = decision.tail * decision.weight / (1.0 - decision.level)
    keys = pl.DataFrame({"future": np.arange(len(members), dtype=np.int32)})
    excess = program.add_columns("excess", keys, cost=heavy)["column"].to_numpy()
    calm = np.array([member.calm for member in members]) / decision.unit
    rows = program.add_rows("tail", keys, lower=-calm, upper=np.inf)["row"].to_numpy()
    program.add_entries(rows, excess)
    program.add_entries(rows, middle["column"].to_numpy()[of_case])
    for row, member, own in zip(rows, members, columns, strict=True):
        cost = -member.arrays.cost * member.scale / decision.unit
        program.add_entries(np.full(len(own), row), own, cost)
