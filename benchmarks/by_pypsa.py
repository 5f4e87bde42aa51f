"""The benchmark networks in PyPSA; re-solving changes its tables and creates the model anew."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

from benchmarks.by_linopy import _before, _node, load, solve
from benchmarks.networks import Network, Scenario

__all__ = ["Ensemble", "build", "load", "solve"]


def build(network: Network) -> object:
    """Return the linopy model that PyPSA creates for the network."""
    return _tables(network).optimize.create_model()


class Ensemble:
    """The network in PyPSA, whose model is created for every scenario."""

    def __init__(self, network: Network) -> None:
        """Fill PyPSA's tables."""
        self._network = network
        self._pypsa = _tables(network)
        self._valued = False

    def solve(self, scenario: Scenario) -> float:
        """Return the optimal objective of a scenario."""
        network, tables = self._network, self._pypsa
        months = tables.snapshots
        stage = network.processes["stage"].to_physical().to_numpy()
        share = scenario.process / network.processes["upper"].to_numpy()[:, None]
        route = scenario.route / network.routes["upper"].to_numpy()[:, None]
        links = np.vstack([route, share[stage > 0]]).T
        tables.links_t.p_max_pu = pd.DataFrame(links, months, tables.links.index)
        width = scenario.width / network.demands["width"].to_numpy()[:, None]
        generators = np.vstack([share[stage == 0], width]).T
        tables.generators_t.p_max_pu = pd.DataFrame(generators, months, tables.generators.index)
        if scenario.kind == "B" or self._valued:
            names = tables.generators.index[int((stage == 0).sum()) :]
            cost = pd.DataFrame(-scenario.value.T, months, names)
            tables.generators_t.marginal_cost = cost
        self._valued = scenario.kind == "B"
        return solve(load(tables.optimize.create_model()))


def _tables(network: Network) -> pypsa.Network:
    """Return buses, links (routes, later processes), generators (first processes, use), stocks."""
    tables = pypsa.Network()
    tables.set_snapshots(pd.RangeIndex(network.months.height))
    tables.add("Bus", _node(network.nodes))
    processes, demands, stocks = network.processes, network.demands, network.stocks
    stage = processes["stage"].to_physical().to_numpy()
    later, at = stage > 0, _node(processes)
    _add_links(tables, network, at, later)
    tables.add(
        "Generator",
        [f"process-{k}" for k in np.flatnonzero(~later)],
        bus=at[~later],
        p_nom=processes["upper"].to_numpy()[~later],
        marginal_cost=processes["cost"].to_numpy()[~later],
    )
    names = [f"demand-{k}" for k in range(demands.height)]
    season = np.repeat(network.season[:, None], demands.height, axis=1)
    tables.add(
        "Generator",
        names,
        bus=_node(demands),
        sign=-1.0,
        p_nom=demands["width"].to_numpy(),
        marginal_cost=-demands["value"].to_numpy(),
        p_max_pu=pd.DataFrame(season, tables.snapshots, names),
    )
    tables.add(
        "StorageUnit",
        [f"stock-{k}" for k in range(stocks.height)],
        bus=_node(stocks),
        p_nom=stocks["rate"].to_numpy(),
        max_hours=(stocks["capacity"] / stocks["rate"]).to_numpy(),
        state_of_charge_initial=stocks["initial"].to_numpy(),
        cyclic_state_of_charge=False,
        marginal_cost_storage=stocks["cost"].to_numpy(),
    )
    return tables


def _add_links(tables: pypsa.Network, network: Network, at: np.ndarray, later: np.ndarray) -> None:
    routes, processes = network.routes, network.processes
    tables.add(
        "Link",
        [f"route-{k}" for k in range(routes.height)],
        bus0=_node(routes, "exporter"),
        bus1=_node(routes, "importer"),
        p_nom=routes["upper"].to_numpy(),
        marginal_cost=routes["cost"].to_numpy(),
    )
    tables.add(
        "Link",
        [f"process-{k}" for k in np.flatnonzero(later)],
        bus0=_before(network)[later],
        bus1=at[later],
        p_nom=processes["upper"].to_numpy()[later],
        marginal_cost=processes["cost"].to_numpy()[later],
    )
