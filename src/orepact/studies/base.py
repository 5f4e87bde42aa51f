"""The base year reproduces itself: without any shock prices and flows stay where they are."""

from __future__ import annotations

import numpy as np
import polars as pl

from orepact.network.world import World
from orepact.result.simulation import Restrictions, Setting, simulate
from orepact.studies.replay import WINDOW
from orepact.studies.study import Study

__all__ = ["base_checks"]


def base_checks(study: Study, world: World) -> dict[str, float]:
    """Return how well the base reproduces itself without any shock.

    `max_price_error` (fraction of the base price) and `max_flow_error` (fraction of the largest
    flow of the material), the largest over all chains and the months of a window.
    """
    price, flow = 0.0, 0.0
    for chain in study.chains:
        network = world.network(chain)
        count = len(network.routes)
        free = Restrictions(
            np.full((2 * WINDOW, count), np.inf), *(np.zeros((2 * WINDOW, count)),) * 4
        )
        setting = Setting(
            np.ones((WINDOW, len(network.processes))), np.ones((WINDOW, len(network.demands)))
        )
        run = simulate(network, world.ensemble[0], free, setting, window_months=WINDOW)
        price = max(price, float(np.nanmax(np.abs(run.price - 1.0))))
        base = run.tables.routes["base"]
        largest = run.tables.routes.frame.select(pl.col("base").max().over("material"))[
            "base"
        ].to_numpy()
        flow = max(flow, float(np.max(np.abs(run.flow - base) / np.maximum(largest, 1e-12))))
    return {"max_price_error": price, "max_flow_error": flow}
