"""Who supplies a region at a stage of a chain: from the balanced account, a plan, a simulation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from orepact.indicators.dependence.supply_table import WORLD, Supply
from orepact.indicators.figure import Input
from orepact.indicators.span import Span
from orepact.network.chains.chain import ChainText
from orepact.network.network import Network
from orepact.network.world import World
from orepact.result.simulation import Simulation
from orepact.result.solve import Result

__all__ = ["supply_of_account", "supply_of_base", "supply_of_plan", "supply_of_simulation"]

MONTHS = 12.0


@dataclass(slots=True)
class _Ledger:
    """Tonnes a year by supplier of the places in `nodes`, none of which is all places."""

    material: str
    nodes: frozenset[str]
    amounts: dict[str, float] = field(default_factory=dict[str, float])
    sold: dict[str, float] = field(default_factory=dict[str, float])
    spare: dict[str, Span] = field(default_factory=dict[str, Span])
    rests: dict[str, str] = field(default_factory=dict[str, str])
    exports: float = 0.0

    def make(self, region: str, tonnes: float) -> None:
        """Enter output (t/year): the region's own, or everybody's where the world is asked for."""
        if not self.nodes or region in self.nodes:
            self.amounts[region] = self.amounts.get(region, 0.0) + tonnes

    def trade(self, exporter: str, importer: str, tonnes: float) -> None:
        """Enter trade (t/year) if it crosses the border of the places."""
        self.sold[exporter] = self.sold.get(exporter, 0.0) + tonnes
        if exporter in self.nodes and importer not in self.nodes:
            self.exports += tonnes
        if importer in self.nodes and exporter not in self.nodes:
            self.amounts[exporter] = self.amounts.get(exporter, 0.0) + tonnes

    def free(self, region: str, spare: Span, source: str) -> None:
        """Enter spare capacity (t/year) and what it rests on."""
        self.rests[region] = source
        self.spare[region] = self.spare[region] + spare if region in self.spare else spare


def supply_of_account(
    world: World,
    chain: str,
    region: str,
    material: str,
    *,
    member_states: bool = False,
) -> Supply:
    """Return the direct suppliers of a region in a chain's balanced account (t/year).

    Output of the region and imports from outside it; for WLD output by region. Spare capacity is
    output over utilisation less output, with the range of the utilisation. Raises `KeyError` for an
    unknown chain.
    """
    text = world.chains[chain].text
    account = world.account(chain, member_states=member_states)
    rows = account.entries.filter(pl.col("balanced") > 0.0)
    book = _account_book(world, text, rows, region, material)
    item = next(each for each in text.materials if each.material == material)
    period = f"{text.calibration.first}/{text.calibration.last}"
    return Supply(
        region=region,
        mineral=text.mineral,
        stage=item.stage,
        form=material,
        period=period,
        unit=f"{item.unit}/year",
        amounts=_positive(book.amounts),
        domestic=book.nodes,
        spare=book.spare,
        spare_sources=book.rests,
        sold=book.sold,
        exported=book.exports,
        grade=account.grades.get(material, ""),
        inputs=_inputs(rows, book, period, f"account of {chain}, balanced"),
    )


def _account_book(
    world: World, text: ChainText, rows: pl.DataFrame, region: str, material: str
) -> _Ledger:
    """Return the ledger of a region's places: output, trade and spare capacity of a material."""
    recipes = {process.process: process for process in text.processes}
    nodes = _nodes(world, {*rows["region"], *rows["partner"]} - {""}, region)
    book = _Ledger(material, nodes)
    for kind, name, process, place, partner, balanced in rows.select(
        "kind", "material", "process", "region", "partner", "balanced"
    ).iter_rows():
        if kind == "production" and material in recipes[process].outputs:
            made = MONTHS * balanced * recipes[process].outputs[material]
            book.make(place, made)
            used = recipes[process].utilisation
            rates = (used.value, used.high or used.value, used.low or used.value)
            value, low, high = (made * (1.0 / rate - 1.0) for rate in rates)
            rests = used.source or f"card:{used.card}"
            book.free(place, Span(value, min(low, value), max(high, value)), rests)
        elif kind == "trade" and name == material:
            book.trade(place, partner, MONTHS * balanced)
    return book


def _nodes(world: World, places: Iterable[str], region: str) -> frozenset[str]:
    """Return the nodes that lie wholly in a region; none for the world."""
    if region == WORLD:
        return frozenset()
    members = {item.name: set(item.members) for item in world.regions}
    column = {"EU27": "eu27", "G7": "g7", "PARTNERS": "partner"}.get(region, "")
    countries = world.bundle.table("countries")
    group = set(countries.filter(pl.col(column) == "yes")["iso3"]) if column else {region}
    return frozenset(
        place
        for place in places
        if place == region or place in group or (members.get(place) and members[place] <= group)
    )


def _positive(amounts: Mapping[str, float]) -> dict[str, float]:
    return {name: tonnes for name, tonnes in amounts.items() if tonnes > 0.0}


