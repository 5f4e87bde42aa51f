"""What in a sound scenario changes nothing, part by part and rung by rung."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from orepact.policy.controls import ALL
from orepact.policy.holds import holds_of, meets
from orepact.policy.permits import permits_by_month
from orepact.policy.places import covers
from orepact.policy.register import Register, load_branches
from orepact.policy.scenario.checks import last_of
from orepact.policy.scenario.dates import numbered, span_of
from orepact.policy.scenario.effects import changes_no_permit, holds_nothing_more_back
from orepact.policy.scenario.faults import Location
from orepact.policy.scenario.laid import at_rung, climbs_of, register_of
from orepact.policy.scenario.text import (
    Conduit,
    Control,
    DemandChange,
    Flood,
    Outage,
    OutcomePart,
    Part,
    Quota,
    Ranged,
    Scenario,
    Tax,
)
from orepact.policy.scenario.view import WorldView

__all__ = ["idle_rungs", "idle_words"]

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def idle_words(scenario: Scenario, part: Part, view: WorldView) -> Iterator[str]:
    """Yield why a part of a dated scenario changes nothing; nothing where it changes something."""
    match part:
        case Control():
            yield from _control_words(scenario, part, view)
        case OutcomePart():
            yield from _outcome_words(scenario, part, view)
        case Quota() | Tax():
            yield from _border_words(scenario, part, view)
        case Flood():
            yield from _flood_words(scenario, part, view)
        case Conduit():
            yield from _conduit_words(scenario, part, view)
        case DemandChange():
            if _is(part.factor, 1.0):
                yield "a factor of 1 changes no use"
        case Outage():
            if _is(part.activity, 1.0) and _is(part.alarm, 0.0):
                yield "all of it still runs and nobody is alarmed"
        case _:
            pass


def idle_rungs(scenario: Scenario, idle: Collection[str]) -> Iterator[tuple[Location, int, int]]:
    """Yield where a rung stands, its number and the climb below, if all that it adds is idle."""
    for below, rung in pairwise(sorted(climbs_of(scenario))):
        added = [(at, part) for at, part in numbered(scenario) if below < part.rung <= rung]
        gone = {name for _, part in added for name in part.replaces}
        if added and not gone and all(part.id in idle for _, part in added):
            if scenario.ladder is None:
                yield (*added[0][0], "rung"), rung, below
            else:
                yield ("ladder", "climbs", scenario.ladder.climbs.index(rung)), rung, below


def _is(one: Ranged, number: float) -> bool:
    return one.low == one.value == one.high == number


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
    elif holds_nothing_more_back(scenario, part, view):
        yield ("it only continues licences in force and holds no more back than they do; buyers "
               "are alarmed all the same (give it licence shares of its own if it is to bite)")


def _flood_words(scenario: Scenario, part: Flood, view: WorldView) -> Iterator[str]:
    if part.price.low >= 1.0 and part.volume.high <= 1.0:
        yield "no more than base capacity is offered, and not below the base price"
    if view.base_trade(scenario.chains, part.region, part.materials) == 0.0:
        yield "the region exports none of the materials in the base"


def _conduit_words(scenario: Scenario, part: Conduit, view: WorldView) -> Iterator[str]:
    if _is(part.share, 0.0) or _is(part.permitted, 0.0):
        yield "a share of nothing: it carries nothing"
    if view.base_trade(scenario.chains, part.exporter, part.materials, (part.to,)) == 0.0:
        yield "the exporter sells none of the materials to this buyer in the base"
    elif not _may_block(scenario, part, view):
        yield "nothing in the scenario or the register blocks this trade"


def _border_words(scenario: Scenario, part: Quota | Tax, view: WorldView) -> Iterator[str]:
    base = view.base_trade(
        scenario.chains, part.issuer, part.materials, part.destinations, part.excluded)
    if base == 0.0:
        yield "no base trade is met: issuer, materials and destinations have none"
    elif _all_banned(scenario, part, view):
        yield "acts in force ban all the trade that it meets"
    elif isinstance(part, Quota):
        yield from _loose(part, base * _MONTHS[part.per])
    elif _is(part.rate, 0.0):
        yield "a rate of nothing"


def _loose(part: Quota, full: float) -> Iterator[str]:
    """Yield a word on a quota that lets through all base trade of its period, `full` (t)."""
    kept = 1.0 - part.reserve_share.value
    if part.limit is not None and kept * part.limit.value >= full:
        yield (f"the quota of {kept * part.limit.value:,.0f} t a {part.per} is no less than base "
               f"trade of {full:,.0f} t: it does not bind unless trade grows")
    if part.share_of_base is not None and kept * part.share_of_base.value >= 1.0:
        yield "all of base trade may ship: it does not bind unless trade grows"


def _all_banned(scenario: Scenario, part: Quota | Tax, view: WorldView) -> bool:
    """Say whether acts ban all base trade that a quota or tax meets, on all of its days."""
    under = register_of(scenario, view.register, part.rung)
    places = under.places
    first, last = (max(scenario.first, span_of(part)[0]), min(last_of(scenario), span_of(part)[1]))
    met = sorted({
        (material, importer)
        for one in view.of(scenario.chains).values()
        for (material, source, importer), tonnes in one.trade.items()
        if tonnes > 0.0 and source == part.issuer and material in part.materials
        and covers(places, part.destinations, importer)
        and not covers(places, part.excluded, importer)
    })
    if first > last or not met:
        return False
    issuers = {act.issuer for act in under.acts}
    if part.issuer not in issuers:
        return False
    table = permits_by_month(
        under, part.issuer, sorted({one for one, _ in met}), sorted({one for _, one in met}),
        first=first, last=last, end_uses=("civil",), reach=("issuer",))
    state = {(row["material"], row["destination"], row["state"])
             for row in table.iter_rows(named=True)}
    return all(
        {what for one, other, what in state if (one, other) == pair} <= {"banned"} for pair in met
    )


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


