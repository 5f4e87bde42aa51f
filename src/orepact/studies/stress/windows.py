"""Further base windows: the same chain calibrated to other months, as its text records them.

A chain records what its exporter shipped in other windows (tonnes a month). The account is balanced
again with the exporter's trade scaled to that and held, so that output and use make room; reported
shipments are counted against the new base. Prices and everything else stay those of the window
itself. A band over both says how much hangs on the choice.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from orepact.network.accounts.balance import BalancedOnDemand
from orepact.network.chains.chain import Chain
from orepact.network.world import World

__all__ = ["BASE", "under_window", "window_names"]

BASE = "base"
"""The name of a chain's own calibration window."""

HELD = 0.01
"""Relative error of trade that is held."""


def window_names(chain: Chain, *, further: bool = True) -> tuple[str, ...]:
    """Return the base windows of a chain, its own first."""
    return (BASE, *(chain.text.calibration.alternative_base if further else ()))


def under_window(world: World, name: str, window: str) -> World:
    """Return a dataset with a chain calibrated to another window."""
    if window == BASE:
        return world
    chain = world.chains[name]
    changed = _scaled(chain, chain.text.calibration.alternative_base[window])
    chains = {**world.chains, name: changed}
    return replace(world, chains=chains, accounts=BalancedOnDemand(chains))


def _scaled(chain: Chain, shipped: float) -> Chain:
    """Return a chain whose exporter ships as much (t/month) of the materials that are counted."""
    materials = chain.text.calibration.alternative_of or tuple(
        item.material for item in chain.text.materials
    )
    own = (
        (pl.col("kind") == "trade")
        & (pl.col("region") == chain.text.exporter)
        & (pl.col("partner") != chain.text.exporter)
        & pl.col("material").is_in(list(materials))
    )
    base = float(chain.accounts.filter(own)["tonnes"].sum())
    factor = shipped / base
    accounts = chain.accounts.with_columns(
        pl.when(own).then(pl.col("tonnes") * factor).otherwise(pl.col("tonnes")).alias("tonnes"),
        pl.when(own).then(HELD).otherwise(pl.col("sigma")).alias("sigma"),
    )
    counted = pl.col("material").str.split("|").list.eval(
        pl.element().is_in(list(materials))
    ).list.any()
    observed = chain.observed.with_columns(
        pl.when(counted)
        .then(pl.col("relative_to_base") / factor)
        .otherwise(pl.col("relative_to_base"))
        .alias("relative_to_base")
    )
    return replace(chain, accounts=accounts, observed=observed)
