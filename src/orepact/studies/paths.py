"""Changes since the base as factors: known supply and known demand, month by month."""

from __future__ import annotations

import datetime

import numpy as np
import polars as pl

from orepact.model.curve import Array
from orepact.network.chain import Chain
from orepact.network.network import Network
from orepact.result.restrictions import Months
from orepact.result.simulation import Setting

__all__ = ["setting_of"]


def setting_of(network: Network, chain: Chain, months: Months) -> Setting:
    """Return supply and demand factors of a network's processes and demands, relative to base.

    A row of ``supply_path.csv`` or ``demand_path.csv`` holds from its month until the next row of
    the same process or use and region.
    """
    supply = np.ones((months.count, len(network.processes)))
    steps = _steps(chain.supply_path, "process", months)
    for number, process in enumerate(network.processes):
        key = (process.name.split("@")[0].removesuffix("-restart"), process.region)
        if key in steps and not process.notice:
            supply[:, number] = steps[key]
    demand = np.ones((months.count, len(network.demands)))
    grown = _steps(chain.demand_path, "use", months)
    for number, each in enumerate(network.demands):
        paths = [
            share * grown.get((use, each.region), grown.get((use, "ALL"), np.ones(months.count)))
            for use, share in each.uses.items()
        ]
        if paths:
            demand[:, number] = np.sum(paths, axis=0)
    return Setting(supply, demand)


def _steps(frame: pl.DataFrame, name: str, months: Months) -> dict[tuple[str, str], Array]:
    steps: dict[tuple[str, str], Array] = {}
    for key, region, month, factor in (
        frame.sort("month").select(name, "region", "month", "factor").iter_rows()
    ):
        start = months.number(datetime.date.fromisoformat(f"{month}-01"))
        path = steps.setdefault((key, region), np.ones(months.count))
        path[max(0, start) :] = factor
    return steps
