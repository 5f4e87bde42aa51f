"""orepact: the software that a critical-minerals partnership runs on.

Names are loaded when they are first used, so that importing the package stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orepact.errors import InputError, OrepactError, Problem, SolveError
    from orepact.model.settings import Curves
    from orepact.network.behaviour import Behaviour
    from orepact.network.components import Demand, Material, Process, Region, Route, Stock
    from orepact.network.network import Network, Scenario
    from orepact.network.world import World, load, read_world
    from orepact.policy import load_branches, load_register, status
    from orepact.policy.register_rule import Controls, controls
    from orepact.policy.rules import ExportBan, ExportQuota
    from orepact.policy.scenario.reading import find_scenario
    from orepact.result.compare import Comparison, compare
    from orepact.result.explain import Explanation, explain
    from orepact.result.simulation import Simulation, simulate
    from orepact.result.solve import Result, solve
    from orepact.studies.outage import Outage, find_outage, outage_bands
    from orepact.studies.run import Run, run_study, write_run
    from orepact.studies.stress.design import Design
    from orepact.studies.stress.stress import Stress, stress
    from orepact.studies.study import Study, find_study

_HOME = {
    "InputError": "orepact.errors",
    "OrepactError": "orepact.errors",
    "Problem": "orepact.errors",
    "SolveError": "orepact.errors",
    "Behaviour": "orepact.network.behaviour",
    "Demand": "orepact.network.components",
    "Material": "orepact.network.components",
    "Process": "orepact.network.components",
    "Region": "orepact.network.components",
    "Route": "orepact.network.components",
    "Stock": "orepact.network.components",
    "Network": "orepact.network.network",
    "Scenario": "orepact.network.network",
    "World": "orepact.network.world",
    "load": "orepact.network.world",
    "read_world": "orepact.network.world",
    "Curves": "orepact.model.settings",
    "load_branches": "orepact.policy",
    "load_register": "orepact.policy",
    "status": "orepact.policy",
    "Controls": "orepact.policy.register_rule",
    "controls": "orepact.policy.register_rule",
    "find_scenario": "orepact.policy.scenario.reading",
    "ExportBan": "orepact.policy.rules",
    "ExportQuota": "orepact.policy.rules",
    "Comparison": "orepact.result.compare",
    "compare": "orepact.result.compare",
    "Explanation": "orepact.result.explain",
    "explain": "orepact.result.explain",
    "Result": "orepact.result.solve",
    "solve": "orepact.result.solve",
    "Simulation": "orepact.result.simulation",
    "simulate": "orepact.result.simulation",
    "Outage": "orepact.studies.outage",
    "find_outage": "orepact.studies.outage",
    "outage_bands": "orepact.studies.outage",
    "Run": "orepact.studies.run",
    "run_study": "orepact.studies.run",
    "write_run": "orepact.studies.run",
    "Design": "orepact.studies.stress.design",
    "Stress": "orepact.studies.stress.stress",
    "stress": "orepact.studies.stress.stress",
    "Study": "orepact.studies.study",
    "find_study": "orepact.studies.study",
}

__all__ = [
    "Behaviour",
    "Comparison",
    "Controls",
    "Curves",
    "Demand",
    "Design",
    "Explanation",
    "ExportBan",
    "ExportQuota",
    "InputError",
    "Material",
    "Network",
    "OrepactError",
    "Outage",
    "Problem",
    "Process",
    "Region",
    "Result",
    "Route",
    "Run",
    "Scenario",
    "Simulation",
    "SolveError",
    "Stock",
    "Stress",
    "Study",
    "World",
    "compare",
    "controls",
    "explain",
    "find_outage",
    "find_scenario",
    "find_study",
    "load",
    "load_branches",
    "load_register",
    "outage_bands",
    "read_world",
    "run_study",
    "simulate",
    "solve",
    "status",
    "stress",
    "write_run",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'orepact' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
