r"""Several chains in lockstep: by-products follow their hosts, uses meet in one product.

Month by month every chain is simulated by its own window; links only change what the next one is
told. With $a$ for activity and $c$ for consumption of a chain, and a tilde for its reference:

$$f^{host}_{pt} = 1 - \sigma\,\bigl(1 - \min(1, a_{ht}/\tilde a_{ht})\bigr)$$

$$s_{irt} = \max\Bigl(0, 1 - \frac{c_{irt}/w_{irt}}{\tilde c_{irt}/\tilde w_{irt}}\Bigr),\qquad
f^{use}_{jr,t+l} = 1 - \sum_k \pi_{jk}\,\max_{i \in k,\, i \ne j} (1-\varphi_i)\,s_{irt}$$

| symbol | meaning (unit) | in code |
|---|---|---|
| $\sigma$ | share of the by-product that follows its host (1) | `HostLink.share` |
| $w$ | use wanted at the base price, links included (t/month) | `Setting.demand` × base |
| $s$ | shortage: what is missing against the reference (1) | `Shortage` |
| $\pi_{jk}$ | part of use j that goes into product k (1) | `Member.part` |
| $\varphi_i$ | part of the shortage of i that the product bears (1) | `Member.flexibility` |
| $l$ | months until it is felt (month) | `ProductLink.lag` |

Fixed proportions (Leontief 1936): the scarcest input decides. A shortage is counted against what
is wanted after links, so the lower demand that a link brings is no shortage of its own and nothing
spirals. Of a material that several uses share every use is short by the same share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from orepact.engine import single_threaded
from orepact.errors import InputError, Problem
from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.network.components import Demand, Region
from orepact.network.links import HostLink, Links, ProductLink, overlap
from orepact.network.network import Network
from orepact.result.setting import Restrictions, Setting
from orepact.result.simulation import Simulation, Simulator, State
from orepact.result.support.path import SupportPath

__all__ = ["Linked", "LinkedPath", "joined", "simulate_linked"]


@dataclass(frozen=True, slots=True)
class Linked:
    """One chain of several: its network and simulator, what it is told, where it starts.

    `reference` is the path without what the scenario supposes, month by month as long as `setting`,
    and `wanted` the demand factors (months × demands) on it; without it the base stands for it.
    """

    network: Network
    simulator: Simulator
    restrictions: Restrictions
    setting: Setting
    start: State | None = None
    reference: Simulation | None = None
    wanted: Array | None = None


@dataclass(frozen=True, slots=True)
class LinkedPath:
    """A chain's path and the setting that it was told in the end, links included.

    `supply` (months × processes) and `demand` (months × demands) are what the links alone did:
    factors, 1 where they did nothing.
    """

    simulation: Simulation
    setting: Setting
    supply: Array
    demand: Array


def simulate_linked(chains: Mapping[str, Linked], links: Links) -> dict[str, LinkedPath]:
    """Return the paths of several chains, simulated in lockstep month by month.

    Links to chains that are not given do nothing. A chain without a link has the same path as on
    its own, bit for bit. By-products follow their hosts in the same month, products are felt later.
    All settings must have the same number of months. Raises `InputError` when they do not, and
    `SolveError` when a window is not proven optimal.
    """
    months = _months(chains)
    own = links.among(chains)
    running = {name: _Running.of(name, chain, months) for name, chain in chains.items()}
    hosts = [_HostWeights.of(one, running) for one in own.hosts]
    products = [_ProductWeights.of(one, running) for one in own.products]
    with single_threaded():
        for month in range(months):
            for product in products:
                product.felt(own, running, month)
            for name in _hosts_first(running, own):
                for host in hosts:
                    if host.link.chain == name:
                        host.felt(own, running, month)
                running[name].step(month)
    return {name: one.path() for name, one in running.items()}


def _months(chains: Mapping[str, Linked]) -> int:
    lengths = {name: len(chain.setting.supply) for name, chain in chains.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InputError([Problem("chains in lockstep have the same months", found=told)])
    return next(iter(lengths.values()), 0)


def _hosts_first(running: Mapping[str, _Running], links: Links) -> list[str]:
    """Return the chains in an order in which every host comes before its by-products."""
    left, order = list(running), list[str]()
    while left:
        ready = [
            name for name in left
            if not any(one.chain == name and one.host.chain in left for one in links.hosts)
        ]
        order += ready
        left = [name for name in left if name not in ready]
        if not ready:
            raise InputError([Problem("chains are hosts of each other", found=", ".join(left))])
    return order


@dataclass(slots=True)
class _Running:
    """A chain on its way: its state, the months done and what links told it so far."""

    name: str
    chain: Linked
    state: State | None
    supply: Array
    demand: Array
    months: list[Simulation] = field(default_factory=list[Simulation])

    @classmethod
    def of(cls, name: str, chain: Linked, months: int) -> _Running:
        return cls(
            name, chain, chain.start,
            np.ones((months, len(chain.network.processes))),
            np.ones((months, len(chain.network.demands))),
        )

    def step(self, month: int) -> None:
        """Simulate one month under what the links say."""
        told = self.chain.setting.cut(month, month + 1)
        told = replace(
            told,
            supply=told.supply * self.supply[month],
            demand=told.demand * self.demand[month],
        )
        done = self.chain.simulator.run(
            self.chain.restrictions.later(month), told, start=self.state, warm=month > 0
        )
        self.state = done.last
        self.months.append(done)

    def path(self) -> LinkedPath:
        setting = self.chain.setting
        told = replace(
            setting, supply=setting.supply * self.supply, demand=setting.demand * self.demand
        )
        return LinkedPath(joined(self.months), told, self.supply, self.demand)

    def activity(self, month: int) -> Array:
        """Return activity of the month over the reference, and base activity."""
        reference = self.chain.reference
        base = self.months[month].tables.processes["base"]
        before = base if reference is None else reference.production[month]
        return _ratio(self.months[month].production[0], before)

    def shortage(self, month: int) -> Array:
        """Return by how much each demand is short of the reference (fraction)."""
        chain, simulation = self.chain, self.months[month]
        base = simulation.tables.demands["base"]
        wanted = base * chain.setting.demand[month] * self.demand[month]
        met = _ratio(simulation.consumption[0], wanted)
        if chain.reference is not None:
            factor = chain.setting.demand if chain.wanted is None else chain.wanted
            met = _ratio(met, _ratio(chain.reference.consumption[month], base * factor[month]))
        return np.maximum(0.0, 1.0 - met)


def _ratio(value: Array, to: Array) -> Array:
    """Return one array over another, 1 where there is nothing to compare with."""
    return np.divide(value, to, out=np.ones_like(value), where=to > 1e-12)


@dataclass(frozen=True, slots=True)
class _HostWeights:
    """Which host processes speak for which by-product processes (by-products × hosts)."""

    link: HostLink
    process: Index
    host: Index
    weight: Array

    @classmethod
    def of(cls, link: HostLink, running: Mapping[str, _Running]) -> _HostWeights:
        made, hosts = running[link.chain].chain.network, running[link.host.chain].chain.network
        mine = [
            number for number in _processes(made, (link.process,))
            if not link.regions or made.processes[number].region in link.regions
        ]
        host = _processes(hosts, link.host.processes)
        regions = _regions(made), _regions(hosts)
        weight = overlap(
            [regions[0][made.processes[number].region] for number in mine],
            [regions[1][hosts.processes[number].region] for number in host],
            [hosts.processes[number].base for number in host],
        )
        return cls(link, np.array(mine, int), np.array(host, int),
                   np.array(weight).reshape(len(mine), len(host)))

    def felt(self, links: Links, running: Mapping[str, _Running], month: int) -> None:
        """Let the by-product fall with its host in this month."""
        if not len(self.process) or not len(self.host):
            return
        lost = 1.0 - np.minimum(1.0, running[self.link.host.chain].activity(month)[self.host])
        factor = 1.0 - links.value(self.link.share) * (self.weight @ lost)
        running[self.link.chain].supply[month, self.process] *= factor


def _processes(network: Network, names: Sequence[str]) -> list[int]:
    return [
        number for number, process in enumerate(network.processes)
        if process.name.rpartition("@")[0] in names
    ]


def _regions(network: Network) -> dict[str, Region]:
    return {region.name: region for region in network.regions}


@dataclass(frozen=True, slots=True)
class _ProductWeights:
    """Which demands of each member speak for which of another: one matrix for every pair.

    `demands` has the numbers of the demands that hold each member's use, `share` the use's share of
    them, `weight` by (member, other) who speaks for whom.
    """

    link: ProductLink
    demands: tuple[Index, ...]
    share: tuple[Array, ...]
    weight: Mapping[tuple[int, int], Array]

    @classmethod
    def of(cls, link: ProductLink, running: Mapping[str, _Running]) -> _ProductWeights:
        networks = [running[each.chain].chain.network for each in link.uses]
        found = [
            _demands(network, each.use) for network, each in zip(networks, link.uses, strict=True)
        ]
        share = tuple(
            np.array([demand.uses[each.use] for _, demand in own])
            for own, each in zip(found, link.uses, strict=True)
        )
        places = [
            [_regions(network)[demand.region] for _, demand in own]
            for own, network in zip(found, networks, strict=True)
        ]
        base = [
            [demand.base * demand.uses[each.use] for _, demand in own]
            for own, each in zip(found, link.uses, strict=True)
        ]
        weight = {
            (one, other): np.array(
                overlap(places[one], places[other], base[other])
            ).reshape(len(places[one]), len(places[other]))
            for one in range(len(found)) for other in range(len(found)) if one != other
        }
        numbers = tuple(np.array([number for number, _ in own], int) for own in found)
        return cls(link, numbers, share, weight)

    def felt(self, links: Links, running: Mapping[str, _Running], month: int) -> None:
        """Let less be wanted in this month of what another member was short of before."""
        before = month - self.link.lag
        if before < 0:
            return
        lost = [
            (1.0 - links.value(each.flexibility))
            * running[each.chain].shortage(before)[self.demands[number]]
            for number, each in enumerate(self.link.uses)
        ]
        for one, each in enumerate(self.link.uses):
            worst = np.zeros(len(self.demands[one]))
            for other in range(len(lost)):
                if other != one and len(lost[other]):
                    worst = np.maximum(worst, self.weight[one, other] @ lost[other])
            running[each.chain].demand[month, self.demands[one]] -= (
                links.value(each.part) * self.share[one] * worst
            )


def _demands(network: Network, use: str) -> list[tuple[int, Demand]]:
    return [
        (number, demand) for number, demand in enumerate(network.demands) if use in demand.uses
    ]


def joined(months: Sequence[Simulation]) -> Simulation:
    """Return simulated paths that follow each other as one."""
    first, last = months[0], months[-1]

    def stack(name: str) -> Array:
        return np.concatenate([getattr(each, name) for each in months])

    return replace(
        last,
        tables=first.tables,
        price=stack("price"),
        consumption=stack("consumption"),
        production=stack("production"),
        flow=stack("flow"),
        level=stack("level"),
        residual=stack("residual"),
        windows=sum(each.windows for each in months),
        fallbacks=sum(each.fallbacks for each in months),
        rent=stack("rent"),
        cap=stack("cap"),
        tax_gap=max(each.tax_gap for each in months),
        released=stack("released"),
        bought=stack("bought"),
        reserve_level=stack("reserve_level"),
        received=stack("received"),
        saw=stack("saw"),
        support=None if last.support is None else SupportPath.joined(
            [each.support for each in months if each.support is not None]
        ),
    )
