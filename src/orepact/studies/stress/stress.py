"""Stress a chain with a scenario: simulate its members, say what they support and what differs."""

from __future__ import annotations

import datetime
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, cast

import polars as pl

from orepact.errors import InputError, Problem, SolveError, nearest
from orepact.indicators.input_output import InputOutput
from orepact.network.behaviour import Behaviour, representative
from orepact.network.components import Reserve
from orepact.network.world import World, read_world
from orepact.policy import (
    Register,
    forms_of,
    knowing,
    load_register,
    load_template,
)
from orepact.policy.release.reading import find_rulebook
from orepact.policy.release.text import Rulebook
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
    outcome_entries,
)
from orepact.studies.folder import RUN_FILE, UNFINISHED
from orepact.studies.release.beside import Beside, require_reserves, reserves_beside
from orepact.studies.run import BALANCE_TOLERANCE
from orepact.studies.stress.basis import licence_words, run_evidence
from orepact.studies.stress.breaks import break_entries
from orepact.studies.stress.design import Design, Task, draws_of, tasks_of
from orepact.studies.stress.drivers import driver_entries
from orepact.studies.stress.entries import (
    band_table,
    effect_entries,
    pooled,
    sample_entries,
    stress_entries,
    targets_of,
)
from orepact.studies.stress.factors import factor_table, factors_of
from orepact.studies.stress.knock_on import flow_problems, knock_on
from orepact.studies.stress.link_cards import link_cards
from orepact.studies.stress.linked import (
    alone,
    joined_chains,
    link_entries,
    linked_groups,
    simulate_group,
)
from orepact.studies.stress.member import NOW, Shared, exporters_of, in_force, periods_of
from orepact.studies.stress.refused import refused_entries
from orepact.studies.stress.sector_drivers import sector_driver_entries
from orepact.studies.stress.ways import conduit_entries, evasion_entries, quota_entries
from orepact.studies.stress.windows import BASE, window_names

__all__ = ["OURS", "PLAN", "Planned", "Stress", "heading", "opened_scenario", "prepared", "stress"]

SCHEMA_VERSION = 1

OURS = frozenset({RUN_FILE, "brief.html", "members.parquet", "bands.csv", "sectors.csv",
                  "reserves.parquet", UNFINISHED})
"""What lies in the folder of a stress run."""

PLAN = ("EU27", 0.10)
"""The region and the unmet fraction of its use that breaks a plan, if none is given."""

_EFFORT = ("windows", "fallbacks", "residual")


@dataclass(frozen=True, slots=True)
class Stress:
    """A finished stress run: `content` is what ``run.json`` holds, `frames` the tables beside it.

    `frames` has `bands` (one row per figure), `members` (one row per member and place) and
    `sectors` (one row per sector and region).
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
    flows: InputOutput | None = None,
    reserves: Sequence[Reserve] = (),
    rulebook: Rulebook | None = None,
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
    whole of a scenario of up to twelve months, else over its years. `flows` is a table of flows
    between sectors of the plan's region. With `reserves` the members are run once more under a
    release `rulebook` (the one that ships, if none is given), and what that changes is told apart:
    all other figures are those without. Raises `InputError` for what cannot be run and
    `SolveError` when a program is not proven optimal or a balance does not close.
    """
    world = world or read_world()
    register = register or load_register()
    design = design or Design()
    if not isinstance(scenario, Scenario):
        scenario = opened_scenario(scenario, world, register)
    _require(scenario, world, design, flows)
    rulebook = rulebook or find_rulebook("default")
    if reserves:
        require_reserves(reserves, rulebook, [
            world.network(name, member_states=member_states) for name in scenario.chains])
    shared, planned = prepared(scenario, world, register, design, member_states=member_states)
    inputs = _inputs(scenario, shared, design)
    began = time.perf_counter()
    table = run_tasks(simulate_group, shared, planned.tasks, folder=folder, description=inputs,
                      dataset=world.folder, workers=workers, scheduler=scheduler,
                      progress=progress, notice=notice)
    _require_balance(table)
    seconds = time.perf_counter() - began
    head = {
        **heading(scenario, world, command),
        "input_hash": input_hash(inputs),
        "result_hash": result_hash(table.drop(_EFFORT)),
        "design": _design(design, planned, scenario, world),
        **_effort(table, seconds),
    }
    found = _measured(shared, planned, table, head, plan, flows)
    if not reserves:
        return found
    beside = reserves_beside(shared, planned.tasks, reserves, rulebook, workers=workers,
                             scheduler=scheduler, progress=progress)
    return _with_reserves(found, beside, inputs)


