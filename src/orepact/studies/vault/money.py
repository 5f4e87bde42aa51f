"""The money of a reserve: what comes in and goes out, the loan, private capital, the covers.

Whoever moves money says so twice, once for what was received or paid and once for where it is: at
hand (`cash`), held until draws are restored (`restricted`), or lent. `gap` is what does not agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from orepact.model.curve import Array

__all__ = ["FLOWS", "Flags", "Money", "divided"]

Flags: TypeAlias = NDArray[np.bool_]
"""Yes or no, by member."""

FLOWS = (
    "fees", "carry", "spread", "sales", "run_off", "trading", "storage", "overhead", "interest",
    "principal", "private", "due", "lent", "bought", "restoring", "drawn",
)
"""Yearly flows (USD): fees to trading come in, negative where they cost; storage to private are
paid; due is interest that falls due; the rest passes through."""

REPAID = 1.0
"""Debt below this many dollars is none."""


def divided(part: Array, whole: Array, otherwise: float) -> Array:
    """Return part ÷ whole, and `otherwise` where there is no whole."""
    fallback = np.full(np.broadcast_shapes(part.shape, whole.shape), otherwise)
    return np.divide(part, whole, out=fallback, where=whole > 0.0)


class Money:
    """The accounts of all members; arrays are (members,) or (members, years), in USD."""

    def __init__(self, draws: Mapping[str, Array], months: int) -> None:
        """Begin without money and without debt."""
        self.draws, self.months = draws, months
        members, self.years = len(draws["public_loan"]), -(-months // 12)
        total: Array = draws["public_loan"] + draws["private_capital"]
        self.funds: Array = total * draws["funds_used"]
        self.public: Array = divided(draws["public_loan"], total, 0.0)
        self.calm: Array = np.round(draws["interest_only_years"] * 12.0)
        zero = np.zeros(members)
        self.cash, self.restricted, self.spent = zero.copy(), zero.copy(), zero.copy()
        self.debt, self.lent, self.scheduled = zero.copy(), zero.copy(), zero.copy()
        self.private, self.owed_return, self.lowest = zero.copy(), zero.copy(), zero.copy()
        self.received, self.paid = zero.copy(), zero.copy()
        self.flows: dict[str, Array] = {name: np.zeros((members, self.years)) for name in FLOWS}
        self.service: Array = np.zeros((members, self.years))
        self.available: Array = np.zeros((members, self.years))
        self.security: Array = np.full(members, np.inf)
        self.year = 0

    def flow(self, name: str, amount: Array) -> Array:
        """Note a flow of this year and return it."""
        self.flows[name][:, self.year] += amount
        return amount

    def borrow(self, cost: Array) -> None:
        """Pay for purchases with the loan and private capital, in their proportion."""
        self.spent += cost
        self.debt += cost * self.public
        self.lent += cost * self.public
        self.private += cost * (1.0 - self.public)
        _ = self.flow("lent", cost)
        _ = self.flow("bought", cost)
        self.received += cost
        self.paid += cost

    def hold(self, amount: Array) -> None:
        """Receive the price of a draw and keep it until the draw is restored."""
        self.restricted += amount
        self.received += amount
        _ = self.flow("drawn", amount)

    def refill(self, amount: Array, borne: Array) -> Array:
        """Pay for restored tonnes with what was held for them; return what is gained or lost."""
        self.restricted -= amount
        self.paid += amount + borne
        _ = self.flow("restoring", amount)
        return self.flow("spread", -borne)

    def keep(self, amount: Array) -> Array:
        """Keep what was held for tonnes that will not come back; return it."""
        self.restricted -= amount
        return self.flow("sales", amount)

    def settle(self, at: int, operating: Array, steady: Flags) -> None:
        """Pay interest, principal and arrears of the loan, then private capital, if there is money.

        Principal is due in level instalments from the month `interest_only_years` end. Private
        return is paid along, a twelfth of the money a month in `steady` months, or after the loan.
        """
        draw = self.draws
        self.cash += operating
        self.available[:, self.year] += operating
        interest: Array = self.debt * draw["interest_rate"] / 12.0
        paying = (at >= self.calm) | (at == self.months - 1)
        due = np.where(paying, (self.lent - self.scheduled) / (self.months - at), 0.0)
        self.scheduled += due
        self.service[:, self.year] += interest + due
        self.debt += interest
        owed = np.maximum(self.debt - (self.lent - self.scheduled), 0.0)
        pay = np.minimum(np.maximum(self.cash, 0.0), owed)
        self.debt -= pay
        self.cash -= pay
        _ = self.flow("due", interest)
        _ = self.flow("interest", np.minimum(pay, interest))
        _ = self.flow("principal", np.maximum(pay - interest, 0.0))
        self.paid += pay + self._privately(steady)
        self.lowest = np.minimum(self.lowest, self.cash)

    def _privately(self, steady: Flags) -> Array:
        draw, repaid = self.draws, self.debt <= REPAID
        self.owed_return += self.private * draw["private_return"] / 12.0
        along = np.where((draw["private_along"] > 0.5) & steady, 1.0 / 12.0, 0.0)
        spare = np.where(repaid, 1.0, along) * np.maximum(self.cash, 0.0)
        amount = np.minimum(spare, self.owed_return + np.where(repaid, self.private, 0.0))
        first = np.minimum(amount, self.owed_return)
        self.owed_return -= first
        self.private -= amount - first
        self.cash -= amount
        return self.flow("private", amount)

    def secured(self, stock: Array, counts: Flags) -> None:
        """Keep the least that stock at a forced sale and money are of the debt."""
        held = stock + np.maximum(self.cash, 0.0) + self.restricted
        ratio = np.where(self.debt > REPAID, held / np.maximum(self.debt, REPAID), np.inf)
        self.security = np.where(counts, np.minimum(self.security, ratio), self.security)

    def figures(self, before: Array) -> dict[str, Array]:
        """Return the figures of the loan and private capital; `before` is when run-off begins."""
        ends = np.arange(self.years)[None, :] * 12 + 12
        calm = ends <= np.minimum(self.calm, before)[:, None]
        cover = np.where(self.service > REPAID, self.available / np.maximum(self.service, REPAID),
                         np.inf)
        return {
            "cover_worst": cover.min(axis=1),
            "cover_interest": divided((self.available * calm).sum(axis=1),
                                      (self.flows["due"] * calm).sum(axis=1), np.nan),
            "cover_life": divided(self.available.sum(axis=1), self.service.sum(axis=1), np.inf),
            "security_worst": self.security,
            "unpaid_public": np.where(self.debt > REPAID, self.debt, 0.0),
            "cash_end": self.cash,
            "unpaid_private": self.private + self.owed_return,
            "private_paid": divided(self.flows["private"].sum(axis=1),
                                    self.spent * (1.0 - self.public), np.nan),
            "spread_result": self.flows["spread"].sum(axis=1),
            "lowest_cash": self.lowest,
            "money_placed": self.spent,
        }

    @property
    def gap(self) -> Array:
        """What was received less paid, less what is there: nothing, but for rounding."""
        return self.received - self.paid - self.cash - self.restricted
