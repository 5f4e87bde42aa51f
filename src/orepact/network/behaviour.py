"""How buyers, traders and producers behave: one parameter set of the behavioural market model."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl

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
    new_route: Annotated[
        float, Unit("1"), Doc("what a route without base may carry at first, share of the market")
    ] = 0.05
    spot_share: Annotated[
        float, Unit("1"), Doc("share of trade at spot prices, two months late")
    ] = 0.4


_COLUMNS = {
    "rank": "rank",
    "demand_elasticity_monthly": "demand_elasticity",
    "cover_months": "cover",
    "hoarding_months_of_exporter_supply": "hoarding",
    "belief_speed": "belief_speed",
    "storage_curve_slope": "storage_slope",
    "leakage_share": "leakage",
    "hoarding_decay_months": "hoarding_decay",
    "capacity_growth_per_month": "capacity_growth",
}


def read_ensemble(path: Path) -> tuple[Behaviour, ...]:
    """Return the parameter sets of a CSV file, best first."""
    frame = pl.read_csv(path, comment_prefix="#").rename(_COLUMNS, strict=False)
    names = {item.name for item in fields(Behaviour)}
    return tuple(
        Behaviour(**{name: value for name, value in row.items() if name in names})
        for row in frame.sort("rank").iter_rows(named=True)
    )


def representative(ensemble: tuple[Behaviour, ...], count: int = 4) -> tuple[Behaviour, ...]:
    """Return the central set and `count` sets spread over the ensemble.

    The spread sets are chosen by farthest-point sampling on standardised log parameters, starting
    from the central set: each next set is the one farthest from those chosen (Gonzalez 1985,
    doi:10.1016/0304-3975(85)90224-5). The choice is deterministic.
    """
    names = ["demand_elasticity", "cover", "hoarding", "belief_speed", "storage_slope", "leakage"]
    points = np.log(np.array([[getattr(each, name) for name in names] for each in ensemble]))
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    chosen = [0]
    while len(chosen) < min(count + 1, len(ensemble)):
        gaps = np.min(np.linalg.norm(points[:, None, :] - points[None, chosen, :], axis=2), axis=1)
        chosen.append(int(np.argmax(gaps)))
    return tuple(ensemble[number] for number in chosen)
