"""What a contract costs the public over price paths: a distribution, year by year, and its drivers.

The price moves by itself here and tonnes are given: nothing answers to the support. That is how a
treasury budgets for a contract; what the market makes of one is the wind tunnel's question. Cards,
volatility and half-life are drawn by Latin hypercube, prices month by month, both processes from
the same numbers. Beside it stands the closed form at the cards' middle values (Black 1976).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import qmc

from orepact.errors import InputError, Problem
from orepact.indicators.support.movement import Movement, movements_of, series_of
from orepact.indicators.support.options import black_call, black_put
from orepact.indicators.support.processes import (
    PROCESSES,
    Brownian,
    Process,
    Schwartz,
    price_paths,
    returning_to,
)
from orepact.indicators.support.settlement import contract_payment, paid_tonnes, quoted
from orepact.model.curve import Array
from orepact.network.chains.text import Card
from orepact.network.network import Network
from orepact.network.world import World
from orepact.policy.support import Support
from orepact.policy.support.made import amounts, number_of
from orepact.policy.support.text import Amount, ContractText, CostText, GapText
from orepact.studies.support.amounts import ends_of, month_after, months_between
from orepact.studies.vault.terms import read_terms
from orepact.units import convert

__all__ = ["FORMAT", "CostDesign", "PublicCost", "public_cost"]

FORMAT = "orepact/support-cost/1"
MONTHS = 12
MOST_YEARS = 30
PERCENTILES = (5.0, 50.0, 95.0)
_TERMS = ("volatility", "half_life_years")
"""Terms of how prices move, which the reserve that a loan pays for has as cards already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostDesign:
    """How many members are drawn, with which seed, for how many years; 0 = the contract's own."""

    draws: int = 2000
    seed: int = 1
    years: int = 0

    def problems(self) -> list[Problem]:
        """Return what is wrong with it."""
        found: list[Problem] = []
        if not 20 <= self.draws <= 200_000:
            found.append(Problem("out of range", field="--draws", found=str(self.draws),
                                 expected="20 to 200,000"))
        if not 0 <= self.years <= MOST_YEARS:
            found.append(Problem("out of range", field="--years", found=str(self.years),
                                 expected=f"1 to {MOST_YEARS}, or 0 for the contract's own"))
        return found


@dataclass(frozen=True, slots=True)
class PublicCost:
    """A content to print or write, and the table of years (USD)."""

    content: dict[str, Any]
    years: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """Numbers of all members, each of shape (members,) or one for all."""

    strike: Array
    upside: Array
    part: Array
    volume: Array
    price: Array
    level: Array
    tonnes: Array
    rate: Array
    vat: Array
    full_from: Array
    inflation: Array
    volatility: Array
    half_life: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One contract with its calendar: `months` from today on, `paid` those under the contract."""

    support: Support
    text: ContractText | GapText
    cost: CostText
    cards: Mapping[str, Card]
    months: tuple[date, ...]
    paid: Array
    begun: int
    movement: Movement


def public_cost(
    support: Support,
    network: Network,
    world: World,
    *,
    design: CostDesign | None = None,
    processes: Sequence[Process] = PROCESSES,
) -> PublicCost:
    """Return what a contract or gap subsidy costs the public over drawn price paths.

    Raises `InputError` for a support without such a contract or without a `cost` part, and for a
    design out of range.
    """
    design = design or CostDesign()
    case = _case(support, network, world, design)
    ranges = _ranges(case)
    sampler = qmc.LatinHypercube(len(ranges), rng=np.random.default_rng(design.seed))
    quantiles = sampler.random(design.draws)
    drawn = {name: _at(each, quantiles[:, number]) for number, (name, each) in
             enumerate(ranges.items())}
    middle = {name: np.array([each.value]) for name, each in ranges.items()}
    shocks = np.random.default_rng(design.seed + 1).standard_normal(
        (len(case.months), design.draws))
    found = [_process(case, process, drawn, middle, ranges, shocks) for process in processes]
    frame = pl.DataFrame([row for each in found for row in each["by_year"]])
    return PublicCost(_content(case, design, ranges, found, world), frame)


def _case(support: Support, network: Network, world: World, design: CostDesign) -> _Case:
    texts = [each for each in support.instrument_texts if isinstance(each, ContractText | GapText)]
    problems = design.problems()
    if not texts:
        problems.append(Problem(
            "no contract or gap subsidy, whose cost follows from a price alone",
            field=support.name,
            found=", ".join(type(each).__name__ for each in support.instruments),
            expected="a contract for difference or a price-gap subsidy; for others "
            "orepact support wind-tunnel"))
    if len(texts) > 1:
        problems.append(Problem(
            "more than one contract or subsidy, and one part cost for all", field=support.name,
            found=", ".join(each.id for each in texts),
            expected="a file for each, with prices and tonnes of its own; costs add up"))
    if support.cost_text is None:
        problems.append(Problem("nothing is said of prices and tonnes",
                                field=f"{support.name}.cost",
                                expected="a part cost: price, level, tonnes, rate"))
    if problems or support.cost_text is None:
        raise InputError(problems)
    text = texts[0]
    instrument = next(each for each in support.instruments if each.name == text.id)
    today = network.start
    first = max(today, instrument.first or today)
    ahead = months_between(today, first)
    last = instrument.last
    if design.years:
        count = ahead + design.years * MONTHS
    elif last is None:
        count = ahead + 10 * MONTHS
    else:
        count = months_between(today, last) + 1
    if count <= ahead:
        raise InputError([Problem("the contract is over", field=f"{text.id}.last",
                                  found=f"{last:%Y-%m}" if last else "none",
                                  expected=f"{today:%Y-%m} or later")])
    material = next(item for item in network.materials if item.name == text.material)
    series = series_of(world.bundle, material.name, material.mineral)
    begun = months_between(instrument.first, today) if instrument.first else 0
    return _Case(
        support=support, text=text, cost=support.cost_text, cards=support.moved({}),
        months=tuple(month_after(today, number) for number in range(count)),
        paid=(np.arange(count) >= ahead).astype(np.float64), begun=begun,
        movement=movements_of(world.bundle, [series])[series],
    )


def _ranges(case: _Case) -> dict[str, Card]:
    """Return every card that the cost rests on, and how prices move, as cards by name."""
    named = [amount for text in (case.text, case.cost) for _, amount, _ in amounts(text)
             if isinstance(amount, str)]
    found = {name: case.cards[name] for name in dict.fromkeys(named)}
    terms = read_terms()
    for name in _TERMS:
        term = terms.of(name)
        low, high = term.ends
        found[name] = Card(card=name, title=term.title, value=term.value, low=low, high=high,
                           unit=term.unit, reason=term.reason)
    return found


def _at(card: Card, quantile: Array) -> Array:
    """Return a card at quantiles of its range; the middle is its value."""
    return np.interp(quantile, [0.0, 0.5, 1.0], [card.low, card.value, card.high])


def _terms(case: _Case, values: Mapping[str, Array]) -> _Terms:
    """Return the numbers of members whose cards have these values, each in its card's unit."""
    def of(amount: Amount, unit: str) -> Array:
        if not isinstance(amount, str):
            return np.array([float(amount)])
        return values[amount] * convert(1.0, case.cards[amount].unit, unit)

    contract = {name: of(amount, unit) for name, amount, unit in amounts(case.text)}
    cost = {name: of(amount, unit) for name, amount, unit in amounts(case.cost)}
    strike = contract["strike"] if "strike" in contract else contract["cost"]
    return _Terms(
        strike=strike, upside=contract.get("upside", np.zeros(1)),
        part=contract.get("share", np.ones(1)),
        volume=contract.get("volume", np.array([np.inf])),
        volatility=values["volatility"] * case.movement.volatility,
        half_life=values["half_life_years"], **cost,
    )


