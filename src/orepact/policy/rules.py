"""Rules over trade as tables: bans, quotas and the control register, without a solver.

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
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import polars as pl

from orepact.errors import InputError, Problem
from orepact.network.behaviour import Behaviour
from orepact.network.network import Policy
from orepact.policy.branches import find_branch
from orepact.policy.licences import LicenceTemplate, load_template, share_permitted
from orepact.policy.permits import permits_by_month
from orepact.policy.register import Register, load_branches, load_register

__all__ = [
    "ALL",
    "Controls",
    "ExportBan",
    "ExportQuota",
    "QuotaRule",
    "ShareRule",
    "controls",
    "permitted",
    "quotas",
]

ALL = ("ALL",)
"""Every material, or every destination."""

SETTLED = 0.9
"""A permitted share of base trade from which a licence no longer binds."""

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
    """No exports of some materials to some destinations from the month of `first` to that of `last`.

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
        problems = [*_order_problems(self.first, self.last), *_share_problems(leakage=self.leakage)]
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
        return _answer(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """An exporter's controls as the register has them, translated by the licence template.

    The register must be definite (laid under a branch) in the months asked for. `licence` is the
    licence branch, ``approve`` or ``refuse``. `military` and `listed` (1) are the shares of trade
    for these end uses, the rest is civil. `leakage` (1) is the share of blocked trade that
    undeclared routes carry after `leakage_ramp` months.
    """

    register: Register = field(repr=False)
    exporter: str = "CHN"
    licence: str = "approve"
    template: LicenceTemplate = field(repr=False, default_factory=load_template)
    military: float = 0.0
    listed: float = 0.0
    leakage: float = Behaviour().leakage
    leakage_ramp: float = RAMP

    def __post_init__(self) -> None:
        """Refuse shares outside 0 to 1 and unknown words; raises `InputError`."""
        problems = _share_problems(
            military=self.military,
            listed=self.listed,
            leakage=self.leakage,
            **{"military + listed": self.military + self.listed},
        )
        if problems:
            raise InputError(problems)
        _ = share_permitted(self.template, "free", 0.0, self.licence)

    @property
    def name(self) -> str:
        """Return the policy's name: exporter, branch and licence branch."""
        branch = self.register.branch or "as recorded"
        return f"controls of {self.exporter} ({branch}, licences {self.licence})"

    def shares(self, shipments: pl.DataFrame) -> pl.DataFrame:
        """Return, row by row: share of base let through (inf = free), leak (share), clause.

        Raises `InputError` for places and materials that the register does not know and where it
        leaves an outcome open.
        """
        mine = pl.col("exporter") == self.exporter
        cells = shipments.filter(mine).select("material", "importer", "month").unique()
        if cells.is_empty():
            return _answer(
                np.full(len(shipments), np.inf), np.zeros(len(shipments)), [""] * len(shipments)
            )
        found = self._meaning(cells)
        joined = (
            shipments.with_row_index("row")
            .join(
                found.with_columns(pl.lit(self.exporter).alias("exporter")),
                on=["exporter", "material", "importer", "month"],
                how="left",
                maintain_order="left",
            )
            .sort("row")
        )
        return joined.select(
            pl.col("share").fill_null(np.inf),
            pl.col("leak").fill_null(0.0),
            pl.col("clause").fill_null(""),
        )

    def _meaning(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return share, leak and clause of every material, importer and month that is touched."""
        months = cells["month"].sort()
        table = permits_by_month(
            self.register,
            self.exporter,
            sorted(set(cells["material"])),
            sorted(set(cells["importer"])),
            first=months[0],
            last=months[-1],
            reach=("issuer",),
        ).filter(pl.col("state") != "free")
        weight = {
            "civil": 1.0 - self.military - self.listed,
            "military": self.military,
            "listed": self.listed,
        }
        kinds = table.drop("material", "destination").unique(maintain_order=True)
        lost = [
            weight[row["end_use"]] * row["days_share"] * (1.0 - self._let_through(row))
            for row in kinds.iter_rows(named=True)
        ]
        age = [_age(row["month"], row["effective"]) for row in kinds.iter_rows(named=True)]
        kinds = kinds.with_columns(
            pl.Series("lost", lost, dtype=pl.Float64), pl.Series("age", age, dtype=pl.Float64)
        )
        key = [name for name in table.columns if name not in {"material", "destination"}]
        held = table.join(kinds, on=key, how="left", nulls_equal=True)
        blocking = pl.col("lost") > 0.0
        return (
            held.sort("lost", "act", descending=[True, False])
            .group_by("material", "destination", "month", maintain_order=True)
            .agg(
                pl.col("lost").sum(),
                pl.col("age").max(),
                pl.col("act").filter(blocking).unique(maintain_order=True).str.join("; ").alias("clause"),
            )
            .filter(pl.col("lost") > 1.0 - SETTLED)
            .select(
                "material",
                pl.col("destination").alias("importer"),
                "month",
                (1.0 - pl.col("lost")).alias("share"),
                (
                    self.leakage * (pl.col("age") / self.leakage_ramp).clip(0.0, 1.0) * pl.col("lost")
                ).alias("leak"),
                "clause",
            )
        )

    def _let_through(self, row: dict[str, object]) -> float:
        return share_permitted(
            self.template,
            str(row["state"]),
            _age(row["month"], row["effective"]) - 1.0,
            self.licence,
            end_use=str(row["end_use"]),
            review=str(row["review"]),
            newly_imposed=bool(row["newly_imposed"]),
        )


def controls(
    exporter: str = "CHN",
    branch: str = "revived",
    licence: str = "approve",
    *,
    leakage: float = Behaviour().leakage,
) -> Controls:
    """Return the register that ships under one of its branches, as a policy.

    Raises `InputError` for an unknown branch or licence branch, with the nearest name.
    """
    register = load_register().under(find_branch(load_branches(), branch))
    return Controls(register=register, exporter=exporter, licence=licence, leakage=leakage)


def permitted(policies: Sequence[Policy], shipments: pl.DataFrame) -> pl.DataFrame:
    """Return what shipments may carry: limit (t/month) and the clause that sets it, row by row.

    The strictest rule decides; where none binds, the limit is the route's capacity and the clause
    is empty. A route without a base flow is measured by its capacity.
    """
    base, capacity = shipments["base"].to_numpy(), shipments["capacity"].to_numpy()
    kind = shipments["kind"].to_numpy()
    evading, surging = kind == "undeclared", kind == "surge"
    size = np.where(base > 0.0, base, capacity)
    limit = np.where(kind == "controlled", np.minimum(base, capacity), capacity)
    limit = np.where(evading, 0.0, limit)
    clause = np.full(len(shipments), "", dtype=object)
    for policy in policies:
        if not isinstance(policy, ShareRule):
            continue
        answer = policy.shares(shipments)
        share = answer["share"].to_numpy()
        bound = np.isfinite(share)
        allowed = np.where(surging | (share == 0.0), 0.0, np.where(bound, share, 1.0)) * np.where(
            (share == 0.0) | surging, 1.0, size
        )
        stricter = bound & ~evading & (allowed < limit)
        limit = np.where(stricter, allowed, limit)
        leak = np.where(evading & bound, answer["leak"].to_numpy(), 0.0) * np.where(
            evading, capacity, 1.0
        )
        looser = leak > np.where(evading, limit, np.inf)
        limit = np.where(looser, leak, limit)
        clause = np.where(stricter | (looser & evading), answer["clause"].to_numpy(), clause)
    return pl.DataFrame(
        {"limit": limit, "clause": pl.Series([str(each) for each in clause], dtype=pl.String)}
    )


def quotas(policies: Sequence[Policy], shipments: pl.DataFrame) -> list[tuple[QuotaRule, pl.Series]]:
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


def _answer(share: np.ndarray, leak: np.ndarray, clause: Sequence[str] | np.ndarray) -> pl.DataFrame:
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


def _age(month: object, effective: object) -> float:
    """Return the months since a day, counting the month of the day as the first."""
    if not isinstance(month, datetime.date) or not isinstance(effective, datetime.date):
        return 1.0
    return (month.year - effective.year) * 12.0 + month.month - effective.month + 1.0


def _months_since(months: pl.Series, first: datetime.date) -> np.ndarray:
    index = months.dt.year().cast(pl.Int64) * 12 + months.dt.month().cast(pl.Int64)
    return np.maximum(0.0, index.to_numpy() - (first.year * 12 + first.month) + 1.0)


def _order_problems(first: datetime.date, last: datetime.date) -> list[Problem]:
    if first <= last:
        return []
    return [
        Problem("ends before it starts", field="last", found=str(last), expected=f"from {first}")
    ]


def _share_problems(**shares: float) -> list[Problem]:
    return [
        Problem("not a fraction", field=name, found=f"{value}", expected="0 to 1")
        for name, value in shares.items()
        if not 0.0 <= value <= 1.0
    ]
