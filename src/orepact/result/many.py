"""Plan one network under thousands of futures: one linear program, changed and solved again.

Each future is a plan of its own with perfect foresight: a bound, no forecast. The program stays in
the solver; a future changes the widths of uses and the limits of processes alone.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from orepact.engine import Arrays, Change, LinearOptions, Solution, solve_many, split
from orepact.errors import InputError, Problem, nearest
from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.model.factors import Factors, factors_of
from orepact.model.plan import Plan, plan_of
from orepact.model.settings import Curves
from orepact.network.network import Network, Scenario
from orepact.result.prove import own_size

__all__ = ["Outcome", "outcomes_table", "solve_futures"]

BATCH = 100
"""Outcomes that become one table."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan under one future comes to.

    `objective` (USD over all months: what is spent less what use is worth), `unmet` (t/month,
    months × demands, use at base prices less consumption) and `price` (USD/t, marginal, months ×
    chosen places; NaN where nothing can move).
    """

    scenario: str
    objective: float
    unmet: Array
    price: Array


def solve_futures(
    network: Network,
    futures: Iterable[Scenario],
    *,
    places: Sequence[tuple[str, str]] = (),
    months: int = 12,
    curves: Curves | None = None,
    start: datetime.date | None = None,
    threads: int = 1,
    unique: bool = False,
) -> Generator[Outcome]:
    """Yield what the plan of a network comes to under each future by itself, in their order.

    Weights and the network's own scenarios are left aside. `places` are pairs of region and
    material whose prices are wanted. `curves` must be in steps, and is so by default: the program
    is linear. Futures may be generated as they are needed; `threads` solve them and do not change
    the result. Steps leave many equally good plans: `unique` picks the one that `solve` picks with
    the same word, at the price of a second solve; without it, use may lie in other months.

    Raises `InputError` for curves that are not in steps, an unknown place or a future that names
    what does not exist, and `SolveError` when an optimum is not proven.
    """
    chosen = Curves.in_steps() if curves is None else curves
    nodes = [(item.name, each.name) for item in network.regions for each in network.materials]
    problems = [*_place_problems(places, nodes)]
    if not chosen.steps:
        problems.append(Problem("curves are quadratic", field="curves", expected="Curves.in_steps"))
    if problems:
        raise InputError(problems)
    alone = network.facing(Scenario(name="base"))
    plan = plan_of(alone, months=months, curves=chosen, start=start)
    return _Futures.of(alone, plan, places).solve(futures, threads, LinearOptions(unique=unique))


def outcomes_table(network: Network, outcomes: Iterable[Outcome]) -> Iterator[pl.DataFrame]:
    """Yield tables of outcomes, a hundred futures each, one row per future and demand.

    Columns: scenario, objective (USD), demand, region, material, unmet_t (over all months).
    """
    demands = pl.DataFrame(
        [(each.name, each.region, each.material) for each in network.demands],
        schema=["demand", "region", "material"],
        orient="row",
    )
    batch: list[pl.DataFrame] = []
    for outcome in outcomes:
        batch.append(
            demands.select(
                pl.lit(outcome.scenario).alias("scenario"),
                pl.lit(outcome.objective).alias("objective"),
                pl.all(),
                pl.Series("unmet_t", outcome.unmet.sum(axis=0)),
            )
        )
        if len(batch) == BATCH:
            yield pl.concat(batch)
            batch = []
    if batch:
        yield pl.concat(batch)


def _place_problems(
    places: Sequence[tuple[str, str]], nodes: Sequence[tuple[str, str]]
) -> Iterator[Problem]:
    known = {f"{material}@{region}" for region, material in nodes}
    for region, material in places:
        name = f"{material}@{region}"
        if name not in known:
            yield Problem(
                "a price is wanted for a place that does not exist",
                field="places",
                found=repr(name),
                expected="a region and a material of the network",
                nearest=nearest(name, sorted(known)),
            )


@dataclass(frozen=True, slots=True)
class _Futures:
    """A plan written once, every block counted in its own size, as the proof of a plan does.

    `size` is per column; `nodes` are the numbers of the chosen places, −1 where nothing is there.
    """

    network: Network
    plan: Plan
    arrays: Arrays
    size: Array
    nodes: Index

    @classmethod
    def of(cls, network: Network, plan: Plan, places: Sequence[tuple[str, str]]) -> _Futures:
        """Scale the program of a plan and find the places."""
        arrays = plan.arrays
        column, row = np.ones(arrays.n_columns), np.ones(arrays.n_rows)
        for block in split(arrays):
            column[block.columns] = row[block.rows] = own_size(block.arrays)
        scaled = arrays.with_numbers(
            lower=arrays.lower / column,
            upper=arrays.upper / column,
            row_lower=arrays.row_lower / row,
            row_upper=arrays.row_upper / row,
        )
        known = plan.tables.nodes.frame.select("region", "material").rows()
        number = {place: k for k, place in enumerate(known)}
        nodes = np.array([number.get(place, -1) for place in places], dtype=np.int64)
        return cls(network, plan, scaled, column, nodes)

    def solve(
        self, futures: Iterable[Scenario], threads: int, options: LinearOptions
    ) -> Generator[Outcome]:
        """Yield the outcome of every future."""
        factors = ((each.name, factors_of(self.network, each)) for each in futures)
        named, changing = itertools.tee(factors)
        changes = (self._change(each) for _, each in changing)
        found = solve_many(self.arrays, changes, self._read, threads=threads, options=options)
        for (name, each), (objective, used, price) in zip(named, found, strict=True):
            wanted = self.plan.wanted * each.demand
            yield Outcome(name, objective, wanted.reshape(used.shape) - used, price)

    def _change(self, factors: Factors) -> Change:
        """Return the widths of uses and of processes under a future's factors."""
        plan, upper = self.plan, self.arrays.upper
        months = len(plan.months)
        demand = np.tile(factors.demand, months)[:, None]
        process = factors.process[plan.process]
        columns = np.concatenate([plan.consumption.ravel(), plan.production.ravel()])
        width = np.concatenate(
            [
                _times(upper[plan.consumption], demand).ravel(),
                _times(upper[plan.production], process).ravel(),
            ]
        )
        moved = width != upper[columns]
        count = int(moved.sum())
        return Change(columns[moved].astype(np.int32), np.zeros(count), width[moved])

    def _read(self, solution: Solution) -> tuple[float, Array, Array]:
        """Return the objective (USD), consumption (t, months × demands) and the chosen prices."""
        plan, nodes = self.plan, self.plan.tables.nodes
        volumes = solution.primal_values * self.size
        used = volumes[plan.consumption].sum(axis=1).reshape(len(plan.months), -1)
        multiple = np.full(len(plan.months) * len(nodes), np.nan)
        multiple[plan.places] = solution.row_duals[plan.rows]
        price = (multiple.reshape(-1, len(nodes)) * nodes["price"])[:, self.nodes]
        return (
            plan.arrays.objective(volumes) * plan.scale,
            used / plan.worth[plan.tables.demands["node"]],
            np.where(self.nodes < 0, np.nan, price),
        )


def _times(width: Array, factor: Array) -> Array:
    """Return widths times factors; nothing is left of an unlimited one under a factor of zero."""
    return np.multiply(width, factor, out=np.zeros_like(width), where=factor > 0.0)
