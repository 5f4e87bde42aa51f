"""What is wrong with a support file: amounts, dates, overlapping floors, names; no solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from orepact.data.text import Location
from orepact.errors import InputError, nearest
from orepact.network.chains.text import Card
from orepact.network.components import Process
from orepact.network.instruments import BorderFloor, Instrument, StandardsTier
from orepact.network.network import Network
from orepact.network.supported import Flaw, instrument_flaws, overlaps
from orepact.policy.scenario.faults import Fault
from orepact.policy.support.made import amounts, instrument_of, number_of, plant_name
from orepact.policy.support.text import CostText, InstrumentText, PlantText
from orepact.units import convert

__all__ = [
    "card_faults", "cost_faults", "instrument_faults", "overlap_faults", "place_faults",
    "plant_faults",
]

_MONTHS = ("patience", "restart", "ramp")
_SHARES = ("share", "upside", "full", "vat")
_RATES = ("rate", "vat", "inflation")
_STAND_IN = 0.5
"""An amount in place of one that is no number, so that the others are checked too."""

_SHOWN = 8


def card_faults(cards: Sequence[Card]) -> Iterator[Fault]:
    """Yield cards that are named twice, or whose value is outside their range."""
    names = [card.card for card in cards]
    for number, card in enumerate(cards):
        at: Location = ("cards", number)
        if card.card in names[:number]:
            yield Fault((*at, "card"), "named twice", card.card, "each card once")
        if not card.low <= card.value <= card.high:
            yield Fault((*at, "value"), "value outside its range",
                        f"{card.value:g} in {card.low:g} to {card.high:g}", "low <= value <= high")


def instrument_faults(
    texts: Sequence[InstrumentText], cards: Mapping[str, Card]
) -> Iterator[Fault]:
    """Yield what is wrong with instruments in themselves: ids, amounts, shares and dates."""
    yield from _twice("instruments", [text.id for text in texts])
    for number, text in enumerate(texts):
        at: Location = ("instruments", number)
        faults = list(_amount_faults(at, text, cards))
        yield from faults
        bad = {str(fault.at[-1]) for fault in faults}
        rest = replace(text, **dict.fromkeys(bad, _STAND_IN))
        made = instrument_of(rest, cards)
        yield from (_fault(at, flaw) for flaw in instrument_flaws(made) if flaw.field not in bad)
        yield from (fault for fault in _cap_faults(at, made) if "volume" not in bad)
        yield from _range_faults(at, rest, cards)


def plant_faults(texts: Sequence[PlantText], cards: Mapping[str, Card]) -> Iterator[Fault]:
    """Yield what is wrong with plants in themselves: ids, amounts and months."""
    yield from _twice("plants", [text.id for text in texts])
    for number, text in enumerate(texts):
        at: Location = ("plants", number)
        faults = list(_amount_faults(at, text, cards))
        yield from faults
        bad = {str(fault.at[-1]) for fault in faults}
        for name, amount, unit in amounts(text):
            if name in bad:
                continue
            value = number_of(amount, unit, cards)
            least = 1.0 if name == "patience" else 0.0
            if name != "cost" and not value >= least:
                what = "too few months" if name in _MONTHS else "a negative or missing number"
                yield Fault((*at, name), what, f"{value:g}", f"{least:g} or more")


def cost_faults(text: CostText, cards: Mapping[str, Card]) -> Iterator[Fault]:
    """Yield amounts of a cost text that are unknown, negative, or no rate."""
    faults = list(_amount_faults(("cost",), text, cards))
    yield from faults
    if faults:
        return
    for name, amount, unit in amounts(text):
        value = number_of(amount, unit, cards)
        if name in _RATES and value > 1.0:
            yield Fault(("cost", name), "a rate above 1", f"{value:g}",
                        "a fraction, for example 0.04 for 4 %")
        if not value >= 0.0 or (value == 0.0 and name in {"price", "level"}):
            yield Fault(("cost", name), "a negative or missing number", f"{value:g}",
                        "above 0" if name in {"price", "level"} else "0 or more")


def overlap_faults(instruments: Sequence[tuple[int, Instrument]]) -> Iterator[Fault]:
    """Yield instruments, with their numbers, that contradict an earlier one."""
    for place, flaw in overlaps([each for _, each in instruments]):
        yield Fault(("instruments", instruments[place][0]), flaw.what, flaw.found, flaw.expected)


def place_faults(
    texts: Sequence[InstrumentText],
    plants: Sequence[PlantText],
    others: Sequence[PlantText],
    network: Network,
) -> Iterator[Fault]:
    """Yield names of materials, regions, processes and recipes that the network does not have.

    `others` are plants of another file: they may be named, and are checked there.
    """
    regions = [region.name for region in network.regions]
    materials = [item.name for item in network.materials]
    recipes = sorted({process.name.split("@")[0] for process in network.processes})
    every = (*plants, *others)
    built = [plant_name(text) for text in every]
    processes = [*(process.name for process in network.processes), *built]
    for number, text in enumerate(texts):
        at: Location = ("instruments", number)
        yield from _unknown(at, "material", text.material, materials, "a material")
        for field, known, kind in (
            ("zone", regions, "a region"), ("exempt", regions, "a region"),
            ("processes", processes, "a process or plant"),
            ("certified", [*regions, *processes], "a region, process or plant"),
            ("full_of", processes, "a process or plant"),
        ):
            yield from _unknown(at, field, getattr(text, field, ()), known, kind)
        yield from _wrong_stage(at, text, every, network.processes)
    for number, text in enumerate(plants):
        at = ("plants", number)
        yield from _unknown(at, "recipe", text.recipe, recipes, "a recipe")
        yield from _unknown(at, "steps", text.steps, recipes, "a recipe")
        yield from _unknown(at, "region", text.region, regions, "a region")


def _wrong_stage(
    at: Location, text: InstrumentText, plants: Sequence[PlantText], processes: Sequence[Process]
) -> Iterator[Fault]:
    made = {process.name: process.outputs for process in processes}
    by_recipe = {process.name.split("@")[0]: process.outputs for process in processes}
    made |= {plant_name(plant): by_recipe[plant.recipe] for plant in plants
             if plant.recipe in by_recipe}
    for field in ("processes", "certified"):
        for place, name in enumerate(getattr(text, field, ())):
            if name in made and text.material not in made[name]:
                makers = [one for one, outputs in made.items() if text.material in outputs]
                yield Fault((*at, field, place), f"does not make {text.material}", name,
                            "one of " + ", ".join(makers[:_SHOWN]), nearest(name, makers))


def _amount_faults(
    at: Location, text: InstrumentText | PlantText | CostText, cards: Mapping[str, Card]
) -> Iterator[Fault]:
    for name, amount, unit in amounts(text):
        try:
            _ = number_of(amount, unit, cards)
        except InputError as error:
            for problem in error.problems:
                yield Fault((*at, name), problem.message, problem.found, problem.expected,
                            problem.nearest)


def _cap_faults(at: Location, made: Instrument) -> Iterator[Fault]:
    """Yield a cap on the tonnes of what is a price for everybody: a floor, a standard."""
    if isinstance(made, BorderFloor | StandardsTier) and 0.0 < made.volume < float("inf"):
        yield Fault((*at, "volume"), "a price for everybody has no cap on its tonnes",
                    f"{made.volume:g}", "no volume")


def _range_faults(
    at: Location, text: InstrumentText, cards: Mapping[str, Card]
) -> Iterator[Fault]:
    """Yield cards whose lowest value would be below zero, or a share above one."""
    for name, amount, unit in amounts(text):
        if not isinstance(amount, str):
            continue
        card = cards[amount]
        for value in (card.low, card.high):
            number = convert(value, card.unit, unit)
            if number < 0.0:
                yield Fault((*at, name), "a card that may be negative", f"{amount}: {value:g}",
                            "0 or more")
            elif name in _SHARES and number > 1.0:
                yield Fault((*at, name), "a card that may be more than all",
                            f"{amount}: {value:g}", "0 to 1")


def _twice(part: str, ids: Sequence[str]) -> Iterator[Fault]:
    for number, name in enumerate(ids):
        if name in ids[:number]:
            yield Fault((part, number, "id"), "duplicate id", name, "each once")


def _fault(at: Location, flaw: Flaw) -> Fault:
    place = (flaw.place,) if flaw.place >= 0 else ()
    return Fault((*at, flaw.field, *place), flaw.what, flaw.found, flaw.expected, flaw.near)


def _unknown(
    at: Location, field: str, values: str | Iterable[str], known: Sequence[str], kind: str
) -> Iterator[Fault]:
    if isinstance(values, str):
        places: list[tuple[Location, str]] = [((*at, field), values)] if values else []
    else:
        places = [((*at, field, number), value) for number, value in enumerate(values)]
    for where, value in places:
        if value not in known:
            shown = ", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
            yield Fault(where, f"not {kind} of the chain", value, f"one of {shown}",
                        nearest(value, known))
