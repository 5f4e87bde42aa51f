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

from orepact.model.curve import FLAT, LOWEST, SUPPLY_NODES, line_segments, supply_segments
from orepact.model.draft import Array, Draft, Flags, Index
from orepact.model.settings import Curves
from orepact.model.tables import Columns, Tables

__all__ = ["ProcessNumbers", "add_processes", "add_unsold", "process_numbers"]


@dataclass(frozen=True, slots=True)
class ProcessNumbers:
    """Numbers of the production columns; `process` is the row of the table of processes."""

    process: Index
    segment: Index
    width: Array
    cost: Array
    curvature: Array


def process_numbers(
    tables: Tables, curves: Curves, *, factor: Array | None = None, floor: Array | None = None
) -> ProcessNumbers:
    """Return the segments of all processes as one flat list; none is quite flat.

    `factor` (1) scales base activity and capacity of each process (capacity growth, outages);
    `floor` (multiple of base) takes the place of a process's own floor, except where it is NaN; the
    margin of a process with inputs that has one does not fall with activity.
    """
    frame = tables.processes
    scale = np.ones(len(frame)) if factor is None else factor
    base, capacity = frame["base"] * scale, frame["capacity"] * scale
    curved = (frame["elasticity"] > 0.0) & (frame["base"] > 0.0)
    lines, bends = np.flatnonzero(~curved), np.flatnonzero(curved)
    own = np.full(len(frame), np.nan) if floor is None else floor
    straight, parts = _margin(frame, lines, base, capacity, ~np.isnan(own[lines])), 1
    if curves.steps:
        straight, parts = _margin_in_steps(straight, lines, base, capacity)
    nodes = curves.nodes if curves.steps else SUPPLY_NODES
    least = np.where(np.isnan(own), frame["floor"], own)
    segments = supply_segments(
        base[bends],
        frame["cost"][bends],
        frame["elasticity"][bends],
        least[bends],
        nodes=nodes,
        steps=curves.steps,
    )
    count = int(segments.width.shape[1])
    filled = np.minimum(np.cumsum(segments.width, axis=1), capacity[bends, None])
    width = np.diff(filled, axis=1, prepend=0.0)
    return ProcessNumbers(
        np.concatenate([np.repeat(lines, parts), np.repeat(bends, count)]),
        np.concatenate(
            [np.tile(np.arange(parts), len(lines)), np.tile(np.arange(count), len(bends))]
        ),
        np.concatenate([straight[0], width.ravel()]),
        np.concatenate([straight[1], segments.cost.ravel()]),
        np.concatenate([straight[2], segments.curvature.ravel()]),
    )


def add_processes(
    draft: Draft, tables: Tables, curves: Curves, factors: Array | None = None
) -> Index:
    """Add the production columns; return their numbers.

    The numbers have shape (months × scenarios, segments of all). `factors` scales each repeated
    process (scenario, month, process order).
    """
    numbers = process_numbers(tables, curves)
    repeated = draft.horizon.repeated(len(numbers.process))
    which = repeated.which
    scale = np.ones(len(which))
    if factors is not None:
        steps = len(draft.horizon.scenarios) * draft.horizon.periods
        scale = factors.reshape(steps, len(tables.processes))[:, numbers.process].ravel()
    curvature = np.divide(
        numbers.curvature[which], scale, out=np.zeros(len(which)), where=scale > 0
    )
    keys = repeated.keys("process", tables.processes["process"][numbers.process])
    number = draft.columns(
        "production",
        keys.with_columns(pl.Series("segment", numbers.segment[which], dtype=pl.Int32)),
        upper=np.multiply(
            numbers.width[which], scale, out=np.zeros(len(which)), where=scale > 0.0
        ),
        charge=numbers.cost[which] * repeated.weight,
        curvature=curvature * repeated.weight,
    )
    process = numbers.process[which]
    _deliver(draft, tables, process, number, repeated.period, repeated.scenario)
    steps = len(draft.horizon.scenarios) * draft.horizon.periods
    return number.reshape(steps, len(numbers.process))


