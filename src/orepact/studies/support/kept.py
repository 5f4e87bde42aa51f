"""Which plants a support keeps: those that make a stage it acts on, open and making something.

An open plant may make next to nothing, so that output stands beside every count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

__all__ = ["YEAR", "band", "over", "plants_entry"]

YEAR = 12

Entry = dict[str, Any]


def plants_entry(members: Sequence[pl.DataFrame], reached: Sequence[str]) -> Entry:
    """Return how many plants run, and what they make: of those that stand, mean and in the end.

    `members` has the rows about plants of each member, `reached` the plants that count: those that
    make a stage on which a support acts. Capacity is that at full ramp, from the month in which a
    plant stands.
    """
    names = list(members[0]["name"].unique(maintain_order=True))
    counts = [number for number, name in enumerate(names) if name in reached]
    end, mean, standing = list[float](), list[float](), list[float]()
    made, last, used, used_last = list[float](), list[float](), list[float](), list[float]()
    single: dict[str, list[tuple[float, ...]]] = {name: [] for name in names}
    for one in members:
        stands, runs, output, full = (_shaped(one, column, len(names)) for column in
                                      ("standing", "open", "output", "capacity"))
        runs, full = runs * stands, full * stands
        end.append(float(runs[counts, -1].sum()))
        standing.append(float(stands[counts, -1].sum()))
        mean.append(over(float(runs[counts].sum()), float(stands[counts].sum())))
        made.append(_rate(output[counts]))
        last.append(_rate(output[counts, -YEAR:]))
        used.append(over(made[-1], _rate(full[counts])))
        used_last.append(over(last[-1], _rate(full[counts, -YEAR:])))
        for number, name in enumerate(names):
            rows = one.filter(pl.col("name") == name)
            one_made = _rate(output[number : number + 1])
            single[name].append((
                float(runs[number, -1]),
                over(float(runs[number].sum()), float(stands[number].sum())),
                float(rows["margin"].mean() or 0.0),  # type: ignore[arg-type]
                one_made, over(one_made, _rate(full[number : number + 1]))))
    return {
        "of": max(standing, default=0.0),
        "open_at_end": band(end, "plants"),
        "open_months": band(mean, "fraction of plant-months"),
        "output": band(made, "t/year"),
        "capacity_used": band(used, "fraction of capacity"),
        "output_last_year": band(last, "t/year"),
        "capacity_used_last_year": band(used_last, "fraction of capacity"),
        "plants": [_single(name, name in reached, values) for name, values in single.items()],
    }


def _single(name: str, reached: bool, values: Sequence[tuple[float, ...]]) -> Entry:  # noqa: FBT001
    open_, months, margin, output, used = (list(each) for each in zip(*values, strict=True))
    return {
        "plant": name, "reached": reached,
        "open_at_end": band(open_, "fraction of members"),
        "open_months": band(months, "fraction of months"),
        "margin": band(margin, "USD/t"),
        "output": band(output, "t/year"),
        "capacity_used": band(used, "fraction of capacity"),
    }


def _shaped(member: pl.DataFrame, column: str, plants: int) -> np.ndarray[Any, np.dtype[Any]]:
    return member[column].to_numpy().reshape(plants, -1)


def _rate(tonnes: np.ndarray[Any, np.dtype[Any]]) -> float:
    """Return what plants make (plants × months, t/month) as t/year."""
    return YEAR * float(tonnes.sum()) / max(tonnes.shape[1], 1)


def over(part: float, whole: float) -> float:
    """Return a quotient, 0 where there is nothing to divide by."""
    return part / whole if abs(whole) > 1e-9 else 0.0


def band(values: Sequence[float], unit: str) -> Entry:
    """Return mean, least and most of members; empty where no value is finite."""
    kept = [value for value in values if np.isfinite(value)]
    if not kept:
        return {"middle": None, "low": None, "high": None, "unit": unit}
    return {"middle": float(np.mean(kept)), "low": float(min(kept)), "high": float(max(kept)),
            "unit": unit}
