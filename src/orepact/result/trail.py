"""Follow a marginal price upstream to where the last tonne comes from.

A price is followed into a process with room to spare and its inputs, along a route with room to
spare to its exporter, or back to the month from which stock is kept. Where no supplier has room to
spare the price is what the last user pays, and the limit that keeps the cheapest supplier back
opens a gap to the price there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from orepact.network.components import Process
from orepact.result.solve import Result

__all__ = ["SPARE", "WORTH", "Part", "Place", "arriving", "follow", "process_of"]

SPARE = 1e-6
"""Share of a limit under which a flow or an activity counts as empty, or its room as used up."""

WORTH = 1e-4
"""Share of the base price from which a rent is worth a word."""

LEAST = 1e-9
"""Tonnes under which a flow, an activity or a level counts as nothing."""

Place = tuple[str, str, str]
"""Region, material and month."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One addend of a price (USD/t) and what it is; `clause` names the act or policy behind it."""

    what: str
    amount: float
    clause: str = ""


def follow(result: Result, place: Place, scenario: str) -> tuple[tuple[Part, ...], list[Place]]:
    """Return the parts of a place's price, which add up to it, and the places passed."""
    trail = _Trail(result, scenario)
    return tuple(trail.parts(place)), trail.places


def arriving(result: Result, place: Place, scenario: str) -> pl.DataFrame:
    """Return the shipments that arrive at a place; in the last month, also those still at sea."""
    region, material, period = place
    number = {month: at for at, month in enumerate(result.months)}
    sent = pl.col("period").replace_strict(number, return_dtype=pl.Int64)
    due = pl.min_horizontal(sent + pl.col("lag"), pl.lit(len(number) - 1))
    return result.flow.filter(importer=region, material=material, scenario=scenario).filter(
        due == number[period]
    )


def process_of(result: Result, name: str) -> Process:
    """Return a process of the result's network by name."""
    return next(each for each in result.network.processes if each.name == name)


