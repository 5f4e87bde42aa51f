"""Chains that a user names: of the dataset, of an installed package, or in a folder."""

from __future__ import annotations

from orepact.errors import InputError, Problem, nearest
from orepact.network import World
from orepact.network.chains.outside import find_chain, installed_chains

__all__ = ["known_chain", "open_chain"]


def open_chain(name: str, world: World) -> tuple[World, str]:
    """Return the dataset with the chain that a user named, and the chain's name.

    Raises `InputError` for a name that neither the dataset, nor an installed package, nor a folder
    has.
    """
    if name in world.chains or find_chain(name) is None:
        return world, known_chain(world, name)
    world = world.with_chain(name)
    return world, list(world.chains)[-1]


def known_chain(world: World, name: str) -> str:
    """Return the name if the dataset has the chain; raises `InputError` with the nearest one."""
    if name in world.chains:
        return name
    names = [*world.chains, *installed_chains()]
    raise InputError(
        [
            Problem(
                "unknown chain",
                field="CHAIN",
                found=repr(name),
                expected="one of " + ", ".join(names) + ", or the folder of a chain",
                nearest=nearest(name, names),
            )
        ]
    )
