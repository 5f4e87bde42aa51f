"""What is wrong with the instruments and plants of a network: names, numbers and dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Protocol

from orepact.errors import Problem, nearest
from orepact.network.components import Material, Process, Region
from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Instrument,
    Offtake,
    PriceGapSubsidy,
)
from orepact.network.plants import Plant

__all__ = [
    "Flaw", "Places", "instrument_flaws", "overlaps", "plant_flaws", "support_problems",
]

_POSITIVE = ("volume", "floor", "strike", "cost", "price", "premium_cap", "vat")
_SHARES = ("share", "upside", "full", "vat")
_PAYING = (ContractForDifference, PriceGapSubsidy, Offtake)
"""Kinds that pay the tonnes of a process: two of them pay for one tonne twice."""

_NAMED = ("processes", "certified")


class Places(Protocol):
    """What instruments and plants of a network may name."""

    @property
    def regions(self) -> tuple[Region, ...]:
        """Return the regions."""
        ...

    @property
    def materials(self) -> tuple[Material, ...]:
        """Return the materials."""
        ...

    @property
    def processes(self) -> tuple[Process, ...]:
        """Return the processes, those of plants included."""
        ...

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """Return the instruments."""
        ...

    @property
    def plants(self) -> tuple[Plant, ...]:
        """Return the plants."""
        ...


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one field: `place` counts within a list, -1 where it is none."""

    field: str
    what: str
    found: str = ""
    expected: str = ""
    near: str = ""
    place: int = -1


def support_problems(network: Places) -> list[Problem]:
    """Return what is wrong with instruments and plants, each with its component and field."""
    if not network.instruments and not network.plants:
        return []
    named = [(each.name, flaw) for each in network.instruments
             for flaw in (*instrument_flaws(each), *_strangers(each, network))]
    named += [(network.instruments[number].name, flaw)
              for number, flaw in overlaps(network.instruments)]
    named += [(each.name, flaw) for each in network.plants
              for flaw in (*plant_flaws(each), *_homeless(each, network))]
    return [
        Problem(flaw.what, field=f"{name}.{flaw.field}".rstrip("."), found=flaw.found,
                expected=flaw.expected, nearest=flaw.near)
        for name, flaw in named
    ]


def instrument_flaws(each: Instrument) -> Iterator[Flaw]:
    """Yield what is wrong with an instrument in itself: numbers, shares, dates, empty lists."""
    for name in _POSITIVE:
        value = getattr(each, name, 0.0)
        if not value >= 0.0:
            yield Flaw(name, "a negative or missing number", f"{value:g}", "0 or more")
        elif value == float("inf") and name != "volume":
            yield Flaw(name, "not a finite number", f"{value:g}", "a finite number")
    for name in _SHARES:
        value = getattr(each, name, 0.0)
        if not 0.0 <= value <= 1.0 and (name != "vat" or 1.0 < value < float("inf")):
            yield Flaw(name, "a share outside 0 to 1", f"{value:g}",
                       "0 to 1, for example 0.13 for 13 %" if name == "vat" else "0 to 1")
    yield from _reversed(each.first, each.last)
    for name in ("zone", *(name for name in _NAMED if hasattr(each, name))):
        if not getattr(each, name):
            yield Flaw(name, "nothing is named", expected="at least one")
    yield from _crossed(each)
    if each.index_basis == "including VAT" and each.vat == 0.0:
        yield Flaw("vat", "a price with tax without its rate", "0", "the tax rate, for example "
                   "0.13")