@dataclass(slots=True)
class _Trail:
    result: Result
    scenario: str
    places: list[Place] = field(default_factory=list[Place])

    def parts(self, place: Place) -> Iterator[Part]:
        """Yield the parts of a price; they add up to it."""
        self.places.append(place)
        maker = self._maker(place)
        shipment = self._shipment(place)
        kept = self._kept(place)
        if maker is not None:
            yield from self._made(maker, place)
        elif shipment is not None and _origin(shipment) not in self.places:
            yield from self._shipped(shipment, place)
        elif kept is not None and kept[0] not in self.places:
            yield from self._stored(place, *kept)
        else:
            yield from self._used(place)

    def _price(self, place: Place) -> float:
        region, material, period = place
        found = self.result.marginal.filter(
            region=region, material=material, period=period, scenario=self.scenario
        )
        return float(found["price"][0])

    def _negligible(self, material: str) -> float:
        base = {each.name: each.price for each in self.result.network.materials}
        return WORTH * base[material]

    def _maker(self, place: Place) -> Row | None:
        """Return the largest process that makes the material here with capacity to spare."""
        region, material, period = place
        makers = [
            each.name
            for each in self.result.network.processes
            if material in each.outputs and each.region == region
        ]
        made = self.result.production.filter(period=period, scenario=self.scenario).filter(
            pl.col("process").is_in(makers)
            & (pl.col("production") > LEAST)
            & (pl.col("production") < (1.0 - SPARE) * pl.col("capacity"))
            & (pl.col("rent") > -self._negligible(material))
        )
        return _first(made.sort("production", "process", descending=[True, False]))

    def _shipment(self, place: Place) -> Row | None:
        """Return the largest shipment that arrives and has room to spare."""
        negligible = self._negligible(place[1])
        spare = arriving(self.result, place, self.scenario).filter(
            (pl.col("flow") > LEAST)
            & (pl.col("flow") < (1.0 - SPARE) * pl.col("limit"))
            & (pl.col("rent").abs() < negligible)
        )
        return _first(spare.sort("flow", "route", descending=[True, False]))

    def _kept(self, place: Place) -> tuple[Place, float] | None:
        """Return the same place a month before and the carrying cost, if stock comes from there."""
        region, material, period = place
        number = self.result.months.index(period)
        if number == 0:
            return None
        before = self.result.months[number - 1]
        held = self.result.stock.filter(
            region=region, material=material, period=before, scenario=self.scenario
        ).filter(pl.col("level") > LEAST)
        row = _first(held.sort("carrying_cost", "stock"))
        return None if row is None else ((region, material, before), row["carrying_cost"])

    def _made(self, row: Row, place: Place) -> Iterator[Part]:
        region, material, period = place
        process = process_of(self.result, row["process"])
        per_tonne = 1.0 / process.outputs[material]
        parts: list[Part] = []
        for sign, ratios in ((1.0, process.inputs), (-1.0, process.outputs)):
            word = "" if sign > 0 else "sale of "
            parts += [
                Part(
                    f"{process.name}: {word}{ratio * per_tonne:g} t of {name}",
                    sign * self._price((region, name, period)) * ratio * per_tonne,
                )
                for name, ratio in ratios.items()
                if name != material
            ]
        cost, price = row["cost"] * per_tonne, self._price(place)
        rest = price - cost - sum(part.amount for part in parts)
        if abs(rest) > self._negligible(material):
            parts.append(Part(f"{process.name}: between two steps of its supply curve", rest))
        else:
            cost += rest
        yield Part(f"{process.name}: cost of the last tonne", cost)
        yield from parts

    def _shipped(self, row: Row, place: Place) -> Iterator[Part]:
        """Yield transport and what is upstream; the gap between both is re-routing."""
        origin = _origin(row)
        transport = self._transport(row)
        rest = self._price(place) - self._price(origin) - transport
        if abs(rest) > self._negligible(place[1]):
            yield Part(f"re-routing: more or less than usual from {origin[0]}", rest)
            rest = 0.0
        yield Part(f"transport from {origin[0]}, sent in {origin[2]}", transport + rest)
        yield from self.parts(origin)

    def _stored(self, place: Place, before: Place, carrying: float) -> Iterator[Part]:
        rest = self._price(place) - self._price(before) - carrying
        if abs(rest) > self._negligible(place[1]):
            yield Part(f"the store in {place[0]} is full in {before[2]}", rest)
            rest = 0.0
        yield Part(f"storage in {place[0]} from {before[2]}", carrying + rest)
        yield from self.parts(before)

    def _used(self, place: Place) -> Iterator[Part]:
        """Yield what the last user pays; the cheapest supplier held back shows the gap opened."""
        region, material, _ = place
        held = arriving(self.result, place, self.scenario).filter(
            (pl.col("flow") > LEAST) & (pl.col("rent") > 0.0)
        )
        row = _first(held.sort("flow", "route", descending=[True, False]))
        if row is None or _origin(row) in self.places:
            yield Part(f"what the last user of {material} in {region} pays", self._price(place))
            return
        origin, transport = _origin(row), self._transport(row)
        opened = self._price(place) - self._price(origin) - transport
        what = f"gap that the limit on {row['route']} opens: the last user in {region} pays it"
        yield Part(what, opened, self._clause(row))
        yield Part(f"transport from {origin[0]}, sent in {origin[2]}", transport)
        yield from self.parts(origin)

    def _transport(self, row: Row) -> float:
        return next(each for each in self.result.network.routes if each.name == row["route"]).cost

    def _clause(self, row: Row) -> str:
        """Return the clause of a shipment's own limit, else of a quota that binds in its month."""
        if row["clause"]:
            return str(row["clause"])
        quota = self.result.quota.filter(period=row["period"], scenario=self.scenario)
        return "; ".join(quota.filter(pl.col("rent") > 0.0)["clause"].unique(maintain_order=True))


def _origin(row: Row) -> Place:
    return row["exporter"], row["material"], row["period"]


def _first(frame: pl.DataFrame) -> Row | None:
    return None if frame.is_empty() else frame.row(0, named=True)
