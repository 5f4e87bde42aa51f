"""Build-up: buy for a reserve so slowly that the market moves less than a set share.

A first schedule comes from a closed form of market depth over the parameter ensemble, less what
other buyers' programmes may take, and never more than a share of the form's traded tonnes. The
simulator then buys it month by month, in a market without controls, and the schedule is slowed
until the price there keeps to the share too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import quantiles

from orepact.errors import InputError, Problem, attempt, nearest
from orepact.indicators.reserve.level_rule import read_level_rule
from orepact.indicators.reserve.market_depth import depth, price_of
from orepact.indicators.reserve.safe_level import daily_net_imports
from orepact.indicators.span import ZERO, Span, total
from orepact.indicators.union.union_capacity import span_of
from orepact.network.behaviour import Behaviour
from orepact.network.network import Network
from orepact.network.stored_forms import world_forms
from orepact.network.world import World
from orepact.studies.reserve.bought import Bought, purchase_prices
from orepact.studies.reserve.forms_named import forms_named
from orepact.studies.reserve.programmes import (
    SHARE,
    Competitor,
    Price,
    Programmes,
    competitors_of,
    newest_price,
    world_programmes,
)
from orepact.studies.reserve.safe_levels import safe_levels

__all__ = ["BuildUp", "BuyAsk", "Market", "PurchaseMonth", "Target", "build_up", "market_of"]

TRADE = ("declared", "controlled")
OTHER_BUYERS = ("none", "middle", "most")
"""How much of what other programmes may buy is left to them."""

DAYS_OF_MONTH = 365.0 / 12.0
PRUDENT = 10
"""The tenth percentile of depth: nine parameter sets in ten have more."""

LONGEST = 240
"""Months that a schedule may take."""

SIMULATED = 24
"""Months of purchases that are simulated."""

OTHERS, NOTHING, NO_NEED, TRADED, PRICE, TARGET, ASKED, SIMULATION = (
    "others", "nothing-traded", "no-need", "traded-share", "price", "target", "months",
    "simulation")
"""What sets a rate: others' purchases, no trade, a target of nothing, the share of traded tonnes,
the price by the closed form, the target itself, the months that were asked for, the price in the
simulator."""

TRIES = 6
"""How often a schedule is slowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyAsk:
    """What is to be bought: a form, t or days of the owner's net imports, the largest price move.

    `months` replaces the schedule's own length, `share` the card's share of traded tonnes. `others`
    says how much of what other programmes may buy is left to them. `safe_level` takes the region's
    safe level as the target: days (the card's if none) times what risk and importance make of them.
    """

    material: str
    region: str
    tonnes: float | None = None
    days: float | None = None
    safe_level: bool = False
    move: float = 0.05
    months: int | None = None
    share: float | None = None
    others: str = "middle"
    simulate: bool = True
    sets: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A form's market at base: output, traded tonnes, the buyer's imports (t/month), USD/t.

    `period` is the base window, first and last month.
    """

    chain: str
    material: str
    unit: str
    grade: str
    output: float
    traded: float
    imports: float
    price: float
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A safe level as a target: days asked for, times the factor, t with the range of its cards."""

    days: float
    factor: float
    tonnes: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseMonth:
    """One month: t, what is held after it, months of world output, share of traded tonnes."""

    month: str
    tonnes: float
    held: float
    output_months: float
    traded_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildUp:
    """A schedule and what it does to the market.

    `level` is the safe level where it is the target, `newest` the newest printed price. `depth` is
    t/month over the ensemble; `alone`, `beside` and `least` are the rates allowed with
    nobody else buying, with the others' middle, with the others' most. `moved` is the price,
    multiple of base, by the closed form, what is left to others included; `bought` what the
    simulator says, None where it was not asked or nothing is bought. `why` says what set the rate.
    """

    ask: BuyAsk
    market: Market
    target: float
    level: Target | None
    newest: Price
    depth: Span
    competitors: tuple[Competitor, ...]
    alone: float
    beside: float
    least: float
    rate: float
    why: str
    moved: Span | None
    schedule: tuple[PurchaseMonth, ...]
    cost: Span
    bought: Bought | None
    slowed: int


