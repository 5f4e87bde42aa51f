"""Outages, demand surges and floods of a scenario as factors on processes and demands."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour
from orepact.network.components import Process
from orepact.network.network import Network
from orepact.network.regions import meant_by
from orepact.policy.scenario.text import DemandChange, Flood, Outage, When, last_day, start_day
from orepact.result.months import Months

__all__ = ["Floods", "floods_of", "outage_factors", "surges", "within"]

FLOOR = Behaviour().exporter_floor
"""Where mines of other regions withdraw during a flood: at the floor that the exporter's showed."""


def within(months: Months, first: When, last: When) -> slice:
    """Return the numbers of the months from one date to another, both included."""
    start = months.number(start_day(first))
    end = months.number(last_day(last)) + 1
    return slice(max(0, start), max(0, end))


def outage_factors(network: Network, parts: Iterable[Outage], months: Months) -> Array:
    """Return factors on activity (months × processes); a bloc's outage stops its members' too."""
    factors = np.ones((months.count, len(network.processes)))
    for part in parts:
        where = meant_by(network.regions, part.region)
        for number, process in enumerate(network.processes):
            recipe = process.name.rpartition("@")[0]
            if recipe == part.process and process.region in where:
                factors[within(months, part.month, part.until), number] *= part.activity.value
    return factors


def surges(
    parts: Iterable[DemandChange], chain: str, months: Months
) -> Mapping[tuple[str, str], Array]:
    """Return factors on uses by use and region (or ``ALL``), one entry per month."""
    found: dict[tuple[str, str], Array] = {}
    for part in parts:
        if part.chain in ("", chain):
            path = found.setdefault((part.use, part.region), np.ones(months.count))
            path[within(months, part.month, part.until)] *= part.factor.value
    return found


@dataclass(frozen=True, slots=True)
class Floods:
    """What floods mean for processes (months × processes) and by region and material (per month).

    `activity` is a factor on base activity and capacity, `charge` a multiple of the base value of
    the outputs, `floor` a multiple of the base price, NaN where a process keeps its own; `offered`
    the multiple of the base price at which a material is offered, inf where it is not.
    """

    activity: Array
    charge: Array
    floor: Array
    offered: Mapping[str, Array]


def floods_of(
    network: Network, parts: Iterable[Flood], months: Months, supply: Array | None = None
) -> Floods | None:
    """Return what floods mean, None without any that meets a process.

    The region offers `volume` times its base capacity at `price` times the base price, and nothing
    below; `supply` (months × processes) is the known path of supply, which the factors on activity
    are laid over. Where floods share a stage, the larger volume and the lower price hold. Where the
    region makes the material from inputs of its own, those stages grow as much and offer at base
    cost: the loss lies with the stage that floods. Mines elsewhere withdraw at the floor at which
    the exporter's did.
    """
    size = (months.count, len(network.processes))
    offered: dict[str, Array] = {}
    floods = Floods(np.full(size, np.nan), np.zeros(size), np.full(size, np.nan), offered)
    met = False
    for part in parts:
        time = within(months, part.month, part.until)
        own = meant_by(network.regions, part.region)
        for material in part.materials:
            line = _line(network, own, material)
            met |= bool(line)
            if line:
                offer = offered.setdefault(material, np.full(months.count, np.inf))
                offer[time] = np.minimum(offer[time], part.price.value)
            for number, process in enumerate(network.processes):
                if number in line and material in process.outputs:
                    _offer(floods, time, number, process, part)
                elif number in line:
                    _grow(floods, time, number, part.volume.value * _room(process))
                    floods.floor[time, number] = np.fmin(floods.floor[time, number], 1.0)
                elif process.region not in own and _mine(process):
                    floods.floor[time, number] = np.fmax(floods.floor[time, number], FLOOR)
    if not met:
        return None
    path = np.ones(size) if supply is None else supply[: months.count]
    grown = np.divide(floods.activity, path, out=np.ones(size), where=path > 0.0)
    return replace(floods, activity=np.where(np.isnan(floods.activity), 1.0, grown))


def _line(network: Network, regions: Container[str], material: str) -> set[int]:
    """Return the processes of regions that make a material, and those that make their inputs."""
    found: set[int] = set()
    wanted = [material]
    for name in wanted:
        for number, process in enumerate(network.processes):
            if process.region in regions and name in process.outputs and not process.notice:
                found.add(number)
                wanted += [each for each in process.inputs if each not in wanted]
    return found


def _offer(floods: Floods, time: slice, number: int, process: Process, part: Flood) -> None:
    price, grown = part.price.value, part.volume.value * _room(process)
    _grow(floods, time, number, grown / price**process.elasticity if _mine(process) else grown)
    floods.floor[time, number] = np.fmin(floods.floor[time, number], price)
    if not _mine(process):
        floods.charge[time, number] = np.minimum(floods.charge[time, number], price - 1.0)


def _grow(floods: Floods, time: slice, number: int, size: float) -> None:
    floods.activity[time, number] = np.fmax(floods.activity[time, number], size)


def _room(process: Process) -> float:
    """Return capacity relative to base activity."""
    known = process.base > 0.0 and np.isfinite(process.capacity)
    return process.capacity / process.base if known else 1.0


def _mine(process: Process) -> bool:
    return process.elasticity > 0.0 and process.base > 0.0
