"""What a member uses, makes and trades of one form, taken from a balanced account or a path.

Use of a form is what final uses and the next processing step take, since an emergency of the form
hits both. The routes are kept, so that a loss can be told by exporter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orepact.errors import InputError, Problem, nearest
from orepact.network.network import Network
from orepact.network.regions import meant_by

__all__ = ["Account", "Levels", "accounts_of", "base_levels", "material_of"]

@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What every component of a network does in a period, in the network's order.

    `activity` by process, `flow` by route and `used` by demand are t/month, `held` by stock is t.
    """

    activity: Sequence[float]
    flow: Sequence[float]
    used: Sequence[float]
    held: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A member's account of one form; all flows in t/month.

    `bought` has imports by exporting node, `sold` exports by importing node; trade between the
    nodes of one member is left out. `final` has final use by use, `inputs` use by process. `cover`
    is the stock that its users hold (t).
    """

    member: str
    nodes: frozenset[str]
    production: float
    bought: Mapping[str, float]
    sold: Mapping[str, float]
    final: Mapping[str, float]
    inputs: Mapping[str, float]
    cover: float

    @property
    def use(self) -> float:
        """Return what is used, t/month."""
        return sum(self.final.values()) + sum(self.inputs.values())

    @property
    def net_imports(self) -> float:
        """Return imports less exports, t/month."""
        return sum(self.bought.values()) - sum(self.sold.values())


def material_of(network: Network, name: str) -> str:
    """Return a material of a network by its name; raises `InputError` with the nearest one."""
    names = [item.name for item in network.materials]
    if name not in names:
        raise InputError([Problem("unknown form", field="material", found=repr(name),
                                  expected="one of " + ", ".join(names),
                                  nearest=nearest(name, names))])
    return name


def base_levels(network: Network) -> Levels:
    """Return the levels of the calibration window."""
    return Levels(
        activity=[each.base for each in network.processes],
        flow=[each.base for each in network.routes],
        used=[each.base for each in network.demands],
        held=[each.initial for each in network.stocks],
    )


def accounts_of(
    network: Network, material: str, members: Sequence[str], levels: Levels | None = None
) -> tuple[Account, ...]:
    """Return the accounts of members in a form, in their order, in the base if no levels are given.

    A member is a node of the network or a bloc that stands for several. Raises `InputError` for
    unknown, repeated and overlapping members.
    """
    problems: list[Problem] = []
    nodes: dict[str, frozenset[str]] = {}
    taken: dict[str, str] = {}
    known = sorted({one.name for one in network.regions}
                   | {one.bloc for one in network.regions if one.bloc})
    for member in members:
        meant = meant_by(network.regions, member)
        if not meant:
            problems.append(Problem("no such place in this chain", field="members",
                                    found=repr(member), expected="one of " + ", ".join(known),
                                    nearest=nearest(member, known)))
        for node in meant:
            if node in taken:
                problems.append(Problem("a place belongs to two members", field="members",
                                        found=f"{node} of {member}",
                                        expected=f"a place that {taken[node]} does not have"))
            taken[node] = member
        nodes[member] = meant
    if not members:
        problems.append(Problem("the group has no members", field="members",
                                expected="two places or more, such as EU27,USA,JPN"))
    if problems:
        raise InputError(problems)
    at = levels or base_levels(network)
    return tuple(_account(network, material, member, nodes[member], at) for member in members)


def _account(
    network: Network, material: str, member: str, nodes: frozenset[str], levels: Levels
) -> Account:
    production = 0.0
    inputs: dict[str, float] = {}
    for process, activity in zip(network.processes, levels.activity, strict=True):
        if process.region in nodes:
            production += process.outputs.get(material, 0.0) * activity
            if taken := process.inputs.get(material, 0.0) * activity:
                inputs[process.name] = taken
    bought: dict[str, float] = {}
    sold: dict[str, float] = {}
    for route, flow in zip(network.routes, levels.flow, strict=True):
        if route.material != material or flow <= 0.0:
            continue
        if route.importer in nodes and route.exporter not in nodes:
            bought[route.exporter] = bought.get(route.exporter, 0.0) + flow
        if route.exporter in nodes and route.importer not in nodes:
            sold[route.importer] = sold.get(route.importer, 0.0) + flow
    cover = sum(held for stock, held in zip(network.stocks, levels.held, strict=True)
                if stock.region in nodes and stock.material == material)
    return Account(member=member, nodes=nodes, production=production, bought=bought, sold=sold,
                   final=_final(network, material, nodes, levels), inputs=inputs, cover=cover)


def _final(
    network: Network, material: str, nodes: frozenset[str], levels: Levels
) -> dict[str, float]:
    """Return final use by use, t/month."""
    final: dict[str, float] = {}
    for demand, used in zip(network.demands, levels.used, strict=True):
        if demand.region in nodes and demand.material == material:
            for use, share in (demand.uses or {"": 1.0}).items():
                final[use] = final.get(use, 0.0) + share * used
    return final