def overlaps(instruments: Sequence[Instrument]) -> Iterator[tuple[int, Flaw]]:
    """Yield instruments that contradict an earlier one, by number, on the whole of them.

    Two floors on one stage in one zone at one time have no meaning together; two of contract,
    subsidy and offtake, of one kind or of two, for one process at one time pay for one tonne twice.
    """
    for (_, first), (other, second) in combinations(enumerate(instruments), 2):
        if first.material != second.material or not _meet(first, second):
            continue
        zone = sorted(set(first.zone) & set(second.zone))
        if isinstance(first, BorderFloor) and isinstance(second, BorderFloor) and zone:
            yield other, Flaw("", "two floors on one stage and zone at one time",
                              f"{first.name} and {second.name} on {first.material} in "
                              f"{', '.join(zone)}", "months, zones or stages of their own")
        if not isinstance(first, _PAYING) or not isinstance(second, _PAYING):
            continue
        twice = sorted(set(first.processes) & set(second.processes))
        if twice:
            yield other, Flaw("", "pays for the same tonnes at one time",
                              f"{first.name} and {second.name} for {', '.join(twice)}",
                              "months or processes of their own")


def _crossed(each: Instrument) -> Iterator[Flaw]:
    """Yield names that stand twice in a list, and exporters that are exempt within the zone."""
    for name in ("zone", "exempt", *_NAMED):
        listed: tuple[str, ...] = getattr(each, name, ())
        for place, one in enumerate(listed):
            if one in listed[:place]:
                yield Flaw(name, "named twice", one, "each once", place=place)
    for place, one in enumerate(getattr(each, "exempt", ())):
        if one in each.zone:
            yield Flaw("exempt", "a region of the zone itself", one,
                       "an exporter from outside: trade within the zone is not charged",
                       place=place)


def _meet(one: Instrument, other: Instrument) -> bool:
    """Say whether two instruments hold in a common month."""
    starts = [each.first for each in (one, other) if each.first is not None]
    ends = [each.last for each in (one, other) if each.last is not None]
    return not starts or not ends or max(starts) <= min(ends)


def plant_flaws(plant: Plant) -> Iterator[Flaw]:
    """Yield what is wrong with a plant in itself."""
    for name, least in (("patience", 1), ("restart", 0), ("ramp", 0)):
        if getattr(plant, name) < least:
            yield Flaw(name, "too few months", str(getattr(plant, name)), f"{least} or more")
    if plant.process.grows:
        yield Flaw("process.grows", "a plant does not grow", "true", "false")
    if plant.process.base != 0.0:
        yield Flaw("process.base", "a plant has no base output", f"{plant.process.base:g}", "0")
    if plant.process.capacity == float("inf"):
        yield Flaw("process.capacity", "not a finite number", "inf", "t/month")


def _reversed(first: date | None, last: date | None) -> Iterator[Flaw]:
    if first is not None and last is not None and last < first:
        yield Flaw("last", "ends before it begins", f"{last:%Y-%m}",
                   f"{first:%Y-%m} or later")


def _strangers(each: Instrument, network: Places) -> Iterator[Flaw]:
    regions = {region.name for region in network.regions}
    processes = {process.name for process in network.processes}
    yield from _unknown("material", (each.material,), {item.name for item in network.materials},
                        "a material")
    yield from _unknown("zone", each.zone, regions, "a region")
    yield from _unknown("exempt", getattr(each, "exempt", ()), regions, "a region")
    yield from _unknown("processes", getattr(each, "processes", ()), processes, "a process")
    yield from _unknown("certified", getattr(each, "certified", ()), processes | regions,
                        "a process or region")
    if full_of := getattr(each, "full_of", ""):
        yield from _unknown("full_of", (full_of,), processes, "a process")
    made = {process.name: process.outputs for process in network.processes}
    for name in _NAMED:
        for place, one in enumerate(getattr(each, name, ())):
            if one in made and each.material not in made[one]:
                yield Flaw(name, f"does not make {each.material}", one,
                           "a process that makes it", place=place)


def _unknown(
    field: str, values: Iterable[str], known: set[str], kind: str
) -> Iterator[Flaw]:
    for place, value in enumerate(values):
        if value not in known:
            yield Flaw(field, f"not {kind} of the network", value,
                       "one of " + ", ".join(sorted(known)[:8]), nearest(value, sorted(known)),
                       place)


def _homeless(plant: Plant, network: Places) -> Iterator[Flaw]:
    if plant.process not in network.processes:
        yield Flaw("process", "its process is not in the network", plant.process.name,
                   "a network that includes the plant")
