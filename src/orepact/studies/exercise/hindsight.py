"""The same months again: without decisions, with each team's alone, and with the best of its menu.

The best is looked for with full knowledge of every inject and of the licence branch, the other
teams deciding as they did: a bound that no team at the table could have known. Every combination of
"from which turn on, at full strength, or never" is tried where there are few; else entry by entry,
again and again until nothing improves or the trials are used up. What counts is unmet use at base
prices, the team's own restraint included; money is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import polars as pl

from orepact.model.curve import Array
from orepact.studies.exercise.board import Board, Seat, Shared
from orepact.studies.exercise.decisions import most_of
from orepact.studies.exercise.figures import place_rows, stock_rows, subsidy_rows
from orepact.studies.exercise.text import Exercise, Option, Priority, Purchase, Release, Team

__all__ = ["NEVER", "Best", "Job", "Search", "best_of", "totals_of", "worked"]

NEVER = -1
"""The first turn of what is never done."""

Plan = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """Runs of a member: what decisions amount to (options × turns) by the name of the run."""

    seat: Seat
    runs: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, seat: Seat, runs: Sequence[tuple[str, Array]]) -> Job:
        """Return a job for levels of decisions by name."""
        return cls(seat, tuple((name, levels.tobytes()) for name, levels in runs))


@dataclass(frozen=True, slots=True)
class Search:
    """Look for a team's best plan in a licence branch: the others as decided, at most `trials`."""

    team: str
    licence: str
    decided: bytes
    trials: int


@dataclass(frozen=True, slots=True)
class Best:
    """The best plan found: the first turn of each entry (from 0, `NEVER`), what it amounts to.

    `tried` counts the plans, `complete` says whether they were all that the menu has at full
    strength, `as_decided` whether nothing beat what the team did.
    """

    team: str
    licence: str
    plan: tuple[tuple[str, int], ...]
    levels: bytes
    tried: int
    complete: bool
    as_decided: bool


def worked(shared: Shared, task: Job | Search) -> pl.DataFrame | Best:
    """Carry out a task, in this process or in another one."""
    return totals_of(shared, task) if isinstance(task, Job) else best_of(shared, task)


def totals_of(shared: Shared, job: Job) -> pl.DataFrame:
    """Return totals over all months, a row per run, team, region and material with a final use.

    Columns: run, chain, licence, rank, team, region, material, own (whether it is the team's own
    region), the tonnes and `cost_usd` of `place_rows`, `unmet_usd` and `wanted_usd` at base prices;
    and rows without region for releases, purchases and subsidies: option, `public_t`, `public_usd`.
    """
    board, exercise = Board(shared), shared.exercise
    parts: list[pl.DataFrame] = []
    for name, content in job.runs:
        levels = _levels(exercise, content)
        turns = list(board.path(job.seat, levels))
        rows = place_rows(board, job.seat, turns).filter(pl.col("wanted_t").is_not_null())
        for team in exercise.teams:
            own = rows.filter(pl.col("region").is_in(list(team.regions)))
            parts.append(own.with_columns(
                pl.lit(name).alias("run"), pl.lit(team.id).alias("team"),
                (pl.col("region") == team.region).alias("own"),
                (pl.col("unmet_t") * pl.col("base_price")).alias("unmet_usd"),
                (pl.col("wanted_t") * pl.col("base_price")).alias("wanted_usd"),
            ))
        money = [*stock_rows(board, job.seat, turns),
                 *subsidy_rows(board, job.seat, turns, levels)]
        parts += [
            pl.DataFrame({"run": [name], "chain": [job.seat.chain], "licence": [job.seat.licence],
                          "rank": [job.seat.rank], "team": [row["team"]],
                          "option": [row["option"]], "material": [row["material"]],
                          "public_t": [row["tonnes"]], "public_usd": [row["usd"]]},
                         schema_overrides={"rank": pl.Int32})
            for row in money
        ]
    return pl.concat(parts, how="diagonal")


