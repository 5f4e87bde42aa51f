"""All checks of a scenario at once: errors that stop it and warnings that do not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orepact.data.text import Document
from orepact.errors import InputError, Problem
from orepact.policy.controls import ALL
from orepact.policy.holds import holds_of, meets
from orepact.policy.register import Register, load_branches
from orepact.policy.scenario.checks import ON_OTHERS, date_faults, inner_faults, last_of
from orepact.policy.scenario.dates import dated, numbered, work_out
from orepact.policy.scenario.effects import changes_no_permit
from orepact.policy.scenario.faults import Fault, problems_of
from orepact.policy.scenario.laid import at_rung, climbs_of, register_of
from orepact.policy.scenario.overlaps import overlap_faults
from orepact.policy.scenario.reading import Draft, scan_scenario, scenario_path
from orepact.policy.scenario.targets import target_faults
from orepact.policy.scenario.text import (
    Conduit,
    Control,
    Flood,
    OutcomePart,
    Quota,
    Scenario,
    Tax,
)
from orepact.policy.scenario.view import WorldView

__all__ = ["Examined", "check_scenario", "checked_scenario", "examine_scenario",
           "scenario_warnings"]

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


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
                                   unread=draft.unread, lost=draft.lost)
    if problems or draft.scenario is None:
        ordered = sorted(dict.fromkeys(problems), key=lambda one: (one.line or 0, one.field))
        return Examined(None, tuple(ordered))
    return Examined(draft.scenario, (), tuple(_warnings(draft, view)))


def check_scenario(document: Document, scenario: Scenario, view: WorldView, *,
                   numbers: Mapping[str, Sequence[int]] | None = None,
                   unread: Collection[str] = (),
                   lost: Collection[str] = ()) -> list[Problem]:
    """Return every problem of a scenario that was read from a document, in order of line.

    `numbers`, `unread` and `lost` say what of the file is in the scenario, see `Draft`.
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
    return problems_of(told, document, numbers or {})


def scenario_warnings(scenario: Scenario, view: WorldView) -> list[Fault]:
    """Return what in a sound scenario has no effect or not the one it seems to have."""
    plain = dated(scenario, view.register)
    faults = [
        Fault(("links", number), "the link joins no two of the scenario's chains", name)
        for number, name in enumerate(scenario.links)
        if not view.links.named((name,)).among(scenario.chains).names
    ]
    for at, part in numbered(plain):
        match part:
            case Control():
                faults += [Fault(at, text, part.id) for text in _control_words(plain, part, view)]
            case Quota() | Tax() | Flood() | Conduit():
                faults += [Fault(at, text, part.id) for text in _trade_words(plain, part, view)]
            case OutcomePart():
                faults += [Fault(at, text, part.id)
                           for text in _outcome_words(plain, part, view)]
            case _:
                pass
        if part.rung and scenario.ladder and part.rung > max(scenario.ladder.climbs):
            faults.append(Fault((*at, "rung"), "no climb of the ladder reaches this rung",
                                part.rung))
    return faults


def _warnings(draft: Draft, view: WorldView) -> list[Problem]:
    if draft.scenario is None:
        return []
    return problems_of(scenario_warnings(draft.scenario, view), draft.document, draft.numbers)


def _control_words(scenario: Scenario, part: Control, view: WorldView) -> Iterator[str]:
    """Yield a word on an act that holds no trade of the scenario's chains back."""
    branches = load_branches()
    under = register_of(scenario, view.register, part.rung, branches=branches)
    if part.id not in {one.id for one in at_rung(scenario, part.rung).controls}:
        return
    if _reaches(scenario, part, view, under):
        yield from _effect_words(scenario, part, view)
    else:
        yield "the act reaches no trade of the scenario's chains"


def _reaches(scenario: Scenario, part: Control, view: WorldView, under: Register) -> bool:
    """Say whether an act meets a trade of the scenario's chains."""
    for chain in view.of(scenario.chains).values():
        flows = {key for key, tonnes in chain.trade.items() if tonnes > 0.0}
        for material, exporter in {(key[0], key[1]) for key in flows}:
            acts = [hold.act for hold in holds_of(under, exporter, material)
                    if hold.act.id == part.id]
            if any(meets(acts[0], importer, under.places) for one, source, importer in flows
                   if acts and (one, source) == (material, exporter)):
                return True
    return False


def _effect_words(scenario: Scenario, part: Control, view: WorldView) -> Iterator[str]:
    """Yield a word on an act that meets trade and changes nothing for it."""
    uses = {use for clause in part.clauses for use in clause.end_uses}
    if uses and not uses & {"civil", ALL}:
        goods = {name for clause in part.clauses for item in clause.items
                 for name in item.materials}
        known = set[str]().union(*(one.split for one in view.of(scenario.chains).values()))
        if not known or (goods and not goods & known):
            yield ("what military and listed users take of these goods is not known: the act "
                   "holds nothing back")
            return
    if changes_no_permit(scenario, part, view):
        yield "acts in force are as strict: it changes no permit of the scenario's chains"


def _trade_words(scenario: Scenario, part: Quota | Tax | Flood | Conduit,
                 view: WorldView) -> Iterator[str]:
    chains = scenario.chains
    if isinstance(part, Flood):
        if view.base_trade(chains, part.region, part.materials) == 0.0:
            yield "the region exports none of the materials in the base"
        return
    if isinstance(part, Conduit):
        if view.base_trade(chains, part.exporter, part.materials, (part.to,)) == 0.0:
            yield "the exporter sells none of the materials to this buyer in the base"
        elif not _may_block(scenario, part, view):
            yield "nothing in the scenario or the register blocks this trade"
        return
    base = view.base_trade(chains, part.issuer, part.materials, part.destinations, part.excluded)
    if base == 0.0:
        yield "no base trade is met: issuer, materials and destinations have none"
    elif isinstance(part, Quota) and part.limit is not None:
        full = base * _MONTHS[part.per]
        if part.limit.value >= full:
            yield (f"the quota of {part.limit.value:,.0f} t a {part.per} is no less than base "
                   f"trade of {full:,.0f} t: it does not bind unless trade grows")


def _may_block(scenario: Scenario, part: Conduit, view: WorldView) -> bool:
    """Say whether a hold on the conduit's trade has a day in the scenario's months."""
    first, last = scenario.first, last_of(scenario)
    for rung in climbs_of(scenario):
        under = register_of(scenario, view.register, rung)
        for material in part.materials:
            for hold in holds_of(under, part.exporter, material):
                within = any(span.start <= last and span.end >= first for span in hold.spans)
                if within and meets(hold.act, part.to, under.places):
                    return True
    quotas = [one for one in (*scenario.quotas,) if one.issuer == part.exporter]
    return any(set(one.materials) & set(part.materials) for one in quotas)


def _outcome_words(scenario: Scenario, part: OutcomePart, view: WorldView) -> Iterator[str]:
    stays = {one.id: one.suspends for one in view.register.suspensions}
    acts = stays.get(part.act, (part.act,))
    recorded = sorted({one.act for one in view.register.outcomes
                       if one.act in acts and not one.hypothetical})
    if recorded:
        yield f"what happened is on record and goes before: {', '.join(recorded)}"
    elif changes_no_permit(scenario, part, view):
        yield ("it changes no permit of the scenario's chains: the same as the branch "
               f"{scenario.branch} without it")


