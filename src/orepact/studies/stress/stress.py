"""Stress a chain with a scenario: simulate its members, say what they support and what differs."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, cast

import polars as pl

from orepact.errors import InputError, Problem, SolveError, nearest
from orepact.network.behaviour import Behaviour, representative
from orepact.network.world import World, read_world
from orepact.policy import Register, forms_of, knowing, load_register, load_template
from orepact.policy.scenario.dates import dated
from orepact.policy.scenario.examine import checked_scenario
from orepact.policy.scenario.laid import climbs_of
from orepact.policy.scenario.ranges import ranged_paths
from orepact.policy.scenario.reading import write_scenario
from orepact.policy.scenario.text import Scenario
from orepact.policy.scenario.view import world_view
from orepact.studies.ensemble.hashing import input_hash, result_hash
from orepact.studies.ensemble.parts import Notice
from orepact.studies.ensemble.runner import Progress, run_tasks
from orepact.studies.evidence import (
    assumptions,
    chain_entry,
    clock_entries,
    outcome_entries,
    sources_cited,
    warnings,
)
from orepact.studies.folder import RUN_FILE, UNFINISHED
from orepact.studies.run import BALANCE_TOLERANCE
from orepact.studies.stress.design import Design, draws_of, tasks_of
from orepact.studies.stress.entries import band_table, effect_entries, pooled, stress_entries
from orepact.studies.stress.member import NOW, Shared, periods_of, simulate_task
from orepact.studies.stress.windows import window_names
from orepact.studies.study import Study

__all__ = ["OURS", "PLAN", "Stress", "opened_scenario", "stress"]

SCHEMA_VERSION = 1

OURS = frozenset({RUN_FILE, "brief.html", "members.parquet", "bands.csv", UNFINISHED})
"""What lies in the folder of a stress run."""

PLAN = ("EU27", 0.10)
"""The region and the unmet fraction of its use that breaks a plan, if none is given."""

_EFFORT = ("windows", "fallbacks", "residual")


@dataclass(frozen=True, slots=True)
class Stress:
    """A finished stress run: `content` is what ``run.json`` holds, `frames` the tables beside it.

    `frames` has `bands` (one row per figure) and `members` (one row per member and place).
    """

    content: dict[str, Any]
    frames: dict[str, pl.DataFrame]


def opened_scenario(name: str | Path, world: World, register: Register) -> Scenario:
    """Return a scenario by name or path; raises `InputError` with every problem of its file."""
    return checked_scenario(name, world_view(world, register))


def stress(
    scenario: Scenario | str | Path,
    *,
    world: World | None = None,
    register: Register | None = None,
    design: Design | None = None,
    plan: tuple[str, float] = PLAN,
    member_states: bool = False,
    workers: int = 1,
    scheduler: str = "",
    folder: Path | None = None,
    progress: Progress | None = None,
    notice: Notice | None = None,
    command: str = "",
) -> Stress:
    """Run a scenario over parameter sets, licences, rungs, base windows and draws.

    `scenario` is one that was read, or the name or path of one, which is then checked. `folder`
    keeps finished parts, so that a run that was stopped goes on; `workers`, `scheduler` and
    `progress` are those of `orepact.studies.ensemble.runner.run_tasks`. Figures are means over the
    whole of a scenario of up to twelve months, else over its years. Raises `InputError` for what
    cannot be run and `SolveError` when a program is not proven optimal or a balance does not close.
    """
    world = world or read_world()
    register = register or load_register()
    design = design or Design()
    if not isinstance(scenario, Scenario):
        scenario = opened_scenario(scenario, world, register)
    _require(scenario, world, design)
    materials = [item for name in scenario.chains for item in world.network(name).materials]
    register = knowing(register, forms_of(materials))
    shared = Shared(world, dated(scenario, register), climbs_of(scenario), register,
                    load_template(), member_states=member_states)
    sets = representative(world.ensemble, design.sets - 1)
    windows = {name: window_names(world.chains[name], further=design.windows)
               for name in scenario.chains}
    tasks = tasks_of(scenario.chains, windows, sets, scenario.licence,
                     draws_of(ranged_paths(scenario), design, len(sets)))
    inputs = _inputs(scenario, shared, design)
    began = time.perf_counter()
    table = run_tasks(simulate_task, shared, tasks, folder=folder, description=inputs,
                      dataset=world.folder, workers=workers, scheduler=scheduler,
                      progress=progress, notice=notice)
    _require_balance(table)
    members = pooled(scenario.chains, world, table, member_states=member_states)
    entries = stress_entries(scenario.chains, world, members, member_states=member_states)
    content = {
        **_heading(scenario, world, command),
        "input_hash": input_hash(inputs),
        "result_hash": result_hash(table.drop(_EFFORT)),
        "design": _design(design, sets, windows, scenario, len(tasks)),
        **_effort(table, time.perf_counter() - began),
        **_evidence(scenario, world, register, windows),
        "periods": [asdict(each) for each in periods_of(scenario.months)],
        "results": entries,
        "effects": effect_entries(members),
    }
    return Stress(content, {"bands": band_table(entries), "members": table.drop("key")})


def _require(scenario: Scenario, world: World, design: Design) -> None:
    problems = design.problems(len(world.ensemble))
    for name in scenario.chains:
        chain = world.chains.get(name)
        if chain is None:
            problems.append(Problem("unknown chain", field="chains", found=repr(name),
                                    expected="one of " + ", ".join(world.chains),
                                    nearest=nearest(name, list(world.chains))))
        elif scenario.first_month <= chain.text.calibration.last:
            problems.append(Problem(f"the calibration window of {name} has not ended",
                                    field="first_month", found=scenario.first_month,
                                    expected=f"a month after {chain.text.calibration.last}"))
    if problems:
        raise InputError(problems)


def _inputs(scenario: Scenario, shared: Shared, design: Design) -> dict[str, object]:
    """Return what the run is made of: the same everywhere for the same seed and dataset."""
    world = shared.world
    return {
        "scenario": write_scenario(scenario),
        "dataset": world.dataset.hash,
        "confirmed only": world.confirmed_only,
        "outcomes on record": outcome_entries(shared.register),
        "design": asdict(design),
        "member states": shared.member_states,
    }


def _heading(scenario: Scenario, world: World, command: str) -> dict[str, Any]:
    return {
        "format": "orepact/stress/1",
        "schema_version": SCHEMA_VERSION,
        "scenario": scenario.scenario,
        "version": scenario.version,
        "title": scenario.title,
        "text": scenario.text.strip(),
        "reason": scenario.reason.strip(),
        "first_month": scenario.first_month,
        "months": scenario.months,
        "rungs": list(climbs_of(scenario)),
        "licences": list(scenario.licence),
        "scenario_file": write_scenario(scenario),
        "dataset": {
            "name": world.dataset.name,
            "version": world.dataset.version,
            "hash": world.dataset.hash,
            "rows_to_confirm": world.rows_to_confirm,
            "rows_to_confirm_left_out": world.confirmed_only,
        },
        "code_version": metadata.version("orepact"),
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": command or f"orepact stress {scenario.scenario}",
    }


def _design(
    design: Design, sets: Sequence[Behaviour], windows: dict[str, tuple[str, ...]],
    scenario: Scenario, tasks: int,
) -> dict[str, Any]:
    return {
        **asdict(design),
        "parameter_sets": [each.rank for each in sets],
        "base_windows": {name: list(each) for name, each in windows.items()},
        "uncertain": list(ranged_paths(scenario)),
        "status_quo_months": NOW,
        "tasks": tasks,
    }


def _effort(table: pl.DataFrame, seconds: float) -> dict[str, Any]:
    paths = table.unique(["key", "rung", "draw"])
    return {
        "solver": "dual Newton, Clarabel " + metadata.version("clarabel"),
        "windows": int(paths["windows"].sum()),
        "second_solver_windows": int(paths["fallbacks"].sum()),
        "seconds": seconds,
        "balance_residual_max": cast("float", table["residual"].max()),
    }


def _require_balance(table: pl.DataFrame) -> None:
    worst = cast("float", table["residual"].max())
    if worst > BALANCE_TOLERANCE:
        message = (
            f"a mass balance does not close: {worst:.1e} of the stage's tonnage, "
            f"at most {BALANCE_TOLERANCE:g} is allowed"
        )
        raise SolveError(message)


def _evidence(
    scenario: Scenario, world: World, register: Register, windows: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    study = _as_study(scenario)
    single = [name for name in scenario.chains if len(windows[name]) == 1]
    said = warnings(study, world, register)
    if single:
        said.append("One base window only, so no band over the choice of window: "
                    f"{', '.join(single)}.")
    return {
        "chains": [chain_entry(study, world, register, name) for name in scenario.chains],
        "assumptions": assumptions(study, world),
        "sources": sources_cited(study, world),
        "clocks": clock_entries(study, register),
        "outcomes": outcome_entries(register),
        "warnings": said,
    }


def _as_study(scenario: Scenario) -> Study:
    """Return a study of the scenario's chains and months: what evidence is collected for."""
    return Study(
        format="orepact/study/1", study=scenario.scenario, title=scenario.title,
        question=scenario.text, chains=scenario.chains, branches=(), as_of=scenario.first,
        first_month=scenario.first_month, months=scenario.months,
    )
