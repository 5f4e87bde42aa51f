"""How much a route may carry in the months of a window, as known in its first month."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.model.tables import Tables
from orepact.network.behaviour import Behaviour
from orepact.result.setting import Restrictions

__all__ = ["NEW_GROWTH", "route_limits", "seen_month"]

NEW_GROWTH = 1.25
"""What a route without trade so far may carry, as a multiple of the month before."""


def route_limits(
    tables: Tables,
    behaviour: Behaviour,
    restrictions: Restrictions,
    *,
    shipped: Array,
    number: int,
    months: int,
) -> Array:
    """Return the largest flows (base value), shape (months × routes).

    `shipped` is what each route carried in the month before, `number` the first month's number.
    """
    routes = tables.routes
    base = routes["base"]
    kind = routes["kind"]
    market = np.bincount(routes["to"], weights=base, minlength=len(tables.nodes))
    free = np.maximum(behaviour.surge * base, behaviour.new_route * market[routes["to"]])
    free = np.where(base > 0.0, free, np.maximum(free, NEW_GROWTH * shipped))
    conduit = kind == "conduit"
    evading, surging = (kind == "undeclared") | conduit, kind == "surge"
    free = np.where(kind == "controlled", base, np.where(surging, routes["capacity"], free))
    free = np.where(evading, 0.0, free)
    reach = np.where(evading, routes["capacity"], 0.0)
    seen = np.array([seen_month(restrictions, number, ahead) for ahead in range(months)])
    columns = np.arange(len(routes))
    share, since = restrictions.share[seen, columns], restrictions.since[seen, columns]
    bound = np.isfinite(share)
    permitted = np.where(bound, share, 1.0)
    size = np.where(base > 0.0, base, free)
    open_flow = np.where(bound, np.minimum(permitted * size, free), free)
    beyond = np.clip(permitted - 1.0, 0.0, behaviour.surge - 1.0)
    room = np.where(surging, routes["capacity"], 0.0)
    beyond = beyond / (behaviour.surge - 1.0) * room
    open_flow = np.where(surging & bound, beyond, open_flow)
    ramp = np.minimum(1.0, since / behaviour.leakage_ramp)
    blocked = np.maximum(0.0, 1.0 - np.minimum(share, 1.0))
    leak = behaviour.leakage * ramp * blocked * reach
    leak = np.where(conduit, 0.0, leak)
    if restrictions.conduit is not None:
        taken = restrictions.conduit[seen, columns]
        leak = np.where(conduit, taken * blocked * reach, (1.0 - taken) * leak)
    return np.where(evading, leak, open_flow)


def seen_month(restrictions: Restrictions, number: int, ahead: int) -> npt.NDArray[np.int64]:
    """Return which month's restrictions are believed to hold `ahead` months from now, per route."""
    columns = np.arange(int(restrictions.share.shape[1]))
    seen = np.full(len(columns), number)
    for later in range(number + 1, number + ahead + 1):
        seen = np.where(restrictions.known[later, columns] <= number, later, seen)
    return seen
