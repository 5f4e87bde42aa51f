"""Release a reserve by rule in a scenario: what is released when, who uses it, what it costs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orepact.network.components import Reserve
from orepact.network.world import World, read_world
from orepact.policy import Register, load_register
from orepact.policy.release.reading import find_rulebook, write_rulebook
from orepact.policy.release.text import Rulebook
from orepact.policy.scenario.reading import write_scenario
from orepact.policy.scenario.text import Scenario
from orepact.studies.ensemble.hashing import input_hash, result_hash
from orepact.studies.ensemble.runner import Progress
from orepact.studies.folder import RUN_FILE
from orepact.studies.release.beside import plain_reserves, require_reserves, reserves_beside
from orepact.studies.release.suggest import suggested
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import heading, opened_scenario, prepared

__all__ = ["OURS", "PAGE", "Released", "release_run"]

FORMAT = "orepact/release/1"

PAGE = "release.html"

OURS = frozenset({RUN_FILE, PAGE, "reserves.parquet", "reserves.csv"})
"""What lies in the folder of a run."""


@dataclass(frozen=True, slots=True)
class Released:
    """A finished run: `content` is what ``run.json`` holds, `frames` the members by month."""

    content: dict[str, Any]
    frames: dict[str, pl.DataFrame]


def release_run(
    scenario: Scenario | str | Path,
    reserves: Sequence[Reserve],
    rulebook: Rulebook | str | Path = "default",
    *,
    world: World | None = None,
    register: Register | None = None,
    design: Design | None = None,
    suggest: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
    command: str = "",
) -> Released:
    """Run a scenario with and without reserves that follow a release rulebook.

    Both start from the same replayed past; the reserve is there from the scenario's first month on
    (t, months, USD). With `suggest` rule parameters are looked for on half of the members and tried
    on the other half. Raises `InputError` for what contradicts, before anything is solved, and
    `SolveError` when a program is not proven optimal or a balance does not close.
    """
    world, register = world or read_world(), register or load_register()
    design = design or Design()
    if not isinstance(scenario, Scenario):
        scenario = opened_scenario(scenario, world, register)
    if not isinstance(rulebook, Rulebook):
        rulebook = find_rulebook(rulebook)
    require_reserves(reserves, rulebook, [world.network(name) for name in scenario.chains])
    shared, planned = prepared(scenario, world, register, design)
    inputs = {
        "scenario": write_scenario(scenario), "dataset": world.dataset.hash,
        "design": asdict(design), "reserves": plain_reserves(reserves),
        "rulebook": write_rulebook(rulebook),
    }
    began = time.perf_counter()
    found = (suggested(shared, planned.tasks, reserves, rulebook, seed=design.seed,
                       progress=progress) if suggest else None)
    beside = reserves_beside(shared, planned.tasks, reserves, rulebook, workers=workers,
                             progress=progress)
    content = {
        **heading(scenario, world, command or f"orepact reserve release {rulebook.rulebook}"),
        "format": FORMAT,
        "input_hash": input_hash(inputs),
        "result_hash": result_hash(beside.members),
        "design": {**asdict(design), "parameter_sets": [one.rank for one in planned.sets]},
        "seconds": time.perf_counter() - began,
        "reserves": beside.content,
        "suggestion": found,
    }
    return Released(content, {"reserves": beside.members})
