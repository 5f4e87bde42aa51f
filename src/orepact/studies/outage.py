"""An outage: plants of a chain stand still for some months, and nobody controlled anything.

Every parameter set is simulated with the printed, the lower and the upper activity of the plants.
Known changes of supply and demand apply as in any study. Buyers answer as to a measure that nobody
expected: they want more stock, from the first month on. The reading of a band is that of
`orepact.indicators.bands`.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
from pydantic import Field

from orepact.data.text import parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.trajectory import Year, year_of
from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour, representative
from orepact.network.world import World
from orepact.result.paths import setting_of
from orepact.result.restrictions import Months
from orepact.result.simulation import Restrictions, Setting, simulate
from orepact.studies.control_clocks import FIGURES, Members
from orepact.studies.outside import outside_only
from orepact.studies.replay import WINDOW
from orepact.studies.results import result_entries

__all__ = ["Activity", "Outage", "Step", "find_outage", "outage_bands", "outage_names"]

LIBRARY = Path(__file__).parent / "library" / "outages"
SETS = 5
_BOUNDS = ("value", "low", "high")
_MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"

Share = Annotated[float, Field(ge=0.0, le=1.0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Activity of a plant as a share of the calibration window: printed or assumed, with range."""

    value: Share
    low: Share
    high: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Activity of a process in a region from a month until the next step of the same."""

    process: str
    region: str
    month: Annotated[str, Field(pattern=_MONTH)]
    activity: Activity
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """An outage of a chain (format ``orepact/outage/1``).

    `alarm` weighs how much it makes buyers hoard, 0 for an expected stop and 1 for one that nobody
    expected.
    """

    outage: str
    title: str
    chain: str
    first_month: Annotated[str, Field(pattern=_MONTH)]
    months: Annotated[int, Field(ge=1, le=36)]
    steps: tuple[Step, ...]
    alarm: Share = 1.0
    reason: str = ""


def outage_names() -> tuple[str, ...]:
    """Return the names of the outages that ship."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def find_outage(name: str | Path) -> Outage:
    """Return an outage that ships, or the one of a file.

    Raises `InputError` for an unknown name and with everything that is wrong with the file.
    """
    path = LIBRARY / f"{name}.yaml" if str(name) in outage_names() else Path(name)
    document = read_yaml(path, kind="outage")
    return parse(Outage, document)


def outage_bands(
    world: World,
    outage: Outage,
    *,
    sets: Sequence[Behaviour] | None = None,
    member_states: bool = False,
) -> list[dict[str, Any]]:
    """Return a band for every figure, region and material over the outage's months.

    Entries are those of a run's results: prices as multiples of the base price averaged over the
    months, unmet use (share), worst cover (days), the exporter's shipments (multiple of base), the
    grade of the stage. `sets` defaults to five parameter sets that stand for the ensemble. Raises
    `InputError` for a chain, process or region that does not exist and `SolveError` when a window
    is not proven optimal.
    """
    _require_known(world, outage)
    chosen = sets or representative(world.ensemble, SETS - 1)
    years = [
        _year_table(world, outage, behaviour, bound, member_states=member_states)
        for behaviour in chosen
        for bound in _BOUNDS
    ]
    members = Members(pl.concat(years), pl.DataFrame(), 0, 0.0, 0.0, 0)
    chains = (outage.chain,)
    members = outside_only(chains, world, members, member_states=member_states)
    return result_entries(chains, world, members, member_states=member_states)


def _require_known(world: World, outage: Outage) -> None:
    network = world.network(outage.chain)
    names = [process.name for process in network.processes]
    problems = [
        Problem(
            "no such process here",
            field=f"steps.{number}",
            found=f"{step.process}@{step.region}",
            expected="process and region of the chain",
            nearest=nearest(f"{step.process}@{step.region}", names),
        )
        for number, step in enumerate(outage.steps)
        if f"{step.process}@{step.region}" not in names
    ]
    if problems:
        raise InputError(problems)


def _year_table(
    world: World, outage: Outage, behaviour: Behaviour, bound: str, *, member_states: bool
) -> pl.DataFrame:
    chain = world.chains[outage.chain]
    network = world.network(outage.chain, behaviour, member_states=member_states)
    months = Months(datetime.date.fromisoformat(f"{outage.first_month}-01"), outage.months)
    setting = setting_of(network, chain, months)
    supply = setting.supply.copy()
    for number, process in enumerate(network.processes):
        supply[:, number] *= _path(outage, process.name, months, bound)
    run = simulate(
        network,
        behaviour,
        _alarmed(outage, len(network.routes), [r.exporter for r in network.routes]),
        Setting(supply, setting.demand),
        window_months=WINDOW,
    )
    year: Year = year_of(
        run,
        run.price[:0],
        demand=setting.demand,
        spot_share=behaviour.spot_share,
        exporter=chain.text.exporter,
    )
    nodes = run.tables.nodes.frame.select("region", "material")
    return nodes.with_columns(
        *[pl.Series(name, getattr(year, name), nan_to_null=True) for name in FIGURES],
        pl.lit(1.0).alias("price_status_quo"),
        pl.lit(1.0).alias("price_status_quo_paid"),
        pl.lit(outage.chain).alias("chain"),
        pl.lit(outage.outage).alias("branch"),
        pl.lit(behaviour.rank).alias("rank"),
        pl.lit(bound).alias("licence"),
    )


def _path(outage: Outage, process: str, months: Months, bound: str) -> Array:
    path = np.ones(months.count)
    for step in sorted(outage.steps, key=lambda step: step.month):
        if f"{step.process}@{step.region}" == process:
            start = months.number(datetime.date.fromisoformat(f"{step.month}-01"))
            path[max(0, start) :] = getattr(step.activity, bound)
    return path


def _alarmed(outage: Outage, routes: int, exporters: Sequence[str]) -> Restrictions:
    """Return free trade in which the buyers of the regions that stand still are alarmed."""
    months = outage.months + WINDOW
    stopped = {step.region for step in outage.steps}
    meant = np.array([exporter in stopped for exporter in exporters])
    free, zero = np.full((months, routes), np.inf), np.zeros((months, routes))
    alarm = np.where(meant, outage.alarm, 0.0) * np.ones((months, 1))
    age = np.where(meant, 1.0, 0.0) * np.arange(months, dtype=np.float64)[:, None]
    return Restrictions(free, zero, zero, alarm, age)
