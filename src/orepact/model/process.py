r"""Mines, refineries, by-product recovery, plants and recyclers.

$$a_{pts} = \sum_k x_{ptsk} \le \text{capacity}_p,\qquad
\text{charge} = \sum_{p,t,s} w_s \int_0^{a_{pts}} c_p(x)\,dx$$

A process without inputs follows a supply curve $a = a^0 P^{\eta}$ (with a floor price under which
nothing is offered); one with inputs charges a margin that rises with activity,
$c_p(a) = c_p + \beta_p v_p (a/a^0_p - 1)$. Deliveries: $+o_{pm}a$ of each output m, $-i_{pm}a$ of
each input, in the same month.

| symbol | meaning (unit) | in code | dual |
|---|---|---|---|
| $a_{pts}$ | activity, tonnes of the first output (t/month) | `production` | – |
| $a^0_p$ | activity in the calibration window (t/month) | `Process.base` | – |
| $c_p$ | cost at base, inputs apart (USD/t) | `Process.cost` | – |
| $\eta$ | supply elasticity (1) | `Process.elasticity` | – |
| $\beta_p$ | rise of the margin (1) | `Process.margin_slope` | – |
| $v_p$ | value of the outputs of a tonne of activity (USD/t) | `Tables.processes.value` | – |
| $o_{pm}, i_{pm}$ | fixed ratios (t/t) | `Process.outputs`, `Process.inputs` | – |
| $x \le \text{width}$ | capacity (t/month) | column upper bound | scarcity rent of capacity |
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from orepact.model.curve import FLAT, LOWEST, SUPPLY_NODES, supply_segments
from orepact.model.draft import Array, Draft, Index
from orepact.model.settings import Curves
from orepact.model.tables import Tables, column

__all__ = ["ProcessNumbers", "add_processes", "add_unsold", "process_numbers"]


@dataclass(frozen=True, slots=True)
class ProcessNumbers:
    """Numbers of the production columns: `process` (row of the table), `segment`, width, cost, curvature."""

    process: Index
    segment: Index
    width: Array
    cost: Array
    curvature: Array


def process_numbers(
    tables: Tables, curves: Curves, *, factor: Array | None = None
) -> ProcessNumbers:
    """Return the segments of all processes as one flat list; none is quite flat.

    `factor` (1) scales base activity and capacity of each process (capacity growth, outages).
    """
    frame = tables.processes
    scale = np.ones(len(frame)) if factor is None else factor
    base, capacity = column(frame, "base") * scale, column(frame, "capacity") * scale
    curved = (column(frame, "elasticity") > 0.0) & (column(frame, "base") > 0.0)
    lines, bends = np.flatnonzero(~curved), np.flatnonzero(curved)
    straight = _margin(frame, lines, base, capacity)
    nodes = curves.nodes if curves.steps else SUPPLY_NODES
    segments = supply_segments(
        base[bends],
        column(frame, "cost")[bends],
        column(frame, "elasticity")[bends],
        column(frame, "floor")[bends],
        nodes=nodes,
        steps=curves.steps,
    )
    count = segments.width.shape[1]
    filled = np.minimum(np.cumsum(segments.width, axis=1), capacity[bends, None])
    width = np.diff(filled, axis=1, prepend=0.0)
    return ProcessNumbers(
        np.concatenate([lines, np.repeat(bends, count)]),
        np.concatenate(
            [np.zeros(len(lines), dtype=np.int64), np.tile(np.arange(count), len(bends))]
        ),
        np.concatenate([straight[0], width.ravel()]),
        np.concatenate([straight[1], segments.cost.ravel()]),
        np.concatenate([straight[2], segments.curvature.ravel()]),
    )


def add_processes(
    draft: Draft, tables: Tables, curves: Curves, factors: Array | None = None
) -> Index:
    """Add the production columns; return their numbers, shape (months × scenarios, segments of all).

    `factors` scales each repeated process (scenario, month, process order).
    """
    numbers = process_numbers(tables, curves)
    frame = pl.DataFrame(
        {
            "process": tables.processes["process"].gather(numbers.process),
            "segment": pl.Series(numbers.segment, dtype=pl.Int32),
        }
    )
    keyed, which, period, weight = draft.horizon.repeated(frame)
    scale = np.ones(len(keyed))
    if factors is not None:
        scale = factors.reshape(-1, len(tables.processes))[:, numbers.process].ravel()
    curvature = np.divide(
        numbers.curvature[which], scale, out=np.zeros(len(keyed)), where=scale > 0
    )
    number = draft.columns(
        "production",
        keyed.select("process", "period", "scenario", "segment"),
        upper=numbers.width[which] * scale,
        charge=numbers.cost[which] * weight,
        curvature=curvature * weight,
    )
    scenario = keyed["scenario"].to_numpy().astype(np.int64)
    _deliver(draft, tables, numbers.process[which], number, period, scenario)
    return number.reshape(-1, len(frame))


def add_unsold(draft: Draft, tables: Tables) -> Index:
    """Add columns for co-products that nobody buys; return their numbers.

    A process with several outputs cannot make one without the others; what is not bought is kept at
    a twentieth of its base price, so no price falls below that.
    """
    many = tables.recipe.filter(pl.col("ratio") > 0).filter(pl.len().over("process") > 1)
    node = np.unique(many["node"].to_numpy())
    frame = tables.nodes[node].with_columns(pl.Series("node", node, dtype=pl.Int64))
    if frame.is_empty():
        return np.zeros(0, dtype=np.int64)
    made = np.zeros(len(tables.nodes))
    base = tables.processes["base"].to_numpy()[many["process"].to_numpy()]
    np.add.at(made, many["node"].to_numpy(), base * many["ratio"].to_numpy())
    keyed, which, period, weight = draft.horizon.repeated(frame)
    price = column(frame, "price")[which]
    number = draft.columns(
        "unsold",
        keyed.select("region", "material", "period", "scenario"),
        charge=-LOWEST * price * weight,
        curvature=FLAT * price * weight / np.maximum(made[node][which], 1e-9),
    )
    scenario = keyed["scenario"].to_numpy().astype(np.int64)
    draft.deliver(draft.horizon.place(keyed["node"].to_numpy(), period, scenario), number, -1.0)
    return number


def _margin(
    frame: pl.DataFrame, lines: Index, base: Array, capacity: Array
) -> tuple[Array, Array, Array]:
    value = column(frame, "value")[lines]
    known = base[lines] > 0.0
    slope = np.where(known, np.maximum(column(frame, "margin_slope")[lines], FLAT), FLAT) * value
    over = np.where(
        known, base[lines], np.where(np.isfinite(capacity[lines]), capacity[lines], np.inf)
    )
    rise = np.divide(slope, over, out=np.zeros_like(slope), where=over > 0.0)
    return capacity[lines], column(frame, "cost")[lines] - np.where(known, slope, 0.0), rise


def _deliver(
    draft: Draft, tables: Tables, process: Index, number: Index, period: Index, scenario: Index
) -> None:
    recipe = tables.recipe.sort("process", maintain_order=True)
    owner = recipe["process"].to_numpy()
    first = np.searchsorted(owner, process, side="left")
    length = np.searchsorted(owner, process, side="right") - first
    line = np.repeat(np.arange(len(process)), length)
    part = np.repeat(first, length) + (
        np.arange(len(line)) - np.repeat(np.cumsum(length) - length, length)
    )
    place = draft.horizon.place(recipe["node"].to_numpy()[part], period[line], scenario[line])
    draft.deliver(place, number[line], recipe["ratio"].to_numpy()[part])
