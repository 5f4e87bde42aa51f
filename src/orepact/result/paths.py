"""Changes since the base as factors: known supply and known demand, month by month."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from orepact.model.curve import Array
from orepact.network.chains.chain import Chain
from orepact.network.network import Network
from orepact.result.months import Months
from orepact.result.setting import Setting

__all__ = ["setting_of", "uses_of"]


def setting_of(
    network: Network,
    chain: Chain,
    months: Months,
    surges: Mapping[tuple[str, str], Array] | None = None,
) -> Setting:
    """Return supply and demand factors of a network's processes and demands, relative to base.

    A row of ``supply_path.csv`` or ``demand_path.csv`` holds from its month until the next row of
    the same process or use and region; a country without rows of its own follows its bloc. `surges`
    are further factors on uses by use and region, one entry per month.
    """
    blocs = {region.name: region.bloc for region in network.regions}
    supply = np.ones((months.count, len(network.processes)))
    steps = _steps(chain.supply_path, "process", months)
    for number, process in enumerate(network.processes):
        recipe = process.name.split("@")[0].removesuffix("-restart")
        path = _path(steps, recipe, process.region, blocs)
        if path is not None and not process.notice:
            supply[:, number] = path
    demand = np.ones((months.count, len(network.demands)))
    for number, factors in enumerate(uses_of(network, chain, months, surges)):
        if factors:
            demand[:, number] = np.sum(list(factors.values()), axis=0)
    return Setting(supply, demand)


def uses_of(
    network: Network,
    chain: Chain,
    months: Months,
    surges: Mapping[tuple[str, str], Array] | None = None,
) -> list[dict[str, Array]]:
    """Return, for each demand, what each of its uses wants, as a share of its base, by month.

    The shares of a demand add up to its factor in `setting_of`; the arguments are the same.
    """
    blocs = {region.name: region.bloc for region in network.regions}
    grown = _steps(chain.demand_path, "use", months)
    return [
        {
            use: share * _factor(use, each.region, blocs, months, (grown, surges or {}))
            for use, share in each.uses.items()
        }
        for each in network.demands
    ]


def _factor(
    use: str,
    region: str,
    blocs: Mapping[str, str],
    months: Months,
    sources: Iterable[Mapping[tuple[str, str], Array]],
) -> Array:
    """Return the product of the paths of a use in a region."""
    factor = np.ones(months.count)
    for steps in sources:
        path = _path(steps, use, region, blocs)
        factor = factor if path is None else factor * path
    return factor


def _path(
    steps: Mapping[tuple[str, str], Array], name: str, region: str, blocs: Mapping[str, str]
) -> Array | None:
    """Return the path of a region, else of its bloc, else of all regions."""
    places = (region, blocs.get(region, ""), "ALL")
    return next((steps[name, place] for place in places if (name, place) in steps), None)


def _steps(frame: pl.DataFrame, name: str, months: Months) -> dict[tuple[str, str], Array]:
    steps: dict[tuple[str, str], Array] = {}
    for key, region, month, factor in (
        frame.sort("month").select(name, "region", "month", "factor").iter_rows()
    ):
        start = months.number(datetime.date.fromisoformat(f"{month}-01"))
        path = steps.setdefault((key, region), np.ones(months.count))
        path[max(0, start) :] = factor
    return steps
