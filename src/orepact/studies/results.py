"""What a run found: a band for every figure of every chain, branch, region and material."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import cover_band, middle_of, price_band, share_band, volume_band
from orepact.model.curve import Array
from orepact.network.world import World
from orepact.studies.control_clocks import Members
from orepact.studies.study import Study

__all__ = ["monthly_bands", "result_entries"]

_KEYS = ["chain", "branch", "region", "material"]


def result_entries(study: Study, world: World, members: Members) -> list[dict[str, Any]]:
    """Return one entry per chain, branch, region and material with a band for every figure."""
    central = world.ensemble[0]
    grades = {name: world.accounts[name].grade for name in study.chains}
    order = members.years.sort(*_KEYS, "rank", "licence")
    keys = order.select(_KEYS).unique(maintain_order=True)

    def of(name: str) -> Array:
        return order[name].to_numpy().astype(np.float64).reshape(len(keys), -1)

    quo, marginal, paid = of("price_status_quo"), of("price_marginal"), of("price_transaction")
    paid_quo = of("price_status_quo_paid")
    bands = {
        "price_marginal_vs_base": price_band(marginal),
        "price_marginal_vs_status_quo": price_band(marginal / quo),
        "price_transaction_vs_base": price_band(paid),
        "price_transaction_vs_status_quo": price_band(paid / paid_quo),
        "unmet_share": share_band(of("unmet_share"), central.demand_elasticity),
        "cover_days_worst": cover_band(of("cover_days_worst")),
        "export_volume_relative": volume_band(of("export_volume_relative")),
    }
    licence = order["licence"].to_numpy()[: marginal.shape[1]]
    unmet, shares = np.maximum(of("unmet_share"), 0.0), _use_shares(study, world)
    by_licence = {
        name: {
            "price_marginal_vs_base": middle_of(marginal[:, licence == name]),
            "price_marginal_vs_status_quo": middle_of((marginal / quo)[:, licence == name]),
            "unmet_share": middle_of(unmet[:, licence == name]),
        }
        for name in sorted(set(licence))
    }
    rows: list[dict[str, Any]] = []
    for number, key in enumerate(keys.iter_rows(named=True)):
        row: dict[str, Any] = {
            **key,
            "grade": grades[key["chain"]],
            "use_share": shares.get((key["chain"], key["region"], key["material"]), 0.0),
        }
        row |= {
            name: asdict(band[number])
            for name, band in bands.items()
            if np.isfinite(band[number].middle)
        }
        row["by_licence"] = {
            name: {
                figure: float(values[number])
                for figure, values in figures.items()
                if np.isfinite(values[number])
            }
            for name, figures in by_licence.items()
        }
        rows.append(row)
    return rows


def _use_shares(study: Study, world: World) -> dict[tuple[str, str, str], float]:
    """Return each region's share of a material's use outside the exporter, inputs included."""
    shares: dict[tuple[str, str, str], float] = {}
    for name in study.chains:
        exporter = world.chains[name].text.exporter
        taken: dict[tuple[str, str], float] = {}
        for stock in world.network(name).stocks:
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


def monthly_bands(members: Members) -> pl.DataFrame:
    """Return the 10th, 50th and 90th percentile of prices and unmet use, month by month."""
    parts = [
        expression
        for name in ("price_marginal", "price_transaction", "unmet_share")
        for expression in (
            pl.col(name).quantile(0.1).alias(f"{name}_low"),
            pl.col(name).quantile(0.5, interpolation="higher").alias(f"{name}_middle"),
            pl.col(name).quantile(0.9).alias(f"{name}_high"),
        )
    ]
    return members.monthly.group_by(*_KEYS, "month", maintain_order=True).agg(parts)
