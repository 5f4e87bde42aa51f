"""The benchmark networks in linopy; re-solving sets bounds and passes the program anew."""

from __future__ import annotations

import highspy
import linopy
import numpy as np
import pandas as pd
import polars as pl
import xarray as xr

from benchmarks.networks import Network, Scenario

__all__ = ["Ensemble", "build", "load", "solve"]


def build(network: Network) -> linopy.Model:
    """Return the network as a linopy model."""
    model = linopy.Model()
    months = pd.Index(network.months["month"].to_list(), name="month")
    nodes = pd.Index(_node(network.nodes), name="node")
    zero = xr.DataArray(np.zeros((len(nodes), len(months))), coords=[nodes, months])
    routes, processes, demands, stocks = _indices(network)
    parts = []

    flow = _variable(model, "flow", routes, months, network.routes["upper"])
    for region, sign in (("exporter", -1.0), ("importer", 1.0)):
        parts.append(_at(flow * sign, _node(network.routes, region), routes, nodes))
    made = _variable(model, "production", processes, months, network.processes["upper"])
    parts.append(_at(made * 1.0, _node(network.processes), processes, nodes))
    stage = network.processes["stage"].to_physical().to_numpy()
    later = processes[stage > 0]
    if len(later):
        before = _before(network)[stage > 0]
        parts.append(_at(made.sel(process=later) * -1.0, before, later, nodes))
    width = np.outer(network.demands["width"].to_numpy(), network.season)
    used = model.add_variables(0, xr.DataArray(width, coords=[demands, months]), name="consumption")
    parts.append(_at(used * -1.0, _node(network.demands), demands, nodes))
    stored, drawn = _add_stocks(model, network, stocks, months)
    parts.append(_at(drawn - stored, _node(network.stocks), stocks, nodes))

    balance = linopy.merge(parts, dim="_term", cls=linopy.LinearExpression)
    model.add_constraints(balance == zero, name="balance")
    _set_objective(model, network, network.demands["value"].to_numpy()[:, None])
    return model


def load(model: linopy.Model) -> highspy.Highs:
    """Return the model inside HiGHS on one thread."""
    highs = linopy.io.to_highspy(model)
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS's own signature
    highs.setOptionValue("threads", 1)
    return highs


def solve(highs: highspy.Highs) -> float:
    """Return the objective of a cold solve, with columns and duals read."""
    highs.run()
    solution = highs.getSolution()
    sizes = {np.array(solution.col_value).size, np.array(solution.row_dual).size}
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal or 0 in sizes:
        message = "linopy found no optimum"
        raise RuntimeError(message)
    return float(highs.getInfo().objective_function_value)


class Ensemble:
    """The network as a linopy model whose bounds and costs are set for every scenario."""

    def __init__(self, network: Network) -> None:
        """Build the base case."""
        self._network = network
        self._model = build(network)
        self._valued = False

    def solve(self, scenario: Scenario) -> float:
        """Return the optimal objective of a scenario."""
        variables = self._model.variables
        for name, upper in (
            ("production", scenario.process),
            ("flow", scenario.route),
            ("consumption", scenario.width),
        ):
            like = variables[name].upper
            bound = xr.DataArray(upper, coords=like.coords, dims=like.dims)
            variables[name].update(upper=bound)
        if scenario.kind == "B" or self._valued:
            _set_objective(self._model, self._network, scenario.value)
        self._valued = scenario.kind == "B"
        return solve(load(self._model))


def _indices(network: Network) -> list[pd.Index]:
    tables = {
        "route": network.routes,
        "process": network.processes,
        "demand": network.demands,
        "stock": network.stocks,
    }
    return [pd.RangeIndex(table.height, name=name) for name, table in tables.items()]


def _variable(
    model: linopy.Model, name: str, things: pd.Index, months: pd.Index, upper: pl.Series
) -> linopy.Variable:
    bound = np.repeat(upper.to_numpy()[:, None], len(months), axis=1)
    return model.add_variables(0, xr.DataArray(bound, coords=[things, months]), name=name)


def _add_stocks(
    model: linopy.Model, network: Network, stocks: pd.Index, months: pd.Index
) -> tuple[linopy.Variable, linopy.Variable]:
    held = _variable(model, "stock", stocks, months, network.stocks["capacity"])
    stored = _variable(model, "stored", stocks, months, network.stocks["rate"])
    drawn = _variable(model, "drawn", stocks, months, network.stocks["rate"])
    start = np.zeros((len(stocks), len(months)))
    start[:, 0] = network.stocks["initial"].to_numpy()
    change = (held - stored + drawn).sel(month=months[:1])
    first = xr.DataArray(start[:, :1], coords=[stocks, months[:1]])
    model.add_constraints(change == first, name="first level")
    before = held.to_linexpr().isel(month=slice(None, -1)).assign_coords(month=months[1:])
    change = (held - stored + drawn).sel(month=months[1:]) - before
    rest = xr.DataArray(start[:, 1:], coords=[stocks, months[1:]])
    model.add_constraints(change == rest, name="level")
    return stored, drawn


def _set_objective(model: linopy.Model, network: Network, value: np.ndarray) -> None:
    months = network.months.height
    variables = model.variables
    costs = (
        ("flow", network.routes["cost"].to_numpy()[:, None]),
        ("production", network.processes["cost"].to_numpy()[:, None]),
        ("consumption", -value),
        ("stock", network.stocks["cost"].to_numpy()[:, None]),
    )
    total = None
    for name, cost in costs:
        variable = variables[name]
        wide = np.broadcast_to(cost, (len(cost), months))
        like = variable.upper
        weight = xr.DataArray(wide, coords=like.coords, dims=like.dims)
        part = (variable * weight).sum()
        total = part if total is None else total + part
    model.add_objective(total, overwrite=True)


def _at(
    expression: linopy.LinearExpression, node: np.ndarray, things: pd.Index, nodes: pd.Index
) -> linopy.LinearExpression:
    """Return the expression summed at every node of the network."""
    group = xr.DataArray(node, coords=[things], name="node")
    return expression.groupby(group).sum().reindex(node=nodes).fillna(0)


def _node(table: pl.DataFrame, region: str = "region") -> np.ndarray:
    names = pl.concat_str("line", "stage", region, separator="|")
    return table.select(names.alias("node"))["node"].to_numpy()


def _before(network: Network) -> np.ndarray:
    """Return for every process the node that it takes from (wrong for first stages)."""
    table = network.processes
    stages = np.array(table.schema["stage"].categories.to_list())
    place = table["stage"].to_physical().to_numpy().astype(int) - 1
    return _node(table.with_columns(pl.Series("stage", stages[place])))