def add_unsold(
    draft: Draft, tables: Tables, *, everywhere: bool = False, flat: bool = False
) -> Index:
    """Add columns for co-products that nobody buys; return their numbers.

    A process with several outputs cannot make one without the others; what is not bought is kept at
    a twentieth of its base price, so no price falls below that. With `everywhere`, so is what
    arrives or lies anywhere else; with `flat`, the value does not fall with the tonnes (linear
    programs).
    """
    output = tables.recipe["ratio"] > 0.0
    owner, place = tables.recipe["process"][output], tables.recipe["node"][output]
    many = np.bincount(owner, minlength=len(tables.processes))[owner] > 1
    amount = tables.processes["base"][owner] * tables.recipe["ratio"][output]
    made = np.bincount(place[many], weights=amount[many], minlength=len(tables.nodes))
    node = np.unique(place[many])
    if everywhere:
        node, made = np.arange(len(tables.nodes)), _largest(tables)
    if not len(node):
        return node
    repeated = draft.horizon.repeated(len(node))
    at = node[repeated.which]
    price = tables.nodes["price"][at] * repeated.weight
    keys = repeated.keys("region", tables.nodes["region"][node])
    number = draft.columns(
        "unsold",
        keys.with_columns(pl.Series("material", tables.nodes["material"][at])),
        charge=-LOWEST * price,
        curvature=0.0 if flat else FLAT * price / np.maximum(made[at], 1e-9),
    )
    where = draft.horizon.place(at, repeated.period, repeated.scenario)
    draft.deliver(where, number, -1.0)
    return number


def _largest(tables: Tables) -> Array:
    """Return a volume for every place: the largest base flow, use or stock of all."""
    parts = [tables.demands["base"], tables.routes["base"], tables.processes["base"]]
    largest = float(np.concatenate([*parts, tables.stocks["initial"]]).max(initial=0.0))
    return np.full(len(tables.nodes), largest or 1.0)


def _margin_in_steps(
    straight: tuple[Array, Array, Array], lines: Index, base: Array, capacity: Array
) -> tuple[tuple[Array, Array, Array], int]:
    """Return margins as flat steps, flattened, and the number of steps each has."""
    limit, first, rise = straight
    known = base[lines] > 0.0
    steps = line_segments(first, rise, np.where(known, base[lines], capacity[lines]), limit)
    flat = (steps.width.ravel(), steps.cost.ravel(), steps.curvature.ravel())
    return flat, steps.width.shape[1]


def _margin(
    frame: Columns, lines: Index, base: Array, capacity: Array, flat: Flags
) -> tuple[Array, Array, Array]:
    value = frame["value"][lines]
    known = (base[lines] > 0.0) & ~flat
    slope = np.where(known, np.maximum(frame["margin_slope"][lines], FLAT), FLAT) * value
    limit = np.where(np.isfinite(capacity[lines]), capacity[lines], np.inf)
    over = np.where(base[lines] > 0.0, base[lines], limit)
    rise = np.divide(slope, over, out=np.zeros_like(slope), where=over > 0.0)
    return capacity[lines], frame["cost"][lines] - np.where(known, slope, 0.0), rise


def _deliver(
    draft: Draft, tables: Tables, process: Index, number: Index, period: Index, scenario: Index
) -> None:
    owner, node, ratio = (tables.recipe[name] for name in ("process", "node", "ratio"))
    first = np.searchsorted(owner, process, side="left")
    length = np.searchsorted(owner, process, side="right") - first
    line = np.repeat(np.arange(len(process)), length)
    before = np.repeat(np.cumsum(length) - length, length)
    part = np.repeat(first, length) + (np.arange(len(line)) - before)
    place = draft.horizon.place(node[part], period[line], scenario[line])
    draft.deliver(place, number[line], ratio[part])
