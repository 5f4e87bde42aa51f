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
| $\alpha_r$ | rise per 100 % of flow, ÷ price (1), calibrated | `Route.qualification` | – |
| $f \le u$ | surge limit or permit (t/month) | column upper bound | price gap opened by the limit |

Source: positive mathematical programming, Howitt (1995), doi:10.2307/1243543.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orepact.model.curve import FLAT, Array, Segments, demand_segments, line_segments
from orepact.model.draft import Draft, Horizon, Index
from orepact.model.settings import Curves
from orepact.model.tables import Tables

__all__ = ["add_at_sea", "add_routes", "arrivals", "route_charges", "route_numbers"]


def route_charges(tables: Tables) -> tuple[Array, Array]:
    """Return the charge of the first tonne and its rise per tonne of every route.

    A route without a base flow pays its cost and rises as if its capacity were its base.
    """
    frame = tables.routes
    steep = np.maximum(frame["qualification"], FLAT) * frame["price"]
    known = frame["base"] > 0.0
    return frame["cost"] - np.where(known, steep, 0.0), steep / _reference(tables)


def route_numbers(tables: Tables, which: Index, room: Array, *, steps: bool) -> Segments:
    """Return the segments of routes, by row number, that carry at most `room` (t/month)."""
    charge, curvature = route_charges(tables)
    if not steps:
        return Segments(room[:, None], charge[which, None], curvature[which, None])
    return line_segments(charge[which], curvature[which], _reference(tables)[which], room)


def arrivals(
    tables: Tables, horizon: Horizon, *, shipped: Array, expected: Array, scenario: int = 0
) -> tuple[Index, Array]:
    """Return places and tonnes of what is at sea: at the start (+), expected at the end (−).

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


def add_routes(
    draft: Draft,
    tables: Tables,
    curves: Curves | None = None,
    *,
    limits: Array | None = None,
    expected: Array | None = None,
) -> Index:
    """Add the flow columns; return their numbers, shape (months × scenarios, routes).

    With step curves the re-routing cost comes in flat steps and the numbers have a third axis, the
    steps. `limits` (months × routes) defaults to the capacities, `expected` (per route) to the base
    flows.
    """
    frame = tables.routes
    repeated = draft.horizon.repeated(len(frame))
    which, period, scenario = repeated.which, repeated.period, repeated.scenario
    room = frame["capacity"][which] if limits is None else limits[period, which]
    numbers = route_numbers(tables, which, room, steps=curves is not None and curves.steps)
    width, cost, bent = numbers.width, numbers.cost, numbers.curvature
    count, heavy = width.shape[1], repeated.weight[:, None]
    number = draft.columns(
        "flow",
        repeated.keys("route", frame["route"], count),
        upper=width.ravel(),
        charge=(cost * heavy).ravel(),
        curvature=(bent * heavy).ravel(),
    )
    arrival = np.minimum(period + frame["lag"][which], draft.horizon.periods - 1)
    leaves = draft.horizon.place(frame["from"][which], period, scenario)
    arrives = draft.horizon.place(frame["to"][which], arrival, scenario)
    draft.deliver(np.repeat(leaves, count), number, -1.0)
    draft.deliver(np.repeat(arrives, count), number, 1.0)
    base = frame["base"]
    late = base if expected is None else expected
    for each in range(len(draft.horizon.scenarios)):
        draft.give(*arrivals(tables, draft.horizon, shipped=base, expected=late, scenario=each))
    steps = len(draft.horizon.scenarios) * draft.horizon.periods
    shape = (steps, len(frame)) if count == 1 else (steps, len(frame), count)
    return number.reshape(shape)


def add_at_sea(draft: Draft, tables: Tables, curves: Curves, expected: Array) -> Index:
    """Add what is left at sea at the end; return numbers, shape (scenarios × routes, segments).

    `expected` (t) is what each route is expected to have at sea after the last month. It is worth
    ``price·expected/left``: a plan in which it is not there is possible, and costs. Use it with
    `add_routes(..., expected=0)`.
    """
    routes = tables.routes
    late = np.flatnonzero(expected > 0.0)
    segments = demand_segments(
        expected[late],
        routes["price"][late],
        np.ones(len(late)),
        centre=np.ones(len(late)),
        nodes=curves.nodes,
        steps=curves.steps,
    )
    spread, count = len(draft.horizon.scenarios), segments.width.shape[1]
    which = np.tile(np.arange(len(late)), spread)
    scenario = np.repeat(np.arange(spread), len(late))
    heavy = np.asarray(draft.horizon.weights)[scenario][:, None]
    row = np.repeat(np.arange(len(which)), count)
    keys = pl.DataFrame(
        {
            "route": routes["route"][late[which[row]]],
            "scenario": scenario[row].astype(np.int32),
            "segment": np.tile(np.arange(count, dtype=np.int32), len(which)),
        }
    )
    number = draft.columns(
        "at_sea",
        keys,
        upper=segments.width[which].ravel(),
        charge=(segments.cost[which] * heavy).ravel(),
        curvature=(segments.curvature[which] * heavy).ravel(),
    )
    last = np.full(len(which), draft.horizon.periods - 1)
    place = draft.horizon.place(routes["to"][late[which]], last, scenario)
    draft.deliver(np.repeat(place, count), number, -1.0)
    return number.reshape(len(which), count)


def _reference(tables: Tables) -> Array:
    base, capacity = tables.routes["base"], tables.routes["capacity"]
    bounded = np.isfinite(capacity) & (capacity > 0)
    return np.where(base > 0.0, base, np.where(bounded, capacity, np.inf))
