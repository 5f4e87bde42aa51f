"""Compare two plans: what changes in prices, unmet use and flows, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from orepact.errors import InputError, Problem
from orepact.network.accounts.balance import ASSUMED, weak_accounts
from orepact.result.solve import Result

__all__ = ["Comparison", "compare"]

PRINTED = 12
"""Rows of each table that are printed."""

FORESIGHT = "plans with perfect foresight: bounds, no forecasts; read means, not months"

SMALL = 1e-6
"""Relative difference from which a row counts as changed."""


@dataclass(frozen=True)
class Comparison:
    """What changes from one plan to another, as long tables; the unit is in the column's name.

    - `table`: region, material, period, scenario; before, after and change of the marginal price
      (``price_multiple_…`` of the base price, ``price_usd_per_t_…``) and of unmet use
      (``unmet_t_per_month_…``, null where nothing is used); prices are null for materials of
      grade D, whose trade by partner is assumed
    - `flow`: route, material, exporter, importer, kind, period, scenario;
      ``flow_t_per_month_before``, ``…_after``, ``…_change``

    `objective_usd_change` is after less before; smaller is better. `assumed` are the materials of
    grade D, whose flows by partner are not printed; `warnings` names weak accounts.
    """

    names: tuple[str, str]
    table: pl.DataFrame = field(repr=False)
    flow: pl.DataFrame = field(repr=False)
    objective_usd_change: float
    assumed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the largest changes, averaged over months and scenarios, as text."""
        change = f"objective changes by {self.objective_usd_change:+,.0f} USD"
        return "\n\n".join(
            [
                f"{self.names[0]} → {self.names[1]}: {change}",
                _printed(
                    self.table,
                    ["region", "material"],
                    ["price_multiple_before", "price_multiple_after", "unmet_t_per_month_change"],
                    by="price_multiple_change",
                ),
                _printed(
                    self.flow.filter(~pl.col("material").is_in(self.assumed)),
                    ["material", "exporter", "importer", "kind"],
                    ["flow_t_per_month_before", "flow_t_per_month_after"],
                    by="flow_t_per_month_change",
                ),
                "\n".join([FORESIGHT, *self.warnings]),
            ]
        )


def compare(*, before: Result, after: Result) -> Comparison:
    """Return what changes from one plan to another, at every place and month that both have.

    A route that only one of the two networks has counts as empty in the other. Raises `InputError`
    when the plans cover different months or scenarios.
    """
    problems = [
        Problem(f"the plans differ in their {what}", found=str(mine), expected=str(theirs))
        for what, mine, theirs in (
            ("months", after.months, before.months),
            ("scenarios", after.provenance.scenarios, before.provenance.scenarios),
        )
        if mine != theirs
    ]
    if problems:
        raise InputError(problems)
    place = ["region", "material", "period", "scenario"]
    table = _joined(_places(before), _places(after), place, fill=False)
    way = ["route", "material", "exporter", "importer", "kind", "period", "scenario"]
    flow = _joined(_flows(before, way), _flows(after, way), way, fill=True)
    return Comparison(
        (_label(before), _label(after)),
        table,
        flow,
        after.objective - before.objective,
        tuple(item.name for item in after.network.materials if item.grade == ASSUMED),
        tuple(weak_accounts(after.network.materials)),
    )


def _label(result: Result) -> str:
    return ", ".join(result.provenance.policies) or "no policy"


def _places(result: Result) -> pl.DataFrame:
    unmet = result.unmet.group_by("region", "material", "period", "scenario").agg(
        pl.col("unmet").sum().alias("unmet_t_per_month")
    )
    price = result.price.drop("grade").rename(
        {"price": "price_usd_per_t", "multiple": "price_multiple"}
    )
    return price.join(unmet, on=["region", "material", "period", "scenario"], how="left")


def _flows(result: Result, key: Sequence[str]) -> pl.DataFrame:
    return result.flow.select(*key, pl.col("flow").alias("flow_t_per_month"))


def _joined(
    before: pl.DataFrame, after: pl.DataFrame, key: list[str], *, fill: bool
) -> pl.DataFrame:
    """Return keys with before, after and change of every value."""
    values = [name for name in before.columns if name not in key]
    both = (
        before.rename({name: f"{name}_before" for name in values})
        .join(
            after.rename({name: f"{name}_after" for name in values}),
            on=key,
            how="full",
            coalesce=True,
        )
        .sort(key)
    )
    if fill:
        both = both.fill_null(0.0)
    return both.select(
        *key,
        *[
            column
            for name in values
            for column in (
                pl.col(f"{name}_before"),
                pl.col(f"{name}_after"),
                (pl.col(f"{name}_after") - pl.col(f"{name}_before")).alias(f"{name}_change"),
            )
        ],
    )


def _printed(table: pl.DataFrame, key: list[str], values: list[str], *, by: str) -> str:
    mean = table.group_by(key).agg(pl.col(*values, by).mean())
    largest = mean[by].abs().max()
    scale = largest if isinstance(largest, float) else 0.0
    shown = (
        mean.filter(pl.col(by).abs() > SMALL * max(scale, SMALL))
        .sort(pl.col(by).abs(), *key, descending=[True, *[False] * len(key)])
        .head(PRINTED)
        .select(*key, *values)
    )
    if shown.is_empty():
        return f"{by}: no change"
    with pl.Config(
        tbl_rows=PRINTED,
        tbl_cols=-1,
        tbl_width_chars=120,
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True,
        float_precision=3,
    ):
        return f"largest changes (means over months)\n{shown}"
