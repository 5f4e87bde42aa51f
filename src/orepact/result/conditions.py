"""Everything a scenario means for one chain: what the simulator is told, month by month.

Controls become permits and shares as in any study; acts of every exporter of the chain bind.
Quotas, taxes, floods, outages, surges and conduits are laid over the known paths of supply and
demand. Without parts nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from orepact.model.curve import Array
from orepact.model.tables import tables_of
from orepact.network.behaviour import Behaviour
from orepact.network.chains.chain import Chain
from orepact.network.conduits import with_conduits, with_evasion
from orepact.network.network import Network
from orepact.policy import LicenceTemplate, Register
from orepact.policy.scenario.text import Control, Scenario
from orepact.result.alarms import alarmed_by_outages, alarmed_by_quotas
from orepact.result.evasion import (
    conduit_parts,
    declared_conduit,
    held_by_quotas,
    through_conduits,
)
from orepact.result.instruments import cuts_of, quotas_of, taxes_of
from orepact.result.months import Months, Reported, reported_levels
from orepact.result.paths import setting_of
from orepact.result.permitted import permitted_shares
from orepact.result.restrictions import (
    binding_exporters,
    bound_routes,
    laws_of,
    restrictions_of,
)
from orepact.result.setting import Restrictions, Setting
from orepact.result.shocks import floods_of, outage_factors, surges

__all__ = ["Conditions", "conditions_of", "controls_of", "network_under", "users_refused"]


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
    parts = [declared_conduit(part) for part in conduit_parts(network, scenario)]
    others = [
        name for name in binding_exporters(network, chain, register) if name != chain.text.exporter
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
    cuts = cuts_of(network, scenario.quotas, register.places, months)
    quotas = quotas_of(network, scenario.quotas, register.places, months, share=restrictions.share)
    restrictions = alarmed_by_outages(network, scenario.outages, months, restrictions)
    restrictions = alarmed_by_quotas(cuts, months, restrictions)
    restrictions = held_by_quotas(network, cuts, restrictions)
    restrictions, premium = through_conduits(network, scenario, months, restrictions)
    extra = surges(scenario.demand, chain.text.chain, months)
    setting = setting_of(network, chain, months, extra)
    floods = floods_of(network, scenario.floods, months, setting.supply)
    supply = setting.supply * outage_factors(network, scenario.outages, months)
    setting = replace(setting, supply=supply, route_charge=premium)
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
    told = _told(network, chain, scenario, register, template, months, reported)
    return restrictions_of(network, chain, register, template, licence, months, **told)


def users_refused(
    network: Network,
    chain: Chain,
    scenario: Scenario,
    register: Register,
    template: LicenceTemplate,
    licence: str,
    months: Months,
) -> dict[tuple[str, str, str], Array]:
    """Return what military and listed users are refused of base flow (fraction), month by month.

    Keys are exporter, material and importer; the share is one of all base trade between them, and
    nothing where the act is the register's and civil users buy freely, since the market passes on.
    Arguments and errors are those of `conditions_of`.
    """
    told = _told(network, chain, scenario, register, template, months, None)
    laws = laws_of(network, chain, register, template, licence, months, **told)
    return {
        (exporter, *key): found.users
        for exporter, law in laws.items()
        for key, found in permitted_shares(
            network, law, exporter, *bound_routes(network, law, exporter)[1:]
        ).items()
    }


def _told(
    network: Network,
    chain: Chain,
    scenario: Scenario,
    register: Register,
    template: LicenceTemplate,
    months: Months,
    reported: dict[str, Reported] | None,
) -> dict[str, Any]:
    return {
        "reported": reported_levels(chain, months) if reported is None else reported,
        "exporters": binding_exporters(network, chain, register),
        "templates": _templates(scenario.controls, template),
        "carving": [control.id for control in scenario.controls],
    }


def _by_node(network: Network, offered: Mapping[str, Array], months: Months) -> Array:
    free = np.full(months.count, np.inf)
    names = tables_of(network).nodes["material"]
    return np.column_stack([offered.get(str(name), free) for name in names])


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
