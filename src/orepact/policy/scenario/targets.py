"""Whether what a scenario names exists: chains, acts, places, materials, processes, uses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from orepact.data.text import Location
from orepact.errors import nearest
from orepact.policy.controls import ALL
from orepact.policy.scenario.dates import numbered
from orepact.policy.scenario.faults import Fault
from orepact.policy.scenario.text import (
    Conduit,
    Control,
    DemandChange,
    Flood,
    Outage,
    OutcomePart,
    Part,
    Quota,
    Scenario,
    Tax,
)
from orepact.policy.scenario.view import ChainView, WorldView

__all__ = ["target_faults"]


@dataclass(frozen=True)
class _Targets:
    """What the parts of a scenario may point at."""

    view: WorldView
    chains: dict[str, ChainView]
    materials: dict[str, str]
    known_materials: tuple[str, ...]

    @property
    def regions(self) -> tuple[str, ...]:
        """Return the nodes of the scenario's chains."""
        return tuple(dict.fromkeys(name for one in self.chains.values() for name in one.regions))


def target_faults(scenario: Scenario, view: WorldView,
                  unread: Collection[str] = ()) -> list[Fault]:
    """Return every name of a scenario that stands for nothing in the dataset or the register.

    `unread` are fields that could not be read: what depends on them is left alone.
    """
    faults = [*_header_faults(scenario, view, unread)]
    chains = view.of(scenario.chains)
    sure = "chains" not in unread and len(chains) == len(set(scenario.chains))
    here = chains if sure else dict(view.chains)
    targets = _Targets(
        view, here,
        {name: chain for chain, one in view.chains.items() for name in one.materials},
        tuple(form.id for form in view.register.forms.materials))
    for at, part in numbered(scenario):
        faults += [*_citation_faults(view, at, part), *_part_faults(targets, at, part)]
    return faults


def _header_faults(scenario: Scenario, view: WorldView,
                   unread: Collection[str]) -> Iterator[Fault]:
    for number, name in enumerate(scenario.chains if "chains" not in unread else ()):
        if name not in view.chains:
            yield _unknown(("chains", number), "chain", name, view.chains)
        elif "first_month" not in unread and scenario.first_month <= view.chains[name].calibrated:
            yield Fault(("first_month",), f"the calibration window of {name} has not ended",
                        scenario.first_month,
                        f"a month after {view.chains[name].calibrated}")
    for number, name in enumerate(scenario.links):
        if name not in view.links.names:
            yield _unknown(("links", number), "link", name, view.links.names)
    for number, source in enumerate(scenario.sources):
        yield from _source_faults(view, ("sources", number), source)
    if "branch" not in unread and scenario.branch not in view.branches:
        yield _unknown(("branch",), "branch", scenario.branch, view.branches)


def _citation_faults(view: WorldView, at: Location, part: Part) -> Iterator[Fault]:
    if part.card and part.card not in view.cards:
        yield _unknown((*at, "card"), "assumption card", part.card, view.cards)
    if part.source:
        yield from _source_faults(view, (*at, "source"), part.source)


def _source_faults(view: WorldView, at: Location, source: str) -> Iterator[Fault]:
    """Yield a fault for a source that is no address, source id, act or suspension."""
    register = view.register
    acts = [one.id for one in (*register.acts, *register.suspensions)]
    if not re.fullmatch(r"https?://\S+", source) and source not in {*view.sources, *acts}:
        yield Fault(at, "unknown source", source, "an address, a source id or an act",
                    nearest(source, [*acts, *sorted(view.sources)]))


def _part_faults(targets: _Targets, at: Location, part: Part) -> Iterator[Fault]:
    match part:
        case OutcomePart():
            yield from _outcome_faults(targets, at, part)
        case Control():
            yield from _control_faults(targets, at, part)
        case Quota() | Tax():
            yield from _trade_faults(targets, at, part)
        case Flood():
            yield from _node(targets, (*at, "region"), part.region, part.materials)
            yield from _materials(targets, (*at, "materials"), part.materials)
        case Conduit():
            for name in ("exporter", "through", "to"):
                yield from _node(targets, (*at, name), getattr(part, name), part.materials)
            yield from _materials(targets, (*at, "materials"), part.materials)
        case Outage():
            yield from _standing(targets, at, "process", part.process, part.region)
        case DemandChange():
            yield from _use_faults(targets, at, part)
        case _:
            pass


def _outcome_faults(targets: _Targets, at: Location, part: OutcomePart) -> Iterator[Fault]:
    register = targets.view.register
    stays = [one.id for one in register.suspensions]
    suspended = [name for one in register.suspensions for name in one.suspends]
    if part.act in (*stays, *suspended):
        return
    if part.act in [act.id for act in register.acts]:
        yield Fault((*at, "act"), "the act was never suspended, so nothing can follow", part.act,
                    "one of " + ", ".join(dict.fromkeys([*stays, *suspended])))
    else:
        yield _unknown((*at, "act"), "act or suspension", part.act, [*stays, *suspended])


