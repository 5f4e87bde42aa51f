r"""Final use along an inverse demand curve.

$$\max \sum_{d,t,s} w_s \int_0^{D_{dts}} p_d\,(D^0_d/x)^{1/\varepsilon_d}\,dx,
\qquad D_{dts} = \sum_k x_{dtsk},\quad 0 \le x_{dtsk} \le \text{width}_{dk}$$

| symbol | meaning (unit) | in code | dual |
|---|---|---|---|
| $D_{dts}$ | use of demand d in month t, scenario s (t/month) | `consumption` | – |
| $D^0_d$ | use in the calibration window (t/month) | `Demand.base` | – |
| $p_d$ | base price (USD/t) | `Material.price` | – |
| $\varepsilon_d$ | demand elasticity (1) | `Demand.elasticity` | – |
| $x_{dtsk} \le \text{width}_{dk}$ | segment k (t/month) | column upper bound | price above it |

Unmet use is $D^0 - D$; the curve ends at 60 times the base price, so every program is feasible.
"""

from __future__ import annotations

import numpy as np

from orepact.model.curve import Segments, demand_segments
from orepact.model.draft import Array, Draft, Index
from orepact.model.settings import Curves
from orepact.model.tables import Tables

__all__ = ["add_demand", "demand_numbers"]


def demand_numbers(
    tables: Tables, curves: Curves, *, centre: Array | None = None, factor: Array | None = None
) -> Segments:
    """Return the segments of all demands, shape (demands, segments).

    `centre` is the current multiple of the base price per demand; `factor` scales the base.
    """
    frame = tables.demands
    base = frame["base"]
    return demand_segments(
        base if factor is None else base * factor,
        frame["price"],
        frame["elasticity"],
        centre=np.ones(len(frame)) if centre is None else centre,
        nodes=curves.nodes,
        steps=curves.steps,
    )


def add_demand(draft: Draft, tables: Tables, curves: Curves, factors: Array | None = None) -> Index:
    """Add the consumption columns; return their numbers.

    The numbers have shape (months × scenarios × demands, segments). `factors` scales the base use
    of each repeated demand (scenario, month, demand order).
    """
    repeated = draft.horizon.repeated(len(tables.demands))
    numbers = demand_numbers(tables, curves)
    count = numbers.width.shape[1]
    which, heavy = repeated.which, repeated.weight[:, None]
    scale = np.ones(len(which)) if factors is None else factors
    width = numbers.width[which] * scale[:, None]
    curvature = np.divide(
        numbers.curvature[which], scale[:, None], out=np.zeros_like(width), where=scale[:, None] > 0
    )
    number = draft.columns(
        "consumption",
        repeated.keys("demand", tables.demands["demand"], count),
        upper=width.ravel(),
        charge=(numbers.cost[which] * heavy).ravel(),
        curvature=(curvature * heavy).ravel(),
    )
    place = draft.horizon.place(tables.demands["node"][which], repeated.period, repeated.scenario)
    draft.deliver(np.repeat(place, count), number, -1.0)
    return number.reshape(len(which), count)
