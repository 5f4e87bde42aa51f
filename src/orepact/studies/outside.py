"""Prices outside the exporter as one figure, where trade by partner is assumed.

A stage of grade D has no table of trade by partner: which region pays more than another would be
our own assumption. Its price is given once for all regions outside the exporter, weighted by their
use in the calibration window; the regions' own prices are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from orepact.network.world import World
from orepact.studies.control_clocks import Members

__all__ = ["OUTSIDE", "outside_only", "use_shares"]

OUTSIDE = "outside"
"""The region of a figure for all regions outside the exporter together."""

_PRICES = ("price_marginal", "price_transaction", "price_status_quo", "price_status_quo_paid")
_POOLED = (*_PRICES, "unmet_share")
_PLACE = ("chain", "region", "material")


def outside_only(
    chains: Sequence[str], world: World, members: Members, *, member_states: bool = False
) -> Members:
    """Return the members with one price outside the exporter for every material of grade D.

    Their regions outside keep unmet use and cover, and lose their prices; a further row of the
    region ``outside`` has the means weighted by use in the calibration window.
    """
    assumed = [(name, item) for name in chains for item in world.accounts[name].assumed]
    if not assumed:
        return members
    shares = use_shares(chains, world, member_states=member_states)
    marked = pl.DataFrame(assumed, schema=["chain", "material"], orient="row")
    weights = pl.DataFrame(
        [(*place, share) for place, share in shares.items()],
        schema=[*_PLACE, "weight"],
        orient="row",
    ).join(marked, on=["chain", "material"], how="semi")
    return replace(
        members, years=_pooled(members.years, weights), monthly=_pooled(members.monthly, weights)
    )


def _pooled(table: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    if table.is_empty():
        return table
    prices = [name for name in _PRICES if name in table.columns]
    values = [name for name in _POOLED if name in table.columns]
    key = [
        name
        for name in ("chain", "branch", "material", "rank", "licence", "month")
        if name in table.columns
    ]
    held = table.join(weights, on=list(_PLACE), how="inner", maintain_order="left")
    pooled = (
        held.group_by(key, maintain_order=True)
        .agg(
            (pl.col(name).fill_nan(None) * pl.col("weight")).sum()
            / pl.col("weight").filter(pl.col(name).fill_nan(None).is_not_null()).sum()
            for name in values
        )
        .with_columns(pl.lit(OUTSIDE).alias("region"))
    )
    here = table.join(
        weights.select(*_PLACE, pl.lit(value=True).alias("held")),
        on=list(_PLACE),
        how="left",
        maintain_order="left",
    )
    bare = here.with_columns(
        pl.when(pl.col("held").is_null()).then(pl.col(name)).alias(name) for name in prices
    ).drop("held")
    return pl.concat([bare, pooled], how="diagonal").select(table.columns)


def use_shares(
    chains: Sequence[str], world: World, *, member_states: bool = False
) -> dict[tuple[str, str, str], float]:
    """Return each region's share of a material's use outside the exporter, inputs included."""
    shares: dict[tuple[str, str, str], float] = {}
    for name in chains:
        exporter = world.chains[name].text.exporter
        taken: dict[tuple[str, str], float] = {}
        for stock in world.network(name, member_states=member_states).stocks:
            if stock.region != exporter:
                taken[stock.region, stock.material] = stock.wanted
        totals: dict[str, float] = {}
        for (_, material), amount in taken.items():
            totals[material] = totals.get(material, 0.0) + amount
        shares |= {
            (name, region, material): amount / totals[material]
            for (region, material), amount in taken.items()
        }
    return shares
