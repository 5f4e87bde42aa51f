"""All checks of a scenario at once: errors that stop it and warnings that do not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orepact.data.text import Document
from orepact.errors import InputError, Problem
from orepact.policy.scenario.checks import ON_OTHERS, date_faults, inner_faults
from orepact.policy.scenario.dates import dated, numbered, work_out
from orepact.policy.scenario.faults import Fault, Location, problems_of
from orepact.policy.scenario.idle import idle_rungs, idle_words
from orepact.policy.scenario.overlaps import overlap_faults
from orepact.policy.scenario.reading import Draft, scan_scenario, scenario_path
from orepact.policy.scenario.repair import without_filled
from orepact.policy.scenario.targets import target_faults
from orepact.policy.scenario.text import Scenario
from orepact.policy.scenario.view import WorldView

__all__ = ["Examined", "check_scenario", "checked_scenario", "examine_scenario",
           "scenario_warnings"]


@dataclass(frozen=True)
class Examined:
    """A scenario file after all checks: errors stop it, warnings do not."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def checked_scenario(name: str | Path, view: WorldView) -> Scenario:
    """Return a scenario by name or path that every check passes.

    Raises `InputError` with every problem of the file.
    """
    found = examine_scenario(name, view)
    if found.problems or found.scenario is None:
        raise InputError(found.problems)
    return found.scenario


def examine_scenario(name: str | Path, view: WorldView) -> Examined:
    """Return a scenario by name or path with every problem of its file, and warnings if sound.

    Raises `InputError` only where nothing can be read.
    """
    draft = scan_scenario(scenario_path(name))
    problems = list(draft.problems)
    if draft.scenario is not None:
        problems += check_scenario(draft.document, draft.scenario, view, numbers=draft.numbers,
                                   unread=draft.unread, lost=draft.lost, filled=draft.filled,
                                   filled_ids=draft.filled_ids)
    if problems or draft.scenario is None:
        ordered = sorted(dict.fromkeys(problems), key=lambda one: (one.line or 0, one.field))
        return Examined(None, tuple(ordered))
    return Examined(draft.scenario, (), tuple(_warnings(draft, view)))


def check_scenario(document: Document, scenario: Scenario, view: WorldView, *,
                   numbers: Mapping[str, Sequence[int]] | None = None,
                   unread: Collection[str] = (),
                   lost: Collection[str] = (),
                   filled: Collection[Location] = (),
                   filled_ids: Collection[str] = ()) -> list[Problem]:
    """Return every problem of a scenario that was read from a document, in order of line.

    `numbers`, `unread`, `lost` and `filled` say what of the file is in the scenario, see `Draft`.
    """
    plain, undated = work_out(scenario, view.register)
    faults = [
        *inner_faults(scenario, unread),
        *undated,
        *date_faults(plain, unread),
        *target_faults(scenario, view, unread),
        *overlap_faults(plain, view.register),
    ]
    told = [one for one in dict.fromkeys(faults) if not lost or one.message not in ON_OTHERS]
    return problems_of(without_filled(told, filled, filled_ids), document, numbers or {})


def scenario_warnings(scenario: Scenario, view: WorldView) -> list[Fault]:
    """Return what in a sound scenario has no effect or not the one it seems to have."""
    plain = dated(scenario, view.register)
    faults = [
        Fault(("links", number), "the link joins no two of the scenario's chains", name)
        for number, name in enumerate(scenario.links)
        if not view.links.named((name,)).among(scenario.chains).names
    ]
    idle: set[str] = set()
    for at, part in numbered(plain):
        for text in idle_words(plain, part, view):
            idle.add(part.id)
            faults.append(Fault(at, text, part.id))
        if part.rung and scenario.ladder and part.rung > max(scenario.ladder.climbs):
            faults.append(Fault((*at, "rung"), "no climb of the ladder reaches this rung",
                                part.rung))
    for at, rung, below in idle_rungs(plain, idle):
        faults.append(Fault(at, f"no part of this rung changes anything: the same as rung {below}",
                            rung))
    return faults


def _warnings(draft: Draft, view: WorldView) -> list[Problem]:
    if draft.scenario is None:
        return []
    return problems_of(scenario_warnings(draft.scenario, view), draft.document, draft.numbers)
