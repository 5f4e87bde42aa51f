"""Follow stock and money of a reserve month by month, for all members at once.

Units: t, USD, months. Arrays are (members, materials) or (members,). The order within a month is:
who goes, commitments and purchases, draws, restoring, sales and run-off, charges, debt. The two
readings of re-buying the same quantity at the same price differ in three places:

- restoring a draw: ``drawer``, the reserve buys at the market and the drawer stays at its price,
  but for the part `spread_share` of the difference; ``seller``, the drawer brings tonnes
- who fails: ``seller``, what it had bought from others falls back to those, at their price
- run-off: ``drawer``, the holder takes what is worth its price or more and leaves the rest;
  ``seller``, all of it is taken at its price by those who committed

All is in dollars of the month: prices and storage rise with `inflation`. What material is worth to
who needs it is the price of buying it anew, the premium for other origin included; on resale the
part `premium_kept` of that premium is paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from orepact.model.curve import Array
from orepact.studies.vault.events import Case, Events
from orepact.studies.vault.money import Money, divided

__all__ = ["READINGS", "Followed", "Plan", "Reading", "follow"]

Reading: TypeAlias = Literal["drawer", "seller"]

READINGS: tuple[Reading, ...] = ("drawer", "seller")

SOLD_A_MONTH = 0.15
"""Share of fallen stock that is sold in a month."""

TRADED_A_MONTH, SELL_ABOVE, BUY_BELOW = 0.10, 1.2, 0.9
"""Market making: share traded a month, above and below which multiple of its cost."""

LEAST = 1e-9

EQUAL = 3.0
"""At equal weights of the three goals ordinary draws are those of the term."""

SUMS = ("need", "met", "ordinary", "dear", "value_months", "charges", "unfilled")
"""What is added up over the months, by member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is followed: drawn terms, prices (USD/t), tonnes to hold, storage cost, events.

    `prices` has shape (months, members, materials), `tonnes` and `storage` (members, materials),
    `use` (t/month) and `base` (USD/t), (materials,), are the owner's
    use and the base prices, `goals` are shares. Prices and storage are without inflation.
    """

    draws: Mapping[str, Array]
    prices: Array
    tonnes: Array
    storage: Array
    use: Array
    base: Array
    events: Events
    goals: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What happened: flows by year (members, years) in USD, and figures by member.

    `stock` (members, months) is the value of the stock at base prices; `held` are the tonnes in
    store when the build-up ended and `left` at the end, `balance` and `money_gap` the tonnes and
    dollars that cannot be accounted for.
    """

    flows: Mapping[str, Array]
    service: Array
    available: Array
    stock: Array
    held: Array
    left: Array
    figures: Mapping[str, Array]
    balance: Array
    money_gap: Array


def follow(plan: Plan, reading: Reading, case: Case, month: int) -> Followed:
    """Follow a plan in one reading; in `case` a participant goes in `month`."""
    run = _Run(plan, reading, case, month)
    for at in range(run.months):
        run.step(at)
    return run.done()


