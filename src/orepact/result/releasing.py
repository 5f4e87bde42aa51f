"""Releases from reserves by rule, month by month, with what is known at the start of the month.

A rule looks at figures of the month before (`orepact.result.seen`): losses of supply or use,
prices, cover. What it releases leaves the reserve in that month and arrives after notice and lead
time; what it buys leaves the market where the reserve lies. Nobody foresees a release. One under
way is believed to go on as it is, as far as the reserve reaches.

A rule looks at the loss that there would be without reserves, as far as that can be believed: of
what was received it takes the extra use (`Gauge.believed_use`) as missing still, and the rest as
supply that was crowded out. At the base price nothing is short: there what was received counts as
any other supply, so a release ends, and begins again should the loss come back. It never goes on
below the price at which the reserve would buy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np
import numpy.typing as npt

from orepact.division.rules import divide
from orepact.model.curve import Array
from orepact.policy.release.text import Allocation, Rule, Size, Trigger
from orepact.result.releases import DAYS, NEVER, Release
from orepact.result.seen import Gauge, Seen

__all__ = ["Holding", "Releasing", "releasing", "reserve_paths"]

Flags = npt.NDArray[np.bool_]

GRAM = 1e-6
"""Tonnes: releases are shared out to the gram."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A reserve between months (t): what it holds and what is under way.

    `due` has what arrives 0, 1, … months from now, by member; `ordered` and `released` what left
    in the last month, `received` what members got and `bought` what was bought in it. `dear` counts
    months in a row at the price of the rule and of its emergency, `running` those of this release,
    `idle` those since the last one. `saw` is the loss (fraction) and price (multiple of base) that
    the rule looked at.
    """

    held: float
    due: Array
    ordered: Array
    received: Array
    released: float = 0.0
    bought: float = 0.0
    dear: tuple[int, int] = (0, 0)
    running: int = 0
    resting: bool = False
    idle: int = NEVER
    delay: float = 0.0
    saw: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of(cls, release: Release) -> Holding:
        """Return a reserve before its first month."""
        none = np.zeros(len(release.members))
        return cls(release.reserve.held, np.zeros((1, len(none))), none, none)


@dataclass(slots=True)
class Releasing:
    """What reserves do in a month: their holdings after it, and what each place is given (t).

    `given` (months × nodes) is what arrives less what is bought in this month, and what of it is
    believed to go on in the months of the window after it.
    """

    holdings: Mapping[str, Holding]
    given: Array


def releasing(
    releases: Sequence[Release], before: Mapping[str, Holding], gauge: Gauge, seen: Seen,
    number: int, months: int,
) -> Releasing:
    """Return what reserves do in month `number`, with what was seen of the month before."""
    received, promised, buying = (np.zeros(len(seen.price)) for _ in range(3))
    for release in releases:
        if release.begins <= number and release.name in before:
            np.add.at(received, list(release.members), before[release.name].received)
    market = _Market(gauge, seen, received, gauge.believed_use(received, seen.price), promised)
    given = np.zeros((months, len(seen.price)))
    holdings = dict(before)
    for release in releases:
        if number < release.begins:
            continue
        holding = before.get(release.name, Holding.of(release))
        decided = _decided(release, holding, market.after(promised), buying, number)
        holdings[release.name] = decided
        np.add.at(promised, list(release.members), decided.ordered)
        buying[release.node] += decided.bought
        for ahead, row in enumerate(_believed(release, decided, number, months)):
            np.add.at(given[ahead], list(release.members), row)
        given[:, release.node] -= _believed_bought(release, decided, months)
    return Releasing(holdings, given)


def reserve_paths(
    releases: Sequence[Release], months: Sequence[Mapping[str, Holding]], nodes: int
) -> dict[str, Array]:
    """Return what reserves did in every month: t released, bought and held; t received by node.

    ``saw`` has the loss and the price that their rules looked at.
    """
    shape = (len(months), len(releases))
    released, bought, level = (np.zeros(shape) for _ in range(3))
    saw = np.zeros((*shape, 2))
    received = np.zeros((len(months), nodes))
    for column, release in enumerate(releases):
        level[:, column] = release.reserve.held
        for row, holdings in enumerate(months):
            here = holdings.get(release.name)
            if here is not None:
                released[row, column], bought[row, column] = here.released, here.bought
                level[row, column], saw[row, column] = here.held, here.saw
                np.add.at(received[row], list(release.members), here.received)
    return {"released": released, "bought": bought, "reserve_level": level, "received": received,
            "saw": saw}


@dataclass(frozen=True, slots=True)
class _Market:
    """What is seen, and what nodes are given by reserves (t).

    `received` is that of the last month and `believed` the extra use it is believed to have made,
    `promised` what other reserves release now.
    """

    gauge: Gauge
    seen: Seen
    received: Array
    believed: Array
    promised: Array

    def after(self, promised: Array) -> _Market:
        return replace(self, promised=promised.copy())

    def missing(self, nodes: Sequence[int], of: str) -> tuple[Array, Array]:
        """Return what is missing at nodes and what should be there (t/month)."""
        here = list(nodes)
        if of == "supply":
            whole = self.gauge.supply[here]
            crowded = self.received[here] - self.believed[here]
            return whole - self.seen.supply[here] - crowded, whole
        whole = self.seen.wanted[here]
        short = whole - self.seen.use[here] + self.believed[here]
        return np.minimum(short, whole), whole


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a trigger reads: losses (fraction), price (multiple), cover (days)."""

    group: float
    member: Array
    claims: Array
    price: float
    cover: float

    @classmethod
    def of(cls, release: Release, market: _Market, of: str) -> _Signs:
        missing, whole = market.missing(release.group, of)
        short, own = market.missing(release.members, of)
        here = list(release.group)
        use = float(market.seen.use[here].sum())
        stock = float(market.seen.stock[here].sum())
        price = np.average(market.seen.price[list(release.priced)], weights=release.price_weights)
        member = np.divide(short, own, out=np.zeros(len(own)), where=own > 0.0)
        return cls(
            float(missing.sum() / whole.sum()) if whole.sum() > 0.0 else 0.0,
            member,
            np.maximum(0.0, short - market.promised[list(release.members)]),
            float(price),
            DAYS * stock / use if use > 0.0 else np.inf,
        )


