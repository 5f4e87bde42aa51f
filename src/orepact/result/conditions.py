"""Everything a scenario means for one chain: what the simulator is told, month by month.

Controls become permits and shares as in any study; acts of every exporter of the chain bind.
Quotas, taxes, floods, outages, surges and conduits are laid over the known paths of supply and
demand. Without parts nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from orepact.model.curve import Array
from orepact.model.tables import tables_of
from orepact.network.behaviour import Behaviour
from orepact.network.chains.chain import Chain
from orepact.network.conduits import Conduit, conduits_of, with_conduits, with_evasion
from orepact.network.network import Network
from orepact.network.regions import meant_by
from orepact.policy import LicenceTemplate, Register
from orepact.policy.scenario.text import Conduit as ConduitPart
from orepact.policy.scenario.text import Control, Outage, Scenario, last_day, start_day
from orepact.result.instruments import quotas_of, taxes_of
from orepact.result.months import Months, Reported, reported_levels
from orepact.result.paths import setting_of
from orepact.result.restrictions import FORGETTING, binding_exporters, restrictions_of
from orepact.result.setting import Restrictions, Setting
from orepact.result.shocks import floods_of, outage_factors, surges

__all__ = ["Conditions", "conditions_of", "controls_of", "network_under"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the simulator is told of a scenario, from the first month after the base on."""

    restrictions: Restrictions
    setting: Setting


def network_under(
    network: Network, chain: Chain, scenario: Scenario, register: Register, behaviour: Behaviour
) -> Network:
    """Return a chain's network with the routes that a scenario needs: conduits, and evasion.

    At its base it stands as before. The same scenario and register give the same routes in the same
    order for every parameter set and every draw.
    """
    parts = [_conduit(part) for part in _conduits(network, scenario.conduits)]
    others = [
        name
        for name in binding_exporters(network, chain, register)
        if name != chain.text.exporter
    ]
    return with_conduits(with_evasion(network, others, behaviour), parts)


def conditions_of(
    network: Network,
    chain: Chain,
    scenario: Scenario,
    register: Register,
    template: LicenceTemplate,
    licence: str,
    months: Months,
    *,
    reported: dict[str, Reported] | None = None,
    controls: Restrictions | None = None,
) -> Conditions:
    """Return everything that a scenario means for one chain.

    `network` comes from `network_under`; `scenario` is resolved, dated and at its rung, `register`
    the definite one that belongs to it. `months` begin after the calibration window and reach
    beyond the simulated months by the window's length. `reported` defaults to the chain's reported
    shipments. `controls` are what `controls_of` gave, where they were made before. Raises
    `InputError` when the register leaves an outcome open.
    """
    restrictions = controls or controls_of(
        network, chain, scenario, register, template, licence, months, reported=reported
    )
    restrictions = _alarmed(network, scenario.outages, months, restrictions)
    restrictions, premium = _through_conduits(network, scenario, months, restrictions)
    extra = surges(scenario.demand, chain.text.chain, months)
    setting = setting_of(network, chain, months, extra)
    supply = setting.supply * outage_factors(network, scenario.outages, months)
    setting = replace(setting, supply=supply, route_charge=premium)
    floods = floods_of(network, scenario.floods, months)
    if floods is not None:
        setting = replace(
            setting,
            supply=setting.supply * floods.activity,
            process_charge=floods.charge,
            process_floor=floods.floor,
            offered=_by_node(network, floods.offered, months),
        )
    taxes = taxes_of(network, scenario.taxes, register.places, months)
    if taxes is not None:
        setting = replace(setting, route_tax=taxes[0], route_known=taxes[1])
    quotas = quotas_of(network, scenario.quotas, register.places, months)
    return Conditions(restrictions, replace(setting, quotas=quotas))


def controls_of(
    network: Network,
    chain: Chain,
    scenario: Scenario,
    register: Register,
    template: LicenceTemplate,
    licence: str,
    months: Months,
    *,
    reported: dict[str, Reported] | None = None,
) -> Restrictions:
    """Return what the acts of a scenario's register mean, its other parts left out.

    Draws of a scenario share them unless a control brings licence shares of its own. Arguments and
    errors are those of `conditions_of`.
    """
    return restrictions_of(
        network,
        chain,
        register,
        template,
        licence,
        months,
        reported=reported_levels(chain, months) if reported is None else reported,
        exporters=binding_exporters(network, chain, register),
        templates=_templates(scenario.controls, template),
    )