def market_of(world: World, chain: str, material: str, region: str) -> tuple[Network, Market]:
    """Return a form's network and its market; raises `InputError` for an unknown region."""
    network = world.network(chain)
    names = [each.name for each in network.regions]
    if region not in names:
        raise InputError([Problem("unknown region", field="--region", found=region,
                                  expected=f"one of {', '.join(names)}",
                                  nearest=nearest(region, names))])
    item = next(each for each in network.materials if each.name == material)
    routes = [each for each in network.routes
              if each.material == material and each.kind in TRADE]
    bought = sum(each.base for each in routes if each.importer == region)
    sold = sum(each.base for each in routes if each.exporter == region)
    window = world.chains[chain].text.calibration
    return network, Market(
        chain=chain,
        material=material,
        unit=item.unit,
        grade=item.grade,
        output=sum(each.base * each.outputs.get(material, 0.0) for each in network.processes),
        traded=sum(each.base for each in routes),
        imports=bought - sold,
        price=item.price,
        period=f"{window.first} to {window.last}",
    )


def build_up(world: World, ask: BuyAsk, programmes: Programmes | None = None) -> BuildUp:
    """Return a schedule of purchases for one form.

    Raises `InputError` with every problem: unknown form or region, negative tonnes, days or
    months, shares over 1, neither tonnes nor days.
    """
    chain, material = _checked(world, ask)
    known = programmes or world_programmes(world.folder)
    network, market = market_of(world, chain, material, ask.region)
    level = _level(world, ask, material) if ask.safe_level else None
    target = _target(ask, market) if level is None else level.tonnes.value
    depths = _depths(market, ask.move, world.ensemble)
    price = newest_price(world.bundle, known, material, market.price)
    others = competitors_of(known, material, ask.region, _imports(world, chain, material, known),
                            price, f"{world.start:%Y-%m}")
    taken = total(one.rate for one in others if one.rate is not None) if others else ZERO
    share = known.card(SHARE).value if ask.share is None else ask.share
    cap = share * market.traded
    prudent = _quantile(depths, PRUDENT)
    alone, beside, least = (min(cap, max(0.0, prudent - each)) for each in
                            (0.0, taken.value, taken.high))
    left = {"none": 0.0, "middle": taken.value, "most": taken.high}[ask.others]
    allowed = {"none": alone, "middle": beside, "most": least}[ask.others]
    rate, why = _rate(ask, target, allowed, cap, prudent - left)
    bought, slowed = None, 0
    if ask.simulate and rate > 0.0:
        rate, bought, slowed = _kept(world, network, market, ask, target, rate)
        why = SIMULATION if slowed else why
    schedule = _schedule(world.start, target, rate, market)
    moved = _moved(market, rate + left, world.ensemble) if market.output else None
    return BuildUp(
        ask=ask, market=market, target=target, level=level, newest=price, depth=_span(depths),
        competitors=others,
        alone=alone, beside=beside, least=least, rate=rate, why=why, moved=moved,
        schedule=schedule, cost=_cost(schedule, market.price, moved, bought), bought=bought,
        slowed=slowed,
    )


def _checked(world: World, ask: BuyAsk) -> tuple[str, str]:
    problems = list(_number_problems(ask))
    if ask.others not in OTHER_BUYERS:
        problems.append(Problem("unknown choice", field="--others", found=ask.others,
                                expected="one of " + ", ".join(OTHER_BUYERS),
                                nearest=nearest(ask.others, OTHER_BUYERS)))
    found = attempt(problems, forms_named, world, ask.material) or ()
    if len(found) > 1:
        problems.append(Problem("several forms have this name", field="FORM", found=ask.material,
                                expected="one of " + ", ".join(form for _, form in found)))
    elif found:
        form = world_forms(world.folder).forms.get(found[0][1])
        if form is not None and form.storable == "no":
            problems.append(Problem("this form cannot be stored", field="FORM",
                                    found=found[0][1], expected=form.reason))
    if problems or not found:
        raise InputError(problems)
    return found[0]


def _number_problems(ask: BuyAsk) -> Iterator[Problem]:
    for name, value in (("--tonnes", ask.tonnes), ("--days", ask.days)):
        if value is not None and not 0.0 <= value < math.inf:
            yield Problem("a negative number, or none", field=name, found=f"{value:g}",
                          expected="0 or more")
    if (ask.tonnes is None) == (ask.days is None and not ask.safe_level):
        yield Problem("tonnes or days, one of the two", field="--tonnes, --days",
                      expected="--tonnes 500, --days 60 of the region's net imports, or "
                               "--safe-level")
    for name, value in (("--move", ask.move), ("--share", ask.share)):
        if value is not None and not 0.0 < value <= 1.0:
            yield Problem("a share over 100 %, or none", field=name, found=f"{value:g}",
                          expected="above 0, at most 1; 5 % is 0.05")
    if ask.months is not None and not 1 <= ask.months <= LONGEST:
        yield Problem("out of range", field="--months", found=str(ask.months),
                      expected=f"1 to {LONGEST}")


