"""An episode as a network of two markets, run through the same simulation as every chain.

How close the network comes to a chain is a `Shape`; the back-test uses `TWO_MARKETS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour
from orepact.network.components import Demand, Material, Process, Region, Route, Stock
from orepact.network.network import Network
from orepact.result.reduction import Feed, TwoMarkets
from orepact.result.simulation import Restrictions, Setting, Simulator
from orepact.studies.backtest.episode import Episode, Window
from orepact.studies.replay import Told, replays_under, rest_of

__all__ = [
    "AS_IN_CHAINS",
    "REDUCED",
    "TWO_MARKETS",
    "Shape",
    "markets_of",
    "simulated_price",
    "simulated_prices",
]

PRICE = 1000.0
"""Base price in USD/t; every result is a multiple of it."""

RESTART_COST = 1.02
"""Cost of idle capacity that comes back, multiple of the base price (card restart-cost)."""

INSIDE, OUTSIDE = "exporter", "outside"


@dataclass(frozen=True, slots=True)
class Shape:
    """How close to a chain the network is: window and lag in months, cost of re-routing."""

    window: int
    lag: int
    qualification: float
    stocks_inside: bool
    routes_apart: bool


TWO_MARKETS = Shape(3, 1, 0.6, stocks_inside=False, routes_apart=False)
"""Three months ahead, one at sea, the middle of the re-routing costs; as in `REDUCED` otherwise.

The parameter sets were inferred in a form without stocks at the exporter, so there are none.
"""

AS_IN_CHAINS = Shape(3, 1, 0.6, stocks_inside=True, routes_apart=True)
"""As chains are: the exporter's users hold stocks, rushes and leaks have routes of their own."""

REDUCED = Shape(1, 0, 0.0, stocks_inside=False, routes_apart=False)
"""What `orepact.result.reduction` assumes."""


def markets_of(episode: Episode, window: Window) -> TwoMarkets:
    """Return an episode's base volumes for one base window."""
    text = episode.text
    return TwoMarkets(
        window.exports,
        text.outside_output.value,
        text.exporter_output.value,
        tuple((each.tonnes, each.notice) for each in text.restarts),
    )


def simulated_price(
    markets: TwoMarkets, behaviour: Behaviour, feed: Feed, months: int, shape: Shape = TWO_MARKETS
) -> Array:
    """Return the marginal price outside (multiple of base) of each month.

    Raises `SolveError` when a window is not proven optimal.
    """
    return simulated_prices(markets, behaviour, (feed,), months, shape)[0]


def simulated_prices(
    markets: TwoMarkets, behaviour: Behaviour, feeds: Sequence[Feed], months: int,
    shape: Shape = TWO_MARKETS,
) -> list[Array]:
    """Return the marginal price outside of each month under each of several feeds.

    What they have in common up to the first month that tells them apart is simulated once. Raises
    `SolveError` when a window is not proven optimal.
    """
    network = _network(markets, behaviour, shape)
    simulator = Simulator.of(network, behaviour, shape.window)
    setting = Setting(
        np.ones((months, len(network.processes))), np.ones((months, len(network.demands)))
    )
    told = {
        str(number): Told(_restrictions(feed, months + shape.window, behaviour, shape), setting)
        for number, feed in enumerate(feeds)
    }
    common = min(_months_alike(feeds[0], other) for other in feeds)
    common = min(common, months) if len(feeds) > 1 else 0
    begun = replays_under(simulator, told, common) if common else {}
    paths: list[Array] = []
    for name, one in told.items():
        parts = [begun[name].price] if begun else []
        if common < months:
            start = begun[name].last if begun else None
            rest = rest_of(one, common, months - common) if begun else (
                one.restrictions, one.setting)
            parts.append(simulator.run(*rest, start=start).price)
        paths.append(np.concatenate(parts))
    outside = list(simulator.canonical.nodes["region"]).index(OUTSIDE)
    return [path[:, outside] for path in paths]