def _motion(process: Process, terms: _Terms) -> Brownian | Schwartz:
    if process == "walk":
        return Brownian(volatility=terms.volatility)
    return returning_to(terms.level, terms.half_life, terms.volatility)


def _payments(case: _Case, terms: _Terms, prices: Array) -> Array:
    """Return what the public pays each month (USD), months × members."""
    index = quoted(prices, "including VAT", _tax(case, terms))
    months = np.arange(len(case.months))[:, None]
    shared = np.ones_like(index, dtype=bool)
    if isinstance(case.text, ContractText) and case.text.upside_when == "full production":
        shared = np.broadcast_to(months + case.begun >= terms.full_from, index.shape)
    per_tonne = contract_payment(index, terms.strike, terms.upside, shared=shared)
    return terms.part * per_tonne * paid_tonnes(terms.tonnes, terms.volume) * case.paid[:, None]


def _tax(case: _Case, terms: _Terms) -> Array:
    own = number_of(case.text.vat, "1", case.cards)
    return np.maximum(terms.vat, own if case.text.index_basis == "including VAT" else 0.0)


def _process(
    case: _Case, process: Process, drawn: Mapping[str, Array], middle: Mapping[str, Array],
    ranges: Mapping[str, Card], shocks: Array,
) -> dict[str, Any]:
    terms = _terms(case, drawn)
    prices = price_paths(_motion(process, terms), terms.price, shocks) * _risen(case, terms)
    money = _payments(case, terms, prices)
    worth = money * _discount(case, terms)
    central = _terms(case, middle)
    at_middle = _payments(case, central, price_paths(
        _motion(process, central), central.price, shocks) * _risen(case, central)
    ) * _discount(case, central)
    total: Array = money.sum(axis=0)
    dearest: Array = money.max(axis=0)
    return {
        "process": process,
        "total_usd": _figures(total),
        "present_usd": _figures(worth.sum(axis=0)),
        "public_receives": float(np.mean(total < 0.0)),
        "never_pays": float(np.mean(dearest <= 0.0)),
        "by_year": _by_year(case, process, money, prices),
        "strip_usd": _strip(case, process, central),
        "drawn_at_middle_usd": float(at_middle.sum(axis=0).mean()),
        "drawn_at_middle_error_usd": float(
            at_middle.sum(axis=0).std() / at_middle.shape[1] ** 0.5),
        "suppositions": _moved(case, process, middle, ranges),
    }


