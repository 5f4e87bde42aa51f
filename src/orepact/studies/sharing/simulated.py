"""Cases of an emergency that a scenario makes.

One for each parameter set, licence branch, base window and draw: what a member has then is what it
makes and ships in and out, the mean over the first months of the simulated path on the scenario's
last rung. The base period is the account's window, or, as Article 18 of the agreement has it, the
four quarters up to one quarter before the first month, as replayed.
"""

from __future__ import annotations

from collections.abc import Sequence

from orepact.network.behaviour import representative
from orepact.network.world import World
from orepact.policy import Register, forms_of, knowing, load_template
from orepact.policy.scenario.dates import dated
from orepact.policy.scenario.laid import climbs_of
from orepact.policy.scenario.ranges import ranged_paths
from orepact.policy.scenario.text import Scenario
from orepact.result.simulation import Simulation
from orepact.studies.ensemble.runner import Progress
from orepact.studies.replay import paths_under
from orepact.studies.sharing.account import Levels, accounts_of
from orepact.studies.sharing.cases import Case
from orepact.studies.sharing.losses import Available
from orepact.studies.stress.design import Design, draws_of, tasks_of
from orepact.studies.stress.member import Shared, laid_for
from orepact.studies.stress.windows import window_names

__all__ = ["BASES", "simulated_cases"]

BASES = ("account", "recent")
"""Base periods: the account's own window, or the last four quarters as replayed."""

BASE_PERIOD = slice(-15, -3)
"""Months before the first one: four quarters with a delay of one (Article 18)."""


def simulated_cases(
    world: World,
    register: Register,
    scenario: Scenario,
    chain: str,
    materials: Sequence[str],
    members: Sequence[str],
    *,
    design: Design,
    months: int,
    base: str = "account",
    progress: Progress | None = None,
) -> dict[str, tuple[Case, ...]]:
    """Return the cases of a scenario by material.

    Means are over the first `months` months, or all that the scenario has if it has fewer;
    `base` is one of `BASES`; `progress` is told how many of how many tasks are done. Raises
    `SolveError` when a window is not proven optimal.
    """
    register = knowing(register, forms_of(world.network(chain).materials))
    shared = Shared(world, dated(scenario, register), climbs_of(scenario), register,
                    load_template())
    sets = representative(world.ensemble, design.sets - 1)
    draws = draws_of(ranged_paths(scenario), design, len(sets))
    windows = {chain: window_names(world.chains[chain], further=design.windows)}
    found: dict[str, list[Case]] = {name: [] for name in materials}
    tasks = tasks_of([chain], windows, sets, scenario.licence, draws)
    for number, task in enumerate(tasks):
        if progress is not None:
            progress(number, len(tasks))
        laid = laid_for(shared, task)
        for draw in task.draws:
            told = laid.cases(draw)
            last = str(max(shared.rungs))
            path = paths_under(laid.simulator, {last: told[last]}, laid.replayed, laid.months)
            recent = base == "recent" and laid.replayed > -BASE_PERIOD.start
            before = _levels(path.replays[last], BASE_PERIOD) if recent else None
            now = _levels(path.further[last], slice(0, months))
            for name in materials:
                accounts = accounts_of(laid.network, name, members, before)
                after = accounts_of(laid.network, name, members, now)
                label = f"{task.window}, licences {task.licence}, set {task.behaviour.rank}"
                label += f", draw {draw.number}" if draw.quantiles else ""
                found[name].append(Case(
                    label=label, accounts=accounts, licence=task.licence,
                    available={
                        one.member: Available(production=one.production,
                                              imports=sum(one.bought.values()),
                                              exports=sum(one.sold.values()))
                        for one in after
                    },
                ))
    return {name: tuple(cases) for name, cases in found.items()}


def _levels(path: Simulation, months: slice) -> Levels:
    """Return the mean over some months of a path, stocks at their end."""
    return Levels(
        activity=path.production[months].mean(axis=0).tolist(),
        flow=path.flow[months].mean(axis=0).tolist(),
        used=path.consumption[months].mean(axis=0).tolist(),
        held=path.level[-1].tolist(),
    )