def _with_reserves(found: Stress, beside: Beside, inputs: Mapping[str, object]) -> Stress:
    """Return a run with what reserves change beside it; its hash of inputs counts them."""
    whole = input_hash({**inputs, "reserves": beside.content["held"],
                        "rulebook": beside.content["rulebook_file"]})
    return Stress({**found.content, "input_hash": whole, "reserves": beside.content},
                  {**found.frames, "reserves": beside.members})


def prepared(
    scenario: Scenario, world: World, register: Register, design: Design, *,
    member_states: bool = False,
) -> tuple[Shared, Planned]:
    """Return what the tasks of a checked scenario share, and the tasks."""
    materials = [item for name in scenario.chains for item in world.network(name).materials]
    register = knowing(register, forms_of(materials))
    shared = Shared(world, dated(scenario, register), climbs_of(scenario), register,
                    load_template(), member_states=member_states)
    return shared, _planned(shared, design)


@dataclass(frozen=True, slots=True)
class Planned:
    """The tasks of a run, its parameter sets, and the base windows of each chain."""

    tasks: list[Task]
    sets: tuple[Behaviour, ...]
    windows: dict[str, tuple[str, ...]]


def _planned(shared: Shared, design: Design) -> Planned:
    world, scenario = shared.world, shared.scenario
    sets = representative(world.ensemble, design.sets - 1)
    windows = {name: window_names(world.chains[name], further=design.windows)
               for name in scenario.chains}
    groups = linked_groups(scenario, world)
    windows |= {name: (BASE,) for group in groups for name in joined_chains(group)}
    together = {group: (BASE,) for group in groups if group not in windows}
    paths = [*ranged_paths(scenario), *link_cards(scenario, world)]
    draws = draws_of(paths, design, len(sets))
    tasks = tasks_of(groups, windows | together, sets, scenario.licence, draws)
    return Planned(tasks, sets, windows)


def _measured(
    shared: Shared, planned: Planned, table: pl.DataFrame, head: dict[str, Any],
    plan: tuple[str, float], flows: InputOutput | None,
) -> Stress:
    """Return what the members of a run support."""
    world, scenario, states = shared.world, shared.scenario, shared.member_states
    members = pooled(scenario.chains, world, table, member_states=states)
    entries = stress_entries(scenario.chains, world, members, member_states=states)
    effects = effect_entries(members)
    single = alone(planned.tasks)
    cards = link_cards(scenario, world)
    factors = factors_of(scenario, single, cards)
    values = factor_table(scenario, single, factors, cards)
    exporters = {name: exporters_of(shared, name) for name in scenario.chains}
    targets = targets_of(scenario.chains, entries, effects, exporters, plan[0])
    periods = periods_of(scenario.months)
    months = {each.name: each.months for each in periods}
    knock = knock_on(members, world, months, region=plan[0], flows=flows, member_states=states)
    samples = sample_entries(members)
    evidence = run_evidence(scenario, world, shared.register, planned.windows, exporters)
    content = {
        **head,
        **evidence,
        "warnings": [*evidence["warnings"], *licence_words(scenario, shared.template, samples)],
        "samples": samples,
        "kept_without": [
            {"id": part.id, "act": part.act}
            for part in (*scenario.quotas, *scenario.taxes) if part.id in in_force(scenario)
        ],
        "periods": [asdict(each) for each in periods],
        "results": entries,
        "effects": effects,
        "links": link_entries(table),
        "evasion": evasion_entries(table),
        "conduits": conduit_entries(scenario, table),
        "quotas": quota_entries(scenario, table),
        "refused_users": refused_entries(shared, entries),
        **knock.content,
        "sector_drivers": sector_driver_entries(
            members, world, months, knock.sectors, plan[0], member_states=states),
        "drivers": driver_entries(members, values, factors, targets),
        "plan": {"region": plan[0], "unmet_share": plan[1]},
        "breaks": break_entries(scenario.chains, members, values, factors, plan),
    }
    return Stress(content, {"bands": band_table(entries), "members": table.drop("key"),
                            "sectors": knock.bands})


def _require(
    scenario: Scenario, world: World, design: Design, flows: InputOutput | None
) -> None:
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
    problems = flow_problems(scenario.chains, world, flows)
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


def heading(scenario: Scenario, world: World, command: str) -> dict[str, Any]:
    """Return the head of a run: what was run, on which data, by which code, when."""
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
    design: Design, planned: Planned, scenario: Scenario, world: World
) -> dict[str, Any]:
    return {
        **asdict(design),
        "parameter_sets": [each.rank for each in planned.sets],
        "base_windows": {name: list(each) for name, each in planned.windows.items()},
        "uncertain": [*ranged_paths(scenario), *link_cards(scenario, world)],
        "status_quo_months": NOW,
        "tasks": len(planned.tasks),
    }


def _effort(table: pl.DataFrame, seconds: float) -> dict[str, Any]:
    paths = table.unique(["key", "chain", "rung", "draw"])
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
