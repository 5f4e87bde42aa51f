"""The control register as a rule over trade: permits and the licence template, route by route."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from orepact.errors import InputError, Problem, nearest
from orepact.network.behaviour import Behaviour
from orepact.policy.branches import find_branch
from orepact.policy.forms import Form
from orepact.policy.knowing import knowing
from orepact.policy.licences import (
    LicenceTemplate,
    let_through,
    load_template,
    share_permitted,
    strictest,
)
from orepact.policy.permits import permits_by_month
from orepact.policy.register import Register, load_branches, load_register
from orepact.policy.rules import share_problems, shares_of

__all__ = ["Controls", "controls"]

SETTLED = 0.9
"""A permitted share of base trade from which a licence no longer binds."""


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
    leakage_ramp: float = Behaviour().leakage_ramp

    def __post_init__(self) -> None:
        """Refuse shares outside 0 to 1 and unknown words; raises `InputError`."""
        problems = share_problems(
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
            return shares_of(
                np.full(len(shipments), np.inf), np.zeros(len(shipments)), [""] * len(shipments)
            )
        goods = shipments.filter(mine).select(
            "material", *(name for name in ("mineral", "codes") if name in shipments.columns)
        )
        found = self._meaning(cells, knowing(self.register, _forms(goods.unique())))
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

    def _meaning(self, cells: pl.DataFrame, register: Register) -> pl.DataFrame:
        """Return share, leak and clause of every material, importer and month that is touched."""
        months = cells["month"].sort()
        table = permits_by_month(
            register,
            self.exporter,
            sorted(set(cells["material"])),
            sorted(set(cells["importer"])),
            first=months[0],
            last=months[-1],
            reach=("issuer",),
            layers=True,
        ).filter(pl.col("state") != "free")
        weight = {
            "civil": 1.0 - self.military - self.listed,
            "military": self.military,
            "listed": self.listed,
        }
        kinds = table.drop("material", "destination").unique(maintain_order=True)
        share = [
            let_through(row, self.template, self.licence) for row in kinds.iter_rows(named=True)
        ]
        age = [_age(row["month"], row["effective"]) for row in kinds.iter_rows(named=True)]
        kinds = kinds.with_columns(
            pl.Series("share", share, dtype=pl.Float64), pl.Series("age", age, dtype=pl.Float64)
        )
        key = [name for name in table.columns if name not in {"material", "destination"}]
        held = strictest(table.join(kinds, on=key, how="left", nulls_equal=True)).with_columns(
            (
                pl.col("end_use").replace_strict(weight, return_dtype=pl.Float64)
                * pl.col("days_share")
                * (1.0 - pl.col("share"))
            ).alias("lost")
        )
        blocking = pl.col("lost") > 0.0
        ramp = (pl.col("age") / self.leakage_ramp).clip(0.0, 1.0)
        return (
            held.sort("lost", "act", descending=[True, False])
            .group_by("material", "destination", "month", maintain_order=True)
            .agg(
                pl.col("lost").sum(),
                pl.col("age").max(),
                pl.col("act").filter(blocking).unique(maintain_order=True).str.join("; "),
            )
            .filter(pl.col("lost") > 1.0 - SETTLED)
            .select(
                "material",
                pl.col("destination").alias("importer"),
                "month",
                (1.0 - pl.col("lost")).alias("share"),
                (self.leakage * ramp * pl.col("lost")).alias("leak"),
                pl.col("act").alias("clause"),
            )
        )


def controls(
    exporter: str = "CHN",
    branch: str = "revived",
    licence: str = "approve",
    *,
    leakage: float = Behaviour().leakage,
) -> Controls:
    """Return the register that ships under one of its branches, as a policy.

    `exporter` is a region or country code. Raises `InputError` for an unknown branch or licence
    branch, with the nearest name, and for an exporter that no act of the register binds.
    """
    register = load_register().under(find_branch(load_branches(), branch))
    issuers = sorted({act.issuer for act in register.acts})
    if exporter not in issuers:
        raise InputError(
            [
                Problem(
                    "the register has no act of this exporter",
                    field="exporter",
                    found=repr(exporter),
                    expected="one of " + ", ".join(issuers),
                    nearest=nearest(exporter.upper(), issuers),
                )
            ]
        )
    return Controls(register=register, exporter=exporter, licence=licence, leakage=leakage)


def _forms(goods: pl.DataFrame) -> list[Form]:
    """Return what shipments say of their goods; without mineral and codes nothing new is learnt."""
    if "codes" not in goods.columns:
        return []
    return [
        Form(material, material, mineral, tuple(filter(None, codes.split("|"))))
        for material, mineral, codes in goods.select("material", "mineral", "codes").iter_rows()
    ]


def _age(month: object, effective: object) -> float:
    """Return the months since a day, counting the month of the day as the first."""
    if not isinstance(month, datetime.date) or not isinstance(effective, datetime.date):
        return 1.0
    return (month.year - effective.year) * 12.0 + month.month - effective.month + 1.0