def _met(trigger: Trigger, signs: _Signs, dear: int) -> dict[str, bool]:
    """Return which levels of a trigger are met."""
    found: dict[str, bool] = {}
    if trigger.group_loss is not None:
        found["group_loss"] = signs.group >= trigger.group_loss
    if trigger.member_loss is not None:
        found["member_loss"] = bool(np.any(signs.member >= trigger.member_loss))
    if trigger.price is not None:
        found["price"] = dear >= trigger.price_months
    if trigger.cover_days is not None:
        found["cover_days"] = signs.cover <= trigger.cover_days
    return found


def _holds(trigger: Trigger, met: Mapping[str, bool]) -> bool:
    return (all if trigger.when == "all" else any)(met.values())


def _dear(trigger: Trigger | None, price: float, before: int) -> int:
    level = None if trigger is None else trigger.price
    return before + 1 if level is not None and price >= level else 0


def _decided(
    release: Release, holding: Holding, market: _Market, buying: Array, number: int
) -> Holding:
    """Return a reserve after a month: what arrives, what is released and bought."""
    arriving, due = holding.due[0], holding.due[1:]
    none = np.zeros(len(release.members))
    rule = release.rule
    quiet = replace(
        holding, due=due if len(due) else none[None, :], ordered=none, received=arriving,
        released=0.0, bought=0.0, idle=holding.idle + 1,
    )
    if rule is None or not release.first <= number <= release.last:
        return replace(quiet, running=0, dear=(0, 0), resting=False, saw=(0.0, 0.0))
    signs = _Signs.of(release, market, rule.trigger.of)
    urgent = rule.emergency
    strict = None if urgent is None else urgent.trigger
    dear = (_dear(rule.trigger, signs.price, holding.dear[0]),
            _dear(strict, signs.price, holding.dear[1]))
    quiet = replace(quiet, dear=dear, saw=(_loss(rule, signs), signs.price))
    met = _met(rule.trigger, signs, dear[0])
    on = _holds(rule.trigger, met)
    cheap = rule.replenish is not None and signs.price < rule.replenish.price_below
    alarm = None if cheap else _urgent(release, market, dear[1])
    ends = cheap or not _goes_on(rule, holding, signs, on=on)
    if alarm is None and (ends or holding.held <= 0.0):
        resting = on and (holding.resting or _spent(rule, holding))
        return _replenished(release, replace(quiet, running=0, resting=resting), market, signs,
                            buying)
    size, notice, claims = rule.size, rule.notice, _claims(rule.trigger, met, signs)
    if alarm is not None and urgent is not None:
        size, notice, claims = urgent.size, urgent.notice, alarm
    orders = _orders(release, size, claims, holding.held)
    return _sent(quiet, orders, release.delay(notice), holding.running + 1)