def _inputs(rows: pl.DataFrame, book: _Ledger, period: str, where: str) -> tuple[Input, ...]:
    """Return one input for each supplier, with the sources of its rows."""
    made = rows.filter(pl.col("kind") == "production").with_columns(
        pl.col("region").alias("supplier")
    )
    sold = rows.filter((pl.col("kind") == "trade") & (pl.col("material") == book.material))
    every = pl.concat([made, sold.with_columns(pl.col("region").alias("supplier"))])
    sources = {
        supplier: "|".join(sorted(set(names)))
        for supplier, names in every.with_columns(
            pl.when(pl.col("source") != "")
            .then(pl.col("source"))
            .otherwise("card:" + pl.col("card"))
            .alias("rests")
        )
        .group_by("supplier")
        .agg(pl.col("rests"))
        .iter_rows()
    }
    return tuple(
        Input(
            name=f"{book.material} from {supplier}",
            value=tonnes,
            unit="t/year",
            source=sources.get(supplier, ""),
            period=period,
            where=where,
        )
        for supplier, tonnes in sorted(book.amounts.items(), key=lambda each: -each[1])
    )


def supply_of_base(network: Network, region: str, material: str) -> Supply:
    """Return the suppliers of a region in a network's calibration base (t/year)."""
    book = _Ledger(material, frozenset() if region == WORLD else frozenset({region}))
    for process in network.processes:
        book.make(process.region, MONTHS * process.base * process.outputs.get(material, 0.0))
    for route in network.routes:
        if route.material == material:
            book.trade(route.exporter, route.importer, MONTHS * route.base)
    return _supply(network, region, book, "base", "base of the network")


def supply_of_plan(
    result: Result,
    region: str,
    material: str,
    *,
    periods: Iterable[str] = (),
    scenario: str = "",
) -> Supply:
    """Return the suppliers of a region in a plan (t/year), over all months or `periods`.

    One scenario, the first if none is named: futures are not mixed. What is taken from stocks has
    no supplier and is not counted.
    """
    chosen = scenario or str(result.flow["scenario"].first() or result.production["scenario"][0])
    months = tuple(periods) or result.months
    book = _Ledger(material, frozenset() if region == WORLD else frozenset({region}))
    per_year = MONTHS / len(months)
    ratios = {item.name: item.outputs.get(material, 0.0) for item in result.network.processes}
    wanted = pl.col("period").is_in(months) & (pl.col("scenario") == chosen)
    made = result.production.filter(wanted).select("process", "region", "production")
    for process, place, tonnes in made.iter_rows():
        book.make(place, per_year * tonnes * ratios[process])
    own = result.flow.filter(wanted & (pl.col("material") == material))
    for exporter, importer, tonnes in own.select("exporter", "importer", "flow").iter_rows():
        book.trade(exporter, importer, per_year * tonnes)
    return _supply(result.network, region, book, f"{months[0]}/{months[-1]}", str(result.model))


def supply_of_simulation(
    network: Network,
    simulation: Simulation,
    region: str,
    material: str,
    *,
    first: int = 0,
    last: int | None = None,
) -> Supply:
    """Return the suppliers of a region on a simulated path (t/year), months `first` to `last`."""
    months = slice(first, last)
    flow, made = simulation.flow[months], simulation.production[months]
    book = _Ledger(material, frozenset() if region == WORLD else frozenset({region}))
    per_year = MONTHS / len(flow)
    ratios = {item.name: item.outputs.get(material, 0.0) for item in network.processes}
    places = simulation.tables.processes.frame.select("process", "region")
    for (process, place), tonnes in zip(places.iter_rows(), made.sum(axis=0), strict=True):
        book.make(place, per_year * float(tonnes) * ratios[process])
    routes = simulation.tables.routes.frame.select("exporter", "importer", "material")
    for (exporter, importer, name), tonnes in zip(
        routes.iter_rows(), flow.sum(axis=0), strict=True
    ):
        if name == material:
            book.trade(exporter, importer, per_year * float(tonnes))
    end = first + len(flow)
    return _supply(network, region, book, f"months {first + 1} to {end}", "simulation")


def _supply(network: Network, region: str, book: _Ledger, period: str, where: str) -> Supply:
    item = next(each for each in network.materials if each.name == book.material)
    amounts = _positive(book.amounts)
    return Supply(
        region=region,
        mineral=item.mineral,
        stage=item.stage,
        form=book.material,
        period=period,
        unit="t/year",
        amounts=amounts,
        domestic=book.nodes,
        sold=book.sold,
        grade=item.grade,
        inputs=tuple(
            Input(
                name=f"{book.material} from {supplier}",
                value=tonnes,
                unit="t/year",
                source=network.dataset.name,
                edition=network.dataset.version,
                period=period,
                where=where,
            )
            for supplier, tonnes in sorted(amounts.items(), key=lambda each: -each[1])
        ),
    )
