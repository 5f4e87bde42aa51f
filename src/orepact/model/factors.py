"""What a future multiplies: base use of demands, base activity and capacity of processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from orepact.errors import InputError, Problem, nearest
from orepact.model.curve import Array
from orepact.network.network import Network, Scenario

__all__ = ["Factors", "factors_of", "scenario_problems"]


@dataclass(frozen=True, slots=True)
class Factors:
    """What a scenario multiplies: one factor per demand and one per process."""

    demand: Array
    process: Array


def factors_of(network: Network, scenario: Scenario) -> Factors:
    """Return the factors of a scenario; raises `InputError` with every name it does not know."""
    problems = scenario_problems(network, (scenario,))
    if problems:
        raise InputError(problems)
    use = [_factor(scenario.demand, (each.name, each.material)) for each in network.demands]
    made = [_factor(scenario.production, _names(each.name)) for each in network.processes]
    return Factors(np.array(use, dtype=np.float64), np.array(made, dtype=np.float64))


def scenario_problems(network: Network, scenarios: Sequence[Scenario]) -> list[Problem]:
    """Return what is wrong with scenarios: names the network does not have, no factors."""
    known = {
        "demand": {name for each in network.demands for name in (each.name, each.material)},
        "production": {name for each in network.processes for name in _names(each.name)},
    }
    problems: list[Problem] = []
    for scenario in scenarios:
        for field, factors in (("demand", scenario.demand), ("production", scenario.production)):
            for name, factor in factors.items():
                at = f"{scenario.name}.{field}.{name}"
                if name not in known[field]:
                    options = sorted(known[field])
                    problems.append(
                        Problem(
                            "a scenario names what does not exist",
                            field=at,
                            found=repr(name),
                            expected="one of " + ", ".join(options[:8]),
                            nearest=nearest(name, options),
                        )
                    )
                if not 0.0 <= factor < np.inf:
                    problems.append(
                        Problem("not a factor", field=at, found=f"{factor}", expected="at least 0")
                    )
    return problems


def _names(process: str) -> tuple[str, ...]:
    """Return the names that a scenario may use for a process: its own and what precedes the @."""
    return process, process.split("@", maxsplit=1)[0]


def _factor(factors: Mapping[str, float], names: tuple[str, ...]) -> float:
    """Return the factor under the first of the names that has one."""
    return next((factors[name] for name in names if name in factors), 1.0)
