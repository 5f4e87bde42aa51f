"""Demand, supply and storage curves as convex piecewise-quadratic segments.

A curve goes through nodes (price, quantity). Between two nodes the inverse curve is a straight
line, so the area under it is a quadratic in the quantity filled: segment k holds
``0 <= x_k <= width_k`` and adds ``cost_k x_k + curvature_k x_k^2 / 2``. Segments fill in order
because their prices are ordered. With `steps`, each segment is a flat step instead (for linear
programs); ``curvature`` is then zero and the price is that of the segment's middle.

Source of the node placement: nodes placed geometrically from 0.05 to 60 times the base price with
0.93, 1 and 1.08 among them give about 1 % price error on an isoelastic curve; when a curve is
re-centred on the current price each month, eight relative nodes suffice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "CENTRED_NODES",
    "FULL_NODES",
    "HIGHEST",
    "LOWEST",
    "SUPPLY_NODES",
    "Segments",
    "demand_segments",
    "line_segments",
    "step_nodes",
    "storage_segments",
    "supply_segments",
]

Array = npt.NDArray[np.float64]

LOWEST, HIGHEST = 0.05, 60.0
"""Multiples of the base price between which curves are drawn."""

FULL_NODES: Array = np.sort(np.concatenate([np.geomspace(LOWEST, HIGHEST, 12), [0.93, 1.0, 1.08]]))
"""Fifteen nodes for a curve that is not re-centred (planning)."""

CENTRED_NODES: Array = np.array([0.1, 0.5, 0.8, 0.93, 1.0, 1.08, 1.25, 2.0, 6.0])
"""Nodes relative to the current price, for curves that are re-centred each month (simulation)."""

SUPPLY_NODES: Array = np.array([LOWEST, 0.5, 1.0, 1.5, 3.0, 8.0, HIGHEST])
"""Nodes of supply curves: supply answers weakly, so few nodes suffice."""

LINE_NODES: Array = np.concatenate([np.arange(0.05, 2.1, 0.1), [2.5, 3.0, 4.0, 6.0, 10.0]])
"""Ends of the steps of a rising charge, relative to its base: one step is centred on the base."""

BOTTOM = LOWEST / 5.0
"""Lowest multiple at which a stock or a use still takes more."""

FLAT = 1e-3
"""Rise of a segment that would be flat, relative to its price: keeps programs strictly convex."""

_THIN = 1e-9


@dataclass(frozen=True, slots=True)
class Segments:
    """Segments of n curves: `width` (quantity), `cost` (price), `curvature` (price per quantity).

    Each array has shape (n curves, segments).
    """

    width: Array
    cost: Array
    curvature: Array


def step_nodes(count: int = 60) -> Array:
    """Return nodes for step curves, centred on the base price: half of them within ±35 %."""
    near = np.geomspace(0.65, 1.0 / 0.65, count // 2)
    far = np.geomspace(LOWEST, HIGHEST, count - len(near))
    return np.unique(np.concatenate([near, far, [1.0]]))


def demand_segments(
    base: Array,
    price: Array,
    elasticity: Array,
    *,
    centre: Array,
    nodes: Array = CENTRED_NODES,
    steps: bool = False,
) -> Segments:
    """Return segments of the inverse demand ``P = price·(base/D)^(1/elasticity)``.

    `base` (t/month), `price` (USD/t), `elasticity` (1) and `centre` (multiple of `price`) have one
    entry per curve. Costs are negative: filling a segment earns its value. What would be used even
    above the highest price is worth the highest price, no more.
    """
    multiples = _absolute(nodes, centre)
    quantity = base[:, None] * multiples ** -elasticity[:, None]
    top_first = multiples[:, ::-1]
    filled = quantity[:, ::-1]
    return _falling(filled, top_first * price[:, None], steps=steps)


def storage_segments(
    wanted: Array,
    price: Array,
    slope: Array,
    *,
    share: Array,
    terminal: Array,
    centre: Array,
    nodes: Array = CENTRED_NODES,
    steps: bool = False,
) -> Segments:
    """Return segments of the value of holding, shape (months × curves, segments).

    It rises by ``v'(I) = price·[share·((wanted/I)^slope − 1) + terminal]`` per tonne held.

    `share` (1) is the part of the storage curve that each month carries and `terminal` is 1 in the
    window's last month, when what is left is worth the believed price, else 0. `centre` is the
    current value of ``(wanted/I)^slope``. Source: convenience-yield form of the theory of storage
    (Working 1949; Deaton and Laroque 1992), constant-elasticity special case.
    """
    multiples = _absolute(nodes, centre)
    quantity = wanted[:, None] * multiples ** (-1.0 / slope[:, None])
    carried = share[:, None, None] * (multiples - 1.0) + terminal[:, None, None]
    value = (price[:, None] * carried).reshape(-1, multiples.shape[1])
    return _falling(np.tile(quantity[:, ::-1], (len(share), 1)), value[:, ::-1], steps=steps)


def supply_segments(
    base: Array,
    price: Array,
    elasticity: Array,
    floor: Array,
    *,
    nodes: Array = SUPPLY_NODES,
    steps: bool = False,
) -> Segments:
    """Return segments of the supply curve ``S = base·P^elasticity`` with a floor price.

    Below ``floor·price`` nothing is offered; at the floor supply is perfectly elastic up to
    ``base·floor^elasticity``. A zero `floor` means the lowest node.
    """
    least = np.maximum(floor, nodes[0])[:, None]
    multiples = np.maximum(nodes[None, :], least)
    quantity = base[:, None] * multiples ** elasticity[:, None]
    value = multiples * price[:, None]
    width = np.diff(quantity, axis=1, prepend=0.0)
    low = np.concatenate([value[:, :1], value[:, :-1]], axis=1)
    return _segments(width, low, value, steps=steps)


def line_segments(first: Array, rise: Array, reference: Array, limit: Array) -> Segments:
    """Return flat steps of the charge ``first + rise·x``; what does not rise is one step.

    `first` (price), `rise` (price per quantity), `reference` (quantity at base, where a step is
    centred) and `limit` (largest quantity) have one entry per charge. Beyond ten times the
    reference the charge rises no more.
    """
    level = (rise > 0.0) & np.isfinite(reference)
    ends = LINE_NODES[None, :] * np.where(level, reference, 0.0)[:, None]
    middle = (ends + np.concatenate([np.zeros((len(first), 1)), ends[:, :-1]], axis=1)) / 2.0
    middle = np.concatenate([middle, ends[:, -1:]], axis=1)
    filled = np.minimum(ends, limit[:, None])
    width = np.diff(filled, axis=1, prepend=0.0)
    rest = limit - filled[:, -1]
    width = np.concatenate([width, rest[:, None]], axis=1)
    cost = first[:, None] + np.where(level, rise, 0.0)[:, None] * middle
    return Segments(width, cost, np.zeros_like(width))


def _absolute(nodes: Array, centre: Array) -> Array:
    """Return nodes as multiples of the base price, with one far below and one at the highest.

    A curve centred on a price that then moves far must still end where all curves end.
    """
    inside = np.clip(nodes[None, :] * centre[:, None], BOTTOM, HIGHEST)
    if nodes[0] <= LOWEST * (1.0 + _THIN) and nodes[-1] >= HIGHEST * (1.0 - _THIN):
        return inside
    ends = np.ones((len(centre), 1))
    return np.concatenate([BOTTOM * ends, inside, HIGHEST * ends], axis=1)


def _falling(filled: Array, value: Array, *, steps: bool) -> Segments:
    width = np.diff(filled, axis=1, prepend=0.0)
    high = np.concatenate([value[:, :1], value[:, :-1]], axis=1)
    return _segments(width, -high, -value, steps=steps)


def _segments(width: Array, start: Array, end: Array, *, steps: bool) -> Segments:
    thin = width <= _THIN * np.max(width, axis=1, keepdims=True)
    width = np.where(thin, 0.0, width)
    if steps:
        return Segments(width, (start + end) / 2.0, np.zeros_like(width))
    rise = np.maximum(end - start, FLAT * np.maximum(np.abs(end), np.abs(start)))
    return Segments(width, start, np.where(thin, 0.0, rise / np.where(thin, 1.0, width)))
