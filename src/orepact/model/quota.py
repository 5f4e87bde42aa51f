r"""Limits that several routes share: export quotas.

$$\sum_{r \in q} w_{qr} f_{rts} \le \text{limit}_{qt},\qquad\text{in a window}\quad
\sum_{r \in q} w_{qr} f_{rts} + u_{qts} = \text{limit}_{qt},\; u_{qts} \ge 0$$

| symbol | meaning (unit) | in code | dual |
|---|---|---|---|
| $f_{rts}$ | flow that counts against quota q (t/month) | `flow` | – |
| $w_{qr}$ | turns the unit of a route into that of the quota (1) | `Quotas.weight` | – |
| $\text{limit}_{qt}$ | quota of the month (t/month) | `Quotas.limit` | − rent of the quota |
| $u_{qts}$ | what is left unused (t/month), with a curvature too small to matter | `unused` | – |

The rent is what one more tonne of quota is worth, on every route that ships under it; it is zero
while the quota does not bind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from orepact.model.draft import Array, Draft, Index, Names

__all__ = ["Quotas", "add_quotas"]


@dataclass(frozen=True, slots=True)
class Quotas:
    """Quotas, one entry each: `name`, `clause`, `period`, `limit`; and who counts against them.

    `quota` and `route` are pairs of row numbers: the route counts against the quota in its month.
    `weight` (1) turns a route's unit into the quota's.
    """

    name: Names
    clause: Names
    period: Index
    limit: Array
    quota: Index
    route: Index
    weight: Array


def add_quotas(
    draft: Draft, quotas: Quotas, flow: Index, *, curvature: Array | None = None
) -> Index:
    """Add the quota rows; return their numbers, shape (scenarios, quotas).

    `flow` has the numbers of the flow columns, shape (months × scenarios, routes) or with a third
    axis of steps. With `curvature` (price per quantity, one per quota) the rows are equations: what
    is left unused is a column that is charged this curvature and nothing else.
    """
    spread, count = len(draft.horizon.scenarios), len(quotas.limit)
    if not count:
        return np.zeros((spread, 0), dtype=np.int64)
    which = np.tile(np.arange(count), spread)
    scenario = np.repeat(np.arange(spread), count)
    keys = pl.DataFrame(
        {
            "quota": quotas.name[which],
            "period": quotas.period[which].astype(np.int32),
            "scenario": scenario.astype(np.int32),
        }
    )
    limit = quotas.limit[which]
    lower = -np.inf if curvature is None else limit
    row = draft.program.add_rows("quota", keys, lower=lower, upper=limit)["row"].to_numpy()
    number = row.astype(np.int64).reshape(spread, count)
    if curvature is not None:
        weight = np.asarray(draft.horizon.weights)[scenario]
        unused = draft.columns("unused", keys, curvature=curvature[which] * weight)
        draft.program.add_entries(number.ravel(), unused, np.ones(len(unused)))
    for each in range(spread):
        step = each * draft.horizon.periods + quotas.period[quotas.quota]
        columns = flow[step, quotas.route].reshape(len(quotas.route), -1)
        parts = columns.shape[1]
        draft.program.add_entries(
            np.repeat(number[each, quotas.quota], parts),
            columns.ravel(),
            np.repeat(quotas.weight, parts),
        )
    return number
