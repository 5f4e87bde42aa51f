"""What a run found: a band for every figure of every chain, branch, region and material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import cover_band, middle_of, price_band, share_band, volume_band
from orepact.model.curve import Array
from orepact.network.world import World
from orepact.studies.control_clocks import Members
from orepact.studies.outside import OUTSIDE, use_shares

__all__ = ["monthly_bands", "result_entries"]

_KEYS = ["chain", "branch", "region", "material"]


def result_entries(
    chains: Sequence[str], world: World, members: Members, *, member_states: bool = False
) -> list[dict[str, Any]]:
    """Return one entry per chain, branch, region and material with a band for every figure."""
    central = world.ensemble[0]
    grades = {name: world.accounts[name].grades for name in chains}
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
    unmet, shares = (
        np.maximum(of("unmet_share"), 0.0),
        use_shares(chains, world, member_states=member_states),
    )
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
            "grade": grades[key["chain"]][key["material"]],
            "use_share": 1.0
            if key["region"] == OUTSIDE
            else shares.get((key["chain"], key["region"], key["material"]), 0.0),
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