def best_of(shared: Shared, search: Search) -> Best:
    """Return the plan of a team's menu that leaves least unmet use in the central parameter set."""
    exercise = shared.exercise
    hunt = _Hunt(Board(shared), exercise.team(search.team), search.licence,
                 _levels(exercise, search.decided))
    starts = [hunt.starts(option) for option in hunt.options]
    count = int(np.prod([len(each) for each in starts], dtype=np.float64)) if starts else 1
    complete = count <= search.trials
    if complete:
        for plan in product(*starts):
            _ = hunt.score(plan)
    else:
        _climb(hunt, starts, search.trials)
    best = min(hunt.scores, key=lambda plan: hunt.scores[plan])
    decided = hunt.value(hunt.decided)
    if decided <= hunt.scores[best] + 1e-9 * abs(decided):
        return Best(search.team, search.licence, (), hunt.decided.tobytes(), len(hunt.scores),
                    complete, as_decided=True)
    named = tuple((option.id, first) for option, first in zip(hunt.options, best, strict=True)
                  if first != NEVER)
    return Best(search.team, search.licence, named, hunt.levels(best).tobytes(), len(hunt.scores),
                complete, as_decided=False)


def _climb(hunt: _Hunt, starts: Sequence[Sequence[int]], trials: int) -> None:
    """Improve a plan entry by entry until nothing improves or the trials are used up."""
    plan = tuple(NEVER for _ in starts)
    best = hunt.score(plan)
    improved = True
    while improved:
        improved = False
        for place, choices in enumerate(starts):
            for first in choices:
                other = (*plan[:place], first, *plan[place + 1 :])
                if other not in hunt.scores and len(hunt.scores) >= trials:
                    return
                if hunt.score(other) < best * (1.0 - 1e-9):
                    plan, best, improved = other, hunt.score(other), True


@dataclass(slots=True)
class _Hunt:
    """Plans of one team, each simulated once."""

    board: Board
    team: Team
    licence: str
    decided: Array
    scores: dict[Plan, float] = field(default_factory=dict[Plan, float])

    @property
    def options(self) -> tuple[Option, ...]:
        """Return the entries that move unmet use; who is served first only shifts it."""
        return tuple(each for each in self.team.menu.options if not isinstance(each, Priority))

    def starts(self, option: Option) -> tuple[int, ...]:
        """Return the turns from which an entry can hold, and never."""
        return (NEVER, *range(option.from_turn - 1, len(self.board.shared.exercise.turns)))

    def score(self, plan: Plan) -> float:
        """Return the unmet use of a plan (USD at base prices)."""
        if plan not in self.scores:
            self.scores[plan] = self.value(self.levels(plan))
        return self.scores[plan]

    def value(self, levels: Array) -> float:
        """Return unmet use in the regions that count for the team (USD at base prices)."""
        shared = self.board.shared
        total = 0.0
        for chain in shared.background.chains:
            seat = Seat(chain, self.licence, shared.sets[0].rank)
            rows = place_rows(self.board, seat, list(self.board.path(seat, levels))).filter(
                pl.col("wanted_t").is_not_null()
                & pl.col("region").is_in(list(self.team.regions)))
            total += float((rows["unmet_t"] * rows["base_price"]).sum())
        return total

    def levels(self, plan: Plan) -> Array:
        """Return what a plan amounts to, the other teams as decided."""
        exercise = self.board.shared.exercise
        found = self.decided.copy()
        first = {option.id: start for option, start in zip(self.options, plan, strict=True)}
        left = {each.material: 0.0 for each in self.team.holdings}
        for each in self.team.holdings:
            left[each.material] += each.tonnes
        for row, (team, option) in enumerate(exercise.options):
            if team.id == self.team.id and option.id in first:
                found[row] = list(_row(exercise, option, first[option.id], left))
        return found


def _row(
    exercise: Exercise, option: Option, first: int, left: dict[str, float]
) -> Iterator[float]:
    """Yield what an entry amounts to in each turn; releases draw on what is `left`."""
    for turn in range(len(exercise.turns)):
        on = first != NEVER and turn >= first
        amount = most_of(option) if on else 0.0
        if isinstance(option, Purchase):
            amount = amount if turn == first else 0.0
        elif isinstance(option, Release):
            _, months = exercise.months_of(turn)
            amount = min(amount, left.get(option.material, 0.0) / months)
            left[option.material] = left.get(option.material, 0.0) - amount * months
        yield amount


def _levels(exercise: Exercise, content: bytes) -> Array:
    return np.frombuffer(content).reshape(len(exercise.options), len(exercise.turns))