def _target(ask: BuyAsk, market: Market) -> float:
    if ask.tonnes is not None:
        return ask.tonnes
    return (ask.days or 0.0) * max(0.0, market.imports) / DAYS_OF_MONTH


def _level(world: World, ask: BuyAsk, material: str) -> Target:
    daily, level = (
        each for each in safe_levels(world, world.bundle, region=ask.region, name=material,
                                     days=ask.days, published=False)
        if each.indicator in {"days of the safe level", "safe level"}
    )
    tonnes = span_of(level)
    if tonnes is None:
        raise InputError([Problem("no safe level can be told", field="--safe-level",
                                  found=f"{material} for {ask.region}", expected=level.missing)])
    days = read_level_rule(world.folder).days.value if ask.days is None else ask.days
    return Target(days=days, factor=(daily.value or 0.0) / days if days else 1.0, tonnes=tonnes)


def _imports(
    world: World, chain: str, material: str, programmes: Programmes
) -> dict[str, float]:
    owners = dict.fromkeys(each.owner for each in programmes.programmes)
    return {
        owner: daily_net_imports(world, chain, owner, material).value or 0.0 for owner in owners
    }


def _depths(market: Market, move: float, ensemble: Sequence[Behaviour]) -> list[float]:
    return [
        depth(market.output, move, each.demand_elasticity, each.supply_elasticity)
        for each in ensemble
    ]


def _moved(market: Market, rate: float, ensemble: Sequence[Behaviour]) -> Span:
    return _span([
        price_of(rate, market.output, each.demand_elasticity, each.supply_elasticity)
        for each in ensemble
    ])


def _rate(
    ask: BuyAsk, target: float, allowed: float, cap: float, room: float
) -> tuple[float, str]:
    """Return the t/month of a schedule and what set them."""
    if target <= 0.0:
        return 0.0, NO_NEED
    if ask.months is not None:
        return target / ask.months, ASKED
    if allowed <= 0.0:
        return 0.0, OTHERS if cap else NOTHING
    why = TRADED if cap < room else PRICE
    return (target, TARGET) if target < allowed else (allowed, why)


def _kept(
    world: World, network: Network, market: Market, ask: BuyAsk, target: float, rate: float
) -> tuple[float, Bought, int]:
    """Return a rate at which the simulated price keeps to the move, its prices, and the tries."""
    top = 1.0 + ask.move
    found = _simulated(world, network, market, ask, target, rate)
    tries = 0
    while ask.months is None and found.worst > top and tries < TRIES:
        excess = max(found.worst - 1.0, 1e-9)
        rate *= max(0.1, min(0.9, 0.95 * ask.move / excess))
        found = _simulated(world, network, market, ask, target, rate)
        tries += 1
    return rate, found, tries


def _simulated(
    world: World, network: Network, market: Market, ask: BuyAsk, target: float, rate: float
) -> Bought:
    months = min(SIMULATED, max(1, math.ceil(target / rate)))
    return purchase_prices(network, world.ensemble, market.material, ask.region,
                           [rate] * months, sets=ask.sets)


def _schedule(
    start: date, target: float, rate: float, market: Market
) -> tuple[PurchaseMonth, ...]:
    """Return the months of a schedule, at most `LONGEST`; nothing where nothing is bought."""
    rows: list[PurchaseMonth] = []
    held = 0.0
    while rate > 0.0 and held < target * (1.0 - 1e-12) and len(rows) < LONGEST:
        tonnes = min(rate, target - held)
        held += tonnes
        year, month = divmod(start.month - 1 + len(rows), 12)
        rows.append(PurchaseMonth(
            month=f"{start.year + year}-{month + 1:02d}", tonnes=tonnes, held=held,
            output_months=tonnes / market.output if market.output else math.inf,
            traded_share=tonnes / market.traded if market.traded else math.inf,
        ))
    return tuple(rows)


def _cost(
    schedule: Sequence[PurchaseMonth], price: float, moved: Span | None, bought: Bought | None
) -> Span:
    """Return what the schedule costs, USD: at the base price, and at the prices that it makes."""
    plain = price * sum(one.tonnes for one in schedule)
    if bought is not None:
        return Span(plain * bought.mean.value, plain * bought.mean.low, plain * bought.mean.high)
    return Span(plain, plain, plain) if moved is None else moved.times(plain)


def _quantile(values: Sequence[float], percent: int) -> float:
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _span(values: Sequence[float]) -> Span:
    """Return the middle of the ensemble with its tenth and ninetieth percentile."""
    if len(values) == 1:
        return Span(values[0], values[0], values[0])
    cuts = quantiles(values, n=100, method="inclusive")
    return Span(cuts[49], cuts[PRUDENT - 1], cuts[99 - PRUDENT])