def _by_node(network: Network, offered: Mapping[str, Array], months: Months) -> Array:
    free = np.full(months.count, np.inf)
    names = tables_of(network).nodes["material"]
    return np.column_stack([offered.get(str(name), free) for name in names])


def _conduit(part: ConduitPart) -> Conduit:
    return Conduit(
        exporter=part.exporter, through=part.through, to=part.to, materials=part.materials
    )


def _conduits(network: Network, parts: Iterable[ConduitPart]) -> list[ConduitPart]:
    """Return the conduits of materials that the network has; other chains have the rest."""
    known = {material.name for material in network.materials}
    return [part for part in parts if known & set(part.materials)]


def _templates(
    controls: Iterable[Control], template: LicenceTemplate
) -> Mapping[str, LicenceTemplate]:
    """Return the licence templates of controls that bring their own shares."""
    found: dict[str, LicenceTemplate] = {}
    for control in controls:
        own = control.licence
        if own is None:
            continue
        given = {
            name: tuple(each.value for each in getattr(own, name))
            for name in ("first", "approve", "refuse")
            if getattr(own, name)
        }
        users = {
            name: share.value
            for name, share in (("military", own.military), ("listed", own.listed))
            if share is not None
        }
        cards = tuple(
            replace(card, value=users.get(card.id, card.value)) for card in template.cards
        )
        found[control.id] = replace(template, cards=cards, **given)
    return found


def _alarmed(
    network: Network, outages: Iterable[Outage], months: Months, restrictions: Restrictions
) -> Restrictions:
    """Let the buyers of a region that stands still want more stock, as at a control."""
    alarm, age = restrictions.alarm.copy(), restrictions.age.copy()
    number = np.arange(months.count, dtype=np.float64)
    for part in outages:
        since = number - months.number(start_day(part.month))
        where = meant_by(network.regions, part.region)
        weight = part.alarm.value * np.exp(-np.maximum(0.0, since) / FORGETTING)
        for column, route in enumerate(network.routes):
            if route.exporter not in where:
                continue
            more = weight > alarm[:, column] * np.exp(-age[:, column] / FORGETTING)
            more &= since >= 0
            alarm[more, column], age[more, column] = part.alarm.value, since[more]
    return replace(restrictions, alarm=alarm, age=age)


def _through_conduits(
    network: Network, scenario: Scenario, months: Months, restrictions: Restrictions
) -> tuple[Restrictions, Array | None]:
    """Return the shares of conduits, and what their trade pays on top (multiple of base price)."""
    parts = _conduits(network, scenario.conduits)
    if not parts:
        return restrictions, None
    taken = np.zeros_like(restrictions.share)
    premium = np.zeros_like(restrictions.share)
    for part in parts:
        for column in conduits_of(network, _conduit(part)):
            taken[:, column] += _path(part, months, restrictions.since[:, column])
            premium[:, column] = part.premium.value
    trade = [(route.material, route.exporter, route.importer) for route in network.routes]
    together: dict[tuple[str, str, str], Array] = {}
    for column, key in enumerate(trade):
        if network.routes[column].kind == "conduit":
            together[key] = together.get(key, np.zeros(months.count)) + taken[:, column]
    for column, key in enumerate(trade):
        if key in together and network.routes[column].kind == "conduit":
            taken[:, column] /= np.maximum(1.0, together[key])
        elif key in together:
            taken[:, column] = np.minimum(1.0, together[key])
    return replace(restrictions, conduit=taken), premium


def _path(part: ConduitPart, months: Months, since: Array) -> Array:
    """Return the share of blocked trade that a conduit carries, month by month."""
    number = np.arange(months.count, dtype=np.float64)
    first = 0 if part.month is None else months.number(start_day(part.month))
    last = months.count if part.until is None else months.number(last_day(part.until))
    held = np.minimum(since, number - first + 1.0)
    ramp = np.clip(held / max(1, part.ramp_months), 0.0, 1.0)
    whole = part.share.value * part.permitted.value
    return np.where((number >= first) & (number <= last), whole * ramp, 0.0)
