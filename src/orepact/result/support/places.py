"""Where in a network's tables an instrument acts: routes, processes, uses and its index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from orepact.errors import Problem
from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.model.support import Certified, Outputs, Taker
from orepact.model.tables import Tables
from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Instrument,
    Offtake,
    PriceGapSubsidy,
    StandardsTier,
)
from orepact.network.network import Network

__all__ = ["Places"]

EVADING = ("undeclared",)
UNCERTIFIED = ("undeclared", "conduit")


@dataclass(frozen=True, slots=True)
class Places:
    """A network's tables in base value with what is needed to find an instrument's place.

    `price` (USD/t) is per material; `use` and `sent` (base value a month) per node; `assumed` are
    materials whose trade by partner is assumed.
    """

    tables: Tables
    value: Array
    price: dict[str, float]
    use: Array
    sent: Array
    assumed: frozenset[str]

    @classmethod
    def of(cls, network: Network, written: tuple[Tables, Array]) -> Places:
        """Take a network and its tables in base value with the value of a tonne per node."""
        tables, value = written
        count, recipe, routes = len(tables.nodes), tables.recipe, tables.routes
        use = np.zeros(count)
        np.add.at(use, tables.demands["node"], tables.demands["base"])
        taken = np.maximum(0.0, -recipe["ratio"]) * tables.processes["base"][recipe["process"]]
        use = use + np.bincount(recipe["node"], taken, minlength=count)
        sent = np.bincount(routes["from"], routes["base"], minlength=count).astype(float)
        return cls(
            tables,
            value,
            {each.name: each.price for each in network.materials},
            use,
            sent,
            frozenset(each.name for each in network.materials if each.grade == "D"),
        )

    def worth(self, material: str) -> float:
        """Return the value of a tonne."""
        return float(self.value[self.nodes(material)].max(initial=0.0)) or 1.0

    def nodes(self, material: str, regions: Sequence[str] | None = None) -> Index:
        """Return the nodes of a material, of all regions or of some."""
        frame = self.tables.nodes
        here = frame["material"] == material
        if regions is not None:
            here = here & np.isin(frame["region"].astype(str), list(regions))
        return np.flatnonzero(here)

    def exporter(self, material: str) -> int:
        """Return the node that ships most of a material at base."""
        nodes = self.nodes(material)
        return int(nodes[np.argmax(self.sent[nodes])])

    def index(self, each: Instrument) -> tuple[Index, Array]:
        """Return the nodes of an instrument's index and their weights, which add up to 1.

        Where trade by partner is assumed there is one price outside the exporter: the mean over all
        regions but the exporter's stands for that of the zone.
        """
        lead = self.exporter(each.material)
        nodes = self.nodes(each.material)
        if each.index == "exporter":
            return np.array([lead]), np.ones(1)
        if each.index == "zone":
            own = self.nodes(each.material, each.zone)
            nodes = nodes[nodes != lead] if each.material in self.assumed else own
        weight = self.use[nodes]
        if weight.sum() <= 0.0:
            weight = np.ones(len(nodes))
        return nodes, weight / weight.sum()

    def routes_into(self, material: str, zone: Sequence[str], exempt: Sequence[str] = ()) -> Index:
        """Return the declared routes into a zone from outside; conduits count, smuggling cannot."""
        frame = self.tables.routes
        exporter, importer = frame["exporter"].astype(str), frame["importer"].astype(str)
        into = np.isin(importer, list(zone)) & ~np.isin(exporter, [*zone, *exempt])
        seen = ~np.isin(frame["kind"].astype(str), EVADING)
        return np.flatnonzero((frame["material"] == material) & into & seen)

    def rows(self, processes: Sequence[str]) -> Index:
        """Return the rows of processes by name."""
        return np.flatnonzero(
            np.isin(self.tables.processes["process"].astype(str), list(processes))
        )

    def outputs(self, material: str, processes: Sequence[str]) -> Outputs:
        """Return what named processes make of a material per unit of activity."""
        return self._ratios(material, self.rows(processes), 1.0)

    def _ratios(self, material: str, process: Index, sign: float) -> Outputs:
        recipe = self.tables.recipe
        here = np.isin(recipe["process"], process) & (sign * recipe["ratio"] > 0.0)
        here &= np.isin(recipe["node"], self.nodes(material))
        return Outputs(recipe["process"][here], sign * recipe["ratio"][here], recipe["node"][here])

    def room(self, process: Index) -> Array:
        """Return what processes can make; base activity where capacity is unbounded."""
        frame = self.tables.processes
        room: Array = frame["capacity"][process]
        base: Array = frame["base"][process]
        return np.where(np.isfinite(room), room, base)

    def capacity(self, process: Index) -> float:
        """Return what processes can make together."""
        return float(self.room(process).sum())

    def size(self, output: Outputs) -> float:
        """Return a volume that stands for output: what its processes can make."""
        return float(self.room(output.process) @ output.ratio) or 1.0

    def taker(self, output: Outputs) -> Taker:
        """Return the nodes at which output can be taken."""
        return Taker(output, np.unique(output.node))

    def parts(self, output: Outputs, node: Index) -> Array:
        """Return the share of output's capacity at each of some nodes."""
        room = self.room(output.process) * output.ratio
        made = np.array([float(room[output.node == one].sum()) for one in node])
        return made / made.sum() if made.sum() > 0.0 else np.full(len(node), 1.0 / len(node))

    def certified(self, each: StandardsTier) -> tuple[Certified, float]:
        """Return what a tier counts, and the volume to be certified at base."""
        frame, routes = self.tables.processes, self.tables.routes
        zone, named = list(each.zone), list(each.certified)
        region = frame["region"].astype(str)
        inside = np.isin(region, zone)
        sound = np.isin(region, named) | np.isin(frame["process"].astype(str), named)
        exporter, importer = routes["exporter"].astype(str), routes["importer"].astype(str)
        moves = routes["material"] == each.material
        moves = moves & ~np.isin(routes["kind"].astype(str), UNCERTIFIED)
        comes = moves & np.isin(exporter, named) & ~np.isin(exporter, zone)
        comes &= np.isin(importer, zone)
        leaves = moves & np.isin(exporter, named) & np.isin(exporter, zone)
        leaves &= ~np.isin(importer, zone)
        route = np.flatnonzero(comes | leaves)
        demand = np.flatnonzero(
            np.isin(self.tables.demands["node"], self.nodes(each.material, zone))
        )
        size = each.share * float(self.use[self.nodes(each.material, zone)].sum())
        return Certified(
            self._ratios(each.material, np.flatnonzero(inside & sound), 1.0),
            route,
            np.where(comes[route], 1.0, -1.0),
            demand,
            self._ratios(each.material, np.flatnonzero(inside), -1.0),
            each.share,
        ), size or 1.0

    def problems(self, each: Instrument) -> Iterator[Problem]:
        """Yield why the simulation cannot write an instrument."""
        if not len(self.nodes(each.material)):
            yield Problem(
                "nothing of this stage is made, traded or used",
                field=each.name,
                found=each.material,
            )
            return
        capped = np.isfinite(each.volume)
        if isinstance(each, BorderFloor | StandardsTier) and capped:
            yield Problem(
                "a floor or a tier has no cap on its tonnes",
                field=f"{each.name}.volume",
                found=f"{each.volume:g} t/month",
                expected="none, or 0 to switch it off",
            )
        if isinstance(each, ContractForDifference | PriceGapSubsidy | Offtake) and not len(
            self.outputs(each.material, each.processes).process
        ):
            yield Problem(
                "no process named makes this stage",
                field=f"{each.name}.processes",
                found=", ".join(each.processes),
            )
        if isinstance(each, ContractForDifference | PriceGapSubsidy) and not len(
            self.index(each)[0]
        ):
            yield Problem(
                "no region of the zone has this stage: it has no index",
                field=f"{each.name}.zone",
                found=", ".join(each.zone),
            )
        if (
            isinstance(each, StandardsTier)
            and not self.use[self.nodes(each.material, each.zone)].sum() > 0.0
        ):
            yield Problem(
                "nothing of this stage is used in the zone",
                field=f"{each.name}.zone",
                found=", ".join(each.zone),
            )
