r"""Trade routes with calibrated re-routing costs, surge limits and permits.

$$0 \le f_{rts} \le u_{rts},\qquad
\text{charge} = \sum_{r,t,s} w_s \int_0^{f_{rts}} \bigl(c_r + \alpha_r p_m (x/f^0_r - 1)\bigr)\,dx$$

Deliveries: $-f$ at the exporter in month t, $+f$ at the importer in month t + lag. What was shipped
before the first month arrives in the first months; what is shipped too late to arrive counts as
arrived in the last month, less what is expected to be at sea then, so that a steady state stays
one.

| symbol | meaning (unit) | in code | dual |
|---|---|---|---|
| $f_{rts}$ | flow (t/month) | `flow` | – |
| $f^0_r$ | flow in the calibration window (t/month) | `Route.base` | – |
| $c_r$ | transport, tariff and premium at base flow (USD/t) | `Route.cost` | – |
| $\alpha_r$ | rise per 100 % of flow, ÷ price (1): positive mathematical programming | `Route.qualification` | – |
| $f \le u$ | surge limit or permit (t/month) | column upper bound | price gap opened by the limit |

Source: positive mathematical programming, Howitt (1995), doi:10.2307/1243543.
"""

from __future__ import annotations

import numpy as np

from orepact.model.curve import FLAT, Array
from orepact.model.draft import Draft, Horizon, Index
from orepact.model.tables import Tables

__all__ = ["add_routes", "arrivals", "route_charges"]


def route_charges(tables: Tables) -> tuple[Array, Array]:
    """Return the charge of the first tonne and its rise per tonne of every route.

    A route without a base flow pays its cost and rises as if its capacity were its base.
    """
    frame = tables.routes
    base, capacity = frame["base"], frame["capacity"]
    steep = np.maximum(frame["qualification"], FLAT) * frame["price"]
    known = base > 0.0
    reference = np.where(
        known, base, np.where(np.isfinite(capacity) & (capacity > 0), capacity, np.inf)
    )
    return frame["cost"] - np.where(known, steep, 0.0), steep / reference


def arrivals(
    tables: Tables, horizon: Horizon, *, shipped: Array, expected: Array, scenario: int = 0
) -> tuple[Index, Array]:
    """Return places and tonnes of what is at sea at the start (+) and expected there at the end (−).

    `shipped` is the flow of each route in every month before the first (t/month), or of shape
    (months, routes) with the newest last; `expected` the flow expected at the end.
    """
    lag = tables.routes["lag"]
    to = tables.routes["to"]
    history = np.atleast_2d(shipped)
    places: list[Index] = []
    tonnes: list[Array] = []
    for period in range(min(int(lag.max(initial=0)), horizon.periods)):
        due = np.flatnonzero(lag > period)
        age = np.minimum(lag[due] - period, len(history))
        places.append(horizon.place(to[due], np.full(len(due), period), scenario))
        tonnes.append(history[len(history) - age, due])
    late = np.flatnonzero(lag > 0)
    places.append(horizon.place(to[late], np.full(len(late), horizon.periods - 1), scenario))
    tonnes.append(-expected[late] * np.minimum(lag[late], horizon.periods))
    return np.concatenate(places), np.concatenate(tonnes)


def add_routes(draft: Draft, tables: Tables, *, quadratic: bool = True) -> Index:
    """Add the flow columns; return their numbers, shape (months × scenarios, routes).

    With `quadratic` false (linear programs) the re-routing cost is left out: flows then cost
    `Route.cost` each.
    """
    frame = tables.routes
    repeated = draft.horizon.repeated(len(frame))
    which, period, scenario = repeated.which, repeated.period, repeated.scenario
    if quadratic:
        charge, curvature = route_charges(tables)
    else:
        charge, curvature = frame["cost"], np.zeros(len(frame))
    number = draft.columns(
        "flow",
        repeated.keys("route", frame["route"]),
        upper=frame["capacity"][which],
        charge=charge[which] * repeated.weight,
        curvature=curvature[which] * repeated.weight,
    )
    arrival = np.minimum(period + frame["lag"][which], draft.horizon.periods - 1)
    draft.deliver(draft.horizon.place(frame["from"][which], period, scenario), number, -1.0)
    draft.deliver(draft.horizon.place(frame["to"][which], arrival, scenario), number, 1.0)
    base = frame["base"]
    for each in range(len(draft.horizon.scenarios)):
        draft.give(*arrivals(tables, draft.horizon, shipped=base, expected=base, scenario=each))
    return number.reshape(-1, len(frame))
