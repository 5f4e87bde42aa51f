"""A run: what a study found, as ``run.json`` and tidy tables, written whole or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import polars as pl

from orepact.errors import SolveError
from orepact.network.behaviour import Behaviour
from orepact.network.world import World
from orepact.policy import Register, forms_of, knowing
from orepact.studies.base import base_checks
from orepact.studies.control_clocks import Members, Progress, run_members
from orepact.studies.evidence import (
    acts_on,
    assumptions,
    chain_entry,
    clock_entries,
    outcome_entries,
    sources_cited,
    warnings,
)
from orepact.studies.folder import write_folder
from orepact.studies.frames import account_frames, calendar_frame
from orepact.studies.outside import outside_only
from orepact.studies.results import monthly_bands, result_entries
from orepact.studies.study import Study
from orepact.studies.workers import peak_memory

__all__ = ["SCHEMA_VERSION", "Run", "run_study", "write_run"]

SCHEMA_VERSION = 1

BALANCE_TOLERANCE = 1e-6
"""Largest balance error, as a share of a stage's base throughput."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: `content` is what ``run.json`` holds, `frames` the tables beside it."""

    content: dict[str, Any]
    frames: dict[str, pl.DataFrame]


def run_study(
    study: Study,
    world: World,
    register: Register,
    *,
    sets: Sequence[Behaviour] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    command: str = "",
) -> Run:
    """Run a study and return what it found.

    Raises `InputError` for a study that names what does not exist and `SolveError` when a program
    was not proven optimal or a balance does not close to 1e-6 of its stage's tonnage.
    """
    known = [item for name in study.chains for item in world.network(name).materials]
    register = knowing(register, forms_of(known))
    members = run_members(study, world, register, sets=sets, workers=workers, progress=progress)
    members = outside_only(study.chains, world, members)
    checks = base_checks(study, world)
    _require_balance(members)
    content = {
        **_heading(study, world, command),
        **_effort(members),
        "base_checks": checks,
        "balance_residual_max": members.residual,
        "chains": [chain_entry(study, world, register, name) for name in study.chains],
        "results": result_entries(study.chains, world, members),
        "assumptions": assumptions(study, world),
        "sources": sources_cited(study, world),
        "clocks": clock_entries(study, register),
        "outcomes": outcome_entries(register),
        "warnings": warnings(study, world, register),
        "not_covered": [name for name in study.chains if not acts_on(study, world, register, name)],
    }
    frames = {
        **account_frames(study, world),
        "monthly": monthly_bands(members),
        "calendar": calendar_frame(study, world, register),
        "members": members.years,
    }
    return Run(content, frames)


def write_run(run: Run, folder: Path, *, extra: Mapping[str, str] | None = None) -> None:
    """Write a run's tables and, last of all, ``run.json``; the folder appears whole or not at all.

    `extra` maps further file names to their text. An earlier run in `folder` is replaced. Raises
    `InputError` when `folder` holds something else.
    """
    write_folder(folder, run.content, run.frames, extra or {})


def _heading(study: Study, world: World, command: str) -> dict[str, Any]:
    """Return what identifies a run: the study, the dataset and the code."""
    return {
        "format": "orepact/run/1",
        "schema_version": SCHEMA_VERSION,
        "study": study.study,
        "title": study.title,
        "question": study.question.strip(),
        "as_of": study.as_of.isoformat(),
        "first_month": study.first_month,
        "last_month": study.last_month,
        "dataset": {
            "name": world.dataset.name,
            "version": world.dataset.version,
            "hash": world.dataset.hash,
            "rows_to_confirm": world.rows_to_confirm,
            "rows_to_confirm_left_out": world.confirmed_only,
        },
        "code_version": metadata.version("orepact"),
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": command or f"orepact run {study.study}",
    }


def _effort(members: Members) -> dict[str, Any]:
    """Return what was solved, by what and how fast."""
    return {
        "solver": "dual Newton, Clarabel " + metadata.version("clarabel"),
        "parameter_sets": sorted(members.years["rank"].unique().to_list()),
        "licence_branches": sorted(members.years["licence"].unique().to_list()),
        "windows": members.windows,
        "second_solver_windows": members.fallbacks,
        "windows_per_second": members.windows / members.seconds,
        "seconds": members.seconds,
        "peak_memory_mb": _peak_memory(members),
    }


def _require_balance(members: Members) -> None:
    if members.residual > BALANCE_TOLERANCE:
        message = (
            f"a mass balance does not close: {members.residual:.1e} of the stage's tonnage, "
            f"at most {BALANCE_TOLERANCE:g} is allowed"
        )
        raise SolveError(message)


def _peak_memory(members: Members) -> float | None:
    """Return the peak resident memory in MB of this process and its workers together, if known."""
    own = peak_memory()
    return None if own is None else round(own + members.worker_memory, 1)
