"""The benchmark networks in Pyomo with its persistent HiGHS interface."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.appsi.solvers import Highs
from pyomo.core.expr import LinearExpression

from benchmarks.by_linopy import _before, _node
from benchmarks.networks import Network, Scenario

__all__ = ["Ensemble", "build", "load", "solve"]


def build(network: Network) -> pyo.ConcreteModel:
    """Return the network as a concrete model; values of use are mutable parameters."""
    model = pyo.ConcreteModel()
    months = range(network.months.height)
    deliveries: dict[tuple[str, int], list[tuple[float, object]]] = defaultdict(list)
    flow = _variable(model, "flow", network.routes["upper"].to_numpy(), months)
    for region, sign in (("exporter", -1.0), ("importer", 1.0)):
        _deliver(deliveries, flow, _node(network.routes, region), months, sign)
    made = _variable(model, "production", network.processes["upper"].to_numpy(), months)
    _deliver(deliveries, made, _node(network.processes), months, 1.0)
    later = np.flatnonzero(network.processes["stage"].to_physical().to_numpy() > 0)
    before = _before(network)
    for k in later:
        for month in months:
            deliveries[before[k], month].append((-1.0, made[int(k), month]))
    width = np.outer(network.demands["width"].to_numpy(), network.season)
    model.consumption = pyo.Var(
        range(len(width)), months, bounds=lambda _, k, month: (0.0, float(width[k, month]))
    )
    _deliver(deliveries, model.consumption, _node(network.demands), months, -1.0)
    _add_stocks(model, network, deliveries, months)
    model.balance = pyo.ConstraintList()
    for terms in deliveries.values():
        weights, variables = zip(*terms, strict=True)
        model.balance.add((LinearExpression(linear_coefs=weights, linear_vars=variables), 0.0))
    _add_objective(model, network, months)
    return model


def load(model: pyo.ConcreteModel) -> tuple[Highs, pyo.ConcreteModel]:
    """Return the model inside a persistent HiGHS that looks for no change by itself."""
    highs = Highs()
    highs.config.load_solution = False
    highs.highs_options = {"threads": 1}
    for name in highs.update_config:
        setattr(highs.update_config, name, False)
    highs.set_instance(model)
    return highs, model


def solve(loaded: tuple[Highs, pyo.ConcreteModel]) -> float:
    """Return the objective; columns and balance duals are read as for the other peers."""
    highs, model = loaded
    found = highs.solve(model)
    if not found.solution_loader.get_primals() or not found.solution_loader.get_duals():
        message = "Pyomo found no optimum"
        raise RuntimeError(message)
    return float(found.best_feasible_objective)


class Ensemble:
    """The network in a persistent solver, told of changed bounds and values only."""

    def __init__(self, network: Network) -> None:
        """Build, load and solve the base case."""
        self._network = network
        self._loaded = load(build(network))
        _ = solve(self._loaded)
        self._now: dict[str, np.ndarray] = {}
        self._valued = False

    def solve(self, scenario: Scenario) -> float:
        """Return the optimal objective of a scenario."""
        highs, model = self._loaded
        changed = []
        for name, upper in (
            ("production", scenario.process),
            ("flow", scenario.route),
            ("consumption", scenario.width),
        ):
            before = self._now.get(name)
            moved = np.ones(upper.shape, bool) if before is None else upper != before
            self._now[name] = upper
            variable = getattr(model, name)
            for k, month in zip(*np.nonzero(moved), strict=True):
                one = variable[int(k), int(month)]
                if one.upper != upper[k, month]:
                    one.setub(float(upper[k, month]))
                    changed.append(one)
        if changed:
            highs.update_variables(changed)
        if scenario.kind == "B" or self._valued:
            for key, value in np.ndenumerate(scenario.value):
                model.value[key].value = value
            highs.update_params()
        self._valued = scenario.kind == "B"
        return solve(self._loaded)


def _variable(model: pyo.ConcreteModel, name: str, upper: np.ndarray, months: range) -> pyo.Var:
    bounds = [(0.0, float(value)) for value in upper]
    variable = pyo.Var(range(len(upper)), months, bounds=lambda _, k, __: bounds[k])
    setattr(model, name, variable)
    return variable


def _deliver(
    deliveries: dict[tuple[str, int], list[tuple[float, object]]],
    variable: pyo.Var,
    node: np.ndarray,
    months: range,
    sign: float,
) -> None:
    for k, place in enumerate(node):
        for month in months:
            deliveries[place, month].append((sign, variable[k, month]))


def _add_stocks(
    model: pyo.ConcreteModel,
    network: Network,
    deliveries: dict[tuple[str, int], list[tuple[float, object]]],
    months: range,
) -> None:
    stocks = network.stocks
    held = _variable(model, "stock", stocks["capacity"].to_numpy(), months)
    stored = _variable(model, "stored", stocks["rate"].to_numpy(), months)
    drawn = _variable(model, "drawn", stocks["rate"].to_numpy(), months)
    _deliver(deliveries, stored, _node(stocks), months, -1.0)
    _deliver(deliveries, drawn, _node(stocks), months, 1.0)
    initial = [float(value) for value in stocks["initial"]]

    def level(_: object, k: int, month: int) -> tuple[object, float]:
        variables = [held[k, month], stored[k, month], drawn[k, month]]
        weights = [1.0, -1.0, 1.0]
        if month:
            variables.append(held[k, month - 1])
            weights.append(-1.0)
        left = LinearExpression(linear_coefs=weights, linear_vars=variables)
        return left, (0.0 if month else initial[k])

    model.level = pyo.Constraint(range(stocks.height), months, rule=level)


def _add_objective(model: pyo.ConcreteModel, network: Network, months: range) -> None:
    value = [float(number) for number in network.demands["value"]]
    model.value = pyo.Param(
        range(len(value)), months, initialize=lambda _, k, __: value[k], mutable=True
    )
    weights: list[object] = []
    variables: list[object] = []
    for name, cost in (
        ("flow", network.routes["cost"]),
        ("production", network.processes["cost"]),
        ("stock", network.stocks["cost"]),
    ):
        variable = getattr(model, name)
        for k, number in enumerate(cost):
            weights += [number] * len(months)
            variables += [variable[k, month] for month in months]
    for k in range(len(value)):
        weights += [-model.value[k, month] for month in months]
        variables += [model.consumption[k, month] for month in months]
    model.objective = pyo.Objective(
        expr=LinearExpression(linear_coefs=weights, linear_vars=variables)
    )
