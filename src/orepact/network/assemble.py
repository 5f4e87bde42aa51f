"""From tables to components: the one place where a chain's numbers become a network.

Every component keeps its source. Costs are calibrated so that the base reproduces itself: at base
prices every process earns its margin, every route ships its base flow, every stock is as full as
it wants to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import polars as pl

from orepact.errors import InputError, Problem
from orepact.network.accounts import Accounts
from orepact.network.behaviour import Behaviour
from orepact.network.chain import Chain, ProcessText
from orepact.network.components import Demand, Material, Process, Region, Route, Stock
from orepact.network.network import Dataset, Network

__all__ = ["assemble"]

SMALLEST_MARGIN = 0.05
"""Least rise of a processing margin, as a share of the output's price per 100 % of activity."""

SUPPLIER_SHARE, BUYER_SHARE = 0.03, 0.01
"""A route without trade so far is offered from suppliers and to buyers of at least these shares."""


def assemble(
    chain: Chain,
    accounts: Accounts,
    behaviour: Behaviour,
    regions: Iterable[Region],
    dataset: Dataset | None = None,
) -> Network:
    """Return a chain's network in its calibration window for one behavioural parameter set.

    Raises `InputError` when base prices leave a process without a margin.
    """
    entries = accounts.entries.filter(pl.col("balanced") > 0)
    prices = {item.material: chain.price(item.material) for item in chain.text.materials}
    problems = [
        problem
        for recipe in chain.text.processes
        for problem in _margin_problems(chain, recipe, prices)
    ]
    if problems:
        raise InputError(problems)
    used = set(entries["region"]) | (set(entries["partner"]) - {""})
    return Network(
        regions=tuple(region for region in regions if region.name in used),
        materials=_materials(chain, prices),
        processes=(*_processes(chain, entries, behaviour, prices), *_restarts(chain, prices)),
        routes=tuple(_routes(chain, entries, behaviour, prices)),
        stocks=tuple(_stocks(chain, entries, behaviour)),
        demands=tuple(_demands(entries, behaviour)),
        dataset=dataset or Dataset(),
    )


def _margin_problems(chain: Chain, recipe: ProcessText, prices: dict[str, float]) -> list[Problem]:
    earned, spent = _value(recipe.outputs, prices), _value(recipe.inputs, prices)
    if earned > spent:
        return []
    return [
        Problem(
            "base prices leave no margin",
            file=str(chain.folder / "chain.yaml"),
            field=f"processes.{recipe.process}",
            found=f"outputs {earned:,.0f} USD, inputs {spent:,.0f} USD per tonne",
            expected="outputs worth more than inputs",
        )
    ]


def _value(parts: dict[str, float], prices: dict[str, float]) -> float:
    return sum(prices[material] * ratio for material, ratio in parts.items())


def _materials(chain: Chain, prices: dict[str, float]) -> tuple[Material, ...]:
    return tuple(
        Material(
            name=item.material,
            title=item.title,
            chain=chain.text.chain,
            stage=item.stage,
            price=prices[item.material],
            unit=item.unit,
            source=item.base_price.source or f"card:{item.base_price.card}",
        )
        for item in chain.text.materials
    )


def _source(source: str, card: str) -> str:
    return source or f"card:{card}"


def _processes(
    chain: Chain, entries: pl.DataFrame, behaviour: Behaviour, prices: dict[str, float]
) -> list[Process]:
    recipes = {recipe.process: recipe for recipe in chain.text.processes}
    made: list[Process] = []
    for name, region, base, source, card in (
        entries.filter(pl.col("kind") == "production")
        .select("process", "region", "balanced", "source", "card")
        .iter_rows()
    ):
        recipe = recipes[name]
        margin = _value(recipe.outputs, prices) - _value(recipe.inputs, prices)
        exporter, primary = region == chain.text.exporter, not recipe.inputs
        slope = max(margin / _value(recipe.outputs, prices), SMALLEST_MARGIN)
        made.append(
            Process(
                name=f"{name}@{region}",
                region=region,
                outputs=dict(recipe.outputs),
                inputs=dict(recipe.inputs),
                base=base,
                capacity=base / recipe.utilisation.value,
                cost=margin,
                elasticity=(behaviour.exporter_elasticity if exporter else recipe.elasticity.value)
                if primary
                else 0.0,
                floor=behaviour.exporter_floor if exporter and primary else 0.0,
                margin_slope=0.0 if primary else slope,
                source=_source(source, card),
            )
        )
    return made


def _restarts(chain: Chain, prices: dict[str, float]) -> list[Process]:
    recipes = {recipe.process: recipe for recipe in chain.text.processes}
    return [
        Process(
            name=f"{item.process}-restart@{item.region}",
            region=item.region,
            outputs=dict(recipes[item.process].outputs),
            inputs=dict(recipes[item.process].inputs),
            capacity=item.tonnes_per_year / 12.0,
            cost=1.02 * _value(recipes[item.process].outputs, prices)
            - _value(recipes[item.process].inputs, prices),
            notice=item.notice,
            source=_source(item.source, item.card),
        )
        for item in chain.text.restartable
    ]


