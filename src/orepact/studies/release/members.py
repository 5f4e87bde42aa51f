"""One member after another with and without reserves: what is released when, who uses it.

Both paths start from the same replayed past and the same parameter set, so that what differs
between them is the reserve. It is there from the scenario's first month on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import polars as pl

from orepact.indicators.trajectory import transaction_price
from orepact.model.curve import Array
from orepact.network.components import Reserve
from orepact.network.network import Network
from orepact.policy.release.text import Rulebook
from orepact.result.months import Months
from orepact.result.releases import Release, releases_of
from orepact.result.simulation import Simulation
from orepact.studies.replay import Told, months_since_base, paths_under
from orepact.studies.stress.design import Draw, Task
from orepact.studies.stress.member import Laid, Shared, laid_for

__all__ = ["PLACE", "RESERVE", "Held", "months_of", "simulate_release", "told_with"]

Index = npt.NDArray[np.int64]

PLACE, RESERVE = "place", "reserve"
"""What a row is about."""

_WITH, _WITHOUT = "with", "without"


@dataclass(frozen=True, slots=True)
class Held:
    """What all tasks of a run with reserves share: the scenario, the reserves and their rules."""

    shared: Shared
    reserves: tuple[Reserve, ...]
    rulebook: Rulebook


def simulate_release(held: Held, task: Task) -> pl.DataFrame:
    """Return the months of a task with and without reserves, one row per month and subject.

    A row about a place has what is wanted and received (t), and with the reserve and without it:
    final use, intake of works, what is made, stocks (t) and price (multiple of base). A row about a
    reserve has what is released, bought and held (t), the price where its rule looks and
    the transaction price there (``paid``), the loss (fraction) and price that the rule saw at the
    start of the month, and the base price (``usd``, USD/t). Raises `SolveError` when a window is
    not proven optimal.
    """
    laid = laid_for(held.shared, task)
    releases = releases_of(held.reserves, held.rulebook, laid.network,
                           months_of(held.shared, laid), begins=laid.replayed)
    rows: list[pl.DataFrame] = []
    for draw in task.draws:
        for rung, told in laid.cases(draw).items():
            if rung.isdigit():
                rows += _rows(laid, draw, int(rung), told, releases)
    return pl.concat(rows)


def told_with(told: Told, releases: Sequence[Release]) -> Told:
    """Return what the simulator is told with reserves besides."""
    return replace(told, setting=replace(told.setting, releases=tuple(releases)))


def months_of(shared: Shared, laid: Laid) -> Months:
    """Return the months of what a task tells the simulator, from the base on."""
    chain = shared.window(laid.task.chain, laid.task.window).chains[laid.task.chain]
    scenario = shared.scenario
    return months_since_base(chain.text.calibration.last, scenario.first, scenario.months)


def _rows(
    laid: Laid, draw: Draw, rung: int, told: Told, releases: Sequence[Release]
) -> Iterator[pl.DataFrame]:
    both = {_WITHOUT: told, _WITH: told_with(told, releases)}
    paths = paths_under(laid.simulator, both, laid.replayed, laid.months)
    found, quiet = paths.further[_WITH], paths.further[_WITHOUT]
    past, spot = paths.replays[_WITHOUT].price, laid.task.behaviour.spot_share
    paid = transaction_price(found.price, spot, past)
    demand = told.setting.demand[laid.replayed : laid.replayed + laid.months]
    member = [
        pl.lit(laid.task.chain).alias("chain"),
        pl.lit(laid.task.window).alias("window"),
        pl.lit(laid.task.licence).alias("licence"),
        pl.lit(laid.task.behaviour.rank).cast(pl.Int32).alias("rank"),
        pl.lit(draw.number).cast(pl.Int32).alias("draw"),
        pl.lit(rung).cast(pl.Int32).alias("rung"),
    ]
    about = _reserves(found, quiet, paid, releases, laid.network)
    for table in (_places(found, quiet, demand), about):
        yield table.select(*member, pl.all())


def _places(found: Simulation, quiet: Simulation, demand: Array) -> pl.DataFrame:
    """Return the rows about places: what they use, make, store and pay, with and without."""
    tables = found.tables
    nodes = tables.nodes.frame
    months = len(found.price)
    wanted = _spread(tables.demands["node"], tables.demands["base"] * demand, len(nodes))
    pairs = {"": _flows(found), "_without": _flows(quiet)}
    return _table(
        subject=[PLACE] * (months * len(nodes)),
        month=np.repeat(np.arange(months), len(nodes)),
        region=nodes["region"].to_list() * months,
        material=nodes["material"].to_list() * months,
        wanted=wanted,
        received=found.received,
        residual=np.repeat(np.maximum(found.residual, quiet.residual), len(nodes)),
        **{f"{name}{end}": values for end, all_ in pairs.items() for name, values in all_.items()},
    )


def _flows(path: Simulation) -> dict[str, Array]:
    """Return final use, intake of works, what is made, stocks (t) and price, by month and node."""
    tables, count = path.tables, len(path.tables.nodes)
    recipe = tables.recipe
    moved = path.production[:, recipe["process"]] * recipe["ratio"]
    return {
        "use": _spread(tables.demands["node"], path.consumption, count),
        "intake": _spread(recipe["node"], np.maximum(0.0, -moved), count),
        "made": _spread(recipe["node"], np.maximum(0.0, moved), count),
        "stock": _spread(tables.stocks["node"], path.level, count),
        "price": path.price,
    }


def _spread(node: Index, values: Array, count: int) -> Array:
    """Return values per component summed by node: months × nodes."""
    found = np.zeros((len(values), count))
    np.add.at(found.T, node, values.T)
    return found


def _reserves(
    found: Simulation, quiet: Simulation, paid: Array, releases: Sequence[Release],
    network: Network,
) -> pl.DataFrame:
    """Return the rows about reserves: what they release, buy and hold; `paid` is by node."""
    months, count = len(found.price), len(releases)
    base = {item.name: item.price for item in network.materials}

    def seen(price: Array) -> Array:
        prices = [np.average(price[:, list(one.priced)], axis=1, weights=one.price_weights)
                  for one in releases]
        return np.array(prices).reshape(count, months).T

    return _table(
        subject=[RESERVE] * (months * count),
        month=np.repeat(np.arange(months), count),
        region=[one.reserve.region for one in releases] * months,
        material=[one.reserve.material for one in releases] * months,
        reserve=[one.name for one in releases] * months,
        price=seen(found.price),
        price_without=seen(quiet.price),
        paid=seen(paid),
        released=found.released,
        bought=found.bought,
        level=found.reserve_level,
        loss_seen=found.saw[:, :, 0] if count else np.zeros((months, 0)),
        price_seen=found.saw[:, :, 1] if count else np.zeros((months, 0)),
        usd=np.tile([base[one.reserve.material] for one in releases], (months, 1)),
        residual=np.repeat(found.residual, count),
    )


_SCHEMA: dict[str, pl.DataType] = {
    "subject": pl.String(), "month": pl.Int32(), "region": pl.String(), "material": pl.String(),
    "reserve": pl.String(),
    **dict.fromkeys((
        "wanted", "received", "use", "use_without", "intake", "intake_without", "made",
        "made_without", "stock", "stock_without", "price", "price_without", "paid", "released",
        "bought", "level", "loss_seen", "price_seen", "usd", "residual",
    ), pl.Float64()),
}


def _table(**columns: object) -> pl.DataFrame:
    """Return a table of all columns; those that are not given are empty."""
    given: dict[str, Any] = {
        name: cast("Array", value).ravel() if isinstance(value, np.ndarray) else value
        for name, value in columns.items()
    }
    length = len(given["month"])
    whole: dict[str, Any] = {name: given.get(name, [None] * length) for name in _SCHEMA}
    return pl.DataFrame(whole, schema=_SCHEMA, nan_to_null=True)
