"""Work for the ensemble runner: trajectories of a chain whose exporter restricts its trade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from orepact.network.behaviour import Behaviour
from orepact.network.world import World
from orepact.result.simulation import Restrictions, Setting, simulate

WINDOW = 3
LEAD = 2


@dataclass(frozen=True, slots=True)
class Control:
    """What all trajectories share: the dataset, a chain and the number of months."""

    world: World
    chain: str
    months: int


@dataclass(frozen=True, slots=True)
class Trajectory:
    """One trajectory: a parameter set and the permitted share of the exporter's trade."""

    key: str
    behaviour: Behaviour
    permitted: float


def trajectories(world: World, count: int) -> list[Trajectory]:
    """Return as many trajectories: parameter sets of the ensemble under ever looser controls."""
    sets = world.ensemble
    return [
        Trajectory(f"{n:05d}", sets[n % len(sets)], (n // len(sets) % 10) / 10.0)
        for n in range(count)
    ]


def trajectory(control: Control, task: Trajectory) -> pl.DataFrame:
    """Return price (multiple of base) and stock (t) month by month, region by region."""
    network = control.world.network(control.chain, task.behaviour)
    exporter = control.world.chains[control.chain].text.exporter
    months, routes = control.months + WINDOW, len(network.routes)
    meant = np.array([route.exporter == exporter for route in network.routes])
    since = np.maximum(np.arange(months, dtype=np.float64) - LEAD + 1.0, 0.0)[:, None]
    bound = (since > 0.0) & meant
    restrictions = Restrictions(
        np.where(bound, task.permitted, np.inf),
        np.where(bound, since, 0.0),
        np.full((months, routes), float(LEAD)),
        np.where(bound, 1.0, 0.0),
        np.where(bound, since - 1.0, 0.0),
    )
    setting = Setting(
        np.ones((control.months, len(network.processes))),
        np.ones((control.months, len(network.demands))),
    )
    run = simulate(network, task.behaviour, restrictions, setting, window_months=WINDOW)
    nodes = run.tables.nodes.frame.select("region", "material")
    return nodes[np.tile(np.arange(len(nodes)), control.months)].with_columns(
        pl.Series("month", np.repeat(np.arange(control.months), len(nodes))),
        pl.Series("price", run.price.ravel()),
    )
