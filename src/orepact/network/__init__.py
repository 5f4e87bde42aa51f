"""What exists, where and when: components, chains, balanced accounts and the bundled world.

Names are loaded when they are first used: the components alone need no solver.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
        Reserve,
        Route,
        Stock,
    )
    from orepact.network.network import Dataset, Network, Policy, Scenario
    from orepact.network.world import World, load, read_world

_HOME = {
    "Accounts": "orepact.network.accounts.balance",
    "balance": "orepact.network.accounts.balance",
    "assemble": "orepact.network.assemble",
    "Behaviour": "orepact.network.behaviour",
    "read_ensemble": "orepact.network.behaviour",
    "representative": "orepact.network.behaviour",
    "Card": "orepact.network.chains.chain",
    "Chain": "orepact.network.chains.chain",
    "read_chain": "orepact.network.chains.chain",
    "COMPONENTS": "orepact.network.components",
    "Component": "orepact.network.components",
    "Demand": "orepact.network.components",
    "Material": "orepact.network.components",
    "Process": "orepact.network.components",
    "Region": "orepact.network.components",
    "Reserve": "orepact.network.components",
    "Route": "orepact.network.components",
    "Stock": "orepact.network.components",
    "Dataset": "orepact.network.network",
    "Network": "orepact.network.network",
    "Policy": "orepact.network.network",
    "Scenario": "orepact.network.network",
    "World": "orepact.network.world",
    "load": "orepact.network.world",
    "read_world": "orepact.network.world",
}

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
    "Reserve",
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


def __getattr__(name: str) -> Any:
    """Load a name from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'orepact.network' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value
