"""Make synthetic supply networks of three sizes; every number is drawn, none is data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["SHAPES", "Network", "Scenario", "Shape", "make_network", "make_scenario"]

Floats = npt.NDArray[np.float64]

STEPS = 8
HOLDING = 0.02


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a network is.

    A line is a chain of `stages` of one mineral that shares no row with other lines, so lines are
    the connected blocks. Each has `members` of the `regions`, `routes` per stage (share of all
    pairs), `makers` per stage with a process, `users` with demand and `stocks` per line.
    """

    minerals: int
    regions: int
    months: int
    lines: int
    stages: int
    members: int
    routes: float
    makers: int
    users: int
    stocks: int


SHAPES = {
    "tiny": Shape(1, 4, 3, 1, 2, 4, 1.0, 3, 3, 2),
    "small": Shape(1, 12, 24, 1, 3, 12, 0.81, 8, 12, 17),
    "medium": Shape(5, 25, 36, 13, 2, 15, 0.79, 10, 12, 10),
    "large": Shape(15, 40, 60, 68, 2, 14, 0.967, 9, 10, 8),
}


@dataclass(frozen=True, slots=True)
class Network:
    """Tables of a network, one row per thing, static over the months.

    `nodes`: line, stage, region. `routes`: line, stage, exporter, importer, cost, upper.
    `processes`: line, stage, region, cost, upper; those of later stages use one tonne of the stage
    before. `demands`: line, stage, region, step, value, width. `stocks`: line, stage, region,
    capacity, rate, initial, cost. `season` scales every width by month. Tonnes and dollars.
    """

    name: str
    months: pl.DataFrame
    nodes: pl.DataFrame
    routes: pl.DataFrame
    processes: pl.DataFrame
    demands: pl.DataFrame
    stocks: pl.DataFrame
    season: Floats


@dataclass(frozen=True, slots=True)
class Scenario:
    """Another future: uppers of processes and routes, values and widths of demands, by month.

    The arrays have one row per thing in its table and one column per month. Kind A moves `process`
    and `route`; kind B also `value` and `width`.
    """

    kind: str
    process: Floats
    route: Floats
    value: Floats
    width: Floats


def make_network(size: str, seed: int = 1) -> Network:
    """Return the synthetic network of a size named in `SHAPES`, the same for the same seed."""
    shape = SHAPES[size]
    draw = np.random.default_rng(seed)
    lines = [f"mineral-{k % shape.minerals:02d}-line-{k:02d}" for k in range(shape.lines)]
    kinds = {
        "line": pl.Enum(lines),
        "stage": pl.Enum([f"stage-{k}" for k in range(shape.stages)]),
        "region": pl.Enum([f"region-{k:02d}" for k in range(shape.regions)]),
    }
    kinds["exporter"] = kinds["importer"] = kinds["region"]
    months = [f"{2026 + k // 12}-{k % 12 + 1:02d}" for k in range(shape.months)]
    parts = [_line(shape, kinds, line, draw) for line in lines]
    tables = [pl.concat([part[k] for part in parts]) for k in range(len(parts[0]))]
    return Network(
        name=size,
        months=pl.DataFrame({"month": pl.Series(months, dtype=pl.Enum(months))}),
        nodes=tables[0],
        routes=tables[1],
        processes=tables[2],
        demands=tables[3],
        stocks=tables[4],
        season=1.0 + 0.1 * np.sin(np.arange(shape.months) * np.pi / 6).round(6),
    )


def make_scenario(network: Network, kind: str, seed: int) -> Scenario:
    """Return a disruption: two regions of every fifth line lose output and exports for a while."""
    draw = np.random.default_rng(1000 + seed)
    count = network.months.height
    process = np.repeat(network.processes["upper"].to_numpy()[:, None], count, axis=1)
    route = np.repeat(network.routes["upper"].to_numpy()[:, None], count, axis=1)
    value = np.repeat(network.demands["value"].to_numpy()[:, None], count, axis=1)
    width = network.demands["width"].to_numpy()[:, None] * network.season
    lines = network.nodes["line"].unique(maintain_order=True).to_list()
    hit = draw.choice(len(lines), size=max(1, len(lines) // 5), replace=False)
    for line in (lines[k] for k in hit):
        members = network.nodes.filter(pl.col("line") == line)["region"].unique().sort().to_list()
        for region in draw.choice(members, size=2, replace=False):
            since = int(draw.integers(0, count // 2 + 1))
            share = draw.uniform(0.0, 0.7)
            on = (network.processes["line"] == line) & (network.processes["region"] == region)
            process[on.to_numpy(), since:] *= share
            on = (network.routes["line"] == line) & (network.routes["exporter"] == region)
            route[on.to_numpy(), since:] *= share
    if kind == "B":
        value = value * draw.uniform(0.9, 1.1, value.shape)
        width = width * draw.uniform(0.9, 1.1, width.shape)
    return Scenario(kind, process, route, value, width)


def _line(
    shape: Shape, kinds: dict[str, pl.Enum], line: str, draw: np.random.Generator
) -> tuple[pl.DataFrame, ...]:
    """Return nodes, routes, processes, demands and stocks of one line."""
    regions = kinds["region"].categories.to_list()
    stages = kinds["stage"].categories.to_list()
    members = [regions[k] for k in np.sort(draw.choice(shape.regions, shape.members, False))]  # noqa: FBT003
    nodes = [(line, stage, region) for stage in stages for region in members]
    routes: list[tuple[object, ...]] = []
    processes: list[tuple[object, ...]] = []
    for place, stage in enumerate(stages):
        pairs = [(a, b) for a in members for b in members if a != b]
        kept = np.sort(draw.choice(len(pairs), round(shape.routes * len(pairs)), False))  # noqa: FBT003
        routes += [
            (line, stage, *pairs[k], draw.uniform(0.05, 0.6), draw.uniform(2.0, 20.0)) for k in kept
        ]
        makers = draw.choice(members, shape.makers, replace=False)
        processes += [
            (line, stage, region, draw.uniform(0.5, 2.0) + place, draw.uniform(5.0, 40.0))
            for region in sorted(makers)
        ]
    values = np.geomspace(40.0, 1.0, STEPS)
    users = sorted(draw.choice(members, shape.users, replace=False))
    demands = [
        (line, stages[-1], region, step, values[step] * draw.uniform(0.9, 1.1), scale / STEPS)
        for region in users
        for scale in [draw.uniform(3.0, 25.0)]
        for step in range(STEPS)
    ]
    held = np.sort(draw.choice(len(nodes), min(shape.stocks, len(nodes)), replace=False))
    stocks = [
        (*nodes[k], draw.uniform(10, 60), draw.uniform(3, 12), draw.uniform(0, 10), HOLDING)
        for k in held
    ]
    here = {name: kinds[name] for name in ("line", "stage", "region")}
    pair = {name: kinds[name] for name in ("line", "stage", "exporter", "importer")}
    number = pl.Float64
    return (
        _table(nodes, here),
        _table(routes, {**pair, "cost": number, "upper": number}),
        _table(processes, {**here, "cost": number, "upper": number}),
        _table(demands, {**here, "step": pl.UInt8, "value": number, "width": number}),
        _table(
            stocks, {**here, "capacity": number, "rate": number, "initial": number, "cost": number}
        ),
    )


def _table(rows: list[tuple[object, ...]], schema: dict[str, object]) -> pl.DataFrame:
    """Return rows as a table whose numbers are rounded, so that every peer reads the same."""
    frame = pl.DataFrame(rows, schema=schema, orient="row")  # type: ignore[arg-type]
    return frame.with_columns(pl.selectors.float().round(6))
