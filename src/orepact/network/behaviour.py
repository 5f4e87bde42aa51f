"""How buyers, traders and producers behave: one parameter set of the behavioural market model."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from orepact.data.table import Kind, scan_table
from orepact.errors import InputError, Problem
from orepact.units import Doc, Unit

__all__ = ["Behaviour", "read_ensemble", "representative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One parameter set. Source: inversion from eleven control episodes of 2010-2025.

    Ship the ensemble, never one set: the values are inferred from a few dozen price points.
    """

    rank: Annotated[int, Doc("0 is the set that fits history best")] = 0
    demand_elasticity: Annotated[float, Unit("1"), Doc("monthly demand elasticity")] = 0.2428
    cover: Annotated[float, Unit("month"), Doc("months of use held in stock")] = 4.0453
    hoarding: Annotated[
        float, Unit("month"), Doc("months of the exporter's shipments wanted on top, at first")
    ] = 3.1586
    belief_speed: Annotated[float, Unit("1/month"), Doc("how fast the believed price follows")] = (
        0.0311
    )
    storage_slope: Annotated[float, Unit("1"), Doc("price = believed·(wanted/level)^slope")] = (
        1.2082
    )
    leakage: Annotated[float, Unit("1"), Doc("share of blocked trade that leaks, undeclared")] = (
        0.1628
    )
    hoarding_decay: Annotated[float, Unit("month"), Doc("decay time of hoarding")] = 24.0
    capacity_growth: Annotated[
        float, Unit("1/month"), Doc("growth of supply outside per unit of log price, at most this")
    ] = 0.02
    substitution: Annotated[
        float, Unit("1/month"), Doc("use given up for good per month and unit of log price")
    ] = 0.0
    supply_elasticity: Annotated[float, Unit("1"), Doc("supply response outside")] = 0.05
    exporter_elasticity: Annotated[
        float, Unit("1"), Doc("exporter's supply response above base")
    ] = 0.15
    exporter_floor: Annotated[
        float, Unit("1"), Doc("exporter's floor price, multiple of base: supply withdraws below")
    ] = 0.85
    leakage_ramp: Annotated[float, Unit("month"), Doc("months until leakage is in full flow")] = 6.0
    leakage_premium: Annotated[float, Unit("1"), Doc("price premium of undeclared trade")] = 0.2
    surge: Annotated[float, Unit("1"), Doc("largest flow of a route, multiple of its base")] = 3.0
    surge_slope: Annotated[
        float,
        Unit("1"),
        Doc("rise of the cost of a qualified supplier's route per 100 % beyond base, ÷ price"),
    ] = 0.1
    new_route: Annotated[
        float, Unit("1"), Doc("what a route without base may carry at first, share of the market")
    ] = 0.05
    spot_share: Annotated[
        float, Unit("1"), Doc("share of trade at spot prices, two months late")
    ] = 0.4


_COLUMNS = {
    "demand_elasticity_monthly": "demand_elasticity",
    "cover_months": "cover",
    "hoarding_months_of_exporter_supply": "hoarding",
    "belief_speed": "belief_speed",
    "storage_curve_slope": "storage_slope",
    "leakage_share": "leakage",
    "hoarding_decay_months": "hoarding_decay",
    "capacity_growth_per_month": "capacity_growth",
    "slow_substitution_speed": "substitution",
}
_ABOVE_ZERO = (
    "demand_elasticity_monthly",
    "cover_months",
    "hoarding_months_of_exporter_supply",
    "belief_speed",
    "storage_curve_slope",
    "leakage_share",
    "hoarding_decay_months",
)
"""Parameters that are compared by their logarithm, or that time is divided by."""


def read_ensemble(path: Path, *, root: Path | None = None) -> tuple[Behaviour, ...]:
    """Return the parameter sets of a CSV file, best first.

    Raises `InputError` with every cell that is missing or out of range and every repeated rank.
    """
    columns: dict[str, Kind] = dict.fromkeys(("rank", *_COLUMNS), "non-negative")
    table = scan_table(path, columns, root=root)
    problems = [*table.problems, *table.repeated(["rank"])]
    for name in columns:
        problems += table.empty(name)
    problems += [
        table.problem(line, name, "must be above 0", found=value, expected="a number above 0")
        for name in _ABOVE_ZERO
        for line, value in table.frame.select("line", name).iter_rows()
        if value == 0.0
    ]
    problems += [
        table.problem(line, "rank", "not a whole number", found=value, expected="0, 1, 2, …")
        for line, value in table.frame.select("line", "rank").iter_rows()
        if value is not None and not value.is_integer()
    ]
    if not len(table.frame):
        problems.append(Problem("no parameter set", file=str(path), expected="at least one row"))
    if problems:
        raise InputError(problems)
    return tuple(
        Behaviour(rank=int(row["rank"]), **{name: row[column] for column, name in _COLUMNS.items()})
        for row in table.frame.sort("rank").iter_rows(named=True)
    )


def representative(ensemble: tuple[Behaviour, ...], count: int = 4) -> tuple[Behaviour, ...]:
    """Return the central set and `count` sets that stand for the ensemble.

    The ensemble is split into `count` clusters of standardised log parameters by Ward's method
    (Ward 1963, doi:10.1080/01621459.1963.10500845); each is stood for by the set nearest to its
    middle. The choice is deterministic.
    """
    rest = [each for each in ensemble if each.rank != ensemble[0].rank]
    if len(rest) <= count:
        return (ensemble[0], *rest)
    if count == 0:
        return ensemble[:1]
    names = ["demand_elasticity", "cover", "hoarding", "belief_speed", "storage_slope", "leakage"]
    points = np.log(np.array([[getattr(each, name) for name in names] for each in rest]))
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    cluster = fcluster(linkage(points, method="ward"), count, criterion="maxclust")
    chosen: list[Behaviour] = []
    for each in range(1, int(cluster.max()) + 1):
        members = [n for n, label in enumerate(cluster) if label == each]
        gaps = np.linalg.norm(points[members] - points[members].mean(axis=0), axis=1)
        chosen.append(rest[members[int(np.argmin(gaps))]])
    return (ensemble[0], *sorted(chosen, key=lambda behaviour: behaviour.rank))
