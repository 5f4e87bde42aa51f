"""What a scenario may name: the chains of a dataset in short, the register, the branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from orepact.network.chains.chain import Chain
from orepact.network.links import Links, world_links
from orepact.network.network import Network
from orepact.network.world import World
from orepact.policy.forms import Form
from orepact.policy.knowing import forms_of, knowing
from orepact.policy.places import covers, known_places
from orepact.policy.register import Register, load_branches, load_register

__all__ = ["ChainView", "WorldView", "world_view"]


@dataclass(frozen=True)
class ChainView:
    """What a chain has: nodes, processes and uses by region, base trade (t/month).

    `groups` are the nodes that stand for several countries, with their members; `calibrated` is
    the last month of the calibration window; `split` are the materials of which it is known what
    military and listed users take.
    """

    materials: tuple[str, ...]
    regions: tuple[str, ...]
    processes: Mapping[str, tuple[str, ...]]
    uses: Mapping[str, tuple[str, ...]]
    trade: Mapping[tuple[str, str, str], float] = field(repr=False)
    groups: Mapping[str, tuple[str, ...]] = field(repr=False)
    forms: tuple[Form, ...] = field(repr=False, default=())
    calibrated: str = ""
    split: frozenset[str] = field(repr=False, default=frozenset())


@dataclass(frozen=True)
class WorldView:
    """The chains that a scenario may name, the register that knows their materials, branches."""

    chains: Mapping[str, ChainView]
    register: Register = field(repr=False)
    branches: tuple[str, ...]
    sources: frozenset[str] = field(repr=False, default=frozenset())
    cards: frozenset[str] = field(repr=False, default=frozenset())
    links: Links = field(repr=False, default=Links())

    def of(self, names: Sequence[str]) -> dict[str, ChainView]:
        """Return the chains of these names that exist."""
        return {name: self.chains[name] for name in names if name in self.chains}

    def places(self) -> tuple[str, ...]:
        """Return every place that an act or a part may name."""
        return known_places(self.register.places)

    def base_trade(self, chains: Sequence[str], exporter: str, materials: Sequence[str],
                   destinations: Sequence[str] = ("ALL",), excluded: Sequence[str] = ()) -> float:
        """Return the base trade (t/month) of an exporter that a part with these targets meets."""
        places = self.register.places
        return sum(
            tonnes
            for one in self.of(chains).values()
            for (material, source, importer), tonnes in one.trade.items()
            if source == exporter and material in materials
            and covers(places, destinations, importer) and not covers(places, excluded, importer)
        )


def world_view(world: World, register: Register | None = None) -> WorldView:
    """Return what scenarios may name in a dataset; the register that ships if none is given."""
    chains = {
        name: replace(
            _chain_view(world.network(name)), calibrated=each.text.calibration.last,
            split=_split(each),
        )
        for name, each in world.chains.items()
    }
    forms = [form for one in chains.values() for form in one.forms]
    known = knowing(register if register is not None else load_register(), forms)
    cards = [*world.cards, *(card for one in world.chains.values() for card in one.cards)]
    return WorldView(chains, known, tuple(load_branches()), frozenset(world.sources["source_id"]),
                     frozenset(card.card for card in cards),
                     world_links(world.folder, world.chains))


def _split(chain: Chain) -> frozenset[str]:
    known = chain.text.end_use_split
    return frozenset(one.material for one in known if one.military + one.listed > 0.0)


def _chain_view(network: Network) -> ChainView:
    processes: dict[str, list[str]] = {}
    for process in network.processes:
        processes.setdefault(process.name.rpartition("@")[0], []).append(process.region)
    uses: dict[str, list[str]] = {}
    for demand in network.demands:
        for use in demand.uses:
            uses.setdefault(use, []).append(demand.region)
    trade: dict[tuple[str, str, str], float] = {}
    for route in network.routes:
        key = (route.material, route.exporter, route.importer)
        trade[key] = trade.get(key, 0.0) + route.base
    return ChainView(
        materials=tuple(material.name for material in network.materials),
        regions=tuple(region.name for region in network.regions),
        processes={name: tuple(dict.fromkeys(where)) for name, where in processes.items()},
        uses={name: tuple(dict.fromkeys(where)) for name, where in uses.items()},
        trade=trade,
        groups={region.name: region.members for region in network.regions
                if region.members not in ((), (region.name,))},
        forms=forms_of(network.materials),
    )
