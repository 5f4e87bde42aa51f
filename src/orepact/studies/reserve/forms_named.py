"""Which stored forms a name means: a material, a chain, or a mineral."""

from __future__ import annotations

from orepact.errors import InputError, Problem, nearest
from orepact.network.world import World
from orepact.policy import load_register

__all__ = ["forms_named", "minerals_of"]


def minerals_of(world: World) -> dict[str, str]:
    """Return the mineral of every material of every chain, the element where one is told."""
    of = {form.id: form.mineral for form in load_register().forms.materials}
    return {
        item.material: of.get(item.material) or chain.text.mineral
        for chain in world.chains.values()
        for item in chain.text.materials
    }


def forms_named(world: World, name: str) -> tuple[tuple[str, str], ...]:
    """Return chain and material of every form that a name means; all for an empty name.

    A name is a material, a chain or a mineral. Raises `InputError` with the nearest known name.
    """
    minerals = minerals_of(world)
    plain = _plain(name)
    every = [
        (chain, item.material)
        for chain, one in world.chains.items()
        for item in one.text.materials
    ]
    found = [
        pair for pair in every
        if plain in {"", _plain(pair[1]), _plain(pair[0]), _plain(minerals[pair[1]]),
                     _plain(world.chains[pair[0]].text.mineral)}
    ]
    exact = [pair for pair in found if _plain(pair[1]) == plain]
    if exact or found:
        return tuple(exact or found)
    known = list(dict.fromkeys([*(m for _, m in every), *world.chains, *minerals.values()]))
    near = nearest(name, known)
    raise InputError([
        Problem("unknown form, chain or mineral", field="--material", found=name,
                expected=f"one of {len(every)} forms of {len(world.chains)} chains, "
                "as printed by orepact reserve forms", nearest=near)
    ])


def _plain(name: str) -> str:
    return name.casefold().replace("_", "-").replace(" ", "-")
