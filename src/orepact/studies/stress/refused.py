"""What military and listed users are refused, beside what a region as a whole goes without.

A chain has one pooled use per region, so the simulation tells how much of it is unmet, not whose.
What the permits refuse these users is known: a share of base trade with the exporter, by the
middle values of the scenario. Their own unmet use is the region's share if all bid alike, and all
that they are refused if nobody passes anything on to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from orepact.model.curve import Array
from orepact.network.network import Network
from orepact.policy.scenario.laid import at_rung
from orepact.policy.scenario.ranges import resolve
from orepact.result.conditions import network_under, users_refused
from orepact.result.permitted import users_split
from orepact.studies.replay import months_since_base
from orepact.studies.stress.member import Shared, periods_of, without

__all__ = ["refused_entries"]

Key = tuple[str, str, str]

NOTHING = 1e-6
"""Share of base trade that is none."""


def refused_entries(shared: Shared, results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what military and listed users are refused, by rung, period, licence and place.

    `refused` and `refused_without` the scenario (t/month), `of_theirs` what is refused as a
    fraction of what these users take of all base imports, `of_use` the same of the region's use,
    `region_unmet` the unmet share of the region's use, middle member of `results`, the entries of
    `stress_entries`; None for what has no price of its own there.
    """
    unmet = {
        (one["chain"], one["rung"], one["period"], one["licence"], one["region"], one["material"]):
            max(0.0, float(one["unmet_share"]["middle"]))
        for one in results if "unmet_share" in one
    }
    found: list[dict[str, Any]] = []
    licences = shared.scenario.licence
    for name in shared.scenario.chains:
        for licence in licences:
            kept = licence if len(licences) > 1 else "all"
            for entry in _of_chain(shared, name, licence):
                key = (name, entry["rung"], entry["period"], kept, entry["region"],
                       entry["material"])
                found.append({"chain": name, "licence": kept, **entry,
                              "region_unmet": unmet.get(key)})
    return found


def _of_chain(shared: Shared, name: str, licence: str) -> Iterator[dict[str, Any]]:
    scenario = resolve(shared.scenario, {})
    chain = shared.world.chains[name]
    behaviour = shared.world.ensemble[0]
    network = shared.world.network(name, behaviour, member_states=shared.member_states)
    months = months_since_base(chain.text.calibration.last, scenario.first, scenario.months)
    start = months.number(scenario.first)

    def refused(rung: int | None) -> dict[Key, Array]:
        case = without(scenario) if rung is None else at_rung(scenario, rung)
        law = shared.definite(rung)
        laid = network_under(network, chain, case, law, behaviour)
        return users_refused(laid, chain, case, law, shared.template, licence, months)

    quiet = refused(None)
    blocs, trade = {region.name: region.bloc for region in network.regions}, _trade(network)
    base = _Base(trade, _use(network), {
        (good, buyer): users_split(chain, good, buyer, blocs.get(buyer, ""))
        for _, good, buyer in trade
    })
    for rung in shared.rungs:
        told = refused(rung)
        for period in periods_of(scenario.months):
            here = slice(start + period.first, start + period.first + period.months)
            head = {"rung": rung, "period": period.name}
            yield from _entries(base, told, quiet, here, head)


@dataclass(frozen=True, slots=True)
class _Base:
    """The base: trade by exporter, material and importer, use (t/month), military and listed."""

    trade: Mapping[Key, float]
    use: Mapping[tuple[str, str], float]
    split: Mapping[tuple[str, str], tuple[float, float]]

    def bought(self, place: tuple[str, str]) -> float:
        """Return what military and listed users import of a material in a region (t/month)."""
        whole = sum(tonnes for key, tonnes in self.trade.items() if key[1:] == place)
        return whole * sum(self.split.get(place, (0.0, 0.0)))


def _entries(
    base: _Base, told: Mapping[Key, Array], quiet: Mapping[Key, Array], months: slice,
    head: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Yield an entry per material and region in which these users are refused anything."""
    lost: dict[tuple[str, str], list[float]] = {}
    for key, share in told.items():
        before = quiet.get(key, np.zeros_like(share))
        both = [float(one[months].mean()) * base.trade.get(key, 0.0) for one in (share, before)]
        place = lost.setdefault((key[1], key[2]), [0.0, 0.0])
        place[0], place[1] = place[0] + both[0], place[1] + both[1]
    for (material, region), (now, before) in lost.items():
        bought = base.bought((material, region))
        if max(now, before) <= NOTHING * max(bought, NOTHING) or bought <= 0.0:
            continue
        whole = base.use.get((material, region), 0.0)
        yield {
            **head, "region": region, "material": material, "refused": now,
            "refused_without": before, "of_theirs": min(1.0, now / bought),
            "of_use": now / whole if whole > 0.0 else None,
        }


def _trade(network: Network) -> dict[Key, float]:
    """Return base flows (t/month) by exporter, material and importer."""
    found: dict[Key, float] = {}
    for route in network.routes:
        key = (route.exporter, route.material, route.importer)
        found[key] = found.get(key, 0.0) + route.base
    return found


def _use(network: Network) -> dict[tuple[str, str], float]:
    """Return base use (t/month) by material and region: of final users and of further stages."""
    found: dict[tuple[str, str], float] = {}
    for demand in network.demands:
        key = (demand.material, demand.region)
        found[key] = found.get(key, 0.0) + demand.base
    for process in network.processes:
        for material, ratio in process.inputs.items():
            key = (material, process.region)
            found[key] = found.get(key, 0.0) + ratio * process.base
    return found
