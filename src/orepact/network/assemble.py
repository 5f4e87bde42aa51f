"""From tables to components: the one place where a chain's numbers become a network.

Every component keeps its source. Costs are calibrated so that the base reproduces itself: at base
prices every process earns its margin, every route ships its base flow, every stock is as full as
it wants to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import Any

from orepact.errors import InputError, Problem
from orepact.network.accounts.balance import Accounts
from orepact.network.behaviour import Behaviour
from orepact.network.chains.chain import Chain
from orepact.network.chains.text import ProcessText, RestartText
from orepact.network.components import Demand, Material, Process, Region, Route, Stock
from orepact.network.network import Dataset, Network
from orepact.network.regions import nodes

__all__ = ["assemble"]

SMALLEST_MARGIN = 0.05
"""Least rise of a processing margin, as a share of the output's price per 100 % of activity."""

RESTART_COST = 1.02
"""Cost of restarted capacity, as a multiple of the base price."""

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
    prices = {item.material: chain.price(item.material) for item in chain.text.materials}
    problems = [
        problem
        for recipe in chain.text.processes
        for problem in _margin_problems(chain, recipe, prices)
    ]
    if problems:
        raise InputError(problems)
    rows = [row for row in accounts.entries.to_dicts() if row["balanced"] > 0.0]
    made, trade, uses = (
        [row for row in rows if row["kind"] == kind] for kind in ("production", "trade", "use")
    )
    places = nodes(regions, {row["region"] for row in rows} | {row["partner"] for row in trade})
    return Network(
        regions=places,
        materials=_materials(chain, accounts, prices),
        processes=(
            *_processes(chain, made, behaviour, prices),
            *_restarts(chain, made, prices, places),
        ),
        routes=tuple(_routes(chain, made, trade, behaviour, prices)),
        stocks=tuple(_stocks(chain, made, uses, behaviour)),
        demands=tuple(_demands(uses, behaviour)),
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


def _materials(
    chain: Chain, accounts: Accounts, prices: dict[str, float]
) -> tuple[Material, ...]:
    return tuple(
        Material(
            name=item.material,
            title=item.title,
            chain=chain.text.chain,
            stage=item.stage,
            price=prices[item.material],
            unit=item.unit,
            mineral=chain.text.mineral,
            codes=item.hs,
            grade=accounts.grades.get(item.material, ""),
            source=item.base_price.source or f"card:{item.base_price.card}",
        )
        for item in chain.text.materials
    )


def _source(source: str, card: str) -> str:
    return source or f"card:{card}"


Rows = list[dict[str, Any]]


def _processes(
    chain: Chain, made: Rows, behaviour: Behaviour, prices: dict[str, float]
) -> list[Process]:
    recipes = {recipe.process: recipe for recipe in chain.text.processes}
    found: list[Process] = []
    for row in made:
        recipe, region, base = recipes[row["process"]], row["region"], row["balanced"]
        value = _value(recipe.outputs, prices)
        margin = value - _value(recipe.inputs, prices)
        exporter, primary = region == chain.text.exporter, not recipe.inputs
        answer = behaviour.exporter_elasticity if exporter else recipe.elasticity.value
        found.append(
            Process(
                name=f"{recipe.process}@{region}",
                region=region,
                outputs=dict(recipe.outputs),
                inputs=dict(recipe.inputs),
                base=base,
                capacity=base / recipe.utilisation.value,
                cost=margin,
                elasticity=answer if primary else 0.0,
                floor=behaviour.exporter_floor if exporter and primary else 0.0,
                margin_slope=0.0 if primary else max(margin / value, SMALLEST_MARGIN),
                grows=not exporter,
                source=_source(row["source"], row["card"]),
            )
        )
    return found


def _restarts(
    chain: Chain, made: Rows, prices: dict[str, float], places: tuple[Region, ...]
) -> list[Process]:
    """Return idle capacity; that of a group that was split lies where most of its output is."""
    recipes = {recipe.process: recipe for recipe in chain.text.processes}
    homes = {item: _home(item, made, places) for item in chain.text.restartable}
    return [
        Process(
            name=f"{item.process}-restart@{home}",
            region=home,
            outputs=dict(recipes[item.process].outputs),
            inputs=dict(recipes[item.process].inputs),
            capacity=item.tonnes_per_year / 12.0,
            cost=RESTART_COST * _value(recipes[item.process].outputs, prices)
            - _value(recipes[item.process].inputs, prices),
            notice=item.notice,
            source=_source(item.source, item.card),
        )
        for item, home in homes.items()
        if home
    ]


def _home(item: RestartText, made: Rows, places: tuple[Region, ...]) -> str:
    inside = {place.name for place in places if item.region in (place.name, place.bloc)}
    if item.region in inside:
        return item.region
    tonnes = {row["region"]: row["balanced"] for row in made if row["process"] == item.process}
    return max(inside, key=lambda name: (tonnes.get(name, 0.0), name), default="")


def _routes(
    chain: Chain, made: Rows, trade: Rows, behaviour: Behaviour, prices: dict[str, float]
) -> list[Route]:
    texts = {item.material: item for item in chain.text.materials}
    routes: list[Route] = []
    for row in trade:
        material, exporter, importer = row["material"], row["region"], row["partner"]
        text = texts[material]
        route = Route(
            name=f"{material}:{exporter}>{importer}",
            material=material,
            exporter=exporter,
            importer=importer,
            base=row["balanced"],
            qualification=text.qualification,
            lag=text.lag,
            source=_source(row["source"], row["card"]),
        )
        if exporter != chain.text.exporter:
            routes.append(route)
        else:
            routes.append(replace(route, kind="controlled"))
            routes.append(
                replace(
                    route,
                    name=f"{route.name}:surge",
                    base=0.0,
                    capacity=(behaviour.surge - 1.0) * row["balanced"],
                    qualification=(behaviour.surge - 1.0) * behaviour.surge_slope,
                    kind="surge",
                )
            )
            routes.append(
                replace(
                    route,
                    name=f"{route.name}:undeclared",
                    base=0.0,
                    capacity=row["balanced"],
                    cost=behaviour.leakage_premium * prices[material],
                    kind="undeclared",
                    source="card:leakage",
                )
            )
    known = {(route.material, route.exporter, route.importer) for route in routes}
    return [*routes, *_new_routes(chain, made, trade, behaviour, prices, known)]


def _new_routes(
    chain: Chain,
    made: Rows,
    trade: Rows,
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
        sold, bought = (
            _totals(trade, text.material, "region"),
            _totals(trade, text.material, "partner"),
        )
        total = sum(sold.values())
        supplied = set(bought) | {row["region"] for row in made if row["material"] == text.material}
        sellers = {region for region, tonnes in sold.items() if tonnes >= SUPPLIER_SHARE * total}
        sellers |= {r for r, material in premium if material == text.material and r in supplied}
        buyers = {region for region, tonnes in bought.items() if tonnes >= BUYER_SHARE * total}
        own = {chain.text.exporter}
        for seller, buyer in product(sorted(sellers - own), sorted(buyers - own)):
            if seller == buyer or (text.material, seller, buyer) in known:
                continue
            cost = premium.get((seller, text.material), behaviour.leakage_premium)
            routes.append(
                Route(
                    name=f"{text.material}:{seller}>{buyer}:new",
                    material=text.material,
                    exporter=seller,
                    importer=buyer,
                    capacity=behaviour.new_route * bought[buyer],
                    cost=cost * prices[text.material],
                    qualification=text.qualification,
                    lag=text.lag,
                    kind="new",
                    source="card:new-routes",
                )
            )
    return routes


def _totals(trade: Rows, material: str, side: str) -> dict[str, float]:
    totals: dict[str, float] = {}
    for row in trade:
        if row["material"] == material:
            totals[row[side]] = totals.get(row[side], 0.0) + row["balanced"]
    return totals


def _stocks(chain: Chain, made: Rows, uses: Rows, behaviour: Behaviour) -> list[Stock]:
    texts = {item.material: item for item in chain.text.materials}
    recipes = {recipe.process: recipe for recipe in chain.text.processes}
    taken: dict[tuple[str, str], float] = {}
    for row in uses:
        key = (row["region"], row["material"])
        taken[key] = taken.get(key, 0.0) + row["balanced"]
    for row in made:
        for name, ratio in recipes[row["process"]].inputs.items():
            key = (row["region"], name)
            taken[key] = taken.get(key, 0.0) + ratio * row["balanced"]
    stocks: list[Stock] = []
    for (region, material), tonnes in sorted(taken.items()):
        wanted = behaviour.cover * texts[material].cover_share * tonnes
        if wanted <= 0.0:
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


def _demands(uses: Rows, behaviour: Behaviour) -> list[Demand]:
    places: dict[tuple[str, str], Rows] = {}
    for row in uses:
        places.setdefault((row["region"], row["material"]), []).append(row)
    demands: list[Demand] = []
    for (region, material), rows in sorted(places.items()):
        total = sum(row["balanced"] for row in rows)
        demands.append(
            Demand(
                name=f"{material}@{region}",
                region=region,
                material=material,
                base=total,
                elasticity=behaviour.demand_elasticity,
                uses={row["use"]: row["balanced"] / total for row in rows},
                source=_source(rows[0]["source"], rows[0]["card"]),
            )
        )
    return demands