class _Run:
    """The state of all members, and what has flowed so far; a month is one call of `step`."""

    def __init__(self, plan: Plan, reading: Reading, case: Case, month: int) -> None:
        self.plan, self.reading = plan, reading
        self.months: int = plan.prices.shape[0]
        self.members: int = plan.prices.shape[1]
        shape = (self.members, len(plan.use))
        draw = plan.draws
        self.money = Money(draw, self.months)
        self.base: Array = np.broadcast_to(plan.base, shape)
        self.build: Array = np.maximum(1.0, np.round(draw["build_months"]))
        self.lag: Array = np.round(draw["purchase_months"])
        self.restore: Array = np.maximum(1.0, np.round(draw["restore_months"]))
        self.lasting: Array = np.round(draw["emergency_months"])
        self.horizon: Array = np.round(draw["obligation_years"] * 12.0)
        self.premium: Array = 1.0 + np.where(draw["origin_rule"] > 0.5, draw["origin_premium"],
                                             0.0)[:, None]
        self.resale: Array = 1.0 + draw["premium_kept"][:, None] * (self.premium - 1.0)
        self.level: Array = (1.0 + draw["inflation"]) ** (np.arange(self.months)[:, None] / 12.0)
        self.defaults, self.leaves = plan.events.gone(case, month)
        self.trade_share = plan.goals["market"]
        zero = np.zeros(shape)
        self.entitled, self.due, self.backlog = zero.copy(), zero.copy(), zero.copy()
        self.fallen, self.bound, self.traded = zero.copy(), zero.copy(), zero.copy()
        self.promised, self.promised_value = zero.copy(), zero.copy()
        self.put_in, self.taken_out, self.held = zero.copy(), zero.copy(), zero.copy()
        self.price: Array = self.base.copy()
        self.waiting, self.ordinary, self.access = (np.zeros((self.months, *shape))
                                                    for _ in range(3))
        self.active: Array = np.ones(self.members)
        self.survival: Array = np.ones((self.months + 1, self.members))
        self.trade_cash: Array = np.zeros(self.members)
        self.stock: Array = np.zeros((self.members, self.months))
        self.sum: dict[str, Array] = {name: np.zeros(self.members) for name in SUMS}

    @property
    def in_store(self) -> Array:
        """All tonnes in the reserve."""
        return self.entitled + self.fallen + self.bound + self.traded

    def step(self, at: int) -> None:
        """Advance one month."""
        self.money.year = at // 12
        spot = self.plan.prices[at] * self.level[at][:, None]
        operating = self._gone(at)
        operating += self._bought(at, spot)
        operating += self._drawn(at, spot)
        operating += self._restored(at, spot)
        operating += self._sold(at, spot)
        operating += self._charged(at)
        built = at >= self.build + self.lag
        self.money.settle(at, operating, built)
        low = (self.in_store * self._low(spot)).sum(axis=1)
        self.money.secured(low, built & (at < np.minimum(self.horizon, self.months - 1)))
        self.stock[:, at] = (self.in_store * self.base).sum(axis=1)
        ended = self.build + self.lag == at + 1
        self.held[ended] = self.in_store[ended]
        self.survival[at + 1] = self.survival[at]

    def _low(self, spot: Array) -> Array:
        """Return what a tonne brings where it has to be sold."""
        return spot * self.resale * (1.0 - self.plan.draws["sale_discount"][:, None])

    def _gone(self, at: int) -> Array:
        """Let participants default or leave; return what is kept or received for their stock."""
        weights, price = self.plan.events.weights, self.price
        failed: Array = (weights * (self.defaults == at)).sum(axis=1)
        left: Array = (weights * ((self.leaves == at) & (self.defaults > at))).sum(axis=1)
        gone = np.where(self.active > LEAST, (failed + left) / np.maximum(self.active, LEAST),
                        0.0).clip(0.0, 1.0)[:, None]
        if not gone.any():
            return np.zeros(self.members)
        defaulting = divided(failed, failed + left, 0.0)[:, None]
        falling, owed = self.entitled * gone, self.due * gone
        lost, brought = owed * defaulting, owed * (1.0 - defaulting)
        self.backlog = self.backlog * (1.0 - gone)
        self.entitled = self.entitled - falling
        self.due = self.due - owed
        self.put_in = self.put_in + brought
        receipts = np.zeros(self.members)
        if self.reading == "seller":
            to_sellers = self.plan.draws["transferred_share"][:, None] * defaulting * falling
            self.bound = self.bound + (1.0 - defaulting) * falling + brought
            self.fallen = self.fallen + defaulting * falling - to_sellers
            self.taken_out = self.taken_out + to_sellers
            receipts = (to_sellers * price).sum(axis=1)
        else:
            self.fallen = self.fallen + falling + brought
        self.active = np.maximum(0.0, self.active - failed - left)
        self.survival[at] *= 1.0 - gone[:, 0]
        self.money.received += receipts
        gained = self.money.refill((brought * price).sum(axis=1), np.zeros(self.members))
        gained = gained + self.money.keep((lost * price).sum(axis=1))
        return gained + self.money.flow("sales", receipts)

    def _bought(self, at: int, spot: Array) -> Array:
        """Sign commitments and buy for earlier ones; return fees."""
        draw, cost_price = self.plan.draws, spot * self.premium
        signing = np.where(at < self.build, self.active, 0.0)
        rate = self.plan.tonnes / self.build[:, None] * signing[:, None]
        own = rate * (1.0 - self.trade_share)
        self.promised = self.promised + own
        self.promised_value = self.promised_value + own * cost_price
        self.price = np.where(self.promised > 0.0, self.promised_value / np.maximum(
            self.promised, 1e-300), self.base)
        fees: Array = draw["upfront_fee"] * (own * cost_price).sum(axis=1)
        survival = np.maximum(self.survival[at], LEAST)[:, None]
        landing = np.minimum(at + self.lag, self.months - 1).astype(np.intp)
        self.waiting[landing, np.arange(self.members)] += rate / survival
        wanted = self.waiting[at] * self.survival[at][:, None]
        cost: Array = (wanted * cost_price).sum(axis=1)
        part = divided(np.maximum(0.0, self.money.funds - self.money.spent), cost, 1.0).clip(0, 1)
        bought, cost = wanted * part[:, None], cost * part
        self.entitled = self.entitled + bought * (1.0 - self.trade_share)
        self.traded = self.traded + bought * self.trade_share
        self.put_in = self.put_in + bought
        self.money.borrow(cost)
        fees = fees + draw["trader_fee"] * cost
        self.money.received += fees
        self.sum["charges"] += fees
        return self.money.flow("fees", fees)

    def _drawn(self, at: int, spot: Array) -> Array:
        """Let participants draw; return the price of what need not be restored."""
        draw, price, worth = self.plan.draws, self.price, spot * self.premium
        disrupted, use = self.plan.events.disrupted[at], self.plan.use[None, :]
        running = (at < self.horizon)[:, None]
        access = np.where(disrupted, np.minimum(self.entitled, use), 0.0)
        dear = np.maximum(0.0, np.log2(np.maximum(worth / price, LEAST)))
        rate = draw["draw_rate"][:, None] * EQUAL * self.plan.goals["demand"]
        rate = np.minimum(rate + draw["price_draws"][:, None] * dear, 1.0)
        room = draw["draw_limit"][:, None] * (self.entitled + self.due) - self.due
        ordinary = np.where(disrupted | ~running, 0.0,
                            np.minimum(np.maximum(0.0, room), rate * self.entitled))
        back = np.where((draw["emergency_restored"] > 0.5)[:, None] & running, access, 0.0)
        self.entitled = self.entitled - access - ordinary
        self.taken_out = self.taken_out + access + ordinary
        self.due = self.due + ordinary + back
        survival = np.maximum(self.survival[at], LEAST)[:, None]
        self.ordinary[at], self.access[at] = ordinary / survival, back / survival
        self.sum["need"] += (disrupted * use * self.base).sum(axis=1)
        self.sum["met"] += (access * self.base).sum(axis=1)
        self.sum["ordinary"] += (ordinary * self.base).sum(axis=1)
        self.sum["dear"] += (ordinary * (worth > price * SELL_ABOVE) * self.base).sum(axis=1)
        final: Array = ((access - back) * price).sum(axis=1)
        self.money.hold(((ordinary + back) * price).sum(axis=1))
        self.money.received += final
        return self.money.flow("sales", final)

    def _restored(self, at: int, spot: Array) -> Array:
        """Restore what falls due; return what the reserve gains or loses by the price."""
        price, every, last = self.price, np.arange(self.members), at == self.months - 1
        falls = np.zeros_like(self.due)
        for history, lag in ((self.ordinary, self.restore),
                             (self.access, self.restore + self.lasting)):
            when = (at - lag).astype(np.intp)
            falls += np.where((when >= 0)[:, None], history[np.maximum(when, 0), every], 0.0)
        falls = np.minimum(falls * self.survival[at][:, None] + self.backlog, self.due)
        falls = self.due if last else falls
        part, borne = np.ones(self.members), np.zeros(self.members)
        if self.reading == "drawer":
            borne = (falls * (spot * self.premium - price)).sum(axis=1)
            borne = borne * (1.0 - self.plan.draws["spread_share"])
            part = divided(np.maximum(self.money.cash, 0.0), borne, 1.0).clip(0.0, 1.0)
        back = falls * part[:, None]
        self.backlog = falls - back
        self.due = self.due - back
        self.entitled = self.entitled + back
        self.put_in = self.put_in + back
        gained = self.money.refill((back * price).sum(axis=1), borne * part)
        if not last:
            return gained
        self.sum["unfilled"] += (self.due * price).sum(axis=1)
        self.due = np.zeros_like(self.due)
        return gained + self.money.keep(self.money.restricted.copy())

    def _sold(self, at: int, spot: Array) -> Array:
        """Sell fallen stock, trade, run the stock down near the end; return what that brings."""
        price, last = self.price, at == self.months - 1
        low = self._low(spot)
        sold = self.fallen * (1.0 if last else SOLD_A_MONTH)
        sales: Array = (sold * low).sum(axis=1)
        trading = self._traded(at, spot, low, last=last)
        part = np.where((at >= self.horizon) | last, 1.0 / (self.months - at), 0.0)[:, None]
        released, bound = self.entitled * part, self.bound * part
        self.fallen = self.fallen - sold
        self.entitled = self.entitled - released
        self.bound = self.bound - bound
        self.taken_out = self.taken_out + sold + released + bound
        taken = released if self.reading == "seller" else released * (
            spot * self.premium >= price * (1.0 - LEAST))
        run_off: Array = ((taken + bound) * price + (released - taken) * low).sum(axis=1)
        self.money.received += sales + np.maximum(trading, 0.0) + run_off
        self.money.paid += np.maximum(-trading, 0.0)
        return self.money.flow("sales", sales) + self.money.flow("run_off", run_off) + trading

    def _traded(self, at: int, spot: Array, low: Array, *, last: bool) -> Array:
        """Sell dear and buy cheap with the stock that nobody is entitled to."""
        if not self.trade_share:
            return np.zeros(self.members)
        cost_price = self.base * self.premium * self.level[at][:, None]
        whole, worth = self.plan.tonnes * self.trade_share, spot * self.premium
        sold = np.where(worth > SELL_ABOVE * cost_price, TRADED_A_MONTH, 0.0) * self.traded
        sold = self.traded if last else sold
        cheap = (worth < BUY_BELOW * cost_price) & (self.traded < whole)
        wanted = np.where(cheap, np.minimum(TRADED_A_MONTH * whole, whole - self.traded), 0.0)
        cost: Array = (wanted * worth).sum(axis=1)
        part = divided(np.maximum(self.trade_cash, 0.0), cost, 0.0).clip(0.0, 0.0 if last else 1.0)
        bought, cost = wanted * part[:, None], cost * part
        receipts: Array = (sold * low).sum(axis=1)
        self.traded = self.traded + bought - sold
        self.put_in = self.put_in + bought
        self.taken_out = self.taken_out + sold
        self.trade_cash = self.trade_cash + receipts - cost
        self.sum["dear"] += (0.0 if last else 1.0) * (sold * self.base).sum(axis=1)
        return self.money.flow("trading", receipts - cost)

    def _charged(self, at: int) -> Array:
        """Take the carrying charge, pay storage and administration."""
        draw, level = self.plan.draws, self.level[at]
        storage: Array = (self.in_store * self.plan.storage).sum(axis=1) * level
        own: Array = (self.entitled * self.plan.storage).sum(axis=1) * level
        value: Array = ((self.entitled + self.due) * self.price).sum(axis=1)
        interest = draw["interest_rate"] / 12.0 * self.money.public * value
        carry = (interest + own) * (1.0 + draw["carry_margin"])
        overhead = draw["overhead"] / 12.0 * level * (self.in_store * self.base).sum(axis=1)
        self.sum["charges"] += carry
        self.sum["value_months"] += value
        self.money.received += carry
        self.money.paid += storage + overhead
        outgo = self.money.flow("storage", storage) + self.money.flow("overhead", overhead)
        return self.money.flow("carry", carry) - outgo

    def done(self) -> Followed:
        """Return what happened, with the tonnes and dollars that cannot be accounted for."""
        money, left, years = self.money, self.in_store, self.months / 12.0
        placed = np.maximum(money.spent, 1.0)
        figures = {
            **money.figures(self.horizon),
            "unfilled": self.sum["unfilled"],
            "manufacturers_cost": divided(self.sum["charges"] * 12.0, self.sum["value_months"],
                                          np.nan),
            "emergency_met": divided(self.sum["met"], self.sum["need"], np.nan),
            "ordinary_a_year": self.sum["ordinary"] / placed / years,
            "sold_dear_a_year": self.sum["dear"] / placed / years,
        }
        return Followed(
            flows=money.flows, service=money.service, available=money.available, stock=self.stock,
            held=self.held, left=left, figures=figures,
            balance=self.put_in - self.taken_out - left, money_gap=money.gap,
        )
