"""Results: solve, simulate, compare, explain; a result exists only if optimality was proven."""

from __future__ import annotations

from orepact.result.restrictions import Months, Reported, reported_levels, restrictions_of
from orepact.result.simulation import (
    Restrictions,
    Setting,
    Simulation,
    Simulator,
    State,
    first_state,
    simulate,
)

__all__ = [
    "Months",
    "Reported",
    "Restrictions",
    "Setting",
    "Simulation",
    "Simulator",
    "State",
    "first_state",
    "reported_levels",
    "restrictions_of",
    "simulate",
]
