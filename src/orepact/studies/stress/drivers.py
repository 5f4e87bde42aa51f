"""What drives a figure: factors by their swing, from the lower to the upper third of its values.

The swing is the median of the figure over the members in the upper third of a factor, minus that in
the lower third; beside it stands the partial rank correlation, the correlation of ranks with what
the other factors explain taken out of both (Iman and Conover 1979,
doi:10.1080/00401706.1979.10489822; Marino et al. 2008, doi:10.1016/j.jtbi.2008.04.011). Each
licence branch is looked at by itself; how far the branches lie apart is a row of its own. A factor
is clear where its correlation is more than chance gives in one case of twenty, counting members of
one draw and parameter set as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import rankdata

from orepact.model.curve import Array
from orepact.studies.stress.factors import MEMBER, Factor

__all__ = ["FEWEST", "driver_entries", "partial_rank_correlation", "swing"]

FEWEST = 12
"""Members below which no factor is told apart."""

THIRD = 1.0 / 3.0


def driver_entries(
    members: pl.DataFrame,
    table: pl.DataFrame,
    factors: Sequence[Factor],
    targets: Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return what drives each target figure, per rung and licence branch, largest swing first.

    `members` come from `orepact.studies.stress.entries.pooled`, `table` from
    `orepact.studies.stress.factors.factor_table`. A target names chain, region, material, period
    and figure (a column of the members).
    """
    found: list[dict[str, Any]] = []
    for target in targets:
        place = ("chain", "region", "material", "period")
        mine = members.filter(*[pl.col(name) == target[name] for name in place]).join(
            table, on=MEMBER, how="left"
        )
        for rung in sorted(mine["rung"].unique()):
            part = mine.filter(pl.col("rung") == rung).drop_nulls(target["figure"])
            if not part.is_empty():
                found.append({**target, "rung": rung, **_drivers(part, factors, target["figure"])})
    return found


def _drivers(part: pl.DataFrame, factors: Sequence[Factor], figure: str) -> dict[str, Any]:
    licences = sorted(part["licence"].unique())
    medians = {
        licence: float(np.median(part.filter(pl.col("licence") == licence)[figure].to_numpy()))
        for licence in licences
    }
    by_licence: dict[str, list[dict[str, Any]]] = {}
    for licence in licences:
        mine = part.filter(pl.col("licence") == licence)
        shown = [one for one in factors
                 if one.kind != "licence" and mine[one.name].n_unique() > 1]
        by_licence[licence] = _rows(mine, shown, figure) if len(mine) >= FEWEST else []
    return {
        "median_by_licence": medians,
        "members": len(part),
        "factors_by_licence": by_licence,
        "note": "" if len(part) >= FEWEST * len(licences) else
        f"cannot tell: {len(part)} members are too few",
    }


def _rows(part: pl.DataFrame, factors: Sequence[Factor], figure: str) -> list[dict[str, Any]]:
    values = part[figure].to_numpy().astype(np.float64)
    columns = np.column_stack(
        [part[one.name].to_numpy().astype(np.float64) for one in factors]
    ) if factors else np.zeros((len(values), 0))
    partial = partial_rank_correlation(columns, values)
    apart = part.select(pl.struct("rank", "draw").n_unique()).item()
    chance = 2.0 / np.sqrt(max(1, apart - len(factors) - 2))
    rows = [
        {
            "factor": one.name, "title": one.title, "kind": one.kind, "unit": one.unit,
            **swing(columns[:, number], values),
            "partial_rank_correlation":
                None if np.isnan(partial[number]) else float(partial[number]),
            "clear": bool(abs(partial[number]) > chance),
        }
        for number, one in enumerate(factors)
    ]
    if not any(one.kind == "behaviour" for one in factors):
        rows += _between_sets(part, values)
    return sorted(rows, key=lambda row: (-abs(row["swing"]), row["factor"]))


def swing(factor: Array, values: Array) -> dict[str, float]:
    """Return the medians of a figure in the lower and upper third of a factor, and their swing.

    A factor that is yes or no has two halves: no and yes.
    """
    levels = np.unique(factor)
    if len(levels) == 2:
        low, high = factor == levels[0], factor == levels[1]
    else:
        ends = np.quantile(factor, [THIRD, 1.0 - THIRD])
        low, high = factor <= ends[0], factor >= ends[1]
    below, above = float(np.median(values[low])), float(np.median(values[high]))
    return {
        "from": float(np.median(factor[low])), "to": float(np.median(factor[high])),
        "low": below, "high": above, "swing": above - below,
    }


def _between_sets(part: pl.DataFrame, values: Array) -> list[dict[str, Any]]:
    """Return all behavioural parameters as one row: sets in order of the figure's median."""
    ranks = part["rank"].to_numpy()
    sets = np.unique(ranks)
    if len(sets) < 2:
        return []
    medians = np.array([np.median(values[ranks == one]) for one in sets])
    place = rankdata(medians, method="ordinal")[np.searchsorted(sets, ranks)]
    return [{
        "factor": "parameter set", "title": f"behaviour of markets ({len(sets)} sets together)",
        "kind": "behaviour", "unit": "", **swing(place.astype(np.float64), values),
        "partial_rank_correlation": None, "clear": True,
    }]


def partial_rank_correlation(factors: Array, values: Array) -> Array:
    """Return the partial rank correlation of each factor (members × factors) with a figure.

    Not a number where there are too few members to take the other factors out, and where nothing
    is left of a factor.
    """
    count, number = factors.shape
    found = np.full(number, np.nan)
    if count < 2 * number + 5:
        return found
    ranks: Array = np.empty(factors.shape)
    for column in range(number):
        ranks[:, column] = rankdata(factors[:, column])
    ours: Array = np.asarray(rankdata(values), dtype=np.float64)
    for column in range(number):
        others = np.column_stack([np.ones(count), np.delete(ranks, column, axis=1)])
        left, right = _rest(ranks[:, column], others), _rest(ours, others)
        size = np.linalg.norm(left) * np.linalg.norm(right)
        if size > 1e-9 * count**2:
            found[column] = float(left @ right / size)
    return found


def _rest(values: Array, others: Array) -> Array:
    """Return what others do not explain of values, by least squares."""
    return values - others @ np.linalg.lstsq(others, values, rcond=None)[0]
