"""From a support file to components: amounts become numbers, recipes become plants."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast, get_args, get_type_hints

from orepact.errors import InputError, Problem, nearest
from orepact.network.chains.text import Card
from orepact.network.components import Process
from orepact.network.instruments import Instrument
from orepact.network.network import Network
from orepact.network.plants import Plant
from orepact.policy.support.text import Amount, CostText, InstrumentText, PlantText
from orepact.units import Unit, convert

__all__ = [
    "CostTerms", "Support", "amounts", "instrument_of", "month_of", "number_of", "plant_name",
    "plant_of", "terms_of",
]

@dataclass(frozen=True, slots=True, kw_only=True)
class CostTerms:
    """Numbers of a cost text: prices (USD/t), tonnes (t/month), rates (1/year), tax, months."""

    price: float
    level: float
    tonnes: float
    rate: float
    vat: float
    full_from: float
    inflation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Instruments and plants as components, with the cards that their numbers stand on.

    `instrument_texts` and `plant_texts` are what the file says; `drawn` has the cards, by name,
    that stand at another value than their own.
    """

    name: str
    title: str
    text: str
    chain: str
    instruments: tuple[Instrument, ...]
    plants: tuple[Plant, ...]
    cards: tuple[Card, ...]
    instrument_texts: tuple[InstrumentText, ...] = ()
    plant_texts: tuple[PlantText, ...] = ()
    cost_text: CostText | None = None
    sources: tuple[str, ...] = ()
    drawn: Mapping[str, float] = dataclasses.field(default_factory=dict[str, float])

    def at(self, values: Mapping[str, float], network: Network) -> Support:
        """Return the same with cards at other values, each in the unit of its card.

        Raises `InputError` for a card that is not there.
        """
        by_name = {card.card: card for card in self.cards}
        problems = [
            Problem("no such card", field=name, expected="one of " + ", ".join(by_name),
                    nearest=nearest(name, list(by_name)))
            for name in values if name not in by_name
        ]
        if problems:
            raise InputError(problems)
        moved = self.moved(values)
        return dataclasses.replace(
            self,
            instruments=tuple(instrument_of(each, moved) for each in self.instrument_texts),
            plants=tuple(plant_of(each, moved, network) for each in self.plant_texts),
            drawn={**self.drawn, **values},
        )


    def moved(self, values: Mapping[str, float]) -> dict[str, Card]:
        """Return the cards by name, some at other values."""
        drawn = {**self.drawn, **values}
        return {card.card: dataclasses.replace(card, value=drawn.get(card.card, card.value))
                for card in self.cards}


def plant_name(text: PlantText) -> str:
    """Return the name of a plant's process: ``recipe:plant@REGION``."""
    return f"{text.recipe}:{text.id}@{text.region}"


def month_of(text: str | None) -> date | None:
    """Return the first day of a month that a file writes as ``2026-11``."""
    return date.fromisoformat(f"{text}-01") if text else None


def terms_of(text: CostText, cards: Mapping[str, Card]) -> CostTerms:
    """Return the numbers of a cost text in canonical units."""
    given = {name: number_of(amount, unit, cards) for name, amount, unit in amounts(text)}
    return CostTerms(**given)


def amounts(text: InstrumentText | PlantText | CostText) -> Iterator[tuple[str, Amount, str]]:
    """Yield field, amount and unit of every amount that a part of a file gives."""
    hints = get_type_hints(type(text), include_extras=True)
    for item in dataclasses.fields(text):
        unit = next((each.symbol for each in get_args(hints[item.name])
                     if isinstance(each, Unit)), None)
        value = cast("Amount | None", getattr(text, item.name))
        if unit is not None and value is not None:
            yield item.name, value, unit


def number_of(amount: Amount, unit: str, cards: Mapping[str, Card]) -> float:
    """Return an amount in a unit; a card's own unit is converted.

    Raises `InputError` when the card is not there or measures something else.
    """
    if not isinstance(amount, str):
        return float(amount)
    if amount not in cards:
        raise InputError([Problem("no such card", found=amount,
                                  expected="a number, or one of " + ", ".join(cards),
                                  nearest=nearest(amount, list(cards)))])
    card = cards[amount]
    return convert(card.value, card.unit, unit)


def instrument_of(text: InstrumentText, cards: Mapping[str, Card]) -> Instrument:
    """Return the instrument that a file describes, its amounts in canonical units."""
    given: dict[str, Any] = {
        item.name: getattr(text, item.name) for item in dataclasses.fields(text)
        if item.name not in {"id", "kind", "reason"}
    }
    given |= {name: number_of(amount, unit, cards) for name, amount, unit in amounts(text)}
    given |= {"first": month_of(text.first), "last": month_of(text.last)}
    if text.volume is None:
        given["volume"] = float("inf")
    given["source"] = text.source or _card_source(text)
    return type(text).makes(name=text.id, **given)


def plant_of(text: PlantText, cards: Mapping[str, Card], network: Network) -> Plant:
    """Return the plant that a file describes, by the recipes that the network's chain has.

    The inputs of a step that it runs itself stand for what the step makes; what a step makes beside
    that is made too. Raises `InputError` when no process of the network runs a recipe.
    """
    given = {name: number_of(amount, unit, cards) for name, amount, unit in amounts(text)}
    inputs, outputs = _recipe_of(text, network.processes)
    source = text.source or _card_source(text)
    process = Process(
        name=plant_name(text), region=text.region, outputs=outputs,
        inputs=inputs, capacity=given["capacity"], cost=given["cost"], source=source,
    )
    patience = text.patience if isinstance(text.patience, str) else ""
    return Plant(
        process=process, patience=round(given["patience"]), restart=round(given["restart"]),
        opens=month_of(text.opens), ramp=round(given["ramp"]), source=source, card=patience,
    )


def _recipe_of(
    text: PlantText, processes: Sequence[Process]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return inputs and outputs per tonne of the first output, steps folded in."""
    recipe = _recipe(text.recipe, processes)
    inputs, outputs = dict(recipe.inputs), dict(recipe.outputs)
    for name in text.steps:
        step = _recipe(name, processes)
        made, *beside = step.outputs
        needed = inputs.pop(made, 0.0) / step.outputs[made]
        for material, ratio in step.inputs.items():
            inputs[material] = inputs.get(material, 0.0) + needed * ratio
        for material in beside:
            outputs[material] = outputs.get(material, 0.0) + needed * step.outputs[material]
    return inputs, outputs


def _recipe(name: str, processes: Sequence[Process]) -> Process:
    found = next((each for each in processes if each.name.split("@")[0] == name), None)
    if found is None:
        known = sorted({each.name.split("@")[0] for each in processes})
        raise InputError([Problem("not a recipe of the chain", found=name,
                                  expected="one of " + ", ".join(known),
                                  nearest=nearest(name, known))])
    return found


def _card_source(text: InstrumentText | PlantText) -> str:
    named = [amount for _, amount, _ in amounts(text) if isinstance(amount, str)]
    return f"card:{named[0]}" if named else ""
