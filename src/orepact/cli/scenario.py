"""The verbs of ``orepact scenario``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import yaml

from orepact.cli.control import register_of
from orepact.cli.show import print_json, print_pairs, print_table, say, tell
from orepact.errors import InputError, Problem, attempt
from orepact.network.world import WORLD, read_world
from orepact.policy.register import load_register
from orepact.policy.scenario.calendar import calendar_of
from orepact.policy.scenario.diff import diff
from orepact.policy.scenario.examine import checked_scenario, examine_scenario
from orepact.policy.scenario.laid import climbs_of
from orepact.policy.scenario.reading import find_scenario, scenario_names, write_scenario
from orepact.policy.scenario.template import scenario_template
from orepact.policy.scenario.text import Scenario
from orepact.policy.scenario.view import WorldView, world_view
from orepact.views.scenario import calendar_table, change_line, head_pairs, part_rows

__all__ = ["calendar_verb", "check_verb", "diff_verb", "list_verb", "new_verb", "show_verb"]


def list_verb(*, json: bool) -> None:
    """Print the scenarios that ship."""
    found = [find_scenario(name) for name in scenario_names()]
    if json:
        rows = [
            {"scenario": one.scenario, "title": one.title, "chains": list(one.chains),
             "first_month": one.first_month, "months": one.months, "parts": len(one.parts),
             "rungs": list(climbs_of(one))}
            for one in found
        ]
        print_json({"format": "orepact/scenario-list/1", "scenarios": rows})
        return
    print_pairs("Scenarios that ship", [(one.scenario, one.title + _extent(one)) for one in found])
    say("orepact scenario show NAME prints one in plain words.")


def show_verb(which: str, *, json: bool) -> None:
    """Print a scenario in plain words."""
    found = find_scenario(which)
    rows = part_rows(found, load_register())
    if json:
        print_json({"format": "orepact/scenario-shown/1", "parts": rows,
                    "scenario": yaml.safe_load(write_scenario(found))})
        return
    print_pairs(f"{found.title} ({found.scenario}, version {found.version})", head_pairs(found))
    if not rows:
        say("Nothing happens beyond the register.")
        return
    for row in rows:
        days = " to ".join([row["from"] or "open", row["until"] or "open"])
        rung = f", rung {row['rung']}" if row["rung"] else ""
        print_pairs(f"{days}: {row['id']} ({row['kind']}{rung})",
                    [("what", row["what"]), ("why", row["reason"]), ("basis", row["basis"])])
    say("Ranges in brackets; days are the first and the last on which something holds.")


def check_verb(which: Sequence[str], world: Path | None, records: Path | None, *,
               json: bool) -> None:
    """Print errors and warnings of scenario files; raises `InputError` with every error."""
    view = _view(world, records)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for name in which:
        found = attempt(problems, examine_scenario, name, view)
        if found is not None:
            problems += found.problems
            warnings += found.warnings
    if json:
        print_json({"format": "orepact/scenario-check/1", "sound": not problems,
                    "problems": [asdict(one) for one in problems],
                    "warnings": [asdict(one) for one in warnings]})
        if problems:
            raise SystemExit(2)
        return
    for one in warnings:
        tell(f"warning: {one}", indent="  ")
    if problems:
        raise InputError(problems)
    count = f"{len(warnings)} warning{'s' if len(warnings) != 1 else ''}"
    say(f"{', '.join(which)}: no errors, {count}.")


def diff_verb(first: str, second: str, *, json: bool) -> None:
    """Print what differs between two scenarios."""
    problems: list[Problem] = []
    before, after = (attempt(problems, find_scenario, name) for name in (first, second))
    if problems or before is None or after is None:
        raise InputError(problems)
    changes = diff(before, after)
    if json:
        print_json({"format": "orepact/scenario-diff/1", "first": before.scenario,
                    "second": after.scenario, "changes": [asdict(one) for one in changes]})
    elif not changes:
        say("No difference.")
    else:
        for one in changes:
            tell(change_line(one), indent="  ")


def calendar_verb(which: str, rung: int | None, world: Path | None, records: Path | None, *,
                  json: bool) -> None:
    """Print what is in force month by month."""
    view = _view(world, records)
    found = checked_scenario(which, view)
    climb = _climb(found, rung)
    entries = calendar_of(found, view, climb)
    if json:
        print_json({"format": "orepact/scenario-calendar/1", "scenario": found.scenario,
                    "rung": climb, "months": [asdict(one) for one in entries]})
        return
    say(f"{found.title}: rung {climb}" if climb else found.title)
    table, always = calendar_table(entries)
    if table.is_empty():
        say("Nothing is in force.")
        return
    print_table(table, table.columns)
    if always:
        tell(f"In force in all months: {', '.join(always)}.", indent="  ")


def new_verb(name: str, chain: str, first: str, into: Path | None, world: Path | None, *,
             json: bool) -> None:
    """Write a scenario file to start from; raises `InputError` when it exists already."""
    path = (into or Path()) / f"{name}.yaml"
    problems: list[Problem] = []
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", name):
        problems.append(Problem("not a usable name", field="NAME", found=repr(name),
                                expected="up to 60 letters, digits, - and _"))
    month_ok = re.fullmatch(r"(19|2\d)\d\d-(0[1-9]|1[0-2])", first)
    if not month_ok:
        problems.append(Problem("not a month", field="--from", found=repr(first),
                                expected="YYYY-MM"))
    if path.exists():
        problems.append(Problem("the file exists already", file=str(path),
                                expected="another name, or --into"))
    month = first if month_ok else "2027-01"
    text = attempt(problems, scenario_template, name, chain, _view(world, None), month)
    if problems or text is None:
        raise InputError(problems)
    path.parent.mkdir(parents=True, exist_ok=True)
    _ = path.write_text(text, encoding="utf-8", newline="\n")
    if json:
        print_json({"format": "orepact/scenario-new/1", "file": str(path), "chain": chain})
        return
    say(f"{path} written. Change it, then: orepact scenario check {path}")


def _extent(scenario: Scenario) -> str:
    chains = ", ".join(scenario.chains)
    return f" ({chains}; {scenario.months} months from {scenario.first_month})"


def _view(world: Path | None, records: Path | None) -> WorldView:
    """Return what scenarios may name; raises `InputError` with every problem of both inputs."""
    problems: list[Problem] = []
    found = attempt(problems, read_world, world or WORLD)
    register = attempt(problems, register_of, None, records)
    if problems or found is None:
        raise InputError(problems)
    return world_view(found, register)


def _climb(scenario: Scenario, rung: int | None) -> int:
    climbs = climbs_of(scenario)
    if rung is None:
        return max(climbs)
    if rung not in climbs:
        raise InputError([Problem("no such climb", field="--rung", found=str(rung),
                                  expected="one of " + ", ".join(str(one) for one in climbs))])
    return rung