def _months_alike(one: Feed, other: Feed) -> int:
    """Return how many months pass before anything that differs between two feeds is known."""
    pairs = [(getattr(one, each.name), getattr(other, each.name)) for each in fields(Feed)]
    differs = np.any([a != b for a, b in pairs], axis=0)
    if not differs.any():
        return len(differs)
    first = np.flatnonzero(differs)
    known = np.minimum(one.known[first], other.known[first])
    return max(0, int(np.minimum(known, first).min()))


def _network(markets: TwoMarkets, behaviour: Behaviour, shape: Shape) -> Network:
    used = {
        OUTSIDE: markets.outside + markets.exports,
        INSIDE: max(markets.exporter - markets.exports, 1e-3 * markets.exporter),
    }
    holders = (OUTSIDE, INSIDE) if shape.stocks_inside else (OUTSIDE,)
    return Network(
        regions=(Region(name=INSIDE), Region(name=OUTSIDE)),
        materials=(Material(name="m", price=PRICE),),
        processes=tuple(_processes(markets, behaviour)),
        routes=tuple(_routes(markets, behaviour, shape)),
        stocks=tuple(
            Stock(
                name=place,
                region=place,
                material="m",
                initial=behaviour.cover * used[place],
                wanted=behaviour.cover * used[place],
                slope=behaviour.storage_slope,
            )
            for place in holders
        ),
        demands=tuple(
            Demand(
                name=place,
                region=place,
                material="m",
                base=tonnes,
                elasticity=behaviour.demand_elasticity,
            )
            for place, tonnes in used.items()
        ),
    )


def _processes(markets: TwoMarkets, behaviour: Behaviour) -> list[Process]:
    inside = Process(
        name=INSIDE,
        region=INSIDE,
        outputs={"m": 1.0},
        base=markets.exporter,
        capacity=10.0 * markets.exporter,
        cost=PRICE,
        elasticity=behaviour.exporter_elasticity,
        floor=behaviour.exporter_floor,
    )
    outside = Process(
        name=OUTSIDE,
        region=OUTSIDE,
        outputs={"m": 1.0},
        base=markets.outside,
        capacity=10.0 * markets.outside,
        cost=PRICE,
        elasticity=behaviour.supply_elasticity,
        grows=True,
    )
    idle = [
        Process(
            name=f"restart-{number}",
            region=OUTSIDE,
            outputs={"m": 1.0},
            capacity=tonnes,
            cost=RESTART_COST * PRICE,
            notice=notice,
        )
        for number, (tonnes, notice) in enumerate(markets.restarts)
    ]
    return [inside, outside, *idle]


def _routes(markets: TwoMarkets, behaviour: Behaviour, shape: Shape) -> list[Route]:
    trade = Route(
        name="trade",
        material="m",
        exporter=INSIDE,
        importer=OUTSIDE,
        base=markets.exports,
        qualification=shape.qualification,
        lag=shape.lag,
    )
    if not shape.routes_apart:
        return [trade]
    surge = replace(
        trade,
        name="surge",
        base=0.0,
        capacity=(behaviour.surge - 1.0) * markets.exports,
        qualification=(behaviour.surge - 1.0) * behaviour.surge_slope,
        kind="surge",
    )
    undeclared = replace(
        trade,
        name="undeclared",
        base=0.0,
        capacity=markets.exports,
        cost=behaviour.leakage_premium * PRICE,
        kind="undeclared",
    )
    return [replace(trade, kind="controlled"), surge, undeclared]


def _restrictions(feed: Feed, months: int, behaviour: Behaviour, shape: Shape) -> Restrictions:
    count = 3 if shape.routes_apart else 1
    share = feed.share.copy()
    if not shape.routes_apart:
        ramp = np.minimum(1.0, feed.since / behaviour.leakage_ramp)
        share += behaviour.leakage * ramp * np.maximum(0.0, 1.0 - share)
    parts = (share, feed.since, feed.known, feed.alarm, feed.age)
    return Restrictions(*(np.tile(part[:months, None], (1, count)) for part in parts))