def _control_faults(targets: _Targets, at: Location, part: Control) -> Iterator[Fault]:
    register = targets.view.register
    acts = [act.id for act in register.acts]
    if part.id in (*acts, *(one.id for one in register.suspensions)):
        yield Fault((*at, "id"), "the register has an act of this id", part.id, "another id")
    for number, name in enumerate(part.parents):
        if name not in acts:
            yield _unknown((*at, "parents", number), "act", name, acts)
    yield from _places(targets, at, part)
    if part.issuer not in targets.view.places():
        yield _unknown((*at, "issuer"), "place", part.issuer, targets.view.places())
    yield from _item_faults(targets, at, part)


def _item_faults(targets: _Targets, at: Location, part: Control) -> Iterator[Fault]:
    minerals = [one.id for one in targets.view.register.forms.minerals]
    for k, clause in enumerate(part.clauses):
        for m, item in enumerate(clause.items):
            where = (*at, "clauses", k, "items", m)
            for n, name in enumerate(item.materials):
                if name not in targets.known_materials:
                    yield _unknown((*where, "materials", n), "material", name,
                                   targets.known_materials)
            for n, name in enumerate(item.minerals):
                if name not in minerals:
                    yield _unknown((*where, "minerals", n), "mineral", name, minerals)
            if not (item.minerals or item.materials or item.hs or item.dual_use):
                yield Fault(where, "an item names nothing", item.name,
                            "minerals, materials, hs or dual_use: true")


def _trade_faults(targets: _Targets, at: Location, part: Quota | Tax) -> Iterator[Fault]:
    yield from _node(targets, (*at, "issuer"), part.issuer, part.materials)
    yield from _materials(targets, (*at, "materials"), part.materials)
    yield from _places(targets, at, part)
    acts = {act.id: act.issuer for act in targets.view.register.acts}
    if part.act and part.act not in acts:
        yield _unknown((*at, "act"), "act", part.act, list(acts))
    elif part.act and acts[part.act] != part.issuer:
        yield Fault((*at, "act"), "the act is another issuer's", part.act,
                    f"an act of {part.issuer}, not of {acts[part.act]}")


def _use_faults(targets: _Targets, at: Location, part: DemandChange) -> Iterator[Fault]:
    chains = targets.chains
    if part.chain and part.chain not in chains:
        yield _unknown((*at, "chain"), "chain of the scenario", part.chain, chains)
    elif part.chain:
        chains = {part.chain: chains[part.chain]}
    yield from _standing(targets, at, "use", part.use, part.region, chains)


def _standing(targets: _Targets, at: Location, word: str, name: str, region: str,
              chains: dict[str, ChainView] | None = None) -> Iterator[Fault]:
    """Yield what is wrong with a process or use in a region."""
    where: dict[str, list[str]] = {}
    for one in (targets.chains if chains is None else chains).values():
        for key, regions in (one.processes if word == "process" else one.uses).items():
            where.setdefault(key, []).extend(regions)
    if name not in where:
        yield _unknown((*at, word), word, name, where)
        if region not in targets.regions and not (word == "use" and region == ALL):
            yield _unknown((*at, "region"), "region", region, targets.regions)
    elif region not in where[name] and not (word == "use" and region == ALL):
        known = list(dict.fromkeys(where[name]))
        yield Fault((*at, "region"), f"the {word} {name} is not in this region", region,
                    "one of " + ", ".join(known))


def _node(targets: _Targets, at: Location, region: str,
          materials: Sequence[str]) -> Iterator[Fault]:
    """Yield what is wrong with a region that must be a node of a chain."""
    chains = {targets.materials[name] for name in materials if name in targets.materials}
    views = {name: one for name, one in targets.chains.items() if name in chains}
    for name, one in (views or targets.chains).items():
        if region in one.regions:
            return
        group = next((key for key, members in one.groups.items() if region in members), "")
        if group:
            yield Fault(at, f"not a region of its own in chain {name}", region,
                        f"{group}, which stands for it there")
            return
    yield _unknown(at, "region", region, targets.regions)


def _materials(targets: _Targets, at: Location, materials: Sequence[str]) -> Iterator[Fault]:
    known = [name for one in targets.chains.values() for name in one.materials]
    for number, name in enumerate(materials):
        if name in known:
            continue
        if name in targets.materials:
            yield Fault((*at, number), "the material is in none of the scenario's chains", name,
                        f"chain {targets.materials[name]} in chains as well")
        else:
            yield _unknown((*at, number), "material", name, known)
    for number, name in enumerate(materials):
        if name in materials[:number]:
            yield Fault((*at, number), "given twice", name, "each material once")


def _places(targets: _Targets, at: Location, part: Control | Quota | Tax) -> Iterator[Fault]:
    known = targets.view.places()
    for field, names in (("destinations", part.destinations), ("excluded", part.excluded)):
        for number, name in enumerate(names):
            if name not in known and not (name == ALL and field == "destinations"):
                yield _unknown((*at, field, number), "place", name, known)


def _unknown(at: Location, word: str, name: str, known: Iterable[str]) -> Fault:
    names = list(dict.fromkeys(known))
    shown = ", ".join(sorted(names)[:12]) + (", …" if names[12:] else "")
    return Fault(at, f"unknown {word}", name, f"one of {shown}", nearest(name, names))
