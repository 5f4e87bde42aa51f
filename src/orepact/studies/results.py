"""What a run found: a band for every figure of every chain, branch, region and material."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import band_of, price_band, share_band
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
    paid_quo = (1.0 - central.spot_share) + central.spot_share * quo
    bands = {
        "price_marginal_vs_base": price_band(marginal),
        "price_marginal_vs_status_quo": price_band(marginal / quo),
        "price_transaction_vs_base": price_band(paid),
        "price_transaction_vs_status_quo": price_band(paid / paid_quo),
        "unmet_share": share_band(of("unmet_share"), central.demand_elasticity),
        "cover_days_worst": band_of(of("cover_days_worst")),
        "export_volume_relative": price_band(of("export_volume_relative")),
    }
    licences = order.head(marginal.shape[1]).select("licence", "rank")
    first = licences["rank"].to_numpy() == licences["rank"].min()
    by_licence = {
        name: np.flatnonzero(first & (licences["licence"].to_numpy() == name))[0]
        for name in licences["licence"].unique().sort()
    }
    unmet, shares = of("unmet_share"), _use_shares(study, world)
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
            if np.isfinite(band[number].mean)
        }
        row["by_licence"] = {
            name: {
                "price_marginal_vs_base": float(marginal[number, at]),
                "price_marginal_vs_status_quo": float(marginal[number, at] / quo[number, at]),
            }
            | (
                {"unmet_share": max(0.0, float(unmet[number, at]))}
                if np.isfinite(unmet[number, at])
                else {}
            )
            for name, at in by_licence.items()
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
            pl.col(name).median().alias(f"{name}_mean"),
            pl.col(name).quantile(0.9).alias(f"{name}_high"),
        )
    ]
    return members.monthly.group_by(*_KEYS, "month", maintain_order=True).agg(parts)
