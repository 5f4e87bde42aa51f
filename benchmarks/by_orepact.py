"""The benchmark networks in orepact's engine."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.networks import Network, Scenario
from orepact.engine import Arrays, LinearOptions, LiveLinear, Program, solve_linear, strict_places
from orepact.engine.linear import Session

__all__ = ["ColdEnsemble", "Ensemble", "build", "load", "solve"]

HERE = ["line", "stage", "region"]


def build(network: Network) -> Arrays:
    """Return the assembled program of a network."""
    program = Program(network.name)
    months = network.months
    season = network.season
    nodes = network.nodes.join(months, how="cross")
    balance = program.add_rows("balance", nodes, lower=0.0, upper=0.0)
    _add_routes(program, network, balance)
    _add_processes(program, network, balance)
    keys = network.demands.select(*HERE, "step").join(months, how="cross")
    width = np.outer(network.demands["width"].to_numpy(), season).ravel()
    used = program.add_columns(
        "consumption", keys, upper=width, cost=-_each(network.demands["value"], months)
    )
    _deliver(program, balance, used, "region", -1.0)
    _add_stocks(program, network, balance)
    return program.assemble()


def load(arrays: Arrays) -> Session:
    """Return the program inside HiGHS."""
    return Session(arrays, LinearOptions())


def solve(session: Session) -> float:
    """Return the objective of a cold, whole solve on one thread."""
    _ = session.run()
    return session.objective()


def _add_routes(program: Program, network: Network, balance: pl.DataFrame) -> None:
    routes, months = network.routes, network.months
    keys = routes.select("line", "stage", "exporter", "importer").join(months, how="cross")
    flow = program.add_columns(
        "flow", keys, upper=_each(routes["upper"], months), cost=_each(routes["cost"], months)
    )
    _deliver(program, balance, flow, "exporter", -1.0)
    _deliver(program, balance, flow, "importer", 1.0)


def _add_processes(program: Program, network: Network, balance: pl.DataFrame) -> None:
    processes, months = network.processes, network.months
    made = program.add_columns(
        "production",
        processes.select(HERE).join(months, how="cross"),
        upper=_each(processes["upper"], months),
        cost=_each(processes["cost"], months),
    )
    _deliver(program, balance, made, "region", 1.0)
    stage = made["stage"].to_physical()
    later = made.filter(stage > 0)
    _deliver(program, balance, later.with_columns(_one_before(later["stage"])), "region", -1.0)


def _add_stocks(program: Program, network: Network, balance: pl.DataFrame) -> None:
    stocks, months = network.stocks, network.months
    keys = stocks.select(HERE).join(months, how="cross")
    first = np.zeros(months.height)
    first[0] = 1.0
    start = np.outer(stocks["initial"].to_numpy(), first).ravel()
    change = program.add_rows("level", keys, lower=start, upper=start)
    level = program.add_columns(
        "stock", keys, upper=_each(stocks["capacity"], months), cost=_each(stocks["cost"], months)
    )
    rate = _each(stocks["rate"], months)
    stored = program.add_columns("stored", keys, upper=rate)
    drawn = program.add_columns("drawn", keys, upper=rate)
    _deliver(program, balance, stored, "region", -1.0)
    _deliver(program, balance, drawn, "region", 1.0)
    row = change["row"]
    program.add_entries(row, level["column"], 1.0)
    program.add_entries(row, stored["column"], -1.0)
    program.add_entries(row, drawn["column"], 1.0)
    moved = change.filter(pl.col("month") != months["month"][0])
    before = moved.with_columns(_one_before(moved["month"]))
    place = strict_places(before, level, [*HERE, "month"], what="stock")
    program.add_entries(moved["row"], level["column"].to_numpy()[place], -1.0)


def _deliver(
    program: Program, balance: pl.DataFrame, columns: pl.DataFrame, region: str, sign: float
) -> None:
    """Add the columns to the balance of their line, stage, month and the named region."""
    keys = columns.select("line", "stage", pl.col(region).alias("region"), "month")
    place = strict_places(keys, balance, [*HERE, "month"], what="balance")
    program.add_entries(balance["row"].to_numpy()[place], columns["column"], sign)


def _each(values: pl.Series, months: pl.DataFrame) -> np.ndarray:
    return np.repeat(values.to_numpy(), months.height)


def _one_before(column: pl.Series) -> pl.Series:
    """Return the category before each one of an Enum column."""
    known = pl.Series(column.name, column.dtype.categories, dtype=column.dtype)
    return known.gather(column.to_physical().cast(pl.Int64) - 1)


class Ensemble:
    """The network in live solvers, one per block, re-solved from the base basis."""

    def __init__(self, network: Network) -> None:
        """Build, load and solve the base case."""
        arrays = build(network)
        self._network = network
        self._live = LiveLinear(arrays)
        names = ("production", "flow", "consumption")
        self._made, self._flow, self._used = (_numbers(arrays, name) for name in names)

    def solve(self, scenario: Scenario) -> float:
        """Return the optimal objective of a scenario, with its solution certified."""
        network, live = self._network, self._live
        live.reset()
        _change(live, self._made, scenario.process, network.processes["upper"])
        _change(live, self._flow, scenario.route, network.routes["upper"])
        if scenario.kind == "B":
            width = scenario.width.ravel()
            live.change_bounds(self._used, np.zeros(len(width)), width)
            live.change_costs(self._used, -scenario.value.ravel())
        return live.solve().objective


class ColdEnsemble:
    """The network's arrays, passed and solved whole from nothing for every scenario."""

    def __init__(self, network: Network) -> None:
        """Build the base case."""
        self._arrays = build(network)
        names = ("production", "flow", "consumption")
        self._made, self._flow, self._used = (_numbers(self._arrays, name) for name in names)

    def solve(self, scenario: Scenario) -> float:
        """Return the optimal objective of a scenario."""
        upper, cost = self._arrays.upper.copy(), self._arrays.cost.copy()
        upper[self._made] = scenario.process.ravel()
        upper[self._flow] = scenario.route.ravel()
        upper[self._used] = scenario.width.ravel()
        cost[self._used] = -scenario.value.ravel()
        return solve_linear(self._arrays.with_numbers(upper=upper, cost=cost)).objective


def _numbers(arrays: Arrays, name: str) -> np.ndarray:
    """Return the column numbers of a family in the order of its table."""
    family = arrays.column_family(name)
    number = np.empty(family.size, dtype=np.int32)
    order = np.arange(family.size) if family.order is None else family.order
    number[order] = np.arange(family.first, family.first + family.size)
    return number


def _change(live: LiveLinear, columns: np.ndarray, upper: np.ndarray, base: pl.Series) -> None:
    moved = (upper != base.to_numpy()[:, None]).ravel()
    live.change_bounds(columns[moved], np.zeros(int(moved.sum())), upper.ravel()[moved])
