"""One month under price support: what is charged and paid, and at which prices they agree.

A month in which nothing acts is the month without supports, bit for bit: it is solved without them
first, and only if one of them would act is it solved with them. Where one acted in the month
before, it is solved with them at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.model.tables import Tables
from orepact.model.window import Window, WindowMonth, WindowState
from orepact.result.centring import recentred
from orepact.result.support.acting import Supports
from orepact.result.support.settling import agree
from orepact.result.support.told import Known, SupportState, Trial
from orepact.result.support.written import Acting

__all__ = ["Month", "supported_month"]

Flags = npt.NDArray[np.bool_]
Plain = Callable[[WindowState], tuple[WindowMonth, int]]

TURNS = 4
"""How often in a month curves and the routes that scarcity frees of a charge are looked at."""

GUARD, TINY = 1.5, 1e-4
"""A route that had to be charged again is freed only by this multiple of what freed it before."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month as it came out: the trial kept, the windows solved and the gap that is left.

    `duty` and `landed` (per floor, routes) and `unit` (per contract) are multiples of the base
    price.
    """

    trial: Trial
    windows: int
    gap: float
    rounds: int
    acting: bool
    free: Flags
    guard: Array
    duty: tuple[Array, ...]
    landed: tuple[Array, ...]
    unit: Array


def supported_month(
    supports: Supports,
    tables: Tables,
    known: Known,
    state: SupportState,
    before: WindowState,
    windows: tuple[Window, Window],
    plain: Plain,
) -> Month:
    """Return a month under price support.

    `windows` are the one without and the one with the rows of supports, `plain` solves the first as
    a month without supports.
    """
    open_, support = windows
    start = tables.routes["from"]
    taxed = start[np.any(known.rate != 0.0, axis=0)]
    node = np.unique(np.concatenate([taxed, *(each.start for each in supports.floors)]))
    acting = Acting(
        supports,
        tables,
        known,
        state,
        np.zeros_like(state.free),
        len(open_.share),
        node.astype(np.int64),
    )
    solved = 0
    if not state.acting:
        month, solved = plain(before)
        trial = Trial(month, open_.outlook(), acting.read(month.price), before, before)
        acting = replace(acting, free=acting.excess(trial) >= state.guard)
        if not acting.acts(trial):
            return _month(acting, trial, solved, month.tax_gap, 0, acts=False, guard=state.guard)
    else:
        acting = replace(acting, free=state.free)
    return _settled(acting, before, support, solved)


def _settled(acting: Acting, before: WindowState, window: Window, solved: int) -> Month:
    """Return the month at which charges and payments are those of its prices.

    When a price has left the middle of its curve, or scarcity frees other routes of their charge,
    it is settled again with these.
    """
    solving = _Solving(acting, before, window)
    guard, risen = acting.state.guard.copy(), np.zeros(len(acting.free))
    trial, gap = solving.tried(acting.read(acting.known.price)), 0.0
    for turn in range(TURNS):
        solving.before = recentred(acting.tables, solving.before, trial.month)
        if solving.before is not trial.under:
            trial = solving.tried(acting.read(trial.month.price))
        trial, gap = solving.agreed(trial)
        excess, charged = solving.acting.excess(trial), ~solving.acting.free
        guard = np.where((risen > 0.0) & (excess < 0.0), GUARD * (risen + TINY), guard)
        free = np.where(charged, excess >= guard, excess >= 0.0)
        risen = np.where(charged & free, excess + TINY, 0.0)
        same = np.array_equal(free, ~charged)
        central = recentred(acting.tables, solving.before, trial.month) is solving.before
        if turn == TURNS - 1 or (same and central):
            break
        if not same:
            solving.acting = replace(solving.acting, free=free)
            trial = solving.tried(acting.read(trial.month.price))
    trial = replace(trial, month=replace(trial.month, tax_gap=gap))
    return _month(
        solving.acting, trial, solved + solving.solved, gap, solving.solved, acts=True, guard=guard
    )


@dataclass(slots=True)
class _Solving:
    """A month being solved with supports: its charges, its window and how often it was solved."""

    acting: Acting
    before: WindowState
    window: Window
    solved: int = 0

    def tried(self, reckoned: Array) -> Trial:
        """Solve the window with charges and payments at these reference prices."""
        told = replace(
            self.before,
            charge=self.acting.charge(reckoned),
            support=self.acting.numbers(reckoned),
        )
        month = self.window.solve(told)
        self.solved += 1
        return Trial(month, self.window.outlook(), reckoned, told, self.before)

    def agreed(self, trial: Trial) -> tuple[Trial, float]:
        """Return the trial at which prices are those reckoned on, and the gap that is left."""
        found, _, gap = agree(
            trial.reckoned,
            trial,
            lambda each: self.acting.read(each.month.price),
            self.tried,
            lambda reckoned: self.acting.slope(self.window, reckoned),
        )
        return found, gap


def _month(
    acting: Acting, trial: Trial, solved: int, gap: float, rounds: int, *, acts: bool, guard: Array
) -> Month:
    holds = acting.holds[0] & acts
    duty = tuple(
        np.where(holds[floor.column], each, 0.0)
        for each, floor in zip(acting.duty(trial.reckoned), acting.supports.floors, strict=True)
    )
    landed = tuple(
        acting.asked(floor, trial.month.price[floor.start]) + each
        for each, floor in zip(duty, acting.supports.floors, strict=True)
    )
    units = acting.units(trial.reckoned)
    unit = [
        unit if holds[each.column] else 0.0
        for each, (unit, _) in zip(acting.supports.contracts, units, strict=True)
    ]
    return Month(
        trial,
        solved,
        gap,
        rounds,
        acts,
        acting.free,
        guard,
        duty,
        landed,
        np.array(unit, dtype=float),
    )