@dataclass(frozen=True, slots=True)
class _Claims:
    """What each member is short of (t/month), and who may receive."""

    tonnes: Array
    eligible: Flags


def _urgent(release: Release, market: _Market, dear: int) -> _Claims | None:
    """Return the claims on the emergency access of a rule where its trigger holds."""
    urgent = None if release.rule is None else release.rule.emergency
    if urgent is None:
        return None
    signs = _Signs.of(release, market, urgent.trigger.of)
    met = _met(urgent.trigger, signs, dear)
    return _claims(urgent.trigger, met, signs) if _holds(urgent.trigger, met) else None


def _spent(rule: Rule, holding: Holding) -> bool:
    return rule.stop.months is not None and holding.running >= rule.stop.months


def _goes_on(rule: Rule, holding: Holding, signs: _Signs, *, on: bool) -> bool:
    """Say whether a rule releases in this month."""
    if holding.resting or _spent(rule, holding):
        return False
    if on or holding.running == 0:
        return on
    levels = ((rule.stop.loss, _loss(rule, signs)), (rule.stop.price, signs.price))
    given = [(level, value) for level, value in levels if level is not None]
    return any(value >= level for level, value in given)


def _loss(rule: Rule, signs: _Signs) -> float:
    """Return the loss that a rule looks at: of the group, or of its worst member if larger."""
    hit = rule.trigger.member_loss is not None
    return float(signs.member.max(initial=signs.group)) if hit else signs.group


def _claims(trigger: Trigger, met: Mapping[str, bool], signs: _Signs) -> _Claims:
    """Return claims; where one member's loss alone sets it off, of members so hit."""
    level = trigger.member_loss
    others = any(value for name, value in met.items() if name != "member_loss")
    if level is None or others or not met["member_loss"]:
        return _Claims(signs.claims, np.ones(len(signs.member), dtype=bool))
    eligible = signs.member >= level
    return _Claims(np.where(eligible, signs.claims, 0.0), eligible)


def _orders(release: Release, size: Size, claims: _Claims, held: float) -> Array:
    """Return what leaves the reserve in this month for each member (t)."""
    whole = release.reserve.held
    amount = 0.0
    if size.share_of_shortfall is not None:
        amount = size.share_of_shortfall * float(claims.tonnes.sum())
    elif size.share_of_stock is not None:
        amount = size.share_of_stock * whole
    elif size.tonnes is not None:
        amount = size.tonnes
    amount = max(amount, size.at_least * whole)
    amount = min(amount, size.at_most * whole, release.reserve.release, held)
    rule = release.rule
    weights = np.where(claims.eligible, np.array(release.weights), 0.0)
    allocation = "proportional" if rule is None else rule.allocation
    return _shared(allocation, claims.tonnes, weights, amount)


