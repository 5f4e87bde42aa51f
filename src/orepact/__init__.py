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
    from orepact.indicators.trade_defence.dumping import dumping_margin
    from orepact.indicators.trade_defence.injury import injury_margin, lesser_duty
    from orepact.indicators.trade_defence.normal_value import normal_values
    from orepact.indicators.trade_defence.sales import read_sales
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
    from orepact.network.instruments import (
        BorderFloor,
        ContractForDifference,
        Offtake,
        PriceGapSubsidy,
        StandardsTier,
    )
    from orepact.network.network import Network, Scenario
    from orepact.network.plants import Plant
    from orepact.network.project_files import read_projects
    from orepact.network.projects import Project
    from orepact.network.stored_forms import StorageForm, storage_of
    from orepact.network.world import World, load, read_world
    from orepact.policy import load_branches, load_register, status
    from orepact.policy.register_rule import Controls, controls
    from orepact.policy.release import Rulebook, check_rulebook, find_rulebook, read_rulebook
    from orepact.policy.rules import ExportBan, ExportQuota
    from orepact.policy.scenario.reading import find_scenario
    from orepact.policy.support import Support, check_support, read_plants, read_support
    from orepact.result.compare import Comparison, compare
    from orepact.result.explain import Explanation, explain
    from orepact.result.simulation import Simulation, simulate
    from orepact.result.solve import Result, solve
    from orepact.result.support import SupportPath, Supports, supports_of
    from orepact.studies.exercise.plan import Decision
    from orepact.studies.exercise.play import Game, exercise_report, play_exercise
    from orepact.studies.host_share.host_share import HostShare, host_share
    from orepact.studies.outage import Outage, find_outage, outage_bands
    from orepact.studies.projects.bottleneck import BottleneckDesign, bottleneck
    from orepact.studies.projects.deadline import Deadline, DeadlineDesign, deadline
    from orepact.studies.projects.listing import ListDesign, project_list
    from orepact.studies.projects.portfolio import Portfolio, PortfolioDesign, portfolio
    from orepact.studies.projects.recycling import RecyclingDesign, Scrap, recycling
    from orepact.studies.release.release import Released, release_run
    from orepact.studies.research.research import ResearchAsk, ResearchRun, research_run
    from orepact.studies.reserve.build_up import BuildUp, BuyAsk, build_up
    from orepact.studies.reserve.cases import SizingDesign
    from orepact.studies.reserve.holdings import read_holdings
    from orepact.studies.reserve.pooling import ReservePooling, reserve_pooling
    from orepact.studies.reserve.safe_levels import open_stocks, safe_levels
    from orepact.studies.reserve.sizing import ReserveSizing, reserve_sizing
    from orepact.studies.run import Run, run_study, write_run
    from orepact.studies.sharing.sharing import Sharing, share
    from orepact.studies.should_cost.should_cost import ShouldCost, should_cost
    from orepact.studies.stress.design import Design
    from orepact.studies.stress.stress import Stress, stress
    from orepact.studies.study import Study, find_study
    from orepact.studies.support.public_cost import CostDesign, PublicCost, public_cost
    from orepact.studies.support.wind_tunnel import TunnelDesign, WindTunnel, wind_tunnel
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
    "BorderFloor": "orepact.network.instruments",
    "ContractForDifference": "orepact.network.instruments",
    "Offtake": "orepact.network.instruments",
    "PriceGapSubsidy": "orepact.network.instruments",
    "StandardsTier": "orepact.network.instruments",
    "Plant": "orepact.network.plants",
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
    "Support": "orepact.policy.support",
    "check_support": "orepact.policy.support",
    "read_plants": "orepact.policy.support",
    "read_support": "orepact.policy.support",
    "Comparison": "orepact.result.compare",
    "compare": "orepact.result.compare",
    "Explanation": "orepact.result.explain",
    "explain": "orepact.result.explain",
    "Result": "orepact.result.solve",
    "solve": "orepact.result.solve",
    "Simulation": "orepact.result.simulation",
    "SupportPath": "orepact.result.support",
    "Supports": "orepact.result.support",
    "simulate": "orepact.result.simulation",
    "supports_of": "orepact.result.support",
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
    "CostDesign": "orepact.studies.support.public_cost",
    "PublicCost": "orepact.studies.support.public_cost",
    "public_cost": "orepact.studies.support.public_cost",
    "TunnelDesign": "orepact.studies.support.wind_tunnel",
    "WindTunnel": "orepact.studies.support.wind_tunnel",
    "wind_tunnel": "orepact.studies.support.wind_tunnel",
    "BottleneckDesign": "orepact.studies.projects.bottleneck",
    "bottleneck": "orepact.studies.projects.bottleneck",
    "Deadline": "orepact.studies.projects.deadline",
    "DeadlineDesign": "orepact.studies.projects.deadline",
    "deadline": "orepact.studies.projects.deadline",
    "ListDesign": "orepact.studies.projects.listing",
    "project_list": "orepact.studies.projects.listing",
    "Portfolio": "orepact.studies.projects.portfolio",
    "PortfolioDesign": "orepact.studies.projects.portfolio",
    "portfolio": "orepact.studies.projects.portfolio",
    "Project": "orepact.network.projects",
    "read_projects": "orepact.network.project_files",
    "RecyclingDesign": "orepact.studies.projects.recycling",
    "Scrap": "orepact.studies.projects.recycling",
    "recycling": "orepact.studies.projects.recycling",
    "Design": "orepact.studies.stress.design",
    "Stress": "orepact.studies.stress.stress",
    "stress": "orepact.studies.stress.stress",
    "Study": "orepact.studies.study",
    "find_study": "orepact.studies.study",
    "Vault": "orepact.studies.vault.vault",
    "VaultDesign": "orepact.studies.vault.vault",
    "vault": "orepact.studies.vault.vault",
    "dumping_margin": "orepact.indicators.trade_defence.dumping",
    "injury_margin": "orepact.indicators.trade_defence.injury",
    "lesser_duty": "orepact.indicators.trade_defence.injury",
    "normal_values": "orepact.indicators.trade_defence.normal_value",
    "read_sales": "orepact.indicators.trade_defence.sales",
    "ShouldCost": "orepact.studies.should_cost.should_cost",
    "should_cost": "orepact.studies.should_cost.should_cost",
    "HostShare": "orepact.studies.host_share.host_share",
    "host_share": "orepact.studies.host_share.host_share",
    "ResearchAsk": "orepact.studies.research.research",
    "ResearchRun": "orepact.studies.research.research",
    "research_run": "orepact.studies.research.research",
    "Ledger": "orepact.data.ledger.store",
    "open_ledger": "orepact.data.ledger.store",
    "read_ledger": "orepact.data.ledger.store",
}

