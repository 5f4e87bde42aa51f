"""orepact: the software that a critical-minerals partnership runs on.

Names are loaded when they are first used, so that importing the package stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orepact.data.ledger.store import Ledger, open_ledger, read_ledger
    from orepact.division.emergency import Emergency, Party, share_emergency
    from orepact.division.rules import divide
    from orepact.errors import InputError, OrepactError, Problem, SolveError
    from orepact.model.settings import Curves
    from orepact.network.behaviour import Behaviour
    from orepact.network.components import (
        Demand,
        Material,
        Process,
        Region,
        Reserve,
        Route,
        Stock,
    )
    from orepact.network.network import Network, Scenario
    from orepact.network.stored_forms import StorageForm, storage_of
    from orepact.network.world import World, load, read_world
    from orepact.policy import load_branches, load_register, status
    from orepact.policy.register_rule import Controls, controls
    from orepact.policy.release import Rulebook, check_rulebook, find_rulebook, read_rulebook
    from orepact.policy.rules import ExportBan, ExportQuota
    from orepact.policy.scenario.reading import find_scenario
    from orepact.result.compare import Comparison, compare
    from orepact.result.explain import Explanation, explain
    from orepact.result.simulation import Simulation, simulate
    from orepact.result.solve import Result, solve
    from orepact.studies.exercise.plan import Decision
    from orepact.studies.exercise.play import Game, exercise_report, play_exercise
    from orepact.studies.outage import Outage, find_outage, outage_bands
    from orepact.studies.release.release import Released, release_run
    from orepact.studies.reserve.build_up import BuildUp, BuyAsk, build_up
    from orepact.studies.reserve.cases import SizingDesign
    from orepact.studies.reserve.holdings import read_holdings
    from orepact.studies.reserve.pooling import ReservePooling, reserve_pooling
    from orepact.studies.reserve.safe_levels import open_stocks, safe_levels
    from orepact.studies.reserve.sizing import ReserveSizing, reserve_sizing
    from orepact.studies.run import Run, run_study, write_run
    from orepact.studies.sharing.sharing import Sharing, share
    from orepact.studies.stress.design import Design
    from orepact.studies.stress.stress import Stress, stress
    from orepact.studies.study import Study, find_study
    from orepact.studies.vault.vault import Vault, VaultDesign, vault

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
    "Reserve": "orepact.network.components",
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
    "Rulebook": "orepact.policy.release",
    "check_rulebook": "orepact.policy.release",
    "find_rulebook": "orepact.policy.release",
    "read_rulebook": "orepact.policy.release",
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
    "Decision": "orepact.studies.exercise.plan",
    "Game": "orepact.studies.exercise.play",
    "exercise_report": "orepact.studies.exercise.play",
    "play_exercise": "orepact.studies.exercise.play",
    "Outage": "orepact.studies.outage",
    "find_outage": "orepact.studies.outage",
    "outage_bands": "orepact.studies.outage",
    "StorageForm": "orepact.network.stored_forms",
    "storage_of": "orepact.network.stored_forms",
    "BuildUp": "orepact.studies.reserve.build_up",
    "BuyAsk": "orepact.studies.reserve.build_up",
    "build_up": "orepact.studies.reserve.build_up",
    "read_holdings": "orepact.studies.reserve.holdings",
    "open_stocks": "orepact.studies.reserve.safe_levels",
    "safe_levels": "orepact.studies.reserve.safe_levels",
    "SizingDesign": "orepact.studies.reserve.cases",
    "ReservePooling": "orepact.studies.reserve.pooling",
    "reserve_pooling": "orepact.studies.reserve.pooling",
    "ReserveSizing": "orepact.studies.reserve.sizing",
    "reserve_sizing": "orepact.studies.reserve.sizing",
    "Emergency": "orepact.division.emergency",
    "Party": "orepact.division.emergency",
    "share_emergency": "orepact.division.emergency",
    "divide": "orepact.division.rules",
    "Sharing": "orepact.studies.sharing.sharing",
    "share": "orepact.studies.sharing.sharing",
    "Released": "orepact.studies.release.release",
    "release_run": "orepact.studies.release.release",
    "Run": "orepact.studies.run",
    "run_study": "orepact.studies.run",
    "write_run": "orepact.studies.run",
    "Design": "orepact.studies.stress.design",
    "Stress": "orepact.studies.stress.stress",
    "stress": "orepact.studies.stress.stress",
    "Study": "orepact.studies.study",
    "find_study": "orepact.studies.study",
    "Vault": "orepact.studies.vault.vault",
    "VaultDesign": "orepact.studies.vault.vault",
    "vault": "orepact.studies.vault.vault",
    "Ledger": "orepact.data.ledger.store",
    "open_ledger": "orepact.data.ledger.store",
    "read_ledger": "orepact.data.ledger.store",
}

__all__ = [
    "Behaviour",
    "BuildUp",
    "BuyAsk",
    "Comparison",
    "Controls",
    "Curves",
    "Decision",
    "Demand",
    "Design",
    "Emergency",
    "Explanation",
    "ExportBan",
    "ExportQuota",
    "Game",
    "InputError",
    "Ledger",
    "Material",
    "Network",
    "OrepactError",
    "Outage",
    "Party",
    "Problem",
    "Process",
    "Region",
    "Released",
    "Reserve",
    "ReservePooling",
    "ReserveSizing",
    "Result",
    "Route",
    "Rulebook",
    "Run",
    "Scenario",
    "Sharing",
    "Simulation",
    "SizingDesign",
    "SolveError",
    "Stock",
    "StorageForm",
    "Stress",
    "Study",
    "Vault",
    "VaultDesign",
    "World",
    "build_up",
    "check_rulebook",
    "compare",
    "controls",
    "divide",
    "exercise_report",
    "explain",
    "find_outage",
    "find_rulebook",
    "find_scenario",
    "find_study",
    "load",
    "load_branches",
    "load_register",
    "open_ledger",
    "open_stocks",
    "outage_bands",
    "play_exercise",
    "read_holdings",
    "read_ledger",
    "read_rulebook",
    "read_world",
    "release_run",
    "reserve_pooling",
    "reserve_sizing",
    "run_study",
    "safe_levels",
    "share",
    "share_emergency",
    "simulate",
    "solve",
    "status",
    "storage_of",
    "stress",
    "vault",
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
