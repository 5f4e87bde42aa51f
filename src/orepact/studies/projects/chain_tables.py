"""A chain as a portfolio reads it: per zone, what is used, made, imported and exported in its base.

All volumes are t/year of the calibration window. Growth and controls come with the blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from orepact.data.table import Kind, read_table
from orepact.network.chains.chain import Chain
from orepact.network.network import Network
from orepact.network.world import World

__all__ = ["ChainTables", "HostRoom", "chain_tables", "node_of"]

MONTHS = 12
SCRAP = "scrap"
HOST_COLUMNS: dict[str, Kind] = {
    "host": "text", "region": "text", "tonnes_per_year": "non-negative", "unit": "text"}


@dataclass(frozen=True, slots=True)
class HostRoom:
    """What a host of a region bears of a by-product beyond what is recovered (t/year)."""

    host: str
    region: str
    process: str
    material: str
    room: float

    @property
    def group(self) -> str:
        """Return the name of what draws on this host together."""
        return f"{self.host}@{self.region} for {self.process}"


@dataclass(frozen=True, slots=True)
class ChainTables:
    """The base of one chain.

    `used`: (zone, material) to t/year; `imports`: (zone, material, exporter); `exports`: (zone,
    material) to third regions; `produced`: (region, material); `made`: (zone, process) to (limit,
    cost, {material: amount}, first).
    """

    chain: str
    exporter: str
    prices: Mapping[str, float]
    used: Mapping[tuple[str, str], float]
    elasticity: Mapping[tuple[str, str], float]
    imports: Mapping[tuple[str, str, str], float]
    exports: Mapping[tuple[str, str], float]
    produced: Mapping[tuple[str, str], float]
    made: Mapping[tuple[str, str], tuple[float, float, Mapping[str, float], str]]
    hosts: tuple[HostRoom, ...] = ()
    nodes: Mapping[str, str] = field(default_factory=dict[str, str])
    scrap: frozenset[str] = frozenset()


def node_of(network: Network) -> dict[str, str]:
    """Return the region of a network that holds each country."""
    found: dict[str, str] = {}
    for region in network.regions:
        for country in region.members or (region.name,):
            if country not in found or region.members in ((country,), ()):
                found[country] = region.name
    for region in network.regions:
        if len(region.members) <= 1:
            found[region.name] = region.name
    return found


def chain_tables(world: World, chain: str, zones: Sequence[str]) -> ChainTables:
    """Return the base of a chain for the zones; raises `InputError` for an unknown chain."""
    network = world.network(chain)
    produced: dict[tuple[str, str], float] = defaultdict(float)
    made: dict[tuple[str, str], tuple[float, float, Mapping[str, float], str]] = {}
    base: dict[tuple[str, str], float] = {}
    for process in network.processes:
        recipe = process.name.split("@")[0]
        base[recipe, process.region] = process.base * MONTHS
        for material, amount in process.outputs.items():
            produced[process.region, material] += amount * process.base * MONTHS
        if process.region in zones:
            limit = min(process.capacity, 1.5 * process.base) * MONTHS
            amounts = dict(process.outputs)
            for material, amount in process.inputs.items():
                amounts[material] = amounts.get(material, 0.0) - amount
            first = next(iter(process.outputs))
            made[process.region, process.name] = (limit, process.cost, amounts, first)
    imports, exports = _trade(network, zones)
    uses = [each for each in network.demands if each.region in zones]
    return ChainTables(
        chain=chain,
        exporter=world.chains[chain].text.exporter,
        prices={each.name: each.price for each in network.materials},
        used={(each.region, each.material): each.base * MONTHS for each in uses},
        elasticity={(each.region, each.material): each.elasticity for each in uses},
        imports=imports,
        exports=exports,
        produced=dict(produced),
        made=made,
        hosts=_hosts(world.chains[chain], base),
        nodes=node_of(network),
        scrap=frozenset(each.material for each in world.chains[chain].text.materials
                        if each.stage == SCRAP),
    )


def _trade(
    network: Network, zones: Sequence[str]
) -> tuple[dict[tuple[str, str, str], float], dict[tuple[str, str], float]]:
    imports: dict[tuple[str, str, str], float] = defaultdict(float)
    exports: dict[tuple[str, str], float] = defaultdict(float)
    for route in network.routes:
        if route.base <= 0.0:
            continue
        if route.importer in zones:
            imports[route.importer, route.material, route.exporter] += route.base * MONTHS
        elif route.exporter in zones:
            exports[route.exporter, route.material] += route.base * MONTHS
    return dict(imports), dict(exports)


def _hosts(chain: Chain, base: Mapping[tuple[str, str], float]) -> tuple[HostRoom, ...]:
    path = chain.folder / "host.csv"
    if not path.is_file():
        return ()
    rows = read_table(path, HOST_COLUMNS, optional={
        "year": "text", "edition": "text", "source": "text", "confidence": "text", "card": "text",
        "note": "text"}, root=chain.folder).frame
    found: list[HostRoom] = []
    for process in chain.text.processes:
        if not process.byproduct_of:
            continue
        host, recovery = str(process.byproduct_of["host"]), float(process.byproduct_of["recovery"])
        for region, tonnes in rows.filter(pl.col("host") == host).select(
                "region", "tonnes_per_year").iter_rows():
            taken = base.get((process.process, region), 0.0)
            found.append(HostRoom(host, region, process.process, next(iter(process.outputs)),
                                  max(0.0, recovery * tonnes - taken)))
    return tuple(found)
