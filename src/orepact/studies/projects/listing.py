"""Every row of the table of projects: what is published, what is not, modelled or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network.project_files import CANDIDATES, Candidates, read_projects
from orepact.network.projects import Project, Spread
from orepact.network.world import World, read_world
from orepact.studies.reserve.plain import plain

__all__ = ["ListDesign", "project_list"]

FORMAT = "orepact/project-list/1"
TOLD = {"capacity_t_per_year": "capacity", "capex_musd": "capital", "start_year": "start",
        "designation": "support"}
"""Columns of the table whose empty cells mean that nothing was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDesign:
    """Which rows are wanted: by region or country, mineral, stage, status, modelled or not."""

    region: str = ""
    mineral: str = ""
    stage: str = ""
    status: str = ""
    modelled: bool | None = None
    source: str | Path = CANDIDATES


def project_list(design: ListDesign | None = None, world: World | None = None) -> dict[str, Any]:
    """Return the rows of the table of projects with what models make of them, as plain data.

    Projects of an own file that name no row come after the table. Raises `InputError` with every
    unknown filter, and with every problem of an own file.
    """
    asked = design or ListDesign()
    read = world or read_world()
    problems: list[Problem] = []
    found = attempt(problems, read_projects, asked.source, read)
    rows = read.bundle.table("projects").to_dicts()
    problems += _unknown(asked, rows, read)
    if problems or found is None:
        raise InputError(problems)
    members = _members(asked.region, read)
    wanted = [
        one for row in rows
        if (not members or members & set(_split(row["country"])))
        and _has(row["minerals"], asked.mineral) and _has(row["stage"], asked.stage)
        and (not asked.status or row["status"] == asked.status)
        and ((one := _row(row, found)) and asked.modelled in {None, one["modelled"]})
    ]
    own = [_project(one, found) for one in found.projects if not one.row]
    return plain({
        "format": FORMAT, "title": found.title, "rows": wanted, "own": own,
        "of": len(rows), "modelled": sum(one["modelled"] for one in wanted),
        "filters": {"region": asked.region, "mineral": asked.mineral, "stage": asked.stage,
                    "status": asked.status, "modelled": asked.modelled},
        "dataset": {"version": read.dataset.version, "hash": read.dataset.hash},
    })


def _row(row: Mapping[str, Any], found: Candidates) -> dict[str, Any]:
    """Return one row with its projects, or the reason why there is none."""
    name = str(row["project"])
    projects = [_project(one, found) for one in found.projects if one.row == name]
    reason = next((one.reason for one in found.not_modelled if one.row == name), "")
    return {
        "row": name, "name": row["name"], "country": _split(row["country"]),
        "minerals": _split(row["minerals"]), "stage": _split(row["stage"]),
        "status": row["status"], "designation": row["designation"],
        "capacity_t_per_year": row["capacity_t_per_year"], "product": row["product"],
        "capex_musd": row["capex_musd"], "start_year": row["start_year"],
        "start_note": row["start_note"], "capex_note": row["capex_note"], "note": row["note"],
        "source": _split(row["source"]), "confidence": row["confidence"],
        "unknown": [word for column, word in TOLD.items() if row[column] in {None, ""}],
        "modelled": bool(projects), "projects": projects,
        "why_not": reason or ("" if projects else "the file of candidates does not name it"),
    }


def _project(one: Project, found: Candidates) -> dict[str, Any]:
    note = next((text.note for text in found.texts if text.project == one.name), "")
    return {
        "project": one.name, "title": one.title, "country": one.country, "home": one.home,
        "chain": one.chain, "kind": one.kind, "status": one.status, "decided": one.decided,
        "recipes": [mode.recipe for mode in one.modes],
        "makes": list(dict.fromkeys(name for mode in one.modes for name in mode.outputs)),
        "needs": list(dict.fromkeys(name for mode in one.modes for name in mode.inputs)),
        "capacity": _spread(one.capacity), "capital": _spread(one.capital),
        "cost": _spread(one.cost), "permitting": _spread(one.permitting),
        "construction": _spread(one.construction), "ramp": _spread(one.ramp),
        "opens": _spread(one.opens) if one.opens else None, "share": _spread(one.share),
        "host": one.host, "roles": list(one.roles), "supposed": list(one.supposed), "note": note,
    }


def _spread(spread: Spread) -> dict[str, float]:
    return {"value": spread.value, "low": spread.low, "high": spread.high}


def _unknown(asked: ListDesign, rows: list[dict[str, Any]], world: World) -> list[Problem]:
    """Return filters that fit no row at all, with the nearest that does."""
    countries = {code for row in rows for code in _split(row["country"])}
    known = {
        "region": sorted({one.name for one in world.regions} | countries),
        "mineral": sorted({one for row in rows for one in _split(row["minerals"])}),
        "stage": sorted({one for row in rows for one in _split(row["stage"])}),
        "status": sorted({str(row["status"]) for row in rows}),
    }
    return [
        Problem(f"unknown {name}", field=f"--{name}", found=repr(value),
                expected="one of " + (", ".join(names) if len(names) < 60 else
                                      ", ".join(names[:8]) + ", …"),
                nearest=nearest(value, names))
        for name, names in known.items() if (value := getattr(asked, name)) and value not in names
    ]


def _members(region: str, world: World) -> set[str]:
    found = next((one for one in world.regions if one.name == region), None)
    return {region, *found.members} if found else {region} - {""}


def _has(cell: str, wanted: str) -> bool:
    return not wanted or wanted in _split(cell)


def _split(cell: object) -> list[str]:
    return [part for part in str(cell or "").split("|") if part]
