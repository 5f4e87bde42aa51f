"""Turn one chain's base accounts into the nodes and links of a flow diagram, in tonnes a month.

A node is a region at a stage; a link carries one material from the region that makes it to the
region and stage where it is used. Stages run left to right along the longest path of processes,
each as far right as its consumers allow. Material that stays in its region is what was made less
what was exported. What a region takes in is divided between its end use and its processes, links
sharing in proportion. Scrap is a source and collected scrap a sink, so that the drawing has no
cycle. At every node: inflow + added = outflow + lost, where added and lost are the grey stubs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import polars as pl

from orepact.errors import InputError, Problem
from orepact.views.texts import say

__all__ = ["OTHER", "Accounts", "Graph", "Link", "Node", "graph_of", "read_accounts"]

OTHER = "other"
SCRAP = "scrap"
COLLECTED = "collected"
REST = "rest"
USES = 6
TOO_THIN = 5e-4  # links below this fraction of their material's tonnes are not drawn
Key = TypeVar("Key")


class Node(NamedTuple):
    """A bar of the diagram: its column from the left, what it is, and its name or id."""

    column: int
    kind: str  # region, scrap, use
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """A ribbon of the diagram; `tonnes` a month of one material."""

    source: Node
    target: Node
    material: str
    tonnes: float


@dataclass(frozen=True, slots=True)
class Graph:
    """Columns with their heads, links, and the nodes in the order in which they were met."""

    heads: tuple[tuple[str, ...], ...]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    def inflow(self, node: Node) -> float:
        """Return the tonnes a month that links bring to a node."""
        return sum(link.tonnes for link in self.links if link.target == node)

    def outflow(self, node: Node) -> float:
        """Return the tonnes a month that links take from a node."""
        return sum(link.tonnes for link in self.links if link.source == node)


@dataclass(slots=True)
class Accounts:
    """Tonnes a month of one chain: made, traded, used, and the processes that join materials."""

    made: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])
    trade: dict[tuple[str, str, str], float] = field(
        default_factory=dict[tuple[str, str, str], float]
    )
    used: dict[tuple[str, str, str], float] = field(
        default_factory=dict[tuple[str, str, str], float]
    )
    process: dict[tuple[str, str, str], float] = field(
        default_factory=dict[tuple[str, str, str], float]
    )

    def materials(self) -> tuple[str, ...]:
        """Return every material that is made or traded."""
        found = dict.fromkeys([key[0] for key in self.made] + [key[0] for key in self.trade])
        return tuple(found)


def read_accounts(frames: Mapping[str, pl.DataFrame], chain: str, regions: int) -> Accounts:
    """Return a chain's accounts with all but the `regions` largest regions merged into one.

    Reads ``flows_base``, ``processes_base`` and ``uses_base`` (tonnes a month; a process's
    tonnes are those of its output, repeated on every row that names another input).
    """
    whole = Accounts()
    made = _rows(frames["processes_base"], chain).group_by(
        "process", "region", "material_out", maintain_order=True
    )
    for row in made.agg(pl.col("tonnes_per_month").max()).iter_rows(named=True):
        _add(whole.made, (row["material_out"], row["region"]), row["tonnes_per_month"])
    for row in _rows(frames["processes_base"], chain).iter_rows(named=True):
        if row["material_in"]:
            key = (row["material_in"], row["material_out"], row["region"])
            _add(whole.process, key, row["tonnes_per_month"])
    for row in _rows(frames["flows_base"], chain).iter_rows(named=True):
        key = (row["material"], row["exporter"], row["importer"])
        _add(whole.trade, key, row["tonnes_per_month"])
    for row in _rows(frames["uses_base"], chain).iter_rows(named=True):
        _add(whole.used, (row["material"], row["region"], row["use"]), row["tonnes_per_month"])
    _keep_home(whole)
    return _merge(whole, _largest(whole, regions), _main_uses(whole))


def graph_of(accounts: Accounts) -> Graph:
    """Return the diagram's columns, nodes and links.

    Raises `InputError` when processes form a circle that does not pass through scrap.
    """
    columns = _columns(accounts)
    last = max(columns.values(), default=0) + 1
    links: dict[tuple[Node, Node, str], float] = {}
    for (material, exporter, importer), tonnes in accounts.trade.items():
        source = _maker(material, exporter, columns)
        for target, share in _destinations(accounts, material, importer, columns, last):
            _add(links, (source, target, material), tonnes * share)
    for (material, region, use), tonnes in accounts.used.items():
        if (material in columns) and _arrivals(accounts, material, region) > 0:
            _add(links, (Node(last, "region", region), Node(last + 1, "use", use), material),
                 tonnes)
    total: dict[str, float] = defaultdict(float)
    for (material, _, _), tonnes in accounts.trade.items():
        total[material] += tonnes
    kept = [Link(a, b, material, t) for (a, b, material), t in links.items()
            if t > TOO_THIN * total[material]]
    nodes = dict.fromkeys(node for link in kept for node in (link.source, link.target))
    return Graph(_heads(columns, last), tuple(nodes), tuple(kept))


def _rows(frame: pl.DataFrame, chain: str) -> pl.DataFrame:
    return frame.filter((pl.col("chain") == chain) & (pl.col("tonnes_per_month") > 0))


def _add(table: dict[Key, float], key: Key, tonnes: float) -> None:
    table[key] = table.get(key, 0.0) + tonnes


def _keep_home(accounts: Accounts) -> None:
    """Add the tonnes that never leave their region, unless the trade table already holds them."""
    held = {m for m, exporter, importer in accounts.trade if exporter == importer}
    exported: dict[tuple[str, str], float] = defaultdict(float)
    for (material, exporter, importer), tonnes in accounts.trade.items():
        if exporter != importer:
            exported[material, exporter] += tonnes
    for (material, region), tonnes in accounts.made.items():
        home = tonnes - exported[material, region]
        if material not in held and home > 0:
            accounts.trade[material, region, region] = home


def _largest(accounts: Accounts, count: int) -> frozenset[str]:
    """Return the regions with the largest shares of tonnes handled, each material counting once."""
    share: dict[str, float] = defaultdict(float)
    total: dict[str, float] = defaultdict(float)
    for (material, _, _), tonnes in accounts.trade.items():
        total[material] += tonnes
    for (material, exporter, importer), tonnes in accounts.trade.items():
        share[exporter] += tonnes / total[material]
        share[importer] += tonnes / total[material]
    ranked = sorted((region for region in share if region != OTHER), key=lambda r: (-share[r], r))
    return frozenset(ranked[:count])


def _main_uses(accounts: Accounts) -> frozenset[str]:
    """Return the largest end uses of a chain; one more than has room is not worth merging."""
    tonnes: dict[str, float] = defaultdict(float)
    for (_, _, use), used in accounts.used.items():
        tonnes[use] += used
    ranked = sorted(tonnes, key=lambda use: (-tonnes[use], use))
    return frozenset(ranked if len(ranked) <= USES + 1 else ranked[:USES])


def _merge(accounts: Accounts, kept: frozenset[str], uses: frozenset[str]) -> Accounts:
    def name(region: str) -> str:
        return region if region in kept else OTHER

    merged = Accounts()
    for (material, region), tonnes in accounts.made.items():
        _add(merged.made, (material, name(region)), tonnes)
    for (material, a, b), tonnes in accounts.trade.items():
        _add(merged.trade, (material, name(a), name(b)), tonnes)
    for (material, region, use), tonnes in accounts.used.items():
        _add(merged.used, (material, name(region), use if use in uses else REST), tonnes)
    for (m_in, m_out, region), tonnes in accounts.process.items():
        _add(merged.process, (m_in, m_out, name(region)), tonnes)
    return merged


def _is_scrap(material: str) -> bool:
    return "scrap" in material


def _columns(accounts: Accounts) -> dict[str, int]:
    """Return the column of each material's makers: longest path, then as far right as it goes."""
    materials = accounts.materials()
    steps = sorted({(a, b) for a, b, _ in accounts.process
                    if a in materials and b in materials and not _is_scrap(b)})
    column = dict.fromkeys(materials, 0)
    for _ in materials:
        for before, after in steps:
            column[after] = max(column[after], column[before] + 1)
    if any(column[after] <= column[before] for before, after in steps):
        circle = " → ".join(sorted({material for step in steps for material in step}))
        raise InputError([Problem("the processes form a circle", found=circle)])
    last = max(column.values(), default=0)
    for material in sorted(materials, key=lambda m: -column[m]):
        uses = [column[after] - 1 for before, after in steps if before == material]
        final = [last] if any(m == material for m, _, _ in accounts.used) else []
        starts = not any(after == material for _, after in steps)
        if starts and uses and not final:
            column[material] = min(uses)
    return column