__all__ = [
    "Behaviour",
    "BorderFloor",
    "BottleneckDesign",
    "BuildUp",
    "BuyAsk",
    "Comparison",
    "ContractForDifference",
    "Controls",
    "CostDesign",
    "Curves",
    "Deadline",
    "DeadlineDesign",
    "Decision",
    "Demand",
    "Design",
    "Emergency",
    "Explanation",
    "ExportBan",
    "ExportQuota",
    "Game",
    "HostShare",
    "InputError",
    "Ledger",
    "ListDesign",
    "Material",
    "Network",
    "Offtake",
    "OrepactError",
    "Outage",
    "Party",
    "Plant",
    "Portfolio",
    "PortfolioDesign",
    "PriceGapSubsidy",
    "Problem",
    "Process",
    "Project",
    "PublicCost",
    "RecyclingDesign",
    "Region",
    "Released",
    "ResearchAsk",
    "ResearchRun",
    "Reserve",
    "ReservePooling",
    "ReserveSizing",
    "Result",
    "Route",
    "Rulebook",
    "Run",
    "Scenario",
    "Scrap",
    "Sharing",
    "ShouldCost",
    "Simulation",
    "SizingDesign",
    "SolveError",
    "StandardsTier",
    "Stock",
    "StorageForm",
    "Stress",
    "Study",
    "Support",
    "SupportPath",
    "Supports",
    "TunnelDesign",
    "Vault",
    "VaultDesign",
    "WindTunnel",
    "World",
    "bottleneck",
    "build_up",
    "check_rulebook",
    "check_support",
    "compare",
    "controls",
    "deadline",
    "divide",
    "dumping_margin",
    "exercise_report",
    "explain",
    "find_outage",
    "find_rulebook",
    "find_scenario",
    "find_study",
    "host_share",
    "injury_margin",
    "lesser_duty",
    "load",
    "load_branches",
    "load_register",
    "normal_values",
    "open_ledger",
    "open_stocks",
    "outage_bands",
    "play_exercise",
    "portfolio",
    "project_list",
    "public_cost",
    "read_holdings",
    "read_ledger",
    "read_plants",
    "read_projects",
    "read_rulebook",
    "read_sales",
    "read_support",
    "read_world",
    "recycling",
    "release_run",
    "research_run",
    "reserve_pooling",
    "reserve_sizing",
    "run_study",
    "safe_levels",
    "share",
    "share_emergency",
    "should_cost",
    "simulate",
    "solve",
    "status",
    "storage_of",
    "stress",
    "supports_of",
    "vault",
    "wind_tunnel",
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
