"""A network in which programmes have worked: the same components with other coefficients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from orepact.network.components import Demand, Process
from orepact.network.network import Network
from orepact.studies.research.text import Programme, Research

__all__ = ["changed"]


def changed(
    network: Network, text: Research, done: Sequence[str], effect: Mapping[str, float] | None = None
) -> Network:
    """Return the network once the programmes named in `done` are in full use.

    `effect` takes the place of the middle effect of some. Order and names of components stay.
    """
    own = effect or {}
    processes, demands = list(network.processes), list(network.demands)
    for each in text.programmes:
        if each.programme not in done:
            continue
        size = own.get(each.programme, each.effect.value)
        zone = text.zone_of(each)
        if each.kind == "substitution":
            demands = [_used(one, each, zone, size) for one in demands]
        else:
            processes = [_made(one, each, zone, size) for one in processes]
    return replace(network, processes=tuple(processes), demands=tuple(demands))


def _used(one: Demand, each: Programme, zone: Sequence[str], size: float) -> Demand:
    if one.region not in zone or one.material != each.material:
        return one
    touched = one.uses.get(each.use, 0.0) if each.use else 1.0
    left = 1.0 - size * touched
    if not each.use or not touched:
        return replace(one, base=one.base * left)
    parts = {use: share * (1.0 - size * (use == each.use)) / left
             for use, share in one.uses.items()}
    return replace(one, base=one.base * left, uses=parts)


def _made(one: Process, each: Programme, zone: Sequence[str], size: float) -> Process:
    if one.region not in zone or one.name.split("@")[0] not in {each.process, *each.also}:
        return one
    if each.kind == "recovery":
        return replace(one, base=one.base * (1.0 + size), capacity=one.capacity * (1.0 + size))
    less = {name: ratio * (1.0 - size * (each.kind == "yield" or name == each.material))
            for name, ratio in one.inputs.items()}
    return replace(one, inputs=less)
