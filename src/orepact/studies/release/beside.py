"""What reserves under a rulebook change in a scenario: its members again, with and without.

The figures of the run itself are those without reserves, and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

import polars as pl

from orepact.errors import InputError, SolveError
from orepact.network.components import Reserve
from orepact.network.network import Network
from orepact.policy.release.reading import check_rulebook, write_rulebook
from orepact.policy.release.text import Rulebook
from orepact.result.releases import rule_for
from orepact.studies.ensemble.runner import Progress, run_tasks
from orepact.studies.release.entries import fate_entries, place_entries, reserve_entries
from orepact.studies.release.members import Held, simulate_release
from orepact.studies.run import BALANCE_TOLERANCE
from orepact.studies.stress.design import Task
from orepact.studies.stress.linked import alone
from orepact.studies.stress.member import Shared

__all__ = ["Beside", "plain_reserves", "require_reserves", "reserves_beside"]


@dataclass(frozen=True, slots=True)
class Beside:
    """What reserves change: `content` for ``run.json``, `members` by month, place and reserve."""

    content: dict[str, Any]
    members: pl.DataFrame


def reserves_beside(
    shared: Shared, tasks: Sequence[Task], reserves: Sequence[Reserve], rulebook: Rulebook, *,
    workers: int = 1, scheduler: str = "", progress: Progress | None = None,
) -> Beside:
    """Run the tasks of a scenario with and without reserves, from the scenario's first month on.

    Chains that links join are run one by one here. Raises `SolveError` when a window is not proven
    optimal or a balance does not close.
    """
    scenario = replace(shared.scenario, links=())
    held = Held(replace(shared, scenario=scenario, made={}), tuple(reserves), rulebook)
    forms = {one.material for one in reserves}
    chains = {name for name in scenario.chains
              if forms & {item.name for item in shared.world.network(name).materials}}
    single = [task for task in alone(tasks) if task.chain in chains]
    members = run_tasks(simulate_release, held, single, dataset=shared.world.folder,
                        workers=workers, scheduler=scheduler, progress=progress).drop("key")
    worst = cast("float", members["residual"].max())
    if worst > BALANCE_TOLERANCE:
        message = (f"a mass balance does not close with reserves: {worst:.1e} of the stage's "
                   f"tonnage, at most {BALANCE_TOLERANCE:g} is allowed")
        raise SolveError(message)
    content = {
        "rulebook": rulebook.rulebook,
        "title": rulebook.title,
        "version": rulebook.version,
        "rulebook_file": write_rulebook(rulebook),
        "held": plain_reserves(reserves),
        "idle": [one.name for one in reserves if rule_for(one, rulebook) is None],
        "links_left_out": list(shared.scenario.links),
        "results": reserve_entries(members, reserves, rulebook),
        "fates": fate_entries(members, reserves),
        "places": place_entries(members, reserves),
    }
    return Beside(content, members.drop("residual"))


def require_reserves(
    reserves: Sequence[Reserve], rulebook: Rulebook, networks: Iterable[Network]
) -> None:
    """Raise `InputError` with everything that contradicts in reserves and their rules."""
    problems = check_rulebook(rulebook, reserves, list(networks))
    if problems:
        raise InputError(problems)


def plain_reserves(reserves: Sequence[Reserve]) -> list[dict[str, Any]]:
    """Return reserves as plain data; numbers that are not finite are left out."""
    return [
        {name: list(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else value
         for name, value in asdict(one).items()
         if not (isinstance(value, float) and not -1e300 < value < 1e300)}
        for one in reserves
    ]