def _shared(allocation: Allocation, claims: Array, weights: Array, amount: float) -> Array:
    """Return an amount shared by a rule; what goes beyond the claims follows base use."""
    if amount <= 0.0:
        return np.zeros(len(claims))
    total = float(claims.sum())
    if len(claims) == 1:
        return np.array([amount])
    if amount >= total:
        even = weights if weights.sum() > 0.0 else np.ones(len(weights))
        return claims + (amount - total) * even / even.sum()
    grams = {str(number): round(claim / GRAM) for number, claim in enumerate(claims)}
    least = min(round(amount / GRAM), sum(grams.values()))
    if least <= 0:
        return claims * (amount / total)
    awards = np.array([float(one) for one in divide(grams, least, allocation).values()])
    return awards * (amount / awards.sum())


def _sent(quiet: Holding, orders: Array, delay: float, running: int) -> Holding:
    """Return a reserve that has released orders, which arrive after a delay (months)."""
    amount = float(orders.sum())
    ahead = floor(delay)
    late = delay - ahead
    rows = max(ahead + 1, len(quiet.due))
    due = np.zeros((rows, len(orders)))
    due[: len(quiet.due)] = quiet.due
    received = quiet.received
    if ahead == 0:
        received = received + (1.0 - late) * orders
    else:
        due[ahead - 1] += (1.0 - late) * orders
    due[ahead] += late * orders
    sent = amount > 0.0
    return replace(
        quiet, held=max(0.0, quiet.held - amount), due=due, ordered=orders, received=received,
        released=amount, running=running if sent else 0, idle=0 if sent else quiet.idle,
        delay=delay,
    )


def _replenished(
    release: Release, quiet: Holding, market: _Market, signs: _Signs, buying: Array
) -> Holding:
    """Return a reserve that buys what its rule allows in this month."""
    rule, reserve = release.rule, release.reserve
    again = None if rule is None else rule.replenish
    missing = min(reserve.held, reserve.capacity) - quiet.held
    if again is None or missing <= 0.0 or quiet.idle < again.after:
        return quiet
    overdue = again.by is not None and quiet.idle >= again.by
    if signs.price >= again.price_below and not overdue:
        return quiet
    pace = (again.share_of_stock or 0.0) * reserve.held
    pace = pace if again.tonnes is None else again.tonnes
    room = again.supply_share * float(market.seen.supply[release.node]) - buying[release.node]
    bought = max(0.0, min(pace, missing, float(room)))
    return replace(quiet, held=quiet.held + bought, bought=bought)


def _believed(release: Release, holding: Holding, number: int, months: int) -> list[Array]:
    """Return what arrives in the months of a window, by member: a release goes on as it is."""
    rows = [holding.received, *holding.due]
    rows += [np.zeros(len(holding.received))] * max(0, months - len(rows))
    found = [row.copy() for row in rows[:months]]
    stop = None if release.rule is None else release.rule.stop.months
    left, whole = holding.held, float(holding.ordered.sum())
    ahead, late = floor(holding.delay), holding.delay - floor(holding.delay)
    for later in range(1, months):
        ended = number + later > release.last or (
            stop is not None and holding.running + later > stop)
        amount = 0.0 if ended else min(whole, left)
        if amount <= 0.0:
            break
        left -= amount
        for at, share in ((later + ahead, 1.0 - late), (later + ahead + 1, late)):
            if at < months:
                found[at] += share * amount / whole * holding.ordered
    return found


def _believed_bought(release: Release, holding: Holding, months: int) -> Array:
    """Return what is bought in the months of a window: buying goes on until the store is full."""
    full = min(release.reserve.held, release.reserve.capacity)
    ahead = full - holding.held - holding.bought * np.arange(months)
    later = np.clip(ahead + holding.bought, 0.0, holding.bought)
    return np.where(np.arange(months) == 0, holding.bought, later)