def _discount(case: _Case, terms: _Terms) -> Array:
    return np.exp(-terms.rate * _years(case))


def _risen(case: _Case, terms: _Terms) -> Array:
    """Return prices of each month ÷ those in dollars of today: the strike is nominal."""
    return np.exp(terms.inflation * _years(case))


def _years(case: _Case) -> Array:
    return (np.arange(len(case.months)) + 1.0)[:, None] / MONTHS


def _figures(members: Array) -> dict[str, float]:
    low, middle, high = np.percentile(members, PERCENTILES)
    return {"mean": float(members.mean()), "p5": float(low), "p50": float(middle),
            "p95": float(high)}


def _by_year(case: _Case, process: Process, money: Array, prices: Array) -> list[dict[str, Any]]:
    years = np.array([month.year for month in case.months])
    found: list[dict[str, Any]] = []
    for year in dict.fromkeys(years.tolist()):
        here = years == year
        count = int(case.paid[here].sum())
        if count:
            members = money[here].sum(axis=0)
            price = prices[here].mean(axis=0)
            found.append({
                "process": process, "year": int(year), "months": count,
                **{f"{name}_usd": value for name, value in _figures(members).items()},
                "public_pays": float(np.mean(np.asarray(members) > 0.0)),
                **{f"price_{name}_usd_per_t": value for name, value in _figures(price).items()},
            })
    return found


def _strip(case: _Case, process: Process, terms: _Terms) -> float:
    """Return the closed form of one member: a put and a share of a call each month (USD)."""
    years = _years(case)[:, 0]
    motion = _motion(process, terms)
    tax = 1.0 + float(_tax(case, terms)[0])
    strike, rate = float(terms.strike[0]), float(terms.rate[0])
    forward = motion.forward(terms.price, years) * _risen(case, terms)[:, 0] * tax
    spread = np.array([float(np.asarray(motion.moments(np.zeros(1), year)[1]).item())
                       for year in years]) / np.sqrt(years)
    puts = black_put(forward, strike, spread, years, rate)
    calls = black_call(forward, strike, spread, years, rate)
    shared = np.ones(len(years), dtype=bool)
    if isinstance(case.text, ContractText) and case.text.upside_when == "full production":
        shared = np.arange(len(years)) + case.begun >= float(terms.full_from[0])
    tonnes = float(terms.part[0]) * float(paid_tonnes(terms.tonnes, terms.volume)[0])
    value = puts - float(terms.upside[0]) * np.where(shared, calls, 0.0)
    return float(tonnes * (value * case.paid).sum())


def _moved(
    case: _Case, process: Process, middle: Mapping[str, Array], ranges: Mapping[str, Card]
) -> list[dict[str, Any]]:
    """Return the closed form with each card at its ends, widest first (USD of today).

    Cards that change nothing there are left out: what they mean needs a market.
    """
    found: list[dict[str, Any]] = []
    for name, card in ranges.items():
        if card.low == card.high:
            continue
        ends = [
            _strip(case, process, _terms(case, {**middle, name: np.array([value])}))
            for value in (card.low, card.high)
        ]
        if ends[0] != ends[1]:
            found.append({"card": name, "title": card.title, "unit": card.unit, "low": card.low,
                          "high": card.high, "at_low_usd": ends[0], "at_high_usd": ends[1]})
    return sorted(found, key=lambda each: -abs(each["at_high_usd"] - each["at_low_usd"]))


def _content(
    case: _Case, design: CostDesign, ranges: Mapping[str, Card], found: list[dict[str, Any]],
    world: World,
) -> dict[str, Any]:
    text, moves = case.text, case.movement
    paid = [month for month, counts in zip(case.months, case.paid, strict=True) if counts]
    return {
        "format": FORMAT,
        "support": case.support.name,
        "title": case.support.title,
        "text": case.support.text,
        "chain": case.support.chain,
        "instrument": text.id,
        "not_priced": [each.name for each in case.support.instruments if each.name != text.id],
        "sold_t_per_year": ends_of(case.cost.tonnes, "t/month", case.cards, MONTHS),
        "cap_t_per_year": None if text.volume is None else ends_of(
            text.volume, "t/month", case.cards, MONTHS),
        "rate": ends_of(case.cost.rate, "1", case.cards),
        "kind": text.kind,
        "material": text.material,
        "zone": list(text.zone),
        "today": f"{case.months[0]:%Y-%m}",
        "first": f"{paid[0]:%Y-%m}",
        "last": f"{paid[-1]:%Y-%m}",
        "months": len(paid),
        "months_past": max(0, case.begun),
        "design": {"draws": design.draws, "seed": design.seed, "years": design.years},
        "inflation": number_of(case.cost.inflation, "1", case.cards),
        "movement": {"series": moves.mineral, "volatility": moves.volatility, "own": moves.own,
                     "changes": moves.changes},
        "cards": [
            {"card": each.card, "title": each.title, "value": each.value, "low": each.low,
             "high": each.high, "unit": each.unit, "published": each.low == each.high,
             "reason": each.reason, "evidence": each.evidence}
            for each in ranges.values()
        ],
        "processes": found,
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
    }
