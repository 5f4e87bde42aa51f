"""What a simulated path says of a year: prices, unmet use, cover and export volumes."""

from __future__ import annotations

import numpy as np
import polars as pl

from orepact.model.curve import Array
from orepact.result.simulation import Simulation

__all__ = ["DAYS", "SPOT_LAG", "transaction_price", "year_of"]

DAYS = 365.25 / 12.0
"""Days of a month."""

SPOT_LAG = 2
"""Months by which contract prices follow spot prices."""


def transaction_price(price: Array, spot_share: float, before: Array) -> Array:
    """Return transaction prices (multiples of base) of the months of `price`.

    ``(1 − s)·p0 + s·marginal(t − 2)``: a share s of trade is exposed to the spot market, two months
    late; the rest trades at base prices. `price` and `before` (the months before it) have months on
    the first axis. Source: back-test of eleven control episodes, 2010-2025.
    """
    whole = np.concatenate([before, price]) if len(before) else price
    late = np.concatenate([np.repeat(whole[:1], SPOT_LAG, axis=0), whole])[len(before) : len(whole)]
    return (1.0 - spot_share) + spot_share * late


def year_of(
    simulation: Simulation, before: Array, *, demand: Array, spot_share: float, exporter: str
) -> pl.DataFrame:
    """Return one row per region and material with the indicators of a path.

    Columns: region, material, price_marginal and price_transaction (means over the months, multiples
    of base), unmet_share (fraction of the use wanted at base price), cover_days_worst (days of use at
    the worst month), export_volume_relative (exporter only, multiple of base exports).
    """
    tables = simulation.tables
    nodes = tables.nodes.select("region", "material").with_columns(
        pl.Series("price_marginal", simulation.price.mean(axis=0)),
        pl.Series(
            "price_transaction",
            transaction_price(simulation.price, spot_share, before).mean(axis=0),
        ),
    )
    return (
        nodes.join(_unmet(simulation, demand), on=["region", "material"], how="left")
        .join(_cover(simulation), on=["region", "material"], how="left")
        .join(_exports(simulation, exporter), on=["region", "material"], how="left")
    )


def _unmet(simulation: Simulation, demand: Array) -> pl.DataFrame:
    frame = simulation.tables.demands
    wanted = (frame["base"].to_numpy() * demand).sum(axis=0)
    share = 1.0 - simulation.consumption.sum(axis=0) / wanted
    return frame.select("region", "material").with_columns(pl.Series("unmet_share", share))


def _cover(simulation: Simulation) -> pl.DataFrame:
    tables = simulation.tables
    count = len(tables.nodes)
    taken = np.zeros((len(simulation.price), count))
    np.add.at(taken, (slice(None), tables.demands["node"].to_numpy()), simulation.consumption)
    inputs = tables.recipe.filter(pl.col("ratio") < 0)
    np.add.at(
        taken,
        (slice(None), inputs["node"].to_numpy()),
        -simulation.production[:, inputs["process"].to_numpy()] * inputs["ratio"].to_numpy(),
    )
    here = taken[:, tables.stocks["node"].to_numpy()]
    days = DAYS * np.divide(
        simulation.level, here, out=np.full_like(here, np.nan), where=here > 1e-9
    )
    worst = np.nanmin(np.where(np.isfinite(days), days, np.inf), axis=0)
    frame = tables.stocks.select("region", "material").with_columns(
        pl.Series("cover_days_worst", worst, dtype=pl.Float64)
    )
    return frame.filter(pl.col("cover_days_worst").is_finite())


def _exports(simulation: Simulation, exporter: str) -> pl.DataFrame:
    routes = simulation.tables.routes.with_columns(pl.Series("flow", simulation.flow.mean(axis=0)))
    return (
        routes.filter((pl.col("exporter") == exporter) & (pl.col("kind") != "new"))
        .group_by(pl.col("exporter").alias("region"), "material", maintain_order=True)
        .agg((pl.col("flow").sum() / pl.col("base").sum()).alias("export_volume_relative"))
    )
