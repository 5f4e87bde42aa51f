"""Which material a stress test is of: its entry in the Union's list, its minerals, its chain."""

from __future__ import annotations

from dataclasses import dataclass, field

from orepact.errors import InputError, Problem, nearest
from orepact.indicators.union.strategic import Strategic, StrategicMaterials, read_strategic
from orepact.network.network import Network
from orepact.network.regions import meant_by
from orepact.network.world import World
from orepact.policy import Register
from orepact.studies.assessment.accounts import chains_of
from orepact.studies.assessment.names import known_mineral

__all__ = ["Place", "Subject", "place_in", "subject_of"]

UNION = "EU27"


@dataclass(frozen=True, slots=True)
class Subject:
    """A material: `entry` is its place in the list of strategic ones, None if it has none.

    `minerals` are the ids of the tables, `chains` the scenario-level chains that hold it.
    """

    name: str
    title: str
    minerals: tuple[str, ...]
    chains: tuple[str, ...]
    entry: Strategic | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a region is in a chain: the nodes that it means; `missing` says why there are none."""

    nodes: tuple[str, ...] = ()
    member_states: bool = False
    missing: str = ""


def subject_of(world: World, register: Register, name: str) -> Subject:
    """Return a material by its name in the list of strategic ones, or by a mineral's.

    Raises `InputError` with the nearest name.
    """
    listed = read_strategic()
    plain = name.strip().casefold().replace(" ", "-").replace("_", "-")
    names = [entry.material for entry in listed.materials]
    if plain in names:
        return _strategic(world, register, listed, plain)
    try:
        mineral = known_mineral(world.bundle, name)
    except InputError as error:
        near = nearest(plain, names)
        found = [Problem(each.message, field="MINERAL", found=repr(name),
                         expected="a strategic raw material or a mineral, as "
                         + ", ".join(names[:5]), nearest=near or each.nearest)
                 for each in error.problems]
        raise InputError(found) from error
    holding = listed.holding(mineral)
    if holding:
        return _strategic(world, register, listed, holding[0])
    row = world.bundle.table("minerals").filter(mineral=mineral).row(0, named=True)
    return Subject(mineral, str(row["name"]), (mineral,), chains_of(world, register, mineral))


def _strategic(
    world: World, register: Register, listed: StrategicMaterials, name: str
) -> Subject:
    entry = listed.material(name)
    chains = (entry.chain,) if entry.chain in world.chains else tuple(dict.fromkeys(
        chain for mineral in entry.minerals for chain in chains_of(world, register, mineral)))
    return Subject(entry.material, entry.title, entry.minerals, chains, entry)


def place_in(world: World, chain: str, region: str) -> Place:
    """Return where a region is in a chain; a member state is split from the Union.

    A country that only a group stands for there has no place of its own.
    """
    network = world.network(chain)
    if region in {one.name for one in network.regions}:
        return Place((region,))
    states = next((one.members for one in world.regions if one.name == UNION), ())
    if region in states:
        return Place((region,), member_states=True)
    group = _group(network, region)
    if group:
        return Place(missing=f"{group} stands for {region} in the chain {chain}")
    return Place(missing=f"{region} has no place in the chain {chain}")


def _group(network: Network, region: str) -> str:
    for one in network.regions:
        if region in one.members and one.name != region:
            return one.name
    return next((name for name in meant_by(network.regions, region)), "")