def _routes(
    chain: Chain, entries: pl.DataFrame, behaviour: Behaviour, prices: dict[str, float]
) -> list[Route]:
    texts = {item.material: item for item in chain.text.materials}
    trade = entries.filter(pl.col("kind") == "trade")
    routes: list[Route] = []
    for material, exporter, importer, base, source, card in trade.select(
        "material", "region", "partner", "balanced", "source", "card"
    ).iter_rows():
        text = texts[material]
        routes.append(
            Route(
                name=f"{material}:{exporter}>{importer}",
                material=material,
                exporter=exporter,
                importer=importer,
                base=base,
                qualification=text.qualification,
                lag=text.lag,
                source=_source(source, card),
            )
        )
        if exporter == chain.text.exporter:
            routes.append(
                Route(
                    name=f"{material}:{exporter}>{importer}:undeclared",
                    material=material,
                    exporter=exporter,
                    importer=importer,
                    capacity=base,
                    lag=text.lag,
                    cost=behaviour.leakage_premium * prices[material],
                    qualification=text.qualification,
                    kind="undeclared",
                    source="card:leakage",
                )
            )
    known = {(route.material, route.exporter, route.importer) for route in routes}
    return [*routes, *_new_routes(chain, entries, behaviour, prices, known)]


def _new_routes(
    chain: Chain,
    entries: pl.DataFrame,
    behaviour: Behaviour,
    prices: dict[str, float],
    known: set[tuple[str, str, str]],
) -> list[Route]:
    premium = {
        (conduit.region, material): conduit.premium
        for conduit in chain.text.conduits
        for material in (conduit.materials or tuple(prices))
    }
    routes: list[Route] = []
    for text in chain.text.materials:
        trade = entries.filter((pl.col("kind") == "trade") & (pl.col("material") == text.material))
        total = float(trade["balanced"].sum())
        sellers = _large(trade, "region", SUPPLIER_SHARE * total)
        supplied = set(trade["partner"]) | set(
            entries.filter(
                (pl.col("kind") == "production") & (pl.col("material") == text.material)
            )["region"]
        )
        sellers |= {
            region
            for region, material in premium
            if material == text.material and region in supplied
        }
        buyers = _large(trade, "partner", BUYER_SHARE * total)
        market = dict(trade.group_by("partner").agg(pl.col("balanced").sum()).iter_rows())
        for seller, buyer in product(
            sorted(sellers - {chain.text.exporter}), sorted(buyers - {chain.text.exporter})
        ):
            if seller == buyer or (text.material, seller, buyer) in known:
                continue
            cost = premium.get((seller, text.material), behaviour.leakage_premium)
            routes.append(
                Route(
                    name=f"{text.material}:{seller}>{buyer}:new",
                    material=text.material,
                    exporter=seller,
                    importer=buyer,
                    capacity=behaviour.new_route * market[buyer],
                    cost=cost * prices[text.material],
                    qualification=text.qualification,
                    lag=text.lag,
                    kind="new",
                    source="card:new-routes",
                )
            )
    return routes


def _large(trade: pl.DataFrame, side: str, least: float) -> set[str]:
    totals = trade.group_by(side).agg(pl.col("balanced").sum()).filter(pl.col("balanced") >= least)
    return set(totals[side])


def _stocks(chain: Chain, entries: pl.DataFrame, behaviour: Behaviour) -> list[Stock]:
    texts = {item.material: item for item in chain.text.materials}
    recipes = {recipe.process: recipe for recipe in chain.text.processes}
    taken: dict[tuple[str, str], float] = {}
    for kind, material, process, region, tonnes in entries.select(
        "kind", "material", "process", "region", "balanced"
    ).iter_rows():
        if kind == "use":
            taken[region, material] = taken.get((region, material), 0.0) + tonnes
        elif kind == "production":
            for name, ratio in recipes[process].inputs.items():
                taken[region, name] = taken.get((region, name), 0.0) + ratio * tonnes
    stocks: list[Stock] = []
    for (region, material), tonnes in sorted(taken.items()):
        wanted = behaviour.cover * texts[material].cover_share * tonnes
        if region == chain.text.exporter or wanted <= 0.0:
            continue
        stocks.append(
            Stock(
                name=f"{material}@{region}",
                region=region,
                material=material,
                initial=wanted,
                wanted=wanted,
                slope=behaviour.storage_slope,
                source="card:consumer-cover",
            )
        )
    return stocks


def _demands(entries: pl.DataFrame, behaviour: Behaviour) -> list[Demand]:
    uses = entries.filter(pl.col("kind") == "use")
    demands: list[Demand] = []
    for (region, material), part in sorted(
        uses.group_by("region", "material"), key=lambda item: item[0]
    ):
        total = float(part["balanced"].sum())
        shares = {use: tonnes / total for use, tonnes in part.select("use", "balanced").iter_rows()}
        demands.append(
            Demand(
                name=f"{material}@{region}",
                region=str(region),
                material=str(material),
                base=total,
                elasticity=behaviour.demand_elasticity,
                uses=shares,
                source=_source(part["source"][0], part["card"][0]),
            )
        )
    return demands
