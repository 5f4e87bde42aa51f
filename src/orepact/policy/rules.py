"""Rules over trade as tables: bans, quotas and what they let through; no solver here.

A rule reads *shipments*, one row per route and month with the columns route, exporter, importer,
material, kind, base (t/month), capacity (t/month) and month (date), and says which of them it
touches and what it lets through. `permitted` lays several rules over one another, the strictest
deciding; `quotas` lists the limits that routes share.

A route of kind ``surge`` (what goes beyond base trade) is closed while a rule binds its exporter's
trade; one of kind ``undeclared`` carries nothing unless a rule drives trade there.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import polars as pl

from orepact.errors import InputError, Problem
from orepact.network.network import Policy

__all__ = [
    "ALL",
    "ExportBan",
    "ExportQuota",
    "QuotaRule",
    "ShareRule",
    "permitted",
    "quotas",
    "share_problems",
    "shares_of",
]

ALL = ("ALL",)
"""Every material, or every destination."""

RAMP = 6.0
"""Months until undeclared trade is in full flow (card `leakage`)."""


@runtime_checkable
class ShareRule(Protocol):
    """A rule that lets through a share of each route's base trade."""

    @property
    def name(self) -> str:
        """Return the rule's name."""
        ...

    def shares(self, shipments: pl.DataFrame) -> pl.DataFrame:
        """Return, row by row: share of base let through (inf = free), leak (share), clause."""
        ...


