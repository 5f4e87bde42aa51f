"""What exists, where and when: components, chains, balanced accounts and the bundled world."""

from __future__ import annotations

from orepact.network.accounts.balance import Accounts, balance
from orepact.network.assemble import assemble
from orepact.network.behaviour import Behaviour, read_ensemble, representative
from orepact.network.chains.chain import Card, Chain, read_chain
from orepact.network.components import (
    COMPONENTS,
    Component,
    Demand,
    Material,
    Process,
    Region,
    Route,
    Stock,
)
from orepact.network.network import Dataset, Network, Policy, Scenario
from orepact.network.world import World, load, read_world

__all__ = [
    "COMPONENTS",
    "Accounts",
    "Behaviour",
    "Card",
    "Chain",
    "Component",
    "Dataset",
    "Demand",
    "Material",
    "Network",
    "Policy",
    "Process",
    "Region",
    "Route",
    "Scenario",
    "Stock",
    "World",
    "assemble",
    "balance",
    "load",
    "read_chain",
    "read_ensemble",
    "read_world",
    "representative",
]
