"""Scenario files: what is supposed to happen, dated, with ranges and reasons."""

from __future__ import annotations

from orepact.policy.scenario.dates import dated
from orepact.policy.scenario.diff import Change, diff
from orepact.policy.scenario.examine import (
    check_scenario,
    checked_scenario,
    examine_scenario,
    scenario_warnings,
)
from orepact.policy.scenario.laid import at_rung, climbs_of, register_of
from orepact.policy.scenario.ranges import ranged_paths, resolve
from orepact.policy.scenario.reading import (
    find_scenario,
    read_scenario,
    scenario_names,
    write_scenario,
)
from orepact.policy.scenario.text import Ranged, Scenario
from orepact.policy.scenario.view import WorldView, world_view

__all__ = [
    "Change",
    "Ranged",
    "Scenario",
    "WorldView",
    "at_rung",
    "check_scenario",
    "checked_scenario",
    "climbs_of",
    "dated",
    "diff",
    "examine_scenario",
    "find_scenario",
    "ranged_paths",
    "read_scenario",
    "register_of",
    "resolve",
    "scenario_names",
    "scenario_warnings",
    "world_view",
    "write_scenario",
]
