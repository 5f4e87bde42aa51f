"""Results: solve, simulate, compare, explain; a result exists only if optimality was proven."""

from __future__ import annotations

from orepact.result.conditions import Conditions, conditions_of, controls_of, network_under
from orepact.result.linked import Linked, LinkedPath, simulate_linked
from orepact.result.months import Months, Reported, reported_levels
from orepact.result.quotas import Quota
from orepact.result.restrictions import binding_exporters, restrictions_of
from orepact.result.setting import Restrictions, Setting
from orepact.result.simulation import (
    Simulation,
    Simulator,
    State,
    first_state,
    simulate,
)
from orepact.result.support import SupportPath, Supports, supports_of

__all__ = [
    "Conditions",
    "Linked",
    "LinkedPath",
    "Months",
    "Quota",
    "Reported",
    "Restrictions",
    "Setting",
    "Simulation",
    "Simulator",
    "State",
    "SupportPath",
    "Supports",
    "binding_exporters",
    "conditions_of",
    "controls_of",
    "first_state",
    "network_under",
    "reported_levels",
    "restrictions_of",
    "simulate",
    "simulate_linked",
    "supports_of",
]
