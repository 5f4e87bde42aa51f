"""A scenario laid over the register: which parts a rung has, and the acts and outcomes it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from orepact.policy.branches import (
    Branch,
    BranchOutcome,
    Hypothetical,
    find_branch,
)
from orepact.policy.controls import PartialDate
from orepact.policy.register import Register, load_branches
from orepact.policy.scenario.dates import dated
from orepact.policy.scenario.text import PARTS, Control, OutcomePart, Part, Relative, Scenario

__all__ = ["at_rung", "climbs_of", "register_of"]


def climbs_of(scenario: Scenario) -> tuple[int, ...]:
    """Return the rungs that are run side by side; without a ladder every rung that a part has."""
    if scenario.ladder is not None:
        return scenario.ladder.climbs
    return tuple(sorted({0} | {part.rung for part in scenario.parts}))


def at_rung(scenario: Scenario, rung: int) -> Scenario:
    """Return a scenario with the parts up to a rung, without those that they replace."""
    kept = [part for part in scenario.parts if part.rung <= rung]
    gone = {name for part in kept for name in part.replaces}
    lists = {
        name: tuple(part for part in cast("tuple[Part, ...]", getattr(scenario, name))
                    if part.rung <= rung and part.id not in gone)
        for name in PARTS
    }
    return replace(scenario, **cast("Any", lists))


def register_of(scenario: Scenario, register: Register, rung: int, *,
                branches: Mapping[str, Branch] | None = None) -> Register:
    """Return the definite register under a scenario's outcomes and controls up to a rung.

    Outcomes that the scenario does not decide follow its branch; an outcome of a higher rung, and
    on one rung an outcome for an act rather than for its suspension, goes before. What the register
    has on record stays. The scenario's other parts are not in it. Raises `InputError` for unknown
    acts and branches and for dates that cannot be worked out.
    """
    known = dict(branches) if branches is not None else load_branches()
    branch = find_branch(known, scenario.branch)
    here = at_rung(dated(scenario, register), rung)
    supposed = _outcomes(here.outcomes, register)
    decided = {one.act for one in supposed}
    stays = {one.id: set(one.suspends) for one in register.suspensions}
    kept = [one for one in _per_act(branch.outcomes, stays) if one.act not in decided]
    laid = Branch(
        format=branch.format, name=scenario.scenario, title=scenario.title, text=scenario.text,
        outcomes=(*kept, *supposed), acts=(*branch.acts, *map(_hypothetical, here.controls)))
    own = {one.id for one in here.controls}
    under = register.under(laid)
    acts = tuple(
        replace(act, body=f"scenario {scenario.scenario}",
                sources=(f"supposed by scenario {scenario.scenario}",))
        if act.id in own else act
        for act in under.acts)
    return replace(under, acts=acts)


def _outcomes(parts: tuple[OutcomePart, ...], register: Register) -> list[BranchOutcome]:
    """Return one group of outcomes per act: of the highest rung, for the act before its group."""
    stays = {one.id: one.suspends for one in register.suspensions}
    by_act: dict[str, list[tuple[tuple[int, bool], OutcomePart]]] = {}
    for part in parts:
        for act in stays.get(part.act, (part.act,)):
            by_act.setdefault(act, []).append(((part.rung, part.act not in stays), part))
    found: list[BranchOutcome] = []
    for act, candidates in by_act.items():
        best = max(weight for weight, _ in candidates)
        found += [
            BranchOutcome(act, one.outcome, _plain(one.start), _plain(one.until),
                          _plain(one.announced))
            for weight, one in candidates if weight == best
        ]
    return found


def _per_act(outcomes: tuple[BranchOutcome, ...],
             stays: Mapping[str, set[str]]) -> list[BranchOutcome]:
    """Return a branch's outcomes act by act, those for a suspension without specific acts."""
    specific = {one.act for one in outcomes if one.act not in stays}
    return [
        replace(one, act=act)
        for one in outcomes
        for act in sorted(stays.get(one.act, {one.act}))
        if one.act not in stays or act not in specific
    ]


def _hypothetical(one: Control) -> Hypothetical:
    return Hypothetical(
        id=one.id, title=one.title, issuer=one.issuer, kind=one.kind, clauses=one.clauses,
        announced=_day(one.announced), effective=_day(one.effective), until=_plain(one.until),
        reason=one.reason, destinations=one.destinations, excluded=one.excluded,
        parents=one.parents, reach=one.reach)


def _plain(when: PartialDate | Relative | None) -> PartialDate | None:
    return when if isinstance(when, PartialDate) else None


def _day(when: PartialDate | Relative) -> PartialDate:
    if isinstance(when, PartialDate):
        return when
    raise TypeError(when)