def _maker(material: str, region: str, columns: Mapping[str, int]) -> Node:
    if _is_scrap(material):
        return Node(columns[material], "scrap", SCRAP)
    return Node(columns[material], "region", region)


def _arrivals(accounts: Accounts, material: str, region: str) -> float:
    return sum(t for (m, _, to), t in accounts.trade.items() if m == material and to == region)


def _destinations(
    accounts: Accounts, material: str, region: str, columns: Mapping[str, int], last: int
) -> Sequence[tuple[Node, float]]:
    """Return the nodes that share a region's intake of a material, with shares that sum to one."""
    arrived = _arrivals(accounts, material, region)
    used = sum(t for (m, r, _), t in accounts.used.items() if (m, r) == (material, region))
    outputs: dict[Node, float] = {}
    for (m_in, m_out, at), tonnes in accounts.process.items():
        if (m_in, at) == (material, region) and m_out in columns:
            sink = Node(last + 1, "use", COLLECTED)
            node = sink if _is_scrap(m_out) else Node(columns[m_out], "region", region)
            _add(outputs, node, tonnes)
    final = min(1.0, used / arrived) if arrived > 0 else 1.0
    if not outputs:
        return [(Node(last, "region", region), 1.0)]
    total = sum(outputs.values())
    shares = [(node, (1.0 - final) * tonnes / total) for node, tonnes in outputs.items()]
    return [*shares, (Node(last, "region", region), final)] if final > 0 else shares


def _heads(columns: Mapping[str, int], last: int) -> tuple[tuple[str, ...], ...]:
    made = [tuple(m for m, at in columns.items() if at == column and not _is_scrap(m))
            for column in range(last)]
    return (*made, (say("used_in"),), (say("end_use"),))