@runtime_checkable
class QuotaRule(Protocol):
    """A rule that limits the sum of shipments over routes."""

    @property
    def name(self) -> str:
        """Return the rule's name."""
        ...

    def covers(self, shipments: pl.DataFrame) -> pl.Series:
        """Say of each shipment whether it counts against the quota."""
        ...

    def limits(self, shipments: pl.DataFrame) -> pl.DataFrame:
        """Return month, limit (t/month) and clause, one row per month that the quota covers."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportBan:
    """No exports of some materials to some destinations in the months from `first` to `last`.

    `leakage` (1) is the share of blocked base trade that undeclared routes may carry, in full flow
    six months after `first`. `reference` names the act.
    """

    exporter: str
    materials: tuple[str, ...] = ALL
    destinations: tuple[str, ...] = ALL
    first: datetime.date = datetime.date.min
    last: datetime.date = datetime.date.max
    leakage: float = 0.0
    reference: str = ""

    def __post_init__(self) -> None:
        """Refuse a ban that contradicts itself; raises `InputError`."""
        problems = [*_order_problems(self.first, self.last), *share_problems(leakage=self.leakage)]
        if problems:
            raise InputError(problems)

    @property
    def name(self) -> str:
        """Return the ban's name: parties, materials and first month."""
        return _name("ban", self.exporter, self.materials, self.destinations, self.first)

    def closes(self, shipments: pl.DataFrame) -> pl.Series:
        """Say of each shipment whether the ban forbids it."""
        return _touches(self, shipments)

    def shares(self, shipments: pl.DataFrame) -> pl.DataFrame:
        """Return, row by row: share of base let through (inf = free), leak (share), clause."""
        closed = self.closes(shipments).to_numpy()
        age = _months_since(shipments["month"], self.first)
        leak = self.leakage * np.minimum(1.0, age / RAMP)
        return shares_of(
            np.where(closed, 0.0, np.inf),
            np.where(closed, leak, 0.0),
            np.where(closed, self.reference or self.name, ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportQuota:
    """A limit on the sum of an exporter's shipments of each month, over materials and destinations.

    The limit is `share` of the base flow of what it covers, or `tonnes` (t/month): give one.
    Undeclared shipments do not count. `reference` names the act.
    """

    exporter: str
    materials: tuple[str, ...] = ALL
    share: float | None = None
    tonnes: float | None = None
    destinations: tuple[str, ...] = ALL
    first: datetime.date = datetime.date.min
    last: datetime.date = datetime.date.max
    reference: str = ""

    def __post_init__(self) -> None:
        """Refuse a quota that contradicts itself; raises `InputError`."""
        problems = _order_problems(self.first, self.last)
        given = [value for value in (self.share, self.tonnes) if value is not None]
        if len(given) != 1 or not given[0] >= 0.0:
            problems.append(
                Problem(
                    "a quota needs one limit",
                    field="share, tonnes",
                    found=f"share {self.share}, tonnes {self.tonnes}",
                    expected="one of the two, at least 0",
                )
            )
        if problems:
            raise InputError(problems)

    @property
    def name(self) -> str:
        """Return the quota's name: parties, materials and first month."""
        return _name("quota", self.exporter, self.materials, self.destinations, self.first)

    def covers(self, shipments: pl.DataFrame) -> pl.Series:
        """Say of each shipment whether it counts against the quota."""
        return _touches(self, shipments)

    def limits(self, shipments: pl.DataFrame) -> pl.DataFrame:
        """Return month, limit (t/month) and clause, one row per month that the quota covers."""
        months = (
            shipments.filter(self.covers(shipments))
            .group_by("month", maintain_order=True)
            .agg(pl.col("base").sum())
        )
        limit = pl.col("base") * (self.share or 0.0) if self.tonnes is None else pl.lit(self.tonnes)
        return months.select(
            "month",
            limit.cast(pl.Float64).alias("limit"),
            pl.lit(self.reference or self.name).alias("clause"),
        )


def permitted(policies: Sequence[Policy], shipments: pl.DataFrame) -> pl.DataFrame:
    """Return what shipments may carry: limit (t/month) and the clause that sets it, row by row.

    The strictest rule decides; where none binds, the limit is the route's capacity and the clause
    is empty. A route without a base flow is measured by its capacity; where it has neither, only a
    share of zero binds.
    """
    limit, clause = _without_rules(shipments), np.full(len(shipments), "", dtype=object)
    evading = (shipments["kind"] == "undeclared").to_numpy()
    for policy in policies:
        if not isinstance(policy, ShareRule):
            continue
        answer = policy.shares(shipments)
        allowed = _allowed(shipments, answer)
        decides = np.where(evading, allowed > limit, allowed < limit)
        limit = np.where(decides, allowed, limit)
        clause = np.where(decides, answer["clause"].to_numpy(), clause)
    return pl.DataFrame({"limit": limit, "clause": clause.astype(str)})


def _without_rules(shipments: pl.DataFrame) -> np.ndarray:
    base, capacity = shipments["base"].to_numpy(), shipments["capacity"].to_numpy()
    kind = shipments["kind"].to_numpy()
    limit = np.where(kind == "controlled", np.minimum(base, capacity), capacity)
    return np.where(kind == "undeclared", 0.0, limit)


def _allowed(shipments: pl.DataFrame, answer: pl.DataFrame) -> np.ndarray:
    """Return the tonnes that one rule lets through; infinite where it says nothing."""
    base, capacity = shipments["base"].to_numpy(), shipments["capacity"].to_numpy()
    kind, share = shipments["kind"].to_numpy(), answer["share"].to_numpy()
    bound, evading = np.isfinite(share), kind == "undeclared"
    part = np.where(evading, answer["leak"].to_numpy(), share)
    part = np.where(bound & (kind == "surge"), 0.0, np.where(bound | evading, part, 0.0))
    size = np.where(base > 0.0, base, capacity)
    tonnes = np.multiply(part, size, out=np.zeros(len(part)), where=part > 0.0)
    return np.where(bound | evading, tonnes, np.inf)


def quotas(
    policies: Sequence[Policy], shipments: pl.DataFrame
) -> list[tuple[QuotaRule, pl.Series]]:
    """Return the quotas among the policies with the shipments that count against each."""
    return [
        (policy, policy.covers(shipments)) for policy in policies if isinstance(policy, QuotaRule)
    ]


def _touches(rule: ExportBan | ExportQuota, shipments: pl.DataFrame) -> pl.Series:
    def among(column: str, names: tuple[str, ...]) -> pl.Expr:
        return pl.lit(True) if names == ALL else pl.col(column).is_in(list(names))

    counted = pl.lit(True) if isinstance(rule, ExportBan) else pl.col("kind") != "undeclared"
    return shipments.select(
        (
            (pl.col("exporter") == rule.exporter)
            & counted
            & among("material", rule.materials)
            & among("importer", rule.destinations)
            & (pl.col("month") >= rule.first.replace(day=1))
            & (pl.col("month") <= rule.last)
        ).alias("touched")
    )["touched"]


def shares_of(
    share: np.ndarray, leak: np.ndarray, clause: Sequence[str] | np.ndarray
) -> pl.DataFrame:
    """Return the answer of a share rule as a table: share, leak, clause."""
    return pl.DataFrame(
        {"share": share, "leak": leak, "clause": pl.Series([str(each) for each in clause])},
        schema={"share": pl.Float64, "leak": pl.Float64, "clause": pl.String},
    )


def _name(
    kind: str,
    exporter: str,
    materials: tuple[str, ...],
    destinations: tuple[str, ...],
    first: datetime.date,
) -> str:
    what = "all materials" if materials == ALL else ", ".join(materials)
    where = "all" if destinations == ALL else ", ".join(destinations)
    since = "" if first == datetime.date.min else f" from {first:%Y-%m}"
    return f"{kind} of {exporter} on {what} to {where}{since}"


def _months_since(months: pl.Series, first: datetime.date) -> np.ndarray:
    index = months.dt.year().cast(pl.Int64) * 12 + months.dt.month().cast(pl.Int64)
    return np.maximum(0.0, index.to_numpy() - (first.year * 12 + first.month) + 1.0)


def _order_problems(first: datetime.date, last: datetime.date) -> list[Problem]:
    if first <= last:
        return []
    return [
        Problem("ends before it starts", field="last", found=str(last), expected=f"from {first}")
    ]


def share_problems(**shares: float) -> list[Problem]:
    """Return a problem for every number that is not a fraction."""
    return [
        Problem("not a fraction", field=name, found=f"{value}", expected="0 to 1")
        for name, value in shares.items()
        if not 0.0 <= value <= 1.0
    ]
